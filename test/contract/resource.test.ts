import isPlainObject from 'lodash/isPlainObject';
import mapValues from 'lodash/mapValues';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { OperationName } from '../../nodes/kit/operation';
import type { RunResult } from '../harness/engine';
import { manifest } from '../harness/packageTypes';
import { describeEveryUpdate, ERROR_OUTPUT, failed, firstSuccess, itemsFor, newSecret, onlyError, type RunNodeOptions, severalPagesOf, succeeded } from '../harness/subject';
import { conformsTo, loadSchema } from '../harness/schema';
import { traces } from '../harness/traces';
import type { Answer, ReceivedRequest } from '../simulator/server';

const NO_INPUT: INodeExecutionData[] = [{ json: {} }];
const SECRET = newSecret(7);

describeEveryUpdate((subject, { sendsSecret }, nodeName) => {
	describe('Get', () => {
		test('finds a credential, in one request, without its secret', async () => {
			const { run, resource, requests } = subject();
			resource.seed(3);
			const id = resource.storedIds()[1]!;

			const result = await run(NO_INPUT, { parameters: resource.get(id) });

			const item = firstSuccess(result);
			expect(item.json).toMatchObject({
				operation: 'get',
				outcome: 'found',
				id,
				changed: [],
				verification: 'skipped',
				verificationDetail: { method: 'none' },
				meta: { requests: 1, attempts: 0 },
			});
			expect(requests()).toHaveLength(1);
			expectNone(resource.allStoredSecrets(), traces(result));
		});

		test('of what is not there is notFound', async () => {
			const { run, resource } = subject();

			const error = onlyError(await run(NO_INPUT, { parameters: resource.get(resource.missingId), settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'notFound', applied: 'no', operation: 'get', id: resource.missingId });
		});

		test.each([undefined, null, [], {}, '<html>', '{"data":'])('answered with 200 and %j is a clean failed item', async (body) => {
			const { run, resource, simulator, update } = subject();
			simulator.server.plan({ when: (request) => !update.isSignIn?.(request), answer: { status: 200, body } });

			const error = onlyError(await run(NO_INPUT, { parameters: resource.get(update.ids[0]), settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'unexpectedResponse', httpStatus: 200, applied: 'no' });
		});
	});

	describe('Get Many', () => {
		test.each([0, 1, 60, 1000])('with Return All lists each of %i credentials once, without a secret', async (count) => {
			const { run, resource, requests } = subject();
			resource.seed(count);

			const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, settings: ERROR_OUTPUT });

			expect(failed(result)).toEqual([]);
			const ids = succeeded(result).map(({ json }) => json.id);
			expect(ids).toHaveLength(count);
			expect([...ids].sort()).toEqual(resource.storedIds().sort());
			expect(requests()).toHaveLength(resource.pagesFor(Infinity, count));
			expect(succeeded(result).every(({ pairedItem }) => (pairedItem as { item: number }).item === 0)).toBe(true);
			expectNone(resource.allStoredSecrets(), traces(result));
		});

		test.each([1, 7, 30, 60, 61])('with the limit %i sends no more requests than that takes', async (limit) => {
			const { run, resource, requests } = subject();
			resource.seed(60);

			const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: false, limit } });

			expect(succeeded(result)).toHaveLength(Math.min(limit, 60));
			expect(requests()).toHaveLength(resource.pagesFor(limit, 60));
		});

		test('runs once per input item, each result paired with its own', async () => {
			const { run, resource } = subject();
			resource.seed(2);

			const result = await run([{ json: {} }, { json: {} }], { parameters: { ...resource.getAll(), returnAll: true } });

			expect(succeeded(result).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }, { item: 1 }]);
		});

		test.each([0, -1, 1.5, 'many', null])('refuses the limit %p before anything is sent', async (limit) => {
			const { run, resource, simulator } = subject();
			const parameters = { ...resource.getAll(), returnAll: false, limit: `={{ ${JSON.stringify(limit)} }}` };

			const error = onlyError(await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'invalidInput' });
			expect(error.message).toContain('“Limit”');
			expect(simulator.server.requests).toHaveLength(0);
		});

		test('a page that cannot be read fails the item, and no part of the list passes for all of it', async () => {
			const { run, resource, simulator, update } = subject();
			resource.seed(severalPagesOf(resource));
			let count = 0;
			simulator.server.plan({ when: (request) => !update.isSignIn?.(request) && (count += 1) === resource.pagesFor(Infinity, severalPagesOf(resource)), answer: { status: 200, body: '<html>' } });

			const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, settings: ERROR_OUTPUT });

			expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse' });
			expect(succeeded(result)).toEqual([]);
		});
	});

	describe('Create', () => {
		test('creates one credential and reports it, without its secret', async () => {
			const { run, resource, simulator } = subject();
			resource.seed(2);
			const before = resource.storedIds();

			const result = await run(NO_INPUT, { parameters: resource.create('a-new-one', SECRET) });

			const item = firstSuccess(result);
			const created = resource.storedIds().filter((id) => !before.includes(id));
			expect(created).toHaveLength(1);
			expect(item.json).toMatchObject({
				operation: 'create',
				outcome: 'created',
				id: created[0],
				name: resource.resultName('a-new-one'),
				meta: { attempts: 1 },
			});
			expect(simulator.server.requests.filter((request) => resource.isCreate(request))).toHaveLength(1);
			expectNone([...resource.allStoredSecrets(), ...(sendsSecret ? [SECRET] : [])], traces(result));
			if (sendsSecret) expect(resource.allStoredSecrets()).toContain(SECRET);
		});

		test('whose answer is lost is not sent again, not even by Retry On Fail, and says how to find out', async () => {
			const { run, resource, simulator } = subject();
			resource.seed(0);
			simulator.server.plan({ when: (request) => resource.isCreate(request), hangUp: 'beforeAnswer', afterHandling: true });

			const error = onlyError(
				await run(NO_INPUT, {
					parameters: resource.create('a-new-one', SECRET),
					settings: { ...ERROR_OUTPUT, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
				}),
			);

			expect(error).toMatchObject({ code: 'network', applied: 'unknown', operation: 'create' });
			expect(error.hint).toContain('before you run this again');
			expect(resource.storedIds()).toHaveLength(1);
			expect(simulator.server.requests.filter((request) => resource.isCreate(request))).toHaveLength(1);
		});

		test.each([301, 302])('answered with %i may have been made, and is not sent again by Retry On Fail', async (status) => {
			const { run, resource, simulator } = subject();
			simulator.server.plan({ when: (request) => resource.isCreate(request), answer: { status, headers: { location: '/' } } });

			const error = onlyError(
				await run(NO_INPUT, {
					parameters: resource.create('a-new-one', SECRET),
					settings: { ...ERROR_OUTPUT, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
				}),
			);

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', httpStatus: status });
			expect(simulator.server.requests.filter((request) => resource.isCreate(request))).toHaveLength(1);
		});

		test.each(['={{ "" }}', '={{ $json.absent }}'])('refuses the secret %j before anything is sent', async (secret) => {
			const { run, resource, simulator } = subject();
			const filled = resource.create('a-new-one', SECRET);
			const parameters = resource.create('a-new-one', secret);
			// A vendor that makes the secret itself takes none.
			expect(JSON.stringify(filled).includes(JSON.stringify(SECRET).slice(1, -1))).toBe(sendsSecret);

			const result = await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT });

			expect(failed(result)).toHaveLength(sendsSecret ? 1 : 0);
			expect(simulator.server.requests.filter((request) => resource.isCreate(request))).toHaveLength(sendsSecret ? 0 : 1);
			if (sendsSecret) expect(simulator.server.requests).toHaveLength(0);
		});
	});

	describe('Create of what is there already', () => {
		const outcomes = (result: RunResult) => [
			...succeeded(result).map(({ json }) => String(json.outcome)),
			...failed(result).map(({ json }) => (json.error as { code: string }).code),
		];

		test('in a run that is repeated makes no second one, and says which one is there', async () => {
			const { run, resource } = subject();
			// What is new may come last, on whichever page that is.
			const before = severalPagesOf(resource);
			resource.seed(before);
			const parameters = resource.create('a-new-one', SECRET);
			const made = firstSuccess(await run(NO_INPUT, { parameters }));
			const stored = resource.storedIds();
			expect(stored).toHaveLength(before + 1);

			const result = await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT });

			expect(resource.storedIds()).toEqual(stored);
			expect(outcomes(result)).toHaveLength(1);
			// A vendor that hands out the one that is there, made within the same second, cannot be told from one that made it.
			for (const { json } of succeeded(result)) expect(json.id).toBe(made.json.id);
			for (const { json } of failed(result)) {
				expect(json.error).toMatchObject({ code: 'conflict' });
				expect(json.error).toMatchObject({ applied: 'no', retryable: false, hint: expect.any(String) as string });
			}
		});

		test('in one run is made once, though the items go side by side', async () => {
			const { run, resource } = subject();
			resource.seed(0);

			const result = await run(Array(4).fill({ json: {} }), { parameters: resource.create('a-new-one', SECRET), settings: ERROR_OUTPUT });

			expect(resource.storedIds()).toHaveLength(1);
			expect(outcomes(result)).toHaveLength(4);
			expect(outcomes(result).filter((outcome) => outcome === 'created')).toHaveLength(1);
		});

		test('goes ahead for an account that may create and not list', async () => {
			const { run, resource, simulator } = subject();
			resource.seed(0);
			simulator.server.plan({ when: ({ method }) => method === 'GET', answer: { status: 403, body: '' } });

			expect(outcomes(await run(NO_INPUT, { parameters: resource.create('a-new-one', SECRET) }))).toEqual(['created']);
		});

		test('is made a second time only by a vendor that takes it, for a user who wants it', async () => {
			const { run, resource, requests } = subject();
			resource.seed(0);
			const parameters = resource.create('a-new-one', SECRET);
			await run(NO_INPUT, { parameters });
			const looks = () => requests().filter(({ method }) => method === 'GET');
			const looksFirst = looks().length > 0;

			const result = await run(NO_INPUT, { parameters, options: { allowDuplicate: true }, settings: ERROR_OUTPUT });

			expect(resource.storedIds()).toHaveLength(looksFirst ? 2 : 1);
			if (looksFirst) expect(outcomes(result)).toEqual(['created']);
			expect(looks()).toHaveLength(looksFirst ? 1 : 0);
		});
	});

	test('a change leaves one line in the log, with the ID of what is new; a read leaves none', async () => {
		const { run, resource } = subject();
		resource.seed(1);
		const before = resource.storedIds();
		const linesOf = async (parameters: INodeParameters) =>
			(await run(NO_INPUT, { parameters })).logs.filter((line) => line.includes('Credential rotation'));

		expect(await linesOf(resource.get(before[0]!))).toEqual([]);
		expect(await linesOf({ ...resource.getAll(), returnAll: true })).toEqual([]);
		const created = await linesOf(resource.create('a-new-one', SECRET));
		const [id] = resource.storedIds().filter((each) => !before.includes(each));

		expect(created).toEqual([expect.stringContaining(`"id":"${id}"`)]);
	});

	test.each(['create', 'getAll'] as const)('a bare 404 to %s speaks of the address, not of an ID', async (operation) => {
		const { run, resource, simulator, update } = subject();
		simulator.server.plan({ when: (request) => !update.isSignIn?.(request), answer: { status: 404, body: '' } });
		const parameters = operation === 'create' ? resource.create('a-new-one', SECRET) : { ...resource.getAll(), returnAll: true };

		const error = onlyError(await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'notFound', applied: 'no', id: null });
		expect(error.message).toContain('has no credentials at the address');
	});

	describe('Delete', () => {
		test('deletes this credential and no other', async () => {
			const { run, resource } = subject();
			resource.seed(3);
			const [first, second, third] = resource.storedIds() as [string, string, string];

			const item = firstSuccess(await run(NO_INPUT, { parameters: resource.delete(second) }));

			expect(item.json).toMatchObject({ operation: 'delete', outcome: 'deleted', id: second, deleted: true });
			expect(resource.storedIds().sort()).toEqual([first, third].sort());
		});

		test('of what is gone is notFound, or unchanged for those who want it gone', async () => {
			const { run, resource } = subject();
			const parameters = resource.delete(resource.missingId);

			const error = onlyError(await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT }));
			const item = firstSuccess(await run(NO_INPUT, { parameters, options: { ignoreIfMissing: true } }));

			expect(error).toMatchObject({ code: 'notFound', applied: 'no', id: resource.missingId });
			expect(item.json).toMatchObject({ outcome: 'unchanged', deleted: true, id: resource.missingId });
		});

		test.each<[string, (id: string) => string]>([
			['a blank before it', (id) => ` ${id}`],
			['a line end after it', (id) => `${id}\n`],
			['what a sheet leaves around it', (id) => `\t${id}\u00a0\r\n`],
		])('of an ID with %s deletes what is meant', async (_what, given) => {
			const { run, resource } = subject();
			resource.seed(2);
			const [id = ''] = resource.storedIds();
			const deleted = async (parameters: INodeParameters, json: IDataObject) =>
				await run([{ json }], { parameters, options: { ignoreIfMissing: true } });

			const item = firstSuccess(await deleted(resource.delete('={{ $json.id }}'), { id: given(id) }));

			expect(item.json).toMatchObject({ outcome: 'deleted', deleted: true, id });
			expect(resource.storedIds()).not.toContain(id);
		});

		test.each([' ', '4\n05', '4\t05', '4\u200b05'])('of %j, which is no ID, is refused unsent', async (id) => {
			const { run, resource, simulator } = subject();

			const error = onlyError(await run([{ json: { id } }], { parameters: resource.delete('={{ $json.id }}'), options: { ignoreIfMissing: true }, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(simulator.server.requests).toHaveLength(0);
		});

		test('of what is gone counts also where the vendor says no more than 404, when its list does not show it', async () => {
			const { run, resource, simulator } = subject();
			simulator.server.plan({ when: (request) => resource.isDelete(request), answer: { status: 404, body: '' } });

			const item = firstSuccess(await run(NO_INPUT, { parameters: resource.delete(resource.missingId), options: { ignoreIfMissing: true } }));

			expect(item.json).toMatchObject({ outcome: 'unchanged', deleted: true, meta: { attempts: 1 } });
		});

		test.each<[string, Answer]>([
			['nothing', { status: 404, body: '' }],
			['a page', { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not Found</html>' }],
		])('answered with 404 and %s does not count as done while the list shows the credential', async (_what, answer) => {
			const { run, resource, simulator } = subject();
			resource.seed(2);
			const [id = ''] = resource.storedIds();
			simulator.server.plan({ when: (request) => resource.isDelete(request), answer });

			const error = onlyError(await run(NO_INPUT, { parameters: resource.delete(id), options: { ignoreIfMissing: true }, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'notFound', applied: 'no', id });
			expect(error.hint).toContain('still shows');
		});

		test('that was sent again after a lost answer counts as done only when the list does not show the credential', async () => {
			const { run, resource, simulator } = subject();
			resource.seed(2);
			const [id = ''] = resource.storedIds();
			simulator.server.plan({ when: (request) => resource.isDelete(request), hangUp: 'beforeAnswer' });
			simulator.server.plan({ when: (request) => resource.isDelete(request), answer: { status: 404, body: '' } });

			const error = onlyError(await run(NO_INPUT, { parameters: resource.delete(id), settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'notFound', applied: 'unknown', attempts: 2, id });
			expect(resource.storedIds()).toContain(id);
		});

		test.each<[string, Answer, string]>([
			['is not there either', { status: 404, body: '' }, 'has no credentials at the address'],
			['may not be read', { status: 403, body: '' }, 'has no credential with this ID'],
			['cannot be read', { status: 200, body: '<html>' }, 'has no credential with this ID'],
		])('of what is not found does not count as gone when its list %s', async (_what, answer, message) => {
			const { run, resource, simulator, update } = subject();
			const isSignIn = update.isSignIn ?? (() => false);
			simulator.server.plan({ when: (request) => resource.isDelete(request), answer: { status: 404, body: '' } });
			simulator.server.plan({ when: (request) => request.method === 'GET' && !isSignIn(request), answer });

			const error = onlyError(await run(NO_INPUT, { parameters: resource.delete(resource.missingId), options: { ignoreIfMissing: true }, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'notFound', applied: 'no' });
			expect(error.message).toContain(message);
		});

		test.each<[string, Answer]>([
			['a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }],
			['a text', { status: 200, body: 'Sign in first' }],
		])('answered with %s is not taken for done', async (_what, answer) => {
			const { run, resource, simulator } = subject();
			resource.seed(1);
			const [id = ''] = resource.storedIds();
			simulator.server.plan({ when: (request) => resource.isDelete(request), answer });

			const error = onlyError(await run(NO_INPUT, { parameters: resource.delete(id), settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', id });
			expect(resource.storedIds()).toEqual([id]);
		});

		test('twice in one run: the second item finds nothing, the first stands', async () => {
			const { run, resource } = subject();
			resource.seed(2);
			const id = resource.storedIds()[0]!;

			const result = await run(itemsFor([id, id]), { parameters: resource.delete('={{ $json.id }}'), settings: ERROR_OUTPUT });

			expect(succeeded(result)).toHaveLength(1);
			expect(onlyError(result)).toMatchObject({ code: 'notFound' });
		});
	});

	describe('Output: Raw', () => {
		test('adds the vendor’s body to the same result, secrets taken out', async () => {
			const { run, resource } = subject();
			resource.seed(2);
			const id = resource.storedIds()[0]!;
			const raw = { options: { output: 'raw' } };

			const simplified = succeeded(await run(NO_INPUT, { parameters: resource.get(id) }));
			const results = [
				await run(NO_INPUT, { parameters: resource.get(id), ...raw }),
				await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, ...raw }),
				await run(NO_INPUT, { parameters: resource.create('a-new-one', SECRET), ...raw }),
				await run(NO_INPUT, { parameters: resource.delete(id), ...raw }),
			];

			for (const result of results) {
				const items = succeeded(result);
				expect(items.length).toBeGreaterThan(0);
				for (const { json } of items) expect(Object.keys(json).at(-1)).toBe('raw');
				expectNone([...resource.allStoredSecrets(), ...(sendsSecret ? [SECRET] : [])], traces(result));
			}
			const found = firstSuccess(results[0]!);
			expect(Object.keys(found.json).slice(0, -1)).toEqual(Object.keys(simplified[0]!.json));
			expect(JSON.stringify(found.json.raw)).toContain(id);
		});
	});

	test('a secret of digits that comes back as a number is taken out of the raw body', async () => {
		const { run, resource, simulator } = subject();
		if (!sendsSecret) return;
		simulator.server.plan({
			when: (request) => resource.isCreate(request),
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replace('{', '{"copies":[4839207711,48392077110],')) as unknown }),
		});

		const result = await run(NO_INPUT, { parameters: resource.create('a-new-one', '4839207711'), options: { output: 'raw' } });

		expect(firstSuccess(result).json.raw).toMatchObject({ copies: ['[redacted]', 48392077110] });
	});

	test('a stored secret is taken out of the raw body also where it is a list or an object', async () => {
		const { run, resource, simulator, update } = subject();
		resource.seed(2);
		const secrets = resource.allStoredSecrets();
		simulator.server.plan({
			when: (request) => !update.isSignIn?.(request),
			afterHandling: true,
			times: 2,
			answer: (_request, handled) => ({ ...handled!, body: mapLeaves(handled!.body, (leaf) => (secrets.includes(leaf) ? { now: [leaf] } : leaf)) }),
		});

		const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, options: { output: 'raw' } });

		expect(succeeded(result)).toHaveLength(2);
		expectNone(secrets, traces(result));
	});

	test.each(['simplified', 'raw'])('a stored secret that somebody has put into a name is in no output, %s', async (output) => {
		const { run, resource, simulator, update } = subject();
		resource.seed(2);
		const secrets = resource.allStoredSecrets();
		const named = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(named);
			if (!isPlainObject(value)) return value;
			const secret = secrets.find((each) => JSON.stringify(value).includes(each));
			const hasName = secret !== undefined && ['id', 'instanceId', 'credentialId'].some((key) => Object.hasOwn(value as object, key));
			const name = { name: `shop ${secret}`, credentialName: `shop ${secret}` };
			return { ...mapValues(value as object, named), ...(hasName ? name : {}) };
		};
		simulator.server.plan({
			when: (request) => !update.isSignIn?.(request),
			afterHandling: true,
			times: 4,
			answer: (_request, handled) => ({ ...handled!, body: named(handled!.body) }),
		});
		const ids = resource.storedIds();

		const list = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, options: { output } });
		const one = await run(NO_INPUT, { parameters: resource.get(ids[0]!), options: { output } });

		expect(succeeded(list).map(({ json }) => json.id).sort()).toEqual([...ids].sort());
		expect(succeeded(one).map(({ json }) => json.id)).toEqual(ids.slice(0, 1));
		expectNone(secrets, traces(list) + traces(one));
	});

	test.each(['raw', '={{ "raw" }}'])('“Output: %s” is refused when an agent calls the node, with nothing sent', async (output) => {
		const { run, resource, simulator } = subject();
		resource.seed(1);
		const [id = ''] = resource.storedIds();

		const error = onlyError(
			await run(NO_INPUT, {
				parameters: resource.get(id),
				options: { output },
				settings: { ...ERROR_OUTPUT, type: `${manifest.name}.${nodeName}Tool` },
			}),
		);

		expect(error).toMatchObject({ code: 'invalidInput' });
		expect(error.message).toContain('“Output: Raw”');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test.each<[string, (stored: number) => INodeParameters]>([
		['Return All', () => ({ returnAll: true })],
		['a limit', (stored) => ({ returnAll: false, limit: stored - 5 })],
	])('a host that gives the first page again and again, with %s: nothing is listed twice, or passes for the rest', async (_what, ask) => {
		const { run, resource, requests, simulator, update } = subject();
		const stored = severalPagesOf(resource);
		const more = ask(stored);
		resource.seed(stored);
		let first: Answer | undefined;
		simulator.server.plan({
			when: (request: ReceivedRequest) => !update.isSignIn?.(request),
			times: 5_000,
			afterHandling: true,
			answer: (_request, handled) => (first ??= { ...handled!, body: withoutKeys(handled!.body, simulator.keys.pages) }),
		});

		const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), ...more }, settings: ERROR_OUTPUT });

		expect(result.run.status).toBe('success');
		const ids = succeeded(result).map(({ json }) => json.id);
		expect(new Set(ids).size).toBe(ids.length);
		if (resource.pagesFor(Infinity, stored) === 1) return expect(ids).toHaveLength(more.returnAll ? stored : stored - 5);
		expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
		// A list that moves looks the same at first, and is read once more.
		expect(requests().length).toBeLessThanOrEqual(4);
	});

	test('a host that answers every page with the first one neither holds the workflow nor passes for a whole list', async () => {
		const { run, resource, simulator, update, requests } = subject();
		const stored = severalPagesOf(resource);
		resource.seed(stored);
		const endless = { when: (request: ReceivedRequest) => !update.isSignIn?.(request), times: 5_000, afterHandling: true };
		let first: Answer | undefined;
		// Every page is the first one again.
		simulator.server.plan({ ...endless, answer: (_request, handled) => (first ??= handled!) });

		const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, settings: ERROR_OUTPUT });

		// A vendor without pages has given everything with the first answer.
		const isPaged = resource.pagesFor(Infinity, stored) > 1;
		expect(requests().length).toBeLessThanOrEqual(isPaged ? 4 : 1);
		expect(new Set(succeeded(result).map(({ json }) => json.id)).size).toBe(isPaged ? 0 : stored);
		expect(failed(result).map(({ json }) => (json.error as { code: string }).code)).toEqual(isPaged ? ['unexpectedResponse'] : []);
	});

	test('a credential that moves to the next page meanwhile is listed once', async () => {
		const { run, resource, simulator, update } = subject();
		resource.seed(severalPagesOf(resource));
		const entries: unknown[] = [];
		// Every later page begins with the last credential of the one before.
		simulator.server.plan({
			when: (request: ReceivedRequest) => !update.isSignIn?.(request),
			times: 50,
			afterHandling: true,
			answer: (_request, handled) => {
				const list = listIn(handled!.body);
				list.unshift(...entries.splice(0));
				if (list.length > 0) entries.push(list.at(-1));
				return handled!;
			},
		});

		const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, settings: ERROR_OUTPUT });

		expect(failed(result)).toEqual([]);
		expect(succeeded(result).map(({ json }) => json.id).sort()).toEqual(resource.storedIds().sort());
	});

	test('every operation emits what its output preview promises', async () => {
		const { resource, update } = subject();
		const run = async (items: INodeExecutionData[], options: RunNodeOptions) =>
			await subject().run(items, { ...options, options: { output: 'simplified' } });
		resource.seed(2);
		const id = resource.storedIds()[0]!;
		const emitted = {
			get: await run(NO_INPUT, { parameters: resource.get(id) }),
			getAll: await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true } }),
			create: await run(NO_INPUT, { parameters: resource.create('a-new-one', SECRET) }),
			delete: await run(NO_INPUT, { parameters: resource.delete(id) }),
		};
		subject().simulator.reset();
		const updated = await run(NO_INPUT, { parameters: update.parameters(update.ids[0], SECRET) });

		for (const [operation, result] of Object.entries({ ...emitted, update: updated }) as Array<[OperationName, typeof updated]>) {
			const items = succeeded(result);
			expect(items.length).toBeGreaterThan(0);
			for (const { json } of items) expect(conformsTo(loadSchema(nodeName, operation), json)).toEqual([]);
		}
	});
});

function expectNone(secrets: string[], text: string): void {
	expect(secrets.filter((secret) => secret !== '' && text.includes(secret))).toEqual([]);
}

/** An answer without these, wherever in it they stand. */
function withoutKeys(body: unknown, keys: readonly string[]): unknown {
	return JSON.parse(JSON.stringify(body, (key, child: unknown) => (keys.includes(key) ? undefined : child)));
}

/** The entries of a list, under whichever name a vendor has them. */
function listIn(body: unknown): unknown[] {
	return [body, ...Object.values(body as object)].find(Array.isArray) as unknown[];
}

/** The value with every text in it replaced. */
function mapLeaves(value: unknown, change: (leaf: string) => unknown): unknown {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((child) => mapLeaves(child, change));
	return isPlainObject(value) ? mapValues(value as object, (child) => mapLeaves(child, change)) : value;
}
