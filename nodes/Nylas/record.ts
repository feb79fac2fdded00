import { asObject, asText } from '../kit/json';
import { leaves } from '../engine/secrets/redaction';
import type { Refusal, VendorRecord } from '../kit/record';
import { nylasBaseUrl } from './baseUrl';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { credentialPicker } from './pickers';
import { update } from './operations/update';

/** Nylas v3: the credentials of connectors. */
export const nylas = {
	name: 'nylas',
	label: 'Nylas',
	credentialType: () => 'nylasApi',
	baseUrl: (credentials) => nylasBaseUrl(credentials),
	requestIdHeaders: ['x-request-id', 'x-fastly-id'],
	/** 50 requests a second to the connectors of an application, from “Rate limits” in the Nylas documentation. */
	limits: { account: ['apiKey'], windows: [{ requests: 50, perMs: 1_000 }] },
	refusal: ({ body }) => readRefusal(asObject(body)),
	// Types from “Error responses” in the Nylas documentation and from the examples in its API description. The status
	// of the answer counts only for a type that is not here.
	codes: {
		'api.authentication_error': 'authentication',
		// Sent with status 400.
		'token.unauthorized_access': 'authentication',
		'api.resource_blocked': 'locked',
		'api.rate_limit_error': 'rateLimited',
		nylas_rate_limit_exceeded: 'rateLimited',
		rate_limit_error: 'rateLimited',
		'api.internal_error': 'vendorUnavailable',
		'api.provider_error': 'vendorUnavailable',
		'api.invalid_request_error': 'invalidInput',
		'api.invalid_request_payload': 'invalidInput',
		bad_request: 'invalidInput',
		invalid_request_error: 'invalidInput',
	},
	hints: {
		authentication:
			'Check the API key in the node’s credential, and its region: a key of an application in the United States is unknown in Europe, and the other way round.',
		notFound:
			'Check the ID and “Provider”: a credential is found only under the provider that it was created for, in the application and region of the API key.',
		parentNotFound:
			'The provider has no connector in the application of the API key. Create the connector at Nylas first, or choose another “Provider”.',
		invalidInput:
			'Read the vendor’s message and correct the fields that it names. The name must be one that no other credential has.',
	},
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

/** Types differ before this ending: `api.not_found_error`, and one per resource. */
const NOT_FOUND_ENDING = 'not_found_error';

function readRefusal({ request_id: requestId, error }: ReturnType<typeof asObject>): Refusal | null {
	const { type, message, provider_error: providerError } = asObject(error);
	const vendorCode = asText(type);
	const texts = [asText(message), ...providerTexts(providerError)].filter((text) => text !== null);
	if (vendorCode === null && texts.length === 0) return null;
	return {
		vendorCode,
		vendorMessage: texts.join(' ') || null,
		requestId: asText(requestId),
		...(vendorCode?.endsWith(NOT_FOUND_ENDING) ? { code: 'notFound' } : {}),
	};
}

/**
 * The provider's own answer is an object of no documented shape: its first short texts are told. None is cut, because
 * a secret that is cut in two is not recognized as one any more.
 */
const MOST_PROVIDER_TEXTS = 4;
const LONGEST_PROVIDER_TEXT = 300;

function providerTexts(providerError: unknown): string[] {
	return leaves(providerError)
		.filter((text) => text !== '' && text.length <= LONGEST_PROVIDER_TEXT)
		.slice(0, MOST_PROVIDER_TEXTS);
}
