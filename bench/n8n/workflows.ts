import { randomUUID } from 'node:crypto';

import type { IConnections, INode } from 'n8n-workflow';

import type { NewWorkflow } from '../../test/e2e/n8n/server';
import { baseNode, connections, webhook } from '../../test/e2e/n8n/workflows';

/** What the nodes of a subject are built with. */
export interface Site {
	baseUrl: string;
	/** IDs of the credentials that the server holds for this run, by type. */
	credentialIds: Record<string, string>;
}

export interface Work {
	/** The nodes that a user builds to have each item’s credential changed, without what brings the items. */
	nodes: INode[];
	connections: IConnections;
}

/** What brings the items, the same for every subject. */
export const ITEMS = 'Items';

export const LOOP = 'Loop Over Items';

/** The items go round in batches, through these nodes and back. */
export function loopOver(batchSize: number, around: INode[]): Work {
	const loop = baseNode(LOOP, 'splitInBatches', 3, batchSize === 1 ? {} : { batchSize });
	const names = [...around.map(({ name }) => name), LOOP];
	const onward = Object.fromEntries(names.slice(1).map((name, index) => [names[index]!, [[name]]]));
	// Its first output is what is done, the second one the next batch.
	return { nodes: [loop, ...around], connections: connections({ ...onward, [LOOP]: [[], [names[0]!]] }) };
}

export function wait(seconds: number): INode {
	return { ...baseNode('Wait', 'wait', 1.1, { amount: seconds }), webhookId: randomUUID() };
}

/** A whole workflow: a webhook takes a list, which becomes items, and the answer comes when the last node has ended. */
export function workflowOf(path: string, work: Work): NewWorkflow {
	const trigger = webhook(path, 'lastNode');
	return {
		name: path,
		nodes: [trigger, baseNode(ITEMS, 'splitOut', 1, { fieldToSplitOut: 'body.items' }), ...work.nodes],
		connections: { ...connections({ [trigger.name]: [[ITEMS]], [ITEMS]: [[work.nodes[0]!.name]] }), ...work.connections },
		settings: { saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all' },
	};
}

/** What a user does by hand to build it. */
export interface Steps {
	nodes: number;
	/** Parameters filled in or chosen, settings switched, credentials chosen. */
	fields: number;
	connections: number;
}

const SETTINGS: ReadonlyArray<keyof INode> = ['onError', 'retryOnFail', 'maxTries', 'waitBetweenTries', 'executeOnce'];

/** Counts the steps in a workflow, whose nodes hold no parameter that is left at its default. */
export function stepsOf(work: Work): Steps {
	const links = Object.values(work.connections).flatMap(({ main }) => (main ?? []).flatMap((output) => output ?? []));
	const fieldsOf = (each: INode) =>
		leavesOf(each.parameters) + SETTINGS.filter((name) => each[name] !== undefined).length + Object.keys(each.credentials ?? {}).length;
	return {
		nodes: work.nodes.length,
		fields: work.nodes.reduce((sum, each) => sum + fieldsOf(each), 0),
		// The one from the items to the first node is made, too, where it is not among them.
		connections: links.length + (work.connections[ITEMS] === undefined ? 1 : 0),
	};
}

function leavesOf(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 1;
	// A resource locator is one field, however n8n writes it.
	if ('__rl' in value) return 1;
	return Object.values(value).reduce<number>((sum, child) => sum + leavesOf(child), 0);
}
