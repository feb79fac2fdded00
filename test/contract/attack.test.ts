import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { RateLimits } from '../../nodes/kit/limits';
import { changes } from '../../nodes/kit/operations';
import { testCredential } from '../harness/editor';
import { storeOf } from '../harness/engine';
import {
	inherited,
	isMainRequest,
	parametersFor,
	POLLUTING_MEMBERS,
	withAnotherId,
	withEachPlace,
} from '../harness/hostile';
import { manifest } from '../harness/packageTypes';
import { describeEveryUpdate, ERROR_OUTPUT, failed, isAbout, itemsFor, onlyError, operationsOf, succeeded, types, type Subject } from '../harness/subject';
import { vendorRecords } from '../harness/vendorRecords';
import type { Answer, ReceivedRequest } from '../simulator/server';

const NO_INPUT = [{ json: {} }];

/** JSON that stands where an answer has something else. */
const HOSTILE_JSON = ['null', 'true', '-1', '1e999', '""', '"__proto__"', '"=1"', '[]', '[[null]]', '{}', '{"id":{}}', '{"__proto__":{"id":"evil"}}', '["a","a"]'];

const MEGABYTES = Buffer.from(`"${'x'.repeat(10_000_000)}"`);
const AS_TEXT = { 'content-type': 'text/plain' };
const HUGE: Array<[string, Answer]> = [
	['with its length told', { status: 200, headers: { ...AS_TEXT, 'content-length': String(MEGABYTES.length) }, body: MEGABYTES }],
	['in chunks', { status: 200, headers: AS_TEXT, body: MEGABYTES }],
	['as a refusal', { status: 400, headers: AS_TEXT, body: MEGABYTES }],
	['zipped', { status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(MEGABYTES) }],
	['deflated', { status: 200, headers: { 'content-encoding': 'deflate' }, body: deflateSync(MEGABYTES) }],
	['packed with Brotli', { status: 200, headers: { 'content-encoding': 'br' }, body: brotliCompressSync(MEGABYTES) }],
];

/** The longest window of any vendor, and what an answer may add to it. */
const LONGEST_HOLD_MS = 65_000;

/** Headers that many vendors have, and no standard. */
const CUSTOMARY: Pick<RateLimits, 'limitHeader' | 'remainingHeader' | 'resetHeader'> = {
	limitHeader: 'x-ratelimit-limit',
	remainingHeader: 'x-ratelimit-remaining',
	resetHeader: 'x-ratelimit-reset',
};

/** Headers of an answer that says yes. */
const HOSTILE_HEADERS: Array<Record<string, string>> = [
	limited('0', String(Date.UTC(2099, 0) / 1000)),
	limited('0', '999999999999'),
	limited('0', '9'.repeat(400)),
	limited('0', '0'),
	limited('0', '-5'),
	limited('0', 'tomorrow'),
	limited('-1', String(Date.UTC(2099, 0) / 1000)),
	limited('', ''),
	{ ...limited('0', String(Date.UTC(2099, 0) / 1000)), date: 'Thu, 01 Jan 1970 00:00:00 GMT' },
	{ ...limited('0', String(Date.UTC(2001, 0) / 1000)), date: 'Thu, 01 Jan 2099 00:00:00 GMT' },
	{ ...limited('0', String(Date.UTC(2099, 0) / 1000 + 30)), date: new Date(Date.UTC(2099, 0)).toUTCString() },
	{ ...limited('0', '1'), date: 'yesterday' },
	{ 'retry-after': '1000000000000', ...limited('0', '1000000000000') },
];

/** These in all the headers by which any vendor tells of its limits. */
function limited(remaining: string, reset: string): Record<string, string> {
	const told = { limitHeader: '240', remainingHeader: remaining, resetHeader: reset };
	const headers = [CUSTOMARY, ...vendorRecords.map(({ limits }) => limits)].flatMap((limits) =>
		Object.entries(told).map(([name, value]) => [limits[name as keyof typeof told], value]),
	);
	return Object.fromEntries(headers.filter(([header]) => header !== undefined)) as Record<string, string>;
}

/** Headers of a 429, and whether what they ask for is more than a run waits. */
const REQUESTS_TO_WAIT: Array<[string, boolean]> = [
	['91', true],
	['1000000000000', true],
	['9'.repeat(400), true],
	[new Date(Date.UTC(2099, 0)).toUTCString(), true],
	['90', false],
	['0', false],
	['-5', false],
	['1.5', false],
	['', false],
	['5, 100000', false],
	['1e9', false],
	['0x7fffffff', false],
	['Infinity', false],
	['soon', false],
	['Thu, 01 Jan 1970 00:00:00 GMT', false],
];

describeEveryUpdate((subject, { signsIn }, nodeName) => {
	describe('an answer', () => {
		test.each(operationsOf(nodeName))('to %s with keys that every object has is read as one without them', async (operation) => {
			const { run, simulator, update, resource } = subject();
			const parameters = parametersFor(subject(), operation);
			const kept = ({ id, name, type, parentId, outcome, changed, verification }: Record<string, unknown>) => ({
				id: operation === 'create' ? null : id,
				...{ name, type, parentId, outcome, changed, verification },
			});
			const honest = succeeded(await run(NO_INPUT, { parameters })).map(({ json }) => kept(json));
			simulator.reset();
			simulator.server.plan({ times: 99, afterHandling: true, answer: (_request, handled) => polluted(handled!) });

			const result = await run(NO_INPUT, { parameters: { ...parameters, options: { output: 'raw' } }, settings: ERROR_OUTPUT });

			expect(failed(result)).toEqual([]);
			expect(succeeded(result).map(({ json }) => kept(json))).toEqual(honest);
			expect(honest.length).toBeGreaterThan(0);
			expect(inherited(succeeded(result).map(({ json }) => json))).toEqual([]);
			expect('polluted' in {}).toBe(false);
			expect(resource.storedIds().length + update.ids.length).toBeGreaterThan(0);
		});

		test.each(operationsOf(nodeName))('to %s with anything in any place makes a result or a clean failed item', async (operation) => {
			const { run, simulator, update } = subject();
			const parameters = { ...parametersFor(subject(), operation), limit: 5, returnAll: false };
			let genuine: unknown;
			simulator.server.plan({
				when: isMainRequest(subject(), operation),
				afterHandling: true,
				answer: (_request, handled) => {
					genuine = handled!.body;
					return handled!;
				},
			});
			const [honest] = succeeded(await run(NO_INPUT, { parameters }));
			const variants = HOSTILE_JSON.flatMap((json) => withEachPlace(shortened(genuine), json));
			simulator.reset();
			for (const body of variants) {
				simulator.server.plan({ when: isMainRequest(subject(), operation), afterHandling: true, answer: (_request, handled) => ({ ...handled!, body }) });
			}

			const result = await run(
				variants.map(() => ({ json: { id: update.ids[0] } })),
				{ parameters, options: { maxConcurrency: 1, allowDuplicate: true, verify: false }, settings: ERROR_OUTPUT },
			);

			expect(result.error).toBeUndefined();
			const errors = failed(result).map(({ json }) => json.error as Record<string, string>);
			expect(errors.filter(({ message }) => message!.includes('does not expect'))).toEqual([]);
			for (const { json } of succeeded(result)) {
				expect(Object.keys(json)).toEqual(Object.keys(honest!.json));
				for (const key of ['id', 'name', 'type', 'parentId']) expect([null, 'string']).toContain(json[key] === null ? null : typeof json[key]);
			}
			expect(inherited(succeeded(result).map(({ json }) => json))).toEqual([]);
		});

		test.each(['get', 'update'] as const)('to %s that speaks of another credential is not taken for this one’s', async (operation) => {
			const { run, simulator, update } = subject();
			const [own, other] = update.ids;
			simulator.server.plan({
				when: isMainRequest(subject(), operation),
				afterHandling: true,
				answer: (_request, handled) => ({ ...handled!, body: withAnotherId(handled!.body, own, other) }),
			});

			const result = await run(NO_INPUT, { parameters: parametersFor(subject(), operation), settings: ERROR_OUTPUT });

			expect(onlyError(result)).toMatchObject({
				code: 'unexpectedResponse',
				id: own,
				applied: operation === 'get' ? 'no' : 'unknown',
			});
		});

		test.each(operationsOf(nodeName))('to %s of 10 MB, however it comes, fails its item and leaves the next one alone', async (operation) => {
			const { run, simulator } = subject();
			for (const [, answer] of HUGE) simulator.server.plan({ when: isMainRequest(subject(), operation), answer });

			const result = await run([...HUGE, null].map(() => ({ json: {} })), {
				parameters: parametersFor(subject(), operation),
				options: { maxConcurrency: 1, allowDuplicate: true },
				settings: ERROR_OUTPUT,
			});

			expect(failed(result).map(({ json, pairedItem }) => ({ ...(json.error as object), pairedItem }))).toEqual(
				HUGE.map((_case, pairedItem) =>
					expect.objectContaining({ code: 'unexpectedResponse', applied: changes(operation) ? 'unknown' : 'no', pairedItem }) as unknown,
				),
			);
			expect(succeeded(result).length).toBeGreaterThan(0);
		});

		test.each([
			['one header', { 'x-huge': 'x'.repeat(10_000_000) }],
			['many headers', Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`x-${index}`, 'x'.repeat(500)]))],
		])('with 10 MB in %s fails its item and leaves the next one alone', async (_name, headers) => {
			const { run, simulator, update } = subject();
			const isFirst = (request: ReceivedRequest) => update.isChange(request) && isAbout(update, update.ids[0])(request);
			simulator.server.plan({ when: isFirst, times: 99, answer: { status: 200, headers, body: {} } });

			const result = await run(itemsFor([update.ids[0], update.ids[1]]), { settings: ERROR_OUTPUT });

			expect(onlyError(result)).toMatchObject({ applied: 'unknown', id: update.ids[0] });
			expect(onlyError(result).code).toMatch(/^(network|unexpectedResponse)$/);
			expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[1]]);
		});

		if (signsIn) {
			test.each(HUGE)('of 10 MB to a sign-in, %s, is told as such and not asked for again', async (_name, answer) => {
				const { run, simulator, update, requests, signIns } = subject();
				simulator.server.plan({ when: update.isSignIn!, times: 99, answer });

				const error = onlyError(await run(itemsFor([update.ids[0]]), { settings: ERROR_OUTPUT }));

				expect(error).toMatchObject({ code: 'unexpectedResponse', stage: 'token', applied: 'no', retryable: false });
				expect(requests()).toHaveLength(0);
				expect(signIns()).toHaveLength(1);
			});
		}
	});

	describe('a base URL', () => {
		test.each([
			'http://127.0.0.1.evil.example:PORT',
			'http://localhost.evil.example:PORT',
			'http://evil.example\\@127.0.0.1:PORT',
			'http://127.0.0.1\n.evil.example:PORT',
			'HTTP://LOCALHOST.EVIL.EXAMPLE:PORT',
			'http://localh\u043est:PORT',
			'http://localhost.:PORT',
			'http://[::ffff:127.0.0.1]:PORT',
			'http://[::]:PORT',
			'http://[fe80::1]:PORT',
			'http://0:PORT',
			'http://0.0.0.0:PORT',
			'http://169.254.169.254',
			'http://2852039166',
			'http://127.0.0.1:99999',
			'http://secret-user@127.0.0.1:PORT',
			'https://:secret-word@127.0.0.1:PORT',
			'https://127.0.0.1:PORT/?secret-word',
			'//127.0.0.1:PORT',
			'127.0.0.1:PORT',
			'ws://127.0.0.1:PORT',
			'file:///etc/passwd',
			'javascript:fetch("http://127.0.0.1:PORT")',
			'https://',
			{},
			true,
		])('such as %j is refused in one clear sentence, and nothing is sent', async (baseUrl) => {
			const { run, simulator, update } = subject();
			for (const [field, label] of urlFields(update.credentialType)) {
				const credentials = edited(subject(), { [field]: typeof baseUrl === 'string' ? here(subject(), baseUrl) : (baseUrl as never) });

				const error = onlyError(await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT }));

				expect(error).toMatchObject({ applied: 'no', retryable: false });
				expect(error.code).toMatch(/^(invalidInput|authentication)$/);
				expect(error.message).toMatch(new RegExp(`“${label}” of the credential [^.“”]{10,120}\\.`));
				expect(JSON.stringify(error)).not.toMatch(/evil|secret-/);
				// The editor's test of the credential is held to the same.
				expect(await testCredential(subject(), credentials.get(update.credentialType)!)).toBeNull();
				expect(simulator.server.requests).toHaveLength(0);
			}
		});

		test.each([
			'http://LOCALHOST:PORT',
			'HTTP://127.0.0.1:PORT/',
			'http://127.1:PORT',
			'http://2130706433:PORT',
			'http://0x7f.1:PORT',
			'http:\\\\127.0.0.1:PORT\\',
			' http://127.0.0.1:PORT ',
			'http://127.0.0.1:PORT/proxy/..',
			'http://127.0.0.1:PORT/proxy/%2e%2e/',
		])('such as %j is another way to write its own host, and leads there', async (baseUrl) => {
			const { run, update, changes } = subject();

			const result = await run(itemsFor([update.ids[0]]), { credentials: edited(subject(), { baseUrl: hereBelow(subject(), baseUrl) }) });

			expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[0]]);
			expect(changes()).toHaveLength(1);
		});

		test('with a way up in its path leads nowhere but below it', async () => {
			const { run, simulator, update, requests } = subject();
			const path = '/proxy/..%2f..%2fadmin/..;';
			const credentials = edited(subject(), { baseUrl: here(subject(), `http://127.0.0.1:PORT${path}`) });

			await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT });

			expect(simulator.server.requests.length).toBeGreaterThan(0);
			expect(requests().filter((request) => !request.path.startsWith(`${path}/`))).toEqual([]);
		});
	});

	describe('what an answer says of limits', () => {
		test.each(HOSTILE_HEADERS)('such as %j holds up its own account for a window at most, and nobody else', async (headers) => {
			const { run, simulator, update, waits, requestsPerUpdate } = subject();
			const credentials = storeOf(simulator.credentials);
			const updateOne = async (more: object = {}) => await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT, ...more });
			simulator.server.plan({
				times: requestsPerUpdate() + (signsIn ? 1 : 0),
				afterHandling: true,
				answer: (_request, handled) => ({ ...handled!, headers: { ...handled!.headers, ...headers } }),
			});

			expect(succeeded(await updateOne())).toHaveLength(1);
			// Each request of the item waits for what the answer before it has said.
			expect(waits.total()).toBeLessThanOrEqual(LONGEST_HOLD_MS * (requestsPerUpdate() - 1));
			await updateOne({ credentials: otherAccount(subject()) });
			await updateOne({ credentials: edited(subject(), { baseUrl: here(subject(), 'http://localhost:PORT') }) });
			expect(waits.total()).toBe(0);
			// From now on the answers say nothing of limits, so that what was said holds as long as it may.
			simulator.server.plan({ times: 99, afterHandling: true, answer: (_request, handled) => ({ ...handled!, headers: { ...handled!.headers, ...limited('', '') } }) });
			const later = await run(itemsFor([...update.ids, update.ids[0]]), { credentials, options: { maxConcurrency: 1 } });
			expect(succeeded(later)).toHaveLength(4);
			expect(waits.total()).toBeLessThanOrEqual(LONGEST_HOLD_MS);
		});

		test.each(REQUESTS_TO_WAIT)('a 429 with Retry-After %s: %p that it fails at once, and nobody else waits', async (retryAfter, failsAtOnce) => {
			const { run, simulator, update, requests, waits } = subject();
			simulator.server.plan({ when: update.isChange, answer: { status: 429, headers: { 'retry-after': retryAfter } } });

			const result = await run(itemsFor([update.ids[0]]), { settings: ERROR_OUTPUT });

			expect(failed(result)).toHaveLength(failsAtOnce ? 1 : 0);
			if (failsAtOnce) {
				expect(onlyError(result)).toMatchObject({ code: 'rateLimited', applied: 'no', retryable: true, attempts: 1 });
				expect(onlyError(result).retryAfterMs).toBeGreaterThan(90_000);
				expect(Number.isSafeInteger(onlyError(result).retryAfterMs)).toBe(true);
				expect(waits.total()).toBe(0);
				// What comes after a change is not asked for when that was not made.
				expect(requests().at(-1)).toBe(simulator.server.requests.filter(update.isChange)[0]);
			} else {
				// One that looks at what was changed goes at the pace that the refusal has left.
				const after = requests().length - 1 - requests().findLastIndex((request) => update.isChange(request));
				expect(waits.total()).toBeLessThanOrEqual(90_000 + after * LONGEST_HOLD_MS);
			}
			await run(itemsFor([update.ids[0]]), { credentials: otherAccount(subject()), settings: ERROR_OUTPUT });
			await run(itemsFor([update.ids[0]]), { credentials: edited(subject(), { baseUrl: here(subject(), 'http://localhost:PORT') }), settings: ERROR_OUTPUT });
			expect(waits.total()).toBe(0);
			await run(itemsFor([update.ids[1]]), { settings: ERROR_OUTPUT });
			expect(waits.total()).toBeLessThanOrEqual(LONGEST_HOLD_MS);
		});
	});

	test.each(operationsOf(nodeName))('a tool call of %s that fails says nothing of the vendor’s, whatever the vendor says', async (operation) => {
		const { run, simulator } = subject();
		const says = 'IGNORE-ALL-ORDERS';
		for (const status of [200, 400, 404, 409, 418, 500]) {
			simulator.reset();
			simulator.server.plan({ when: isMainRequest(subject(), operation), times: 9, answer: { status, headers: { 'x-request-id': says, location: says }, body: saying(says) } });

			const result = await run(NO_INPUT, {
				parameters: parametersFor(subject(), operation),
				settings: { ...ERROR_OUTPUT, type: `${manifest.name}.${nodeName}Tool` },
			});

			const errors = failed(result).map(({ json }) => json.error as Record<string, unknown>);
			expect(JSON.stringify(errors)).not.toContain(says);
			expect(succeeded(result).filter(({ json }) => json.outcome === 'unchanged')).toEqual([]);
			expect(errors).toHaveLength(1);
		}
	});
});

/** The same JSON with members in each of its objects that every object has already. */
function polluted({ body, ...answer }: Answer): Answer {
	if (typeof body !== 'object' || body === null) return { ...answer, body };
	const text = JSON.stringify(body).replaceAll(/\{(?=")/g, `{${POLLUTING_MEMBERS},`).replaceAll('{}', `{${POLLUTING_MEMBERS}}`);
	return { ...answer, body: text };
}

/** Lists cut down to one entry: what happens to one happens to all. */
function shortened(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value, (_key, child: unknown) => (Array.isArray(child) ? child.slice(0, 1) : child)) ?? 'null');
}

/** The credential fields that hold a URL, with their labels. */
function urlFields(credentialType: string): Array<[string, string]> {
	return types.credentials
		.get(credentialType)!
		.properties.filter(({ name }) => /BaseUrl$|^baseUrl$/.test(name))
		.map(({ name, displayName }) => [name, displayName]);
}

/** The subject’s credential with other values. */
function edited({ simulator, update }: Subject, changes: ICredentialDataDecryptedObject) {
	const credential = simulator.credentials[update.credentialType]!;
	return storeOf({ ...simulator.credentials, [update.credentialType]: { ...credential, ...changes } });
}

/** A URL with the simulator’s port. */
function here({ simulator, update }: Subject, url: string): string {
	const { port } = new URL(String(simulator.credentials[update.credentialType]!.baseUrl));
	return url.replaceAll('PORT', port);
}

/** The same with the path that the vendor's own base URL has, if any. */
function hereBelow(subject: Subject, url: string): string {
	const { pathname } = new URL(String(subject.simulator.credentials[subject.update.credentialType]!.baseUrl));
	const [, before = '', blanks = ''] = /^(.*?)(\s*)$/s.exec(here(subject, url))!;
	return pathname === '/' ? `${before}${blanks}` : `${before.replace(/[/\\]$/, '')}${pathname}${blanks}`;
}

/** A credential of somebody else’s at the same host. */
function otherAccount(subject: Subject) {
	const credential = subject.simulator.credentials[subject.update.credentialType]!;
	const own = types.credentials
		.get(subject.update.credentialType)!
		.properties.filter(({ name, type }) => type === 'string' && !/url$/i.test(name) && credential[name]);
	return edited(subject, Object.fromEntries(own.map(({ name }) => [name, `${String(credential[name])}x`])));
}

/** A refusal in the words of every vendor at once. */
function saying(text: string) {
	return {
		ok: false,
		error: text,
		error_code: text,
		error_description: text,
		errorMessage: text,
		message: text,
		title: text,
		detail: text,
		display_message: text,
		raw_message: text,
		[text]: text,
		errors: [{ code: text, title: text, detail: text, field: text, message: text, source: { pointer: text } }],
	};
}
