import type { IDataObject } from 'n8n-workflow';

import {
	ANSWERS,
	asObject,
	asText,
	isObject,
	NOT_VERIFIED,
	nothingKnown,
	pick,
	type Reading,
	say,
	toDay,
	unreadable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
} from '../kit';
import type { Fields } from './input';
import { MESSAGES } from './messages';

/** The credential in an answer that holds one. Throws a `Failure` when it names none. */
export function onlyCredential(answer: VendorAnswer, connectionId: string): Reading {
	const reading = readCredential(okBody(answer).credential, connectionId);
	if (reading === null) throw unreadable('DX', say(ANSWERS.namesNone));
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
		// DX documents a date, and takes a day. Its own time of day, should it show one, would make another day elsewhere.
		expiresAt: toDay(credential.expiration_date) ?? (credential.expiration_date || null),
		// `settings` are non-secret by their documentation only: what the connector or the user puts there is not known.
		attributes: pick(credential, ['disabled_at', 'deleted_at']),
		verification: NOT_VERIFIED,
	};
}

/** The body of an answer that says `ok: true`. Throws a `Failure` (`unexpectedResponse`) for any other. */
export function okBody(answer: VendorAnswer): IDataObject {
	if (saysOk(answer)) return asObject(answer.body);
	throw unreadable('DX', say(MESSAGES.notOk));
}

/** Whether the vendor says that it has done what it was asked. DX wants its callers to look at `ok`, whatever the status. */
export function saysOk({ status, body }: VendorAnswer): boolean {
	return status >= 200 && status < 300 && asObject(body).ok === true;
}

const SIGNED_IN = say(MESSAGES.signedIn);

/** DX signs in at the connector with the credential before it saves anything, so success is proof. */
export function verifiedAtConnector({ label }: Fields, { name }: Reading): Verification {
	const shown = verifyByAnswer(label === undefined ? {} : { label }, name === null ? {} : { label: name });
	if (shown.status === 'failed') return shown;
	const mended = shown.status === 'verified' ? shown.detail : null;
	return { status: 'verified', method: 'vendor', detail: [SIGNED_IN, mended].filter(Boolean).join(' ') };
}
