import omit from 'lodash/omit';
import type { INodeParameters } from 'n8n-workflow';

import { openSshKey } from '../harness/keys';
import type { ResourceCase, RunningSimulator, SimulatorDefinition, StartOptions, UpdateCase } from './definition';
import { RateMeter } from './rateLimits';
import { idAfter, jsonObject, SimulatorServer, type Answer, type ReceivedRequest, type Route } from './server';

type Configuration = Record<string, unknown>;

const CLIENT_ID = '4a1b2c3d4e5f60718293a4b5c6d7e8f9';
const CLIENT_SECRET = 'p8e-adobe-client-secret-canary';
const ORGANIZATION_ID = '1A2B3C4D5E6F7890ABCDEF12@AdobeOrg';
const SANDBOXES = ['prod', 'dev'];
const SCOPES = 'openid,session,AdobeID,read_organizations,additional_info.projectedProductContext';
const CREDENTIAL_TYPE = 'adobeDestinationSdkApi';

/** Seconds that IMS v3 gives a token. */
const TOKEN_LIFE_S = 86399;

const BASE_PATH = '/data/core/activation/authoring/credentials';

/** The version of the token endpoint that the guide names, and the one that Adobe’s own clients call. */
const TOKEN_PATHS = ['/ims/token/v3', '/ims/token/v2'];

const CASE = 'Adobe';

/** Ids of the three configurations that the update case changes; all are of the S3 kind. */
export const S3_IDS: [string, string, string] = [
	'5a1c7b30-0001-4c8e-9d5f-a3b2c1d0e9f1',
	'5a1c7b30-0002-4c8e-9d5f-a3b2c1d0e9f2',
	'5a1c7b30-0003-4c8e-9d5f-a3b2c1d0e9f3',
];

/** Ids of one configuration of each other kind. */
export const IDS = {
	basic: 'n55affa0-3747-4030-895d-1d1236bb3680',
	ssh: 'a7c1e2f4-0b3d-4f5a-8c6e-9d0f1a2b3c4d',
	azure: 'b8d2f3a5-1c4e-4a6b-9d7f-0e1a2b3c4d5e',
	azureConnectionString: 'c9e3a4b6-2d5f-4b7c-8e8a-1f2b3c4d5e6f',
	oauth2Client: 'd0f4b5c7-3e6a-4c8d-9f9b-2a3c4d5e6f70',
};

const MISSING_ID = '5a1c7b30-0009-4c8e-9d5f-a3b2c1d0e9f9';

/** Kinds and their fields: the current page, and the older one from `oauth1Authentication` on. */
const KIND_FIELDS: Record<string, string[]> = {
	basicAuthentication: ['url', 'username', 'password'],
	s3Authentication: ['accessId', 'secretKey'],
	sshAuthentication: ['username', 'sshKey'],
	azureAuthentication: ['url', 'tenant', 'servicePrincipalId', 'servicePrincipalKey'],
	azureConnectionStringAuthentication: ['connectionString'],
	oauth1Authentication: ['apiKey', 'apiSecret', 'accessToken', 'tokenSecret'],
	oauth2UserAuthentication: ['url', 'clientId', 'clientSecret', 'username', 'password', 'header'],
	oauth2ClientAuthentication: ['url', 'clientId', 'clientSecret', 'header', 'developerToken'],
	oauth2AccessTokenAuthentication: ['accessToken', 'expiration', 'username', 'userId', 'url', 'header'],
	oauth2RefreshTokenAuthentication: ['refreshToken', 'expiration', 'clientId', 'clientSecret', 'url', 'header'],
	azureEventHubAuthentication: ['sasKeyName', 'sasKey', 'namespace'],
	awsClientRegionAuthentication: ['accessKeyId', 'secretKey', 'region'],
};

const SECRET_FIELDS = [
	'password',
	'secretKey',
	'sshKey',
	'servicePrincipalKey',
	'connectionString',
	'apiSecret',
	'accessToken',
	'tokenSecret',
	'clientSecret',
	'developerToken',
	'refreshToken',
	'sasKey',
];

const READ_ONLY_FIELDS = ['instanceId', 'createdDate', 'lastModifiedDate'];

const TOP_LEVEL_FIELDS = [...READ_ONLY_FIELDS, 'type', 'name'];

export const simulator = {
	updateTraits: { [CASE]: { sendsSecret: true, signsIn: true, repeatSafe: true, putsBack: false } },
	start,
} satisfies SimulatorDefinition;

/** What tests may set and look at. */
export interface AdobeState {
	/** By id. */
	configurations: Map<string, { sandbox: string; configuration: Configuration }>;
	/** How answers show secrets. The documents do not say; their examples show them. */
	secretsShown: 'plain' | 'masked' | 'omitted';
	/** How answers wrap a configuration or a list: every way that Adobe's own sources show. */
	shape: 'plain' | 'array' | 'items';
	/** The statuses of success: those of the documents and the API description, or those of Adobe's generated collection. */
	statuses: 'documents' | 'collection';
	/** “Destination Authoring”. */
	mayAuthor: boolean;
}

export interface AdobeSimulator extends RunningSimulator {
	state: AdobeState;
	/** The stored configuration, as it stands now. */
	stored(id: string): Configuration;
	/** An access token that is valid until `expireTokens` or `reset`. */
	issueToken(): string;
}

/** No limit is published; the answer to too many requests is known from users' reports. */
async function start({ limits: rules = [] }: StartOptions = {}): Promise<AdobeSimulator> {
	const state = initialState();
	const limits = new RateMeter(rules);
	const tokens = new TokenStore();
	let answered = 0;
	const server: SimulatorServer = new SimulatorServer(
		[...tokenRoutes(tokens), ...apiRoutes(state, tokens)],
		() => problem(404, 'NotFoundError', 'The requested path was not found'),
		(request) => ({
			headers: { 'x-request-id': `adobe-request-${(answered += 1)}` },
			refusal:
				isSignIn(request) || limits.take(server.now()) ? undefined : gateway(429, '429050', 'Too many requests'),
		}),
	);
	const url = await server.listen();
	const stored = (id: string) => state.configurations.get(id)?.configuration ?? {};
	return {
		server,
		keys: { ids: ['instanceId'], names: ['name'], sorts: ['type'], pages: [] },
		places: [],
		limits,
		state,
		stored,
		issueToken: () => tokens.issue(),
		credentials: {
			[CREDENTIAL_TYPE]: {
				authentication: 'oauth',
				clientId: CLIENT_ID,
				clientSecret: CLIENT_SECRET,
				organizationId: ORGANIZATION_ID,
				sandboxName: 'prod',
				scopes: SCOPES,
				baseUrl: url,
				authBaseUrl: url,
			},
		},
		updates: { [CASE]: updateCase(stored, tokens) },
		resources: { [CASE]: resourceCase(state) },
		holdings: () =>
			[...state.configurations].map(([id, { sandbox, configuration }]) => {
				return { ...omit(configuration, ['createdDate', 'lastModifiedDate']), id, name: configuration.name, sandbox };
			}),
		reset: () => {
			Object.assign(state, initialState());
			tokens.reset();
			server.clear();
			limits.clear();
			answered = 0;
		},
		stop: async () => await server.close(),
	};
}

/** Access tokens with their end in epoch milliseconds, numbered in the order in which they are issued. */
class TokenStore {
	private readonly validUntil = new Map<string, number>();
	private issued = 0;

	issue(): string {
		this.issued += 1;
		const now = Date.now();
		// Adobe’s client reads when a token ends out of the token itself, where both are milliseconds and text.
		const claims = { type: 'access_token', client_id: CLIENT_ID, created_at: String(now), expires_in: String(TOKEN_LIFE_S * 1000) };
		const token = `${encoded({ alg: 'RS256' })}.${encoded(claims)}.adobe-access-token-${this.issued}`;
		this.validUntil.set(token, now + TOKEN_LIFE_S * 1000);
		return token;
	}

	isValid(token: string): boolean {
		return (this.validUntil.get(token) ?? 0) > Date.now();
	}

	revokeAll(): void {
		this.validUntil.clear();
	}

	reset(): void {
		this.revokeAll();
		this.issued = 0;
	}
}

function encoded(part: object): string {
	return Buffer.from(JSON.stringify(part)).toString('base64url');
}

export const STORED_SSH_KEY = openSshKey();

function initialState(): AdobeState {
	const dates = (day: string) => ({
		createdDate: `2024-03-${day}T09:15:30.123456Z`,
		lastModifiedDate: `2024-05-${day}T12:00:00.654321Z`,
	});
	const s3 = S3_IDS.map((instanceId, index) => ({
		instanceId,
		...dates(`0${index + 1}`),
		type: 's3Authentication',
		name: `S3 bucket ${index + 1}`,
		s3Authentication: { accessId: `AKIAIOSFODNN7EXAMPL${index}`, secretKey: `stored-secret-key-${index}` },
	}));
	const others = [
		{
			instanceId: IDS.basic,
			...dates('04'),
			type: 'basic',
			name: 'Partner API',
			basicAuthentication: { url: 'https://partner.example.com', username: 'aep', password: 'stored-password' },
		},
		{
			instanceId: IDS.ssh,
			...dates('05'),
			type: 'SSH',
			sshAuthentication: { username: 'aep-sftp', sshKey: STORED_SSH_KEY },
		},
		{
			instanceId: IDS.azure,
			...dates('06'),
			name: 'Azure Data Lake',
			azureAuthentication: {
				url: 'https://lake.example.com',
				tenant: 'contoso.example.com',
				servicePrincipalId: '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
				servicePrincipalKey: 'stored-principal-key',
			},
		},
		{
			instanceId: IDS.azureConnectionString,
			...dates('07'),
			azureConnectionStringAuthentication: {
				connectionString: 'AccountName=store;AccountKey=c3RvcmVkLWFjY291bnQta2V5;EndpointSuffix=core.example.com',
			},
		},
		{
			instanceId: IDS.oauth2Client,
			...dates('08'),
			type: 'OAUTH2_CLIENT_CREDENTIAL',
			name: 'Ads platform',
			oauth2ClientAuthentication: {
				url: 'https://ads.example.com/token',
				clientId: 'stored-client-id',
				clientSecret: 'stored-client-secret',
			},
		},
	];
	return {
		configurations: new Map(
			[...s3, ...others].map((configuration) => [configuration.instanceId, { sandbox: 'prod', configuration }]),
		),
		secretsShown: 'plain',
		shape: 'plain',
		statuses: 'documents',
		mayAuthor: true,
	};
}

/**
 * IMS: OAuth server-to-server, with scopes separated by commas. The guide, which is for v3, knows a URL-encoded form alone;
 * whether v3 takes the clients’ multipart form or parameters in the URL as well is not known: here it does not.
 */
function tokenRoutes(tokens: TokenStore): Route[] {
	return TOKEN_PATHS.map((path) => ({
		method: 'POST',
		path,
		handle: async (request) => {
			const form = await formOf(request, path === '/ims/token/v2' ? [URL_ENCODED, 'multipart/form-data'] : [URL_ENCODED]);
			if (form === null) return imsError('invalid_request');
			if (form.get('grant_type') !== 'client_credentials') return imsError('unsupported_grant_type');
			if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET) {
				return imsError('invalid_client');
			}
			// Adobe’s clients send it, and the guide does not; that a wrong one is refused is harsher than what is known.
			if ((form.get('org_id') ?? ORGANIZATION_ID) !== ORGANIZATION_ID) return imsError('invalid_request');
			const granted = SCOPES.split(',');
			const asked = String(form.get('scope') ?? '').split(',');
			if (!asked.every((scope) => granted.includes(scope))) return imsError('invalid_scope');
			return {
				status: 200,
				body: { access_token: tokens.issue(), token_type: 'bearer', expires_in: TOKEN_LIFE_S },
			};
		},
	}));
}

function isSignIn({ path }: ReceivedRequest): boolean {
	return TOKEN_PATHS.includes(path);
}

const URL_ENCODED = 'application/x-www-form-urlencoded';

/** The form in the body, unless it is of a type that is not taken, or none. */
async function formOf({ headers, text }: ReceivedRequest, taken: string[]): Promise<FormData | null> {
	if (!taken.includes(mediaType(headers) ?? '')) return null;
	const body = new Response(text, { headers: { 'content-type': headers['content-type']! } });
	return await body.formData().catch(() => null);
}

function imsError(error: string): Answer {
	return { status: 400, body: { error, error_description: `${error} (IMS)` } };
}

function apiRoutes(state: AdobeState, tokens: TokenStore): Route[] {
	const guarded =
		(handle: (request: ReceivedRequest, id: string) => Answer): Route['handle'] =>
		(request, { id = '' }) =>
			refusedHeaders(request, state, tokens) ?? handle(request, id);
	const inSandbox = ({ headers }: ReceivedRequest, id: string) => {
		const found = state.configurations.get(id);
		return found?.sandbox === headers['x-sandbox-name'] ? found : undefined;
	};
	const notFound = () => problem(404, 'NotFoundError', 'Credential configuration not found');
	return [
		{
			method: 'GET',
			path: BASE_PATH,
			handle: guarded(({ headers }) => {
				const list = [...state.configurations.values()]
					.filter(({ sandbox }) => sandbox === headers['x-sandbox-name'])
					.map(({ configuration }) => shown(configuration, state));
				return { status: 200, body: state.shape === 'items' ? { items: list } : list };
			}),
		},
		{
			method: 'GET',
			path: `${BASE_PATH}/:id`,
			handle: guarded((request, id) => {
				const found = inSandbox(request, id);
				return found === undefined ? notFound() : answerWith(found.configuration, state);
			}),
		},
		{
			method: 'POST',
			path: BASE_PATH,
			handle: guarded((request) =>
				withBody(request, (body) => {
					// No schema of a request has these; only an older example of PUT sends them back.
					const foreign = READ_ONLY_FIELDS.find((name) => Object.hasOwn(body, name));
					if (foreign !== undefined) return problem(400, 'BadRequestError', `Unrecognized field "${foreign}"`);
					const now = timestamp();
					const instanceId = newId(state);
					const configuration = { ...body, instanceId, createdDate: now, lastModifiedDate: now };
					state.configurations.set(instanceId, { sandbox: request.headers['x-sandbox-name']!, configuration });
					return { ...answerWith(configuration, state), status: state.statuses === 'documents' ? 200 : 201 };
				}),
			),
		},
		{
			method: 'DELETE',
			path: `${BASE_PATH}/:id`,
			handle: guarded((request, id) => {
				if (inSandbox(request, id) === undefined) return notFound();
				state.configurations.delete(id);
				return { status: state.statuses === 'documents' ? 200 : 204 };
			}),
		},
		{
			method: 'PUT',
			path: `${BASE_PATH}/:id`,
			handle: guarded((request, id) => {
				const found = inSandbox(request, id);
				if (found === undefined) return notFound();
				return withBody(request, (body) => {
					// The documents know no partial update: what is not sent is gone, so that losing it shows.
					found.configuration = {
						...body,
						instanceId: id,
						createdDate: found.configuration.createdDate,
						lastModifiedDate: timestamp(),
					};
					return answerWith(found.configuration, state);
				});
			}),
		},
	];
}

/** Now, in microseconds as Adobe writes them. */
function timestamp(): string {
	return new Date().toISOString().replace('Z', '000Z');
}

function newId({ configurations }: AdobeState): string {
	const taken = (number: number) => configurations.has(numberedId(number));
	let number = configurations.size + 1;
	while (taken(number)) number += 1;
	return numberedId(number);
}

function numberedId(number: number): string {
	return `9e4d6a10-${String(number).padStart(4, '0')}-4c8e-9d5f-a3b2c1d0e9f0`;
}

/** Hands on the configuration that a request carries, or refuses the request. */
function withBody({ headers, text }: ReceivedRequest, handle: (body: Configuration) => Answer): Answer {
	const body = jsonObject(text);
	const wrong =
		mediaType(headers) !== 'application/json'
			? 'A valid content-type must be specified'
			: body === null
				? 'The body is not a JSON object'
				: invalidIn(body);
	return body === null || wrong !== null ? problem(400, 'BadRequestError', wrong ?? '') : handle(body);
}

/** Header checks in the order of the troubleshooting guide. What the sandbox check says is not documented. */
function refusedHeaders({ headers }: ReceivedRequest, state: AdobeState, tokens: TokenStore): Answer | null {
	const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
	if (token === undefined) return gateway(403, '403010', 'Oauth token is missing.');
	if (!tokens.isValid(token)) return gateway(401, '401013', 'Oauth token is not valid');
	if (!headers['x-api-key']) return gateway(403, '403000', 'Api Key is required');
	if (headers['x-api-key'] !== CLIENT_ID) return gateway(403, '403003', 'Api Key is invalid');
	if (!headers['x-gw-ims-org-id']) return gateway(400, '400003', 'Missing header');
	if (headers['x-gw-ims-org-id'] !== ORGANIZATION_ID) return gateway(403, '403025', 'Profile is not valid');
	if (!headers['x-sandbox-name']) return problem(400, 'BadRequestError', 'x-sandbox-name is required');
	if (!SANDBOXES.includes(headers['x-sandbox-name']) || !state.mayAuthor) {
		return problem(403, 'ForbiddenError', 'Not permitted for this sandbox');
	}
	return null;
}

/** What is wrong with a body, or `null`. Names are case sensitive; basic needs both of its fields (OpenAPI). */
function invalidIn(body: Configuration): string | null {
	const wrongField = TOP_LEVEL_FIELDS.find((name) => Object.hasOwn(body, name) && typeof body[name] !== 'string');
	if (wrongField !== undefined) return `${wrongField} must be a string`;
	const kinds = Object.keys(body).filter((name) => !TOP_LEVEL_FIELDS.includes(name));
	if (kinds.length !== 1) return 'One credential object is required';
	for (const kind of kinds) {
		const allowed = Object.hasOwn(KIND_FIELDS, kind) ? KIND_FIELDS[kind] : undefined;
		const fields = body[kind];
		if (allowed === undefined) return `Unrecognized field "${kind}"`;
		if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return `${kind} must be an object`;
		for (const [name, value] of Object.entries(fields)) {
			if (!allowed.includes(name)) return `Unrecognized field "${kind}.${name}"`;
			if (typeof value !== 'string') return `${kind}.${name} must be a string`;
		}
	}
	const basic = body.basicAuthentication as Configuration | undefined;
	return basic !== undefined && !(basic.username && basic.password) ? 'username and password are required' : null;
}

function answerWith(configuration: Configuration, state: AdobeState): Answer {
	const one = shown(configuration, state);
	return { status: 200, body: { plain: one, array: [one], items: { items: [one] } }[state.shape] };
}

function shown(configuration: Configuration, { secretsShown }: AdobeState): Configuration {
	const hide = (fields: Configuration) =>
		Object.fromEntries(
			Object.entries(fields).flatMap(([name, value]) => {
				if (secretsShown === 'plain' || !SECRET_FIELDS.includes(name)) return [[name, value]];
				return secretsShown === 'masked' ? [[name, '********']] : [];
			}),
		);
	return Object.fromEntries(
		Object.entries(configuration).map(([name, value]) =>
			Object.hasOwn(KIND_FIELDS, name) ? [name, hide(value as Configuration)] : [name, value],
		),
	);
}

function gateway(status: number, error_code: string, message: string): Answer {
	return { status, body: { error_code, message } };
}

function problem(status: number, title: string, detail: string): Answer {
	return { status, body: { type: '/placeholder/type/uri', status, title, detail } };
}

function mediaType(headers: Record<string, string>): string | undefined {
	return headers['content-type']?.split(';')[0]?.trim();
}

/** Node parameters that change a configuration: its kind and the kind's fields. */
export function updateParameters(id: string, authenticationKind: string, fields: INodeParameters): INodeParameters {
	return {
		resource: 'credential',
		operation: 'update',
		credentialId: { __rl: true, mode: 'id', value: id },
		authenticationKind,
		secretSource: 'fields',
		...fields,
	};
}

function s3In(configuration: unknown): { accessId: string } {
	return (configuration as { s3Authentication: { accessId: string } }).s3Authentication;
}

function updateCase(stored: AdobeSimulator['stored'], tokens: TokenStore): UpdateCase {
	return {
		credentialType: CREDENTIAL_TYPE,
		ids: S3_IDS,
		missingId: MISSING_ID,
		idKind: 'text',
		parameters: (id, secret) =>
			updateParameters(id, 's3Authentication', { accessId: 'AKIAIOSFODNN7EXAMPLE', secretKey: secret }),
		jsonParameters: (id, members) => {
			const kind = '"accessId":"AKIAIOSFODNN7EXAMPLE","secretKey":"a-secret-key"';
			return [`{"s3Authentication":{${kind},${members}}}`, `{"s3Authentication":{${kind}},${members}}`].map((credentialJson) =>
				updateParameters(id, 'json', { credentialJson }),
			);
		},
		emptyParameters: (id) => updateParameters(id, 's3Authentication', {}),
		storedSecrets: (id) => secretsOf(stored(id)),
		stored: {
			parameters: (id) => ({
				...updateParameters(id, 's3Authentication', { accessId: 'AKIAIOSFODNN7EXAMPLE' }),
				secretSource: 'storedSecret',
			}),
			values: (secret) => ({ secretKey: secret }),
		},
		visible: {
			parameters: (id, text) => updateParameters(id, 's3Authentication', { accessId: text, secretKey: 'a-secret-key' }),
			stored: (id) => s3In(stored(id)).accessId,
			change: (id, text) => void (s3In(stored(id)).accessId = text),
			isName: false,
		},
		isChange: ({ method }) => method === 'PUT',
		idIn: (request) => idAfter('credentials', request),
		unauthorized: { status: 401, body: { error_code: '401013', message: 'Oauth token is not valid' } },
		expireTokens: () => tokens.revokeAll(),
		isSignIn,
		example: {
			parameters: updateParameters(S3_IDS[0], 's3Authentication', { accessId: 'string', secretKey: 'string' }),
			request: {
				method: 'PUT',
				target: `/data/core/activation/authoring/credentials/${S3_IDS[0]}`,
				headers: {
					'content-type': 'application/json',
					'x-gw-ims-org-id': ORGANIZATION_ID,
					'x-api-key': CLIENT_ID,
					'x-sandbox-name': 'prod',
				},
				body: { s3Authentication: { accessId: 'string', secretKey: 'string' } },
			},
			// “HTTP status 200 with the details of your updated credential configuration”, as the page on retrieving
			// one shows them.
			answer: {
				status: 200,
				body: {
					instanceId: S3_IDS[0],
					createdDate: '2021-06-07T06:41:48.641943Z',
					lastModifiedDate: '2021-06-07T06:41:48.641943Z',
					type: 's3Authentication',
					name: 'yourdestination',
					s3Authentication: { accessId: 'string', secretKey: 'string' },
				},
			},
			// The example's access ID and secret are the same word, so the one is redacted along with the other.
			result: {
				outcome: 'updated',
				id: S3_IDS[0],
				name: 'yourdestination',
				type: 's3Authentication',
				createdAt: '2021-06-07T06:41:48.641Z',
				updatedAt: '2021-06-07T06:41:48.641Z',
				changed: ['accessId', 'secretKey'],
				verification: 'verified',
				verificationDetail: { method: 'response', detail: null },
				attributes: { accessId: '[redacted]', type: 's3Authentication' },
			},
		},
	};
}

function resourceCase(state: AdobeState): ResourceCase {
	const node = (operation: string, more: INodeParameters): INodeParameters => ({ resource: 'credential', operation, ...more });
	const locator = (id: string) => ({ credentialId: { __rl: true, mode: 'id', value: id } });
	const here = () => [...state.configurations.values()].filter(({ sandbox }) => sandbox === 'prod');
	return {
		credentialType: CREDENTIAL_TYPE,
		seed: (count) => {
			const inProd = Array.from({ length: count }, (_, index) => seeded(index + 1));
			const elsewhere = seeded(count + 1);
			state.configurations = new Map([
				...inProd.map((configuration) => [configuration.instanceId, { sandbox: 'prod', configuration }] as const),
				[elsewhere.instanceId, { sandbox: 'dev', configuration: elsewhere }],
			]);
		},
		storedIds: () => here().map(({ configuration }) => String(configuration.instanceId)),
		allStoredSecrets: () => here().flatMap(({ configuration }) => secretsOf(configuration)),
		missingId: MISSING_ID,
		create: (name, secret) =>
			node('create', {
				authenticationKind: 's3Authentication',
				accessId: 'AKIAIOSFODNN7EXAMPLE',
				secretSource: 'fields',
				secretKey: secret,
				additionalFields: { name },
			}),
		createStored: (name) =>
			node('create', {
				authenticationKind: 's3Authentication',
				accessId: 'AKIAIOSFODNN7EXAMPLE',
				additionalFields: { name },
				secretSource: 'storedSecret',
			}),
		get: (id) => node('get', locator(id)),
		getAll: () => node('getAll', {}),
		delete: (id) => node('delete', locator(id)),
		isCreate: ({ method, path }) => method === 'POST' && path === BASE_PATH,
		isDelete: ({ method }) => method === 'DELETE',
		pagesFor: () => 1,
		resultName: (name) => name,
	};
}

/** Kinds that the node knows and kinds that it does not, by turns. */
function seeded(number: number): Configuration & { instanceId: string } {
	const common = {
		instanceId: numberedId(number),
		createdDate: '2024-03-01T09:15:30.123456Z',
		lastModifiedDate: '2024-05-01T12:00:00.654321Z',
		name: `destination-${number}`,
	};
	return number % 2 === 1
		? {
				...common,
				type: 's3Authentication',
				s3Authentication: { accessId: `AKIASEEDED${number}`, secretKey: `seeded-secret-key-${number}` },
			}
		: {
				...common,
				type: 'OAUTH2_CLIENT_CREDENTIAL',
				oauth2ClientAuthentication: {
					url: 'https://ads.example.com/token',
					clientId: `seeded-client-${number}`,
					clientSecret: `seeded-client-secret-${number}`,
				},
			};
}

function secretsOf(configuration: Configuration): string[] {
	return Object.keys(KIND_FIELDS).flatMap((kind) =>
		Object.entries((configuration[kind] ?? {}) as Record<string, string>)
			.filter(([name]) => SECRET_FIELDS.includes(name))
			.map(([, value]) => value),
	);
}
