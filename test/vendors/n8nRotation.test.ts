import type { ICredentialDataDecryptedObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { asLiteral } from '../../nodes/kit/secretStore';
import type { CredentialStore } from '../harness/credentialsHelper';
import type { RunResult } from '../harness/engine';
import { manifest } from '../harness/packageTypes';
import { ERROR_OUTPUT, failed, onlyError, succeeded, useSubject } from '../harness/subject';
import { traces } from '../harness/traces';
import { IDS, OTHER_IDS, simulator as definition } from '../simulator/n8nCredentials';
import { valueInUse } from '../simulator/n8nCredentialTypes';
import type { ReceivedRequest } from '../simulator/server';

const PREVIOUS_ID = 'Prev10usSecr3tPw';
const IN_FORCE = 'in-force-canary-1';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const isPatch = ({ method }: ReceivedRequest) => method === 'PATCH';

describe('n8nCredentials: a rotation in two stored secrets', () => {
	const subject = useSubject('n8nCredentials', definition, 'n8n');
	const state = () => subject().simulator.state;
	const dataOf = (id: string) => Object.fromEntries(Object.entries(state().credentials.get(id)!.data).map(([name, value]) => [name, valueInUse(value)])) as Record<string, string>;
	const held = (id: string) => {
		const data = dataOf(id);
		const pairs = Object.keys(data).flatMap((field) => (field.startsWith('name') && data[field] !== '' ? [[data[field]!, data[field.replace('name', 'value')]!]] : []));
		return Object.fromEntries(pairs) as Record<string, string>;
	};
	const mark = () => JSON.parse(dataOf(OTHER_IDS.secret).rotation || 'null') as { id: string; state: string } | null;

	beforeEach(() => {
		const stored = state().credentials.get(OTHER_IDS.secret)!;
		stored.data = { name1: 'password', value1: IN_FORCE };
		state().credentials.set(PREVIOUS_ID, { ...stored, id: PREVIOUS_ID, name: 'Secret from before', type: 'rotationPreviousSecretApi', data: { name1: 'password', value1: 'older-canary-0' } });
	});

	/** What the node is given is what the same n8n has stored by then. */
	class OfThisN8n extends Map<string, ICredentialDataDecryptedObject> {
		override get(id: string) {
			return (state().credentials.get(id)?.data as ICredentialDataDecryptedObject | undefined) ?? super.get(id);
		}
	}
	const store = (): CredentialStore => new OfThisN8n([['key', subject().simulator.credentials.rotationN8nApi!]]);
	const settings = (more: Partial<INode> = {}): Partial<INode> => ({
		...ERROR_OUTPUT,
		credentials: {
			rotationN8nApi: { id: 'key', name: 'This n8n' },
			rotationSecretApi: { id: OTHER_IDS.secret, name: 'Shop, new' },
			rotationPreviousSecretApi: { id: PREVIOUS_ID, name: 'Shop, before' },
		},
		...more,
	});
	const parametersOf = (operation: string, more: INodeParameters = {}): INodeParameters => ({ resource: 'rotation', operation, ...more });
	const password = (name = 'password', more: INodeParameters = {}): INodeParameters => ({ generated: { values: [{ name, kind: 'password', ...more }] } });
	const ONE: INodeExecutionData[] = [{ json: {} }];
	interface Options {
		items?: INodeExecutionData[];
		options?: INodeParameters;
		credentials?: CredentialStore;
		more?: Partial<INode>;
	}
	const run = async (operation: string, parameters: INodeParameters = {}, { items = ONE, options = {}, credentials = store(), more }: Options = {}): Promise<RunResult> =>
		await subject().run(items, { parameters: parametersOf(operation, parameters), options, credentials, settings: settings(more) });
	const only = (result: RunResult) => {
		expect(failed(result)).toEqual([]);
		expect(succeeded(result)).toHaveLength(1);
		return succeeded(result)[0]!.json as { meta: { rotationId: string } } & Record<string, unknown>;
	};

	test('Begin, Finish and Begin again: new values, and what was in force before them', async () => {
		const begun = await run('begin', password());

		const { meta, ...json } = only(begun);
		const [first] = Object.values(held(OTHER_IDS.secret));
		expect(first).toMatch(/^[A-Za-z0-9]{32}$/);
		expect(held(PREVIOUS_ID)).toEqual({ password: IN_FORCE });
		expect(mark()).toMatchObject({ id: meta.rotationId, state: 'pending', finishedAt: null });
		expect(meta.rotationId).toMatch(UUID);
		expect(json).toMatchObject({
			outcome: 'begun',
			id: OTHER_IDS.secret,
			name: 'Shop, new',
			type: 'rotationSecretApi',
			changed: ['password'],
			verification: 'verified',
			resource: 'rotation',
			operation: 'begin',
			attributes: { generated: [{ name: 'password', kind: 'password', length: 32 }], state: 'pending' },
		});
		expect(subject().simulator.server.requests.filter(isPatch)).toHaveLength(4);
		expect(traces(begun)).not.toContain('canary');
		expect(traces(begun)).not.toContain(first);

		const again = only(await run('begin', password()));
		expect(again).toMatchObject({ outcome: 'unchanged', meta: { rotationId: meta.rotationId, requests: 0 } });
		expect(held(OTHER_IDS.secret)).toEqual({ password: first });

		expect(only(await run('finish'))).toMatchObject({ outcome: 'finished', meta: { rotationId: meta.rotationId } });
		expect(only(await run('finish'))).toMatchObject({ outcome: 'unchanged' });
		expect(mark()).toMatchObject({ id: meta.rotationId, state: 'current' });

		const next = only(await run('begin', password()));
		expect(next.meta.rotationId).not.toBe(meta.rotationId);
		expect(held(PREVIOUS_ID)).toEqual({ password: first });
	});

	test('Roll Back stores what was in force again', async () => {
		await run('begin', password());
		const { id } = mark()!;

		expect(only(await run('rollBack'))).toMatchObject({ outcome: 'rolledBack', meta: { rotationId: id } });
		expect(held(OTHER_IDS.secret)).toEqual({ password: IN_FORCE });
		expect(mark()).toMatchObject({ id, state: 'rolledBack' });
		expect(only(await run('rollBack'))).toMatchObject({ outcome: 'unchanged' });
	});

	test.each([0, 1, 2, 3, 4])('Begin that is cancelled once %i requests have arrived, and run again, comes to one rotation', async (count) => {
		const { server } = subject().simulator;
		await subject().runCancelled(ONE, () => server.requests.filter(isPatch).length >= count, {
			parameters: parametersOf('begin', password()),
			credentials: store(),
			settings: settings(),
		});
		const marked = mark();
		const [standing] = Object.values(held(OTHER_IDS.secret));

		only(await run('begin', password()));

		expect(mark()!.state).toBe('pending');
		if (marked !== null) expect(mark()!.id).toBe(marked.id);
		if (marked?.state === 'pending') expect(held(OTHER_IDS.secret)).toEqual({ password: standing });
		expect(held(OTHER_IDS.secret).password).not.toBe(IN_FORCE);
		expect(held(PREVIOUS_ID)).toEqual({ password: IN_FORCE });
	});

	test.each([
		['that does not arrive', false],
		['whose answer is lost', true],
	])('a request %s is sent again', async (_what, afterHandling) => {
		const { server } = subject().simulator;
		server.plan({ when: isPatch, hangUp: 'beforeAnswer', afterHandling, times: 1 });

		expect(only(await run('begin', password()))).toMatchObject({ outcome: 'begun' });
		expect(mark()!.state).toBe('pending');
		expect(held(PREVIOUS_ID)).toEqual({ password: IN_FORCE });
	});

	test('with an API key of another n8n, where the same ID is a stranger’s, nothing is changed but a probe', async () => {
		const here = new Map<string, ICredentialDataDecryptedObject>([
			['key', subject().simulator.credentials.rotationN8nApi!],
			[OTHER_IDS.secret, { name1: 'password', value1: 'here-canary-2' }],
			[PREVIOUS_ID, {}],
		]);

		const result = await run('begin', password(), { credentials: here });

		expect(onlyError(result)).toMatchObject({ code: 'unexpectedResponse', applied: 'yes' });
		expect(onlyError(result).message).toContain('another n8n');
		expect(held(OTHER_IDS.secret)).toEqual({ password: IN_FORCE });
		expect(mark()).toBeNull();
		expect(held(PREVIOUS_ID)).toEqual({ password: 'older-canary-0' });
		expect(dataOf(PREVIOUS_ID).probe).not.toBe('');
	});

	test('what else is stored stays, and a value that begins with “=” arrives as it is', async () => {
		state().credentials.get(OTHER_IDS.secret)!.data = { name1: 'user', value1: 'shop', name2: 'password', value2: asLiteral('={{1+1}} canary') };

		await run('begin', password());

		expect(held(OTHER_IDS.secret)).toEqual({ user: 'shop', password: expect.stringMatching(/^\w{32}$/) as string });
		expect(held(PREVIOUS_ID)).toEqual({ user: 'shop', password: '={{1+1}} canary' });
	});

	test('n8n 2.8 takes it as well', async () => {
		state().release = '2.8';

		expect(only(await run('begin', password()))).toMatchObject({ outcome: 'begun' });
		expect(only(await run('finish'))).toMatchObject({ outcome: 'finished' });
	});

	test('500 credentials get a value each, in the same four requests, and an update tells which rotation it was', async () => {
		const items = Array.from({ length: 500 }, (_, index) => ({ json: { id: index < 3 ? IDS[index]! : `id-${index}` } }));

		const result = await run('begin', { ...password('accessToken'), key: '={{ $json.id }}' }, { items });

		expect(failed(result)).toEqual([]);
		expect(succeeded(result)).toHaveLength(500);
		expect(new Set(succeeded(result).map(({ json }) => (json.meta as { rotationId: string }).rotationId)).size).toBe(1);
		expect(subject().simulator.server.requests.filter(isPatch)).toHaveLength(4);
		const all = JSON.parse(dataOf(OTHER_IDS.secret).valuesJson!) as Record<string, { accessToken: string }>;
		expect(new Set(Object.values(all).map(({ accessToken }) => accessToken)).size).toBe(500);
		expect(held(OTHER_IDS.secret)).toEqual({});
		expect(held(PREVIOUS_ID)).toEqual({ password: IN_FORCE });
		for (const { accessToken } of Object.values(all).slice(0, 20)) expect(traces(result)).not.toContain(accessToken);

		const updated = await subject().run([{ json: { id: IDS[0] } }], { parameters: subject().update.stored!.parameters('={{ $json.id }}'), credentials: store(), settings: settings() });
		expect(only(updated)).toMatchObject({ outcome: 'updated', meta: { rotationId: mark()!.id } });
		expect(subject().update.storedSecrets(IDS[0])).toContain(all[IDS[0]]!.accessToken);
	});

	test.each<[string, INodeParameters, INodeExecutionData[], RegExp]>([
		['nothing to make', {}, ONE, /“New Values” is empty/],
		['a name twice', { generated: { values: [{ name: 'a', kind: 'uuid' }, { name: 'a', kind: 'hex' }] } }, ONE, /“New Values” has the name “a” twice/],
		['a length that is none', password('password', { length: 3 }), ONE, /“Length” must be a whole number from 8 to 1024/],
		['a token that is issued elsewhere', password('secrets.api_token'), ONE, /“secrets\.api_token”, and a value for it cannot be made here: it is issued by the provider/],
		['a private key', password('private_key'), ONE, /public half/],
		['several items without a key', password(), [...ONE, ...ONE], /“Store Under \(ID or Name\)” is empty, and this run has 2 items/],
		['a key twice', { ...password(), key: 'one' }, [...ONE, ...ONE], /“Store Under \(ID or Name\)” is the same for two items/],
		['a vendor without a key', { ...password(), keyVendor: 'dx' }, ONE, /“Store Under Vendor” is filled in, and “Store Under \(ID or Name\)” is not/],
	])('%s is refused in a sentence, and nothing is sent', async (_what, parameters, items, sentence) => {
		const result = await run('begin', parameters, { items });

		expect(failed(result)).toHaveLength(items.length);
		expect(JSON.stringify((failed(result)[0]!.json.error as { message: string }).message).replaceAll('\\', '')).toMatch(sentence);
		expect(subject().simulator.server.requests).toEqual([]);
	});

	test('an item that cannot be worked on keeps the rotation from beginning without it', async () => {
		const items = [{ json: { key: 'one', length: 20 } }, { json: { key: 'two', length: 3 } }];

		const result = await run('begin', { ...password('password', { length: '={{ $json.length }}' }), key: '={{ $json.key }}' }, { items });

		expect(failed(result).map(({ json }) => (json.error as { message: string }).message)).toEqual([
			expect.stringContaining('another item of this run cannot be worked on'),
			expect.stringContaining('“Length” must be'),
		]);
		expect(mark()).toBeNull();
	});

	test.each(['rotationSecretApi', 'rotationPreviousSecretApi'])('without a credential of the type %s it asks for one', async (type) => {
		const { credentials } = settings();
		const result = await run('begin', password(), { more: { credentials: Object.fromEntries(Object.entries(credentials!).filter(([name]) => name !== type)) } });

		expect(onlyError(result).message).toMatch(/^No stored secret is chosen under “(New Secret|Secret Before)”, and a rotation needs it\. Choose one/);
	});

	test.each(['begin', 'finish', 'rollBack'])('a dry run of %s writes nothing, and shows the request without a value', async (operation) => {
		if (operation !== 'begin') await run('begin', password());
		subject().simulator.server.clear();
		const before = [dataOf(OTHER_IDS.secret), dataOf(PREVIOUS_ID)];

		const result = await run(operation, password(), { options: { dryRun: true } });

		expect(only(result)).toMatchObject({ outcome: 'planned', verification: 'skipped', plan: { method: 'PATCH', path: `/credentials/${OTHER_IDS.secret}` } });
		expect([dataOf(OTHER_IDS.secret), dataOf(PREVIOUS_ID)]).toEqual(before);
		expect(subject().simulator.server.requests.filter(isPatch)).toEqual([]);
		expect(traces(result)).not.toContain('canary');
		for (const value of Object.values(held(OTHER_IDS.secret))) expect(traces(result)).not.toContain(value);
	});

	test('an AI agent begins nothing unless the owner of the node has switched that on', async () => {
		const asTool = { type: `${manifest.name}.n8nCredentialsTool`, onError: 'continueRegularOutput' } as const;

		const refused = await run('begin', password(), { more: asTool, options: { allowChangesFromAgent: false } });
		expect((succeeded(refused)[0]!.json.error as { message: string }).message).toContain('“Allow Changes From Agent”');
		expect(mark()).toBeNull();

		await run('begin', password(), { more: asTool, options: { allowChangesFromAgent: true } });
		expect(mark()).toMatchObject({ state: 'pending' });
	});

	test('a key without the permission is told which one it needs', async () => {
		state().scopes.delete('credential:update');

		expect(onlyError(await run('begin', password()))).toMatchObject({ code: 'permission', applied: 'no', hint: expect.stringContaining('credential:update') as string });
	});
});
