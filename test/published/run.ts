import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import type { clock as engineClock } from '../../nodes/engine/request/clock';
import type { dropIdle as DropIdle } from '../../nodes/engine/request/limiter';
import type { dropForgotten as DropForgotten } from '../../nodes/engine/request/refusedKeys';
import { Engine, singleNodeWorkflow, storeOf } from '../harness/engine';
import { loadPackageTypes, packageRoot } from '../harness/packageTypes';
import { simulatorOf } from '../simulator';
import type { RunningSimulator } from '../simulator/definition';
import { secretsIn } from './answers';
import { copyFor, describedOperation, descriptionsIn, type Description } from './descriptions';
import { Front, keysIn, type Plan } from './front';
import { answersTo, faultsIn, type Run } from './judge';
import { Prism } from './prism';
import type { Call } from './vendors';

/** Distinct answers of success that every call has to see, and of each refusal that has a body. */
const WANTED = 30;

/** Runs after which a call that has not seen so many will not see them. */
const MOST_RUNS = 20 * WANTED;

/** Faults that are told in full, for each row. */
const TOLD = 3;

const engine = new Engine(loadPackageTypes('dist'));

/** Modules of the built package: their state is that of the nodes. */
function built<T>(path: string): T {
	return createRequire(__filename)(join(packageRoot, 'dist', 'nodes', 'engine', 'request', path)) as T;
}

const { clock } = built<{ clock: typeof engineClock }>('clock.js');
const { dropIdle } = built<{ dropIdle: typeof DropIdle }>('limiter.js');
const { dropForgotten } = built<{ dropForgotten: typeof DropForgotten }>('refusedKeys.js');

/** Lets the waits of the node take no time. */
function skipWaits(): void {
	let skippedMs = 0;
	clock.now = () => performance.now() + skippedMs;
	clock.sleep = async (ms) => {
		skippedMs += ms;
		await setImmediate();
	};
}

interface Row {
	call: string;
	status: number;
	runs: number;
	distinct: number;
	/** Runs in which an answer was taken, and those in which it was refused. */
	taken: number;
	failed: number;
	faults: number;
}

async function main(): Promise<void> {
	const [folder] = process.argv.slice(2);
	if (folder === undefined) throw new Error('Name the folder with the descriptions: npm run test:published -- <folder>');
	const { known, unknown } = descriptionsIn(folder);
	for (const file of unknown) console.log(`${file} is of no vendor that is known here`);
	if (known.length === 0) throw new Error(`There is no description of a known vendor in ${folder}`);
	skipWaits();
	const rows: Row[] = [];
	for (const description of known) rows.push(...(await judge(description)));
	console.table(rows);
	const faults = rows.reduce((sum, row) => sum + row.faults, 0);
	console.log(faults === 0 ? 'Every answer was read as it should be.' : `${faults} faults.`);
	process.exitCode = faults === 0 ? 0 : 1;
}

async function judge(description: Description): Promise<Row[]> {
	const { vendor } = description;
	const simulator = await simulatorOf(vendor.node).start();
	const prisms = await Promise.all([true, false].map(async (fillProperties) => await Prism.start(copyFor(description, fillProperties))));
	const front = new Front(description, prisms);
	const baseUrl = await front.listen();
	try {
		const rows: Row[] = [];
		for (const { label, operation } of vendor.calls(simulator, '', '')) {
			const described = describedOperation(description, operation);
			for (const status of [described.success, ...described.refusals]) {
				rows.push(await tryOut({ description, simulator, front, baseUrl }, label, status));
			}
		}
		return rows;
	} finally {
		await front.close();
		prisms.forEach((prism) => prism.stop());
		await simulator.stop();
	}
}

interface Bench {
	description: Description;
	simulator: RunningSimulator;
	front: Front;
	baseUrl: string;
}

/** Runs a call until it has seen enough answers of this status. */
async function tryOut(bench: Bench, label: string, status: number): Promise<Row> {
	const seen = new Set<string>();
	const row: Row = { call: `${bench.description.vendor.node} ${label}`, status, runs: 0, distinct: 0, taken: 0, failed: 0, faults: 0 };
	// Where there is no body, no answer differs from another.
	let hasBody = true;
	let answered = 0;
	while (row.runs < MOST_RUNS && (answered < WANTED || (hasBody && seen.size < WANTED))) {
		const run = await runOnce(bench, label, status, row.runs);
		const answers = answersTo(run).map(({ answered }) => answered);
		if (answers.length > 0) {
			hasBody = answers.some((answer) => answer !== undefined);
			seen.add(JSON.stringify(answers));
			answered += 1;
		}
		row.runs += 1;
		row[run.result.output('Node', 1).length > 0 ? 'failed' : 'taken'] += 1;
		const faults = faultsIn(run);
		if (faults.length > 0 && row.faults < TOLD) console.log(account(row, run, faults));
		row.faults += Math.sign(faults.length);
	}
	row.distinct = seen.size;
	if (answered < WANTED || (hasBody && seen.size < WANTED)) {
		console.log(`${row.call} ${status}: ${answered} answers came to be read, ${seen.size} of them different`);
		row.faults += 1;
	}
	return row;
}

async function runOnce({ description, simulator, front, baseUrl }: Bench, label: string, status: number, index: number): Promise<Run> {
	const { vendor } = description;
	const id = randomBytes(8).toString('hex');
	const secret = `sent-${randomBytes(12).toString('hex')}`;
	const call = vendor.calls(simulator, id, secret).find((each) => each.label === label)!;
	const plan: Plan = { operation: call.operation, status, asAsked: index % 2 === 0, id };
	simulator.reset();
	dropIdle(Infinity);
	dropForgotten(Infinity);
	front.begin(plan);
	const credentialType = Object.values(simulator.updates)[0]!.credentialType;
	const result = await engine.run({
		workflow: singleNodeWorkflow(vendor.node, credentialType, withOutput(call, index), { onError: 'continueErrorOutput' }),
		start: 'Start',
		items: [{ json: {} }],
		credentials: storeOf({ [credentialType]: { ...simulator.credentials[credentialType], baseUrl } }),
	});
	const { exchanges, complaints } = front;
	const received = exchanges.flatMap(({ answered }) => secretsIn(answered, vendor.secrets));
	return { vendor, call, plan, exchanges, complaints, result, secrets: [secret, ...keysIn(exchanges), ...received] };
}

/** The result shows all that is made of an answer; half of the runs of each kind have the vendor's body in it, too. */
function withOutput({ parameters }: Call, index: number): Call['parameters'] {
	return { ...parameters, options: { ...(parameters.options as object), output: index % 4 < 2 ? 'full' : 'raw' } };
}

function account({ call, status }: Row, { exchanges, result }: Run, faults: string[]): string {
	const said = exchanges.map(({ request, status: got, answered }) => `  ${request.method} ${request.target} ${request.text}\n  → ${got} ${JSON.stringify(answered)}`);
	const came = [...result.output('Node', 0), ...result.output('Node', 1)].map(({ json }) => `  = ${JSON.stringify(json)}`);
	return [`${call} ${status}: ${faults.join('; ')}`, ...said, ...came, ''].join('\n');
}

void main();
