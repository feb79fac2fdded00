import type { Answer, Fault, ReceivedRequest } from '../simulator/server';

/** A secret in every form in which it travels, or in which a careless vendor repeats it. */
export function forms(secret: string): string[] {
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

/** Vendors that repeat all that they are sent: a way of answering each, named for a sentence, and one that does not. */
export function situations(secret: string): Array<[string, Fault | null]> {
	return [
		['on success', null],
		['on a success that echoes everything', { afterHandling: true, answer: (request, handled) => successEchoing(secret, request, handled) }],
		['on a refusal that echoes everything, 400', { answer: refusalEchoing(secret, 400) }],
		['on a refusal that echoes everything, 401', { answer: refusalEchoing(secret, 401), times: 2 }],
		['on a refusal that echoes everything, 500', { answer: refusalEchoing(secret, 500) }],
		['on a refusal that echoes everything, 200', { answer: refusalEchoing(secret, 200) }],
		['on a plain text echo', { answer: (request) => ({ status: 400, body: echo(secret, request) }) }],
		['on a redirect that carries it', { answer: ({ text }) => ({ status: 302, headers: { location: `https://h.example/?${encodeURIComponent(text)}` } }) }],
		['on an echo that breaks off', { answer: (request) => ({ status: 200, body: echo(secret, request) }), hangUp: 'inBody' }],
		['on a lost answer', { hangUp: 'beforeAnswer' }],
		['on a slow answer', { delayMs: 1300 }],
	];
}

/** Everything that the request held, in every form in which a careless vendor repeats it. */
function echo(secret: string, { headers, text, target }: ReceivedRequest): string {
	const all = `${target} ${Object.values(headers).join(' ')} ${text}`;
	// A vendor can only repeat what it was sent.
	const its = text.includes(JSON.stringify(secret)) ? forms(secret) : [];
	return [all, JSON.stringify(all), encodeURIComponent(all), ...its, ...keysIn(headers).flatMap(forms)].join(' ');
}

/** Whatever in the headers may be a key, by their names. */
function keysIn(headers: ReceivedRequest['headers']): string[] {
	return Object.entries(headers).flatMap(([name, value]) => (/^authorization$|key|token/.test(name) ? [value] : []));
}

/** A refusal that speaks in the words of every vendor at once. */
export function refusalEchoing(secret: string, status: number) {
	return (request: ReceivedRequest): Answer => {
		const said = echo(secret, request);
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
function successEchoing(secret: string, request: ReceivedRequest, handled: Answer | null): Answer {
	const said = echo(secret, request);
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
