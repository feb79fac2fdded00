import type { VendorRecord } from '../kit';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { update } from './operations/update';
import { __node__BaseUrl } from './paths';
import { credentialPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** __Label__: the credentials that it stores, each a name and a value. */
export const __node__ = {
	name: '__node__',
	label: '__Label__',
	credentialType: () => '__node__Api',
	baseUrl: (credentials) => __node__BaseUrl(credentials),
	// FILL IN: the answer header with the ID of a request; this is the one that servers and proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	// FILL IN: the rate limits, and which page of the documentation has them; here none is published. The simulator has the same.
	// @if auth bearer
	limits: { account: ['apiToken'], windows: [] },
	// @end
	// @if auth basic
	limits: { account: ['username'], windows: [] },
	// @end
	// @if auth header
	limits: { account: ['apiKey'], windows: [] },
	// @end
	// @if auth oauth2
	limits: { account: ['clientId'], windows: [] },
	// @end
	refusal: readRefusal,
	codes: CODES,
	hints: HINTS,
	isSecret: (path) => path.includes('value'),
	isSafe: (path) => path.join('.') === 'name',
	operations: { create, delete: remove, get, getAll, update },
	pickers: { searchCredentials: credentialPicker },
} satisfies VendorRecord;
