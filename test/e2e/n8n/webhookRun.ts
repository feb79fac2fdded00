import type { INode, INodeParameters } from 'n8n-workflow';

import { manifest } from '../../harness/packageTypes';
import type { N8nServer } from './server';

/** What the body of the webhook's request holds, for parameters of the node behind it. */
export const BODY = { id: '={{ $json.body.id }}', secret: '={{ $json.body.secret }}' };

export interface WebhookRun {
	/** Name of the workflow, and path of its webhook. */
	name: string;
	/** A node of this package. */
	nodeName: string;
	parameters: INodeParameters;
	/** IDs of stored credentials, by their types. */
	credentials: Record<string, string>;
	/** When the webhook is answered: at once, or with what the node yields. */
	answers: 'onReceived' | 'lastNode';
	settings?: Partial<INode>;
}

/** A published workflow in which a webhook starts a node of this package. Yields the workflow's ID. */
export async function createWebhookRun(server: N8nServer, { name, nodeName, parameters, credentials, answers, settings }: WebhookRun): Promise<string> {
	const webhook: INode = {
		id: `${name}-webhook`,
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 0],
		webhookId: name,
		parameters: { path: name, httpMethod: 'POST', responseMode: answers, options: {} },
	};
	const node: INode = {
		id: `${name}-node`,
		name: 'Node',
		type: `${manifest.name}.${nodeName}`,
		typeVersion: 1,
		position: [220, 0],
		parameters,
		credentials: Object.fromEntries(Object.entries(credentials).map(([type, id]) => [type, { id, name: type }])),
		...settings,
	};
	const connections = { Webhook: { main: [[{ node: 'Node', type: 'main' as const, index: 0 }]] } };
	const id = await server.createWorkflow({ name, nodes: [webhook, node], connections });
	await server.activate(id);
	return id;
}
