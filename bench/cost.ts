import { setTimeout } from 'node:timers/promises';

import { engineWith, runJob, tally, updateParameters } from './engine';

/** What the engine itself takes for an item: everything but the network. */
export interface Cost {
	items: number;
	/** Milliseconds of CPU time per item, n8n's own work for the node included. */
	cpuMs: number;
	/** Megabytes of live memory per 1,000 items, at the highest point that was looked at. */
	memoryMb: number;
}

/** How often memory is looked at: each look is a whole garbage collection. */
const LOOKS = 5;

/** Longer than any timer of an item that is done. */
const SETTLE_MS = 1_000;

/**
 * Runs that many updates with the network taken out. Needs Node's `--expose-gc`.
 * @param withMemory looks at the memory meanwhile, which takes CPU time of its own
 */
export async function costOf(items: number, { withMemory }: { withMemory: boolean }): Promise<Cost> {
	const collect = globalThis.gc;
	if (collect === undefined) throw new Error('Run this with node --expose-gc.');
	const liveBytes = () => {
		collect();
		return process.memoryUsage().heapUsed;
	};
	let requests = 0;
	let highest = 0;
	const engine = engineWith({
		limits: { windows: [] },
		transport: ({ url }) => {
			requests += 1;
			if (withMemory && requests % Math.ceil(items / LOOKS) === 0) highest = Math.max(highest, liveBytes());
			const id = url.slice(url.lastIndexOf('/') + 1);
			const body = { id, name: `login-${id}`, _links: { self: { href: `https://api.thousandeyes.com/v7/credentials/${id}` } } };
			return { statusCode: 200, headers: { 'content-type': 'application/hal+json' }, body: JSON.stringify(body) };
		},
	});
	// What an earlier run has left behind goes only when its last timers have fired.
	await setTimeout(SETTLE_MS);
	liveBytes();
	const before = liveBytes();
	const cpu = process.cpuUsage();
	const result = await runJob(engine, { items, parameters: updateParameters('equal work', 5), baseUrl: 'https://api.thousandeyes.com' });
	const { user, system } = process.cpuUsage(cpu);
	if (withMemory) highest = Math.max(highest, liveBytes());
	const { done } = tally(result);
	if (done !== items || requests !== items) throw new Error(`Only ${done} of ${items} items succeeded, with ${requests} requests.`);
	return { items, cpuMs: (user + system) / 1000 / items, memoryMb: Math.max(0, highest - before) / 1e6 / (items / 1000) };
}
