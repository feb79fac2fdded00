import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

import uniqBy from 'lodash/uniqBy';

import type { Install } from '../../test/e2e/n8n/install';
import { manifest } from '../../test/harness/packageTypes';
import type { Fate } from './account';
import { comparisonsOf, verdictsOf, type Verdict } from './goals';
import type { Job } from './jobs';
import { CPU, decimal, MEMORY, RATIO, REQUESTS, spreadOf, STORED, THROTTLED, WALL, written, type Measure, type Result } from './summary';

/** A table in Markdown. */
function table(head: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export function verdictTable(verdicts: Verdict[]): string {
	return table(['Goal', 'Measured', 'Kept'], verdicts.map(({ goal, measured, isKept }) => [goal, measured, isKept ? 'yes' : '**no**']));
}

const count = (of: Measure['of']): Measure => ({ name: '', of, unit: 1, digits: 0 });
const fate = (name: Fate) => count(({ fates }) => fates[name]);

/** What a job’s tables show of every way, by the heads of their columns. */
const OUTCOME: Array<[string, Measure]> = [
	['changed once, with a result', fate('done')],
	['failed, with an error', fate('failed')],
	['neither result nor error', fate('lost')],
	['changed more than once', fate('repeated')],
	['results that are not true', fate('untrue')],
	['credentials changed', count(({ changed }) => changed)],
	['requests', REQUESTS],
	['answered 429', THROTTLED],
	['answered 401', count(({ refusedTokens }) => refusedTokens)],
	['sign-ins', count(({ signIns }) => signIns)],
];
const COST: Array<[string, Measure]> = [
	[WALL.name, WALL],
	['× what is possible', RATIO],
	[CPU.name, CPU],
	[MEMORY.name, MEMORY],
	[STORED.name, STORED],
	['secrets in it', count(({ storedSecrets }) => storedSecrets)],
	['most at once', count(({ mostAtOnce }) => mostAtOnce)],
];

function cellsOf(result: Result, columns: Array<[string, Measure]>): string[] {
	return columns.map(([, measure]) => {
		const spread = spreadOf(result, measure.of);
		return Number.isFinite(spread.max) ? written(spread, measure) : '–';
	});
}

export function jobSection(job: Job, results: Result[]): string {
	const working = results.filter(({ subject }) => subject.side !== 'none');
	// A column of noughts says nothing.
	const told = OUTCOME.filter(([, { of }]) => working.some(({ runs }) => runs.some((run) => of(run) > 0)));
	const rows = (some: Result[], columns: typeof OUTCOME) => some.map((each) => [each.subject.title, ...cellsOf(each, columns)]);
	return [
		`### ${job.title}`,
		job.about,
		table(['Way', ...told.map(([name]) => name)], rows(working, told)),
		table(['Way', ...COST.map(([name]) => name)], rows(results, COST)),
		comparisonsOf(results).map((sentence) => `- ${sentence}`).join('\n'),
	].join('\n\n');
}

/** Where the time of the main thread went, for the ways of which that was looked at; `null` where there are none. */
function sharesTable(results: Result[]): string | null {
	const profiled = results.flatMap(({ job, subject, shares }) => (shares === undefined ? [] : [{ job, subject, shares }]));
	if (profiled.length === 0) return null;
	const head = ['Part of the work', ...profiled.map(({ job, subject }) => `${subject.title}, ${job.title}`)];
	const rows = [...profiled[0]!.shares.keys()].map((part) => [part, ...profiled.map(({ shares }) => `${decimal(100 * (shares.get(part) ?? 0), 1)} %`)]);
	return table(head, rows);
}

/** A way that several jobs are done in is built once. */
function stepsTable(results: Result[]): string {
	const rows = results
		.filter(({ subject }) => subject.side !== 'none')
		.map(({ subject, steps }) => [subject.title, ...[steps.nodes, steps.fields, steps.connections].map(String)]);
	return table(['Way', 'nodes', 'fields', 'connections'], uniqBy(rows, String));
}

/** The machine and what ran on it. */
export function environmentOf({ folder, node }: Install): string[] {
	const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', 'n8n', 'package.json'), 'utf8')) as { version: string };
	const [cpu] = cpus();
	return [
		`${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release().split('-')[0]}`,
		`n8n ${version} on Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}, SQLite; simulators and measuring on Node ${process.version}`,
		`${manifest.name} ${manifest.version}`,
	];
}

/** The whole page. `runs`: how often each way was measured. */
export function pageOf(results: Result[], environment: string[], runs: number): string {
	const jobs = [...new Set(results.map(({ job }) => job))];
	const verdicts = verdictsOf(results);
	const broken = verdicts.filter(({ isKept }) => !isKept).length;
	const shares = sharesTable(results);
	return `# Measured side by side

What this package’s nodes do, and what people would use instead: n8n’s HTTP Request node, and a loop built by hand. The
same jobs, in one n8n server, against the same simulated vendors, in one run on one machine. This page is written by
\`npm run bench:n8n\`; nothing in it is written by hand but the explanations.

![What becomes of the items of each job in each way, and how long it takes](images/bench.svg)

## The goals

${broken === 0 ? 'All of them are kept.' : `${broken} of ${verdicts.length} are **not** kept.`} Medians are compared, with those of the HTTP Request node in the setting that was the
fastest of those that did the whole job.

${verdictTable(verdicts)}

## The jobs

Numbers are medians of ${runs === 1 ? 'a single run' : `${runs} runs`}, with the least and the most in brackets where they differ. Two ways
count as different in the sentences only where no run of the one lies among the runs of the other.

${jobs.map((job) => jobSection(job, results.filter((each) => each.job === job))).join('\n\n')}

${shares === null ? '' : `## Where the time goes

Of the time of n8n’s main thread, by a CPU profile of one more run each. What a part calls counts for it, up to the next part in the list.

${shares}

What an item costs in any node is most of it: n8n evaluates every expression by itself, for every item (three here), and opens a connection
for every request. The credential is looked up for every item, because its fields may be expressions and n8n does not say which of them depend
on the item; so one look-up cannot stand for others.${broken === 0 ? '' : ' Goals of CPU and wall time that are not kept are missed by these.'}

`}## What has to be built by hand

Counted in the workflows that ran, without what brings the items: nodes, fields that are filled in or chosen, and connections.

${stepsTable(results)}

## How it is measured

- **The machine:** ${environment.join('; ')}. On ${new Date().toISOString().slice(0, 10)}.
- **The workflow:** a webhook takes the list of credentials, *Split Out* makes items of it, then comes what is compared. “The items alone”
  ends there: this is in the figures of every other way, too. Each item brings the ID, the name and the new secret, but for the stored secret, where
  it brings the first two.
- **Equal work:** the node sends the request that the HTTP Request node sends and no other (the name is given, *Verify* is off), up to 20 at a time.
  *Defaults* is the node as it comes: it reads the name before, checks the answer, and has five requests under way.
- **Equal concurrency:** the HTTP Request node cannot limit how many requests are under way. A batch of 20 each 50 ms, the time that an
  answer takes, comes closest; *most at once* tells what it came to.
- **The HTTP Request node** is used as [n8n’s documentation](https://docs.n8n.io/integrations/builtin/rate-limits/) suggests, with *Batching*, *Retry On Fail* or
  *Loop Over Items* and *Wait*, and with an error output unless its title says otherwise. Commerce Layer documents JSON for its sign-in, and n8n’s
  generic OAuth2 credential sends a form; so a step of its own asks for the token.
- **Without a limit** is not what the node is made for: it keeps the vendor’s documented limit by itself. For these jobs alone, the list of
  limits in the installed copy is emptied. Under a limit, nothing is changed.
- **Wall time** is from calling the webhook to its answer, which comes when the last node has ended. **What is possible** is the
  longer one of the vendor’s latency, for as many rounds as it takes, and the time that its limit needs to let the requests through; where the job is not done, no ratio is given.
- **CPU time** is that of the n8n process, all threads together. **Memory** is the most that it held (*VmHWM*), above what it held
  before, after garbage has been collected and free memory given back. **Stored** is the execution in n8n’s database, with the snapshot of its workflow.
- **Secrets in it:** how many of the new secrets stand in the stored execution in plain text; at Commerce Layer, how many access tokens.
- **What has become of an item** is read off n8n’s own pairing of items and the vendor’s record of what it has carried out.
- Each way is run once before, and then in turns with the others, in another order each time, so that none has the quiet moments to itself.
- The jobs under a limit, which wait nearly all of the time, run beside each other, each in a server of its own.

## What it does not show

Real vendors, networks and machines differ; the simulators answer after a fixed time. Ratios carry over better than seconds. n8n’s
HTTP client opens a connection for each request, whichever node uses it.

## Repeat it

On Linux, with Node 20.15 or later; n8n is installed at the first time (2 GB, some minutes).

\`\`\`sh
npm ci
npm run bench:n8n                     # all of it, about an hour, and writes this page
npm run bench:n8n -- --quick          # a few minutes; prints, and writes nothing
npm run bench:n8n -- --only=faulty    # some of the jobs: ${jobs.map(({ key }) => key).join(', ')}
\`\`\`
`;
}
