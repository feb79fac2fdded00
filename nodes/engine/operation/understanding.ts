import { unreadable } from '../../kit/answers';
import type { VendorAnswer } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { Operation, Target } from '../../kit/operation';
import type { Reading } from '../../kit/reading';
import type { VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import { requestIdOf } from '../request/refusal';

/** Runs a reader over an answer; a `Failure` of it tells the answer's status, and that a read has changed nothing. */
export function understood<T>(vendor: VendorRecord, answer: VendorAnswer, stage: 'read' | 'change', read: () => T): T {
	try {
		return read();
	} catch (error) {
		const failure = asFailure(error, 'unknown');
		throw failure.with({
			applied: stage === 'read' ? 'no' : failure.applied,
			hint: vendor.hints[failure.kind] ?? failure.details.hint,
			httpStatus: answer.status,
			requestId: requestIdOf(vendor, answer),
		});
	}
}

/**
 * What an answer says of the credential that was asked for. Throws a `Failure` (`unexpectedResponse`) when it makes no
 * sense, or speaks of another one.
 */
export function readingOf(
	vendor: VendorRecord,
	operation: Operation,
	input: Target,
	answer: VendorAnswer,
	stage: 'read' | 'change',
): Reading {
	return understood(vendor, answer, stage, () => {
		const shown = operation.result(input, answer);
		if (sameId(shown.id, input.id)) return shown;
		throw unreadable(vendor.label, say(MESSAGES.answer.otherCredential));
	});
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Ids in an answer may be absent, and UUIDs may come back in another case; in other ids the case counts. */
export function sameId(answered: string | null, asked: string | null): boolean {
	if (answered === null || asked === null || answered === asked) return true;
	return UUID.test(asked) && answered.toLowerCase() === asked.toLowerCase();
}
