import { asText, isObject, pick, type VendorAnswer } from '../kit/json';
import { unreadable } from '../engine/request/refusal';
import { NOT_VERIFIED, nothingKnown, type Reading } from '../kit/record';
import { okBody } from './okBody';

/** The credential in an answer that holds one. Throws a `Failure` when it names none. */
export function onlyCredential(answer: VendorAnswer, connectionId: string): Reading {
	const reading = readCredential(okBody(answer).credential, connectionId);
	if (reading === null) throw unreadable('DX', 'It names no credential.');
	return reading;
}

/** What any answer of DX shows of a credential; `null` when it is none. Secrets are in none of them. */
export function readCredential(credential: unknown, connectionId: string): Reading | null {
	if (!isObject(credential)) return null;
	const id = asText(credential.id);
	const name = asText(credential.label);
	if (id === null && name === null) return null;
	return {
		...nothingKnown(id),
		name,
		type: asText(credential.type),
		parentId: connectionId,
		createdAt: credential.created_at ?? null,
		expiresAt: credential.expiration_date || null,
		// `settings` are non-secret by their documentation only: what the connector or the user puts there is not known.
		attributes: pick(credential, ['disabled_at', 'deleted_at']),
		verification: NOT_VERIFIED,
	};
}
