import type { INodeExecutionData } from 'n8n-workflow';

import { describeEveryUpdate, passwordFields, type Subject } from '../harness/subject';
import { traces } from '../harness/traces';
import type { Answer, Fault, ReceivedRequest } from '../simulator/server';

/** Part of every planted secret, and of nothing else. */
const CANARY = 'canary7f3e9';

/** Escaped differently in JSON, URLs, headers and HTML. */
const SECRET = `${CANARY}-new"\\/+&=é <${CANARY}>\n${CANARY}-second-line-of-it`;
const UNUSED_IN_ITEM = `${CANARY}-in-an-input-item`;

const item = (id: string): INodeExecutionData => ({
	json: { id, secret: SECRET, unused: UNUSED_IN_ITEM, nested: { deep: [UNUSED_IN_ITEM] } },
});

/** Everything that the request held, in every form in which a careless vendor repeats it. */
function echo({ headers, text, target }: ReceivedRequest): string {
	const all = `${target} ${Object.values(headers).join(' ')} ${text}`;
	// A vendor can only repeat what it was sent.
	const secret = text.includes(CANARY) ? forms(SECRET) : [];
	return [all, JSON.stringify(all), encodeURIComponent(all), ...secret, ...forms(headers.authorization ?? '')].join(' ');
}

function forms(secret: string): string[] {
	const bytes = Buffer.from(secret);
	return [
		secret,
		JSON.stringify(secret),
		encodeURIComponent(secret),
		encodeURIComponent(secret).replaceAll('%20', '+'),
		bytes.toString('base64'),
		bytes.toString('base64url'),
	];
}

/** A refusal that speaks in the words of every vendor at once. */
function refusalEchoing(status: number) {
	return (request: ReceivedRequest): Answer => {
		const said = echo(request);
		return {
			status,
			headers: { 'x-request-id': said.replaceAll(/[^\x20-\x7e]/g, '?') },
			body: {
				ok: false,
				error: status === 400 ? { type: said, message: said, provider_error: { [said]: said } } : said,
				error_code: said,
				error_description: said,
				errorMessage: said,
				message: said,
				title: said,
				detail: said,
				display_message: said,
				raw_message: said,
				errors: [{ code: said, title: said, detail: said, field: said, message: said, source: { pointer: said } }],
				request_id: said,
			},
		};
	};
}

/** A success into whose every text the request is mixed. */
function successEchoing(request: ReceivedRequest, handled: Answer | null): Answer {
	const said = echo(request);
	const mix = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(mix);
		if (typeof value !== 'object' || value === null) return value;
		const mixed = Object.entries(value).map(([key, child]) => [
			key,
			// Ids and names stay, so that the answer is still one.
			typeof child === 'string' && !/^(id|type|instanceId|name|label)$/.test(key) ? `${child} ${said}` : mix(child),
		]);
		return { ...(Object.fromEntries(mixed) as object), echoed: said, [said.slice(0, 40)]: said };
	};
	return { status: handled!.status, headers: handled!.headers, body: mix(handled!.body) };
}

const SITUATIONS: Array<[string, Fault | null]> = [
	['on success', null],
	['on a success that echoes everything', { afterHandling: true, answer: successEchoing }],
	['on a refusal that echoes everything, 400', { answer: refusalEchoing(400) }],
	['on a refusal that echoes everything, 401', { answer: refusalEchoing(401), times: 2 }],
	['on a refusal that echoes everything, 500', { answer: refusalEchoing(500) }],
	['on a refusal that echoes everything, 200', { answer: refusalEchoing(200) }],
	['on a plain text echo', { answer: (request) => ({ status: 400, body: echo(request) }) }],
	['on a redirect that carries it', { answer: ({ text }) => ({ status: 302, headers: { location: `https://h.example/?${encodeURIComponent(text)}` } }) }],
	['on an echo that breaks off', { answer: (request) => ({ status: 200, body: echo(request) }), hangUp: 'inBody' }],
	['on a lost answer', { hangUp: 'beforeAnswer' }],
	['on a slow answer', { delayMs: 1300 }],
];

describeEveryUpdate((subject, { sendsSecret }) => {
	describe.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)('on error %s', (onError) => {
		test.each(SITUATIONS)('no secret in output, errors or logs %s', async (_name, fault) => {
			const { run, simulator, update, changes } = subject();
			// For good, so that what is sent again ends in it as well; a slow answer is left at one.
			if (fault !== null) simulator.server.plan({ ...fault, when: update.isChange, times: fault.delayMs === undefined ? 99 : 1 });

			const result = await run([item(update.ids[0]), item(update.missingId)], {
				options: { timeout: 1000 },
				settings: { onError },
			});

			// The secret really was on its way; otherwise nothing could have leaked.
			expect(changes().some(({ text }) => text.includes(CANARY))).toBe(sendsSecret);
			expectNoSecret(traces(result), subject());
		});
	});

	test('no key of the node’s own credential, not even one that the request did not carry', async () => {
		const { run, simulator, update } = subject();
		const credential = simulator.credentials[update.credentialType]!;
		const keys = passwordFields(update.credentialType).map((name) => String(credential[name] ?? ''));
		const answer = (request: ReceivedRequest) => refusalEchoing(400)({ ...request, text: `${request.text} ${keys.join(' ')}` });
		simulator.server.plan({ when: update.isChange, answer });

		const result = await run([item(update.ids[0])], { settings: { onError: 'continueErrorOutput' } });

		expectNoSecret(traces(result), subject());
	});

	test('no secret in the failed item when the parameters cannot be used', async () => {
		const { run, update } = subject();

		const result = await run([item('')], { parameters: update.parameters('={{ $json.secret.length ? "" : "" }}', SECRET) });

		expectNoSecret(traces(result), subject());
	});
});

function expectNoSecret(text: string, { simulator, update }: Subject): void {
	const credential = simulator.credentials[update.credentialType]!;
	const own = passwordFields(update.credentialType)
		.map((name) => String(credential[name] ?? ''))
		.filter((value) => value !== '');
	expect(own.length).toBeGreaterThan(0);
	const wanted = [CANARY, ...forms(SECRET), ...own.flatMap(forms)];
	expect(wanted.filter((form) => text.includes(form))).toEqual([]);
}
