import omit from 'lodash/omit';
import type { ICredentialDataDecryptedObject, INode, INodeParameters } from 'n8n-workflow';

import { asLiteral } from '../../nodes/kit/secretStore';
import { testCredential } from '../harness/editor';
import { storeOf } from '../harness/engine';
import { manifest } from '../harness/packageTypes';
import { ERROR_OUTPUT, failed, ID, itemsFor, newSecret, onlyError, savedFields, savedNames, SECRET, storedSecret, succeeded, useSubject } from '../harness/subject';
import { traces } from '../harness/traces';
import { API_KEY, IDS, OTHER_IDS, rows, simulator as definition, updateParameters } from '../simulator/n8nCredentials';
import { valueInUse } from '../simulator/n8nCredentialTypes';

const subject = useSubject('n8nCredentials', definition, 'n8n');
const [id] = IDS;
const NO_INPUT = [{ json: {} }];
const TOKEN = 'new-token-9f31';

interface Options {
	options?: INodeParameters;
	settings?: Partial<INode>;
	credentials?: Parameters<ReturnType<typeof subject>['run']>[1] extends infer T ? (T extends { credentials?: infer C } ? C : never) : never;
}

const run = async (parameters: INodeParameters, { settings, ...more }: Options = {}) => await subject().run(NO_INPUT, { parameters, settings: { ...ERROR_OUTPUT, ...settings }, ...more });

/** An update of these fields, typed. */
const typed = (fields: Record<string, string>, more: INodeParameters = {}, of: string = id) => updateParameters(of, { fields: rows(...Object.entries(fields)), ...more });

const operationOf = (operation: string, more: INodeParameters): INodeParameters => ({ resource: 'credential', operation, ...more });
const onOne = (operation: string, of: string = id) => operationOf(operation, { credentialId: { __rl: true, mode: 'id', value: of } });
const creating = (more: INodeParameters = {}) => operationOf('create', { name: 'A new one', credentialType: 'githubApi', secretSource: 'fields', fields: rows(['accessToken', TOKEN]), ...more });

/** With a stored secret, and one from before, chosen in the node. */
const withStored = async (parameters: INodeParameters, stored: ICredentialDataDecryptedObject, { previous, options }: { previous?: ICredentialDataDecryptedObject; options?: INodeParameters } = {}) => {
	const chosen = { rotationN8nApi: subject().simulator.credentials.rotationN8nApi!, rotationSecretApi: stored, ...(previous ? { rotationPreviousSecretApi: previous } : {}) };
	return await run(parameters, {
		options,
		credentials: storeOf(chosen),
		settings: { credentials: Object.fromEntries(Object.keys(chosen).map((type) => [type, { id: type, name: type }])) },
	});
};
const storedUpdate = (more: INodeParameters = {}, of: string = id) => ({ ...updateParameters(of, more), secretSource: 'storedSecret' });

const state = () => subject().simulator.state;
const dataOf = (of: string) => state().credentials.get(of)!.data;
const sent = () => subject().changes().map(({ text }) => JSON.parse(text) as Record<string, unknown>);
const paths = () => subject().simulator.server.requests.map(({ method, path }) => `${method} ${path.replace('/api/v1/credentials', '')}`);
const only = (result: Awaited<ReturnType<typeof run>>) => {
	expect(failed(result)).toEqual([]);
	expect(succeeded(result)).toHaveLength(1);
	return succeeded(result)[0]!.json;
};

describe('an update', () => {
	test('sends what is given and nothing else, always as partial data, and leaves the other fields', async () => {
		const before = structuredClone(dataOf(id));

		await run(typed({ accessToken: TOKEN }));
		await run(typed({}, { updateFields: { name: 'Another name' } }));
		await run(typed({ user: 'somebody' }, { updateFields: { name: 'A third name' } }));

		expect(sent()).toEqual([
			{ data: { accessToken: TOKEN }, isPartialData: true },
			{ name: 'Another name', isPartialData: true },
			{ name: 'A third name', data: { user: 'somebody' }, isPartialData: true },
		]);
		expect(dataOf(id)).toEqual({ ...before, accessToken: TOKEN, user: 'somebody' });
	});

	test('looks at the type, and at its fields, before it sends, and has n8n test what it has stored', async () => {
		const json = only(await run(typed({ accessToken: TOKEN })));

		expect(paths()).toEqual([`GET /${id}`, 'GET /schema/githubApi', `PATCH /${id}`, `POST /${id}/test`]);
		expect(json).toMatchObject({
			outcome: 'updated',
			id,
			name: "John's Github account",
			type: 'githubApi',
			changed: ['data.accessToken'],
			verification: 'verified',
			verificationDetail: { method: 'vendor' },
			meta: { requests: 4, attempts: 1 },
		});
		expect(json.message).toMatch(/^n8n has tested the credential, and it works\. Workflows that are active may keep the value from before in their triggers/);
	});

	test('of the name alone looks at nothing and tests nothing', async () => {
		const json = only(await run(typed({}, { updateFields: { name: 'Another name' } })));

		expect(paths()).toEqual([`PATCH /${id}`]);
		expect(json).toMatchObject({ name: 'Another name', changed: ['name'], verification: 'verified', verificationDetail: { method: 'response' } });
		expect(json.message).not.toContain('triggers');
	});

	test('asks for the fields of a type once in a run', async () => {
		await subject().run(itemsFor([...IDS, id]), { parameters: updateParameters(ID, { fields: rows(['accessToken', SECRET]) }) });

		expect(paths().filter((path) => path.startsWith('GET /schema/'))).toEqual(['GET /schema/githubApi']);
		expect(subject().changes()).toHaveLength(4);
	});

	test('of one credential by several items is made in their order, and the last one counts', async () => {
		const result = await subject().run(itemsFor([id, id, id]), { parameters: updateParameters(ID, { fields: rows(['accessToken', SECRET]) }) });

		expect(succeeded(result)).toHaveLength(3);
		expect(sent().map(({ data }) => (data as Record<string, unknown>).accessToken)).toEqual([0, 1, 2].map(newSecret));
		expect(dataOf(id).accessToken).toBe(newSecret(2));
	});
});

describe('a value that begins with “=”', () => {
	const VALUES = ['=abc', '==', '={"a":"}}"}', '= {{ $json }} or so', '=}}', '={{', '=\u2028"\\n\\', '=`${1}`', "='+1+'", '=\tx y=', '=é😀'];

	test.each(VALUES)('%j is used as it is, typed or stored', async (value) => {
		// Out of an item: in a field of the node it would be an expression of the node's own.
		const result = await subject().run([{ json: { secret: value } }], { parameters: typed({ accessToken: SECRET }), settings: ERROR_OUTPUT });
		expect(succeeded(result)).toHaveLength(1);
		expect(dataOf(id).accessToken).toBe(asLiteral(value));
		expect(valueInUse(dataOf(id).accessToken)).toBe(value);

		subject().simulator.reset();
		// In a pair it would be an expression of the stored secret's own.
		only(await withStored(storedUpdate(), { valuesJson: JSON.stringify({ [id]: { accessToken: value } }) }));
		expect(valueInUse(dataOf(id).accessToken)).toBe(value);
	});

	test('nothing of it comes back, in either form', async () => {
		const secret = '=a-secret-{"x":1}-canary';
		subject().simulator.server.plan({ when: subject().update.isChange, answer: ({ text }) => ({ status: 400, body: { message: `no: ${text}` } }) });

		const result = await withStored(storedUpdate(), { valuesJson: JSON.stringify({ [id]: { accessToken: secret } }) });

		expect(onlyError(result)).toMatchObject({ code: 'invalidInput', httpStatus: 400 });
		expect(traces(result)).not.toContain('canary');
	});

	test('any other value goes as it is', () => {
		for (const value of ['abc', ' =abc', '{{ 1 }}', 'a=b']) expect(asLiteral(value)).toBe(value);
	});
});

describe('what n8n would not store, and yet report as stored', () => {
	test.each(['__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6', '__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da', ' __n8n_BLANK_VALUE_of-another-release'])('the marker %s is refused, typed or stored, with nothing sent', async (marker) => {
		const results = [await run(typed({ accessToken: marker })), await withStored(storedUpdate(), storedSecret({ accessToken: marker })), await run(creating({ fields: rows(['accessToken', marker]) }))];

		for (const result of results) {
			expect(onlyError(result)).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(onlyError(result).message).toContain('placeholder that n8n shows for a hidden value');
		}
		expect(paths()).toEqual([]);
	});

	test('a token of OAuth is refused', async () => {
		const error = onlyError(await run(typed({ oauthTokenData: '{"access_token":"x"}' }, {}, OTHER_IDS.oauth)));

		expect(error).toMatchObject({ code: 'invalidInput', message: expect.stringContaining('which n8n keeps by itself') as string });
		expect(paths()).toEqual([]);
	});

	test('an update of nothing is refused', async () => {
		for (const parameters of [typed({}), updateParameters(id, {}), storedUpdate()]) {
			expect(onlyError(await run(parameters)).message).toMatch(/^There is nothing to update\./);
		}
		expect(paths()).toEqual([]);
	});
});

describe('the fields of the type', () => {
	test.each<[what: string, of: string, fields: Record<string, string>, sentence: RegExp]>([
		['a field that there is not', id, { token: TOKEN }, /“Fields” has a name that is no field of this type/],
		['one of two', id, { accessToken: TOKEN, apiKey: 'another-key' }, /“Fields” has a name, the one in place 2, that is no field/],
		['text for a number', OTHER_IDS.smtp, { port: 'as many as there are' }, /“Fields: port” must be a number/],
		['text for a switch', OTHER_IDS.smtp, { secure: 'perhaps' }, /“Fields: secure” must be true or false/],
		['a choice that there is not', id, { allowedHttpRequestDomains: 'some-of-them' }, /“Fields: allowedHttpRequestDomains” has a value that is none of those/],
	])('%s is refused before anything is changed', async (_what, of, fields, sentence) => {
		const before = structuredClone(dataOf(of));

		const error = onlyError(await run(typed(fields, {}, of)));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', stage: 'read', attempts: 0 });
		expect(error.message).toMatch(sentence);
		expect(error.vendorMessage).toMatch(/^Fields of \w+: \w+, /);
		expect(JSON.stringify(error)).not.toContain(TOKEN);
		expect(subject().changes()).toEqual([]);
		expect(dataOf(of)).toEqual(before);
	});

	test('a name and a value that were swapped are not told', async () => {
		const error = onlyError(await run(typed({ 'hunter-two-canary': 'accessToken' })));

		expect(error.code).toBe('invalidInput');
		expect(JSON.stringify(error)).not.toContain('canary');
	});

	test('numbers and switches are sent as such, whether they are typed, stored, or come from an item', async () => {
		only(await run(typed({ port: '2525', secure: 'false' }, {}, OTHER_IDS.smtp)));
		expect(dataOf(OTHER_IDS.smtp)).toMatchObject({ port: 2525, secure: false, password: 'stored-mail-password' });

		const json = { valuesJson: JSON.stringify({ [OTHER_IDS.smtp]: { port: 587, secure: true } }) };
		only(await withStored(storedUpdate({}, OTHER_IDS.smtp), json));
		expect(dataOf(OTHER_IDS.smtp)).toMatchObject({ port: 587, secure: true });

		const fields = { values: [{ name: 'secure', value: '={{ false }}' }, { name: 'port', value: '={{ 25 }}' }] };
		only(await run(updateParameters(OTHER_IDS.smtp, { fields })));
		expect(dataOf(OTHER_IDS.smtp)).toMatchObject({ port: 25, secure: false });
	});

	test('a new credential needs those that its type demands', async () => {
		const error = onlyError(await run(creating({ credentialType: 'openAiApi', fields: rows(['url', 'https://example.com']) })));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', vendorMessage: expect.stringContaining('It needs: apiKey.') as string });
		expect(paths()).toEqual(['GET ', 'GET /schema/openAiApi']);
	});

	test.each(['create', 'update'])('a type that this n8n does not know is told by the parameter: %s', async (operation) => {
		const result = operation === 'create' ? await run(creating({ credentialType: 'noSuchApi' })) : await run(typed({ accessToken: TOKEN }), { options: { credentialType: 'noSuchApi' } });

		expect(onlyError(result)).toMatchObject({ code: 'invalidInput', applied: 'no', message: expect.stringContaining('“Credential Type” is none that this n8n knows') as string });
		expect(subject().simulator.server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	test('a look that makes no sense changes nothing', async () => {
		subject().simulator.server.plan({ when: ({ path }) => path.includes('/schema/'), answer: { status: 200, body: '<html>' } });

		expect(onlyError(await run(typed({ accessToken: TOKEN })))).toMatchObject({ code: 'unexpectedResponse', stage: 'read', applied: 'no' });
		expect(subject().changes()).toEqual([]);
	});
});

test.each(['ab', ' a ', 'x'.repeat(129)])('the name %j, with which n8n would refuse every later change, is refused', async (name) => {
	for (const parameters of [creating({ name }), typed({}, { updateFields: { name } })]) {
		expect(onlyError(await run(parameters)).message).toContain('“Name” must have 3 to 128 characters');
	}
	expect(paths()).toEqual([]);
});

test('a credential of OAuth is updated, and goes on with its token: that is said, and no test passes for proof', async () => {
	const json = only(await run(typed({ clientSecret: 'another-client-secret' }, {}, OTHER_IDS.oauth)));

	expect(json).toMatchObject({ outcome: 'updated', verification: 'accepted' });
	expect(json.message).toContain('n8n goes on with the access token that the credential has: connect it anew');
	expect(paths().some((path) => path.endsWith('/test'))).toBe(false);
});

describe('stored values', () => {
	test('go each into the field of its own name, or where a row says', async () => {
		const stored = storedSecret({ github_token: TOKEN, user: 'somebody', client_secret: 'of-another-place' });

		const unknown = onlyError(await withStored(storedUpdate(), stored));
		expect(unknown.message).toMatch(/“Stored Fields” has a name, the one in place 1, that is no field/);
		expect(subject().changes()).toEqual([]);

		const storedFields = { values: [{ name: 'accessToken', storedName: 'github_token' }, { name: 'user', storedName: '' }] };
		const json = only(await withStored(storedUpdate({ storedFields }), stored));
		expect(json.changed).toEqual(['data.accessToken', 'data.user']);
		expect(sent()).toEqual([{ data: { accessToken: TOKEN, user: 'somebody' }, isPartialData: true }]);
	});

	test.each<[string, INodeParameters[], RegExp]>([
		['a value that is not there', [{ name: 'accessToken', storedName: 'token' }], /has no value for “token”\. It has “accessToken”/],
		['one value for two fields', [{ name: 'accessToken', storedName: 'a' }, { name: 'user', storedName: 'a' }], /takes the same stored value for two fields/],
		['no name', [{ name: '', storedName: 'a' }], /“Stored Fields: Field” is empty/],
		['a name that every object has', [{ name: '__proto__', storedName: 'accessToken' }], /is no name of a field/],
	])('rows with %s are refused unsent', async (_what, values, sentence) => {
		const error = onlyError(await withStored(storedUpdate({ storedFields: { values } }), storedSecret({ accessToken: TOKEN })));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', message: expect.stringMatching(sentence) as string });
		expect(paths()).toEqual([]);
	});

	test('make a new credential as well', async () => {
		const json = only(await withStored(omit(creating({ secretSource: 'storedSecret' }), 'fields'), storedSecret({ accessToken: TOKEN })));

		expect(json).toMatchObject({ outcome: 'created', name: 'A new one', type: 'githubApi', changed: ['name', 'data.accessToken'], verification: 'verified' });
		expect(dataOf(String(json.id))).toEqual({ accessToken: TOKEN });
	});
});

describe('what an API key may do', () => {
	test.each<[scope: string, parameters: () => INodeParameters]>([
		['credential:create', () => creating()],
		['credential:delete', () => onOne('delete')],
		['credential:list', () => operationOf('getAll', { returnAll: true })],
		['credential:read', () => onOne('get')],
		['credential:read', () => onOne('test')],
		['credential:update', () => typed({ accessToken: TOKEN })],
	])('without the scope %s, the refusal names it', async (scope, parameters) => {
		state().scopes.delete(scope);

		const error = onlyError(await run(parameters()));

		expect(error).toMatchObject({ code: 'permission', applied: 'no', httpStatus: 403 });
		expect(error.hint).toContain(`“${scope}”`);
	});

	test('one that can only update does so by ID, without a look or a test, and the result says why nothing is proven', async () => {
		state().scopes = new Set(['credential:update']);

		const json = only(await run(typed({ accessToken: TOKEN })));

		expect(paths()).toEqual([`GET /${id}`, `PATCH /${id}`, `POST /${id}/test`]);
		expect(dataOf(id).accessToken).toBe(TOKEN);
		expect(json).toMatchObject({ outcome: 'updated', verification: 'accepted', verificationDetail: { method: 'none' } });
		expect(json.message).toContain('does not let the node’s credential test them');
		expect(json.message).toContain('“credential:read”');
	});

	test('with the type in the options, its fields are checked all the same', async () => {
		state().scopes = new Set(['credential:update']);
		const options = { credentialType: 'smtp' };

		only(await run(typed({ port: '2525' }, {}, OTHER_IDS.smtp), { options }));
		expect(paths()).toEqual(['GET /schema/smtp', `PATCH /${OTHER_IDS.smtp}`, `POST /${OTHER_IDS.smtp}/test`]);
		expect(dataOf(OTHER_IDS.smtp).port).toBe(2525);
		expect(onlyError(await run(typed({ port: 'many' }, {}, OTHER_IDS.smtp), { options })).message).toContain('must be a number');
	});

	test('a key that is refused may have expired, and the item says so', async () => {
		const credentials = storeOf({ rotationN8nApi: { ...subject().simulator.credentials.rotationN8nApi!, apiKey: `${API_KEY}x` } });

		const error = onlyError(await run(typed({ accessToken: TOKEN }), { credentials }));

		expect(error).toMatchObject({ code: 'authentication', applied: 'no', httpStatus: 401, retryable: false });
		expect(error.hint).toContain('Keys of n8n expire');
		expect(paths()).toEqual([`GET /${id}`]);
	});

	test('somebody else’s credential is out of reach of a member', async () => {
		state().role = 'member';

		expect(onlyError(await run(typed({}, { updateFields: { name: 'Another name' } })))).toMatchObject({ code: 'permission', applied: 'no' });
	});
});

describe('an older n8n', () => {
	beforeEach(() => void (state().release = '2.8'));

	test('is updated by ID, unseen and untested, and says so', async () => {
		const json = only(await run(typed({ accessToken: TOKEN })));

		expect(dataOf(id)).toMatchObject({ accessToken: TOKEN, server: 'https://api.github.com' });
		expect(json).toMatchObject({ outcome: 'updated', verification: 'accepted' });
		expect(paths()).toEqual([`GET /${id}`, `PATCH /${id}`, `POST /${id}/test`]);
	});

	test('that takes an update for the whole credential says so', async () => {
		const error = onlyError(await run(typed({ url: 'https://elsewhere.example.com' }, {}, OTHER_IDS.openAi)));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', httpStatus: 400, vendorMessage: expect.stringContaining('requires property "apiKey"') as string });
		expect(error.hint).toContain('Some releases before 2.41 check an update as if it were the whole credential');
		expect(dataOf(OTHER_IDS.openAi).url).toBe('https://api.openai.com/v1');
	});

	test.each(['get', 'test'])('that has no %s says that it is one', async (operation) => {
		const error = onlyError(await run(onOne(operation)));

		expect(error).toMatchObject({ code: 'permission', applied: 'no', httpStatus: 405 });
		expect(error.hint).toContain('it is an older release');
	});

	test('lists, creates and deletes', async () => {
		expect(succeeded(await run(operationOf('getAll', { returnAll: true })))).toHaveLength(8);
		const created = only(await run(creating({ fields: rows(['accessToken', TOKEN]) })));
		expect(created).toMatchObject({ outcome: 'created', verification: 'accepted' });
		expect(only(await run(onOne('delete', String(created.id))))).toMatchObject({ outcome: 'deleted', deleted: true });
	});

	test('a PATCH that a release does not know is told as that', async () => {
		for (const answer of [{ status: 405, body: { message: 'PATCH method not allowed' } }, { status: 404, body: { message: 'not found' } }]) {
			subject().simulator.server.plan({ when: subject().update.isChange, answer });

			const error = onlyError(await run(typed({}, { updateFields: { name: 'Another name' } })));

			expect(error).toMatchObject({ code: 'permission', applied: 'no' });
			expect(error.hint).toContain('it is an older release');
		}
	});
});

describe('the test after a change', () => {
	const dead = { status: 'Error', message: 'Unauthorized: canary-of-the-other-side' } as const;

	test('that does not pass fails the item, and the change stands', async () => {
		state().tests.set(id, dead);

		const error = onlyError(await run(typed({ accessToken: TOKEN })));

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', retryable: false, message: 'n8n reported success, but the credential does not pass its test.' });
		expect(JSON.stringify(error)).not.toContain('canary');
		expect(dataOf(id).accessToken).toBe(TOKEN);
	});

	test('is reported where the user wants that, and left out without Verify', async () => {
		state().tests.set(id, dead);

		const reported = only(await run(typed({ accessToken: TOKEN }), { options: { onVerificationFailure: 'report' } }));
		expect(reported).toMatchObject({ outcome: 'updated', verification: 'mismatch' });
		expect(reported.message).toMatch(/^n8n has taken the change, but the credential does not pass its test\./);

		subject().simulator.server.clear();
		expect(only(await run(typed({ accessToken: 'yet-another' }), { options: { verify: false } }))).toMatchObject({ verification: 'skipped' });
		expect(paths().some((path) => path.endsWith('/test'))).toBe(false);
	});

	test('that there is not for a type leaves the change accepted', async () => {
		const json = only(await run(typed({ value: TOKEN }, {}, OTHER_IDS.headerAuth)));

		expect(json).toMatchObject({ verification: 'accepted' });
		expect(json.message).toContain('Not tested: n8n has no test for credentials of this type');
	});

	test('puts back the secret from before, where it is stored', async () => {
		const before = structuredClone(dataOf(id));
		state().tests.set(id, dead);
		const { server } = subject().simulator;
		// The old one works.
		server.plan({ when: (request) => subject().update.isChange(request) && request.text.includes('stored-token-0'), afterHandling: true, answer: (_request, handled) => (state().tests.delete(id), handled!) });

		const result = await withStored(storedUpdate(), storedSecret({ accessToken: TOKEN }), {
			previous: storedSecret({ accessToken: 'stored-token-0', server: 'https://elsewhere.example.com' }),
			options: { onVerificationFailure: 'restore' },
		});

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: true });
		expect(dataOf(id)).toEqual(before);
	});

	test('puts nothing back that nobody has stored', async () => {
		state().tests.set(id, dead);

		const error = onlyError(await run(typed({ accessToken: TOKEN }), { options: { onVerificationFailure: 'restore' } }));

		expect(error).toMatchObject({ code: 'verificationFailed', restored: false });
		expect(error.message).toContain('The previous values are not known');
		expect(subject().changes()).toHaveLength(1);
	});

	test('leaves alone what somebody else has changed meanwhile, which the time of the last change shows', async () => {
		const { server } = subject().simulator;
		server.plan({
			when: ({ path }) => path.endsWith('/test'),
			answer: () => {
				state().credentials.get(id)!.updatedAt += 1_000;
				return { status: 200, body: dead };
			},
		});

		const result = await withStored(storedUpdate(), storedSecret({ accessToken: TOKEN }), { previous: storedSecret({ accessToken: 'stored-token-0' }), options: { onVerificationFailure: 'restore' } });

		expect(onlyError(result)).toMatchObject({ restored: false, message: expect.stringContaining('by someone else') as string });
		expect(dataOf(id).accessToken).toBe(TOKEN);
	});
});

describe('Test', () => {
	test('tells of each credential whether it works: a dead one is a success as well', async () => {
		state().tests.set(IDS[1], { status: 'Error', message: 'Unauthorized: canary-of-the-other-side' });

		const result = await subject().run(itemsFor([IDS[0], IDS[1], OTHER_IDS.headerAuth]), { parameters: onOne('test', ID), options: { output: 'simplified' }, settings: ERROR_OUTPUT });

		expect(failed(result)).toEqual([]);
		expect(succeeded(result).map(({ json }) => json)).toMatchObject([
			{ outcome: 'tested', id: IDS[0], name: "John's Github account", type: 'githubApi', changed: [], verification: 'verified', message: 'n8n has tested the credential, and it works.' },
			{ outcome: 'tested', id: IDS[1], name: "Joe's Github Credentials", verification: 'mismatch', message: 'The credential does not pass the test that n8n has for it.' },
			{ outcome: 'tested', id: OTHER_IDS.headerAuth, verification: 'accepted', message: expect.stringContaining('has no test') as string },
		]);
		expect(JSON.stringify(succeeded(result))).not.toContain('canary');
	});

	test('of OAuth2 says no more than n8n has looked at: whether there is an access token', async () => {
		const connected = only(await run(onOne('test', OTHER_IDS.oauth)));
		delete state().credentials.get(OTHER_IDS.oauth)!.data.oauthTokenData;
		const unconnected = only(await run(onOne('test', OTHER_IDS.oauth)));

		expect(connected).toMatchObject({ verification: 'accepted', message: expect.stringContaining('only whether the credential has an access token') as string });
		expect(unconnected).toMatchObject({ verification: 'mismatch' });
	});

	test('leaves everything as it is, and no option of another operation has a say', async () => {
		state().tests.set(id, { status: 'Error', message: 'Unauthorized' });
		const before = JSON.stringify(subject().simulator.holdings());

		const json = only(await run(onOne('test'), { options: { verify: false, onVerificationFailure: 'fail', dryRun: true } }));

		expect(json).toMatchObject({ outcome: 'tested', verification: 'mismatch', meta: { attempts: 0 } });
		expect(JSON.stringify(subject().simulator.holdings())).toBe(before);
		expect(paths()).toEqual([`GET /${id}`, `POST /${id}/test`]);
	});

	test('of what is not there is notFound', async () => {
		expect(onlyError(await run(onOne('test', subject().update.missingId)))).toMatchObject({ code: 'notFound', applied: 'no', operation: 'test' });
	});

	test('an answer that says neither is none', async () => {
		subject().simulator.server.plan({ when: ({ path }) => path.endsWith('/test'), answer: { status: 200, body: {} } });

		expect(onlyError(await run(onOne('test')))).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
	});
});

test.each(['update', 'delete'])('the credential that the node signs in with is refused: %s', async (operation) => {
	const own = { credentials: { rotationN8nApi: { id, name: 'own' } } };
	const credentials = new Map([[id, subject().simulator.credentials.rotationN8nApi!]]);
	const parameters = operation === 'update' ? typed({ accessToken: TOKEN }) : onOne('delete');

	const error = onlyError(await run(parameters, { settings: own, credentials }));

	expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', id, message: expect.stringContaining('the one that this node itself signs in with') as string });
	expect(paths()).toEqual([]);
	// To look at it does no harm.
	only(await run(onOne('get'), { settings: own, credentials }));
});

describe('an AI agent', () => {
	const asTool = { type: `${manifest.name}.n8nCredentialsTool` };
	const stored = { valuesJson: JSON.stringify({ [id]: { accessToken: TOKEN } }) };
	const tried = async (options: INodeParameters) => {
		const results = await Promise.all([
			run(typed({}, { updateFields: { name: 'Another name' } }), { options, settings: asTool }),
			run(typed({ accessToken: TOKEN }), { options: { ...options, allowSecretsFromAgent: true }, settings: asTool }),
			run(creating(), { options: { ...options, allowSecretsFromAgent: true }, settings: asTool }),
		]);
		return results.map((result) => (succeeded(result)[0]?.json.outcome ?? onlyError(result).message) as string);
	};

	test('changes nothing unless the owner has switched that on by hand', async () => {
		for (const allowChangesFromAgent of [false, '={{ true }}', 'true']) {
			expect(await tried({ allowChangesFromAgent })).toEqual(Array(3).fill(expect.stringContaining('“Allow Changes From Agent”')));
		}
		expect(paths()).toEqual([]);
		expect((await tried({ allowChangesFromAgent: true })).sort()).toEqual(['created', 'updated', 'updated']);
	});

	test('rotates to a secret that is stored under the ID, by the same leave alone', async () => {
		const chosen = { rotationN8nApi: subject().simulator.credentials.rotationN8nApi!, rotationSecretApi: stored };
		const settings = { ...asTool, credentials: Object.fromEntries(Object.keys(chosen).map((type) => [type, { id: type, name: type }])) };
		const rotate = async (options: INodeParameters) => await run(storedUpdate(), { options, settings, credentials: storeOf(chosen) });

		expect(onlyError(await rotate({ allowChangesFromAgent: false })).message).toContain('“Allow Changes From Agent”');
		expect(only(await rotate({ allowChangesFromAgent: true }))).toMatchObject({ outcome: 'updated' });
		expect(dataOf(id).accessToken).toBe(TOKEN);
	});

	test('reads and tests without it', async () => {
		for (const parameters of [onOne('get'), onOne('test'), operationOf('getAll', { returnAll: true })]) {
			expect(failed(await run(parameters, { options: { allowChangesFromAgent: false }, settings: asTool }))).toEqual([]);
		}
	});
});

describe('Get Many', () => {
	test('filters by type, and by the time of the last change', async () => {
		const listed = async (filters: INodeParameters) => succeeded(await run(operationOf('getAll', { returnAll: true, filters }))).map(({ json }) => json.id).sort();

		expect(await listed({ credentialType: 'githubApi' })).toEqual([...IDS].sort());
		for (const credential of state().credentials.values()) credential.updatedAt = Date.now();
		state().credentials.get(id)!.updatedAt = Date.now() - 100 * 86_400_000;
		expect(await listed({ notChangedForDays: 90 })).toEqual([id]);
		expect(await listed({ notChangedForDays: 90, credentialType: 'smtp' })).toEqual([]);
	});

	test('asks for as many at once as there are to be had', async () => {
		subject().resource.seed(260);

		expect(succeeded(await run(operationOf('getAll', { returnAll: true })))).toHaveLength(260);
		expect(subject().requests().map(({ query }) => query.get('limit'))).toEqual(['250', '250']);
	});
});

test('a second credential of the same name is one only if it is of the same type', async () => {
	const shop = { name: 'shop', credentialType: 'httpHeaderAuth', fields: rows(['name', 'X'], ['value', TOKEN]) };

	expect(onlyError(await run(creating(shop)))).toMatchObject({ code: 'conflict', applied: 'no', id: OTHER_IDS.headerAuth });
	expect(only(await run(creating({ ...shop, credentialType: 'githubApi', fields: rows(['accessToken', TOKEN]) })))).toMatchObject({ outcome: 'created' });
});

describe('the base URL', () => {
	const elsewhere = 'http://n8n.internal:5678/api/v1';
	const edited = (changes: ICredentialDataDecryptedObject) => ({ ...subject().simulator.credentials.rotationN8nApi!, ...changes });

	test('takes plain http for another host only with the switch, and the sentence names it', async () => {
		const error = onlyError(await run(onOne('get'), { credentials: storeOf({ rotationN8nApi: edited({ baseUrl: elsewhere, allowPlainHttp: false }) }) }));
		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', message: expect.stringContaining('“Allow Plain HTTP”') as string });
		expect(await testCredential(subject(), edited({ baseUrl: elsewhere }))).toBeNull();

		// No such host: the request was on its way.
		const allowed = onlyError(await run(onOne('get'), { credentials: storeOf({ rotationN8nApi: edited({ baseUrl: elsewhere, allowPlainHttp: true }) }) }));
		expect(allowed.code).toBe('network');
	});

	test('that leads to the editor of n8n, and not to its API, is told', async () => {
		subject().simulator.server.plan({ answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html>' } });

		expect(onlyError(await run(onOne('get')))).toMatchObject({ code: 'unexpectedResponse', hint: expect.stringContaining('it ends with /api/v1') as string });
	});
});

test('saved workflows and credentials know these names', () => {
	expect(savedFields('rotationN8nApi')).toEqual(['apiKey', 'baseUrl http://localhost:5678/api/v1', 'allowPlainHttp false']);
	expect(savedNames('n8nCredentials')).toEqual([
		'credential rotationN8nApi',
		'credential rotationSecretApi (operation {"_cnd":{"eq":"create"}} {"_cnd":{"eq":"update"}} {"_cnd":{"eq":"begin"}} {"_cnd":{"eq":"finish"}} {"_cnd":{"eq":"rollBack"}}) (secretSource storedSecret)',
		'credential rotationPreviousSecretApi (operation {"_cnd":{"eq":"update"}} {"_cnd":{"eq":"begin"}} {"_cnd":{"eq":"rollBack"}}) (sendsSecretBefore {"_cnd":{"not":"no"}}) (/options.onVerificationFailure restore) (not secretSource fields)',
		'resource credential rotation',
		'operation update create delete get getAll test',
		'operation begin finish rollBack',
		'secretSource storedSecret fields (operation create)',
		'secretSource storedSecret fields previousSecret (operation update)',
		'sendsSecretBefore no (operation update) (secretSource previousSecret)',
		'secretSource no (operation begin finish rollBack)',
		'sendsSecretBefore no (operation begin rollBack)',
		'generated (operation begin)',
		'generated.values.name',
		'generated.values.kind password base64url hex uuid',
		'generated.values.bytes (kind base64url hex)',
		'generated.values.length (kind password)',
		'generated.values.lowercase (kind password)',
		'generated.values.uppercase (kind password)',
		'generated.values.digits (kind password)',
		'generated.values.symbols (kind password)',
		'generated.values.symbolSet (kind password) (symbols true)',
		'generated.values.excludeCharacters (kind password)',
		'generated.values.excludeSimilar (kind password)',
		'key (operation begin)',
		'keyVendor (operation begin)',
		'credentialId list id (operation delete get test update)',
		'name (operation create)',
		'credentialType (operation create)',
		'fields (operation create update) (secretSource fields)',
		'fields.values.name',
		'fields.values.value',
		'storedFields (operation create update) (not secretSource fields)',
		'storedFields.values.name',
		'storedFields.values.storedName',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'filters (operation getAll)',
		'filters.credentialType',
		'filters.notChangedForDays',
		'updateFields (operation update)',
		'updateFields.name',
		'options (operation begin)',
		'options.allowChangesFromAgent (@tool true)',
		'options.dryRun',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation create)',
		'options.allowChangesFromAgent (@tool true)',
		'options.allowDuplicate',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
		'options (operation delete)',
		'options.allowDeleteFromAgent (@tool true)',
		'options.dryRun',
		'options.ignoreIfMissing',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation finish)',
		'options.allowChangesFromAgent (@tool true)',
		'options.dryRun',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation get)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation getAll)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation rollBack)',
		'options.allowChangesFromAgent (@tool true)',
		'options.dryRun',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation test)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation update)',
		'options.allowChangesFromAgent (@tool true)',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.credentialType',
		'options.dryRun',
		'options.onVerificationFailure fail report restore',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
	]);
});
