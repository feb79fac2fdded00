import type { INodeExecutionData, IRunData, ITaskData } from 'n8n-workflow';

import { accountOf, fateOf } from '../bench/n8n/account';

const items = (...ids: string[]): INodeExecutionData[] => ids.map((id) => ({ json: { id } }));

function task(main: INodeExecutionData[][], source: ITaskData['source'] = []): ITaskData {
	return { startTime: 0, executionTime: 0, executionIndex: 0, source, data: { main } };
}

const from = (previousNode: string, previousNodeRun = 0, previousNodeOutput = 0): ITaskData['source'] => [
	{ previousNode, previousNodeRun, previousNodeOutput },
];

/** Work on three items: its outputs as given. */
const worked = (...outputs: INodeExecutionData[][]): IRunData => ({
	Items: [task([items('1', '2', '3')])],
	Work: [task(outputs, from('Items'))],
});

describe('what becomes of an item, as the benchmark reads it', () => {
	test('a result is paired by number or by object, whatever its place', () => {
		const data = worked([
			{ json: {}, pairedItem: { item: 2 } },
			{ json: {}, pairedItem: 0 },
		]);

		const account = accountOf(data, 'Work');

		expect([...account.succeeded].sort()).toEqual(['1', '3']);
		expect(account.failed.size).toBe(0);
		expect(fateOf(account, '2', 1)).toBe('lost');
	});

	test('an error counts as one on the branch for errors and on the only branch', () => {
		const data = worked([{ json: { error: 'no' }, pairedItem: 0 }], [{ json: {}, pairedItem: { item: 1 } }]);

		const account = accountOf(data, 'Work');

		expect(['1', '2', '3'].map((id) => fateOf(account, id, 0))).toEqual(['failed', 'failed', 'lost']);
	});

	test('an item without pairing is nobody’s', () => {
		expect(accountOf(worked([{ json: {} }]), 'Work').succeeded.size).toBe(0);
	});

	test('a loop’s rounds are each held against their own batch', () => {
		const data: IRunData = {
			Loop: [task([[], items('1', '2')]), task([[], items('3')])],
			Work: [
				task([[{ json: {}, pairedItem: { item: 1 } }]], from('Loop', 0, 1)),
				task([[{ json: {}, pairedItem: { item: 0 } }]], from('Loop', 1, 1)),
			],
		};

		expect([...accountOf(data, 'Work').succeeded]).toEqual(['2', '3']);
	});

	test('a node that threw accounts for nobody', () => {
		const data: IRunData = { Items: [task([items('1')])], Work: [{ ...task([], from('Items')), data: undefined }] };

		expect(fateOf(accountOf(data, 'Work'), '1', 1)).toBe('lost');
	});

	test('changed twice outweighs a result, and a result without a change is not true', () => {
		const account = accountOf(worked([{ json: {}, pairedItem: 0 }]), 'Work');

		expect([0, 1, 2].map((changes) => fateOf(account, '1', changes))).toEqual(['untrue', 'done', 'repeated']);
	});
});
