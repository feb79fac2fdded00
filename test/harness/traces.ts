import { inspect } from 'node:util';

import type { RunResult } from './engine';

/**
 * All that the node under test leaves behind, as text: its outputs, its error with all causes and hidden properties,
 * hints and logs. The input items, which are the user's own, are not among it.
 */
export function traces(result: RunResult): string {
	const { runData, error } = result.run.data.resultData;
	const tasks = ['Node', 'Success', 'Failure'].flatMap((name) => runData[name] ?? []);
	const deep = { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity } as const;
	return [
		JSON.stringify(tasks.map(({ inputOverride: _own, ...task }) => task)),
		inspect(tasks, deep),
		JSON.stringify(error),
		inspect(error, deep),
		inspect(result.error, deep),
		...result.logs,
	].join('\n');
}
