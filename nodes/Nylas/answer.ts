import type { IDataObject } from 'n8n-workflow';

import {
	ANSWERS,
	asObject,
	asText,
	nothingKnown,
	type Reading,
	say,
	toDateTime,
	unreadable,
	unverifiable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
} from '../kit';
import type { Provider } from './kinds';
import { MESSAGES } from './messages';

/** The credential that an answer is about. Throws a `Failure` when it names none. */
export function onlyCredential({ body }: VendorAnswer, provider: Provider): Reading {
	const { request_id: requestId, data } = asObject(body);
	const reading = readCredential(data, provider);
	if (reading === null) throw unreadable('Nylas', say(ANSWERS.namesNone));
	return { ...reading, requestId: asText(requestId) };
}

/** All that Nylas shows: id, name and times, neither the kind of a credential nor its data. `null` when it is none. */
export function readCredential(credential: unknown, provider: Provider): Reading | null {
	const { id, name, created_at: createdAt, updated_at: updatedAt } = asObject(credential);
	if (asText(id) === null && asText(name) === null) return null;
	return { ...nothingKnown(asText(id)), name: asText(name), parentId: provider, createdAt, updatedAt };
}

/** What a create or an update sends. */
export interface SentFields {
	name?: string;
	credential_data?: IDataObject;
}

/** Holds what was sent against the answer, which shows the name alone. */
export function verify({ name, credential_data: secret }: SentFields, { name: answered }: Reading): Verification {
	const byAnswer = verifyByAnswer(name === undefined ? {} : { name }, answered === null ? {} : { name: answered });
	if (secret === undefined || byAnswer.status === 'failed') return byAnswer;
	return unverifiable(say(MESSAGES.taken));
}

/**
 * Whether the credential with which Nylas answers a create had been there before; `null` when that cannot be told.
 *
 * When a credential with the same parameters exists, Nylas “uses” it instead of creating one, and does not say so in
 * the answer. But one that was created before the request was sent is not new. The moment of sending is taken on
 * Nylas's own clock: when it answered, less the time that the request took. A credential created within the rounding
 * before that still passes for a new one.
 * @see https://developer.nylas.com/docs/reference/api/connector-credentials/
 */
export function wasThereBefore(createdAt: unknown, { headers, tookMs }: VendorAnswer): boolean | null {
	const created = toDateTime(createdAt);
	const answered = toDateTime(headers.date);
	if (created === null || answered === null || tookMs === undefined) return null;
	return created.toMillis() < answered.toMillis() - tookMs - ROUNDING_MS;
}

/** Both the Date header and `created_at` are whole seconds, rounded who knows how. */
const ROUNDING_MS = 2_000;
