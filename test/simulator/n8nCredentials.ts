import { randomBytes } from 'node:crypto';

import cloneDeep from 'lodash/cloneDeep';
import mapValues from 'lodash/mapValues';
import omit from 'lodash/omit';
import type { INodeParameters } from 'n8n-workflow';

import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import { complaints, CREDENTIAL_TYPES, schemaOf, valueInUse, type CredentialType, type Release } from './n8nCredentialTypes';
import { RateMeter } from './rateLimits';
import { idAfter, SimulatorServer, type Answer, type ReceivedRequest, type Route } from './server';

type Json = Record<string, unknown>;

export interface StoredCredential {
	id: string;
	name: string;
	type: string;
	/** As n8n stores it: expressions are texts that begin with `=`. */
	data: Json;
	/** The project that owns it: everybody has one of their own. */
	projectId: string;
	/** Whether each user has values of their own. */
	isResolvable?: boolean;
	/** Epoch milliseconds. */
	createdAt: number;
	updatedAt: number;
}

type Role = 'owner' | 'member';

/** What n8n's test of a credential says. */
export interface TestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** What tests may set and look at. */
export interface N8nState {
	release: Release;
	credentials: Map<string, StoredCredential>;
	/** What the API key may do. n8n 2.8 looks at that under a licence alone. */
	scopes: Set<string>;
	/** Whose key it is: owners and admins reach every credential, members those of their own project. */
	role: Role;
	/** What the test of a credential says, by ID; another one is alive, when its type has a test. */
	tests: Map<string, TestResult>;
}

export interface N8nSimulator extends RunningSimulator {
	state: N8nState;
	/** What a request that uses the credential is signed with: headers, in lower case. */
	signs(id: string): Record<string, string>;
}

export const API_KEY = 'n8n_api_canary_2f6c51d0a6b94bd1c3';

/** IDs of credentials of the type `githubApi`. The first is the one of n8n's own examples. */
export const IDS: [string, string, string] = ['vHxaz5UaCghVYl9C', 'R2DjclaysHbqn778', 'Kq3nV8mZt1XwYb6D'];

/** IDs of credentials of other types. */
export const OTHER_IDS = {
	headerAuth: 'Hd4rA0thQe7LmN2s',
	oauth: 'Oa2thB9kWc5RpT3x',
	openAi: 'Op3nA1jUf6GvS8yz',
	secret: 'R0tat10nSecr3tPw',
	smtp: 'Sm7pE2dXh4CkM9qa',
};

const MISSING_ID = 'dEadBeefdEadBeef';
const PROJECTS: Record<Role, { id: string; name: string }> = {
	owner: { id: 'Pr0jectOfOwnerAa', name: 'Olga Owner <owner@n8n.example.com>' },
	member: { id: 'Pr0jectOfMemberA', name: 'Mia Member <member@n8n.example.com>' },
};
const ROOT = '/api/v1/credentials';
const SCOPES = ['create', 'delete', 'list', 'move', 'read', 'update'].map((verb) => `credential:${verb}`);
const FIRST_CREATED_AT = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** What n8n shows in the place of a masked value, and takes for “as it was”. */
const MARKERS = [
	'__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6',
	'__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da',
];

const MOST_PER_PAGE = 250;
const DEFAULT_PER_PAGE = 100;

const CASE = 'n8n';

export const simulator = {
	updateTraits: { [CASE]: { sendsSecret: true, signsIn: false, repeatSafe: true, putsBack: true, longestName: 128 } },
	start,
} satisfies SimulatorDefinition;

/** n8n limits no requests to its API; something in front of it may. */
async function start({ limits: rules = [] }: StartOptions = {}): Promise<N8nSimulator> {
	const state = initialState();
	const limits = new RateMeter(rules);
	const server: SimulatorServer = new SimulatorServer(
		routes(state, () => server.now()),
		(request) => unknownRoute(state, request),
		(request) => ({ refusal: keyOf(request) !== API_KEY || limits.take(server.now()) ? undefined : say(429, 'Too many requests') }),
	);
	const url = await server.listen();
	return {
		server,
		keys: { ids: ['id'], names: ['name'], sorts: ['type'], pages: [] },
		keyHeader: 'x-n8n-api-key',
		places: [],
		limits,
		state,
		signs: (id) => {
			const { type, data } = state.credentials.get(id)!;
			return CREDENTIAL_TYPES[type]!.signs(mapValues(data, valueInUse));
		},
		credentials: { rotationN8nApi: { apiKey: API_KEY, baseUrl: `${url}/api/v1` } },
		updates: { [CASE]: updateCase(state) },
		resources: { [CASE]: resourceCase(state) },
		holdings: () => [...state.credentials.values()].map((stored) => omit(stored, ['createdAt', 'updatedAt'])),
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			limits.clear();
		},
		stop: async () => await server.close(),
	};
}

function initialState(): N8nState {
	const github = (index: number) => ({ server: 'https://api.github.com', user: `user-${index}`, accessToken: `stored-token-${index}` });
	const oauth = {
		grantType: 'clientCredentials',
		accessTokenUrl: 'https://auth.example.com/token',
		clientId: 'stored-client',
		clientSecret: 'stored-client-secret',
		authentication: 'header',
		oauthTokenData: { access_token: 'stored-access-token' },
	};
	const smtp = { user: 'mailer', password: 'stored-mail-password', host: 'mail.example.com', port: 465, secure: true, disableStartTls: false, hostName: '' };
	const given: Array<[id: string, name: string, type: string, data: Json, projectId?: string]> = [
		[IDS[0], "John's Github account", 'githubApi', github(0)],
		[IDS[1], "Joe's Github Credentials", 'githubApi', github(1)],
		[IDS[2], 'Mirror', 'githubApi', github(2)],
		[OTHER_IDS.headerAuth, 'Shop', 'httpHeaderAuth', { name: 'X-Shop-Key', value: 'stored-header-value' }],
		[OTHER_IDS.oauth, 'CRM', 'oAuth2Api', oauth],
		[OTHER_IDS.openAi, 'Model', 'openAiApi', { apiKey: 'stored-model-key', url: 'https://api.openai.com/v1', header: false }, PROJECTS.member.id],
		[OTHER_IDS.secret, 'New secret', 'rotationSecretApi', { name1: 'client_secret', value1: 'stored-new-secret' }],
		[OTHER_IDS.smtp, 'Mail', 'smtp', smtp],
	];
	const credentials = given.map(([id, name, type, data, projectId = PROJECTS.owner.id], index): StoredCredential => {
		const createdAt = FIRST_CREATED_AT + index * DAY_MS;
		return { id, name, type, data, projectId, createdAt, updatedAt: createdAt };
	});
	return {
		release: '2.41',
		credentials: new Map(credentials.map((credential) => [credential.id, credential])),
		scopes: new Set(SCOPES),
		role: 'owner',
		tests: new Map(),
	};
}

// What n8n answers

/** A request by a key that is known. */
interface Call {
	state: N8nState;
	request: ReceivedRequest;
	/** Of the credential, or of the type for its schema. */
	id: string;
	now: number;
}

interface Operation {
	method: string;
	path: string;
	/** The scope that it needs; anybody may read a schema. */
	scope?: string;
	/** Answers in each release; absent where it does not exist. */
	answers: Partial<Record<Release, (call: Call) => Answer>>;
}

const OPERATIONS: readonly Operation[] = [
	{ method: 'GET', path: ROOT, scope: 'credential:list', answers: { '2.41': list, '2.8': list } },
	{ method: 'POST', path: ROOT, scope: 'credential:create', answers: { '2.41': create, '2.8': createBefore } },
	{ method: 'GET', path: `${ROOT}/schema/:id`, answers: { '2.41': showSchema, '2.8': showSchema } },
	{ method: 'GET', path: `${ROOT}/:id`, scope: 'credential:read', answers: { '2.41': get } },
	{ method: 'PATCH', path: `${ROOT}/:id`, scope: 'credential:update', answers: { '2.41': update, '2.8': updateBefore } },
	{ method: 'DELETE', path: `${ROOT}/:id`, scope: 'credential:delete', answers: { '2.41': remove, '2.8': remove } },
	{ method: 'POST', path: `${ROOT}/:id/test`, scope: 'credential:read', answers: { '2.41': test } },
];

function routes(state: N8nState, now: () => number): Route[] {
	return OPERATIONS.map(({ method, path, scope, answers }) => ({
		method,
		path,
		handle: (request, { id = '' }) => {
			const { release } = state;
			const answer = answers[release];
			// A body is read before anybody asks whose it is.
			if (isBadJson(request)) return BAD_JSON;
			if (answer === undefined) return path.endsWith('/test') ? say(404, 'not found') : say(405, `${method} method not allowed`);
			if (keyOf(request) !== API_KEY) return unauthorized(release, request);
			const call = { state, request, id, now: now() };
			if (release === '2.8') return answer(call);
			if (scope !== undefined && !state.scopes.has(scope)) return say(403, 'Forbidden');
			return (path.includes(':id') && scope !== undefined ? outOfReach(call) : null) ?? answer(call);
		},
	}));
}

function unknownRoute({ release }: N8nState, request: ReceivedRequest): Answer {
	if (isBadJson(request)) return BAD_JSON;
	const isKnown = OPERATIONS.some(({ path, answers }) => answers[release] !== undefined && new RegExp(`^${path.replace(':id', '[^/]+')}$`).test(request.path));
	return isKnown ? say(405, `${request.method} method not allowed`) : say(404, 'not found');
}

/** Owners reach everything, and learn later that something is not there. */
function outOfReach({ state: { role, credentials }, id }: Call): Answer | null {
	if (role === 'owner') return null;
	const credential = credentials.get(id);
	if (credential === undefined) return say(404, `Credential with ID "${id}" not found.`);
	return credential.projectId === PROJECTS.member.id ? null : say(403, 'Forbidden');
}

function list({ state, request: { query } }: Call): Answer {
	if (state.release === '2.8' && state.role !== 'owner') return say(403, 'Forbidden');
	const asked = limitIn(query, state.release);
	if (typeof asked === 'string') return say(400, asked);
	let [offset, limit] = [0, asked];
	const cursor = query.get('cursor');
	if (cursor) {
		const decoded = decodedCursor(cursor);
		if (decoded === null) return say(400, 'An invalid cursor was provided');
		({ offset, limit } = decoded);
	}
	const sorted = [...state.credentials.values()].sort((a, b) => b.createdAt - a.createdAt);
	// A limit of 0 is none, and leads to itself.
	const page = sorted.slice(offset, limit === 0 ? undefined : offset + limit);
	const next = { limit, offset: offset + limit };
	const nextCursor = sorted.length > next.offset ? Buffer.from(JSON.stringify(next)).toString('base64') : null;
	return { status: 200, body: { data: page.map(listed), nextCursor } };
}

/** How many a page is to hold, or what is wrong with what was asked for. */
function limitIn(query: URLSearchParams, release: Release): number | string {
	const given = query.get('limit') ?? '';
	if (release === '2.8') {
		const limit = Number(given);
		if (Number.isNaN(limit)) return 'request/query/limit must be number';
		return limit > MOST_PER_PAGE ? `request/query/limit must be <= ${MOST_PER_PAGE}` : limit || DEFAULT_PER_PAGE;
	}
	const limit = given === '' ? DEFAULT_PER_PAGE : parseInt(given, 10);
	if (Number.isNaN(limit)) return 'request/query/limit Param `limit` must be a valid integer';
	return limit < 0 ? 'request/query/limit Param `limit` must be a non-negative integer' : Math.min(limit, MOST_PER_PAGE);
}

function decodedCursor(cursor: string): { offset: number; limit: number } | null {
	try {
		const decoded = JSON.parse(Buffer.from(cursor, 'base64').toString()) as { offset: number; limit: number };
		return 'offset' in decoded ? decoded : null;
	} catch {
		return null;
	}
}

function get({ state: { credentials }, id }: Call): Answer {
	const credential = credentials.get(id);
	return credential === undefined ? say(404, 'Credential not found') : { status: 200, body: shown(credential) };
}

function showSchema({ state: { release }, id }: Call): Answer {
	const type = typeCalled(id);
	return type === undefined ? say(404, 'Not Found') : { status: 200, body: schemaOf(type, release) };
}

function remove(call: Call): Answer {
	const { state: { credentials, release }, id } = call;
	const reach = outOfReach(call);
	if (reach !== null) return reach;
	const credential = credentials.get(id);
	if (credential === undefined) return say(404, 'Not Found');
	credentials.delete(id);
	// What is gone has no ID any more, as 2.8 has it.
	return { status: 200, body: release === '2.8' ? omit(shown(credential), 'id') : { ...shown(credential), usageScope: 'project' } };
}

function test({ state: { credentials, tests }, id }: Call): Answer {
	const credential = credentials.get(id);
	if (credential === undefined) return say(404, `Credential with ID "${id}" was not found.`);
	const none: TestResult = { status: 'Error', message: 'No testing function found for this credential.' };
	const alive: TestResult = { status: 'OK', message: 'Connection successful!' };
	return { status: 200, body: tests.get(id) ?? testOfToken(credential) ?? (CREDENTIAL_TYPES[credential.type]!.isTested ? alive : none) };
}

/** Of OAuth2, n8n asks nobody: one that has an access token works, whatever becomes of its other fields. */
function testOfToken({ type, data }: StoredCredential): TestResult | null {
	if (type !== 'oAuth2Api') return null;
	const { access_token: token } = (data.oauthTokenData ?? {}) as Json;
	return token === undefined ? { status: 'Error', message: 'This OAuth2 credential was not connected to an account.' } : { status: 'OK', message: 'Connection Successful!' };
}

/** Names of fields, and what each has to be; with `?` it may be absent. `none`: it may not be there at all. */
type Shape = Record<string, 'string' | 'string?' | 'boolean?' | 'object' | 'object?' | 'id?' | 'none'>;

const NEW: Shape = {
	id: 'id?',
	name: 'string',
	type: 'string',
	data: 'object',
	isResolvable: 'boolean?',
	createdAt: 'none',
	updatedAt: 'none',
	projectId: 'string?',
};

const CHANGED: Shape = { name: 'string?', type: 'string?', data: 'object?', isGlobal: 'boolean?', isResolvable: 'boolean?', isPartialData: 'boolean?' };

interface Body {
	id?: string;
	name?: string;
	type?: string;
	data?: Json;
	isGlobal?: boolean;
	isResolvable?: boolean;
	isPartialData?: boolean;
	projectId?: string;
}

function create({ state, request, now }: Call): Answer {
	const read = bodyOf(request, NEW, state.release);
	if ('refusal' in read) return read.refusal;
	const { body } = read;
	const { id = newId(), name = '', type: typeName = '', data = {}, projectId = PROJECTS[state.role].id, isResolvable } = body;
	const type = typeCalled(typeName);
	if (type === undefined) return say(400, 'req.body.type is not a known type');
	const refusal = refusedData(data, type, state.release, false);
	if (refusal !== null) return refusal;
	if (!Object.values(PROJECTS).some((project) => project.id === projectId)) return say(404, 'Project not found');
	if (isResolvable) return NO_END_USERS;
	const wrong = emptyField(data, typeName) ?? wrongUrl(data, typeName);
	if (wrong !== null) return say(400, wrong);
	if (projectId !== PROJECTS.member.id && state.role === 'member') {
		return say(403, "You don't have the permissions to save the credential in this project.");
	}
	if (state.credentials.has(id)) return say(409, 'A credential with this ID already exists');
	return { status: 200, body: shown(store(state, { id, name, type: typeName, data, projectId, createdAt: now, updatedAt: now })) };
}

function createBefore({ state, request, now }: Call): Answer {
	const read = bodyOf(request, { ...NEW, id: 'none' }, state.release);
	if ('refusal' in read) return read.refusal;
	const { name = '', type: typeName = '', data = {}, isResolvable = false } = read.body;
	const type = typeCalled(typeName);
	if (type === undefined) return say(400, 'req.body.type is not a known type');
	const refusal = refusedData(data, type, state.release, false);
	if (refusal !== null) return refusal;
	const credential = { id: newId(), name, type: typeName, data, projectId: PROJECTS[state.role].id, isResolvable, createdAt: now, updatedAt: now };
	// Whatever was sent comes back, but for the data.
	return { status: 200, body: { ...omit(read.body, ['data', 'shared']), ...shown(store(state, credential)) } };
}

const NO_END_USERS = say(403, 'End-user credentials are not available in personal projects');
const NO_SHARING = say(403, 'You are not licensed for sharing credentials');
const NEEDS_DATA = say(400, 'req.body.data is required when changing credential type. The existing data cannot be used with the new type.');

function update({ state, request, id, now }: Call): Answer {
	const read = bodyOf(request, CHANGED, state.release);
	if ('refusal' in read) return read.refusal;
	const { body } = read;
	const { data, type: typeName, isPartialData = false } = body;
	if (typeName !== undefined && typeCalled(typeName) === undefined) return say(400, 'req.body.type is not a known type');
	const credential = state.credentials.get(id);
	if (credential === undefined) return say(404, 'Credential not found');
	const { name = credential.name } = body;
	const type = typeName ?? credential.type;
	const refusal = data === undefined ? null : refusedData(data, typeCalled(type)!, state.release, isPartialData);
	if (refusal !== null) return refusal;
	if (data === undefined && type !== credential.type) return NEEDS_DATA;
	if (body.isGlobal) return NO_SHARING;
	if (body.isResolvable) return NO_END_USERS;
	if (data !== undefined) {
		const next = isPartialData ? asItWas({ ...credential.data, ...data }, credential.data, true) : data;
		// The length of a name counts only beside data, and then that of the old one, too.
		if ([...name].length < 3 || [...name].length > 128) return say(400, 'Credential name must be 3 to 128 characters long.');
		// What n8n has signed in with stays, also where another is sent.
		if (isPartialData && type === credential.type && credential.data.oauthTokenData) next.oauthTokenData = credential.data.oauthTokenData;
		const wrong = wrongUrl(next, type);
		if (wrong !== null) return say(400, wrong);
		credential.data = next;
	}
	Object.assign(credential, { name, type, updatedAt: now });
	return { status: 200, body: shown(credential) };
}

function updateBefore(call: Call): Answer {
	const { state, request, id, now } = call;
	const read = bodyOf(request, CHANGED, state.release);
	if ('refusal' in read) return read.refusal;
	const { body } = read;
	const { data, type: typeName, isPartialData = false } = body;
	if (typeName !== undefined && typeCalled(typeName) === undefined) return say(400, 'req.body.type is not a known type');
	const credential = state.credentials.get(id);
	if (credential === undefined) return (data === undefined && typeName === undefined ? outOfReach(call) : null) ?? say(404, 'Credential not found');
	const type = typeName ?? credential.type;
	// Partial data have to be whole.
	const refusal = data === undefined ? null : refusedData(data, typeCalled(type)!, state.release, false);
	if (refusal !== null) return refusal;
	if (data === undefined && type !== credential.type) return NEEDS_DATA;
	const reach = outOfReach(call);
	if (reach !== null) return reach;
	if (body.isGlobal !== undefined) return NO_SHARING;
	if (data !== undefined) credential.data = isPartialData ? asItWas({ ...credential.data, ...data }, credential.data, false) : data;
	Object.assign(credential, { name: body.name ?? credential.name, type, isResolvable: body.isResolvable ?? credential.isResolvable, updatedAt: now });
	return { status: 200, body: shown(credential) };
}

/**
 * Puts back what stands behind a marker, at any depth.
 * @param evenAsExpression whether a marker behind `=` is one
 */
function asItWas(next: Json, before: Json, evenAsExpression: boolean): Json {
	const restored = mapValues(next, (value, key) => {
		const plain = evenAsExpression && typeof value === 'string' ? value.replace(/^=/, '') : value;
		if (MARKERS.includes(plain as string)) return before[key];
		return isObject(value) && isObject(before[key]) ? asItWas(value, before[key], evenAsExpression) : value;
	});
	return JSON.parse(JSON.stringify(restored)) as Json;
}

function refusedData(data: Json, type: CredentialType, release: Release, isPartial: boolean): Answer | null {
	const schema = schemaOf(type, release);
	const wrong = complaints(data, isPartial ? { ...omit(schema, 'allOf'), required: [] } : schema);
	return wrong.length === 0 ? null : say(400, wrong.map((each) => `request.body.data ${each}`).join(','));
}

/** What is there and empty, where it is shown and has to be filled. */
function emptyField(data: Json, typeName: string): string | null {
	const empty = typeCalled(typeName)!.properties.find(
		({ name, required, show }) =>
			required && show !== undefined && Object.entries(show).every(([field, values]) => values.includes(data[field])) && !data[name],
	);
	return empty === undefined ? null : `The field "${empty.name}" is mandatory for credentials of type "${typeName}"`;
}

function wrongUrl(data: Json, typeName: string): string | null {
	if (typeName !== 'oAuth2Api') return null;
	for (const value of ['authUrl', 'accessTokenUrl', 'serverUrl'].map((field) => data[field])) {
		if (typeof value !== 'string' || value.trim() === '' || value.startsWith('=')) continue;
		if (!URL.canParse(value.trim())) return 'OAuth url is not a valid URL.';
		const { protocol } = new URL(value.trim());
		if (!/^https?:$/.test(protocol)) return `OAuth url must use HTTP or HTTPS protocol. Invalid protocol: ${protocol}`;
	}
	return null;
}

function typeCalled(name: string): CredentialType | undefined {
	return Object.hasOwn(CREDENTIAL_TYPES, name) ? CREDENTIAL_TYPES[name] : undefined;
}

function store(state: N8nState, credential: StoredCredential): StoredCredential {
	state.credentials.set(credential.id, cloneDeep(credential));
	return credential;
}

function newId(): string {
	return randomBytes(8).toString('hex');
}

/** All that n8n shows of one credential. */
function shown({ id, name, type, isResolvable = false, createdAt, updatedAt }: StoredCredential) {
	return {
		id,
		name,
		type,
		isManaged: false,
		isGlobal: false,
		isResolvable,
		resolvableAllowFallback: false,
		resolverId: null,
		createdAt: new Date(createdAt).toISOString(),
		updatedAt: new Date(updatedAt).toISOString(),
	};
}

function listed({ id, name, type, createdAt, updatedAt, projectId }: StoredCredential) {
	const times = { createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() };
	const project = Object.values(PROJECTS).find((each) => each.id === projectId)!;
	return { id, name, type, ...times, shared: [{ ...project, role: 'credential:owner', ...times }] };
}

function say(status: number, message: string): Answer {
	return { status, body: { message } };
}

function unauthorized(release: Release, request: ReceivedRequest): Answer {
	if (release === '2.41') return say(401, 'Unauthorized');
	return say(401, keyOf(request) === undefined ? "'X-N8N-API-KEY' header required" : 'unauthorized');
}

function keyOf({ headers }: ReceivedRequest): string | undefined {
	return headers['x-n8n-api-key'];
}

// Bodies

function mediaTypeOf({ headers }: ReceivedRequest): string {
	return headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What n8n says to broken JSON: a page, as if it had failed itself. */
const BAD_JSON: Answer = {
	status: 500,
	headers: { 'content-type': 'text/html; charset=utf-8' },
	body: '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>ResponseError: Failed to parse request body</pre>\n</body>\n</html>\n',
};

/** The body as n8n reads it, which takes nothing for an empty object. */
function parsed(request: ReceivedRequest): unknown {
	return mediaTypeOf(request) !== 'application/json' || request.text === '' ? {} : (JSON.parse(request.text) as unknown);
}

function isBadJson(request: ReceivedRequest): boolean {
	try {
		parsed(request);
		return false;
	} catch {
		return true;
	}
}

/** The fields of a body, or the answer to one that is not of that shape; other fields are ignored. */
function bodyOf(request: ReceivedRequest, shape: Shape, release: Release): { body: Body } | { refusal: Answer } {
	const type = mediaTypeOf(request);
	if (type !== 'application/json') {
		return { refusal: say(415, `unsupported media type ${type === '' ? 'undefined' : request.headers['content-type']!}`) };
	}
	const body = parsed(request);
	const wrong = release === '2.8' ? wrongBefore(body, shape) : wrongIn(body, shape);
	return wrong === null ? { body: body as Body } : { refusal: say(400, `request/body${wrong}`) };
}

function wrongIn(body: unknown, shape: Shape): string | null {
	if (!isObject(body)) return ` Expected object, received ${sortOf(body)}`;
	for (const [name, kind] of Object.entries(shape)) {
		const value = body[name];
		if (value === undefined) {
			if (kind === 'string' || kind === 'object') return ` must have required property '${name}'`;
			continue;
		}
		if (kind === 'none') return `/${name} is read-only`;
		const expected = kind === 'id?' ? 'string' : kind.replace('?', '');
		if (sortOf(value) !== expected) return `/${name} Expected ${expected}, received ${sortOf(value)}`;
		const wrongId = kind === 'id?' ? wrongIdIn(value as string) : null;
		if (wrongId !== null) return `/${name} ${wrongId}`;
	}
	return null;
}

function wrongIdIn(id: string): string | null {
	if (id === '') return 'String must contain at least 1 character(s)';
	if (id.length > 36) return 'String must contain at most 36 character(s)';
	if (id.length > 16) return 'String must contain at most 16 character(s)';
	return /^[a-zA-Z0-9_-]+$/.test(id) ? null : 'Use only letters, digits, underscores, and hyphens for the ID';
}

/** The same in the words of 2.8, which tells everything at once; only the first is told here. */
function wrongBefore(body: unknown, shape: Shape): string | null {
	if (!isObject(body)) return ' must be object';
	for (const [name, kind] of Object.entries(shape)) {
		const value = body[name];
		if (value === undefined) {
			if (kind === 'string' || kind === 'object') return ` must have required property '${name}'`;
			continue;
		}
		if (kind === 'none') return `/${name} is read-only`;
		if (sortOf(value) !== kind.replace('?', '')) return `/${name} must be ${kind.replace('?', '')}`;
	}
	return null;
}

function sortOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

// How the contract suite drives the node

const locator = (id: string) => ({ credentialId: { __rl: true, mode: 'id', value: id } });

function parametersFor(operation: string, more: INodeParameters): INodeParameters {
	return { resource: 'credential', operation, ...more };
}

/** The rows of “Fields”, as the editor stores them. */
export function rows(...pairs: Array<[name: string, value: string]>): INodeParameters {
	return { values: pairs.map(([name, value]) => ({ name, value })) };
}

export function updateParameters(id: string, more: INodeParameters): INodeParameters {
	return parametersFor('update', { ...locator(id), secretSource: 'fields', ...more });
}

function secretsOf({ type, data }: StoredCredential): string[] {
	return CREDENTIAL_TYPES[type]!.properties
		.filter(({ name, isSecret }) => isSecret && data[name] !== undefined)
		.map(({ name }) => valueInUse(data[name]))
		.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}

function updateCase(state: N8nState): UpdateCase {
	return {
		credentialType: 'rotationN8nApi',
		ids: IDS,
		missingId: MISSING_ID,
		idKind: 'text',
		parameters: (id, secret) => updateParameters(id, { fields: rows(['accessToken', secret]) }),
		jsonParameters: () => [],
		emptyParameters: (id) => updateParameters(id, {}),
		storedSecrets: (id) => secretsOf(state.credentials.get(id)!),
		stored: {
			parameters: (id) => ({ ...updateParameters(id, {}), secretSource: 'storedSecret' }),
			values: (secret) => ({ accessToken: secret }),
		},
		visible: {
			parameters: (id, text) => updateParameters(id, { updateFields: { name: text } }),
			stored: (id) => String(state.credentials.get(id)?.name),
			change: (id, text) => void (state.credentials.get(id)!.name = text),
			isName: true,
		},
		isChange: ({ method }) => method === 'PATCH',
		isReference: (request) => request.method === 'GET' && idAfter('credentials', request) === 'schema',
		idIn: (request) => {
			const id = idAfter('credentials', request);
			return id === 'schema' ? null : id;
		},
		unauthorized: { status: 401, body: say(401, 'Unauthorized').body },
		example: {
			parameters: updateParameters(IDS[0], { updateFields: { name: 'Updated Credential Name' } }),
			request: {
				method: 'PATCH',
				target: `${ROOT}/${IDS[0]}`,
				headers: { accept: 'application/json', 'content-type': 'application/json', 'x-n8n-api-key': API_KEY },
				body: { name: 'Updated Credential Name', isPartialData: true },
			},
			answer: {
				status: 200,
				body: {
					id: IDS[0],
					name: 'Updated Credential Name',
					type: 'githubApi',
					createdAt: '2022-04-29T11:02:29.842Z',
					updatedAt: '2022-04-29T11:02:29.842Z',
				},
			},
			result: {
				outcome: 'updated',
				id: IDS[0],
				name: 'Updated Credential Name',
				type: 'githubApi',
				parentId: null,
				createdAt: '2022-04-29T11:02:29.842Z',
				updatedAt: '2022-04-29T11:02:29.842Z',
				expiresAt: null,
				changed: ['name'],
				verification: 'verified',
				verificationDetail: { method: 'response', detail: null },
				attributes: {},
			},
		},
	};
}

function resourceCase(state: N8nState): ResourceCase {
	const all = () => [...state.credentials.values()];
	return {
		credentialType: 'rotationN8nApi',
		seed: (count) => {
			const seeded = Array.from({ length: count }, (_, index): StoredCredential => {
				const createdAt = FIRST_CREATED_AT + index * 60_000;
				const data = { server: 'https://api.github.com', user: `user-${index}`, accessToken: `seeded-token-${index}` };
				const id = `Seeded${String(index).padStart(10, '0')}`;
				return { id, name: `Seeded ${index}`, type: 'githubApi', data, projectId: PROJECTS.owner.id, createdAt, updatedAt: createdAt };
			});
			state.credentials = new Map(seeded.map((credential) => [credential.id, credential]));
		},
		storedIds: () => all().map(({ id }) => id),
		allStoredSecrets: () => all().flatMap(secretsOf),
		missingId: MISSING_ID,
		create: (name, secret) =>
			parametersFor('create', { name, credentialType: 'githubApi', secretSource: 'fields', fields: rows(['accessToken', secret]) }),
		createStored: (name) => parametersFor('create', { name, credentialType: 'githubApi', secretSource: 'storedSecret' }),
		get: (id) => parametersFor('get', locator(id)),
		getAll: () => parametersFor('getAll', {}),
		delete: (id) => parametersFor('delete', locator(id)),
		isCreate: ({ method, path }) => method === 'POST' && path === ROOT,
		isDelete: ({ method }) => method === 'DELETE',
		more: { test: { parameters: (id) => parametersFor('test', locator(id)), isIt: ({ method, path }) => method === 'POST' && path.endsWith('/test') } },
		// The node asks for as many at once as n8n gives.
		pagesFor: (wanted, stored) => Math.max(1, Math.ceil(Math.min(wanted, stored) / MOST_PER_PAGE)),
		resultName: (name) => name,
	};
}
