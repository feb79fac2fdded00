import { asObject, asText, isObject, pick, type VendorAnswer } from '../kit/json';
import { createRedactor, leaves } from '../engine/secrets/redaction';
import { unreadable } from '../engine/request/refusal';
import { NOT_VERIFIED, nothingKnown, type Reading } from '../kit/record';
import type { Scope } from './input';

/** Throws a `Failure` when the answer names no credential. */
export function onlyCredential(answer: VendorAnswer, scope: Scope): Reading {
	const reading = readCredential(credentialIn(answer), scope);
	if (reading === null) throw unreadable('ThousandEyes', 'It names no credential.');
	return reading;
}

/** The credential as answered, of whatever form: v7 answers with the credential itself, v6 with a list of one. */
export function credentialIn({ body }: VendorAnswer): unknown {
	const list: unknown = asObject(body).credentials;
	return Array.isArray(list) ? list[0] : body;
}

/**
 * What both versions show of a credential; `null` when it is none. The value, if it is there, is not shown, nor is a copy
 * that somebody has put into the name.
 */
export function readCredential(credential: unknown, { accountGroupId }: Scope): Reading | null {
	const { id, credentialId, name } = asObject(credential);
	const answeredId = asText(id) ?? asText(credentialId);
	if (!isObject(credential) || (answeredId === null && asText(name) === null)) return null;
	return {
		...nothingKnown(answeredId),
		name: createRedactor(leaves(credential.value)).value(asText(name)),
		parentId: accountGroupId,
		attributes: pick(credential, ['_links', 'apiLinks']),
		verification: NOT_VERIFIED,
	};
}
