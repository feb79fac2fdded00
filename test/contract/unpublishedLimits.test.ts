import { outcomesOf, jobOf } from '../harness/jobs';
import { nodesUnderTest } from '../harness/packageTypes';
import { types, useSubject } from '../harness/subject';
import { vendorRecords } from '../harness/vendorRecords';
import { simulatorOf } from '../simulator';
import type { RateRule } from '../simulator/rateLimits';

const MINUTE_MS = 60_000;
const A_MINUTE = 60;

/** How much longer than the limit itself it may take to find out what the limit is. */
const DEAREST = 1.3;

/** What 200 requests, three of which are refused for too many, may take before nobody calls it quick. */
const SOON_MS = 45_000;

const withoutLimit = vendorRecords.filter(({ limits }) => limits.windows.length === 0).map(({ name }) => name);

test('vendors that publish no limit are ones that the package registers', () => {
	expect([...types.nodes.keys()]).toEqual(expect.arrayContaining(withoutLimit));
});

for (const nodeName of nodesUnderTest(types).filter((name) => withoutLimit.includes(name))) describe(`${nodeName}, which publishes no limit`, () => {
	const { start, updateTraits } = simulatorOf(nodeName);
	const [[caseName, traits]] = Object.entries(updateTraits) as [[string, (typeof updateTraits)[string]]];
	const limitedTo = (...limits: RateRule[]) => useSubject(nodeName, { start: async () => await start({ limits }) }, caseName);

	describe.each(['fixed', 'sliding'] as const)('and has one of 60 in any %s minute', (counting) => {
		const subject = limitedTo({ counting, requests: A_MINUTE, perMs: MINUTE_MS });

		test.each([
			[100, 1],
			[100, 5],
			[100, 20],
			[300, 5],
		])('carries out %i items, %i at a time, in little more time than the limit takes', async (count, maxConcurrency) => {
			const { run, requests } = subject();
			const job = jobOf('get', subject(), traits, count);

			const outcomes = outcomesOf(job, await run(job.items, { ...job.options, options: { maxConcurrency } }));

			expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
			const tookMs = requests().at(-1)!.at - requests()[0]!.at;
			expect(tookMs).toBeLessThanOrEqual(DEAREST * (Math.ceil(count / A_MINUTE) - 1) * MINUTE_MS);
		});

		test('does not slow down a batch that fits into it', async () => {
			const { run, waits } = subject();
			const job = jobOf('get', subject(), traits, A_MINUTE - 10);

			const outcomes = outcomesOf(job, await run(job.items, job.options));

			expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
			expect(waits.total()).toBe(0);
		});

		test('carries out changes as well, each of them once', async () => {
			const { run } = subject();
			const job = jobOf('delete', subject(), traits, 100);

			const outcomes = outcomesOf(job, await run(job.items, job.options));

			expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
			job.expectStored(job.items.map(() => true));
		});
	});

	describe.each([
		['in ten seconds', 10_000],
		['in a minute', MINUTE_MS],
	])('and has one of 10 %s, which is less than goes at once', (_length, perMs) => {
		const subject = limitedTo({ counting: 'fixed', requests: 10, perMs });

		// One that happens to be the first refused again and again uses up its tries.
		test('loses hardly any of 100 items, 20 at a time', async () => {
			const { run } = subject();
			const job = jobOf('get', subject(), traits, 100);

			const outcomes = outcomesOf(job, await run(job.items, { ...job.options, options: { maxConcurrency: 20 } }));

			expect(outcomes.filter(({ error }) => error !== null).length).toBeLessThanOrEqual(5);
		});
	});

	describe('and refuses a few', () => {
		const subject = limitedTo();

		test('is asked for what it does not have no slower than for what it has', async () => {
			const { run, simulator, update, requests } = subject();
			const job = jobOf('get', subject(), traits, 200);
			simulator.reset();
			const isAsked = (request: (typeof simulator.server.requests)[number]) => !update.isSignIn?.(request);
			simulator.server.plan({ when: isAsked, times: 3, isForeign: true, answer: { status: 429 } });

			const outcomes = outcomesOf(job, await run(job.items, job.options));

			const codes = outcomes.map(({ error }) => error?.code);
			expect(codes.filter((code) => code !== 'notFound').length).toBeLessThanOrEqual(3);
			expect(requests().at(-1)!.at - requests()[0]!.at).toBeLessThan(SOON_MS);
		});

		test('has items that it does not find earn repeats for the others', async () => {
			const { run, simulator } = subject();
			const job = jobOf('get', subject(), traits, 200);
			simulator.reset();
			let count = 0;
			simulator.server.plan({ when: (request) => job.isIt(request) && (count += 1) % 4 === 0, times: Infinity, isForeign: true, answer: { status: 503 } });

			const outcomes = outcomesOf(job, await run(job.items, job.options));

			expect(outcomes.map(({ error }) => error?.code).filter((code) => code === 'vendorUnavailable')).toEqual([]);
		});
	});
});
