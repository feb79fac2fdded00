import type {
	ApiCredential,
	ApiCredentialCreate,
	ApiCredentials,
	QueryParamsRetrieve,
} from '@commercelayer/provisioning-sdk';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { nextPage } from '../../nodes/CommerceLayer/answer';
import { getAll } from '../../nodes/CommerceLayer/operations/getAll';
import { update as operation } from '../../nodes/CommerceLayer/operations/update';
import { credentialPicker, rolePicker } from '../../nodes/CommerceLayer/pickers';
import { MOST_ATTEMPTS } from '../../nodes/engine/request/retry';
import type { Parameters } from '../../nodes/kit/parameters';
import { loadList } from '../harness/editor';
import { storeOf } from '../harness/engine';
import { commerceLayerClient } from '../harness/officialClients';
import {
	ERROR_OUTPUT,
	itemsFor,
	onlyError,
	savedFields,
	savedNames,
	succeeded,
	types,
	useSubject,
} from '../harness/subject';
import { traces } from '../harness/traces';
import { simulator as definition, type CommerceLayerState } from '../simulator/commerceLayer';
import type { ReceivedRequest } from '../simulator/server';

const ID = 'aBcDeFgHiJ';
const SALES_CHANNEL = 'xYZkjABcde';
const JSON_API = 'application/vnd.api+json';

const subject = useSubject('commerceLayer', definition, 'Commerce Layer');

/** A resource locator with this ID. */
const chosen = (value: string) => ({ __rl: true, mode: 'id', value });

/** The node's parameters for an update of one credential. */
function parameters(updateFields: INodeParameters, clearFields: string[] | string = [], id = ID): INodeParameters {
	return {
		resource: 'credential',
		operation: 'update',
		credentialId: chosen(id),
		updateFields,
		clearFields,
	};
}

/** What the operation reads of these parameters, without an engine. */
function read(updateFields: IDataObject, clearFields: unknown = []) {
	const given: IDataObject = { credentialId: ID, updateFields, clearFields } as IDataObject;
	return operation.read({ timezone: 'utc', credentialIds: {}, get: (name) => given[name] } satisfies Parameters);
}

async function updateOne(...given: globalThis.Parameters<typeof parameters>) {
	const result = await subject().run([{ json: {} }], { parameters: parameters(...given) });
	const [item] = succeeded(result);
	return item!.json as Record<string, IDataObject & string>;
}

async function refusedUpdate(...given: globalThis.Parameters<typeof parameters>) {
	return onlyError(await subject().run([{ json: {} }], { parameters: parameters(...given), settings: ERROR_OUTPUT }));
}

describe('what is sent', () => {
	const role = (id: string) => ({ relationships: { role: { data: { type: 'roles', id } } } });

	test.each<[string, IDataObject, string[], IDataObject]>([
		['a name', { name: 'New' }, [], { attributes: { name: 'New' } }],
		['a redirect URI', { redirectUri: 'app://cb' }, [], { attributes: { redirect_uri: 'app://cb' } }],
		['a lifetime', { expiresIn: 7200 }, [], { attributes: { expires_in: 7200 } }],
		['a lifetime given as text', { expiresIn: '31536000' }, [], { attributes: { expires_in: 31_536_000 } }],
		['a reference', { reference: 'R' }, [], { attributes: { reference: 'R' } }],
		['a reference given as number', { reference: 4711 }, [], { attributes: { reference: '4711' } }],
		['a reference origin', { referenceOrigin: 'CRM' }, [], { attributes: { reference_origin: 'CRM' } }],
		['metadata as an object', { metadata: { a: { b: [1] } } }, [], { attributes: { metadata: { a: { b: [1] } } } }],
		['metadata as JSON text', { metadata: '{"a": null}' }, [], { attributes: { metadata: { a: null } } }],
		['a role alone', { roleId: 'RoleAdmin1' }, [], { attributes: {}, ...role('RoleAdmin1') }],
		['a role from the list', { roleId: chosen('RoleAdmin1') }, [], { attributes: {}, ...role('RoleAdmin1') }],
		['a role with a name', { roleId: 'r', name: 'New' }, [], { attributes: { name: 'New' }, ...role('r') }],
		['one cleared field beside another that is set', { name: 'New' }, ['reference'], { attributes: { name: 'New', reference: null } }],
		[
			'every field that can be cleared',
			{},
			['redirectUri', 'expiresIn', 'reference', 'referenceOrigin', 'metadata'],
			{ attributes: { redirect_uri: null, expires_in: null, reference: null, reference_origin: null, metadata: null } },
		],
	])('%s: only what changes', (_case, updateFields, clearFields, expected) => {
		const request = operation.request(read(updateFields, clearFields));

		expect(request).toEqual({
			method: 'PATCH',
			path: `/api/api_credentials/${ID}`,
			headers: { Accept: JSON_API, 'Content-Type': JSON_API },
			body: { data: { type: 'api_credentials', id: ID, ...expected } },
		});
	});

	test('names what changes as the API does, the role included', () => {
		const input = read({ roleId: 'r', redirectUri: 'https://a.example' }, ['expiresIn']);

		expect(input.changed).toEqual(['redirect_uri', 'expires_in', 'role']);
	});

	test('carries the access token, which was fetched with client ID and secret as JSON', async () => {
		const { requests, signIns, simulator } = subject();

		await updateOne({ name: 'New' });

		const { clientId, clientSecret } = simulator.credentials.commerceLayerApi!;
		expect(signIns()).toHaveLength(1);
		expect(signIns()[0]).toMatchObject({
			method: 'POST',
			target: '/oauth/token',
			headers: { accept: 'application/json', 'content-type': 'application/json' },
		});
		expect(JSON.parse(signIns()[0]!.text)).toEqual({
			grant_type: 'client_credentials',
			client_id: clientId,
			client_secret: clientSecret,
		});
		expect(requests()[0]!.headers).toMatchObject({
			authorization: expect.stringMatching(/^Bearer \S+\.access-token-/) as string,
			accept: JSON_API,
			'content-type': JSON_API,
		});
	});
});

describe('what is stored afterwards', () => {
	test('set attributes are changed, cleared ones are null, the others stay', async () => {
		const { simulator } = subject();

		const json = await updateOne({ name: 'Renamed', roleId: 'RoleAdmin1' }, ['reference'], 'kLmNoPqRsT');

		const { attributes, roleId } = simulator.state.credentials.get('kLmNoPqRsT')!;
		expect(attributes).toMatchObject({ name: 'Renamed', reference: null, reference_origin: 'WMS', expires_in: 7200 });
		expect(roleId).toBe('RoleAdmin1');
		expect(json).toMatchObject({ name: 'Renamed', changed: ['name', 'reference', 'role'], type: 'integration' });
	});

	test.each([
		{ mergesMetadata: false, stored: { owner: 'web' } },
		{ mergesMetadata: true, stored: { foo: 'bar', owner: 'web' } },
	])('metadata is verified whether it is merged or replaced: %j', async ({ mergesMetadata, stored }) => {
		const { simulator } = subject();
		simulator.state.mergesMetadata = mergesMetadata;

		const json = await updateOne({ metadata: '{"owner": "web"}' });

		expect(simulator.state.credentials.get(ID)!.attributes.metadata).toEqual(stored);
		expect(json).toMatchObject({ attributes: { metadata: stored }, verification: 'verified' });
	});
});

test.each([
	{ mergesMetadata: false, restored: true, stands: { foo: 'bar' } },
	{ mergesMetadata: true, restored: 'partial', stands: { foo: 'bar', owner: 'web' } },
])('Restore says how metadata stands: %j', async ({ mergesMetadata, restored, stands }) => {
	const { run, simulator, update } = subject();
	simulator.state.mergesMetadata = mergesMetadata;
	simulator.server.plan({
		when: update.isChange,
		afterHandling: true,
		answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replaceAll('"sent"', '"other"')) as unknown }),
	});

	const error = onlyError(
		await run([{ json: {} }], {
			parameters: {
				resource: 'credential',
				operation: 'update',
				credentialId: chosen(ID),
				updateFields: { reference: 'sent', metadata: '{"owner": "web"}' },
				options: { onVerificationFailure: 'restore' },
			},
			settings: ERROR_OUTPUT,
		}),
	);

	expect(error).toMatchObject({ code: 'verificationFailed', restored });
	expect(simulator.state.credentials.get(ID)!.attributes.metadata).toEqual(stands);
	if (restored === 'partial') expect(error.message).toContain('set metadata');
});

describe('what is refused before anything is sent', () => {
	test.each<[string, INodeParameters, string[] | string, RegExp]>([
		['an empty name', { name: '' }, [], /“Name” is empty/],
		['an empty redirect URI', { redirectUri: '' }, [], /“Redirect URI” is empty/],
		['an empty reference', { reference: '' }, [], /“Reference” is empty/],
		['an empty reference origin', { referenceOrigin: '={{ null }}' }, [], /“Reference Origin” is empty/],
		['an empty role', { roleId: '' }, [], /“Role” is empty/],
		['a role that nobody has chosen', { roleId: chosen('') }, [], /“Role” is empty/],
		['a role whose expression yields nothing', { roleId: chosen('={{ $json.absent }}') }, [], /“Role” is empty/],
		['a name that is no text', { name: '={{ ["a"] }}' }, [], /“Name” must be text/],
		['a lifetime below two hours', { expiresIn: 7199 }, [], /“Expires In” must be a whole number from 7200 to 31536000/],
		['a lifetime above a year', { expiresIn: 31_536_001 }, [], /“Expires In” must be a whole number/],
		['a lifetime with a fraction', { expiresIn: 7200.5 }, [], /“Expires In” must be a whole number/],
		['metadata that is no JSON', { metadata: '{canary' }, [], /“Metadata” is not valid JSON/],
		['metadata that is a list', { metadata: '[1]' }, [], /“Metadata” must be a JSON object/],
		['metadata that is null', { metadata: 'null' }, [], /“Metadata” must be a JSON object/],
		['metadata without an entry', { metadata: '{}' }, [], /“Metadata” is an empty object.*“Clear Fields”/],
		['a field both set and cleared', { reference: 'R' }, ['reference'], /“Reference” is under both/],
		['an empty field that is cleared as well', { redirectUri: '' }, ['redirectUri'], /“Redirect URI” is under both/],
		['clearing the name', {}, ['name'], /“Clear Fields” must be a list made of redirectUri, /],
		['clearing an unknown field', { name: 'New' }, ['clientSecret'], /“Clear Fields” must be a list/],
		['clearing by text', { name: 'New' }, '={{ "reference" }}', /“Clear Fields” must be a list/],
		['nothing to update', {}, [], /“Update Fields”.*“Clear Fields”/],
	])('%s', async (_case, updateFields, clearFields, sentence) => {
		const error = await refusedUpdate(updateFields, clearFields);

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
		expect(error.message).toMatch(sentence);
		expect(error.message).not.toContain('canary');
		expect(subject().simulator.server.requests).toHaveLength(0);
	});
});

describe('what the API refuses', () => {
	const errors = (...listed: unknown[]) => ({ errors: listed });

	test.each<[number, unknown, IDataObject]>([
		[
			401,
			errors({ title: 'Access token is invalid', detail: 'Expired.', code: 'INVALID_TOKEN', status: '401' }),
			{ code: 'authentication', vendorCode: 'INVALID_TOKEN', vendorMessage: 'Expired.' },
		],
		[
			401,
			errors({ title: 'Unauthorized', code: 'UNAUTHORIZED' }),
			{ code: 'authentication', vendorCode: 'UNAUTHORIZED', vendorMessage: 'Unauthorized' },
		],
		[403, errors({ code: 'FORBIDDEN', detail: 'No.' }), { code: 'permission', vendorCode: 'FORBIDDEN' }],
		[404, errors({ code: 'RECORD_NOT_FOUND', detail: 'Gone.' }), { code: 'notFound', vendorMessage: 'Gone.' }],
		[409, errors({ code: 'RECORD_NOT_UNIQUE', title: 'Record not unique' }), { code: 'conflict' }],
		[423, errors({ code: 'LOCKED', detail: 'Locked.' }), { code: 'locked' }],
		[406, errors({ code: 'NOT_ACCEPTABLE' }), { code: 'unexpectedResponse', vendorMessage: null }],
		[415, errors({ code: 'UNSUPPORTED_MEDIA_TYPE' }), { code: 'unexpectedResponse' }],
		[429, 'Retry later', { code: 'rateLimited', vendorCode: null, vendorMessage: null, retryable: true }],
		[
			422,
			errors(
				{ title: "can't be blank", detail: "name can't be blank", code: 'VALIDATION_ERROR', source: { pointer: '/data/attributes/name' }, status: '422', meta: { error: 'blank' } },
				{ detail: 'reference is too long', code: 'TOO_LONG', source: { pointer: '/data/attributes/reference' } },
			),
			{
				code: 'invalidInput',
				vendorCode: 'VALIDATION_ERROR',
				vendorMessage: "name can't be blank (/data/attributes/name) reference is too long (/data/attributes/reference)",
			},
		],
		[422, errors(), { code: 'invalidInput', vendorCode: null, vendorMessage: null }],
		[422, errors(null, 'text', { source: null, code: 7 }), { code: 'invalidInput', vendorCode: '7', vendorMessage: null }],
		[400, { errors: { detail: 'no list' } }, { code: 'invalidInput', vendorMessage: null }],
		[400, '<html>', { code: 'invalidInput', vendorMessage: null }],
	])('%d %j', async (status, body, expected) => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, times: MOST_ATTEMPTS, answer: { status, body } });

		const error = await refusedUpdate({ name: 'New' });

		expect(error).toMatchObject({ httpStatus: status, applied: 'no', stage: 'change', ...expected });
	});

	test('a refusal with status 200 is not taken for a success', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body: errors({ code: 'X', detail: 'No.' }) } });

		const error = await refusedUpdate({ name: 'New' });

		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', vendorCode: 'X', vendorMessage: 'No.' });
	});

	test.each([
		['a role that does not exist', ID, 'NoSuchRole', 'role must exist (/data/relationships/role)'],
		['a role for a sales channel', SALES_CHANNEL, 'RoleAdmin1', 'role must be blank (/data/relationships/role)'],
	])('%s: the hint names the parameter to mend', async (_case, id, roleId, vendorMessage) => {
		const error = await refusedUpdate({ roleId }, [], id);

		expect(error).toMatchObject({ code: 'invalidInput', vendorCode: 'VALIDATION_ERROR', vendorMessage, applied: 'no' });
		expect(error.hint).toContain('“Role”');
	});

	test('too many requests: the hint says how long to wait, and the request id is passed on', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, times: MOST_ATTEMPTS, answer: { status: 429, headers: { 'x-request-id': 'cl-request-1' } } });

		const error = await refusedUpdate({ name: 'x' });

		expect(error).toMatchObject({ code: 'rateLimited', requestId: 'cl-request-1' });
		expect(error.hint).toContain('ten seconds');
	});

	test('another pointer brings the general hint', async () => {
		const { simulator, update } = subject();
		const body = errors({ code: 'VALIDATION_ERROR', source: { pointer: '/data/attributes/name' } });
		simulator.server.plan({ when: update.isChange, answer: { status: 422, body } });

		const error = await refusedUpdate({ name: 'New' });

		expect(error.hint).not.toContain('Role');
	});

	test.each([
		['as the API answers it', null],
		['as 403', { status: 403, body: errors({ code: 'FORBIDDEN' }) }],
	])('a member who is no admin is told so, %s', async (_case, answer) => {
		const { simulator, update } = subject();
		simulator.state.isAdmin = false;
		if (answer !== null) simulator.server.plan({ when: update.isChange, answer });

		const error = await refusedUpdate({ name: 'New' });

		expect(error.applied).toBe('no');
		expect(error.hint).toContain('admin');
	});
});

describe('signing in', () => {
	const errorFor = async (credentials: IDataObject) => {
		const { run, simulator } = subject();
		const edited = { ...simulator.credentials.commerceLayerApi, ...credentials };
		return onlyError(
			await run([{ json: {} }], {
				parameters: parameters({ name: 'New' }),
				settings: ERROR_OUTPUT,
				credentials: storeOf({ commerceLayerApi: edited as Record<string, string> }),
			}),
		);
	};

	test('a wrong secret is told without it, and nothing is changed', async () => {
		const error = await errorFor({ clientSecret: 'wrong-secret-canary' });

		expect(error).toMatchObject({ code: 'authentication', stage: 'token', applied: 'no', attempts: 0 });
		expect(JSON.stringify(error)).not.toContain('canary');
		expect(subject().requests()).toHaveLength(0);
	});

	test('the limit of the token endpoint is told as such', async () => {
		subject().simulator.server.plan({ times: Infinity, when: ({ path }) => path === '/oauth/token', answer: { status: 429, body: { errors: [{ status: 429, code: 'TOO_MANY_REQUESTS' }] } } });

		expect(await errorFor({})).toMatchObject({ code: 'rateLimited', stage: 'token', applied: 'no', retryable: true });
	});

	test.each([
		['an auth URL without TLS', { authBaseUrl: 'http://auth.example.com' }, '“Sign-In URL”'],
		['a base URL without TLS', { baseUrl: 'http://api.example.com' }, '“Base URL”'],
		['an empty client ID', { clientId: ' ' }, '“Client ID”'],
	])('%s is refused with nothing sent', async (_case, credentials, field) => {
		const error = await errorFor(credentials);

		expect(error.message).toContain(field);
		expect(error.applied).toBe('no');
		expect(subject().simulator.server.requests).toHaveLength(0);
	});
});

describe('reading the answer', () => {
	const credential = (data: IDataObject) => ({ status: 200, headers: {}, body: { data: { id: ID, ...data } } });
	const attributes = { name: 'New', kind: 'integration' };

	test.each([
		['no relationships', {}, null],
		['links only', { relationships: { organization: { links: { self: 'x' } } } }, null],
		['a singular type', { relationships: { organization: { data: { type: 'organization', id: 'Org1' } } } }, 'Org1'],
		['a plural type', { relationships: { organization: { data: { type: 'organizations', id: 'Org1' } } } }, 'Org1'],
		['a numeric ID', { relationships: { organization: { data: { id: 5 } } } }, '5'],
		['an empty linkage', { relationships: { organization: { data: null } } }, null],
		['a list for a linkage', { relationships: { organization: { data: [{ id: 'Org1' }] } } }, null],
	])('the organization is the parent: %s', (_case, data, parentId) => {
		const reading = operation.result(read({ name: 'New' }), credential({ attributes, ...data } as IDataObject));

		expect(reading).toMatchObject({ parentId, type: 'integration', name: 'New', expiresAt: null });
	});

	test('keeps the documented attributes and nothing else', () => {
		const answer = credential({
			attributes: { ...attributes, client_secret: 's3cret-canary', scopes: 'market:all', new_field: 'x', created_at: 'C' },
		});

		const reading = operation.result(read({ name: 'New' }), answer);

		expect(reading.attributes).toEqual({ kind: 'integration', scopes: 'market:all' });
		expect(reading.createdAt).toBe('C');
	});

	test('an answer without attributes is a success that proves nothing', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body: { data: { id: ID } } } });

		const json = await updateOne({ name: 'New' });

		expect(json).toMatchObject({ id: ID, name: null, type: null, attributes: {}, verification: 'accepted' });
	});

	test('204, which JSON:API allows, is a success that proves nothing', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 204 } });

		expect(await updateOne({ name: 'New' })).toMatchObject({
			outcome: 'updated',
			id: ID,
			name: null,
			verification: 'accepted',
			verificationDetail: { method: 'none' },
		});
	});

	test.each([null, '', [], '<html></html>', {}, { data: null }, { data: [] }, { data: {} }, { data: 'x' }, { meta: {} }])(
		'200 with %j is a clean failed item, whose change may have been made',
		async (body) => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: update.isChange, answer: { status: 200, body } });

			const error = await refusedUpdate({ name: 'New' });

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', stage: 'answer', id: ID });
		},
	);

	test('an answer that speaks of another credential is not taken for this one', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body: credential({ id: 'other', attributes }).body } });

		expect(await refusedUpdate({ name: 'New' })).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown' });
	});
});

describe('verification', () => {
	const verify = (updateFields: IDataObject, clearFields: string[], attributes: IDataObject, role?: unknown) => {
		const relationships = role === undefined ? {} : { relationships: { role: { data: role as IDataObject } } };
		const body = { data: { id: ID, attributes, ...relationships } };
		return operation.result(read(updateFields, clearFields), { status: 200, headers: {}, body }).verification.status;
	};

	test.each<[string, IDataObject, string[], IDataObject, 'verified' | 'unverifiable' | 'failed']>([
		['the same name', { name: 'New' }, [], { name: 'New' }, 'verified'],
		['another name', { name: 'New' }, [], { name: 'Old' }, 'failed'],
		['no name', { name: 'New' }, [], {}, 'unverifiable'],
		['a null name', { name: 'New' }, [], { name: null }, 'failed'],
		['one of two fields', { name: 'New', reference: 'R' }, [], { name: 'New' }, 'unverifiable'],
		['one of two fields other than sent', { name: 'New', reference: 'R' }, [], { name: 'New', reference: 'S' }, 'failed'],
		['a lifetime as text', { expiresIn: 9000 }, [], { expires_in: '9000' }, 'verified'],
		['another lifetime', { expiresIn: 9000 }, [], { expires_in: 7200 }, 'failed'],
		['a cleared field that is null', {}, ['reference'], { reference: null }, 'verified'],
		['a cleared field that is empty', {}, ['reference'], { reference: '' }, 'verified'],
		['a cleared field that is absent', {}, ['reference'], {}, 'unverifiable'],
		['a cleared field that is still there', {}, ['reference'], { reference: 'R' }, 'failed'],
		['cleared metadata that is empty', {}, ['metadata'], { metadata: {} }, 'verified'],
		['cleared metadata that is still there', {}, ['metadata'], { metadata: { a: 1 } }, 'failed'],
		['a cleared lifetime at its default', {}, ['expiresIn'], { expires_in: 14_400 }, 'verified'],
		['a cleared lifetime that is none', {}, ['expiresIn'], { expires_in: { toString: 1, valueOf: 1 } }, 'failed'],
		['a cleared lifetime that is still there', {}, ['expiresIn'], { expires_in: 9000 }, 'failed'],
		['the same metadata', { metadata: { a: { b: [1] } } }, [], { metadata: { a: { b: [1] } } }, 'verified'],
		['more metadata', { metadata: { a: { b: 1 } } }, [], { metadata: { a: { b: 1, c: 2 }, z: 0 } }, 'verified'],
		['less metadata', { metadata: { a: 1, b: 2 } }, [], { metadata: { a: 1 } }, 'failed'],
		['other metadata', { metadata: { a: 1 } }, [], { metadata: { a: 2 } }, 'failed'],
		['other metadata deep down', { metadata: { a: { b: 1 } } }, [], { metadata: { a: { b: 2 } } }, 'failed'],
		['a longer list in metadata', { metadata: { a: [1] } }, [], { metadata: { a: [1, 2] } }, 'failed'],
		['metadata that lost an object', { metadata: { a: {} } }, [], { metadata: { a: 5 } }, 'failed'],
		['metadata without a key sent as null', { metadata: { a: 1, b: null } }, [], { metadata: { a: 1 } }, 'verified'],
		['metadata that is gone', { metadata: { a: 1 } }, [], { metadata: null }, 'failed'],
		['an inherited key in metadata', { metadata: { toString: 'x' } }, [], { metadata: { a: 1 } }, 'failed'],
		['an inherited key sent as null', { metadata: { a: 1, toString: null } }, [], { metadata: { a: 1 } }, 'verified'],
	])('%s', (_case, updateFields, clearFields, answered, status) => {
		expect(verify(updateFields, clearFields, answered)).toBe(status);
	});

	test.each<[string, unknown, string]>([
		['is told with a singular type', { type: 'role', id: 'r' }, 'verified'],
		['is told with a plural type', { type: 'roles', id: 'r' }, 'verified'],
		['is another one', { type: 'roles', id: 'other' }, 'failed'],
		['is empty', null, 'unverifiable'],
		['is not told', undefined, 'unverifiable'],
	])('the role %s', (_case, role, status) => {
		expect(verify({ roleId: 'r', name: 'New' }, [], { name: 'New' }, role)).toBe(status);
	});

	test('a mismatch fails the item as applied, and names fields only', async () => {
		const { simulator, update } = subject();
		const body = { data: { id: ID, attributes: { reference: 'other-canary', name: 'New' } } };
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body } });

		const error = await refusedUpdate({ reference: 'sent-canary', name: 'New' });

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', hint: 'Other than sent: reference.' });
		expect(JSON.stringify(error)).not.toContain('canary');
	});
});

describe('secrets', () => {
	const answering = (attributes: IDataObject) => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body: { data: { id: ID, attributes } } } });
	};

	test('the client secret, which the API returns with every update, is in no output', async () => {
		const { run, update, simulator } = subject();

		const result = await run(itemsFor(update.ids));

		expect(succeeded(result)).toHaveLength(3);
		for (const id of update.ids) {
			const [secret] = update.storedSecrets(id);
			expect(secret).toContain(id);
			expect(JSON.stringify(result.run.data.resultData)).not.toContain(secret);
			expect(result.logs.join()).not.toContain(secret);
		}
		expect(simulator.state.credentials.get(ID)!.attributes.client_secret).toBe(update.storedSecrets(ID)[0]);
	});

	test('a copy of it that someone left in another field is cut out', async () => {
		const secret = 's3cret/canary+1';
		answering({
			client_secret: secret,
			client_id: 'client-id',
			name: `app ${secret}`,
			reference: secret,
			reference_origin: encodeURIComponent(secret),
			redirect_uri: `https://a.example/?key=${encodeURIComponent(secret)}`,
			metadata: { [secret]: ['x', { basic: Buffer.from(secret).toString('base64') }], keep: 'me' },
		});

		const json = await updateOne({ expiresIn: 7200 });

		expect(JSON.stringify(json)).not.toContain('canary');
		expect(json).toMatchObject({
			name: 'app [redacted]',
			attributes: {
				client_id: 'client-id',
				reference: '[redacted]',
				reference_origin: '[redacted]',
				redirect_uri: 'https://a.example/?key=[redacted]',
				metadata: { '[redacted]': ['x', { basic: '[redacted]' }], keep: 'me' },
			},
		});
	});

	test('a user name and password in a stored redirect URI are hidden', async () => {
		answering({ name: 'New', redirect_uri: 'https://user:canary@staging.example/cb' });

		const json = await updateOne({ name: 'New' });

		expect(json.attributes!.redirect_uri).toBe('https://[redacted]@staging.example/cb');
	});

	test('those in a new redirect URI are sent and verified, and hidden', async () => {
		const { changes } = subject();
		const redirectUri = 'https://stage-user:p%40ss-canary@staging.example/cb';

		const json = await updateOne({ redirectUri });

		expect(changes()[0]!.text).toContain(redirectUri);
		expect(json).toMatchObject({
			attributes: { redirect_uri: 'https://[redacted]@staging.example/cb' },
			verification: 'verified',
		});
		expect(JSON.stringify(json)).not.toContain('canary');
	});

	test('those in a redirect URI that the API refuses and quotes are hidden', async () => {
		const { simulator, update } = subject();
		const detail = 'https://stage-user:pass-canary@a.example is not valid';
		simulator.server.plan({ when: update.isChange, answer: { status: 422, body: { errors: [{ detail }] } } });

		const error = await refusedUpdate({ redirectUri: 'https://stage-user:pass-canary@a.example' });

		expect(error.vendorMessage).toBe('https://[redacted]@a.example is not valid');
	});
});

test('“Return Secret” is refused when an agent calls the node, with nothing sent', async () => {
	const { run, requests } = subject();
	const parameters = {
		resource: 'credential',
		operation: 'create',
		name: 'New app',
		kind: 'webapp',
		organizationId: { __rl: true, mode: 'id', value: 'OrgBlue001' },
		options: { returnSecret: true },
	};

	const error = onlyError(
		await run([{ json: {} }], {
			parameters,
			settings: { ...ERROR_OUTPUT, type: 'n8n-nodes-credential-rotation.commerceLayerTool' },
		}),
	);

	expect(error.message).toContain('“Return Secret”');
	expect(requests()).toHaveLength(0);
});

describe('Create', () => {
	const ORGANIZATION = 'OrgBlue001';
	const creating = (given: INodeParameters = {}): INodeParameters => ({
		resource: 'credential',
		operation: 'create',
		name: 'New app',
		kind: 'sales_channel',
		organizationId: chosen(ORGANIZATION),
		...given,
	});
	const integration = (additionalFields: INodeParameters = {}, more: INodeParameters = {}) =>
		creating({ kind: 'integration', additionalFields: { roleId: chosen('RoleReader'), ...additionalFields }, ...more });
	const run = async (parameters: INodeParameters) => await subject().run([{ json: {} }], { parameters, settings: ERROR_OUTPUT });
	const createOne = async (parameters: INodeParameters) => {
		const [item] = succeeded(await run(parameters));
		return item!.json as Record<string, IDataObject & string>;
	};
	const refusedCreate = async (parameters: INodeParameters) => onlyError(await run(parameters));
	const newest = () => [...subject().simulator.state.credentials.values()].at(-1)!;
	const sent = () => JSON.parse(subject().requests().find(subject().resource.isCreate)!.text) as { data: IDataObject };

	test.each<[string, INodeParameters, IDataObject, IDataObject]>([
		['the least', {}, { kind: 'sales_channel' }, {}],
		['the kind of a hosted app, from an expression', { kind: '={{ "orders" }}' }, { kind: 'orders' }, {}],
		[
			'the kind of a hosted app with a role',
			{ kind: '={{ "imports" }}', additionalFields: { custom: true, roleId: chosen('RoleAdmin1') } },
			{ kind: 'imports', custom: true },
			{ role: { data: { type: 'roles', id: 'RoleAdmin1' } } },
		],
		[
			'a role and an organization as plain text from an expression',
			{ kind: 'integration', organizationId: '={{ "OrgBlue001" }}', additionalFields: { roleId: '={{ "RoleReader" }}' } },
			{ kind: 'integration' },
			{ role: { data: { type: 'roles', id: 'RoleReader' } } },
		],
		[
			'every field',
			{
				kind: 'webapp',
				additionalFields: {
					mode: 'live',
					custom: false,
					redirectUri: 'https://a.example/cb',
					expiresIn: '7200',
					reference: 4711,
					referenceOrigin: 'CRM',
					metadata: '{}',
				},
			},
			{
				kind: 'webapp',
				mode: 'live',
				custom: false,
				redirect_uri: 'https://a.example/cb',
				expires_in: 7200,
				reference: '4711',
				reference_origin: 'CRM',
				metadata: {},
			},
			{},
		],
	])('sends %s', async (_case, given, attributes, links) => {
		const json = await createOne(creating(given));

		expect(sent()).toEqual({
			data: {
				type: 'api_credentials',
				attributes: { name: 'New app', ...attributes },
				relationships: { organization: { data: { type: 'organizations', id: ORGANIZATION } }, ...links },
			},
		});
		expect(json).toMatchObject({
			outcome: 'created',
			id: newest().id,
			type: attributes.kind,
			parentId: ORGANIZATION,
			changed: ['name', ...Object.keys(attributes), 'organization', ...Object.keys(links)],
			verification: 'verified',
			verificationDetail: { method: 'response' },
		});
	});

	test.each<[string, INodeParameters, RegExp]>([
		['an integration without a role', { kind: 'integration' }, /“Role” is missing.*“Additional Fields”/],
		['a sales channel with a role', { additionalFields: { roleId: chosen('r') } }, /“Role” cannot be given to sales channels/],
		['a web app with a role', { kind: 'webapp', additionalFields: { roleId: chosen('r') } }, /“Role” cannot be given/],
		['a role that nobody has chosen', { kind: 'integration', additionalFields: { roleId: chosen('') } }, /“Role” is empty/],
		['a name that an expression does not yield', { name: '={{ $json.absent }}' }, /“Name” is empty/],
		['no kind', { kind: '={{ $json.absent }}' }, /“Kind” is empty/],
		['no organization', { organizationId: chosen('={{ $json.absent }}') }, /“Organization” is empty/],
		['an unknown mode', { additionalFields: { mode: '={{ "prod" }}' } }, /“Mode” must be one of live, test/],
		['a switch that is none', { additionalFields: { custom: '={{ "canary" }}' } }, /“Custom” must be true or false/],
		['a switch without a value', { additionalFields: { custom: '={{ $json.absent }}' } }, /“Custom” must be true or false/],
		['a short lifetime', { additionalFields: { expiresIn: 60 } }, /“Expires In” must be a whole number from 7200/],
		['an empty reference', { additionalFields: { reference: '' } }, /“Reference” is empty/],
		['metadata that is a list', { additionalFields: { metadata: '[1]' } }, /“Metadata” must be a JSON object/],
		['an option that is no switch', { options: { returnSecret: '={{ "canary" }}' } }, /“Return Secret” must be true or false/],
	])('refuses %s before anything is sent', async (_case, given, sentence) => {
		const error = await refusedCreate(creating(given));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
		expect(error.message).toMatch(sentence);
		expect(error.message).not.toContain('canary');
		expect(subject().simulator.server.requests).toHaveLength(0);
	});

	test('does not even fetch the client secret', async () => {
		const { simulator, resource } = subject();
		let answered = '';
		simulator.server.plan({
			when: (request) => resource.isCreate(request),
			afterHandling: true,
			answer: (_request, handled) => {
				answered = JSON.stringify(handled!.body);
				return handled!;
			},
		});

		const json = await createOne(integration());

		expect(answered).toContain(newest().attributes.client_id);
		expect(answered).not.toContain(newest().attributes.client_secret);
		expect(json).not.toHaveProperty('secret');
		expect(json.attributes!.client_id).toBe(newest().attributes.client_id);
	});

	test.each<[unknown, unknown]>([
		['unasked-secret-canary', '[redacted]'],
		[['unasked-secret-canary'], ['[redacted]']],
		[{ now: 'unasked-secret-canary' }, { now: '[redacted]' }],
	])('keeps the client secret back also when the API sends it unasked, as %j', async (client_secret, shown) => {
		const { simulator, resource } = subject();
		simulator.server.plan({
			when: (request) => resource.isCreate(request),
			answer: { status: 201, body: { data: { id: 'NewAppAbcd', attributes: { name: 'New app', client_secret } } } },
		});

		const result = await run(integration({}, { options: { output: 'raw' } }));

		expect(succeeded(result)).toHaveLength(1);
		expect(succeeded(result)[0]!.json).toHaveProperty('raw.data.attributes.client_secret', shown);
		expect(traces(result)).not.toContain('canary');
	});

	test.each(['simplified', 'full', 'raw'])('Return Secret gives it under “secret” and nowhere else, output %s', async (output) => {
		const result = await run(
			integration({ reference: 'R' }, { options: { returnSecret: true, output } }),
		);

		const { client_id: clientId, client_secret: clientSecret } = newest().attributes;
		const [item] = succeeded(result);
		const { secret, ...rest } = item!.json;
		expect(secret).toEqual({ clientId, clientSecret });
		expect(JSON.stringify(rest).includes(String(clientId))).toBe(output !== 'simplified');
		expect(JSON.stringify([rest, item!.pairedItem])).not.toContain(clientSecret);
		expect(result.logs.join()).not.toContain(clientSecret);
	});

	test('Return Secret gives every item its own', async () => {
		const { run: runNode, simulator } = subject();
		const before = simulator.state.credentials.size;

		const result = await runNode([{ json: { on: true } }, { json: { on: false } }, { json: { on: true } }], {
			parameters: integration({}, { options: { returnSecret: '={{ $json.on }}', allowDuplicate: true, maxConcurrency: 1 } }),
			settings: ERROR_OUTPUT,
		});

		const made = [...simulator.state.credentials.values()].slice(before).map(({ attributes }) => attributes.client_secret);
		expect(succeeded(result).map(({ json }) => (json.secret as IDataObject | undefined)?.clientSecret)).toEqual([made[0], undefined, made[2]]);
	});

	describe('Return Secret under “Stop Workflow”', () => {
		const TWO = ['one', 'another'].map((name, index) => ({ json: { name, on: index === 1 } }));
		const RETRIED = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const runTwo = async (options: INodeParameters, settings: Partial<INode> = {}, items = TWO) =>
			await subject().run(items, { parameters: integration({}, { name: '={{ $json.name }}', options }), settings });

		test.each<[string, INodeParameters, Partial<INode>]>([
			['all of several items', { returnSecret: true }, {}],
			['one of several items', { returnSecret: '={{ $json.on }}' }, {}],
			['several items that are tried again', { returnSecret: true }, RETRIED],
		])('is refused for %s before anything is sent', async (_which, options, settings) => {
			const { error } = await runTwo(options, settings);

			expect(error!.message).toMatch(/“Return Secret” is not used for several items.*continue with an output for failed items/);
			expect(error!.description).toContain('Succeeded: 0.');
			expect(subject().simulator.server.requests).toHaveLength(0);
		});

		test.each<[string, INodeParameters, Partial<INode>, typeof TWO]>([
			['a single item', { returnSecret: true }, {}, TWO.slice(0, 1)],
			['items without it', { returnSecret: '={{ false }}' }, {}, TWO],
			['a dry run', { returnSecret: true, dryRun: true }, {}, TWO],
			['items that do not stop the workflow', { returnSecret: true }, { onError: 'continueRegularOutput' }, TWO],
		])('is no trouble for %s', async (_which, options, settings, items) => {
			const result = await runTwo(options, settings, items);

			expect(result.run.status).toBe('success');
			expect(succeeded(result).map(({ json }) => json.id ?? json.outcome)).toHaveLength(items.length);
			expect(succeeded(result).map(({ json }) => json.error)).toEqual(items.map(() => undefined));
		});
	});

	test.each(['Shop', ' shop\t', 'SHOP'])('of the name %j finds the twin “shop”, also on a later page, and creates none', async (name) => {
		const { run: runNode, simulator, resource, requests } = subject();
		resource.seed(40);
		const stored = [...simulator.state.credentials.values()];
		for (const [index, { attributes }] of stored.entries()) attributes.name = index === 0 ? 'shop' : `shop number ${index}`;

		const error = onlyError(await runNode([{ json: { name } }], { parameters: { ...integration({}), name: '={{ $json.name }}' }, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'conflict', id: stored[0]!.id });
		expect(requests()).toHaveLength(2);
		expect(simulator.state.credentials.size).toBe(40);
	});

	test('finds a twin whose characters are composed otherwise', async () => {
		const { run: runNode, simulator } = subject();
		simulator.state.credentials.get(ID)!.attributes.name = 'caf\u00e9';

		const error = onlyError(await runNode([{ json: { name: 'Cafe\u0301' } }], { parameters: { ...integration({}), name: '={{ $json.name }}' }, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'conflict', id: ID });
	});

	test.each(['fail', 'report'])('Return Secret hands over what was created also when the answer shows something else than was sent, on mismatch %s', async (onVerificationFailure) => {
		const { simulator, resource } = subject();
		simulator.server.plan({
			when: (request) => resource.isCreate(request),
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replaceAll('"sent"', '"other"')) as unknown }),
		});

		const result = await run(integration({ reference: 'sent' }, { options: { returnSecret: true, onVerificationFailure } }));

		const { client_id: clientId, client_secret: clientSecret } = newest().attributes;
		expect(succeeded(result)[0]!.json).toMatchObject({
			outcome: 'created',
			secret: { clientId, clientSecret },
			verification: 'mismatch',
			verificationDetail: { detail: 'Other than sent: reference.' },
		});
	});

	test('Return Secret looks a secret up that is missing in the answer', async () => {
		const { simulator, resource, requests } = subject();
		const withoutSecret = (body: unknown) => JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'client_secret' ? undefined : value))) as unknown;
		simulator.server.plan({
			when: (request) => resource.isCreate(request),
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: withoutSecret(handled!.body) }),
		});

		const result = await run(integration({}, { options: { returnSecret: true } }));

		const { client_id: clientId, client_secret: clientSecret } = newest().attributes;
		expect(succeeded(result)[0]!.json).toMatchObject({ outcome: 'created', secret: { clientId, clientSecret } });
		expect(requests().at(-1)!.method).toBe('GET');
		expect(JSON.stringify({ ...succeeded(result)[0]!.json, secret: null })).not.toContain(clientSecret);
	});

	test('Return Secret of a secret that cannot be looked up is a credential that was created, and says where to find it', async () => {
		const { simulator, resource } = subject();
		const body = { data: { id: 'NewAppAbcd', attributes: { name: 'New app', kind: 'integration', client_id: 'c' } } };
		simulator.server.plan({ when: (request) => resource.isCreate(request), answer: { status: 201, body } });

		const result = await run(integration({}, { options: { returnSecret: true } }));

		expect(succeeded(result)[0]!.json).toMatchObject({
			outcome: 'created',
			id: 'NewAppAbcd',
			secret: { clientId: 'c', clientSecret: null },
			message: expect.stringContaining('look it up there') as string,
		});
	});

	test('Return Secret of a public client that has none says so with null', async () => {
		const { simulator, resource } = subject();
		const body = { data: { id: 'NewAppAbcd', attributes: { name: 'New app', kind: 'sales_channel', confidential: false, client_id: 'c' } } };
		simulator.server.plan({ when: (request) => resource.isCreate(request), answer: { status: 201, body } });

		expect(await createOne(creating({ options: { returnSecret: true } }))).toMatchObject({
			secret: { clientId: 'c', clientSecret: null },
		});
	});

	test('Return Secret makes no difference to any other operation', async () => {
		const result = await run({ resource: 'credential', operation: 'get', credentialId: chosen(ID), options: { returnSecret: true } });

		expect(succeeded(result)[0]!.json).not.toHaveProperty('secret');
		expect(traces(result)).not.toContain('client-secret');
	});

	test.each<[string, IDataObject, IDataObject, string]>([
		['another kind', { kind: 'webapp' }, {}, 'kind'],
		['another mode', { mode: 'test' }, {}, 'mode'],
		['a switch turned off', { custom: false }, {}, 'custom'],
		['a switch left out as null', { custom: null }, {}, 'custom'],
		['another role', {}, { role: { data: { id: 'RoleReader' } } }, 'role'],
		['another organization', {}, { organization: { data: { id: 'OrgStore01' } } }, 'organization'],
	])('an answer with %s fails the item as applied', async (_case, attributes, relationships, field) => {
		const { simulator, resource } = subject();
		const body = { data: { id: 'NewAppAbcd', attributes, relationships } };
		simulator.server.plan({ when: (request) => resource.isCreate(request), answer: { status: 201, body } });

		const error = await refusedCreate(integration({ roleId: chosen('RoleAdmin1'), mode: 'live', custom: true }));

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', hint: `Other than sent: ${field}.` });
	});

	test.each([
		['a switch that is off comes back as null', { custom: false }, { custom: null }],
		['metadata without an entry comes back as null', { metadata: '{}' }, { metadata: null }],
	])('%s: verified', async (_case, additionalFields, attributes) => {
		const { simulator, resource } = subject();
		const body = {
			data: {
				id: 'NewAppAbcd',
				attributes: { name: 'New app', kind: 'sales_channel', ...attributes },
				relationships: { organization: { data: { id: ORGANIZATION } } },
			},
		};
		simulator.server.plan({ when: (request) => resource.isCreate(request), answer: { status: 201, body } });

		expect(await createOne(creating({ additionalFields }))).toMatchObject({ verification: 'verified' });
	});

	test.each([[201, null], [201, {}], [201, { data: [] }], [201, '<html>'], [204, undefined]])(
		'%d with %j leaves open what was made, and says how to find out',
		async (status, body) => {
			const { simulator, resource } = subject();
			simulator.server.plan({ when: (request) => resource.isCreate(request), answer: { status, body } });

			const error = await refusedCreate(creating());

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown' });
			expect(error.hint).toContain('before you run this again');
		},
	);

	test.each<[string, INodeParameters, IDataObject, string]>([
		['an organization that is not there', { organizationId: chosen('NoSuchOrga') }, { code: 'invalidInput', httpStatus: 422 }, '“Organization”'],
		[
			'a role of another organization',
			{ kind: 'integration', additionalFields: { roleId: chosen('RoleOther1') } },
			{ code: 'invalidInput', httpStatus: 422, vendorMessage: 'role must exist (/data/relationships/role)' },
			'“Role”',
		],
		['a name that has to be unique', { name: 'My app', options: { allowDuplicate: true } }, { code: 'conflict', httpStatus: 409 }, 'unique'],
	])('the API refuses %s: the hint says what to mend', async (_case, given, expected, word) => {
		const { simulator } = subject();
		simulator.state.uniqueNames = true;
		const before = simulator.state.credentials.size;

		const error = await refusedCreate(creating(given));

		expect(error).toMatchObject({ applied: 'no', id: null, attempts: 1, ...expected });
		expect(error.hint).toContain(word);
		expect(simulator.state.credentials.size).toBe(before);
	});

	test('a member who is no admin creates nothing and is told so', async () => {
		const { simulator } = subject();
		simulator.state.isAdmin = false;
		const before = simulator.state.credentials.size;

		const error = await refusedCreate(creating());

		expect(error).toMatchObject({ code: 'authentication', vendorCode: 'UNAUTHORIZED', applied: 'no' });
		expect(error.hint).toContain('admin');
		expect(simulator.state.credentials.size).toBe(before);
	});

	test('a user name and password in the redirect URI are stored, and hidden', async () => {
		const redirectUri = 'https://stage-user:pass-canary@staging.example/cb';

		const result = await run(creating({ additionalFields: { redirectUri }, options: { output: 'raw' } }));

		expect(newest().attributes.redirect_uri).toBe(redirectUri);
		expect(succeeded(result)).toHaveLength(1);
		expect(traces(result)).not.toContain('canary');
	});
});

describe('Get', () => {
	test('names organization and role by their IDs, and asks for no secret', async () => {
		const { run, requests } = subject();

		const [item] = succeeded(await run([{ json: {} }], { parameters: { resource: 'credential', operation: 'get', credentialId: chosen(ID) } }));

		expect(item!.json).toMatchObject({
			id: ID,
			name: 'ERP integration',
			type: 'integration',
			parentId: 'OrgBlue001',
			createdAt: '2018-01-01T12:00:00.000Z',
			updatedAt: '2024-05-01T08:30:00.000Z',
			expiresAt: null,
			attributes: { client_id: `client-id-${ID}`, metadata: { foo: 'bar' }, role: 'RoleReader' },
		});
		const [request] = requests();
		expect(request!.query.get('fields[api_credentials]')!.split(',')).not.toContain('client_secret');
		expect(request!.headers).not.toHaveProperty('content-type');
	});

	test('of a credential without a role has none', async () => {
		const { run } = subject();

		const [item] = succeeded(
			await run([{ json: {} }], { parameters: { resource: 'credential', operation: 'get', credentialId: chosen(SALES_CHANNEL) } }),
		);

		expect(item!.json.attributes).not.toHaveProperty('role');
	});

	test('204, which makes sense for an update only, is a clean failed item', async () => {
		const { run, simulator } = subject();
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 204 } });

		const parameters = { resource: 'credential', operation: 'get', credentialId: chosen(ID) };
		const error = onlyError(await run([{ json: {} }], { parameters, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
	});
});

describe('Get Many', () => {
	const listing = (filters: INodeParameters, more: INodeParameters = { returnAll: true }): INodeParameters => ({
		resource: 'credential',
		operation: 'getAll',
		filters,
		...more,
	});
	const list = async (filters: INodeParameters, more?: INodeParameters) =>
		succeeded(await subject().run([{ json: {} }], { parameters: listing(filters, more) })).map(({ json }) => json);
	test.each<[INodeParameters, string]>([
		[{}, '-created_at'],
		[{ sortBy: 'updated_at' }, '-updated_at'],
		[{ sortBy: 'reference', orderBy: 'asc' }, 'reference'],
		[{ orderBy: '={{ "asc" }}' }, 'created_at'],
	])('sorts as %j says', async (options, sort) => {
		const { run, requests } = subject();
		const parameters = { resource: 'credential', operation: 'getAll', returnAll: true, options };

		const items = succeeded(await run([{ json: {} }], { parameters }));

		expect(requests()[0]!.query.get('sort')).toBe(sort);
		const attribute = sort.replace('-', '');
		const values = items.map(({ json }) => String((json.attributes as IDataObject)[attribute] ?? json[attribute === 'created_at' ? 'createdAt' : 'updatedAt'] ?? ''));
		const ascending = [...values].sort((a, b) => a.localeCompare(b));
		expect(values).toEqual(sort.startsWith('-') ? ascending.reverse() : ascending);
	});

	test.each([{ sortBy: 'name' }, { orderBy: 'up' }, { sortBy: '={{ null }}' }])('refuses %j before anything is sent', async (options) => {
		const { run, requests } = subject();
		const parameters = { resource: 'credential', operation: 'getAll', returnAll: true, options };

		const error = onlyError(await run([{ json: {} }], { parameters, settings: ERROR_OUTPUT }));

		expect(error.message).toMatch(/“Sort (By|Order)”/);
		expect(requests()).toHaveLength(0);
	});

	const filtersSent = () => [...subject().requests()[0]!.query].filter(([key]) => key.startsWith('filter'));

	test.each<[string, INodeParameters, Record<string, string>, number]>([
		['none', {}, {}, 60],
		['a name', { name: 'STOREFRONT 1' }, { name_cont: 'STOREFRONT 1' }, 10],
		['a name with characters that mean something in a URL', { name: 'a&b=c#[d]%+é' }, { name_cont: 'a&b=c#[d]%+é' }, 0],
		['a kind', { kind: 'webapp' }, { kind_eq: 'webapp' }, 19],
		['a kind from an expression', { kind: '={{ "orders" }}' }, { kind_eq: 'orders' }, 0],
		['a reference', { reference: 'WH-1' }, { reference_eq: 'WH-1' }, 1],
		['a mode', { mode: 'live' }, { mode_eq: 'live' }, 29],
		['an organization', { organizationId: chosen('OrgBlue001') }, { organization_id_eq: 'OrgBlue001' }, 60],
		['another organization', { organizationId: chosen('OrgStore01') }, { organization_id_eq: 'OrgStore01' }, 0],
		['an age that all have', { notChangedSince: '2024-05-01T08:31:00Z' }, { updated_at_lt: '2024-05-01T08:31:00.000Z' }, 60],
		['an age that none has', { notChangedSince: '2024-05-01T08:30:00Z' }, { updated_at_lt: '2024-05-01T08:30:00.000Z' }, 0],
		['a date of long ago', { notChangedSince: '1971-06-01T00:00:00Z' }, { updated_at_lt: '1971-06-01T00:00:00.000Z' }, 0],
		['a date in another offset', { notChangedSince: '2024-05-01T10:31:00+02:00' }, { updated_at_lt: '2024-05-01T08:31:00.000Z' }, 60],
		['a date from an expression', { notChangedSince: '={{ DateTime.fromISO("2024-05-01T08:31:00Z") }}' }, { updated_at_lt: '2024-05-01T08:31:00.000Z' }, 60],
		['several', { mode: 'test', kind: 'integration', name: 'e' }, { kind_eq: 'integration', mode_eq: 'test', name_cont: 'e' }, 11],
	])('filters by %s', async (_case, filters, predicates, count) => {
		const found = await list(filters);

		expect(found).toHaveLength(count);
		expect(filtersSent()).toEqual(Object.entries(predicates).map(([key, value]) => [`filter[q][${key}]`, value]));
	});

	test('reads a date without an offset in the workflow’s time zone', () => {
		const given: IDataObject = { returnAll: true, filters: { notChangedSince: '2024-05-01T00:00:00' } };

		const { filters } = getAll.read({ timezone: 'America/New_York', credentialIds: {}, get: (name) => given[name] });

		expect(filters).toEqual({ 'filter[q][updated_at_lt]': '2024-05-01T04:00:00.000Z' });
	});

	test.each<[string, INodeParameters, RegExp]>([
		['an empty name', { name: '' }, /“Name” is empty/],
		['a name that an expression does not yield', { name: '={{ $json.absent }}' }, /“Name” is empty/],
		['a kind that an expression does not yield', { kind: '={{ $json.absent }}' }, /“Kind” is empty/],
		['an unknown mode', { mode: '={{ "prod" }}' }, /“Mode” must be one of live, test/],
		['no organization', { organizationId: chosen('') }, /“Organization” is empty/],
		['a date that is none', { notChangedSince: 'canary' }, /“Not Changed Since” is not a date/],
		['a date that an expression does not yield', { notChangedSince: '={{ $json.absent }}' }, /“Not Changed Since” is not a date/],
	])('refuses %s, which would let everything through', async (_case, filters, sentence) => {
		const error = onlyError(await subject().run([{ json: {} }], { parameters: listing(filters), settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(error.message).toMatch(sentence);
		expect(error.message).not.toContain('canary');
		expect(subject().simulator.server.requests).toHaveLength(0);
	});

	test.each([
		[1, ['1']],
		[7, ['7']],
		[25, ['25']],
		[26, ['25', '25']],
		[60, ['25', '25', '25']],
	])('with the limit %d asks for pages of %j', async (limit, sizes) => {
		const found = await list({}, { limit });

		expect(found).toHaveLength(limit);
		expect(subject().requests().map(({ query }) => query.get('page[size]'))).toEqual(sizes);
		expect(subject().requests().map(({ query }) => query.get('page[number]'))).toEqual(sizes.map((_size, index) => String(index + 1)));
	});

	test('gives the newest first, each with its organization', async () => {
		const found = await list({}, { limit: 2 });

		expect(found.map(({ id, parentId }) => [id, parentId])).toEqual([
			['Store56xyz', 'OrgBlue001'],
			['Store55xyz', 'OrgBlue001'],
		]);
	});

	test('does not even fetch the client secrets, and raw output holds none', async () => {
		const { simulator } = subject();
		const answered: string[] = [];
		simulator.server.plan({
			when: ({ method }) => method === 'GET',
			times: 3,
			afterHandling: true,
			answer: (_request, handled) => {
				answered.push(JSON.stringify(handled!.body));
				return handled!;
			},
		});

		const found = await list({}, { returnAll: true, options: { output: 'raw' } });

		expect(answered).toHaveLength(3);
		expect(answered.join()).not.toContain('client-secret');
		expect(found[0]!.raw).toMatchObject({ id: 'Store56xyz', type: 'api_credentials' });
	});

	test('goes on without the count of pages until a page is not full', async () => {
		const { simulator } = subject();
		simulator.server.plan({
			when: ({ method }) => method === 'GET',
			times: 9,
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: { data: (handled!.body as IDataObject).data } }),
		});

		expect(await list({})).toHaveLength(60);
		expect(subject().requests()).toHaveLength(3);
	});

	test.each<[string, number, unknown, string | undefined, string | undefined]>([
		['the first of three pages', 25, { page_count: 3 }, undefined, '2'],
		['a page in between that is not full', 7, { page_count: 3 }, '2', '3'],
		['the last page, though it is full', 25, { page_count: 3 }, '3', undefined],
		['a page past the last', 25, { page_count: 3 }, '4', undefined],
		['a count given as text', 25, { page_count: '3' }, '2', '3'],
		['a count that promises more than there is', 0, { page_count: 1e9 }, '2', undefined],
		['a count that is none, after a full page', 25, { page_count: null }, undefined, '2'],
		['a count that is none, after one that is not full', 24, { page_count: 'many' }, undefined, undefined],
		['no count, after a full page', 25, undefined, '2', '3'],
		['no count, after an empty page', 0, undefined, '2', undefined],
	])('the page after %s', (_case, shown, meta, cursor, expected) => {
		const answer = { status: 200, headers: {}, body: { data: Array.from({ length: shown }, () => ({ id: 'a' })), meta } };

		expect(nextPage(answer, 25, cursor)).toBe(expected);
	});

	test('passes over what is no credential', async () => {
		const { simulator } = subject();
		const body = { data: [null, 'x', [], {}, { id: 'a' }, { id: 'b', attributes: null }], meta: { page_count: 1 } };
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body } });

		expect((await list({})).map(({ id }) => id)).toEqual(['a', 'b']);
	});
});

describe('Delete', () => {
	const deleting = { resource: 'credential', operation: 'delete', credentialId: chosen(ID) };

	test('sends what the API reference shows: no body, no query, no Content-Type', async () => {
		const { run, requests } = subject();

		await run([{ json: {} }], { parameters: deleting });

		expect(requests()).toMatchObject([{ method: 'DELETE', target: `/api/api_credentials/${ID}`, text: '' }]);
		expect(requests()[0]!.headers).toMatchObject({ accept: JSON_API });
		expect(requests()[0]!.headers).not.toHaveProperty('content-type');
	});

	test.each<[string, (state: CommerceLayerState) => void, IDataObject, string]>([
		['a credential that others depend on', (state) => state.locked.add(ID), { code: 'locked', httpStatus: 423 }, 'depend'],
		['a member who is no admin', (state) => Object.assign(state, { isAdmin: false }), { code: 'authentication', httpStatus: 401 }, 'admin'],
	])('is refused for %s, also with Ignore If Missing', async (_case, prepare, expected, word) => {
		const { run, simulator } = subject();
		prepare(simulator.state);

		const parameters = { ...deleting, options: { ignoreIfMissing: true } };
		const error = onlyError(await run([{ json: {} }], { parameters, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ applied: 'no', id: ID, ...expected });
		expect(error.hint).toContain(word);
		expect(simulator.state.credentials.has(ID)).toBe(true);
	});
});

describe('the list of credentials', () => {
	const load = async (filter?: string, page?: string) => await loadList(subject(), 'searchCredentials', { filter, page });

	test('comes in pages, the newest first, with what tells credentials apart', async () => {
		const pages = [await load()];
		while (pages.at(-1)!.paginationToken !== undefined) {
			pages.push(await load(undefined, pages.at(-1)!.paginationToken as string));
		}

		expect(pages.map(({ results }) => results.length)).toEqual([25, 25, 10]);
		const entries = pages.flatMap(({ results }) => results);
		expect(new Set(entries.map(({ value }) => value)).size).toBe(60);
		expect(entries.slice(0, 2)).toEqual([
			{ name: 'Storefront 56 (webapp, changed 2024-05-01)', value: 'Store56xyz' },
			{ name: 'Storefront 55 (sales_channel, changed 2024-05-01)', value: 'Store55xyz' },
		]);
	});

	test('is searched by the API, also with characters that mean something in a URL', async () => {
		const { simulator, requests } = subject();
		simulator.state.credentials.get(ID)!.attributes.name = 'R&D #1 + [x]=%';

		const { results, paginationToken } = await load('r&d #1 + [x]=%');

		expect(results.map(({ value }) => value)).toEqual([ID]);
		expect(paginationToken).toBeUndefined();
		expect([...requests()[0]!.query]).toContainEqual(['filter[q][name_cont]', 'r&d #1 + [x]=%']);
	});

	test('does not even fetch the client secrets', async () => {
		const { simulator, requests } = subject();
		await load();

		const [request] = requests();
		const answer = await fetch(`${simulator.url}${request!.target}`, { headers: request!.headers as Record<string, string> });
		expect(await answer.text()).not.toContain('client-secret');
		expect(request!.headers.accept).toBe(JSON_API);
	});

	test('a refusal is told in plain words, without the API’s', async () => {
		subject().simulator.server.plan({
			when: ({ method }) => method === 'GET',
			answer: { status: 403, body: { errors: [{ detail: 'vendor text' }] } },
		});

		const failure: Error = await load().then(
			() => new Error('nothing was refused'),
			(error: Error) => error,
		);

		expect(failure.message).toContain('Commerce Layer does not allow this');
		expect(failure.message).not.toContain('vendor text');
	});

	test('passes over what is no credential', () => {
		const body = { data: [null, 'x', {}, { attributes: { name: 'no ID' } }] };

		const page = credentialPicker.read({ status: 200, headers: {}, body }, { parameter: () => '' });

		expect(page).toEqual({ entries: [], cursor: undefined });
	});

	test('an entry without attributes is shown by its ID', () => {
		const answer = { status: 200, headers: {}, body: { data: [{ id: 'a' }], meta: { page_count: 1 } } };

		const page = credentialPicker.read(answer, { parameter: () => '' });

		expect(page.entries).toEqual([{ id: 'a', name: 'a', detail: null }]);
	});
});

describe('the lists of organizations and roles', () => {
	const load = async (method: string, given: INodeParameters = {}, filter?: string, page?: string) =>
		await loadList(subject(), method, { parameters: { resource: 'credential', operation: 'create', ...given }, filter, page });

	test.each([
		['searchOrganizations', {}, [25, 5]],
		['searchRoles', {}, [25, 9]],
		['searchRoles', { organizationId: chosen('OrgBlue001') }, [25, 8]],
		['searchRoles', { organizationId: chosen('OrgStore01') }, [1]],
		['searchRoles', { organizationId: '={{ $json.organization }}' }, [25, 9]],
		['searchRoles', { operation: 'update', organizationId: chosen('OrgStore01') }, [25, 9]],
	])('%s with %j comes in pages', async (method, given, sizes) => {
		const pages = [await load(method, given)];
		while (pages.at(-1)!.paginationToken !== undefined) {
			pages.push(await load(method, given, undefined, pages.at(-1)!.paginationToken as string));
		}

		expect(pages.map(({ results }) => results.length)).toEqual(sizes);
	});

	test('an organization is shown with its slug and region', async () => {
		const { results } = await load('searchOrganizations');

		expect(results[0]).toEqual({ name: 'The Blue Brand (the-blue-brand, eu-west-1)', value: 'OrgBlue001' });
	});

	test('roles of the same name are told apart by kind and organization', async () => {
		const { results } = await load('searchRoles', {}, 'ADMIN');

		expect(results).toEqual([
			{ name: 'Admin (admin, The Blue Brand)', value: 'RoleAdmin1' },
			{ name: 'Admin (admin, Brand 01)', value: 'RoleOther1' },
		]);
	});

	test.each(['searchOrganizations', 'searchRoles'])('%s is searched by the API, on whichever page the match is', async (method) => {
		const { results, paginationToken } = await load(method, {}, method === 'searchRoles' ? 'team 30' : 'brand 29');

		expect(results).toHaveLength(1);
		expect(paginationToken).toBeUndefined();
		expect(subject().requests()).toHaveLength(1);
	});

	test.each([
		[{ data: [null, {}, { attributes: { name: 'no ID' } }] }, []],
		[{ data: [{ id: 'a' }], included: 'x' }, [{ id: 'a', name: 'a', detail: null }]],
		[
			{ data: [{ id: 'a', attributes: { name: 'A', kind: 'custom' }, relationships: { organization: { data: { id: 'o' } } } }], included: [null, { id: 'p' }] },
			[{ id: 'a', name: 'A', detail: 'custom' }],
		],
	])('reads the roles %j', (body, entries) => {
		const page = rolePicker.read({ status: 200, headers: {}, body }, { parameter: () => '' });

		expect(page).toEqual({ entries, cursor: undefined });
	});

	test('an answer that is no list is told in plain words', async () => {
		subject().simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body: '<html>' } });

		await expect(load('searchOrganizations')).rejects.toThrow(/Commerce Layer gave an answer that this node does not understand/);
	});
});

describe('beside the official SDK', () => {
	/** The SDK's own update, sent to the simulator. */
	async function bySdk(resource: IDataObject): Promise<ReceivedRequest> {
		const { simulator, changes } = subject();
		await commerceLayerClient(simulator).update(resource as { id: string });
		return changes()[0]!;
	}

	test.each<[string, INodeParameters, string[], IDataObject]>([
		['an attribute', { reference: 'R' }, [], { reference: 'R' }],
		['several attributes', { name: 'N', expiresIn: 9000 }, [], { name: 'N', expires_in: 9000 }],
		['metadata', { metadata: '{"a":{"b":[1,"é"]}}' }, [], { metadata: { a: { b: [1, 'é'] } } }],
		['a cleared attribute', { name: 'N' }, ['redirectUri', 'metadata'], { name: 'N', redirect_uri: null, metadata: null }],
		['a role alone', { roleId: 'RoleAdmin1' }, [], { role: { type: 'roles', id: 'RoleAdmin1' } }],
		['a role and an attribute', { roleId: 'RoleAdmin1', referenceOrigin: 'O' }, [], { role: { type: 'roles', id: 'RoleAdmin1' }, reference_origin: 'O' }],
	])('%s goes out the same', async (_case, updateFields, clearFields, resource) => {
		const theirs = await bySdk({ id: ID, ...resource });
		subject().simulator.server.clear();

		await updateOne(updateFields, clearFields);

		const [ours] = subject().changes();
		expect([ours!.method, ours!.target]).toEqual([theirs.method, theirs.target]);
		expect(ours!.headers).toMatchObject({ accept: theirs.headers.accept, 'content-type': theirs.headers['content-type'] });
		expect(withRelationships(ours!)).toEqual(JSON.parse(theirs.text));
	});

	/** The SDK sends `relationships: {}` where there are none; the node, as the API reference, leaves them out. */
	function withRelationships({ text }: ReceivedRequest): unknown {
		const { data } = JSON.parse(text) as { data: IDataObject };
		return { data: { relationships: {}, ...data } };
	}

	const fields = {
		api_credentials: [
			...['name', 'kind', 'confidential', 'redirect_uri', 'client_id', 'scopes', 'expires_in', 'mode', 'custom'],
			...['reference', 'reference_origin', 'metadata', 'created_at', 'updated_at', 'organization', 'role'],
		],
		organizations: ['name'],
		roles: ['name'],
	} as const;
	const shape = { fields, include: ['organization', 'role'] } as unknown as QueryParamsRetrieve<ApiCredential>;

	/** What the SDK sends for this call, and what it makes of the simulator's answer. */
	async function sdk<T>(call: (credentials: ApiCredentials) => Promise<T>) {
		const { simulator, requests } = subject();
		const result = await call(commerceLayerClient(simulator));
		const [request] = requests();
		return { result, request: request! };
	}

	/** What the node sends for the same, and what comes out. */
	async function node(parameters: INodeParameters) {
		const { run, requests, simulator } = subject();
		simulator.server.clear();
		const result = await run([{ json: {} }], { parameters: { resource: 'credential', ...parameters } });
		const [request] = requests();
		return { items: succeeded(result).map(({ json }) => json), request: request! };
	}

	/** The SDK sends a Content-Type also where there is no content. */
	const parts = ({ method, path, query, headers }: ReceivedRequest) => [
		method,
		path,
		Object.fromEntries(query),
		headers.accept,
	];

	test('Get Many goes out the same, and lists the same', async () => {
		const theirs = await sdk((credentials) =>
			credentials.list({
				...shape,
				filters: { name_cont: 'Storefront', kind_eq: 'webapp', organization_id_eq: 'OrgBlue001', updated_at_lt: '2025-01-01T00:00:00.000Z' },
				sort: { created_at: 'desc' },
				pageNumber: 1,
				pageSize: 5,
			}),
		);

		const ours = await node({
			operation: 'getAll',
			limit: 5,
			filters: { name: 'Storefront', kind: 'webapp', organizationId: chosen('OrgBlue001'), notChangedSince: '2025-01-01T00:00:00Z' },
		});

		expect(parts(ours.request)).toEqual(parts(theirs.request));
		expect(ours.items).toHaveLength(5);
		expect(ours.items.map(({ id, name, parentId }) => [id, name, parentId])).toEqual(
			Array.from(theirs.result, ({ id, name, organization }) => [id, name, organization?.id]),
		);
	});

	test('Get goes out the same, and reads the same', async () => {
		const theirs = await sdk((credentials) => credentials.retrieve(ID, shape));

		const ours = await node({ operation: 'get', credentialId: chosen(ID) });

		expect(parts(ours.request)).toEqual(parts(theirs.request));
		const { id, name, kind, organization, role } = theirs.result;
		expect(ours.items).toMatchObject([{ id, name, type: kind, parentId: organization?.id, attributes: { role: role?.id } }]);
		expect(role?.name).toBe('Read only');
	});

	test.each<[string, INodeParameters, Partial<ApiCredentialCreate>]>([
		['a sales channel', { kind: 'sales_channel' }, { kind: 'sales_channel' }],
		[
			'an integration with everything',
			{
				kind: 'integration',
				additionalFields: {
					roleId: chosen('RoleAdmin1'),
					mode: 'live',
					custom: true,
					expiresIn: 9000,
					redirectUri: 'https://a.example/cb',
					reference: 'R',
					referenceOrigin: 'O',
					metadata: '{"a":[1,"é"]}',
				},
			},
			{
				kind: 'integration',
				role: { type: 'roles', id: 'RoleAdmin1' },
				mode: 'live',
				custom: true,
				expires_in: 9000,
				redirect_uri: 'https://a.example/cb',
				reference: 'R',
				reference_origin: 'O',
				metadata: { a: [1, 'é'] },
			},
		],
	])('Create of %s goes out the same, and makes the same', async (_case, given, resource) => {
		const theirs = await sdk((credentials) =>
			credentials.create({ name: 'N', organization: { type: 'organizations', id: 'OrgBlue001' }, kind: '', ...resource }, shape),
		);

		const ours = await node({
			operation: 'create',
			name: 'N',
			organizationId: chosen('OrgBlue001'),
			options: { allowDuplicate: true },
			...given,
		});

		expect(parts(ours.request)).toEqual(parts(theirs.request));
		expect(ours.request.headers['content-type']).toBe(theirs.request.headers['content-type']);
		expect(JSON.parse(ours.request.text)).toEqual(JSON.parse(theirs.request.text));
		const { name, kind, mode, custom, metadata } = theirs.result;
		expect(ours.items).toMatchObject([{ name, type: kind, attributes: { mode, custom, metadata } }]);
	});

	test('Delete goes out the same', async () => {
		const theirs = await sdk((credentials) => credentials.delete(ID));

		const ours = await node({ operation: 'delete', credentialId: chosen('kLmNoPqRsT') });

		expect([ours.request.method, ours.request.path]).toEqual([theirs.request.method, theirs.request.path.replace(ID, 'kLmNoPqRsT')]);
		expect(ours.request.target).not.toContain('?');
		expect([ours.request.text, theirs.request.text]).toEqual(['', '']);
		expect(subject().simulator.state.credentials.has(ID)).toBe(false);
	});
});

describe('the simulator is as strict as the API', () => {
	const send = async (body: unknown, headers: Record<string, string> = {}, id = ID) => {
		const { simulator } = subject();
		const answer = await fetch(`${simulator.url}/api/api_credentials/${id}`, {
			method: 'PATCH',
			headers: { Accept: JSON_API, 'Content-Type': JSON_API, Authorization: `Bearer ${simulator.issueToken()}`, ...headers },
			body: JSON.stringify(body),
		});
		return { status: answer.status, body: (await answer.json()) as { errors: Array<Record<string, unknown>> } };
	};
	const update = (data: IDataObject) => ({ data: { type: 'api_credentials', id: ID, attributes: {}, ...data } });
	const roleOf = (type: string) => update({ relationships: { role: { data: { type, id: 'RoleAdmin1' } } } });

	test.each<[string, unknown, Record<string, string>, number, string]>([
		['another Accept', update({}), { Accept: 'application/json' }, 406, 'NOT_ACCEPTABLE'],
		['another Content-Type', update({}), { 'Content-Type': 'application/json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
		['an unknown token', update({}), { Authorization: 'Bearer nobody' }, 401, 'INVALID_TOKEN'],
		['another ID than in the path', update({ id: 'other' }), {}, 400, 'KEY_NOT_INCLUDED_IN_URL'],
		['no attributes', update({ attributes: undefined }), {}, 400, 'PARAM_MISSING'],
		['an unknown attribute', update({ attributes: { colour: 'red' } }), {}, 400, 'PARAM_NOT_ALLOWED'],
		['an attribute that is fixed', update({ attributes: { client_secret: 's' } }), {}, 400, 'PARAM_NOT_ALLOWED'],
		['a null name', update({ attributes: { name: null } }), {}, 422, 'VALIDATION_ERROR'],
		['a short lifetime', update({ attributes: { expires_in: 60 } }), {}, 422, 'VALIDATION_ERROR'],
		['a singular role type', roleOf('role'), {}, 400, 'TYPE_MISMATCH'],
	])('%s', async (_case, body, headers, status, code) => {
		const answer = await send(body, headers);

		expect(answer.status).toBe(status);
		expect(answer.body.errors[0]!.code).toBe(code);
	});

	test('accepts what is right, so that each refusal above has its own cause', async () => {
		expect((await send(roleOf('roles'))).status).toBe(200);
	});

	const ask = async (method: string, target: string, body?: unknown) => {
		const { simulator } = subject();
		const answer = await fetch(`${simulator.url}/api/${target}`, {
			method,
			headers: { Accept: JSON_API, 'Content-Type': JSON_API, Authorization: `Bearer ${simulator.issueToken()}` },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await answer.text();
		return { status: answer.status, text, errors: text === '' ? [] : ((JSON.parse(text) as IDataObject).errors as IDataObject[]) };
	};
	const made = (attributes: IDataObject, links: IDataObject = {}) => ({
		data: {
			type: 'api_credentials',
			attributes: { name: 'N', kind: 'sales_channel', ...attributes },
			relationships: { organization: { data: { type: 'organizations', id: 'OrgBlue001' } }, ...links },
		},
	});
	const ofRole = (id: string) => ({ role: { data: { type: 'roles', id } } });

	test.each<[string, unknown, number, string, string]>([
		['no name', made({ name: undefined }), 422, 'VALIDATION_ERROR', '/data/attributes/name'],
		['no kind', made({ kind: undefined }), 422, 'VALIDATION_ERROR', '/data/attributes/kind'],
		['a kind that is no text', made({ kind: 7 }), 422, 'VALIDATION_ERROR', '/data/attributes/kind'],
		['an unknown mode', made({ mode: 'prod' }), 422, 'VALIDATION_ERROR', '/data/attributes/mode'],
		['an unknown attribute', made({ colour: 'red' }), 400, 'PARAM_NOT_ALLOWED', '/data/attributes/colour'],
		['an attribute that is read only', made({ client_secret: 's' }), 400, 'PARAM_NOT_ALLOWED', '/data/attributes/client_secret'],
		['no organization', made({}, { organization: undefined }), 422, 'VALIDATION_ERROR', '/data/relationships/organization'],
		['a singular type', made({}, { organization: { data: { type: 'organization', id: 'OrgBlue001' } } }), 400, 'TYPE_MISMATCH', '/data/relationships/organization'],
		['an integration without a role', made({ kind: 'integration' }), 422, 'VALIDATION_ERROR', '/data/relationships/role'],
		['a sales channel with a role', made({}, ofRole('RoleReader')), 422, 'VALIDATION_ERROR', '/data/relationships/role'],
	])('a new credential with %s', async (_case, body, status, code, pointer) => {
		const answer = await ask('POST', 'api_credentials', body);

		expect(answer.status).toBe(status);
		expect(answer.errors).toMatchObject([{ code, source: { pointer } }]);
	});

	test('what is missing is called blank', async () => {
		const { errors } = await ask('POST', 'api_credentials', made({}, { organization: undefined }));

		expect(errors[0]).toMatchObject({ title: "can't be blank", meta: { error: 'blank' } });
	});

	test.each(['page[size]=26', 'page[number]=0', 'sort=name', 'fields[api_credentials]=secret', 'include=owner', 'filter[q][client_secret_eq]=x', 'filter[q][custom_eq]=x', 'filter[q][organization_secret_eq]=x'])(
		'a list asked for with %s',
		async (query) => {
			expect((await ask('GET', `api_credentials?${query}`)).status).toBe(400);
		},
	);

	test('a new credential with a role is taken, and every answer shows the secret unless it is asked not to', async () => {
		const { simulator } = subject();
		const answer = await ask('POST', 'api_credentials', made({ kind: 'integration' }, ofRole('RoleReader')));
		const { client_secret: secret } = [...simulator.state.credentials.values()].at(-1)!.attributes;
		const { id } = (JSON.parse(answer.text) as { data: { id: string } }).data;

		expect(answer.status).toBe(201);
		expect(answer.text).toContain(secret);
		for (const [method, target] of [['GET', id], ['GET', ''], ['PATCH', id]] as const) {
			const body = method === 'PATCH' ? { data: { type: 'api_credentials', id, attributes: {} } } : undefined;
			const path = target === '' ? 'api_credentials?sort=-created_at' : `api_credentials/${target}?`;
			expect((await ask(method, path, body)).text).toContain(secret);
			expect((await ask(method, `${path}&fields[api_credentials]=name,kind`, body)).text).not.toContain(secret);
		}
	});
});

test('what saved workflows and credentials hold of the node does not change', () => {
	expect(savedNames('commerceLayer')).toEqual([
		'credential commerceLayerApi',
		'credential rotationN8nApi (operation rotate)',
		'credential rotationSecretApi (operation rotate)',
		'credential rotationPreviousSecretApi (operation rotate)',
		'resource credential rotation',
		'operation update create delete get getAll',
		'operation rotate retire',
		'credentialId list id (operation delete get rotate update)',
		'organizationId list id (operation create)',
		'name (operation create)',
		'kind integration sales_channel webapp (operation create)',
		'additionalFields (operation create)',
		'additionalFields.custom',
		'additionalFields.expiresIn',
		'additionalFields.metadata',
		'additionalFields.mode test live',
		'additionalFields.redirectUri',
		'additionalFields.reference',
		'additionalFields.referenceOrigin',
		'additionalFields.roleId list id',
		'credentialId list id (operation retire)',
		'newName (operation rotate)',
		'graceHours (operation rotate)',
		'key (operation rotate)',
		'keyVendor (operation rotate)',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'filters (operation getAll)',
		'filters.kind integration sales_channel webapp',
		'filters.mode test live',
		'filters.name',
		'filters.notChangedForDays',
		'filters.notChangedSince',
		'filters.olderThanDays',
		'filters.organizationId list id',
		'filters.reference',
		'updateFields (operation update)',
		'updateFields.expiresIn',
		'updateFields.metadata',
		'updateFields.name',
		'updateFields.redirectUri',
		'updateFields.reference',
		'updateFields.referenceOrigin',
		'updateFields.roleId list id',
		'clearFields expiresIn metadata redirectUri reference referenceOrigin (operation update)',
		'options (operation create)',
		'options.allowDuplicate',
		'options.dryRun',
		'options.onVerificationFailure fail report',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.returnSecret',
		'options.timeout',
		'options.verify',
		'options (operation delete)',
		'options.allowDeleteFromAgent (@tool true)',
		'options.dryRun',
		'options.ignoreIfMissing',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation get)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation getAll)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.sortBy created_at mode reference reference_origin updated_at',
		'options.orderBy desc asc',
		'options.timeout',
		'options (operation retire)',
		'options.allowDeleteFromAgent (@tool true)',
		'options.dryRun',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.proveEnd',
		'options.timeout',
		'options (operation rotate)',
		'options.allowChangesFromAgent (@tool true)',
		'options.dryRun',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation update)',
		'options.dryRun',
		'options.onVerificationFailure fail report restore',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options.verify',
	]);
	expect(savedFields('commerceLayerApi')).toEqual([
		'sessionToken',
		'clientId',
		'clientSecret',
		'baseUrl https://provisioning.commercelayer.io',
		'authBaseUrl https://auth.commercelayer.io',
	]);
});

test('the node says where a new secret is, what a deletion breaks, and that an update changes no secret', () => {
	const { properties } = types.nodes.get('commerceLayer')!.description;

	expect(properties.filter(({ type }) => type === 'notice').map(({ displayName }) => displayName)).toEqual([
		expect.stringMatching(/makes a successor.*leaves the credential in force/) as string,
		expect.stringMatching(/n8n stores it with the execution/) as string,
		expect.stringMatching(/stops working/) as string,
		expect.stringMatching(/can no longer get access tokens/) as string,
		expect.stringMatching(/does not change the client secret/) as string,
		expect.stringMatching(/“Restore”.*has leaked/) as string,
	]);
});
