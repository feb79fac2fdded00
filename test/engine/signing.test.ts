import { Readable } from 'node:stream';
import type { IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { bindingOf, fetchSession, serializeSession, signInFailureIn, usableToken } from '../../nodes/engine/request/session';
import { noteRejectedToken, sign, signatureOf } from '../../nodes/engine/request/signing';

const signature = { secrets: ['key'], sessionToken: null };

describe('sign', () => {
	test.each<[string, string]>([
		['to another host', 'https://elsewhere.example.com/'],
		['with a header that cannot be sent', 'https://api.example.com/'],
	])('what it says of a request %s is recognized by its text, all that some versions of n8n keep', (_name, url) => {
		const refuse = () => sign({ url }, { baseUrl: 'https://api.example.com', headers: { Authorization: 'a–b' }, signature });

		expect(refuse).toThrow(expect.objectContaining({ kind: 'invalidInput' }) as Error);
		expect(signInFailureIn(messageOf(refuse))).toMatchObject({ code: 'invalidInput' });
	});

	test.each([
		['https://api.example.com', { url: 'https://api.example.com/v1/x' }],
		['https://api.example.com/', { url: '/v1/x', baseURL: 'https://api.example.com/' }],
		['https://proxy.example.com/api', { baseURL: 'https://proxy.example.com/api' } as IHttpRequestOptions],
		['https://proxy.example.com/api', { url: 'https://proxy.example.com/api?x=1' }],
		['https://proxy.example.com/api', { uri: 'https://proxy.example.com/api/x' } as unknown as IHttpRequestOptions],
		['https://proxy.example.com/api', { uri: '/x', baseURL: 'https://proxy.example.com/api' } as unknown as IHttpRequestOptions],
		['https://proxy.example.com/api', { url: '/v1/x', baseURL: 'https://proxy.example.com/api/' }],
		['http://127.0.0.1:8080', { url: 'http://127.0.0.1:8080/x' }],
		['http://localhost:8080', { url: 'x', baseURL: 'http://localhost:8080' }],
		['http://[::1]:8080', { url: 'http://[::1]:8080/x' }],
	])('signs a request below %s', (baseUrl, request: IHttpRequestOptions) => {
		const signed = sign(request, { baseUrl, headers: { Authorization: 'Bearer key' }, signature });

		expect(signed.headers).toEqual({ Authorization: 'Bearer key' });
		expect(signed).toMatchObject({ disableFollowRedirect: true, followRedirect: false, followAllRedirects: false, maxRedirects: 0 });
		expect(signatureOf(request)).toBe(signature);
	});

	test.each([
		['another host', 'https://api.example.com', { url: 'https://evil.example/v1' }],
		['another port', 'https://api.example.com', { url: 'https://api.example.com:444/v1' }],
		['another scheme', 'https://api.example.com', { url: 'http://api.example.com/v1' }],
		['a host that begins alike', 'https://api.example.com', { url: 'https://api.example.com.evil.example/' }],
		['user info that looks like the host', 'https://api.example.com', { url: 'https://api.example.com@evil.example/' }],
		['a protocol-relative URL', 'https://api.example.com', { url: '//evil.example/v1', baseURL: 'https://api.example.com' }],
		['another base URL', 'https://api.example.com', { url: '/v1', baseURL: 'https://evil.example' }],
		['a path beside the base path', 'https://proxy.example.com/api', { url: 'https://proxy.example.com/apis/x' }],
		['a path that climbs out', 'https://proxy.example.com/api', { url: 'https://proxy.example.com/api/../admin' }],
		['no URL at all', 'https://api.example.com', {}],
		['what is no URL', 'https://api.example.com', { url: 'https://' }],
		['a path that belongs to no host', 'https://api.example.com', { url: '/v1/x' }],
		['a scheme without slashes, which some clients take for a host', 'https://api.example.com', { url: 'https:evil.example/v1' }],
		['another host in the older spelling', 'https://api.example.com', { uri: 'https://evil.example/v1' }],
		['another base URL in the older spelling', 'https://api.example.com', { uri: '/v1', baseURL: 'https://evil.example' }],
		['another host in one spelling of two', 'https://api.example.com', { url: 'https://api.example.com/v1', uri: 'https://evil.example/v1' }],
		['another host in the other spelling of two', 'https://api.example.com', { url: 'https://evil.example/v1', uri: 'https://api.example.com/v1' }],
	])('refuses to sign for %s', (_name, baseUrl, target: object) => {
		const request = target as IHttpRequestOptions;
		expect(() => sign(request, { baseUrl, headers: { Authorization: 'Bearer key' }, signature })).toThrow('another host');
		expect(request.headers).toBeUndefined();
		expect(signatureOf(request)).toBeUndefined();
	});

	test.each([
		'http://api.example.com',
		'http://127.0.0.1.example.com',
		'http://localhost.example.com',
		'http://10.0.0.1',
		'ftp://api.example.com',
		'https://user:word@api.example.com',
		'https://api.example.com/?key=1',
		'api.example.com',
		'',
	])('refuses the base URL “%s”', (baseUrl) => {
		expect(() => sign({ url: `${baseUrl}/x` }, { baseUrl, headers: {}, signature })).toThrow('“Base URL”');
	});
});

test.each(['key\nX-Other: 1', 'key€', 'key\u0000'])('sign refuses %j, which no header can carry', (key) => {
	const request: IHttpRequestOptions = { url: 'https://api.example.com/x' };
	const input = { baseUrl: 'https://api.example.com', headers: { Authorization: key }, signature };

	expect(() => sign(request, input)).toThrow('no header can carry');
	expect(signatureOf(request)).toBeUndefined();
});

describe('usableToken', () => {
	const binding = bindingOf('https://api.example.com', 'id', 'secret');
	const request: IHttpRequestOptions = { url: 'https://api.example.com' };
	const stored = (changes: object = {}) =>
		serializeSession({ binding, token: 'token-1', expiresAt: null, ...changes });

	test('hands out a stored token that fits', () => {
		expect(usableToken(stored(), binding, request)).toBe('token-1');
		expect(usableToken(stored({ expiresAt: Date.now() + 1000 }), binding, request)).toBe('token-1');
	});

	test.each([
		['nothing is stored', ''],
		['what is stored is no session', '{"token":1}'],
		['what is stored is not JSON', 'token-1'],
		['it was issued for another account or host', stored({ binding: bindingOf('https://evil.example', 'id', 'secret') })],
		['its time is over', stored({ expiresAt: Date.now() - 1 })],
	])('asks n8n for a fresh one when %s', (_name, value) => {
		expect(() => usableToken(value, binding, { ...request })).toThrow(
			expect.objectContaining({ response: { status: 401 } }) as Error,
		);
	});

	test('does not ask twice for one request: the fresh token is no better', () => {
		const repeated: IHttpRequestOptions = { ...request };
		noteRejectedToken(repeated, 'token-1');
		expect(() => usableToken(stored(), binding, repeated)).toThrow(
			expect.objectContaining({ response: { status: 401 } }) as Error,
		);

		const again = () => usableToken(stored(), binding, repeated);

		expect(again).toThrow(expect.objectContaining({ kind: 'authentication' }) as Error);
		// n8n keeps the text alone; the code must be recognizable from it.
		expect(signInFailureIn(messageOf(again))?.code).toBe('authentication');
	});

	test('does not use a token again for the request that the vendor has refused it for', () => {
		const repeated: IHttpRequestOptions = { ...request };
		noteRejectedToken(repeated, 'token-1');

		expect(() => usableToken(stored(), binding, repeated)).toThrow();
		expect(usableToken(stored({ token: 'token-2' }), binding, repeated)).toBe('token-2');
		expect(usableToken(stored(), binding, request)).toBe('token-1');
	});

	test('bindings differ when any part moves', () => {
		expect(new Set([bindingOf('a', 'b'), bindingOf('ab'), bindingOf('a', '', 'b'), bindingOf('b', 'a')]).size).toBe(4);
	});
});

describe('fetchSession', () => {
	const token = { url: 'https://auth.example.com/token', headers: {}, body: 'client_secret=canary' };

	function helperAnswering(statusCode: number, body: string, headers = {}) {
		const httpRequest = jest.fn(async (_options: IHttpRequestOptions) => ({ statusCode, headers, body: Readable.from([Buffer.from(body)]) }));
		return { helper: { helpers: { httpRequest } } as unknown as IHttpRequestHelper, httpRequest };
	}

	test('reads token and end of life, a little early', async () => {
		const { helper } = helperAnswering(200, '{"access_token":"t","expires_in":7200}');
		const before = Date.now();

		const session = await fetchSession(helper, 'b1', token);

		expect(session).toMatchObject({ binding: 'b1', token: 't' });
		expect(session.expiresAt! - before).toBeGreaterThanOrEqual(7_140_000);
		expect(session.expiresAt! - before).toBeLessThan(7_145_000);
	});

	test.each(['0', '-5', '"never"', 'null'])('takes expires_in %s for unknown, rather than for the past', async (expiresIn) => {
		const { helper } = helperAnswering(200, `{"access_token":"t","expires_in":${expiresIn}}`);

		expect((await fetchSession(helper, 'b2', token)).expiresAt).toBeNull();
	});

	test('many callers at once share one request, later ones send their own', async () => {
		const { helper, httpRequest } = helperAnswering(200, '{"access_token":"t"}');

		await Promise.all(Array.from({ length: 10 }, async () => await fetchSession(helper, 'b3', token)));
		expect(httpRequest).toHaveBeenCalledTimes(1);

		await Promise.all([fetchSession(helper, 'b4', token).catch(() => null)]);
		expect(httpRequest).toHaveBeenCalledTimes(2);
	});

	test('never follows a redirect with the client secret', async () => {
		const { helper, httpRequest } = helperAnswering(302, '');

		await expect(fetchSession(helper, 'b5', token)).rejects.toMatchObject({ kind: 'unexpectedResponse' });
		expect(httpRequest.mock.calls[0]![0]).toMatchObject({ disableFollowRedirect: true });
	});

	test.each([
		[400, '{"error":"invalid_scope","error_description":"canary"}', 'authentication', 'HTTP 400, invalid_scope'],
		[401, '{"error":"canary with spaces"}', 'authentication', 'HTTP 401)'],
		[401, '{"error":"canary"}', 'authentication', 'HTTP 401)'],
		[401, '{"errors":[{"code":"UNAUTHORIZED","detail":"canary"}]}', 'authentication', 'HTTP 401, UNAUTHORIZED)'],
		[403, '<html>canary', 'unexpectedResponse', 'HTTP 403)'],
		[429, '', 'rateLimited', 'HTTP 429)'],
		[503, 'canary', 'vendorUnavailable', 'HTTP 503)'],
		[200, '{"token":"canary"}', 'unexpectedResponse', 'HTTP 200)'],
		[200, '["canary"]', 'unexpectedResponse', 'HTTP 200)'],
	])('%i %s is told as %s, without what the host said', async (status, body, code, detail) => {
		const { helper } = helperAnswering(status, body);

		const failure = await fetchSession(helper, `b-${status}-${body}`, token).catch((error: unknown) => error as Error);

		expect(failure).toMatchObject({ kind: code, details: { stage: 'token' } });
		const { message } = failure as Error;
		expect(message).toContain(detail);
		expect(message).not.toContain('canary');
		// n8n keeps the text alone; the code must be recognizable from it.
		expect(signInFailureIn(message)?.code).toBe(code);
	});

	test.each([
		[429, { 'Retry-After': '20' }, 20_000],
		[503, { 'retry-after': '7' }, 7_000],
		[408, {}, null],
		[429, {}, null],
		[429, { 'retry-after': 'soon' }, null],
		[401, { 'retry-after': '20' }, null],
	])('%i with the headers %j asks to wait %p ms, which the text carries', async (status, headers, retryAfterMs) => {
		const { helper } = helperAnswering(status, '', headers);

		const failure = await fetchSession(helper, `b-${status}-${JSON.stringify(headers)}`, token).catch((error: unknown) => error);

		expect(signInFailureIn((failure as Error).message)?.retryAfterMs).toBe(retryAfterMs);
	});

	test('a host that cannot be reached is told as network', async () => {
		const helper = { helpers: { httpRequest: async () => await Promise.reject(new Error('connect ECONNREFUSED canary')) } };

		await expect(fetchSession(helper as unknown as IHttpRequestHelper, 'b6', token)).rejects.toMatchObject({
			kind: 'network',
			message: expect.not.stringContaining('canary') as string,
		});
	});
});

function messageOf(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		return (error as Error).message;
	}
	return '';
}
