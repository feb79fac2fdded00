import CommerceLayer from '@commercelayer/provisioning-sdk';
import type { IDataObject, IHttpRequestOptions, INode, INodeParameters } from 'n8n-workflow';

import { CommerceLayerApi } from '../../credentials/CommerceLayerApi.credentials';
import { credentialPicker } from '../../nodes/CommerceLayer/picker';
import { secretsInRedirectUri, withoutUserInfo } from '../../nodes/CommerceLayer/redirectUri';
import { update as operation } from '../../nodes/CommerceLayer/update';
import type { Parameters } from '../../nodes/shared/parameters';
import { storeOf } from '../harness/engine';
import { engine, ERROR_OUTPUT, itemsFor, onlyError, succeeded, types, useSubject } from '../harness/subject';
import { simulator as definition } from '../simulator/commerceLayer';
import type { ReceivedRequest } from '../simulator/server';

const ID = 'aBcDeFgHiJ';
const SALES_CHANNEL = 'xYZkjABcde';
const JSON_API = 'application/vnd.api+json';

const subject = useSubject('commerceLayer', definition, 'Commerce Layer');

/** The node's parameters for an update of one credential. */
function parameters(updateFields: INodeParameters, clearFields: string[] | string = [], id = ID): INodeParameters {
	return {
		resource: 'credential',
		operation: 'update',
		credentialId: { __rl: true, mode: 'id', value: id },
		updateFields,
		clearFields,
	};
}

/** What the operation reads of these parameters, without an engine. */
function read(updateFields: IDataObject, clearFields: unknown = []) {
	const given: IDataObject = { credentialId: ID, updateFields, clearFields } as IDataObject;
	return operation.read({ timezone: 'utc', get: (name) => given[name] } satisfies Parameters);
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
			authorization: expect.stringMatching(/^Bearer access-token-/) as string,
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
		expect(json).toMatchObject({ attributes: { metadata: stored }, verification: { status: 'verified' } });
	});
});

describe('what is refused before anything is sent', () => {
	test.each<[string, INodeParameters, string[] | string, RegExp]>([
		['an empty name', { name: '' }, [], /“Name” is empty/],
		['an empty redirect URI', { redirectUri: '' }, [], /“Redirect URI” is empty/],
		['an empty reference', { reference: '' }, [], /“Reference” is empty/],
		['an empty reference origin', { referenceOrigin: '={{ null }}' }, [], /“Reference Origin” is empty/],
		['an empty role', { roleId: '' }, [], /“Role ID” is empty/],
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
		simulator.server.plan({ when: update.isChange, times: 2, answer: { status, body } });

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
		expect(error.hint).toContain('“Role ID”');
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
		subject().simulator.state.tokenRequestsLeft = 0;

		expect(await errorFor({})).toMatchObject({ code: 'rateLimited', stage: 'token', applied: 'no', retryable: true });
	});

	test.each([
		['an auth URL without TLS', { authBaseUrl: 'http://auth.example.com' }, '“Auth Base URL”'],
		['a base URL without TLS', { baseUrl: 'http://api.example.com' }, '“Base URL”'],
		['an empty client ID', { clientId: ' ' }, '“Client ID”'],
	])('%s is refused with nothing sent', async (_case, credentials, field) => {
		const error = await errorFor(credentials);

		expect(error.message).toContain(field);
		expect(error.applied).toBe('no');
		expect(subject().simulator.server.requests).toHaveLength(0);
	});

	test.each([
		['accepts a working credential', {}, 200],
		['turns down a token endpoint that refuses', { clientSecret: 'wrong' }, 401],
	])('the credential test %s', async (_case, credentials, status) => {
		const { simulator } = subject();
		const stored = { ...simulator.credentials.commerceLayerApi, ...credentials };
		const { request } = new CommerceLayerApi().test;
		const options = { ...request, method: 'GET', baseURL: simulator.url, returnFullResponse: true };
		const context = engine.loadOptions(nodeWith({}), storeOf({ commerceLayerApi: stored }));

		const outcome = await context.helpers.httpRequestWithAuthentication
			.call(context, 'commerceLayerApi', options as IHttpRequestOptions)
			.then(({ statusCode }: { statusCode: number }) => statusCode)
			.catch((error: Error) => Number(/HTTP (\d+)/.exec(`${error.message} ${String(error.cause)}`)?.[1]));

		expect(outcome).toBe(status);
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

		expect(json).toMatchObject({ id: ID, name: null, type: null, attributes: {}, verification: { status: 'unverifiable' } });
	});

	test('204, which JSON:API allows, is a success that proves nothing', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 204 } });

		expect(await updateOne({ name: 'New' })).toMatchObject({
			outcome: 'updated',
			id: ID,
			name: null,
			verification: { status: 'unverifiable', method: 'none' },
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
			verification: { status: 'verified' },
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

	test.each<[unknown, string[]]>([
		['https://user:pass@a.example', ['user:pass', 'user', 'pass']],
		['https://token@a.example/cb', ['token']],
		['https://u:p:w@a.example', ['u:p:w', 'u', 'p:w']],
		['https://u:p%2Fw@a.example', ['u:p%2Fw', 'u', 'p%2Fw', 'u:p/w', 'p/w']],
		['https://u:100%@a.example', ['u:100%', 'u', '100%']],
		['https://a@b@c.example', ['a@b']],
		['https://a.example/cb?mail=x@y.example', []],
		['app://a.example', []],
		[null, []],
		[undefined, []],
	])('of the redirect URI %j the secrets are %j', (uri, secrets) => {
		expect([...new Set(secretsInRedirectUri(uri))]).toEqual(secrets);
	});

	test.each([
		['https://a.example/cb?mail=x@y.example', 'https://a.example/cb?mail=x@y.example'],
		['HTTPS://u:p@a.example', 'HTTPS://[redacted]@a.example'],
		['https:\\\\u:p@a.example', 'https:\\\\[redacted]@a.example'],
		['https://a@b@c.example', 'https://[redacted]@c.example'],
	])('shows the redirect URI %s as %s', (uri, shown) => {
		expect(withoutUserInfo(uri)).toBe(shown);
	});
});

/** The node as the editor holds it while a list is loaded. */
function nodeWith(nodeParameters: INodeParameters): INode {
	return {
		id: 'Node',
		name: 'Node',
		type: 'n8n-nodes-credential-rotation.commerceLayer',
		typeVersion: 1,
		position: [0, 0],
		parameters: nodeParameters,
		credentials: { commerceLayerApi: { id: 'commerceLayerApi', name: 'commerceLayerApi' } },
	};
}

describe('the list of credentials', () => {
	const load = async (search?: string, cursor?: string) => {
		const context = engine.loadOptions(nodeWith(parameters({})), storeOf(subject().simulator.credentials));
		const { searchCredentials } = types.nodes.get('commerceLayer')!.methods!.listSearch!;
		return await searchCredentials!.call(context, search, cursor);
	};

	test('comes in pages, the newest first, with what tells credentials apart', async () => {
		const pages = [await load()];
		while (pages.at(-1)!.paginationToken !== undefined) {
			pages.push(await load(undefined, pages.at(-1)!.paginationToken as string));
		}

		expect(pages.map(({ results }) => results.length)).toEqual([25, 25, 10]);
		const entries = pages.flatMap(({ results }) => results);
		expect(new Set(entries.map(({ value }) => value)).size).toBe(60);
		expect(entries.slice(0, 2)).toEqual([
			{ name: 'Storefront 56 (webapp, live, changed 2024-05-01)', value: 'Store56xyz' },
			{ name: 'Storefront 55 (sales_channel, test, changed 2024-05-01)', value: 'Store55xyz' },
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

	test.each([null, '', [], { data: {} }, { data: [null, 'x', { attributes: { name: 'no ID' } }] }])(
		'%j is an empty list',
		(body) => {
			const page = credentialPicker.read({ status: 200, headers: {}, body }, { parameter: () => '' });

			expect(page).toEqual({ entries: [], cursor: undefined });
		},
	);

	test('an entry without attributes is shown by its ID', () => {
		const answer = { status: 200, headers: {}, body: { data: [{ id: 'a' }], meta: { page_count: 1 } } };

		const page = credentialPicker.read(answer, { parameter: () => '' });

		expect(page.entries).toEqual([{ id: 'a', name: 'a', detail: null }]);
	});
});

describe('beside the official SDK', () => {
	/** The SDK's own update, sent to the simulator: its `fetch` option is the way to another host. */
	async function bySdk(resource: IDataObject): Promise<ReceivedRequest> {
		const { simulator, changes } = subject();
		const client = CommerceLayer({
			accessToken: simulator.issueToken(),
			fetch: async (input, init) =>
				await fetch(String(input).replace('https://provisioning.commercelayer.io', simulator.url), init),
		});
		await client.api_credentials.update(resource as { id: string });
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

	test('a list comes back the same, though the SDK sends a Content-Type with its GET', async () => {
		const { simulator, requests } = subject();
		const client = CommerceLayer({
			accessToken: simulator.issueToken(),
			fetch: async (input, init) =>
				await fetch(String(input).replace('https://provisioning.commercelayer.io', simulator.url), init),
		});
		const context = { parameter: () => '', search: 'Storefront', cursor: '2' };
		const { path, query, headers } = credentialPicker.request(context);

		await client.api_credentials.list({
			fields: { api_credentials: ['name', 'kind', 'mode', 'updated_at'] },
			filters: { name_cont: 'Storefront' },
			sort: { created_at: 'desc' },
			pageNumber: 2,
			pageSize: 25,
		});

		const [theirs] = requests();
		expect(theirs!.path).toBe(path);
		expect(Object.fromEntries(theirs!.query)).toEqual(query);
		expect(theirs!.headers['content-type']).toBe(JSON_API);
		expect(headers).toEqual({ Accept: theirs!.headers.accept });
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
});
