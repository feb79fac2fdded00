import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import omit from 'lodash/omit';
import type { INodeParameters } from 'n8n-workflow';

import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import { RateMeter, type RateRule } from './rateLimits';
import { idAfter, jsonObject, SimulatorServer, type Answer, type ReceivedRequest, type Route } from './server';

export interface StoredCredential {
	id: string;
	provider: string;
	name: string;
	/** Given at creation, and never shown or changed. */
	type: CredentialType;
	/** Stored encrypted at Nylas, and shown to nobody. */
	data: Record<string, unknown>;
	/** Epoch seconds. */
	createdAt: number;
	updatedAt: number;
}

type CredentialType = 'connector' | 'serviceaccount' | 'adminconsent';

/** What tests may set and look at. */
export interface NylasState {
	credentials: Map<string, StoredCredential>;
	/** Both are documented for a key that Nylas does not know. */
	badKeyAnswer: 'api.authentication_error' | 'token.unauthorized_access';
	/** Providers that the application has a connector for. */
	connectors: Set<string>;
	/** `active_credential_id` by provider; a connector without one uses its own settings. */
	activeCredentials: Map<string, string>;
	/** With what an existing credential is returned by a create; 201 alone is documented, for a new one. */
	existingStatus: 200 | 201;
	/** Whether a credential with the same data counts as identical when its name differs; the documents leave it open. */
	identicalDespiteName: boolean;
	/** The most entries that a page holds, whatever was asked for; the documents name no maximum. */
	mostPerPage: number;
	/** How far Nylas's clock is ahead of this machine's. */
	clockAheadMs: number;
}

export interface NylasSimulator extends RunningSimulator {
	state: NylasState;
	url: string;
}

export const API_KEY = 'nyk_v0_canary_2f6c51d0a6b94bd1';

/** Providers that the API knows. */
const PROVIDERS = ['google', 'microsoft', 'imap', 'icloud', 'yahoo', 'ews', 'virtual-calendar', 'zoom', 'nylas'];

/** Ids of credentials that tests name; Google's first three are the contract suite's. */
export const GOOGLE_IDS: [string, string, string] = [
	'e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47',
	'5d3b75f4-1c3a-4d8a-9f2e-7b1f0a4c6e21',
	'b0c8a1d2-63f7-4a55-8e1b-90d4c2f7a318',
];
export const SERVICE_ACCOUNT_ID = 'c7d9e0f1-2a3b-4c5d-8e6f-708192a3b4c5';
export const MICROSOFT_ID = '0f9e8d7c-6b5a-4948-8372-615041302f1e';
export const ZOOM_ID = '77e1d2c3-b4a5-4697-8877-66554433221a';

/** Credentials beside the named ones, so that Google's fill more than one page of the picker. */
const MORE_GOOGLE_CREDENTIALS = 56;
const FIRST_CREATED_AT = Date.UTC(2024, 0, 1) / 1000;
const DAY_S = 86_400;

/** List query, as the API description has it; it states no maximum for `limit`. */
const DEFAULT_LIMIT = 10;
const LIST_QUERY: Record<string, RegExp> = {
	limit: /^[1-9]\d*$/,
	offset: /^\d+$/,
	sort_by: /^(created_at|updated_at)$/,
	order_by: /^(desc|asc)$/,
};

/** What an application has for its connectors. */
const APPLICATION_LIMIT: RateRule = { counting: 'sliding', requests: 50, perMs: 1_000 };

const UPDATE = 'Nylas';

export const simulator = {
	updateTraits: { [UPDATE]: { sendsSecret: true, signsIn: false, repeatSafe: true, putsBack: true } },
	start,
} satisfies SimulatorDefinition;

async function start({ limits: rules = [APPLICATION_LIMIT] }: StartOptions = {}): Promise<NylasSimulator> {
	const state = initialState();
	const limits = new RateMeter(rules);
	/** Epoch milliseconds on Nylas's clock. */
	const now = () => server.now() + state.clockAheadMs;
	const server: SimulatorServer = new SimulatorServer(
		routes(state, now),
		() => refuse(404, 'api.not_found_error', 'The requested path was not found.'),
		(request) => ({
			headers: { 'x-fastly-id': randomUUID(), date: new Date(now()).toUTCString() },
			// A key that is not accepted is no application's. No header tells of the limit.
			refusal:
				!isAccepted(request) || limits.take(now())
					? undefined
					: refuse(429, 'nylas_rate_limit_exceeded', 'Too many requests. Slow down.'),
		}),
	);
	const url = await server.listen();
	return {
		server,
		keys: { ids: ['id'], names: ['name'], sorts: [], pages: ['limit', 'offset'] },
		places: ['provider'],
		limits,
		state,
		url,
		credentials: { nylasApi: { apiKey: API_KEY, region: 'custom', baseUrl: url } },
		updates: { [UPDATE]: updateCase(state) },
		resources: { [UPDATE]: resourceCase(state) },
		holdings: () => [...state.credentials.values()].map((stored) => omit(stored, ['createdAt', 'updatedAt'])),
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			limits.clear();
		},
		stop: async () => await server.close(),
	};
}

function initialState(): NylasState {
	const connector = (index: number) => ({ client_id: `client-${index}`, client_secret: `stored-secret-${index}` });
	const given: Array<[id: string, provider: string, name: string, data: Record<string, unknown>]> = [
		[GOOGLE_IDS[0], 'google', 'google', connector(0)],
		[GOOGLE_IDS[1], 'google', 'Google bulk import', connector(1)],
		[GOOGLE_IDS[2], 'google', 'Google sandbox', connector(2)],
		[
			SERVICE_ACCOUNT_ID,
			'google',
			'Google service account',
			{ private_key_id: 'stored-key-id', private_key: 'stored-private-key', client_email: 'a@b.iam.gserviceaccount.com' },
		],
		...Array.from({ length: MORE_GOOGLE_CREDENTIALS }, (_, index): [string, string, string, Record<string, unknown>] => [
			`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
			'google',
			`Customer ${index}`,
			connector(100 + index),
		]),
		[MICROSOFT_ID, 'microsoft', 'Azure app', { ...connector(900), tenant: 'stored-tenant' }],
		[ZOOM_ID, 'zoom', 'Zoom app', connector(901)],
	];
	const credentials = given.map(([id, provider, name, data], index): StoredCredential => {
		const createdAt = FIRST_CREATED_AT + index * DAY_S;
		return { id, provider, name, type: typeOf(data), data, createdAt, updatedAt: createdAt };
	});
	return {
		credentials: new Map(credentials.map((credential) => [credential.id, credential])),
		badKeyAnswer: 'api.authentication_error',
		connectors: new Set(PROVIDERS),
		activeCredentials: new Map(),
		existingStatus: 201,
		identicalDespiteName: true,
		mostPerPage: Infinity,
		clockAheadMs: 0,
	};
}

/** The type of a credential that was there from the start, by what it holds. */
function typeOf(data: Record<string, unknown>): CredentialType {
	if ('private_key' in data) return 'serviceaccount';
	return 'tenant' in data ? 'adminconsent' : 'connector';
}

function isAccepted({ headers }: ReceivedRequest): boolean {
	return headers.authorization === `Bearer ${API_KEY}`;
}

/** @param now epoch milliseconds on Nylas's clock */
function routes(state: NylasState, now: () => number): Route[] {
	const guarded =
		(handle: Route['handle']): Route['handle'] =>
		async (request, parameters) => {
			if (!isAccepted(request)) return badKey(state);
			const { provider } = parameters;
			if (provider !== undefined && !state.connectors.has(provider)) {
				return refuse(404, 'api.not_found_error', 'Connector not found');
			}
			return await handle(request, parameters);
		};
	const find = ({ provider, id = '' }: Record<string, string>) => {
		const credential = state.credentials.get(id);
		return credential?.provider === provider ? credential : undefined;
	};
	const notFound = () => refuse(404, 'api.not_found_error', 'Credential not found');
	return [
		{
			method: 'GET',
			path: '/v3/connectors',
			handle: guarded(({ query }) =>
				listPage(
					state,
					query,
					[...state.connectors].map((provider) => ({
						name: `${provider} connector`,
						provider,
						scope: [],
						active_credential_id: state.activeCredentials.get(provider),
					})),
				),
			),
		},
		{
			method: 'GET',
			path: '/v3/connectors/:provider/creds',
			handle: guarded(({ query }, { provider }) => {
				const key = query.get('sort_by') === 'updated_at' ? 'updatedAt' : 'createdAt';
				const sign = query.get('order_by') === 'asc' ? 1 : -1;
				const sorted = [...state.credentials.values()]
					.filter((credential) => credential.provider === provider)
					.sort((a, b) => sign * (a[key] - b[key]));
				return listPage(state, query, sorted.map(shown));
			}),
		},
		{
			method: 'POST',
			path: '/v3/connectors/:provider/creds',
			handle: guarded((request, { provider = '' }) => {
				const body = isJson(request) ? jsonObject(request.text) : null;
				if (body === null) return refuse(400, 'api.invalid_request_payload', 'The request body is not valid JSON.');
				const wrong = wrongNewField(body, provider);
				if (wrong !== null) return refuse(400, 'api.invalid_request_error', wrong);
				const given = body as unknown as NewCredential;
				const existing = identicalTo(given, provider, state);
				if (existing !== undefined) return succeed({ data: shown(existing) }, state.existingStatus);
				if (isNameTaken(given.name, state)) return refuse(400, 'api.invalid_request_error', 'name must be unique');
				return succeed({ data: shown(store(given, provider, state, now())) }, 201);
			}),
		},
		{
			method: 'GET',
			path: '/v3/connectors/:provider/creds/:id',
			handle: guarded((_request, parameters) => {
				const credential = find(parameters);
				return credential === undefined ? notFound() : succeed({ data: shown(credential) });
			}),
		},
		{
			method: 'PATCH',
			path: '/v3/connectors/:provider/creds/:id',
			handle: guarded((request, parameters) => {
				const body = isJson(request) ? jsonObject(request.text) : null;
				if (body === null) return refuse(400, 'api.invalid_request_payload', 'The request body is not valid JSON.');
				const credential = find(parameters);
				if (credential === undefined) return notFound();
				const wrong = wrongField(body, credential, state);
				if (wrong !== null) return refuse(400, 'api.invalid_request_error', wrong);
				change(credential, body, now());
				return succeed({ data: shown(credential) });
			}),
		},
		{
			method: 'DELETE',
			path: '/v3/connectors/:provider/creds/:id',
			handle: guarded((_request, parameters) => {
				const credential = find(parameters);
				if (credential === undefined) return notFound();
				if (state.activeCredentials.get(credential.provider) === credential.id) {
					// Documented is only that it cannot be done: status, type and message are made up.
					return refuse(400, 'api.invalid_request_error', 'The active credential of a connector cannot be deleted.');
				}
				state.credentials.delete(credential.id);
				return succeed({});
			}),
		},
	];
}

/** What “credential_data” must contain, by the reference: one of these sets of keys. */
const COMPLETE_DATA = {
	google: [['client_id', 'client_secret'], ['private_key_id', 'private_key', 'client_email']],
	others: [['client_id', 'client_secret']],
};

interface NewCredential {
	name: string;
	credential_type: CredentialType;
	credential_data: Record<string, unknown>;
}

/** The data that each type needs, and the only provider that has it. */
const TYPES: Record<CredentialType, { provider?: string; needs: string[]; together?: string[] }> = {
	connector: { needs: ['client_id', 'client_secret'] },
	serviceaccount: { provider: 'google', needs: ['private_key_id', 'private_key', 'client_email'] },
	// Without a client of its own it falls back to the connector's.
	adminconsent: { provider: 'microsoft', needs: ['tenant'], together: ['client_id', 'client_secret'] },
};

/** What is wrong with the body of a create, or `null`. */
function wrongNewField(body: Record<string, unknown>, provider: string): string | null {
	const { name, credential_type: type, credential_data: data, ...unknown } = body;
	const [unknownField] = Object.keys(unknown);
	if (unknownField !== undefined) return `Unknown field: ${unknownField}`;
	if (typeof name !== 'string' || name === '') return 'name is required';
	if (typeof type !== 'string' || !Object.hasOwn(TYPES, type)) {
		return `credential_type must be one of ${Object.keys(TYPES).join(', ')}`;
	}
	if (typeof data !== 'object' || data === null || Array.isArray(data)) return 'credential_data is required';
	const { provider: only = provider, needs, together = [] } = TYPES[type as CredentialType];
	if (provider !== only) return `credential_type ${type} is for the provider ${only}`;
	const isFilled = (key: string) => {
		const value = (data as Record<string, unknown>)[key];
		return typeof value === 'string' && value !== '';
	};
	const needed = together.some((key) => key in data) ? [...needs, ...together] : needs;
	const missing = needed.find((key) => !isFilled(key));
	return missing === undefined ? null : `credential_data.${missing} is required`;
}

/** The credential with which Nylas answers instead of creating one with the same parameters. */
function identicalTo(given: NewCredential, provider: string, state: NylasState): StoredCredential | undefined {
	return [...state.credentials.values()].find(
		(stored) =>
			stored.provider === provider &&
			stored.type === given.credential_type &&
			isDeepStrictEqual(stored.data, given.credential_data) &&
			(state.identicalDespiteName || stored.name === given.name),
	);
}

function store(given: NewCredential, provider: string, state: NylasState, nowMs: number): StoredCredential {
	const now = Math.floor(nowMs / 1000);
	const { name, credential_type: type, credential_data: data } = given;
	const credential = { id: randomUUID(), provider, name, type, data, createdAt: now, updatedAt: now };
	state.credentials.set(credential.id, credential);
	return credential;
}

function isNameTaken(name: unknown, { credentials }: NylasState, except?: StoredCredential): boolean {
	return [...credentials.values()].some((other) => other !== except && other.name === name);
}

/** What is wrong with the body of an update, or `null`. */
function wrongField(body: Record<string, unknown>, credential: StoredCredential, state: NylasState): string | null {
	const unknown = Object.keys(body).find((key) => !['name', 'credential_data'].includes(key));
	if (unknown !== undefined) return `Unknown field: ${unknown}`;
	const { name, credential_data: data } = body;
	if (name !== undefined && (typeof name !== 'string' || name === '')) return 'name must be a string';
	if (data !== undefined && (typeof data !== 'object' || data === null || Array.isArray(data))) {
		return 'credential_data must be an object';
	}
	const holds = (keys: string[]) => keys.every((key) => typeof (data as Record<string, unknown>)[key] === 'string');
	if (data !== undefined && !COMPLETE_DATA[credential.provider === 'google' ? 'google' : 'others'].some(holds)) {
		return 'credential_data is incomplete';
	}
	return isNameTaken(name, state, credential) ? 'name must be unique' : null;
}

/** Top-level fields that are left out stay; the object under `credential_data` is replaced as a whole. */
function change(
	credential: StoredCredential,
	{ name, credential_data: data }: Record<string, unknown>,
	nowMs: number,
): void {
	if (name !== undefined) credential.name = name as string;
	if (data !== undefined) credential.data = data as Record<string, unknown>;
	credential.updatedAt = Math.floor(nowMs / 1000);
}

/** All that Nylas ever shows of a credential. */
function shown({ id, name, createdAt, updatedAt }: StoredCredential) {
	return { id, name, created_at: createdAt, updated_at: updatedAt };
}

function listPage({ mostPerPage }: NylasState, query: URLSearchParams, entries: object[]): Answer {
	const wrong = Object.entries(LIST_QUERY).find(([name, values]) => query.has(name) && !values.test(query.get(name)!));
	if (wrong !== undefined) return refuse(400, 'api.invalid_request_error', `Invalid query parameter: ${wrong[0]}`);
	const limit = Math.min(Number(query.get('limit') ?? DEFAULT_LIMIT), mostPerPage);
	const offset = Number(query.get('offset') ?? 0);
	return succeed({ data: entries.slice(offset, offset + limit), limit, offset });
}

function isJson({ headers }: ReceivedRequest): boolean {
	return headers['content-type']?.split(';')[0]?.trim() === 'application/json';
}

function succeed(body: object, status = 200): Answer {
	const requestId = randomUUID();
	return { status, headers: { 'x-request-id': requestId }, body: { request_id: requestId, ...body } };
}

function refuse(status: number, type: string, message: string): Answer {
	const requestId = randomUUID();
	return {
		status,
		headers: { 'x-request-id': requestId },
		body: { request_id: requestId, error: { type, message } },
	};
}

function badKey({ badKeyAnswer }: NylasState): Answer {
	return badKeyAnswer === 'token.unauthorized_access'
		? refuse(400, badKeyAnswer, 'Invalid API key')
		: refuse(401, badKeyAnswer, 'Bearer token invalid');
}

function parameters(id: string, more: INodeParameters): INodeParameters {
	return {
		resource: 'credential',
		operation: 'update',
		provider: 'google',
		credentialId: { __rl: true, mode: 'id', value: id },
		secretSource: 'fields',
		...more,
	};
}

const MISSING_ID = 'a1a1a1a1-0000-4000-8000-00000000dead';

/** Entries that the node asks for at once. */
const NODE_PAGE_SIZE = 50;

function resourceCase(state: NylasState): ResourceCase {
	const google = () => [...state.credentials.values()].filter(({ provider }) => provider === 'google');
	const parametersFor = (operation: string, more: INodeParameters): INodeParameters => ({
		resource: 'credential',
		operation,
		provider: 'google',
		...more,
	});
	const ofOne = (operation: string, id: string) =>
		parametersFor(operation, { credentialId: { __rl: true, mode: 'id', value: id } });
	return {
		credentialType: 'nylasApi',
		seed: (count) => {
			for (const { id } of google()) state.credentials.delete(id);
			for (let index = 0; index < count; index += 1) {
				const id = `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`;
				const createdAt = FIRST_CREATED_AT + index * 60;
				const data = { client_id: `client-${index}`, client_secret: `stored-secret-${index}` };
				const times = { createdAt, updatedAt: createdAt };
				state.credentials.set(id, { id, provider: 'google', name: `Seeded ${index}`, type: 'connector', data, ...times });
			}
		},
		storedIds: () => google().map(({ id }) => id),
		allStoredSecrets: () => google().flatMap(({ data }) => secretsIn(data)),
		missingId: MISSING_ID,
		create: (name, secret) =>
			parametersFor('create', { name, secretSource: 'fields', credentialDataKind: 'connector', clientId: 'a-client-id', clientSecret: secret }),
		createStored: (name) =>
			parametersFor('create', { name, credentialDataKind: 'connector', clientId: 'a-client-id', secretSource: 'storedSecret' }),
		get: (id) => ofOne('get', id),
		getAll: () => parametersFor('getAll', {}),
		delete: (id) => ofOne('delete', id),
		isCreate: ({ method }) => method === 'POST',
		isDelete: ({ method }) => method === 'DELETE',
		pagesFor: (wanted, stored) => {
			const size = Math.min(wanted, NODE_PAGE_SIZE);
			// Each page but the first begins with the last entry of the one before.
			const fresh = Math.max(1, size - 1);
			// Only a page that is not full ends the list, and an empty one is not full.
			if (wanted <= stored) return 1 + Math.ceil((wanted - size) / fresh);
			return stored < size ? 1 : 2 + Math.floor((stored - size) / fresh);
		},
		resultName: (name) => name,
	};
}

function secretsIn({ client_secret: clientSecret, private_key: privateKey }: Record<string, unknown>): string[] {
	return [clientSecret, privateKey].filter((secret) => typeof secret === 'string');
}

function updateCase(state: NylasState): UpdateCase {
	return {
		credentialType: 'nylasApi',
		ids: GOOGLE_IDS,
		missingId: MISSING_ID,
		idKind: 'text',
		parameters: (id, secret) =>
			parameters(id, { credentialDataKind: 'connector', clientId: 'a-client-id', clientSecret: secret }),
		jsonParameters: (id, members) => [
			parameters(id, {
				credentialDataKind: 'json',
				credentialDataJson: `{"client_id":"a-client-id","client_secret":"a-client-secret",${members}}`,
			}),
		],
		emptyParameters: (id) => parameters(id, { credentialDataKind: 'keep', updateFields: {} }),
		storedSecrets: (id) => secretsIn(state.credentials.get(id)?.data ?? {}),
		stored: {
			parameters: (id) => parameters(id, { credentialDataKind: 'connector', clientId: 'a-client-id', secretSource: 'storedSecret' }),
			values: (secret) => ({ client_secret: secret }),
		},
		visible: {
			parameters: (id, text) => parameters(id, { credentialDataKind: 'keep', updateFields: { name: text } }),
			stored: (id) => String(state.credentials.get(id)?.name),
			change: (id, text) => void (state.credentials.get(id)!.name = text),
			isName: true,
		},
		isChange: ({ method }) => method === 'PATCH',
		idIn: (request) => idAfter('creds', request),
		unauthorized: { status: 401, body: badKey({ ...state, badKeyAnswer: 'api.authentication_error' }).body },
		example: {
			parameters: parameters(GOOGLE_IDS[0], {
				credentialDataKind: 'connector',
				clientId: '<PROVIDER_CLIENT_ID>',
				clientSecret: '<PROVIDER_CLIENT_SECRET>',
				updateFields: { name: 'google' },
			}),
			request: {
				method: 'PATCH',
				target: `/v3/connectors/google/creds/${GOOGLE_IDS[0]}`,
				headers: {
					accept: 'application/json',
					'content-type': 'application/json',
					authorization: `Bearer ${API_KEY}`,
				},
				body: {
					name: 'google',
					credential_data: { client_id: '<PROVIDER_CLIENT_ID>', client_secret: '<PROVIDER_CLIENT_SECRET>' },
				},
			},
			answer: {
				status: 200,
				body: {
					request_id: '5fa64c92-e840-4357-86b9-2aa364d35b88',
					data: { id: GOOGLE_IDS[0], name: 'google', created_at: 1617817109, updated_at: 1716984000 },
				},
			},
			result: {
				outcome: 'updated',
				id: GOOGLE_IDS[0],
				name: 'google',
				type: null,
				parentId: 'google',
				createdAt: '2021-04-07T17:38:29.000Z',
				updatedAt: '2024-05-29T12:00:00.000Z',
				expiresAt: null,
				changed: ['name', 'credential_data.client_id', 'credential_data.client_secret'],
				verification: 'accepted',
				verificationDetail: { method: 'none' },
				attributes: {},
				meta: { requestId: '5fa64c92-e840-4357-86b9-2aa364d35b88' },
			},
		},
	};
}
