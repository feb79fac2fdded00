import { setTimeout } from 'node:timers/promises';

import mapValues from 'lodash/mapValues';

import { storeOf } from '../harness/engine';
import { OPERATIONS } from '../../nodes/kit/operations';
import { expectHonestOutcomes, jobOf, outcomesOf, type ItemOutcome, type Job } from '../harness/jobs';
import { answering, DOWN, type Mishap, MISHAPS, resetMishap, TOO_LONG, UNREADABLE } from '../harness/mishaps';
import { useServers } from '../harness/servers';
import { describeEveryUpdate, newSecret, operationsOf, severalPagesOf, type Subject } from '../harness/subject';
import { vendorRecords } from '../harness/vendorRecords';
import type { Fault, ReceivedRequest } from '../simulator/server';

/** The longest wait before a second try that nobody has asked for. */
const LONGEST_FAULT_WAIT_MS = 500;
const LONGEST_THROTTLE_WAIT_MS = 12_000;

/** How much longer a wait may be, for seconds that are rounded up, for the pace after a refusal, and for the run itself. */
const SLACK_MS = 2_500;

/** Tries of one request, the first included. */
const MOST_TRIES = 5;

/** Plans a fault, and collects the requests that it hits. */
function plan({ simulator }: Subject, fault: Mishap['fault'], isHit: (request: ReceivedRequest) => boolean, times = 1): ReceivedRequest[] {
	const hits: ReceivedRequest[] = [];
	const when = (request: ReceivedRequest) => isHit(request) && hits.push(request) > 0;
	simulator.server.plan({ ...(typeof fault === 'function' ? fault(simulator.server) : fault), times, when });
	return hits;
}

/** Whether it comes too early to tell whose request it hits. */
const isBlind = ({ fault }: Mishap) => typeof fault === 'object' && fault.hangUp === 'onArrival';

/** The requests that a fault hits: those of the item in the middle, where that can be told. */
const targetOf = (job: Job, mishap: Mishap) => (isBlind(mishap) ? job.isIt : job.isFor(1));

const failuresAmong = (outcomes: ItemOutcome[]) => outcomes.filter(({ error }) => error !== null);

describeEveryUpdate((subject, traits, nodeName) => {
	const startServer = useServers();
	const mishaps: Mishap[] = Object.values(MISHAPS);
	if (traits.resetHeader !== undefined) mishaps.push(resetMishap(traits.resetHeader));

	describe.each(operationsOf(nodeName))('%s', (operation) => {
		const start = () => ({ ...subject(), job: jobOf(operation, subject(), traits) });

		test.each(mishaps)('when the vendor once $what: done on the second try, or known to be in doubt', async (mishap) => {
			const { job, run, requests } = start();
			const isTarget = targetOf(job, mishap);
			const hits = plan(subject(), mishap.fault, isTarget);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(hits).toHaveLength(1);
			const failures = failuresAmong(outcomes);
			if (!job.isRepeatable && !mishap.isCertain) {
				expect(failures).toEqual([expect.objectContaining({ attempts: 1 })]);
				expect(failures[0]!.error).toMatchObject({ code: mishap.code, applied: 'unknown', retryable: true });
				expect(failures[0]!.error!.hint).toEqual(expect.any(String));
				expect(failures[0]!.error!.hint).not.toMatch(/earlier try/);
				return;
			}
			expect(failures).toEqual([]);
			expect(outcomes.flatMap(({ results }) => results.map(({ outcome }) => outcome)).every((outcome) => outcome === OPERATIONS[operation].outcome)).toBe(true);
			expect(outcomes.map(({ attempts }) => attempts).sort()).toEqual(job.changes ? [1, 1, 2] : [0, 0, 0]);
			const waitedMs = requests().filter(isTarget).at(-1)!.at - hits[0]!.at;
			const { askedMs = 0, code } = mishap;
			const drawnMs = code === 'rateLimited' ? LONGEST_THROTTLE_WAIT_MS : LONGEST_FAULT_WAIT_MS;
			expect(waitedMs).toBeGreaterThanOrEqual(askedMs);
			expect(waitedMs).toBeLessThanOrEqual((askedMs || drawnMs) + SLACK_MS);
		});

		test.each<Mishap>([
			MISHAPS.askedInSeconds,
			MISHAPS.throttled,
			MISHAPS.unavailable,
			MISHAPS.unavailableFor,
			MISHAPS.actedBehindGateway,
			MISHAPS.resetOnArrival,
			MISHAPS.hungUp,
			MISHAPS.actedAndHungUp,
		])('when the vendor always $what: a few tries, then a failed item', async (mishap) => {
			const { job, run } = start();
			const isTarget = targetOf(job, mishap);
			const hits = plan(subject(), mishap.fault, isTarget, Infinity);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			const isWide = operation === 'getAll' || isBlind(mishap);
			expect(outcomes.map(({ error }) => error !== null)).toEqual([isWide, true, isWide]);
			const failures = failuresAmong(outcomes);
			const { code, isCertain, askedMs } = mishap;
			const tries = job.isRepeatable || isCertain ? MOST_TRIES : 1;
			expect(hits).toHaveLength(failures.length * tries);
			for (const { error } of failures) {
				expect(error).toMatchObject({ code, applied: job.changes && !isCertain ? 'unknown' : 'no', retryable: true });
				expect(error).toMatchObject({ attempts: job.changes ? tries : 0, retryAfterMs: askedMs ?? null });
			}
			if (askedMs !== undefined) expect(hits.at(-1)!.at - hits[0]!.at).toBeGreaterThanOrEqual((tries - 1) * askedMs);
		});

		test.each(UNREADABLE)('when the vendor %s: not sent again, and whether it was done is in doubt', async (_what, fault) => {
			const { job, run } = start();
			const hits = plan(subject(), fault, job.isFor(1));

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(hits).toHaveLength(1);
			const failures = failuresAmong(outcomes);
			expect(failures).toEqual([expect.objectContaining({ attempts: job.changes ? 1 : 0 })]);
			expect(failures[0]!.error).toMatchObject({ code: 'unexpectedResponse', applied: job.changes ? 'unknown' : 'no', httpStatus: 200 });
		});

		test.each([303, 307])('when the vendor answers %i: not followed, not sent again', async (status) => {
			const { job, run } = start();
			const elsewhere = await startServer({ status: 200, body: { ok: true } });
			const hits = plan(subject(), answering(status, { location: `${elsewhere.url}/collect` }), job.isFor(1));

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(hits).toHaveLength(1);
			expect(elsewhere.server.requests).toEqual([]);
			expect(failuresAmong(outcomes).map(({ error }) => error)).toEqual([
				expect.objectContaining({ code: 'unexpectedResponse', httpStatus: status, retryable: false }),
			]);
		});

		test.each(TOO_LONG)('when the vendor answers %s: failed at once, and the workflow is told when', async (_what, fault, code) => {
			const { job, run, waits } = start();
			const hits = plan(subject(), fault, job.isFor(1));

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(hits).toHaveLength(1);
			expect(waits.total()).toBe(0);
			const failures = failuresAmong(outcomes);
			expect(failures).toHaveLength(1);
			expect(failures[0]!.error).toMatchObject({ code, applied: job.changes && code !== 'rateLimited' ? 'unknown' : 'no', retryable: true });
			expect(failures[0]!.error!.retryAfterMs).toBeGreaterThan(90_000);
		});

		test.each(['https://no-such-host.invalid', 'http://127.0.0.1:1'])('when %s cannot be reached: nothing applied', async (baseUrl) => {
			const { job, run, requests, simulator, update } = start();
			const credentials = storeOf(
				mapValues(simulator.credentials, (data, type) => (type === update.credentialType ? { ...data, baseUrl } : data)),
			);

			const outcomes = outcomesOf(job, await run(job.items, { ...job.options, credentials }));

			expect(requests()).toEqual([]);
			for (const { error } of outcomes) {
				expect(error).toMatchObject({ code: 'network', applied: 'no', retryable: true });
				// None where a look comes before the change.
				expect([0, MOST_TRIES]).toContain(error!.attempts);
			}
		});

		test('when the vendor refuses connections for a moment: everything is done, once', async () => {
			const { job, run, waits, simulator, update } = start();
			const port = Number(new URL(String(simulator.credentials[update.credentialType]!.baseUrl)).port);
			await simulator.server.close();
			const listen = async () => await simulator.server.listen(port);
			void waits.next().then(listen);

			// The tests after this one need it, whatever comes of the run.
			const result = await run(job.items, job.options).finally(listen);

			const outcomes = outcomesOf(job, result);
			expect(failuresAmong(outcomes)).toEqual([]);
			expect(simulator.server.carriedOut.filter(job.isIt).length).toBe(simulator.server.requests.filter(job.isIt).length);
			job.expectStored(job.items.map(() => true));
		});

		test('when others have used up the limit: waited for, and done', async () => {
			const { job, run, simulator } = start();
			simulator.limits.useUp(simulator.server.now());

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
			const refused = simulator.server.requests.length - simulator.server.carriedOut.length;
			if (simulator.limits.rules.length > 0) expect(refused).toBeGreaterThan(0);
			// One answer tells when, and all others keep to it.
			if (traits.resetHeader !== undefined) expect(refused).toBe(1);
		});
	});

	/** Gets so many credentials, as the simplest of operations. */
	const getting = (count: number) => ({ ...subject(), job: jobOf('get', subject(), traits, count) });
	const isSignIn = (request: ReceivedRequest) => subject().update.isSignIn?.(request) ?? false;

	describe('a wait that the vendor asks for', () => {
		test.each(['soon', '-5', '1.5', '0', ''])('of “%s” is none: the node waits as it would by itself', async (retryAfter) => {
			const { job, run, requests } = getting(1);
			const [hit] = [plan(subject(), { ...answering(503, { 'retry-after': retryAfter }), isForeign: true }, job.isIt)];

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
			expect(requests().at(-1)!.at - hit![0]!.at).toBeLessThan(LONGEST_FAULT_WAIT_MS + SLACK_MS);
		});

		test('of 90 seconds is kept, and not one second less', async () => {
			const { job, run, requests } = getting(1);
			plan(subject(), answering(429, { 'retry-after': '90' }), job.isIt);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
			const [first, second] = requests();
			expect(second!.at - first!.at).toBeGreaterThanOrEqual(90_000);
			expect(second!.at - first!.at).toBeLessThan(90_000 + SLACK_MS);
		});

		test('at the very first request is kept by all other items', async () => {
			const { job, run, requests } = getting(8);
			const hits = plan(subject(), { ...answering(429, { 'retry-after': '4' }), isForeign: true }, job.isIt);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
			expect(requests()).toHaveLength(job.items.length + 1);
			for (const { at } of requests().slice(1)) expect(at - hits[0]!.at).toBeGreaterThanOrEqual(4_000);
		});

		test('is kept by the next run for the same account', async () => {
			const { job, run, runCancelled, requests, waits } = getting(1);
			plan(subject(), { ...answering(429, { 'retry-after': '4' }), isForeign: true }, job.isIt);
			await runCancelled(job.items, () => waits.sleeps.length > 0, job.options);

			await run(job.items, job.options);

			const [first, second] = requests();
			expect(second!.at - first!.at).toBeGreaterThanOrEqual(4_000);
		});
	});

	describe('the vendor’s own limits', () => {
		const { windows } = vendorRecords.find(({ name }) => name === nodeName)!.limits;
		/** As many items as a limit allows take their time, however little each. */
		const patienceMs = 30_000 + 20 * Math.max(0, ...windows.map(({ requests }) => requests));

		test('are kept by a run that is longer than they allow: no request is ever refused', async () => {
			const { simulator } = subject();
			const { rules } = simulator.limits;
			const { job, run, requests } = getting(Math.max(50, ...rules.map((rule) => rule.requests)) + 10);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
			expect(requests()).toHaveLength(job.items.length);
			const longestMs = Math.max(0, ...rules.map(({ perMs }) => perMs));
			expect(requests().at(-1)!.at - requests()[0]!.at).toBeLessThan(longestMs + 15_000);
		}, patienceMs);

		test('are kept although others have left but a few requests of them', async () => {
			const { job, run, simulator } = getting(10);
			simulator.limits.useUp(simulator.server.now(), 3);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
			const refused = simulator.server.requests.length - simulator.server.carriedOut.length;
			// Where the vendor tells what is left, nothing is sent in vain.
			if (traits.resetHeader !== undefined) expect(refused).toBe(0);
		});

		test('are survived although others take as much at the same time', async () => {
			const { limits, server } = subject().simulator;
			const { job, run } = getting(Math.max(20, ...limits.rules.map(({ requests }) => requests / 2)) + 10);
			// Somebody else's request arrives just before each of ours.
			server.plan({ when: (request) => !isSignIn(request) && limits.take(server.now()) && false });

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(failuresAmong(outcomes)).toEqual([]);
		}, patienceMs);
	});

	describe('an outage', () => {
		const COUNT = 40;
		/** Repeats that a run of five items at a time has. */
		const QUOTA = 15;

		test.each<[string, Fault, string]>([
			['answers 503 to everything', answering(503), 'vendorUnavailable'],
			['answers 503 with a wait to everything', answering(503, { 'retry-after': '5' }), 'vendorUnavailable'],
			['answers 429 to everything', { ...answering(429), isForeign: true }, 'rateLimited'],
			['hangs up on everything', { hangUp: 'beforeAnswer' }, 'network'],
		])('in which the vendor %s costs little more than a request for each item', async (_what, fault, code) => {
			const { job, run, requests } = getting(COUNT);
			plan(subject(), fault, (request) => !isSignIn(request), Infinity);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(outcomes.map(({ error }) => error?.code)).toEqual(Array(COUNT).fill(code));
			expect(requests().length).toBeGreaterThanOrEqual(COUNT);
			expect(requests().length).toBeLessThanOrEqual(COUNT + QUOTA);
		});

		test('of everything, the sign-in included, costs as little, and the run after it succeeds', async () => {
			const { job, run, simulator } = getting(COUNT);
			plan(subject(), answering(503), () => true, Infinity);

			const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

			expect(outcomes.map(({ error }) => error?.code)).toEqual(Array(COUNT).fill('vendorUnavailable'));
			expect(simulator.server.requests.length).toBeLessThanOrEqual(COUNT + QUOTA);
			simulator.server.clear();
			expect(failuresAmong(expectHonestOutcomes(job, subject(), await run(job.items, job.options)))).toEqual([]);
		});

		test('of a moment, in a long run, is survived by every item', async () => {
			const { job, run } = getting(COUNT);
			plan(subject(), answering(503), job.isIt, 8);

			expect(failuresAmong(expectHonestOutcomes(job, subject(), await run(job.items, job.options)))).toEqual([]);
		});

		test('of one request in four, all along, is survived by every item', async () => {
			const { job, run } = getting(COUNT);
			let count = 0;
			plan(subject(), answering(503), (request) => job.isIt(request) && (count += 1) % 4 === 0, Infinity);

			expect(failuresAmong(expectHonestOutcomes(job, subject(), await run(job.items, job.options)))).toEqual([]);
		});
	});

	test('a change that is refused after a try without an answer may have been made by that, and the hint says so', async () => {
		const { job, run } = { ...subject(), job: jobOf('delete', subject(), traits) };
		const target = job.isFor(1);
		plan(subject(), { hangUp: 'beforeAnswer' }, target);
		plan(subject(), { ...answering(403), isForeign: true }, target);

		const [failed] = failuresAmong(expectHonestOutcomes(job, subject(), await run(job.items, job.options)));

		expect(failed!.error).toMatchObject({ code: 'permission', applied: 'unknown', httpStatus: 403 });
		expect(failed!.error!.hint).toMatch(/An earlier try ended without an answer/);
	});

	test('a change that is cancelled at its first try tells of no earlier one', async () => {
		const { job, runCancelled, simulator } = { ...subject(), job: jobOf('delete', subject(), traits, 1) };
		let isUnderWay = false;
		const when = (request: ReceivedRequest) => job.isIt(request) && (isUnderWay = true);
		simulator.server.plan({ when, delayMs: 2_000 });

		const result = await runCancelled(job.items, () => isUnderWay, job.options);

		expect(JSON.stringify(result.output('Node', 0))).not.toMatch(/earlier try/);
	});

	test('a fault in the look before a change is mended before anything is changed', async () => {
		const { job, run, lookBefore } = { ...subject(), job: jobOf('update', subject(), traits) };
		const hits = plan(subject(), answering(503), (request) => !isSignIn(request) && !job.isIt(request));

		const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

		expect(hits).toHaveLength(lookBefore() === 'none' ? 0 : 1);
		expect(failuresAmong(outcomes)).toEqual([]);
		expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
	});

	test('two items for one credential keep their order, although the first is sent again', async () => {
		const { run, update, changes } = subject();
		const [id] = update.ids;
		plan(subject(), answering(429, { 'retry-after': '4' }), update.isChange);

		const items = [0, 1].map((index) => ({ json: { id, secret: newSecret(index) } }));
		const result = await run(items, { settings: { onError: 'continueRegularOutput' } });

		expect(result.output('Node', 0).map(({ json }) => json.id)).toEqual([id, id]);
		expect(changes()).toHaveLength(3);
		if (traits.sendsSecret) expect(update.storedSecrets(id)).toContain(newSecret(1));
	});

	test.each([1, Infinity])('a fault on a later page of a list, %p times: the whole list, once, or nothing of it', async (times) => {
		const { run, resource, requests } = subject();
		const stored = severalPagesOf(resource);
		resource.seed(stored);
		const pages = resource.pagesFor(Infinity, stored);
		let count = 0;
		const hits = plan(subject(), answering(503), (request) => !isSignIn(request) && (count += 1) > 1, times);

		const result = await run([{ json: {} }], {
			parameters: { ...resource.getAll(), returnAll: true },
			settings: { onError: 'continueRegularOutput' },
		});

		const output = result.output('Node', 0).map(({ json }) => json);
		if (pages === 1) expect(hits).toEqual([]);
		if (pages > 1 && times > 1) {
			expect(output).toEqual([{ error: expect.objectContaining({ code: 'vendorUnavailable', applied: 'no' }) as unknown }]);
			expect(hits).toHaveLength(MOST_TRIES);
			return;
		}
		expect(output.map(({ id }) => id).sort()).toEqual(resource.storedIds().sort());
		expect(requests()).toHaveLength(pages + hits.length);
	});

	test('an execution that is cancelled in a wait, before a retry or for a limit, sends nothing more', async () => {
		const { runCancelled, simulator, waits, job } = { ...subject(), job: jobOf('update', subject(), traits) };
		const { requests } = simulator.server;
		plan(subject(), { ...answering(429, { 'retry-after': '4' }), isForeign: true }, (request) => !isSignIn(request));
		const options = { ...job.options, options: { maxConcurrency: 1 } };
		const settled = async () => {
			// What a run that goes on regardless would send, it sends within this.
			for (let turn = 0; turn < 50; turn += 1) await setTimeout(1);
			return requests.length;
		};

		await runCancelled(job.items, () => waits.sleeps.length > 0, options);
		const sentBeforeRetry = await settled();
		expect(waits.total()).toBeLessThan(1_000);
		await runCancelled(job.items, () => waits.sleeps.length > 0, options);

		expect(requests.filter((request) => !isSignIn(request))).toHaveLength(1);
		expect(await settled()).toBe(sentBeforeRetry);
		expect(waits.sleeps.length).toBeGreaterThan(0);
		expect(waits.total()).toBeLessThan(1_000);
	});

	if (traits.signsIn) {
		describe('signing in', () => {
			test.each(['create', 'delete', 'get'] as const)('anew in the middle of a run, when the token has expired: %s', async (operation) => {
				const { run, simulator, update, signIns } = subject();
				const job = jobOf(operation, subject(), traits, 10);
				let count = 0;
				simulator.server.plan({
					when: (request) => job.isIt(request) && (count += 1) === 5,
					afterHandling: true,
					answer: (_request, handled) => {
						update.expireTokens!();
						return handled!;
					},
				});

				const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

				expect(failuresAmong(outcomes)).toEqual([]);
				expect(signIns()).toHaveLength(2);
			});

			// A token that was issued and lost harms nobody; a sign-in host that times out is told as not available.
			const signInMishaps: Mishap[] = Object.values(MISHAPS).map((mishap) =>
				mishap === MISHAPS.requestTimeout ? { ...mishap, ...DOWN } : mishap,
			);

			test.each(signInMishaps)('when its host once $what: signed in on the second try, and everything done once', async (mishap) => {
				const { run, signIns } = subject();
				// A refusal for too many requests holds back all items, any other fault its own.
				const job = jobOf('create', subject(), traits, mishap.code === 'rateLimited' ? 3 : 1);
				const hits = plan(subject(), mishap.fault, isSignIn);

				const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

				expect(hits).toHaveLength(1);
				expect(failuresAmong(outcomes)).toEqual([]);
				expect(signIns()).toHaveLength(2);
				expect(signIns()[1]!.at - hits[0]!.at).toBeGreaterThanOrEqual(mishap.askedMs ?? 0);
			});

			test.each(signInMishaps)('when its host always $what: a few tries, and nothing else is sent', async (mishap) => {
				const { run, requests, signIns } = subject();
				const job = jobOf('create', subject(), traits, 1);
				plan(subject(), mishap.fault, isSignIn, Infinity);

				const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

				const { code, askedMs: retryAfterMs = null } = mishap;
				expect(outcomes[0]!.error).toMatchObject({ code, stage: 'token', applied: 'no', attempts: 0, retryable: true, retryAfterMs });
				expect(signIns()).toHaveLength(MOST_TRIES);
				expect(requests()).toEqual([]);
			});
		});
	}
});
