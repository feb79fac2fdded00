import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import mapValues from 'lodash/mapValues';
import pick from 'lodash/pick';
import type { INode } from 'n8n-workflow';

import { API_KEY, rows, simulator as definition, updateParameters, type N8nSimulator, type TestResult } from '../../simulator/n8nCredentials';
import { SimulatorServer } from '../../simulator/server';
import { Cluster } from '../n8n/cluster';
import { installN8n, VERSIONS } from '../n8n/install';
import { until } from '../n8n/processes';
import { MEMBER, N8nServer, type NewWorkflow } from '../n8n/server';
import { startServices, type Services } from '../n8n/services';
import { baseNode, connections, vendorNode, webhook, webhookWorkflow } from '../n8n/workflows';

// The same requests, one after the other, to n8n's public API and to its simulator: each answer has to be the same, and
// what a credential is used for afterwards.

/** With whose key, and what that may do. */
type Key = 'everything' | 'revoked' | 'expired' | 'of nobody' | 'none' | 'of a member' | `${Scope} alone` | `all but ${Scope}`;
type Scope = 'create' | 'delete' | 'list' | 'read' | 'update';
const SCOPES: readonly Scope[] = ['create', 'delete', 'list', 'read', 'update'];

interface Step {
	what: string;
	method: string;
	/** Behind `/credentials`; a credential's name in braces stands for its ID. */
	path: string;
	/** A text is sent as it is. */
	body?: unknown;
	contentType?: string;
	key?: Key;
	/** The name under which the ID in the answer is remembered. */
	as?: string;
	/** A credential that is used afterwards. */
	uses?: string;
	/** What the service behind the credentials says to whoever uses one. */
	service?: 'accepts' | 'refuses' | 'fails' | 'hangs up';
	/** Whether the answer's time of the last change has to be later than the one before. */
	moves?: true;
}

interface Reply {
	status: number;
	body: unknown;
	signs?: Record<string, string>;
	moved?: boolean;
}

/** One of the two that are compared. */
interface Side {
	send(request: { method: string; target: string; body?: string; contentType?: string; key: Key }): Promise<{ status: number; text: string }>;
	serve(answer: NonNullable<Step['service']>, ids: ReadonlyMap<string, string>): void;
	signs(name: string, id: string): Promise<Record<string, string>>;
}

/** How the HTTP Request node is told to use a credential of a type. */
const USES: Record<string, object> = {
	githubApi: { authentication: 'predefinedCredentialType', nodeCredentialType: 'githubApi' },
	openAiApi: { authentication: 'predefinedCredentialType', nodeCredentialType: 'openAiApi' },
	httpBasicAuth: { authentication: 'genericCredentialType', genericAuthType: 'httpBasicAuth' },
	httpHeaderAuth: { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' },
	oAuth2Api: { authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' },
};

/** Headers that credentials sign with here. */
const SIGNATURES = ['authorization', 'x-shop-key', 'x-other-key'];

const BLANK = '__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6';
const EMPTY = '__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da';
const NOBODYS = 'dEadBeefdEadBeef';

/** What n8n's test says where the service answers so. */
const VERDICTS: Record<NonNullable<Step['service']>, TestResult | null> = {
	accepts: null,
	refuses: { status: 'Error', message: 'Unauthorized' },
	fails: { status: 'Error', message: 'Internal Server Error' },
	'hangs up': { status: 'Error', message: 'ECONNRESET' },
};

/** A text as an expression that yields it, whatever is in it. */
const exactly = (text: string) => `={{ ${JSON.stringify(text).replaceAll('{', '\\u007b').replaceAll('}', '\\u007d')} }}`;

const AWKWARD = ['=abc', '={{ 1 + 1 }}', '={{ $json.a }} =', '=\\"{}\'', '= }} {{ a', '=`${a}`'];

function scriptFor(service: string): Step[] {
	const github = { server: service, user: 'octo', accessToken: 'first-token' };
	// With all that 2.8 demands, whether it is shown or not.
	const oauth = {
		grantType: 'clientCredentials',
		serverUrl: '',
		accessTokenUrl: `${service}/token`,
		clientId: 'a-client',
		clientSecret: 'a-client-secret',
		scope: '',
		authentication: 'header',
		sendAdditionalBodyProperties: false,
		additionalBodyProperties: '',
		oauthTokenData: { access_token: 'first-access-token' },
	};
	const model = { apiKey: 'first-key', organizationId: '', url: service, header: false };
	const mail = { user: 'mailer', password: 'first-password', host: '127.0.0.1', port: 465, secure: true, hostName: '' };
	const post = (what: string, body: unknown, more: Partial<Step> = {}): Step => ({ what, method: 'POST', path: '', body, ...more });
	const patch = (what: string, name: string, body: unknown, more: Partial<Step> = {}): Step => ({ what, method: 'PATCH', path: `/${name}`, body, ...more });
	const fields = (what: string, name: string, data: object, more: Partial<Step> = {}) => patch(what, name, { data, isPartialData: true }, more);
	const get = (what: string, path: string, more: Partial<Step> = {}): Step => ({ what, method: 'GET', path, ...more });
	const probe = (what: string, name: string, more: Partial<Step> = {}): Step => ({ what, method: 'POST', path: `/${name}/test`, ...more });
	const remove = (what: string, name: string, more: Partial<Step> = {}): Step => ({ what, method: 'DELETE', path: `/${name}`, ...more });
	const every = (what: string, key: Key, name = '{github}'): Step[] => [
		get(`${what}: list`, '', { key }),
		get(`${what}: get`, `/${name}`, { key }),
		post(`${what}: create`, { name: 'by another key', type: 'githubApi', data: github }, { key, as: 'another' }),
		patch(`${what}: update`, name, { name: 'renamed by another key' }, { key }),
		probe(`${what}: test`, name, { key }),
		get(`${what}: schema`, '/schema/githubApi', { key }),
		remove(`${what}: delete`, key === 'everything' ? NOBODYS : '{spare}', { key }),
		post(`${what}: a spare one`, { name: 'spare', type: 'githubApi', data: github }, { as: 'spare' }),
	];
	return [
		get('an empty list', ''),
		...['githubApi', 'httpBasicAuth', 'httpHeaderAuth', 'oAuth2Api', 'openAiApi', 'rotationSecretApi', 'smtp', 'nobodysApi'].map((type) => get(`the schema of ${type}`, `/schema/${type}`)),

		post('create', { name: 'github', type: 'githubApi', data: github }, { as: 'github', uses: 'github' }),
		post('create, without a test', { name: 'shop', type: 'httpHeaderAuth', data: { name: 'X-Shop-Key', value: 'first-value' } }, { as: 'shop', uses: 'shop' }),
		post('create, with a password', { name: 'desk', type: 'httpBasicAuth', data: { user: 'reports', password: 'first-password' } }, { as: 'desk', uses: 'desk' }),
		post('create, OAuth2', { name: 'oauth', type: 'oAuth2Api', data: oauth }, { as: 'oauth', uses: 'oauth' }),
		post('create, with required fields', { name: 'model', type: 'openAiApi', data: model }, { as: 'model', uses: 'model' }),
		post('create, with numbers and choices', { name: 'mail', type: 'smtp', data: mail }, { as: 'mail' }),
		post('create, of this package', { name: 'secret', type: 'rotationSecretApi', data: { name1: 'client_secret', value1: 'a' } }, { as: 'secret' }),
		post('create without a required field', { name: 'model', type: 'openAiApi', data: { url: service } }),
		post('create without a field that a condition demands', { name: 'model', type: 'openAiApi', data: { ...model, header: true } }, { as: 'model with a header' }),
		post('create of a type that is none', { name: 'nobody', type: 'nobodysApi', data: {} }),
		post('create without a name', { type: 'githubApi', data: github }),
		post('create without data', { name: 'a name', type: 'githubApi' }),
		post('create with a number for a name', { name: 5, type: 'githubApi', data: github }),
		post('create with a list for data', { name: 'a name', type: 'githubApi', data: [] }),
		post('create with a field that the API has not', { name: 'more', type: 'githubApi', data: github, nobody: 1 }, { as: 'more' }),
		post('create with a time', { name: 'a name', type: 'githubApi', data: github, createdAt: '2026-01-01T00:00:00.000Z' }),
		post('create with an ID of its own', { id: 'chosen-by_me1', name: 'chosen', type: 'githubApi', data: github }),
		post('create with the same ID', { id: 'chosen-by_me1', name: 'chosen', type: 'githubApi', data: github }),
		post('create with an ID that is none', { id: 'a b', name: 'chosen', type: 'githubApi', data: github }),
		post('create with an ID that is too long', { id: 'a'.repeat(17), name: 'chosen', type: 'githubApi', data: github }),
		post('create in a project that is not there', { name: 'elsewhere', type: 'githubApi', data: github, projectId: 'nobodys-project' }, { as: 'elsewhere' }),
		post('create of OAuth2 with nothing', { name: 'nothing', type: 'oAuth2Api', data: {} }, { as: 'nothing' }),
		post('create of OAuth2 with a URL that is none', { name: 'oauth', type: 'oAuth2Api', data: { ...oauth, accessTokenUrl: 'nowhere' } }, { as: 'nowhere' }),
		post('create with broken JSON', '{"name":'),
		post('create with JSON that is no object', '"name"'),
		post('create with a list', []),
		post('create with nothing', undefined),
		post('create with an empty body', ''),
		post('create with text', 'name', { contentType: 'text/plain' }),
		post('create of one called by two letters', { name: 'ab', type: 'githubApi', data: github }, { as: 'ab' }),

		get('get', '/{github}'),
		get('get of what is not there', `/${NOBODYS}`),
		get('a path that is none', '/{github}/nobody'),
		{ what: 'a method that is none', method: 'PUT', path: '/{github}', body: {} },

		fields('a partial change', '{github}', { accessToken: 'second-token' }, { uses: 'github', moves: true }),
		fields('a partial change, without a test', '{shop}', { value: 'second-value' }, { uses: 'shop' }),
		fields('a partial change of another field', '{shop}', { name: 'X-Other-Key' }, { uses: 'shop' }),
		fields('a partial change of a password', '{desk}', { password: 'second-password' }, { uses: 'desk' }),
		fields('a partial change of a type with required fields', '{model}', { apiKey: 'second-key' }, { uses: 'model' }),
		fields('a partial change that leaves out what is required', '{model}', { organizationId: 'an-organization' }, { uses: 'model' }),
		fields('a partial change that has all that is required', '{model}', { ...model, apiKey: 'third-key' }, { uses: 'model' }),
		fields('a partial change of this package’s own', '{secret}', { value1: 'b' }),
		fields('a partial change of nothing', '{github}', {}, { uses: 'github', moves: true }),
		patch('a change of nothing at all', '{github}', {}, { uses: 'github', moves: true }),
		patch('a change without a body', '{github}', undefined),
		patch('a change with an empty body', '{github}', '', { uses: 'github' }),
		patch('a change by text', '{github}', 'name', { contentType: 'text/plain' }),
		patch('a change by a list', '{github}', []),
		patch('a change with fields that the API has not', '{github}', { nobody: 1, status: 1 }, { uses: 'github' }),
		patch('a change with null for a name', '{github}', { name: null }),
		...[BLANK, EMPTY, `=${BLANK}`].map((marker, index) => fields(`a marker, ${index}`, '{github}', { accessToken: marker }, { uses: 'github', moves: true })),
		fields('a field that the type has not', '{github}', { nobody: 'a' }),
		fields('a hidden field', '{oauth}', { useDynamicClientRegistration: true }),
		fields('a number for a text', '{github}', { accessToken: 5 }),
		fields('null for a text', '{github}', { accessToken: null }),
		fields('a text for a number', '{mail}', { port: '465' }),
		fields('two that are wrong', '{mail}', { nobody: 1, secure: 'yes' }),
		fields('a choice that is none', '{github}', { allowedHttpRequestDomains: 'some' }),
		patch('another type, without data', '{github}', { type: 'httpHeaderAuth' }),
		patch('another type that is none', '{github}', { type: 'nobodysApi', data: {} }),
		patch('shared with everybody', '{github}', { isGlobal: true }),
		patch('for its users', '{github}', { isResolvable: true }),
		fields('a change of what is not there', NOBODYS, { accessToken: 'a' }),
		patch('a change of the name of what is not there', NOBODYS, { name: 'nobody' }),

		...['=abc', '={{ 1 + 1 }}', '=', '=a {{ "b" }} c{{ 1 }}', '={{ "a" }}{{ "b" }}', 'a{{ 1 }}', '={{ "a" + "b" }}'].map((value) =>
			fields(`the value ${value}`, '{shop}', { value }, { uses: 'shop' }),
		),
		...AWKWARD.map((value) => fields(`exactly ${value}`, '{shop}', { value: exactly(value) }, { uses: 'shop' })),

		patch('a name of one letter', '{github}', { name: 'g' }),
		fields('data beside a name of one letter', '{github}', { accessToken: 'third-token' }, { uses: 'github' }),
		patch('data and a name of two letters', '{github}', { name: 'gh', data: { accessToken: 'fourth-token' }, isPartialData: true }, { uses: 'github' }),
		patch('data and a name of 129 letters', '{github}', { name: 'g'.repeat(129), data: { accessToken: 'fifth-token' }, isPartialData: true }, { uses: 'github' }),
		patch('data and a name', '{github}', { name: 'github', data: { accessToken: 'sixth-token' }, isPartialData: true }, { uses: 'github' }),
		fields('data of one called by two letters', '{ab}', { accessToken: 'a' }),

		fields('a partial change of OAuth2', '{oauth}', { clientSecret: 'another-client-secret' }, { uses: 'oauth' }),
		fields('a partial change of the whole of OAuth2', '{oauth}', { ...oauth, clientSecret: 'a-third-client-secret' }, { uses: 'oauth' }),
		fields('a partial change of the access token', '{oauth}', { ...oauth, oauthTokenData: { access_token: 'another-access-token' } }, { uses: 'oauth' }),
		patch('a whole change of OAuth2', '{oauth}', { data: { ...oauth, oauthTokenData: { access_token: 'a-third-access-token' } } }, { uses: 'oauth' }),

		...(['accepts', 'refuses', 'fails', 'hangs up', 'accepts'] as const).flatMap((answer) => [
			probe(`the test where the service ${answer}`, '{github}', { service: answer }),
			probe(`the test of another where the service ${answer}`, '{model}', { service: answer }),
		]),
		probe('the test of what has none', '{shop}'),
		probe('the test of a password, which has none', '{desk}'),
		probe('the test of what is not there', NOBODYS),

		patch('a whole change that leaves a field out', '{github}', { data: { server: service, accessToken: 'seventh-token' } }, { uses: 'github' }),
		patch('a whole change that leaves the secret out', '{github}', { data: { server: service } }, { uses: 'github' }),
		patch('a whole change with a marker', '{github}', { data: { server: service, accessToken: BLANK } }, { uses: 'github' }),
		patch('a whole change of a type with required fields, without them', '{model}', { data: { url: service, header: false } }, { uses: 'model' }),
		patch('another type, with data', '{github}', { type: 'httpHeaderAuth', data: { name: 'X-Other-Key', value: 'changed' } }),
		patch('and back', '{github}', { type: 'githubApi', data: github }, { uses: 'github' }),

		...Array.from({ length: 4 }, (_, index) => post(`one more, ${index}`, { name: `page ${index}`, type: 'githubApi', data: github }, { as: `page ${index}` })),
		get('a list', ''),
		get('the first page', '?limit=3'),
		get('the next page', '?cursor=eyJsaW1pdCI6Mywib2Zmc2V0IjozfQ=='),
		get('the page after the last', '?cursor=eyJsaW1pdCI6Mywib2Zmc2V0Ijo5OTl9'),
		get('a limit of 1000', '?limit=1000'),
		get('a limit of 0', '?limit=0'),
		get('a limit that is none', '?limit=many'),
		get('a cursor that is none', '?cursor=nonsense'),

		post('a spare one', { name: 'spare', type: 'githubApi', data: github }, { as: 'spare' }),
		...(['revoked', 'expired', 'of nobody', 'none'] as const).flatMap((key) => every(`a key ${key}`, key)),
		post('broken JSON with a key of nobody', '{', { key: 'of nobody' }),
		...SCOPES.flatMap((scope) => [...every(`${scope} alone`, `${scope} alone`), ...every(`all but ${scope}`, `all but ${scope}`)]),
		...every('a member', 'of a member'),
		...every('a member, of what is not there', 'of a member', NOBODYS),

		remove('delete', '{github}'),
		remove('delete once more', '{github}'),
		remove('delete of what is not there', NOBODYS),
		get('get of what is deleted', '/{github}'),
		fields('a change of what is deleted', '{github}', { accessToken: 'a' }),
		probe('the test of what is deleted', '{github}'),
	];
}

for (const version of VERSIONS) {
	describe(`n8n ${version}: its public API for credentials, beside its simulator`, () => {
		let server: N8nServer;
		let simulator: N8nSimulator;
		let service: SimulatorServer;
		let sides: Side[];
		let serving: NonNullable<Step['service']> = 'accepts';
		/** IDs by name, on each side. */
		const ids = [new Map<string, string>(), new Map<string, string>()];
		/** Types by name. */
		const types = new Map<string, string>();
		/** The last time of a change that was told, on each side, by ID. */
		const changed = [new Map<string, string>(), new Map<string, string>()];
		// The script has the service's address in it, which is known before anything is told of it.
		const PLACE = 'http://service.invalid';

		before(async () => {
			service = new SimulatorServer([], () => {
				if (serving === 'refuses') return { status: 401, body: {} };
				return serving === 'fails' ? { status: 500, body: {} } : { status: 200, body: {} };
			});
			const url = await service.listen();
			server = await N8nServer.start({ install: await installN8n(version, console.log) });
			simulator = await definition.start();
			simulator.state.release = version;
			simulator.state.credentials.clear();
			// Apart enough for an order.
			let now = Date.UTC(2026, 0, 1);
			simulator.server.now = () => (now += 10);
			sides = [await real(url), simulated()];
		}, { timeout: 900_000 });

		after(async () => {
			await server?.remove();
			await simulator?.stop();
			await service?.close();
		}, { timeout: 60_000 });

		async function real(url: string): Promise<Side> {
			const keys = await keysOf(server);
			const workflows = new Set<string>();
			return {
				send: async ({ method, target, body, contentType, key }) => {
					const response = await fetch(`${server.url}/api/v1/credentials${target}`, {
						method,
						headers: { ...(key === 'none' ? {} : { 'X-N8N-API-KEY': keys[key]! }), ...(contentType === undefined ? {} : { 'content-type': contentType }) },
						body: body?.replaceAll(PLACE, url),
					});
					return { status: response.status, text: await response.text() };
				},
				serve: (answer) => {
					serving = answer;
					if (answer === 'hangs up') service.plan({ hangUp: 'beforeAnswer' });
				},
				signs: async (name, id) => {
					const path = `use-${name}`;
					const type = types.get(name)!;
					if (!workflows.has(path)) {
						const node = baseNode('Use', 'httpRequest', 4.2, { url, ...USES[type], options: {} });
						const workflow = webhookWorkflow(path, { ...node, credentials: { [type]: { id, name } }, onError: 'continueRegularOutput' }, 'lastNode');
						await server.activate(await server.createWorkflow(workflow));
						workflows.add(path);
					}
					service.clear();
					await server.callWebhook(path);
					return signatures(service.requests.at(-1)?.headers ?? {});
				},
			};
		}

		function simulated(): Side {
			const all = new Set(simulator.state.scopes);
			return {
				send: async ({ method, target, body, contentType, key }) => {
					simulator.state.scopes = new Set(all);
					simulator.state.role = key === 'of a member' ? 'member' : 'owner';
					for (const scope of SCOPES) if (!allows(key, scope)) simulator.state.scopes.delete(`credential:${scope}`);
					const sent = ['revoked', 'expired', 'of nobody'].includes(key) ? 'another-key' : API_KEY;
					const response = await fetch(`${String(simulator.credentials.rotationN8nApi!.baseUrl)}/credentials${target}`, {
						method,
						headers: { ...(key === 'none' ? {} : { 'X-N8N-API-KEY': sent }), ...(contentType === undefined ? {} : { 'content-type': contentType }) },
						body,
					});
					return { status: response.status, text: await response.text() };
				},
				serve: (answer, known) => {
					simulator.state.tests.clear();
					const verdict = VERDICTS[answer];
					if (verdict !== null) for (const name of ['github', 'model']) simulator.state.tests.set(known.get(name)!, verdict);
				},
				signs: async (_name, id) => signatures(simulator.signs(id)),
			};
		}

		async function take(step: Step, index: 0 | 1): Promise<Reply> {
			const side = sides[index]!;
			const known = ids[index]!;
			if (step.service !== undefined) side.serve(step.service, known);
			const { body, contentType = body === undefined ? undefined : 'application/json' } = step;
			const { status, text } = await side.send({
				method: step.method,
				target: step.path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => known.get(name) ?? NOBODYS),
				body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
				contentType,
				key: step.key ?? 'everything',
			});
			const said = /^[[{]/.test(text) ? (JSON.parse(text) as Record<string, unknown>) : null;
			if (step.as !== undefined && typeof said?.id === 'string') {
				known.set(step.as, said.id);
				types.set(step.as, String(said.type));
			}
			const reply: Reply = { status, body: said === null ? headlineOf(text) : comparable(said, known) };
			const used = known.get(step.uses ?? '');
			if (used !== undefined) reply.signs = await side.signs(step.uses!, used);
			if (step.moves) {
				const id = String(said?.id);
				reply.moved = String(said?.updatedAt) > (changed[index]!.get(id) ?? '');
				changed[index]!.set(id, String(said?.updatedAt));
			}
			return reply;
		}

		for (const step of scriptFor(PLACE)) {
			test(step.what, { timeout: 120_000 }, async () => {
				const byN8n = await take(step, 0);
				// Times of the real one lie apart in milliseconds.
				await wait(2);
				const bySimulator = await take(step, 1);

				assert.deepEqual(bySimulator, byN8n);
				if (step.moves) assert.equal(byN8n.moved, true);
			});
		}
	});
}

/** How often a value is changed in queue mode, and how many runs use it each time. */
const CHANGES = 8;
const RUNS_PER_CHANGE = 6;

describe('n8n 2.41 in queue mode, with two workers: a credential that is changed', () => {
	let services: Services;
	let cluster: Cluster;
	let service: SimulatorServer;
	let shop: string;
	let credential: INode['credentials'];
	let url: string;
	/** Set for a request that is to be answered later. */
	let held: Promise<void> | null = null;

	before(async () => {
		services = await startServices();
		cluster = await Cluster.start(await installN8n('2.41', console.log), services);
		for (const name of ['worker one', 'worker two']) await cluster.addWorker(name, 5);
		service = new SimulatorServer([{ method: 'GET', path: '/held', handle: async () => (await held, { status: 200, body: {} }) }], () => ({ status: 200, body: {} }));
		url = await service.listen();
		shop = await cluster.main.createCredential('httpHeaderAuth', { name: 'X-Shop-Key', value: 'first-value' }, 'shop');
		credential = { httpHeaderAuth: { id: shop, name: 'shop' } };
		await publish(webhookWorkflow('use', use('Use', '/used'), 'lastNode'));
	}, { timeout: 900_000 });

	after(async () => {
		await cluster?.remove();
		await services?.stop();
		await service?.close();
	}, { timeout: 120_000 });

	/** A node that sends a request signed with the credential. */
	function use(name: string, path: string): INode {
		return { ...baseNode(name, 'httpRequest', 4.2, { url: `${url}${path}`, ...USES.httpHeaderAuth, options: {} }), credentials: credential };
	}

	async function publish(workflow: NewWorkflow): Promise<void> {
		await cluster.main.activate(await cluster.main.createWorkflow(workflow));
	}

	const changeTo = async (value: string) =>
		void (await cluster.main.api('PATCH', `/credentials/${shop}`, { data: { value }, isPartialData: true }));

	/** What a few runs at the same time sign with. */
	async function usedByRuns(): Promise<string[]> {
		service.clear();
		await Promise.all(Array.from({ length: RUNS_PER_CHANGE }, async () => assert.equal((await cluster.main.callWebhook('use')).status, 200)));
		return service.requests.map(({ headers }) => headers['x-shop-key']!);
	}

	/** How many executions each worker has begun while this was done. */
	async function sharesOf(act: () => Promise<void>): Promise<number[]> {
		const before = cluster.workers.map(({ begun }) => begun.size);
		await act();
		return cluster.workers.map(({ begun }, place) => begun.size - before[place]!);
	}

	test('by the public API is used by both workers from their next request on', { timeout: 300_000 }, async () => {
		const shares = await sharesOf(async () => {
			for (let change = 0; change < CHANGES; change += 1) {
				await changeTo(`value ${change}`);
				assert.deepEqual(await usedByRuns(), Array(RUNS_PER_CHANGE).fill(`value ${change}`));
			}
		});

		for (const share of shares) assert.ok(share > 0, `runs of each worker: ${shares.join(', ')}`);
	});

	test('while an execution runs is used by its next request', { timeout: 120_000 }, async () => {
		await changeTo('a value before');
		let release = () => {};
		held = new Promise((resolve) => (release = resolve));
		await publish({
			name: 'twice',
			nodes: [webhook('twice', 'lastNode'), use('First', '/held'), use('Second', '/used')],
			connections: connections({ Webhook: [['First']], First: [['Second']] }),
		});
		service.clear();

		const answer = cluster.main.callWebhook('twice');
		await until('the first request', () => (service.requests.length > 0 ? true : undefined));
		await changeTo('a value after');
		release();

		assert.equal((await answer).status, 200);
		assert.deepEqual(service.requests.map(({ path, headers }) => [path, headers['x-shop-key']]), [['/held', 'a value before'], ['/used', 'a value after']]);
	});

	test('by the node on one worker is used by the other from its next request on', { timeout: 300_000 }, async () => {
		const { rawApiKey } = await cluster.main.createApiKey(['credential:read', 'credential:update']);
		const key = await cluster.main.createCredential('rotationN8nApi', { apiKey: rawApiKey, baseUrl: `${cluster.main.url}/api/v1` });
		const parameters = updateParameters(shop, { fields: rows(['value', '={{ $json.body.value }}']) });
		await publish(webhookWorkflow('change', vendorNode('Change', 'n8nCredentials', parameters, { rotationN8nApi: key }), 'lastNode'));
		const pairs = new Set<string>();

		// Which worker does what is left to chance.
		for (let change = 0; change < 60 && pairs.size < 4; change += 1) {
			const value = `=by the node {{ ${change} }}`;
			const shares = await sharesOf(async () => {
				const answer = await cluster.main.callWebhook('change', { value });
				assert.equal(((await answer.json()) as { outcome: string }).outcome, 'updated');
			});
			const used = await sharesOf(async () => assert.deepEqual(await usedByRuns(), Array(RUNS_PER_CHANGE).fill(value)));
			for (const writer of [0, 1]) for (const reader of [0, 1]) if (shares[writer]! > 0 && used[reader]! > 0) pairs.add(`${writer} ${reader}`);
		}

		assert.equal(pairs.size, 4);
	});
});

/** Keys with which the real one is asked. */
async function keysOf(server: N8nServer): Promise<Record<string, string>> {
	const all = SCOPES.map((scope) => `credential:${scope}`);
	const keyFor = async (...request: Parameters<N8nServer['createApiKey']>) => (await server.createApiKey(...request)).rawApiKey;
	const revoked = await server.createApiKey(all);
	await server.rest('DELETE', `/api-keys/${revoked.id}`);
	const keys: Record<string, string> = {
		'of nobody': 'a-key-of-nobody',
		everything: await keyFor(all),
		revoked: revoked.rawApiKey,
		expired: await keyFor(all, Math.ceil(Date.now() / 1_000) + 2),
		'of a member': await server.createMembersApiKey(MEMBER, all.filter((scope) => !/list|read/.test(scope))),
	};
	for (const scope of SCOPES) {
		keys[`${scope} alone`] = await keyFor([`credential:${scope}`]);
		keys[`all but ${scope}`] = await keyFor(all.filter((each) => each !== `credential:${scope}`));
	}
	// Until the expired one is.
	await wait(3_000);
	return keys;
}

function allows(key: Key, scope: Scope): boolean {
	if (key === 'of a member') return scope !== 'list' && scope !== 'read';
	if (key.endsWith(' alone')) return key === `${scope} alone`;
	return key !== `all but ${scope}`;
}

/** Of a page, what went wrong, without where in n8n's code. */
function headlineOf(page: string): string {
	return /<pre>(.*?)(?:<br>|<\/pre>)/.exec(page)?.[1] ?? page;
}

/** Blanks around a value do not survive the way. */
function signatures(headers: Record<string, string>): Record<string, string> {
	return mapValues(pick(headers, SIGNATURES), (value) => value.trim());
}

/** An answer without what differs from one n8n to another: IDs are called by their names, times by a word. */
function comparable(value: unknown, ids: ReadonlyMap<string, string>): unknown {
	const names = new Map([...ids].map(([name, id]) => [id, `{${name}}`]));
	const walk = (each: unknown, key?: string): unknown => {
		if (Array.isArray(each)) return each.map((one) => (key === 'shared' ? { ...(walk(one) as object), id: '{project}' } : walk(one)));
		if (typeof each === 'object' && each !== null) return mapValues(each as Record<string, unknown>, (one, name) => walk(one, name));
		if (key === 'id' && !names.has(each as string)) return '{an ID}';
		if (typeof each !== 'string') return each;
		if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(each)) return '{time}';
		return [...names].reduce((text, [id, name]) => text.replaceAll(id, name), each);
	};
	return walk(value);
}
