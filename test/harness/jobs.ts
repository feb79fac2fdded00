import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { RunResult } from './engine';
import { leavesOf } from './hostile';
import { newSecret, type RunNodeOptions, type Subject } from './subject';
import type { OperationName } from '../../nodes/kit/operation';
import { changes, lists } from '../../nodes/kit/operations';
import type { ExtraOperation, UpdateTraits } from '../simulator/definition';
import { jsonObject, type ReceivedRequest } from '../simulator/server';

/** An operation on a few items, told so that a test needs to know neither the vendor nor the operation. */
export interface Job {
	items: INodeExecutionData[];
	/** Parameters, and settings under which every item, failed or not, comes out on one branch. */
	options: RunNodeOptions;
	/** Whether it changes something at the vendor; else it reads. */
	changes: boolean;
	/** Whether its request may be sent again when nobody knows what has become of it. */
	isRepeatable: boolean;
	/** Whether a request is the one that the operation is there for: no sign-in, and no look before a change. */
	isIt(request: ReceivedRequest): boolean;
	/** Whether a request is the one of this item; for a list, of any. Needs the request's body. */
	isFor(index: number): (request: ReceivedRequest) => boolean;
	/** Whether the request of each item is among these. */
	amongThose(requests: ReceivedRequest[]): boolean[];
	/** Checks that the vendor holds what it must hold when it has carried out these items, and no others. */
	expectStored(carriedOut: boolean[]): void;
}

/** @param count how many items; an update has three credentials to change, and no more */
export function jobOf(operation: OperationName, { update, resource, simulator }: Subject, traits: UpdateTraits, count = 3): Job {
	if (count > update.ids.length) resource.seed(count);
	const before = resource.storedIds();
	const isRead = ({ method }: ReceivedRequest) => method === 'GET';
	/** One that leaves every credential as it is. */
	const extra = ({ parameters: parametersOf, isIt }: ExtraOperation) => ({
		parameters: parametersOf('={{ $json.id }}'),
		isIt,
		expectStored: () => expect(resource.storedIds()).toEqual(before),
	});
	const news = Array.from({ length: count }, (_, index) => `new-${index}`);
	const keys = operation === 'create' ? news : count > update.ids.length ? before : update.ids.slice(0, count);
	const kinds: Partial<Record<OperationName, Pick<Job, 'isIt' | 'expectStored'> & { parameters: INodeParameters }>> = {
		create: {
			parameters: resource.create('={{ $json.id }}', '={{ $json.secret }}'),
			isIt: (request) => resource.isCreate(request),
			expectStored: (carriedOut) => {
				const created = resource.storedIds().filter((id) => !before.includes(id));
				expect(created).toHaveLength(carriedOut.filter(Boolean).length);
			},
		},
		delete: {
			parameters: resource.delete('={{ $json.id }}'),
			isIt: (request) => resource.isDelete(request),
			expectStored: (carriedOut) => {
				const deleted = keys.filter((_, index) => carriedOut[index]);
				expect(resource.storedIds()).toEqual(before.filter((id) => !deleted.includes(id)));
			},
		},
		get: {
			parameters: resource.get('={{ $json.id }}'),
			isIt: isRead,
			expectStored: () => expect(resource.storedIds()).toEqual(before),
		},
		getAll: {
			parameters: { ...resource.getAll(), returnAll: true },
			isIt: isRead,
			expectStored: () => expect(resource.storedIds()).toEqual(before),
		},
		update: {
			parameters: update.parameters('={{ $json.id }}', '={{ $json.secret }}'),
			isIt: (request) => update.isChange(request),
			expectStored: (carriedOut) => {
				expect(resource.storedIds()).toEqual(before);
				if (!traits.sendsSecret) return;
				const held = keys.map((id, index) => update.storedSecrets(id).includes(newSecret(index)));
				expect(held).toEqual(carriedOut);
			},
		},
	};
	const { parameters, isIt, expectStored } = kinds[operation] ?? extra(resource.more![operation]!);
	const isOurs = (request: ReceivedRequest) => !update.isSignIn?.(request) && isIt(request);
	const known = new Set<unknown>(keys);
	const nameIn = ({ text }: ReceivedRequest) => leavesOf(jsonObject(text)).find((leaf) => known.has(leaf));
	/** By what a request can be told from those of other items: an ID, and for what is new the name. */
	const keyOf = (request: ReceivedRequest) => (operation === 'create' ? nameIn(request) : update.idIn(request));
	return {
		items: keys.map((id, index) => ({ json: { id, secret: newSecret(index) } })),
		options: { parameters, settings: { onError: 'continueRegularOutput' } },
		changes: changes(operation),
		isRepeatable: operation !== 'create' && (operation !== 'update' || traits.repeatSafe),
		isIt: isOurs,
		isFor: (index) => (request) => isOurs(request) && (lists(operation) || keyOf(request) === keys[index]),
		amongThose: (requests) => {
			const own = requests.filter(isOurs);
			const seen = new Set(own.map(keyOf));
			return keys.map((key) => (lists(operation) ? own.length > 0 : seen.has(key)));
		},
		expectStored: (carriedOut) => {
			expectStored(carriedOut);
			if (operation !== 'create' && (operation !== 'update' || traits.repeatSafe)) return;
			// For these, nothing may be done twice, whatever it ends in.
			const own = simulator.server.carriedOut.filter(isOurs);
			expect(own.map(keyOf).sort()).toEqual([...new Set(own.map(keyOf))].sort());
		},
	};
}

/** What has become of one item. */
export interface ItemOutcome {
	/** Its results; none for a failed item. */
	results: IDataObject[];
	error: IDataObject | null;
	/** Tries of the request that changes something. */
	attempts: number;
}

/** The outcome of each item: either results or one error, in the order of the items, with nothing lost. */
export function outcomesOf(job: Job, result: RunResult): ItemOutcome[] {
	expect(result.error).toBeUndefined();
	const output = result.output('Node', 0);
	const places = output.map(({ pairedItem }) => (typeof pairedItem === 'number' ? pairedItem : (pairedItem as { item: number }).item));
	expect(places).toEqual([...places].sort((a, b) => a - b));
	return job.items.map((_, index) => {
		const own = output.filter((_item, place) => places[place] === index).map(({ json }) => json);
		expect(own.length).toBeGreaterThan(0);
		const error = own.find((json) => json.error !== undefined)?.error as IDataObject | undefined;
		if (error === undefined) return { results: own, error: null, attempts: Number((own[0]!.meta as IDataObject).attempts) };
		expect(own).toEqual([{ error }]);
		return { results: [], error, attempts: Number(error.attempts) };
	});
}

/** The outcome of each item, once all that the outcomes say has been held against what happened at the vendor. */
export function expectHonestOutcomes(job: Job, { simulator }: Subject, result: RunResult): ItemOutcome[] {
	const outcomes = outcomesOf(job, result);
	const { requests, carriedOut } = simulator.server;
	const hasActed = job.amongThose(carriedOut);
	for (const [index, { error }] of outcomes.entries()) {
		const isChanged = job.changes && hasActed[index];
		if (error === null) expect(hasActed[index]).toBe(true);
		else expect(isChanged ? ['yes', 'unknown'] : job.changes ? ['no', 'unknown'] : ['no']).toContain(error.applied);
	}
	const tries = job.changes ? requests.filter((request) => job.isIt(request)).length : 0;
	expect(outcomes.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(tries);
	job.expectStored(hasActed);
	return outcomes;
}
