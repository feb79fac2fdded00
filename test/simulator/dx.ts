import { isDeepStrictEqual } from 'node:util';

import type { INodeParameters } from 'n8n-workflow';

import type { RunningSimulator, SimulatorDefinition, UpdateCase } from './definition';
import { jsonObject, SimulatorServer, type Answer, type ReceivedRequest, type Route } from './server';

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
} as const;

const API_TOKEN = 'dxat-3c0d9a55-canary-7b1e';
const CASE = 'DX';

export const simulator = {
	updateTraits: { [CASE]: { sendsSecret: true, signsIn: false } },
	start,
} satisfies SimulatorDefinition;

/** What tests may set and look at. */
export interface DxState {
	connections: Map<string, StoredConnection>;
	credentials: Map<string, StoredCredential>;
	/** The connectors that refuse whatever they are tried with, by connection. */
	refusals: Map<number, ConnectorRefusal>;
	/** Every sign-in at a connector with a credential to be verified. */
	knocks: Array<{ connectionId: number; credentialId: number }>;
}

export interface DxSimulator extends RunningSimulator {
	state: DxState;
}

async function start(): Promise<DxSimulator> {
	const state = initialState();
	const server = new SimulatorServer(routes(state), () => failed('unknown_method'));
	const url = await server.listen();
	return {
		server,
		state,
		credentials: { dxApi: { instance: '', apiToken: API_TOKEN, baseUrl: url } },
		updates: { [CASE]: updateCase(state) },
		refuseSecrets: () => {
			for (const { id } of state.connections.values()) state.refusals.set(id, CONNECTOR_REFUSALS.credentials);
		},
		reset: () => {
			Object.assign(state, initialState());
			server.clear();
		},
		stop: async () => await server.close(),
	};
}

function initialState(): DxState {
	const connection = (id: number, type: string, name: string, changes: Partial<StoredConnection> = {}) => ({
		id,
		type,
		name,
		state: 'connected',
		disabled_at: null,
		last_synced_at: '2026-06-01T04:00:00.000Z',
		created_at: '2025-12-01T00:00:00.000Z',
		supports_multiple_credentials: true,
		...changes,
	});
	const credential = (id: number, connectionId: number, changes: Partial<StoredCredential> = {}) => ({
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
		knocks: [],
	};
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
			handle: inConnection((connection) =>
				ok({
					credentials: [...state.credentials.values()]
						.filter((credential) => credential.connectionId === connection.id && credential.deleted_at === null)
						.map(listed),
				}),
			),
		},
		{
			method: 'GET',
			path: '/api/connections/:connectionId/credentials.info/:id',
			handle: inConnection((connection, _request, id) => {
				const credential = state.credentials.get(id);
				if (credential?.connectionId !== connection.id) return failed('credential_not_found');
				return ok({ credential: { ...listed(credential), deleted_at: credential.deleted_at } });
			}),
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
	const stored = state.credentials.get(String(body.id));
	if (stored === undefined || stored.connectionId !== connection.id || stored.deleted_at !== null) {
		return failed('credential_not_found');
	}

	// Whatever has changed, the connector is tried before anything is saved.
	state.knocks.push({ connectionId: connection.id, credentialId: stored.id });
	const refusal = state.refusals.get(connection.id);
	if (refusal !== undefined) return refusedBy(refusal);

	const settings = body.settings ?? stored.settings;
	const secrets = { ...stored.secrets, ...body.secrets };
	const others = [...state.credentials.values()].filter(
		(other) => other !== stored && other.connectionId === connection.id && other.deleted_at === null,
	);
	if (body.secrets !== undefined && others.some((other) => isDeepStrictEqual(other.secrets, secrets))) {
		return refusedBy(CONNECTOR_REFUSALS.duplicateSecrets);
	}
	if (body.settings !== undefined && others.some((other) => isDeepStrictEqual(other.settings, settings))) {
		return refusedBy(CONNECTOR_REFUSALS.duplicateSettings);
	}

	stored.label = body.label ?? stored.label;
	// Whether settings that are left out of given ones are kept is not documented; here they are lost, so that it shows.
	stored.settings = settings;
	stored.secrets = secrets;
	stored.expiration_date = body.expiration_date ?? stored.expiration_date;
	const { id, type, label, created_at } = stored;
	return ok({ credential: { id, type, label, created_at } });
}

function refusedBy({ status, ...said }: ConnectorRefusal): Answer {
	return { status, body: { ok: false, ...said } };
}

interface UpdateBody extends Json {
	id: number;
	label?: string;
	settings?: Json;
	secrets?: Json;
	expiration_date?: string;
}

const isPlainObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The documented keys of the body, and what each may hold. */
const UPDATE_KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
	id: (value) => Number.isInteger(value),
	label: (value) => typeof value === 'string' && value !== '',
	settings: isPlainObject,
	secrets: isPlainObject,
	expiration_date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

function isUpdateBody(body: Json): body is UpdateBody {
	return (
		body.id !== undefined &&
		Object.entries(body).every(([key, value]) => Object.hasOwn(UPDATE_KEYS, key) && UPDATE_KEYS[key]!(value))
	);
}

function isJson({ headers }: ReceivedRequest): boolean {
	return headers['content-type']?.split(';')[0]?.trim() === 'application/json';
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

/** Node parameters that update a credential of a connection. */
export function updateParameters(
	credentialId: string,
	updateFields: INodeParameters,
	connectionId = '123',
): INodeParameters {
	return {
		resource: 'credential',
		operation: 'update',
		connectionId: { __rl: true, mode: 'id', value: connectionId },
		credentialId: { __rl: true, mode: 'id', value: credentialId },
		updateFields,
	};
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
		emptyParameters: (id) => updateParameters(id, {}),
		storedSecrets: (id) => Object.values(state.credentials.get(id)?.secrets ?? {}).map(String),
		isChange: ({ method, path }) => method === 'POST' && path.endsWith('/credentials.update'),
		requestsPerUpdate: 1,
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
				verification: { status: 'verified', method: 'vendor', detail: null },
				attributes: {},
			},
		},
	};
}
