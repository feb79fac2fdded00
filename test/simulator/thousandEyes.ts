import type { INodeParameters } from 'n8n-workflow';

import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import { RateMeter, type RateRule } from './rateLimits';
import { admits, idAfter, jsonObject, SimulatorServer, type Admission, type Answer, type ReceivedRequest, type Route } from './server';

interface StoredCredential {
	id: number;
	name: string;
	value: string;
	accountGroupId: string;
}

const BEARER_TOKEN = 'te-bearer-2f6c51d0-canary';
const EMAIL = 'noreply@thousandeyes.com';
const BASIC_TOKEN = 'g351mw5xqhvkmh1vq6zfm51c62wyzib2';
const DEFAULT_ACCOUNT_GROUP = '11';
const ACCOUNT_GROUPS = [DEFAULT_ACCOUNT_GROUP, '1234'];

/** What an organization has, whichever version of the API it calls. */
const ORGANIZATION_LIMIT: RateRule = { counting: 'fixed', requests: 240, perMs: 60_000 };

/** Requests with a key that is not accepted, after which an address is turned away. */
const STRANGER_LIMIT: RateRule = { counting: 'sliding', requests: 120, perMs: 3_600_000 };

const RESET_HEADER = 'x-organization-rate-limit-reset';

const V7 = 'ThousandEyes v7';
const V6 = 'ThousandEyes v6';

export const simulator = {
	updateTraits: {
		[V7]: { sendsSecret: true, signsIn: false, repeatSafe: true, putsBack: true, resetHeader: RESET_HEADER },
		[V6]: { sendsSecret: true, signsIn: false, repeatSafe: true, putsBack: true, resetHeader: RESET_HEADER },
	},
	start,
} satisfies SimulatorDefinition;

/** What tests may set and look at. */
export interface ThousandEyesState {
	credentials: Map<string, StoredCredential>;
	/** “View sensitive data in web transaction scripts”: values are shown in v7 and v6 get and list. */
	maySeeValues: boolean;
	/** “Settings Tests Read”. */
	mayRead: boolean;
	/** “Settings Tests Update”; creating needs “Settings Tests Create Transaction Tests”, deleting goes with updating. */
	mayUpdate: boolean;
	mayCreate: boolean;
}

export interface ThousandEyesSimulator extends RunningSimulator {
	state: ThousandEyesState;
}

async function start({ limits: rules = [ORGANIZATION_LIMIT] }: StartOptions = {}): Promise<ThousandEyesSimulator> {
	const state = initialState();
	const limits = new RateMeter(rules);
	const strangers = new RateMeter([STRANGER_LIMIT]);
	const server: SimulatorServer = new SimulatorServer(
		[...v7Routes(state), ...v6Routes(state)],
		({ path }) => {
			// The documented answer to an API version that does not exist; where to is not told.
			if (!/^\/v[67]\//.test(path)) return { status: 301, headers: { location: 'https://api.thousandeyes.com/v7' } };
			return path.startsWith('/v6') ? v6Error(404, 'Not found') : problem(404, 'Not Found');
		},
		(request) => admission(request, limits, strangers, server.now()),
	);
	const url = await server.listen();
	return {
		server,
		keys: { ids: ['id', 'credentialId', 'aid'], names: ['name', 'accountGroupName'], sorts: ['type'], pages: [] },
		places: [],
		limits,
		state,
		credentials: {
			thousandEyesApi: { bearerToken: BEARER_TOKEN, baseUrl: url },
			thousandEyesLegacyApi: { email: EMAIL, basicToken: BASIC_TOKEN, baseUrl: url },
		},
		updates: { [V7]: v7Case(state), [V6]: v6Case(state) },
		resources: { [V7]: resourceCase('v7', state), [V6]: resourceCase('v6', state) },
		holdings: () => [...state.credentials.values()].map((stored) => ({ ...stored, id: String(stored.id) })),
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			limits.clear();
			strangers.clear();
		},
		stop: async () => await server.close(),
	};
}

function initialState(): ThousandEyesState {
	const stored = [
		{ id: 405, name: 'Example Credential 1', value: 'stored-value-405', accountGroupId: DEFAULT_ACCOUNT_GROUP },
		{ id: 406, name: 'shop-login', value: 'stored-value-406', accountGroupId: DEFAULT_ACCOUNT_GROUP },
		{ id: 407, name: 'intranet-login', value: 'stored-value-407', accountGroupId: DEFAULT_ACCOUNT_GROUP },
		{ id: 500, name: 'partner-login', value: 'stored-value-500', accountGroupId: '1234' },
	];
	return {
		credentials: new Map(stored.map((credential) => [String(credential.id), credential])),
		maySeeValues: false,
		mayRead: true,
		mayUpdate: true,
		mayCreate: true,
	};
}

/**
 * The limit belongs to the organization of an accepted key, and its headers with it. An address that has sent too many
 * others is turned away with any key; what that answer looks like is not documented beyond its status.
 */
function admission(request: ReceivedRequest, limits: RateMeter, strangers: RateMeter, now: number): Admission {
	if (!strangers.hasRoom(now)) return { refusal: tooManyRequests(request) };
	if (!isAccepted(request)) {
		strangers.take(now);
		return {};
	}
	const refusal = limits.take(now) ? undefined : tooManyRequests(request);
	const [organization] = limits.standings(now);
	if (organization === undefined) return { refusal };
	const headers = {
		'x-organization-rate-limit-limit': String(organization.rule.requests),
		'x-organization-rate-limit-remaining': String(organization.remaining),
		[RESET_HEADER]: String(Math.ceil(organization.renewsAt / 1000)),
	};
	return { headers, refusal };
}

/** Whether the request has the key that its version of the API takes. */
function isAccepted({ path, headers: { authorization } }: ReceivedRequest): boolean {
	if (!path.startsWith('/v6/')) return authorization === `Bearer ${BEARER_TOKEN}`;
	return authorization === `Basic ${Buffer.from(`${EMAIL}:${BASIC_TOKEN}`).toString('base64')}`;
}

function tooManyRequests({ path }: ReceivedRequest): Answer {
	return path.startsWith('/v6/') ? v6Error(429, 'Too many requests') : problem(429, 'Too Many Requests');
}

function v7Routes(state: ThousandEyesState): Route[] {
	const guarded =
		(handle: (request: ReceivedRequest, id: string, accountGroupId: string) => Answer): Route['handle'] =>
		(request, { id = '' }) => {
			if (!isAccepted(request)) return v7Unauthorized();
			// Answers are HAL, which is JSON. Nothing is said of a request that wants neither; turning it away is harsher than that.
			if (!admits(request, ['application/hal+json', 'application/json'])) return problem(406, 'Not Acceptable');
			const accountGroupId = request.query.get('aid') ?? DEFAULT_ACCOUNT_GROUP;
			if (!ACCOUNT_GROUPS.includes(accountGroupId)) return problem(403, 'Forbidden', 'Not assigned to the account group');
			return handle(request, id, accountGroupId);
		};
	const shown = (credential: StoredCredential, withValue: boolean) => ({
		id: String(credential.id),
		name: credential.name,
		...(withValue && state.maySeeValues ? { value: credential.value } : {}),
		_links: { self: { href: `https://api.thousandeyes.com/v7/credentials/${credential.id}` } },
	});
	return [
		{
			method: 'GET',
			path: '/v7/account-groups',
			handle: guarded(() =>
				hal(200, { accountGroups: ACCOUNT_GROUPS.map((aid) => ({ aid, accountGroupName: `Group ${aid}` })) }),
			),
		},
		{
			method: 'GET',
			path: '/v7/credentials',
			handle: guarded((_request, _id, accountGroupId) => {
				if (!state.mayRead) return problem(403, 'Forbidden');
				const credentials = [...state.credentials.values()]
					.filter((credential) => credential.accountGroupId === accountGroupId)
					.map((credential) => shown(credential, true));
				return hal(200, { credentials, _links: { self: { href: 'https://api.thousandeyes.com/v7/credentials' } } });
			}),
		},
		{
			method: 'GET',
			path: '/v7/credentials/:id',
			handle: guarded((_request, id, accountGroupId) => {
				if (!state.mayRead) return problem(403, 'Forbidden');
				const credential = state.credentials.get(id);
				if (credential?.accountGroupId !== accountGroupId) return problem(404, 'Not Found');
				return hal(200, shown(credential, true));
			}),
		},
		{
			method: 'POST',
			path: '/v7/credentials',
			handle: guarded((request, _id, accountGroupId) => {
				if (!state.mayCreate) return problem(403, 'Forbidden');
				if (!isJson(request)) return problem(415, 'Unsupported Media Type');
				const fields = readFields(request.text);
				if (typeof fields === 'string') return invalidField(fields);
				if (!fields.name) return invalidField('name');
				if (!fields.value) return invalidField('value');
				const credential = store(state, fields.name, fields.value, accountGroupId);
				const answer = hal(201, shown(credential, false));
				const location = `https://api.thousandeyes.com/v7/credentials/${credential.id}`;
				return { ...answer, headers: { ...answer.headers, location } };
			}),
		},
		{
			method: 'DELETE',
			path: '/v7/credentials/:id',
			handle: guarded((_request, id, accountGroupId) => {
				if (!state.mayUpdate) return problem(403, 'Forbidden');
				if (state.credentials.get(id)?.accountGroupId !== accountGroupId) return problem(404, 'Not Found');
				state.credentials.delete(id);
				return { status: 204 };
			}),
		},
		{
			method: 'PUT',
			path: '/v7/credentials/:id',
			handle: guarded((request, id, accountGroupId) => {
				if (!state.mayUpdate) return problem(403, 'Forbidden');
				if (!isJson(request)) return problem(415, 'Unsupported Media Type');
				const fields = readFields(request.text);
				if (typeof fields === 'string') return invalidField(fields);
				const credential = state.credentials.get(id);
				if (credential?.accountGroupId !== accountGroupId) return problem(404, 'Not Found');
				// The description changes a credential “based on properties provided”, which rather keeps a name that is left out,
				// and does not say so. Here it is lost, so that leaving it out shows: harsher than documented.
				Object.assign(credential, { ...fields, name: fields.name ?? '' });
				return hal(200, shown(credential, false));
			}),
		},
	];
}

/** The path's suffix chooses the format of answers; nothing is said of Accept. */
function v6Routes(state: ThousandEyesState): Route[] {
	const guarded =
		(handle: Route['handle']): Route['handle'] =>
		async (request, parameters) => {
			if (!isAccepted(request)) return v6Error(401, 'Invalid credentials');
			if (!ACCOUNT_GROUPS.includes(request.query.get('aid') ?? DEFAULT_ACCOUNT_GROUP)) {
				return v6Error(403, 'The account group is not assigned to the user');
			}
			return await handle(request, parameters);
		};
	const inGroup = (request: ReceivedRequest, credential: StoredCredential | undefined) =>
		credential?.accountGroupId === (request.query.get('aid') ?? DEFAULT_ACCOUNT_GROUP);
	const shown = (credential: StoredCredential, withValue: boolean) => ({
		credentialId: credential.id,
		name: credential.name,
		...(withValue && state.maySeeValues ? { value: credential.value } : {}),
		apiLinks: [{ rel: 'self', href: `https://api.thousandeyes.com/v6/credentials/${credential.id}` }],
	});
	return [
		{ method: 'GET', path: '/v6/status.json', handle: guarded(() => ({ status: 200, body: { timestamp: Date.now() } })) },
		{
			method: 'GET',
			path: '/v6/credentials.json',
			handle: guarded((request) => {
				if (!state.mayRead) return v6Error(403, 'Insufficient permissions');
				const listed = [...state.credentials.values()].filter((credential) => inGroup(request, credential));
				return { status: 200, body: { credentials: listed.map((credential) => shown(credential, true)) } };
			}),
		},
		{
			method: 'GET',
			path: '/v6/account-groups.json',
			handle: guarded(() => ({
				status: 200,
				body: {
					accountGroups: ACCOUNT_GROUPS.map((aid) => ({
						aid: Number(aid),
						accountGroupName: `Group ${aid}`,
						organizationName: 'Example organization',
						default: aid === DEFAULT_ACCOUNT_GROUP ? 1 : 0,
					})),
				},
			})),
		},
		{
			method: 'GET',
			path: '/v6/credentials/:file',
			handle: guarded((request, { file = '' }) => {
				if (!state.mayRead) return v6Error(403, 'Insufficient permissions');
				const credential = state.credentials.get(file.replace(/\.json$/, ''));
				if (credential === undefined || !inGroup(request, credential)) return v6Error(404, 'Credential not found');
				return { status: 200, body: { credentials: [shown(credential, true)] } };
			}),
		},
		{
			method: 'POST',
			path: '/v6/credentials/new.json',
			handle: guarded((request) => {
				if (!state.mayCreate) return v6Error(403, 'Insufficient permissions');
				if (!isJson(request)) return v6Error(415, 'Unsupported media type');
				const fields = readFields(request.text);
				if (typeof fields === 'string') return v6Error(400, `Invalid field ${fields}`);
				if (!fields.name || !fields.value) return v6Error(400, 'name and value are required');
				const group = request.query.get('aid') ?? DEFAULT_ACCOUNT_GROUP;
				const credential = store(state, fields.name, fields.value, group);
				return { status: 201, body: { credentials: [shown(credential, false)] } };
			}),
		},
		{
			method: 'POST',
			path: '/v6/credentials/:id/delete.json',
			handle: guarded((request, { id = '' }) => {
				if (!state.mayUpdate) return v6Error(403, 'Insufficient permissions');
				// A body has to be there and to be empty.
				if (request.headers['content-length'] !== '0') return v6Error(400, 'The body must be empty');
				if (!inGroup(request, state.credentials.get(id))) return v6Error(404, 'Credential not found');
				state.credentials.delete(id);
				return { status: 204 };
			}),
		},
		{
			method: 'POST',
			path: '/v6/credentials/:id/update.json',
			handle: guarded((request, { id = '' }) => {
				if (!state.mayUpdate) return v6Error(403, 'Insufficient permissions');
				if (!isJson(request)) return v6Error(415, 'Unsupported media type');
				const fields = readFields(request.text);
				if (typeof fields === 'string') return v6Error(400, `Invalid field ${fields}`);
				const credential = state.credentials.get(id);
				if (credential === undefined || !inGroup(request, credential)) return v6Error(404, 'Credential not found');
				Object.assign(credential, fields);
				return {
					status: 200,
					headers: { 'content-type': 'application/json;charset=UTF-8' },
					body: { credentials: [shown(credential, false)] },
				};
			}),
		},
	];
}

function store(state: ThousandEyesState, name: string, value: string, accountGroupId: string): StoredCredential {
	const id = Math.max(0, ...[...state.credentials.values()].map((each) => each.id)) + 1;
	const credential = { id, name, value, accountGroupId };
	state.credentials.set(String(id), credential);
	return credential;
}

function isJson({ headers }: ReceivedRequest): boolean {
	return headers['content-type']?.split(';')[0]?.trim() === 'application/json';
}

/** The fields of a CredentialRequest, or the name of one that it does not have or that is no string. */
function readFields(text: string): { name?: string; value?: string } | string {
	const body = jsonObject(text);
	if (body === null) return 'body';
	const wrong = Object.keys(body).find(
		(key) => !['name', 'value'].includes(key) || typeof body[key] !== 'string',
	);
	return wrong ?? body;
}

function hal(status: number, body: unknown): Answer {
	return { status, headers: { 'content-type': 'application/hal+json' }, body };
}

function problem(status: number, title: string, detail = title): Answer {
	return {
		status,
		headers: { 'content-type': 'application/problem+json' },
		body: { type: `https://api.thousandeyes.com/v7/errors/${status}`, title, status, detail, instance: '/v7/credentials' },
	};
}

function invalidField(field: string): Answer {
	const answer = problem(400, 'Bad Request', 'Validation failed');
	const errors = [{ code: 'AM-5432', field, message: 'is not valid' }];
	return { ...answer, body: { ...(answer.body as object), errors } };
}

function v7Unauthorized(): Answer {
	return {
		status: 401,
		headers: { 'content-type': 'application/problem+json' },
		body: { error: 'invalid_token', error_description: 'Invalid access token' },
	};
}

function v6Error(status: number, errorMessage: string): Answer {
	return { status, body: { errorMessage } };
}

/** The secret value has a parameter of its own; the rest is in a collection. */
function parameters(apiVersion: string, id: string, { value = '', ...updateFields }: INodeParameters): INodeParameters {
	return {
		apiVersion,
		resource: 'credential',
		operation: 'update',
		credentialId: { __rl: true, mode: 'id', value: id },
		secretSource: 'fields',
		value,
		updateFields,
	};
}

function commonCase(
	apiVersion: 'v6' | 'v7',
	state: ThousandEyesState,
): Pick<
	UpdateCase,
	| 'ids'
	| 'missingId'
	| 'idKind'
	| 'parameters'
	| 'jsonParameters'
	| 'emptyParameters'
	| 'idIn'
	| 'storedSecrets'
	| 'visible'
	| 'stored'
> {
	return {
		ids: ['405', '406', '407'],
		missingId: '999',
		idKind: 'text',
		parameters: (id, secret) => parameters(apiVersion, id, { value: secret }),
		jsonParameters: () => [],
		emptyParameters: (id) => parameters(apiVersion, id, {}),
		// v6 writes “.json” behind what is read.
		idIn: (request) => idAfter('credentials', request)?.replace(/\.json$/, '') ?? null,
		storedSecrets: (id) => [state.credentials.get(id)?.value ?? ''],
		stored: {
			parameters: (id) => ({ ...parameters(apiVersion, id, {}), secretSource: 'storedSecret' }),
			values: (secret) => ({ value: secret }),
		},
		visible: {
			parameters: (id, text) => parameters(apiVersion, id, { name: text }),
			stored: (id) => String(state.credentials.get(id)?.name),
			change: (id, text) => void (state.credentials.get(id)!.name = text),
			isName: true,
		},
	};
}

function v7Case(state: ThousandEyesState): UpdateCase {
	return {
		...commonCase('v7', state),
		credentialType: 'thousandEyesApi',
		isChange: ({ method }) => method === 'PUT',
		unauthorized: { status: 401, body: v7Unauthorized().body },
		example: {
			parameters: parameters('v7', '405', { name: 'Example Credential 1', value: 'updated password' }),
			request: {
				method: 'PUT',
				target: '/v7/credentials/405',
				headers: {
					authorization: `Bearer ${BEARER_TOKEN}`,
					accept: 'application/hal+json, application/problem+json, application/json',
					'content-type': 'application/json',
				},
				body: { name: 'Example Credential 1', value: 'updated password' },
			},
			answer: {
				status: 200,
				body: {
					id: '405',
					name: 'Example Credential 1',
					_links: { self: { href: 'https://api.thousandeyes.com/v7/credentials/405' } },
				},
			},
			result: {
				outcome: 'updated',
				id: '405',
				name: 'Example Credential 1',
				changed: ['name', 'value'],
				attributes: { _links: { self: { href: 'https://api.thousandeyes.com/v7/credentials/405' } } },
			},
		},
	};
}

function v6Case(state: ThousandEyesState): UpdateCase {
	return {
		...commonCase('v6', state),
		credentialType: 'thousandEyesLegacyApi',
		isChange: ({ method }) => method === 'POST',
		unauthorized: { status: 401, body: v6Error(401, 'Invalid credentials').body },
		example: {
			parameters: parameters('v6', '405', { value: 'updated password' }),
			request: {
				method: 'POST',
				target: '/v6/credentials/405/update.json',
				headers: {
					// What curl sends for `-u noreply@thousandeyes.com:g351mw5xqhvkmh1vq6zfm51c62wyzib2`.
					authorization:
						'Basic bm9yZXBseUB0aG91c2FuZGV5ZXMuY29tOmczNTFtdzV4cWh2a21oMXZxNnpmbTUxYzYyd3l6aWIy',
					'content-type': 'application/json',
				},
				body: { value: 'updated password' },
			},
			answer: {
				status: 200,
				body: {
					credentials: [
						{
							credentialId: 405,
							name: 'Example Credential 1',
							apiLinks: [{ rel: 'self', href: 'https://api.thousandeyes.com/v6/credentials/405' }],
						},
					],
				},
			},
			result: {
				outcome: 'updated',
				id: '405',
				name: 'Example Credential 1',
				changed: ['value'],
				attributes: { apiLinks: [{ rel: 'self', href: 'https://api.thousandeyes.com/v6/credentials/405' }] },
			},
		},
	};
}

function resourceCase(apiVersion: 'v6' | 'v7', state: ThousandEyesState): ResourceCase {
	const node = (operation: string, more: INodeParameters): INodeParameters => ({
		apiVersion,
		resource: 'credential',
		operation,
		...more,
	});
	const locator = (id: string) => ({ credentialId: { __rl: true, mode: 'id', value: id } });
	const here = () =>
		[...state.credentials.values()].filter(({ accountGroupId }) => accountGroupId === DEFAULT_ACCOUNT_GROUP);
	return {
		credentialType: apiVersion === 'v6' ? 'thousandEyesLegacyApi' : 'thousandEyesApi',
		seed: (count) => {
			state.maySeeValues = true;
			state.credentials = new Map(
				Array.from({ length: count }, (_, index) => index + 1).map((id) => [
					String(id),
					{ id, name: `login-${id}`, value: `seeded-value-${id}`, accountGroupId: DEFAULT_ACCOUNT_GROUP },
				]),
			);
		},
		storedIds: () => here().map(({ id }) => String(id)),
		allStoredSecrets: () => here().map(({ value }) => value),
		missingId: '99999',
		create: (name, secret) => node('create', { name, secretSource: 'fields', value: secret }),
		createStored: (name) => node('create', { name, secretSource: 'storedSecret' }),
		get: (id) => node('get', locator(id)),
		getAll: () => node('getAll', {}),
		delete: (id) => node('delete', locator(id)),
		isCreate: ({ method, path }) => method === 'POST' && /credentials(\/new\.json)?$/.test(path),
		isDelete: ({ method, path }) => method === 'DELETE' || path.endsWith('/delete.json'),
		pagesFor: () => 1,
		resultName: (name) => name,
	};
}
