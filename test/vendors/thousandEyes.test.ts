import type { INodeParameters } from 'n8n-workflow';

import { MOST_ATTEMPTS } from '../../nodes/engine/request/retry';
import { loadList } from '../harness/editor';
import { storeOf } from '../harness/engine';
import {
	ERROR_OUTPUT,
	failed,
	ID,
	itemsFor,
	newSecret,
	onlyError,
	savedFields,
	savedNames,
	storedSecret,
	succeeded,
	types,
	useSubject,
} from '../harness/subject';
import { traces } from '../harness/traces';
import { simulator as definition } from '../simulator/thousandEyes';
import type { RateRule } from '../simulator/rateLimits';
import type { Answer, ReceivedRequest } from '../simulator/server';

const rlc = (id: string) => ({ __rl: true, mode: 'id', value: id });

describe('ThousandEyes v7', () => {
	const subject = useSubject('thousandEyes', definition, 'ThousandEyes v7');

	test('reads the name first when only the value is given, and sends both', async () => {
		const { run, simulator, requests } = subject();

		const [item] = succeeded(await run(itemsFor(['406'])));

		expect(requests().map(({ method }) => method)).toEqual(['GET', 'PUT']);
		expect(simulator.state.credentials.get('406')?.name).toBe('shop-login');
		expect(item!.json).toMatchObject({
			name: 'shop-login',
			changed: ['value'],
			verification: 'accepted',
			verificationDetail: { method: 'none' },
			meta: { requests: 2, attempts: 1 },
		});
	});

	describe('a credential that is called as its value is', () => {
		const NAME = 'named-like-its-value';
		const named = (id = '406') => {
			const { state } = subject().simulator;
			state.maySeeValues = true;
			state.credentials.set(id, { ...state.credentials.get(id)!, name: NAME, value: NAME });
		};

		test('is found before a second one is created', async () => {
			const { run, changes } = subject();
			named();

			const error = onlyError(await run([{ json: {} }], { parameters: { operation: 'create', name: NAME, secretSource: 'fields', value: 'another-value' }, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'conflict', id: '406' });
			expect(changes()).toEqual([]);
		});

		test('gets the value that is stored under its name, and shows neither', async () => {
			const { run, simulator, update } = subject();
			named();
			const names = [update.credentialType, 'rotationSecretApi'];

			const result = await run([{ json: {} }], {
				parameters: update.stored!.parameters('406'),
				credentials: storeOf({
					[update.credentialType]: simulator.credentials[update.credentialType]!,
					rotationSecretApi: { valuesJson: JSON.stringify({ [`name:${NAME}`]: { value: 'the-next-value' } }) },
				}),
				settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(names.map((type) => [type, { id: type, name: type }])) },
			});

			expect(succeeded(result).map(({ json }) => json.name)).toEqual(['[redacted]']);
			expect(simulator.state.credentials.get('406')).toMatchObject({ name: NAME, value: 'the-next-value' });
			expect(JSON.stringify(succeeded(result))).not.toContain(NAME);
		});

		test('is listed without its name, among others with theirs', async () => {
			const { run } = subject();
			named();

			const items = succeeded(await run([{ json: {} }], { parameters: { operation: 'getAll', returnAll: true } }));

			expect(items.map(({ json }) => json.name)).toEqual(['Example Credential 1', '[redacted]', 'intranet-login']);
		});

		test('is not shown by the picker, nor is a credential that is called as the node’s own key is', async () => {
			named();
			const { state, credentials } = subject().simulator;
			state.credentials.set('407', { ...state.credentials.get('407')!, name: String(credentials.thousandEyesApi!.bearerToken) });

			const { results } = await loadList(subject(), 'searchCredentials');

			expect(results.map(({ name }) => name)).toEqual(['Example Credential 1', '[redacted]', '[redacted]']);
		});
	});

	test('sends the value alone when the name may not be read, and says so', async () => {
		const { run, simulator, changes } = subject();
		simulator.state.mayRead = false;

		const [item] = succeeded(await run(itemsFor(['406'])));

		expect(JSON.parse(changes()[0]!.text)).toEqual({ value: expect.any(String) as string });
		expect(item!.json).toMatchObject({
			verification: 'accepted',
			message: expect.stringContaining('name could not be read') as string,
		});
	});

	test('does not give one credential the name of another that the read before has shown', async () => {
		const { run, simulator, changes } = subject();
		simulator.server.plan({ answer: { status: 200, body: { id: '405', name: 'of-another-one' } } });

		const error = onlyError(await run(itemsFor(['406']), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'unexpectedResponse', stage: 'read', applied: 'no' });
		expect(changes()).toHaveLength(0);
	});

	test('changes nothing when it is cancelled during the read before', async () => {
		const { simulator, requests, runCancelled } = subject();
		simulator.server.plan({ delayMs: 200 });

		await runCancelled(itemsFor(['406']), () => requests().length === 1);

		expect(requests().map(({ method }) => method)).toEqual(['GET']);
	});

	test('does not change anything when the read before it is throttled', async () => {
		const { run, simulator, changes } = subject();
		simulator.server.plan({ times: MOST_ATTEMPTS, answer: { status: 429, body: { title: 'Too Many Requests', status: 429 } } });

		const error = onlyError(await run(itemsFor(['406']), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'rateLimited', stage: 'read', applied: 'no', retryable: true });
		expect(changes()).toHaveLength(0);
	});

	test('waits until the moment in the Reset header, measured against the answer’s own Date', async () => {
		const { run, simulator, waits } = subject();
		simulator.server.plan({
			answer: {
				status: 429,
				headers: { date: 'Tue, 18 Apr 2017 06:30:18 GMT', 'x-organization-rate-limit-reset': '1492497060' },
				body: { title: 'Too Many Requests', status: 429 },
			},
		});

		expect(succeeded(await run(itemsFor(['406'])))).toHaveLength(1);

		// By the vendor's clock: what time the node itself has taken since the answer, it need not wait.
		const [refused, repeated] = simulator.server.requests;
		expect(repeated!.at - refused!.at).toBeGreaterThanOrEqual(42_000);
		expect(waits.total()).toBeLessThan(43_000);
	});

	test('a rename needs no read, and is verified by the answer', async () => {
		const { run, requests } = subject();
		const parameters = { ...renameParameters('405', 'renamed'), apiVersion: 'v7' };

		const [item] = succeeded(await run([{ json: {} }], { parameters }));

		expect(requests()).toHaveLength(1);
		expect(item!.json).toMatchObject({
			name: 'renamed',
			changed: ['name'],
			verification: 'verified',
			verificationDetail: { method: 'response', detail: null },
		});
	});

	test('an answer with another name than was sent fails the item as applied', async () => {
		const { run, simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body: { id: '405', name: 'other' } } });
		const parameters = renameParameters('405', 'renamed');

		const error = onlyError(await run([{ json: {} }], { parameters, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', stage: 'answer' });
	});

	test('an account group goes into the query of the read and the change, and becomes the parent', async () => {
		const { run, requests } = subject();

		const [item] = succeeded(await run(itemsFor(['500']), { options: { accountGroupId: '1234' } }));

		expect(requests().map(({ target }) => target)).toEqual([
			'/v7/credentials/500?aid=1234',
			'/v7/credentials/500?aid=1234',
		]);
		expect(item!.json.parentId).toBe('1234');
	});

	test.each([[rlc('')], [{ __rl: true, mode: 'list', value: '' }], ['']])('an account group that was added and left empty, %j, is the default one', async (accountGroupId) => {
		const { run, requests } = subject();

		const [item] = succeeded(await run(itemsFor(['405']), { options: { accountGroupId } }));

		expect(requests().map(({ target }) => target)).toEqual(['/v7/credentials/405', '/v7/credentials/405']);
		expect(item!.json.parentId).toBeNull();
	});

	test.each(['={{ $json.absent }}', "={{ '' }}", "={{ '  ' }}"])('an account group out of %s, which yields nothing, is not the default one', async (expression) => {
		const { run, requests } = subject();

		const error = onlyError(await run(itemsFor(['405']), { options: { accountGroupId: rlc(expression) }, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(error.message).toMatch(/“Account Group” (has an expression that yields nothing|holds nothing but blanks)/);
		expect(requests()).toHaveLength(0);
	});

	test('refuses a field whose expression yields nothing, also beside one that has a value', async () => {
		const { run, requests } = subject();
		const parameters = { ...renameParameters('405', 'renamed'), secretSource: 'fields', value: '={{ $json.absent }}' };

		const error = onlyError(await run([{ json: {} }], { parameters, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', id: '405' });
		expect(error.message).toContain('“Value”');
		expect(requests()).toHaveLength(0);
	});

	test('a hostile account group stays inside its query parameter', async () => {
		const { run, requests } = subject();

		await run(itemsFor(['500']), { options: { accountGroupId: '1&x=2#/../' }, settings: ERROR_OUTPUT });

		expect([...requests()[0]!.query]).toEqual([['aid', '1&x=2#/../']]);
	});

	test('a missing permission to change names it', async () => {
		const { run, simulator } = subject();
		simulator.state.mayUpdate = false;

		const error = onlyError(await run(itemsFor(['405']), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'permission', httpStatus: 403, applied: 'no' });
		expect(error.hint).toContain('Settings Tests Update');
	});

	test.each([
		[
			{ type: 't', title: 'Bad Request', status: 400, detail: 'Validation failed', errors: [{ code: 'DASH-5622', field: 'name', message: 'taken' }] },
			{ vendorCode: 'DASH-5622', vendorMessage: 'Bad Request Validation failed name: taken' },
		],
		[
			{ timestamp: 1, httpStatus: 'PRECONDITION_FAILED', errors: ['no transaction tests'], path: '/x' },
			{ vendorCode: 'PRECONDITION_FAILED', vendorMessage: 'no transaction tests' },
		],
		[{ errorMessage: 'nope' }, { vendorCode: null, vendorMessage: 'nope' }],
		['<html>', { vendorCode: null, vendorMessage: null }],
	])('reads the refusal %j', async (body, expected) => {
		const { run, simulator, update } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 400, body } });

		const error = onlyError(await run(itemsFor(['405']), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', ...expected });
	});

	test('a base URL that leads to an API version which does not exist is told as such', async () => {
		const { run, simulator } = subject();
		const good = simulator.credentials.thousandEyesApi!;
		const credentials = storeOf({ thousandEyesApi: { ...good, baseUrl: `${String(good.baseUrl)}/v5` } });

		const error = onlyError(await run(itemsFor(['405']), { credentials, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'unexpectedResponse', httpStatus: 301, applied: 'no' });
		expect(error.hint).toContain('API version');
	});

	test('a token that is not valid is told as such whatever the status, with the id of the request', async () => {
		const { run, simulator, update } = subject();
		simulator.server.plan({
			when: update.isChange,
			answer: { status: 403, headers: { 'x-request-id': 'te-request-1' }, body: { error: 'invalid_token' } },
		});

		const error = onlyError(await run(itemsFor(['405']), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'authentication', vendorCode: 'invalid_token', requestId: 'te-request-1' });
		expect(error.hint).toContain('120 refused requests');
	});
});

describe('ThousandEyes v6', () => {
	const subject = useSubject('thousandEyes', definition, 'ThousandEyes v6');

	test('sends only the fields that are given', async () => {
		const { run, requests } = subject();

		await run([{ json: {} }], { parameters: { ...renameParameters('405', 'renamed'), apiVersion: 'v6' } });

		expect(requests().map(({ text }) => JSON.parse(text) as unknown)).toEqual([{ name: 'renamed' }]);
	});

	test.each([
		{ credentialId: 405, name: 'bare' },
		{ credentials: [{ credentialId: '405', name: 'text id' }] },
		{ id: '405', name: 'v7 shape' },
	])('reads the answer %j', async (body) => {
		const { run, simulator } = subject();
		simulator.server.plan({ answer: { status: 200, body } });

		const [item] = succeeded(await run(itemsFor(['405'])));

		expect(item!.json).toMatchObject({ id: '405', name: expect.any(String) as string });
	});

	test('a new name that holds the value is verified as it was answered, and shown without the value', async () => {
		const { run, simulator } = subject();
		const name = 'shop stored-value-405';
		simulator.server.plan({ answer: { status: 200, body: { credentials: [{ credentialId: 405, name, value: 'stored-value-405' }] } } });

		const [item] = succeeded(await run([{ json: {} }], { parameters: { ...renameParameters('405', name), apiVersion: 'v6' } }));

		expect(item!.json).toMatchObject({ name: 'shop [redacted]', verification: 'verified' });
	});

	test('a header that is quoted is cut out as a whole, the email in it included', async () => {
		const { run, simulator, requests } = subject();
		simulator.server.plan({ answer: ({ headers }) => ({ status: 400, body: { errorMessage: headers.authorization } }) });

		const error = onlyError(await run(itemsFor(['405']), { settings: ERROR_OUTPUT }));

		expect(requests()[0]!.headers.authorization).toMatch(/^Basic ./);
		expect(error.vendorMessage).toBe('Basic [redacted]');
	});

	test.each([
		['405', 'verified'],
		['406', 'accepted'],
	])('a value that is read back from credential %s is %s', async (credentialId, verification) => {
		const { run, simulator } = subject();
		const answer = { status: 200, body: { credentials: [{ credentialId, name: 'a name', value: 'the-new-value' }] } };
		simulator.server.plan({ when: ({ method }) => method === 'GET', answer });

		const [item] = succeeded(await run(itemsFor(['405'], () => 'the-new-value'), { options: { readValueBack: true } }));

		expect(item!.json.verification).toBe(verification);
	});

	test('takes a number as ID, as v6 lists it', async () => {
		const { run, requests } = subject();

		await run([{ json: { id: 405, secret: 'a new value' } }], {
			parameters: { apiVersion: 'v6', resource: 'credential', operation: 'update', credentialId: rlc(ID), secretSource: 'fields', value: '={{ $json.secret }}' },
		});

		expect(requests()[0]!.path).toBe('/v6/credentials/405/update.json');
	});
});

describe('a new credential of ThousandEyes v7', () => {
	const subject = useSubject('thousandEyes', definition, 'ThousandEyes v7');
	const create = async (answer: Answer) => {
		const { run, resource, simulator: running } = subject();
		running.server.plan({ when: (request) => resource.isCreate(request), answer });
		return await run([{ json: {} }], { parameters: resource.create('new-login', 'a new value'), settings: ERROR_OUTPUT });
	};

	test.each<[string, unknown]>([
		['no body', undefined],
		['a body without an ID', { name: 'new-login' }],
	])('that is answered with %s has the ID in its Location', async (_what, body) => {
		const [item] = succeeded(await create({ status: 201, headers: { location: 'https://api.thousandeyes.com/v7/credentials/3247?aid=1' }, body }));

		expect(item!.json).toMatchObject({ outcome: 'created', id: '3247' });
	});

	test.each(['', 'https://api.thousandeyes.com/v7/tests/1', '/v7/credentials/%E0%A4%A'])('whose Location is %j and whose body is empty is unknown', async (location) => {
		const error = onlyError(await create({ status: 201, headers: { location } }));

		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown' });
	});
});

describe.each(['v7', 'v6'] as const)('the value of a credential that %s may show', (version) => {
	const subject = useSubject('thousandEyes', definition, `ThousandEyes ${version}`);
	const OLD = 'stored-canary-old';
	const NEW = 'stored-canary-new';
	const isRead = ({ method }: ReceivedRequest) => method === 'GET';
	const stored = () => subject().simulator.state.credentials.get('406')!;

	/** Updates the value alone, with the one from before stored as well unless it is `null`. */
	const rotate = async (options: INodeParameters, previous: string | null = OLD, fields: INodeParameters = {}) => {
		const { run, simulator, update } = subject();
		const names = [update.credentialType, 'rotationSecretApi', ...(previous === null ? [] : ['rotationPreviousSecretApi'])];
		return await run([{ json: {} }], {
			parameters: { ...update.stored!.parameters('406'), updateFields: fields },
			options: { readValueBack: true, ...options },
			settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(names.map((name) => [name, { id: name, name }])) },
			credentials: storeOf({
				...simulator.credentials,
				rotationSecretApi: storedSecret({ value: NEW }),
				rotationPreviousSecretApi: storedSecret({ value: previous ?? '' }),
			}),
		});
	};
	/** After the update: the vendor has stored something else than was sent. */
	const distort = (value: string, afterwards: () => void = () => {}) => {
		const { simulator, update } = subject();
		simulator.server.plan({
			when: (request) => update.isChange(request) && request.text.includes(NEW),
			afterHandling: true,
			answer: (_request, handled) => {
				stored().value = value;
				afterwards();
				return handled!;
			},
		});
	};
	beforeEach(() => {
		subject().simulator.state.maySeeValues = true;
		stored().value = OLD;
	});

	test('is put back by Restore when another one than was sent is read back', async () => {
		distort('cut off by the vendor');

		const result = await rotate({ onVerificationFailure: 'restore' });

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: true });
		expect(onlyError(result).message).toMatch(/were put back\.$/);
		expect(stored()).toMatchObject({ name: 'shop-login', value: OLD });
		expect(subject().changes()).toHaveLength(2);
		expect(traces(result)).not.toContain('canary');
	});

	test('is put back as it was shown before, whatever is stored as the previous one', async () => {
		for (const previous of ['an-older-canary', null]) {
			stored().value = OLD;
			distort('cut off by the vendor');

			expect(onlyError(await rotate({ onVerificationFailure: 'restore' }, previous))).toMatchObject({ restored: true });
			expect(stored().value).toBe(OLD);
		}
	});

	test('is put back as it is stored as the previous one, where it was masked before', async () => {
		const { simulator } = subject();
		simulator.server.plan({
			when: isRead,
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replace(OLD, '********')) as unknown }),
		});
		distort('cut off by the vendor');

		expect(onlyError(await rotate({ onVerificationFailure: 'restore' }))).toMatchObject({ restored: true });
		expect(stored().value).toBe(OLD);
	});

	test.each<[string, () => void]>([
		['value', () => (stored().value = 'set-by-somebody-else')],
		['name', () => (stored().name = 'named-by-somebody-else')],
	])('is not put back over a %s that somebody else has set after it was read back', async (_what, somebodyElse) => {
		const { simulator } = subject();
		distort('cut off by the vendor', () => {
			// The read back is the next request; whoever comes after it is not us.
			simulator.server.plan({ when: isRead, afterHandling: true, answer: (_request, handled) => (somebodyElse(), handled!) });
		});

		const error = onlyError(await rotate({ onVerificationFailure: 'restore' }));

		expect(error).toMatchObject({ restored: false });
		expect(error.message).toContain('by someone else');
		expect(subject().changes()).toHaveLength(1);
	});

	test('is not called put back when the vendor stores something else again', async () => {
		const { simulator, update } = subject();
		distort('cut off by the vendor');
		simulator.server.plan({
			when: (request) => update.isChange(request) && request.text.includes(OLD),
			afterHandling: true,
			answer: (_request, handled) => ((stored().value = 'cut off again'), handled!),
		});

		const error = onlyError(await rotate({ onVerificationFailure: 'restore' }));

		expect(error).toMatchObject({ restored: false });
		expect(error.message).toContain('are not what the vendor shows now');
	});

	test('is not put back when it is not shown any more', async () => {
		distort('cut off by the vendor', () => {
			subject().simulator.server.plan({ when: isRead, afterHandling: true, answer: (_request, handled) => ((subject().simulator.state.maySeeValues = false), handled!) });
		});

		expect(onlyError(await rotate({ onVerificationFailure: 'restore' }))).toMatchObject({ restored: false });
		expect(subject().changes()).toHaveLength(1);
	});

	test('that is stored already is not sent again, where it is read before anyhow', async () => {
		const { changes, requests } = subject();
		stored().value = NEW;
		// v6 needs no look before an update, so there is none but for the sake of putting back.
		const options: INodeParameters = version === 'v6' ? { onVerificationFailure: 'restore' } : {};

		const result = await rotate(options);

		expect(succeeded(result)).toMatchObject([{ json: { outcome: 'unchanged', name: 'shop-login', verification: 'verified', verificationDetail: { method: 'readBack' } } }]);
		expect(requests().map(({ method }) => method)).toEqual(['GET']);
		expect(changes()).toEqual([]);
		expect(traces(result)).not.toContain('canary');
	});

	test('is sent beside a new name, and when nobody wants it looked at', async () => {
		for (const [options, fields] of [[{ onVerificationFailure: 'restore' }, { name: 'another' }], [{ readValueBack: false }, {}]] as const) {
			stored().value = NEW;

			expect(succeeded(await rotate(options, OLD, fields))).toMatchObject([{ json: { outcome: 'updated' } }]);
		}
		expect(subject().changes()).toHaveLength(2);
	});
});

function renameParameters(id: string, name: string) {
	return {
		resource: 'credential',
		operation: 'update',
		credentialId: rlc(id),
		updateFields: { name },
	};
}

describe.each([
	{ apiVersion: 'v7', path: '/v7/credentials' },
	{ apiVersion: 'v6', path: '/v6/credentials.json' },
])('the list of credentials, $apiVersion', ({ apiVersion, path }) => {
	const subject = useSubject('thousandEyes', definition, `ThousandEyes ${apiVersion}`);

	async function list(accountGroupId?: string) {
		const options = accountGroupId === undefined ? {} : { accountGroupId };
		const parameters = { ...renameParameters('', ''), apiVersion, options };
		return (await loadList(subject(), 'searchCredentials', { parameters })).results;
	}

	test('is that of the default account group, without the values that the account may see', async () => {
		subject().simulator.state.maySeeValues = true;

		expect(await list()).toEqual([
			{ name: 'Example Credential 1', value: '405' },
			{ name: 'shop-login', value: '406' },
			{ name: 'intranet-login', value: '407' },
		]);
		expect(subject().requests().map(({ target }) => target)).toEqual([path]);
	});

	test('is that of the account group in the options', async () => {
		expect(await list('1234')).toEqual([{ name: 'partner-login', value: '500' }]);
		expect(subject().requests().map(({ target }) => target)).toEqual([`${path}?aid=1234`]);
	});

	test('that may not be read names the permission that reading takes', async () => {
		subject().simulator.state.mayRead = false;

		await expect(list()).rejects.toThrow('“Settings Tests Read”');
	});

	test('leaves out what has no ID', async () => {
		const body = { credentials: [null, 'x', { name: 'without an ID' }] };
		subject().simulator.server.plan({ answer: { status: 200, body } });

		expect(await list()).toEqual([]);
	});

	test.each([null, [], {}, { credentials: null }])('that is none, %j, is told as such', async (body) => {
		subject().simulator.server.plan({ answer: { status: 200, body } });

		await expect(list()).rejects.toThrow('It holds no list of credentials.');
	});
});

describe.each([
	{
		apiVersion: 'v7',
		sent: {
			create: 'POST /v7/credentials',
			get: 'GET /v7/credentials/500',
			getAll: 'GET /v7/credentials',
			delete: 'DELETE /v7/credentials/500',
		},
		accept: 'application/hal+json, application/problem+json, application/json',
		groups: '/v7/account-groups',
	},
	{
		apiVersion: 'v6',
		sent: {
			create: 'POST /v6/credentials/new.json',
			get: 'GET /v6/credentials/500.json',
			getAll: 'GET /v6/credentials.json',
			delete: 'POST /v6/credentials/500/delete.json',
		},
		accept: expect.stringContaining('application/json') as string,
		groups: '/v6/account-groups.json',
	},
] as const)('the other operations, $apiVersion', ({ apiVersion, sent, accept, groups }) => {
	const subject = useSubject('thousandEyes', definition, `ThousandEyes ${apiVersion}`);
	const parameters = {
		create: () => subject().resource.create('new-login', 'a new value'),
		get: () => subject().resource.get('500'),
		getAll: () => ({ ...subject().resource.getAll(), returnAll: true }),
		delete: () => subject().resource.delete('500'),
	};
	const operations = ['create', 'get', 'getAll', 'delete'] as const;

	test.each(operations)('%s sends the documented request, into the account group that becomes the parent', async (operation) => {
		const { run, requests } = subject();

		const [item] = succeeded(await run([{ json: {} }], { parameters: parameters[operation](), options: { accountGroupId: '1234' } }));

		const request = requests().at(-1);
		// Before something is created, the list is looked at.
		const expected = operation === 'create' ? [`${sent.getAll}?aid=1234`] : [];
		expect(requests().slice(0, -1).map(({ method, target }) => `${method} ${target}`)).toEqual(expected);
		expect(`${request!.method} ${request!.target}`).toBe(`${sent[operation]}?aid=1234`);
		expect(request!.headers.accept).toEqual(accept);
		expect(request!.text).toBe(operation === 'create' ? '{"name":"new-login","value":"a new value"}' : '');
		expect(item!.json.parentId).toBe('1234');
	});

	test('a new credential is stored in the account group, and its value cannot be verified', async () => {
		const { run, simulator } = subject();

		const [item] = succeeded(await run([{ json: {} }], { parameters: parameters.create(), options: { accountGroupId: '1234' } }));

		expect(simulator.state.credentials.get(String(item!.json.id))).toMatchObject({ name: 'new-login', accountGroupId: '1234' });
		expect(item!.json).toMatchObject({ changed: ['name', 'value'], verification: 'accepted', verificationDetail: { method: 'none' } });
	});

	test.each([
		['another name', 'another-login', 1],
		['the name in the way that names are mended', ' New-Login', 0],
	])('a new credential that is answered with %s', async (_how, name, failures) => {
		const { run, simulator, resource } = subject();
		const shown = apiVersion === 'v6' ? { credentials: [{ credentialId: 777, name }] } : { id: '777', name };
		simulator.server.plan({ when: resource.isCreate, answer: { status: 201, body: shown } });

		const result = await run([{ json: {} }], { parameters: parameters.create(), settings: ERROR_OUTPUT });

		expect(failed(result)).toHaveLength(failures);
		if (failures > 0) expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', id: '777' });
	});

	test('a credential of another account group is not found, and not deleted', async () => {
		const { run, simulator } = subject();

		for (const operation of ['get', 'delete'] as const) {
			const error = onlyError(await run([{ json: {} }], { parameters: parameters[operation](), settings: ERROR_OUTPUT }));
			expect(error).toMatchObject({ code: 'notFound', applied: 'no', hint: expect.stringContaining('“Account Group”') as string });
		}
		expect(simulator.state.credentials.has('500')).toBe(true);
	});

	test.each([
		['create', 'Settings Tests Create Transaction Tests'],
		['get', 'Settings Tests Read'],
		['getAll', 'Settings Tests Read'],
		['delete', 'Settings Tests Update'],
	] as const)('%s without its permission is told that it takes “%s”', async (operation, permission) => {
		const { run, simulator } = subject();
		Object.assign(simulator.state, { mayRead: false, mayUpdate: false, mayCreate: false });

		const error = onlyError(await run([{ json: {} }], { parameters: parameters[operation](), settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'permission', httpStatus: 403, applied: 'no' });
		expect(error.hint).toContain(`“${permission}”`);
	});

	test('every account group can be chosen, whichever is', async () => {
		const chosen = { ...parameters.getAll(), options: { accountGroupId: rlc('1234') } };

		const { results } = await loadList(subject(), 'searchAccountGroups', { parameters: chosen });

		expect(results.map(({ value }) => value)).toEqual(['11', '1234']);
		expect(subject().requests().map(({ target }) => target)).toEqual([groups]);
	});
});

test('what saved workflows and credentials hold of the node does not change', () => {
	expect(savedNames('thousandEyes')).toEqual([
		'credential thousandEyesApi (not apiVersion v6)',
		'credential thousandEyesLegacyApi (apiVersion v6)',
		'credential rotationSecretApi (operation create update) (secretSource storedSecret)',
		'credential rotationPreviousSecretApi (operation update) (sendsSecretBefore {"_cnd":{"not":"no"}}) (/options.onVerificationFailure restore) (not secretSource fields)',
		'resource credential',
		'operation update create delete get getAll',
		'apiVersion v7 v6',
		'secretSource storedSecret fields (operation create)',
		'secretSource storedSecret fields previousSecret (operation update)',
		'sendsSecretBefore no (operation update) (secretSource previousSecret)',
		'credentialId list id (operation delete get update)',
		'name (operation create)',
		'value (operation create) (secretSource fields)',
		'value (operation update) (secretSource fields)',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'updateFields (operation update)',
		'updateFields.name',
		'options (operation create)',
		'options.accountGroupId list id',
		'options.allowDuplicate',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.readValueBack',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
		'options (operation delete)',
		'options.accountGroupId list id',
		'options.allowDeleteFromAgent (@tool true)',
		'options.dryRun',
		'options.ignoreIfMissing',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation get)',
		'options.accountGroupId list id',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation getAll)',
		'options.accountGroupId list id',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation update)',
		'options.accountGroupId list id',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report restore',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.readValueBack',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
	]);
	expect(savedFields('thousandEyesApi')).toEqual(['bearerToken', 'baseUrl https://api.thousandeyes.com']);
	expect(savedFields('thousandEyesLegacyApi')).toEqual([
		'email',
		'basicToken',
		'baseUrl https://api.thousandeyes.com',
	]);
});

describe('the limit that ThousandEyes states in its answers', () => {
	/** How long so many updates take where it allows so many requests a minute. */
	const durations = (requests: number) => {
		const limits: RateRule[] = [{ counting: 'fixed', requests, perMs: 60_000 }];
		const subject = useSubject('thousandEyes', { start: async () => await definition.start({ limits }) }, 'ThousandEyes v7');
		return async (count: number) => {
			const { run, simulator, resource } = subject();
			resource.seed(count);
			const items = resource.storedIds().slice(0, count).map((id, index) => ({ json: { id, secret: newSecret(index) } }));
			const parameters = subject().update.parameters('={{ $json.id }}', '={{ $json.secret }}');

			const done = succeeded(await run(items, { parameters }));

			expect(done).toHaveLength(count);
			const { requests: sent, carriedOut } = simulator.server;
			expect(sent).toHaveLength(carriedOut.length);
			return sent.at(-1)!.at - sent[0]!.at;
		};
	};

	/** What 800 requests may take by themselves on a busy machine: far less than another limit would. */
	const MOST_WORK_MS = 50_000;

	describe.each([
		// Two requests each.
		[480, 60_000],
		[240, 180_000],
		[120, 360_000],
	])('as %i a minute', (requests, leastMs) => {
		const durationOf = durations(requests);

		test(`lets 400 updates be done in about ${leastMs / 1000} s, none of them refused`, async () => {
			const tookMs = await durationOf(400);

			expect(tookMs).toBeGreaterThanOrEqual(leastMs);
			expect(tookMs).toBeLessThan(leastMs + MOST_WORK_MS);
		});
	});
});

test('the node warns that renaming and deleting break scripts', () => {
	const { properties } = types.nodes.get('thousandEyes')!.description;

	expect(properties.filter(({ type }) => type === 'notice').map(({ displayName }) => displayName)).toEqual([
		expect.stringMatching(/typed into a field.*“Secret Source”/) as string,
		expect.stringMatching(/Renaming it breaks every script/) as string,
		expect.stringMatching(/stops working when it is deleted/) as string,
		expect.stringMatching(/“Restore”.*has leaked/) as string,
	]);
});
