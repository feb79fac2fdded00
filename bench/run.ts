import type { RateWindow } from '../nodes/kit/limits';
import type { RateRule } from '../test/simulator/rateLimits';
import { costOf } from './cost';
import { engineWith, runJob, tally, updateParameters, type Work } from './engine';
import { loadingCost } from './loading';
import { median } from './median';
import { pollCost } from './poll';
import { barePool } from './pool';
import { startVendor } from './vendor';

/** Milliseconds that each answer of the vendor takes. */
const LATENCY_MS = 50;

/** The concurrency of a node whose options are left alone. */
const DEFAULT_CONCURRENCY = 5;

/**
 * Under a limit the bound is on the limit's own time, and that knows no latency. A window of a minute is scaled to six
 * seconds here and the latency is not, so that five at a time would be the narrower limit at the end of each window.
 */
const ENOUGH_CONCURRENCY = 20;

/** ThousandEyes' 240 requests a minute, ten times as fast. */
const SCALED_WINDOW_MS = 6_000;

/** One line of the closing table. */
interface Line {
	what: string;
	work: string;
	measured: string;
	bound: string;
	isKept: boolean;
}

const lines: Line[] = [];

function note(what: string, work: string, measured: string, bound: string, isKept: boolean): void {
	lines.push({ what, work, measured, bound, isKept });
	console.log(`${isKept ? '✓' : '✗'} ${what}, ${work}: ${measured} (${bound})`);
}

function noteRatio(what: string, work: string, ratio: number, bound: number): void {
	note(what, work, ratio.toFixed(3), `at most ${bound}`, ratio <= bound);
}

interface Conditions {
	items: number;
	work: Work;
	concurrency: number;
	/** What the vendor enforces, and what the node knows of it. */
	limits: RateRule[];
	windows: RateWindow[];
}

/** Runs the node once against a fresh vendor. Every run has to be complete and correct, or the benchmark says so. */
async function timeNode(what: string, { items, work, concurrency, limits, windows }: Conditions) {
	const vendor = await startVendor({ credentials: items, latencyMs: LATENCY_MS, limits });
	const engine = engineWith({ limits: { windows } });
	const startedAt = performance.now();
	const result = await runJob(engine, { items, parameters: updateParameters(work, concurrency), baseUrl: vendor.baseUrl });
	const ms = performance.now() - startedAt;
	const seen = await vendor.stop();
	const { done, failed } = tally(result);
	const isComplete = done === items && failed === 0 && seen.rotated === items && seen.changes - seen.refused <= items;
	if (!isComplete) note(what, work, `${failed} failed, ${seen.rotated} of ${items} rotated, ${seen.changes} changes`, 'all rotated once', false);
	return { ms, requests: seen.requests - seen.refused, refused: seen.refused };
}

async function withoutLimit(work: Work): Promise<void> {
	const items = 200;
	const conditions = { items, work, limits: [], windows: [] };
	const perItem = work === 'equal work' ? 1 : 2;
	const vendor = await startVendor({ credentials: items, latencyMs: LATENCY_MS, limits: [] });
	const poolMs = await barePool(vendor.baseUrl, items, DEFAULT_CONCURRENCY, perItem);
	await vendor.stop();
	const side = await timeNode('200 updates without a limit', { ...conditions, concurrency: DEFAULT_CONCURRENCY });
	const sequence = await timeNode('200 updates, one after the other', { ...conditions, concurrency: 1 });
	noteRatio('200 updates without a limit, to a bare pool', work, side.ms / poolMs, 1.15);
	const faster = sequence.ms / side.ms;
	note('200 updates, to one after the other', work, `${faster.toFixed(2)} times as fast`, 'at least 4 times', faster >= 4);
}

/** The shortest time in which a vendor lets so many requests through: a whole window for each time that one is full. */
function ownTimeMs(requests: number, { requests: limit, perMs }: RateWindow): number {
	return Math.floor((requests - 1) / limit) * perMs;
}

interface LimitedJob {
	what: string;
	items: number;
	window: RateWindow;
	counting: RateRule['counting'];
	bound: number;
}

async function underLimit({ what, items, window, counting, bound }: LimitedJob, work: Work): Promise<void> {
	const { ms, requests, refused } = await timeNode(what, {
		items,
		work,
		concurrency: ENOUGH_CONCURRENCY,
		limits: [{ ...window, counting }],
		windows: [window],
	});
	noteRatio(`${what}, to the limit’s own time`, work, ms / ownTimeMs(requests, window), bound);
	const share = (100 * refused) / (requests + refused);
	note(`${what}, answered 429`, work, `${share.toFixed(2)} %`, 'at most 1 %', share <= 1);
}

/** Milliseconds of CPU time that n8n's start may take longer with the package installed. */
const START_BUDGET = 30;

async function loading(): Promise<void> {
	const { startMs, modulesMs } = await loadingCost();
	note(`n8n's start, CPU time (${modulesMs.toFixed(0)} ms if it loaded the modules)`, 'all nodes', `${startMs.toFixed(1)} ms`, `at most ${START_BUDGET} ms`, startMs <= START_BUDGET);
}

/** Items under which what is measured would be n8n's own start-up, and the compiler at work. */
const WARM_UP_ITEMS = 5_000;

/** How often the cost of a number of items is measured; the median counts. */
const COST_RUNS = 3;

/** An item among ten times as many may take so many times as much. */
const GROWTH_BOUND = 1.1;

async function medianCost(items: number, what: 'cpuMs' | 'memoryMb'): Promise<number> {
	const runs: number[] = [];
	for (let run = 0; run < COST_RUNS; run += 1) runs.push((await costOf(items, { withMemory: what === 'memoryMb' }))[what]);
	return median(runs);
}

async function cost(): Promise<void> {
	await costOf(WARM_UP_ITEMS, { withMemory: true });
	const memory: number[] = [];
	for (const items of [1_000, 5_000, 10_000]) {
		const memoryMb = await medianCost(items, 'memoryMb');
		memory.push(memoryMb);
		note(`memory for ${items} items`, 'equal work', `${memoryMb.toFixed(1)} MB per 1,000`, 'at most 10 MB', memoryMb <= 10);
	}
	noteRatio('memory an item of 10,000, to 1,000', 'equal work', memory.at(-1)! / memory[0]!, GROWTH_BOUND);
	const [few, many] = [await medianCost(1_000, 'cpuMs'), await medianCost(10_000, 'cpuMs')];
	note('CPU time without the network', 'equal work', `${few.toFixed(2)} ms an item`, 'at most 1 ms', few <= 1);
	noteRatio('CPU time an item of 10,000, to 1,000', 'equal work', many / few, GROWTH_BOUND);
}

/** Seconds that n8n gives a poll. */
const POLL_BUDGET = 300;

async function poll(): Promise<void> {
	const { ratio, seconds } = await pollCost();
	noteRatio('a poll of 5,000 credentials, CPU time to Get Many', 'a trigger', ratio, 1.2);
	note('a poll of 5,000 credentials, 200 pages of 50 ms', 'a trigger', `${seconds.toFixed(0)} s`, `at most ${POLL_BUDGET} s`, seconds <= POLL_BUDGET);
}

function table(): string {
	const rows = [['', 'What', 'Work', 'Measured', 'Bound'], ...lines.map(({ what, work, measured, bound, isKept }) => [isKept ? '✓' : '✗', what, work, measured, bound])];
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
	return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

async function main(): Promise<void> {
	const known: LimitedJob = { what: '100 updates at 10 a second', items: 100, window: { requests: 10, perMs: 1_000 }, counting: 'bucket', bound: 1.15 };
	const scaled: LimitedJob = { what: '600 updates at 240 in 6 s', items: 600, window: { requests: 240, perMs: SCALED_WINDOW_MS }, counting: 'fixed', bound: 1.1 };
	await loading();
	await cost();
	await poll();
	// The first requests of a process load n8n's HTTP client, and the compiler has yet to see which paths are hot.
	await timeNode('warm-up', { items: 400, work: 'equal work', concurrency: ENOUGH_CONCURRENCY, limits: [], windows: [] });
	for (const work of ['equal work', 'defaults'] as const) {
		await withoutLimit(work);
		await underLimit(known, work);
		await underLimit(scaled, work);
	}
	console.log(`\n${table()}\n`);
	const broken = lines.filter(({ isKept }) => !isKept).length;
	console.log(broken === 0 ? 'Every bound is kept.' : `${broken} of ${lines.length} bounds are broken.`);
	if (broken > 0) process.exitCode = 1;
}

void main();
