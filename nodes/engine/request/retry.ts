import type { Failure } from '../../kit/failure';
import type { RateLimits } from '../../kit/limits';

/** Tries of one request, the first included. */
export const MOST_ATTEMPTS = 5;

/** A vendor that asks for more than this gets no second try: the item fails, and the workflow can come back later. */
export const LONGEST_WAIT_MS = 90_000;

/**
 * Waits between tries grow from these by doubling, and are drawn between nothing and that (“full jitter”: many items
 * that failed together do not come back together). Faults pass within seconds, limits are counted in up to a minute.
 */
const FIRST_FAULT_WAIT_MS = 500;
const FIRST_THROTTLE_WAIT_MS = 2_000;

/** Repeats that a run has beyond one for each item that may be under way. */
const SPARE_REPEATS = 10;

/** What a request that is dealt with at once adds to the repeats that are left: one in five. */
const EARNED_REPEATS = 0.2;

/**
 * The repeats that are left to a run. Where the vendor is down they are soon used up, and the other items try once each:
 * an outage must not be answered with five times the load.
 */
export class RetryQuota {
	private left: number;

	constructor(private readonly most: number) {
		this.left = most;
	}

	/** For a run of so many items at a time. */
	static for(concurrency: number): RetryQuota {
		return new RetryQuota(SPARE_REPEATS + concurrency);
	}

	/** Takes one; `false` when there is none. */
	spend(): boolean {
		if (this.left < 1) return false;
		this.left -= 1;
		return true;
	}

	/** The vendor has dealt with a request after so many repeats, which have cost it nothing in vain. */
	earn(repeats: number): void {
		this.left = Math.min(this.most, this.left + (repeats === 0 ? EARNED_REPEATS : repeats));
	}
}

/** Whether to send a request again after it has failed: only where it cannot do twice what was asked once. */
export function mayRepeat(failure: Failure, repeatSafe: boolean): boolean {
	return failure.retryable && (repeatSafe || failure.applied === 'no');
}

/**
 * Milliseconds to wait before the next try, `null` when there is to be none. What the vendor asks for is kept to the
 * millisecond; else the wait is drawn.
 * @param attempt the try that has failed, from 1
 * @param random yields numbers from 0 up to 1
 */
export function waitBeforeRepeat(
	{ kind, details }: Failure,
	attempt: number,
	{ restMs = 0 }: Pick<RateLimits, 'restMs'>,
	random: () => number = Math.random,
): number | null {
	const askedMs = details.retryAfterMs ?? 0;
	if (attempt >= MOST_ATTEMPTS || askedMs > LONGEST_WAIT_MS) return null;
	if (askedMs > 0) return askedMs;
	const throttled = kind === 'rateLimited';
	const first = throttled ? FIRST_THROTTLE_WAIT_MS : FIRST_FAULT_WAIT_MS;
	const drawn = random() * first * 2 ** (attempt - 1);
	return throttled ? restMs + drawn : drawn;
}
