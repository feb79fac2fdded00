import fc from 'fast-check';

import { LONGEST_WAIT_MS, mayRepeat, MOST_ATTEMPTS, RetryQuota, waitBeforeRepeat } from '../../nodes/engine/request/retry';
import { type Applied, Failure, type FailureCode } from '../../nodes/kit/failure';

const RETRYABLE: FailureCode[] = ['rateLimited', 'vendorUnavailable', 'timeout', 'network'];
const OTHERS: FailureCode[] = [
	'authentication',
	'permission',
	'notFound',
	'parentNotFound',
	'invalidInput',
	'verificationFailed',
	'conflict',
	'locked',
	'unexpectedResponse',
	'cancelled',
];
const APPLIED: Applied[] = ['no', 'yes', 'unknown'];

const failure = (code: FailureCode, details: { applied?: Applied; retryAfterMs?: number | null } = {}) =>
	new Failure({ code, stage: 'change', message: 'It failed.', ...details });

const anyCode = fc.constantFrom(...RETRYABLE, ...OTHERS);
const retryable = fc.constantFrom(...RETRYABLE);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const tried = fc.integer({ min: 1, max: MOST_ATTEMPTS - 1 });

describe('mayRepeat', () => {
	const all = [...RETRYABLE, ...OTHERS].flatMap((code) => APPLIED.map((applied) => [code, applied] as const));

	test.each(all)('after %s, applied: %s', (code, applied) => {
		const failed = failure(code, { applied });

		expect(mayRepeat(failed, true)).toBe(RETRYABLE.includes(code));
		// Sent twice, it might be done twice.
		expect(mayRepeat(failed, false)).toBe(RETRYABLE.includes(code) && applied === 'no');
	});
});

describe('waitBeforeRepeat', () => {
	test('property: draws from nothing up to a bound that doubles with each try', () => {
		fc.assert(
			fc.property(retryable, tried, fc.nat({ max: 30_000 }), random, (code, attempt, restMs, drawn) => {
				const [first, rest] = code === 'rateLimited' ? [2_000, restMs] : [500, 0];
				const bound = first * 2 ** (attempt - 1);

				const ms = waitBeforeRepeat(failure(code), attempt, { restMs }, () => drawn)!;

				expect(ms).toBeGreaterThanOrEqual(rest);
				expect(ms).toBeLessThanOrEqual(rest + bound);
				expect(ms).toBeCloseTo(rest + drawn * bound, 6);
			}),
		);
	});

	test.each<[FailureCode, number[]]>([
		['network', [500, 1_000, 2_000, 4_000]],
		['timeout', [500, 1_000, 2_000, 4_000]],
		['vendorUnavailable', [500, 1_000, 2_000, 4_000]],
		['rateLimited', [2_000, 4_000, 8_000, 16_000]],
	])('after %s draws from up to %j ms', (code, bounds) => {
		expect([1, 2, 3, 4].map((attempt) => waitBeforeRepeat(failure(code), attempt, {}, () => 0.5))).toEqual(bounds.map((ms) => ms / 2));
	});

	test('draws anew each time when it is not told how', () => {
		const waits = Array.from({ length: 50 }, () => waitBeforeRepeat(failure('network'), 4, {})!);

		expect(new Set(waits).size).toBeGreaterThan(40);
		for (const ms of waits) expect(ms >= 0 && ms < 4_000).toBe(true);
	});

	test('property: keeps to what the vendor asks for to the millisecond, whatever is drawn', () => {
		fc.assert(
			fc.property(retryable, tried, fc.integer({ min: 1, max: LONGEST_WAIT_MS }), random, (code, attempt, retryAfterMs, drawn) => {
				expect(waitBeforeRepeat(failure(code, { retryAfterMs }), attempt, { restMs: 10_000 }, () => drawn)).toBe(retryAfterMs);
			}),
		);
	});

	test.each([90_001, 999_999_999_000, Infinity])('gives up at once when the vendor asks for %i ms', (retryAfterMs) => {
		expect(waitBeforeRepeat(failure('rateLimited', { retryAfterMs }), 1, {})).toBeNull();
	});

	test('waits when the vendor asks for 90 s', () => {
		expect(waitBeforeRepeat(failure('rateLimited', { retryAfterMs: 90_000 }), 1, {})).toBe(90_000);
	});

	test.each([0, null, undefined])('draws when the vendor asks for %p ms', (retryAfterMs) => {
		expect(waitBeforeRepeat(failure('rateLimited', { retryAfterMs }), 1, { restMs: 1_000 }, () => 0.25)).toBe(1_500);
	});

	test('gives up after five tries, even when the vendor says when to come back', () => {
		expect(MOST_ATTEMPTS).toBe(5);
		for (const retryAfterMs of [null, 1]) {
			expect(waitBeforeRepeat(failure('rateLimited', { retryAfterMs }), 4, {})).not.toBeNull();
			for (const attempt of [5, 6]) expect(waitBeforeRepeat(failure('rateLimited', { retryAfterMs }), attempt, {})).toBeNull();
		}
	});
});

describe('the repeats of a run', () => {
	const takenFrom = (quota: RetryQuota) => {
		let taken = 0;
		while (quota.spend()) taken += 1;
		return taken;
	};

	test('are ten more than items may be under way', () => {
		expect([1, 5, 20].map((concurrency) => takenFrom(RetryQuota.for(concurrency)))).toEqual([11, 15, 30]);
	});

	test('grow by one for every five requests that succeed at once', () => {
		const quota = RetryQuota.for(1);
		takenFrom(quota);
		for (let request = 0; request < 4; request += 1) quota.earn(0);
		expect(quota.spend()).toBe(false);
		quota.earn(0);

		expect(takenFrom(quota)).toBe(1);
	});

	test('are given back by a request that succeeds after them', () => {
		const quota = RetryQuota.for(1);
		takenFrom(quota);
		quota.earn(3);

		expect(takenFrom(quota)).toBe(3);
	});

	test('property: are never fewer than none nor more than at the start', () => {
		const deed = fc.oneof(fc.constant('spend' as const), fc.nat({ max: MOST_ATTEMPTS - 1 }));
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 20 }), fc.array(deed, { maxLength: 200 }), (concurrency, deeds) => {
				const quota = RetryQuota.for(concurrency);
				let [spent, earned] = [0, 0];
				for (const deed of deeds) {
					if (deed === 'spend') spent += Number(quota.spend());
					else {
						quota.earn(deed);
						earned += deed === 0 ? 0.2 : deed;
					}
					expect(spent).toBeLessThanOrEqual(10 + concurrency + earned + 1e-9);
				}
				expect(takenFrom(quota)).toBeLessThanOrEqual(10 + concurrency);
			}),
		);
	});

	/** Lets items through a vendor that answers as told; the tries that it costs. */
	function triesOf(items: number, concurrency: number, answer: (tries: number) => Failure | null, repeatSafe = true): number {
		const quota = RetryQuota.for(concurrency);
		let tries = 0;
		/** For each item under way, the try that it is at. */
		const underWay: number[] = [];
		for (let left = items; left > 0 || underWay.length > 0; ) {
			while (left > 0 && underWay.length < concurrency) {
				underWay.push(1);
				left -= 1;
			}
			// By turns, as items that wait for each other's places do.
			const attempt = underWay.shift()!;
			const failed = answer(tries++);
			if (failed === null) quota.earn(attempt - 1);
			else if (mayRepeat(failed, repeatSafe) && waitBeforeRepeat(failed, attempt, {}) !== null && quota.spend()) underWay.push(attempt + 1);
		}
		return tries;
	}

	test('property: cost no more than 10 and one per item under way in an outage, however many items there are', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }), retryable, (items, concurrency, code) => {
				const tries = triesOf(items, concurrency, () => failure(code));

				expect(tries).toBeGreaterThanOrEqual(Math.min(items * MOST_ATTEMPTS, items + 10 + concurrency));
				expect(tries).toBeLessThanOrEqual(items + 10 + concurrency);
			}),
		);
	});

	test('property: cost nothing where the outcome is in doubt and a repeat would not be safe', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20 }), anyCode, fc.constantFrom<Applied>('yes', 'unknown'), (items, concurrency, code, applied) => {
				expect(triesOf(items, concurrency, () => failure(code, { applied }), false)).toBe(items);
			}),
		);
	});

	test('last for as long as a vendor takes every second request', () => {
		const failed = new Set<number>();
		const tries = triesOf(1_000, 5, (place) => (place % 2 === 0 ? (failed.add(place), failure('network')) : null));

		expect(tries).toBe(2_000);
		expect(failed.size).toBe(1_000);
	});

	test('are soon used up where a vendor takes one request in ten', () => {
		const tries = triesOf(1_000, 5, (place) => (place % 10 === 9 ? null : failure('vendorUnavailable')));

		expect(tries).toBeLessThan(1_600);
	});
});
