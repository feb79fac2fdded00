import { asObject, asText, eachOnce, leaves, type Refusal, type RefusalOverrides, type VendorAnswer, type VendorRecord } from '../kit';

/** Reads Nylas's own account of a refusal; `null` when the body holds none. */
export function readRefusal({ body }: VendorAnswer): Refusal | null {
	const { request_id: requestId, error } = asObject(body);
	const { type, message, provider_error: providerError } = asObject(error);
	const vendorCode = asText(type);
	const texts = [asText(message), ...providerTexts(providerError)].filter((text) => text !== null);
	if (vendorCode === null && texts.length === 0) return null;
	return {
		vendorCode,
		vendorMessage: eachOnce(texts),
		requestId: asText(requestId),
		...(vendorCode?.endsWith(NOT_FOUND_ENDING) ? { code: 'notFound' } : {}),
	};
}

/** Types differ before this ending: `api.not_found_error`, and one per resource. */
const NOT_FOUND_ENDING = 'not_found_error';

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

/**
 * Types from “Error responses” in the Nylas documentation and from the examples in its API description. The status of
 * the answer counts for a type that is not here, and where the type is a general one: that of a request which is not in order
 * stands beside 401 in the examples.
 */
export const CODES = {
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
} satisfies VendorRecord['codes'];

export const HINTS = {
	authentication:
		'Check the API key in the node’s credential, and its region: a key of an application in the United States is unknown in Europe, and the other way round.',
	notFound:
		'Check the ID (not the name) and “Provider”: a credential is found only under the provider that it was created for, in the application and region of the API key.',
	parentNotFound:
		'The provider has no connector in the application of the API key. Create the connector at Nylas first, or choose another “Provider”.',
	invalidInput:
		'Check the values that were sent. The name must be one that no other credential has.',
} satisfies VendorRecord['hints'];

/** Where a request names no credential, the connector is all that Nylas can fail to find; it says the same of both. */
export const CONNECTOR_MISSING = { notFound: 'parentNotFound' } satisfies RefusalOverrides['meanings'];

const NOT_THE_DEFAULT =
	'The default credential of a connector cannot be deleted: make another credential the connector’s default first.';

/** With which status and type Nylas refuses to delete a default is not published; these are the likely ones. */
export const DELETE_HINTS = {
	conflict: NOT_THE_DEFAULT,
	invalidInput: NOT_THE_DEFAULT,
	locked: NOT_THE_DEFAULT,
} satisfies RefusalOverrides['hints'];
