import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import partition from 'lodash/partition';

import { installN8n, type Install } from '../../test/e2e/n8n/install';
import { packageRoot } from '../../test/harness/packageTypes';
import { verdictsOf } from './goals';
import { JOBS, type Job } from './jobs';
import { measure, type Measurement } from './measure';
import { environmentOf, jobSection, pageOf, verdictTable } from './page';
import { plotOf } from './plot';
import { sharesOf } from './profile';
import { MeasuredServer } from './server';
import type { Subject } from './subjects';
import type { Result } from './summary';
import { stepsOf } from './workflows';

/** How often each way is measured; fewer have no median worth the name. */
const RUNS = 3;

/** Items of the run before, which loads and compiles what all runs use. Where a limit takes the time, few will do. */
const WARM_UP_ITEMS = 200;
const WARM_UP_ITEMS_UNDER_LIMIT = 40;

const QUICK = { runs: 1, jobs: ['free-200', 'faulty'] };

const OPTIONS = {
	/** One run of the short jobs, printed only. */
	quick: { type: 'boolean', default: false },
	/** Jobs and ways by their keys, separated by commas. */
	only: { type: 'string' },
	ways: { type: 'string' },
	runs: { type: 'string' },
	/** The folder that the page goes to, in place of docs/. */
	to: { type: 'string' },
	/** A folder for a CPU profile of each way, of a run that is not counted. */
	profiles: { type: 'string' },
} as const;

async function main(args: string[]): Promise<void> {
	const { values } = parseArgs({ args, options: OPTIONS });
	if (process.platform !== 'linux') throw new Error('This measures through /proc, which only Linux has.');
	const jobs = chosen(JOBS, values.only ?? (values.quick ? QUICK.jobs.join(',') : undefined));
	const runs = Number(values.runs ?? (values.quick ? QUICK.runs : RUNS));
	const install = await installN8n('2.41', console.log);
	const results: Result[] = [];
	const profiles = values.profiles ?? mkdtempSync(join(tmpdir(), 'credential-rotation-profiles-'));
	if (values.profiles === undefined) process.once('exit', () => rmSync(profiles, { recursive: true, force: true }));
	const measured = async (job: Job) =>
		results.push(...(await runJob(install, { ...job, subjects: chosen(job.subjects, values.ways) }, { runs, profiles, profilesAll: values.profiles !== undefined })));
	// Under a limit nearly all of the time is waiting, so these jobs do not get into each other’s way.
	const [waiting, busy] = partition(jobs, ({ windows }) => windows.length > 0);
	for (const job of busy) await measured(job);
	await Promise.all(waiting.map(measured));
	results.sort((a, b) => jobs.findIndex(({ key }) => key === a.job.key) - jobs.findIndex(({ key }) => key === b.job.key));
	const verdicts = verdictsOf(results);
	for (const job of new Set(results.map((each) => each.job))) console.log(`\n${jobSection(job, results.filter((each) => each.job === job))}`);
	console.log(`\n${verdictTable(verdicts)}\n`);

	// The page is for figures that can be stood by.
	const isWhole = values.only === undefined && values.ways === undefined && runs >= RUNS;
	const folder = values.to ?? (isWhole && !values.quick ? join(packageRoot, 'docs') : undefined);
	if (folder === undefined) return console.log('Nothing was written: only a whole run is, or one with --to=<folder>.');
	mkdirSync(join(folder, 'images'), { recursive: true });
	writeFileSync(join(folder, 'benchmarks.md'), pageOf(results, environmentOf(install), runs));
	writeFileSync(join(folder, 'images', 'bench.svg'), plotOf(plotted(results)));
	console.log(`Written to ${folder}.`);
}

function chosen<T extends { key: string }>(all: T[], keys: string | undefined): T[] {
	const found = keys === undefined ? all : all.filter(({ key }) => keys.split(',').includes(key));
	if (found.length === 0) throw new Error(`Choose some of ${all.map(({ key }) => key).join(', ')}.`);
	return found;
}

interface RunOptions {
	/** How often each way is measured. */
	runs: number;
	/** The folder that profiles go to, and whether of every way or of those whose profile is shown. */
	profiles: string;
	profilesAll: boolean;
}

/** One server for a job, and its ways in turns: whatever slows the machine down meets all of them. */
async function runJob(install: Install, job: Job, { runs, profiles, profilesAll }: RunOptions): Promise<Result[]> {
	const server = await MeasuredServer.start(install, { withoutLimits: job.windows.length === 0 });
	const measured = new Map<Subject, Measurement[]>(job.subjects.map((subject) => [subject, []]));
	const shares = new Map<Subject, Map<string, number>>();
	try {
		const few = job.windows.length === 0 ? WARM_UP_ITEMS : WARM_UP_ITEMS_UNDER_LIMIT;
		for (const subject of job.subjects) await measure(server, { ...job, items: Math.min(few, job.items) }, subject);
		for (let round = 0; round < runs; round += 1) {
			for (const subject of rotated(job.subjects, round)) {
				const run = await measure(server, job, subject);
				measured.get(subject)!.push(run);
				const { done, failed, lost, repeated } = run.fates;
				console.log(`${job.key}, ${subject.title}: ${(run.wallMs / 1000).toFixed(1)} s, ${done} done, ${failed} failed, ${lost} lost, ${repeated} repeated`);
			}
		}
		for (const subject of job.subjects.filter(({ key }) => profilesAll || job.profiled?.includes(key))) {
			const profile = join(profiles, `${job.key}-${subject.key}.cpuprofile`);
			await measure(server, job, subject, { profile });
			shares.set(subject, sharesOf(profile));
		}
	} finally {
		await server.remove();
	}
	return job.subjects.map((subject) => ({ job, subject, runs: measured.get(subject)!, steps: stepsOf(subject.build(SITE)), shares: shares.get(subject) }));
}

/** Enough of a site to build a workflow that is only counted. */
const SITE = { baseUrl: 'https://vendor.example.com', credentialIds: new Proxy({}, { get: () => '1' }) };

function rotated<T>(list: T[], by: number): T[] {
	const start = by % list.length;
	return [...list.slice(start), ...list.slice(0, start)];
}

/** The jobs in which more than time is at stake, and the largest of the others that every way was given. */
function plotted(results: Result[]) {
	const groups = [...new Set(results.map(({ job }) => job))].map((job) => ({
		title: job.title,
		results: results.filter((each) => each.job === job && each.subject.side !== 'none'),
	}));
	const atStake = groups.filter((group) => group.results.some(({ runs, job }) => runs.some(({ fates }) => fates.done < job.items)));
	const fastest = groups.filter((group) => !atStake.includes(group)).sort((a, b) => b.results.length - a.results.length || b.results[0]!.job.items - a.results[0]!.job.items);
	return [...atStake, ...fastest.slice(0, 1)];
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
