import { isDeepStrictEqual } from 'node:util';

import omit from 'lodash/omit';
import pick from 'lodash/pick';
import type { INodeParameters } from 'n8n-workflow';

import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import { RateMeter } from './rateLimits';
import { idAfter, jsonObject, SimulatorServer, type Answer, type ReceivedRequest, type Route } from './server';

type Json = Record<string, unknown>;

interface StoredConnection {
	id: number;
	type: string;
	name: string;
	state: string;
	disabled_at: string | null;
	last_synced_at: string | null;
	created_at: string;
	supports_multiple_credentials: boolean;
}

export interface StoredCredential {
	id: number;
	connectionId: number;
	type: string;
	label: string;
	settings: Json;
	secrets: Json;
	created_at: string;
	disabled_at: string | null;
	expiration_date: string | null;
	deleted_at: string | null;
}

/** What a connector says to a credential that DX tries out; DX passes it on under the connector's own status. */
export interface ConnectorRefusal {
	status: number;
	error: string;
	display_message: string;
	raw_message?: string;
}

/** The four documented verification failures, in the documented shape. `raw_message` is optional there. */
export const CONNECTOR_REFUSALS = {
	credentials: {
		status: 401,
		error: 'Invalid credentials',
		display_message: 'The API token provided is invalid.',
		raw_message: '401 Unauthorized',
	},
	permissions: {
		status: 403,
		error: 'Invalid permissions',
		display_message: 'The token lacks required scopes.',
		raw_message: '403 Forbidden',
	},
	duplicateSecrets: {
		status: 422,
		error: 'Duplicate secrets',
		display_message: 'Another credential has these secrets.',
	},
	duplicateSettings: {
		status: 422,
		error: 'Duplicate settings',
		display_message: 'Another credential has these settings.',
	},
} satisfies Record<string, ConnectorRefusal>;

/** Error codes are documented, their statuses are not, but for “422: error with your request”. */
const STATUS_OF_CODE = {
	not_authed: 401,
	connection_not_found: 404,
	credential_not_found: 404,
	unknown_method: 404,
	invalid_json: 422,
	invalid_arguments: 422,
	// That there is a limit is not documented for the Data Cloud API: this code is made up.
	rate_limited: 429,
	// How DX refuses a second credential where the connector takes one alone is not documented: this code is made up.
	multiple_credentials_not_supported: 422,
} as const;

const API_TOKEN = 'dxat-3c0d9a55-canary-7b1e';
const CASE = 'DX';

export const simulator = {
	updateTraits: { [CASE]: { sendsSecret: true, signsIn: false, repeatSafe: false, putsBack: false } },
	start,
} satisfies SimulatorDefinition;

/** What tests may set and look at. */
export interface DxState {
	connections: Map<string, StoredConnection>;
	credentials: Map<string, StoredCredential>;
	/** The connectors that refuse whatever they are tried with, by connection. */
	refusals: Map<number, ConnectorRefusal>;
	/** A word that every connector takes for the mark of a wrong secret; `null`: none. For people who want to see a refusal. */
	wrongWord: string | null;
	/** Every sign-in at a connector with a credential to be verified; `null` stands for one that does not exist yet. */
	knocks: Array<{ connectionId: number; credentialId: number | null }>;
}

export interface DxSimulator extends RunningSimulator {
	state: DxState;
}

/** No limit is published. */
async function start({ limits: rules = [] }: StartOptions = {}): Promise<DxSimulator> {
	const state = initialState();
	const limits = new RateMeter(rules);
	const server: SimulatorServer = new SimulatorServer(
		routes(state),
		() => failed('unknown_method'),
		() => ({ refusal: limits.take(server.now()) ? undefined : failed('rate_limited') }),
	);
	const url = await server.listen();
	return {
		server,
		keys: { ids: ['id'], names: ['label', 'name'], sorts: ['type'], pages: [] },
		places: [],
		limits,
		state,
		credentials: { dxApi: { instance: '', apiToken: API_TOKEN, baseUrl: url } },
		updates: { [CASE]: updateCase(state) },
		resources: { [CASE]: resourceCase(state) },
		refuseSecrets: () => {
			for (const { id } of state.connections.values()) state.refusals.set(id, CONNECTOR_REFUSALS.credentials);
		},
		holdings: () =>
			[...state.credentials.values()]
				.filter(({ deleted_at }) => deleted_at === null)
				.map((stored) => ({ ...omit(stored, 'created_at'), id: String(stored.id), name: stored.label })),
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
			limits.clear();
		},
		stop: async () => await server.close(),
	};
}

function initialState(): DxState {
	const connection = (id: number, type: string, name: string, changes: Partial<StoredConnection> = {}) => ({
		id,
		type,
		name,
		state: 'verified',
		disabled_at: null,
		last_synced_at: '2026-06-01T04:00:00.000Z',
		created_at: '2025-12-01T00:00:00.000Z',
		supports_multiple_credentials: true,
		...changes,
	});
	const connections = [
		connection(123, 'jira_cloud', 'Jira myfakecompany'),
		connection(124, 'github', 'GitHub myfakecompany', { disabled_at: '2026-03-01T00:00:00.000Z' }),
	];
	const credentials = [
		credential(456, 123, { label: 'Automation user — myfakecompany' }),
		credential(457, 123, { expiration_date: '2027-02-28' }),
		credential(458, 123, { disabled_at: '2026-02-01T00:00:00.000Z' }),
		credential(459, 123, { deleted_at: '2026-02-01T00:00:00.000Z' }),
		credential(789, 124, { type: 'github', settings: { org: 'myfakecompany' } }),
	];
	return {
		connections: new Map(connections.map((stored) => [String(stored.id), stored])),
		credentials: new Map(credentials.map((stored) => [String(stored.id), stored])),
		refusals: new Map(),
		wrongWord: null,
		knocks: [],
	};
}

function credential(id: number, connectionId: number, changes: Partial<StoredCredential> = {}): StoredCredential {
	return {
		id,
		connectionId,
		type: 'jira_cloud',
		label: `Automation user ${id}`,
		settings: { jira_user: `bot-${id}@myfakecompany.example` },
		secrets: { api_token: `stored-token-${id}` },
		created_at: '2026-01-01T00:00:00.000Z',
		disabled_at: null,
		expiration_date: null,
		deleted_at: null,
		...changes,
	};
}

/** The credentials of a connection that are not deleted. */
function credentialsOf(state: DxState, connectionId: number): StoredCredential[] {
	return [...state.credentials.values()].filter(
		(stored) => stored.connectionId === connectionId && stored.deleted_at === null,
	);
}

function routes(state: DxState): Route[] {
	const authed =
		(handle: Route['handle']): Route['handle'] =>
		async (request, parameters) =>
			request.headers.authorization === `Bearer ${API_TOKEN}`
				? await handle(request, parameters)
				: failed('not_authed');
	const inConnection = (
		handle: (connection: StoredConnection, request: ReceivedRequest, id: string) => Answer,
	): Route['handle'] =>
		authed((request, { connectionId = '', id = '' }) => {
			const connection = state.connections.get(connectionId);
			return connection === undefined ? failed('connection_not_found') : handle(connection, request, id);
		});
	return [
		{
			method: 'GET',
			path: '/api/connections.list',
			handle: authed(() => ok({ connections: [...state.connections.values()] })),
		},
		{
			method: 'GET',
			path: '/api/connections/:connectionId/credentials.list',
			handle: inConnection(({ id }) => ok({ credentials: credentialsOf(state, id).map(listed) })),
		},
		{
			method: 'GET',
			path: '/api/connections/:connectionId/credentials.info/:id',
			handle: inConnection((connection, _request, id) => {
				const stored = state.credentials.get(id);
				if (stored?.connectionId !== connection.id) return failed('credential_not_found');
				return ok({ credential: { ...listed(stored), deleted_at: stored.deleted_at } });
			}),
		},
		{
			method: 'POST',
			path: '/api/connections/:connectionId/credentials.create',
			handle: inConnection((connection, request) => createCredential(state, connection, request)),
		},
		{
			method: 'POST',
			path: '/api/connections/:connectionId/credentials.delete',
			handle: inConnection((connection, request) => deleteCredential(state, connection, request)),
		},
		{
			method: 'POST',
			path: '/api/connections/:connectionId/credentials.update',
			handle: inConnection((connection, request) => updateCredential(state, connection, request)),
		},
	];
}

function updateCredential(state: DxState, connection: StoredConnection, request: ReceivedRequest): Answer {
	const body = jsonObject(request.text);
	if (body === null || !isJson(request)) return failed('invalid_json');
	if (!isUpdateBody(body)) return failed('invalid_arguments');
	const stored = credentialsOf(state, connection.id).find(({ id }) => id === body.id);
	if (stored === undefined) return failed('credential_not_found');

	const changed: StoredCredential = {
		...stored,
		label: body.label ?? stored.label,
		// Whether settings that are left out of given ones are kept is not documented; here they are lost, so that it shows.
		settings: body.settings ?? stored.settings,
		secrets: { ...stored.secrets, ...body.secrets },
		expiration_date: body.expiration_date ?? stored.expiration_date,
	};
	// Whatever has changed, the connector is tried before anything is saved.
	const refusal = verify(state, changed, stored.id);
	if (refusal !== null) return refusal;
	state.credentials.set(String(stored.id), changed);
	return ok({ credential: named(changed) });
}

/**
 * Which keys a new credential needs is not documented; they depend on the connector. Here it needs secrets, because
 * there is nothing to sign in with otherwise, and no settings.
 */
function createCredential(state: DxState, connection: StoredConnection, request: ReceivedRequest): Answer {
	const body = jsonObject(request.text);
	if (body === null || !isJson(request)) return failed('invalid_json');
	if (!isCreateBody(body)) return failed('invalid_arguments');
	if (!connection.supports_multiple_credentials && credentialsOf(state, connection.id).length > 0) {
		return failed('multiple_credentials_not_supported');
	}

	const id = Math.max(0, ...[...state.credentials.values()].map((stored) => stored.id)) + 1;
	const created = credential(id, connection.id, {
		type: connection.type,
		label: body.label ?? `Credential ${id}`,
		settings: body.settings ?? {},
		secrets: body.secrets,
		created_at: new Date().toISOString(),
		expiration_date: body.expiration_date ?? null,
	});
	const refusal = verify(state, created, null);
	if (refusal !== null) return refusal;
	state.credentials.set(String(id), created);
	return { ...ok({ credential: named(created) }), status: 201 };
}

/** That the row is kept is documented; what deleting it once more is answered is not. */
function deleteCredential(state: DxState, connection: StoredConnection, request: ReceivedRequest): Answer {
	const body = jsonObject(request.text);
	if (body === null || !isJson(request)) return failed('invalid_json');
	if (!Number.isInteger(body.id) || Object.keys(body).length !== 1) return failed('invalid_arguments');
	const stored = credentialsOf(state, connection.id).find(({ id }) => id === body.id);
	if (stored === undefined) return failed('credential_not_found');
	stored.deleted_at = new Date().toISOString();
	return ok({});
}

/**
 * The refusal of a credential that is to be stored, or `null`. Duplicates are among the documented verification
 * failures; whether the connector is tried before they are looked for is not documented. Here it is: the worse case.
 */
function verify(state: DxState, candidate: StoredCredential, credentialId: number | null): Answer | null {
	const { connectionId, secrets, settings } = candidate;
	state.knocks.push({ connectionId, credentialId });
	const others = credentialsOf(state, connectionId).filter(({ id }) => id !== candidate.id);
	const duplicate = (key: 'secrets' | 'settings', values: Json) =>
		Object.keys(values).length > 0 && others.some((other) => isDeepStrictEqual(other[key], values));
	if (state.refusals.has(connectionId)) return refused(state.refusals.get(connectionId)!);
	if (state.wrongWord !== null && JSON.stringify(secrets).includes(state.wrongWord)) return refused(CONNECTOR_REFUSALS.credentials);
	if (duplicate('secrets', secrets)) return refused(CONNECTOR_REFUSALS.duplicateSecrets);
	if (duplicate('settings', settings)) return refused(CONNECTOR_REFUSALS.duplicateSettings);
	return null;
}

function refused({ status, ...said }: ConnectorRefusal): Answer {
	return { status, body: { ok: false, ...said } };
}

interface Fields extends Json {
	label?: string;
	settings?: Json;
	secrets?: Json;
	expiration_date?: string;
}

type CreateBody = Fields & { secrets: Json };
type UpdateBody = Fields & { id: number };

const isPlainObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The documented keys of a create and, beside the id, of an update, and what each may hold. */
const FIELD_KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
	label: (value) => typeof value === 'string' && value !== '',
	settings: isPlainObject,
	secrets: isPlainObject,
	expiration_date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

function hasFields(body: Json): boolean {
	return Object.entries(body).every(([key, value]) => Object.hasOwn(FIELD_KEYS, key) && FIELD_KEYS[key]!(value));
}

function isCreateBody(body: Json): body is CreateBody {
	return hasFields(body) && Object.keys((body.secrets as Json | undefined) ?? {}).length > 0;
}

function isUpdateBody(body: Json): body is UpdateBody {
	const { id, ...fields } = body;
	return Number.isInteger(id) && hasFields(fields);
}

function isJson({ headers }: ReceivedRequest): boolean {
	return headers['content-type']?.split(';')[0]?.trim() === 'application/json';
}

/** A credential as create and update answer with it. */
function named({ id, type, label, created_at }: StoredCredential): Json {
	return { id, type, label, created_at };
}

/** A credential as list and info show it: secrets are in neither. */
function listed({ id, type, label, settings, created_at, disabled_at, expiration_date }: StoredCredential): Json {
	return { id, type, label, settings, created_at, disabled_at, expiration_date };
}

function ok(body: Json): Answer {
	return { status: 200, body: { ok: true, ...body } };
}

function failed(error: keyof typeof STATUS_OF_CODE): Answer {
	return { status: STATUS_OF_CODE[error], body: { ok: false, error } };
}

const locator = (value: string) => ({ __rl: true, mode: 'id', value });

/** Node parameters of an operation on the credentials of a connection. */
export function operationParameters(
	operation: 'create' | 'delete' | 'get' | 'getAll' | 'update',
	more: INodeParameters,
	connectionId = '123',
): INodeParameters {
	const source = operation === 'create' || operation === 'update' ? { secretSource: 'fields' } : {};
	return { resource: 'credential', operation, connectionId: locator(connectionId), ...source, ...more };
}

/** Node parameters of an operation on one credential of a connection. */
export function credentialParameters(
	operation: 'delete' | 'get',
	credentialId: string,
	connectionId?: string,
): INodeParameters {
	return operationParameters(operation, { credentialId: locator(credentialId) }, connectionId);
}

/** Node parameters that update a credential of a connection: secrets have parameters of their own, the rest is in a collection. */
export function updateParameters(credentialId: string, fields: INodeParameters, connectionId?: string): INodeParameters {
	const secrets = pick(fields, ['secrets', 'secretsJson', 'jiraApiToken']);
	const updateFields = omit(fields, Object.keys(secrets)) as INodeParameters;
	return operationParameters('update', { credentialId: locator(credentialId), ...secrets, updateFields }, connectionId);
}

/** The rows of “Settings” or “Secrets”, as the editor stores them. */
export function rows(...pairs: Array<[name: string, value: string]>): INodeParameters {
	return { values: pairs.map(([name, value]) => ({ name, value })) };
}

function updateCase(state: DxState): UpdateCase {
	return {
		credentialType: 'dxApi',
		ids: ['456', '457', '458'],
		missingId: '999',
		idKind: 'integer',
		parameters: (id, secret) => updateParameters(id, { secrets: rows(['api_token', secret]) }),
		jsonParameters: (id, members) => [
			updateParameters(id, { settingsJson: `{"jira_user":"bot@myfakecompany.example",${members}}` }),
			updateParameters(id, { secretsJson: `{"api_token":"a-new-token",${members}}` }),
		],
		emptyParameters: (id) => updateParameters(id, {}),
		storedSecrets: (id) => Object.values(state.credentials.get(id)?.secrets ?? {}).map(String),
		stored: {
			parameters: (id) => ({ ...updateParameters(id, {}), secretSource: 'storedSecret' }),
			values: (secret) => ({ api_token: secret }),
		},
		visible: {
			parameters: (id, text) => updateParameters(id, { label: text }),
			stored: (id) => String(state.credentials.get(id)?.label),
			change: (id, text) => void (state.credentials.get(id)!.label = text),
			isName: true,
		},
		isChange: ({ method, path }) => method === 'POST' && path.endsWith('/credentials.update'),
		idIn: (request) => {
			const { id } = jsonObject(request.text) ?? {};
			return id === undefined ? idAfter('credentials.info', request) : String(id);
		},
		unauthorized: { status: STATUS_OF_CODE.not_authed, body: failed('not_authed').body },
		example: {
			parameters: updateParameters('456', { label: 'Automation user — myfakecompany (updated)' }),
			request: {
				method: 'POST',
				target: '/api/connections/123/credentials.update',
				headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
				body: { id: 456, label: 'Automation user — myfakecompany (updated)' },
			},
			answer: {
				status: 200,
				body: {
					ok: true,
					credential: {
						id: 456,
						type: 'jira_cloud',
						label: 'Automation user — myfakecompany (updated)',
						created_at: '2026-01-01T00:00:00.000Z',
					},
				},
			},
			result: {
				outcome: 'updated',
				id: '456',
				name: 'Automation user — myfakecompany (updated)',
				type: 'jira_cloud',
				parentId: '123',
				createdAt: '2026-01-01T00:00:00.000Z',
				updatedAt: null,
				expiresAt: null,
				changed: ['label'],
				verification: 'verified',
				verificationDetail: { method: 'vendor', detail: 'DX has signed in at the connector with the credential before it saved the change.' },
				attributes: {},
			},
		},
	};
}

function resourceCase(state: DxState): ResourceCase {
	const isPost = (name: string) => (request: ReceivedRequest) =>
		request.method === 'POST' && request.path.endsWith(`/credentials.${name}`);
	return {
		credentialType: 'dxApi',
		seed: (count) => {
			const seeded = Array.from({ length: count }, (_, index) => credential(index + 1, 123));
			for (const first of seeded.slice(0, 1)) {
				Object.assign(first, { expiration_date: '2027-02-28', disabled_at: '2026-02-01T00:00:00.000Z' });
			}
			// What is deleted, and what belongs to another connection, must not show.
			const others = [credential(90001, 123, { deleted_at: '2026-02-01T00:00:00.000Z' }), credential(90002, 124)];
			state.credentials = new Map([...seeded, ...others].map((stored) => [String(stored.id), stored]));
		},
		storedIds: () => credentialsOf(state, 123).map(({ id }) => String(id)),
		allStoredSecrets: () => [...state.credentials.values()].flatMap(({ secrets }) => Object.values(secrets).map(String)),
		missingId: '99999',
		create: (name, secret) =>
			operationParameters('create', { secrets: rows(['api_token', secret]), additionalFields: { label: name } }),
		createStored: (name) => operationParameters('create', { additionalFields: { label: name }, secretSource: 'storedSecret' }),
		get: (id) => credentialParameters('get', id),
		getAll: () => operationParameters('getAll', {}),
		delete: (id) => credentialParameters('delete', id),
		isCreate: isPost('create'),
		isDelete: isPost('delete'),
		pagesFor: () => 1,
		resultName: (name) => name,
	};
}
