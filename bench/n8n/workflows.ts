import type { IConnections, INode, INodeParameters } from 'n8n-workflow';

import { manifest } from '../../test/harness/packageTypes';

/** A credential of the n8n server, as a node names it. */
export interface CredentialRef {
	id: string;
	name: string;
}

/** What the nodes of a subject are built with. */
export interface Site {
	baseUrl: string;
	/** The credentials that the server holds for this run, by type. */
	credentials: Record<string, CredentialRef>;
}

export interface Work {
	/** The nodes that a user builds to have each item’s credential changed, without what brings the items. */
	nodes: INode[];
	connections: IConnections;
}

/** What brings the items, the same for every subject. */
export const ITEMS = 'Items';

export const LOOP = 'Loop Over Items';

export function node(name: string, type: string, typeVersion: number, parameters: INodeParameters, more: Partial<INode> = {}): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters, ...more };
}

/** Connects nodes by their first outputs and inputs, in order. */
export function chain(...names: string[]): IConnections {
	const links = names.slice(1).map((to, index) => [names[index]!, { main: [[{ node: to, type: 'main', index: 0 }]] }]);
	return Object.fromEntries(links) as IConnections;
}

/** The package’s node for a vendor. */
export function ownNode(name: string, nodeName: string, parameters: INodeParameters, more: Partial<INode> = {}): INode {
	return node(name, `${manifest.name}.${nodeName}`, 1, parameters, more);
}

export function httpRequest(name: string, parameters: INodeParameters, more: Partial<INode> = {}): INode {
	return node(name, 'n8n-nodes-base.httpRequest', 4.5, parameters, more);
}

/** The items go round in batches, through these nodes and back. */
export function loopOver(batchSize: number, around: INode[]): Work {
	const loop = node(LOOP, 'n8n-nodes-base.splitInBatches', 3, batchSize === 1 ? {} : { batchSize });
	const connections = chain(...around.map(({ name }) => name), loop.name);
	// Its first output is what is done, the second one the next batch.
	connections[loop.name] = { main: [[], [{ node: around[0]!.name, type: 'main', index: 0 }]] };
	return { nodes: [loop, ...around], connections };
}

export function wait(seconds: number): INode {
	return node('Wait', 'n8n-nodes-base.wait', 1.1, { amount: seconds }, { webhookId: 'bench-wait' });
}

/** A whole workflow: a webhook takes a list, which becomes items, and the answer comes when the last node has ended. */
export function workflowOf(path: string, { nodes, connections }: Work) {
	const trigger = node('Webhook', 'n8n-nodes-base.webhook', 2.1, {
		httpMethod: 'POST',
		path,
		responseMode: 'lastNode',
		responseData: 'noData',
	}, { webhookId: path });
	const items = node(ITEMS, 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.items' });
	return {
		name: path,
		nodes: [trigger, items, ...nodes],
		connections: { ...chain(trigger.name, items.name, nodes[0]!.name), ...connections },
		settings: { saveDataSuccessExecution: 'all' as const, saveDataErrorExecution: 'all' as const },
	};
}

/** What a user does by hand to build it. */
export interface Steps {
	nodes: number;
	/** Parameters filled in or chosen, settings switched, credentials chosen. */
	fields: number;
	connections: number;
}

const SETTINGS: ReadonlyArray<keyof INode> = ['onError', 'retryOnFail', 'maxTries', 'waitBetweenTries'];

/** Counts the steps in a workflow, whose nodes hold no parameter that is left at its default. */
export function stepsOf({ nodes, connections }: Work): Steps {
	const links = Object.values(connections).flatMap(({ main }) => (main ?? []).flatMap((output) => output ?? []));
	const fieldsOf = (each: INode) =>
		leavesOf(each.parameters) + SETTINGS.filter((name) => each[name] !== undefined).length + Object.keys(each.credentials ?? {}).length;
	return {
		nodes: nodes.length,
		fields: nodes.reduce((sum, each) => sum + fieldsOf(each), 0),
		// The one from the items to the first node is made, too.
		connections: links.length + 1,
	};
}

function leavesOf(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 1;
	// A resource locator is one field, however n8n writes it.
	if ('__rl' in value) return 1;
	return Object.values(value).reduce<number>((sum, child) => sum + leavesOf(child), 0);
}
