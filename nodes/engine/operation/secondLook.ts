import type { VendorAnswer } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { Operation, Target } from '../../kit/operation';
import { NOT_VERIFIED, type Reading, type Verification } from '../../kit/reading';
import { say } from '../../kit/sentences';
import { unverifiable } from '../../kit/verification';
import { asFailure } from '../asFailure';
import type { Exchange } from '../request/exchange';

/** What bears a change out, and the answer to the read of it, where there was one. */
export interface Look {
	verification: Verification;
	readBack: VendorAnswer | null;
}

/** Nothing was held against anything. */
export const NO_LOOK: Look = { verification: NOT_VERIFIED, readBack: null };

/** What the answer says of the change, or what a read of it says, where the user has asked for one. */
export async function secondLook(operation: Operation, input: Target, reading: Reading, exchange: Exchange): Promise<Look> {
	const { verification } = reading;
	const wanted = operation.readBack?.(input, reading) ?? null;
	// What was there before has other values by rights.
	if (wanted === null || verification.status === 'failed' || reading.outcome === 'unchanged') return { verification, readBack: null };
	try {
		const readBack = await exchange(wanted.request, 'read');
		return { verification: wanted.verify(readBack), readBack };
	} catch (error) {
		// The change has been made, whatever becomes of looking at it.
		const { kind, message } = asFailure(error, 'no');
		const detail = wanted.refusals?.[kind] ?? say(MESSAGES.verification.notReadBack, { why: message });
		return { verification: unverifiable(detail), readBack: null };
	}
}
