import type { ICredentialDataDecryptedObject, INodeExecutionData } from 'n8n-workflow';

import { Engine, storeOf, type WorkflowJson } from './engine';
import { loadPackageTypes } from './packageTypes';

/** A run of `singleNodeWorkflow`. */
export interface Job {
	/** Tells the runs of a process apart. */
	number: number;
	workflow: WorkflowJson;
	items: INodeExecutionData[];
	/** Credential data by credential type. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
}

/** What the process says. It is out of the process as soon as it is said, and outlives it. */
export type Saying =
	| { kind: 'ready' }
	| { kind: 'log'; number: number; line: string }
	| { kind: 'end'; number: number; succeeded: INodeExecutionData[]; failed: INodeExecutionData[]; error: string | null };

const engine = new Engine(loadPackageTypes('source'));

process.on('message', ({ number, workflow, items, credentials }: Job) => {
	void engine
		.run({
			workflow,
			start: 'Start',
			items,
			credentials: storeOf(credentials),
			onLog: (line) => say({ kind: 'log', number, line }),
		})
		.then(({ output, error }) =>
			say({ kind: 'end', number, succeeded: output('Node', 0), failed: output('Node', 1), error: error?.message ?? null }),
		);
});
// Without the test that has started it, nobody would end it.
process.on('disconnect', () => process.exit());
say({ kind: 'ready' });

function say(saying: Saying): void {
	process.send!(saying);
}
