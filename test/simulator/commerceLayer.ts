import { randomUUID } from 'node:crypto';

import omit from 'lodash/omit';
import type { INodeParameters } from 'n8n-workflow';

import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import {
	badRequest,
	blank,
	document,
	JSON_API,
	linkage,
	notFound,
	objectOf,
	one,
	page,
	refusal,
	validationError,
	type ListRules,
	type Resource,
} from './jsonApi';
import { RateMeter, type RateRule } from './rateLimits';
import { idAfter, jsonObject, SimulatorServer, type Admission, type Answer, type ReceivedRequest, type Route } from './server';

const TOKEN_PATH = '/oauth/token';
const CLIENT_ID = 'provisioning-client-id-canary';
const CLIENT_SECRET = 'provisioning-client-secret-canary';

/** Seconds that an access token lives. */
const TOKEN_LIFETIME_S = 7200;

/** Sign-ins that an address has, whoever signs in. */
const TOKEN_LIMITS: RateRule[] = [{ counting: 'sliding', requests: 30, perMs: 60_000 }];

/** How long it takes until every server that issues tokens knows of a new pair, or that one is gone. The vendor does not say. */
const REPLICA_DELAY_MS = 3_000;

/** What an address has, on the average and at once. Answers tell of the first. */
const ADDRESS_LIMITS: RateRule[] = [
	{ counting: 'sliding', requests: 200, perMs: 60_000 },
	{ counting: 'sliding', requests: 50, perMs: 10_000 },
];

/** The ID in the API reference's example. */
const EXAMPLE_ID = 'xYZkjABcde';
const EXAMPLE_ROLE_ID = 'ABCRtyUpBa';

/** Where the API says that it is, in links. */
const ROOT = 'https://provisioning.commercelayer.io';

/** The organization to which the stored credentials belong, and the roles that their integrations may have. */
const ORGANIZATION_ID = 'OrgBlue001';

/** The person for whom access tokens speak. */
const USER_ID = 'UserAbCdEf';

const CASE = 'Commerce Layer';

export const simulator = {
	updateTraits: { [CASE]: { sendsSecret: false, signsIn: true, repeatSafe: true, putsBack: true } },
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
	organizationId: string;
	roleId: string | null;
}

interface StoredOrganization {
	name: string;
	slug: string;
	region: string;
	created_at: string;
}

interface StoredRole {
	attributes: { name: string; kind: 'admin' | 'read_only' | 'custom'; created_at: string };
	organizationId: string;
}

/** What tests may set and look at. */
export interface CommerceLayerState {
	credentials: Map<string, StoredCredential>;
	organizations: Map<string, StoredOrganization>;
	roles: Map<string, StoredRole>;
	/** IDs of credentials that integrity constraints hold: they cannot be deleted. */
	locked: Set<string>;
	/** The reference does not say which values have to be unique; with this, a name within an organization. */
	uniqueNames: boolean;
	/** Whether the account behind the token is an admin; others may only read. */
	isAdmin: boolean;
	/** The reference does not say whether metadata is replaced or merged. */
	mergesMetadata: boolean;
	/** Access tokens and the epoch millisecond at which each ends. */
	tokens: Map<string, number>;
	/** Seconds that an access token lives which is issued from now on. */
	tokenLifetimeS: number;
	/** Milliseconds until the servers that issue tokens know of a new pair, or that one is gone. */
	replicaDelayMs: number;
	/** Since when pairs are there, and which are gone since when: epoch milliseconds by client ID. */
	issuedAt: Map<string, number>;
	deletedAt: Map<string, { at: number; attributes: Attributes }>;
	/** Pairs that are refused although they are there, by client ID. */
	refusedPairs: Set<string>;
}

export interface CommerceLayerSimulator extends RunningSimulator {
	state: CommerceLayerState;
	/** The sign-ins of this address. */
	signIns: RateMeter;
	url: string;
	/** A token as the token endpoint gives one, for clients that bring their own. */
	issueToken(): string;
}

async function start({ limits: rules = ADDRESS_LIMITS }: StartOptions = {}): Promise<CommerceLayerSimulator> {
	const state = initialState();
	// Addresses over a limit stay blocked until their rate drops: what is refused counts.
	const limits = new RateMeter(rules, true);
	const signIns = new RateMeter(TOKEN_LIMITS, true);
	const now = () => server.now();
	const server: SimulatorServer = new SimulatorServer(
		[tokenRoute(state, signIns, now), userRoute(state), ...pickedRoutes(state), ...credentialRoutes(state, now)],
		() => refusal(404, { title: 'Not found', code: 'NOT_FOUND', detail: 'There is nothing at this path.' }),
		(request) => admission(request, limits, server.now()),
	);
	const url = await server.listen();
	return {
		server,
		keys: { ids: ['id'], names: ['name'], sorts: ['type'], pages: [] },
		places: ['mode'],
		limits,
		signIns,
		state,
		url,
		issueToken: () => issueToken(state),
		credentials: {
			commerceLayerApi: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, baseUrl: url, authBaseUrl: url },
		},
		updates: { [CASE]: updateCase(state) },
		resources: { [CASE]: resourceCase(state) },
		holdings: () =>
			[...state.credentials.values()].map(({ attributes, ...others }) => {
				return { ...others, ...omit(attributes, ['created_at', 'updated_at']), name: attributes.name };
			}),
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			limits.clear();
			signIns.clear();
		},
		stop: async () => await server.close(),
	};
}

// State

/** Attributes that people may fill in. */
const FILLED_IN = {
	redirect_uri: 'https://shop.example.com/callback',
	reference: 'ERP-1',
	reference_origin: 'ERP',
};

function initialState(): CommerceLayerState {
	const stored = [
		credential(EXAMPLE_ID, 'My app', { kind: 'sales_channel', redirect_uri: 'https://bluebrand.com/img/logo.svg' }),
		credential('aBcDeFgHiJ', 'ERP integration', { ...FILLED_IN, reference: null, metadata: { foo: 'bar' } }),
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
		organizations: new Map([
			[ORGANIZATION_ID, organization('The Blue Brand', 'the-blue-brand', 0)],
			...Array.from({ length: 29 }, (_, index) => {
				const number = String(index + 1).padStart(2, '0');
				return [`OrgStore${number}`, organization(`Brand ${number}`, `brand-${number}`, index + 1)] as const;
			}),
		]),
		roles: new Map([
			['RoleAdmin1', role('Admin', 'admin', 0)],
			['RoleReader', role('Read only', 'read_only', 1)],
			[EXAMPLE_ROLE_ID, role('Custom', 'custom', 2)],
			...Array.from({ length: 30 }, (_, index) => {
				const number = String(index + 1).padStart(2, '0');
				return [`RoleTeam${number}`, role(`Team ${number}`, 'custom', index + 3)] as const;
			}),
			['RoleOther1', role('Admin', 'admin', 40, 'OrgStore01')],
		]),
		locked: new Set(),
		uniqueNames: false,
		isAdmin: true,
		mergesMetadata: false,
		tokens: new Map(),
		tokenLifetimeS: TOKEN_LIFETIME_S,
		replicaDelayMs: REPLICA_DELAY_MS,
		issuedAt: new Map(),
		deletedAt: new Map(),
		refusedPairs: new Set(),
	};
}

function credential(id: string, name: string, attributes: Partial<Attributes>): StoredCredential {
	const kind = attributes.kind ?? 'integration';
	return {
		id,
		organizationId: ORGANIZATION_ID,
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

function organization(name: string, slug: string, day: number): StoredOrganization {
	return { name, slug, region: 'eu-west-1', created_at: new Date(Date.UTC(2018, 0, 1 + day)).toISOString() };
}

function role(name: string, kind: StoredRole['attributes']['kind'], day: number, organizationId = ORGANIZATION_ID): StoredRole {
	return { attributes: { name, kind, created_at: new Date(Date.UTC(2018, 0, 1 + day)).toISOString() }, organizationId };
}

/** A JWT with what the official client knows of one for a person; its signature is none. */
function issueToken(state: CommerceLayerState): string {
	const now = Date.now();
	const claims = {
		application: { id: 'AppAbCdEfG', kind: 'user', public: false, client_id: CLIENT_ID, confidential: true },
		owner: { id: USER_ID, type: 'User' },
		user: { id: USER_ID },
		scope: 'provisioning-api',
		iss: 'https://auth.commercelayer.io',
		iat: Math.floor(now / 1000),
		exp: Math.floor(now / 1000) + state.tokenLifetimeS,
		test: false,
		rand: Math.random(),
	};
	const parts = [{ alg: 'RS512', typ: 'JWT', kid: 'key-1' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
	const token = [...parts, `access-token-${randomUUID()}-canary`].join('.');
	state.tokens.set(token, now + state.tokenLifetimeS * 1000);
	return token;
}

// What lists can be asked for, by the API reference

const BY_TIME = ['id', 'created_at', 'updated_at', 'reference', 'reference_origin'];

const SAMPLE = credential('', '', {});

const CREDENTIAL_RULES: ListRules = {
	root: ROOT,
	sortable: ['mode', ...BY_TIME],
	filterable: [
		...['id', 'organization', 'role'],
		...Object.keys(SAMPLE.attributes).filter((name) => !['client_secret', 'custom'].includes(name)),
	],
};

const ORGANIZATION_RULES: ListRules = {
	root: ROOT,
	sortable: BY_TIME,
	filterable: ['name', 'slug', 'domain', 'region', 'metadata', ...BY_TIME],
};

const ROLE_RULES: ListRules = {
	root: ROOT,
	sortable: BY_TIME,
	filterable: ['name', 'kind', 'organization', 'metadata', ...BY_TIME],
};

function organizationResource(state: CommerceLayerState, id: string): Resource {
	return { type: 'organizations', id, attributes: state.organizations.get(id) ?? {}, relationships: {} };
}

function roleResource(state: CommerceLayerState, id: string): Resource {
	const { attributes, organizationId } = state.roles.get(id)!;
	return { type: 'roles', id, attributes, relationships: { organization: organizationResource(state, organizationId) } };
}

function credentialResource(state: CommerceLayerState, { id, attributes, organizationId, roleId }: StoredCredential): Resource {
	return {
		type: 'api_credentials',
		id,
		attributes,
		relationships: {
			organization: organizationResource(state, organizationId),
			role: roleId === null ? null : roleResource(state, roleId),
		},
	};
}

// Routes

/** The token endpoint has a limit of its own. No header says when a limit that is used up will be there again. */
function admission({ path }: ReceivedRequest, limits: RateMeter, now: number): Admission {
	if (path === TOKEN_PATH) return {};
	const refused = limits.take(now) ? undefined : tooManyRequests();
	const [average] = limits.standings(now);
	if (average === undefined) return { refusal: refused };
	const headers = {
		'x-ratelimit-limit': String(average.rule.requests),
		'x-ratelimit-interval': String(average.rule.perMs / 1000),
		'x-ratelimit-remaining': String(average.remaining),
	};
	return { headers, refusal: refused };
}

function tooManyRequests(): Answer {
	const detail = 'Too many requests. Try again later.';
	return refusal(429, { title: 'Too many requests', code: 'TOO_MANY_REQUESTS', detail });
}

/** Refusals have the shape that the official client declares for them; their wording is not documented. */
function tokenRoute(state: CommerceLayerState, signIns: RateMeter, now: () => number): Route {
	return {
		method: 'POST',
		path: TOKEN_PATH,
		handle: ({ headers, text }) => {
			if (!signIns.take(now())) return { status: 429, body: tokenErrors(429, 'TOO_MANY_REQUESTS', 'Too many requests') };
			const body = [JSON_API, 'application/json'].includes(mediaType(headers['content-type'])) ? jsonObject(text) : null;
			if (body?.grant_type !== 'client_credentials') {
				return { status: 400, body: tokenErrors(400, 'UNSUPPORTED_GRANT_TYPE', 'The grant type is not supported') };
			}
			const isOwn = body.client_id === CLIENT_ID && body.client_secret === CLIENT_SECRET;
			if (!isOwn && !isIssued(state, body, now())) return { status: 401, body: tokenErrors(401, 'INVALID_CLIENT', 'Client authentication failed') };
			return {
				status: 200,
				body: {
					access_token: isOwn ? issueToken(state) : `shop-token-${randomUUID()}-canary`,
					token_type: 'bearer',
					expires_in: state.tokenLifetimeS,
					scope: isOwn ? 'provisioning-api' : 'market:all',
					created_at: Math.floor(Date.now() / 1000),
				},
			};
		},
	};
}

/** Whether a client that is not the node's own gets a token: by its kind with ID and secret, or with the ID alone, or never. */
function isIssued(state: CommerceLayerState, { client_id, client_secret }: Record<string, unknown>, now: number): boolean {
	const id = String(client_id);
	const { at: deletedAt, attributes: deleted } = state.deletedAt.get(id) ?? { at: -Infinity, attributes: undefined };
	const there = [...state.credentials.values()].find(({ attributes }) => attributes.client_id === id)?.attributes;
	const known = there ?? (now < deletedAt + state.replicaDelayMs ? deleted : undefined);
	if (known === undefined || state.refusedPairs.has(id)) return false;
	if (now < (state.issuedAt.get(id) ?? -Infinity) + state.replicaDelayMs) return false;
	if (known.kind === 'integration') return client_secret === known.client_secret;
	return known.kind === 'sales_channel' && (client_secret === undefined || client_secret === known.client_secret);
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
			return document({ data: { id: USER_ID, type: 'users', attributes, relationships: {} } });
		}),
	};
}

/** The lists from which people choose. */
function pickedRoutes(state: CommerceLayerState): Route[] {
	return [
		{
			method: 'GET',
			path: '/api/organizations',
			handle: guarded(state, ({ query }) => {
				const all = [...state.organizations.keys()].map((id) => organizationResource(state, id));
				return page(query, all, organizationResource(state, ORGANIZATION_ID), ORGANIZATION_RULES);
			}),
		},
		{
			method: 'GET',
			path: '/api/roles',
			handle: guarded(state, ({ query }) => {
				const all = [...state.roles.keys()].map((id) => roleResource(state, id));
				return page(query, all, roleResource(state, 'RoleAdmin1'), ROLE_RULES);
			}),
		},
	];
}

function credentialRoutes(state: CommerceLayerState, now: () => number): Route[] {
	const path = '/api/api_credentials/:id';
	return [
		{ method: 'GET', path: '/api/api_credentials', handle: guarded(state, (request) => list(state, request)) },
		{ method: 'POST', path: '/api/api_credentials', handle: guarded(state, (request) => create(state, request, now())) },
		{ method: 'GET', path, handle: guarded(state, (request, { id = '' }) => show(state, request, id)) },
		{ method: 'PATCH', path, handle: guarded(state, (request, { id = '' }) => change(state, request, id, now())) },
		{ method: 'DELETE', path, handle: guarded(state, (_request, { id = '' }) => remove(state, id, now())) },
		...['organization', 'role'].map((name) => ({
			method: 'GET',
			path: `${path}/${name}`,
			handle: guarded(state, (request, { id = '' }) => showRelated(state, request, id, name)),
		})),
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
		// The reference's DELETE, which has no body, comes without a Content-Type.
		if (['PATCH', 'POST'].includes(method) && mediaType(headers['content-type']) !== JSON_API) {
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
	const all = [...state.credentials.values()].map((entry) => credentialResource(state, entry));
	return page(query, all, credentialResource(state, { ...SAMPLE, roleId: 'RoleAdmin1' }), CREDENTIAL_RULES);
}

function show(state: CommerceLayerState, { query }: ReceivedRequest, id: string): Answer {
	const stored = state.credentials.get(id);
	return stored === undefined ? notFound(id) : one(query, credentialResource(state, stored), ROOT);
}

/** What a relationship leads to. Where it leads to nothing, JSON:API has no data; what this API answers is not documented. */
function showRelated(state: CommerceLayerState, { query }: ReceivedRequest, id: string, name: string): Answer {
	const stored = state.credentials.get(id);
	if (stored === undefined) return notFound(id);
	const related = credentialResource(state, stored).relationships[name] ?? null;
	return related === null ? document({ data: null }) : one(query, related, ROOT);
}

function create(state: CommerceLayerState, { query, text }: ReceivedRequest, issuedAt: number): Answer {
	const data = objectOf(jsonObject(text)?.data);
	const parts = partsOf(data);
	if ('status' in parts) return parts;
	if (data?.id !== undefined) return badRequest('PARAM_NOT_ALLOWED', 'id is not allowed.', '/data/id');
	const { attributes, relationships } = parts;
	const organizationId = linkage(relationships.organization)?.id ?? '';
	const refused =
		refusedAttributes(attributes, CREATABLE, ['name', 'kind']) ??
		refusedOrganization(state, relationships) ??
		refusedRole(state, String(attributes.kind), organizationId, { role: { data: null }, ...relationships });
	if (refused !== null) return refused;
	const sameName = [...state.credentials.values()].some(
		(each) => each.organizationId === organizationId && each.attributes.name === attributes.name,
	);
	if (state.uniqueNames && sameName) {
		return refusal(409, { title: 'Record not unique', detail: 'The name is taken.', code: 'RECORD_NOT_UNIQUE' });
	}

	const now = new Date(issuedAt).toISOString();
	const stored = credential(randomUUID().replaceAll('-', '').slice(0, 10), String(attributes.name), {
		client_id: randomUUID(),
		client_secret: `client-secret-${randomUUID()}-canary`,
		expires_in: attributes.kind === 'sales_channel' ? 14_400 : 7200,
		...attributes,
		created_at: now,
		updated_at: now,
	});
	Object.assign(stored, { organizationId, roleId: linkage(relationships.role)?.id ?? null });
	// As the API would, a refused query comes before anything is stored.
	const answer = one(query, credentialResource(state, stored), ROOT, 201);
	if (answer.status !== 201) return answer;
	state.credentials.set(stored.id, stored);
	state.issuedAt.set(stored.attributes.client_id, issuedAt);
	return answer;
}

function change(state: CommerceLayerState, { query, text }: ReceivedRequest, id: string, at: number): Answer {
	const data = objectOf(jsonObject(text)?.data);
	const parts = partsOf(data);
	if ('status' in parts) return parts;
	if (data?.id !== id) return badRequest('KEY_NOT_INCLUDED_IN_URL', 'The URL does not support the key.', '/data/id');
	const { attributes, relationships } = parts;

	const stored = state.credentials.get(id);
	if (stored === undefined) return notFound(id);
	const unknown = Object.keys(relationships).find((name) => name !== 'role');
	if (unknown !== undefined) {
		return badRequest('PARAM_NOT_ALLOWED', `${unknown} is not allowed.`, `/data/relationships/${unknown}`);
	}
	const refused =
		refusedAttributes(attributes, UPDATABLE, []) ??
		refusedRole(state, stored.attributes.kind, stored.organizationId, relationships);
	if (refused !== null) return refused;

	const { metadata, ...others } = attributes as Partial<Attributes>;
	Object.assign(stored.attributes, others, { updated_at: new Date(at).toISOString() });
	if (metadata !== undefined) {
		const kept = state.mergesMetadata ? stored.attributes.metadata : {};
		stored.attributes.metadata = metadata === null ? null : { ...kept, ...metadata };
	}
	if ('role' in relationships) stored.roleId = linkage(relationships.role)?.id ?? null;
	return one(query, credentialResource(state, stored), ROOT);
}

function remove(state: CommerceLayerState, id: string, at: number): Answer {
	const stored = state.credentials.get(id);
	if (stored === undefined) return notFound(id);
	if (state.locked.has(id)) {
		return refusal(423, { title: 'Locked', detail: 'Integrity constraints prevent the deletion.', code: 'LOCKED' });
	}
	state.credentials.delete(id);
	state.deletedAt.set(stored.attributes.client_id, { at, attributes: stored.attributes });
	return { status: 204 };
}

// Validation

/** Attributes and relationships of a received document, or what is wrong with its shape. */
function partsOf(
	data: Record<string, unknown> | null,
): Answer | { attributes: Record<string, unknown>; relationships: Record<string, unknown> } {
	if (data === null) return badRequest('PARAM_MISSING', 'The required parameter, data, is missing.', '/data');
	if (data.type !== 'api_credentials') return badRequest('INVALID_RESOURCE', 'The type is not a valid resource.', '/data/type');
	const attributes = objectOf(data.attributes);
	if (attributes === null) return badRequest('PARAM_MISSING', 'The required parameter, attributes, is missing.', '/data/attributes');
	const relationships = data.relationships === undefined ? {} : objectOf(data.relationships);
	if (relationships === null) return badRequest('INVALID_DATA_FORMAT', 'Not an object.', '/data/relationships');
	return { attributes, relationships };
}

interface AttributeRule {
	accepts: (value: unknown) => boolean;
	message: string;
}

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);

/** The attributes that an update may hold, and what each accepts. */
const UPDATABLE: Readonly<Record<string, AttributeRule>> = {
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

const CREATABLE: typeof UPDATABLE = {
	...UPDATABLE,
	// Any text: beside the three kinds with rules of their own, there is one for each hosted app, and no list of those.
	kind: { accepts: isText, message: 'is not valid' },
	mode: { accepts: (value) => value === 'test' || value === 'live', message: 'is not included in the list' },
	custom: { accepts: (value) => typeof value === 'boolean', message: 'is not valid' },
};

function refusedAttributes(
	attributes: Record<string, unknown>,
	rules: typeof UPDATABLE,
	required: string[],
): Answer | null {
	const unknown = Object.keys(attributes).find((name) => !Object.hasOwn(rules, name));
	if (unknown !== undefined) return badRequest('PARAM_NOT_ALLOWED', `${unknown} is not allowed.`, `/data/attributes/${unknown}`);
	const missing = required.filter((name) => (attributes[name] ?? '') === '');
	const invalid = Object.keys(attributes).filter((name) => !missing.includes(name) && !rules[name]!.accepts(attributes[name]));
	if (missing.length + invalid.length === 0) return null;
	return refusal(
		422,
		...missing.map((name) => blank(`/data/attributes/${name}`)),
		...invalid.map((name) => validationError(`/data/attributes/${name}`, `${name} ${rules[name]!.message}`)),
	);
}

const ORGANIZATION_POINTER = '/data/relationships/organization';
const ROLE_POINTER = '/data/relationships/role';

function refusedOrganization(state: CommerceLayerState, relationships: Record<string, unknown>): Answer | null {
	const unknown = Object.keys(relationships).find((name) => !['organization', 'role'].includes(name));
	if (unknown !== undefined) {
		return badRequest('PARAM_NOT_ALLOWED', `${unknown} is not allowed.`, `/data/relationships/${unknown}`);
	}
	const link = linkage(relationships.organization ?? { data: null });
	if (link === undefined) return badRequest('INVALID_LINKS_OBJECT', 'Data is not a valid link.', ORGANIZATION_POINTER);
	if (link === null) return refusal(422, blank(ORGANIZATION_POINTER));
	if (link.type !== 'organizations') return badRequest('TYPE_MISMATCH', `${link.type} is not a valid type.`, ORGANIZATION_POINTER);
	if (state.organizations.has(link.id)) return null;
	return refusal(422, validationError(ORGANIZATION_POINTER, 'organization must exist'));
}

function refusedRole(
	state: CommerceLayerState,
	kind: string,
	organizationId: string,
	relationships: Record<string, unknown>,
): Answer | null {
	if (!('role' in relationships)) return null;
	const link = linkage(relationships.role);
	if (link === undefined) return badRequest('INVALID_LINKS_OBJECT', 'Data is not a valid link.', ROLE_POINTER);
	if (link !== null && link.type !== 'roles') return badRequest('TYPE_MISMATCH', `${link.type} is not a valid type.`, ROLE_POINTER);
	if (kind === 'integration' && link === null) return refusal(422, blank(ROLE_POINTER));
	if (['sales_channel', 'webapp'].includes(kind) && link !== null) {
		return refusal(422, validationError(ROLE_POINTER, 'role must be blank'));
	}
	if (link !== null && state.roles.get(link.id)?.organizationId !== organizationId) {
		return refusal(422, validationError(ROLE_POINTER, 'role must exist'));
	}
	return null;
}

function invalidToken(): Answer {
	const detail = 'The access token you provided is invalid or has expired.';
	return refusal(401, { title: 'Access token is invalid', detail, code: 'INVALID_TOKEN' });
}

function mediaType(contentType: string | undefined): string {
	return contentType?.split(';')[0]?.trim() ?? '';
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
		jsonParameters: (id, members) => [parameters(id, { updateFields: { metadata: `{"a":"b",${members}}` } })],
		emptyParameters: (id) => parameters(id, { updateFields: {}, clearFields: [] }),
		storedSecrets: (id) => [state.credentials.get(id)?.attributes.client_secret ?? ''],
		visible: {
			parameters: (id, text) => parameters(id, { updateFields: { name: text } }),
			stored: (id) => String(state.credentials.get(id)?.attributes.name),
			change: (id, text) => void (state.credentials.get(id)!.attributes.name = text),
			isName: true,
		},
		isChange: ({ method }) => method === 'PATCH',
		idIn: (request) => idAfter('api_credentials', request),
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
			// The example's client ID and secret are the same word, so the one is redacted along with the other.
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
				attributes: { ...shown, client_id: '[redacted]' },
			},
		},
	};
}

function resourceCase(state: CommerceLayerState): ResourceCase {
	const node = (operation: string, more: INodeParameters): INodeParameters => ({ resource: 'credential', operation, ...more });
	const chosen = (value: string) => ({ __rl: true, mode: 'id', value });
	return {
		credentialType: 'commerceLayerApi',
		seed: (count) => {
			state.credentials = new Map(
				Array.from({ length: count }, (_, index) => {
					const id = `Seed${String(index).padStart(6, '0')}`;
					const created_at = new Date(Date.UTC(2020, 0, 1, 0, index)).toISOString();
					return [id, credential(id, `Integration ${index}`, { ...FILLED_IN, created_at })];
				}),
			);
		},
		storedIds: () => [...state.credentials.keys()],
		allStoredSecrets: () => [...state.credentials.values()].map(({ attributes }) => attributes.client_secret),
		missingId: 'zZzZzZzZzZ',
		create: (name) =>
			node('create', {
				name,
				kind: 'integration',
				organizationId: chosen(ORGANIZATION_ID),
				additionalFields: {
					roleId: chosen('RoleReader'),
					redirectUri: FILLED_IN.redirect_uri,
					reference: FILLED_IN.reference,
					referenceOrigin: FILLED_IN.reference_origin,
				},
			}),
		get: (id) => node('get', { credentialId: chosen(id) }),
		getAll: () => node('getAll', {}),
		delete: (id) => node('delete', { credentialId: chosen(id) }),
		isCreate: ({ method, path }) => method === 'POST' && path === '/api/api_credentials',
		isDelete: ({ method }) => method === 'DELETE',
		pagesFor: (wanted, stored) => Math.max(1, Math.ceil(Math.min(wanted, stored) / 25)),
		resultName: (name) => name,
	};
}
