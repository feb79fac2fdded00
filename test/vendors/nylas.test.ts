import type {
	ICredentialTestRequest,
	ICredentialType,
	IAuthenticate,
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import { wasThereBefore } from '../../nodes/Nylas/answer';
import { PROVIDERS } from '../../nodes/Nylas/kinds';
import { getAll as listOperation } from '../../nodes/Nylas/operations/getAll';
import { update as updateOperation } from '../../nodes/Nylas/operations/update';
import { nylasBaseUrl } from '../../nodes/Nylas/paths';
import { nylas as record } from '../../nodes/Nylas/record';
import { MOST_ATTEMPTS } from '../../nodes/engine/request/retry';
import type { Parameters } from '../../nodes/kit/parameters';
import { loadList, testBaseUrl, testCredential } from '../harness/editor';
import { storeOf } from '../harness/engine';
import { ellipticKey } from '../harness/keys';
import { nylasClient } from '../harness/officialClients';
import { ERROR_OUTPUT, failed, onlyError, savedFields, savedNames, succeeded, types, useSubject } from '../harness/subject';
import {
	API_KEY,
	GOOGLE_IDS,
	MICROSOFT_ID,
	SERVICE_ACCOUNT_ID,
	simulator as definition,
	ZOOM_ID,
	type StoredCredential,
} from '../simulator/nylas';

const [GOOGLE_ID] = GOOGLE_IDS;

const PEM = ellipticKey();
const PEM_BODY = PEM.split('\n').slice(1, -2).join('');
const PEM_IN_ONE_LINE = `-----BEGIN PRIVATE KEY----- ${PEM_BODY} -----END PRIVATE KEY-----`;

/** A key file as Google gives it out. */
const KEY_FILE = {
	type: 'service_account',
	project_id: 'my-project',
	private_key_id: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
	private_key: PEM,
	client_email: 'sync@my-project.iam.gserviceaccount.com',
	client_id: '117029384756102938475',
	auth_uri: 'https://accounts.google.com/o/oauth2/auth',
	token_uri: 'https://oauth2.googleapis.com/token',
	auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
	client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/sync',
	universe_domain: 'googleapis.com',
};
const keyFields = {
	privateKeyId: KEY_FILE.private_key_id,
	privateKey: PEM,
	clientEmail: KEY_FILE.client_email,
};
const oauthClient = { clientId: 'new-client-id', clientSecret: 'new-client-secret' };

/** How Nylas may say that it does not find something. */
const NOT_FOUND: Array<[status: number, type: string]> = [
	[404, 'api.not_found_error'],
	[404, 'xyz.not_found_error'],
	[400, 'connector.not_found_error'],
	[404, 'invalid_request_error'],
];
const notFoundBody = (type: string) => ({ request_id: 'r', error: { type, message: 'Not found' } });

const node = types.nodes.get('nylas')!;
const credentialType = types.credentials.get('nylasApi')!;

describe('Nylas', () => {
	const subject = useSubject('nylas', definition, 'Nylas');

	const sentBodies = () => subject().changes().map(({ text }) => JSON.parse(text) as unknown);
	const stored = (id: string) => subject().simulator.state.credentials.get(id)!;
	const runUpdate = async (parameters: INodeParameters) =>
		await subject().run([{ json: { nothing: null, key: KEY_FILE } }], {
			parameters: { ...updateOf(GOOGLE_ID), ...parameters },
			settings: ERROR_OUTPUT,
		});

	describe('sends', () => {
		test.each<{ what: string; parameters: INodeParameters; body: object }>([
			{
				what: 'a name alone',
				parameters: { updateFields: { name: 'renamed' } },
				body: { name: 'renamed' },
			},
			{
				what: 'a client for a connector',
				parameters: { credentialDataKind: 'connector', ...oauthClient },
				body: { credential_data: { client_id: 'new-client-id', client_secret: 'new-client-secret' } },
			},
			{
				what: 'a client for a connector of any provider, with a name',
				parameters: {
					...updateOf(ZOOM_ID, 'zoom'),
					credentialDataKind: 'connector',
					...oauthClient,
					updateFields: { name: 'Zoom' },
				},
				body: { name: 'Zoom', credential_data: { client_id: 'new-client-id', client_secret: 'new-client-secret' } },
			},
			{
				what: 'a service account by its fields',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields },
				body: {
					credential_data: {
						private_key_id: KEY_FILE.private_key_id,
						private_key: PEM,
						client_email: KEY_FILE.client_email,
					},
				},
			},
			{
				what: 'a private key whose line breaks were lost',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields, privateKey: PEM_IN_ONE_LINE },
				body: { credential_data: expect.objectContaining({ private_key: PEM }) as object },
			},
			{
				what: 'a whole key file, under its own names',
				parameters: { credentialDataKind: 'serviceAccount', credentialDataJson: JSON.stringify(KEY_FILE) },
				body: { credential_data: KEY_FILE },
			},
			{
				what: 'a key file that an expression yields as an object',
				parameters: { credentialDataKind: 'serviceAccount', credentialDataJson: '={{ $json.key }}' },
				body: { credential_data: KEY_FILE },
			},
			{
				what: 'an admin consent without a tenant',
				parameters: { ...updateOf(MICROSOFT_ID, 'microsoft'), credentialDataKind: 'adminConsent', ...oauthClient },
				body: { credential_data: { client_id: 'new-client-id', client_secret: 'new-client-secret' } },
			},
			{
				what: 'an admin consent with a tenant',
				parameters: {
					...updateOf(MICROSOFT_ID, 'microsoft'),
					credentialDataKind: 'adminConsent',
					...oauthClient,
					tenant: 'contoso.onmicrosoft.com',
				},
				body: {
					credential_data: {
						client_id: 'new-client-id',
						client_secret: 'new-client-secret',
						tenant: 'contoso.onmicrosoft.com',
					},
				},
			},
			{
				what: 'a private key out of base64',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields, privateKey: Buffer.from(PEM).toString('base64') },
				body: { credential_data: expect.objectContaining({ private_key: PEM }) as object },
			},
			{
				what: 'a private key out of a line of the key file',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields, privateKey: `"private_key": ${JSON.stringify(PEM)},` },
				body: { credential_data: expect.objectContaining({ private_key: PEM }) as object },
			},
			{
				what: 'a key file whose key was escaped twice',
				parameters: {
					credentialDataKind: 'serviceAccount',
					credentialDataJson: JSON.stringify({ ...KEY_FILE, private_key: PEM.replaceAll('\n', '\\n') }),
				},
				body: { credential_data: KEY_FILE },
			},
			{
				what: 'JSON with a private key in one line, and a line end',
				parameters: { credentialDataKind: 'json', credentialDataJson: JSON.stringify({ private_key_id: 'i', private_key: PEM_IN_ONE_LINE, client_email: 'a@b.c\n' }) },
				body: { credential_data: { private_key_id: 'i', private_key: PEM, client_email: 'a@b.c' } },
			},
			{
				what: 'JSON as it is given',
				parameters: {
					credentialDataKind: 'json',
					credentialDataJson: '{"client_id": "c", "client_secret": "s", "camelCase": {"x509_Key": ["é", 1.5, true]}, "constructor": "mine"}',
				},
				body: { credential_data: { client_id: 'c', client_secret: 's', camelCase: { x509_Key: ['é', 1.5, true] }, constructor: 'mine' } },
			},
		])('$what', async ({ parameters, body }) => {
			const [item] = succeeded(await runUpdate(parameters));

			expect(item!.json.outcome).toBe('updated');
			expect(sentBodies()).toEqual([body]);
		});

		test.each([
			{ parameters: { credentialDataKind: 'serviceAccount', ...keyFields, privateKey: 'not-a-key' }, message: '“Private Key” is no private key' },
			{ parameters: { credentialDataKind: 'serviceAccount', ...keyFields, privateKey: PEM.slice(0, -9) }, message: '“Private Key” has a key that is cut off' },
			{
				parameters: { credentialDataKind: 'serviceAccount', credentialDataJson: JSON.stringify({ ...KEY_FILE, private_key: `${PEM}${PEM}` }) },
				message: '“Service Account Key (JSON): private_key” holds several key blocks',
			},
			{
				parameters: { credentialDataKind: 'serviceAccount', credentialDataJson: JSON.stringify({ ...KEY_FILE, private_key_id: 'undefined' }) },
				message: '“Service Account Key (JSON): private_key_id” holds the text “undefined”',
			},
			{
				parameters: { credentialDataKind: 'json', credentialDataJson: '{"client_id": "c", "client_secret": ""}' },
				message: '“Credential Data (JSON): client_secret” is empty',
			},
			{
				parameters: { ...updateOf(MICROSOFT_ID, 'microsoft'), credentialDataKind: 'adminConsent', ...oauthClient, tenant: ' ' },
				message: '“Tenant” holds nothing but blanks',
			},
		])('nothing when $message', async ({ parameters, message }) => {
			expect(onlyError(await runUpdate(parameters)).message).toContain(message);
			expect(subject().simulator.server.requests).toEqual([]);
		});

		test('nothing of another kind that was filled in before', async () => {
			await runUpdate({
				credentialDataKind: 'connector',
				...oauthClient,
				...keyFields,
				credentialDataJson: '{"a": "b"}',
				tenant: 'contoso',
			});

			expect(sentBodies()).toEqual([
				{ credential_data: { client_id: 'new-client-id', client_secret: 'new-client-secret' } },
			]);
		});

		test('the provider that an expression yields, item by item', async () => {
			const { run, requests } = subject();
			const items = [
				{ json: { provider: 'google', id: GOOGLE_ID } },
				{ json: { provider: 'microsoft', id: MICROSOFT_ID } },
			];

			const done = succeeded(
				await run(items, {
					parameters: {
						...updateOf('={{ $json.id }}', '={{ $json.provider }}'),
						credentialDataKind: 'connector',
						...oauthClient,
					},
				}),
			);

			expect(requests().map(({ target }) => target)).toEqual([
				`/v3/connectors/google/creds/${GOOGLE_ID}`,
				`/v3/connectors/microsoft/creds/${MICROSOFT_ID}`,
			]);
			expect(done.map(({ json }) => json.parentId)).toEqual(['google', 'microsoft']);
		});
	});

	test('sends nothing of a stored secret whose tenant has yielded nothing, rather than the node’s own or none', async () => {
		const secret = { name1: 'client_secret', value1: 'stored-client-secret', name2: 'tenant', value2: '', name3: 'client_id', value3: 'stored-client-id' };
		const credentials = { ...subject().simulator.credentials, rotationSecretApi: secret };

		const result = await subject().run([{ json: {} }], {
			parameters: { ...updateOf(GOOGLE_ID), provider: 'microsoft', credentialDataKind: 'adminConsent', tenant: 'another', secretSource: 'storedSecret' },
			credentials: storeOf(credentials),
			settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: type }])) },
		});

		expect(onlyError(result)).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(onlyError(result).message).toContain('has no value for “tenant”');
		expect(sentBodies()).toEqual([]);
	});

	test('names all that is missing at once: the secret, and the ID that the node does not have either', async () => {
		const credentials = { ...subject().simulator.credentials, rotationSecretApi: { name1: 'api_token', value1: 'of-another' } };
		const refused = async (clientId: string) =>
			onlyError(
				await subject().run([{ json: {} }], {
					parameters: { ...updateOf(GOOGLE_ID), provider: 'google', credentialDataKind: 'connector', clientId, secretSource: 'storedSecret' },
					credentials: storeOf(credentials),
					settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: type }])) },
				}),
			).message;

		expect(await refused('')).toContain('has no value for “client_secret” and “client_id”. It has “api_token”.');
		expect(await refused('a-client-id')).toContain('has no value for “client_secret”. It has “api_token”.');
	});

	test('takes the client ID out of a stored secret, with nothing in the node’s own field', async () => {
		const secret = { name1: 'client_id', value1: 'stored-client-id', name2: 'client_secret', value2: 'stored-client-secret' };
		const credentials = { ...subject().simulator.credentials, rotationSecretApi: secret };

		const result = await subject().run([{ json: {} }], {
			parameters: { ...updateOf(GOOGLE_ID), credentialDataKind: 'connector', secretSource: 'storedSecret' },
			credentials: storeOf(credentials),
			settings: { credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: type }])) },
		});

		expect(result.error).toBeUndefined();
		expect(sentBodies()).toEqual([{ credential_data: { client_id: 'stored-client-id', client_secret: 'stored-client-secret' } }]);
	});

	test('replaces the stored data as a whole, and keeps it when only the name changes', async () => {
		await runUpdate({ ...updateOf(SERVICE_ACCOUNT_ID), updateFields: { name: 'renamed' } });
		const afterRename = { ...stored(SERVICE_ACCOUNT_ID) };
		await runUpdate({
			...updateOf(SERVICE_ACCOUNT_ID),
			credentialDataKind: 'serviceAccount',
			credentialDataJson: JSON.stringify(KEY_FILE),
		});

		expect(afterRename).toMatchObject({ name: 'renamed', data: { private_key: 'stored-private-key' } });
		expect(stored(SERVICE_ACCOUNT_ID)).toMatchObject({ name: 'renamed', data: KEY_FILE });
	});

	describe('the result', () => {
		test('names the changed fields in Nylas’s own words, and holds none of their values', async () => {
			const [item] = succeeded(
				await runUpdate({
					credentialDataKind: 'serviceAccount',
					...keyFields,
					updateFields: { name: 'renamed' },
				}),
			);

			expect(item!.json).toMatchObject({
				name: 'renamed',
				parentId: 'google',
				type: null,
				attributes: {},
				changed: [
					'name',
					'credential_data.private_key_id',
					'credential_data.private_key',
					'credential_data.client_email',
				],
			});
			expect(JSON.stringify(item)).not.toContain(KEY_FILE.private_key_id);
			expect(JSON.stringify(item)).not.toContain(PEM_BODY.slice(0, 32));
		});

		test('tells when the credential was created and changed', async () => {
			const before = Date.now() - 1000;

			const [item] = succeeded(await runUpdate({ updateFields: { name: 'renamed' } }));

			expect(item!.json.createdAt).toBe('2024-01-01T00:00:00.000Z');
			expect(Date.parse(item!.json.updatedAt as string)).toBeGreaterThanOrEqual(before);
		});

		test('takes the request id from the body', async () => {
			const { simulator, update } = subject();
			const answer = {
				status: 200,
				headers: { 'x-request-id': 'from-header' },
				body: { request_id: 'from-body', data: { id: GOOGLE_ID, name: 'google', created_at: 1, updated_at: 1 } },
			};
			simulator.server.plan({ when: update.isChange, answer });

			const [item] = succeeded(await runUpdate({ updateFields: { name: 'google' } }));

			expect(item!.json.meta).toMatchObject({ requestId: 'from-body' });
		});
	});

	describe('verification', () => {
		const secret = { credentialDataKind: 'connector', ...oauthClient };
		const rename = { updateFields: { name: 'renamed' } };
		const answered = (name?: string) => ({
			status: 200,
			body: { request_id: 'r', data: { id: GOOGLE_ID, name, created_at: 1, updated_at: 1 } },
		});

		test.each([
			{ what: 'a name that the answer shows is verified', parameters: rename, name: 'renamed', verification: 'verified' },
			{ what: 'a name that the answer leaves out is accepted', parameters: rename, name: undefined, verification: 'accepted' },
			{ what: 'a secret is accepted', parameters: secret, name: 'google', verification: 'accepted' },
			{ what: 'a secret is accepted beside a verified name', parameters: { ...secret, ...rename }, name: 'renamed', verification: 'accepted' },
		])('$what', async ({ parameters, name, verification }) => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: update.isChange, answer: answered(name) });

			const [item] = succeeded(await runUpdate(parameters));

			expect(item!.json.verification).toBe(verification);
		});

		test.each([
			{ what: 'alone', parameters: rename },
			{ what: 'beside a secret', parameters: { ...secret, ...rename } },
		])('another name than was sent, $what, fails the item as applied', async ({ parameters }) => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: update.isChange, answer: answered('other') });

			const error = onlyError(await runUpdate(parameters));

			expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', stage: 'answer' });
		});
	});

	describe('refuses, with nothing sent,', () => {
		const nothing = '={{ $json.nothing }}';
		const missing = '={{ $json.absent }}';
		const serviceAccount = { credentialDataKind: 'serviceAccount' };
		const adminConsent = { ...updateOf(MICROSOFT_ID, 'microsoft'), credentialDataKind: 'adminConsent' };

		test.each<{ what: string; parameters: INodeParameters; message: string | RegExp }>([
			{ what: 'an unknown provider', parameters: updateOf(GOOGLE_ID, '={{ "gmail" }}'), message: '“Provider” must be one of' },
			{ what: 'a provider with a path in it', parameters: updateOf(GOOGLE_ID, '={{ "google/../zoom" }}'), message: '“Provider” must be one of' },
			{ what: 'no provider', parameters: updateOf(GOOGLE_ID, missing), message: '“Provider” is empty' },
			{ what: 'an empty name', parameters: { updateFields: { name: '' } }, message: '“Name” is empty' },
			{
				what: 'a name whose expression yields nothing, beside a secret',
				parameters: { credentialDataKind: 'connector', ...oauthClient, updateFields: { name: missing } },
				message: '“Name” is empty',
			},
			{
				what: 'a connector without its secret',
				parameters: { credentialDataKind: 'connector', clientId: 'id', clientSecret: missing },
				message: /Fill in “Client Secret”, or .* would be lost/,
			},
			{
				what: 'a connector with nothing',
				parameters: { credentialDataKind: 'connector', clientId: nothing, clientSecret: nothing },
				message: 'Fill in “Client ID” and “Client Secret”, or',
			},
			{
				what: 'a secret that is no text',
				parameters: { credentialDataKind: 'connector', clientId: 'id', clientSecret: '={{ $json.key }}' },
				message: '“Client Secret” must be text',
			},
			{
				what: 'half a service account',
				parameters: { ...serviceAccount, privateKey: PEM },
				message: /Fill in “Private Key ID” and “Client Email”, or .* would be lost/,
			},
			{
				what: 'an empty service account',
				parameters: serviceAccount,
				message: 'Fill in “Private Key ID”, “Private Key” and “Client Email”, or',
			},
			{
				what: 'a service account given twice',
				parameters: { ...serviceAccount, ...keyFields, credentialDataJson: JSON.stringify(KEY_FILE) },
				message: '“Private Key ID”, “Private Key” and “Client Email” are filled in as well',
			},
			{
				what: 'a service account given twice in part',
				parameters: { ...serviceAccount, clientEmail: 'a@b', credentialDataJson: JSON.stringify(KEY_FILE) },
				message: '“Client Email” is filled in as well',
			},
			{
				what: 'a key file without its key',
				parameters: { ...serviceAccount, credentialDataJson: JSON.stringify({ ...KEY_FILE, private_key: ' ', client_email: 7 }) },
				message: '“Service Account Key (JSON)” has no text under private_key, client_email',
			},
			{
				what: 'a key file that is no JSON',
				parameters: { ...serviceAccount, credentialDataJson: PEM },
				message: '“Service Account Key (JSON)” is not valid JSON',
			},
			{
				what: 'a service account for another provider',
				parameters: { ...updateOf(MICROSOFT_ID, 'microsoft'), ...serviceAccount, ...keyFields },
				message: '“Service Account” under “Credential Data” is for the provider Google only',
			},
			{
				what: 'an admin consent for another provider',
				parameters: { ...updateOf(GOOGLE_ID), credentialDataKind: 'adminConsent', ...oauthClient },
				message: '“Admin Consent” under “Credential Data” is for the provider Microsoft only',
			},
			{
				what: 'an admin consent without its secret',
				parameters: { ...adminConsent, clientId: 'id', clientSecret: missing, tenant: 'contoso' },
				message: 'Fill in “Client Secret”, or',
			},
			{
				what: 'a tenant whose expression yields nothing',
				parameters: { ...adminConsent, ...oauthClient, tenant: missing },
				message: '“Tenant” has an expression that yields nothing',
			},
			{
				what: 'JSON whose expression yields nothing',
				parameters: { credentialDataKind: 'json', credentialDataJson: missing },
				message: '“Credential Data (JSON)” is empty',
			},
			{
				what: 'an empty JSON object',
				parameters: { credentialDataKind: 'json', credentialDataJson: '{}' },
				message: '“Credential Data (JSON)” is empty',
			},
			{
				what: 'JSON that is a list',
				parameters: { credentialDataKind: 'json', credentialDataJson: '["canary"]' },
				message: '“Credential Data (JSON)” must be a JSON object',
			},
			{
				what: 'broken JSON',
				parameters: { credentialDataKind: 'json', credentialDataJson: '{"client_secret": "canary' },
				message: '“Credential Data (JSON)” is not valid JSON',
			},
			{
				what: 'a number that JSON parsing rounds',
				parameters: { credentialDataKind: 'json', credentialDataJson: '{"a": [{"b": 12345678901234567890}]}' },
				message: '“Credential Data (JSON)” holds a number too large to be exact',
			},
		])('$what', async ({ parameters, message }) => {
			const { simulator } = subject();

			const error = onlyError(await runUpdate(parameters));

			expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
			expect(error.message).toMatch(message);
			expect(unknownNamesIn(error.message as string)).toEqual([]);
			expect(JSON.stringify(error)).not.toContain('canary');
			expect(simulator.server.requests).toHaveLength(0);
		});
	});

	describe('a refusal by Nylas', () => {
		test.each([
			[401, 'api.authentication_error', 'authentication', 'no'],
			[400, 'token.unauthorized_access', 'authentication', 'no'],
			[404, 'api.not_found_error', 'notFound', 'no'],
			[404, 'xyz.not_found_error', 'notFound', 'no'],
			[400, 'credential.not_found_error', 'notFound', 'no'],
			[423, 'api.resource_blocked', 'locked', 'no'],
			[429, 'api.rate_limit_error', 'rateLimited', 'no'],
			[429, 'nylas_rate_limit_exceeded', 'rateLimited', 'no'],
			[429, 'rate_limit_error', 'rateLimited', 'no'],
			[500, 'api.internal_error', 'vendorUnavailable', 'unknown'],
			[504, 'api.provider_error', 'vendorUnavailable', 'unknown'],
			[400, 'api.provider_error', 'vendorUnavailable', 'no'],
			[400, 'api.invalid_request_error', 'invalidInput', 'no'],
			[400, 'api.invalid_request_payload', 'invalidInput', 'no'],
			[400, 'bad_request', 'invalidInput', 'no'],
			[400, 'invalid_request_error', 'invalidInput', 'no'],
			// A general type stands beside any status, and these say more.
			...['api.invalid_request_error', 'api.invalid_request_payload', 'bad_request', 'invalid_request_error'].flatMap(
				(type): Array<[number, string, string, string]> => [
					[401, type, 'authentication', 'no'],
					[404, type, 'notFound', 'no'],
					[423, type, 'locked', 'no'],
					[429, type, 'rateLimited', 'no'],
				],
			),
			// The type counts, whatever the status.
			[418, 'api.resource_blocked', 'locked', 'no'],
			[418, 'api.rate_limit_error', 'rateLimited', 'no'],
			[418, 'nylas_rate_limit_exceeded', 'rateLimited', 'no'],
			[418, 'rate_limit_error', 'rateLimited', 'no'],
			[418, 'api.authentication_error', 'authentication', 'no'],
			[418, 'api.internal_error', 'vendorUnavailable', 'no'],
			[418, 'api.invalid_request_error', 'invalidInput', 'no'],
			[418, 'api.invalid_request_payload', 'invalidInput', 'no'],
			[418, 'bad_request', 'invalidInput', 'no'],
			[418, 'invalid_request_error', 'invalidInput', 'no'],
			[403, 'something.new', 'permission', 'no'],
			[503, 'something.new', 'vendorUnavailable', 'unknown'],
			[409, 'constructor', 'conflict', 'no'],
		])('%i %s is %s, applied: %s', async (status, type, code, applied) => {
			const { simulator, update, requests } = subject();
			const body = { request_id: 'req-1', error: { type, message: 'What Nylas says.' } };
			simulator.server.plan({ when: update.isChange, times: 9, answer: { status, body } });

			const error = onlyError(await runUpdate({ updateFields: { name: 'renamed' } }));

			expect(error).toMatchObject({
				code,
				applied,
				httpStatus: status,
				vendorCode: type,
				vendorMessage: 'What Nylas says.',
				requestId: 'req-1',
			});
			expect(requests()).toHaveLength(error.retryable ? MOST_ATTEMPTS : 1);
		});

		test.each([
			[{ error: 'invalid_grant', error_description: 'Bad key', code: 40 }, 'Nylas says no. invalid_grant Bad key 40'],
			[{ nested: { deep: ['here'] }, empty: '', none: null }, 'Nylas says no. here'],
			['only text', 'Nylas says no. only text'],
			[{ long: 'x'.repeat(301), short: 'short' }, 'Nylas says no. short'],
			[['a', 'b', 'c', 'd', 'e'], 'Nylas says no. a b c d'],
			[null, 'Nylas says no.'],
		])('tells the short texts of the provider’s own answer %j', async (providerError, expected) => {
			const { simulator, update } = subject();
			const body = {
				request_id: 'r',
				error: { type: 'api.provider_error', message: 'Nylas says no.', provider_error: providerError },
			};
			simulator.server.plan({ when: update.isChange, times: MOST_ATTEMPTS, answer: { status: 504, body } });

			const error = onlyError(await runUpdate({ updateFields: { name: 'renamed' } }));

			expect(error.vendorMessage).toBe(expected);
		});

		test.each([[null], [''], [[]], ['<html>Bad gateway</html>'], [{}], [{ error: null }], [{ error: [] }], [{ error: { type: 7 } }]])(
			'is told by its status when the body is %j',
			async (body) => {
				const { simulator, update } = subject();
				simulator.server.plan({ when: update.isChange, answer: { status: 404, headers: { 'x-fastly-id': 'f-1' }, body } });

				const error = onlyError(await runUpdate({ updateFields: { name: 'renamed' } }));

				expect(error).toMatchObject({ code: 'notFound', vendorMessage: null, requestId: 'f-1' });
			},
		);

		test('is a refusal with status 200, too', async () => {
			const { simulator, update } = subject();
			const body = { request_id: 'r', error: { type: 'api.invalid_request_error', message: 'No.' } };
			simulator.server.plan({ when: update.isChange, answer: { status: 200, body } });

			const error = onlyError(await runUpdate({ updateFields: { name: 'renamed' } }));

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', vendorMessage: 'No.' });
		});

		test.each([
			{ kind: 'connector', parameters: { credentialDataKind: 'connector', ...oauthClient }, echo: 'new-client-secret' },
			{ kind: 'serviceAccount', parameters: { credentialDataKind: 'serviceAccount', ...keyFields }, echo: PEM },
			{
				kind: 'a whole key file',
				parameters: { credentialDataKind: 'serviceAccount', credentialDataJson: JSON.stringify(KEY_FILE) },
				echo: PEM_BODY.slice(0, 64),
			},
			{
				kind: 'json',
				parameters: { credentialDataKind: 'json', credentialDataJson: '{"a": {"b": ["deep-secret"]}}' },
				echo: 'deep-secret',
			},
			{ kind: 'the node’s own key', parameters: { updateFields: { name: 'renamed' } }, echo: API_KEY },
		])('that echoes a secret is told without it: $kind', async ({ parameters, echo }) => {
			const { simulator, update } = subject();
			const error = { type: 'api.invalid_request_error', message: `Not good: ${echo}!`, provider_error: { got: echo } };
			simulator.server.plan({ when: update.isChange, answer: { status: 400, body: { request_id: echo, error } } });

			const told = onlyError(await runUpdate(parameters));

			expect(told.vendorMessage).toBe('Not good: [redacted]! [redacted]');
			expect(JSON.stringify(told)).not.toContain(JSON.stringify(echo).slice(1, -1));
		});

		test('keeps the public words of a key file readable', async () => {
			const { simulator, update } = subject();
			const error = { type: 'bad_request', message: 'This is a service_account of my-project.' };
			simulator.server.plan({ when: update.isChange, answer: { status: 400, body: { request_id: 'r', error } } });

			const told = onlyError(
				await runUpdate({ credentialDataKind: 'serviceAccount', credentialDataJson: JSON.stringify(KEY_FILE) }),
			);

			expect(told.vendorMessage).toBe('This is a service_account of my-project.');
		});

		test.each(['api.authentication_error', 'token.unauthorized_access'] as const)(
			'of the API key (%s) is sent once, and names key and region',
			async (badKeyAnswer) => {
				const { simulator, run, update, requests } = subject();
				simulator.state.badKeyAnswer = badKeyAnswer;
				const credentials = storeOf({ nylasApi: { ...simulator.credentials.nylasApi, apiKey: 'unknown-key' } });

				const error = onlyError(
					await run([{ json: {} }], { parameters: update.example.parameters, credentials, settings: ERROR_OUTPUT }),
				);

				expect(error).toMatchObject({ code: 'authentication', vendorCode: badKeyAnswer, applied: 'no' });
				expect(error.hint).toMatch(/API key.*region/);
				expect(requests()).toHaveLength(1);
			},
		);

		test('of the API key is sent once for all items, with the type that its API description shows', async () => {
			const { simulator, run, update, requests } = subject();
			const body = { request_id: 'r', error: { type: 'invalid_request_error', message: 'Unauthorized' } };
			simulator.server.plan({ when: () => true, times: Infinity, answer: { status: 401, body } });
			const items = Array.from({ length: 20 }, () => ({ json: {} }));

			const failures = failed(await run(items, { parameters: update.example.parameters, settings: ERROR_OUTPUT }));

			expect(failures.map(({ json }) => (json.error as IDataObject).code)).toEqual(Array(20).fill('authentication'));
			expect(requests()).toHaveLength(1);
		});

		test('of a name that another credential has', async () => {
			const error = onlyError(await runUpdate({ updateFields: { name: 'Google sandbox' } }));

			expect(error).toMatchObject({ code: 'invalidInput', vendorMessage: 'name must be unique' });
			expect(error.hint).toContain('no other credential');
		});

		test('of JSON that lacks what the reference asks for', async () => {
			const error = onlyError(await runUpdate({ credentialDataKind: 'json', credentialDataJson: '{"client_id": "a-client-id"}' }));

			expect(error).toMatchObject({ code: 'invalidInput', vendorMessage: 'credential_data is incomplete', applied: 'no' });
		});

		test('of a credential that belongs to another provider', async () => {
			const error = onlyError(await runUpdate({ ...updateOf(MICROSOFT_ID, 'google'), updateFields: { name: 'renamed' } }));

			expect(error).toMatchObject({ code: 'notFound', id: MICROSOFT_ID });
			expect(error.hint).toContain('“Provider”');
		});
	});

	test.each([[null], [''], [[]], ['<html>'], [{}], [{ data: null }], [{ data: [] }], [{ request_id: 'r', data: {} }]])(
		'an answer of 200 with the body %j is a clean failed item, applied: unknown',
		async (body) => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: update.isChange, answer: { status: 200, body } });

			const error = onlyError(await runUpdate({ updateFields: { name: 'renamed' } }));

			expect(error).toMatchObject({ code: 'unexpectedResponse', stage: 'answer', applied: 'unknown', id: GOOGLE_ID });
		},
	);

	test('each kind knows its fields and its secrets', () => {
		const read = (values: Record<string, unknown>) => updateOperation.read(parametersFrom(values));

		expect(read({ credentialDataKind: 'connector', ...oauthClient })).toMatchObject({
			changed: ['credential_data.client_id', 'credential_data.client_secret'],
			secrets: ['new-client-secret'],
		});
		expect(read({ credentialDataKind: 'serviceAccount', ...keyFields }).secrets).toEqual([KEY_FILE.private_key_id, PEM]);
		expect(read({ credentialDataKind: 'serviceAccount', credentialDataJson: KEY_FILE }).secrets).toEqual([
			KEY_FILE.private_key_id,
			PEM,
		]);
		expect(read({ credentialDataKind: 'json', credentialDataJson: { a: 'x', b: [1, { c: 'y' }] } }).secrets).toEqual([
			'x',
			'1',
			'y',
		]);
		expect(() => read({ credentialDataKind: 'constructor' })).toThrow('“Credential Data” has a value that this node does not know');
		expect(() => read({ credentialId: '..', updateFields: { name: 'n' } })).toThrow('cannot be used as an ID');
	});

	describe('Create', () => {
		const client = { client_id: 'new-client-id', client_secret: 'new-client-secret' };
		const createOf = (more: INodeParameters, provider = 'google') => ({
			...operationOf('create', provider),
			name: 'a new one',
			credentialDataKind: 'connector',
			...more,
		});
		const runCreate = async (more: INodeParameters = oauthClient, provider?: string) =>
			await subject().run([{ json: { nothing: null, key: KEY_FILE } }], {
				parameters: createOf(more, provider),
				settings: ERROR_OUTPUT,
			});
		const store = (credential: Partial<StoredCredential>) => {
			const { simulator } = subject();
			const given = { ...simulator.state.credentials.get(GOOGLE_ID)!, ...credential };
			simulator.state.credentials.set(given.id, given);
		};
		const identical = (name = 'a new one') => store({ id: 'the-old-one', name, data: client });

		test.each<{ what: string; provider?: string; parameters: INodeParameters; type: string; data: object }>([
			{ what: 'a connector override', parameters: oauthClient, type: 'connector', data: client },
			{
				what: 'a connector override of any provider',
				provider: 'zoom',
				parameters: oauthClient,
				type: 'connector',
				data: client,
			},
			{
				what: 'a service account by its fields',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields, privateKey: PEM_IN_ONE_LINE },
				type: 'serviceaccount',
				data: { private_key_id: KEY_FILE.private_key_id, private_key: PEM, client_email: KEY_FILE.client_email },
			},
			{
				what: 'a service account by its whole key file',
				parameters: { credentialDataKind: 'serviceAccount', credentialDataJson: '={{ $json.key }}' },
				type: 'serviceaccount',
				data: KEY_FILE,
			},
			{
				what: 'an admin consent that falls back to the connector’s client',
				provider: 'microsoft',
				parameters: { credentialDataKind: 'adminConsent', tenant: 'contoso' },
				type: 'adminconsent',
				data: { tenant: 'contoso' },
			},
			{
				what: 'an admin consent with a client of its own',
				provider: 'microsoft',
				parameters: { credentialDataKind: 'adminConsent', tenant: 'contoso', ...oauthClient },
				type: 'adminconsent',
				data: { ...client, tenant: 'contoso' },
			},
			{
				what: 'JSON as it is given, of the type that the user says',
				provider: 'microsoft',
				parameters: {
					credentialDataKind: 'json',
					credentialType: 'adminconsent',
					credentialDataJson: '{"tenant": "contoso", "x509_Key": {"a": [1]}}',
				},
				type: 'adminconsent',
				data: { tenant: 'contoso', x509_Key: { a: [1] } },
			},
		])('sends $what', async ({ provider, parameters, type, data }) => {
			const [item] = succeeded(await runCreate(parameters, provider));

			const [request] = subject().requests();
			expect(request).toMatchObject({ method: 'POST', target: `/v3/connectors/${provider ?? 'google'}/creds` });
			expect(JSON.parse(request!.text)).toEqual({ name: 'a new one', credential_type: type, credential_data: data });
			expect(stored(item!.json.id as string)).toMatchObject({ type, data });
			expect(item!.json).toMatchObject({
				outcome: 'created',
				name: 'a new one',
				parentId: provider ?? 'google',
				verification: 'accepted',
				changed: ['name', 'credential_type', ...Object.keys(data).map((key) => `credential_data.${key}`)],
			});
		});

		test.each<{ what: string; provider?: string; parameters: INodeParameters; message: string | RegExp }>([
			{ what: 'no name', parameters: { ...oauthClient, name: '={{ "" }}' }, message: '“Name” is empty' },
			{ what: 'a name that is not there', parameters: { ...oauthClient, name: '={{ $json.absent }}' }, message: '“Name” is empty' },
			{ what: 'to keep what is not stored yet', parameters: { credentialDataKind: 'keep' }, message: /“Keep”.*for updates only/ },
			{
				what: 'a connector without its secret',
				parameters: { clientId: 'id', clientSecret: '={{ $json.nothing }}' },
				message: /Fill in “Client Secret”, or .* only with all of its data/,
			},
			{
				what: 'half a service account',
				parameters: { credentialDataKind: 'serviceAccount', privateKey: PEM },
				message: /Fill in “Private Key ID” and “Client Email”, or .* only with all/,
			},
			{
				what: 'a service account for another provider',
				provider: 'microsoft',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields },
				message: 'is for the provider Google only',
			},
			{
				what: 'an admin consent without a tenant',
				provider: 'microsoft',
				parameters: { credentialDataKind: 'adminConsent', ...oauthClient, tenant: '={{ $json.nothing }}' },
				message: '“Tenant” is empty',
			},
			{
				what: 'an admin consent with half a client',
				provider: 'microsoft',
				parameters: { credentialDataKind: 'adminConsent', tenant: 'contoso', clientId: 'id' },
				message: /Fill in “Client Secret”, .*or leave both empty/,
			},
			{
				what: 'an admin consent whose client is lost in its expressions',
				provider: 'microsoft',
				parameters: {
					credentialDataKind: 'adminConsent',
					tenant: 'contoso',
					clientId: '={{ $json.nothing }}',
					clientSecret: '={{ "" }}',
				},
				message: 'Fill in “Client ID” and “Client Secret”',
			},
			{
				what: 'JSON of an unknown type',
				parameters: { credentialDataKind: 'json', credentialType: '={{ "oauth" }}', credentialDataJson: '{"a": "b"}' },
				message: '“Credential Type” must be one of adminconsent, connector, serviceaccount',
			},
			{
				what: 'an empty JSON object',
				parameters: { credentialDataKind: 'json', credentialDataJson: '{}' },
				message: /“Credential Data \(JSON\)” is empty.*only with all of its data/,
			},
		])('refuses, with nothing sent, $what', async ({ provider, parameters, message }) => {
			const error = onlyError(await runCreate(parameters, provider));

			expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
			expect(error.message).toMatch(message);
			expect(unknownNamesIn(error.message as string)).toEqual([]);
			expect(subject().simulator.server.requests).toHaveLength(0);
		});

		describe('of what Nylas has already', () => {
			test.each([
				[201, 0],
				[200, 0],
				[201, 3_600_000],
				[201, -3_600_000],
			] as const)('is unchanged, answered with %i by a clock that is %i ms ahead', async (existingStatus, clockAheadMs) => {
				const { simulator, requests } = subject();
				Object.assign(simulator.state, { existingStatus, clockAheadMs });
				identical();

				const [item] = succeeded(await runCreate());

				expect(item!.json).toMatchObject({
					outcome: 'unchanged',
					id: 'the-old-one',
					name: 'a new one',
					verification: 'accepted',
					verificationDetail: { detail: expect.not.stringContaining('its own name') as string },
				});
				expect(requests()).toHaveLength(1);
			});

			test('says so also without Verify', async () => {
				identical();

				const [item] = succeeded(await runCreate({ ...oauthClient, options: { verify: false } }));

				expect(item!.json).toMatchObject({ outcome: 'unchanged', verification: 'skipped', message: expect.stringContaining('created none') as string });
			});

			test('under another name is unchanged, and says that nothing was renamed', async () => {
				identical('its old name');

				const [item] = succeeded(await runCreate());

				expect(item!.json).toMatchObject({
					outcome: 'unchanged',
					id: 'the-old-one',
					name: 'its old name',
					verification: 'accepted',
					verificationDetail: { detail: expect.stringContaining('keeps its own name') as string },
				});
			});

			test.each([true, false])('under another name in the same run is unchanged, with Verify %p', async (verify) => {
				const { run, resource } = subject();
				const names = ['one name', 'another name'];

				const result = await run(names.map((name) => ({ json: { name } })), {
					parameters: { ...resource.create('={{ $json.name }}', 'one-secret-of-both'), options: { verify, maxConcurrency: 1 } },
					settings: ERROR_OUTPUT,
				});

				const [first, second] = succeeded(result).map(({ json }) => json);
				expect(first).toMatchObject({ outcome: 'created', name: 'one name' });
				expect(second).toMatchObject({ outcome: 'unchanged', id: first!.id, name: 'one name', verification: verify ? 'accepted' : 'skipped' });
				expect(second!.message).toContain('created none');
			});

			test('is created all the same when Nylas does not take another name for identical', async () => {
				subject().simulator.state.identicalDespiteName = false;
				identical('its old name');

				const [item] = succeeded(await runCreate());

				expect(item!.json).toMatchObject({ outcome: 'created', name: 'a new one' });
				expect(item!.json.id).not.toBe('the-old-one');
			});

			test('in its name alone is refused, and says what to mend', async () => {
				store({ id: 'another', name: 'a new one', data: { ...client, client_secret: 'another' } });

				const error = onlyError(await runCreate());

				expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', vendorMessage: 'name must be unique' });
				expect(error.hint).toContain('no other credential');
			});
		});

		test.each([3_600_000, -3_600_000])('of a new one is created, by a clock that is %i ms ahead', async (clockAheadMs) => {
			subject().simulator.state.clockAheadMs = clockAheadMs;

			const [item] = succeeded(await runCreate());

			expect(item!.json).toMatchObject({
				outcome: 'created',
				verification: 'accepted',
				message: 'Nylas has taken the credential data and never returns it, so only its use can prove the change.',
			});
		});

		test('says that it cannot tell new from old when the answer has no date', async () => {
			const { simulator, resource } = subject();
			identical();
			simulator.server.plan({
				when: resource.isCreate,
				afterHandling: true,
				answer: (_request, handled) => ({ ...handled!, headers: { ...handled!.headers, date: '' } }),
			});

			const [item] = succeeded(await runCreate());

			expect(item!.json).toMatchObject({ outcome: 'created', id: 'the-old-one' });
			expect(item!.json.message).toContain('the answer does not tell');
		});

		test.each<[created: unknown, tookMs: number | undefined, expected: boolean | null]>([
			[1_700_000_000, 0, false],
			[1_699_999_998, 0, false],
			[1_699_999_997, 0, true],
			[1_699_999_990, 10_000, false],
			[1_699_999_987, 10_000, true],
			['2023-11-14T22:13:10Z', 0, true],
			[undefined, 0, null],
			['soon', 0, null],
			[1_699_999_990, undefined, null],
		])('takes one of %p, answered after %p ms at 1700000000, for an old one: %p', (createdAt, tookMs, expected) => {
			const headers = { date: new Date(1_700_000_000_000).toUTCString() };

			expect(wasThereBefore(createdAt, { status: 201, headers, body: null, tookMs })).toBe(expected);
		});

		test('that comes back under another name than was sent fails the item as applied', async () => {
			const { simulator, resource, waits } = subject();
			const data = { id: 'new', name: 'other', created_at: Math.floor(waits.epoch() / 1000), updated_at: 1 };
			simulator.server.plan({ when: resource.isCreate, answer: { status: 201, body: { request_id: 'r', data } } });

			const error = onlyError(await runCreate());

			expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', stage: 'answer' });
		});

		test.each(NOT_FOUND)('answered with %i %s asks for the connector', async (status, type) => {
			subject().simulator.server.plan({ when: () => true, times: Infinity, answer: { status, body: notFoundBody(type) } });

			expect(onlyError(await runCreate(oauthClient, 'zoom'))).toMatchObject({ code: 'parentNotFound', applied: 'no', vendorCode: type });
		});

		test('for a provider without a connector asks for the connector', async () => {
			subject().simulator.state.connectors.delete('zoom');

			const error = onlyError(await runCreate(oauthClient, 'zoom'));

			expect(error).toMatchObject({ code: 'parentNotFound', applied: 'no' });
			expect(error.hint).toContain('Create the connector');
		});
	});

	describe('Get', () => {
		test('shows name, provider and times, and asks for nothing else', async () => {
			const { run, requests } = subject();

			const [item] = succeeded(await run([{ json: {} }], { parameters: operationOf('get', 'zoom', ZOOM_ID) }));

			expect(requests().map(({ method, target }) => [method, target])).toEqual([
				['GET', `/v3/connectors/zoom/creds/${ZOOM_ID}`],
			]);
			expect(item!.json).toMatchObject({ id: ZOOM_ID, name: 'Zoom app', type: null, parentId: 'zoom', attributes: {} });
			expect(item!.json.createdAt).toBe(item!.json.updatedAt);
		});

		test('does not find a credential under another provider, and says where to look', async () => {
			const { run } = subject();

			const error = onlyError(
				await run([{ json: {} }], { parameters: operationOf('get', 'google', ZOOM_ID), settings: ERROR_OUTPUT }),
			);

			expect(error).toMatchObject({ code: 'notFound', id: ZOOM_ID });
			expect(error.hint).toContain('“Provider”');
		});

		test('hides, in raw output, the secrets that Nylas’s clients know of', async () => {
			const { run, simulator } = subject();
			const data = { id: ZOOM_ID, name: 'Zoom app', hashed_data: 'a-hash', credential_data: { client_id: 'an-id' } };
			simulator.server.plan({ answer: { status: 200, body: { request_id: 'r', data } } });

			const [item] = succeeded(
				await run([{ json: {} }], { parameters: operationOf('get', 'zoom', ZOOM_ID), options: { output: 'raw' } }),
			);

			expect(item!.json.raw).toEqual({
				request_id: 'r',
				data: { id: ZOOM_ID, name: 'Zoom app', hashed_data: '[redacted]', credential_data: { client_id: '[redacted]' } },
			});
		});
	});

	describe('Get Many', () => {
		const runList = async (more: INodeParameters = {}, provider?: string) =>
			await subject().run([{ json: {} }], {
				parameters: { ...operationOf('getAll', provider), returnAll: true, ...more },
				settings: ERROR_OUTPUT,
			});
		const names = async (more?: INodeParameters) => succeeded(await runList(more)).map(({ json }) => json.name);
		const queries = () => subject().requests().map(({ query }) => Object.fromEntries(query));
		/** The minute at which the seeded credential with this index was created and last changed. */
		const minute = (index: number) => new Date(Date.UTC(2024, 0, 1, 0, index)).toISOString();
		const seeded = (count: number) => Array.from({ length: count }, (_, index) => `Seeded ${index}`);

		test('lists the oldest first, and no more than is wanted', async () => {
			subject().resource.seed(60);

			expect(await names({ returnAll: false, limit: 7 })).toEqual(seeded(7));
			expect(queries()).toEqual([{ limit: '7', offset: '0', sort_by: 'created_at', order_by: 'asc' }]);
		});

		test('lists in the order that the options say', async () => {
			subject().resource.seed(3);
			stored(subject().resource.storedIds()[0]!).updatedAt = Date.UTC(2025, 0, 1) / 1000;

			const sorted = await names({ options: { sortBy: 'updated_at', orderBy: 'desc' } });

			expect(sorted).toEqual(['Seeded 0', 'Seeded 2', 'Seeded 1']);
		});

		test('ends at the first credential that was changed too late', async () => {
			subject().resource.seed(200);

			expect(await names({ filters: { notChangedSince: minute(70) } })).toEqual(seeded(70));
			expect(queries()).toEqual([
				{ limit: '50', offset: '0', sort_by: 'updated_at', order_by: 'asc' },
				{ limit: '50', offset: '49', sort_by: 'updated_at', order_by: 'asc' },
			]);
		});

		test('takes no more than the limit of those that were not changed', async () => {
			subject().resource.seed(60);

			const found = await names({ filters: { notChangedSince: minute(20) }, returnAll: false, limit: 8 });

			expect(found).toEqual(seeded(8));
			expect(queries()).toEqual([expect.objectContaining({ limit: '8' })]);
		});

		test('looks on for those that were not changed when they are sorted otherwise', async () => {
			subject().resource.seed(120);
			const filters = { notChangedSince: minute(20) };

			const found = await names({ filters, options: { orderBy: 'desc' }, returnAll: false, limit: 8 });

			expect(found).toEqual(seeded(20).reverse().slice(0, 8));
			expect(queries().map(({ limit, offset }) => [limit, offset])).toEqual([
				['50', '0'],
				['50', '49'],
				['50', '98'],
			]);
		});

		test('counts a rename as a change', async () => {
			const { resource, run } = subject();
			resource.seed(3);
			const [, second] = resource.storedIds();
			await run([{ json: {} }], { parameters: { ...updateOf(second!), updateFields: { name: 'renamed' } } });

			expect(await names({ filters: { notChangedSince: minute(10) } })).toEqual(['Seeded 0', 'Seeded 2']);
		});

		test('reads a time without an offset in the time zone of the workflow', () => {
			const parameters = parametersFrom({ filters: { notChangedSince: '2024-06-01T12:00:00' }, returnAll: true });

			const { notChangedSince } = listOperation.read({ ...parameters, timezone: 'Europe/Berlin' });

			expect(notChangedSince).toBe(Date.UTC(2024, 5, 1, 10));
		});

		test('does not leave out a credential whose age is not told: it fails, and names the reason', async () => {
			const data = [{ id: 'a', name: 'A', created_at: 1 }];
			subject().simulator.server.plan({ answer: { status: 200, body: { request_id: 'r', data, limit: 50, offset: 0 } } });

			const error = onlyError(await runList({ filters: { notChangedSince: minute(1) }, options: { orderBy: 'desc' } }));

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'no', httpStatus: 200 });
			expect(error.message).toContain('when a credential was changed');
		});

		test('reads on when Nylas gives fewer at once than were asked for', async () => {
			subject().resource.seed(7);
			subject().simulator.state.mostPerPage = 3;

			expect(await names()).toEqual(seeded(7));
			expect(queries().map(({ offset }) => offset)).toEqual(['0', '2', '4', '6']);
		});

		test.each([undefined, '3'])('reads on when the answer states the limit %p', async (limit) => {
			const { simulator } = subject();
			const data = ['A', 'B', 'C', 'D', 'E'].map((name) => ({ id: name.toLowerCase(), name }));
			for (const offset of [0, 2, 4]) simulator.server.plan({ answer: { status: 200, body: { data: data.slice(offset, offset + 3), limit, offset } } });

			expect(await names()).toEqual(['A', 'B', 'C', 'D', 'E']);
			expect(queries().map(({ offset }) => offset)).toEqual(['0', '2', '4']);
		});

		test('does not go round for ever with a server that knows no offset', async () => {
			const { simulator } = subject();
			const data = [{ id: 'a', name: 'A' }];
			simulator.server.plan({ times: 10, answer: { status: 200, body: { data, limit: 1, offset: 0 } } });

			const error = onlyError(await runList());

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
			expect(queries()).toHaveLength(2);
		});

		test.each(NOT_FOUND)('answered with %i %s asks for the connector, in a picker as well', async (status, type) => {
			subject().simulator.server.plan({ when: () => true, times: Infinity, answer: { status, body: notFoundBody(type) } });

			expect(onlyError(await runList({}, 'zoom'))).toMatchObject({ code: 'parentNotFound', vendorCode: type });
			await expect(loadList(subject(), 'searchCredentials', { parameters: operationOf('get', 'zoom', ZOOM_ID) })).rejects.toThrow(/Create the connector/);
		});

		test('for a provider without a connector asks for the connector', async () => {
			subject().simulator.state.connectors.delete('zoom');

			const error = onlyError(await runList({}, 'zoom'));

			expect(error).toMatchObject({ code: 'parentNotFound', vendorCode: 'api.not_found_error' });
			expect(error.hint).toContain('Create the connector');
		});

		test.each<[string, INodeParameters]>([
			['Not Changed Since', { filters: { notChangedSince: '' } }],
			['Not Changed Since', { filters: { notChangedSince: '={{ $json.absent }}' } }],
			['Not Changed Since', { filters: { notChangedSince: 'last year' } }],
			['Sort By', { options: { sortBy: '={{ "name" }}' } }],
			['Sort Order', { options: { orderBy: '={{ $json.absent }}' } }],
			['Provider', { provider: '={{ "gmail" }}' }],
		])('refuses a useless “%s” before anything is sent', async (label, parameters) => {
			const error = onlyError(await runList(parameters));

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(error.message).toContain(`“${label}”`);
			expect(subject().simulator.server.requests).toHaveLength(0);
		});
	});

	describe('Delete', () => {
		const runDelete = async (provider = 'google', id: string = GOOGLE_ID) =>
			await subject().run([{ json: {} }], { parameters: operationOf('delete', provider, id), settings: ERROR_OUTPUT });

		test('tells the provider and the id of the request', async () => {
			const { simulator, requests } = subject();
			simulator.server.plan({ answer: { status: 200, body: { request_id: 'from-body' } } });

			const [item] = succeeded(await runDelete());

			expect(requests().map(({ method, target, text }) => [method, target, text])).toEqual([
				['DELETE', `/v3/connectors/google/creds/${GOOGLE_ID}`, ''],
			]);
			expect(item!.json).toMatchObject({ outcome: 'deleted', parentId: 'google', meta: { requestId: 'from-body' } });
		});

		test('of a connector’s default is refused, and says how to make another the default', async () => {
			const { simulator, resource } = subject();
			simulator.state.activeCredentials.set('google', GOOGLE_ID);

			const error = onlyError(await runDelete());

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', httpStatus: 400 });
			expect(error.hint).toMatch(/make another credential the connector’s default first/);
			expect(resource.storedIds()).toContain(GOOGLE_ID);
		});

		test.each([400, 409, 423])('refused with %i says how to make another the default', async (status) => {
			subject().simulator.server.plan({ answer: { status, body: { error: { type: 'not_published', message: 'No.' } } } });

			expect(onlyError(await runDelete()).hint).toMatch(/make another credential the connector’s default first/);
		});

		test('of another provider’s credential deletes nothing', async () => {
			const error = onlyError(await runDelete('google', ZOOM_ID));

			expect(error).toMatchObject({ code: 'notFound', applied: 'no' });
			expect(stored(ZOOM_ID)).toBeDefined();
		});

		test.each([[undefined], [null], ['<html>'], [[]], [{ signIn: 'first' }]])('answered with 200 and %j is not taken for done', async (body) => {
			subject().simulator.server.plan({ answer: { status: 200, body } });

			const error = onlyError(await runDelete());

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', id: GOOGLE_ID });
		});

		test.each([{ status: 204 }, { status: 200, body: {} }])('answered with %j is done', async (answer) => {
			subject().simulator.server.plan({ answer });

			const [item] = succeeded(await runDelete());

			expect(item!.json).toMatchObject({ outcome: 'deleted', deleted: true, id: GOOGLE_ID });
		});
	});

	describe('the list of credentials', () => {
		const search = async (
			{ provider = 'google', apiKey = API_KEY, ...page }: { filter?: string; page?: string; provider?: string; apiKey?: string } = {},
		) =>
			await loadList(subject(), 'searchCredentials', {
				...page,
				parameters: updateOf(GOOGLE_ID, provider),
				credentials: storeOf({ nylasApi: { ...subject().simulator.credentials.nylasApi, apiKey } }),
			});

		test('comes in pages, the last changed first, until one is not full', async () => {
			const { requests } = subject();

			const first = await search();
			const second = await search({ page: first.paginationToken as string });

			expect(requests().map(({ target }) => target)).toEqual([
				'/v3/connectors/google/creds?limit=50&offset=0&sort_by=updated_at&order_by=desc',
				'/v3/connectors/google/creds?limit=50&offset=49&sort_by=updated_at&order_by=desc',
			]);
			expect(first.results).toHaveLength(50);
			expect(first.results[0]).toEqual({
				name: 'Customer 55 (changed 2024-02-29)',
				value: '00000000-0000-4000-8000-000000000055',
			});
			expect(second.results).toHaveLength(10);
			expect(second.results.at(-1)).toEqual({ name: 'google (changed 2024-01-01)', value: GOOGLE_ID });
			expect(second.paginationToken).toBeUndefined();
		});

		test('is filtered by name or ID', async () => {
			const byName = await search({ filter: 'BULK', page: '50' });
			const byId = await search({ filter: GOOGLE_ID.slice(0, 8), page: '50' });

			expect(byName.results.map(({ value }) => value)).toEqual([GOOGLE_IDS[1]]);
			expect(byId.results.map(({ value }) => value)).toEqual([GOOGLE_ID]);
		});

		test('gives up a search after ten pages without a match, and offers to go on', async () => {
			const { simulator, requests } = subject();
			const data = Array.from({ length: 50 }, (_, index) => ({ id: `id-${index}`, name: 'not it' }));
			simulator.server.plan({ times: 100, answer: { status: 200, body: { data } } });

			const { results, paginationToken } = await search({ filter: 'wanted' });

			expect(results).toEqual([]);
			expect(requests()).toHaveLength(10);
			expect(paginationToken).toBe('490 id-49');
		});

		test('is that of the chosen provider', async () => {
			const { results } = await search({ provider: 'zoom' });

			expect(results.map(({ value }) => value)).toEqual([ZOOM_ID]);
		});

		test.each(['', '={{ $json.provider }}'])('cannot be loaded for the provider “%s”, and says what to do', async (provider) => {
			await expect(search({ provider })).rejects.toThrow(/“Provider” is a fixed value.*“By ID”/);

			expect(subject().simulator.server.requests).toHaveLength(0);
		});

		test('tells a refused key in plain words', async () => {
			await expect(search({ apiKey: 'unknown-key' })).rejects.toThrow(/did not accept.*Check the API key/);
		});

		test('goes on when Nylas lowers the limit', async () => {
			const { simulator } = subject();
			const data = [{ id: 'a', name: 'A', updated_at: 1714521600 }, { id: 'b' }];
			simulator.server.plan({ answer: { status: 200, body: { request_id: 'r', data, limit: 2, offset: 0 } } });

			const { results, paginationToken } = await search();

			expect(results).toEqual([
				{ name: 'A (changed 2024-05-01)', value: 'a' },
				{ name: 'b', value: 'b' },
			]);
			expect(paginationToken).toBe('1 b');
		});

		test.each([[{ data: [null, 'x', {}], limit: 50 }], [{ data: [], limit: 0 }], [{ data: [] }]])(
			'is empty when the answer is %j',
			async (body) => {
				subject().simulator.server.plan({ answer: { status: 200, body } });

				await expect(search()).resolves.toEqual({ results: [], paginationToken: undefined });
			},
		);

		test.each([[null], [''], ['<html>'], [[]], [{ data: null }]])('says so when the answer %j is no list', async (body) => {
			subject().simulator.server.plan({ answer: { status: 200, body } });

			await expect(search()).rejects.toThrow(/holds no list.*Check the base URL/);
		});

		test('asks for the connector when the provider has none', async () => {
			subject().simulator.state.connectors.delete('zoom');

			await expect(search({ provider: 'zoom' })).rejects.toThrow(/Create the connector at Nylas first/);
		});
	});

	describe('the credential', () => {
		test('passes its test with a good key, and fails it with another', async () => {
			const { simulator, requests } = subject();
			const good = simulator.credentials.nylasApi!;

			expect(await testCredential(subject(), good)).toMatchObject({ status: 200 });
			expect(await testCredential(subject(), { ...good, apiKey: 'unknown-key' })).toMatchObject({ status: 401 });
			expect(requests()[0]!.target).toBe('/v3/connectors?limit=1');
		});

		test.each([
			[{ region: 'us' }, 'https://api.us.nylas.com'],
			[{ region: 'us', baseUrl: 'https://elsewhere.example.com' }, 'https://api.us.nylas.com'],
			[{ region: 'eu' }, 'https://api.eu.nylas.com'],
			[{ region: 'custom', baseUrl: 'https://proxy.example.com/nylas/' }, 'https://proxy.example.com/nylas'],
		])('%j stands for %s, in requests as in its test', async (credentials, expected) => {
			const tested = await testRequest(credentialType, { apiKey: 'key', ...credentials });

			expect(nylasBaseUrl(credentials)).toBe(expected);
			expect(record.baseUrl(credentials)).toBe(expected);
			expect(`${tested.baseURL!.replace(/\/$/, '')}${tested.url}`).toBe(`${expected}/v3/connectors`);
			expect(tested.headers).toEqual({ Authorization: 'Bearer key' });
			expect(tested.disableFollowRedirect).toBe(true);
		});

		test.each([
			[{ region: 'asia' }, '“Region” of the credential must be'],
			[{ region: 'evil.example.com/' }, '“Region” of the credential must be'],
			[{ region: 'constructor' }, '“Region” of the credential must be'],
			[{ region: 'custom', baseUrl: 'http://proxy.example.com' }, 'must begin with https://'],
			[{ region: 'custom', baseUrl: '' }, 'is not a URL'],
		])('%j is refused, and its key sent nowhere', async (credentials, message) => {
			expect(() => nylasBaseUrl(credentials)).toThrow(message);
			await expect(testRequest(credentialType, { apiKey: 'key', ...credentials })).rejects.toThrow(message);
		});
	});

	/** An independent implementation, on the same server: what it sends is what the node should send. */
	describe('Nylas’s own client sends the same', () => {
		const credentials = () => nylasClient(subject().simulator);
		const compared = async (parameters: INodeParameters, requestBody: { name?: string; credentialData?: Record<string, string> }) => {
			const { changes } = subject();
			await credentials().update({
				provider: 'google' as never,
				credentialsId: GOOGLE_ID,
				requestBody,
			});
			await runUpdate(parameters);
			const [theirs, ours] = changes();
			return { theirs: theirs!, ours: ours! };
		};
		const head = ({ method, target, headers }: ReturnType<ReturnType<typeof subject>['changes']>[number]) => ({
			method,
			target,
			accept: headers.accept,
			authorization: headers.authorization,
			contentType: headers['content-type'],
		});

		test.each([
			{ what: 'a name', parameters: { updateFields: { name: 'renamed' } }, requestBody: { name: 'renamed' } },
			{
				what: 'a client',
				parameters: { credentialDataKind: 'connector', ...oauthClient },
				requestBody: { credentialData: { client_id: 'new-client-id', client_secret: 'new-client-secret' } },
			},
			{
				what: 'the three fields of a service account',
				parameters: { credentialDataKind: 'serviceAccount', ...keyFields },
				requestBody: { credentialData: keyFields },
			},
		])('for $what', async ({ parameters, requestBody }) => {
			const { theirs, ours } = await compared(parameters, requestBody);

			expect(head(ours)).toEqual(head(theirs));
			expect(JSON.parse(ours.text)).toEqual(JSON.parse(theirs.text));
		});

		test('for a whole key file, save for two keys that the client misspells', async () => {
			const { theirs, ours } = await compared(
				{ credentialDataKind: 'serviceAccount', credentialDataJson: JSON.stringify(KEY_FILE) },
				{ credentialData: KEY_FILE },
			);

			const sent = ({ text }: { text: string }) =>
				(JSON.parse(text) as { credential_data: Record<string, unknown> }).credential_data;
			const { auth_provider_x509_cert_url: authUrl, client_x509_cert_url: clientUrl, ...same } = sent(ours);
			expect(head(ours)).toEqual(head(theirs));
			// It turns every key into snake case, and takes the digits in these two for a word of their own.
			expect(sent(theirs)).toEqual({
				...same,
				auth_provider_x_509_cert_url: authUrl,
				client_x_509_cert_url: clientUrl,
			});
		});

		describe('and gets the same', () => {
			const ours = async (parameters: INodeParameters) =>
				succeeded(await subject().run([{ json: {} }], { parameters })).map(({ json }) => json);

			test('for a list', async () => {
				const { requests } = subject();

				const theirs = await credentials().list({ provider: 'google' as never, queryParams: { limit: 50, offset: 0 } });
				const listed = await ours({
					...operationOf('getAll'),
					returnAll: false,
					limit: 50,
					// The client cannot say the order; this is the one that Nylas chooses.
					options: { sortBy: 'created_at', orderBy: 'desc' },
				});

				expect(theirs.data).toHaveLength(50);
				expect(listed.map(({ id, name }) => ({ id, name }))).toEqual(theirs.data.map(({ id, name }) => ({ id, name })));
				expect(listed.map(({ createdAt }) => Date.parse(createdAt as string) / 1000)).toEqual(
					theirs.data.map(({ createdAt }) => createdAt),
				);
				const [first, second] = requests();
				expect(second!.path).toBe(first!.path);
				expect(Object.fromEntries(second!.query)).toMatchObject(Object.fromEntries(first!.query));
			});

			test('for one credential', async () => {
				const { requests } = subject();

				const { data, requestId } = await credentials().find({ provider: 'zoom' as never, credentialsId: ZOOM_ID });
				const [item] = await ours(operationOf('get', 'zoom', ZOOM_ID));

				expect(item).toMatchObject({ id: data.id, name: data.name });
				expect(requestId).toEqual(expect.any(String));
				const [theirRequest, ourRequest] = requests();
				expect([ourRequest!.method, ourRequest!.target]).toEqual([theirRequest!.method, theirRequest!.target]);
			});

			test.each([
				{
					what: 'a connector override',
					provider: 'google',
					parameters: { credentialDataKind: 'connector', ...oauthClient },
					type: 'connector',
					data: { client_id: 'new-client-id', client_secret: 'new-client-secret' },
				},
				{
					what: 'a service account',
					provider: 'google',
					parameters: { credentialDataKind: 'serviceAccount', ...keyFields },
					type: 'serviceaccount',
					data: keyFields,
				},
				{
					what: 'an admin consent',
					provider: 'microsoft',
					parameters: { credentialDataKind: 'adminConsent', ...oauthClient, tenant: 'contoso' },
					type: 'adminconsent',
					data: { ...oauthClient, tenant: 'contoso' },
				},
			])('for a create of $what, which the second time is the same credential', async ({ provider, parameters, type, data }) => {
				const { requests } = subject();
				const requestBody = { name: 'a new one', credentialType: type, credentialData: data };

				const theirs = await credentials().create({ provider: provider as never, requestBody: requestBody as never });
				const [item] = await ours({ ...operationOf('create', provider), name: 'a new one', ...parameters });

				expect(item).toMatchObject({ id: theirs.data.id, name: theirs.data.name });
				const [theirRequest, ourRequest] = requests();
				expect(head(ourRequest!)).toEqual(head(theirRequest!));
				expect(JSON.parse(ourRequest!.text)).toEqual(JSON.parse(theirRequest!.text));
			});

			test('for a deletion', async () => {
				const { requests, resource } = subject();
				const [first, second] = GOOGLE_IDS;

				await credentials().destroy({ provider: 'google', credentialsId: first });
				await ours(operationOf('delete', 'google', second));

				expect(resource.storedIds()).not.toEqual(expect.arrayContaining([first]));
				expect(resource.storedIds()).not.toEqual(expect.arrayContaining([second]));
				const [theirRequest, ourRequest] = requests();
				expect(ourRequest!.method).toBe(theirRequest!.method);
				expect(ourRequest!.target.replace(second, first)).toBe(theirRequest!.target);
				expect(ourRequest!.text).toBe(theirRequest!.text);
			});
		});

		test('and the server refuses the sort order that the client misspells', async () => {
			const list = credentials().list({
				provider: 'google' as never,
				queryParams: { sortBy: 'createdAt' } as never,
			});

			await expect(list).rejects.toMatchObject({ type: 'api.invalid_request_error' });
		});
	});
});

test('every provider of the API can be chosen', () => {
	expect(PROVIDERS.map(({ value }) => value as string).sort()).toEqual(
		['google', 'microsoft', 'imap', 'icloud', 'yahoo', 'ews', 'virtual-calendar', 'zoom', 'nylas'].sort(),
	);
});

function updateOf(id: string, provider = 'google'): INodeParameters {
	return { ...operationOf('update', provider, id), credentialDataKind: 'keep' };
}

function operationOf(operation: string, provider = 'google', id?: string): INodeParameters {
	return {
		resource: 'credential',
		operation,
		secretSource: 'fields',
		provider,
		...(id === undefined ? {} : { credentialId: { __rl: true, mode: 'id', value: id } }),
	};
}

/** Parameters as the node reads them, with the defaults that n8n fills in. */
function parametersFrom(values: Record<string, unknown>): Parameters {
	const defaults = { provider: 'google', credentialId: GOOGLE_ID, credentialDataJson: '', privateKeyId: '', privateKey: '', clientEmail: '' };
	return { timezone: 'UTC', credentialIds: {}, get: (name) => ({ ...defaults, ...values })[name as keyof typeof defaults] };
}

/** Names in curly quotes that the editor shows nowhere. */
function unknownNamesIn(sentence: string): string[] {
	const names = new Set<string>(['By ID']);
	const collect = (properties: Array<INodeProperties | INodePropertyOptions>) => {
		for (const property of properties) {
			names.add('displayName' in property ? property.displayName : property.name);
			if ('options' in property) collect((property.options ?? []) as INodeProperties[]);
		}
	};
	collect(node.description.properties);
	return [...sentence.matchAll(/“(.*?)”/g)].map(([, name]) => name!).filter((name) => !names.has(name));
}

/** The request of a credential's test, its expression evaluated and signed, as n8n would send it. */
async function testRequest(
	type: ICredentialType,
	credentials: ICredentialDataDecryptedObject,
): Promise<IHttpRequestOptions> {
	const { request } = type.test as ICredentialTestRequest;
	const authenticate = type.authenticate as Extract<IAuthenticate, (...args: never[]) => unknown>;
	const baseURL = await testBaseUrl(type.name, credentials);
	return await authenticate(credentials, { ...request, baseURL } as IHttpRequestOptions);
}

test('what saved workflows and credentials hold of the node does not change', () => {
	expect(savedNames('nylas')).toEqual([
		'credential nylasApi',
		'credential rotationSecretApi (operation create update) (secretSource storedSecret)',
		'credential rotationPreviousSecretApi (operation update) (sendsSecretBefore {"_cnd":{"not":"no"}}) (/options.onVerificationFailure restore) (not secretSource fields)',
		'resource credential',
		'operation update create delete get getAll',
		'secretSource storedSecret fields (operation create)',
		'secretSource storedSecret fields previousSecret (operation update)',
		'sendsSecretBefore no (operation update) (secretSource previousSecret)',
		'provider google ews icloud imap microsoft nylas virtual-calendar yahoo zoom (operation create delete get getAll update)',
		'credentialId list id (operation delete get update)',
		'name (operation create)',
		'credentialDataKind connector adminConsent json serviceAccount (operation create)',
		'credentialDataKind connector adminConsent json keep serviceAccount (operation update)',
		'credentialType connector adminconsent serviceaccount (operation create) (credentialDataKind json)',
		'tenant (operation create) (credentialDataKind adminConsent) (secretSource fields)',
		'tenant (operation create) (credentialDataKind adminConsent) (not secretSource fields)',
		'clientId (operation create update) (credentialDataKind connector) (secretSource fields)',
		'clientId (operation create update) (credentialDataKind connector) (not secretSource fields)',
		'clientSecret (operation create update) (credentialDataKind connector) (secretSource fields)',
		'clientId (operation create) (credentialDataKind adminConsent)',
		'clientSecret (operation create) (credentialDataKind adminConsent) (secretSource fields)',
		'clientId (operation update) (credentialDataKind adminConsent) (secretSource fields)',
		'clientId (operation update) (credentialDataKind adminConsent) (not secretSource fields)',
		'clientSecret (operation update) (credentialDataKind adminConsent) (secretSource fields)',
		'tenant (operation update) (credentialDataKind adminConsent)',
		'privateKeyId (operation create update) (credentialDataKind serviceAccount)',
		'privateKey (operation create update) (credentialDataKind serviceAccount) (secretSource fields)',
		'clientEmail (operation create update) (credentialDataKind serviceAccount)',
		'credentialDataJson (operation create update) (credentialDataKind serviceAccount) (secretSource fields)',
		'credentialDataJson (operation create update) (credentialDataKind json) (secretSource fields)',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'filters (operation getAll)',
		'filters.notChangedForDays',
		'filters.notChangedSince',
		'updateFields (operation update)',
		'updateFields.name',
		'options (operation create)',
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
		'options.sortBy created_at updated_at',
		'options.orderBy asc desc',
		'options.timeout',
		'options (operation update)',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report restore',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
	]);
	expect(savedFields('nylasApi')).toEqual([
		'apiKey',
		'region us',
		'baseUrl https://api.us.nylas.com (region custom)',
	]);
});
