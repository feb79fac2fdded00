import fc from 'fast-check';

import { runSchedule, type Schedule } from '../../nodes/engine/run/schedule';
import { useVirtualTime } from '../harness/virtualTime';

const time = useVirtualTime();

interface Job {
	/** `null`: it waits for no other. */
	key: string | null;
	takesMs: number;
}

/** What a schedule has done, and when. */
interface Log {
	/** Jobs in the order in which they started. */
	started: number[];
	startedAt: number[];
	endedAt: number[];
	mostAtOnce: number;
	resolvedAt: number;
}

/** @param goesOn asked with the jobs that have ended so far */
async function runJobs(jobs: readonly Job[], concurrency: number, goesOn: (ended: number[]) => boolean = () => true): Promise<Log> {
	const begunAt = time().now;
	const log: Log = { started: [], startedAt: [], endedAt: [], mostAtOnce: 0, resolvedAt: 0 };
	const ended: number[] = [];
	let underWay = 0;
	const schedule: Schedule = {
		count: jobs.length,
		concurrency,
		keyOf: (index) => jobs[index]!.key,
		goesOn: () => goesOn(ended),
		run: async (index) => {
			expect(log.started).not.toContain(index);
			log.started.push(index);
			log.startedAt[index] = time().now - begunAt;
			underWay += 1;
			log.mostAtOnce = Math.max(log.mostAtOnce, underWay);
			if (jobs[index]!.takesMs > 0) await time().sleep(jobs[index]!.takesMs);
			underWay -= 1;
			log.endedAt[index] = time().now - begunAt;
			ended.push(index);
		},
	};
	await time().until(runSchedule(schedule));
	expect(underWay).toBe(0);
	return { ...log, resolvedAt: time().now - begunAt };
}

const job = fc.record({
	key: fc.option(fc.constantFrom('a', 'b', 'c', '__proto__', ''), { nil: null }),
	takesMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 })),
});
const jobs = fc.array(job, { maxLength: 25 });
const concurrency = fc.integer({ min: 1, max: 20 });
const places = (count: number) => Array.from({ length: count }, (_, place) => place);

describe('jobs', () => {
	test('property: run once each, never more at once than allowed, those of one key in the order of the list and not side by side', async () => {
		await fc.assert(
			fc.asyncProperty(jobs, concurrency, async (list, most) => {
				const { started, startedAt, endedAt, mostAtOnce } = await runJobs(list, most);

				expect(started.toSorted((a, b) => a - b)).toEqual(places(list.length));
				expect(mostAtOnce).toBeLessThanOrEqual(most);
				for (const key of new Set(list.map((job) => job.key))) {
					if (key === null) continue;
					const line = places(list.length).filter((place) => list[place]!.key === key);
					expect(started.filter((place) => line.includes(place))).toEqual(line);
					for (const [before, after] of line.slice(1).map((place, index) => [line[index]!, place])) {
						expect(startedAt[after!]).toBeGreaterThanOrEqual(endedAt[before!]!);
					}
				}
			}),
			{ numRuns: 300 },
		);
	});

	test('property: leave no place empty while there is one that could run', async () => {
		await fc.assert(
			fc.asyncProperty(jobs, concurrency, async (list, most) => {
				const { startedAt, endedAt } = await runJobs(list, most);

				const overlaps = (place: number, at: number) => startedAt[place]! <= at && at < endedAt[place]!;
				// Checked when something has just ended: whoever could have started then has.
				for (const at of [0, ...endedAt]) {
					const underWay = places(list.length).filter((place) => overlaps(place, at));
					if (underWay.length >= most) continue;
					const waiting = places(list.length).filter((place) => startedAt[place]! > at);
					const keys = underWay.map((place) => list[place]!.key);
					for (const place of waiting) {
						expect(list[place]!.key).not.toBeNull();
						expect(keys).toContain(list[place]!.key);
					}
				}
			}),
			{ numRuns: 300 },
		);
	});

	test('property: of different keys start in the order of the list, as many at once as allowed', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 25 }), concurrency, fc.boolean(), async (takes, most, haveKeys) => {
				const list = takes.map((takesMs, place) => ({ takesMs, key: haveKeys ? `key ${place}` : null }));
				const { started, startedAt, mostAtOnce, resolvedAt } = await runJobs(list, most);

				// What a queue at so many counters comes to.
				const counters = Array.from({ length: most }, () => 0);
				const expected = takes.map((takesMs) => {
					const free = counters.indexOf(Math.min(...counters));
					counters[free]! += takesMs;
					return counters[free]! - takesMs;
				});
				expect(started).toEqual(places(takes.length));
				expect(startedAt).toEqual(expected);
				expect(mostAtOnce).toBe(Math.min(most, takes.length));
				expect(resolvedAt).toBe(Math.max(...counters));
			}),
			{ numRuns: 200 },
		);
	});

	test('property: none starts once it does not go on, and those under way are waited for', async () => {
		await fc.assert(
			fc.asyncProperty(jobs, concurrency, fc.nat({ max: 25 }), async (list, most, stopsAt) => {
				let stoppedAfter = Infinity;
				const { started, endedAt, resolvedAt } = await runJobs(list, most, (ended) => {
					const goesOn = ended.length < stopsAt;
					if (!goesOn) stoppedAfter = Math.min(stoppedAfter, ended.length);
					return goesOn;
				});

				const ended = endedAt.filter((at) => at !== undefined);
				expect(ended).toHaveLength(started.length);
				expect(started.length).toBeGreaterThanOrEqual(Math.min(list.length, stopsAt));
				// Those that were under way when the last one that mattered ended, and no more.
				expect(started.length).toBeLessThanOrEqual(Math.min(list.length, stopsAt === 0 ? 0 : stopsAt + most - 1));
				expect(resolvedAt).toBe(Math.max(0, ...ended));
			}),
			{ numRuns: 300 },
		);
	});
});

test('no job at all is done at once, whatever is asked of it', async () => {
	expect(await runJobs([], 5)).toMatchObject({ started: [], resolvedAt: 0 });
});

test('a key is asked for once for each job, and not before a place is free for it', async () => {
	const asked: number[] = [];
	const askedWhenRun: number[] = [];
	await runSchedule({
		count: 3,
		concurrency: 1,
		goesOn: () => true,
		keyOf: (index) => (asked.push(index), null),
		run: async () => void askedWhenRun.push(asked.length),
	});

	expect(asked).toEqual([0, 1, 2]);
	expect(askedWhenRun).toEqual([1, 2, 3]);
});

test('a job whose turn has come goes before later ones of the list', async () => {
	const list = [{ key: 'a', takesMs: 10 }, { key: 'a', takesMs: 10 }, { key: null, takesMs: 30 }, { key: null, takesMs: 10 }];

	expect((await runJobs(list, 2)).started).toEqual([0, 2, 1, 3]);
});
