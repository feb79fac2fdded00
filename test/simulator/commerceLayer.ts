import { randomUUID } from 'node:crypto';

import type { INodeParameters } from 'n8n-workflow';

import type { RunningSimulator, SimulatorDefinition, UpdateCase } from './definition';
import { jsonObject, SimulatorServer, type Answer, type ReceivedRequest, type Route } from './server';

const JSON_API = 'application/vnd.api+json';
const TOKEN_PATH = '/oauth/token';
const CLIENT_ID = 'provisioning-client-id-canary';
const CLIENT_SECRET = 'provisioning-client-secret-canary';

/** Seconds that an access token lives. */
const TOKEN_LIFETIME_S = 7200;

/** Sign-ins that an address has per minute. */
const TOKEN_LIMIT = 30;

/** Requests that an address has per window, as the answers tell, and the window's length in seconds. */
const RATE_LIMIT = 200;
const RATE_WINDOW_S = 60;

/** The ID in the API reference's example. */
const EXAMPLE_ID = 'xYZkjABcde';
const EXAMPLE_ROLE_ID = 'ABCRtyUpBa';

const MAX_PAGE_SIZE = 25;
const DEFAULT_PAGE_SIZE = 10;

const CASE = 'Commerce Layer';

export const simulator = {
	updateTraits: { [CASE]: { sendsSecret: false, signsIn: true } },
	start,
} satisfies SimulatorDefinition;

/** The attributes of a credential as the API shows them; the secret is shown, too. */
interface Attributes {
	name: string;
	kind: string;
	confidential: boolean;
	redirect_uri: string | null;
	client_id: string;
	client_secret: string;
	scopes: string;
	expires_in: number | null;
	mode: 'test' | 'live';
	custom: boolean;
	created_at: string;
	updated_at: string;
	reference: string | null;
	reference_origin: string | null;
	metadata: Record<string, unknown> | null;
}

interface StoredCredential {
	id: string;
	attributes: Attributes;
	roleId: string | null;
}

/** What tests may set and look at. */
export interface CommerceLayerState {
	credentials: Map<string, StoredCredential>;
	/** Role names by id. */
	roles: Map<string, string>;
	/** Whether the account behind the token is an admin; others may only read. */
	isAdmin: boolean;
	/** The reference does not say whether metadata is replaced or merged. */
	mergesMetadata: boolean;
	/** Access tokens and the epoch millisecond at which each ends. */
	tokens: Map<string, number>;
	/** Sign-ins left. */
	tokenRequestsLeft: number;
}

export interface CommerceLayerSimulator extends RunningSimulator {
	state: CommerceLayerState;
	url: string;
	/** A token as the token endpoint gives one, for clients that bring their own. */
	issueToken(): string;
}

async function start(): Promise<CommerceLayerSimulator> {
	const state = initialState();
	let remaining = RATE_LIMIT;
	const server = new SimulatorServer(
		[tokenRoute(state), userRoute(state), ...credentialRoutes(state)],
		() => refusal(404, { title: 'Not found', code: 'NOT_FOUND', detail: 'There is nothing at this path.' }),
		() => {
			remaining = Math.max(0, remaining - 1);
			return {
				'x-ratelimit-limit': String(RATE_LIMIT),
				'x-ratelimit-interval': String(RATE_WINDOW_S),
				'x-ratelimit-remaining': String(remaining),
			};
		},
	);
	const url = await server.listen();
	return {
		server,
		state,
		url,
		issueToken: () => issueToken(state),
		credentials: {
			commerceLayerApi: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, baseUrl: url, authBaseUrl: url },
		},
		updates: { [CASE]: updateCase(state) },
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			remaining = RATE_LIMIT;
		},
		stop: async () => await server.close(),
	};
}

// State

function initialState(): CommerceLayerState {
	const stored = [
		credential(EXAMPLE_ID, 'My app', { kind: 'sales_channel', redirect_uri: 'https://bluebrand.com/img/logo.svg' }),
		credential('aBcDeFgHiJ', 'ERP integration', { metadata: { foo: 'bar' } }),
		credential('kLmNoPqRsT', 'Warehouse sync', { reference: 'WH-1', reference_origin: 'WMS' }),
		credential('uVwXyZaBcD', 'Price importer', { mode: 'live', expires_in: 14_400 }),
		...Array.from({ length: 56 }, (_, index) => {
			const number = String(index + 1).padStart(2, '0');
			return credential(`Store${number}xyz`, `Storefront ${number}`, {
				kind: ['sales_channel', 'webapp', 'integration'][index % 3],
				mode: index % 2 === 0 ? 'test' : 'live',
				created_at: new Date(Date.UTC(2019, 0, 1 + index)).toISOString(),
			});
		}),
	];
	return {
		credentials: new Map(stored.map((entry) => [entry.id, entry])),
		roles: new Map([
			['RoleAdmin1', 'Admin'],
			['RoleReader', 'Read only'],
			[EXAMPLE_ROLE_ID, 'Custom'],
		]),
		isAdmin: true,
		mergesMetadata: false,
		tokens: new Map(),
		tokenRequestsLeft: TOKEN_LIMIT,
	};
}

function credential(id: string, name: string, attributes: Partial<Attributes>): StoredCredential {
	const kind = attributes.kind ?? 'integration';
	return {
		id,
		roleId: kind === 'integration' ? 'RoleReader' : null,
		attributes: {
			name,
			kind,
			confidential: kind !== 'sales_channel',
			redirect_uri: null,
			client_id: `client-id-${id}`,
			client_secret: `client-secret-${id}-canary`,
			scopes: 'market:all',
			expires_in: 7200,
			mode: 'test',
			custom: false,
			created_at: '2018-01-01T12:00:00.000Z',
			updated_at: '2024-05-01T08:30:00.000Z',
			reference: null,
			reference_origin: null,
			metadata: {},
			...attributes,
		},
	};
}

function issueToken(state: CommerceLayerState): string {
	const token = `access-token-${randomUUID()}-canary`;
	state.tokens.set(token, Date.now() + TOKEN_LIFETIME_S * 1000);
	return token;
}

const ATTRIBUTES = Object.keys(credential('', '', {}).attributes);

/** The fields by which the API reference lets a list be sorted and filtered. */
const SORTABLE = ['id', 'mode', 'created_at', 'updated_at', 'reference', 'reference_origin'];
const FILTERABLE = ['id', ...ATTRIBUTES.filter((name) => !['client_secret', 'custom'].includes(name))];

const RELATIONSHIPS = ['organization', 'role'];

// Routes

/** Refusals have the shape that the official client declares for them; their wording is not documented. */
function tokenRoute(state: CommerceLayerState): Route {
	return {
		method: 'POST',
		path: TOKEN_PATH,
		handle: ({ headers, text }) => {
			if (state.tokenRequestsLeft <= 0) {
				return { status: 429, body: tokenErrors(429, 'TOO_MANY_REQUESTS', 'Too many requests') };
			}
			state.tokenRequestsLeft -= 1;
			const body = [JSON_API, 'application/json'].includes(mediaType(headers['content-type'])) ? jsonObject(text) : null;
			if (body?.grant_type !== 'client_credentials') {
				return { status: 400, body: tokenErrors(400, 'UNSUPPORTED_GRANT_TYPE', 'The grant type is not supported') };
			}
			if (body.client_id !== CLIENT_ID || body.client_secret !== CLIENT_SECRET) {
				return { status: 401, body: tokenErrors(401, 'INVALID_CLIENT', 'Client authentication failed') };
			}
			return {
				status: 200,
				body: {
					access_token: issueToken(state),
					token_type: 'bearer',
					expires_in: TOKEN_LIFETIME_S,
					scope: 'provisioning-api',
					created_at: Math.floor(Date.now() / 1000),
				},
			};
		},
	};
}

function tokenErrors(status: number, code: string, title: string) {
	return { errors: [{ title, detail: title, code, status, meta: {} }] };
}

function userRoute(state: CommerceLayerState): Route {
	return {
		method: 'GET',
		path: '/api/user',
		handle: guarded(state, () => {
			const attributes = { email: 'user@example.com', first_name: 'Ada', last_name: 'Byron' };
			return document({ data: { id: 'UserAbCdEf', type: 'users', attributes, relationships: {} } });
		}),
	};
}

function credentialRoutes(state: CommerceLayerState): Route[] {
	const path = '/api/api_credentials/:id';
	return [
		{ method: 'GET', path: '/api/api_credentials', handle: guarded(state, (request) => list(state, request)) },
		{ method: 'GET', path, handle: guarded(state, (request, { id = '' }) => show(state, request, id)) },
		{ method: 'PATCH', path, handle: guarded(state, (request, { id = '' }) => change(state, request, id)) },
	];
}

/** What comes before every handling: the media types, the token, and for changes the role of the member. */
function guarded(state: CommerceLayerState, handle: (...given: Parameters<Route['handle']>) => Answer): Route['handle'] {
	return (request, parameters) => {
		const { method, headers } = request;
		const accepted = (headers.accept ?? '').split(',').map((range) => range.trim());
		if (!accepted.includes(JSON_API)) {
			return refusal(406, { title: 'Not acceptable', code: 'NOT_ACCEPTABLE', detail: `Accept must be ${JSON_API}.` });
		}
		if (method !== 'GET' && mediaType(headers['content-type']) !== JSON_API) {
			const detail = `Content-Type must be ${JSON_API}.`;
			return refusal(415, { title: 'Unsupported media type', code: 'UNSUPPORTED_MEDIA_TYPE', detail });
		}
		const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
		if ((state.tokens.get(token) ?? 0) <= Date.now()) return invalidToken();
		if (method !== 'GET' && !state.isAdmin) {
			return refusal(401, { title: 'Unauthorized', code: 'UNAUTHORIZED', detail: 'You are not allowed to do this.' });
		}
		return handle(request, parameters);
	};
}

function list(state: CommerceLayerState, { query }: ReceivedRequest): Answer {
	const size = positive(query.get('page[size]'), DEFAULT_PAGE_SIZE);
	const number = positive(query.get('page[number]'), 1);
	if (size === null || number === null || size > MAX_PAGE_SIZE) {
		return refusal(400, { title: 'Invalid page value', code: 'INVALID_PAGE_VALUE', detail: 'The page is not valid.' });
	}
	let found = [...state.credentials.values()];
	for (const [key, value] of query) {
		const filter = /^filter\[q\]\[(\w+?)_(eq|cont)\]$/.exec(key);
		const attribute = filter?.[1] ?? '';
		if (key.startsWith('filter') && !FILTERABLE.includes(attribute)) {
			return refusal(400, { title: 'Filter not allowed', code: 'FILTER_NOT_ALLOWED', detail: `${key} is not allowed.` });
		}
		if (filter === null) continue;
		const wanted = value.toLowerCase();
		found = found.filter((entry) => {
			const text = fieldOf(entry, attribute).toLowerCase();
			return filter[2] === 'eq' ? text === wanted : text.includes(wanted);
		});
	}
	for (const criterion of (query.get('sort') ?? 'created_at').split(',').reverse()) {
		const attribute = criterion.replace(/^-/, '');
		if (!SORTABLE.includes(attribute)) {
			return refusal(400, { title: 'Invalid sort', code: 'INVALID_SORT_CRITERIA', detail: `${criterion} is not valid.` });
		}
		const direction = criterion.startsWith('-') ? -1 : 1;
		found.sort((a, b) => direction * fieldOf(a, attribute).localeCompare(fieldOf(b, attribute)));
	}
	const page = found.slice((number - 1) * size, number * size);
	return sparse(query, (fields) =>
		document({
			data: page.map((entry) => resource(entry, fields)),
			meta: { record_count: found.length, page_count: Math.ceil(found.length / size) },
		}),
	);
}

function fieldOf({ id, attributes }: StoredCredential, name: string): string {
	return String({ id, ...attributes }[name as keyof Attributes] ?? '');
}

function show(state: CommerceLayerState, { query }: ReceivedRequest, id: string): Answer {
	const stored = state.credentials.get(id);
	if (stored === undefined) return notFound(id);
	return sparse(query, (fields) => document({ data: resource(stored, fields) }));
}

function change(state: CommerceLayerState, { query, text }: ReceivedRequest, id: string): Answer {
	const data = objectOf(jsonObject(text)?.data);
	if (data === null) return badRequest('PARAM_MISSING', 'The required parameter, data, is missing.', '/data');
	if (data.type !== 'api_credentials') return badRequest('INVALID_RESOURCE', 'The type is not a valid resource.', '/data/type');
	if (data.id !== id) return badRequest('KEY_NOT_INCLUDED_IN_URL', 'The URL does not support the key.', '/data/id');
	const attributes = objectOf(data.attributes);
	if (attributes === null) return badRequest('PARAM_MISSING', 'The required parameter, attributes, is missing.', '/data/attributes');
	const relationships = data.relationships === undefined ? {} : objectOf(data.relationships);
	if (relationships === null) return badRequest('INVALID_DATA_FORMAT', 'Not an object.', '/data/relationships');

	const stored = state.credentials.get(id);
	if (stored === undefined) return notFound(id);
	const refused = refusedAttributes(attributes) ?? refusedRelationships(state, stored, relationships);
	if (refused !== null) return refused;

	const { metadata, ...others } = attributes as Partial<Attributes>;
	Object.assign(stored.attributes, others, { updated_at: new Date().toISOString() });
	if (metadata !== undefined) {
		const kept = state.mergesMetadata ? stored.attributes.metadata : {};
		stored.attributes.metadata = metadata === null ? null : { ...kept, ...metadata };
	}
	if ('role' in relationships) stored.roleId = linkage(relationships.role)?.id ?? null;
	return sparse(query, (fields) => document({ data: resource(stored, fields) }));
}

// Validation

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);

/** The attributes that an update may hold, and what each accepts. */
const UPDATABLE: Readonly<Record<string, { accepts: (value: unknown) => boolean; message: string }>> = {
	name: { accepts: (value) => isText(value) && value !== '', message: "can't be blank" },
	redirect_uri: { accepts: isTextOrNull, message: 'is not valid' },
	expires_in: {
		accepts: (value) => value === null || (Number.isInteger(value) && Number(value) >= 7200 && Number(value) <= 31_536_000),
		message: 'must be between 7200 and 31536000',
	},
	reference: { accepts: isTextOrNull, message: 'is not valid' },
	reference_origin: { accepts: isTextOrNull, message: 'is not valid' },
	metadata: {
		accepts: (value) => value === null || (typeof value === 'object' && !Array.isArray(value)),
		message: 'must be an object',
	},
};

function refusedAttributes(attributes: Record<string, unknown>): Answer | null {
	const unknown = Object.keys(attributes).find((name) => !Object.hasOwn(UPDATABLE, name));
	if (unknown !== undefined) return badRequest('PARAM_NOT_ALLOWED', `${unknown} is not allowed.`, `/data/attributes/${unknown}`);
	const invalid = Object.keys(attributes).filter((name) => !UPDATABLE[name]!.accepts(attributes[name]));
	if (invalid.length === 0) return null;
	return refusal(
		422,
		...invalid.map((name) => validationError(`/data/attributes/${name}`, `${name} ${UPDATABLE[name]!.message}`)),
	);
}

const ROLE_POINTER = '/data/relationships/role';

function refusedRelationships(
	state: CommerceLayerState,
	{ attributes: { kind } }: StoredCredential,
	relationships: Record<string, unknown>,
): Answer | null {
	const unknown = Object.keys(relationships).find((name) => name !== 'role');
	if (unknown !== undefined) {
		return badRequest('PARAM_NOT_ALLOWED', `${unknown} is not allowed.`, `/data/relationships/${unknown}`);
	}
	if (!('role' in relationships)) return null;
	const link = linkage(relationships.role);
	if (link === undefined) return badRequest('INVALID_LINKS_OBJECT', 'Data is not a valid link.', ROLE_POINTER);
	if (link !== null && link.type !== 'roles') return badRequest('TYPE_MISMATCH', `${link.type} is not a valid type.`, ROLE_POINTER);
	if (kind === 'integration' && link === null) return refusal(422, validationError(ROLE_POINTER, "role can't be blank"));
	if (kind !== 'integration' && link !== null) return refusal(422, validationError(ROLE_POINTER, 'role must be blank'));
	if (link !== null && !state.roles.has(link.id)) return refusal(422, validationError(ROLE_POINTER, 'role must exist'));
	return null;
}

/** What a relationship links to: `null` for nothing, `undefined` when it is no linkage. */
function linkage(relationship: unknown): { type: string; id: string } | null | undefined {
	const given = objectOf(relationship);
	if (given === null || !('data' in given)) return undefined;
	if (given.data === null) return null;
	const { type, id } = objectOf(given.data) ?? {};
	return isText(type) && isText(id) ? ({ type, id } as { type: string; id: string }) : undefined;
}

// Answers

/** `fields` are those of a sparse fieldset, attributes and relationships alike; `null` shows all. */
function resource({ id, attributes }: StoredCredential, fields: string[] | null) {
	const shown = (name: string) => fields === null || fields.includes(name);
	const self = `https://provisioning.commercelayer.io/api/api_credentials/${id}`;
	const relationship = (name: string) => [
		name,
		{ links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } },
	];
	return {
		id,
		type: 'api_credentials',
		links: { self },
		attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => shown(name))),
		relationships: Object.fromEntries(RELATIONSHIPS.filter(shown).map(relationship)) as unknown,
	};
}

function sparse(query: URLSearchParams, answer: (fields: string[] | null) => Answer): Answer {
	const asked = query.get('fields[api_credentials]');
	if (asked === null) return answer(null);
	const fields = asked.split(',');
	const unknown = fields.find((field) => ![...ATTRIBUTES, ...RELATIONSHIPS].includes(field));
	return unknown === undefined
		? answer(fields)
		: refusal(400, { title: 'Invalid field', code: 'INVALID_FIELD', detail: `${unknown} is not a valid field.` });
}

function document(body: unknown): Answer {
	return { status: 200, headers: { 'content-type': `${JSON_API}; charset=utf-8` }, body };
}

interface ErrorObject {
	title: string;
	detail: string;
	code: string;
	source?: { pointer: string };
	meta?: Record<string, unknown>;
}

function refusal(status: number, ...errors: ErrorObject[]): Answer {
	const body = { errors: errors.map((error) => ({ ...error, status: String(status) })) };
	return { ...document(body), status };
}

function badRequest(code: string, detail: string, pointer: string): Answer {
	return refusal(400, { title: 'Bad request', detail, code, source: { pointer } });
}

function validationError(pointer: string, detail: string): ErrorObject {
	return { title: detail, detail, code: 'VALIDATION_ERROR', source: { pointer }, meta: { error: 'invalid' } };
}

function notFound(id: string): Answer {
	const detail = `The record identified by ${id} could not be found.`;
	return refusal(404, { title: 'Record not found', detail, code: 'RECORD_NOT_FOUND' });
}

function invalidToken(): Answer {
	const detail = 'The access token you provided is invalid or has expired.';
	return refusal(401, { title: 'Access token is invalid', detail, code: 'INVALID_TOKEN' });
}

function objectOf(value: unknown): Record<string, unknown> | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function mediaType(contentType: string | undefined): string {
	return contentType?.split(';')[0]?.trim() ?? '';
}

/** A whole number from 1 on; `null` when the text is none. */
function positive(text: string | null, absent: number): number | null {
	if (text === null) return absent;
	return /^[1-9]\d*$/.test(text) ? Number(text) : null;
}

// Cases

function parameters(id: string, fields: INodeParameters): INodeParameters {
	return {
		resource: 'credential',
		operation: 'update',
		credentialId: { __rl: true, mode: 'id', value: id },
		...fields,
	};
}

function updateCase(state: CommerceLayerState): UpdateCase {
	const shown = {
		kind: 'sales_channel',
		confidential: true,
		redirect_uri: 'https://bluebrand.com/img/logo.svg',
		client_id: 'xxxx-yyyy-zzzz',
		scopes: 'market:all market:9 market:122 market:6 stock_location:6 stock_location:33',
		expires_in: 7200,
		mode: 'test',
		custom: false,
		reference: 'ANY-EXTERNAL-REFEFERNCE',
		reference_origin: 'ANY-EXTERNAL-REFEFERNCE-ORIGIN',
		metadata: { foo: 'bar' },
	};
	const hidden = { name: 'My app', client_secret: 'xxxx-yyyy-zzzz' };
	const times = { created_at: '2018-01-01T12:00:00.000Z', updated_at: '2018-01-01T12:00:00.000Z' };
	const self = `https://provisioning.commercelayer.io/api/api_credentials/${EXAMPLE_ID}`;
	const relationship = (to: string) => ({
		links: { self: `${self}/relationships/${to}`, related: `${self}/${to}` },
	});
	return {
		credentialType: 'commerceLayerApi',
		ids: ['aBcDeFgHiJ', 'kLmNoPqRsT', 'uVwXyZaBcD'],
		missingId: 'zZzZzZzZzZ',
		idKind: 'text',
		parameters: (id) => parameters(id, { updateFields: { reference: 'handed-over-by-workflow' } }),
		emptyParameters: (id) => parameters(id, { updateFields: {}, clearFields: [] }),
		storedSecrets: (id) => [state.credentials.get(id)?.attributes.client_secret ?? ''],
		isChange: ({ method }) => method === 'PATCH',
		requestsPerUpdate: 1,
		unauthorized: { status: 401, body: invalidToken().body },
		expireTokens: () => state.tokens.clear(),
		isSignIn: ({ path }) => path === TOKEN_PATH,
		example: {
			parameters: parameters(EXAMPLE_ID, {
				updateFields: { reference: 'ANY-EXTERNAL-REFEFERNCE', roleId: EXAMPLE_ROLE_ID },
			}),
			request: {
				method: 'PATCH',
				target: `/api/api_credentials/${EXAMPLE_ID}`,
				headers: { accept: JSON_API, 'content-type': JSON_API },
				body: {
					data: {
						type: 'api_credentials',
						id: EXAMPLE_ID,
						attributes: { reference: 'ANY-EXTERNAL-REFEFERNCE' },
						relationships: { role: { data: { type: 'roles', id: EXAMPLE_ROLE_ID } } },
					},
				},
			},
			answer: {
				status: 200,
				body: {
					data: {
						id: EXAMPLE_ID,
						type: 'api_credentials',
						links: { self },
						attributes: { ...hidden, ...shown, ...times },
						relationships: { organization: relationship('organization'), role: relationship('role') },
					},
				},
			},
			result: {
				outcome: 'updated',
				id: EXAMPLE_ID,
				name: hidden.name,
				type: shown.kind,
				parentId: null,
				createdAt: times.created_at,
				updatedAt: times.updated_at,
				expiresAt: null,
				changed: ['reference', 'role'],
				attributes: shown,
			},
		},
	};
}
