import { getProvisioningApiBaseEndpoint, jwtDecode, jwtIsUser } from '@commercelayer/js-auth';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { storeOf } from './harness/engine';
import { adobeSignIn, commerceLayerClient, commerceLayerSignIn, nylasClient } from './harness/officialClients';
import { ERROR_OUTPUT, itemsFor, onlyError, succeeded, useSubject, type Subject } from './harness/subject';
import { simulator as adobe } from './simulator/adobeDestinationSdk';
import { simulator as commerceLayer } from './simulator/commerceLayer';
import { GOOGLE_IDS, simulator as nylas } from './simulator/nylas';
import type { ReceivedRequest } from './simulator/server';

// What the vendors publish themselves, on the simulators: a simulator that misunderstands its vendor would have to be
// misunderstood alike by a client that it does not know. What each request looks like is compared in `vendors/`. DX and
// ThousandEyes have no client for JavaScript.

/** What a vendor’s client does, as far as all of them do it. */
interface Client {
	create(name: string): Promise<string>;
	nameOf(id: string): Promise<string>;
	rename(id: string, name: string): Promise<unknown>;
	delete(id: string): Promise<unknown>;
	allIds(): Promise<string[]>;
}

/** @param notFound how the client tells that there is no such credential */
function describeBothSides(subject: () => Subject, client: Client, notFound: object): void {
	const run = async (parameters: INodeParameters) => await subject().run([{ json: {} }], { parameters, settings: ERROR_OUTPUT });
	const node = async (parameters: INodeParameters) => succeeded(await run(parameters)).map(({ json }) => json);

	test('sees what the node creates, renames and deletes', async () => {
		const { resource, update } = subject();
		const [made] = await node(resource.create('Made by the node', 'a-new-secret'));
		const id = String(made!.id);

		expect(await client.nameOf(id)).toBe('Made by the node');
		await node(update.visible.parameters(id, 'Renamed by the node'));
		expect(await client.nameOf(id)).toBe('Renamed by the node');
		await node(resource.delete(id));
		await expect(client.nameOf(id)).rejects.toMatchObject(notFound);
	});

	test('creates, renames and deletes what the node sees', async () => {
		const { resource } = subject();
		const id = await client.create('Made by the client');

		expect(await node(resource.get(id))).toMatchObject([{ id, name: 'Made by the client' }]);
		await client.rename(id, 'Renamed by the client');
		expect(await node(resource.get(id))).toMatchObject([{ id, name: 'Renamed by the client' }]);
		await client.delete(id);
		expect(onlyError(await run(resource.get(id)))).toMatchObject({ code: 'notFound' });
	});

	test('lists the same as the node, over several pages', async () => {
		const { resource, requests, simulator } = subject();

		const theirs = await client.allIds();
		const pages = requests().length;
		simulator.server.clear();
		const ours = await node({ ...resource.getAll(), returnAll: true });

		expect(theirs).toHaveLength(60);
		expect(new Set(ours.map(({ id }) => id))).toEqual(new Set(theirs));
		expect(Math.min(pages, requests().length)).toBeGreaterThan(1);
	});
}

describe('Nylas’s client', () => {
	const subject = useSubject('nylas', nylas, 'Nylas');
	const provider = 'google' as never;
	const credentials = (apiKey?: string) => nylasClient(subject().simulator, apiKey);
	const find = async (credentialsId: string, apiKey?: string) => await credentials(apiKey).find({ provider, credentialsId });
	const update = async (requestBody: object) => await credentials().update({ provider, credentialsId: GOOGLE_IDS[0], requestBody });

	const client: Client = {
		create: async (name) => {
			const credentialData = { clientId: 'their-client-id', clientSecret: 'their-client-secret' };
			const requestBody = { name, credentialType: 'connector', credentialData };
			return (await credentials().create({ provider, requestBody: requestBody as never })).data.id;
		},
		nameOf: async (id) => (await find(id)).data.name,
		rename: async (credentialsId, name) => await credentials().update({ provider, credentialsId, requestBody: { name } }),
		delete: async (credentialsId) => await credentials().destroy({ provider, credentialsId }),
		allIds: async () => {
			const ids: string[] = [];
			for (;;) {
				const { data } = await credentials().list({ provider, queryParams: { limit: 25, offset: ids.length } });
				ids.push(...data.map(({ id }) => id));
				if (data.length < 25) return ids;
			}
		},
	};

	describeBothSides(subject, client, { statusCode: 404, type: 'api.not_found_error' });

	test('replaces the stored data as a whole', async () => {
		const { simulator } = subject();

		await update({ credentialData: { clientId: 'other-id', clientSecret: 'other-secret' } });

		const { name, data } = simulator.state.credentials.get(GOOGLE_IDS[0])!;
		expect({ name, data }).toEqual({ name: 'google', data: { client_id: 'other-id', client_secret: 'other-secret' } });
	});

	test('sends an update without anything to change, which is taken and changes nothing', async () => {
		expect((await update({})).data).toMatchObject({ id: GOOGLE_IDS[0], name: 'google' });
	});

	test.each<[string, () => Promise<unknown>, number, string]>([
		['an unknown key', async () => await find(GOOGLE_IDS[0], 'wrong'), 401, 'api.authentication_error'],
		['a provider without a connector', async () => await credentials().list({ provider: 'imap' as never }), 404, 'api.not_found_error'],
		['a name that is taken', async () => await update({ name: 'Google sandbox' }), 400, 'api.invalid_request_error'],
		['half of the data', async () => await update({ credentialData: { clientSecret: 's' } }), 400, 'api.invalid_request_error'],
		['the deletion of a connector’s default', async () => await client.delete(GOOGLE_IDS[1]), 400, 'api.invalid_request_error'],
	])('reads the refusal of %s', async (_case, call, statusCode, type) => {
		const { state } = subject().simulator;
		state.connectors.delete('imap');
		state.activeCredentials.set('google', GOOGLE_IDS[1]);

		const requestId = expect.any(String) as string;
		await expect(call()).rejects.toMatchObject({ statusCode, type, requestId, flowId: requestId });
	});

	test('reads the refusal of an unknown key in its other form, and of a request too many', async () => {
		const { simulator } = subject();
		simulator.state.badKeyAnswer = 'token.unauthorized_access';
		await expect(find(GOOGLE_IDS[0], 'wrong')).rejects.toMatchObject({ statusCode: 400, type: 'token.unauthorized_access' });

		simulator.limits.useUp(simulator.server.now());
		await expect(find(GOOGLE_IDS[0])).rejects.toMatchObject({ statusCode: 429, type: 'nylas_rate_limit_exceeded' });
	});
});

describe('Commerce Layer’s client', () => {
	const ID = 'aBcDeFgHiJ';
	const SALES_CHANNEL = 'xYZkjABcde';
	const subject = useSubject('commerceLayer', commerceLayer, 'Commerce Layer');
	const credentials = (accessToken?: string) => commerceLayerClient(subject().simulator, { accessToken });
	const organization = { type: 'organizations' as const, id: 'OrgBlue001' };

	const client: Client = {
		create: async (name) => (await credentials().create({ name, kind: 'orders', organization })).id,
		nameOf: async (id) => (await credentials().retrieve(id)).name,
		rename: async (id, name) => await credentials().update({ id, name }),
		delete: async (id) => await credentials().delete(id),
		allIds: async () => {
			const ids: string[] = [];
			for (let pageNumber = 1; ; pageNumber += 1) {
				const page = await credentials().list({ pageNumber, pageSize: 25 });
				ids.push(...page.map(({ id }) => id));
				if (!page.hasNextPage()) return ids;
			}
		},
	};

	describeBothSides(subject, client, { name: 'ApiError', status: 404, errors: [{ code: 'RECORD_NOT_FOUND' }] });

	test('counts the credentials', async () => {
		expect(await credentials().count({ filters: { kind_eq: 'webapp' } })).toBe(19);
	});

	test('creates a credential of a kind that nobody has listed, as the node does', async () => {
		const { resource, run } = subject();
		const theirs = await credentials().create({ name: 'Theirs', kind: 'a_new_app', organization });

		const parameters = { ...resource.create('Ours', ''), kind: '={{ "a_new_app" }}', additionalFields: {} };
		const [ours] = succeeded(await run([{ json: {} }], { parameters }));

		expect([theirs.kind, ours!.json.type]).toEqual(['a_new_app', 'a_new_app']);
	});

	test('follows a credential to its organization and its role, also to one that the node has given it', async () => {
		const { run } = subject();
		expect(await credentials().organization(ID)).toMatchObject({ ...organization, name: 'The Blue Brand' });
		expect(await credentials().role(ID, { fields: ['name'] })).toEqual({ type: 'roles', id: 'RoleReader', name: 'Read only' });

		const updateFields = { roleId: { __rl: true, mode: 'id', value: 'RoleAdmin1' } };
		const credentialId = { __rl: true, mode: 'id', value: ID };
		succeeded(await run([{ json: {} }], { parameters: { resource: 'credential', operation: 'update', credentialId, updateFields } }));

		expect(await credentials().role(ID)).toMatchObject({ id: 'RoleAdmin1', name: 'Admin' });
		expect(await credentials().role(SALES_CHANNEL)).toBeNull();
	});

	test.each<[string, () => Promise<unknown>, number, object]>([
		['an unknown token', async () => await credentials('unknown').retrieve(ID), 401, { code: 'INVALID_TOKEN' }],
		['the role of an unknown credential', async () => await credentials().role('zZzZzZzZzZ'), 404, { code: 'RECORD_NOT_FOUND' }],
		['a name that is taken', async () => await client.create('My app'), 409, { code: 'RECORD_NOT_UNIQUE' }],
		[
			'an integration without a role',
			async () => await credentials().create({ name: 'N', kind: 'integration', organization }),
			422,
			{ code: 'VALIDATION_ERROR', source: { pointer: '/data/relationships/role' }, meta: { error: 'blank' } },
		],
		['a page that is too long', async () => await credentials().list({ pageSize: 26 as never }), 400, { code: 'INVALID_PAGE_VALUE' }],
		['the deletion of one that is held', async () => await client.delete(ID), 423, { code: 'LOCKED' }],
	])('reads the refusal of %s', async (_case, call, status, first) => {
		const { state } = subject().simulator;
		state.uniqueNames = true;
		state.locked.add(ID);

		await expect(call()).rejects.toMatchObject({ name: 'ApiError', status, errors: [first] });
	});

	test('reads the refusal of a change by a member who may only read, and of a request too many', async () => {
		const { simulator } = subject();
		simulator.state.isAdmin = false;
		await expect(client.rename(ID, 'N')).rejects.toMatchObject({ status: 401, errors: [{ code: 'UNAUTHORIZED' }] });

		simulator.limits.useUp(simulator.server.now());
		await expect(credentials().retrieve(ID)).rejects.toMatchObject({ status: 429, errors: [{ code: 'TOO_MANY_REQUESTS' }] });
	});

	describe('for signing in', () => {
		test('asks for a token as the node does', async () => {
			const { run, signIns, simulator } = subject();
			await commerceLayerSignIn(simulator);
			succeeded(await run(itemsFor([ID])));

			const parts = ({ method, target, headers, text }: ReceivedRequest) => [
				[method, target, headers['content-type'], headers.accept],
				JSON.parse(text) as unknown,
			];
			const [theirs, ours] = signIns();
			expect(parts(ours!)).toEqual(parts(theirs!));
		});

		test('reads the token: whose it is, how long it lives, and for which API', async () => {
			const { accessToken, expiresIn, tokenType } = await commerceLayerSignIn(subject().simulator);

			const { payload } = jwtDecode(accessToken);
			expect({ expiresIn, tokenType }).toEqual({ expiresIn: 7200, tokenType: 'bearer' });
			expect(payload.exp - payload.iat).toBe(expiresIn);
			expect(jwtIsUser(payload)).toBe(true);
			expect(getProvisioningApiBaseEndpoint(accessToken)).toBe('https://provisioning.commercelayer.io');
		});

		test('serves the other client, with another token once the first has ended by its own words', async () => {
			const { requests, signIns, simulator } = subject();
			const tokenOf = async () => (await commerceLayerSignIn(simulator)).accessToken;
			simulator.state.tokenLifetimeS = -1;
			const ended = await tokenOf();
			simulator.state.tokenLifetimeS = 7200;
			const api = commerceLayerClient(simulator, { accessToken: ended, refreshToken: tokenOf });

			expect((await api.retrieve(ID)).name).toBe('ERP integration');
			expect([signIns().length, requests().length]).toEqual([2, 2]);
			// One that was taken back before its time is not replaced.
			simulator.state.tokens.clear();
			await expect(api.retrieve(ID)).rejects.toMatchObject({ status: 401 });
			expect(signIns()).toHaveLength(2);
		});

		test('hands back the refusal of a wrong secret, and of a sign-in too many', async () => {
			const { simulator } = subject();
			expect(await commerceLayerSignIn(simulator, { clientSecret: 'wrong' })).toMatchObject({ errors: [{ status: 401, code: 'INVALID_CLIENT' }] });

			simulator.signIns.useUp(simulator.server.now());
			expect(await commerceLayerSignIn(simulator)).toMatchObject({ errors: [{ status: 429 }] });
		});
	});
});

describe('Adobe’s client for signing in', () => {
	const subject = useSubject('adobeDestinationSdk', adobe, 'Adobe');

	test('asks with the same fields as the node, and with the organization beside them', async () => {
		const { run, signIns, simulator, update } = subject();
		await adobeSignIn(simulator);
		succeeded(await run(itemsFor([update.ids[0]])));

		const [theirs, ours] = signIns();
		const { org_id: organization, ...same } = await formOf(theirs!);
		expect(await formOf(ours!)).toEqual(same);
		expect(organization).toBe(simulator.credentials.adobeDestinationSdkApi!.organizationId);
		// The client sends parts to v2; the node goes by the guide, which has a URL-encoded form for v3.
		expect([theirs!.target, ours!.target]).toEqual(['/ims/token/v2', '/ims/token/v3']);
	});

	test('gets a token that the node can use, and reads its end out of it', async () => {
		const { run, simulator, update, requests, signIns } = subject();
		const before = Date.now();
		const { access_token: accessToken, payload } = (await adobeSignIn(simulator)) as unknown as {
			access_token: { token: string; expiry: number };
			payload: { expires_in: number };
		};

		const stored = { ...simulator.credentials.adobeDestinationSdkApi!, authentication: 'accessToken', accessToken: accessToken.token };
		succeeded(await run(itemsFor([update.ids[0]]), { credentials: storeOf({ adobeDestinationSdkApi: stored }) }));

		expect(requests().at(-1)!.headers.authorization).toBe(`Bearer ${accessToken.token}`);
		expect(signIns()).toHaveLength(1);
		expect(payload.expires_in).toBe(86_399);
		expect(accessToken.expiry - before).toBeGreaterThanOrEqual(86_399_000);
	});

	test.each([
		[{ clientSecret: 'wrong' }, 'invalid_client'],
		[{ scopes: 'openid,unknown' }, 'invalid_scope'],
		[{ organizationId: 'other@AdobeOrg' }, 'invalid_request'],
	])('tells the refusal of %j', async (changes, error) => {
		await expect(adobeSignIn(subject().simulator, changes)).rejects.toThrow(`400 (Bad Request): {"error":"${error}"`);
	});

	/** The fields of a form in either of its encodings. */
	async function formOf({ headers, text }: ReceivedRequest): Promise<IDataObject> {
		const form = await new Response(text, { headers: { 'content-type': headers['content-type']! } }).formData();
		return Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
	}
});
