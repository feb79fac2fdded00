import fc from 'fast-check';

import { Throttle, type Ticket } from '../../nodes/engine/request/throttle';
import type { RateWindow } from '../../nodes/kit/limits';

/** An answer can hold an account back for the longest window and this much more. */
/** Reset and Date are in whole seconds: so much later may a window seem to end. */
const COARSENESS_MS = 2_000;

const GRACE_MS = 5_000;

/** One request that wants to go. */
interface Load {
	arrivesAt: number;
	/** From its start to its answer. */
	takesMs: number;
	/** When in between the vendor counts it, as a share. */
	seenAt: number;
}

/** One request that went. */
interface Gone extends Load {
	startedAt: number;
	seen: number;
	endedAt: number;
	/** 0: it never had to wait. */
	longestWaitMs: number;
}

/** What happens beside the counting when the vendor sees a request, and when its answer arrives. */
interface Vendor {
	onSeen?(gone: Gone): void;
	onAnswer?(gone: Gone, ticket: Ticket): void;
}

/**
 * Lets requests through a throttle as a run does: so many at a time, each going as soon as it is let, asking again after
 * every wait. Time is simulated.
 */
function drive(throttle: Throttle, loads: readonly Load[], concurrency = Infinity, { onSeen, onAnswer }: Vendor = {}): Gone[] {
	const events = new Events();
	const gone: Gone[] = [];
	const queue = loads.toSorted((a, b) => a.arrivesAt - b.arrivesAt);
	let asked = 0;

	const ask = (load: Load, longestWaitMs: number) => (now: number) => {
		const wait = throttle.waitAt(now);
		if (wait !== null) {
			if (!(wait.ms > 0 && wait.ms < Infinity)) throw new Error(`It cannot be waited ${wait.ms} ms`);
			if (asked++ > MOST_WAITS) throw new Error('It never gets to go');
			events.add(now + wait.ms, ask(load, Math.max(longestWaitMs, wait.ms)));
			return;
		}
		const ticket = throttle.start(now);
		const it: Gone = { ...load, startedAt: now, seen: now + load.takesMs * load.seenAt, endedAt: now + load.takesMs, longestWaitMs };
		gone.push(it);
		events.add(it.seen, () => onSeen?.(it));
		events.add(it.endedAt, (then) => {
			throttle.end(then);
			onAnswer?.(it, ticket);
			next(then);
		});
	};
	const next = (now: number) => {
		const load = queue.shift();
		if (load !== undefined) events.add(Math.max(now, load.arrivesAt), ask(load, 0));
	};
	for (let worker = 0; worker < Math.min(concurrency, loads.length); worker += 1) next(0);
	events.runAll();
	if (gone.length < loads.length) throw new Error('Not all of them went');
	return gone;
}

/** More waits than any of these drives can need. */
const MOST_WAITS = 200_000;

type Event = (now: number) => void;

/** What is to happen, by the clock; at the same moment, first come, first served. */
class Events {
	private readonly moments = new Map<number, Event[]>();
	private readonly times: number[] = [];

	add(at: number, event: Event): void {
		const events = this.moments.get(at);
		if (events !== undefined) return void events.push(event);
		this.moments.set(at, [event]);
		const place = this.times.findLastIndex((time) => time > at);
		this.times.splice(place + 1, 0, at);
	}

	runAll(): void {
		for (let now = this.times.pop(); now !== undefined; now = this.times.pop()) {
			const events = this.moments.get(now)!;
			for (const event of events) event(now);
			this.moments.delete(now);
		}
	}
}

/** In sixteenths, as all times here are, so that no rounding puts one on the wrong side of another. */
const share = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 16 }).map((sixteenths) => sixteenths / 16));

const window = fc.record({ requests: fc.integer({ min: 1, max: 8 }), perMs: fc.integer({ min: 100, max: 5_000 }) });

/** Several windows at once, and requests that come when they like and take as long as they like. */
const traffic = fc.record({
	windows: fc.array(window, { minLength: 1, maxLength: 3 }),
	concurrency: fc.integer({ min: 1, max: 20 }),
	loads: fc.array(
		fc.record({
			arrivesAt: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 15_000 })),
			takesMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 8_000 })),
			seenAt: share,
		}),
		{ minLength: 1, maxLength: 40 },
	),
});

const atOnce = (count: number, takesMs = 0): Load[] => Array.from({ length: count }, () => ({ arrivesAt: 0, takesMs, seenAt: 1 }));

const seenTimes = (gone: Gone[]) => gone.map(({ seen }) => seen).toSorted((a, b) => a - b);

/** The most requests that a vendor sees in one of its windows, the first of which begins with the first request. */
function mostInFixedWindow(times: number[], { perMs }: RateWindow): number {
	let [begins, count, most] = [-Infinity, 0, 0];
	for (const time of times) {
		if (time >= begins + perMs) [begins, count] = [time, 0];
		count += 1;
		most = Math.max(most, count);
	}
	return most;
}

function mostInSlidingWindow(times: number[], { perMs }: RateWindow): number {
	return Math.max(...times.map((end) => times.filter((time) => time > end - perMs && time <= end).length));
}

/** The least that is ever left in a bucket that holds a window's requests and fills at that rate. */
function leastInBucket(times: number[], { requests, perMs }: RateWindow): number {
	let [tokens, at, least] = [requests, 0, requests as number];
	for (const time of times) {
		tokens = Math.min(requests, tokens + ((time - at) * requests) / perMs) - 1;
		at = time;
		least = Math.min(least, tokens);
	}
	return least;
}

describe('a published limit', () => {
	test('property: is kept, however the vendor counts and whenever it sees a request', () => {
		fc.assert(
			fc.property(traffic, ({ windows, concurrency, loads }) => {
				const times = seenTimes(drive(new Throttle(windows), loads, concurrency));

				for (const window of windows) {
					expect(mostInFixedWindow(times, window)).toBeLessThanOrEqual(window.requests);
					expect(mostInSlidingWindow(times, window)).toBeLessThanOrEqual(window.requests);
					expect(leastInBucket(times, window)).toBeGreaterThan(-1e-6);
				}
			}),
			{ numRuns: 400 },
		);
	});

	test('property: does not delay a batch that fits into it', () => {
		fc.assert(
			fc.property(traffic, ({ windows, concurrency, loads }) => {
				const burst = Math.min(...windows.map(({ requests }) => requests));

				const gone = drive(new Throttle(windows), loads.slice(0, burst), concurrency);

				expect(gone.filter(({ longestWaitMs }) => longestWaitMs > 0)).toEqual([]);
			}),
		);
	});

	test('property: costs no more time than it has to where requests take none', () => {
		fc.assert(
			fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 60 }), (windows, count) => {
				const earliest: number[] = [];
				for (let place = 0; place < count; place += 1) {
					const bounds = windows.map(({ requests, perMs }) => (earliest[place - requests] ?? -perMs) + perMs);
					earliest.push(Math.max(...bounds));
				}

				const starts = drive(new Throttle(windows), atOnce(count)).map(({ startedAt }) => startedAt);

				expect(starts).toEqual(earliest);
			}),
		);
	});

	test.each([
		[240, 0],
		[241, 60_000],
		[480, 60_000],
		[481, 120_000],
		[1_000, 240_000],
	])('of 240 a minute lets %i requests be done after %i ms', (count, ms) => {
		const gone = drive(new Throttle([{ requests: 240, perMs: 60_000 }]), atOnce(count));

		expect(Math.max(...gone.map(({ endedAt }) => endedAt))).toBe(ms);
	});

	test('property: costs one answer’s time for each window more where requests take some', () => {
		fc.assert(
			fc.property(window, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 200 }), (window, count, takesMs) => {
				const gone = drive(new Throttle([window]), atOnce(count, takesMs));

				const fullWindows = Math.floor((count - 1) / window.requests);
				expect(Math.max(...gone.map(({ startedAt }) => startedAt))).toBe(fullWindows * (window.perMs + takesMs));
			}),
		);
	});

	test('is given as the reason of a wait, the longest of several', () => {
		const long = { requests: 2, perMs: 60_000 };
		const short = { requests: 2, perMs: 10_000 };
		const throttle = new Throttle([short, long]);
		drive(throttle, atOnce(2));

		expect(throttle.waitAt(0)).toEqual({ ms: 60_000, reason: long });
	});

	test('that requests on their way use up is looked at again soon, until their answers tell more', () => {
		const throttle = new Throttle([{ requests: 1, perMs: 1_000 }]);
		throttle.start(0);

		expect(throttle.waitAt(10_000)).toMatchObject({ ms: 20 });
		throttle.end(10_000);
		expect(throttle.waitAt(10_000)).toMatchObject({ ms: 1_000 });
	});
});

/** A vendor that counts the requests of several users in one window, which begins with the first of them. */
class SharedWindow {
	remaining = 0;
	endsAt = -Infinity;

	constructor(private readonly window: RateWindow) {}

	/** Counts a request if there is room for it; says what is left, and when the window ends. */
	see(now: number): { remaining: number; endsAt: number; refused: boolean } {
		if (now >= this.endsAt) {
			this.remaining = this.window.requests;
			this.endsAt = now + this.window.perMs;
		}
		const refused = this.remaining === 0;
		if (!refused) this.remaining -= 1;
		return { remaining: this.remaining, endsAt: this.endsAt, refused };
	}
}

describe('what the vendor says of its first window', () => {
	const LIMIT = { requests: 10, perMs: 60_000 };

	/** A throttle that has been told something after one request at 0. */
	function toldAtStart(remaining: number, endsInMs: number, windows: RateWindow[] = [LIMIT]): Throttle {
		const throttle = new Throttle(windows);
		const ticket = throttle.start(0);
		throttle.end(0);
		throttle.reported(ticket, remaining, endsInMs, 0);
		return throttle;
	}

	/** How many requests it lets go at this moment. */
	function roomAt(throttle: Throttle, now: number): number {
		let room = 0;
		for (; throttle.waitAt(now) === null; room += 1) throttle.start(now);
		return room;
	}

	test.each([0, 1, 5, 9])('lets no more than the %i through that are left', (remaining) => {
		expect(roomAt(toldAtStart(remaining, 30_000), 0)).toBe(remaining);
	});

	test.each([10, 11, 999_999_999])('does not raise the published limit by claiming that %i are left', (remaining) => {
		expect(roomAt(toldAtStart(remaining, 30_000), 0)).toBe(9);
	});

	test('holds until that window ends', () => {
		const throttle = toldAtStart(0, 30_000);

		expect(throttle.waitAt(10_000)).toEqual({ ms: 20_000, reason: LIMIT });
		expect(throttle.waitAt(29_999)).toMatchObject({ ms: 1 });
		expect(roomAt(throttle, 30_000)).toBe(9);
	});

	test('has nothing to say to a vendor without a published window', () => {
		expect(toldAtStart(0, 30_000, []).waitAt(0)).toBeNull();
	});

	test('has nothing to say of a window beside the first', () => {
		const throttle = toldAtStart(0, 30_000, [LIMIT, { requests: 5, perMs: 1_000 }]);

		expect(throttle.waitAt(0)).toEqual({ ms: 30_000, reason: LIMIT });
	});

	test('counts a request on its way as one that is not among those that were counted', () => {
		const throttle = new Throttle([LIMIT]);
		const tickets = [0, 0, 0].map((now) => throttle.start(now));
		throttle.end(10);
		throttle.reported(tickets[0]!, 2, 30_000, 10);

		expect(throttle.waitAt(10)).toMatchObject({ ms: 20 });
		throttle.end(20);
		throttle.reported(tickets[1]!, 1, 30_000, 20);
		expect(throttle.waitAt(20)).toMatchObject({ ms: 20 });
		throttle.end(30);
		throttle.reported(tickets[2]!, 0, 30_000, 30);
		expect(throttle.waitAt(30)).toMatchObject({ ms: 29_980 });
	});

	test('is not taken back by an answer that was given earlier and arrives later', () => {
		const throttle = new Throttle([LIMIT]);
		const [slow, fast] = [throttle.start(0), throttle.start(1)];
		throttle.end(10);
		throttle.reported(fast, 1, 30_000, 10);
		throttle.end(20);
		throttle.reported(slow, 2, 30_000, 20);

		expect(roomAt(throttle, 20)).toBe(1);
	});

	test('does not include a request whose answer was lost', () => {
		const throttle = toldAtStart(2, 30_000);
		throttle.start(5);
		throttle.end(10);

		expect(roomAt(throttle, 10)).toBe(1);
	});

	test('is replaced by what it says of the next window', () => {
		const throttle = toldAtStart(1, 30_000);
		const late = throttle.start(29_000);
		throttle.end(31_000);
		throttle.reported(late, 9, 59_000, 31_000);

		expect(roomAt(throttle, 31_000)).toBe(8);
	});

	test('is replaced by what it says of the next window, although a slow answer has made the last one seem longer', () => {
		const throttle = new Throttle([LIMIT]);
		const slow = throttle.start(0);
		throttle.end(5_000);
		throttle.reported(slow, 1, 30_000, 5_000);
		const next = throttle.start(31_000);
		throttle.end(31_000);
		throttle.reported(next, 9, 60_000, 31_000);

		expect(roomAt(throttle, 31_000)).toBe(8);
	});

	test('is replaced by anything that it says after that window', () => {
		const throttle = toldAtStart(5, 1_000);
		const next = throttle.start(2_000);
		throttle.end(2_000);
		throttle.reported(next, 2, 10_000, 2_000);

		expect(roomAt(throttle, 2_000)).toBe(2);
	});

	test('is not replaced by what it said of the window before', () => {
		const throttle = toldAtStart(8, 30_000);
		const slow = throttle.start(10);
		const next = throttle.start(40_000);
		throttle.end(41_000);
		throttle.reported(next, 5, 59_000, 41_000);
		throttle.end(42_000);
		throttle.reported(slow, 0, 10, 42_000);

		expect(roomAt(throttle, 42_000)).toBe(5);
	});

	test('property: lets no more through than it leaves, with others at work and answers in any order', () => {
		fc.assert(
			fc.property(
				fc.record({
					window: fc.record({ requests: fc.integer({ min: 1, max: 12 }), perMs: fc.integer({ min: 5_000, max: 60_000 }) }),
					concurrency: fc.integer({ min: 1, max: 8 }),
					loads: fc.array(fc.record({ arrivesAt: fc.integer({ min: 0, max: 90_000 }), takesMs: fc.integer({ min: 0, max: 1_500 }), seenAt: share }), { minLength: 1, maxLength: 40 }),
					foreign: fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 30 }),
				}),
				({ window, concurrency, loads, foreign }) => {
					const throttle = new Throttle([window]);
					const vendor = new SharedWindow(window);
					const others = foreign.toSorted((a, b) => a - b);
					const seen: Array<{ gone: Gone; said: ReturnType<SharedWindow['see']> }> = [];

					drive(throttle, loads, concurrency, {
						onSeen: (it) => {
							while (others.length > 0 && others[0]! <= it.seen) vendor.see(others.shift()!);
							seen.push({ gone: it, said: vendor.see(it.seen) });
						},
						onAnswer: (it, ticket) => {
							const { said } = seen.find(({ gone }) => gone === it)!;
							throttle.reported(ticket, said.remaining, Math.max(0, said.endsAt - it.seen + COARSENESS_MS), it.endedAt);
						},
					});

					// Whoever starts after an answer has arrived is, with all who overtook that answer, among those that it leaves.
					for (const [place, { gone: told, said }] of seen.entries()) {
						const later = seen.slice(place + 1).filter(({ gone }) => gone.seen < said.endsAt);
						const lastHeeding = Math.max(...later.map(({ gone }) => gone.startedAt).filter((at) => at > told.endedAt));
						const through = later.filter(({ gone }) => gone.startedAt <= lastHeeding);
						expect(through.length).toBeLessThanOrEqual(said.remaining);
					}
				},
			),
			{ numRuns: 400 },
		);
	});

	test('property: delays no batch that fits by more than its own answers take, while nobody else is at work', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 30 }),
				fc.integer({ min: 1, max: 8 }),
				fc.array(fc.record({ takesMs: fc.integer({ min: 0, max: 1_000 }), seenAt: share }), { minLength: 30, maxLength: 30 }),
				(requests, concurrency, takes) => {
					const window = { requests, perMs: 60_000 };
					const throttle = new Throttle([window]);
					const vendor = new SharedWindow(window);
					const said = new Map<Gone, ReturnType<SharedWindow['see']>>();
					const loads = takes.slice(0, requests).map((take) => ({ ...take, arrivesAt: 0 }));

					const gone = drive(throttle, loads, concurrency, {
						onSeen: (it) => void said.set(it, vendor.see(it.seen)),
						onAnswer: (it, ticket) => throttle.reported(ticket, said.get(it)!.remaining, said.get(it)!.endsAt - it.seen, it.endedAt),
					});

					expect(Math.max(...gone.map(({ longestWaitMs }) => longestWaitMs))).toBeLessThanOrEqual(20);
				},
			),
		);
	});

	const hostileNumber = fc.oneof(
		fc.constantFrom(0, 1, 999_999_999, 999_999_999_000, Number.MAX_SAFE_INTEGER),
		fc.nat({ max: 200_000 }),
	);

	test('property: holds no longer than the window and 5 s, whatever it says', () => {
		fc.assert(
			fc.property(
				fc.array(window, { minLength: 1, maxLength: 2 }),
				fc.array(fc.record({ remaining: hostileNumber, endsInMs: hostileNumber, takesMs: fc.nat({ max: 3_000 }) }), { minLength: 1, maxLength: 12 }),
				(windows, answers) => {
					const throttle = new Throttle(windows);
					const longestMs = Math.max(...windows.map(({ perMs }) => perMs)) + GRACE_MS;
					let [now, at] = [0, 0];
					for (const { remaining, endsInMs, takesMs } of answers) {
						for (let wait = throttle.waitAt(now); wait !== null; wait = throttle.waitAt(now)) {
							expect(wait.ms).toBeGreaterThan(0);
							now += wait.ms;
						}
						expect(now - at).toBeLessThanOrEqual(longestMs);
						const ticket = throttle.start(now);
						now += takesMs;
						throttle.end(now);
						throttle.reported(ticket, remaining, endsInMs, now);
						at = now;
					}
					expect(throttle.isIdle(at + longestMs)).toBe(true);
					expect(throttle.waitAt(at + longestMs)).toBeNull();
				},
			),
		);
	});
});

describe('a refusal', () => {
	const WINDOW = { requests: 100, perMs: 10_000 };

	/** Lets one request go and be refused at once. */
	function refuse(throttle: Throttle, askedMs: number | null, now: number): void {
		const ticket = throttle.start(now);
		throttle.end(now);
		throttle.refused(ticket, askedMs, now);
	}

	test.each<[string, number | null, number, number]>([
		['as long as the vendor asks', 3_000, 0, 3_000],
		['as long as the vendor asks, even if that is less than it is said to want', 500, 2_000, 500],
		['as long as the vendor is said to want, where it does not ask', null, 2_000, 2_000],
		['no longer than the window and 5 s', 999_999_999_000, 0, 15_000],
	])('holds %s', (_name, askedMs, restMs, heldMs) => {
		const throttle = new Throttle([WINDOW], restMs);
		refuse(throttle, askedMs, 1_000);

		expect(throttle.waitAt(1_000)).toEqual({ ms: heldMs, reason: 'asked' });
		expect(throttle.waitAt(1_000 + heldMs)).toBeNull();
	});

	test('that says that the next may come at once holds nothing, whatever the vendor is said to want', () => {
		const throttle = new Throttle([WINDOW], 2_000);
		refuse(throttle, 0, 0);

		expect(throttle.waitAt(0)).toEqual({ ms: 200, reason: 'pace' });
	});

	test('of a vendor without a published limit holds no longer than 65 s', () => {
		const throttle = new Throttle([]);
		refuse(throttle, 90_000, 0);

		expect(throttle.waitAt(0)).toEqual({ ms: 65_000, reason: 'asked' });
	});

	test('holds as long as the longest of several windows allows', () => {
		const throttle = new Throttle([{ requests: 1, perMs: 1_000 }, { requests: 1, perMs: 20_000 }]);
		refuse(throttle, 90_000, 0);

		expect(throttle.waitAt(0)).toEqual({ ms: 25_000, reason: 'asked' });
	});

	test('that asks for less does not end a longer hold', () => {
		const throttle = new Throttle([WINDOW]);
		const tickets = [throttle.start(0), throttle.start(0)];
		throttle.refused(tickets[0]!, 8_000, 0);
		throttle.refused(tickets[1]!, 1_000, 100);

		expect(throttle.waitAt(100)).toEqual({ ms: 7_900, reason: 'asked' });
	});

	/** A request that is over as soon as it has started. */
	function pastStart(throttle: Throttle, now: number): Ticket {
		const ticket = throttle.start(now);
		throttle.end(now);
		return ticket;
	}

	/** A throttle that has started so many requests, this far apart, the last of them at 0; tickets in that order. */
	function startedEvery(ms: number, count: number): { throttle: Throttle; tickets: Ticket[] } {
		const throttle = new Throttle([]);
		const tickets = Array.from({ length: count }, (_, place) => pastStart(throttle, (place - count + 1) * ms));
		return { throttle, tickets };
	}

	test('halves the pace at which requests have started', () => {
		const { throttle, tickets } = startedEvery(50, 20);
		throttle.refused(tickets[19]!, null, 50);

		// 20 in a second, so 10 are left of them.
		expect(throttle.waitAt(50)).toEqual({ ms: 50, reason: 'pace' });
		expect(throttle.waitAt(100)).toBeNull();
	});

	test('measures the pace by the last 20 starts', () => {
		const { throttle, tickets } = startedEvery(50, 500);
		throttle.refused(tickets[499]!, null, 550);

		throttle.start(550);

		// 20 in 1.5 s.
		expect(throttle.waitAt(550)!.ms).toBeCloseTo(150, 9);
	});

	test('takes no pace from fewer than 100 ms', () => {
		const { throttle, tickets } = startedEvery(0, 10);
		throttle.refused(tickets[9]!, null, 1);

		// 10 in 100 ms are 100 in a second.
		expect(throttle.waitAt(0)).toEqual({ ms: 20, reason: 'pace' });
	});

	test('counts once for all that were on their way', () => {
		const { throttle, tickets } = startedEvery(50, 20);
		for (const [place, ticket] of tickets.entries()) throttle.refused(ticket, null, 50 + place);

		expect(throttle.waitAt(0)).toEqual({ ms: 100, reason: 'pace' });
	});

	test('of a request at the new pace halves that again', () => {
		const { throttle, tickets } = startedEvery(50, 20);
		throttle.refused(tickets[19]!, null, 50);
		throttle.refused(pastStart(throttle, 100), null, 150);
		pastStart(throttle, 1_150);

		expect(throttle.waitAt(1_150)).toEqual({ ms: 200, reason: 'pace' });
	});

	test('never leads to a pace slower than one request in two seconds', () => {
		const throttle = new Throttle([]);
		for (let now = 0; now < 1_000_000; now += 10_000) refuse(throttle, null, now);

		expect(throttle.waitAt(990_000)).toEqual({ ms: 2_000, reason: 'pace' });
	});

	test('slows down by less the faster requests are accepted', () => {
		const { throttle, tickets } = startedEvery(50, 20);
		throttle.refused(tickets[19]!, null, 50);
		throttle.accepted(tickets[19]!);

		// 10 a second become 10.1.
		expect(throttle.waitAt(0)!.ms).toBeCloseTo(1000 / 10.1, 9);
	});

	test('slows down a slow pace only for a few requests', () => {
		const throttle = new Throttle([]);
		refuse(throttle, null, 0);
		refuse(throttle, null, 600_000);
		throttle.accepted(pastStart(throttle, 601_000));

		// 0.5 a second become 1.5.
		expect(throttle.waitAt(601_000)!.ms).toBeCloseTo(1000 / 1.5, 9);
	});

	test('is forgotten once the pace is beyond what any vendor allows', () => {
		const throttle = new Throttle([]);
		refuse(throttle, null, 0);
		const later = pastStart(throttle, 1);
		let accepted = 0;
		for (; throttle.waitAt(0) !== null; accepted += 1) throttle.accepted(later);

		expect(accepted).toBeGreaterThan(5_000);
		expect(accepted).toBeLessThan(15_000);
	});

	test('does not slow down what was never refused', () => {
		const throttle = new Throttle([]);
		throttle.accepted(throttle.start(0));

		expect(throttle.waitAt(0)).toBeNull();
	});

	/** Refuses one request after the other, each as soon as it may go; how long each of them was held. */
	function holdsIn(throttle: Throttle, count: number, askedMs: number | null = null): number[] {
		let now = 0;
		return Array.from({ length: count }, () => {
			refuse(throttle, askedMs, now);
			const wait = throttle.waitAt(now)!;
			now += wait.ms;
			return wait.ms;
		});
	}

	test('after others holds longer each time, until a minute has passed, and no longer', () => {
		// The last ones keep to the slowest pace.
		expect(holdsIn(new Throttle([]), 6)).toEqual([200, 1_000, 10_000, 50_000, 2_000, 2_000]);
		expect(holdsIn(new Throttle([]), 6, 20_000)).toEqual([20_000, 20_000, 20_000, 50_000, 2_000, 2_000]);
	});

	test('lets requests go one by one until one is taken', () => {
		const throttle = new Throttle([]);
		refuse(throttle, null, 0);
		const probe = throttle.start(1_000);

		expect(throttle.waitAt(5_000)).toEqual({ ms: 20, reason: 'pace' });
		throttle.end(5_000);
		throttle.accepted(probe);
		throttle.start(6_000);
		expect(throttle.waitAt(7_000)).toBeNull();
	});

	test('is not made up for by a request that had gone before it', () => {
		const throttle = new Throttle([]);
		const early = throttle.start(0);
		refuse(throttle, null, 100);
		throttle.end(200);
		throttle.accepted(early);
		refuse(throttle, null, 1_000);

		expect(throttle.waitAt(1_000)).toEqual({ ms: 1_000, reason: 'pace' });
	});

	test('leaves no slower pace behind where a whole window was used up', () => {
		const throttle = new Throttle([]);
		holdsIn(throttle, 3);
		throttle.accepted(pastStart(throttle, 20_000));

		expect(throttle.waitAt(20_000)).toBeNull();
	});

	test('property: an unknown limit is found out: few are refused, and the work is done about as fast as the limit allows', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2, max: 40 }),
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 5, max: 300 }),
				(perSecond, burst, concurrency, takesMs) => {
					const throttle = new Throttle([]);
					const bucket = { tokens: burst, at: 0 };
					const again: Load[] = [];
					const count = 600;
					let [refused, endedAt, now] = [0, 0, 0];
					for (let loads = Array.from({ length: count }, (): Load => ({ arrivesAt: 0, takesMs, seenAt: 1 })); loads.length > 0; loads = again.splice(0)) {
						const gone = drive(throttle, loads.map((load) => ({ ...load, arrivesAt: now })), concurrency, {
							onAnswer: ({ endedAt, ...load }, ticket) => {
								bucket.tokens = Math.min(burst, bucket.tokens + ((endedAt - bucket.at) * perSecond) / 1000);
								bucket.at = endedAt;
								if (bucket.tokens >= 1) {
									bucket.tokens -= 1;
									throttle.accepted(ticket);
								} else {
									refused += 1;
									throttle.refused(ticket, null, endedAt);
									again.push(load);
								}
							},
						});
						endedAt = Math.max(...gone.map(({ endedAt }) => endedAt));
						now = endedAt;
					}

					const leastMs = Math.max(((count - burst) * 1000) / perSecond, (count * takesMs) / concurrency);
					expect(endedAt).toBeLessThan(3 * leastMs + 10_000);
					expect(refused).toBeLessThan(count / 2);
				},
			),
			{ numRuns: 40 },
		);
	});
});

describe('a limit that the vendor states', () => {
	const LIMIT = { requests: 10, perMs: 60_000 };

	/** How many requests it lets go at once. */
	function roomIn(throttle: Throttle): number {
		let room = 0;
		for (; throttle.waitAt(0) === null; room += 1) throttle.start(0);
		return room;
	}

	test.each([
		[20, 20],
		[1, 1],
		[100, 100],
		// Out of reach, or none at all.
		[101, 100],
		[Number.MAX_SAFE_INTEGER, 100],
		[0, 10],
	])('as %i lets %i requests go where 10 are published', (stated, room) => {
		const throttle = new Throttle([LIMIT, { requests: 1_000, perMs: 1_000 }]);
		throttle.stated(stated);

		expect(roomIn(throttle)).toBe(room);
	});

	test('holds in the place of one that was stated before, and is the reason of waits', () => {
		const throttle = new Throttle([LIMIT]);
		throttle.stated(20);
		throttle.stated(12);
		for (let count = 0; count < 12; count += 1) {
			throttle.start(0);
			throttle.end(0);
		}

		expect(throttle.waitAt(0)).toEqual({ ms: 60_000, reason: { requests: 12, perMs: 60_000 } });
	});

	test('has nothing to say to a vendor without a published window', () => {
		const throttle = new Throttle([]);
		throttle.stated(1);
		throttle.start(0);

		expect(throttle.waitAt(0)).toBeNull();
	});
});

describe('a throttle that is idle', () => {
	test('is one of which nothing was asked yet', () => {
		expect(new Throttle([{ requests: 1, perMs: 1_000 }]).isIdle(0)).toBe(true);
	});

	test('has been left alone for its longest window and 5 s, and has nothing on its way', () => {
		const throttle = new Throttle([{ requests: 1, perMs: 1_000 }]);
		throttle.start(0);

		expect(throttle.isIdle(100_000)).toBe(false);
		throttle.end(100_000);
		expect(throttle.isIdle(105_999)).toBe(false);
		expect(throttle.isIdle(106_000)).toBe(true);
	});

	test('has not been told anything since', () => {
		const throttle = new Throttle([{ requests: 1, perMs: 1_000 }]);
		const ticket = throttle.start(0);
		throttle.end(0);
		throttle.reported(ticket, 0, 6_000, 400);

		expect(throttle.isIdle(6_399)).toBe(false);
		expect(throttle.isIdle(6_400)).toBe(true);
	});

	test('holds nothing back that was asked for later', () => {
		const throttle = new Throttle([{ requests: 1, perMs: 1_000 }]);
		const ticket = throttle.start(0);
		throttle.end(0);
		throttle.refused(ticket, 6_000, 0);

		expect(throttle.isIdle(11_999)).toBe(false);
		expect(throttle.isIdle(12_000)).toBe(true);
	});

	test('property: comes about after any traffic, and would let the next request go', () => {
		fc.assert(
			fc.property(traffic, fc.infiniteStream(fc.nat({ max: 20_000 })), fc.infiniteStream(fc.constantFrom('accepted', 'refused', 'told')), ({ windows, concurrency, loads }, numbers, kinds) => {
				const throttle = new Throttle(windows);
				const gone = drive(throttle, loads, concurrency, {
					onAnswer: ({ endedAt }, ticket) => {
						const kind = kinds.next().value;
						if (kind === 'accepted') throttle.accepted(ticket);
						if (kind === 'refused') throttle.refused(ticket, numbers.next().value!, endedAt);
						if (kind === 'told') throttle.reported(ticket, numbers.next().value! % 5, numbers.next().value!, endedAt);
					},
				});
				const longestMs = Math.max(...windows.map(({ perMs }) => perMs)) + GRACE_MS;
				const last = Math.max(...gone.map(({ endedAt }) => endedAt));

				// One more, because a pace makes moments of many digits.
				const longAfter = last + 2 * longestMs + 1;
				expect(throttle.isIdle(last + longestMs - 1)).toBe(false);
				expect(throttle.isIdle(longAfter)).toBe(true);
				expect(throttle.waitAt(longAfter)).toBeNull();
			}),
		);
	});
});
