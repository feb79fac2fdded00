import type { INodeExecutionData, IRunData, ITaskData } from 'n8n-workflow';

/** What an execution says of the items that went into a node, by their ids. */
export interface Account {
	/** Items with a result that is paired with them. */
	succeeded: Set<string>;
	/** Items with an error that is paired with them. */
	failed: Set<string>;
}

/**
 * What has become of an item: its credential was changed once and its result says so; changed more than once; left
 * unchanged, or changed, with an error that says what happened; without a word, whether changed or not; or with a result
 * that is not true.
 */
export const FATES = ['done', 'repeated', 'failed', 'lost', 'untrue'] as const;
export type Fate = (typeof FATES)[number];

/** @param changes how often the vendor has changed the credential */
export function fateOf({ succeeded, failed }: Account, id: string, changes: number): Fate {
	if (changes > 1) return 'repeated';
	if (succeeded.has(id)) return changes === 1 ? 'done' : 'untrue';
	return failed.has(id) ? 'failed' : 'lost';
}

/** Reads off which items have a result and which an error, by n8n’s own pairing, whatever way they went. */
export function accountOf(runData: IRunData, nodeName: string): Account {
	const succeeded = new Set<string>();
	const failed = new Set<string>();
	for (const run of runData[nodeName] ?? []) {
		const inputs = inputsOf(runData, run);
		for (const [output, items] of (run.data?.main ?? []).entries()) {
			for (const item of items ?? []) {
				const id = inputs[pairedIndex(item) ?? -1]?.json.id;
				if (typeof id !== 'string') continue;
				// n8n puts the error of an item into its json, on the branch for errors and on the only one alike.
				(output > 0 || item.json.error !== undefined || item.error !== undefined ? failed : succeeded).add(id);
			}
		}
	}
	return { succeeded, failed };
}

function inputsOf(runData: IRunData, { source }: ITaskData): INodeExecutionData[] {
	const from = source[0];
	if (!from) return [];
	return runData[from.previousNode]?.[from.previousNodeRun ?? 0]?.data?.main?.[from.previousNodeOutput ?? 0] ?? [];
}

function pairedIndex({ pairedItem }: INodeExecutionData): number | undefined {
	const paired = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return typeof paired === 'object' ? paired.item : paired;
}
