import type {
	INodeParameters,
	ICredentialDataDecryptedObject,
} from 'n8n-workflow';

import { getAll } from '../../nodes/Adobe/operations/getAll';
import { MOST_ATTEMPTS } from '../../nodes/engine/request/retry';
import { holdsMask } from '../../nodes/kit/masking';
import { isSecret, secretsIn, shownUrl } from '../../nodes/Adobe/secrets';
import { loadList, testCredential } from '../harness/editor';
import { storeOf } from '../harness/engine';
import {
	ERROR_OUTPUT,
	itemsFor,
	onlyError,
	savedFields,
	savedNames,
	succeeded,
	useSubject,
} from '../harness/subject';
import { openSshKey } from '../harness/keys';
import { traces } from '../harness/traces';
import {
	IDS,
	S3_IDS,
	simulator as definition,
	STORED_SSH_KEY,
	updateParameters,
} from '../simulator/adobeDestinationSdk';
import type { Answer } from '../simulator/server';

const NEW_SSH_KEY = openSshKey();
const TYPE = 'adobeDestinationSdkApi';
const ID = S3_IDS[0];
const ONE_ITEM = [{ json: {} }];
const PRESERVE = { options: { preserveOtherFields: true } };
const ALLOW = { options: { allowAnotherKind: true } };
const S3 = { accessId: 'AKIANEW', secretKey: 'new-secret-key' };
const JSON_KIND = { oauth2ClientAuthentication: { clientId: 'new-client-id', clientSecret: 'new-client-secret' } };

const subject = useSubject('adobeDestinationSdk', definition, 'Adobe');

/** Runs one update; fields are node parameters. */
async function update(id: string, kind: string, fields: INodeParameters, credentials?: ICredentialDataDecryptedObject) {
	const { run, simulator } = subject();
	return await run(ONE_ITEM, {
		parameters: updateParameters(id, kind, fields),
		settings: ERROR_OUTPUT,
		credentials: storeOf({ [TYPE]: { ...simulator.credentials[TYPE]!, ...credentials } }),
	});
}

/** The result of an update that succeeds. */
async function resultOf(...parameters: Parameters<typeof update>) {
	const items = succeeded(await update(...parameters));
	expect(items).toHaveLength(1);
	return items[0]!.json;
}

/** The error of an update that does not. */
async function errorOf(...parameters: Parameters<typeof update>) {
	return onlyError(await update(...parameters));
}

/** Runs one of the other operations. */
async function perform(operation: string, fields: INodeParameters, options: INodeParameters = {}) {
	const { run } = subject();
	return await run(ONE_ITEM, {
		parameters: { resource: 'credential', operation, secretSource: 'fields', ...fields },
		options,
		settings: ERROR_OUTPUT,
	});
}

const byId = (id: string): INodeParameters => ({ credentialId: { __rl: true, mode: 'id', value: id } });

/** The only result of an operation that succeeds. */
async function performed(...parameters: Parameters<typeof perform>) {
	const items = succeeded(await perform(...parameters));
	expect(items).toHaveLength(1);
	return items[0]!.json;
}

/** The error of one that does not. */
async function refused(...parameters: Parameters<typeof perform>) {
	return onlyError(await perform(...parameters));
}

/** Answers the next request with this method, other than a sign-in, instead of handling it. */
function answerNext(method: string, answer: Answer) {
	const { simulator, update: updateCase } = subject();
	simulator.server.plan({ when: (request) => request.method === method && !updateCase.isSignIn!(request), answer });
}

/** JSON for use in an expression, which would end at two braces in a row. */
function spaced(json: string): string {
	return json.replaceAll('}', ' }');
}

function sentBody(): unknown {
	const { changes } = subject();
	expect(changes()).toHaveLength(1);
	return JSON.parse(changes()[0]!.text);
}

/** Answers the change with this instead of handling it. */
function answerChange(answer: Answer) {
	const { simulator, update: updateCase } = subject();
	simulator.server.plan({ when: updateCase.isChange, times: MOST_ATTEMPTS, answer });
}

describe('what is sent', () => {
	test.each<[string, string, INodeParameters, unknown]>([
		[IDS.basic, 'basicAuthentication', { username: 'u', password: 'new-password' }, { username: 'u', password: 'new-password' }],
		[
			IDS.basic,
			'basicAuthentication',
			{ url: 'https://x.example.com', username: 'u', password: 'new-password' },
			{ username: 'u', password: 'new-password', url: 'https://x.example.com' },
		],
		[ID, 's3Authentication', S3, S3],
		[IDS.ssh, 'sshAuthentication', { username: 'u', sshKey: NEW_SSH_KEY }, { username: 'u', sshKey: NEW_SSH_KEY }],
		[
			IDS.azure,
			'azureAuthentication',
			{ url: 'https://a.example.com', tenant: 't', servicePrincipalId: 'i', servicePrincipalKey: 'new-principal-key' },
			{ url: 'https://a.example.com', tenant: 't', servicePrincipalId: 'i', servicePrincipalKey: 'new-principal-key' },
		],
		[
			IDS.azureConnectionString,
			'azureConnectionStringAuthentication',
			{ connectionString: 'AccountKey=bmV3LWtleQ==' },
			{ connectionString: 'AccountKey=bmV3LWtleQ==' },
		],
	])('%s as %s', async (id, kind, fields, expected) => {
		const result = await resultOf(id, kind, fields);

		expect(sentBody()).toEqual({ [kind]: expected });
		expect(result).toMatchObject({
			id,
			type: kind,
			changed: Object.keys(expected as object),
			verification: 'verified',
			verificationDetail: { method: 'response' },
		});
	});

	test.each([
		['text', JSON.stringify(JSON_KIND)],
		['an expression that yields an object', `={{ (${spaced(JSON.stringify(JSON_KIND))}) }}`],
	])('any other kind as JSON, given as %s', async (_form, credentialJson) => {
		const result = await resultOf(IDS.oauth2Client, 'json', { credentialJson });

		expect(sentBody()).toEqual(JSON_KIND);
		expect(result).toMatchObject({ type: 'oauth2ClientAuthentication', changed: ['clientId', 'clientSecret'], attributes: {} });
	});

	test('JSON of a whole stored configuration goes without what Adobe alone sets', async () => {
		const stored = { instanceId: 'other', createdDate: 'x', lastModifiedDate: 'y', type: 'T', name: 'N', ...JSON_KIND };

		const result = await resultOf(IDS.oauth2Client, 'json', { credentialJson: JSON.stringify(stored) });

		expect(sentBody()).toEqual({ type: 'T', name: 'N', ...JSON_KIND });
		expect(result).toMatchObject({ id: IDS.oauth2Client, name: 'N', attributes: { type: 'T' } });
	});

	test.each([
		['became spaces', STORED_SSH_KEY.trim().replaceAll('\n', ' ')],
		['became the characters \\n', STORED_SSH_KEY.replaceAll('\n', '\\n')],
	])('an SSH key whose line breaks %s has them again', async (_how, sshKey) => {
		const result = await resultOf(IDS.ssh, 'sshAuthentication', { username: 'u', sshKey });

		expect(sentBody()).toEqual({ sshAuthentication: { username: 'u', sshKey: STORED_SSH_KEY } });
		expect(JSON.stringify(result)).not.toContain('b3BlbnNzaC1rZXktdjE');
	});
});

describe('secrets in everyday spellings', () => {
	test.each([
		['base64', Buffer.from(NEW_SSH_KEY).toString('base64')],
		['its text in JSON', `"sshKey": ${JSON.stringify(NEW_SSH_KEY)},`],
		['a key that is escaped twice', NEW_SSH_KEY.replaceAll('\n', '\\\\n')],
	])('an SSH key is made of %s', async (_what, sshKey) => {
		const result = await resultOf(IDS.ssh, 'sshAuthentication', { username: 'u\n', sshKey });

		expect(sentBody()).toEqual({ sshAuthentication: { username: 'u', sshKey: NEW_SSH_KEY } });
		expect(result).toMatchObject({
			verification: 'verified',
			message: expect.stringContaining('The line end after “Username” was cut off. The key in “SSH Key” was put into its usual form.') as string,
		});
	});

	const inJson = (sshKey: string) => ({ credentialJson: JSON.stringify({ sshAuthentication: { username: 'u', sshKey } }) });

	test('JSON has them mended', async () => {
		const result = await resultOf(IDS.ssh, 'json', inJson(`'${NEW_SSH_KEY}',`));

		expect(sentBody()).toEqual({ sshAuthentication: { username: 'u', sshKey: NEW_SSH_KEY } });
		expect(result).toMatchObject({ message: expect.stringContaining('“Credential JSON: sshAuthentication.sshKey”') as string });
	});

	test('JSON keeps base64, which its receiver may want', async () => {
		const encoded = Buffer.from(NEW_SSH_KEY).toString('base64');

		await resultOf(IDS.ssh, 'json', inJson(encoded));

		expect(sentBody()).toEqual({ sshAuthentication: { username: 'u', sshKey: encoded } });
	});

	test.each([
		['a public key', 'sshAuthentication', { username: 'u', sshKey: 'ssh-ed25519 AAAA a@b' }, /“SSH Key” is no private key/],
		['a word of a failed expression beside the secret', 's3Authentication', { ...S3, accessId: 'undefined' }, /“Access ID” holds the text “undefined”/],
		['a placeholder in JSON', 'json', { credentialJson: '{"k": {"a": "__n8n_BLANK_VALUE_x"}}' }, /“Credential JSON: k\.a” holds the placeholder/],
		['a placeholder for JSON', 'json', { credentialJson: '__n8n_BLANK_VALUE_x' }, /“Credential JSON” holds the placeholder/],
	])('%s is refused', async (_what, kind, fields, message) => {
		expect((await errorOf(ID, kind, fields)).message).toMatch(message);
		expect(subject().simulator.server.requests).toHaveLength(0);
	});
});

describe('what is refused before anything is sent', () => {
	test.each<[string, string, INodeParameters, RegExp]>([
		['half a kind', 's3Authentication', { secretKey: 'x' }, /“Access ID”, or turn on “Preserve Other Fields”/],
		['an optional field alone', 'basicAuthentication', { url: 'x' }, /“Username” and “Password”, or turn on/],
		['an expression that yields nothing', 's3Authentication', { ...S3, secretKey: '={{ $json.none }}' }, /“Secret Key” is empty/],
		['an object as a secret', 's3Authentication', { ...S3, secretKey: '={{ ({}) }}' }, /“Secret Key” must be text/],
		['an expression that yields nothing for an optional field', 'basicAuthentication', { url: '={{ $json.none }}', username: 'u', password: 'p' }, /“URL” is empty/],
		['an expression that yields empty text', 's3Authentication', { accessId: 'AKIANEW', secretKey: "={{ '' }}", ...PRESERVE }, /“Secret Key” is empty/],
		['nothing, with the option', 's3Authentication', PRESERVE, /nothing to update.*“Secret Key”.*“Access ID”/],
		['a kind that does not exist', 'noAuthentication', {}, /“Authentication Kind”/],
		['a kind that every object has', 'constructor', {}, /“Authentication Kind”/],
		['no JSON', 'json', { credentialJson: 'canary-in-text' }, /“Credential JSON” is not valid JSON/],
		['JSON of a list', 'json', { credentialJson: '["canary-in-text"]' }, /“Credential JSON” must be a JSON object/],
		['JSON of an empty object', 'json', { credentialJson: '{}' }, /“Credential JSON” must hold an object under the name of the kind/],
		['JSON without a kind', 'json', { credentialJson: '{"name": "x"}' }, /“Credential JSON” must hold an object under the name of the kind/],
		['JSON with an object for a name, and no kind', 'json', { credentialJson: '{"name": {"a": "b"}}' }, /“Credential JSON” must hold an object under the name of the kind/],
		['JSON of an empty kind', 'json', { credentialJson: '{"k": {}}' }, /“Credential JSON: k” is empty/],
		['JSON with an empty secret', 'json', { credentialJson: '{"k": {"a": "x", "b": ""}}' }, /“Credential JSON: k\.b” is empty/],
		['JSON with null in a list', 'json', { credentialJson: '{"k": {"a": [null]}}' }, /“Credential JSON: k\.a\.0” is empty/],
		['JSON with an expression that yields nothing', 'json', { credentialJson: '={{ ({ k: { a: $json.none } }) }}' }, /“Credential JSON: k\.a” is empty/],
		['JSON with a number that loses digits', 'json', { credentialJson: '{"k": {"a": 12345678901234567890}}' }, /too large to be exact/],
		['JSON with half of a known kind', 'json', { credentialJson: '{"s3Authentication": {"secretKey": "x"}}' }, /“accessId”, or turn on/],
		['JSON with text for a known kind', 'json', { credentialJson: '{"s3Authentication": "x", "k": {"a": "b"}}' }, /must hold an object under the name of the kind/],
		['JSON with text for a kind that is stored', 'json', { credentialJson: '{"s3Authentication": "x", "k": {"a": "b"}}', ...PRESERVE }, /must hold an object under the name of the kind/],
		['an option that is neither on nor off', 's3Authentication', { ...S3, options: { preserveOtherFields: '={{ $json.none }}' } }, /“Preserve Other Fields” must be true or false/],
	])('%s', async (_what, kind, fields, message) => {
		const { simulator } = subject();

		const error = await errorOf(ID, kind, fields);

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
		expect(error.message).toMatch(message);
		expect(JSON.stringify(error)).not.toContain('canary');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test('a message that quotes a word which n8n takes for a socket code is told as it is', async () => {
		const result = await subject().run(ONE_ITEM, {
			parameters: updateParameters(ID, 'json', { credentialJson: '{"k": {"ECONNREFUSED": ""}}' }),
		});

		expect(result.error?.message).toMatch(/“Credential JSON: k\.ECONNREFUSED” is empty/);
	});

	test('a kind that is changed in the editor takes no fields of the kind before along', async () => {
		await resultOf(IDS.ssh, 'sshAuthentication', { username: 'u', sshKey: NEW_SSH_KEY, password: 'left-over', secretKey: 'left-over' });

		expect(sentBody()).toEqual({ sshAuthentication: { username: 'u', sshKey: NEW_SSH_KEY } });
	});
});

describe('Preserve Other Fields', () => {
	test('without it, name and type are sent no more than Adobe’s example does', async () => {
		const { simulator } = subject();

		await resultOf(ID, 's3Authentication', S3);

		expect(simulator.stored(ID)).not.toHaveProperty('name');
	});

	test.each(['plain', 'array', 'items'] as const)('puts back the rest of a configuration read as %s', async (shape) => {
		const { simulator, requests } = subject();
		simulator.state.shape = shape;

		const result = await resultOf(IDS.basic, 'basicAuthentication', { password: 'new-password', ...PRESERVE });

		expect(requests().map(({ method }) => method)).toEqual(['GET', 'PUT']);
		expect(sentBody()).toEqual({
			type: 'basic',
			name: 'Partner API',
			basicAuthentication: { url: 'https://partner.example.com', username: 'aep', password: 'new-password' },
		});
		expect(result).toMatchObject({
			name: 'Partner API',
			changed: ['password'],
			verification: 'verified',
			attributes: { url: 'https://partner.example.com', username: 'aep', type: 'basic' },
			meta: { requests: 2, attempts: 1 },
		});
	});

	test.each(['masked', 'omitted'] as const)('refuses when a secret that is not given is %s, and changes nothing', async (secretsShown) => {
		const { simulator, changes } = subject();
		simulator.state.secretsShown = secretsShown;

		const error = await errorOf(ID, 's3Authentication', { accessId: 'AKIANEW', ...PRESERVE });

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'read', applied: 'no', attempts: 0 });
		expect(error.message).toContain('“Secret Key”');
		expect(changes()).toHaveLength(0);
	});

	test.each(['masked', 'omitted'] as const)('goes on when the secret that is %s is given', async (secretsShown) => {
		const { simulator } = subject();
		simulator.state.secretsShown = secretsShown;

		const result = await resultOf(ID, 's3Authentication', { secretKey: 'new-secret-key', ...PRESERVE });

		expect(sentBody()).toEqual({
			type: 's3Authentication',
			name: 'S3 bucket 1',
			s3Authentication: { accessId: 'AKIAIOSFODNN7EXAMPL0', secretKey: 'new-secret-key' },
		});
		expect(result.verification).toBe('accepted');
	});

	test('puts JSON over the stored object of the same kind', async () => {
		const credentialJson = '{"oauth2ClientAuthentication": {"clientSecret": "new-client-secret"}}';

		await resultOf(IDS.oauth2Client, 'json', { credentialJson, ...PRESERVE });

		expect(sentBody()).toEqual({
			type: 'OAUTH2_CLIENT_CREDENTIAL',
			name: 'Ads platform',
			oauth2ClientAuthentication: {
				url: 'https://ads.example.com/token',
				clientId: 'stored-client-id',
				clientSecret: 'new-client-secret',
			},
		});
	});

	test.each([
		['awsClientRegionAuthentication', ['secretKey']],
		['azureEventHubAuthentication', ['sasKey']],
		['oauth1Authentication', ['apiSecret', 'accessToken', 'tokenSecret']],
		['oauth2AccessTokenAuthentication', ['accessToken']],
		['oauth2ClientAuthentication', ['clientSecret']],
		['oauth2RefreshTokenAuthentication', ['refreshToken', 'clientSecret']],
		['oauth2UserAuthentication', ['clientSecret', 'password']],
	])('knows that %s cannot do without %j', async (kind, secrets) => {
		const { simulator, changes } = subject();
		const stored = { instanceId: ID, [kind]: { url: 'https://x.example.com' } };
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body: stored } });

		const error = await errorOf(ID, 'json', { credentialJson: JSON.stringify({ [kind]: { url: 'https://y.example.com' } }), ...PRESERVE });

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'read', applied: 'no' });
		for (const secret of secrets) expect(error.message).toContain(`“${secret}”`);
		expect(changes()).toHaveLength(0);
	});

	test.each<[string, string, INodeParameters, object]>([
		['of another kind', 's3Authentication', S3, { instanceId: ID, basicAuthentication: { username: 'u', password: 'p' } }],
		['of another kind by its type', 's3Authentication', S3, { instanceId: ID, type: 'BASIC' }],
		['of no kind', 's3Authentication', S3, { instanceId: ID }],
		['of an inherited kind', 'json', { credentialJson: '{"__proto__": {"a": "b"}}' }, { instanceId: ID, name: 'x' }],
	])('refuses a stored configuration %s', async (_what, kind, fields, stored) => {
		const { simulator, changes } = subject();
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body: stored } });

		const error = await errorOf(ID, kind, { ...fields, ...PRESERVE });

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'read', applied: 'no' });
		expect(error.message).toMatch(/does not show the kind/);
		expect(changes()).toHaveLength(0);
	});

	test.each(['S3', 's3', 's3Authentication', 'S3_AUTHENTICATION'])('takes the type %s for the kind when no object shows it', async (type) => {
		const { simulator } = subject();
		const stored = { instanceId: ID, type, name: 'kept' };
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body: stored } });

		await resultOf(ID, 's3Authentication', { ...S3, ...PRESERVE });

		expect(sentBody()).toEqual({ type, name: 'kept', s3Authentication: S3 });
	});

	test.each<[string, object, RegExp]>([
		['masked beside the kind', { s3Authentication: S3, note: 'a***b' }, /Fill in “note” as well/],
		['masked in the kind, with a name of its own', { s3Authentication: { ...S3, extra: ['[redacted]'] } }, /Fill in “extra” as well/],
		['masked, with a name that could be anything', { s3Authentication: { ...S3, 'canary canary': '••••' } }, /Fill in every field as well/],
		['a number too large to be exact', { s3Authentication: { ...S3, accountId: 2 ** 60 } }, /Fill in “accountId” as well/],
		['empty', { s3Authentication: { accessId: '', secretKey: 's' } }, /Fill in “Access ID” as well/],
	])('refuses to put back a value that is %s', async (_what, stored, message) => {
		const { simulator, changes } = subject();
		simulator.server.plan({
			when: ({ method }) => method === 'GET',
			answer: { status: 200, body: { instanceId: ID, ...stored } },
		});

		const error = await errorOf(ID, 's3Authentication', { secretKey: 'new-secret-key', ...PRESERVE });

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'read', applied: 'no' });
		expect(error.message).toMatch(message);
		expect(error.message).not.toContain('canary');
		expect(changes()).toHaveLength(0);
	});

	test.each<[string, unknown]>([
		['an empty body', undefined],
		['null', null],
		['an empty text', ''],
		['an empty list', []],
		['HTML', '<html>'],
		['another configuration', { instanceId: S3_IDS[1], s3Authentication: S3 }],
		['two configurations without IDs', [{ s3Authentication: S3 }, { s3Authentication: S3 }]],
	])('changes nothing when the read answers with %s', async (_what, body) => {
		const { simulator, changes } = subject();
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body } });

		const error = await errorOf(ID, 's3Authentication', { secretKey: 'new-secret-key', ...PRESERVE });

		expect(error).toMatchObject({ code: 'unexpectedResponse', stage: 'read', applied: 'no' });
		expect(changes()).toHaveLength(0);
	});

	test('finds its own among several', async () => {
		const { simulator } = subject();
		const body = [{ instanceId: S3_IDS[1], s3Authentication: { accessId: 'other', secretKey: 'other' } }, simulator.stored(ID)];
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body } });

		await resultOf(ID, 's3Authentication', { secretKey: 'new-secret-key', ...PRESERVE });

		expect(sentBody()).toMatchObject({ s3Authentication: { accessId: 'AKIAIOSFODNN7EXAMPL0' } });
	});

	test('an unknown configuration is notFound before anything is changed', async () => {
		const { changes, update: updateCase } = subject();

		const error = await errorOf(updateCase.missingId, 's3Authentication', { ...S3, ...PRESERVE });

		expect(error).toMatchObject({ code: 'notFound', stage: 'read', applied: 'no' });
		expect(changes()).toHaveLength(0);
	});

	test('a secret that was read to be put back is redacted like one that was given', async () => {
		answerChange({ status: 400, body: { title: 'BadRequestError', status: 400, detail: 'no: stored-secret-key-0' } });

		const error = await errorOf(ID, 's3Authentication', { accessId: 'AKIANEW', ...PRESERVE });

		expect(error.vendorMessage).toBe('no: [redacted]');
	});
});

describe('Allow Another Kind', () => {
	const SSH = { username: 'u', sshKey: openSshKey() };
	const SSH_JSON = { credentialJson: JSON.stringify({ sshAuthentication: SSH }) };

	const ANOTHER: Array<[string, string, string, INodeParameters, RegExp]> = [
		['S3 over SSH', IDS.ssh, 's3Authentication', S3, /“Authentication Kind”.*“Allow Another Kind”/],
		['SSH over S3', ID, 'sshAuthentication', SSH, /“Authentication Kind”.*“Allow Another Kind”/],
		['JSON of SSH over S3', ID, 'json', SSH_JSON, /“Credential JSON”.*“Allow Another Kind”/],
		['Basic over a kind of the older page', IDS.oauth2Client, 'basicAuthentication', { username: 'u', password: 'new-password' }, /“Allow Another Kind”/],
		['a kind of the older page over S3', ID, 'json', { credentialJson: JSON.stringify(JSON_KIND) }, /“Allow Another Kind”/],
		['S3 in another spelling over S3', ID, 'json', { credentialJson: '{"S3authentication": {"accessId": "a", "secretKey": "x"}}' }, /“Allow Another Kind”/],
		['two kinds over one of them', ID, 'json', { credentialJson: JSON.stringify({ s3Authentication: S3, sshAuthentication: SSH }) }, /“Allow Another Kind”/],
	];

	test.each(ANOTHER)('without it, %s is refused, in a dry run as well, and nothing is lost', async (_what, id, kind, fields, expected) => {
		const { simulator, changes, requests } = subject();
		const before = structuredClone(simulator.stored(id));

		for (const dryRun of [false, true]) {
			simulator.server.clear();
			const error = await errorOf(id, kind, { ...fields, options: { dryRun } });

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', stage: 'read', attempts: 0 });
			expect(error.message).toMatch(expected);
			expect(changes()).toHaveLength(0);
			expect(requests()).toHaveLength(1);
		}
		expect(simulator.stored(id)).toEqual(before);
	});

	test('with it, another kind replaces the stored one, in one request', async () => {
		const { simulator, requests } = subject();

		const result = await resultOf(IDS.ssh, 's3Authentication', { ...S3, ...ALLOW });

		expect(result).toMatchObject({ outcome: 'updated', type: 's3Authentication', verification: 'verified' });
		expect(simulator.stored(IDS.ssh)).toMatchObject({ s3Authentication: S3 });
		expect(requests().map(({ method }) => method)).toEqual(['PUT']);
	});

	test('with it, Preserve Other Fields still lays nothing over another kind', async () => {
		const error = await errorOf(IDS.ssh, 's3Authentication', { ...S3, options: { ...PRESERVE.options, ...ALLOW.options } });

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(subject().changes()).toHaveLength(0);
	});

	test.each([
		['nothing of its kind', { instanceId: ID, name: 'S3 bucket 1' }],
		['a type that is not known', { instanceId: ID, name: 'S3 bucket 1', type: 'SOMETHING_NEW' }],
	])('without it, a stored configuration that shows %s is left alone', async (_what, body) => {
		answerNext('GET', { status: 200, body });

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', stage: 'read' });
		expect(error.message).toMatch(/does not show of which kind.*“Allow Another Kind”/);
		expect(subject().changes()).toHaveLength(0);
	});

	test('without it, a type that says another kind is another kind', async () => {
		answerNext('GET', { status: 200, body: { instanceId: ID, type: 'SSH' } });

		expect((await errorOf(ID, 's3Authentication', S3)).message).toContain('is of another kind');
	});

	test.each(['S3', 's3', 's3Authentication'])('without it, the type %s is enough when no object shows the kind', async (type) => {
		answerNext('GET', { status: 200, body: { instanceId: ID, type } });

		expect(await resultOf(ID, 's3Authentication', S3)).toMatchObject({ outcome: 'updated' });
	});

	test('where the stored one may not be read, the switch decides', async () => {
		const { simulator, changes } = subject();
		const forbidReading = () => {
			simulator.server.clear();
			simulator.server.plan({ when: ({ method }) => method === 'GET', times: 9, answer: { status: 403, body: { error_code: '403025', message: 'Profile is not valid' } } });
		};
		for (const dryRun of [false, true]) {
			forbidReading();
			const error = await errorOf(ID, 's3Authentication', { ...S3, options: { dryRun } });

			expect(error).toMatchObject({ code: 'permission', applied: 'no', stage: 'read', httpStatus: 403 });
			expect(error.hint).toMatch(/of the same kind.*“Allow Another Kind”/);
			expect(changes()).toHaveLength(0);
		}

		forbidReading();
		expect(await resultOf(ID, 's3Authentication', { ...S3, ...ALLOW })).toMatchObject({ outcome: 'updated' });
	});

	test.each([
		['an update', {}, ['GET', 'PUT']],
		['one with Preserve Other Fields', PRESERVE.options, ['GET', 'PUT']],
		['one that would put back', { onVerificationFailure: 'restore' }, ['GET', 'PUT']],
		['a dry run', { dryRun: true }, ['GET']],
	])('%s looks once at most', async (_what, options, expected) => {
		await resultOf(ID, 's3Authentication', { ...S3, options });

		expect(subject().requests().map(({ method }) => method)).toEqual(expected);
	});
});

describe('an update to what is stored already', () => {
	const STORED = { accessId: 'AKIAIOSFODNN7EXAMPL0', secretKey: 'stored-secret-key-0' };
	const LONG_AGO = '2024-05-01T12:00:00.654Z';

	test.each<[string, string, INodeParameters]>([
		['fields', 's3Authentication', STORED],
		['a part of them with Preserve Other Fields', 's3Authentication', { secretKey: STORED.secretKey, ...PRESERVE }],
		['JSON', 'json', { credentialJson: JSON.stringify({ name: 'S3 bucket 1', s3Authentication: STORED }) }],
	])('as %s is not sent, and leaves the date of the last change as it is', async (_what, kind, fields) => {
		const { changes, simulator } = subject();
		const before = structuredClone(simulator.stored(ID));

		const result = await resultOf(ID, kind, fields);

		expect(result).toMatchObject({
			outcome: 'unchanged',
			id: ID,
			type: 's3Authentication',
			updatedAt: LONG_AGO,
			verification: 'verified',
			verificationDetail: { method: 'readBack' },
			meta: { requests: 1, attempts: 0 },
		});
		expect(JSON.stringify(result)).not.toContain(STORED.secretKey);
		expect(changes()).toHaveLength(0);
		expect(simulator.stored(ID)).toEqual(before);
	});

	test('shows in a dry run, which has nothing to plan', async () => {
		const result = await resultOf(ID, 's3Authentication', { ...STORED, options: { dryRun: true } });

		expect(result).toMatchObject({ outcome: 'unchanged', plan: null, verification: 'skipped' });
	});

	test('is sent where what is stored has a line end that does not belong to it', async () => {
		const { simulator, changes } = subject();
		const stored = simulator.stored(ID) as { s3Authentication: { secretKey: string } };
		stored.s3Authentication.secretKey = `${STORED.secretKey}\n`;

		expect(await resultOf(ID, 's3Authentication', STORED)).toMatchObject({ outcome: 'updated' });
		expect(changes()).toHaveLength(1);
	});

	test('is not called verified without Verify', async () => {
		const result = await resultOf(ID, 's3Authentication', { ...STORED, options: { verify: false } });

		expect(result).toMatchObject({ outcome: 'unchanged', verification: 'skipped' });
	});

	test('has the key with other line ends for the same key', async () => {
		const sshKey = STORED_SSH_KEY.replaceAll('\n', '\r\n');

		expect(await resultOf(IDS.ssh, 'sshAuthentication', { username: 'aep-sftp', sshKey })).toMatchObject({ outcome: 'unchanged' });
	});

	test.each<[string, string, string, INodeParameters]>([
		['another secret', ID, 's3Authentication', { ...STORED, secretKey: 'another' }],
		['another field that is no secret', ID, 's3Authentication', { ...STORED, accessId: 'another' }],
		['less than is stored', IDS.basic, 'basicAuthentication', { username: 'aep', password: 'stored-password' }],
		['another name', ID, 'json', { credentialJson: JSON.stringify({ name: 'another', s3Authentication: STORED }) }],
	])('with %s is sent', async (_what, id, kind, fields) => {
		expect(await resultOf(id, kind, fields)).toMatchObject({ outcome: 'updated' });
		expect(subject().changes()).toHaveLength(1);
	});

	test.each(['masked', 'omitted'] as const)('is sent where the secret is %s', async (secretsShown) => {
		subject().simulator.state.secretsShown = secretsShown;

		expect(await resultOf(ID, 's3Authentication', STORED)).toMatchObject({ outcome: 'updated' });
		expect(subject().changes()).toHaveLength(1);
	});
});

describe('the answer to the change', () => {
	test.each(['plain', 'array', 'items'] as const)('is read as %s', async (shape) => {
		const { simulator } = subject();
		simulator.state.shape = shape;

		const result = await resultOf(ID, 's3Authentication', S3);

		expect(result).toMatchObject({
			id: ID,
			type: 's3Authentication',
			createdAt: '2024-03-01T09:15:30.123Z',
			updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
			attributes: { accessId: 'AKIANEW' },
			verification: 'verified',
		});
	});

	test.each<[string, object, object]>([
		['only the kind', { s3Authentication: S3 }, { id: ID, type: 's3Authentication', createdAt: null }],
		['a type and no kind', { instanceId: ID, type: 'BASIC' }, { type: 'BASIC', attributes: { type: 'BASIC' } }],
		['neither type nor kind', { instanceId: ID }, { type: null, attributes: {} }],
		['another kind, as a page of the documents has it', { instanceId: ID, basicAuthentication: { username: 'u' } }, { type: 'basicAuthentication', attributes: { username: 'u' } }],
		['an ID in capitals', { instanceId: ID.toUpperCase() }, { id: ID.toUpperCase() }],
		['values that are no text', { instanceId: ID, name: {}, type: [], createdDate: {} }, { name: null, type: null, createdAt: null, attributes: {} }],
	])('may hold %s', async (_what, body, expected) => {
		answerChange({ status: 200, body });

		const result = await resultOf(ID, 's3Authentication', S3);

		expect(result).toMatchObject(expected);
	});

	test.each<[string, unknown]>([
		['an empty body', undefined],
		['null', null],
		['an empty text', ''],
		['an empty list', []],
		['an empty object', {}],
		['a list of texts', ['x']],
		['items that are no list', { items: 'x' }],
		['HTML', '<html><body>Sign in</body></html>'],
		['problem details without a status', { type: '/placeholder/type/uri', title: 'x', detail: 'y' }],
		['another configuration', { instanceId: S3_IDS[1] }],
	])('that is %s leaves it open whether the change was made', async (_what, body) => {
		answerChange({ status: 200, body });

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ code: 'unexpectedResponse', stage: 'answer', applied: 'unknown', id: ID });
	});

	test('does not show user-info or an access signature of a URL', async () => {
		const url = 'https://bob:hunter2hunter2@lake.example.com/path?sv=1&sig=c2lnbmF0dXJl';
		const fields = { url, tenant: 'contoso', servicePrincipalId: 'id-1', servicePrincipalKey: 'new-principal-key' };

		const result = await resultOf(IDS.azure, 'azureAuthentication', fields);

		expect(result.attributes).toEqual({
			url: 'https://lake.example.com/path',
			tenant: 'contoso',
			servicePrincipalId: 'id-1',
		});
	});
});

describe('verification', () => {
	test.each(['masked', 'omitted'] as const)('is not possible when the secret is %s', async (secretsShown) => {
		const { simulator } = subject();
		simulator.state.secretsShown = secretsShown;

		const result = await resultOf(ID, 's3Authentication', S3);

		const detail = 'Adobe has taken the secret, and its answer does not show it.';
		expect(result).toMatchObject({ verification: 'accepted', verificationDetail: { method: 'none', detail }, message: detail });
	});

	test.each<[string, object, string]>([
		['secret', { ...S3, secretKey: 'the old one' }, 's3Authentication.secretKey'],
		['access ID', { accessId: 'the old one', secretKey: '***' }, 's3Authentication.accessId'],
	])('fails the item as applied when another %s comes back', async (_field, shown, named) => {
		answerChange({ status: 200, body: { instanceId: ID, s3Authentication: shown } });

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', stage: 'answer', hint: `Other than sent: ${named}.` });
		expect(JSON.stringify(error)).not.toContain('the old one');
	});

	test('does not need the fields that are no secret to be shown', async () => {
		answerChange({ status: 200, body: { instanceId: ID, s3Authentication: { secretKey: S3.secretKey } } });

		const result = await resultOf(ID, 's3Authentication', S3);

		expect(result.verification).toBe('verified');
	});

	test.each([null, '', '••••••••', 'abc*****', '[redacted]', 'REDACTED'])('takes a secret shown as %j for one not shown', async (secretKey) => {
		answerChange({ status: 200, body: { instanceId: ID, s3Authentication: { ...S3, secretKey } } });

		const result = await resultOf(ID, 's3Authentication', S3);

		expect(result.verification).toBe('accepted');
	});

	test.each(['\r\n', '\\n', '\\r\\n'])('a key that comes back with %j for its line ends is the same key', async (lineEnd) => {
		const sshKey = STORED_SSH_KEY.trim().replaceAll('\n', lineEnd);
		answerChange({ status: 200, body: { instanceId: IDS.ssh, sshAuthentication: { username: 'u', sshKey } } });

		const result = await resultOf(IDS.ssh, 'sshAuthentication', { username: 'u', sshKey: STORED_SSH_KEY });

		expect(result.verification).toBe('verified');
	});

	test('a number in JSON may come back as text', async () => {
		answerChange({ status: 200, body: { instanceId: ID, oauth2AccessTokenAuthentication: { accessToken: 'new-token', expiration: '3600' } } });
		const credentialJson = '{"oauth2AccessTokenAuthentication": {"accessToken": "new-token", "expiration": 3600}}';

		const result = await resultOf(ID, 'json', { credentialJson, ...ALLOW });

		expect(result.verification).toBe('verified');
	});
});

describe('refusals', () => {
	const gateway = (error_code: string, message: string) => ({ error_code, message });
	const service = (status: number, title: string, detail: string) => ({ type: '/placeholder/type/uri', status, title, detail });

	test.each<[number, unknown, object]>([
		[403, gateway('403010', 'Oauth token is missing.'), { code: 'authentication', vendorCode: '403010', vendorMessage: 'Oauth token is missing.' }],
		[403, gateway('403000', 'Api Key is required'), { code: 'authentication', vendorCode: '403000', vendorMessage: 'Api Key is required' }],
		[403, gateway('403003', 'Api Key is invalid'), { code: 'authentication', vendorCode: '403003', vendorMessage: 'Api Key is invalid' }],
		[400, gateway('400003', 'Missing header'), { code: 'authentication', vendorCode: '400003', vendorMessage: 'Missing header' }],
		[403, gateway('403025', 'Profile is not valid'), { code: 'permission', vendorCode: '403025', vendorMessage: 'Profile is not valid' }],
		[429, gateway('429050', 'Too many requests'), { code: 'rateLimited', vendorCode: '429050', retryable: true }],
		[403, { error_code: 403003, message: 'a number' }, { code: 'authentication', vendorCode: '403003' }],
		[400, service(400, 'BadRequestError', 'A valid content-type must be specified'), { code: 'invalidInput', vendorCode: 'BadRequestError', vendorMessage: 'A valid content-type must be specified' }],
		[403, service(403, 'ForbiddenError', 'no'), { code: 'permission', vendorCode: 'ForbiddenError', vendorMessage: 'no' }],
		[404, service(404, 'NotFoundError', 'none'), { code: 'notFound', vendorCode: 'NotFoundError', vendorMessage: 'none' }],
		[400, '<html>', { code: 'invalidInput', vendorCode: null, vendorMessage: null }],
		[200, gateway('403025', 'Profile is not valid'), { code: 'permission', vendorCode: '403025' }],
	])('%d %j', async (status, body, expected) => {
		answerChange({ status, body });

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ applied: 'no', httpStatus: status, attempts: error.retryable ? MOST_ATTEMPTS : 1, ...expected });
		expect(error.hint).toEqual(expect.any(String));
	});

	test.each<[number, unknown, object]>([
		[500, service(500, 'InternalServerError', 'x'), { code: 'vendorUnavailable', vendorCode: 'InternalServerError', retryable: true }],
		[503, '<html>', { code: 'vendorUnavailable', vendorCode: null }],
		[200, service(400, 'BadRequestError', 'x'), { code: 'unexpectedResponse', vendorCode: 'BadRequestError' }],
	])('%d %j leaves it open whether the change was made', async (status, body, expected) => {
		answerChange({ status, body });

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ applied: 'unknown', ...expected });
	});

	test('tells the request ID and how long to wait', async () => {
		answerChange({ status: 429, headers: { 'retry-after': '100' }, body: gateway('429050', 'Too many requests') });

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ retryAfterMs: 100_000, requestId: expect.stringMatching(/^adobe-request-\d+$/) as string });
	});

	test('a missing permission is named', async () => {
		subject().simulator.state.mayAuthor = false;

		const error = await errorOf(ID, 's3Authentication', S3);

		expect(error).toMatchObject({ code: 'permission', httpStatus: 403 });
		expect(error.hint).toContain('Destination Authoring');
	});

	test('a name in the wrong case is Adobe’s to refuse', async () => {
		const error = await errorOf(ID, 'json', { credentialJson: '{"S3Authentication": {"secretKey": "x"}}', ...ALLOW });

		expect(error).toMatchObject({ code: 'invalidInput', httpStatus: 400, applied: 'no' });
	});

	test('two kinds in one body are Adobe’s to refuse', async () => {
		const credentialJson = JSON.stringify({ ...JSON_KIND, s3Authentication: S3 });

		const error = await errorOf(ID, 'json', { credentialJson, ...ALLOW });

		expect(error).toMatchObject({ code: 'invalidInput', httpStatus: 400, applied: 'no' });
	});

	test('every value of JSON is cut out of what Adobe says', async () => {
		const credentialJson = '{"k": {"deep": [{"token": "canary-one"}], "pin": 12345678}}';
		answerChange({ status: 400, body: service(400, 'BadRequestError', 'Bad canary-one and 12345678') });

		const error = await errorOf(ID, 'json', { credentialJson, ...ALLOW });

		expect(error.vendorMessage).toBe('Bad [redacted] and [redacted]');
	});
});

describe('signing in', () => {
	test('asks IMS with a form, and scopes between commas', async () => {
		await resultOf(ID, 's3Authentication', S3, { scopes: ' openid, session  AdobeID\nread_organizations ' });

		const [request] = subject().signIns();
		expect(request!.headers['content-type']).toBe('application/x-www-form-urlencoded');
		expect([...new URLSearchParams(request!.text)]).toEqual([
			['grant_type', 'client_credentials'],
			['client_id', '4a1b2c3d4e5f60718293a4b5c6d7e8f9'],
			['client_secret', 'p8e-adobe-client-secret-canary'],
			['scope', 'openid,session,AdobeID,read_organizations'],
		]);
		const tokens = subject().requests().map(({ headers }) => headers.authorization);
		expect([...new Set(tokens)]).toEqual([expect.stringMatching(/^Bearer \S+\.adobe-access-token-1$/)]);
	});

	test.each([
		[{ scopes: 'openid,unknown' }, /HTTP 400, invalid_scope/],
		[{ clientSecret: 'wrong-client-secret' }, /HTTP 400, invalid_client/],
	])('a sign-in that is refused for %j is told with IMS’s own code', async (credentials, message) => {
		const error = await errorOf(ID, 's3Authentication', S3, credentials);

		expect(error).toMatchObject({ code: 'authentication', stage: 'token', applied: 'no', attempts: 0 });
		expect(error.message).toMatch(message);
		expect(JSON.stringify(error)).not.toContain('wrong-client-secret');
		expect(subject().requests()).toHaveLength(0);
	});

	test.each([
		[{ clientSecret: '' }, 'Client Secret'],
		[{ organizationId: ' ' }, 'Organization ID'],
		[{ sandboxName: '' }, 'Sandbox Name'],
		[{ scopes: '' }, 'Scopes'],
		[{ authBaseUrl: 'http://ims.example.com' }, 'Sign-In URL'],
		[{ authBaseUrl: 'no URL' }, 'Sign-In URL'],
		[{ baseUrl: 'http://platform.example.com' }, 'Base URL'],
		[{ authentication: 'accessToken', accessToken: '' }, 'Access Token'],
		[{ authentication: 'accessToken', accessToken: 'Bearer' }, 'Access Token'],
		[{ authentication: 'accessToken', accessToken: 'Bearer __n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6' }, 'Access Token'],
	])('a credential with %j is refused by the name of its field', async (credentials, label) => {
		const error = await errorOf(ID, 's3Authentication', S3, credentials);

		expect(error).toMatchObject({ applied: 'no', attempts: 0 });
		expect(error.message).toContain(`“${label}” of the credential`);
		expect(subject().requests()).toHaveLength(0);
	});

	test('the sandbox goes out in lower case, and blanks around a field do not go out', async () => {
		const { simulator, requests } = subject();
		const { clientId, organizationId } = simulator.credentials[TYPE]!;

		await resultOf(ID, 's3Authentication', S3, {
			sandboxName: ' Prod\n',
			clientId: `${String(clientId)}\n`,
			organizationId: ` ${String(organizationId)}`,
		});

		expect(requests()[0]!.headers).toMatchObject({
			'x-sandbox-name': 'prod',
			'x-api-key': clientId,
			'x-gw-ims-org-id': organizationId,
		});
	});

	test('another sandbox does not have the configuration', async () => {
		const error = await errorOf(ID, 's3Authentication', S3, { sandboxName: 'dev' });

		expect(error).toMatchObject({ code: 'notFound' });
		expect(error.hint).toContain('“Sandbox Name”');
	});

	test.each(['', 'Bearer ', ' bearer ', 'Authorization: Bearer '])('a ready access token is used as it is, “%s” before it left out', async (prefix) => {
		const { simulator, signIns, requests } = subject();
		const token = simulator.issueToken();
		const credentials = {
			authentication: 'accessToken',
			accessToken: `${prefix}${token}\n`,
			clientSecret: '',
			scopes: '',
			authBaseUrl: '',
		};

		await resultOf(ID, 's3Authentication', S3, credentials);

		expect(signIns()).toHaveLength(0);
		expect(requests()[0]!.headers.authorization).toBe(`Bearer ${token}`);
	});

	test('a ready access token that is refused is sent exactly once', async () => {
		const { signIns, requests } = subject();

		const error = await errorOf(ID, 's3Authentication', S3, { authentication: 'accessToken', accessToken: 'expired-token' });

		expect(error).toMatchObject({ code: 'authentication', httpStatus: 401, vendorCode: '401013', applied: 'no' });
		expect(requests()).toHaveLength(1);
		expect(signIns()).toHaveLength(0);
	});

	test.each<ICredentialDataDecryptedObject>([{ organizationId: 'other@AdobeOrg' }, { scopes: 'openid' }])('an edit to %j asks for another token', async (edit) => {
		const { run, simulator, signIns } = subject();
		const credentials = storeOf(simulator.credentials);
		await run(itemsFor([ID]), { credentials });
		credentials.set(TYPE, { ...credentials.get(TYPE)!, ...edit });

		await run(itemsFor([ID]), { credentials, settings: ERROR_OUTPUT });

		expect(signIns()).toHaveLength(2);
	});

	test('a ready access token is never taken from a sign-in before', async () => {
		const { run, simulator, requests } = subject();
		const credentials = storeOf(simulator.credentials);
		await run(itemsFor([ID]), { credentials });
		credentials.set(TYPE, { ...credentials.get(TYPE)!, authentication: 'accessToken', accessToken: 'my-own-token' });

		await run(itemsFor([ID]), { credentials, settings: ERROR_OUTPUT });

		expect(requests().map(({ headers }) => headers.authorization)).toEqual([
			expect.stringContaining('adobe-access-token-1'),
			expect.stringContaining('adobe-access-token-1'),
			'Bearer my-own-token',
		]);
	});
});

describe('the test of the credential', () => {
	async function statusOf(changes: ICredentialDataDecryptedObject): Promise<number | undefined> {
		const stored = subject().simulator.credentials[TYPE]!;
		return (await testCredential(subject(), { ...stored, authentication: 'accessToken', ...changes }))?.status;
	}

	test('passes with a valid token, and not without permission, organization or sandbox', async () => {
		const { simulator } = subject();
		const accessToken = simulator.issueToken();

		expect(await statusOf({ accessToken })).toBe(200);
		expect(await statusOf({ accessToken: 'unknown-token' })).toBe(401);
		expect(await statusOf({ accessToken, organizationId: 'other@AdobeOrg' })).toBe(403);
		expect(await statusOf({ accessToken, sandboxName: 'unknown' })).toBe(403);
		simulator.state.mayAuthor = false;
		expect(await statusOf({ accessToken })).toBe(403);
	});
});

describe('the list of configurations', () => {
	const list = async (filter?: string) => await loadList(subject(), 'searchCredentials', { filter });

	test.each(['plain', 'items'] as const)('names them by name or ID, kind and age (%s)', async (shape) => {
		subject().simulator.state.shape = shape;

		const { results, paginationToken } = await list();

		expect(results).toHaveLength(8);
		expect(results[0]).toEqual({ name: 'S3 bucket 1 (s3Authentication, changed 2024-05-01)', value: ID });
		expect(results).toContainEqual({ name: `${IDS.ssh} (sshAuthentication, changed 2024-05-05)`, value: IDS.ssh });
		expect(JSON.stringify(results)).not.toContain('stored-');
		expect(paginationToken).toBeUndefined();
	});

	test('is searched by name and ID, in any case', async () => {
		expect((await list('BUCKET 2')).results.map(({ value }) => value)).toEqual([S3_IDS[1]]);
		expect((await list(IDS.ssh)).results.map(({ value }) => value)).toEqual([IDS.ssh]);
		expect((await list('nothing like it')).results).toEqual([]);
	});

	test.each<[unknown, unknown]>([
		[{ instanceId: 'a', type: 'basic' }, [{ name: 'a (basic)', value: 'a' }]],
		[{ instanceId: 'a', createdDate: '2021-06-07T06:41:48.641943Z' }, [{ name: 'a (created 2021-06-07)', value: 'a' }]],
		[[{ instanceId: 'a', lastModifiedDate: 'no date' }, { name: 'without an ID' }, null, 'x'], [{ name: 'a', value: 'a' }]],
		[[], []],
		[{ items: [] }, []],
		[{ items: [{ instanceId: 'a', name: 'in items' }] }, [{ name: 'in items', value: 'a' }]],
	])('is read from %j', async (body, expected) => {
		subject().simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 200, body } });

		expect((await list()).results).toEqual(expected);
	});

	test.each<[Answer, RegExp]>([
		[{ status: 200, body: {} }, /^Adobe gave an answer that this node does not understand/],
		[{ status: 200, body: '<html>canary</html>' }, /^Adobe gave an answer that this node does not understand/],
		[{ status: 403, body: { error_code: '403025', message: 'canary' } }, /^Adobe does not allow this.*Destination Authoring/],
	])('says in plain words why it cannot be had', async (answer, message) => {
		subject().simulator.server.plan({ when: ({ method }) => method === 'GET', answer });

		const listing = list();

		await expect(listing).rejects.toThrow(message);
		await expect(listing).rejects.not.toThrow(/canary/);
	});
});

describe('Create', () => {
	test.each<[string, INodeParameters, object]>([
		['basicAuthentication', { url: 'https://x.example.com', username: 'u', password: 'new-password' }, { url: 'https://x.example.com', username: 'u', password: 'new-password' }],
		['s3Authentication', S3, S3],
		['sshAuthentication', { username: 'u', sshKey: STORED_SSH_KEY.trim().replaceAll('\n', ' ') }, { username: 'u', sshKey: STORED_SSH_KEY }],
		[
			'azureAuthentication',
			{ url: 'https://a.example.com', tenant: 't', servicePrincipalId: 'i', servicePrincipalKey: 'new-principal-key' },
			{ url: 'https://a.example.com', tenant: 't', servicePrincipalId: 'i', servicePrincipalKey: 'new-principal-key' },
		],
		['azureConnectionStringAuthentication', { connectionString: 'AccountKey=bmV3LWtleQ==' }, { connectionString: 'AccountKey=bmV3LWtleQ==' }],
	])('sends %s as Adobe documents it, and no name', async (kind, fields, expected) => {
		const { requests, simulator } = subject();

		const result = await performed('create', { authenticationKind: kind, ...fields });

		const request = requests().find(subject().resource.isCreate);
		expect(request).toMatchObject({ method: 'POST', target: '/data/core/activation/authoring/credentials' });
		expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'x-sandbox-name': 'prod' });
		expect(JSON.parse(request!.text)).toEqual({ [kind]: expected });
		expect(simulator.stored(String(result.id))).toMatchObject({ [kind]: expected });
		expect(result).toMatchObject({
			outcome: 'created',
			name: null,
			type: kind,
			createdAt: expect.stringMatching(/Z$/) as string,
			verification: 'verified',
			verificationDetail: { method: 'response' },
		});
		expect([...(result.changed as string[])].sort()).toEqual(Object.keys(expected).sort());
	});

	test('sends the name beside the kind when it is given', async () => {
		const { requests } = subject();

		const result = await performed('create', { authenticationKind: 's3Authentication', ...S3, additionalFields: { name: 'Mine' } });

		expect(JSON.parse(requests().find(subject().resource.isCreate)!.text)).toEqual({ name: 'Mine', s3Authentication: S3 });
		expect(result).toMatchObject({ name: 'Mine', changed: ['name', 'accessId', 'secretKey'] });
	});

	test('takes a stored configuration as JSON without what Adobe alone sets', async () => {
		const { requests } = subject();
		const stored = { instanceId: ID, createdDate: 'x', lastModifiedDate: 'y', type: 'T', name: 'N', ...JSON_KIND };

		const result = await performed('create', { authenticationKind: 'json', credentialJson: JSON.stringify(stored) });

		expect(JSON.parse(requests().find(subject().resource.isCreate)!.text)).toEqual({ type: 'T', name: 'N', ...JSON_KIND });
		expect(result.id).not.toBe(ID);
		expect(result).toMatchObject({ name: 'N', type: 'oauth2ClientAuthentication', attributes: { type: 'T' } });
	});

	test.each<[string, INodeParameters, RegExp]>([
		['half a kind', { authenticationKind: 's3Authentication', secretKey: 'x' }, /must be complete\. Fill in “Access ID”\.$/],
		['nothing', { authenticationKind: 'basicAuthentication' }, /Fill in “Username” and “Password”\.$/],
		['half a known kind as JSON', { authenticationKind: 'json', credentialJson: '{"s3Authentication": {"secretKey": "x"}}' }, /Fill in “accessId”\.$/],
		['an empty name', { authenticationKind: 's3Authentication', ...S3, additionalFields: { name: '' } }, /“Name” is empty/],
		['a name whose expression yields nothing', { authenticationKind: 's3Authentication', ...S3, additionalFields: { name: '={{ $json.none }}' } }, /“Name” is empty/],
		['two names', { authenticationKind: 'json', credentialJson: JSON.stringify({ name: 'a', ...JSON_KIND }), additionalFields: { name: 'b' } }, /given twice.*“Name”.*“Credential JSON”/],
	])('refuses %s before anything is sent', async (_what, fields, message) => {
		const error = await refused('create', fields);

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', operation: 'create' });
		expect(error.message).toMatch(message);
		expect(subject().simulator.server.requests).toHaveLength(0);
	});

	test.each([
		['plain', 'documents'],
		['array', 'documents'],
		['items', 'collection'],
		['plain', 'collection'],
	] as const)('reads the answer as %s with the status of the %s', async (shape, statuses) => {
		const { simulator } = subject();
		Object.assign(simulator.state, { shape, statuses });

		const result = await performed('create', { authenticationKind: 's3Authentication', ...S3 });

		expect(simulator.stored(String(result.id))).toMatchObject({ s3Authentication: S3 });
	});

	test.each<[string, unknown]>([
		['nothing', undefined],
		['an empty list', []],
		['several that show what was sent', [{ instanceId: 'a', s3Authentication: S3 }, { instanceId: 'b', s3Authentication: S3 }]],
		['several created in the same moment', ['a', 'b'].map((instanceId) => ({ instanceId, createdDate: '2026-11-01T00:00:00Z', s3Authentication: S3 }))],
		['several of which none shows it', ['a', 'b'].map((instanceId) => ({ instanceId, s3Authentication: { ...S3, secretKey: instanceId } }))],
	])('answered with %s leaves it open whether it was made, and says how to find out', async (_what, body) => {
		answerNext('POST', { status: 200, body });

		const error = await refused('create', { authenticationKind: 's3Authentication', ...S3 });

		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', id: null });
		expect(error.hint).toContain('before you run this again');
	});

	const OTHERS = [
		{ instanceId: 'ssh', sshAuthentication: { username: 'u', sshKey: 'k' } },
		{ instanceId: 'another-account', s3Authentication: { accessId: 'AKIAOTHER', secretKey: 'other-secret' } },
		{ instanceId: 'another-secret', s3Authentication: { ...S3, secretKey: 'other-secret' } },
	];

	test.each<[string, object[], string]>([
		['by the secret', [{ instanceId: 'new', s3Authentication: S3 }], 'verified'],
		['by the secret, beside one that shows none', [{ instanceId: 'new', s3Authentication: S3 }, { instanceId: 'old', s3Authentication: { accessId: S3.accessId } }], 'verified'],
		['by the account, where no secret is shown', [{ instanceId: 'new', s3Authentication: { accessId: S3.accessId, secretKey: '********' } }], 'accepted'],
		[
			'by the date, beside an older one of the same values',
			[
				{ instanceId: 'old', createdDate: '2026-10-01T00:00:00Z', s3Authentication: S3 },
				{ instanceId: 'new', createdDate: '2026-11-01T00:00:00Z', s3Authentication: S3 },
			],
			'verified',
		],
	])('finds what it has created among several %s', async (_how, shown, verification) => {
		for (const body of [[...OTHERS, ...shown], [...shown, ...OTHERS], { items: [...OTHERS, ...shown] }]) {
			answerNext('POST', { status: 200, body });

			const result = await performed('create', { authenticationKind: 's3Authentication', ...S3 }, { allowDuplicate: true });

			expect(result).toMatchObject({ id: 'new', outcome: 'created', verification });
			subject().simulator.reset();
		}
	});

	test('does not take accounts for the same because each has its user name for a password', async () => {
		const [bob, eve] = ['bob-the-builder', 'eve-the-admin'].map((name) => ({ username: name, password: name })) as [object, object];
		answerNext('GET', { status: 200, body: [{ instanceId: 'bob', basicAuthentication: bob }] });

		expect(await performed('create', { authenticationKind: 'basicAuthentication', ...eve })).toMatchObject({ outcome: 'created', attributes: { username: '[redacted]' } });
		answerNext('GET', { status: 200, body: [{ instanceId: 'bob', basicAuthentication: bob }] });
		expect(await refused('create', { authenticationKind: 'basicAuthentication', ...bob })).toMatchObject({ code: 'conflict', id: 'bob' });
	});

	test('finds what it has created among several by its name', async () => {
		const several = ['One', 'Two'].map((name) => ({ instanceId: name, name, s3Authentication: S3 }));
		answerNext('POST', { status: 200, body: several });

		const result = await performed('create', { authenticationKind: 's3Authentication', ...S3, additionalFields: { name: 'Two' } });

		expect(result).toMatchObject({ id: 'Two', name: 'Two' });
	});

	test('answered with other values fails as applied, and names what was created', async () => {
		answerNext('POST', { status: 200, body: { instanceId: 'the-new-one', s3Authentication: { ...S3, secretKey: 'another' } } });

		const error = await refused('create', { authenticationKind: 's3Authentication', ...S3 });

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', id: 'the-new-one' });
	});

	test('answered with another name fails as applied, and with one that was mended does not', async () => {
		const fields = { authenticationKind: 's3Authentication', ...S3, additionalFields: { name: 'Mine' } };
		answerNext('POST', { status: 200, body: { instanceId: 'the-new-one', name: 'Another', type: 'BASIC' } });

		expect(await refused('create', fields)).toMatchObject({ code: 'verificationFailed', applied: 'yes', id: 'the-new-one' });

		answerNext('POST', { status: 200, body: { instanceId: 'the-new-one', name: 'mine ', s3Authentication: S3 } });

		expect(await performed('create', fields)).toMatchObject({ id: 'the-new-one', verification: 'verified' });
	});

	test('names what was created without a secret that the vendor puts into its ID', async () => {
		answerNext('POST', { status: 200, body: { instanceId: `x-${S3.secretKey}`, s3Authentication: { ...S3, accessId: 'another' } } });

		const result = await perform('create', { authenticationKind: 's3Authentication', ...S3 });

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', id: 'x-[redacted]' });
		expect(traces(result)).not.toContain(S3.secretKey);
	});

	test.each(['masked', 'omitted'] as const)('is not verified when the secret comes back %s', async (secretsShown) => {
		subject().simulator.state.secretsShown = secretsShown;

		const result = await performed('create', { authenticationKind: 's3Authentication', ...S3 });

		expect(result.verification).toBe('accepted');
	});
});

describe('Get', () => {
	test.each(['plain', 'array', 'items'] as const)('reads a configuration as %s, without its secrets', async (shape) => {
		subject().simulator.state.shape = shape;

		const result = await performed('get', byId(IDS.basic));

		expect(result).toMatchObject({
			outcome: 'found',
			id: IDS.basic,
			name: 'Partner API',
			type: 'basicAuthentication',
			createdAt: '2024-03-04T09:15:30.123Z',
			updatedAt: '2024-05-04T12:00:00.654Z',
			attributes: { url: 'https://partner.example.com', username: 'aep', type: 'basic' },
			verification: 'skipped',
		});
		expect(JSON.stringify(result)).not.toContain('stored-password');
	});

	test('shows nothing of a kind whose fields are not known', async () => {
		const result = await performed('get', byId(IDS.oauth2Client));

		expect(result).toMatchObject({ type: 'oauth2ClientAuthentication', attributes: { type: 'OAUTH2_CLIENT_CREDENTIAL' } });
		expect(JSON.stringify(result)).not.toContain('stored-client');
	});

	test('finds its own among several', async () => {
		answerNext('GET', { status: 200, body: [{ instanceId: S3_IDS[1], name: 'other' }, { instanceId: ID, name: 'own' }] });

		expect(await performed('get', byId(ID))).toMatchObject({ id: ID, name: 'own' });
	});

	test('answered with another configuration is refused', async () => {
		answerNext('GET', { status: 200, body: { instanceId: S3_IDS[1], s3Authentication: S3 } });

		expect(await refused('get', byId(ID))).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
	});
});

describe('Get Many', () => {
	const all = { returnAll: true };

	async function listed(fields: INodeParameters): Promise<unknown[]> {
		return succeeded(await perform('getAll', fields)).map(({ json }) => json.id);
	}

	test.each<[string, unknown, unknown[]]>([
		['a list', [{ instanceId: 'a', type: 'T' }, { instanceId: 'b', type: 'T' }], ['a', 'b']],
		['items', { items: [{ instanceId: 'a', type: 'T' }] }, ['a']],
		['a configuration without brackets', { instanceId: 'a', s3Authentication: S3 }, ['a']],
		['a configuration without an ID', [{ name: 'n', s3Authentication: S3 }], [null]],
		['an empty list', [], []],
		['no items', { items: [] }, []],
	])('reads %s', async (_what, body, ids) => {
		answerNext('GET', { status: 200, body });

		const result = await perform('getAll', all);

		expect(succeeded(result).map(({ json }) => json.id)).toEqual(ids);
		expect(result.output('Node', 1)).toEqual([]);
	});

	test.each<[string, unknown]>([
		['an empty object', {}],
		['null', null],
		['nothing', undefined],
		['items that are no list', { items: {} }],
		['a list without a configuration', ['x', null]],
		['problem details without a status', { type: 'T', title: 'x', detail: 'y' }],
	])('does not take %s for a sandbox without configurations', async (_what, body) => {
		answerNext('GET', { status: 200, body });

		expect(await refused('getAll', all)).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
	});

	test('lists the sandbox of the node’s credential alone', async () => {
		const { simulator } = subject();
		simulator.state.configurations.get(ID)!.sandbox = 'dev';

		expect(await listed(all)).toHaveLength(7);
	});

	test.each<[string, string, number]>([
		['a day', '2024-05-03', 2],
		['a moment just after a change', '2024-05-03T12:00:00.655Z', 3],
		['the very moment of a change', '2024-05-03T12:00:00.654Z', 2],
		['an expression that yields a date', '={{ DateTime.fromISO("2024-05-03T13:00:00Z") }}', 3],
		['a date before all of them', '2020-01-01T00:00:00', 0],
		['a date after all of them', '2030-01-01T00:00:00', 8],
	])('filters by %s', async (_what, lastModifiedBefore, count) => {
		const { requests } = subject();

		const ids = await listed({ ...all, filters: { lastModifiedBefore } });

		expect(ids).toHaveLength(count);
		expect(requests()).toHaveLength(1);
		expect(requests()[0]!.target).toBe('/data/core/activation/authoring/credentials');
	});

	test.each([
		['utc', '2024-05-03T13:00:00.000Z'],
		['Asia/Tokyo', '2024-05-03T04:00:00.000Z'],
	])('reads a date without an offset in the workflow’s time zone, such as %s', (timezone, expected) => {
		const filters = { lastModifiedBefore: '2024-05-03T13:00:00' };

		const { lastModifiedBefore } = getAll.read({ timezone, credentialIds: {}, get: (name) => ({ filters })[name] });

		expect(new Date(lastModifiedBefore!).toISOString()).toBe(expected);
	});

	test('counts the limit after the filter', async () => {
		const { simulator } = subject();
		simulator.stored(ID).lastModifiedDate = '2029-01-01T00:00:00.000000Z';

		const ids = await listed({ returnAll: false, limit: 1, filters: { lastModifiedBefore: '2025-01-01' } });

		expect(ids).toEqual([S3_IDS[1]]);
	});

	test('the filter leaves out what shows no date of its last change, however old it is', async () => {
		const { simulator } = subject();
		delete simulator.stored(S3_IDS[0]).lastModifiedDate;
		simulator.stored(S3_IDS[1]).lastModifiedDate = 'long ago';

		expect(await listed({ ...all, filters: { lastModifiedBefore: '2030-01-01' } })).toHaveLength(6);
		expect(await listed({ ...all, filters: {} })).toHaveLength(8);
	});

	test.each(['', 'soon', '={{ $json.none }}', '={{ "" }}', '={{ ({}) }}', '={{ true }}'])('refuses the date %j, rather than list everything', async (lastModifiedBefore) => {
		const error = await refused('getAll', { ...all, filters: { lastModifiedBefore } });

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input' });
		expect(error.message).toContain('“Last Modified Before” is not a date');
		expect(subject().simulator.server.requests).toHaveLength(0);
	});
});

describe('Delete', () => {
	test.each(['documents', 'collection'] as const)('succeeds with the status of the %s', async (statuses) => {
		const { simulator, requests } = subject();
		simulator.state.statuses = statuses;

		const result = await performed('delete', byId(ID));

		expect(result).toMatchObject({ outcome: 'deleted', deleted: true, id: ID });
		expect(simulator.state.configurations.has(ID)).toBe(false);
		expect(requests()).toHaveLength(1);
		expect(requests()[0]).toMatchObject({ method: 'DELETE', text: '' });
	});

	test.each<[string, unknown]>([
		['what was deleted', { instanceId: ID, s3Authentication: S3 }],
		['an empty object', {}],
		['null', null],
		['an empty list', []],
	])('may be answered with %s', async (_what, body) => {
		answerNext('DELETE', { status: 200, body });

		expect(await performed('delete', byId(ID))).toMatchObject({ outcome: 'deleted', id: ID, attributes: {} });
	});

	test('may be answered with no body that calls itself a page', async () => {
		answerNext('DELETE', { status: 200, headers: { 'content-type': 'text/html', 'content-length': '0' } });

		expect(await performed('delete', byId(ID))).toMatchObject({ outcome: 'deleted' });
	});

	test.each<[string, Answer, object]>([
		['a refusal with 200', { status: 200, body: { error_code: '403025', message: 'Profile is not valid' } }, { code: 'permission', applied: 'no' }],
		['problem details with 200', { status: 200, body: { type: 'T', status: 409, title: 'Conflict', detail: 'in use' } }, { code: 'unexpectedResponse', applied: 'unknown', vendorMessage: 'in use' }],
		['another configuration', { status: 200, body: { instanceId: S3_IDS[1], s3Authentication: S3 } }, { code: 'unexpectedResponse', applied: 'unknown' }],
		['a page', { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Sign in</html>' }, { code: 'unexpectedResponse', applied: 'unknown' }],
		['a conflict', { status: 409, body: { status: 409, title: 'Conflict', detail: 'in use' } }, { code: 'conflict', applied: 'no' }],
	])('does not take %s for success', async (_what, answer, expected) => {
		answerNext('DELETE', answer);

		expect(await refused('delete', byId(ID))).toMatchObject({ operation: 'delete', id: ID, ...expected });
	});

	test('of what another sandbox holds is notFound, and deletes nothing', async () => {
		const { simulator } = subject();
		simulator.state.configurations.get(ID)!.sandbox = 'dev';

		expect(await refused('delete', byId(ID))).toMatchObject({ code: 'notFound' });
		expect(simulator.state.configurations.has(ID)).toBe(true);
	});
});

test.each<[string, INodeParameters]>([
	['create', { authenticationKind: 's3Authentication', ...S3 }],
	['get', byId(ID)],
	['getAll', { returnAll: true }],
	['delete', byId(ID)],
])('%s without the permission names it', async (operation, fields) => {
	subject().simulator.state.mayAuthor = false;

	const error = await refused(operation, fields);

	expect(error).toMatchObject({ code: 'permission', httpStatus: 403, applied: 'no' });
	expect(error.hint).toContain('Destination Authoring');
});

describe('Output: Raw', () => {
	const RAW = { output: 'raw' };

	test('shows of a kind only the fields that are known to be none', async () => {
		expect((await performed('get', byId(IDS.basic), RAW)).raw).toEqual({
			instanceId: IDS.basic,
			createdDate: '2024-03-04T09:15:30.123456Z',
			lastModifiedDate: '2024-05-04T12:00:00.654321Z',
			type: 'basic',
			name: 'Partner API',
			basicAuthentication: { url: 'https://partner.example.com', username: 'aep', password: '[redacted]' },
		});
		expect((await performed('get', byId(IDS.oauth2Client), RAW)).raw).toMatchObject({
			oauth2ClientAuthentication: { url: '[redacted]', clientId: '[redacted]', clientSecret: '[redacted]' },
		});
	});

	test('gives each item of a list its own part of the answer', async () => {
		subject().simulator.state.shape = 'items';

		const items = succeeded(await perform('getAll', { returnAll: true }, RAW));

		expect(items.map(({ json }) => (json.raw as { instanceId: string }).instanceId)).toEqual(items.map(({ json }) => json.id));
		expect(JSON.stringify(items)).not.toMatch(/stored-(?!client-id)/);
	});

	test('of a page of Adobe’s documents, which has a kind’s fields under another kind’s name', async () => {
		const s3Authentication = { url: 'https://x.example.com', username: 'the-user', password: 'the-password' };
		answerNext('GET', { status: 200, body: { instanceId: ID, type: 'basic', name: 'the-user of it', s3Authentication } });

		const { raw, attributes } = await performed('get', byId(ID), RAW);

		expect(raw).toEqual({
			instanceId: ID,
			type: 'basic',
			name: '[redacted] of it',
			s3Authentication: { url: '[redacted]', username: '[redacted]', password: '[redacted]' },
		});
		expect(attributes).toEqual({ type: 'basic' });
	});
});

describe('what a raw answer may show', () => {
	test.each<[string[], unknown]>([
		[['instanceId'], ID],
		[['type'], 's3Authentication'],
		[['name'], 'Is it here?'],
		[['0', 's3Authentication', 'accessId'], 'AKIA'],
		[['items', '3', 'azureAuthentication', 'tenant'], 'contoso'],
		[['basicAuthentication', 'url'], 'https://host/path'],
		[['authenticationId'], ID],
		[['active'], true],
	])('%j %j', (path, leaf) => {
		expect(isSecret(path, leaf)).toBe(false);
	});

	test.each<[string[], unknown]>([
		[['s3Authentication', 'secretKey'], 'x'],
		[['s3Authentication', 'username'], 'x'],
		[['s3Authentication', 'accessId', '0'], 'x'],
		[['s3Authentication', 'nested', 'accessId'], 'x'],
		[['S3Authentication', 'accessId'], 'x'],
		[['s3Authentication'], 'x'],
		[['oauth2UserAuthentication', 'header'], 'x'],
		[['oauth2UserAuthentication', 's3Authentication', 'accessId'], 'x'],
		[['password'], 'x'],
		[['accessToken'], 1],
		[['basicAuthentication', 'url'], 'https://u:p@host'],
		[['basicAuthentication', 'url'], ' https://u:p@host'],
		[['basicAuthentication', 'url'], 'u:p@host'],
		[['azureAuthentication', 'url'], 'https://host/path?sv=1&sig=x'],
		[['link'], 'https://host/path?sig=x'],
	])('never %j %j', (path, leaf) => {
		expect(isSecret(path, leaf)).toBe(true);
	});
});

describe('masks', () => {
	test.each(['*', '********', '••••', '●●●', 'AKIA***********', 'ab***', '[redacted]', '<REDACTED>', 'Masked', ' *** '])('%j is one', (text) => {
		expect(holdsMask(text)).toBe(true);
	});

	test.each(['p*ss**rd', 'redacted-not', 'a password', 'XXXX', '0', '#####'])('%j is none', (text) => {
		expect(holdsMask(text)).toBe(false);
	});

	test('are found anywhere in a value', () => {
		expect(holdsMask({ a: [{ b: '***' }] })).toBe(true);
		expect(holdsMask({ a: [{ b: 'shown' }], c: null })).toBe(false);
	});
});

describe('secrets of a body', () => {
	test('of fields are the secret ones, and those of nobody’s knowledge', () => {
		const body = { name: 'n', type: 't', s3Authentication: { accessId: 'i', secretKey: 's', extra: 'e' }, other: { x: 1 } };

		expect(secretsIn(body, 'fields')).toEqual(['s', 'e', '1']);
	});

	test('of JSON are all but name and type', () => {
		const body = { name: 'n', type: 't', s3Authentication: { accessId: 'i', secretKey: 's' }, top: 'x' };

		expect(secretsIn(body, 'json')).toEqual(['i', 's', 'x']);
	});

	test('inside of URLs and connection strings are secrets by themselves', () => {
		const url = 'sftp://user:p%40ss@host/?sv=1&sig=a%2Bb';
		const connectionString = 'BlobEndpoint=https://x;SharedAccessSignature=sv=2;AccountKey=a2V5==';

		expect(secretsIn({ basicAuthentication: { url } }, 'fields')).toEqual(
			expect.arrayContaining(['user:p%40ss', 'user', 'p%40ss', 'p@ss', 'a%2Bb', 'a+b']),
		);
		expect(secretsIn({ azureConnectionStringAuthentication: { connectionString } }, 'fields')).toEqual(
			expect.arrayContaining([connectionString, 'sv=2', 'a2V5==']),
		);
	});

	test('of a URL without a scheme are known, too', () => {
		expect(secretsIn({ basicAuthentication: { url: 'nathan:hunter22@host/x' } }, 'fields')).toContain('hunter22');
	});

	test.each([
		['https://u:p@host/a@b', 'https://host/a@b'],
		['//u@host', '//host'],
		['https://host?sig=x#y', 'https://host'],
		['https://u:p@w@host', 'https://host'],
		['u:p@host/path', 'host/path'],
		[' https://u:p@host', ' https://host'],
		['https:\\\\u:p@host', 'https:\\\\host'],
		['https:u:p@host', 'host'],
		['https:/u:p@host', 'https:/host'],
		['no url', 'no url'],
		['', null],
		[{}, null],
	])('%j is shown as %j', (url, expected) => {
		expect(shownUrl(url)).toBe(expected);
	});
});

test('what saved workflows and credentials hold of the node does not change', () => {
	expect(savedNames('adobeDestinationSdk')).toEqual([
		'credential adobeDestinationSdkApi',
		'credential rotationSecretApi (operation create update) (secretSource storedSecret)',
		'credential rotationPreviousSecretApi (operation update) (sendsSecretBefore {"_cnd":{"not":"no"}}) (/options.onVerificationFailure restore) (not secretSource fields)',
		'resource credential',
		'operation update create delete get getAll',
		'secretSource storedSecret fields (operation create)',
		'secretSource storedSecret fields previousSecret (operation update)',
		'sendsSecretBefore no (operation update) (secretSource previousSecret)',
		'credentialId list id (operation delete get update)',
		'authenticationKind basicAuthentication azureConnectionStringAuthentication azureAuthentication s3Authentication sshAuthentication json (operation create update)',
		'connectionString (operation create update) (authenticationKind azureConnectionStringAuthentication) (secretSource fields)',
		'url (operation create update) (authenticationKind azureAuthentication basicAuthentication)',
		'tenant (operation create update) (authenticationKind azureAuthentication)',
		'servicePrincipalId (operation create update) (authenticationKind azureAuthentication)',
		'servicePrincipalKey (operation create update) (authenticationKind azureAuthentication) (secretSource fields)',
		'username (operation create update) (authenticationKind basicAuthentication sshAuthentication)',
		'password (operation create update) (authenticationKind basicAuthentication) (secretSource fields)',
		'accessId (operation create update) (authenticationKind s3Authentication)',
		'secretKey (operation create update) (authenticationKind s3Authentication) (secretSource fields)',
		'sshKey (operation create update) (authenticationKind sshAuthentication) (secretSource fields)',
		'credentialJson (operation create update) (authenticationKind json) (secretSource fields)',
		'additionalFields (operation create)',
		'additionalFields.name',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'filters (operation getAll)',
		'filters.lastModifiedBefore',
		'filters.notChangedForDays',
		'options (operation create)',
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
		'options (operation get)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation getAll)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation update)',
		'options.allowAnotherKind',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report restore',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.preserveOtherFields',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
	]);
	expect(savedFields('adobeDestinationSdkApi')).toEqual([
		'sessionToken',
		'authentication oauth',
		'clientId',
		'clientSecret (authentication oauth)',
		'accessToken (authentication accessToken)',
		'organizationId',
		'sandboxName prod',
		'scopes openid,session,AdobeID,read_organizations,additional_info.projectedProductContext (authentication oauth)',
		'baseUrl https://platform.adobe.io',
		'authBaseUrl https://ims-na1.adobelogin.com (authentication oauth)',
	]);
});
