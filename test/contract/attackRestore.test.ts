import mapValues from 'lodash/mapValues';
import merge from 'lodash/merge';
import uniq from 'lodash/uniq';
import type { INodeParameters } from 'n8n-workflow';

import { leavesOf, withAnotherId } from '../harness/hostile';
import { describeEveryUpdate, ERROR_OUTPUT, failed, isAbout, itemsFor, onlyError, passwordFields, succeeded, type Subject } from '../harness/subject';
import { traces } from '../harness/traces';
import type { Answer, Fault, ReceivedRequest } from '../simulator/server';

const NO_INPUT = [{ json: {} }];
const NEW_NAME = 'the-new-name';
const EVIL_NAME = 'a-name-of-somebody-else';
const SECRET = 'canary-the-new-secret';

/** The name before the update, as a hostile or careless vendor shows it, and whether that can be put back. */
const SHOWN_NAMES: Array<[unknown, boolean]> = [
	['An ordinary name', true],
	['__proto__', true],
	['=1', true],
	['{{ $json }}', true],
	['a\0b', true],
	['x\r\nX-Injected: 1', true],
	['\u202e\u0645\u0631', true],
	['\u{1f600} e\u0301', true],
	['x'.repeat(50_000), true],
	['[redacted]', false],
	['shop ***', false],
	['••••••••', false],
	['<REDACTED>', false],
	['masked', false],
	['', false],
	[null, false],
	[{ $ne: null }, false],
	[['a'], false],
	[true, false],
];

/** The parts of an update that is put back, in their order: looks at the credential before and after it, and the two changes. */
const PARTS = ['before', 'change', 'after', 'back', 'later'] as const;
type Part = (typeof PARTS)[number];
type Script = Partial<Record<Part, Fault>>;

describeEveryUpdate((subject, { putsBack, sendsSecret }) => {
	if (!putsBack) {
		test('where nothing can be put back, nothing is read for it', async () => {
			const { run, update, requests, requestsPerUpdate } = subject();

			const result = await run(itemsFor([update.ids[0]]), { options: { onVerificationFailure: 'restore' } });

			expect(succeeded(result)).toHaveLength(1);
			expect(requests()).toHaveLength(requestsPerUpdate());
		});
		return;
	}

	const isName = (key: string) => subject().simulator.keys.names.includes(key);
	const withNames = (value: unknown, name: unknown): unknown => {
		if (Array.isArray(value)) return value.map((child) => withNames(child, name));
		if (typeof value !== 'object' || value === null) return value;
		return mapValues(value as object, (child: unknown, key) => (isName(key) ? name : withNames(child, name)));
	};
	const withoutNames = (value: Answer['body']): unknown =>
		JSON.parse(JSON.stringify(value, (key, child: unknown) => (isName(key) ? undefined : child)));

	/** Renames the first credential; the vendor’s answers are those of `script`, by the part that each plays in it. */
	const renaming = async (script: Script, more: { options?: INodeParameters; settings?: object; secret?: string } = {}) => {
		const { run, simulator, update } = subject();
		const [id] = update.ids;
		const { server } = simulator;
		server.clear();
		for (const [part, fault] of Object.entries(script)) {
			server.plan({ times: Infinity, when: (request) => isOurs(request) && partOf(request) === part, ...fault });
		}
		const renamed = update.visible.parameters(id, NEW_NAME);
		const parameters = more.secret === undefined ? renamed : merge({}, renamed, update.parameters(id, more.secret));
		const result = await run(NO_INPUT, {
			parameters,
			options: { onVerificationFailure: 'restore', ...more.options },
			settings: { ...ERROR_OUTPUT, ...more.settings },
		});
		return { result, sent: server.requests.filter(isOurs) };
	};
	/** Which part a request plays, by the changes that have been sent: one that is sent again plays the same. */
	const partOf = (request: ReceivedRequest): Part => {
		const changes = uniq(changesIn(subject().simulator.server.requests).map(({ text }) => text));
		if (!subject().update.isChange(request)) return changes.length === 0 ? 'before' : changes.length === 1 ? 'after' : 'later';
		return request.text === changes[0] ? 'change' : 'back';
	};
	const isOurs = (request: ReceivedRequest) => !(subject().update.isSignIn?.(request) ?? false);
	const changesIn = (sent: ReceivedRequest[]) => sent.filter((request) => subject().update.isChange(request));
	/** An answer in which the credential has another name. */
	const called = (name: unknown, more: Partial<Fault> = {}): Fault => ({
		afterHandling: true,
		answer: (_request, handled) => ({ ...handled!, body: withNames(handled!.body, name) }),
		...more,
	});
	const stored = ({ update }: Subject = subject()) => update.visible.stored(update.ids[0]);

	test('what is put back is what the read before has shown, and nothing but the name', async () => {
		const before = stored();
		const { result, sent } = await renaming({ change: called(EVIL_NAME), after: called(EVIL_NAME) });

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: true });
		const [change, back, ...others] = changesIn(sent);
		expect(others).toEqual([]);
		expect(back!.target).toBe(change!.target);
		expect(back!.text).toBe(change!.text.replaceAll(JSON.stringify(NEW_NAME), JSON.stringify(before)));
		expect(stored()).toBe(before);
	});

	test.each(SHOWN_NAMES)('a name that the read before shows as %j: %p that it is put back, exactly', async (name, isPutBack) => {
		const { result, sent } = await renaming({ before: called(name), change: called(EVIL_NAME), after: called(EVIL_NAME) });

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: isPutBack });
		const [, back, ...others] = changesIn(sent);
		expect(others).toEqual([]);
		if (!isPutBack) return expect(back).toBeUndefined();
		expect(leavesOf(JSON.parse(back!.text))).toContain(name);
		expect(stored()).toBe(name);
		expect(sent.some(({ headers }) => 'x-injected' in headers)).toBe(false);
	});

	test('nothing of a secret is put back, neither the new one nor a mask', async () => {
		if (!sendsSecret) return;
		const { result, sent } = await renaming({ change: called(EVIL_NAME), after: called(EVIL_NAME) }, { secret: SECRET });

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', restored: 'partial' });
		const [change, back] = changesIn(sent);
		expect(change!.text).toContain(SECRET);
		expect(back!.text).not.toContain(SECRET);
		expect(back!.text).not.toMatch(/redacted|\*\*\*/i);
		expect(leavesOf(JSON.parse(back!.text)).length).toBeLessThan(leavesOf(JSON.parse(change!.text)).length);
		expect(onlyError(result).message).toContain('set ');
	});

	test.each<[string, Part, object, number]>([
		['the read before', 'before', { code: 'unexpectedResponse', applied: 'no' }, 0],
		['the answer to the update', 'change', { code: 'unexpectedResponse', applied: 'unknown' }, 1],
		['the read after', 'after', { restored: false }, 1],
		['the answer to the put-back', 'back', { restored: false }, 2],
	])('%s that speaks of another credential is not believed', async (_what, part, told, changes) => {
		const { update } = subject();
		const [own, other] = update.ids;
		const script: Script = { change: called(EVIL_NAME), after: called(EVIL_NAME) };
		const genuine = script[part];
		script[part] = {
			afterHandling: true,
			answer: (request, handled) => {
				const answer = typeof genuine?.answer === 'function' ? genuine.answer(request, handled) : handled!;
				return { ...answer, body: withAnotherId(answer.body, own, other) };
			},
		};

		const { result, sent } = await renaming(script);

		const error = onlyError(result);
		expect(error.restored).not.toBe(true);
		expect(error).toMatchObject(told);
		expect(changesIn(sent)).toHaveLength(changes);
		expect(sent.filter(isAbout(update, other))).toEqual([]);
	});

	test.each<[string, Fault]>([
		['shows a third name', called('a-third-name')],
		['shows no name', { afterHandling: true, answer: (_request, handled) => ({ ...handled!, body: withoutNames(handled!.body) }) }],
		['shows nothing', { answer: { status: 200, body: {} } }],
		['is a page', { answer: { status: 200, body: '<html>' } }],
		['is refused', { answer: { status: 403, body: {} } }],
		['finds nothing', { answer: { status: 404, body: {} } }],
		['leads elsewhere', { answer: { status: 302, headers: { location: 'http://127.0.0.1:9/' } } }],
		['is lost', { hangUp: 'beforeAnswer' }],
		['is throttled for a day', { answer: { status: 429, headers: { 'retry-after': '86400' } } }],
	])('when the read after the update %s, nothing is put back over what somebody else may have changed', async (_what, fault) => {
		const { result, sent } = await renaming({ change: called(EVIL_NAME), after: fault });

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: false });
		expect(changesIn(sent)).toHaveLength(1);
	});

	test.each<[string, Fault]>([
		['is refused', { answer: { status: 403, body: {} } }],
		['is a page', { answer: { status: 200, body: '<html>' } }],
		['is another service’s', { answer: { status: 200, body: { hello: 'world' } } }],
	])('when the read before %s, nothing is changed that could not be put back', async (_what, fault) => {
		const { result, sent } = await renaming({ before: fault });

		expect(onlyError(result)).toMatchObject({ applied: 'no', attempts: 0 });
		expect(changesIn(sent)).toEqual([]);
	});

	test('an update whose answer is lost is never put back', async () => {
		const { result, sent } = await renaming({ change: { hangUp: 'beforeAnswer', afterHandling: true } });

		expect(onlyError(result)).toMatchObject({ applied: 'unknown' });
		expect(onlyError(result).restored).toBeUndefined();
		for (const { text } of changesIn(sent)) expect(leavesOf(JSON.parse(text))).toContain(NEW_NAME);
	});

	test.each<[string, Fault]>([
		['shows yet another name', called('a-third-name')],
		['is refused', { answer: { status: 403, body: {} } }],
		['is a page', { answer: { status: 200, body: '<html>' } }],
	])('a put-back whose answer %s is not tried again, not even by Retry On Fail', async (_what, fault) => {
		const { result, sent } = await renaming({ change: called(EVIL_NAME), after: called(EVIL_NAME), back: fault, later: called('a-fourth-name') }, {
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});

		expect(onlyError(result)).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: false });
		expect(changesIn(sent)).toHaveLength(2);
	});

	test.each<[string, INodeParameters, Record<string, unknown>]>([
		['fail', { onVerificationFailure: 'fail' }, { code: 'verificationFailed' }],
		['report', { onVerificationFailure: 'report' }, {}],
		['no verification', { verify: false }, {}],
	])('with %s nothing is read for it, and nothing put back', async (_name, options, error) => {
		const { update, lookBefore } = subject();
		const { result, sent } = await renaming({ change: called(EVIL_NAME) }, { options });

		expect(failed(result).map(({ json }) => json.error)).toEqual(Object.keys(error).map(() => expect.objectContaining(error) as unknown));
		expect(failed(result).length + succeeded(result).length).toBe(1);
		// What a vendor is asked before every update is not asked for this.
		expect(sent.map((request) => update.isChange(request))).toEqual(lookBefore(update.visible.parameters(update.ids[0], NEW_NAME)) === 'none' ? [true] : [false, true]);
	});

	test('items for one credential do not put back over each other', async () => {
		const { run, simulator, update } = subject();
		const [id] = update.ids;
		const before = stored();
		const lies = called(EVIL_NAME, { when: (request) => !update.isSignIn?.(request) && !isPutBack(request) });
		const isPutBack = ({ text }: ReceivedRequest) => text.includes(JSON.stringify(before));
		for (const item of ['first', 'second', 'third']) {
			const ofItem = (request: ReceivedRequest) => request.text.includes(JSON.stringify(item));
			simulator.server.plan({ ...lies, when: ofItem });
		}

		const result = await run(
			['first', 'second', 'third'].map((name) => ({ json: { id, name } })),
			{
				parameters: update.visible.parameters(id, '={{ $json.name }}'),
				options: { onVerificationFailure: 'restore', maxConcurrency: 20 },
				settings: ERROR_OUTPUT,
			},
		);

		expect(failed(result)).toHaveLength(3);
		const order = simulator.server.requests.filter((request) => update.isChange(request)).map(({ text }) =>
			leavesOf(JSON.parse(text)).find((leaf) => ['first', 'second', 'third', before].includes(String(leaf))),
		);
		// Each is put back before the next one begins, or left alone because the credential was not as it had left it.
		expect(order.filter((name) => name !== before)).toEqual(['first', 'second', 'third']);
		expect(order.every((name, index) => name !== before || order[index - 1] !== before)).toBe(true);
	});

	test('no secret is left anywhere when every answer on the way repeats it', async () => {
		const { update, simulator } = subject();
		const credential = simulator.credentials[update.credentialType]!;
		const keys = passwordFields(update.credentialType).map((name) => String(credential[name]));
		const echo: Fault = {
			afterHandling: true,
			answer: ({ headers, text }, handled) => {
				const said = `${SECRET} ${keys.join(' ')} ${text} ${headers.authorization}`;
				return { ...handled!, headers: { ...handled!.headers, 'x-request-id': SECRET }, body: withNames(handled!.body, said) };
			},
		};
		for (const place of [0, 1, 2, 3]) {
			const echoed = Object.fromEntries(PARTS.slice(place).map((part) => [part, echo]));
			for (const [options, onError] of [
				[{}, 'continueErrorOutput'],
				[{}, 'stopWorkflow'],
				[{ output: 'raw', readValueBack: true }, 'continueRegularOutput'],
				[{ onVerificationFailure: 'report', output: 'raw' }, 'continueErrorOutput'],
			] as const) {
				const { result } = await renaming({ change: called(EVIL_NAME), after: called(EVIL_NAME), ...echoed }, { options, settings: { onError }, ...(sendsSecret ? { secret: SECRET } : {}) });

				const text = traces(result);
				expect([...keys, ...(sendsSecret ? [SECRET] : [])].filter((secret) => text.includes(secret))).toEqual([]);
			}
		}
	});
});

/** The answer with this in the place of each name. */
