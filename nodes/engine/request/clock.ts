import { sleep } from 'n8n-workflow';

/** Time, in one place, so that tests can let it pass without waiting for it. */
export const clock = {
	/** Milliseconds on a clock that never goes back and that nobody sets. */
	now: (): number => performance.now(),
	sleep: async (ms: number): Promise<void> => await sleep(ms),
};

/** The longest wait in one piece: n8n's `sleep` cannot be cut short, and a cancelled run must not be held by it. */
const SLICE_MS = 200;

/** Waits, at least this long; less when the execution is cancelled meanwhile. */
export async function pause(ms: number, cancel: AbortSignal | undefined): Promise<void> {
	const until = clock.now() + ms;
	for (let left = ms; left > 0 && !cancel?.aborted; left = until - clock.now()) {
		// Timers may fire a fraction of a millisecond early.
		await clock.sleep(Math.min(Math.ceil(left), SLICE_MS));
	}
}
