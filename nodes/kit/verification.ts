import isEqual from 'lodash/isEqual';
import type { IDataObject } from 'n8n-workflow';

import type { Verification } from './reading';

/**
 * Holds what was sent against what the answer shows. A field that the answer does not mention proves nothing; one with
 * another value is a mismatch. `detail` names fields only, never values.
 */
export function verifyByAnswer(sent: IDataObject, answered: IDataObject): Verification {
	const shown = Object.keys(sent).filter((field) => Object.hasOwn(answered, field));
	const differing = shown.filter((field) => !isEqual(answered[field], sent[field]));
	if (differing.length > 0) {
		return { status: 'failed', method: 'response', detail: `Other than sent: ${differing.join(', ')}.` };
	}
	if (shown.length < Object.keys(sent).length || shown.length === 0) {
		return unverifiable('The answer does not show every value that was sent.');
	}
	return { status: 'verified', method: 'response', detail: null };
}

/** The vendor shows no trace of the secret, so nothing but a use of it can prove the change. */
export function unverifiable(detail: string): Verification {
	return { status: 'unverifiable', method: 'none', detail };
}
