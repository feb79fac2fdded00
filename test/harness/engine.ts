import './environment';

import { AsyncLocalStorage } from 'node:async_hooks';

import { Logger as CoreLogger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { ExecutionLifecycleHooks, LoadOptionsContext, PollContext, WorkflowExecute } from 'n8n-core';
import {
	LoggerProxy,
	NodeConnectionTypes,
	Workflow,
	type ExecutionError,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type ITaskData,
	type IVersionedNodeType,
	type IWorkflowExecuteAdditionalData,
	type Logger,
	type WorkflowActivateMode,
} from 'n8n-workflow';

import { StoredCredentialsHelper, type CredentialStore } from './credentialsHelper';
import { manifest, type PackageTypes } from './packageTypes';

/** A workflow as n8n exports it, as far as running it needs it. */
export interface WorkflowJson {
	name: string;
	nodes: INode[];
	connections: IConnections;
}

export interface RunOptions {
	workflow: WorkflowJson;
	/** Name of the node to start with; its output is `items`. */
	start: string;
	items: INodeExecutionData[];
	/** Credential data by the id that the workflow's nodes name. */
	credentials: CredentialStore;
	/** Called before and after each node, as it happens. */
	onNode?: (event: 'before' | 'after', nodeName: string, data?: ITaskData) => void;
	/** Called with each log line as it is written. */
	onLog?: (line: string) => void;
	/** Called with the execution once it runs, so that a test can cancel it. What it waits for may never come: it ends with the run. */
	onStart?: (execution: { cancel: () => void; hasEnded: () => boolean }) => Promise<void>;
}

/** What is left of a run. */
export interface RunResult {
	run: IRun;
	/** Output items of a node's last run, by output index. */
	output(nodeName: string, outputIndex?: number): INodeExecutionData[];
	/** The error that ended the run, or that the node threw. */
	error: ExecutionError | undefined;
	/** Every log line that the nodes wrote, with its metadata, as text. */
	logs: string[];
	/** How often a credential was looked up. */
	lookups: number;
}

export interface PollerOptions {
	mode: 'manual' | 'trigger';
	activation: WorkflowActivateMode;
}

/** A trigger of a published workflow. */
export interface Poller {
	/** What n8n would store now. */
	staticData(): IDataObject;
	poll(onLog: (line: string) => void): Promise<INodeExecutionData[][] | null>;
}

/** Not that of any vendor, whose times are in UTC. By its offset: of a place, n8n asks the system for it at each item. */
const TIMEZONE = 'UTC-5';

/** The node as an agent calls it: n8n names it so, and shows by its name what there is for tools alone. */
function asTool(node: INodeType): INodeType {
	const description = { ...node.description, name: `${node.description.name}Tool` };
	return Object.create(node, { description: { value: description } }) as INodeType;
}

/** Runs workflows of the package's nodes on n8n's own engine, as its server would. */
export class Engine {
	private readonly nodeTypes: INodeTypes;

	constructor(
		private readonly types: PackageTypes,
		/** Node types beside the package's own, by full name. */
		extraNodes: Record<string, INodeType> = {},
	) {
		const known: Record<string, INodeType> = { ...engineNodes(), ...extraNodes };
		for (const [name, node] of [...types.nodes, ...types.triggers]) {
			known[`${manifest.name}.${name}`] = node;
			known[`${manifest.name}.${name}Tool`] = asTool(node);
		}
		const find = (type: string): INodeType => {
			const found = known[type];
			if (found === undefined) throw new Error(`No node type ${type}`);
			return found;
		};
		this.nodeTypes = {
			getByName: find as (type: string) => INodeType | IVersionedNodeType,
			getByNameAndVersion: find,
			getKnownTypes: () => ({}),
		};
	}

	async run({ workflow: json, start, items, credentials, onNode, onLog, onStart }: RunOptions): Promise<RunResult> {
		const workflow = this.workflow(json);
		const startNode = workflow.getNode(start);
		if (startNode === null) throw new Error(`No node ${start} in the workflow`);
		startItems.set(workflow, items);

		const hooks = new ExecutionLifecycleHooks('trigger', '1', { ...json, id: '1', active: false } as never);
		hooks.addHandler('nodeExecuteBefore', async (nodeName) => onNode?.('before', nodeName));
		hooks.addHandler('nodeExecuteAfter', async (nodeName, data) => onNode?.('after', nodeName, data));
		const helper = new StoredCredentialsHelper(this.types.credentials, credentials);
		const additionalData = { ...this.additionalData(helper), hooks, executionId: '1' };

		const logs: string[] = [];
		const log = (line: string) => {
			logs.push(line);
			onLog?.(line);
		};
		LoggerProxy.init(logger);
		Container.set(CoreLogger, logger as unknown as CoreLogger);
		await workflow.expression.acquireIsolate?.();
		try {
			const run = await logOfRun.run(log, async () => {
				const execution = new WorkflowExecute(additionalData, 'trigger');
				const promise = execution.run({ workflow, startNode });
				let hasEnded = false;
				const end = () => void (hasEnded = true);
				promise.then(end, end);
				const [ended] = await Promise.all([promise, onStart?.({ cancel: () => promise.cancel(), hasEnded: () => hasEnded })]);
				return ended;
			});
			const { runData, error } = run.data.resultData;
			return {
				run,
				error: error ?? Object.values(runData).flat().find((task) => task.error)?.error,
				logs,
				lookups: helper.lookups,
				output: (nodeName, outputIndex = 0) => runData[nodeName]?.at(-1)?.data?.main?.[outputIndex] ?? [],
			};
		} finally {
			await workflow.expression.releaseIsolate?.();
		}
	}

	/** The context in which the editor loads a list for the node's pickers. */
	loadOptions(node: INode, credentials: CredentialStore): ILoadOptionsFunctions {
		const workflow = this.workflow({ name: 'editor', nodes: [node], connections: {} });
		const additionalData = { ...this.additionalData(new StoredCredentialsHelper(this.types.credentials, credentials)), currentNodeParameters: node.parameters };
		return new LoadOptionsContext(workflow, node, additionalData, '') as unknown as ILoadOptionsFunctions;
	}

	/**
	 * A trigger as n8n has it once its workflow is published: the context is the same for all its polls.
	 * @param staticData what n8n has stored of the workflow
	 */
	poller(node: INode, credentials: CredentialStore, staticData: IDataObject, { mode, activation }: PollerOptions): Poller {
		const workflow = this.workflow({ name: 'triggered', nodes: [node], connections: {} }, staticData);
		const additionalData = this.additionalData(new StoredCredentialsHelper(this.types.credentials, credentials));
		const context = new PollContext(workflow, workflow.getNode(node.name)!, additionalData, mode, activation);
		const type = this.nodeTypes.getByNameAndVersion(node.type);
		LoggerProxy.init(logger);
		Container.set(CoreLogger, logger as unknown as CoreLogger);
		return {
			staticData: () => structuredClone(JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject),
			poll: async (onLog) =>
				await logOfRun.run(onLog, async () => {
					await workflow.expression.acquireIsolate?.();
					try {
						return await type.poll!.call(context);
					} finally {
						await workflow.expression.releaseIsolate?.();
					}
				}),
		};
	}

	private workflow({ name, nodes, connections }: WorkflowJson, staticData?: IDataObject): Workflow {
		return new Workflow({
			id: '1',
			staticData,
			name,
			// Notes for people are no nodes to the engine.
			nodes: structuredClone(nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote')),
			connections,
			active: false,
			nodeTypes: this.nodeTypes,
			settings: { executionOrder: 'v1', timezone: TIMEZONE },
		});
	}

	private additionalData(credentialsHelper: StoredCredentialsHelper): IWorkflowExecuteAdditionalData {
		// n8n builds absolute URLs from these on every parameter read; nothing listens there.
		const nowhere = 'http://localhost:5678/';
		return {
			credentialsHelper,
			restApiUrl: nowhere,
			instanceBaseUrl: nowhere,
			formWaitingBaseUrl: nowhere,
			webhookBaseUrl: nowhere,
			webhookWaitingBaseUrl: nowhere,
			webhookTestBaseUrl: nowhere,
			variables: {},
			currentNodeExecutionIndex: 0,
		} as unknown as IWorkflowExecuteAdditionalData;
	}
}

/** The items that each run's trigger gives, kept outside the workflow so that they reach the engine untouched. */
const startItems = new WeakMap<object, INodeExecutionData[]>();

/** Full name of a node that answers, per item, what its parameter `label` evaluates to there. */
const PROBE = 'test.probe';

/** Stand-ins for the few of n8n's own node types that workflows here need; its package of nodes would triple the install. */
function engineNodes(): Record<string, INodeType> {
	const plain = (name: string, execute: INodeType['execute']): INodeType => ({
		description: {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		execute,
	});
	const trigger = plain('manualTrigger', async function (this: IExecuteFunctions) {
		const workflow = (this as unknown as { workflow: object }).workflow;
		return [startItems.get(workflow) ?? []];
	});
	trigger.description.inputs = [];
	const probe = plain('probe', async function (this: IExecuteFunctions) {
		return [
			this.getInputData().map((_, index) => ({
				json: { label: this.getNodeParameter('label', index) as string },
				pairedItem: { item: index },
			})),
		];
	});
	probe.description.properties = [{ displayName: 'Label', name: 'label', type: 'string', default: '' }];
	return {
		[PROBE]: probe,
		'n8n-nodes-base.manualTrigger': trigger,
		'n8n-nodes-base.noOp': plain('noOp', async function (this: IExecuteFunctions) {
			return [this.getInputData()];
		}),
	};
}

/** Takes the log lines of the run that writes them: runs may overlap, while n8n has one logger for all. */
const logOfRun = new AsyncLocalStorage<(line: string) => void>();

const logger = {
	error: writing('error'),
	warn: writing('warn'),
	info: writing('info'),
	debug: writing('debug'),
	scoped: () => logger,
} as unknown as Logger;

function writing(level: string) {
	return (message: string, metadata?: object) =>
		logOfRun.getStore()?.(`${level} ${message} ${JSON.stringify(metadata ?? {})}`);
}

/** A workflow of a start node and the node under test. */
export function singleNodeWorkflow(
	nodeName: string,
	credentialType: string,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): WorkflowJson {
	return {
		name: 'test',
		nodes: [
			plainNode('Start', 'n8n-nodes-base.manualTrigger'),
			{
				...plainNode('Node', `${manifest.name}.${nodeName}`, parameters),
				credentials: { [credentialType]: { id: credentialType, name: credentialType } },
				...settings,
			},
		],
		connections: { Start: { main: [to('Node')] } },
	};
}

/** The trigger's item that a branch's item descends from: the probes on both branches evaluate it. */
const ORIGIN_LABEL = "={{ $('Start').item.json.label }}";

/** The same with a probe on each of the node's two branches. n8n takes longer for those than for the node. */
export function probed({ name, nodes, connections }: WorkflowJson): WorkflowJson {
	const probes = ['Success', 'Failure'].map((branch) => plainNode(branch, PROBE, { label: ORIGIN_LABEL }));
	return { name, nodes: [...nodes, ...probes], connections: { ...connections, Node: { main: [to('Success'), to('Failure')] } } };
}

function plainNode(name: string, type: string, parameters: INodeParameters = {}): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}

const to = (node: string) => [{ node, type: NodeConnectionTypes.Main, index: 0 }];

/** Credentials stored under their type's name, as `singleNodeWorkflow` refers to them. */
export function storeOf(credentials: Record<string, ICredentialDataDecryptedObject>): CredentialStore {
	return new Map(Object.entries(structuredClone(credentials)));
}
