import { type Applied, Failure } from '../kit/failure';

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
		message: `This node stopped at a place that it does not expect (${name}).`,
		hint: 'Check the credential at the vendor, and report this to the maintainers of the node.',
	});
}
