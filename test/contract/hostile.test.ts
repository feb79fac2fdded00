import mapValues from 'lodash/mapValues';

import { storeOf } from '../harness/engine';
import { useServers } from '../harness/servers';
import { describeEveryUpdate, ERROR_OUTPUT, itemsFor, onlyError, passwordFields, succeeded } from '../harness/subject';
import { SimulatorServer } from '../simulator/server';

/** Bodies that come with a 2xx and are no answer of any vendor. */
const MEANINGLESS: Array<[string, unknown]> = [
	['no body', undefined],
	['null', null],
	['an empty string', '""'],
	['an empty list', []],
	['an empty object', {}],
	['a list of null', [null]],
	['a number', 42],
	['HTML', '<!doctype html><title>Sign in</title>'],
	['truncated JSON', '{"data":{"id":"1","na'],
	['endless nesting', `${'{"data":'.repeat(6_000)}1${'}'.repeat(6_000)}`],
	['a prototype key', '{"__proto__":{"id":"1","ok":true}}'],
	['nested nothing', { data: null, credential: null, credentials: [null], items: [{}], ok: null }],
];

/** Keys that one vendor or another puts into a result. */
const NESTED_KEYS = { _links: 'deep', apiLinks: 'deep', metadata: 'deep', disabled_at: 'deep' };

/** Tries of one request, the first included. */
const MOST_TRIES = 5;

/** Answers that turn a change away, and what they mean whatever their body says. */
const REFUSALS: Array<[number, { code: string; applied: string }]> = [
	[400, { code: 'invalidInput', applied: 'no' }],
	[403, { code: 'permission', applied: 'no' }],
	[404, { code: 'notFound', applied: 'no' }],
	[409, { code: 'conflict', applied: 'no' }],
	[410, { code: 'notFound', applied: 'no' }],
	[418, { code: 'unexpectedResponse', applied: 'no' }],
	[422, { code: 'invalidInput', applied: 'no' }],
	[423, { code: 'locked', applied: 'no' }],
];

describeEveryUpdate((subject, { repeatSafe }) => {
	const startServer = useServers();

	test.each(MEANINGLESS)('takes 200 with %s for no success, and goes on with the next item', async (_name, body) => {
		const { run, simulator, update, changes } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body } });

		const result = await run(itemsFor([update.ids[0], update.ids[1]]), { settings: ERROR_OUTPUT });

		expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', id: update.ids[0] });
		expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[1]]);
		expect(changes()).toHaveLength(2);
	});

	test.each(REFUSALS)('a bare %i is a clean failed item, sent once, and known not to be applied', async (status, expected) => {
		const { run, simulator, update, changes } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status } });

		const result = await run(itemsFor([update.ids[0], update.ids[1]]), { settings: ERROR_OUTPUT });

		const error = onlyError(result);
		expect(error).toMatchObject({ ...expected, id: update.ids[0], httpStatus: status, attempts: 1, retryable: false });
		expect(error.hint).toEqual(expect.any(String));
		expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[1]]);
		expect(changes()).toHaveLength(2);
	});

	test('an answer of more than 5 MB is cut off, and may speak of a change that was made', async () => {
		const { run, simulator, update, changes } = subject();
		simulator.server.plan({ when: update.isChange, answer: { status: 200, body: `"${'x'.repeat(6_000_000)}"` } });

		const result = await run(itemsFor([update.ids[0], update.ids[1]]), { settings: ERROR_OUTPUT });

		const error = onlyError(result);
		expect(error).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown', id: update.ids[0], attempts: 1 });
		expect(error.message).toContain('larger than 5 MB');
		expect(error.hint).toEqual(expect.any(String));
		expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[1]]);
		expect(changes()).toHaveLength(2);
	});

	test('an answer with endless nesting in it costs its own item alone', async () => {
		const { run, simulator, update } = subject();
		const deep = `${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`;
		const nest = (value: unknown): unknown =>
			typeof value === 'object' && value !== null ? { ...mapValues(value, nest), ...NESTED_KEYS } : value;
		simulator.server.plan({
			when: update.isChange,
			afterHandling: true,
			answer: (_request, handled) => ({
				status: handled!.status,
				body: JSON.stringify(nest(handled!.body)).replaceAll('"deep"', deep),
			}),
		});

		const result = await run(itemsFor([update.ids[0], update.ids[1]]), { settings: ERROR_OUTPUT });

		expect(result.error).toBeUndefined();
		expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse', applied: 'unknown' });
		expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[1]]);
	});

	test('reads an answer that begins with a byte order mark', async () => {
		const { run, simulator, update } = subject();
		simulator.server.plan({
			when: update.isChange,
			afterHandling: true,
			answer: (_request, handled) => ({ status: handled!.status, body: `\ufeff${JSON.stringify(handled!.body)}` }),
		});

		expect(succeeded(await run(itemsFor([update.ids[0]]))).map(({ json }) => json.id)).toEqual([update.ids[0]]);
	});

	test('what may have been applied is logged, and not sent again by Retry On Fail', async () => {
		const { run, simulator, update, changes } = subject();
		// As often as the node itself tries, so that the item fails.
		simulator.server.plan({ when: update.isChange, hangUp: 'beforeAnswer', afterHandling: true, times: MOST_TRIES });

		const result = await run(itemsFor([update.ids[0]]), {
			settings: { ...ERROR_OUTPUT, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});

		expect(onlyError(result)).toMatchObject({ applied: 'unknown' });
		expect(changes()).toHaveLength(repeatSafe ? MOST_TRIES : 1);
		const lines = result.logs.filter((line) => line.includes('Credential rotation'));
		expect(lines).toEqual([expect.stringContaining('applied: unknown')]);
	});

	test.each([301, 302, 303, 307, 308])('does not follow a %i to another host', async (status) => {
		const { run, simulator, update, changes } = subject();
		const elsewhere = await startServer({ status: 200, body: { ok: true } });
		simulator.server.plan({ when: update.isChange, answer: { status, headers: { location: `${elsewhere.url}/collect` } } });

		const result = await run(itemsFor([update.ids[0]]), { settings: ERROR_OUTPUT });

		expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse', httpStatus: status });
		expect(elsewhere.server.requests).toHaveLength(0);
		expect(changes()).toHaveLength(1);
	});

	test.each(['http://192.0.2.1', 'http://user:word@127.0.0.1', 'ftp://127.0.0.1', 'not a url', 'https://h.example/?x=1', 'http://127.0.0.1:9/?', 'http://127.0.0.1:9#'])(
		'refuses the base URL %s before anything is sent',
		async (baseUrl) => {
			const { run, simulator, update } = subject();
			const credentials = new Map(
				Object.entries(simulator.credentials).map(([type, data]) => [type, { ...data, baseUrl }]),
			);

			const error = onlyError(await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(error.message).toContain('Base URL');
			expect(simulator.server.requests).toHaveLength(0);
		},
	);

	test('a host that refuses the connection is told as such, with nothing applied', async () => {
		const { run, simulator, update } = subject();
		const closed = new SimulatorServer([], () => ({ status: 404 }));
		const baseUrl = await closed.listen();
		await closed.close();
		const credentials = new Map(
			Object.entries(simulator.credentials).map(([type, data]) => [
				type,
				{ ...data, baseUrl, ...('authBaseUrl' in data ? { authBaseUrl: baseUrl } : {}) },
			]),
		);

		const error = onlyError(await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'network', applied: 'no', retryable: true });
	});

	test('white space around a pasted key does no harm; a line break inside is refused unsent', async () => {
		const { run, simulator, update, changes } = subject();
		const secrets = passwordFields(update.credentialType);
		const credentials = (edit: (value: string) => string) =>
			storeOf(
				mapValues(simulator.credentials, (data, type) =>
					type === update.credentialType
						? mapValues(data, (value, name) => (secrets.includes(name) ? edit(String(value)) : value))
						: data,
				),
			);

		const padded = await run(itemsFor([update.ids[0]]), { credentials: credentials((value) => value && ` ${value}\n`) });
		expect(succeeded(padded)).toHaveLength(1);
		simulator.server.clear();

		const broken = await run(itemsFor([update.ids[0]]), {
			credentials: credentials((value) => value && `${value}\n${value}`),
			settings: ERROR_OUTPUT,
		});
		expect(onlyError(broken)).toMatchObject({ applied: 'no' });
		expect(changes()).toHaveLength(0);
	});

	test('a key with a character that no header can carry is told as such, whatever n8n keeps of the error', async () => {
		const { run, simulator, update } = subject();
		const secrets = passwordFields(update.credentialType);
		const credentials = storeOf(
			mapValues(simulator.credentials, (data) =>
				mapValues(data, (value, name) => (secrets.includes(name) && value ? `${String(value)}–` : value)),
			),
		);

		const error = onlyError(await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT }));

		// Vendors that take the key in another form are asked, and refuse it.
		expect(error).toMatchObject({ applied: 'no', retryable: false });
		expect(error.code).toMatch(/^(invalidInput|authentication)$/);
	});

	test('a cancelled execution sends nothing more', async () => {
		const { simulator, update, changes, runCancelled } = subject();
		simulator.server.plan({ when: update.isChange, delayMs: 300 });

		await runCancelled(itemsFor([update.ids[0], update.ids[1]]), () => changes().length === 1, { options: { maxConcurrency: 1 } });

		expect(changes()).toHaveLength(1);
	});
});
