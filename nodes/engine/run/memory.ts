import type { INodeExecutionData } from 'n8n-workflow';

/** What is remembered of an item whose work must not be done again. */
export interface Remembered<Outcome> {
	recall(item: INodeExecutionData, itemIndex: number): Outcome | undefined;
	remember(item: INodeExecutionData, itemIndex: number, outcome: Outcome): void;
}

/** Weak keys: what is remembered goes when n8n lets go of the input items, at the end of the execution. */
const byItem = new WeakMap<INodeExecutionData, Map<string, unknown>>();

/**
 * n8n's Retry On Fail runs the whole node again and hands it the same input item objects. Outcomes are found by that
 * object together with `run` (node, run index, execution) and the position, so that a loop, a second node or an item
 * that occurs twice in the input each start afresh.
 */
export function memoryOf<Outcome>(run: string): Remembered<Outcome> {
	return {
		recall: (item, itemIndex) => byItem.get(item)?.get(`${run}:${itemIndex}`) as Outcome | undefined,
		remember: (item, itemIndex, outcome) => {
			const outcomes = byItem.get(item) ?? new Map<string, unknown>();
			byItem.set(item, outcomes.set(`${run}:${itemIndex}`, outcome));
		},
	};
}

/** For a node without Retry On Fail, which is never run again on the same items: what nobody asks for is not kept. */
export const FORGETFUL: Remembered<never> = { recall: () => undefined, remember: () => {} };
