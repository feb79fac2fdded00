import { sleep } from 'n8n-workflow';

import { endedBy } from './abort';

/** Time, in one place, so that tests can let it pass without waiting for it. */
export const clock = {
	/** Milliseconds on a clock that never goes back and that nobody sets. */
	now: (): number => performance.now(),
	sleep: async (ms: number): Promise<void> => await sleep(ms),
};

/** The longest wait in one piece: n8n's `sleep` cannot be taken back, and one that nobody waits for any more must soon be over. */
const SLICE_MS = 200;

/**
 * Waits, at least this long; less when the execution is cancelled meanwhile. It ends with the cancelling itself: n8n stores
 * a cancelled execution at once, and what the node returns later is not in it.
 */
export async function pause(ms: number, cancel: AbortSignal | undefined): Promise<void> {
	const until = clock.now() + ms;
	for (let left = ms; left > 0 && !cancel?.aborted; left = until - clock.now()) {
		// Timers may fire a fraction of a millisecond early.
		const slice = clock.sleep(Math.min(Math.ceil(left), SLICE_MS));
		await (cancel === undefined ? slice : endedBy(cancel, slice).catch(() => {}));
	}
}
