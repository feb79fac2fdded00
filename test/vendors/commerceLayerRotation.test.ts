import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { keysOf } from '../../docs/contract';
import { MOST_ATTEMPTS } from '../../nodes/engine/request/retry';
import { chosen, ClientRotation, ID, isCreate, isDelete, isMark, isStoreWrite, isTrial, NEW, only, PREVIOUS, results } from '../harness/clientRotation';
import { manifest } from '../harness/packageTypes';
import { failed, onlyError, succeeded } from '../harness/subject';
import { useSkippedWaits } from '../harness/time';
import { traces } from '../harness/traces';
import type { Fault, ReceivedRequest } from '../simulator/server';

const HOUR_MS = 3_600_000;
const SALES_CHANNEL = 'xYZkjABcde';
const WEB_APP = 'Store02xyz';

let world: ClientRotation;
const waits = useSkippedWaits();
beforeAll(async () => void (world = await ClientRotation.start()));
afterAll(async () => await world.stop());
beforeEach(() => {
	world.reset();
	world.now = waits.epoch;
});

/** Does something when the clocks of all have moved on. */
async function later<T>(hours: number, act: () => Promise<T>): Promise<T> {
	const { now } = Date;
	// No mock: it would keep every call.
	Date.now = () => now() + hours * HOUR_MS;
	try {
		return await act();
	} finally {
		Date.now = now;
	}
}

const onlyFailed = (result: Parameters<typeof onlyError>[0]) => onlyError(result) as Record<'code' | 'applied' | 'message' | 'hint' | 'id' | 'retryable' | 'stage', string>;
const carriedOut = (which: (request: ReceivedRequest) => boolean) => world.shop.server.carriedOut.filter(which);

/** Nothing was made and nothing was written, anywhere. */
function expectNothingDone(): void {
	expect(world.requests.filter((request) => isCreate(request) || isMark(request) || isDelete(request) || isStoreWrite(request))).toEqual([]);
}

/** As it is when nothing went wrong, with one successor. */
function expectRotated(id = ID): string {
	const [successorId, ...others] = world.successors(id);
	expect(others).toEqual([]);
	expect(world.mark(successorId!)).toMatchObject({ of: id, state: 'active' });
	expect(world.mark(id)).toEqual({ replacedBy: successorId, retireAfter: expect.any(String) as string });
	expect(world.held(NEW)).toEqual(world.pair(successorId!));
	expect(world.held(PREVIOUS)).toEqual(world.pair(id));
	expect(world.secretMark()).toMatchObject({ id: world.mark(successorId!)!.id, state: 'current' });
	return successorId!;
}

describe('what goes well', () => {
	test('Rotate makes a successor, proves it, hands it over and marks the old one; Retire deletes that when its time has come', async () => {
		const before = structuredClone(world.at(ID).attributes);

		const rotated = await world.run('rotate');

		const { successorId, retireAfter, meta, ...json } = only(rotated);
		expect(json).toMatchObject({
			outcome: 'rotated',
			id: ID,
			name: 'ERP integration',
			type: 'integration',
			parentId: 'OrgBlue001',
			changed: ['client_id', 'client_secret'],
			verification: 'verified',
			stage: 'marked',
			message: expect.stringContaining('stored in “Shop, new”') as string,
			resource: 'rotation',
			operation: 'rotate',
			rotation: { predecessorId: ID, orphans: [] },
		});
		expect(expectRotated()).toBe(successorId);
		const { name, ...copied } = world.at(successorId).attributes;
		expect(name).toMatch(/^ERP integration \(\d{4}-\d\d-\d\d\)$/);
		const { kind, mode, redirect_uri, expires_in, reference, reference_origin, custom } = before;
		expect(copied).toMatchObject({ kind, mode, redirect_uri, expires_in, reference, reference_origin, custom });
		expect(copied.metadata).toEqual({ foo: 'bar', rotation: { id: meta.rotationId, of: ID, state: 'active' } });
		expect(world.at(successorId)).toMatchObject({ organizationId: 'OrgBlue001', roleId: 'RoleReader' });
		expect(world.at(ID).attributes).toEqual({ ...before, updated_at: expect.any(String) as string, metadata: { foo: 'bar', rotation: { replacedBy: successorId, retireAfter } } });
		expect(traces(rotated)).not.toContain('canary');

		const again = only(await world.run('rotate'));
		expect(again).toMatchObject({ outcome: 'unchanged', stage: 'marked', successorId, retireAfter, meta: { rotationId: meta.rotationId } });
		expect(expectRotated()).toBe(successorId);

		expect(only(await world.run('retire', { credentialId: chosen(ID) }))).toMatchObject({ outcome: 'unchanged', stage: 'marked', message: 'Its grace period is not over, so nothing was deleted.' });
		const retired = await later(169, async () => await world.run('retire', {}, { options: { proveEnd: true } }));
		expect(only(retired)).toMatchObject({
			outcome: 'deleted',
			id: ID,
			stage: 'retired',
			successorId,
			verification: 'verified',
			message: 'Commerce Layer has deleted the credential. The new pair signs in. The old one is refused.',
		});
		expect(traces(retired)).not.toContain('canary');
		expect([world.shop.state.credentials.has(ID), world.shop.state.credentials.has(successorId)]).toEqual([false, true]);
	});

	test('a successor is rotated in its turn, and what people have put into the metadata goes along to the letter', async () => {
		const own = { 'a b': [1, { deep: null }], ünï: '“quoted”', constructor: 'x', empty: {}, of: ID };
		world.at(ID).attributes.metadata = JSON.parse(`{"__proto__": {"polluted": true}, ${JSON.stringify(own).slice(1)}`) as Record<string, unknown>;
		const letters = JSON.stringify(world.at(ID).attributes.metadata);
		const ownOf = (id: string) => JSON.stringify(Object.fromEntries(Object.entries(world.at(id).attributes.metadata!).filter(([name]) => name !== 'rotation')));

		const first = only(await world.run('rotate')).successorId;
		const second = only(await world.run('rotate', { credentialId: chosen(first) })).successorId;

		expect([ID, first, second].map(ownOf)).toEqual([letters, letters, letters]);
		expect(world.mark(first)).toMatchObject({ of: ID, state: 'active', replacedBy: second });
		expect(world.at(second).attributes.name).toBe(world.at(first).attributes.name);
		expect(world.held(NEW)).toEqual(world.pair(second));
		expect(world.held(PREVIOUS)).toEqual(world.pair(first));
	});

	test('a pair is handed over whole: a new ID does not stand beside the old secret where the new one is not shown', async () => {
		const { client_id, client_secret } = world.pair(WEB_APP);
		Object.assign(world.dataOf(NEW), { name1: 'client_id', value1: client_id, name2: 'client_secret', value2: client_secret });
		world.shop.server.plan({ when: ({ method, path }) => method === 'GET' && /api_credentials\/./.test(path) && !path.endsWith(WEB_APP), times: Infinity, afterHandling: true, answer: (_request, handled) => {
			const body = structuredClone(handled!.body) as { data: { attributes: { client_secret?: string } } };
			delete body.data.attributes.client_secret;
			return { ...handled!, body };
		} });

		expect(onlyFailed(await world.run('rotate', { credentialId: chosen(WEB_APP) }))).toMatchObject({ code: 'unexpectedResponse', applied: 'yes', message: expect.stringContaining('does not show the client secret') as string });
		expect(world.held(NEW)).toEqual({ client_id, client_secret });
		world.shop.server.clear();
		await world.run('rotate', { credentialId: chosen(WEB_APP) });
		expectRotated(WEB_APP);
	});

	test('what somebody puts into the metadata meanwhile stays as well', async () => {
		world.shop.server.plan({ when: isTrial, onArrival: () => void (world.at(ID).attributes.metadata = { foo: 'changed', more: [1] }) });
		await world.run('rotate');

		expectRotated();
		expect(world.at(ID).attributes.metadata).toMatchObject({ foo: 'changed', more: [1] });
	});

	test('a result has the keys that the documents tell, in every size', async () => {
		for (const output of ['simplified', 'full', 'raw'] as const) {
			world.reset();
			for (const [operation, result] of [['rotate', await world.run('rotate', { graceHours: 0 }, { options: { output } })], ['retire', await world.run('retire', {}, { options: { output } })]] as const) {
				expect(Object.keys(only(result))).toEqual(keysOf(operation, output).map(({ key }) => key));
			}
		}
	});

	test('Get Many lists by the age of the secret, which a new name does not renew', async () => {
		await world.run('rotate');
		const listed = async (olderThanDays: unknown) => {
			const result = await world.list({ olderThanDays: olderThanDays as number, name: 'ERP integration' });
			return succeeded(result).map(({ json }) => json.id);
		};

		expect(await listed(90)).toEqual([ID]);
		expect(await later(91 * 24, async () => await listed(90))).toHaveLength(2);
		expect(onlyFailed(await world.list({ olderThanDays: 'soon' as unknown as number })).message).toContain('“Older Than (Days)”');
	});

	test('metadata that the API merges stays as it is, too', async () => {
		world.shop.state.mergesMetadata = true;
		await world.run('rotate');

		const { foo } = world.at(expectRotated()).attributes.metadata as { foo: string };
		expect([foo, world.at(ID).attributes.metadata!.foo]).toEqual(['bar', 'bar']);
	});

	test.each([
		['a sales channel signs in with its ID alone', SALES_CHANNEL, 'verified'],
		['a web app does not sign in without a person', WEB_APP, 'accepted'],
	])('%s', async (_what, id, verification) => {
		expect(only(await world.run('rotate', { credentialId: chosen(id) }))).toMatchObject({ outcome: 'rotated', verification });
		const trials = world.shop.server.requests.filter(isTrial);
		expect(trials.length > 0).toBe(verification === 'verified');
		for (const { text } of trials) expect(text).not.toContain('client_secret');

		const retired = await later(169, async () => await world.run('retire', { credentialId: chosen(id) }, { options: { proveEnd: true } }));
		expect(only(retired)).toMatchObject({ outcome: 'deleted', verification });
		expect(world.shop.state.credentials.has(id)).toBe(false);
	});

	test('a new pair is waited for until every server knows it', async () => {
		world.shop.state.replicaDelayMs = 29_000;

		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated', verification: 'verified' });
		expect(world.shop.server.requests.filter(isTrial)).toHaveLength(5);
	});

	test('a name and a grace period are as given; without a grace period it can be retired at once', async () => {
		const { successorId } = only(await world.run('rotate', { newName: 'ERP, autumn', graceHours: 0 }));

		expect(world.at(successorId).attributes.name).toBe('ERP, autumn');
		expect(only(await world.run('retire', { credentialId: chosen(ID) }))).toMatchObject({ outcome: 'deleted' });
	});

	test('several are rotated in one run, each under its key, and the others’ values stay', async () => {
		world.n8n.state.credentials.get(NEW)!.data = { valuesJson: JSON.stringify({ other: { token: 'other-token-canary' } }) };
		const ids = [ID, 'kLmNoPqRsT', SALES_CHANNEL, WEB_APP];
		const items = ids.map((id) => ({ json: { id } }));

		const all = results(await world.run('rotate', { credentialId: chosen('={{ $json.id }}'), key: '={{ "n8n-" + $json.id }}' }, { items }));

		expect(all.map(({ outcome, id }) => [outcome, id])).toEqual(ids.map((id) => ['rotated', id]));
		expect(world.held(NEW)).toEqual({ other: { token: 'other-token-canary' }, ...Object.fromEntries(all.map(({ id, successorId }) => [`n8n-${id}`, world.pair(successorId)])) });
		expect(world.held(PREVIOUS)).toEqual(Object.fromEntries(ids.map((id) => [`n8n-${id}`, world.pair(id)])));
	});

	test('n8n 2.8 takes the hand-over as well', async () => {
		world.n8n.state.release = '2.8';
		await world.run('rotate');
		expectRotated();
	});
});

describe('what goes wrong, and is run again', () => {
	test('the answer to the create is lost: the next run finds the successor by its mark', async () => {
		world.shop.server.plan({ when: isCreate, afterHandling: true, hangUp: 'beforeAnswer' });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ id: ID, applied: 'unknown', hint: expect.stringContaining('Run it again: it goes on with what is there already.') as string });
		const [made] = world.successors();
		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated', successorId: made });
		expectRotated();
	});

	test('the create does not arrive: the next run makes one, once', async () => {
		world.shop.server.plan({ when: isCreate, hangUp: 'beforeAnswer' });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ applied: 'unknown' });
		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated' });
		expectRotated();
	});

	test.each([
		['n8n refuses', { answer: { status: 403, body: { message: 'Forbidden' } } }, 'permission'],
		['n8n is down', { answer: { status: 503, body: 'down' } }, 'vendorUnavailable'],
	])('the hand-over fails because %s: the old one is in force, and the next run hands over the same pair', async (_what, fault, code) => {
		const before = structuredClone(world.at(ID));
		world.n8n.server.plan({ ...fault, when: isStoreWrite, times: MOST_ATTEMPTS });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ code, applied: code === 'permission' ? 'yes' : 'unknown' });
		const [made] = world.successors();
		expect(world.at(ID)).toEqual(before);
		expect(world.mark(made!)).toMatchObject({ state: 'pending' });
		expect(world.held(NEW)).toEqual({});
		world.n8n.server.clear();
		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated', successorId: made });
		expectRotated();
	});

	test('the new pair is refused: nothing is handed over, the successor says so, and the next run tries the same one', async () => {
		const before = structuredClone(world.at(ID));
		world.shop.server.plan({ when: isTrial, times: 5, answer: { status: 401, body: { error: 'invalid_client' } } });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ code: 'verificationFailed', applied: 'yes', retryable: false });
		// Clocks are read between the waits.
		expect(Math.round(waits.total() / 1000)).toBe(30);
		const [made] = world.successors();
		expect(world.mark(made!)).toMatchObject({ state: 'failed' });
		expect(world.at(ID)).toEqual(before);
		expect([world.held(NEW), world.n8n.server.requests.filter(isStoreWrite)]).toEqual([{}, []]);

		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated', successorId: made });
		expectRotated();
	});

	test('a refused pair that could not be noted with its successor leaves it open whether anything was changed', async () => {
		world.shop.server.plan({ when: isTrial, times: Infinity, answer: { status: 503, body: 'down' } });
		await world.run('rotate');
		world.shop.server.clear();
		world.shop.state.refusedPairs.add(world.pair(world.successors()[0]!).client_id);
		world.shop.server.plan({ when: isMark, times: Infinity, afterHandling: true, hangUp: 'beforeAnswer' });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ code: 'verificationFailed', applied: 'unknown' });
		expect(world.mark(world.successors()[0]!)).toMatchObject({ state: 'failed' });
	});

	test.each<[string, Fault]>([
		['is down', { answer: { status: 503, body: 'down' } }],
		['breaks off', { hangUp: 'beforeAnswer' }],
		['is throttled', { answer: { status: 429, body: { errors: [{ status: 429, code: 'TOO_MANY_REQUESTS' }] } } }],
		['is answered by something in front of it', { answer: { status: 401, body: '<html>Sign in</html>' } }],
		['says that the request is wrong', { answer: { status: 400, body: { error: 'invalid_scope' } } }],
	])('a sign-in that %s proves nothing: nothing is undone, and nothing counts as refused', async (what, fault) => {
		world.shop.server.plan({ ...fault, when: isTrial, times: 5 });

		const error = onlyFailed(await world.run('rotate'));

		expect(error).toMatchObject({ applied: 'yes', stage: 'token', retryable: ['is down', 'breaks off', 'is throttled'].includes(what) });
		expect(error.code).not.toBe('verificationFailed');
		const [made] = world.successors();
		expect(world.mark(made!)).toMatchObject({ state: 'pending' });
		world.shop.server.clear();
		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated', successorId: made });
		expectRotated();
	});

	test('the old one cannot be marked: the next run finds the successor, and marks', async () => {
		world.shop.server.plan({ when: (request) => isMark(request) && request.path.endsWith(ID), times: Infinity, answer: { status: 500, body: 'no' } });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ code: 'vendorUnavailable', applied: 'unknown', retryable: true });
		const [made] = world.successors();
		expect(world.mark(made!)).toMatchObject({ state: 'active' });
		expect(world.mark(ID)).toBeUndefined();
		world.shop.server.clear();
		world.n8n.server.clear();
		expect(only(await world.run('rotate'))).toMatchObject({ outcome: 'rotated', successorId: made });
		expectRotated();
		expect(world.n8n.server.requests.filter(isStoreWrite)).toEqual([]);
	});

	test('two runs at once agree on the older successor, and name the other, which nothing deletes', async () => {
		let arrived = 0;
		let open = () => {};
		const both = new Promise<void>((resolve) => (open = resolve));
		world.shop.server.plan({ when: isCreate, times: 2, onArrival: async () => {
			arrived += 1;
			if (arrived === 2) open();
			await both;
		} });

		const ends = await Promise.all([world.run('rotate'), world.run('rotate')]);

		const made = world.successors();
		expect(made).toHaveLength(2);
		const rotated = ends.flatMap((end) => succeeded(end).map(({ json }) => json as { successorId: string; rotation: { orphans: string[] } }));
		expect(new Set(rotated.map(({ successorId }) => successorId)).size).toBe(1);
		const { successorId } = rotated[0]!;
		expect(world.held(NEW)).toEqual(world.pair(successorId));

		const again = only(await world.run('rotate'));
		expect(again).toMatchObject({ successorId, rotation: { orphans: made.filter((id) => id !== successorId) }, message: expect.stringContaining('Another successor') as string });
		const [retired] = results(await later(169, async () => await world.run('retire')));
		expect(retired).toMatchObject({ outcome: 'deleted', id: ID });
		for (const id of made) expect(world.shop.state.credentials.has(id)).toBe(true);
	});

	test('Retry On Fail goes on where it stopped', async () => {
		world.shop.server.plan({ when: isCreate, afterHandling: true, hangUp: 'beforeAnswer' });

		const result = await world.run('rotate', {}, { more: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } });

		expect(only(result)).toMatchObject({ outcome: 'rotated' });
		expectRotated();
	});

	test('a successor that is no copy is not handed over', async () => {
		world.shop.server.plan({ when: isCreate, afterHandling: true, answer: (_request, handled) => handled!, onHandled: () => void (world.at(world.successors()[0]!).attributes.expires_in = 9000) });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ code: 'verificationFailed', message: expect.stringContaining('other values than the one before') as string, hint: expect.stringContaining('expires_in') as string });
		expect(world.held(NEW)).toEqual({});
		expect(world.mark(ID)).toBeUndefined();
	});
});

describe('what is told before anything is made', () => {
	const strange = { name1: 'client_id', value1: 'strange-id-canary', name2: 'client_secret', value2: 'strange-secret-canary' };
	const underWay = (mark: string) => ({ rotation: JSON.stringify({ id: '0b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e', state: mark, startedAt: null, finishedAt: null }) });

	const CASES: Array<[what: string, prepare: () => void, sentence: RegExp]> = [
		['an entry “rotation” of the user’s own', () => void (world.at(ID).attributes.metadata = { rotation: 'quarterly' }), /has an entry “rotation” of your own/],
		['a number in the metadata that would lose digits', () => void (world.at(ID).attributes.metadata = { big: 2 ** 60 }), /a number too large to be exact/],
		['an integration whose role is not shown', () => void (world.at(ID).roleId = null), /does not show its role/],
		['a sales channel with a role', () => Object.assign(world.at(ID), { attributes: { ...world.at(ID).attributes, kind: 'sales_channel' } }), /gives to no new one of its kind/],
		['a lifetime that a new one cannot have', () => void (world.at(ID).attributes.expires_in = 60), /“Expires In” is not from 7200 to 31536000/],
		['an unfinished successor', () => void (world.at(ID).attributes.metadata = { rotation: { id: '0b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e', of: 'gone', state: 'pending' } }), /is itself the successor/],
		['a stored secret that holds another pair', () => void (world.n8n.state.credentials.get(NEW)!.data = strange), /other values under “client_id” and “client_secret”/],
		['a stored secret that holds a password, after its rotation', () => void (world.n8n.state.credentials.get(NEW)!.data = { name1: 'value', value1: 'password-canary', ...underWay('current') }), /^“New Secret: .+” is for something else: it holds “value” as single values/],
		['a stored secret before that holds a password', () => void (world.n8n.state.credentials.get(PREVIOUS)!.data = { name1: 'value', value1: 'password-canary' }), /^“Secret Before: .+” is for something else: it holds “value” as single values/],
		['a stored secret in another rotation', () => void (world.n8n.state.credentials.get(NEW)!.data = underWay('pending')), /is in another rotation/],
		['a stored secret with values under keys', () => void (world.n8n.state.credentials.get(NEW)!.data = { valuesJson: '{"405": {"value": "x"}}' }), /Fill in “Store Under \(ID or Name\)”/],
		['an API key of n8n that is none', () => void (world.n8n.credentials.rotationN8nApi = { ...world.n8n.credentials.rotationN8nApi!, apiKey: 'wrong-canary' }), /n8n did not accept/],
	];
	describe.each(CASES)('%s', (_what, prepare, sentence) => {
		const { rotationN8nApi } = { rotationN8nApi: () => world.n8n.credentials.rotationN8nApi! };
		test.each([false, true])('dry run: %s', async (dryRun) => {
			const key = rotationN8nApi();
			prepare();
			try {
				const result = await world.run('rotate', {}, { options: { dryRun } });

				expect(onlyFailed(result)).toMatchObject({ applied: 'no', message: expect.stringMatching(sentence) as string });
				expect(traces(result)).not.toContain('canary');
				expectNothingDone();
			} finally {
				world.n8n.credentials.rotationN8nApi = key;
			}
		});
	});

	test.each(['rotationN8nApi', 'rotationSecretApi', 'rotationPreviousSecretApi'])('without a credential of the type %s it asks for one', async (type) => {
		const all = { commerceLayerApi: 'account', rotationN8nApi: 'key', rotationSecretApi: NEW, rotationPreviousSecretApi: PREVIOUS };
		const credentials = Object.fromEntries(Object.entries(all).flatMap(([name, id]) => (name === type ? [] : [[name, { id, name }]])));

		expect(onlyFailed(await world.run('rotate', {}, { more: { credentials } })).message).toMatch(/^Nothing is chosen under “(n8n API \(Stores the New Pair\)|New Secret|Secret Before)”/);
		expect(world.requests).toEqual([]);
	});

	test.each([['absent', undefined], ['a text', 'x'], ['a list', ['x']]])('metadata that is %s in the answer would be lost: nothing is made', async (_what, metadata) => {
		world.shop.server.plan({ when: ({ method, path }) => method === 'GET' && path.endsWith(ID), afterHandling: true, answer: (_request, handled) => {
			const body = structuredClone(handled!.body) as { data: { attributes: object } };
			Object.assign(body.data.attributes, { metadata });
			return { ...handled!, body };
		} });

		expect(onlyFailed(await world.run('rotate'))).toMatchObject({ code: 'unexpectedResponse', applied: 'no', message: expect.stringContaining('metadata') as string });
		expectNothingDone();
	});

	test('two items without keys of their own: the second makes nothing', async () => {
		const items: INodeExecutionData[] = [{ json: { id: ID } }, { json: { id: 'kLmNoPqRsT' } }];

		const result = await world.run('rotate', { credentialId: chosen('={{ $json.id }}') }, { items });

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([ID]);
		expect(failed(result).map(({ json }) => (json.error as { message: string }).message)).toEqual([expect.stringContaining('Two items of this run have the same place')]);
		expect(world.successors('kLmNoPqRsT')).toEqual([]);
	});

	test('a dry run shows the next change, and makes none', async () => {
		const planned = only(await world.run('rotate', {}, { options: { dryRun: true } }));

		expect(planned).toMatchObject({ outcome: 'planned', stage: null, successorId: null, plan: { method: 'POST', path: expect.stringContaining('/api/api_credentials?') as string } });
		expect(planned.message).toContain('Client ID, client secret and scopes of the successor are made by Commerce Layer');
		expectNothingDone();

		world.n8n.server.plan({ when: isStoreWrite, answer: { status: 403, body: { message: 'Forbidden' } } });
		await world.run('rotate');
		const [successorId] = world.successors();
		world.shop.server.clear();
		world.n8n.server.clear();
		const dry = await world.run('rotate', {}, { options: { dryRun: true } });
		expect(only(dry)).toMatchObject({ outcome: 'planned', stage: 'signedIn', successorId, plan: { method: 'PATCH', path: `/credentials/${PREVIOUS}`, body: { isPartialData: true, data: { name1: '[redacted]', value1: '[redacted]' } } } });
		expect(traces(dry)).not.toContain('canary');
		expectNothingDone();

		await world.run('rotate');
		world.shop.server.clear();
		world.n8n.server.clear();
		await later(169, async () => {
			expect(only(await world.run('retire', {}, { options: { dryRun: true } }))).toMatchObject({ outcome: 'planned', id: ID, plan: { method: 'DELETE', path: `/api/api_credentials/${ID}` } });
		});
		expectNothingDone();
	});

	test('with an API key of another n8n, where the same ID is a stranger’s, no value is changed', async () => {
		const credentials = world.store();
		const here = new Map([['key', credentials.get('key')!], ['account', credentials.get('account')!], [NEW, { name1: 'client_id', value1: world.pair(ID).client_id }], [PREVIOUS, {}]]);
		world.n8n.state.credentials.get(NEW)!.data = { name1: 'token', value1: 'strange-canary' };

		expect(onlyFailed(await world.run('rotate', {}, { credentials: here }))).toMatchObject({ code: 'unexpectedResponse', message: expect.stringContaining('another n8n') as string });
		expect(world.held(NEW)).toEqual({ token: 'strange-canary' });
		expect(world.held(PREVIOUS)).toEqual({});
	});
});

describe('Retire', () => {
	const rotated = async () => {
		const { successorId } = only(await world.run('rotate', { graceHours: 0 }));
		world.shop.server.clear();
		return successorId;
	};

	test('deletes nothing that does not carry the mark', async () => {
		expect(only(await world.run('retire', { credentialId: chosen(ID) }))).toMatchObject({ outcome: 'unchanged', stage: null });
		world.at('kLmNoPqRsT').attributes.metadata = { rotation: { replacedBy: 'uVwXyZaBcD', retireAfter: 'soon' } };
		world.at('uVwXyZaBcD').attributes.metadata = { rotation: { replacedBy: 'kLmNoPqRsT' } };
		expect(results(await world.run('retire'))).toEqual([]);
		expectNothingDone();
	});

	test('a list that is not there is told of the address, not of an ID', async () => {
		world.shop.server.plan({ when: ({ path }) => path === '/api/api_credentials', answer: { status: 404, body: '' } });

		expect(onlyFailed(await world.run('retire'))).toMatchObject({ code: 'notFound', applied: 'no', message: expect.stringContaining('at the address that was asked') as string });
	});

	test('of several, each has a result of its own, and one that is locked keeps nobody from the others', async () => {
		const ids = [ID, 'kLmNoPqRsT', 'uVwXyZaBcD'];
		const items = ids.map((id) => ({ json: { id, grace: id === 'uVwXyZaBcD' ? 24 : 0 } }));
		await world.run('rotate', { credentialId: chosen('={{ $json.id }}'), key: '={{ $json.id }}', graceHours: '={{ $json.grace }}' }, { items });
		world.shop.state.locked.add(ID);

		const result = await world.run('retire');

		expect(succeeded(result).map(({ json }) => [json.id, json.outcome]).sort()).toEqual([['kLmNoPqRsT', 'deleted'], ['uVwXyZaBcD', 'unchanged']]);
		expect(failed(result).map(({ json }) => json.error)).toMatchObject([{ id: ID, code: 'locked', applied: 'no', httpStatus: 423 }]);
		expect(ids.map((id) => world.shop.state.credentials.has(id))).toEqual([true, false, true]);
	});

	test('what is gone is gone, also when the answer to its deletion was lost', async () => {
		await rotated();
		world.shop.server.plan({ when: isDelete, afterHandling: true, hangUp: 'beforeAnswer' });

		expect(only(await world.run('retire', { credentialId: chosen(ID) }))).toMatchObject({ outcome: 'deleted', stage: 'retired' });
		expect(only(await world.run('retire', { credentialId: chosen(ID) }))).toMatchObject({ outcome: 'unchanged', id: ID });
		expect(results(await world.run('retire'))).toEqual([]);
	});

	test.each<[string, (successorId: string) => void, RegExp]>([
		['whose successor is gone', (id) => void world.shop.state.credentials.delete(id), /its successor is gone/],
		['whose successor is another’s', (id) => void (world.at(id).attributes.metadata = {}), /does not carry the mark/],
		['whose successor is refused', (id) => void world.shop.state.refusedPairs.add(world.pair(id).client_id), /refuses to sign in/],
	])('one %s stays', async (_what, prepare, sentence) => {
		prepare(await rotated());

		expect(onlyFailed(await world.run('retire'))).toMatchObject({ id: ID, code: 'conflict', applied: 'no', message: expect.stringMatching(sentence) as string });
		expect(world.shop.state.credentials.has(ID)).toBe(true);
	});

	test('one whose successor cannot be tried stays for now', async () => {
		await rotated();
		world.shop.server.plan({ when: isTrial, times: Infinity, answer: { status: 503, body: 'down' } });

		expect(onlyFailed(await world.run('retire'))).toMatchObject({ code: 'vendorUnavailable', retryable: true, applied: 'no' });
		expect(world.shop.state.credentials.has(ID)).toBe(true);
	});

	test('one stays whose successor does not show the secret that it would be proven by', async () => {
		const successorId = await rotated();
		world.shop.server.plan({ when: ({ path }) => path.endsWith(successorId), afterHandling: true, answer: (_request, handled) => {
			const body = structuredClone(handled!.body) as { data: { attributes: { client_secret?: string | null } } };
			body.data.attributes.client_secret = null;
			return { ...handled!, body };
		} });

		expect(onlyFailed(await world.run('retire'))).toMatchObject({ id: ID, code: 'unexpectedResponse', applied: 'no', message: expect.stringContaining('does not show the client secret') as string });
		expect(world.shop.state.credentials.has(ID)).toBe(true);
	});

	test('an old pair that still signs in after the end is told', async () => {
		await rotated();
		world.shop.state.replicaDelayMs = 3_600_000;
		world.shop.state.issuedAt.clear();

		expect(onlyFailed(await world.run('retire', {}, { options: { proveEnd: true } }))).toMatchObject({ code: 'verificationFailed', applied: 'yes', message: expect.stringContaining('still signs in') as string });
		expect(world.shop.state.credentials.has(ID)).toBe(false);
	});

	describe('one whose successor was replaced in its turn', () => {
		const chain = async (graceOfFirst: number) => {
			const second = only(await world.run('rotate', { graceHours: graceOfFirst })).successorId;
			waits.advance(1000);
			const third = only(await world.run('rotate', { credentialId: chosen(second), graceHours: 0 })).successorId;
			waits.advance(1000);
			return [second, third] as const;
		};

		test('goes before that: both are deleted in one run', async () => {
			const [second, third] = await chain(0);

			expect(results(await world.run('retire')).map(({ id, outcome }) => [id, outcome])).toEqual([[ID, 'deleted'], [second, 'deleted']]);
			expect(world.shop.state.credentials.has(third)).toBe(true);
		});

		test('goes as well when that is gone already, for the one that has its place now', async () => {
			const [second, third] = await chain(24);
			expect(only(await world.run('retire', { credentialId: chosen(second) }))).toMatchObject({ outcome: 'deleted' });

			await later(25, async () => expect(only(await world.run('retire'))).toMatchObject({ id: ID, outcome: 'deleted', successorId: third }));
			expect(world.shop.state.credentials.has(third)).toBe(true);
		});

		test.each<[string, (thirdId: string) => void, RegExp]>([
			['is gone, too', (id) => void world.shop.state.credentials.delete(id), /its successor is gone/],
			['was not handed over', (id) => void (world.mark(id)!.state = 'pending'), /its successor is gone/],
			['is refused', (id) => void world.shop.state.refusedPairs.add(world.pair(id).client_id), /refuses to sign in/],
		])('stays when the one that has its place now %s', async (_what, prepare, sentence) => {
			const [second, third] = await chain(0);
			world.shop.state.credentials.delete(second);
			prepare(third);

			expect(onlyFailed(await world.run('retire'))).toMatchObject({ id: ID, code: 'conflict', message: expect.stringMatching(sentence) as string });
			expect(world.shop.state.credentials.has(ID)).toBe(true);
		});
	});

	test('a deletion whose answer was lost is a change: in n8n’s log, and in what is said of a fault after it', async () => {
		const { client_id } = world.pair(ID);
		await rotated();
		world.shop.server.plan({ when: isDelete, afterHandling: true, hangUp: 'beforeAnswer' });
		world.shop.server.plan({ when: (request) => isTrial(request) && request.text.includes(String(client_id)), times: Infinity, answer: { status: 503, body: 'down' } });

		const result = await world.run('retire', { credentialId: chosen(ID) }, { options: { proveEnd: true } });

		expect(onlyFailed(result)).toMatchObject({ code: 'vendorUnavailable', applied: 'yes' });
		expect(result.logs.filter((line) => line.startsWith('info Credential rotation'))).toHaveLength(1);
		expect(world.shop.state.credentials.has(ID)).toBe(false);
	});

	test('rotated once more when the successor is gone, it gets another', async () => {
		const first = await rotated();
		world.shop.state.credentials.delete(first);
		world.n8n.state.credentials.get(NEW)!.data = {};

		const { successorId } = only(await world.run('rotate'));

		expect(successorId).not.toBe(first);
		expectRotated();
	});
});

describe('accounts, organizations, pages, limits', () => {
	test('the successor of one among hundreds is found, whatever page it is on', async () => {
		world.shop.server.plan({ when: isCreate, afterHandling: true, hangUp: 'beforeAnswer' });
		await world.run('rotate');
		const [made] = world.successors();
		const { attributes, ...rest } = world.at(ID);
		for (let index = 0; index < 140; index += 1) {
			const id = `Newer${index}`;
			world.shop.state.credentials.set(id, { ...rest, id, attributes: { ...attributes, name: id, metadata: {}, client_id: id, created_at: new Date(Date.now() + 60_000 + index).toISOString() } });
		}

		expect(only(await world.run('rotate'))).toMatchObject({ successorId: made });
		expect(world.successors()).toEqual([made]);
	});

	test('a successor stays in the organization of its own, with a role of that', async () => {
		Object.assign(world.at(ID), { organizationId: 'OrgStore01', roleId: 'RoleOther1' });

		const { successorId } = only(await world.run('rotate'));

		expect(world.at(successorId)).toMatchObject({ organizationId: 'OrgStore01', roleId: 'RoleOther1' });
	});

	test('what a mark of another organization says is not taken for one of here', async () => {
		world.at('kLmNoPqRsT').organizationId = 'OrgStore01';
		world.at('kLmNoPqRsT').roleId = 'RoleOther1';
		world.at('kLmNoPqRsT').attributes.metadata = { rotation: { id: '0b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e', of: ID, state: 'active' } };

		const { successorId } = only(await world.run('rotate'));

		expect(successorId).not.toBe('kLmNoPqRsT');
		expect(world.held(NEW)).toEqual(world.pair(successorId));
	});

	test('two accounts in one run: each credential, and its proof, stays at its own host', async () => {
		const other = await ClientRotation.start();
		other.now = waits.epoch;
		try {
			const store = world.store();
			const account = { ...store.get('account')!, baseUrl: '={{ $json.url }}', authBaseUrl: '={{ $json.url }}' };
			const credentials = world.store();
			credentials.set('account', account);
			const items = [world, other].map(({ shop }) => ({ json: { url: shop.url, key: shop === world.shop ? 'one' : 'two' } }));

			const all = results(await world.run('rotate', { key: '={{ $json.key }}' }, { items, credentials }));

			expect(all.map(({ outcome, id }) => [outcome, id])).toEqual([['rotated', ID], ['rotated', ID]]);
			for (const [index, place] of [world, other].entries()) {
				const [successorId, ...more] = place.successors();
				expect([successorId, more]).toEqual([all[index]!.successorId, []]);
				expect(place.shop.server.requests.filter(isTrial).every(({ text }) => text.includes(place.pair(successorId!).client_id))).toBe(true);
				expect(place.shop.server.requests.some(isTrial)).toBe(true);
				expect(world.held(NEW)).toMatchObject({ [index === 0 ? 'one' : 'two']: place.pair(successorId!) });
			}

			// The same ID at another account is another credential: it gets no place that is taken.
			other.reset();
			other.now = waits.epoch;
			// A token is stored together with what the expressions have yielded.
			credentials.set('account', account);
			const same = await world.run('rotate', { credentialId: chosen('kLmNoPqRsT'), key: 'three' }, { items, credentials });
			expect([succeeded(same).length, failed(same).length]).toEqual([1, 1]);
			expect(onlyFailed(same).message).toContain('Two items of this run have the same place');
		} finally {
			await other.stop();
		}
	});

	test('60 in one run: the sign-in host is asked no more often than it allows, and the API hardly ever', async () => {
		const ids = [...world.shop.state.credentials.values()].filter(({ attributes }) => attributes.kind === 'integration').map(({ id }) => id);
		const { attributes, ...rest } = world.at(ID);
		for (let index = ids.length; index < 60; index += 1) {
			const id = `More${String(index).padStart(6, '0')}`;
			ids.push(id);
			world.shop.state.credentials.set(id, { ...rest, id, attributes: { ...attributes, name: id, metadata: {}, client_id: `client-${id}`, client_secret: `secret-${id}-canary` } });
		}
		const items = ids.map((id) => ({ json: { id } }));

		const all = results(await world.run('rotate', { credentialId: chosen('={{ $json.id }}'), key: '={{ $json.id }}' }, { items }));

		expect(all.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'rotated'));
		const signIns = world.shop.server.requests.filter(({ path }) => path === '/oauth/token').map(({ at }) => at);
		expect(signIns.length).toBeGreaterThan(60);
		expect(Math.max(...signIns.map((from) => signIns.filter((at) => at >= from && at < from + 60_000).length))).toBeLessThanOrEqual(30);
		// Requests may arrive a little closer together than they were sent.
		expect(world.shop.server.answered.get(429) ?? 0).toBeLessThan(world.shop.server.requests.length / 100);
		expect(carriedOut(isCreate)).toHaveLength(60);
	}, 120_000);
});

describe('an AI agent', () => {
	const asTool = { type: `${manifest.name}.commerceLayerTool`, onError: 'continueRegularOutput' } as const;
	const sentence = (result: Parameters<typeof succeeded>[0]) => (succeeded(result)[0]!.json.error as { message: string }).message;

	test('rotates and retires nothing unless the owner of the node has switched that on', async () => {
		expect(sentence(await world.run('rotate', {}, { more: asTool }))).toContain('“Allow Changes From Agent”');
		expect(sentence(await world.run('retire', {}, { more: asTool }))).toContain('“Allow Delete From Agent”');
		expect(world.requests).toEqual([]);

		await world.run('rotate', { graceHours: 0 }, { more: asTool, options: { allowChangesFromAgent: true } });
		expectRotated();
		await world.run('retire', {}, { more: asTool, options: { allowDeleteFromAgent: true } });
		expect(world.shop.state.credentials.has(ID)).toBe(false);
	});

	test('writes no mark either, by which the next Retire would delete something for it; people may', async () => {
		const { successorId } = only(await world.run('rotate', { credentialId: chosen('uVwXyZaBcD'), key: 'other' }));
		const rotation = { replacedBy: successorId, retireAfter: '2020-01-01T00:00:00.000Z' };
		for (const metadata of [JSON.stringify({ rotation }), '={{ $json.metadata }}', '{"a":1,"rotation":null}']) {
			const items = [{ json: { metadata: { rotation } } }];
			const changes: INodeParameters[] = [
				{ operation: 'update', credentialId: chosen(ID), updateFields: { metadata } },
				{ operation: 'create', organizationId: chosen('OrgBlue001'), name: 'Mine', kind: 'sales_channel', additionalFields: { metadata } },
			];
			for (const parameters of changes) {
				expect(sentence(await world.run('rotate', { resource: 'credential', ...parameters }, { items, more: asTool, options: { allowChangesFromAgent: true } }))).toContain('not for an AI agent to write');
			}
		}
		expect(world.mark(ID)).toBeUndefined();

		const given = { resource: 'credential', operation: 'update', credentialId: chosen(ID), updateFields: { metadata: '{"rotation":null}' } };
		expect(only(await world.run('rotate', given))).toMatchObject({ outcome: 'updated' });
		expect(only(await world.run('rotate', { ...given, updateFields: { metadata: '{"a":1}' } }, { more: asTool }))).toMatchObject({ outcome: 'updated' });
	});
});
