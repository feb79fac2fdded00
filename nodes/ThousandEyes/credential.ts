import { asObject, asText, isObject, pick, type VendorAnswer } from '../shared/http';
import { unreadable } from '../shared/refusal';
import { NOT_VERIFIED, nothingKnown, type Reading } from '../shared/vendor';
import type { Scope } from './target';

/** v7 answers with the credential itself, v6 with a list of one. Throws a `Failure` when the answer names none. */
export function onlyCredential({ body }: VendorAnswer, scope: Scope): Reading {
	const list: unknown = asObject(body).credentials;
	const reading = readCredential(Array.isArray(list) ? list[0] : body, scope);
	if (reading === null) throw unreadable('ThousandEyes', 'It names no credential.');
	return reading;
}

/** What both versions show of a credential; `null` when it is none. The value, if it is there, is not read. */
export function readCredential(credential: unknown, { accountGroupId }: Scope): Reading | null {
	const { id, credentialId, name } = asObject(credential);
	const answeredId = asText(id) ?? asText(credentialId);
	if (!isObject(credential) || (answeredId === null && asText(name) === null)) return null;
	return {
		...nothingKnown(answeredId),
		name: asText(name),
		parentId: accountGroupId,
		attributes: pick(credential, ['_links', 'apiLinks']),
		verification: NOT_VERIFIED,
	};
}
