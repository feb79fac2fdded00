import omit from 'lodash/omit';
import { Settings } from 'luxon';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { TriggerEvent } from '../../nodes/kit/trigger';
import type { RunningSimulator, UpdateTraits } from '../simulator/definition';
import { storeOf } from './engine';
import { describeEveryUpdate, engine, types, useSubject, type Subject } from './subject';
import { type HostOptions, TriggerHost } from './triggerHost';

export const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;

/** A vendor whose simulator runs, with the trigger that watches it. */
export interface TriggerSubject<S extends RunningSimulator = RunningSimulator> extends Subject<S> {
	triggerName: string;
	/** The events that it offers. */
	offered: TriggerEvent[];
	/** n8n with a workflow that has the trigger, which is still to be published. */
	host(events: TriggerEvent[], more?: { parameters?: INodeParameters; options?: INodeParameters; settings?: Partial<INode>; credentials?: HostOptions['credentials'] }): TriggerHost;
	/** Lets so much time pass, for the node as well as for the vendor. */
	pass(ms: number): void;
	/** The place of the list as the trigger has it. */
	place: INodeParameters;
}

/** Everything but what is due. */
export const LEDGER: TriggerEvent[] = ['changed', 'created', 'deleted'];

/** Declares tests for every trigger of the package, found with the simulator of its node: one for each version of its API. */
export function describeEveryTrigger(declare: (subject: () => TriggerSubject, traits: UpdateTraits, triggerName: string) => void): void {
	describeEveryUpdate((subject, traits, nodeName) => {
		const triggerName = `${nodeName}Trigger`;
		const trigger = types.triggers.get(triggerName);
		// A vendor need not have one.
		if (trigger === undefined) return void test('has no trigger', () => expect(types.triggers.has(triggerName)).toBe(false));
		useTimeOf(() => subject().waits.epoch);
		declare(() => triggerSubjectOf(subject()), traits, triggerName);
	});
}

/** A trigger for tests of what only this vendor's does, on a simulator as `useSubject` starts it. */
export function useTrigger<S extends RunningSimulator>(nodeName: string, definition: { start(): Promise<S> }, caseName: string): () => TriggerSubject<S> {
	const subject = useSubject(nodeName, definition, caseName);
	useTimeOf(() => subject().waits.epoch);
	return () => triggerSubjectOf(subject());
}

/** Lets the node's clock for dates go by another one in the tests of the enclosing `describe`, from the true time on in each. */
export function useTimeOf(epoch: () => () => number): void {
	beforeEach(() => {
		const skippedMs = epoch()() - Date.now();
		Settings.now = () => epoch()() - skippedMs;
	});
	afterEach(() => void (Settings.now = () => Date.now()));
}

function triggerSubjectOf<S extends RunningSimulator>(subject: Subject<S>): TriggerSubject<S> {
	const { nodeName, resource, simulator, waits } = subject;
	const triggerName = `${nodeName}Trigger`;
	const events = types.triggers.get(triggerName)!.description.properties.find(({ name }) => name === 'events')!.options as Array<{ value: TriggerEvent }>;
	const place = omit(resource.getAll(), ['resource', 'operation']) as INodeParameters;
	return {
		...subject,
		triggerName,
		offered: events.map(({ value }) => value),
		place,
		pass: (ms) => waits.advance(ms),
		host: (chosen, { parameters, options = {}, settings, credentials = storeOf(simulator.credentials) } = {}) =>
			new TriggerHost(engine, {
				triggerName,
				credentialType: resource.credentialType,
				parameters: { ...place, events: chosen, ...parameters, options },
				credentials,
				settings,
			}),
	};
}
