import { type Applied, Failure } from '../kit/failure';
import { MESSAGES } from '../kit/messages';
import { cureOf, textOf } from '../kit/sentences';

/**
 * Any thrown value as a `Failure`. One that is none is a fault of our own: its text may quote a value, so only its class
 * is told.
 */
export function asFailure(error: unknown, applied: Applied): Failure {
	if (error instanceof Failure) return error;
	const name = error instanceof Error ? error.constructor.name : typeof error;
	return new Failure({
		code: 'unexpectedResponse',
		stage: 'answer',
		applied,
		message: textOf(MESSAGES.request.unexpected, { what: name }),
		hint: cureOf(MESSAGES.request.unexpected),
	});
}
