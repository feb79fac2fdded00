import { setTimeout } from 'node:timers/promises';

import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

import { singleNodeWorkflow, storeOf, type RunResult } from '../harness/engine';
import type { ReceivedRequest } from '../simulator/server';
import { describeEveryUpdate, engine, ERROR_OUTPUT, ID, isAbout, itemsFor, SECRET, types } from '../harness/subject';

/** n8n waits so long before it runs the node again: what is returned by then is too late to be stored. */
const RETRIED = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const SETTINGS: Array<[string, Partial<INode>]> = [
	['stops at a failure', {}],
	['stops at a failure and is retried', RETRIED],
	['has an output for failed items', ERROR_OUTPUT],
	['has an output for failed items and is retried', { ...ERROR_OUTPUT, ...RETRIED }],
];

function itemsOf(result: RunResult): INodeExecutionData[] {
	return [...result.output('Node', 0), ...result.output('Node', 1)];
}

/** For each input item what has become of it, told from the output alone. */
function told(result: RunResult): Record<number, unknown> {
	return Object.fromEntries(
		itemsOf(result).map(({ json, pairedItem }) => {
			const place = typeof pairedItem === 'number' ? pairedItem : (pairedItem as { item: number }).item;
			return [place, json.error === undefined ? json.outcome : (json.error as { code: string }).code];
		}),
	);
}

/** Turns of the event loop after which an answer that was sent before them has been read, however slow the machine is. */
const TURNS_TO_READ = 50;

/**
 * Turns of the microtask queue that a node may take to end, however many items it has: n8n reads what it stores of a cancelled
 * execution in that same queue, some 400 turns after the cancelling.
 */
const MOST_TURNS = 100;

describeEveryUpdate((subject, _traits, nodeName) => {
	describe.each(SETTINGS)('a cancelled run of a node that %s', (_what, settings) => {
		const node = types.nodes.get(nodeName)!;
		let runs: jest.SpyInstance;
		beforeEach(() => (runs = jest.spyOn(node, 'execute')));
		const isStoredAtOnce = (result: RunResult) => {
			const { runData } = result.run.data.resultData;
			expect(runs).toHaveBeenCalledTimes(1);
			expect(runData.Node!.at(-1)!.error).toBeUndefined();
			// No later node has started on what is there.
			expect(Object.keys(runData)).toEqual(['Start', 'Node']);
			expect(result.run.status).toBe('canceled');
		};

		test('hands over what was done and what was not, once', async () => {
			const { update, simulator, changes, runCancelled } = subject();
			const [one, two, three] = update.ids;
			simulator.server.plan({ when: (request) => update.isChange(request) && isAbout(update, two)(request), delayMs: 3_000 });

			const result = await runCancelled(itemsFor([one, two, three]), () => changes().length === 2, { settings, options: { maxConcurrency: 1 } });

			expect(told(result)).toEqual({ 0: 'updated', 1: 'cancelled', 2: 'cancelled' });
			isStoredAtOnce(result);
			expect(changes()).toHaveLength(2);
		});

		test('hands over what was done behind one that was not', async () => {
			const { update, simulator, runCancelled } = subject();
			const [one, two, three] = update.ids;
			const changeOf = (id: string) => (request: ReceivedRequest) => update.isChange(request) && isAbout(update, id)(request);
			const isDone = (id: string) => simulator.server.carriedOut.some(changeOf(id));
			// The first request of a run goes alone. Refused so until the second item is done, it then goes beside the third.
			simulator.server.plan({ when: (request) => changeOf(one)(request) && !isDone(two), times: 4, answer: { status: 429 }, isForeign: true });
			let isHeld = false;
			const hold = async () => {
				isHeld = true;
				await new Promise(() => {});
			};
			simulator.server.plan({ when: changeOf(one), onArrival: hold });
			simulator.server.plan({ when: changeOf(three), onArrival: async () => await new Promise(() => {}) });

			// What was answered before has been read by then.
			let turns = 0;
			const isNearEnd = () => isHeld && (turns += 1) > TURNS_TO_READ;
			const result = await runCancelled(itemsFor([one, two, three]), isNearEnd, { settings, options: { maxConcurrency: 2 } });

			expect(told(result)).toEqual({ 0: 'cancelled', 1: 'updated', 2: 'cancelled' });
			isStoredAtOnce(result);
		});
	});
});

// At a vendor of its own: what is under way when a run of many is cancelled arrives after its end.
describeEveryUpdate((subject, _traits, nodeName) => {
	test('a cancelled run of many items ends before n8n has stored it', async () => {
		const { update, simulator, changes } = subject();
		const node = types.nodes.get(nodeName)!;
		const execute = node.execute!;
		let hasEnded = false;
		jest.spyOn(node, 'execute').mockImplementation(async function (this: IExecuteFunctions) {
			return await execute.call(this).finally(() => (hasEnded = true));
		});
		simulator.server.plan({ when: (request) => update.isChange(request), delayMs: 3_000, times: Infinity });
		const items = itemsFor(Array.from({ length: 200 }, (_, index) => update.ids[index % update.ids.length]!));

		let turns = 0;
		const result = await engine.run({
			workflow: singleNodeWorkflow(nodeName, update.credentialType, update.parameters(ID, SECRET)),
			start: 'Start',
			items,
			credentials: storeOf(simulator.credentials),
			onStart: async ({ cancel }) => {
				while (changes().length === 0) await setTimeout(5);
				cancel();
				for (; !hasEnded && turns < 10_000; turns += 1) await null;
			},
		});

		expect(turns).toBeLessThan(MOST_TURNS);
		expect(Object.keys(told(result))).toHaveLength(200);
	});
});
