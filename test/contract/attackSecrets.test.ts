import mapValues from 'lodash/mapValues';
import omit from 'lodash/omit';

import { isMainRequest, leavesOf, withEachPlace } from '../harness/hostile';
import { describeEveryUpdate, ERROR_OUTPUT, failed, ID, onlyError, SECRET, succeeded, type Subject } from '../harness/subject';
import { traces } from '../harness/traces';
import type { AnswerKeys } from '../simulator/definition';
import type { Answer, Fault, ReceivedRequest } from '../simulator/server';

const NO_INPUT = [{ json: {} }];

/** Secrets that are words of the contract, of the vendors, or of everybody. */
const COMMON_WORDS = [
	...['a', '7', '42', 'id', 'name', 'value', 'type', 'true', 'none', 'error', 'yes', 'no'],
	...['vendor', 'resource', 'credential', 'operation', 'update', 'create', 'outcome', 'updated', 'created', 'changed'],
	...['attributes', 'createdAt', 'updatedAt', 'expiresAt', 'parentId', 'verification', 'status', 'detail', 'verified'],
	...['unverifiable', 'vendor', 'response', 'restored', 'metadata', 'requestId', 'contractVersion', 'input', 'message'],
	...['secretKey', 'accessId', 'client_secret', 'credential_data', 'secrets', 'label', 'redirect_uri'],
	...['__proto__', 'constructor', 'toString', 'function', 'object Object', 'password'],
	...['.*', '$&', '$1', '\\', '(a+)+$', '[', '%', '{}', '""', ' . ', '.'],
];

/** Secrets that a careless redaction does not find again. */
const ODD_SECRETS = [
	'canary.*+?^${}()|[]\\',
	'canary-line-one\ncanary-two\r\ncanary-three',
	'\u{1f600}\u{1f511}\u{1f5dd}\ufe0fcanary\u{1d4b3}',
	'canary-pa\u0308sswo\u0308rd',
	'canary-p\u00e4ssw\u00f6rd',
	'\u202ecanary\u202c-\u05e1\u05d5\u05d3-\u0633\u0631',
	'canary\ud83dhalf',
	'{"canary":"b","c":["d"]}',
	'%41canary%42+%2B=&',
	'canary\'"`\\/quotes',
	'&amp;canary&lt;b&gt;',
	'canary\tand\u0001control',
	'canary: half: by half',
	'correct canary battery staple',
	'[redacted]canary[redacted]',
	`canary${'-long-one'.repeat(3_000)}`,
	'4839207711',
];

/** The ways in which a vendor repeats a text. */
function echoes(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const json = JSON.stringify(secret);
	return [
		secret,
		json,
		JSON.stringify(json),
		encodeURIComponent(secret.toWellFormed()),
		encodeURIComponent(secret.toWellFormed()).replaceAll(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase()),
		encodeURIComponent(secret.toWellFormed()).replaceAll('%20', '+'),
		bytes.toString('base64'),
		bytes.toString('base64url'),
		Buffer.from(`{"value":${json}}`).toString('base64'),
		secret.toWellFormed(),
		secret.normalize('NFC'),
		secret.normalize('NFD'),
		secret.trim(),
		secret.replaceAll(/\s+/g, ' '),
		// Folded, as mail and PEM are.
		secret.replaceAll(/(.{8})/gu, '$1\r\n '),
	];
}

/** What of an echo would be a trace of the secret. */
function tracesOf(secret: string): string[] {
	const json = (text: string) => JSON.stringify(text).slice(1, -1);
	return [...echoes(secret).map((echo) => echo.replaceAll(/^"|"$/g, '')), json(secret), json(json(secret))];
}

/** The secret that an item has sent, told by what the vendor has received. */
function secretIn({ text }: ReceivedRequest): string {
	const leaves = text === '' ? [] : leavesOf(JSON.parse(text)).map(String);
	return leaves.sort((a, b) => b.length - a.length).find((leaf) => ODD_SECRETS.includes(leaf)) ?? 'nothing';
}

/** A refusal in the words of every vendor at once. */
function refusing(status: number): Fault['answer'] {
	return (request) => {
		const secret = secretIn(request);
		const said = echoes(secret).join(' | ');
		const ascii = said.replaceAll(/[^\x20-\x7e]/g, '?');
		const [exact] = /^[\x20-\x7e]{1,200}$/.exec(secret) ?? ['-'];
		return {
			status,
			headers: { 'x-request-id': exact, 'retry-after': exact, location: ascii.slice(0, 8_000), 'www-authenticate': ascii.slice(0, 4_000) },
			body: {
				ok: false,
				error: status === 400 ? { type: said, message: said, provider_error: { [said]: echoes(secret) } } : said,
				error_code: said,
				error_description: said,
				errorMessage: said,
				message: said,
				httpStatus: said,
				type: said,
				title: said,
				detail: said,
				instance: said,
				display_message: said,
				raw_message: said,
				errors: [{ code: said, title: said, detail: said, field: said, message: said, source: { pointer: said } }],
				request_id: exact,
			},
		};
	};
}

/** A success with the secret in every text that may be any. */
const succeeding = (keys: AnswerKeys): Fault['answer'] => (request, handled) => {
	const said = echoes(secretIn(request)).join(' | ');
	const mix = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(mix);
		if (typeof value !== 'object' || value === null) return value;
		const mixed = mapValues(value as Record<string, unknown>, (child, key) => (isFree(keys, key, child) ? `${String(child)} ${said}` : mix(child)));
		return { ...mixed, echoed: said, [said.slice(0, 60)]: said, metadata: { [said]: [said] }, _links: { self: said }, apiLinks: [said], disabled_at: said };
	};
	return { ...handled!, headers: { ...handled!.headers, 'x-request-id': secretIn(request).replaceAll(/[^\w.:=-]/g, '').slice(0, 128) }, body: mix(handled!.body) };
};

/** Whether a text may be any: neither an ID nor one of the vendor’s own words. */
function isFree({ ids, sorts }: AnswerKeys, key: string, value: unknown): boolean {
	return typeof value === 'string' && !ids.includes(key) && !sorts.includes(key);
}

const SITUATIONS: Array<[string, (keys: AnswerKeys) => Fault]> = [
	['says yes', (keys) => ({ afterHandling: true, answer: succeeding(keys) })],
	['says no with 400', () => ({ answer: refusing(400) })],
	['says no with 200', () => ({ answer: refusing(200) })],
	['says no with 409', () => ({ answer: refusing(409) })],
	['says no with 429', () => ({ answer: refusing(429) })],
	['says no with 500', () => ({ answer: refusing(500) })],
	['says it as text', () => ({ answer: (request) => ({ status: 422, body: echoes(secretIn(request)).join('\n') }) })],
];

const OPERATIONS = ['update', 'create'] as const;

/** For tens of answers of a megabyte each, on a busy machine; what grows out of proportion takes hours. */
const PATIENCE_MS = 120_000;

describeEveryUpdate((subject, { sendsSecret, signsIn }) => {
	const parametersOf = (operation: (typeof OPERATIONS)[number], secret: string, { update, resource }: Subject = subject()) =>
		operation === 'update' ? update.parameters(ID, secret) : resource.create('={{ $json.name }}', secret);

	if (sendsSecret) {
		describe.each(OPERATIONS)('%s', (operation) => {
			test('with a secret that is a common word gives what it gives with any other', async () => {
				const { run, simulator, update } = subject();
				const outcome = async (secret: string, more: Fault | null) => {
					simulator.reset();
					if (more !== null) simulator.server.plan({ ...more, when: isMainRequest(subject(), operation) });
					const items = [{ json: { id: update.ids[0], name: 'Shop 1', secret } }];
					const result = await run(items, { parameters: parametersOf(operation, SECRET), options: { allowDuplicate: true }, settings: ERROR_OUTPUT });
					const [{ json }] = [...succeeded(result), ...failed(result)] as [{ json: Record<string, never> }];
					return { keys: Object.keys(json), meta: Object.keys(json.meta ?? {}), error: Object.keys(json.error ?? {}), ...timeless(json) };
				};
				const refusal = { answer: { status: 403, body: {} } };
				const usual = [await outcome('ordinary-secret', null), await outcome('ordinary-secret', refusal)];
				for (const secret of [...COMMON_WORDS, update.ids[0], update.ids[1]]) {
					const common = [await outcome(secret, null), await outcome(secret, refusal)];

					const settled = (outcomes: typeof usual) => outcomes.map((each, index) => withUsualWords(secret, each, usual[index]!));
					expect([secret, ...settled(common)]).toEqual([secret, ...settled(usual)]);
				}
			});

			describe.each(['stopWorkflow', 'continueErrorOutput'] as const)('on error %s', (onError) => {
				test.each(SITUATIONS)('leaves no trace of an odd secret when the vendor %s and repeats it in every way', async (_name, fault) => {
					const { run, simulator, update } = subject();
					simulator.server.plan({ ...fault(simulator.keys), when: isMainRequest(subject(), operation), times: 999 });
					const items = ODD_SECRETS.map((secret, index) => ({ json: { id: update.ids[0], name: `Shop ${index}`, secret } }));
					// A stopped run would end with the first.
					const runs = onError === 'stopWorkflow' ? items.map((item) => [item]) : [items];
					const left: string[] = [];
					for (const each of runs) {
						const result = await run(each, {
							parameters: parametersOf(operation, SECRET),
							options: { allowDuplicate: true, readValueBack: true, output: 'raw' },
							settings: { onError },
						});
						left.push(traces(result));
					}

					const sent = simulator.server.requests.filter(isMainRequest(subject(), operation)).map(secretIn);
					expect(ODD_SECRETS.filter((secret) => !sent.includes(secret))).toEqual([]);
					const text = left.join('\n');
					expect(ODD_SECRETS.flatMap(tracesOf).filter((trace) => text.includes(trace))).toEqual([]);
				});
			});

			test.each(['a', '7', '42', 'name', 'true', '4821', '$&.*', 'pin 5'])('leaves no trace of the short secret %j in what the vendor says', async (secret) => {
				const { run, simulator, update } = subject();
				const said = [secret, `it is ${secret}!`, `“${secret}”`, `{"pin":${JSON.stringify(secret)}}`];
				const body = (handled: Answer) => texts(handled.body, (key, value) => (isFree(simulator.keys, key, value) ? said[1]! : value));
				const answers: Array<Fault['answer']> = [
					(_request, handled) => ({ ...handled!, body: body(handled!) }),
					(_request, handled) => ({ ...handled!, body: texts(handled!.body, (key, value) => (isFree(simulator.keys, key, value) ? secret : value)) }),
					() => ({ status: 400, headers: { 'x-request-id': 'request' }, body: { ok: false, error: said[1], title: said[2], detail: said[3], message: said[1], errorMessage: said[1], errors: [{ detail: said[1] }] } }),
				];
				for (const answer of answers) {
					simulator.reset();
					simulator.server.plan({ when: isMainRequest(subject(), operation), afterHandling: true, answer });

					const result = await run([{ json: { id: update.ids[0], name: 'Shop 1', secret } }], {
						parameters: parametersOf(operation, SECRET),
						options: { allowDuplicate: true, verify: false },
						settings: ERROR_OUTPUT,
					});

					const items = [...succeeded(result), ...failed(result)].map(({ json }) => json);
					expect(items).toHaveLength(1);
					expect(leavesOf(omit(items[0], ['changed', 'meta'])).filter((leaf) => said.includes(String(leaf)) && leaf !== true)).toEqual([]);
				}
			});

			test.each([': ', ' ', ', ', ' (', '. ', '\n', ''])('does not put a secret together out of two halves that the vendor says, with “%s” between them', async (joint) => {
				const { run, simulator, update } = subject();
				const halves = ['canaryHead', 'canaryTail'] as const;
				const [head, tail] = halves;
				const body = {
					ok: false,
					error: { type: head, message: tail },
					error_code: head,
					title: head,
					detail: tail,
					message: tail,
					display_message: head,
					raw_message: tail,
					errors: [{ code: head, detail: head, field: head, message: tail, source: { pointer: tail } }, { detail: tail }],
				};
				for (const said of [body, { ...body, error: head }, { ...body, errors: [head, tail] }]) {
					simulator.reset();
					simulator.server.plan({ when: isMainRequest(subject(), operation), answer: { status: 400, body: said } });

					const result = await run([{ json: { id: update.ids[0], name: 'Shop 1', secret: halves.join(joint) } }], {
						parameters: parametersOf(operation, SECRET),
						options: { allowDuplicate: true },
					});

					expect(result.error?.message).toEqual(expect.any(String));
					expect([result.error?.message, result.error?.description].join(' ').replaceAll(/\W/g, '')).not.toContain(halves.join(''));
				}
			});
		});
	}

	if (!signsIn) {
		test('an item that is not sent because the key was refused for another says nothing of that one’s', async () => {
			const { run, simulator, update } = subject();
			const [credential] = [simulator.credentials[update.credentialType]!];
			const keys = Object.values(credential).map(String).filter((value) => value.length > 8 && !value.startsWith('http'));
			const secrets = ['canary-of-the-first-item', 'canary-of-the-second-item'];
			simulator.server.plan({
				times: 9,
				answer: ({ text }) => ({
					status: 401,
					headers: { 'x-request-id': 'canary-of-the-first-item' },
					body: { ok: false, ...saying([text, ...keys].join(' ')) },
				}),
			});

			const result = await run(
				secrets.map((secret, index) => ({ json: { id: update.ids[index]!, secret } })),
				{ settings: ERROR_OUTPUT },
			);

			expect(failed(result).map(({ json }) => (json.error as { code: string }).code)).toEqual(['authentication', 'authentication']);
			const text = traces(result).replaceAll(/"?(id|subject)"?: ?['"][^'"]*['"]/g, '');
			expect([...secrets, ...keys.filter((key) => !key.includes('@'))].filter((secret) => text.includes(secret))).toEqual([]);
		});
	}

	test.each([{ dryRun: true }, {}, { output: 'raw' }])('a stored secret that somebody has put into a name is not shown by an update with %j', async (options) => {
		const { run, simulator, resource } = subject();
		resource.seed(2);
		const [id = ''] = resource.storedIds();
		const stored = resource.allStoredSecrets();
		const named = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(named);
			if (typeof value !== 'object' || value === null) return value;
			const secret = stored.find((each) => JSON.stringify(value).includes(each));
			return { ...mapValues(value, named), ...(secret !== undefined && 'name' in value ? { name: `shop ${secret}` } : {}) };
		};
		simulator.server.plan({ when: isMainRequest(subject(), 'get'), times: 9, afterHandling: true, answer: (_request, handled) => ({ ...handled!, body: named(handled!.body) }) });

		const result = await run([{ json: { id, secret: 'a-new-secret-value' } }], { options });

		expect(succeeded(result)).toHaveLength(1);
		const text = traces(result);
		expect(stored.filter((secret) => text.includes(secret))).toEqual([]);
	});

	test.each([
		['a million spaces', ' '.repeat(1_000_000)],
		['four hundred thousand odd characters', 'é"'.repeat(200_000)],
		['a million slashes', '/'.repeat(1_000_000)],
		['a hundred thousand lines', '"a line of it"\n'.repeat(66_000)],
	])('an answer with %s in any place does not hold up the process', async (_name, text) => {
		const { run, simulator, update, resource } = subject();
		let genuine: unknown;
		const isRead = isMainRequest(subject(), 'get');
		simulator.server.plan({
			when: isRead,
			afterHandling: true,
			answer: (_request, handled) => {
				genuine = handled!.body;
				return handled!;
			},
		});
		await run(NO_INPUT, { parameters: resource.get(update.ids[0]) });
		const variants = withEachPlace(genuine, JSON.stringify(text));
		simulator.reset();
		for (const body of variants) simulator.server.plan({ when: isRead, answer: { status: 200, body } });

		const result = await run(variants.map(() => ({ json: {} })), {
			parameters: resource.get(update.ids[0]),
			options: { output: 'raw', maxConcurrency: 1 },
			settings: ERROR_OUTPUT,
		});

		expect(succeeded(result).length + failed(result).length).toBe(variants.length);
	}, PATIENCE_MS);

	test('an answer with a hundred thousand secrets does not hold up the process', async () => {
		const { run, simulator, update, resource } = subject();
		const many = Array.from({ length: 100_000 }, (_, index) => `secret"é${index}`);
		const named = Object.fromEntries(['value', 'secrets', 'client_secret', 'private_key', 'password'].map((key) => [key, many.slice(0, 20_000)]));
		simulator.server.plan({
			when: isMainRequest(subject(), 'get'),
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: { ...(handled!.body as object), ...named, xAuthentication: named } }),
		});

		const result = await run(NO_INPUT, { parameters: resource.get(update.ids[0]), options: { output: 'raw' }, settings: ERROR_OUTPUT });

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[0]]);
		expect(traces(result)).not.toMatch(/secret\\*"é/);
	});

	test('an item with ten thousand secrets does not hold up the process', async () => {
		const { run, simulator, update, changes } = subject();
		const members = Array.from({ length: 10_000 }, (_, index) => `"key${index}":"secret\\"é${index}-canary"`).join();
		simulator.server.plan({ when: update.isChange, times: 9, answer: ({ text }) => ({ status: 400, body: { ok: false, ...saying(text) } }) });
		const told: string[] = [];
		for (const parameters of update.jsonParameters(update.ids[0], members)) {
			const error = onlyError(await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT }));

			expect(error.code).toBe('invalidInput');
			told.push(JSON.stringify(error));
		}
		// Some objects hold no secret; where a vendor is sent secrets, at least one does.
		if (sendsSecret && told.length > 0) expect(told.every((text) => text.includes('-canary'))).toBe(false);
		expect(changes().length).toBeLessThanOrEqual(2);
	});
});

function saying(text: string) {
	return { error: text, error_description: text, errorMessage: text, message: text, title: text, detail: text, errors: [{ code: text, detail: text }] };
}

/** What does not depend on when it happened. */
/** What of a result, beside the attributes, are the vendor's own words. */
const WORDS_OF_THE_VENDOR = ['name', 'type', 'parentId'];

interface Told {
	said: Record<string, unknown>;
	attributes: Record<string, unknown>;
}

/**
 * An outcome to be held against the usual one. Words of the vendor's that hold the secret may have lost it: they may be a
 * copy of it. The contract's own may not. Of attributes, only the kind of each counts.
 */
function withUsualWords<Outcome extends Told>(secret: string, { said, attributes, ...rest }: Outcome, usual: Told) {
	const restored = (value: unknown, before: unknown) => (String(before).includes(secret) && String(value).includes('[redacted]') ? before : value);
	return {
		...rest,
		said: mapValues(said, (value, key) => (WORDS_OF_THE_VENDOR.includes(key) ? restored(value, usual.said[key]) : value)),
		attributes: mapValues(attributes, (value, key) => typeof restored(value, usual.attributes[key])),
	};
}

function timeless(json: Record<string, never>) {
	const { error } = json as { error?: object };
	return { said: omit(json, ['meta', 'createdAt', 'updatedAt', 'id', 'error', 'attributes']), id: typeof json.id, failure: omit(error, ['vendorMessage', 'vendorCode', 'requestId']), attributes: { ...(json.attributes as object | undefined) } };
}

/** The value with every text in it passed through `change`. */
function texts(value: unknown, change: (key: string, text: string) => string, key = ''): unknown {
	if (typeof value === 'string') return change(key, value);
	if (Array.isArray(value)) return value.map((child) => texts(child, change, key));
	return typeof value === 'object' && value !== null ? mapValues(value, (child, name) => texts(child, change, name)) : value;
}
