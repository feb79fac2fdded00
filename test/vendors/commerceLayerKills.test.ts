import omit from 'lodash/omit';

import type { RunOptions } from '../harness/engine';
import { chosen, ClientRotation, ID, isCreate, isDelete, isStoreWrite, NEW, only, PREVIOUS, results, type RotationRun } from '../harness/clientRotation';
import { useSkippedWaits } from '../harness/time';
import type { ReceivedRequest } from '../simulator/server';

// A run is killed at every request that it sends, to either side, and then run again. It is left hanging in the middle of that
// request for good: from there on it does nothing, as a process that is gone.

const waits = useSkippedWaits();

/** A silent host must not be given up while it counts as killed. */
const PATIENT = { timeout: 600_000 };

interface Moment {
	/** From 1. */
	place: number;
	/** It has arrived, and nothing has been done; or it has been carried out, and not answered. */
	stage: 'arrived' | 'handled';
}

/** Lets both hosts fall silent for good. */
function fallSilentAt(world: ClientRotation, { place, stage }: Moment): { begun: Promise<void>; carriedOut: ReceivedRequest[] } {
	const carriedOut: ReceivedRequest[] = [];
	let arrived = 0;
	let isSilent = false;
	let last: ReceivedRequest | undefined;
	let begin = () => {};
	const begun = new Promise<void>((resolve) => (begin = resolve));
	const fallSilent = async () => {
		isSilent = true;
		begin();
		await new Promise(() => {});
	};
	for (const { server } of [world.shop, world.n8n]) {
		server.plan({
			times: Infinity,
			onArrival: async (request) => {
				arrived += 1;
				if (arrived === place) last = request;
				if (isSilent || (request === last && stage === 'arrived')) await fallSilent();
			},
			onHandled: async (request) => {
				carriedOut.push(request);
				if (request === last) await fallSilent();
			},
		});
	}
	return { begun, carriedOut };
}

/** Sign-ins of one process are shared, and a killed one would keep the next waiting. Before it, nothing has been asked for. */
async function signIn(world: ClientRotation): Promise<void> {
	await world.run('retire');
	for (const { server } of [world.shop, world.n8n]) server.clear();
}

type Run = (world: ClientRotation, more?: RotationRun) => ReturnType<ClientRotation['run']>;

/** Kills such a run at one moment, looks at what is left, and has it run again. */
async function killedAt(moment: Moment, prepare: Run | null, run: Run, look: (world: ClientRotation, carriedOut: ReceivedRequest[]) => void, after: (world: ClientRotation) => Promise<void>): Promise<void> {
	const world = await ClientRotation.start();
	world.now = waits.epoch;
	let cancel = () => {};
	const onStart: RunOptions['onStart'] = async (execution) => void (cancel = execution.cancel);
	try {
		await signIn(world);
		await prepare?.(world);
		const { begun, carriedOut } = fallSilentAt(world, moment);
		const killed = run(world, { onStart, options: PATIENT });
		await Promise.race([begun, killed.then(() => Promise.reject(new Error('The run has ended before the moment had come')))]);
		for (const { server } of [world.shop, world.n8n]) server.clear();
		look(world, carriedOut);
		await after(world);
		cancel();
		await world.stop();
		await killed.catch(() => {});
	} finally {
		cancel();
		await world.stop().catch(() => {});
	}
}

/** The moments of a run that nothing disturbs. */
async function momentsOf(prepare: Run | null, run: Run): Promise<Moment[]> {
	const world = await ClientRotation.start();
	world.now = waits.epoch;
	try {
		await signIn(world);
		await prepare?.(world);
		for (const { server } of [world.shop, world.n8n]) server.clear();
		results(await run(world));
		return Array.from({ length: world.requests.length }, (_, index) => index + 1).flatMap((place) => [
			{ place, stage: 'arrived' as const },
			{ place, stage: 'handled' as const },
		]);
	} finally {
		await world.stop();
	}
}

const rotate: Run = async (world, more) => await world.run('rotate', { graceHours: 0 }, more);
const retire: Run = async (world, more) => await world.run('retire', { credentialId: chosen(ID) }, more);

test('Rotate, killed at every request and run again, comes to one successor that is proven, handed over and marked', async () => {
	const moments = await momentsOf(null, rotate);
	// Looks, create, proof, three writes to n8n, two marks.
	expect(moments.length).toBeGreaterThan(28);
	const outcomes: string[] = [];
	for (const moment of moments) {
		let before: unknown;
		await killedAt(
			moment,
			async (world) => {
				world.n8n.state.credentials.get(NEW)!.data = { name1: 'client_id', value1: world.pair(ID).client_id, name2: 'client_secret', value2: world.pair(ID).client_secret };
				before = structuredClone(world.at(ID).attributes);
				return undefined as never;
			},
			rotate,
			(world, carriedOut) => {
				// The old pair is in force, and stands where it stood until the new one is proven.
				expect(before).toMatchObject(omit(world.at(ID).attributes, ['metadata', 'updated_at']));
				const [successor] = world.successors();
				const isProven = carriedOut.some(({ path, text }) => path === '/oauth/token' && successor !== undefined && text.includes(world.pair(successor).client_id));
				if (!isProven) expect(world.held(NEW)).toEqual(world.pair(ID));
				if (world.held(NEW).client_id !== world.pair(ID).client_id) expect(world.held(PREVIOUS)).toMatchObject(world.pair(ID));
				if (world.mark(ID) !== undefined) expect(world.held(NEW)).toMatchObject(world.pair(successor!));
			},
			async (world) => {
				const { outcome, successorId } = only(await rotate(world));
				outcomes.push(outcome);
				expect([moment, world.successors()]).toEqual([moment, [successorId]]);
				expect(world.mark(ID)).toMatchObject({ replacedBy: successorId });
				expect(world.mark(successorId)).toMatchObject({ of: ID, state: 'active' });
				expect(world.held(NEW)).toEqual(world.pair(successorId));
				expect(world.held(PREVIOUS)).toEqual(world.pair(ID));
				expect(world.secretMark()).toMatchObject({ id: world.mark(successorId)!.id, state: 'current' });
				expect(world.shop.state.credentials.size).toBe(61);
				expect(world.requests.filter(isDelete)).toEqual([]);
				// Once more, and it is over.
				for (const { server } of [world.shop, world.n8n]) server.clear();
				expect(only(await rotate(world))).toMatchObject({ outcome: 'unchanged', successorId });
				expect(world.requests.filter((request) => isCreate(request) || isStoreWrite(request))).toEqual([]);
			},
		);
	}
	// Only the answer to the last request makes no difference any more.
	expect(outcomes.filter((outcome) => outcome === 'unchanged')).toHaveLength(1);
}, 600_000);

test('Retire, killed at every request and run again, deletes the old one and nothing else', async () => {
	const moments = await momentsOf(rotate, retire);
	for (const moment of moments) {
		let successorId = '';
		await killedAt(
			moment,
			async (world) => {
				const result = await rotate(world);
				({ successorId } = only(result));
				for (const { server } of [world.shop, world.n8n]) server.clear();
				return result;
			},
			retire,
			(world) => expect(world.shop.state.credentials.has(successorId)).toBe(true),
			async (world) => {
				const { outcome } = only(await retire(world));
				const wasGone = moment.stage === 'handled' && moment.place === moments.length / 2;
				expect([moment, outcome]).toEqual([moment, wasGone ? 'unchanged' : 'deleted']);
				expect(world.shop.state.credentials.has(ID)).toBe(false);
				expect(world.shop.state.credentials.size).toBe(60);
			},
		);
	}
}, 600_000);
