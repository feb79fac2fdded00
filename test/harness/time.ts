import { setImmediate } from 'node:timers/promises';

import { clock } from '../../nodes/shared/clock';
import { dropIdle } from '../../nodes/shared/limits';

/** The waits of the node under test: let pass at once, and written down. */
export interface SkippedWaits {
	/** Milliseconds of every sleep, in order. A longer wait is slept in slices. */
	sleeps: number[];
	/** Milliseconds slept since the last call of this. */
	total(): number;
}

/**
 * Lets the waits of the node take no time in the tests of the enclosing `describe`, and the limits forget what earlier
 * tests have used. Deadlines of requests stay real.
 */
export function useSkippedWaits(): SkippedWaits {
	const realNow = clock.now;
	const waits = { sleeps: [] as number[], total: () => waits.sleeps.splice(0).reduce((sum, ms) => sum + ms, 0) };
	let skippedMs = 0;
	beforeEach(() => {
		waits.sleeps.length = 0;
		dropIdle(Infinity);
		jest.spyOn(clock, 'now').mockImplementation(() => realNow() + skippedMs);
		jest.spyOn(clock, 'sleep').mockImplementation(async (ms) => {
			waits.sleeps.push(ms);
			skippedMs += ms;
			// Requests that are under way must get on.
			await setImmediate();
		});
	});
	afterEach(() => jest.restoreAllMocks());
	return waits;
}
