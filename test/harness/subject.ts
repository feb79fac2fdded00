import { setTimeout } from 'node:timers/promises';

import type { INode, INodeExecutionData, INodeParameters, INodeProperties } from 'n8n-workflow';

import { Engine, probed, singleNodeWorkflow, storeOf, type RunOptions, type RunResult } from './engine';
import type { CredentialStore } from './credentialsHelper';
import { ID, newSecret, SECRET } from './items';
import { lookBefore, type LookBefore, looksAfter } from './looks';
import { loadPackageTypes, maskedFields, nodesUnderTest, offeredBy } from './packageTypes';
import { useSkippedWaits, type SkippedWaits } from './time';
import type { OperationName } from '../../nodes/kit/operation';
import { simulatorOf } from '../simulator';
import type { ResourceCase, RunningSimulator, UpdateCase, UpdateTraits } from '../simulator/definition';
import type { ReceivedRequest, SimulatorServer } from '../simulator/server';

export * from './items';

export const types = loadPackageTypes('source');
export const engine = new Engine(types);

/** The operations that a node has: those that every node has, and its own. */
export function operationsOf(nodeName: string): OperationName[] {
	return offeredBy(types.nodes.get(nodeName)!);
}

/** A vendor whose simulator runs, with one of its ways to update. */
export interface Subject<S extends RunningSimulator = RunningSimulator> {
	nodeName: string;
	/** The name under which the simulator has the ways to update and to do the rest. */
	caseName: string;
	simulator: S;
	/** What the node has waited for, without taking the time. */
	waits: SkippedWaits;
	update: UpdateCase;
	resource: ResourceCase;
	/** How the node looks at a credential before this update, or before that of the update case. */
	lookBefore(parameters?: INodeParameters): LookBefore;
	/** Requests that one such update takes where nothing goes wrong, without those that are not about a credential. */
	requestsPerUpdate(parameters?: INodeParameters): number;
	/** Runs the node on these items; parameters are those of the update case unless given. */
	run(items: INodeExecutionData[], options?: RunNodeOptions): Promise<RunResult>;
	/** Runs the node on these items and cancels the execution as soon as the condition holds; in a wait, at its beginning. */
	runCancelled(items: INodeExecutionData[], when: () => boolean, options?: RunNodeOptions): Promise<RunResult>;
	/** Requests about credentials: neither sign-ins nor what holds for all of a kind. */
	requests(): ReceivedRequest[];
	changes(): ReceivedRequest[];
	signIns(): ReceivedRequest[];
}

export interface RunNodeOptions {
	parameters?: INodeParameters;
	/** Added to the node's options collection. */
	options?: INodeParameters;
	settings?: Partial<INode>;
	credentials?: CredentialStore;
	/** Lets the nodes “Success” and “Failure” follow on the two branches, which ask n8n for the label of each item's origin. */
	withProbes?: boolean;
}

/** Settings that route failed items to the node's error branch. */
export const ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;

/**
 * Declares tests for every way of updating of every node that package.json registers, under the node's name. A node is found
 * with its simulator by that alone, so a new vendor is covered without a line here.
 */
export function describeEveryUpdate(
	declare: (subject: () => Subject, traits: UpdateTraits, nodeName: string) => void,
): void {
	for (const nodeName of nodesUnderTest(types)) {
		const definition = simulatorOf(nodeName);
		for (const [updateName, traits] of Object.entries(definition.updateTraits)) {
			describe(`${nodeName}: ${updateName}`, () => declare(useSubject(nodeName, definition, updateName), traits, nodeName));
		}
	}
}

/**
 * Starts a vendor's simulator for the tests of the enclosing `describe`, puts it back before each, and stops it after
 * the last. For tests of what only this vendor does.
 */
export function useSubject<S extends RunningSimulator>(
	nodeName: string,
	definition: { start(): Promise<S> },
	updateName: string,
): () => Subject<S> {
	let running: S;
	const waits = useSkippedWaits();
	beforeAll(async () => {
		running = await definition.start();
		running.server.now = waits.instant;
	});
	afterAll(async () => await running.stop());
	beforeEach(() => running.reset());
	const underWay = useRuns(() => running.server);
	return () => subjectOf(nodeName, running, updateName, waits, underWay);
}

/** Runs that have not ended, each with what cancels it. */
type RunsUnderWay = Map<Promise<unknown>, () => void>;

/**
 * Ends with each test what it has left running: a run that outlasts its test would be sending into the tests after it, and
 * keep jest from ending.
 */
function useRuns(server: () => SimulatorServer): RunsUnderWay {
	const underWay: RunsUnderWay = new Map();
	afterEach(async () => {
		if (underWay.size === 0) return;
		for (const cancel of underWay.values()) cancel();
		server().hangUp();
		await Promise.allSettled(underWay.keys());
	});
	return underWay;
}

function subjectOf<S extends RunningSimulator>(
	nodeName: string,
	simulator: S,
	caseName: string,
	waits: SkippedWaits,
	underWay: RunsUnderWay,
): Subject<S> {
	const update = simulator.updates[caseName]!;
	const isSignIn = (request: ReceivedRequest) => update.isSignIn?.(request) ?? false;
	const runOptions = (
		items: INodeExecutionData[],
		{ parameters = update.parameters(ID, SECRET), options, settings, credentials, withProbes = false }: RunNodeOptions = {},
	): RunOptions => {
		const workflow = singleNodeWorkflow(
			nodeName,
			update.credentialType,
			// All that a result can say, but for the vendor's own body, and what an owner may allow an agent at any vendor that asks
			// for it, unless the test is about less.
			{ ...parameters, options: { output: 'full', allowChangesFromAgent: true, ...(parameters.options as INodeParameters), ...options } },
			settings,
		);
		return { workflow: withProbes ? probed(workflow) : workflow, start: 'Start', items, credentials: credentials ?? storeOf(simulator.credentials) };
	};
	const tracked = async (options: RunOptions) => {
		let cancel = () => {};
		const run = engine.run({
			...options,
			onStart: async (execution) => {
				cancel = execution.cancel;
				await options.onStart?.(execution);
			},
		});
		underWay.set(run, () => cancel());
		const result = await run.finally(() => underWay.delete(run));
		expectOrigins(result, options.items);
		return result;
	};
	const usual = () => update.parameters(update.ids[0], newSecret(0));
	const lookBeforeUpdate = (parameters = usual()) => lookBefore(types.nodes.get(nodeName)!.description, parameters);
	return {
		nodeName,
		caseName,
		simulator,
		waits,
		update,
		lookBefore: lookBeforeUpdate,
		requestsPerUpdate: (parameters = usual()) => 1 + Number(lookBeforeUpdate(parameters) !== 'none') + Number(looksAfter(types.nodes.get(nodeName)!.description, parameters)),
		resource: simulator.resources[caseName]!,
		requests: () => simulator.server.requests.filter((request) => !isSignIn(request) && !update.isReference?.(request)),
		changes: () => simulator.server.requests.filter((request) => update.isChange(request)),
		signIns: () => simulator.server.requests.filter(isSignIn),
		run: async (items, options) => await tracked(runOptions(items, options)),
		runCancelled: async (items, when, options) =>
			await tracked({
				...runOptions(items, options),
				onStart: async ({ cancel, hasEnded }) => {
					while (!when() && !hasEnded()) await Promise.race([setTimeout(5), waits.next()]);
					cancel();
				},
			}),
	};
}

/** Names of the fields of a credential type that a person fills in and the editor masks. */
export function passwordFields(credentialType: string): string[] {
	return maskedFields(types.credentials.get(credentialType)!);
}

/**
 * What saved workflows hold of a node or a trigger, one line each: the credential types, the path of every parameter, what it offers
 * with its default first, the choice of a mode switch under which it is shown, and what empties it when it changes.
 */
export function savedNames(nodeName: string): string[] {
	const { credentials = [], properties } = (types.nodes.get(nodeName) ?? types.triggers.get(nodeName)!).description;
	return [
		...credentials.map(({ name, displayOptions }) => `credential ${name}${shownFor(displayOptions)}`),
		...savedParameters(properties),
	];
}

/** The fields of a credential type that stored credentials hold, one line each, with the default where it is no secret. */
export function savedFields(credentialType: string): string[] {
	return types.credentials
		.get(credentialType)!
		.properties.map(({ name, default: initial, displayOptions }) =>
			[name, ...(initial === '' ? [] : [String(initial)])].join(' ') + shownFor(displayOptions),
		);
}

function savedParameters(properties: INodeProperties[], prefix = ''): string[] {
	return properties
		.filter(({ type }) => type !== 'notice' && type !== 'credentials')
		.flatMap(({ name, displayOptions, options = [], modes = [], default: initial }) => {
			const offered = [...modes.map((mode) => mode.name), ...options.flatMap((option) => ('value' in option ? [option.value] : []))];
			const byDefault: unknown[] = [initial].flat();
			const sorted = [...offered].sort((a, b) => Number(byDefault.includes(b)) - Number(byDefault.includes(a)));
			const line = [`${prefix}${name}`, ...sorted].join(' ') + shownFor(displayOptions);
			const below = options.flatMap((option) => {
				if ('values' in option) return savedParameters(option.values, `${prefix}${name}.${option.name}.`);
				return 'type' in option ? savedParameters([option], `${prefix}${name}.`) : [];
			});
			return [line, ...below];
		});
}

function shownFor({ show, hide }: NonNullable<INodeProperties['displayOptions']> = {}): string {
	const told = (word: string, conditions: typeof show) =>
		Object.entries(conditions ?? {})
			.filter(([name]) => name !== 'resource')
			.map(([name, values]) => ` (${word}${name} ${(values ?? []).map((value) => (typeof value === 'object' ? JSON.stringify(value) : value)).join(' ')})`)
			.join('');
	return told('', show) + told('not ', hide);
}

/** Whether a node asks for the secret from before beside a new one, to put it back. */
export function putsSecretBack(nodeName: string): boolean {
	const { credentials = [] } = types.nodes.get(nodeName)!.description;
	return credentials.some(({ name, displayOptions }) => name === 'rotationPreviousSecretApi' && displayOptions?.show?.['/options.onVerificationFailure'] !== undefined);
}

/** Every item that the node put out says which of the items it comes from, so that n8n finds that for an expression further on. */
export function expectOrigins(result: RunResult, items: INodeExecutionData[]): void {
	const origins = [...succeeded(result), ...failed(result)].map(({ pairedItem }) => (typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : pairedItem));
	expect(origins.filter((origin) => typeof origin !== 'number' || items[origin] === undefined)).toEqual([]);
}

/** What the node put out on its success branch. */
export function succeeded(result: RunResult): INodeExecutionData[] {
	return result.output('Node', 0);
}

/** The first of them. Throws, saying what went wrong instead, where nothing succeeded. */
export function firstSuccess(result: RunResult): INodeExecutionData {
	const [first] = succeeded(result);
	if (first !== undefined) return first;
	const [item] = failed(result);
	const said = item === undefined ? result.error?.message : JSON.stringify(item.json);
	throw new Error(`No item succeeded. ${said ?? 'Nothing failed, either.'}`);
}

/** What the node put out on its error branch. */
export function failed(result: RunResult): INodeExecutionData[] {
	return result.output('Node', 1);
}

/** The error of the only item on the error branch. */
export function onlyError(result: RunResult): Record<string, unknown> {
	const items = failed(result);
	expect(items).toHaveLength(1);
	expect(Object.keys(items[0]!.json)).toEqual(['error']);
	return items[0]!.json.error as Record<string, unknown>;
}
