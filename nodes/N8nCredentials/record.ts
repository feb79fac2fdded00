import { isSafeForStore, type VendorRecord } from '../kit';
import { begin } from './operations/begin';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { finish } from './operations/finish';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { rollBack } from './operations/rollBack';
import { test } from './operations/tryOut';
import { update } from './operations/update';
import { n8nBaseUrl } from './paths';
import { credentialPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** n8n never shows what is stored. What an answer called like this all the same would be that. */
const STORED = /data|key|pass|secret|token|value/i;

/** n8n itself: the credentials that its workflows use, through its public API. */
export const n8nCredentials = {
	name: 'n8nCredentials',
	label: 'n8n',
	credentialType: () => 'rotationN8nApi',
	baseUrl: (credentials) => n8nBaseUrl(credentials),
	// n8n gives requests no id; this is the header that proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	/** n8n sets no limit for its public API. */
	limits: { account: ['apiKey'], windows: [] },
	refusal: readRefusal,
	codes: CODES,
	hints: HINTS,
	isClosedToAgents: true,
	isSecret: (path) => path.some((name) => STORED.test(name)),
	isSafe: isSafeForStore,
	operations: { begin, create, delete: remove, finish, get, getAll, rollBack, test, update },
	pickers: { searchCredentials: credentialPicker },
} satisfies VendorRecord;
