import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, isObject, pick } from '../kit/json';
import { createRedactor, REDACTED } from '../engine/secrets/redaction';
import { unreadable } from '../engine/request/refusal';
import { replaceUserInfo } from '../engine/secrets/userInfo';
import { NOT_VERIFIED, type Reading } from '../kit/record';
import type { Relationship } from './paths';
import { SHOWN_ATTRIBUTES } from './fieldset';

/** Attributes that people fill in: one of them may hold a copy of the client secret. The API sets the others itself. */
const FREE_ATTRIBUTES = ['name', 'redirect_uri', 'reference', 'reference_origin', 'metadata'];

/** Whether this part of an answer is a JSON:API resource object that says anything. */
export function isResource(part: unknown): part is IDataObject {
	return isObject(part) && (asText(part.id) !== null || isObject(part.attributes));
}

/** Reads the resource object of one credential. Throws a `Failure` (`unexpectedResponse`) when it is none. */
export function readCredential(resource: unknown): Reading {
	if (!isResource(resource)) throw unreadable('Commerce Layer', 'It names no API credential.');
	const attributes = withoutSecrets(asObject(resource.attributes));
	const role = linkedId(resource, 'role');
	return {
		id: asText(resource.id),
		name: asText(attributes.name),
		type: asText(attributes.kind),
		parentId: linkedId(resource, 'organization'),
		createdAt: attributes.created_at,
		updatedAt: attributes.updated_at,
		// What `expires_in` speaks of are the access tokens; the credential itself has no end.
		expiresAt: null,
		attributes: { ...pick(attributes, SHOWN_ATTRIBUTES), ...(role === null ? {} : { role }) },
		verification: NOT_VERIFIED,
	};
}

/**
 * The id of the one resource that a relationship links to; `null` when the answer gives links only. The linked type is
 * not looked at: the relationship's name says it, and the specification has it in the singular where requests have the
 * plural.
 */
export function linkedId(resource: IDataObject, relationship: Relationship): string | null {
	return asText(asObject(asObject(asObject(resource.relationships)[relationship]).data).id);
}

function withoutSecrets(attributes: IDataObject): IDataObject {
	const clientSecret = asText(attributes.client_secret);
	const redactor = createRedactor(clientSecret === null ? [] : [clientSecret]);
	const shown = { ...attributes, ...mapValues(pick(attributes, FREE_ATTRIBUTES), (value) => redactor.value(value)) };
	// A host behind basic authentication, such as a staging shop: an earlier update may have stored its password.
	if (typeof shown.redirect_uri === 'string') shown.redirect_uri = replaceUserInfo(shown.redirect_uri, `${REDACTED}@`);
	return shown;
}
