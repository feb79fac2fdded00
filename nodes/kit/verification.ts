import isEqual from 'lodash/isEqual';
import type { IDataObject } from 'n8n-workflow';

import { alike } from './duplicates';
import { MESSAGES } from './messages';
import type { Verification } from './reading';
import { say } from './sentences';

const { verification } = MESSAGES;

/**
 * Holds what was sent against what the answer shows. A field that the answer does not mention proves nothing; one with
 * another value is a mismatch, unless it differs by what vendors mend. `detail` names fields only, never values.
 * @param exact fields in which case and blanks count: secrets, IDs
 */
export function verifyByAnswer(sent: IDataObject, answered: IDataObject, exact: readonly string[] = []): Verification {
	const shown = Object.keys(sent).filter((field) => Object.hasOwn(answered, field));
	const others = shown.filter((field) => !isEqual(answered[field], sent[field]));
	const differing = others.filter((field) => exact.includes(field) || !isMended(sent[field], answered[field]));
	if (differing.length > 0) {
		return { status: 'failed', method: 'response', detail: say(verification.differing, { fields: differing.join(', ') }) };
	}
	if (shown.length < Object.keys(sent).length || shown.length === 0) {
		return unverifiable(say(verification.notShown));
	}
	const mended = others.length === 0 ? null : say(verification.mended, { fields: others.join(', ') });
	return { status: 'verified', method: 'response', detail: mended };
}

/** Whether a text has come back as vendors mend names and the like. */
function isMended(sent: unknown, answered: unknown): boolean {
	if (typeof sent !== 'string' || typeof answered !== 'string') return false;
	return alike(plainLineEnds(answered)) === alike(plainLineEnds(sent));
}

/** A secret as it is compared: blanks and case count, the kind of its line ends and a last one do not. */
export function comparableSecret(secret: string): string {
	const plain = plainLineEnds(secret);
	return plain.includes('\n') ? plain.trim() : plain;
}

/** In a key, escaped line ends are some as well: a backslash is no part of any. */
function plainLineEnds(text: string): string {
	const unescaped = text.includes('-----BEGIN ') ? text.replaceAll(/\\r\\n|\\[nr]/g, '\n') : text;
	return unescaped.replaceAll(/\r\n?/g, '\n');
}

/** The vendor shows no trace of the secret, so nothing but a use of it can prove the change. */
export function unverifiable(detail: string): Verification {
	return { status: 'unverifiable', method: 'none', detail };
}
