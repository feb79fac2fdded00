// Many runs in one process, faults mixed in and waits skipped: what the engine keeps must not grow. `npm run bench:soak`, or with
// fewer updates `npm run bench:soak -- 20000`.
import { engineWith, runJob, tally, updateParameters, withSkippedWaits } from './engine';
import { startVendor, type Vendor } from './vendor';

const UPDATES = 200_000;
const ITEMS_PER_RUN = 1_000;

/** Every so many runs the vendor moves: what is kept by host has to go some time. */
const RUNS_PER_VENDOR = 10;

/** One request in so many is answered with a fault, of each kind in turns. */
const FAULT_EVERY = 50;

/** The last tenth of the runs, against the second: the first one has the compiler at work. */
const MOST_GROWTH = 1.05;

/** What is there after a run, once what is garbage has been collected. */
interface Sample {
	heapMb: number;
	/** Timers, sockets and whatever else Node waits for. */
	resources: number;
	listeners: number;
}

function sample(): Sample {
	const collect = globalThis.gc;
	if (collect === undefined) throw new Error('Run this with node --expose-gc.');
	collect();
	collect();
	const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
	return { heapMb: process.memoryUsage().heapUsed / 1e6, resources: process.getActiveResourcesInfo().length, listeners };
}

async function main(updates: number): Promise<void> {
	const engine = engineWith({ limits: { windows: [] } });
	const runs = Math.ceil(updates / ITEMS_PER_RUN);
	const samples: Sample[] = [];
	let vendor: Vendor | null = null;
	let failed = 0;
	for (let run = 0; run < runs; run += 1) {
		if (run % RUNS_PER_VENDOR === 0) {
			await vendor?.stop();
			vendor = await startVendor({ credentials: ITEMS_PER_RUN, latencyMs: 0, limits: [], faultEvery: FAULT_EVERY });
		}
		const result = await runJob(engine, { items: ITEMS_PER_RUN, parameters: updateParameters('equal work', 20), baseUrl: vendor!.baseUrl });
		const { done, failed: failures } = tally(result);
		if (done + failures !== ITEMS_PER_RUN) throw new Error(`Only ${done + failures} of ${ITEMS_PER_RUN} items came out of run ${run + 1}.`);
		failed += failures;
		samples.push(sample());
		if ((run + 1) % RUNS_PER_VENDOR === 0) {
			const { heapMb, resources, listeners } = samples.at(-1)!;
			console.log(`${((run + 1) * ITEMS_PER_RUN).toLocaleString('en')} updates: ${heapMb.toFixed(1)} MB, ${resources} resources, ${listeners} listeners`);
		}
	}
	await vendor?.stop();

	const tenth = Math.max(1, Math.floor(runs / 10));
	const [second, last] = [samples.slice(tenth, 2 * tenth), samples.slice(-tenth)];
	const rows = (['heapMb', 'resources', 'listeners'] as const).map((what) => {
		// What grows shows in the least as well; what was just being closed does not.
		const [before, after] = [second, last].map((part) => Math.min(...part.map((each) => each[what])));
		return { what, before: before!, after: after!, isKept: after! <= before! * MOST_GROWTH };
	});
	console.log(`\n${updates.toLocaleString('en')} updates in ${runs} runs, ${failed} failed items. The least in the second and in the last tenth of the runs, at most ${MOST_GROWTH} times:`);
	for (const { what, before, after, isKept } of rows) console.log(`${isKept ? '✓' : '✗'} ${what}: ${before.toFixed(2)} to ${after.toFixed(2)}`);
	if (rows.some(({ isKept }) => !isKept)) process.exitCode = 1;
}

void withSkippedWaits(async () => await main(Number(process.argv[2] ?? UPDATES)));
