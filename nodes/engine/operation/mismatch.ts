import { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { Reading, Verification } from '../../kit/reading';
import type { VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';

/** A vendor that answers with other values than were sent has not done what it was asked. */
export function mismatch(vendor: VendorRecord, { id, verification }: Reading): Failure {
	return new Failure({
		code: 'verificationFailed',
		stage: 'answer',
		applied: 'yes',
		message: say(MESSAGES.verification.contradicted, { vendor: vendor.label, contradiction: CONTRADICTIONS[verification.method] }),
		hint: verification.detail,
		id,
	});
}

/** How a change is contradicted, for the end of a sentence. */
export const CONTRADICTIONS: Readonly<Record<Verification['method'], string>> = {
	none: say(MESSAGES.verification.byAnswer),
	readBack: say(MESSAGES.verification.byRead),
	response: say(MESSAGES.verification.byAnswer),
	vendor: say(MESSAGES.verification.byTest),
};
