import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, isObject, pick, type VendorAnswer } from '../shared/http';
import { createRedactor, REDACTED } from '../shared/redaction';
import { unreadable } from '../shared/refusal';
import { replaceUserInfo } from '../shared/userInfo';
import type { Reading, Verification } from '../shared/vendor';

/** What a result shows of a credential. The client secret, which the API returns with every answer, is not among it. */
const SHOWN_ATTRIBUTES = [
	'kind',
	'confidential',
	'redirect_uri',
	'client_id',
	'scopes',
	'expires_in',
	'mode',
	'custom',
	'reference',
	'reference_origin',
	'metadata',
];

/** Attributes that people fill in: one of them may hold a copy of the client secret. The API sets the others itself. */
const FREE_ATTRIBUTES = ['name', 'redirect_uri', 'reference', 'reference_origin', 'metadata'];

/**
 * Reads the JSON:API document of one credential. `verification` is made from the document as it came, before anything
 * is taken out of it. Throws a `Failure` (`unexpectedResponse`) when the document holds no credential.
 */
export function readCredential(
	{ status, body }: VendorAnswer,
	verification: (credential: IDataObject) => Verification,
): Reading {
	// JSON:API lets a server answer 204 to an update that it made exactly as asked.
	const data: unknown = status === 204 ? { attributes: {} } : asObject(body).data;
	if (!isObject(data) || (asText(data.id) === null && !isObject(data.attributes))) {
		throw unreadable('Commerce Layer', 'It names no API credential.');
	}
	const attributes = withoutSecrets(asObject(data.attributes));
	return {
		id: asText(data.id),
		name: asText(attributes.name),
		type: asText(attributes.kind),
		parentId: linkedId(data, 'organization'),
		createdAt: attributes.created_at,
		updatedAt: attributes.updated_at,
		// What `expires_in` speaks of are the access tokens; the credential itself has no end.
		expiresAt: null,
		attributes: pick(attributes, SHOWN_ATTRIBUTES),
		verification: verification(data),
	};
}

/**
 * The id of the one resource that a relationship links to; `null` when the answer gives links only. The linked type is
 * not looked at: the relationship's name says it, and the specification has it in the singular where requests have the
 * plural.
 */
export function linkedId(credential: IDataObject, relationship: 'organization' | 'role'): string | null {
	return asText(asObject(asObject(asObject(credential.relationships)[relationship]).data).id);
}

function withoutSecrets(attributes: IDataObject): IDataObject {
	const clientSecret = asText(attributes.client_secret);
	const redactor = createRedactor(clientSecret === null ? [] : [clientSecret]);
	const shown = { ...attributes, ...redactor.value(pick(attributes, FREE_ATTRIBUTES)) };
	// A host behind basic authentication, such as a staging shop: an earlier update may have stored its password.
	if (typeof shown.redirect_uri === 'string') shown.redirect_uri = replaceUserInfo(shown.redirect_uri, `${REDACTED}@`);
	return shown;
}
