import type { VendorRecord } from '../kit';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { update } from './operations/update';
import { thousandEyesBaseUrl } from './paths';
import { accountGroupPicker, credentialPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** Cisco ThousandEyes: secure credentials of transaction tests, API v7 and the deprecated v6. */
export const thousandEyes = {
	name: 'thousandEyes',
	label: 'ThousandEyes',
	credentialType: (modes) => (modes('apiVersion') === 'v6' ? 'thousandEyesLegacyApi' : 'thousandEyesApi'),
	baseUrl: (credentials) => thousandEyesBaseUrl(credentials),
	// ThousandEyes documents no request id; this is the header that servers and proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	/** 240 requests a minute for an organization, from “Rate limits” in the ThousandEyes developer guide; some have other limits. */
	limits: {
		account: ['bearerToken', 'email'],
		windows: [{ requests: 240, perMs: 60_000 }],
		limitHeader: 'x-organization-rate-limit-limit',
		remainingHeader: 'x-organization-rate-limit-remaining',
		resetHeader: 'x-organization-rate-limit-reset',
	},
	refusal: readRefusal,
	codes: CODES,
	hints: HINTS,
	isSecret: (path) => path.includes('value'),
	isSafe: (path) => path.join('.') === 'name',
	operations: { create, delete: remove, get, getAll, update },
	pickers: { searchAccountGroups: accountGroupPicker, searchCredentials: credentialPicker },
} satisfies VendorRecord;
