import { asObject, asText } from '../kit/json';
import { baseUrlPrefix } from '../engine/request/signing';
import type { Refusal, VendorRecord } from '../kit/record';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { PERMISSION_HINTS } from './refusals';
import { accountGroupPicker, credentialPicker } from './pickers';
import { update } from './operations/update';

/** Cisco ThousandEyes: secure credentials of transaction tests, API v7 and the deprecated v6. */
export const thousandEyes = {
	name: 'thousandEyes',
	label: 'ThousandEyes',
	credentialType: (modes) => (modes('apiVersion') === 'v6' ? 'thousandEyesLegacyApi' : 'thousandEyesApi'),
	baseUrl: ({ baseUrl }) => baseUrlPrefix(baseUrl),
	// ThousandEyes documents no request id; this is the header that servers and proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	/** 240 requests a minute for an organization, from “Rate limits” in the ThousandEyes developer guide. */
	limits: {
		account: ['bearerToken', 'email'],
		windows: [{ requests: 240, perMs: 60_000 }],
		remainingHeader: 'x-organization-rate-limit-remaining',
		resetHeader: 'x-organization-rate-limit-reset',
	},
	refusal: ({ body }) => readRefusal(asObject(body)),
	codes: { invalid_token: 'authentication' },
	hints: {
		authentication:
			'Check the token in the node’s credential before you run the node again: ThousandEyes blocks an address after 120 refused requests in an hour.',
		permission: PERMISSION_HINTS.change,
		notFound: 'Check the ID, and set “Account Group” in the options if the credential belongs to another account group.',
		unexpectedResponse: 'Check the base URL of the credential; ThousandEyes answers 301 to an API version that does not exist.',
	},
	isSecret: (path) => path.includes('value'),
	isSafe: (path) => path.join('.') === 'name',
	operations: { create, delete: remove, get, getAll, update },
	pickers: { searchAccountGroups: accountGroupPicker, searchCredentials: credentialPicker },
} satisfies VendorRecord;

/**
 * Four shapes of refusal are documented: v7 problem details (RFC 9457) with field messages, the v7 token refusal, the
 * older `{httpStatus, errors: [text]}`, and v6 `{errorMessage}`.
 */
function readRefusal(body: ReturnType<typeof asObject>): Refusal | null {
	const messages = [body.errorMessage, body.error_description, body.title, body.detail, ...fieldMessages(body.errors)]
		.map(asText)
		.filter((text) => text !== null);
	const vendorCode = asText(body.error) ?? asText(body.httpStatus) ?? firstFieldCode(body.errors);
	if (messages.length === 0 && vendorCode === null) return null;
	return { vendorCode, vendorMessage: messages.join(' ') || null };
}

function fieldMessages(errors: unknown): unknown[] {
	if (!Array.isArray(errors)) return [];
	return errors.map((error: unknown) => {
		if (typeof error === 'string') return error;
		const { field, message } = asObject(error);
		return [asText(field), asText(message)].filter(Boolean).join(': ');
	});
}

function firstFieldCode(errors: unknown): string | null {
	return Array.isArray(errors) ? asText(asObject(errors[0]).code) : null;
}
