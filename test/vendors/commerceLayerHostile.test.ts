import { chosen, ClientRotation, ID, isCreate, isDelete, isMark, NEW, only, results } from '../harness/clientRotation';
import { HOSTILE_VALUES, inherited, withEachParameter, withEachPlace } from '../harness/hostile';
import { failed, onlyError, succeeded } from '../harness/subject';
import { useSkippedWaits } from '../harness/time';
import { traces } from '../harness/traces';
import type { ReceivedRequest } from '../simulator/server';

let world: ClientRotation;
const waits = useSkippedWaits();
beforeAll(async () => void (world = await ClientRotation.start()));
afterAll(async () => await world.stop());

/** Few credentials, so that a list is short. */
function reset(): void {
	world.reset();
	world.now = waits.epoch;
	const { credentials } = world.shop.state;
	for (const id of credentials.keys()) if (![ID, 'kLmNoPqRsT'].includes(id)) credentials.delete(id);
}
beforeEach(reset);

const HOSTILE_JSON = ['null', '{"__proto__":{"id":"evil"},"id":{}}'];

const isList = ({ method, path }: ReceivedRequest) => method === 'GET' && path === '/api/api_credentials';
const isLookAt = (of: (id: string) => boolean) => ({ method, path }: ReceivedRequest) => method === 'GET' && path.startsWith('/api/api_credentials/') && of(path.split('/').at(-1)!);

/** Every item is a result or a clean failed item, no secret is anywhere, and nothing that is unmarked is gone. */
function expectClean(result: Awaited<ReturnType<ClientRotation['run']>>): void {
	expect(result.error).toBeUndefined();
	for (const { json } of failed(result)) {
		expect(Object.keys(json)).toEqual(['error']);
		expect((json.error as { message: string }).message).not.toContain('does not expect');
	}
	expect(inherited([...succeeded(result), ...failed(result)].map(({ json }) => json))).toEqual([]);
	expect('polluted' in {}).toBe(false);
	expect(traces(result)).not.toContain('-canary');
	expect(world.shop.state.credentials.has('kLmNoPqRsT')).toBe(true);
}

describe.each<[string, (request: ReceivedRequest) => boolean]>([
	['the look at the credential', isLookAt((id) => id === ID)],
	['the list', isList],
	['the create', isCreate],
	['the look at the successor', isLookAt((id) => id !== ID)],
	['the mark of the successor', (request) => isMark(request) && !request.path.endsWith(ID)],
	['the mark of the old one', (request) => isMark(request) && request.path.endsWith(ID)],
])('an answer to %s', (_what, when) => {
	test('with anything in any place makes a result or a clean failed item, and deletes nothing', async () => {
		let genuine: unknown;
		world.shop.server.plan({ when, afterHandling: true, answer: (_request, handled) => ({ ...handled!, body: (genuine = handled!.body) }) });
		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated' });
		const variants = HOSTILE_JSON.flatMap((json) => withEachPlace(genuine, json));
		expect(variants.length).toBeGreaterThan(20);

		for (const body of variants) {
			reset();
			world.shop.server.plan({ when, afterHandling: true, answer: (_request, handled) => ({ ...handled!, body }) });
			expectClean(await world.run('rotate', { graceHours: 0 }));
			expect(world.shop.state.credentials.has(ID)).toBe(true);
			expect(world.requests.filter(isDelete)).toEqual([]);
		}
	}, 120_000);
});

test.each<[string, (rotation: Record<string, unknown> | undefined) => unknown]>([
	['no mark', () => undefined],
	['the mark of another one’s successor', (rotation) => ({ ...rotation, of: 'uVwXyZaBcD' })],
])('a successor that, looked at, carries %s is left alone, and its pair is not handed over', async (_what, markOf) => {
	world.shop.server.plan({ when: isLookAt((id) => id !== ID), times: Infinity, afterHandling: true, answer: (_request, handled) => {
		const body = structuredClone(handled!.body) as { data: { attributes: { metadata: { rotation?: Record<string, unknown> } } } };
		const { metadata } = body.data.attributes;
		body.data.attributes.metadata = { ...metadata, rotation: markOf(metadata.rotation) as Record<string, unknown> };
		return { ...handled!, body };
	} });

	expect(onlyError(await world.run('rotate'))).toMatchObject({ code: 'unexpectedResponse', applied: 'yes', message: expect.stringMatching(/\w\.$/) as string });
	expect(world.requests.filter(isMark)).toEqual([]);
	expect(world.held(NEW)).toEqual({});
});

test('Retire deletes nothing by an answer that speaks of another credential', async () => {
	await world.run('rotate', { graceHours: 0 });
	const marked = JSON.stringify(world.at(ID).attributes.metadata);
	world.shop.server.plan({ when: isLookAt((id) => id === 'kLmNoPqRsT'), times: Infinity, afterHandling: true, answer: (_request, handled) => {
		const body = structuredClone(handled!.body) as { data: { id: string; attributes: object } };
		Object.assign(body.data, { id: ID });
		Object.assign(body.data.attributes, { metadata: JSON.parse(marked) as object });
		return { ...handled!, body };
	} });

	expect(onlyError(await world.run('retire', { credentialId: chosen('kLmNoPqRsT') }))).toMatchObject({ code: 'unexpectedResponse', applied: 'no' });
	expect(world.shop.state.credentials.has('kLmNoPqRsT')).toBe(true);
});

test.each([
	['to itself', { replacedBy: 'kLmNoPqRsT', retireAfter: '2020-01-01T00:00:00.000Z' }],
	['to another path of the API', { replacedBy: '../organizations/OrgBlue001', retireAfter: '2020-01-01T00:00:00.000Z' }],
	['to a credential that is nobody’s successor', { replacedBy: ID, retireAfter: '2020-01-01T00:00:00.000Z' }],
	['to nothing', { replacedBy: '..', retireAfter: '2020-01-01T00:00:00.000Z' }],
])('a mark that somebody has set, and that leads %s, deletes nothing', async (_what, rotation) => {
	world.at('kLmNoPqRsT').attributes.metadata = { rotation };

	expect(failed(await world.run('retire'))).toHaveLength(1);
	expect(world.requests.filter(isDelete)).toEqual([]);
	for (const { path } of world.shop.server.requests) expect(path).toMatch(/^\/(oauth\/token|api\/api_credentials(\/[\w.%]+)?)$/);
});

test('of two whose marks lead to each other one stays: nobody is a successor of its own', async () => {
	const markOf = (other: string, id: string) => ({ id, of: other, state: 'active', replacedBy: other, retireAfter: '2020-01-01T00:00:00.000Z' });
	world.at(ID).attributes.metadata = { rotation: markOf('kLmNoPqRsT', '0b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e') };
	world.at('kLmNoPqRsT').attributes.metadata = { rotation: markOf(ID, '1b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e') };

	await world.run('retire');
	await world.run('retire');

	expect(world.shop.state.credentials.size).toBe(1);
});

describe.each(['rotate', 'retire'] as const)('%s', (operation) => {
	test('takes whatever an item puts into a parameter, or refuses it, and goes to no other path', async () => {
		const base = { resource: 'rotation', operation, credentialId: chosen(ID), newName: '', graceHours: 24, key: '', keyVendor: '' };
		const parameters = withEachParameter('commerceLayer', base, '={{ $json.value }}');
		expect(parameters.length).toBeGreaterThan(5);
		const items = HOSTILE_VALUES.map(([, value]) => ({ json: { value: value as string } }));
		for (const [, given] of parameters) {
			reset();
			const { options, ...others } = given;
			const result = await world.run(operation, others, { items, options: (typeof options === 'object' ? options : {}) as never });

			expectClean(result);
			expect(succeeded(result).length + failed(result).length).toBeGreaterThanOrEqual(operation === 'rotate' ? items.length : 0);
			expect(world.requests.filter(isDelete)).toEqual([]);
			for (const { path } of world.requests) expect(path).toMatch(/^\/(oauth\/token|api\/api_credentials(\/[^/]+)?|api\/v1\/credentials\/(schema\/)?\w+)$/);
		}
	}, 120_000);
});

test('what the sign-in host says is in no result, whatever it is', async () => {
	const echo = { times: Infinity, when: ({ path, text }: ReceivedRequest) => path === '/oauth/token' && !text.includes('provisioning-client-id') };
	for (const status of [200, 400, 401, 403, 500]) {
		reset();
		world.shop.server.plan({ ...echo, answer: ({ text }) => ({ status, body: { error: text, error_description: text, access_token: text } }) });
		expectClean(await world.run('rotate', {}, { options: { output: 'raw' } }));
		expect(Object.keys(world.held(NEW)).length > 0).toBe(status === 200);
	}
});

test('Output: Raw shows the answer of Commerce Layer without its secret', async () => {
	const [{ raw }] = results(await world.run('rotate', {}, { options: { output: 'raw' } })) as [{ raw: object } & ReturnType<typeof results>[number]];
	expect(JSON.stringify(raw)).toContain('"client_secret":"[redacted]"');
	expect(JSON.stringify(raw)).not.toContain('canary');
});
