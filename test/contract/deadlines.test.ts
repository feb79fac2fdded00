import { expectHonestOutcomes, jobOf, OPERATIONS } from '../harness/jobs';
import { describeEveryUpdate } from '../harness/subject';
import type { Fault } from '../simulator/server';

/** Long enough for the undisturbed item on a busy machine. Deadlines pass in real time, so both faults share a run. */
const TIMEOUT_MS = 2_500;

/** The vendor acts in time, and then its answer is too late, or comes too slowly. */
const ACTED_AND_SLOW: [Fault, Fault] = [{ delayMs: TIMEOUT_MS + 500, afterHandling: true }, { dripMs: 150 }];

describeEveryUpdate((subject, traits) => {
	test.each(OPERATIONS)('%s: an answer that is late or drips is a lost one, although the vendor has acted', async (operation) => {
		const { run, simulator } = subject();
		const job = jobOf(operation, subject(), traits);
		const hits = ACTED_AND_SLOW.map(() => 0);
		ACTED_AND_SLOW.forEach((fault, index) => {
			// The first item goes ahead of the others; these two go together.
			simulator.server.plan({ ...fault, when: (request) => job.isFor(index + 1)(request) && (hits[index]! += 1) > 0 });
		});

		const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, { ...job.options, options: { timeout: TIMEOUT_MS } }));

		expect(hits).toEqual([1, 1]);
		expect(outcomes.map(({ error }) => error?.code ?? null)).toEqual(
			job.isRepeatable ? [null, null, null] : [null, 'timeout', 'timeout'],
		);
		for (const { error } of outcomes.slice(job.isRepeatable ? 3 : 1)) expect(error).toMatchObject({ applied: 'unknown', attempts: 1 });
	});
});
