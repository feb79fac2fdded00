import type { IDataObject } from 'n8n-workflow';

import {
	ANSWERS,
	asObject,
	asText,
	isObject,
	leaves,
	nothingKnown,
	type Reading,
	say,
	unreadable,
	unverifiable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
} from '../kit';
import type { Fields } from './input';
import { MESSAGES } from './messages';

/** The credential that an answer is about. Throws a `Failure` (`unexpectedResponse`) when it names none. */
export function onlyCredential({ body }: VendorAnswer): Reading {
	const reading = readCredential(body);
	if (reading === null) throw unreadable('__Label__', say(ANSWERS.namesNone));
	return reading;
}

// FILL IN: under which keys __Label__ shows a credential: ID, name, type, times, what else is no secret, and what is one.
/** What an answer shows of a credential; `null` when it is none. */
export function readCredential(credential: unknown): Reading | null {
	// @if due updated,created
	const { id, name, created_at, updated_at, value } = asObject(credential);
	// @end
	// @if due expires
	const { id, name, created_at, updated_at, expires_at, value } = asObject(credential);
	// @end
	// @if due none
	const { id, name, value } = asObject(credential);
	// @end
	if (!isObject(credential) || asText(id) === null) return null;
	// @if due updated,created
	return { ...nothingKnown(asText(id)), name: asText(name), createdAt: created_at, updatedAt: updated_at, secrets: leaves(value) };
	// @end
	// @if due expires
	return { ...nothingKnown(asText(id)), name: asText(name), createdAt: created_at, updatedAt: updated_at, expiresAt: expires_at, secrets: leaves(value) };
	// @end
	// @if due none
	return { ...nothingKnown(asText(id)), name: asText(name), secrets: leaves(value) };
	// @end
}

/** The fields that an answer shows, as they are sent: the name alone. */
export function shownFields({ body }: VendorAnswer): IDataObject {
	const name = asText(asObject(body).name);
	return name === null ? {} : { name };
}

/** How far an answer bears out what was sent. */
export function verify({ value, ...visible }: Fields, answer: VendorAnswer): Verification {
	const byAnswer = verifyByAnswer(visible, shownFields(answer));
	if (value === undefined || byAnswer.status === 'failed') return byAnswer;
	return unverifiable(say(MESSAGES.taken));
}
