import { randomUUID } from 'node:crypto';

import type { IConnections, INode, INodeParameters } from 'n8n-workflow';

import { manifest } from '../../harness/packageTypes';
import type { NewWorkflow } from './server';

/** A node of n8n's own, by its name in n8n-nodes-base. */
export function baseNode(name: string, type: string, typeVersion: number, parameters: INodeParameters = {}): INode {
	return { id: randomUUID(), name, type: `n8n-nodes-base.${type}`, typeVersion, position: [0, 0], parameters };
}

/** A node of this package, with the credential of each given type under its ID in n8n. */
export function vendorNode(
	name: string,
	nodeName: string,
	parameters: INodeParameters,
	credentialIds: Record<string, string>,
	settings: Partial<INode> = {},
): INode {
	const credentials = Object.fromEntries(Object.entries(credentialIds).map(([type, id]) => [type, { id, name: type }]));
	return {
		id: randomUUID(),
		name,
		type: `${manifest.name}.${nodeName}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials,
		...settings,
	};
}

/** Starts a workflow by POST to `/webhook/<path>`; answers at once, or with the last node's first item. */
export function webhook(path: string, responseMode: 'onReceived' | 'lastNode' = 'onReceived'): INode {
	const node = baseNode('Webhook', 'webhook', 2, { httpMethod: 'POST', path, responseMode });
	return { ...node, webhookId: randomUUID() };
}

/**
 * Poll Times for a trigger that is to look every ten seconds. n8n refuses an expression that comes to more than once a minute; these are
 * six which come to once a minute each.
 */
export const EVERY_TEN_SECONDS: INodeParameters = {
	item: [5, 15, 25, 35, 45, 55].map((second) => ({ mode: 'custom', cronExpression: `${second} * * * * *` })),
};

/** Connections by the names of nodes: from each to what its outputs lead to, in the order of the outputs. */
export function connections(links: Record<string, string[][]>): IConnections {
	return Object.fromEntries(
		Object.entries(links).map(([from, outputs]) => [
			from,
			{ main: outputs.map((targets) => targets.map((node) => ({ node, type: 'main' as const, index: 0 }))) },
		]),
	);
}

/** A webhook and one node behind it, which reads the body of the call. */
export function webhookWorkflow(path: string, node: INode, responseMode: 'onReceived' | 'lastNode'): NewWorkflow {
	return { name: path, nodes: [webhook(path, responseMode), node], connections: connections({ Webhook: [[node.name]] }) };
}

/** What the body of such a call holds, for the node's parameters. */
export const BODY = { id: '={{ $json.body.id }}', secret: '={{ $json.body.secret }}' };

/** A webhook whose body's `items` become items, the node under test, called “Node”, and a node on each of its branches. */
export function itemsWorkflow(path: string, node: INode): NewWorkflow {
	const named = { ...node, name: 'Node' };
	return {
		name: path,
		nodes: [
			webhook(path),
			baseNode('Items', 'splitOut', 1, { fieldToSplitOut: 'body.items', options: {} }),
			named,
			baseNode('Success', 'noOp', 1),
			baseNode('Failure', 'noOp', 1),
		],
		connections: connections({ Webhook: [['Items']], Items: [['Node']], Node: [['Success'], ['Failure']] }),
	};
}
