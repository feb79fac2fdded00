import type { VendorRecord } from '../kit';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { update } from './operations/update';
import { dxBaseUrl } from './paths';
import { connectionPicker, credentialPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** DX (getdx.com), Data Cloud API: the credentials with which DX signs in to its data connections. */
export const dx = {
	name: 'dx',
	label: 'DX',
	credentialType: () => 'dxApi',
	baseUrl: dxBaseUrl,
	// DX documents no request id; this is the header that servers and proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	/** DX publishes no limit for the Data Cloud API. */
	limits: { account: ['apiToken'], windows: [] },
	refusal: readRefusal,
	codes: CODES,
	hints: HINTS,
	isSecret: (path) => path.includes('secrets'),
	isSafe: (path) => ['id', 'label', 'expiration_date'].includes(path.join('.')),
	operations: { create, delete: remove, get, getAll, update },
	pickers: { searchConnections: connectionPicker, searchCredentials: credentialPicker },
} satisfies VendorRecord;
