import { simulatorOf } from './simulator';
import type { RunningSimulator, StartOptions } from './simulator/definition';
import { API_KEY, IDS, OTHER_IDS, type N8nSimulator } from './simulator/n8nCredentials';
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

	describe('of n8n', () => {
		type Json = Record<string, unknown>;

		async function startedN8n() {
			const { simulator, baseUrl } = await started('n8nCredentials');
			const n8n = simulator as N8nSimulator;
			const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
				now += 1;
				const answer = await fetch(`${baseUrl}/credentials${path}`, {
					method,
					headers: { 'x-n8n-api-key': API_KEY, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
					body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
				});
				const text = await answer.text();
				return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : { page: text }) as Json };
			};
			const refused = (status: number, message: string) => ({ status, body: { message } });
			return { n8n, state: n8n.state, send, refused };
		}
		const [github] = IDS;
		const stored = { server: 'https://api.github.com', user: 'user-0', accessToken: 'stored-token-0' };

		test('destroys the fields that a change leaves out, unless it is partial, and says 200 to both', async () => {
			const { state, send } = await startedN8n();

			expect((await send('PATCH', `/${github}`, { data: { accessToken: 'new' }, isPartialData: true })).status).toBe(200);
			expect(state.credentials.get(github)!.data).toEqual({ ...stored, accessToken: 'new' });
			expect((await send('PATCH', `/${github}`, { data: { accessToken: 'new' } })).status).toBe(200);
			expect(state.credentials.get(github)!.data).toEqual({ accessToken: 'new' });
		});

		test.each([
			['=abc', 'token abc'],
			['={{ 1 + 1 }}', 'token 2'],
			['={{ "=a\\u007b\\u007b 1 \\u007d\\u007d" }}', 'token =a{{ 1 }}'],
			['=a {{ "b" }} c{{ nobody }}', 'token a b c'],
			['a{{ 1 }}', 'token a{{ 1 }}'],
			['=', 'token '],
		])('takes the value %s for %s when it is used', async (value, used) => {
			const { n8n, send } = await startedN8n();
			await send('PATCH', `/${github}`, { data: { accessToken: value }, isPartialData: true });

			expect(n8n.signs(github)).toEqual({ authorization: used });
		});

		test('keeps what stands behind a marker, and what is not mentioned at all, and moves the time of the change', async () => {
			const { state, send } = await startedN8n();
			const times = new Set([state.credentials.get(github)!.updatedAt]);
			const [blank, empty] = ['__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6', '__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da'];
			const bodies = [{}, { data: {}, isPartialData: true }, ...[blank, empty, `=${blank}`].map((marker) => ({ data: { accessToken: marker }, isPartialData: true }))];

			for (const body of bodies) {
				expect((await send('PATCH', `/${github}`, body)).status).toBe(200);
				expect(state.credentials.get(github)!.data).toEqual(stored);
				times.add(state.credentials.get(github)!.updatedAt);
			}
			expect(times.size).toBe(bodies.length + 1);
			await send('PATCH', `/${github}`, { data: { accessToken: blank } });
			expect(state.credentials.get(github)!.data).toEqual({ accessToken: blank });
		});

		test.each<[string, string, Json, string]>([
			['a field that the type has not', github, { nobody: 'a' }, 'request.body.data is not allowed to have the additional property "nobody"'],
			['a value of another sort', OTHER_IDS.smtp, { port: '465' }, 'request.body.data is not of a type(s) number'],
			['a choice that is none', github, { allowedHttpRequestDomains: 'some' }, 'request.body.data is not one of enum values: all,domains,none'],
			['two of them', OTHER_IDS.smtp, { a: 1, secure: 1 }, 'request.body.data is not allowed to have the additional property "a",request.body.data is not of a type(s) boolean'],
		])('refuses %s with a sentence', async (_what, id, data, sentence) => {
			const { send, refused } = await startedN8n();

			expect(await send('PATCH', `/${id}`, { data, isPartialData: true })).toEqual(refused(400, sentence));
		});

		test('demands required fields of new and of whole data, and, before it knew partial ones, of those as well', async () => {
			const { state, send, refused } = await startedN8n();
			const missing = refused(400, 'request.body.data requires property "apiKey"');
			const partial = { data: { organizationId: 'a' }, isPartialData: true };

			expect(await send('POST', '', { name: 'new', type: 'openAiApi', data: { url: 'https://a.example' } })).toEqual(missing);
			expect(await send('PATCH', `/${OTHER_IDS.openAi}`, { data: { url: 'https://a.example' } })).toEqual(missing);
			expect((await send('PATCH', `/${OTHER_IDS.openAi}`, partial)).status).toBe(200);
			state.release = '2.8';
			expect((await send('PATCH', `/${OTHER_IDS.openAi}`, partial)).body.message).toContain('requires property "apiKey"');
		});

		test('takes a short name from Create and from a change of the name alone, and refuses what changes data beside one', async () => {
			const { send, refused } = await startedN8n();
			const tooShort = refused(400, 'Credential name must be 3 to 128 characters long.');
			const data = { accessToken: 'new' };
			const { id } = (await send('POST', '', { name: 'ab', type: 'githubApi', data })).body;

			expect(await send('PATCH', `/${String(id)}`, { data, isPartialData: true })).toEqual(tooShort);
			expect(await send('PATCH', `/${String(id)}`, { data, name: 'b', isPartialData: true })).toEqual(tooShort);
			expect((await send('PATCH', `/${String(id)}`, { name: 'b' })).body).toMatchObject({ name: 'b' });
			expect((await send('PATCH', `/${String(id)}`, { data, name: 'abc', isPartialData: true })).status).toBe(200);
		});

		test('keeps the access token of OAuth2 through a partial change, whatever is sent, and loses it through a whole one', async () => {
			const { n8n, state, send } = await startedN8n();
			const { oauthTokenData, ...data } = state.credentials.get(OTHER_IDS.oauth)!.data;

			await send('PATCH', `/${OTHER_IDS.oauth}`, { data: { clientSecret: 'new', oauthTokenData: { access_token: 'new' } }, isPartialData: true });
			expect(state.credentials.get(OTHER_IDS.oauth)!.data).toEqual({ ...data, clientSecret: 'new', oauthTokenData });
			expect(n8n.signs(OTHER_IDS.oauth)).toEqual({ authorization: 'Bearer stored-access-token' });
			await send('PATCH', `/${OTHER_IDS.oauth}`, { data });
			expect(state.credentials.get(OTHER_IDS.oauth)!.data).toEqual(data);
		});

		test('shows no data anywhere', async () => {
			const { send } = await startedN8n();
			const answers = [
				await send('GET', ''),
				await send('GET', `/${github}`),
				await send('POST', '', { name: 'new', type: 'githubApi', data: { accessToken: 'stored-too' } }),
				await send('PATCH', `/${github}`, { data: { accessToken: 'stored-later' }, isPartialData: true }),
				await send('POST', `/${github}/test`),
				await send('DELETE', `/${github}`),
			];

			expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
			expect(JSON.stringify(answers)).not.toMatch(/stored-|"data":\{/);
		});

		test('asks for a key, then for its scope, then for the credential; members reach their own alone', async () => {
			const { state, send, refused } = await startedN8n();
			const nobodys = 'dEadBeefdEadBeef';
			const all = (id: string): Array<[string, string, string, unknown?]> => [
				['credential:read', 'GET', `/${id}`],
				['credential:read', 'POST', `/${id}/test`],
				['credential:update', 'PATCH', `/${id}`, {}],
				['credential:delete', 'DELETE', `/${id}`],
			];
			const answersFor = async (id: string) => {
				const answers: unknown[] = [];
				for (const [, method, path, body] of all(id)) answers.push(await send(method, path, body));
				return answers;
			};

			expect(await send('GET', '', undefined, { 'x-n8n-api-key': 'dead' })).toEqual(refused(401, 'Unauthorized'));
			expect(await send('POST', '', '{', { 'x-n8n-api-key': 'dead' })).toEqual({ status: 500, body: { page: expect.stringContaining('Failed to parse request body') as string } });
			expect(await answersFor(nobodys)).toEqual([
				refused(404, 'Credential not found'),
				refused(404, `Credential with ID "${nobodys}" was not found.`),
				refused(404, 'Credential not found'),
				refused(404, 'Not Found'),
			]);
			state.role = 'member';
			expect(await answersFor(nobodys)).toEqual(Array(4).fill(refused(404, `Credential with ID "${nobodys}" not found.`)));
			expect(await answersFor(github)).toEqual(Array(4).fill(refused(403, 'Forbidden')));
			expect((await send('GET', `/${OTHER_IDS.openAi}`)).status).toBe(200);
			for (const [scope, ...request] of [['credential:list', 'GET', ''], ['credential:create', 'POST', '', {}], ...all(github)] as ReturnType<typeof all>) {
				state.scopes.delete(scope);
				expect(await send(...request)).toEqual(refused(403, 'Forbidden'));
			}
			expect((await send('GET', '/schema/githubApi')).status).toBe(200);
			expect(state.credentials.get(github)!.data).toEqual(stored);
		});

		test('says of a credential that it is alive, what its service says, or that nobody can tell', async () => {
			const { state, send } = await startedN8n();
			const dead = { status: 'Error', message: 'Unauthorized' } as const;
			state.tests.set(IDS[1], dead);

			expect((await send('POST', `/${github}/test`)).body).toEqual({ status: 'OK', message: 'Connection successful!' });
			expect((await send('POST', `/${IDS[1]}/test`)).body).toEqual(dead);
			expect((await send('POST', `/${OTHER_IDS.headerAuth}/test`)).body).toEqual({ status: 'Error', message: 'No testing function found for this credential.' });
		});

		test('lists the newest first, page by page, and with the limit 0 all of them for ever', async () => {
			const { n8n, send } = await startedN8n();
			n8n.resources.n8n!.seed(260);
			const page = async (query: string) => (await send('GET', query)).body as { data: Json[]; nextCursor: string | null };

			const first = await page('?limit=1000');
			expect(first.data).toHaveLength(250);
			expect(first.data[0]).toMatchObject({ name: 'Seeded 259', shared: [{ role: 'credential:owner' }] });
			const last = await page(`?cursor=${encodeURIComponent(first.nextCursor!)}`);
			expect(last.data.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, index) => `Seeded ${9 - index}`));
			expect(last.nextCursor).toBeNull();
			expect((await page('')).data).toHaveLength(100);
			const endless = await page('?limit=0');
			expect(endless.data).toHaveLength(260);
			expect((await page(`?cursor=${encodeURIComponent(endless.nextCursor!)}`)).nextCursor).toBe(endless.nextCursor);
			expect(await send('GET', '?cursor=nonsense')).toMatchObject({ status: 400, body: { message: 'An invalid cursor was provided' } });
		});

		test('deletes once', async () => {
			const { send, refused } = await startedN8n();

			expect((await send('DELETE', `/${github}`)).body).toMatchObject({ id: github });
			expect(await send('DELETE', `/${github}`)).toEqual(refused(404, 'Not Found'));
		});

		test('2.8 has neither Get nor Test, and asks for no scope', async () => {
			const { state, send, refused } = await startedN8n();
			Object.assign(state, { release: '2.8', scopes: new Set() });

			expect(await send('GET', `/${github}`)).toEqual(refused(405, 'GET method not allowed'));
			expect(await send('POST', `/${github}/test`)).toEqual(refused(404, 'not found'));
			expect((await send('GET', '')).status).toBe(200);
			expect((await send('PATCH', `/${github}`, { name: 'renamed' })).body).toMatchObject({ name: 'renamed' });
		});
	});

	test('takes its latency for every answer', async () => {
		const { simulator, baseUrl } = await started('dx');
		simulator.server.latencyMs = 60;
		const before = performance.now();
		await ask(`${baseUrl}/api/connections.list`, {});

		expect(performance.now() - before).toBeGreaterThanOrEqual(58);
	});
});
