import { fork } from 'node:child_process';
import { once } from 'node:events';

import { LazyPackageDirectoryLoader, PackageDirectoryLoader } from 'n8n-core';

import { packageRoot } from '../test/harness/packageTypes';
import { median } from './median';

/** A process loads a module only once. */
const PROCESSES = 5;

/** Milliseconds of CPU time that the package takes while n8n starts, and what it would take if n8n had to load its modules for that. */
export interface LoadingCost {
	startMs: number;
	modulesMs: number;
}

/** Reads the built package as n8n does when it starts, in processes of their own. Medians. */
export async function loadingCost(): Promise<LoadingCost> {
	const costs: LoadingCost[] = [];
	for (let count = 0; count < PROCESSES; count += 1) {
		const child = fork(__filename);
		const [cost] = (await once(child, 'message')) as [LoadingCost];
		costs.push(cost);
		if (child.exitCode === null) await once(child, 'exit');
	}
	return { startMs: median(costs.map(({ startMs }) => startMs)), modulesMs: median(costs.map(({ modulesMs }) => modulesMs)) };
}

async function cpuOf(loader: PackageDirectoryLoader): Promise<number> {
	const before = process.cpuUsage();
	await loader.loadAll();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1_000;
}

async function measure(): Promise<LoadingCost> {
	const lazy = new LazyPackageDirectoryLoader(packageRoot);
	const startMs = await cpuOf(lazy);
	if (!lazy.isLazyLoaded) throw new Error('n8n would load every module: what `npm run build` writes for it is missing.');
	return { startMs, modulesMs: await cpuOf(new PackageDirectoryLoader(packageRoot)) };
}

if (require.main === module && process.send !== undefined) {
	void measure().then((cost) => {
		process.send!(cost);
		process.disconnect();
	});
}
