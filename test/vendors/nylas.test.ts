import {
	Workflow,
	type ICredentialTestRequest,
	type ICredentialType,
	type IAuthenticate,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type INode,
	type INodeListSearchResult,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';
import Nylas from 'nylas';

import { nylasBaseUrl } from '../../nodes/Nylas/baseUrl';
import { PROVIDERS } from '../../nodes/Nylas/providers';
import { nylas as record } from '../../nodes/Nylas/record';
import { update as updateOperation } from '../../nodes/Nylas/update';
import type { Parameters } from '../../nodes/shared/parameters';
import { singleNodeWorkflow, storeOf } from '../harness/engine';
import { engine, ERROR_OUTPUT, onlyError, savedFields, savedNames, succeeded, types, useSubject } from '../harness/subject';
import {
	API_KEY,
	GOOGLE_IDS,
	MICROSOFT_ID,
	SERVICE_ACCOUNT_ID,
	simulator as definition,
	ZOOM_ID,
} from '../simulator/nylas';

const [GOOGLE_ID] = GOOGLE_IDS;

const PEM_BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3S';
const PEM = `-----BEGIN PRIVATE KEY-----\n${PEM_BODY.slice(0, 64)}\n${PEM_BODY.slice(64)}\n-----END PRIVATE KEY-----\n`;
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
				what: 'JSON as it is given',
				parameters: {
					credentialDataKind: 'json',
					credentialDataJson: '{"client_id": "c", "client_secret": "s", "camelCase": {"x509_Key": ["é", 1.5, true, null, ""]}, "constructor": "mine"}',
				},
				body: { credential_data: { client_id: 'c', client_secret: 's', camelCase: { x509_Key: ['é', 1.5, true, null, ''] }, constructor: 'mine' } },
			},
		])('$what', async ({ parameters, body }) => {
			const [item] = succeeded(await runUpdate(parameters));

			expect(item!.json.outcome).toBe('updated');
			expect(sentBodies()).toEqual([body]);
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
			{ what: 'a name that the answer shows is verified', parameters: rename, name: 'renamed', status: 'verified' },
			{ what: 'a name that the answer leaves out is unverifiable', parameters: rename, name: undefined, status: 'unverifiable' },
			{ what: 'a secret is unverifiable', parameters: secret, name: 'google', status: 'unverifiable' },
			{ what: 'a secret is unverifiable beside a verified name', parameters: { ...secret, ...rename }, name: 'renamed', status: 'unverifiable' },
		])('$what', async ({ parameters, name, status }) => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: update.isChange, answer: answered(name) });

			const [item] = succeeded(await runUpdate(parameters));

			expect(item!.json.verification).toMatchObject({ status });
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
				parameters: { ...adminConsent, ...updateOf(GOOGLE_ID), ...oauthClient },
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
				message: '“Tenant” is empty',
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
			simulator.server.plan({ when: update.isChange, answer: { status, body } });

			const error = onlyError(await runUpdate({ updateFields: { name: 'renamed' } }));

			expect(error).toMatchObject({
				code,
				applied,
				httpStatus: status,
				vendorCode: type,
				vendorMessage: 'What Nylas says.',
				requestId: 'req-1',
			});
			expect(requests()).toHaveLength(1);
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
			simulator.server.plan({ when: update.isChange, answer: { status: 504, body } });

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
		expect(() => read({ credentialDataKind: 'constructor' })).toThrow('“Credential Data” has an unknown value');
		expect(() => read({ credentialId: '..', updateFields: { name: 'n' } })).toThrow('cannot be used as an ID');
	});

	describe('the list of credentials', () => {
		const search = async (
			{ filter, page, provider = 'google', apiKey = API_KEY }: { filter?: string; page?: string; provider?: string; apiKey?: string } = {},
		): Promise<INodeListSearchResult> => {
			const credentials = storeOf({ nylasApi: { ...subject().simulator.credentials.nylasApi, apiKey } });
			const context = engine.loadOptions(nodeWith({ provider }), credentials);
			return await node.methods!.listSearch!.searchCredentials!.call(context, filter, page);
		};

		test('comes in pages, the last changed first, until one is not full', async () => {
			const { requests } = subject();

			const first = await search();
			const second = await search({ page: first.paginationToken as string });

			expect(requests().map(({ target }) => target)).toEqual([
				'/v3/connectors/google/creds?limit=50&offset=0&sort_by=updated_at&order_by=desc',
				'/v3/connectors/google/creds?limit=50&offset=50&sort_by=updated_at&order_by=desc',
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
			expect(paginationToken).toBe('500');
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
			expect(paginationToken).toBe('2');
		});

		test.each([[null], [''], ['<html>'], [[]], [{ data: null }], [{ data: [null, 'x', {}] }], [{ data: [], limit: 0 }]])(
			'is empty when the answer is %j',
			async (body) => {
				subject().simulator.server.plan({ answer: { status: 200, body } });

				await expect(search()).resolves.toEqual({ results: [], paginationToken: undefined });
			},
		);
	});

	describe('the credential', () => {
		test('passes its test with a good key, and fails it with another', async () => {
			const { simulator, requests } = subject();
			const good = simulator.credentials.nylasApi!;

			const statuses = [
				await statusOfTest(credentialType, good),
				await statusOfTest(credentialType, { ...good, apiKey: 'unknown-key' }),
			];

			expect(statuses).toEqual([200, 401]);
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
		const client = () => new Nylas({ apiKey: API_KEY, apiUri: subject().simulator.url });
		const compared = async (parameters: INodeParameters, requestBody: { name?: string; credentialData?: Record<string, string> }) => {
			const { changes } = subject();
			await client().connectors.credentials.update({
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

		test('and the server refuses the sort order that the client misspells', async () => {
			const list = client().connectors.credentials.list({
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
	return {
		resource: 'credential',
		operation: 'update',
		provider,
		credentialId: { __rl: true, mode: 'id', value: id },
	};
}

function nodeWith(parameters: INodeParameters): INode {
	const { nodes } = singleNodeWorkflow('nylas', 'nylasApi', { ...updateOf(GOOGLE_ID), ...parameters });
	return nodes.find(({ name }) => name === 'Node')!;
}

/** Parameters as the node reads them, with the defaults that n8n fills in. */
function parametersFrom(values: Record<string, unknown>): Parameters {
	const defaults = { provider: 'google', credentialId: GOOGLE_ID, credentialDataJson: '', privateKeyId: '', privateKey: '', clientEmail: '' };
	return { timezone: 'UTC', get: (name) => ({ ...defaults, ...values })[name as keyof typeof defaults] };
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
	const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: {} as never });
	await workflow.expression.acquireIsolate?.();
	const baseURL = workflow.expression.getSimpleParameterValue(nodeWith({}), request.baseURL!, 'manual', {
		$credentials: credentials,
	}) as string;
	await workflow.expression.releaseIsolate?.();
	const authenticate = type.authenticate as Extract<IAuthenticate, (...args: never[]) => unknown>;
	return await authenticate(credentials, { ...request, baseURL } as IHttpRequestOptions);
}

async function statusOfTest(type: ICredentialType, credentials: ICredentialDataDecryptedObject): Promise<number> {
	const { baseURL, url, qs, headers } = await testRequest(type, credentials);
	const query = new URLSearchParams(qs as Record<string, string>).toString();
	const { status } = await fetch(`${baseURL}${url}?${query}`, { headers: headers as Record<string, string> });
	return status;
}

test('what saved workflows and credentials hold of the node does not change', () => {
	expect(savedNames('nylas')).toEqual([
		'credential nylasApi',
		'resource credential',
		'operation update',
		'provider google ews icloud imap microsoft nylas virtual-calendar yahoo zoom',
		'credentialId list id (emptied by provider)',
		'credentialDataKind keep adminConsent connector json serviceAccount',
		'clientId (credentialDataKind connector adminConsent)',
		'clientSecret (credentialDataKind connector adminConsent)',
		'tenant (credentialDataKind adminConsent)',
		'privateKeyId (credentialDataKind serviceAccount)',
		'privateKey (credentialDataKind serviceAccount)',
		'clientEmail (credentialDataKind serviceAccount)',
		'credentialDataJson (credentialDataKind serviceAccount)',
		'credentialDataJson (credentialDataKind json)',
		'updateFields',
		'updateFields.name',
		'options',
		'options.timeout',
	]);
	expect(savedFields('nylasApi')).toEqual([
		'apiKey',
		'region us',
		'baseUrl https://api.us.nylas.com (region custom)',
	]);
});
