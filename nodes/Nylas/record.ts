import type { VendorRecord } from '../kit';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { update } from './operations/update';
import { nylasBaseUrl } from './paths';
import { credentialPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** Nylas v3: the credentials of connectors. */
export const nylas = {
	name: 'nylas',
	label: 'Nylas',
	credentialType: () => 'nylasApi',
	baseUrl: (credentials) => nylasBaseUrl(credentials),
	requestIdHeaders: ['x-request-id', 'x-fastly-id'],
	/** 50 requests a second to the connectors of an application, from “Rate limits” in the Nylas documentation. */
	limits: { account: ['apiKey'], windows: [{ requests: 50, perMs: 1_000 }] },
	refusal: readRefusal,
	codes: CODES,
	hints: HINTS,
	isSecret: (path) => path.some((key) => SECRET_KEYS.has(key)),
	isSafe: (path) => ['name', 'credential_type'].includes(path.join('.')),
	operations: { create, delete: remove, get, getAll, update },
	pickers: { searchCredentials: credentialPicker },
} satisfies VendorRecord;

/** Nylas shows none of them. Its own clients know `hashed_data` in answers, and the rest is what it is sent. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
	'client_secret',
	'credential_data',
	'hashed_data',
	'private_key',
	'private_key_id',
]);
