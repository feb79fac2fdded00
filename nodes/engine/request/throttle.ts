import type { RateWindow } from '../../kit/limits';

/** Why a request cannot go yet. */
export interface Wait {
	/** Until it may be able to. */
	ms: number;
	/** A published limit, the vendor's own request to wait, or a pace that its refusals have led to. */
	reason: RateWindow | 'asked' | 'pace';
}

/** One request on its way. */
export interface Ticket {
	startedAt: number;
}

/** An answer can hold an account back for the length of the vendor's longest window and this much more. */
const HOLD_GRACE_MS = 5_000;

/** What counts as the window of a vendor that publishes none: the length that most vendors count in. */
const UNKNOWN_WINDOW_MS = 60_000;

/** How much later than the end of a window its headers may seem to put it: both Reset and Date are in whole seconds. */
const COARSENESS_MS = 2_000;

/** How long to wait while only requests on their way take up the window: their answers show from when they count. */
const LOOK_AGAIN_MS = 20;

/**
 * How long to hold after each refusal of a row, where the vendor does not ask for more. Limits are counted by the second, by
 * ten, or by the minute, and which it is here shows only when room comes back. Together they outlast a minute, with no more
 * repeats than one request has; a vendor that refuses still is not waited for: what is left is to be over soon.
 */
const GUESSED_HOLDS_MS: readonly number[] = [0, 1_000, 10_000, 50_000];

/** Room that comes back after more refusals in a row than this, and so after a long hold, is that of a new window. */
const REFUSALS_OF_A_PACE = 2;

/** How many times the published limit a vendor's word can raise it to: more of that is malice, or another unit. */
const MOST_RAISED = 10;

/** Starts that a pace is measured by. */
const MEASURED_STARTS = 20;

/** A shorter time between starts says nothing about a pace. */
const SHORTEST_MEASURE_MS = 100;

/** Requests per second: the slowest pace that refusals lead to, and the pace from which on there is none. */
const SLOWEST_PACE = 0.5;
const NO_PACE = 1_000;

/** A refusal halves the pace; each second of accepted requests raises it by this share, or by half a request if that is more. */
const PACE_CUT = 0.5;
const PACE_GAIN = 0.1;

/**
 * Keeps the requests to one account under the limits of its vendor. Pure: it neither waits nor reads a clock; `now` is
 * in milliseconds and never goes back.
 *
 * A published limit is kept by counting. A request counts from its start until the window's length after its answer:
 * the vendor saw it somewhere in between, so in no window, fixed or sliding, does it see more than it allows.
 * Refusals show that the limit is lower than published, shared, or not known at all: they halve the pace, which then
 * grows again (as TCP and the adaptive mode of the AWS SDKs do). Until one has been taken after a refusal, requests go one by
 * one, and after longer and longer holds: each that is refused costs its item one of a few tries.
 */
export class Throttle {
	private readonly counts: WindowCount[];
	private readonly longestHoldMs: number;
	private underWay = 0;
	private held: { until: number; reason: 'asked' | 'pace' } = { until: -Infinity, reason: 'asked' };
	/** Requests per second; `null` while nothing was refused. */
	private pace: number | null = null;
	/** What it was before the refusals of the row. */
	private paceBefore: number | null = null;
	/** Refusals since a request was taken that had started after one. */
	private refusalsInRow = 0;
	private refusedAt = -Infinity;
	private starts: number[] = [];
	private lastEnd = -Infinity;

	/** @param restMs how long the vendor wants to be left alone after a refusal that does not say it */
	constructor(
		windows: readonly RateWindow[],
		private readonly restMs = 0,
	) {
		this.counts = windows.map((window) => new WindowCount(window));
		this.longestHoldMs = Math.max(...windows.map(({ perMs }) => perMs), windows.length === 0 ? UNKNOWN_WINDOW_MS : 0) + HOLD_GRACE_MS;
	}

	/** `null` when a request may start now. */
	waitAt(now: number): Wait | null {
		const waits: Wait[] = this.counts.map((count) => ({ ms: count.waitAt(now, this.underWay), reason: count.window }));
		waits.push({ ms: this.held.until - now, reason: this.held.reason });
		if (this.isProbing() && this.underWay > 0) waits.push({ ms: LOOK_AGAIN_MS, reason: 'pace' });
		if (this.pace !== null) waits.push({ ms: this.lastStart() + 1000 / this.pace - now, reason: 'pace' });
		const longest = waits.reduce((a, b) => (b.ms > a.ms ? b : a));
		return longest.ms > 0 ? longest : null;
	}

	start(now: number): Ticket {
		this.underWay += 1;
		this.starts = [...this.starts.slice(1 - MEASURED_STARTS), now];
		return { startedAt: now };
	}

	/** The request is over, answered or not. */
	end(now: number): void {
		this.underWay -= 1;
		this.lastEnd = now;
		for (const count of this.counts) count.add(now);
	}

	/**
	 * The vendor has refused a request for too many of them. Returns whether that says anything new: those that go together with
	 * one that is refused are refused as well.
	 */
	refused({ startedAt }: Ticket, askedMs: number | null, now: number): boolean {
		// Those that went before the last refusal say nothing of the pace and the hold that it has led to.
		const isNews = startedAt > this.refusedAt;
		if (isNews) this.refusalsInRow += 1;
		if (this.refusalsInRow <= GUESSED_HOLDS_MS.length) this.hold(askedMs ?? this.restMs, 'asked', now);
		if (!isNews) return false;
		this.hold(GUESSED_HOLDS_MS[this.refusalsInRow - 1] ?? 0, 'pace', now);
		if (this.refusalsInRow === 1) this.paceBefore = this.pace;
		this.pace = Math.max(SLOWEST_PACE, Math.min(this.pace ?? Infinity, this.measuredPace(now)) * PACE_CUT);
		this.refusedAt = now;
		return true;
	}

	/** The vendor has taken a request. */
	accepted({ startedAt }: Ticket): void {
		if (startedAt > this.refusedAt) {
			// The pace was not what was refused: a whole window was used up, and the next one takes as many as quickly.
			if (this.refusalsInRow > REFUSALS_OF_A_PACE) this.pace = this.paceBefore;
			this.refusalsInRow = 0;
		}
		if (this.pace === null) return;
		// That many are taken in a second, so together they raise it by the share for one, or by half a request.
		this.pace += Math.max(PACE_GAIN, 0.5 / this.pace);
		if (this.pace >= NO_PACE) this.pace = null;
	}

	/**
	 * The answer to a request that has just ended says how many are left of the vendor's first window, and when that ends:
	 * others may use it, too.
	 */
	reported({ startedAt }: Ticket, remaining: number, endsInMs: number, now: number): void {
		this.lastEnd = now;
		this.counts[0]?.reported(remaining, { startedAt, now, inMs: Math.min(endsInMs, this.longestHoldMs) }, this.underWay);
	}

	/** The vendor has said how many requests its first window allows this account. */
	stated(requests: number): void {
		this.counts[0]?.allow(requests);
	}

	/** Whether nothing of the past has a say in what comes. */
	isIdle(now: number): boolean {
		const quietMs = now - Math.max(this.lastEnd, this.held.until);
		return this.underWay === 0 && quietMs >= this.longestHoldMs;
	}

	private hold(ms: number, reason: 'asked' | 'pace', now: number): void {
		const until = now + Math.min(ms, this.longestHoldMs);
		if (until > this.held.until) this.held = { until, reason };
	}

	/** Whether there is room again is found out by one request at a time. */
	private isProbing(): boolean {
		return this.refusalsInRow > 0 && this.refusalsInRow <= GUESSED_HOLDS_MS.length;
	}

	private lastStart(): number {
		return this.starts.at(-1) ?? -Infinity;
	}

	private measuredPace(now: number): number {
		const elapsedMs = Math.max(SHORTEST_MEASURE_MS, now - (this.starts[0] ?? now));
		return (this.starts.length * 1000) / elapsedMs;
	}
}

/** What has been used of one window. */
class WindowCount {
	/** When each request stops counting, the earliest first. */
	private until: number[] = [];
	/** What the vendor has left of the window that ends then, others' requests taken off. */
	private report = { left: Infinity, until: -Infinity, cutMs: 0 };

	/** The published window, or what the vendor has said of it since. */
	window: RateWindow;

	constructor(private readonly published: RateWindow) {
		this.window = published;
	}

	/** None at all would never end, and a limit out of reach is none. */
	allow(requests: number): void {
		if (requests === 0 || requests === this.window.requests) return;
		this.window = { ...this.published, requests: Math.min(requests, this.published.requests * MOST_RAISED) };
	}

	add(now: number): void {
		this.until.push(now + this.window.perMs);
		// It may have been counted after the one whose answer has said this.
		this.report.left -= 1;
	}

	waitAt(now: number, underWay: number): number {
		return Math.max(this.countedWait(now, underWay), this.reportWait(now, underWay));
	}

	/**
	 * Of the answers that speak of one window, the one with the least left has been given last, in whatever order they
	 * arrive.
	 */
	reported(remaining: number, ends: { startedAt: number; now: number; inMs: number }, underWay: number): void {
		const end = ends.now + ends.inMs;
		// Where no less is left than is counted here, nobody else seems to have used any. Then the count knows best when
		// there is room again, and must not wait for the rest of a second.
		const isShared = remaining < this.window.requests - this.until.length - underWay;
		const cutMs = isShared ? 0 : COARSENESS_MS;
		const until = end - cutMs;
		// The ends of two windows are a window apart, those of one as far as clocks are coarse and answers slow.
		const tellsApart = this.window.perMs / 2;
		const isActive = this.report.until > ends.now;
		if (!isActive || ends.startedAt + ends.inMs > this.report.until + tellsApart) {
			this.report = { left: remaining, until, cutMs };
			return;
		}
		// `add` has taken its own request off, which is among those that were counted, in this window or the one before.
		this.report.left += 1;
		if (until < this.report.until - tellsApart) return;
		this.report.left = Math.min(this.report.left, remaining);
		if (isShared) this.report = { ...this.report, until: this.report.until + this.report.cutMs, cutMs: 0 };
	}

	private countedWait(now: number, underWay: number): number {
		while (this.until.length > 0 && this.until[0]! <= now) this.until.shift();
		if (underWay + this.until.length < this.window.requests) return 0;
		return this.until.length === 0 ? LOOK_AGAIN_MS : this.until[0]! - now;
	}

	private reportWait(now: number, underWay: number): number {
		const { left, until } = this.report;
		if (until <= now || underWay < left) return 0;
		// Those on their way may have been counted already, and then their answers leave room for others.
		return left > 0 ? LOOK_AGAIN_MS : until - now;
	}
}
