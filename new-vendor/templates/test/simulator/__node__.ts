// @if auth oauth2
import { randomUUID } from 'node:crypto';

// @end
import type { INodeParameters } from 'n8n-workflow';

import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import { RateMeter } from './rateLimits';
import { type Answer, idAfter, jsonObject, type ReceivedRequest, type Route, SimulatorServer } from './server';

const CASE = '__Label__';
const PATH = '/v1/credentials';
// @if auth bearer
const API_TOKEN = '__node__-token-7c1f-canary';
// @end
// @if auth basic
const USERNAME = 'robot@__keyword__.example.com';
const API_TOKEN = '__node__-token-7c1f-canary';
const BASIC = `Basic ${Buffer.from(`${USERNAME}:${API_TOKEN}`).toString('base64')}`;
// @end
// @if auth header
const KEY_HEADER = 'x-api-key';
const API_KEY = '__node__-key-7c1f-canary';
// @end
// @if auth oauth2
const TOKEN_PATH = '/oauth/token';
const CLIENT_ID = '__node__-client-id-canary';
const CLIENT_SECRET = '__node__-client-secret-canary';

/** Seconds that an access token lives. */
const TOKEN_LIFETIME_S = 3600;
// @end
// @if pages number,offset,cursor

/** The most entries that a page has, and how many it has when the request does not say. */
const PAGE_SIZE = 50;
// @end

/** An ID, as it stands in paths. */
// @if ids integer
const idOf = (number: number) => String(number);
// @else
const idOf = (number: number) => `cred_${number}`;
// @end

interface StoredCredential {
	// @if ids integer
	id: number;
	// @else
	id: string;
	/** The place in the list: in the order in which they were created. */
	number: number;
	// @end
	name: string;
	value: string;
	// @if due updated,created,expires
	created_at: string;
	updated_at: string;
	// @end
	// @if due expires
	expires_at: string | null;
	// @end
}

interface State {
	/** By ID, in the order in which they were created. */
	credentials: Map<string, StoredCredential>;
	// @if auth oauth2
	/** Access tokens that are good, and the epoch millisecond at which each ends. */
	tokens: Map<string, number>;
	// @end
	// @if pages cursor
	/** What has been given out to lead to a next page: the credential after which it begins. */
	cursors: Map<string, number>;
	// @end
}

export const simulator = {
	// @if auth oauth2
	updateTraits: { [CASE]: { sendsSecret: true, signsIn: true, repeatSafe: true, putsBack: true } },
	// @else
	updateTraits: { [CASE]: { sendsSecret: true, signsIn: false, repeatSafe: true, putsBack: true } },
	// @end
	start,
} satisfies SimulatorDefinition;

// FILL IN: the limits that __Label__ publishes, in the place of `[]`, and the headers that tell of them.
async function start({ limits: rules = [] }: StartOptions = {}): Promise<RunningSimulator> {
	const state = initialState();
	const limits = new RateMeter(rules);
	const server: SimulatorServer = new SimulatorServer(
		// @if auth oauth2
		[tokenRoute(state), ...routes(state)],
		// @else
		routes(state),
		// @end
		() => refused(404, 'unknown_path', 'There is nothing at this path.'),
		(request) => {
			// @if auth oauth2
			if (request.path === TOKEN_PATH) return {};
			if (!isAccepted(request, state)) return { refusal: unauthorized() };
			// @else
			if (!isAccepted(request)) return { refusal: unauthorized() };
			// @end
			return limits.take(server.now()) ? {} : { refusal: refused(429, 'too_many_requests', 'Too many requests.') };
		},
	);
	const baseUrl = await server.listen();
	return {
		server,
		// @if pages number,offset
		keys: { ids: ['id'], names: ['name'], sorts: [], pages: ['total'] },
		// @else
		keys: { ids: ['id'], names: ['name'], sorts: [], pages: [] },
		// @end
		// @if auth header
		keyHeader: KEY_HEADER,
		// @end
		places: [],
		limits,
		// @if auth bearer
		credentials: { __node__Api: { apiToken: API_TOKEN, baseUrl } },
		// @end
		// @if auth basic
		credentials: { __node__Api: { username: USERNAME, apiToken: API_TOKEN, baseUrl } },
		// @end
		// @if auth header
		credentials: { __node__Api: { apiKey: API_KEY, baseUrl } },
		// @end
		// @if auth oauth2
		credentials: { __node__Api: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, baseUrl, authBaseUrl: baseUrl } },
		// @end
		updates: { [CASE]: updateCase(state) },
		resources: { [CASE]: resourceCase(state) },
		holdings: () => [...state.credentials].map(([id, { name, value }]) => ({ id, name, value })),
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			limits.clear();
		},
		stop: async () => await server.close(),
	};
}

function initialState(): State {
	const stored = [credential(101, 'shop-login'), credential(102, 'mail-relay'), credential(103, 'backup-target')];
	return {
		credentials: new Map(stored.map((each) => [String(each.id), each])),
		// @if auth oauth2
		tokens: new Map(),
		// @end
		// @if pages cursor
		cursors: new Map(),
		// @end
	};
}

function credential(number: number, name: string, value = `stored-value-of-${number}-canary`): StoredCredential {
	return {
		// @if ids integer
		id: number,
		// @else
		id: idOf(number),
		number,
		// @end
		name,
		value,
		// @if due updated,created,expires
		created_at: '2026-01-01T00:00:00.000Z',
		updated_at: '2026-06-01T00:00:00.000Z',
		// @end
		// @if due expires
		expires_at: '2036-01-01T00:00:00.000Z',
		// @end
	};
}

// @if auth oauth2
function isAccepted({ headers: { authorization = '' } }: ReceivedRequest, { tokens }: State): boolean {
	return (tokens.get(authorization.replace(/^Bearer /, '')) ?? 0) > Date.now();
}

function tokenRoute(state: State): Route {
	return {
		method: 'POST',
		path: TOKEN_PATH,
		handle: ({ headers, text }) => {
			if (headers['content-type'] !== 'application/x-www-form-urlencoded') return refused(400, 'invalid_request', 'A form is wanted.');
			const form = new URLSearchParams(text);
			if (form.get('grant_type') !== 'client_credentials') return refused(400, 'unsupported_grant_type', 'There is no such grant.');
			if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET) {
				return refused(401, 'invalid_client', 'Client authentication has not succeeded.');
			}
			const token = `access-token-${randomUUID()}-canary`;
			state.tokens.set(token, Date.now() + TOKEN_LIFETIME_S * 1000);
			return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: TOKEN_LIFETIME_S } };
		},
	};
}
// @end
// @if auth bearer
function isAccepted({ headers }: ReceivedRequest): boolean {
	return headers.authorization === `Bearer ${API_TOKEN}`;
}
// @end
// @if auth basic
function isAccepted({ headers }: ReceivedRequest): boolean {
	return headers.authorization === BASIC;
}
// @end
// @if auth header
function isAccepted({ headers }: ReceivedRequest): boolean {
	return headers[KEY_HEADER] === API_KEY;
}
// @end

// FILL IN: how __Label__ refuses: its own shapes, codes and statuses, wherever `refused` is called.
function refused(status: number, error: string, message: string): Answer {
	return { status, body: { error, message } };
}

function unauthorized(): Answer {
	return refused(401, 'unauthorized', 'The key is not accepted.');
}

function routes(state: State): Route[] {
	const known = (handle: (stored: StoredCredential, request: ReceivedRequest) => Answer): Route['handle'] => (request, { id = '' }) => {
		const stored = state.credentials.get(id);
		return stored === undefined ? refused(404, 'not_found', 'There is no such credential.') : handle(stored, request);
	};
	return [
		{ method: 'GET', path: PATH, handle: ({ query }) => list(state, query) },
		{ method: 'GET', path: `${PATH}/:id`, handle: known((stored) => ({ status: 200, body: shown(stored) })) },
		{
			method: 'POST',
			path: PATH,
			handle: (request) => {
				const fields = fieldsOf(request, ['name', 'value']);
				if ('status' in fields) return fields;
				// @if due none
				const stored = credential(lastNumber(state) + 1, fields.name!, fields.value);
				// @else
				const now = new Date().toISOString();
				const stored = { ...credential(lastNumber(state) + 1, fields.name!, fields.value), created_at: now, updated_at: now };
				// @end
				state.credentials.set(String(stored.id), stored);
				return { status: 201, body: shown(stored) };
			},
		},
		{
			method: 'PATCH',
			path: `${PATH}/:id`,
			handle: known((stored, request) => {
				const fields = fieldsOf(request, []);
				if ('status' in fields) return fields;
				// @if due none
				Object.assign(stored, fields);
				// @else
				Object.assign(stored, fields, { updated_at: new Date().toISOString() });
				// @end
				return { status: 200, body: shown(stored) };
			}),
		},
		{
			method: 'DELETE',
			path: `${PATH}/:id`,
			handle: known(({ id }) => {
				state.credentials.delete(String(id));
				return { status: 204 };
			}),
		},
	];
}

/** The value is never shown. */
// @if due updated,created
function shown({ id, name, created_at, updated_at }: StoredCredential) {
	return { id, name, created_at, updated_at };
}
// @end
// @if due expires
function shown({ id, name, created_at, updated_at, expires_at }: StoredCredential) {
	return { id, name, created_at, updated_at, expires_at };
}
// @end
// @if due none
function shown({ id, name }: StoredCredential) {
	return { id, name };
}
// @end

function lastNumber({ credentials }: State): number {
	// @if ids integer
	return Math.max(0, ...[...credentials.values()].map(({ id }) => id));
	// @else
	return Math.max(0, ...[...credentials.values()].map(({ number }) => number));
	// @end
}

// @if pages none
function list({ credentials }: State, query: URLSearchParams): Answer {
	const [unknown] = [...query.keys()];
	if (unknown !== undefined) return refused(400, 'invalid_query', `${unknown} is not known.`);
	return { status: 200, body: { credentials: [...credentials.values()].map(shown) } };
}
// @end
// @if pages number
function list({ credentials }: State, query: URLSearchParams): Answer {
	const page = wholeNumber(query, 'page', { absent: 1, min: 1, max: Number.MAX_SAFE_INTEGER });
	const size = wholeNumber(query, 'per_page', { absent: PAGE_SIZE, min: 1, max: PAGE_SIZE });
	const unknown = [...query.keys()].find((name) => !['page', 'per_page'].includes(name));
	if (page === null || size === null || unknown !== undefined) return refused(400, 'invalid_query', 'The page is not valid.');
	const all = [...credentials.values()].map(shown);
	return { status: 200, body: { credentials: all.slice((page - 1) * size, page * size), total: all.length } };
}
// @end
// @if pages offset
function list({ credentials }: State, query: URLSearchParams): Answer {
	const offset = wholeNumber(query, 'offset', { absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
	const limit = wholeNumber(query, 'limit', { absent: PAGE_SIZE, min: 1, max: PAGE_SIZE });
	const unknown = [...query.keys()].find((name) => !['offset', 'limit'].includes(name));
	if (offset === null || limit === null || unknown !== undefined) return refused(400, 'invalid_query', 'The page is not valid.');
	const all = [...credentials.values()].map(shown);
	return { status: 200, body: { credentials: all.slice(offset, offset + limit), total: all.length } };
}
// @end
// @if pages cursor
/** A cursor stands for the last credential of a page, and means nothing but what it was given out for. */
function list({ credentials, cursors }: State, query: URLSearchParams): Answer {
	const limit = wholeNumber(query, 'limit', { absent: PAGE_SIZE, min: 1, max: PAGE_SIZE });
	const cursor = query.get('cursor');
	const after = cursor === null ? 0 : cursors.get(cursor);
	const unknown = [...query.keys()].find((name) => !['cursor', 'limit'].includes(name));
	if (limit === null || after === undefined || unknown !== undefined) return refused(400, 'invalid_query', 'The page is not valid.');
	// @if ids integer
	const numberOf = ({ id }: StoredCredential) => id;
	// @else
	const numberOf = ({ number }: StoredCredential) => number;
	// @end
	const left = [...credentials.values()].filter((stored) => numberOf(stored) > after);
	const onPage = left.slice(0, limit);
	let next: string | null = null;
	if (left.length > limit) {
		next = Buffer.from(`after ${numberOf(onPage.at(-1)!)}`).toString('base64url');
		cursors.set(next, numberOf(onPage.at(-1)!));
	}
	return { status: 200, body: { credentials: onPage.map(shown), next_cursor: next } };
}
// @end
// @if pages number,offset,cursor

/** A whole number of the query; `null` when it is none, or out of bounds. */
function wholeNumber(query: URLSearchParams, name: string, { absent, min, max }: { absent: number; min: number; max: number }): number | null {
	const text = query.get(name) ?? String(absent);
	return /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : null;
}
// @end

/** The fields of a body, or what the vendor says to it. */
function fieldsOf({ headers, text }: ReceivedRequest, required: string[]): { name?: string; value?: string } | Answer {
	if (headers['content-type']?.split(';')[0]?.trim() !== 'application/json') return refused(415, 'unsupported_media_type', 'JSON is wanted.');
	const body = jsonObject(text);
	if (body === null) return refused(400, 'invalid_json', 'This is no JSON object.');
	const wrong = Object.keys(body).find((name) => !['name', 'value'].includes(name) || typeof body[name] !== 'string' || body[name] === '');
	const missing = required.find((name) => !Object.hasOwn(body, name));
	if (wrong !== undefined || missing !== undefined) return refused(422, 'invalid_field', `${wrong ?? missing} is not valid.`);
	return body;
}

const node = (operation: string, more: INodeParameters): INodeParameters => ({ resource: 'credential', operation, ...more });
const locator = (id: string) => ({ credentialId: { __rl: true, mode: 'id', value: id } });

function updateCase(state: State): UpdateCase {
	const parameters = (id: string, { value = '', ...updateFields }: INodeParameters) => node('update', { ...locator(id), secretSource: 'fields', value, updateFields });
	const stored = (id: string) => state.credentials.get(id)!;
	return {
		credentialType: '__node__Api',
		ids: [idOf(101), idOf(102), idOf(103)],
		missingId: idOf(999),
		// @if ids integer
		idKind: 'integer',
		// @else
		idKind: 'text',
		// @end
		parameters: (id, secret) => parameters(id, { value: secret }),
		jsonParameters: () => [],
		emptyParameters: (id) => parameters(id, {}),
		storedSecrets: (id) => [stored(id).value],
		stored: { parameters: (id) => ({ ...parameters(id, {}), secretSource: 'storedSecret' }), values: (secret) => ({ value: secret }) },
		visible: {
			parameters: (id, text) => parameters(id, { name: text }),
			stored: (id) => stored(id).name,
			change: (id, text) => void (stored(id).name = text),
			isName: true,
		},
		isChange: ({ method }) => method === 'PATCH',
		idIn: (request) => idAfter('credentials', request),
		unauthorized: unauthorized() as UpdateCase['unauthorized'],
		// @if auth oauth2
		expireTokens: () => state.tokens.clear(),
		isSignIn: ({ path }) => path === TOKEN_PATH,
		// @end
		// FILL IN: the example of an update in the documentation of __Label__, letter by letter: its page in docs/vendors shows the address.
		example: {
			parameters: parameters(idOf(101), { name: 'shop-login', value: 'correct-horse-battery' }),
			request: {
				method: 'PATCH',
				target: `${PATH}/${idOf(101)}`,
				// @if auth bearer
				headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
				// @end
				// @if auth basic
				headers: { authorization: BASIC, 'content-type': 'application/json' },
				// @end
				// @if auth header
				headers: { [KEY_HEADER]: API_KEY, 'content-type': 'application/json' },
				// @end
				// @if auth oauth2
				headers: { 'content-type': 'application/json' },
				// @end
				body: { name: 'shop-login', value: 'correct-horse-battery' },
			},
			answer: {
				status: 200,
				body: {
					// @if ids integer
					id: 101,
					// @else
					id: idOf(101),
					// @end
					name: 'shop-login',
					// @if due updated,created,expires
					created_at: '2026-01-01T00:00:00Z',
					updated_at: '2026-06-01T12:00:00Z',
					// @end
				},
			},
			// @if due none
			result: { outcome: 'updated', id: idOf(101), name: 'shop-login', changed: ['name', 'value'] },
			// @else
			result: { outcome: 'updated', id: idOf(101), name: 'shop-login', changed: ['name', 'value'], updatedAt: '2026-06-01T12:00:00.000Z' },
			// @end
		},
	};
}

function resourceCase(state: State): ResourceCase {
	return {
		credentialType: '__node__Api',
		seed: (count) => {
			const seeded = Array.from({ length: count }, (_, index) => credential(index + 1, `login-${index + 1}`));
			state.credentials = new Map(seeded.map((each) => [String(each.id), each]));
		},
		storedIds: () => [...state.credentials.keys()],
		allStoredSecrets: () => [...state.credentials.values()].map(({ value }) => value),
		missingId: idOf(99_999),
		create: (name, secret) => node('create', { name, secretSource: 'fields', value: secret }),
		createStored: (name) => node('create', { name, secretSource: 'storedSecret' }),
		get: (id) => node('get', locator(id)),
		getAll: () => node('getAll', {}),
		delete: (id) => node('delete', locator(id)),
		// @if auth oauth2
		isCreate: ({ method, path }) => method === 'POST' && path === PATH,
		// @else
		isCreate: ({ method }) => method === 'POST',
		// @end
		isDelete: ({ method }) => method === 'DELETE',
		// @if pages none
		pagesFor: () => 1,
		// @else
		pagesFor: (wanted, count) => Math.max(1, Math.ceil(Math.min(wanted, count) / PAGE_SIZE)),
		// @end
		// @if pages cursor
		pagesFollow: true,
		// @end
		resultName: (name) => name,
	};
}
