import { simulatorOf } from './simulator';
import type { RunningSimulator, StartOptions } from './simulator/definition';
import { RateMeter, type RateRule } from './simulator/rateLimits';

const T0 = Date.UTC(2026, 0, 1);

/** How many of so many requests at one moment are let in. */
const admitted = (meter: RateMeter, requests: number, now: number) =>
	Array.from({ length: requests }, () => meter.take(now)).filter(Boolean).length;

describe('a meter', () => {
	const rule = (counting: RateRule['counting']): RateRule => ({ counting, requests: 10, perMs: 1_000 });

	test('with a fixed window begins anew with the first request after its end', () => {
		const meter = new RateMeter([rule('fixed')]);

		expect(admitted(meter, 3, T0)).toBe(3);
		expect(meter.standings(T0)).toEqual([{ rule: rule('fixed'), remaining: 7, renewsAt: T0 + 1_000 }]);
		expect(admitted(meter, 20, T0 + 999)).toBe(7);
		expect(admitted(meter, 20, T0 + 1_500)).toBe(10);
		expect(admitted(meter, 20, T0 + 2_499)).toBe(0);
		expect(admitted(meter, 20, T0 + 2_500)).toBe(10);
	});

	test('with a sliding window counts in any stretch of its length', () => {
		const meter = new RateMeter([rule('sliding')]);

		expect(admitted(meter, 3, T0)).toBe(3);
		expect(admitted(meter, 20, T0 + 999)).toBe(7);
		expect(admitted(meter, 20, T0 + 1_000)).toBe(3);
		expect(admitted(meter, 20, T0 + 1_998)).toBe(0);
		expect(admitted(meter, 20, T0 + 1_999)).toBe(7);
	});

	test('with a bucket lets one more in with every share of its time', () => {
		const meter = new RateMeter([rule('bucket')]);

		expect(admitted(meter, 20, T0)).toBe(10);
		expect(admitted(meter, 20, T0 + 250)).toBe(2);
		expect(admitted(meter, 20, T0 + 60_000)).toBe(10);
	});

	test('that counts refused requests stays closed until the rate drops', () => {
		const meter = new RateMeter([rule('sliding')], true);

		expect(admitted(meter, 11, T0)).toBe(10);
		for (let now = T0; now < T0 + 5_000; now += 90) expect(admitted(meter, 1, now)).toBe(0);
		expect(admitted(meter, 20, T0 + 6_000)).toBe(10);
	});

	test('keeps all of its rules, and can be used up by others', () => {
		const meter = new RateMeter([rule('fixed'), { counting: 'sliding', requests: 4, perMs: 100 }]);

		expect(admitted(meter, 20, T0)).toBe(4);
		meter.useUp(T0 + 100, 1);
		expect(admitted(meter, 20, T0 + 100)).toBe(1);
		meter.useUp(T0 + 200);
		expect(admitted(meter, 20, T0 + 900)).toBe(0);
		meter.clear();
		expect(admitted(meter, 20, T0)).toBe(4);
	});

	test('without rules lets everything in', () => {
		const meter = new RateMeter([]);
		meter.useUp(T0);

		expect(admitted(meter, 1_000, T0)).toBe(1_000);
	});
});

describe('a simulator', () => {
	const running: RunningSimulator[] = [];
	let now = T0;
	afterEach(async () => {
		await Promise.all(running.splice(0).map(async (simulator) => await simulator.stop()));
	});

	/** A simulator that stands still in time, and its address. */
	async function started(nodeName: string, options?: StartOptions) {
		const simulator = await simulatorOf(nodeName).start(options);
		running.push(simulator);
		now = T0 + 400;
		simulator.server.now = () => now;
		return { simulator, baseUrl: String(Object.values(simulator.credentials)[0]!.baseUrl) };
	}

	async function statusesOf(url: string, headers: Record<string, string>, count: number): Promise<Record<number, number>> {
		const counts: Record<number, number> = {};
		for (let index = 0; index < count; index += 1) {
			const { status } = await ask(url, headers);
			counts[status] = (counts[status] ?? 0) + 1;
		}
		return counts;
	}

	async function ask(url: string, headers: Record<string, string>) {
		const answer = await fetch(url, { headers });
		return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown };
	}

	test('of ThousandEyes has one limit for both versions, and tells its end in whole seconds', async () => {
		const { simulator, baseUrl } = await started('thousandEyes');
		const { bearerToken } = simulator.credentials.thousandEyesApi!;
		const { email, basicToken } = simulator.credentials.thousandEyesLegacyApi!;
		const v7 = { authorization: `Bearer ${String(bearerToken)}` };
		const v6 = { authorization: `Basic ${btoa(`${String(email)}:${String(basicToken)}`)}` };
		const [url7, url6] = [`${baseUrl}/v7/credentials`, `${baseUrl}/v6/credentials.json`];

		expect(await statusesOf(url7, v7, 200)).toEqual({ 200: 200 });
		now += 30_000;
		expect(await statusesOf(url6, v6, 40)).toEqual({ 200: 40 });

		const refused = await ask(url7, v7);
		expect(refused).toMatchObject({ status: 429, body: { status: 429, title: 'Too Many Requests' } });
		expect(refused.headers.get('content-type')).toBe('application/problem+json');
		expect(refused.headers.get('retry-after')).toBeNull();
		expect(refused.headers.get('x-organization-rate-limit-limit')).toBe('240');
		expect(refused.headers.get('x-organization-rate-limit-remaining')).toBe('0');
		expect(refused.headers.get('x-organization-rate-limit-reset')).toBe(String((T0 + 61_000) / 1000));
		expect(refused.headers.get('date')).toBe(new Date(T0 + 30_000).toUTCString());
		expect(await ask(url6, v6)).toMatchObject({ status: 429, body: { errorMessage: expect.any(String) as string } });
		now = T0 + 60_400;
		expect((await ask(url7, v7)).headers.get('x-organization-rate-limit-remaining')).toBe('239');
	});

	test('of ThousandEyes turns an address away for an hour after 120 keys that it does not accept', async () => {
		const { simulator, baseUrl } = await started('thousandEyes');
		const good = { authorization: `Bearer ${String(simulator.credentials.thousandEyesApi!.bearerToken)}` };
		const url = `${baseUrl}/v7/credentials`;

		expect(await statusesOf(url, { authorization: 'Bearer wrong' }, 119)).toEqual({ 401: 119 });
		expect((await ask(url, good)).status).toBe(200);
		expect(await statusesOf(url, { authorization: 'Bearer wrong' }, 3)).toEqual({ 401: 1, 429: 2 });
		now += 3_599_999;
		expect((await ask(url, good)).status).toBe(429);
		now += 1;
		expect((await ask(url, good)).status).toBe(200);
	});

	test('of Commerce Layer counts what it refuses, and does not tell when to come back', async () => {
		const { simulator, baseUrl } = await started('commerceLayer');
		const { issueToken } = simulator as RunningSimulator & { issueToken(): string };
		const headers = { accept: 'application/vnd.api+json', authorization: `Bearer ${issueToken()}` };
		const url = `${baseUrl}/api/user`;

		expect(await statusesOf(url, headers, 50)).toEqual({ 200: 50 });
		now += 9_000;
		expect(await statusesOf(url, headers, 50)).toEqual({ 429: 50 });
		now += 9_999;
		const refused = await ask(url, headers);
		expect(refused).toMatchObject({ status: 429, body: { errors: [{ status: '429' }] } });
		expect(refused.headers.get('x-ratelimit-limit')).toBe('200');
		expect(refused.headers.get('x-ratelimit-interval')).toBe('60');
		expect(refused.headers.get('x-ratelimit-remaining')).toBe('99');
		expect([...refused.headers.keys()].filter((name) => /reset|retry/.test(name))).toEqual([]);
		now += 1;
		expect(await statusesOf(url, headers, 49)).toEqual({ 200: 49 });
	});

	test('of Nylas allows 50 a second', async () => {
		const { simulator, baseUrl } = await started('nylas');
		const headers = { authorization: `Bearer ${String(simulator.credentials.nylasApi!.apiKey)}` };
		const url = `${baseUrl}/v3/connectors`;

		expect(await statusesOf(url, headers, 50)).toEqual({ 200: 50 });
		const refused = await ask(url, headers);
		expect(refused).toMatchObject({ status: 429, body: { error: { type: 'nylas_rate_limit_exceeded' } } });
		expect([...refused.headers.keys()].filter((name) => /rate|retry/.test(name))).toEqual([]);
		expect((await ask(url, { authorization: 'Bearer wrong' })).status).toBe(401);
		now += 1_000;
		expect((await ask(url, headers)).status).toBe(200);
	});

	test('of a vendor without a published limit has none but one that it is started with, and forgets its use on reset', async () => {
		const headers = (simulator: RunningSimulator) => ({ authorization: `Bearer ${String(simulator.credentials.dxApi!.apiToken)}` });
		const free = await started('dx');
		expect(await statusesOf(`${free.baseUrl}/api/connections.list`, headers(free.simulator), 300)).toEqual({ 200: 300 });

		const { simulator, baseUrl } = await started('dx', { limits: [{ counting: 'bucket', requests: 10, perMs: 1_000 }] });
		const url = `${baseUrl}/api/connections.list`;
		expect(await statusesOf(url, headers(simulator), 12)).toEqual({ 200: 10, 429: 2 });
		now += 300;
		expect(await statusesOf(url, headers(simulator), 12)).toEqual({ 200: 3, 429: 9 });
		simulator.reset();
		expect(await statusesOf(url, headers(simulator), 10)).toEqual({ 200: 10 });
	});

	test.each([
		['application/hal+json', 200],
		['application/json;q=0.5', 200],
		['text/html, application/*;q=0.8', 200],
		['application/hal+json, application/problem+json, application/json', 200],
		['*/*', 200],
		['application/xml, text/html', 406],
		['application/problem+json', 406],
		['application/json;q=0, text/plain', 406],
	])('of ThousandEyes v7 answers in HAL to Accept: %s with %i', async (accept, status) => {
		const { simulator, baseUrl } = await started('thousandEyes');
		const authorization = `Bearer ${String(simulator.credentials.thousandEyesApi!.bearerToken)}`;

		for (const path of ['/v7/credentials', '/v7/credentials/405', '/v7/credentials/99999', '/v7/account-groups']) {
			const answer = await ask(`${baseUrl}${path}`, { accept, authorization });
			const expected = path.endsWith('99999') && status === 200 ? 404 : status;
			expect([path, answer.status]).toEqual([path, expected]);
			expect(answer.headers.get('content-type')).toBe(expected === 200 ? 'application/hal+json' : 'application/problem+json');
		}
		expect((await ask(`${baseUrl}/v7/credentials`, { accept, authorization: 'Bearer wrong' })).status).toBe(401);
	});

	test('of ThousandEyes v7 empties a name that an update leaves out, and keeps a value; v6 keeps both', async () => {
		const { simulator, baseUrl } = await started('thousandEyes');
		const { bearerToken } = simulator.credentials.thousandEyesApi!;
		const { email, basicToken } = simulator.credentials.thousandEyesLegacyApi!;
		const change = async (method: string, path: string, authorization: string, body: object) => {
			const headers = { authorization, 'content-type': 'application/json' };
			const { status } = await fetch(`${baseUrl}${path}`, { method, headers, body: JSON.stringify(body) });
			return [status, simulator.holdings().map(({ id, name, value }) => [id, name, value])];
		};
		const rest = simulator.holdings().slice(2).map(({ id, name, value }) => [id, name, value]);

		expect(await change('PUT', '/v7/credentials/405', `Bearer ${String(bearerToken)}`, { name: 'renamed' })).toEqual([
			200,
			[['405', 'renamed', 'stored-value-405'], ['406', 'shop-login', 'stored-value-406'], ...rest],
		]);
		expect(await change('PUT', '/v7/credentials/405', `Bearer ${String(bearerToken)}`, { value: 'new' })).toEqual([
			200,
			[['405', '', 'new'], ['406', 'shop-login', 'stored-value-406'], ...rest],
		]);
		const basic = `Basic ${btoa(`${String(email)}:${String(basicToken)}`)}`;
		expect(await change('POST', '/v6/credentials/406/update.json', basic, { value: 'new' })).toEqual([
			200,
			[['405', '', 'new'], ['406', 'shop-login', 'new'], ...rest],
		]);
	});

	test.each([
		['v3', 'a URL-encoded form', 200],
		['v2', 'a URL-encoded form', 200],
		['v2', 'a form of parts', 200],
		// The guide knows no such form for v3.
		['v3', 'a form of parts', 400],
		['v2', 'JSON', 400],
		['v2', 'a form without its end', 400],
		['v1', 'a URL-encoded form', 404],
	])('of Adobe answers a sign-in at %s with %s with %i', async (version, kind, status) => {
		const { simulator, baseUrl } = await started('adobeDestinationSdk');
		const { clientId, clientSecret, scopes } = simulator.credentials.adobeDestinationSdkApi!;
		const fields = { grant_type: 'client_credentials', client_id: String(clientId), client_secret: String(clientSecret), scope: String(scopes) };
		const parts = new FormData();
		for (const [name, value] of Object.entries(fields)) parts.append(name, value);
		const bodies: Record<string, RequestInit> = {
			'a URL-encoded form': { body: new URLSearchParams(fields) },
			'a form of parts': { body: parts },
			JSON: { body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } },
			'a form without its end': { body: '--b\r\n', headers: { 'content-type': 'multipart/form-data; boundary=b' } },
		};

		const answer = await fetch(`${baseUrl}/ims/token/${version}`, { method: 'POST', ...bodies[kind] });

		const body = (await answer.json()) as Record<string, unknown>;
		expect(answer.status).toBe(status);
		if (status === 400) expect(body.error).toBe('invalid_request');
		if (status !== 200) return;
		expect(body).toMatchObject({ token_type: 'bearer', expires_in: 86_399 });
		const claims = JSON.parse(Buffer.from(String(body.access_token).split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
		expect(claims).toMatchObject({ client_id: clientId, expires_in: '86399000', created_at: expect.stringMatching(/^\d{13}$/) as string });
	});

	test('of Commerce Layer leads from a credential to its organization and role, by the rules of every answer', async () => {
		const { simulator, baseUrl } = await started('commerceLayer');
		const { issueToken } = simulator as RunningSimulator & { issueToken(): string };
		const headers = { accept: 'application/vnd.api+json', authorization: `Bearer ${issueToken()}` };
		const get = async (path: string) => await ask(`${baseUrl}/api/api_credentials/${path}`, headers);

		expect(await get('aBcDeFgHiJ/organization?fields[organizations]=slug')).toMatchObject({
			status: 200,
			body: { data: { type: 'organizations', id: 'OrgBlue001', attributes: { slug: 'the-blue-brand' }, relationships: {} } },
		});
		expect(await get('aBcDeFgHiJ/role?include=organization')).toMatchObject({
			status: 200,
			body: { data: { type: 'roles', id: 'RoleReader' }, included: [{ type: 'organizations', id: 'OrgBlue001' }] },
		});
		expect(await get('xYZkjABcde/role')).toMatchObject({ status: 200, body: { data: null } });
		expect((await get('aBcDeFgHiJ/role?fields[roles]=secret')).status).toBe(400);
		expect((await get('zZzZzZzZzZ/role')).status).toBe(404);
		expect((await get('aBcDeFgHiJ/owner')).status).toBe(404);
	});

	test('takes its latency for every answer', async () => {
		const { simulator, baseUrl } = await started('dx');
		simulator.server.latencyMs = 60;
		const before = performance.now();
		await ask(`${baseUrl}/api/connections.list`, {});

		expect(performance.now() - before).toBeGreaterThanOrEqual(58);
	});
});
