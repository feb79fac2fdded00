import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import omit from 'lodash/omit';
import sortBy from 'lodash/sortBy';
import type { INodeParameters } from 'n8n-workflow';

import { forms, refusalEchoing, situations } from '../../harness/echoes';
import { SimulatorServer, type Answer } from '../../simulator/server';
import { Cluster } from '../n8n/cluster';
import { fileCells, postgresContents, redisCells, sqliteContents, type Cell, type Contents } from '../n8n/contents';
import { installN8n, type Install } from '../n8n/install';
import { until } from '../n8n/processes';
import { N8nServer, type NewWorkflow } from '../n8n/server';
import { Search } from '../n8n/search';
import { startServices, type Services } from '../n8n/services';
import { startVendors, types, withOptions, type VendorCase, type Vendors } from '../n8n/vendors';
import { baseNode, BODY, connections, EVERY_TEN_SECONDS, vendorNode, webhook, webhookWorkflow } from '../n8n/workflows';

const MINUTES = 60_000;

/** Says as much as n8n can. */
const TALKATIVE = { N8N_LOG_LEVEL: 'debug' };

/** The controls, which have to be found: they show that the search finds, and are where docs/security.md says. */
const TYPED = 'typed into a field';
const FROM_ITEM = 'from an item';
const RESPONDED = 'sent back by the workflow';
const OWN_KEY = 'a key for n8n’s own API';
const REMEMBERED = 'the name of a credential that a trigger watches';

/** What becomes of what goes wrong, and what the base URL ends with for that: another one for a key that was refused is another account. */
const ON_ERROR = [['stopWorkflow', ''], ['continueErrorOutput', '/']] as const;

/** An n8n that runs, and all that it keeps. */
interface Setup {
	server: N8nServer;
	database(): Promise<Contents>;
	/** Folders that its processes write into. */
	folders(): string[];
	/** What its processes have printed. */
	output(): string;
	/** None where it needs none. */
	services: Services | null;
	stop(): Promise<void>;
}

async function onSqlite(install: Install): Promise<Setup> {
	const server = await N8nServer.start({ install, env: TALKATIVE });
	const folder = join(server.instance.userFolder, '.n8n');
	return {
		server,
		database: async () => await sqliteContents(install.node, join(folder, 'database.sqlite')),
		folders: () => [folder],
		output: () => server.process.output,
		services: null,
		stop: async () => await server.remove(),
	};
}

async function onPostgresAndRedis(install: Install): Promise<Setup> {
	const services = await startServices();
	const cluster = await Cluster.start(install, services, TALKATIVE);
	await cluster.addWorker('worker', 10);
	return {
		server: cluster.main,
		database: async () => {
			const client = await services.database();
			const contents = await postgresContents(client);
			await client.end();
			return contents;
		},
		folders: () => [cluster.main.instance, ...cluster.workers.map(({ instance }) => instance)].map(({ userFolder }) => join(userFolder, '.n8n')),
		output: () => cluster.output,
		services,
		stop: async () => {
			await cluster.remove();
			await services.stop();
		},
	};
}

/** A secret that is there in one place only, with all that is escaped somewhere. */
const secretCalled = (name: string) => `canary7f3e9-${name}-"\\/+&=é <canary7f3e9>\ncanary7f3e9-second-line-of-${name}`;

/**
 * Two more for a credential of the same n8n that is changed by way of its own API: the second can be used, for it fits into
 * a header.
 */
const OF_N8N = [secretCalled('of-n8n'), 'canary7f3e9-used-in-n8n-"\\/+&='] as const;

/** Services behind that credential that say how they were asked, as careless ones do. */
const ECHOES: Record<string, (said: string) => Answer> = {
	'to whom all is right': (said) => ({ status: 200, body: { said } }),
	'that refuse it': (said) => ({ status: 401, body: { message: said, error: said } }),
	'that fail': (said) => ({ status: 500, headers: { 'x-said': encodeURIComponent(said) }, body: said }),
	'that lead elsewhere': (said) => ({ status: 302, headers: { location: `/?${encodeURIComponent(said)}` } }),
};

/** An update that sends a secret, and the one that is planted for it. */
type Case = VendorCase & { secret: string };

for (const [place, start] of [
	['SQLite', onSqlite],
	['PostgreSQL and queue mode with Redis', onPostgresAndRedis],
] as const) {
	describe(`what n8n 2.41 keeps on ${place}`, () => {
		let vendors: Vendors;
		let setup: Setup;
		let cases: Case[];
		let search: Record<'database' | 'files' | 'logs' | 'executions' | 'answers' | 'redis', Search>;
		let contents: Contents;
		let stopWatching = async () => {};
		const answers: Cell[] = [];
		const inRedis: Cell[] = [];
		const wayOf = new Map<string, number>();
		/** What the nodes have signed their requests with: keys as they are sent, and tokens that were fetched for them. */
		const signatures = new Set<string>();
		/** By what a credential of this n8n was changed or tested, and how often it was used then. */
		const usesOf = new Map<string, number>();
		/** How the runs of each trigger have ended, by its case and what becomes of an error. */
		const watchedBy = new Map<string, string[]>();
		/** How many requests of each case's triggers were answered by all that they held. */
		const repeatedTo = new Map<string, number>();
		let ownKey: string;
		let executions = 0;
		const controls: Record<string, string> = {
			...Object.fromEntries([TYPED, FROM_ITEM, RESPONDED].map((name, index) => [name, secretCalled(`control-${index}`)])),
			// Short, so that the trigger keeps all of it.
			[REMEMBERED]: 'canary7f3e9 remembered',
		};

		before(async () => {
			vendors = await startVendors();
			setup = await start(await installN8n('2.41', console.log));
			cases = vendors.cases.filter(({ traits }) => traits.sendsSecret).map((each) => ({ ...each, secret: secretCalled(slug(each.name)) }));
			stopWatching = await watchRedis();
			// Vendors side by side; what goes wrong is planned for one run at a time.
			await Promise.all([...vendors.simulators.values()].map(async (simulator) => {
				for (const each of cases.filter((one) => one.simulator === simulator)) await runEverySituation(each);
			}));
			await Promise.all([...vendors.simulators.values()].map(async (simulator) => {
				for (const each of watched().filter((one) => one.simulator === simulator)) await runTriggers(each);
			}));
			await runOnItself();
			await runControls();
			await stopWatching();
			await lookEverywhere();
		}, { timeout: 30 * MINUTES });

		after(async () => {
			await stopWatching();
			await setup?.stop();
			await vendors?.stop();
		}, { timeout: 2 * MINUTES });

		async function publish(workflow: NewWorkflow): Promise<void> {
			await setup.server.activate(await setup.server.createWorkflow(workflow));
		}

		async function call(path: string, body: unknown): Promise<void> {
			const response = await setup.server.callWebhook(path, body);
			answers.push({ place: `the answer of ${path}`, value: `${[...response.headers].join('\n')}\n${await response.text()}` });
		}

		async function runEverySituation({ name, nodeName, simulator, update, secret }: Case): Promise<void> {
			const { server } = setup;
			const { credentialType, stored } = update;
			const data = { valuesJson: JSON.stringify({ [update.ids[0]]: stored!.values(secret) }) };
			const storedSecret = await server.createCredential('rotationSecretApi', data, `secret for ${name}`);
			// The way of another system, too.
			await server.api('PATCH', `/credentials/${storedSecret}`, { data });
			const isRefusedKey = ([situation]: [string, unknown]) => situation.endsWith('401');
			for (const [onError, slash] of ON_ERROR) {
				// A key that was refused is not sent again for a while: refused last, and another credential afterwards.
				const account = vendors.credentials[credentialType]!;
				const credentials = {
					[credentialType]: await server.createCredential(credentialType, { ...account, baseUrl: `${String(account.baseUrl)}${slash}` }),
					rotationSecretApi: storedSecret,
				};
				const path = `${slug(name)}-${onError}`;
				const parameters = withOptions(stored!.parameters(BODY.id), { timeout: 1_000 });
				await publish(webhookWorkflow(path, vendorNode('Node', nodeName, parameters, credentials, { onError }), 'lastNode'));
				for (const [situation, fault] of sortBy(situations(secret), isRefusedKey)) {
					simulator.reset();
					if (fault !== null) simulator.server.plan({ ...fault, when: update.isChange, times: fault.delayMs === undefined ? 99 : 1 });
					await call(path, { id: update.ids[0], situation });
					const sent = simulator.server.requests.filter(({ text }) => text.includes(JSON.stringify(secret))).length;
					wayOf.set(`${path} ${situation}`, sent);
					for (const { headers } of simulator.server.requests) signatures.add(headers.authorization?.split(' ')[1] ?? '');
				}
			}
		}

		/** The cases of vendors that have a trigger. */
		const watched = () => vendors.cases.filter(({ nodeName }) => types.triggers.has(`${nodeName}Trigger`));

		/** Keys and passwords of a credential of the package, by the names of their fields. */
		function keysOf(credentialType: string): Array<[string, string]> {
			return types.credentials.get(credentialType)!.properties
				.filter((property) => property.typeOptions?.password === true && property.type !== 'hidden')
				.map(({ name }): [string, string] => [name, String(vendors.credentials[credentialType]![name] ?? '')])
				.filter(([, value]) => value !== '');
		}

		/** Has triggers see their own key in what a vendor shows of a credential, and then have it repeated by one that refuses it. */
		async function runTriggers({ name, nodeName, simulator, resource, update }: VendorCase): Promise<void> {
			const { server } = setup;
			const { credentialType } = resource;
			simulator.reset();
			resource.seed(3);
			const [first, second] = resource.storedIds() as [string, string, string];
			if (nodeName === 'dx') update.visible.change(second, controls[REMEMBERED]!);
			const workflowIds = new Map<string, string>();
			for (const [onError, slash] of ON_ERROR) {
				const account = vendors.credentials[credentialType]!;
				// Two slashes more, for the keys of the nodes were refused a moment ago.
				const credentials = { [credentialType]: await server.createCredential(credentialType, { ...account, baseUrl: `${String(account.baseUrl)}//${slash}` }) };
				const place = omit(resource.getAll(), ['resource', 'operation']) as INodeParameters;
				const parameters = { ...place, pollTimes: EVERY_TEN_SECONDS, events: ['changed', 'created', 'deleted'], options: {} };
				const watch = vendorNode('Watch', `${nodeName}Trigger`, parameters, credentials, { onError });
				const id = await server.createWorkflow({ name: `${slug(name)}-watched-${onError}`, nodes: [watch, baseNode('Then', 'noOp', 1)], connections: connections({ Watch: [['Then'], ['Then']] }) });
				await server.activate(id);
				workflowIds.set(onError, id);
			}
			// n8n answers before the first look is over, which only takes note of what is there.
			for (const id of workflowIds.values()) {
				await until(`${name} to be looked at`, async () => {
					const { staticData } = await server.api<{ staticData: object | null }>('GET', `/workflows/${id}`);
					return Object.hasOwn(staticData ?? {}, 'node:Watch') || undefined;
				});
			}
			const ended = async (count: number) => await Promise.all([...workflowIds.values()].map(async (id) => await server.ended(id, count)));
			const keys = keysOf(credentialType).map(([, value]) => value);
			update.visible.change(first, `canary ${keys.join(' ')}`);
			await ended(1);
			let repeated = 0;
			simulator.server.plan({
				times: Infinity,
				answer: (request) => {
					repeated += 1;
					return refusalEchoing('', 401)({ ...request, text: `${request.text} ${keys.join(' ')}` });
				},
			});
			const both = await ended(2);
			for (const id of workflowIds.values()) await server.deactivate(id);
			for (const { headers } of simulator.server.requests) signatures.add(headers.authorization?.split(' ')[1] ?? '');
			simulator.server.clear();
			repeatedTo.set(name, repeated);
			for (const [index, onError] of [...workflowIds.keys()].entries()) watchedBy.set(`${name}, ${onError}`, both[index]!.map(({ status }) => status).reverse());
		}

		/** Changes and tests a credential of the same n8n, by way of its own API. */
		async function runOnItself(): Promise<void> {
			const { server } = setup;
			let answer = ECHOES['to whom all is right']!;
			const service = new SimulatorServer([], ({ headers }) => answer(forms(headers.authorization ?? '').join(' ')));
			const url = await service.listen();
			ownKey = (await server.createApiKey(['credential:read', 'credential:update'])).rawApiKey;
			const target = await server.createCredential('githubApi', { server: url, user: 'octo', accessToken: 'the-first' }, 'target');
			const rotationN8nApi = await server.createCredential('rotationN8nApi', { apiKey: ownKey, baseUrl: `${server.url}/api/v1` });
			const rotationSecretApi = await server.createCredential('rotationSecretApi', {}, 'secret for n8n itself');
			const parameters = { resource: 'credential', credentialId: { __rl: true, mode: 'id', value: target } };
			const stored = { ...parameters, operation: 'update', secretSource: 'storedSecret', options: {} };
			await publish(webhookWorkflow('itself-update', vendorNode('Node', 'n8nCredentials', stored, { rotationN8nApi, rotationSecretApi }), 'lastNode'));
			await publish(webhookWorkflow('itself-test', vendorNode('Node', 'n8nCredentials', { ...parameters, operation: 'test', options: {} }, { rotationN8nApi }), 'lastNode'));
			for (const [index, secret] of OF_N8N.entries()) {
				const data = { name1: 'accessToken', value1: secret };
				await server.api('PATCH', `/credentials/${rotationSecretApi}`, { data, isPartialData: true });
				for (const [situation, echo] of Object.entries(ECHOES)) {
					answer = echo;
					for (const path of ['itself-update', 'itself-test']) {
						service.clear();
						await call(path, { situation });
						usesOf.set(`${path}, secret ${index}, ${situation}`, service.requests.filter(({ headers }) => headers.authorization === `token ${secret}`).length);
					}
				}
			}
			await service.close();
		}

		async function runControls(): Promise<void> {
			const { server } = setup;
			const { nodeName, simulator, update } = cases.find(({ nodeName: node }) => node === 'thousandEyes')!;
			simulator.reset();
			const { credentialType } = update;
			const credentials = { [credentialType]: await server.createCredential(credentialType, vendors.credentials[credentialType]!) };
			const run = async (path: string, parameters: INodeParameters) =>
				await publish(webhookWorkflow(path, vendorNode('Node', nodeName, parameters, credentials), 'lastNode'));
			await run('control-typed', update.parameters(update.ids[0], controls[TYPED]!));
			await call('control-typed', {});
			assert.ok(update.storedSecrets(update.ids[0]).includes(controls[TYPED]!));
			await run('control-item', update.parameters(BODY.id, BODY.secret));
			await call('control-item', { id: update.ids[0], secret: controls[FROM_ITEM] });
			assert.ok(update.storedSecrets(update.ids[0]).includes(controls[FROM_ITEM]!));
			await runResponder();
		}

		/** A workflow that sends back what it gets: the one way in which data of a run pass through Redis. */
		async function runResponder(): Promise<void> {
			const path = 'control-responder';
			const hook = webhook(path);
			hook.parameters.responseMode = 'responseNode';
			const respond = baseNode('Respond', 'respondToWebhook', 1.1, { respondWith: 'json', responseBody: '={{ JSON.stringify($json.body) }}', options: {} });
			await publish({ name: path, nodes: [hook, respond], connections: connections({ Webhook: [['Respond']] }) });
			await call(path, { secret: controls[RESPONDED] });
		}

		/** Writes down all that goes through Redis, and now and then all that is in it. Yields how to stop that. */
		async function watchRedis(): Promise<() => Promise<void>> {
			if (setup.services === null) return stopWatching;
			const redis = setup.services.redis();
			let isOver = false;
			const stop = await setup.services.watchRedis((words) => inRedis.push({ place: `command ${words[0]}`, value: words.join('\n') }));
			const sampling = (async () => {
				while (!isOver) {
					inRedis.push(...(await redisCells(redis)));
					await wait(250);
				}
				inRedis.push(...(await redisCells(redis)));
			})();
			return async () => {
				isOver = true;
				await sampling;
				stop();
				redis.disconnect();
				stopWatching = async () => {};
			};
		}

		async function lookEverywhere(): Promise<void> {
			const wanted = wantedTexts();
			contents = await setup.database();
			const saved = await setup.server.history({ includeData: 'true' });
			executions = saved.length;
			const cells = {
				database: contents.cells,
				files: setup.folders().flatMap(fileCells),
				logs: [{ place: 'log', value: setup.output() }],
				executions: saved.map((each) => ({ place: 'execution', value: JSON.stringify(each) })),
				answers,
				redis: inRedis,
			};
			search = Object.fromEntries(
				Object.entries(cells).map(([name, all]) => {
					const one = new Search(wanted);
					for (const cell of all) one.look(cell);
					return [name, one];
				}),
			) as typeof search;
		}

		/** Planted secrets, the nodes’ own keys, and what they have signed their requests with. */
		function wantedTexts(): Record<string, string> {
			const keys = Object.keys(vendors.credentials).flatMap((type) => keysOf(type).map(([name, value]) => [`own key ${type}.${name}`, value] as const));
			return {
				...Object.fromEntries(cases.map(({ name, secret }) => [`stored secret for ${name}`, secret])),
				...Object.fromEntries(OF_N8N.map((secret, index) => [`secret ${index} for n8n itself`, secret])),
				...Object.fromEntries(keys),
				...Object.fromEntries([...signatures].filter((value) => value !== '').map((value, index) => [`signature ${index}`, value])),
				...controls,
				[OWN_KEY]: ownKey,
			};
		}

		test('every stored secret was on its way, in every situation', () => {
			assert.equal(wayOf.size, cases.length * 2 * situations('').length);
			assert.deepEqual([...wayOf].filter(([, sent]) => sent === 0), []);
			assert.equal(usesOf.size, OF_N8N.length * 2 * Object.keys(ECHOES).length);
			// The first has a line end, which no header may have: n8n tries, and sends nothing.
			assert.deepEqual([...usesOf].filter(([name, uses]) => (uses > 0) !== name.includes('secret 1')), []);
		});

		test('every trigger has told a change, and that it was refused by an answer that repeats its key', () => {
			assert.deepEqual([...new Set(watched().map(({ nodeName }) => `${nodeName}Trigger`))].sort(), [...types.triggers.keys()].sort());
			assert.deepEqual(Object.fromEntries(watchedBy), Object.fromEntries(watched().flatMap(({ name }) => [
				[`${name}, stopWorkflow`, ['success', 'error']],
				[`${name}, continueErrorOutput`, ['success', 'success']],
			])));
			assert.deepEqual([...repeatedTo].filter(([, times]) => times === 0), []);
		});

		test('every execution was saved, and the processes said what they did', () => {
			// A control is a run, but for what a trigger remembers without one.
			assert.equal(executions, wayOf.size + usesOf.size + [...watchedBy.values()].flat().length + Object.keys(controls).length - 1);
			for (const { name } of cases) assert.ok(setup.output().includes(slug(name)), `the log names the workflows of ${name}`);
		});

		test('no stored secret and no key of a node is in anything that n8n keeps, sends back or logs', (t) => {
			const isControl = (name: string) => name === OWN_KEY || Object.hasOwn(controls, name);
			for (const [where, { hits }] of Object.entries(search)) {
				assert.deepEqual(Object.entries(hits).filter(([name]) => !isControl(name)), [], where);
			}
			const { tables, columns, rows } = contents;
			const size = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;
			const { database, files, logs, redis, answers: answered, executions: saved } = search;
			const names = Object.keys(wantedTexts()).filter((name) => !isControl(name));
			t.diagnostic(`figure: ${place}: ${names.length} secrets in ${Math.round(database.forms / Object.keys(wantedTexts()).length)} forms, ${wayOf.size + usesOf.size + [...watchedBy.values()].flat().length} runs: 0 hits`);
			t.diagnostic(`figure:   database: ${tables} tables, ${columns} columns, ${rows} rows, ${size(database.bytes)}; files ${size(files.bytes)}; logs ${size(logs.bytes)}`);
			t.diagnostic(`figure:   ${executions} executions by the API ${size(saved.bytes)}; ${answers.length} webhook answers ${size(answered.bytes)}; Redis: ${inRedis.length} commands and values ${size(redis.bytes)}`);
		});

		/** Whether it is in n8n's files, logs and answers: only in the database, whose own file is one of them. */
		function assertNowhereElse(name: string): void {
			for (const where of ['logs', 'answers'] as const) assert.deepEqual(search[where].places(name), [], where);
			assert.deepEqual(search.files.places(name).filter((path) => !path.startsWith('database.sqlite')), []);
		}

		test('a secret that is typed into a field is in the workflow, its history, each execution’s snapshot and Redis’ cache of workflows, and nowhere else', () => {
			assert.deepEqual(search.database.places(TYPED), ['execution_data.workflowData', 'workflow_entity.nodes', 'workflow_history.nodes']);
			assert.deepEqual(search.executions.places(TYPED), ['execution']);
			const cached = search.redis.places(TYPED).map((where) => /:cache:workflow-published-data:/.exec(where)?.[0] ?? where);
			assert.deepEqual(cached, setup.services === null ? [] : ['command set', ':cache:workflow-published-data:']);
			assertNowhereElse(TYPED);
		});

		test('a secret that comes from an item is in the execution’s data, and nowhere else', () => {
			assert.deepEqual(search.database.places(FROM_ITEM), ['execution_data.data']);
			assert.deepEqual(search.executions.places(FROM_ITEM), ['execution']);
			assert.deepEqual(search.redis.places(FROM_ITEM), []);
			assertNowhereElse(FROM_ITEM);
		});

		test('what a trigger remembers is in the workflow’s static data, and nowhere else', () => {
			assert.deepEqual(search.database.places(REMEMBERED), ['workflow_entity.staticData']);
			assertNowhereElse(REMEMBERED);
		});

		test('a key for n8n’s own API is where n8n keeps its keys, and nowhere else', () => {
			assert.deepEqual(search.database.places(OWN_KEY), ['user_api_keys.apiKey']);
			for (const where of ['executions', 'redis'] as const) assert.deepEqual(search[where].places(OWN_KEY), [], where);
			assertNowhereElse(OWN_KEY);
		});

		test('what a workflow sends back is found in its answer, and on its way through Redis', () => {
			assert.deepEqual(search.answers.places(RESPONDED), ['the answer of control-responder']);
			assert.equal(search.redis.places(RESPONDED).length > 0, setup.services !== null);
		});
	});
}

function slug(name: string): string {
	return name.toLowerCase().replaceAll(/\W+/g, '-');
}
