import { setTimeout } from 'node:timers/promises';

import { expectHonestOutcomes, jobOf } from '../harness/jobs';
import { describeEveryUpdate, operationsOf } from '../harness/subject';
import { useDeadlines } from '../harness/time';
import type { Fault } from '../simulator/server';

/** Milliseconds in which an answer that comes byte by byte has begun, and by far not ended. */
const BEGUN_MS = 60;

describeEveryUpdate((subject, traits, nodeName) => {
	const deadlines = useDeadlines();

	test.each(operationsOf(nodeName))('%s: an answer that is late or drips is a lost one, although the vendor has acted', async (operation) => {
		const { run, simulator } = subject();
		const job = jobOf(operation, subject(), traits);
		const hits = [0, 0];
		// The first item goes ahead of the others; these two go together. Of lists, which are all alike, it meets both by itself.
		const atOnce = operation === 'getAll' ? 1 : 2;
		let acted = 0;
		const passOnceAllHaveActed = async () => {
			acted += 1;
			if (acted % atOnce > 0) return;
			await setTimeout(BEGUN_MS);
			deadlines.pass();
		};
		const actedAndSlow: Fault[] = [
			{
				onHandled: async () => {
					void passOnceAllHaveActed();
					await new Promise(() => {});
				},
			},
			{ dripMs: 150, onHandled: () => void passOnceAllHaveActed() },
		];
		actedAndSlow.forEach((fault, index) => {
			simulator.server.plan({ ...fault, when: (request) => job.isFor(index + 1)(request) && (hits[index]! += 1) > 0 });
		});

		const outcomes = expectHonestOutcomes(job, subject(), await run(job.items, job.options));

		expect(hits).toEqual([1, 1]);
		expect(outcomes.map(({ error }) => error?.code ?? null)).toEqual(
			job.isRepeatable ? [null, null, null] : [null, 'timeout', 'timeout'],
		);
		for (const { error } of outcomes.slice(job.isRepeatable ? 3 : 1)) expect(error).toMatchObject({ applied: 'unknown', attempts: 1 });
	});
});
