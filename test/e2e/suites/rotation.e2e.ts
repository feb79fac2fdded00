import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import { loadExample } from '../../harness/examples';
import { simulatorOf } from '../../simulator';
import { SimulatorServer } from '../../simulator/server';
import type { ThousandEyesSimulator } from '../../simulator/thousandEyes';
import { Cluster } from '../n8n/cluster';
import { fileCells, postgresContents, sqliteContents, type Contents } from '../n8n/contents';
import { installN8n, type Install } from '../n8n/install';
import { until } from '../n8n/processes';
import { Search } from '../n8n/search';
import { N8nServer, type Execution } from '../n8n/server';
import { startServices } from '../n8n/services';
import { baseNode, webhookWorkflow } from '../n8n/workflows';
import { ChatServer } from '../services/chat';

// rotate-a-password-everywhere.json on the n8n whose credentials it changes, with the process killed in the middle.

const MINUTES = 60_000;
const FILE = 'rotate-a-password-everywhere.json';
const TRIGGER = 'Every Quarter';
const USER = 'shop';
const IN_FORCE = 'planted-password-in-force-7Qx41';

/** Of the credential that the example names at ThousandEyes. */
const AT_THOUSANDEYES = '405';

/** Nodes whose results tell which rotation it was. */
const STEPS = ['Begin', 'ThousandEyes', 'n8n Credential', 'Finish'];

/** An n8n that runs, and how to kill the process that works for its workflows. */
interface Setup {
	server(): N8nServer;
	/** Kills it, and starts another one in its place. */
	kill(): Promise<void>;
	database(): Promise<Contents>;
	/** Folders that its processes write into. */
	folders(): string[];
	/** What its processes have printed. */
	output(): string;
	stop(): Promise<void>;
}

async function onSqlite(install: Install): Promise<Setup> {
	let server = await N8nServer.start({ install });
	const { instance } = server;
	const folder = join(instance.userFolder, '.n8n');
	let printed = '';
	return {
		server: () => server,
		kill: async () => {
			server.process.signal('SIGKILL');
			await server.process.ended;
			printed += server.process.output;
			// Where its credential for its own API expects it.
			server = await N8nServer.startOn(instance, { N8N_PORT: new URL(server.url).port });
		},
		database: async () => await sqliteContents(install.node, join(folder, 'database.sqlite')),
		folders: () => [folder],
		output: () => printed + server.process.output,
		stop: async () => await server.remove(),
	};
}

async function inQueueMode(install: Install): Promise<Setup> {
	const services = await startServices();
	const cluster = await Cluster.start(install, services);
	let workers = 0;
	const addWorker = async () => await cluster.addWorker(`worker ${(workers += 1)}`, 5);
	let worker = await addWorker();
	return {
		server: () => cluster.main,
		kill: async () => {
			worker.process.signal('SIGKILL');
			await worker.process.ended;
			worker = await addWorker();
		},
		database: async () => {
			const client = await services.database();
			const contents = await postgresContents(client);
			await client.end();
			return contents;
		},
		folders: () => [cluster.main.instance, ...cluster.workers.map(({ instance }) => instance)].map(({ userFolder }) => join(userFolder, '.n8n')),
		output: () => cluster.output,
		stop: async () => {
			await cluster.remove();
			await services.stop();
		},
	};
}

for (const [place, start] of [
	['SQLite', onSqlite],
	['PostgreSQL and queue mode with Redis', inQueueMode],
] as const) {
	describe(`${FILE} in n8n 2.41 on ${place}`, () => {
		const chat = new ChatServer();
		const echo = new SimulatorServer([{ method: 'GET', path: '/used', handle: () => ({ status: 200, body: {} }) }], () => ({ status: 404, body: {} }));
		let thousandEyes: ThousandEyesSimulator;
		let setup: Setup;
		let workflowId: string;
		let ids: Record<'new' | 'before' | 'basic', string>;
		/** Every password that was in force, for the search at the end. */
		const passwords = new Set([IN_FORCE]);
		const rotations = new Set<string>();

		before(async () => {
			thousandEyes = (await simulatorOf('thousandEyes').start()) as ThousandEyesSimulator;
			const [chatUrl, echoUrl] = await Promise.all([chat.listen(), echo.listen()]);
			setup = await start(await installN8n('2.41', console.log));
			thousandEyes.state.credentials.get(AT_THOUSANDEYES)!.value = IN_FORCE;
			const server = setup.server();
			// With the scopes that the example asks for, and no others.
			const { rawApiKey } = await server.createApiKey(['credential:read', 'credential:update']);
			ids = {
				new: await server.createCredential('rotationSecretApi', { name1: 'value', value1: IN_FORCE }),
				before: await server.createCredential('rotationPreviousSecretApi', {}),
				basic: await server.createCredential('httpBasicAuth', { user: USER, password: IN_FORCE }),
			};
			const credentialIds: Record<string, string> = {
				rotationN8nApi: await server.createCredential('rotationN8nApi', { apiKey: rawApiKey, baseUrl: `${server.url}/api/v1` }),
				thousandEyesApi: await server.createCredential('thousandEyesApi', thousandEyes.credentials.thousandEyesApi!),
				rotationSecretApi: ids.new,
				rotationPreviousSecretApi: ids.before,
			};
			const example = loadExample(FILE);
			for (const { name, type, parameters, credentials = {} } of example.nodes) {
				for (const [credentialType, chosen] of Object.entries(credentials)) chosen.id = credentialIds[credentialType]!;
				if (name === 'n8n Credential') (parameters.credentialId as { value: string }).value = ids.basic;
				if (type === 'n8n-nodes-base.httpRequest') parameters.url = chatUrl;
			}
			workflowId = await server.createWorkflow({ ...example, settings: { ...example.settings, saveDataSuccessExecution: 'all' } });
			const use = baseNode('Use', 'httpRequest', 4.2, { url: `${echoUrl}/used`, authentication: 'genericCredentialType', genericAuthType: 'httpBasicAuth', options: {} });
			const credentials = { httpBasicAuth: { id: ids.basic, name: 'basic' } };
			await server.activate(await server.createWorkflow(webhookWorkflow('use', { ...use, credentials }, 'lastNode')));
		}, { timeout: 15 * MINUTES });

		after(async () => {
			await setup?.stop();
			await Promise.all([thousandEyes?.stop(), chat.close(), echo.close()]);
		}, { timeout: 2 * MINUTES });

		beforeEach(() => {
			thousandEyes.server.clear();
			chat.messages.length = 0;
		});

		async function stored(): Promise<Record<keyof typeof ids, Record<string, string>>> {
			const all = await setup.server().instance.credentialData();
			const dataOf = (id: string) => all.get(id)!;
			return { new: dataOf(ids.new), before: dataOf(ids.before), basic: dataOf(ids.basic) };
		}

		/** How things stand: each place, both stored secrets, and the mark of the rotation. */
		async function standing() {
			echo.clear();
			assert.equal((await setup.server().callWebhook('use')).status, 200);
			const [, encoded] = /^Basic (.*)$/.exec(echo.requests[0]!.headers.authorization ?? '') ?? assert.fail('The echo got no password');
			const data = await stored();
			const found = {
				thousandEyes: thousandEyes.state.credentials.get(AT_THOUSANDEYES)!.value,
				n8n: Buffer.from(encoded!, 'base64').toString().slice(`${USER}:`.length),
				new: data.new.value1!,
				before: data.before.value1!,
			};
			const mark = JSON.parse(data.new.rotation!) as { id: string; state: string };
			for (const password of Object.values(found)) passwords.add(password);
			rotations.add(mark.id);
			return { ...found, mark };
		}

		async function run(): Promise<Execution> {
			const server = setup.server();
			const count = (await server.executions(workflowId)).length;
			await server.runManually(workflowId, TRIGGER);
			const [execution] = await server.ended(workflowId, count + 1);
			return execution!;
		}

		const resultsOf = ({ data }: Execution, name: string) =>
			(data?.resultData.runData[name]?.at(-1)?.data?.main?.[0] ?? []).map(({ json }) => json as { outcome: string; meta: { rotationId: string } });
		const rotationIdsOf = (execution: Execution) => STEPS.flatMap((name) => resultsOf(execution, name).map(({ meta }) => meta.rotationId));

		test('one run makes a new password and has it everywhere', { timeout: 5 * MINUTES }, async () => {
			const execution = await run();

			assert.equal(execution.status, 'success');
			assert.equal(resultsOf(execution, 'Rotated Everywhere').length, 1);
			const { mark, ...places } = await standing();
			assert.match(places.new, /^[A-Za-z\d]{32}$/);
			assert.deepEqual(places, { thousandEyes: places.new, n8n: places.new, new: places.new, before: IN_FORCE });
			assert.equal(mark.state, 'current');
			assert.deepEqual(rotationIdsOf(execution), STEPS.map(() => mark.id));
			assert.deepEqual(chat.messages, []);
		});

		test('killed between Begin and Finish and run again, it goes on with the same password', { timeout: 10 * MINUTES }, async (t) => {
			const { new: inForce, mark: last } = await standing();
			// ThousandEyes has taken the new password, and its answer reaches nobody any more.
			let release = () => {};
			const gone = new Promise<void>((resolve) => (release = resolve));
			let isTaken = false;
			thousandEyes.server.plan({
				when: ({ method }) => method === 'PUT',
				onHandled: async () => {
					isTaken = true;
					await gone;
				},
			});
			await setup.server().runManually(workflowId, TRIGGER);
			await until('ThousandEyes to have the new password', () => (isTaken ? true : undefined), 2 * MINUTES);
			await setup.kill();
			release();
			const [lost] = await setup.server().ended(workflowId, 2, 3 * MINUTES);
			const killed = await standing();

			const again = await run();

			assert.notEqual(lost!.status, 'success');
			assert.notEqual(killed.mark.id, last.id);
			assert.equal(killed.mark.state, 'pending');
			assert.notEqual(killed.new, inForce);
			assert.deepEqual(
				{ thousandEyes: killed.thousandEyes, n8n: killed.n8n, before: killed.before },
				{ thousandEyes: killed.new, n8n: inForce, before: inForce },
			);
			assert.equal(again.status, 'success');
			assert.deepEqual(resultsOf(again, 'Begin').map(({ outcome }) => outcome), ['unchanged']);
			const { mark, ...places } = await standing();
			assert.deepEqual(places, { thousandEyes: killed.new, n8n: killed.new, new: killed.new, before: inForce });
			assert.deepEqual(mark, { ...killed.mark, state: 'current', finishedAt: (mark as { finishedAt?: string }).finishedAt });
			assert.deepEqual(rotationIdsOf(again), STEPS.map(() => killed.mark.id));
			assert.deepEqual(chat.messages, []);
			t.diagnostic(`figure: killed in a rotation on ${place}: the run was ${lost!.status}, the next one went on with the same password`);
		});

		test('refused by ThousandEyes, it rolls back, and the old password is in force', { timeout: 5 * MINUTES }, async () => {
			const { new: inForce } = await standing();
			thousandEyes.server.plan({ when: ({ method }) => method === 'PUT', answer: { status: 400, body: {} } });

			const execution = await run();

			assert.equal(execution.status, 'success');
			const { mark, ...places } = await standing();
			assert.deepEqual(places, { thousandEyes: inForce, n8n: inForce, new: inForce, before: inForce });
			assert.equal(mark.state, 'rolledBack');
			assert.match(chat.messages.join(), /^Rotation stopped at thousandEyes 405 .*\nRolled back:/s);
		});

		test('no password is in anything that n8n keeps or logs', { timeout: 5 * MINUTES }, async (t) => {
			const search = new Search({ ...Object.fromEntries([...passwords].map((password, index) => [`password ${index}`, password])), ...Object.fromEntries([...rotations].map((id) => [id, id])) });
			const { cells } = await setup.database();
			const executions = await setup.server().history({ includeData: 'true' });
			for (const cell of [
				...cells,
				...setup.folders().flatMap(fileCells),
				{ place: 'log', value: setup.output() },
				...executions.map((each) => ({ place: 'execution', value: JSON.stringify(each) })),
				...chat.messages.map((value) => ({ place: 'chat', value })),
			]) search.look(cell);

			assert.ok(passwords.size >= 3);
			assert.deepEqual(Object.keys(search.hits).filter((name) => name.startsWith('password')), []);
			// What may be seen is found, so the search does find.
			for (const id of rotations) assert.ok(search.places(id).includes('execution'), id);
			t.diagnostic(`figure: ${passwords.size} passwords on ${place}: none in ${search.bytes} bytes that n8n keeps`);
		});
	});
}
