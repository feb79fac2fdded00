import { setImmediate } from 'node:timers/promises';

import { clock } from '../../nodes/engine/request/clock';
import { dropIdle } from '../../nodes/engine/request/limiter';
import { dropForgotten } from '../../nodes/engine/request/refusedKeys';

/** The waits of the node under test: let pass at once, and written down. */
export interface SkippedWaits {
	/** Milliseconds of every sleep, in order. A longer wait is slept in slices. */
	sleeps: number[];
	/** Milliseconds slept since the last call of this; waits of several items at the same time are added up. */
	total(): number;
	/** Resolves when the next sleep has begun. */
	next(): Promise<void>;
	/** Epoch milliseconds, skipped ones included: the clock of a vendor that sees the node wait. */
	epoch(): number;
	/** The same by the node's own clock, which is no calendar: in whole milliseconds of another, a wait can look a fraction too short. */
	instant(): number;
	/** Lets so many milliseconds pass, without anybody waiting. */
	advance(ms: number): void;
}

interface Sleeper {
	until: number;
	wake: () => void;
}

/**
 * Lets the waits of the node take no time in the tests of the enclosing `describe`, and the limits forget what earlier
 * tests have used. Waits that are under way together pass together. Deadlines of requests stay real.
 */
export function useSkippedWaits(): SkippedWaits {
	const { now: realNow, sleep: realSleep } = clock;
	const sleeps: number[] = [];
	const sleepers: Sleeper[] = [];
	let skippedMs = 0;
	let announce = () => {};
	let isPassing = false;

	const now = () => realNow() + skippedMs;
	const passTime = async () => {
		isPassing = true;
		while (sleepers.length > 0) {
			// Requests that are under way must get on.
			await setImmediate();
			const next = sleepers.reduce((a, b) => (b.until < a.until ? b : a));
			sleepers.splice(sleepers.indexOf(next), 1);
			skippedMs += Math.max(0, next.until - now());
			next.wake();
		}
		isPassing = false;
	};
	beforeEach(() => {
		sleeps.length = 0;
		dropIdle(Infinity);
		dropForgotten(Infinity);
		// No mocks: those keep every call, of which there are hundreds of thousands.
		clock.now = now;
		clock.sleep = async (ms) => {
			sleeps.push(ms);
			announce();
			const slept = new Promise<void>((wake) => sleepers.push({ until: now() + ms, wake }));
			if (!isPassing) void passTime();
			await slept;
		};
	});
	afterEach(() => {
		jest.restoreAllMocks();
		Object.assign(clock, { now: realNow, sleep: realSleep });
	});
	return {
		sleeps,
		total: () => sleeps.splice(0).reduce((sum, ms) => sum + ms, 0),
		next: async () => await new Promise<void>((resolve) => (announce = resolve)),
		epoch: () => Date.now() + skippedMs,
		instant: () => performance.timeOrigin + now(),
		advance: (ms) => void (skippedMs += ms),
	};
}

/** The deadlines of requests, in the hands of a test. */
export interface Deadlines {
	/** Lets those of all requests that are under way pass. */
	pass(): void;
}

/** Lets no deadline pass in the tests of the enclosing `describe` but when a test says so: a busy machine has no say in it. */
export function useDeadlines(): Deadlines {
	let underWay: AbortController[] = [];
	beforeEach(() => {
		underWay = [];
		jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
			const deadline = new AbortController();
			underWay.push(deadline);
			return deadline.signal;
		});
	});
	afterEach(() => jest.restoreAllMocks());
	return { pass: () => underWay.splice(0).forEach((deadline) => deadline.abort(new DOMException('The time is over', 'TimeoutError'))) };
}
