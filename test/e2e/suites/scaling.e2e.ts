import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { after, before, describe, test } from 'node:test';

import { Cluster, type Worker } from '../n8n/cluster';
import { installN8n } from '../n8n/install';
import { until, type Launched } from '../n8n/processes';
import type { Execution } from '../n8n/server';
import { startServices, type Services } from '../n8n/services';
import { startVendors, withOptions, type Vendors } from '../n8n/vendors';
import { BODY, vendorNode, webhookWorkflow } from '../n8n/workflows';
import type { ResourceCase, RunningSimulator, UpdateCase } from '../../simulator/definition';
import type { ReceivedRequest } from '../../simulator/server';

/** Runs over both workers. Each changes one credential. */
const RUNS = 500;

/** Runs of each worker when one and two are compared. */
const COMPARED_RUNS = 50;

/** Runs that a worker works on at a time. */
const CONCURRENCY = 5;

/** Milliseconds that a vendor takes. */
const LATENCY_MS = 500;

/** The same when one worker and two are compared: so long that they wait, rather than share the cores of one machine. */
const SLOW_MS = 3_000;

/** Callers of the webhooks at a time. */
const CALLERS = 10;

/** Vendors whose updates send a secret and whose limits do not set the pace (ThousandEyes: 240 requests a minute). */
const VENDORS = ['adobeDestinationSdk', 'dx', 'nylas'] as const;

/** A vendor where create looks for a twin first, as the vendor itself does not. */
const CREATOR = 'thousandEyes';

/** What n8n writes into an execution whose worker has gone. */
const LOST = /^This execution failed to be processed too many times/;

const MINUTES = 60_000;

/** Credentials of one vendor, each changed by a workflow of its own, to a secret that is stored for it. */
interface Line {
	name: string;
	simulator: RunningSimulator;
	update: UpdateCase;
	resource: ResourceCase;
	ids: string[];
	/** Stores new secrets for these credentials, by ID or name. */
	store(secrets: Record<string, string>): Promise<void>;
	workflowId: string;
}

/** One run: a credential, named to the webhook by ID or by name, and the secret that is stored for it. */
interface Run {
	line: Line;
	/** The workflow's webhook. */
	path: string;
	id: string;
	secret: string;
}

describe('n8n 2.41 scaled out: queue mode, one main process, two workers', () => {
	let vendors: Vendors;
	let services: Services;
	let cluster: Cluster;
	let lines: Line[];
	let creates: Line;
	let one: Worker;
	let two: Worker;
	let speedOfOne: number;

	before(async () => {
		[vendors, services] = await Promise.all([startVendors(), startServices()]);
		cluster = await Cluster.start(await installN8n('2.41', console.log), services);
		one = await cluster.addWorker('worker one', CONCURRENCY);
		lines = await Promise.all(VENDORS.map(async (name) => await lineOf(name)));
		creates = await lineOf(CREATOR);
		// What is loaded at first use is not measured.
		await rotate(roundOf('warm', CONCURRENCY * 2));
	}, { timeout: 10 * MINUTES });

	after(async () => {
		await cluster?.remove();
		await services?.stop();
		await vendors?.stop();
	}, { timeout: 2 * MINUTES });

	async function lineOf(nodeName: (typeof VENDORS)[number] | typeof CREATOR): Promise<Line> {
		const { simulator, update, resource } = vendors.cases.find((each) => each.nodeName === nodeName)!;
		// Where they are of two kinds in turns, half of them have that of the update.
		resource.seed(2 * Math.ceil(RUNS / VENDORS.length));
		const kinds = new Map(simulator.holdings().map(({ id, type }) => [id, type]));
		const [first, ...others] = resource.storedIds();
		const { credentialType, stored } = update;
		// A new credential has nothing yet but its name.
		const keyOf = (id: string) => (nodeName === CREATOR ? `name:${id}` : id);
		const valuesOf = (secrets: Record<string, string>) => ({
			valuesJson: JSON.stringify(Object.fromEntries(Object.entries(secrets).map(([id, secret]) => [keyOf(id), stored!.values(secret)]))),
		});
		const key = await cluster.main.createCredential(credentialType, vendors.credentials[credentialType]!);
		const secrets = await cluster.main.createCredential('rotationSecretApi', valuesOf({ none: 'none' }), `secrets of ${nodeName}`);
		const operation = nodeName === CREATOR ? resource.createStored!(BODY.id) : stored!.parameters(BODY.id);
		// Some requests are held below, for as long as a busy machine takes.
		const parameters = withOptions(operation, { timeout: 5 * MINUTES });
		const node = vendorNode('Node', nodeName, parameters, { [credentialType]: key, rotationSecretApi: secrets });
		const workflowId = await cluster.main.createWorkflow(webhookWorkflow(nodeName, node, 'onReceived'));
		await cluster.main.activate(workflowId);
		return {
			name: nodeName,
			simulator,
			update,
			resource,
			ids: [first!, ...others.filter((id) => kinds.get(id) === kinds.get(first!))],
			// As another system does it, through the public API.
			store: async (values) => void (await cluster.main.api('PATCH', `/credentials/${secrets}`, { data: valuesOf(values) })),
			workflowId,
		};
	}

	/** So many runs over all vendors, each with a secret of its own. */
	function roundOf(round: string, count: number): Run[] {
		return Array.from({ length: count }, (_, index) => {
			const line = lines[index % lines.length]!;
			const id = line.ids[Math.floor(index / lines.length)]!;
			return { line, path: line.name, id, secret: `${round}-secret-of-${line.name}-${id}` };
		});
	}

	/** Stores the secrets of these runs, in place of those before. */
	async function storeSecrets(runs: Run[]): Promise<void> {
		for (const line of new Set(runs.map((run) => run.line))) {
			await line.store(Object.fromEntries(runs.filter((run) => run.line === line).map(({ id, secret }) => [id, secret])));
		}
	}

	/** Calls the webhook of each run. */
	async function callWebhooks(runs: Run[], callers = CALLERS): Promise<void> {
		const queue = [...runs];
		const work = async () => {
			for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
				assert.equal((await cluster.main.callWebhook(run.path, { id: run.id })).status, 200);
			}
		};
		await Promise.all(Array.from({ length: callers }, work));
	}

	/** Does all of these runs, and says what each worker has done of them, and how many a second all together. */
	async function rotate(runs: Run[]): Promise<{ shares: number[]; perSecond: number }> {
		await storeSecrets(runs);
		const { workers } = cluster;
		const before = workers.map(({ ended }) => new Set(ended.keys()));
		const news = (which: 'begun' | 'ended') => workers.map((worker, place) => [...worker[which]].filter(([id]) => !before[place]!.has(id)));
		await callWebhooks(runs);
		await until(`${runs.length} runs to end`, () => (news('ended').flat().length >= runs.length ? true : undefined), 10 * MINUTES);
		const times = (which: 'begun' | 'ended') => news(which).flat().map(([, time]) => time);
		const seconds = (Math.max(...times('ended')) - Math.min(...times('begun'))) / 1_000;
		return { shares: news('ended').map(({ length }) => length), perSecond: runs.length / seconds };
	}

	const changesOf = ({ line, secret }: Run) =>
		line.simulator.server.carriedOut.filter((request) => request.text.includes(JSON.stringify(secret)) && !line.update.isSignIn?.(request));

	/** Each of these runs has changed its credential, once, and there was no other change. */
	function assertEachChangedOnce(runs: Run[]): void {
		for (const run of runs) {
			assert.equal(changesOf(run).length, 1, `changes of ${run.id}`);
			assert.ok(run.line.update.storedSecrets(run.id).includes(run.secret), `the secret of ${run.id}`);
		}
		const all = lines.flatMap(({ simulator, update }) => simulator.server.carriedOut.filter((request) => update.isChange(request)));
		assert.equal(all.length, runs.length);
	}

	/** An update that had been carried out sets the same state once more, unless a look at the vendor shows that it is there. */
	function assertChanges(run: Run, wasCarriedOut: boolean): void {
		const { length } = changesOf(run);
		assert.ok(length === 1 || (wasCarriedOut && length === 2), `${length} changes of ${run.id}`);
	}

	function forgetRequests(latencyMs: number): void {
		for (const { server } of vendors.simulators.values()) {
			server.clear();
			server.latencyMs = latencyMs;
		}
	}

	async function statuses(): Promise<Record<string, number>> {
		const all = await Promise.all(lines.map(async ({ workflowId }) => await cluster.main.history({ workflowId })));
		const counts: Record<string, number> = {};
		for (const { status } of all.flat()) counts[status] = (counts[status] ?? 0) + 1;
		return counts;
	}

	test('one worker alone does every run', { timeout: 15 * MINUTES }, async () => {
		const runs = roundOf('alone', COMPARED_RUNS);
		forgetRequests(SLOW_MS);

		({ perSecond: speedOfOne } = await rotate(runs));

		assertEachChangedOnce(runs);
	});

	test('two workers share the same', { timeout: 15 * MINUTES }, async (t) => {
		two = await cluster.addWorker('worker two', CONCURRENCY);
		forgetRequests(0);
		await rotate(roundOf('warm-again', CONCURRENCY * 4));
		const runs = roundOf('together', COMPARED_RUNS * 2);
		forgetRequests(SLOW_MS);

		const { perSecond } = await rotate(runs);

		assertEachChangedOnce(runs);
		t.diagnostic(
			`figure: ${perSecond.toFixed(2)} runs a second with 2 workers, ${speedOfOne.toFixed(2)} with one: ${(perSecond / speedOfOne).toFixed(2)} times` +
				` (${CONCURRENCY} at a time in each, vendors that take ${SLOW_MS / 1_000} s)`,
		);
	});

	test(`${RUNS} runs by webhook go to both workers, and every change arrives once`, { timeout: 20 * MINUTES }, async (t) => {
		const before = (await statuses()).success!;
		const runs = roundOf('all', RUNS);
		forgetRequests(LATENCY_MS);
		const processes = [cluster.main.process, one.process, two.process];
		const spent = processes.map(cpuSeconds);

		const { shares, perSecond } = await rotate(runs);

		const [main = NaN, ...workers] = processes.map((process, place) => cpuSeconds(process) - spent[place]!);
		assertEachChangedOnce(runs);
		assert.deepEqual(await statuses(), { success: before + RUNS });
		assert.equal(shares[0]! + shares[1]!, RUNS);
		for (const share of shares) assert.ok(share >= RUNS / 4, `a worker got ${share} of ${RUNS} runs`);
		const each = (seconds: number) => `${Math.round((seconds * 1_000) / RUNS)} ms`;
		t.diagnostic(`figure: ${RUNS} runs over 2 workers: ${shares.join(' + ')}, all succeeded, each change once`);
		t.diagnostic(
			`figure: ${perSecond.toFixed(1)} runs a second; CPU of a run: ${each(workers[0]! + workers[1]!)} in its worker, ${each(main)} in the main process` +
				` (${cpus().length} cores for everything, vendors that take ${LATENCY_MS} ms)`,
		);
	});

	/** So many runs that create a credential, each with a name of its own. */
	function createsOf(round: string, count: number): Run[] {
		return Array.from({ length: count }, (_, index) => {
			const id = `${round}-${index}`;
			return { line: creates, path: creates.name, id, secret: `secret-of-${id}` };
		});
	}

	/** The runs that these executions are doing, by what n8n has stored of them while they are under way. */
	async function runsOf(executionIds: string[], runs: Run[]): Promise<Run[]> {
		return await Promise.all(
			executionIds.map(async (executionId) => {
				const { workflowId, data } = await cluster.main.api<Execution>('GET', `/executions/${executionId}?includeData=true`);
				const [, id] = /"body":\{"id":"([^"]+)"\}/.exec(JSON.stringify(data)) ?? [];
				return runs.find((run) => run.line.workflowId === workflowId && run.id === id)!;
			}),
		);
	}

	/** Waits until n8n has given these executions up, and yields what it then says of them. */
	async function givenUp(executionIds: string[]): Promise<Execution[]> {
		return await until('n8n to give up the executions of what was killed', async () => {
			const all = await Promise.all(
				executionIds.map(async (id) => await cluster.main.api<Execution>('GET', `/executions/${id}?includeData=true`)),
			);
			return all.every(({ status }) => status !== 'running') ? all : undefined;
		}, 10 * MINUTES);
	}

	const isCreate = ({ line }: Run) => line === creates;
	const isNew = ({ line, id, secret }: Run) =>
		line === creates ? line.resource.allStoredSecrets().includes(secret) : line.update.storedSecrets(id).includes(secret);
	const secretsAt = ({ line, id }: Run) => (line === creates ? [] : line.update.storedSecrets(id));

	test('a worker that is killed leaves at most its own runs undone, and calling again completes them', { timeout: 20 * MINUTES }, async (t) => {
		// More creates than one worker takes, so that each worker has one; the other places go to updates.
		const firsts = [...createsOf('made', CONCURRENCY + 1), ...roundOf('third', CONCURRENCY - 1)];
		const rest = roundOf('third', CONCURRENCY * 6).slice(CONCURRENCY - 1);
		const runs = [...firsts, ...rest];
		forgetRequests(0);
		await storeSecrets(runs);
		const heldBefore = creates.resource.storedIds().length;
		const old = new Map(runs.map((run) => [run, secretsAt(run)]));
		const gate = new Gate(vendors, runs);
		await callWebhooks(firsts, 1);
		await until('both workers to have their hands full', () => (gate.held.size === firsts.length ? true : undefined));
		await callWebhooks(rest);

		// The one with more updates: there are at least two of them, and one create.
		const updatesOf = async (worker: Worker) => (await runsOf(worker.underWay, runs)).filter((run) => !isCreate(run)).length;
		const victim = (await updatesOf(one)) >= (await updatesOf(two)) ? one : two;
		const lostIds = victim.underWay;
		const lost = await runsOf(lostIds, runs);
		victim.process.signal('SIGKILL');
		await victim.process.ended;
		// The vendors carry out a part of what they have got from it; nobody is there to hear the answer.
		const carriedOut = [lost.find(isCreate)!, lost.find((run) => !isCreate(run))!];
		gate.open(lost.filter((run) => !carriedOut.includes(run)));

		const executions = await givenUp(lostIds);
		const survivor = victim === one ? two : one;
		await until('the other worker to do the rest', () => (survivor.underWay.length === 0 ? true : undefined));
		const others = runs.filter((run) => !lost.includes(run));
		await until('all others to be done', () => (others.every(isNew) ? true : undefined));

		assert.ok(lost.length > 0 && lost.length <= CONCURRENCY);
		for (const { status, data } of executions) {
			assert.equal(status, 'error');
			assert.match(data!.resultData.error!.message, LOST);
		}
		const failed = (await Promise.all([...lines, creates].map(async ({ workflowId }) => await cluster.main.history({ workflowId })))).flat();
		assert.deepEqual(failed.filter(({ status }) => status !== 'success').map(({ id }) => String(id)).sort(), [...lostIds].sort());
		assert.deepEqual(lost.filter(isNew), lost.filter((run) => carriedOut.includes(run)));
		for (const run of lost.filter((each) => !isNew(each))) assert.deepEqual(secretsAt(run), old.get(run));

		// n8n’s own retry has nothing to go by any more.
		const sent = runs.flatMap(changesOf).length;
		const retried = await cluster.main.api<Execution>('POST', `/executions/${lostIds[0]}/retry`, {});
		assert.equal(retried.status, 'error');
		assert.equal(runs.flatMap(changesOf).length, sent);

		const before = cluster.workers.map(({ ended }) => ended.size);
		await callWebhooks(lost);
		await until('the runs that were called again', () =>
			cluster.workers.reduce((sum, { ended }, place) => sum + ended.size - before[place]!, 0) >= lost.length ? true : undefined,
		);

		assert.deepEqual(runs.filter((run) => !isNew(run)), []);
		assert.equal(creates.resource.storedIds().length, heldBefore + runs.filter(isCreate).length);
		for (const run of runs) {
			// A create that had been carried out is found, and not sent again.
			assertChanges(run, carriedOut.includes(run) && !isCreate(run));
		}
		const [again] = (await cluster.main.executions(creates.workflowId)).filter(({ status }) => status === 'error');
		assert.match(again!.data!.resultData.error!.message, /conflict|already/i);
		t.diagnostic(
			`figure: kill -9 of a worker: ${lost.length} of ${runs.length} runs lost (${CONCURRENCY} at a time), ${carriedOut.length} of them carried out by the vendor; all new after calling those again, none twice there`,
		);
	});

	test('a machine that goes down with its main process leaves crashed runs, and retrying them completes them', { timeout: 20 * MINUTES }, async (t) => {
		const firsts = roundOf('fourth', CONCURRENCY);
		const rest = roundOf('fourth', CONCURRENCY * 3).slice(CONCURRENCY);
		const runs = [...firsts, ...rest];
		const survivors = cluster.workers.filter(({ process }) => process.isRunning);
		forgetRequests(0);
		await storeSecrets(runs);
		const gate = new Gate(vendors, runs);
		await callWebhooks(firsts, 1);
		await until('the worker to have its hands full', () => (gate.held.size === firsts.length ? true : undefined));
		await callWebhooks(rest);
		const lostIds = survivors.flatMap(({ underWay }) => underWay);
		const lost = await runsOf(lostIds, runs);
		for (const process of [cluster.main.process, ...survivors.map((worker) => worker.process)]) {
			process.signal('SIGKILL');
			await process.ended;
		}
		const carriedOut = lost.slice(0, 2);
		gate.open(lost.slice(2));

		// One minute, where n8n takes three hours when it is not told.
		await cluster.restartMain({ N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1' });
		const worker = await cluster.addWorker('worker three', CONCURRENCY);
		const executions = await givenUp(lostIds);
		await until('the new worker to do what was waiting', () => (worker.ended.size >= rest.length ? true : undefined));

		assert.deepEqual(executions.map(({ status }) => status), lostIds.map(() => 'crashed'));
		assert.equal(lost.length, CONCURRENCY);
		assert.deepEqual(runs.filter((run) => !isNew(run)), lost.slice(2));
		for (const id of lostIds) {
			assert.equal((await cluster.main.api<Execution>('POST', `/executions/${id}/retry`, {})).status, 'success');
		}

		assert.deepEqual(runs.filter((run) => !isNew(run)), []);
		for (const run of runs) assertChanges(run, carriedOut.includes(run));
		t.diagnostic(`figure: kill -9 of everything: ${lost.length} of ${runs.length} runs crashed, the rest was done after the restart; all new after retrying the crashed ones`);
	});
});

/** Seconds of processor time that a process has used; `NaN` where the system does not say. */
function cpuSeconds({ pid }: Launched): number {
	if (!existsSync(`/proc/${pid}/stat`)) return NaN;
	// The fields after the command in brackets; user and system time are the 14th and the 15th of all, in hundredths.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Holds the changes that these runs send, each at its vendor, until it is said which of them the vendor carries out. */
class Gate {
	/** What is held. */
	readonly held = new Set<Run>();
	private isOpen = false;
	private never: Run[] = [];
	private release!: () => void;

	constructor({ simulators }: Vendors, runs: Run[]) {
		const opened = new Promise<void>((resolve) => (this.release = resolve));
		const runOf = ({ text }: ReceivedRequest) => runs.find(({ secret }) => text.includes(JSON.stringify(secret)));
		for (const { server } of simulators.values()) {
			server.plan({
				when: (request) => !this.isOpen && runOf(request) !== undefined,
				times: Infinity,
				onArrival: async (request) => {
					const run = runOf(request)!;
					this.held.add(run);
					await opened;
					// It stays where it is.
					if (this.never.includes(run)) await new Promise(() => undefined);
				},
			});
		}
	}

	/** Lets the vendors carry out what is held, but for these runs, and from now on everything. */
	open(never: Run[]): void {
		this.isOpen = true;
		this.never = never;
		this.release();
	}
}
