import partition from 'lodash/partition';
import { NodeConnectionTypes, type ICredentialDataDecryptedObject, type IExecuteFunctions, type INode, type INodeType } from 'n8n-workflow';

import type { RunningSimulator } from '../simulator/definition';
import { Engine, type RunOptions, type RunResult } from './engine';
import { heldSecrets, ownNodes, withSecret, type Example, type SecretsById } from './examples';
import type { PackageTypes } from './packageTypes';

/** n8n's own nodes that the engine here has, or a stand-in for. */
const KNOWN = ['n8n-nodes-base.manualTrigger', 'n8n-nodes-base.noOp', 'n8n-nodes-base.httpRequest', 'n8n-nodes-base.if', 'n8n-nodes-base.stickyNote'];

/** Whether an example consists of nodes that there are without n8n’s own package of nodes. */
export function runsHere(example: Example): boolean {
	const own = new Set(ownNodes(example));
	return example.nodes.every((node) => own.has(node) || KNOWN.includes(node.type));
}

export interface ExampleRun {
	result: RunResult;
	/** What the HTTP Request nodes would have sent. */
	sent: string[];
}

/** Credentials of the n8n that the example runs in, where it changes them itself. */
export interface OwnCredentials {
	/** IDs by the names that the example has. */
	ids: Readonly<Record<string, string>>;
	/** What is stored by then; `undefined` for an ID that is none of theirs. */
	dataOf(id: string): ICredentialDataDecryptedObject | undefined;
}

export interface ExampleOptions extends Pick<RunOptions, 'onNode' | 'onStart'> {
	/** The trigger that it starts with; the first one started by hand when absent. */
	start?: string;
	/** What the trigger hands over; one item with nothing in it when absent. */
	items?: RunOptions['items'];
	/** What is stored as the secrets from before, in the place of what the vendors hold. */
	previous?: SecretsById;
	own?: OwnCredentials;
}

/** Stored credentials, some of which change while they are used. */
class ChangingCredentials extends Map<string, ICredentialDataDecryptedObject> {
	constructor(
		stored: Iterable<readonly [string, ICredentialDataDecryptedObject]>,
		private readonly own?: OwnCredentials,
	) {
		super(stored);
	}

	override get(id: string): ICredentialDataDecryptedObject | undefined {
		return this.own?.dataOf(id) ?? super.get(id);
	}
}

/**
 * Runs an example against simulators, with one new secret stored for every credential that it names, and those that the
 * vendors hold now as the old ones.
 */
export async function runExample(
	types: PackageTypes,
	example: Example,
	simulators: ReadonlyMap<string, RunningSimulator>,
	secret: string,
	{ onNode, onStart, start, items = [{ json: {} }], previous, own }: ExampleOptions = {},
): Promise<ExampleRun> {
	const sent: string[] = [];
	const old = heldSecrets(simulators);
	const stored = (values: object): ICredentialDataDecryptedObject => ({ valuesJson: JSON.stringify(values) });
	const result = await new Engine(types, {
		'n8n-nodes-base.httpRequest': httpRequest((body) => sent.push(body)),
		'n8n-nodes-base.aggregate': AGGREGATE,
		'n8n-nodes-base.if': IF,
	}).run({
		workflow: { ...example, nodes: example.nodes.map((node) => withCredentialIds(node, own)) },
		start: start ?? example.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger')!.name,
		items,
		credentials: new ChangingCredentials([
			...[...simulators.values()].flatMap(({ credentials }) => Object.entries(structuredClone(credentials))),
			['Rotation Secret: New', stored(withSecret(old, secret))],
			['rotationPreviousSecretApi', stored(previous ?? old)],
		], own),
		onNode,
		onStart,
	});
	return { result, sent };
}

/** An example names its credentials as a user would. Those of a vendor are found by their type, stored secrets and n8n’s own by name. */
function withCredentialIds(node: INode, own?: OwnCredentials): INode {
	if (node.credentials === undefined) return node;
	const chosen = Object.entries(node.credentials).map(([type, { name }]) => [type, { id: own?.ids[name] ?? (type === 'rotationSecretApi' ? name : type), name }]);
	return { ...node, credentials: Object.fromEntries(chosen) as INode['credentials'] };
}

/** Stands for n8n’s HTTP Request node: it evaluates the body as that does, and hands it over in place of sending it. */
function httpRequest(send: (body: string) => void): INodeType {
	return {
		description: {
			displayName: 'HTTP Request',
			name: 'httpRequest',
			group: ['output'],
			version: 4.2,
			description: '',
			defaults: { name: 'HTTP Request' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [{ displayName: 'JSON Body', name: 'jsonBody', type: 'json', default: '' }],
		},
		async execute(this: IExecuteFunctions) {
			this.getInputData().forEach((_, index) => send(this.getNodeParameter('jsonBody', index) as string));
			return [this.getInputData()];
		},
	};
}

/** Stands for n8n’s Aggregate node, as it makes a list of all items. */
const AGGREGATE: INodeType = {
	description: {
		displayName: 'Aggregate',
		name: 'aggregate',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name: 'Aggregate' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [{ displayName: 'Put Output in Field', name: 'destinationFieldName', type: 'string', default: '' }],
	},
	async execute(this: IExecuteFunctions) {
		const name = this.getNodeParameter('destinationFieldName', 0) as string;
		return [[{ json: { [name]: this.getInputData().map(({ json }) => json) } }]];
	},
};

/** Stands for n8n’s If node. The conditions are evaluated by n8n itself, which does so wherever a parameter is a filter. */
const IF: INodeType = {
	description: {
		displayName: 'If',
		name: 'if',
		group: ['transform'],
		version: 2.2,
		description: '',
		defaults: { name: 'If' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		properties: [{ displayName: 'Conditions', name: 'conditions', type: 'filter', default: {}, typeOptions: { filter: { version: 2 } } }],
	},
	async execute(this: IExecuteFunctions) {
		const [passed, others] = partition(
			this.getInputData().map((item, index) => ({ ...item, pairedItem: { item: index } })),
			({ pairedItem }) => this.getNodeParameter('conditions', pairedItem.item, false, { extractValue: true }) as boolean,
		);
		return [passed, others];
	},
};
