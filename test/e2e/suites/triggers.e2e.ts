import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { IDataObject, INode } from 'n8n-workflow';

import { simulator as definition, type DxSimulator, type StoredCredential } from '../../simulator/dx';
import { Cluster } from '../n8n/cluster';
import { installN8n, VERSIONS, type Install } from '../n8n/install';
import { until } from '../n8n/processes';
import { N8nServer, type Execution } from '../n8n/server';
import { startServices } from '../n8n/services';
import { baseNode, connections, vendorNode } from '../n8n/workflows';

// A trigger in n8n: its vendor is down when the workflow is published, or when n8n starts, and comes back. A poll that throws
// then is the last one, and n8n goes on calling the workflow active.

const MINUTES = 60_000;

/** n8n polls every minute at most, at a second of its own. */
const NEXT_POLL_MS = 2.5 * MINUTES;

const TRIGGER = 'Watch';
const CONNECTION = 123;

/** An n8n that runs, and how to kill the process that polls. */
interface Setup {
	server(): N8nServer;
	/** Kills it, and starts another one in its place. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

async function onSqlite(install: Install): Promise<Setup> {
	let server = await N8nServer.start({ install });
	return {
		server: () => server,
		restart: async () => {
			server.process.signal('SIGKILL');
			await server.process.ended;
			server = await N8nServer.startOn(server.instance);
		},
		stop: async () => await server.remove(),
	};
}

async function inQueueMode(install: Install): Promise<Setup> {
	const services = await startServices();
	const cluster = await Cluster.start(install, services);
	for (const name of ['worker 1', 'worker 2']) await cluster.addWorker(name, 5);
	return {
		server: () => cluster.main,
		restart: async () => {
			cluster.main.process.signal('SIGKILL');
			await cluster.main.process.ended;
			await cluster.restartMain({});
		},
		stop: async () => {
			await cluster.remove();
			await services.stop();
		},
	};
}

/** What the trigger has told at the beginning of an execution. */
function told({ data }: Execution): IDataObject[] {
	return (data?.resultData.runData[TRIGGER]?.at(-1)?.data?.main?.[0] ?? []).map(({ json }) => json);
}

for (const [place, version, start] of [
	...VERSIONS.map((each) => ['SQLite', each, onSqlite] as const),
	['PostgreSQL and queue mode with Redis', '2.41', inQueueMode] as const,
]) {
	describe(`a trigger in n8n ${version} on ${place}`, () => {
		let dx: DxSimulator;
		let port: number;
		let setup: Setup;
		let credentialId: string;

		before(async () => {
			dx = await definition.start();
			port = Number(new URL(String(dx.credentials.dxApi!.baseUrl)).port);
			setup = await start(await installN8n(version, console.log));
			credentialId = await setup.server().createCredential('dxApi', dx.credentials.dxApi!);
		}, { timeout: 15 * MINUTES });

		after(async () => {
			await setup?.stop();
			await dx?.stop();
		}, { timeout: 2 * MINUTES });

		beforeEach(() => dx.reset());

		/** A workflow with the trigger, which is not published yet. */
		async function workflow(settings: Partial<INode> = {}): Promise<string> {
			const parameters = {
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				connectionId: { __rl: true, mode: 'id', value: String(CONNECTION) },
				events: ['changed', 'created', 'deleted'],
				options: {},
			};
			const node = vendorNode(TRIGGER, 'dxTrigger', parameters, { dxApi: credentialId }, settings);
			return await setup.server().createWorkflow({
				name: `watched ${Date.now()}`,
				nodes: [node, baseNode('Then', 'noOp', 1), baseNode('Failed', 'noOp', 1)],
				connections: connections({ [TRIGGER]: [['Then'], ['Failed']] }),
				settings: { saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all' },
			});
		}

		/** Waits until the vendor has been asked so often from now on. */
		async function asked(times: number, withinMs = NEXT_POLL_MS): Promise<void> {
			const before = dx.server.requests.length;
			await until(`${times} more request(s)`, () => (dx.server.requests.length >= before + times ? true : undefined), withinMs);
		}

		const add = (id: number, changes: Partial<StoredCredential> = {}) => {
			const like = dx.state.credentials.get('456')!;
			dx.state.credentials.set(String(id), { ...like, id, label: `New ${id}`, ...changes });
		};
		const goDown = async () => await dx.server.close();
		const comeBack = async () => void (await dx.server.listen(port));

		/** Waits until the workflow has been started so often, and yields what each start was told, the first first. */
		async function started(workflowId: string, times: number): Promise<IDataObject[][]> {
			const executions = await setup.server().ended(workflowId, times, NEXT_POLL_MS);
			assert.equal(executions.length, times);
			return executions.map(told).reverse();
		}

		test('published while its vendor is down, and while n8n is restarted: it fires when the vendor is back, once for each event', { timeout: 20 * MINUTES }, async () => {
			const id = await workflow();
			dx.server.plan({ times: Infinity, answer: { status: 503 } });
			await setup.server().activate(id);
			await asked(1);
			// The first look that succeeds takes note of what is there.
			dx.server.clear();
			await asked(1);

			add(900);
			const [first] = await started(id, 1);
			assert.deepEqual(first!.map(({ event, id: which }) => [event, which]), [['created', '900']]);

			// Nobody answers while n8n starts.
			await goDown();
			await setup.restart();
			await comeBack();
			await asked(1);
			add(901);
			dx.state.credentials.get('900')!.label = 'Renamed';
			const [again, second] = await started(id, 2);
			assert.deepEqual(again, first);
			assert.deepEqual(second!.map(({ event, id: which }) => [event, which]).sort(), [['changed', '900'], ['created', '901']]);

			// What happens while n8n is not there is told when it is back.
			const restarting = setup.restart();
			dx.state.credentials.get('901')!.deleted_at = '2026-11-01T00:00:00.000Z';
			await restarting;
			const [, , third] = await started(id, 3);
			assert.deepEqual(third!.map(({ event, id: which, outcome }) => [event, which, outcome]), [['deleted', '901', 'deleted']]);

			const { staticData } = await setup.server().api<{ staticData: unknown }>('GET', `/workflows/${id}`);
			assert.ok(!JSON.stringify(staticData).includes(String(dx.credentials.dxApi!.apiToken)));
			await setup.server().deactivate(id);
		});

		test('a vendor that stays down is one failed execution after three polls, and the error branch of a trigger that has one', { timeout: 20 * MINUTES }, async () => {
			const [plain, branched] = [await workflow(), await workflow({ onError: 'continueErrorOutput' })];
			for (const id of [plain, branched]) await setup.server().activate(id);
			await asked(2);
			dx.server.plan({ times: Infinity, answer: { status: 503 } });

			const [failed] = await setup.server().ended(plain, 1, 3 * NEXT_POLL_MS);
			const [item] = await setup.server().ended(branched, 1, 3 * NEXT_POLL_MS);

			assert.equal(failed!.status, 'error');
			assert.match(failed!.data!.resultData.error!.message, /^DX is not available/);
			assert.equal(item!.status, 'success');
			assert.equal(item!.data!.resultData.lastNodeExecuted, 'Failed');
			dx.server.clear();
			await asked(2);
			add(950);
			for (const id of [plain, branched]) {
				const executions = await setup.server().ended(id, 2, NEXT_POLL_MS);
				assert.equal(executions.length, 2);
				assert.deepEqual(told(executions[0]!).map(({ event, id: which }) => [event, which]), [['created', '950']]);
				await setup.server().deactivate(id);
			}
		});

		test('Fetch Test Event shows the newest three, and what the trigger knows stays as it is', { timeout: 5 * MINUTES }, async () => {
			const id = await workflow();
			add(960, { created_at: '2026-11-20T00:00:00.000Z' });

			await setup.server().runManually(id, TRIGGER);

			const [execution] = await setup.server().ended(id);
			assert.equal(execution!.mode, 'manual');
			assert.equal(told(execution!).length, 3);
			assert.equal(told(execution!)[0]!.id, '960');
			const { staticData } = await setup.server().api<{ staticData: unknown }>('GET', `/workflows/${id}`);
			assert.ok(!JSON.stringify(staticData ?? {}).includes('960'));
		});
	});
}
