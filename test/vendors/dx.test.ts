import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { DateTime } from 'luxon';

import { onlyCredential } from '../../nodes/Dx/answer';
import { create } from '../../nodes/Dx/operations/create';
import { getAll } from '../../nodes/Dx/operations/getAll';
import { update } from '../../nodes/Dx/operations/update';
import { dxBaseUrl } from '../../nodes/Dx/paths';
import { dx } from '../../nodes/Dx/record';
import { MOST_ATTEMPTS } from '../../nodes/engine/request/retry';
import { toIsoUtc } from '../../nodes/kit/dates';
import { Failure } from '../../nodes/kit/failure';
import type { VendorAnswer } from '../../nodes/kit/http';
import type { Parameters } from '../../nodes/kit/parameters';
import { nothingKnown } from '../../nodes/kit/reading';
import { loadList, testBaseUrl, testCredential } from '../harness/editor';
import { storeOf } from '../harness/engine';
import {
	ERROR_OUTPUT,
	failed,
	itemsFor,
	onlyError,
	savedFields,
	savedNames,
	storedSecret,
	succeeded,
	types,
	useSubject,
} from '../harness/subject';
import {
	CONNECTOR_REFUSALS,
	credentialParameters,
	operationParameters,
	rows,
	simulator as definition,
	updateParameters,
	type ConnectorRefusal,
} from '../simulator/dx';

const NOTHING: INodeParameters = {};
const subject = useSubject('dx', definition, 'DX');

/** Runs one update with fixed parameters. */
async function runUpdate(updateFields: INodeParameters, credentialId = '456', connectionId = '123') {
	return await subject().run([{ json: {} }], {
		parameters: updateParameters(credentialId, updateFields, connectionId),
		settings: ERROR_OUTPUT,
	});
}

/** Runs any operation with fixed parameters. */
async function runNode(parameters: INodeParameters, options: INodeParameters = {}) {
	return await subject().run([{ json: {} }], { parameters: { ...parameters, options }, settings: ERROR_OUTPUT });
}

/** Parameters that create a credential of connection 123 with these rows of secrets, and others among the rest. */
function createParameters(secrets: INodeParameters, { jiraApiToken = '', secretsJson = '', ...additionalFields }: INodeParameters = {}): INodeParameters {
	return operationParameters('create', { secrets, jiraApiToken, secretsJson, additionalFields });
}

function sentBodies(): unknown[] {
	return subject()
		.requests()
		.map(({ text }) => JSON.parse(text) as unknown);
}

/** Parameters as the engine hands them to a record, for the pure functions. */
function parametersWith(updateFields: unknown, changes: Record<string, unknown> = {}, timezone = 'utc'): Parameters {
	const { jiraApiToken, ...others } = (updateFields ?? {}) as Record<string, unknown>;
	const values: Record<string, unknown> = { connectionId: '123', credentialId: '456', jiraApiToken, updateFields: others, ...changes };
	return { get: (name) => values[name], timezone, credentialIds: {} };
}

function refusalOf(work: () => unknown): Failure {
	try {
		work();
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}
	throw new Error('It was not refused.');
}

describe('of a stored secret', () => {
	const stored = (data: ICredentialDataDecryptedObject) => {
		const credentials = { ...subject().simulator.credentials, rotationSecretApi: data };
		return {
			credentials: storeOf(credentials),
			settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: `My ${type}` }])) },
		};
	};
	const WAYS: Array<[string, INodeParameters, (values: object) => object]> = [
		['Update', { ...updateParameters('456', {}), secretSource: 'storedSecret' }, (values) => ({ '456': values })],
		['Create', operationParameters('create', { additionalFields: { label: 'new' }, secretSource: 'storedSecret' }), (values) => ({ 'name:new': values })],
	];
	/** What belongs to other vendors. */
	const SHARED = { value: 'of-another-1', secretKey: 'of-another-2', client_secret: 'of-another-3', secret: 'of-another-4', 'Secrets.api_token': 'of-another-5' };

	describe.each(WAYS)('%s', (_operation, parameters, listed) => {
		test.each<[string, object, object]>([
			['the one documented name', { api_token: 'own' }, { api_token: 'own' }],
			['names with the prefix', { 'secrets.host_password': 'own', 'secrets.a.b': 'own-too' }, { host_password: 'own', 'a.b': 'own-too' }],
			['the prefix and the documented name', { 'secrets.host_password': 'own', api_token: 'own-too' }, { host_password: 'own', api_token: 'own-too' }],
			['all of them as JSON text', { secrets: '{"api_token": "own", "key": {"n": 1}}' }, { api_token: 'own', key: { n: 1 } }],
		])('sends what is meant for DX, by %s, and nothing else', async (_how, own, secrets) => {
			for (const data of [storedSecret({ ...SHARED, ...own }), { valuesJson: JSON.stringify(listed({ ...SHARED, ...own })) }]) {
				subject().simulator.reset();

				const result = await subject().run([{ json: {} }], { parameters, ...stored(data) });

				expect(failed(result)).toEqual([]);
				expect(sentBodies()).toMatchObject([{ secrets }]);
				expect(Object.keys((sentBodies()[0] as { secrets: object }).secrets)).toEqual(Object.keys(secrets));
				expect(JSON.stringify(sentBodies())).not.toContain('of-another');
			}
		});

		test('sends all of them as an object', async () => {
			const valuesJson = JSON.stringify(listed({ secrets: { api_token: 'own' }, value: 'of-another' }));

			await subject().run([{ json: {} }], { parameters, ...stored({ valuesJson }) });

			expect(sentBodies()).toMatchObject([{ secrets: { api_token: 'own' } }]);
		});

		test.each<[string, Record<string, string>, RegExp]>([
			['has nothing for DX', SHARED, /“My rotationSecretApi” has no value under “api_token”, “secrets” or “secrets\.KEY”\. It has “value”, “secretKey”/],
			['has a key without a value', { 'secrets.key': '', value: 'own' }, /has no value for “secrets\.key”/],
			['has the prefix alone', { 'secrets.': 'own-value' }, /has the name “secrets\.” without a key after the dot/],
			['has all of them and one of them', { secrets: '{"a":"own-value"}', api_token: 'own-value' }, /has “secrets”, which is the whole, and “api_token” as well/],
			['has one of them under two names', { api_token: 'own-value', 'secrets.api_token': 'own-other' }, /has “api_token” and “secrets\.api_token”, which mean the same/],
			['has all of them as text that is no object', { secrets: 'own-value' }, /“My rotationSecretApi: secrets” is not valid JSON/],
			['has all of them with a key twice', { secrets: '{"a":"own-value","a":"own-other"}' }, /“My rotationSecretApi: secrets” has the key “a” twice/],
		])('sends nothing of one that %s', async (_what, values, sentence) => {
			const error = onlyError(await subject().run([{ json: {} }], { parameters, ...stored(storedSecret(values)) }));

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(error.message).toMatch(sentence);
			expect(JSON.stringify(error)).not.toMatch(/of-another|own-/);
			expect(subject().simulator.server.requests).toHaveLength(0);
		});
	});
});

describe('what is sent', () => {
	test.each<[name: string, fields: INodeParameters, body: object, changed: string[]]>([
		['a label', { label: 'New label' }, { label: 'New label' }, ['label']],
		[
			'rows of settings',
			{ settings: rows(['jira_user', 'bot@example.com'], ['site', 'eu']) },
			{ settings: { jira_user: 'bot@example.com', site: 'eu' } },
			['settings.jira_user', 'settings.site'],
		],
		[
			'settings as JSON',
			{ settingsJson: '{"projects": ["A", "B"], "all": false, "since": null}' },
			{ settings: { projects: ['A', 'B'], all: false, since: null } },
			['settings.projects', 'settings.all', 'settings.since'],
		],
		[
			'rows of secrets',
			{ secrets: rows(['api_token', 'a new token']) },
			{ secrets: { api_token: 'a new token' } },
			['secrets.api_token'],
		],
		[
			'secrets as JSON',
			{ secretsJson: '{"app": {"key": "a new key", "pin": 123456}}' },
			{ secrets: { app: { key: 'a new key', pin: 123456 } } },
			['secrets.app'],
		],
		[
			'the Jira Cloud fields',
			{ jiraUser: 'bot@example.com', jiraApiToken: 'a new token' },
			{ settings: { jira_user: 'bot@example.com' }, secrets: { api_token: 'a new token' } },
			['settings.jira_user', 'secrets.api_token'],
		],
		['an expiration date', { expirationDate: '2030-12-31' }, { expiration_date: '2030-12-31' }, ['expiration_date']],
		[
			'all sources together, merged',
			{
				label: 'All',
				settings: rows(['a', '1']),
				settingsJson: '{"b": 2}',
				jiraUser: 'bot@example.com',
				secrets: rows(['c', 'secret c']),
				secretsJson: '{"d": "secret d"}',
				jiraApiToken: 'secret e',
				expirationDate: '2030-12-31T00:00:00',
			},
			{
				label: 'All',
				settings: { a: '1', b: 2, jira_user: 'bot@example.com' },
				secrets: { c: 'secret c', d: 'secret d', api_token: 'secret e' },
				expiration_date: '2030-12-31',
			},
			[
				'label',
				'settings.a',
				'settings.b',
				'settings.jira_user',
				'secrets.c',
				'secrets.d',
				'secrets.api_token',
				'expiration_date',
			],
		],
	])('%s, and nothing that was not given', async (_name, fields, body, changed) => {
		const [item] = succeeded(await runUpdate(fields));

		expect(sentBodies()).toEqual([{ id: 456, ...body }]);
		expect(subject().changes()[0]!.target).toBe('/api/connections/123/credentials.update');
		expect(item!.json).toMatchObject({
			changed,
			verification: 'verified',
			verificationDetail: { method: 'vendor', detail: 'DX has signed in at the connector with the credential before it saved the change.' },
		});
	});

	test('a label alone leaves secrets and settings at the vendor as they were, and is verified at the connector too', async () => {
		const { simulator } = subject();
		const before = structuredClone(simulator.state.credentials.get('457'));

		await runUpdate({ label: 'Renamed' }, '457');

		expect(simulator.state.credentials.get('457')).toEqual({ ...before, label: 'Renamed' });
		expect(simulator.state.knocks).toEqual([{ connectionId: 123, credentialId: 457 }]);
	});

	test.each([
		['456', 456],
		['00456', 456],
		[456, 456],
	])('the ID %j as the integer %d', async (credentialId, id) => {
		const [item] = succeeded(
			await subject().run([{ json: { credentialId } }], {
				parameters: updateParameters('={{ $json.credentialId }}', { label: 'x' }, '000123'),
			}),
		);

		expect(sentBodies()).toEqual([{ id, label: 'x' }]);
		expect(subject().changes()[0]!.path).toBe('/api/connections/123/credentials.update');
		expect(item!.json).toMatchObject({ id: '456', parentId: '123' });
	});

	test('a number in a row, as text', async () => {
		await subject().run([{ json: { pin: 123456 } }], {
			parameters: updateParameters('456', { secrets: rows(['pin', '={{ $json.pin }}']) }),
		});

		expect(sentBodies()).toEqual([{ id: 456, secrets: { pin: '123456' } }]);
	});

	test.each(['__proto__', 'constructor', 'toString', 'id'])('the row name %s as a plain key', async (name) => {
		const [item] = succeeded(await runUpdate({ secrets: rows([name, 'a new value']) }));

		expect(subject().changes()[0]!.text).toBe(`{"id":456,"secrets":{"${name}":"a new value"}}`);
		expect(item!.json.changed).toEqual([`secrets.${name}`]);
		expect(Object.getPrototypeOf({})).toBe(Object.prototype);
	});

	test('short numbers among the secrets take neither the connection nor a time away', async () => {
		const secretsJson = JSON.stringify({ port: 123, retries: 1, month: '01', pin: 456 });

		const [item] = succeeded(await runUpdate({ secretsJson }));

		expect(item!.json).toMatchObject({ id: '456', parentId: '123', meta: { requests: 1, attempts: 1 } });
		expect(item!.json.createdAt).toMatch(/^\d{4}-/);
	});

	test('prototype keys in JSON as plain keys', async () => {
		await runUpdate({ settingsJson: '{"__proto__": {"polluted": true}, "a": 1}' });

		expect(subject().changes()[0]!.text).toBe('{"id":456,"settings":{"__proto__":{"polluted":true},"a":1}}');
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});
});

describe('the expiration date is sent as the calendar day in the zone of the workflow', () => {
	test.each<[name: string, value: unknown, timezone: string, day: string]>([
		['a day', '2030-12-31', 'Pacific/Auckland', '2030-12-31'],
		['a time without offset', '2030-12-31T23:59:59', 'America/New_York', '2030-12-31'],
		['a moment in UTC', '2030-12-31T23:00:00.000Z', 'Europe/Berlin', '2031-01-01'],
		['a JS date', new Date('2031-01-01T02:00:00Z'), 'America/New_York', '2030-12-31'],
		['a luxon date of another zone', DateTime.fromISO('2030-12-31T23:00:00Z', { zone: 'utc' }), 'Asia/Tokyo', '2031-01-01'],
		['epoch milliseconds', Date.UTC(2030, 11, 31, 12), 'utc', '2030-12-31'],
		['epoch seconds', Date.UTC(2030, 11, 31, 12) / 1000, 'utc', '2030-12-31'],
	])('%s', (_name, expirationDate, timezone, day) => {
		const input = update.read(parametersWith({ expirationDate }, {}, timezone));

		expect(update.request(input).body).toEqual({ id: 456, expiration_date: day });
	});

	test.each([
		'2027-02-28',
		'2027-02-28T00:00:00Z',
		'2027-02-28T00:00:00.000-08:00',
		'2027-02-28T23:59:59.999Z',
		'2027-02-28 00:00:00',
		Date.UTC(2027, 1, 28) / 1000,
	])('answered as %j, it is given out as a day that means the same in every time zone', (answered) => {
		const body = { ok: true, credential: { id: 456, expiration_date: answered } };
		const { expiresAt } = onlyCredential({ status: 200, headers: {}, body }, '123');
		const given = toIsoUtc(expiresAt);

		expect(given).toBe('2027-02-28');
		for (const timezone of ['utc', 'America/Los_Angeles', 'Pacific/Pago_Pago', 'Asia/Tokyo', 'Pacific/Kiritimati']) {
			for (const expirationDate of [given, DateTime.fromISO(given!, { zone: timezone }), new Date(given!)]) {
				const input = update.read(parametersWith({ expirationDate }, {}, timezone));

				expect(update.request(input).body).toEqual({ id: 456, expiration_date: '2027-02-28' });
			}
		}
	});

	test('a result’s date, handed on by an expression, changes nothing', async () => {
		const { simulator } = subject();
		const expressions = ['={{ $json.expiresAt }}', '={{ $json.expiresAt.toDateTime() }}', '={{ new Date($json.expiresAt) }}', '={{ DateTime.fromISO($json.expiresAt) }}'];
		const [found] = succeeded(await subject().run([{ json: {} }], { parameters: credentialParameters('get', '457') }));

		for (const expirationDate of expressions) {
			await subject().run([{ json: found!.json }], { parameters: updateParameters('457', { expirationDate }) });
		}

		expect(subject().changes().map(({ text }) => JSON.parse(text) as unknown)).toEqual(expressions.map(() => ({ id: 457, expiration_date: '2027-02-28' })));
		expect(simulator.state.credentials.get('457')!.expiration_date).toBe('2027-02-28');
	});

	test.each([
		"={{ DateTime.fromISO('2030-12-31T12:00:00') }}",
		'={{ new Date(Date.UTC(2030, 11, 31, 17)) }}',
		"={{ '2030-12-31'.toDateTime() }}",
		'={{ $json.date }}',
	])('from the expression %s', async (expirationDate) => {
		await subject().run([{ json: { date: '2030-12-31' } }], {
			parameters: updateParameters('456', { expirationDate }),
			settings: ERROR_OUTPUT,
		});

		expect(sentBodies()).toEqual([{ id: 456, expiration_date: '2030-12-31' }]);
	});
});

describe('what is refused before anything is sent', () => {
	test.each<[fields: INodeParameters, name: string]>([
		[{ label: '' }, 'Label'],
		[{ settings: {} }, 'Settings'],
		[{ settings: rows() }, 'Settings'],
		[{ settings: rows(['', 'x']) }, 'Settings: Name'],
		[{ settings: rows(['site', '']) }, 'Settings: site'],
		[{ settings: rows(['site', '={{ [1] }}']) }, 'Settings: site'],
		[{ settingsJson: '{}' }, 'Settings (JSON)'],
		[{ settingsJson: '' }, 'Settings (JSON)'],
		[{ settingsJson: '[1]' }, 'Settings (JSON)'],
		[{ settingsJson: 'null' }, 'Settings (JSON)'],
		[{ settingsJson: '{"site": ' }, 'Settings (JSON)'],
		[{ settingsJson: '{"organization": 12345678901234567890}' }, 'Settings (JSON)'],
		[{ settingsJson: '={{ ({ site: $json.missing, a: 1 }) }}' }, 'Settings (JSON): site'],
		[{ secrets: rows(['', 'a secret']) }, 'Secrets: Name'],
		[{ secrets: rows(['api_token', '']) }, 'Secrets: api_token'],
		[{ secrets: rows(['api_token', '={{ $json.missing }}']) }, 'Secrets: api_token'],
		[{ secretsJson: '{}' }, 'Secrets (JSON)'],
		[{ secretsJson: '{"api_token": ""}' }, 'Secrets (JSON): api_token'],
		[{ secretsJson: '{"api_token": null}' }, 'Secrets (JSON): api_token'],
		[{ secretsJson: '{"app": {"pins": [98765432109876543210]}}' }, 'Secrets (JSON)'],
		[{ secretsJson: '{"app": {}}' }, 'Secrets (JSON): app'],
		[{ secretsJson: '{"app": {"keys": ["a", ""]}}' }, 'Secrets (JSON): app.keys.1'],
		[{ secretsJson: '={{ ({ api_token: $json.missing, other: "a secret" }) }}' }, 'Secrets (JSON): api_token'],
		[{ jiraApiToken: ' ' }, 'Jira API Token'],
		[{ secrets: rows(['api_token', 'undefined']) }, 'Secrets: api_token'],
		[{ secretsJson: '{"app": {"key": "[object Object]"}}' }, 'Secrets (JSON): app.key'],
		[{ jiraUser: '' }, 'Jira User'],
		[{ jiraApiToken: '={{ $json.missing }}', label: 'x' }, 'Jira API Token'],
		[{ secretsJson: '={{ $json.missing }}', label: 'x' }, 'Secrets (JSON)'],
		[{ expirationDate: '' }, 'Expiration Date'],
		[{ expirationDate: '31.12.2030' }, 'Expiration Date'],
	])('%j', async (fields, name) => {
		const error = onlyError(await runUpdate(fields));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
		expect(error.message).toContain(`“${name}”`);
		expect(subject().requests()).toHaveLength(0);
	});

	test.each<[fields: INodeParameters, sentence: string]>([
		[
			{ secrets: rows(['api_token', 'one']), jiraApiToken: 'two' },
			'“api_token” is given twice, in “Secrets” and in “Jira API Token”.',
		],
		[
			{ settings: rows(['jira_user', 'one']), settingsJson: '{"jira_user": "two"}' },
			'“jira_user” is given twice, in “Settings” and in “Settings (JSON)”.',
		],
		[{ secrets: rows(['a', 'one'], ['a', 'two']) }, '“a” is given twice, in “Secrets”.'],
		[
			{ secretsJson: '{"__proto__": "one"}', secrets: rows(['__proto__', 'two']) },
			'“__proto__” is given twice, in “Secrets” and in “Secrets (JSON)”.',
		],
	])('the same key twice: %j', async (fields, sentence) => {
		const error = onlyError(await runUpdate(fields));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(error.message).toContain(sentence);
		expect(subject().requests()).toHaveLength(0);
	});

	test('the same key in settings and in secrets is no contradiction', async () => {
		await runUpdate({ settings: rows(['key', 'a']), secrets: rows(['key', 'b']) });

		expect(sentBodies()).toEqual([{ id: 456, settings: { key: 'a' }, secrets: { key: 'b' } }]);
	});

	describe.each([
		['connectionId', 'Connection'],
		['credentialId', 'Connection Credential'],
	])('a %s that is no integer', (parameter, name) => {
		test.each<[value: unknown]>([
			[undefined],
			[''],
			['0'],
			[0],
			['-456'],
			['4.5'],
			[4.5],
			['4e2'],
			['0x1c8'],
			['4 56'],
			['456/../457'],
			['४५६'],
			['9007199254740993'],
			[2 ** 53],
			[Number.NaN],
			[true],
			[{ id: 456 }],
		])('%j', (value) => {
			const refusal = refusalOf(() => update.read(parametersWith({ label: 'x' }, { [parameter]: value })));

			expect(refusal.details).toMatchObject({ code: 'invalidInput', stage: 'input' });
			expect(refusal.message).toContain(`“${name}”`);
		});
	});

	test('JSON that cannot be read is refused without being quoted', async () => {
		const error = onlyError(await runUpdate({ secretsJson: '{"api_token": "canary-secret' }));

		expect(JSON.stringify(error)).not.toContain('canary');
	});
});

describe('a refusal of the connector', () => {
	const STATUSES = [200, 401, 403, 404, 422, 429, 500, 502];
	const documented = Object.values<ConnectorRefusal>(CONNECTOR_REFUSALS);

	test.each(documented.flatMap((refusal) => STATUSES.map((status) => ({ ...refusal, status }))))(
		'“$error” under $status leaves the credential unchanged and is tried once',
		async (refusal) => {
			const { simulator, run, requests } = subject();
			simulator.state.refusals.set(123, refusal);
			const before = structuredClone(simulator.state.credentials.get('456'));

			const error = onlyError(await run(itemsFor(['456']), { settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({
				code: 'verificationFailed',
				stage: 'change',
				applied: 'no',
				retryable: false,
				httpStatus: refusal.status,
				vendorCode: refusal.error,
				vendorMessage: [refusal.display_message, refusal.raw_message].filter(Boolean).join(' '),
			});
			expect(simulator.state.knocks).toHaveLength(1);
			expect(requests()).toHaveLength(1);
			expect(simulator.state.credentials.get('456')).toEqual(before);
		},
	);

	test('can be seen by a word, where a person wants that', async () => {
		subject().simulator.state.wrongWord = 'wrong';

		expect(onlyError(await runUpdate({ jiraApiToken: 'a wrong one' }))).toMatchObject({ code: 'verificationFailed', applied: 'no' });
		expect(succeeded(await runUpdate({ jiraApiToken: 'a right one' }))).toMatchObject([{ json: { outcome: 'updated' } }]);
	});

	test('tells that nothing was saved, that tries can lock the account, and that a label can be refused too', async () => {
		subject().simulator.state.refusals.set(123, CONNECTOR_REFUSALS.credentials);

		const { hint } = onlyError(await runUpdate({ label: 'Only the label' }));

		expect(hint).toContain('DX has saved nothing');
		expect(hint).toContain('lock the account');
		expect(hint).toContain('even if only the label changes');
	});

	test('names the new secret where one was sent, and where to correct it', async () => {
		subject().simulator.state.refusals.set(123, CONNECTOR_REFUSALS.credentials);

		const { hint, message } = onlyError(await runUpdate({ jiraApiToken: 'a wrong one' }));

		expect(message).toBe('The connector has refused the new secret when DX tried it out, so DX has not taken it.');
		expect(hint).toMatch(/^Correct it under “Jira API Token”, “Secrets” or “Secrets \(JSON\)”\./);
		expect(hint).not.toContain('label');
	});

	test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'is not tried again by Retry On Fail, on error %s',
		async (onError) => {
			const { simulator, run } = subject();
			simulator.state.refusals.set(123, CONNECTOR_REFUSALS.credentials);

			await run(itemsFor(['456']), {
				settings: { onError, retryOnFail: true, maxTries: 5, waitBetweenTries: 1 },
			});

			expect(simulator.state.knocks).toHaveLength(1);
		},
	);

	test.each([
		['secrets', { secrets: rows(['api_token', 'stored-token-457']) }, 'Duplicate secrets'],
		['settings', { settings: rows(['jira_user', 'bot-457@myfakecompany.example']) }, 'Duplicate settings'],
	])('comes for %s that another credential of the connection has', async (_what, fields, vendorCode) => {
		const before = structuredClone(subject().simulator.state.credentials.get('456'));

		const error = onlyError(await runUpdate(fields));

		expect(error).toMatchObject({ code: 'verificationFailed', vendorCode, applied: 'no', retryable: false, message: 'DX has another credential with the same values.' });
		expect(subject().simulator.state.credentials.get('456')).toEqual(before);
	});

	test('concerns its own connection only', async () => {
		const { simulator, run } = subject();
		simulator.state.refusals.set(124, CONNECTOR_REFUSALS.permissions);
		const items = [
			{ json: { connection: '124', id: '789' } },
			{ json: { connection: '123', id: '456' } },
		];

		const result = await run(items, {
			parameters: updateParameters('={{ $json.id }}', { label: 'x' }, '={{ $json.connection }}'),
			settings: ERROR_OUTPUT,
		});

		expect(failed(result).map(({ json }) => (json.error as { id: string }).id)).toEqual(['789']);
		expect(succeeded(result).map(({ json }) => json.id)).toEqual(['456']);
	});

	test('that repeats the secrets, nested ones and numbers included, is told without them', async () => {
		const { simulator } = subject();
		simulator.state.refusals.set(123, {
			...CONNECTOR_REFUSALS.credentials,
			display_message: 'Token canary-one and key canary-two are invalid.',
			raw_message: 'canary-three, 87654321',
		});

		const error = onlyError(
			await runUpdate({
				jiraApiToken: 'canary-one',
				secretsJson: '{"app": {"key": "canary-two", "list": ["canary-three", 87654321]}}',
			}),
		);

		expect(JSON.stringify(error)).not.toMatch(/canary|87654321/);
		expect(error.vendorMessage).toBe('Token [redacted] and key [redacted] are invalid. [redacted], [redacted]');
	});

	test('that repeats the password in the address of a server is told without it', async () => {
		subject().simulator.state.refusals.set(123, {
			...CONNECTOR_REFUSALS.credentials,
			display_message: 'Cannot sign in at https://sync-user:canary-pass@git.example.com.',
		});

		const error = onlyError(
			await runUpdate({ settings: rows(['url', 'https://sync-user:canary-pass@git.example.com']) }),
		);

		expect(error.vendorMessage).toBe('Cannot sign in at https://[redacted]@git.example.com. 401 Unauthorized');
	});

	test('that may repeat a secret too short to be cut out is told without the vendor’s text', async () => {
		subject().simulator.state.refusals.set(123, CONNECTOR_REFUSALS.credentials);

		const error = onlyError(await runUpdate({ secrets: rows(['pin', '1234']) }));

		expect(error).toMatchObject({ code: 'verificationFailed', vendorCode: null, vendorMessage: null });
	});
});

describe('a refusal of DX itself', () => {
	const CODES = {
		not_authed: 'authentication',
		connection_not_found: 'parentNotFound',
		credential_not_found: 'notFound',
		invalid_json: 'invalidInput',
		invalid_arguments: 'invalidInput',
	};
	const STATUSES = [200, 401, 404, 422];

	/** A code for a request that is not in order gives way to statuses that say more; one of 404 must not pass for a credential that is gone. */
	const TELLING: Readonly<Record<number, string>> = { 401: 'authentication', 404: 'unexpectedResponse' };

	const cases = Object.entries(CODES).flatMap(([error, code]) =>
		STATUSES.map((status) => ({ error, code: (code === 'invalidInput' && TELLING[status]) || code, status })),
	);

	test.each(cases)(
		'$error under $status is $code',
		async ({ error: vendorCode, code, status }) => {
			const { simulator, requests } = subject();
			simulator.server.plan({ answer: { status, body: { ok: false, error: vendorCode } } });

			const error = onlyError(await runUpdate({ label: 'x' }));

			expect(error).toMatchObject({
				code,
				vendorCode,
				vendorMessage: null,
				httpStatus: status,
				applied: 'no',
				retryable: false,
			});
			expect(error.hint).toEqual(expect.any(String));
			expect(requests()).toHaveLength(1);
		},
	);

	test.each<[status: number, body: unknown, expected: object]>([
		[200, { ok: false }, { code: 'unexpectedResponse', applied: 'unknown', vendorCode: null, vendorMessage: null }],
		[200, { ok: false, error: 'internal' }, { code: 'unexpectedResponse', applied: 'unknown', vendorCode: 'internal' }],
		[422, { ok: false, error: 'invalid_arguments', display_message: null }, { code: 'invalidInput', applied: 'no' }],
		[422, { ok: false, error: 'invalid_arguments', message: 'id is missing' }, { vendorMessage: 'id is missing' }],
		[
			422,
			{ ok: false, error: 'x', error_details: { message: 'the details' }, message: 'the message' },
			{ code: 'invalidInput', vendorCode: 'x', vendorMessage: 'the details' },
		],
		[403, { message: 'Forbidden' }, { code: 'permission', applied: 'no', vendorCode: null, vendorMessage: 'Forbidden' }],
		[429, { ok: false, error: 'rate_limited' }, { code: 'rateLimited', applied: 'no', retryable: true }],
		[500, { ok: false, error: 'internal' }, { code: 'vendorUnavailable', applied: 'unknown', vendorCode: 'internal' }],
		[502, '<html>Bad Gateway</html>', { code: 'vendorUnavailable', applied: 'unknown', vendorMessage: null }],
		[404, '<html>Not Found</html>', { code: 'notFound', applied: 'no' }],
		[404, { ok: false, error: 'unknown_method' }, { code: 'unexpectedResponse', applied: 'no', vendorCode: 'unknown_method' }],
		[404, { message: 'Not Found' }, { code: 'unexpectedResponse', applied: 'no', vendorMessage: 'Not Found' }],
		[302, { ok: true }, { code: 'unexpectedResponse', applied: 'no' }],
	])('%d %j', async (status, body, expected) => {
		subject().simulator.server.plan({ times: MOST_ATTEMPTS, answer: { status, body } });

		const error = onlyError(await runUpdate({ label: 'x' }));

		expect(error).toMatchObject({ httpStatus: status, ...expected });
	});

	test('with a secret for a request id in its headers passes on neither', async () => {
		subject().simulator.server.plan({ answer: { status: 500, headers: { 'x-request-id': 'canary-token' } } });

		expect(onlyError(await runUpdate({ jiraApiToken: 'canary-token' })).requestId).toBe('[redacted]');
	});

	test('with a request id in its headers passes it on', async () => {
		subject().simulator.server.plan({ answer: { status: 500, headers: { 'x-request-id': 'dx-request-1' } } });

		expect(onlyError(await runUpdate({ label: 'x' })).requestId).toBe('dx-request-1');
	});

	test.each([
		{ connection: '999', credential: '456', code: 'parentNotFound' },
		{ connection: '124', credential: '456', code: 'notFound' },
		{ connection: '123', credential: '459', code: 'notFound' },
	])('credential $credential of connection $connection is $code, and the connector is not tried', async (given) => {
		const error = onlyError(await runUpdate({ label: 'x' }, given.credential, given.connection));

		expect(error).toMatchObject({ code: given.code, httpStatus: 404, applied: 'no', id: given.credential });
		expect(subject().simulator.state.knocks).toHaveLength(0);
	});
});

describe('an answer of 2xx', () => {
	test.each<[body: unknown, expected: object]>([
		[{ ok: true }, { id: '456', name: null, type: null, createdAt: null, attributes: {} }],
		[{ ok: true, credential: null }, { id: '456', name: null }],
		[{ ok: true, credential: [] }, { id: '456', name: null }],
		[{ ok: true, credential: { id: '456', label: 'text id' } }, { id: '456', name: 'text id' }],
		[
			{ ok: true, credential: { id: 456, expiration_date: '2030-12-31', disabled_at: '2026-02-01T00:00:00Z' } },
			{ expiresAt: '2030-12-31', attributes: { disabled_at: '2026-02-01T00:00:00Z' } },
		],
		[
			{ ok: true, credential: { id: 456, settings: { a: 1 }, secrets: { b: 2 }, created_at: 'no date' } },
			{ createdAt: null, attributes: {} },
		],
		[{ ok: true, credential: { id: 456 }, display_message: 'All is well.' }, { id: '456' }],
	])('%j counts as success', async (body, expected) => {
		const { simulator, run } = subject();
		simulator.server.plan({ answer: { status: 200, body } });

		const [item] = succeeded(await run(itemsFor(['456']), { settings: ERROR_OUTPUT }));

		expect(item!.json).toMatchObject({ ...expected, outcome: 'updated', parentId: '123' });
		expect(item!.json).toMatchObject({ verification: 'verified', verificationDetail: { method: 'vendor', detail: 'DX has signed in at the connector with the credential before it saved the change.' } });
	});

	test.each<[body: unknown]>([
		[null],
		[''],
		['null'],
		['[]'],
		['"ok"'],
		['<html>Welcome</html>'],
		['{"ok": true'],
		[{}],
		[{ credential: { id: 456 } }],
		[{ ok: 'true', credential: { id: 456 } }],
		[{ ok: 1 }],
		[{ error: 'not_authed' }],
		[[{ ok: true }]],
	])('%j does not say whether it succeeded', async (body) => {
		subject().simulator.server.plan({ answer: { status: 200, body } });

		const error = onlyError(await runUpdate({ label: 'x' }));

		expect(error).toMatchObject({ code: 'unexpectedResponse', stage: 'answer', applied: 'unknown' });
	});

	test('about another credential is not believed', async () => {
		subject().simulator.server.plan({ answer: { status: 200, body: { ok: true, credential: { id: 457 } } } });

		const error = onlyError(await runUpdate({ label: 'x' }));

		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', id: '456' });
	});

	test('with another label than was sent fails the item as applied', async () => {
		const body = { ok: true, credential: { id: 456, label: 'other' } };
		subject().simulator.server.plan({ answer: { status: 200, body } });

		const error = onlyError(await runUpdate({ label: 'x', jiraApiToken: 'a new token' }));

		expect(error).toMatchObject({
			code: 'verificationFailed',
			stage: 'answer',
			applied: 'yes',
			hint: 'Other than sent: label.',
		});
	});

	test('with a label is no mismatch when none was sent', () => {
		const input = update.read(parametersWith({ jiraApiToken: 'a new token' }));
		const answer: VendorAnswer = { status: 200, headers: {}, body: { ok: true, credential: { id: 456, label: 'stored' } } };

		expect(update.result(input, answer).verification.status).toBe('verified');
	});
});

describe('Create', () => {
	const TOKEN = 'ATATT3xFakeExampleToken';

	test('sends and reads what the documented example shows', async () => {
		const answer = {
			status: 201,
			body: {
				ok: true,
				credential: {
					id: 456,
					type: 'jira_cloud',
					label: 'Automation user — myfakecompany',
					created_at: '2026-04-07T00:00:00.000Z',
				},
			},
		};
		subject().simulator.server.plan({ answer });
		const jiraUser = 'dx-automation@myfakecompany.example';

		const result = await runNode(
			createParameters(rows(['api_token', TOKEN]), { label: 'Automation user — myfakecompany', jiraUser }),
		);

		const [request] = subject().requests();
		expect(request).toMatchObject({ method: 'POST', target: '/api/connections/123/credentials.create' });
		expect(request!.headers['content-type']).toBe('application/json');
		expect(sentBodies()).toEqual([
			{ label: 'Automation user — myfakecompany', settings: { jira_user: jiraUser }, secrets: { api_token: TOKEN } },
		]);
		expect(succeeded(result)[0]!.json).toMatchObject({
			outcome: 'created',
			id: '456',
			name: 'Automation user — myfakecompany',
			type: 'jira_cloud',
			parentId: '123',
			createdAt: '2026-04-07T00:00:00.000Z',
			expiresAt: null,
			changed: ['label', 'settings.jira_user', 'secrets.api_token'],
			verification: 'verified',
			verificationDetail: { method: 'vendor', detail: 'DX has signed in at the connector with the credential before it saved the change.' },
			attributes: {},
		});
	});

	test('merges all sources, and sends nothing that was not given', async () => {
		await runNode(
			createParameters(rows(['a', 'secret a']), {
				secretsJson: '{"b": {"pin": 123456}}',
				jiraApiToken: 'secret c',
				settings: rows(['d', '1']),
				settingsJson: '{"e": [2]}',
				expirationDate: '2030-12-31T00:00:00',
			}),
		);

		expect(sentBodies()).toEqual([
			{
				settings: { d: '1', e: [2] },
				secrets: { a: 'secret a', b: { pin: 123456 }, api_token: 'secret c' },
				expiration_date: '2030-12-31',
			},
		]);
	});

	test.each<[name: string, parameters: INodeParameters]>([
		['left as it is', { secrets: {} }],
		['with its only row taken away', { secrets: rows() }],
		['absent from the workflow', {}],
	])('takes the Jira API token alone, “Secrets” %s', async (_name, parameters) => {
		const result = await runNode(operationParameters('create', { ...parameters, jiraApiToken: TOKEN }));

		expect(succeeded(result)[0]!.json).toMatchObject({ outcome: 'created', changed: ['secrets.api_token'] });
		expect(sentBodies()).toEqual([{ secrets: { api_token: TOKEN } }]);
	});

	test('reports the label that DX chooses where none is given', async () => {
		const [item] = succeeded(await runNode(createParameters(rows(['api_token', TOKEN]))));

		const stored = subject().simulator.state.credentials.get(String(item!.json.id));
		expect(stored?.label).toMatch(/./);
		expect(item!.json.name).toBe(stored?.label);
	});

	test.each<[secrets: INodeParameters, additionalFields: INodeParameters, sentence: string]>([
		[{}, {}, 'A new credential needs at least one secret. Fill in “Jira API Token”, “Secrets” or “Secrets (JSON)”.'],
		[{}, { label: 'x', settings: rows(['site', 'eu']) }, 'A new credential needs at least one secret.'],
		[rows(['', TOKEN]), {}, '“Secrets: Name” is empty.'],
		[rows(['api_token', '']), {}, '“Secrets: api_token” is empty.'],
		[rows(['a', 'one'], ['api_token', '={{ $json.missing }}']), {}, '“Secrets: api_token” is empty.'],
		[{}, { jiraApiToken: '={{ $json.missing }}' }, '“Jira API Token” is empty.'],
		[{}, { secretsJson: '={{ ({}) }}' }, '“Secrets (JSON)” is empty.'],
		[rows(['a', TOKEN]), { label: '={{ $json.missing }}' }, '“Label” is empty.'],
		[rows(['a', TOKEN]), { expirationDate: 'soon' }, '“Expiration Date” is not a date.'],
		[rows(['api_token', TOKEN]), { jiraApiToken: 'two' }, '“api_token” is given twice, in “Secrets” and in “Jira API Token”.'],
	])('refuses %j with %j before anything is sent', async (secrets, additionalFields, sentence) => {
		const error = onlyError(await runNode(createParameters(secrets, additionalFields)));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', id: null });
		expect(error.message).toContain(sentence);
		expect(subject().requests()).toHaveLength(0);
	});

	test('refuses a connection that is no integer', () => {
		const parameters = parametersWith(undefined, { connectionId: '123/../124', secrets: rows(['a', TOKEN]) });

		expect(refusalOf(() => create.read(parameters)).message).toContain('“Connection”');
	});

	describe.each(Object.entries<ConnectorRefusal>(CONNECTOR_REFUSALS))('refused for %s', (_name, refusal) => {
		const code = refusal.error.startsWith('Duplicate') ? 'conflict' : 'verificationFailed';

		test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
			'stores nothing and knocks once, Retry On Fail or not, on error %s',
			async (onError) => {
				const { simulator, run } = subject();
				simulator.state.refusals.set(123, refusal);
				const before = structuredClone([...simulator.state.credentials.values()]);

				await run([{ json: {} }], {
					parameters: createParameters(rows(['api_token', TOKEN])),
					settings: { onError, retryOnFail: true, maxTries: 5, waitBetweenTries: 1 },
				});

				expect(simulator.state.knocks).toEqual([{ connectionId: 123, credentialId: null }]);
				expect([...simulator.state.credentials.values()]).toEqual(before);
			},
		);

		test(`is ${code}, under whatever status`, async () => {
			for (const status of [200, 401, 404, 409, 422, 500]) {
				subject().simulator.state.refusals.set(123, { ...refusal, status });

				const error = onlyError(await runNode(createParameters(rows(['api_token', TOKEN]))));

				expect(error).toMatchObject({ code, applied: 'no', retryable: false, vendorCode: refusal.error, httpStatus: status });
				expect(code === 'conflict' ? error.hint : error.message).toContain(code === 'conflict' ? 'DX has stored nothing' : 'so DX has not taken it');
			}
		});
	});

	test.each<[name: string, fields: INodeParameters, vendorCode: string]>([
		['secrets', { jiraApiToken: 'stored-token-457' }, 'Duplicate secrets'],
		['settings', { jiraApiToken: TOKEN, jiraUser: 'bot-457@myfakecompany.example' }, 'Duplicate settings'],
	])('the %s of another credential are a conflict for it, and a failed verification for an update', async (_name, fields, vendorCode) => {
		const created = onlyError(await runNode(createParameters({}, fields)));
		const updated = onlyError(await runUpdate(fields));

		expect(created).toMatchObject({ code: 'conflict', vendorCode, applied: 'no' });
		expect(created.hint).toContain('Update the credential that has these values');
		expect(updated).toMatchObject({ code: 'verificationFailed', vendorCode, applied: 'no' });
	});

	test('is refused on a connection that takes one credential alone, and possible again once that one is deleted', async () => {
		const { simulator } = subject();
		simulator.state.connections.get('124')!.supports_multiple_credentials = false;
		const parameters = operationParameters('create', { secrets: rows(['token', TOKEN]) }, '124');

		const error = onlyError(await runNode(parameters));
		await runNode(credentialParameters('delete', '789', '124'));
		const result = await runNode(parameters);

		expect(error).toMatchObject({ code: 'invalidInput', httpStatus: 422, applied: 'no', vendorCode: expect.any(String) as string });
		expect(succeeded(result)[0]!.json).toMatchObject({ outcome: 'created', type: 'github', parentId: '124' });
	});

	test('on a connection that does not exist is parentNotFound', async () => {
		const error = onlyError(await runNode(operationParameters('create', { secrets: rows(['a', TOKEN]) }, '999')));

		expect(error).toMatchObject({ code: 'parentNotFound', applied: 'no' });
		expect(subject().simulator.state.knocks).toEqual([]);
	});

	test.each([{ ok: true }, { ok: true, credential: null }, { ok: true, credential: { type: 'jira_cloud' } }])(
		'answered with %j may have been done: the ID is not known',
		async (body) => {
			subject().simulator.server.plan({ answer: { status: 201, body } });

			const error = onlyError(await runNode(createParameters(rows(['api_token', TOKEN]))));

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown' });
			expect(error.hint).toContain('Look for the new credential');
		},
	);

	test('answered with another label than was sent fails as applied', async () => {
		subject().simulator.server.plan({ answer: { status: 201, body: { ok: true, credential: { id: 7, label: 'other' } } } });

		const error = onlyError(await runNode(createParameters(rows(['api_token', TOKEN]), { label: 'mine' })));

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', hint: 'Other than sent: label.' });
	});
});

describe('Get', () => {
	test('shows what DX tells of a credential, but for its settings', async () => {
		const result = await runNode(credentialParameters('get', '457'));

		expect(subject().requests()[0]).toMatchObject({ method: 'GET', target: '/api/connections/123/credentials.info/457', text: '' });
		expect(succeeded(result)[0]!.json).toMatchObject({
			id: '457',
			name: 'Automation user 457',
			type: 'jira_cloud',
			parentId: '123',
			createdAt: '2026-01-01T00:00:00.000Z',
			updatedAt: null,
			expiresAt: '2027-02-28',
			attributes: { disabled_at: null, deleted_at: null },
		});
		expect(JSON.stringify(succeeded(result))).not.toContain('jira_user');
	});

	test('finds a deleted credential, and tells since when it is deleted', async () => {
		const [item] = succeeded(await runNode(credentialParameters('get', '459')));

		expect(item!.json).toMatchObject({ outcome: 'found', id: '459', attributes: { deleted_at: '2026-02-01T00:00:00.000Z' } });
	});

	test.each([
		{ connection: '124', credential: '456', code: 'notFound' },
		{ connection: '999', credential: '456', code: 'parentNotFound' },
	])('of credential $credential of connection $connection is $code', async ({ connection, credential, code }) => {
		const error = onlyError(await runNode(credentialParameters('get', credential, connection)));

		expect(error).toMatchObject({ code, applied: 'no', stage: 'read', id: credential });
	});

	test('about another credential is not believed', async () => {
		subject().simulator.server.plan({ answer: { status: 200, body: { ok: true, credential: { id: 457 } } } });

		const error = onlyError(await runNode(credentialParameters('get', '456')));

		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
	});

	test('with Output: Raw shows the settings, and no secret that DX might send against its word', async () => {
		const credential = {
			id: 456,
			settings: { jira_user: 'bot@example.com', note: 'it is canary-one' },
			secrets: { api_token: 'canary-one', app: { pins: [87654321] } },
		};
		subject().simulator.server.plan({ answer: { status: 200, body: { ok: true, credential } } });

		const [item] = succeeded(await runNode(credentialParameters('get', '456'), { output: 'raw' }));

		expect(item!.json.raw).toEqual({
			ok: true,
			credential: {
				id: 456,
				settings: { jira_user: 'bot@example.com', note: 'it is [redacted]' },
				secrets: { api_token: '[redacted]', app: { pins: ['[redacted]'] } },
			},
		});
	});
});

describe('Get Many', () => {
	test('lists the credentials of the connection, and neither deleted ones nor those of others', async () => {
		const result = await runNode(operationParameters('getAll', { returnAll: true }));

		expect(subject().requests()[0]).toMatchObject({ method: 'GET', target: '/api/connections/123/credentials.list', text: '' });
		expect(succeeded(result).map(({ json }) => json.id)).toEqual(['456', '457', '458']);
		expect(succeeded(result).map(({ json }) => json.attributes)).toEqual([
			{ disabled_at: null },
			{ disabled_at: null },
			{ disabled_at: '2026-02-01T00:00:00.000Z' },
		]);
	});

	test.each([
		{ connection: '999', code: 'parentNotFound' },
		{ connection: '0', code: 'invalidInput' },
	])('of connection $connection is $code', async ({ connection, code }) => {
		const error = onlyError(await runNode(operationParameters('getAll', { returnAll: true }, connection)));

		expect(error).toMatchObject({ code, applied: 'no' });
	});

	describe('Expires Within (Days)', () => {
		const NOW = '2026-11-22T10:00:00.000Z';
		beforeEach(() => void jest.useFakeTimers({ now: new Date(NOW), doNotFake: ['nextTick', 'setImmediate'] }));
		afterEach(() => void jest.useRealTimers());

		const keeps = (expiresWithinDays: unknown, expiresAt: unknown) => {
			const input = getAll.read(parametersWith(undefined, { filters: { expiresWithinDays } }));
			return getAll.keeps!(input, { ...nothingKnown('456'), expiresAt });
		};

		test.each<[days: unknown, expiresAt: unknown, kept: boolean]>([
			[7, '2026-11-29', true],
			[7, '2026-11-30', false],
			['7', '2026-11-29', true],
			[0, '2026-11-22', true],
			[0, '2026-11-23', false],
			[0, '2026-11-22T10:00:00Z', true],
			[0, '2026-11-22T10:00:01Z', false],
			[1, '2026-11-23T12:00:00+02:00', true],
			[1, '2026-11-23T12:00:01+02:00', false],
			[0, '2020-01-01', true],
			[7, Date.UTC(2026, 10, 29) / 1000, true],
			[36_500, null, false],
			// It may be near, and would otherwise be missed.
			[7, 'end of the year', true],
		])('%j takes in %j: %p', (days, expiresAt, kept) => {
			expect(keeps(days, expiresAt)).toBe(kept);
		});

		test('keeps everything where it is not set', () => {
			const input = getAll.read(parametersWith(undefined));

			expect(getAll.keeps!(input, nothingKnown('456'))).toBe(true);
		});
	});

	test('lists what expires soon or has expired, as far as the limit goes', async () => {
		const { simulator } = subject();
		const inDays = (days: number) => DateTime.utc().plus({ days }).toISODate();
		simulator.state.credentials.get('456')!.expiration_date = inDays(-400);
		simulator.state.credentials.get('457')!.expiration_date = inDays(90);
		simulator.state.credentials.get('458')!.expiration_date = inDays(5);
		const listed = async (more: INodeParameters) =>
			succeeded(await runNode(operationParameters('getAll', { filters: { expiresWithinDays: 30 }, ...more }))).map(({ json }) => json.id);

		expect(await listed({ returnAll: true })).toEqual(['456', '458']);
		expect(await listed({ limit: 1 })).toEqual(['456']);
	});

	test.each([-1, 1.5, 36_501, '', '={{ $json.missing }}', 'a week', true])('refuses %j days before anything is sent', async (days) => {
		const error = onlyError(await runNode(operationParameters('getAll', { returnAll: true, filters: { expiresWithinDays: days } })));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input' });
		expect(error.message).toContain('“Expires Within (Days)”');
		expect(subject().requests()).toHaveLength(0);
	});

	test('reads entries of any shape', async () => {
		const credentials = [null, 'x', {}, { label: 'no ID' }, { id: '7', expiration_date: '', created_at: 'soon' }];
		subject().simulator.server.plan({ answer: { status: 200, body: { ok: true, credentials } } });

		const result = await runNode(operationParameters('getAll', { returnAll: true }));

		expect(succeeded(result).map(({ json: { id, name, createdAt, expiresAt } }) => [id, name, createdAt, expiresAt])).toEqual([
			[null, 'no ID', null, null],
			['7', null, null, null],
		]);
	});
});

describe('Delete', () => {
	const remove = (credentialId: string, options: INodeParameters = {}, connectionId?: string) =>
		runNode(credentialParameters('delete', credentialId, connectionId), options);

	test('sends the documented request; DX keeps the row and shows it as deleted', async () => {
		const [item] = succeeded(await remove('456'));
		const [found] = succeeded(await runNode(credentialParameters('get', '456')));
		const { simulator, requests } = subject();

		expect(requests()[0]).toMatchObject({ method: 'POST', target: '/api/connections/123/credentials.delete' });
		expect(JSON.parse(requests()[0]!.text)).toEqual({ id: 456 });
		expect(item!.json).toMatchObject({ outcome: 'deleted', deleted: true, id: '456', parentId: '123', changed: [] });
		expect(found!.json.attributes).toMatchObject({ deleted_at: expect.any(String) as string });
		expect(simulator.state.knocks).toEqual([]);
	});

	test('of a deleted one is notFound, or unchanged for those who want it gone', async () => {
		expect(onlyError(await remove('459'))).toMatchObject({ code: 'notFound', applied: 'no', id: '459' });
		expect(succeeded(await remove('459', { ignoreIfMissing: true }))[0]!.json).toMatchObject({ outcome: 'unchanged', deleted: true });
	});

	test.each<[name: string, answer: { status: number; body: unknown }, code: string]>([
		['a connection that does not exist', { status: 404, body: { ok: false, error: 'connection_not_found' } }, 'parentNotFound'],
		['a method that does not exist', { status: 404, body: { ok: false, error: 'unknown_method' } }, 'unexpectedResponse'],
		['JSON of another service', { status: 404, body: { message: 'Not Found' } }, 'unexpectedResponse'],
		['the page of a proxy', { status: 404, body: '<html>Not Found</html>' }, 'notFound'],
		['nothing', { status: 404, body: undefined }, 'notFound'],
	])('does not take 404 with %s for a credential that is gone', async (_name, answer, code) => {
		subject().simulator.server.plan({ answer });

		const result = await remove('456', { ignoreIfMissing: true });

		expect(onlyError(result)).toMatchObject({ code, applied: 'no' });
		expect(succeeded(result)).toEqual([]);
	});

	test('of a connection that does not exist is parentNotFound, also for those who want the credential gone', async () => {
		expect(onlyError(await remove('456', { ignoreIfMissing: true }, '999'))).toMatchObject({ code: 'parentNotFound', applied: 'no' });
	});

	test.each<[body: unknown]>([[{ ok: false }], [{}], ['<html>'], [undefined]])('answered with 200 and %j is no success', async (body) => {
		subject().simulator.server.plan({ answer: { status: 200, body } });

		const result = await remove('456', { ignoreIfMissing: true });

		expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown' });
	});
});

describe('the base URL', () => {
	test.each<[credentials: ICredentialDataDecryptedObject, url: string]>([
		[{ instance: 'acme', baseUrl: '' }, 'https://acme.getdx.net'],
		[{ instance: 'acme-2' }, 'https://acme-2.getdx.net'],
		[{ instance: '', baseUrl: 'https://dx.example.com/' }, 'https://dx.example.com'],
		[{ instance: 'not used!', baseUrl: 'http://127.0.0.1:8080/dx/' }, 'http://127.0.0.1:8080/dx'],
	])('of %j is %s', (credentials, url) => {
		expect(dxBaseUrl(credentials)).toBe(url);
		expect(dx.baseUrl(credentials)).toBe(url);
	});

	test.each([
		'evil.com/',
		'evil.com#',
		'evil.com?',
		'a.b',
		'x@y',
		'evil.com:443/',
		'ac\nme',
		'Acme',
		'acme.getdx.net',
		'https://acme.getdx.net',
		'..',
		'é',
	])('is not built from the instance %j, neither for requests nor for the credential test', async (instance) => {
		const credentials = { instance, apiToken: 'a token', baseUrl: '' };

		expect(refusalOf(() => dxBaseUrl(credentials)).message).toContain('“Instance”');
		await expect(signed(credentials, { baseURL: `https://${instance}.getdx.net`, url: '/' })).rejects.toThrow('“Instance”');
	});

	test.each<[credentials: ICredentialDataDecryptedObject, field: string]>([
		[{ instance: '', baseUrl: '' }, 'Instance'],
		[{}, 'Instance'],
		[{ instance: 'acme', baseUrl: 'http://dx.example.com' }, 'Base URL'],
		[{ instance: 'acme', baseUrl: 'dx.example.com' }, 'Base URL'],
		[{ instance: 'acme', baseUrl: 'https://user:word@dx.example.com' }, 'Base URL'],
	])('of %j cannot be used: “%s” is named', (credentials, field) => {
		expect(refusalOf(() => dxBaseUrl(credentials)).message).toContain(`“${field}”`);
	});

	test('of a hostile instance fails the item with nothing sent', async () => {
		const { run, simulator } = subject();
		const credentials = storeOf({ dxApi: { ...simulator.credentials.dxApi!, baseUrl: '', instance: 'evil.com/' } });

		const error = onlyError(await run(itemsFor(['456']), { credentials, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', attempts: 0 });
		expect(error.message).toContain('“Instance”');
	});
});

describe('the credential test', () => {
	const { test: request } = types.credentials.get('dxApi')!;

	test('asks the instance, or the base URL where there is one', async () => {
		expect(await testBaseUrl('dxApi', { instance: 'acme', baseUrl: '' })).toBe('https://acme.getdx.net');
		expect(await testBaseUrl('dxApi', { instance: 'acme', baseUrl: 'https://dx.example.com' })).toBe('https://dx.example.com');
	});

	test('passes with the stored token', async () => {
		const answer = await testCredential(subject(), subject().simulator.credentials.dxApi!);

		expect(answer!.status).toBe(200);
		expect(answer!.body.ok).not.toBe(rule().value);
	});

	test('fails with another token, by its status or, under 200, by the rule on the body', async () => {
		const { simulator } = subject();
		const wrong = { ...simulator.credentials.dxApi!, apiToken: 'wrong' };
		expect(await testCredential(subject(), wrong)).toMatchObject({ status: 401 });
		expect(ruleOf('responseCode').properties).toEqual({ value: 401, message: rule().message });

		simulator.server.plan({ answer: { status: 200, body: { ok: false, error: 'not_authed' } } });
		const answer = await testCredential(subject(), wrong);

		expect(answer).toMatchObject({ status: 200, body: { [rule().key]: rule().value } });
		expect(rule()).toMatchObject({ key: 'ok', value: false, message: expect.stringContaining('token') as string });
	});

	function rule() {
		return ruleOf('responseSuccessBody').properties as { key: string; value: unknown; message: string };
	}

	function ruleOf(type: string) {
		return request!.rules!.find((each) => each.type === type)!;
	}
});

async function signed(credentials: ICredentialDataDecryptedObject, request: { baseURL: string; url: string }) {
	const { authenticate } = types.credentials.get('dxApi')!;
	if (typeof authenticate !== 'function') throw new Error('authenticate is no function');
	return await authenticate(credentials, request);
}

describe('the lists', () => {
	async function search(method: 'searchConnections' | 'searchCredentials', filter?: string, connection: unknown = '123') {
		const parameters = {
			...updateParameters('', NOTHING),
			connectionId: { __rl: true, mode: 'list', value: connection },
		} as INodeParameters;
		return await loadList(subject(), method, { parameters, filter });
	}

	test('offer the connections with their type', async () => {
		expect((await search('searchConnections')).results).toEqual([
			{ name: 'Jira myfakecompany (jira_cloud)', value: '123' },
			{ name: 'GitHub myfakecompany (disabled, github)', value: '124' },
		]);
	});

	test('offer the credentials of the chosen connection, with what tells them apart', async () => {
		expect((await search('searchCredentials')).results).toEqual([
			{ name: 'Automation user — myfakecompany (jira_cloud, created 2026-01-01)', value: '456' },
			{ name: 'Automation user 457 (jira_cloud, expires 2027-02-28)', value: '457' },
			{ name: 'Automation user 458 (disabled, jira_cloud, created 2026-01-01)', value: '458' },
		]);
		expect(subject().requests()[0]!.target).toBe('/api/connections/123/credentials.list');
		expect((await search('searchCredentials', undefined, 124)).results).toHaveLength(1);
	});

	test('find by name and by ID', async () => {
		expect((await search('searchConnections', 'github')).results).toEqual([expect.objectContaining({ value: '124' })]);
		expect((await search('searchCredentials', '457')).results).toEqual([expect.objectContaining({ value: '457' })]);
		expect((await search('searchCredentials', 'nobody')).results).toEqual([]);
	});

	test.each(['', '={{ $json.connection }}'])('ask for a connection first when it is %j', async (connection) => {
		await expect(search('searchCredentials', undefined, connection)).rejects.toThrow('Choose a “Connection” first.');
		expect(subject().requests()).toHaveLength(0);
	});

	test('refuse a connection that is no integer, with nothing sent', async () => {
		await expect(search('searchCredentials', undefined, '123/../124')).rejects.toThrow('“Connection” wants the ID, which is a whole number');
		expect(subject().requests()).toHaveLength(0);
	});

	test.each<[status: number, body: unknown, sentence: string]>([
		[401, { ok: false, error: 'not_authed' }, 'DX did not accept the node’s credential. Check “API Token”'],
		[200, { ok: false, error: 'not_authed' }, 'DX did not accept the node’s credential. Check “API Token”'],
		[404, { ok: false, error: 'connection_not_found' }, 'Check “Connection”'],
		[200, '<html>', 'DX gave an answer that this node does not understand.'],
	])('tell a refusal in plain words: %d %j', async (status, body, sentence) => {
		subject().simulator.server.plan({ answer: { status, body } });

		await expect(search('searchCredentials')).rejects.toThrow(sentence);
	});

	test.each([
		{ method: 'searchCredentials' as const, sentence: 'It holds no list of credentials.' },
		{ method: 'searchConnections' as const, sentence: 'It holds no list of connections.' },
	])('$method does not take an answer without a list for an empty one', async ({ method, sentence }) => {
		for (const list of [undefined, null, {}]) {
			const body = { ok: true, credentials: list, connections: list };
			subject().simulator.server.plan({ answer: { status: 200, body } });

			await expect(search(method)).rejects.toThrow(sentence);
		}
	});

	test.each<[list: unknown, results: unknown[]]>([
		[[], []],
		[[null, 'x', { name: 'no id' }, { id: '7' }], [{ name: '7', value: '7' }]],
		[[{ id: 8, label: 'odd dates', created_at: 'soon', expiration_date: '' }], [{ name: 'odd dates', value: '8' }]],
	])('read entries of any shape: %j', async (credentials, results) => {
		subject().simulator.server.plan({ answer: { status: 200, body: { ok: true, credentials } } });

		expect((await search('searchCredentials')).results).toEqual(results);
	});
});

test('what saved workflows and credentials hold of the node does not change', () => {
	expect(savedNames('dx')).toEqual([
		'credential dxApi',
		'credential rotationSecretApi (operation create update) (secretSource storedSecret)',
		'credential rotationPreviousSecretApi (operation update) (secretSource previousSecret)',
		'resource credential',
		'operation update create delete get getAll',
		'secretSource storedSecret fields (operation create)',
		'secretSource storedSecret fields previousSecret (operation update)',
		'connectionId list id (operation create delete get getAll update)',
		'credentialId list id (operation delete get update)',
		'jiraApiToken (operation create update) (secretSource fields)',
		'secrets (operation create update) (secretSource fields)',
		'secrets.values.name',
		'secrets.values.value',
		'secretsJson (operation create update) (secretSource fields)',
		'additionalFields (operation create)',
		'additionalFields.expirationDate',
		'additionalFields.jiraUser',
		'additionalFields.label',
		'additionalFields.settings',
		'additionalFields.settings.values.name',
		'additionalFields.settings.values.value',
		'additionalFields.settingsJson',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'filters (operation getAll)',
		'filters.expiresWithinDays',
		'updateFields (operation update)',
		'updateFields.expirationDate',
		'updateFields.jiraUser',
		'updateFields.label',
		'updateFields.settings',
		'updateFields.settings.values.name',
		'updateFields.settings.values.value',
		'updateFields.settingsJson',
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
	expect(savedFields('dxApi')).toEqual(['instance', 'apiToken', 'baseUrl']);
});

test('the node warns that every change knocks at the connector, and what a deletion breaks', () => {
	const { properties } = types.nodes.get('dx')!.description;

	expect(properties.filter(({ type }) => type === 'notice').map(({ displayName }) => displayName)).toEqual([
		expect.stringMatching(/typed into a field.*“Secret Source”/) as string,
		expect.stringMatching(/signs in at the connector before it stores a new credential/) as string,
		expect.stringMatching(/refused tries can lock the account/) as string,
		expect.stringMatching(/stops syncing/) as string,
		expect.stringMatching(/“Restore”.*has leaked/) as string,
	]);
});
