import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

import { installN8n, VERSIONS, type Version } from './n8n/install';

/** The suites by name, with the versions of n8n that each needs. */
const SUITES: Record<string, readonly Version[]> = {
	installed: ['2.41'],
	engine: VERSIONS,
	accounts: VERSIONS,
	network: ['2.41'],
	cancelled: ['2.41'],
	n8nApi: VERSIONS,
	people: ['2.41'],
	examples: ['2.41', '2.8'],
	editor: ['2.41'],
	scaling: ['2.41'],
	rotation: ['2.41'],
	triggers: VERSIONS,
	canary: ['2.41'],
};

/** What `npm run test:e2e` runs; the rest comes with `npm run test:e2e:full`. */
const SMOKE = ['installed'];

interface Row {
	suite: string;
	passed: number;
	failed: number;
	seconds: number;
	figures: string[];
}

/** A suite runs in a process of its own, which ends what it has started when it is ended itself. */
const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		ended.abort();
		process.exitCode = 1;
	});
}

/** Usage: run smoke | full | <suite> … */
async function main(wanted: string[]): Promise<void> {
	const names = wanted.flatMap((name) => (name === 'full' ? Object.keys(SUITES) : name === 'smoke' ? SMOKE : [name]));
	const unknown = names.filter((name) => SUITES[name] === undefined);
	if (names.length === 0 || unknown.length > 0) {
		throw new Error(`Name suites to run: smoke, full, or any of ${Object.keys(SUITES).join(', ')}.`);
	}
	for (const version of VERSIONS.filter((each) => names.some((name) => SUITES[name]!.includes(each)))) {
		await installN8n(version, console.log);
	}

	const rows: Row[] = [];
	// One after the other: each starts servers of its own, and measures some of what they do.
	for (const suite of names) if (!ended.signal.aborted) rows.push(await runSuite(suite));

	console.log(`\n${tableOf(rows)}\n`);
	const sum = (count: (row: Row) => number) => rows.reduce((total, row) => total + count(row), 0);
	console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
	if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;
}

async function runSuite(suite: string): Promise<Row> {
	const row: Row = { suite, passed: 0, failed: 0, seconds: 0, figures: [] };
	const start = Date.now();
	// A suite that fails while it cleans up must not be waited for: what it has started ends with its process.
	const events = run({ files: [join(__dirname, 'suites', `${suite}.e2e.js`)], concurrency: 1, signal: ended.signal, forceExit: true });
	events.on('test:pass', ({ details, name }) => {
		if (details.type !== 'suite' && !name.endsWith('.e2e.js')) row.passed += 1;
	});
	events.on('test:fail', ({ details }) => {
		// A group fails with the tests in it, which count by themselves, or by what goes before and after them.
		const isOfHook = (details.error as Error & { failureType?: string }).failureType === 'hookFailed';
		if (details.type !== 'suite' || isOfHook) row.failed += 1;
	});
	events.on('test:diagnostic', ({ message }) => {
		const figure = /^figure: (.*)$/.exec(message)?.[1];
		if (figure !== undefined) row.figures.push(figure);
	});
	const printed = events.compose(new spec());
	for await (const text of printed) process.stdout.write(text as string);
	row.seconds = Math.round((Date.now() - start) / 1000);
	// A suite that ran nothing has not shown anything.
	if (row.passed === 0 && row.failed === 0) row.failed = 1;
	return row;
}

function tableOf(rows: Row[]): string {
	const lines = rows.flatMap(({ suite, passed, failed, seconds, figures }) => [
		`${suite.padEnd(12)} ${String(passed).padStart(6)} ${String(failed).padStart(6)} ${String(seconds).padStart(7)}`,
		...figures.map((figure) => `             ${figure}`),
	]);
	return [`${'suite'.padEnd(12)} passed failed seconds`, ...lines].join('\n');
}

void main(process.argv.slice(2));
