import { asObject, asText, type VendorAnswer } from '../kit/json';
import { unreadable } from '../engine/request/refusal';
import { nothingKnown, type Reading } from '../kit/record';
import type { Provider } from './providers';

/** The credential that an answer is about. Throws a `Failure` when it names none. */
export function onlyCredential({ body }: VendorAnswer, provider: Provider): Reading {
	const { request_id: requestId, data } = asObject(body);
	const reading = readCredential(data, provider);
	if (reading === null) throw unreadable('Nylas', 'It names no credential.');
	return { ...reading, requestId: asText(requestId) };
}

/** All that Nylas shows: id, name and times, neither the kind of a credential nor its data. `null` when it is none. */
export function readCredential(credential: unknown, provider: Provider): Reading | null {
	const { id, name, created_at: createdAt, updated_at: updatedAt } = asObject(credential);
	if (asText(id) === null && asText(name) === null) return null;
	return { ...nothingKnown(asText(id)), name: asText(name), parentId: provider, createdAt, updatedAt };
}
