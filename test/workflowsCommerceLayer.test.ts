import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { ClientRotation, NEW, PREVIOUS } from './harness/clientRotation';
import { runExample } from './harness/exampleRun';
import { loadExample, type Example } from './harness/examples';
import { loadPackageTypes } from './harness/packageTypes';
import { useSkippedWaits } from './harness/time';
import type { RunningSimulator } from './simulator/definition';
import { OTHER_IDS } from './simulator/n8nCredentials';
import { valueInUse } from './simulator/n8nCredentialTypes';

const types = loadPackageTypes('source');
const example = startedByHand(loadExample('rotate-commerce-layer-clients.json'));

/** The same with triggers that the engine here has, in the place of schedules. */
function startedByHand(loaded: Example): Example {
	return { ...loaded, nodes: loaded.nodes.map((node) => (node.type.endsWith('.scheduleTrigger') ? { ...node, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} } : node)) };
}

const DAY_MS = 86_400_000;
const ids = { 'Rotation Secret: Clients': NEW, 'Rotation Previous Secret: Clients': PREVIOUS };

/** Credentials of n8n, and the client at Commerce Layer that each signs in with at the beginning. */
const USES = { [OTHER_IDS.oauth]: 'aBcDeFgHiJ', Oa2thB9kWc5RpT4y: 'kLmNoPqRsT' };
const [FIRST] = Object.keys(USES) as [string];

describe('rotate-commerce-layer-clients.json, from its schedules on', () => {
	const waits = useSkippedWaits();
	const { now: realNow } = Date;
	let world: ClientRotation;
	let simulators: Map<string, RunningSimulator>;
	beforeAll(async () => {
		world = await ClientRotation.start();
		simulators = new Map<string, RunningSimulator>([['commerceLayer', world.shop], ['n8nCredentials', world.n8n]]);
	});
	afterAll(async () => await world.stop());
	beforeEach(() => {
		world.reset();
		world.now = waits.epoch;
		// The first of a January, here and where the workflow is.
		today = Date.UTC(2030, 0, 1, 12);
		Date.now = () => today;
		const { credentials } = world.n8n.state;
		for (const [inN8n, inShop] of Object.entries(USES)) {
			const { client_id, client_secret } = world.pair(inShop);
			credentials.set(inN8n, { ...credentials.get(OTHER_IDS.oauth)!, id: inN8n, name: `Shop ${inShop}`, data: { ...credentials.get(OTHER_IDS.oauth)!.data, clientId: client_id, clientSecret: client_secret } });
			Object.assign(world.at(inShop).attributes, { reference: inN8n, reference_origin: 'n8n' });
		}
	});
	afterEach(() => void (Date.now = realNow));
	let today: number;

	const dataOf = (id: string) => world.n8n.state.credentials.get(id)?.data as ICredentialDataDecryptedObject | undefined;
	/** Runs the part that such a trigger starts, and yields what was told. */
	const run = async (start: 'Every Month' | 'Eight Days Later') => {
		const { result, sent } = await runExample(types, example, simulators, 'none', { start, own: { ids, dataOf } });
		expect(result.error).toBeUndefined();
		const secrets = [...world.shop.state.credentials.values()].map(({ attributes }) => attributes.client_secret);
		for (const secret of secrets) expect(JSON.stringify([result.run, sent])).not.toContain(secret);
		return sent.map((body) => (JSON.parse(body) as { text: string }).text);
	};
	/** Lets days pass. On each of them, whatever runs in n8n signs in with what stands there. */
	const pass = (days: number) => {
		for (let day = 0; day < days; day += 1) {
			today += DAY_MS;
			expectInForce();
		}
	};
	const pairInN8n = (id: string) => {
		const { clientId, clientSecret } = dataOf(id)! as Record<string, string>;
		return { client_id: valueInUse(clientId), client_secret: valueInUse(clientSecret) };
	};
	const clientOf = (id: string) => [...world.shop.state.credentials.values()].find(({ attributes }) => attributes.client_id === pairInN8n(id).client_id);
	const expectInForce = () => {
		for (const id of Object.keys(USES)) expect(clientOf(id)?.attributes.client_secret).toBe(pairInN8n(id).client_secret);
	};
	const clients = () => [...world.shop.state.credentials.values()].filter(({ attributes }) => attributes.reference_origin === 'n8n').map(({ id }) => id);
	/** A month as the schedules have it: what was told on the first, and on the ninth. */
	const month = async () => {
		const first = await run('Every Month');
		expectInForce();
		pass(8);
		const ninth = await run('Eight Days Later');
		expectInForce();
		const date = new Date(today);
		pass((Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1, 12) - today) / DAY_MS);
		return { first, ninth };
	};

	test('over five months: each client is replaced when it is 90 days old, and nothing ever signs in with a pair that is gone', async () => {
		const before = clients();
		const told = [];
		const standing = [];
		for (let count = 0; count < 5; count += 1) {
			told.push(await month());
			standing.push(clients());
		}

		// Rotated in January, when they were years old, and in May, when their successors were 120 days old.
		expect(told.map(({ first, ninth }) => [first.length, ninth.length])).toEqual([[1, 1], [0, 0], [0, 0], [0, 0], [1, 1]]);
		const [{ first, ninth }] = told as [(typeof told)[number]];
		expect(first[0]).toMatch(/^Rotated at Commerce Layer:\n(.* \(\w+\): rotated, successor \w+, in force until 2030-01-08T12:.* at least\n){2}(Shop \w+ \(\w+\) in n8n: updated, accepted\n?){2}$/);
		expect(ninth[0]).toMatch(/^Retired at Commerce Layer:\n(.*: deleted\. Commerce Layer has deleted the credential\. The new pair signs in\. The old one is refused\.\n?){2}$/);
		for (const ids of standing) expect(ids).toHaveLength(2);
		expect(standing[3]).toEqual(standing[0]);
		expect(new Set([...before, ...standing.flat()]).size).toBe(6);
		for (const id of standing[4]!) expect(world.at(id).attributes).toMatchObject({ reference_origin: 'n8n', name: expect.stringMatching(/ \(2030-05-01\)$/) as string });
	});

	test('a new pair that does not work in n8n is taken back there, and somebody is told', async () => {
		const before = pairInN8n(FIRST);
		world.n8n.server.plan({ times: Infinity, when: ({ path }) => path.includes(FIRST) && path.endsWith('/test'), answer: () => ({ status: 200, body: pairInN8n(FIRST).client_id === before.client_id ? { status: 'OK', message: '' } : { status: 'Error', message: 'Unauthorized' } }) });

		const texts = await run('Every Month');

		expect(pairInN8n(FIRST)).toEqual(before);
		expect(texts.join('\n')).toMatch(/The new pair does not work in Shop aBcDeFgHiJ\.(.*\n)+The pair from before is back in Shop aBcDeFgHiJ\./);
		pass(8);
		await run('Eight Days Later');
		expect(pairInN8n(FIRST)).toEqual(before);
		expectInForce();
		expect(world.shop.state.credentials.has('aBcDeFgHiJ')).toBe(true);
		expect(world.shop.state.credentials.has('kLmNoPqRsT')).toBe(false);
	});

	test('when n8n refuses the update, the old client stays until the pair has arrived there', async () => {
		const isUpdate = ({ method, path }: { method: string; path: string }) => method === 'PATCH' && path.includes(FIRST);
		world.n8n.server.plan({ times: Infinity, when: isUpdate, answer: { status: 403, body: { message: 'Forbidden' } } });

		const texts = await run('Every Month');
		expect(texts.join('\n')).toMatch(/Stopped at n8nCredentials .*update, changed there: no.*(.*\n)*NOT PUT BACK in/);
		pass(8);
		await run('Eight Days Later');
		expect(world.shop.state.credentials.has('aBcDeFgHiJ')).toBe(true);
		expectInForce();

		world.n8n.server.clear();
		expect(await run('Eight Days Later')).toEqual([expect.stringMatching(/^Retired at Commerce Layer:\nERP integration \(aBcDeFgHiJ\): deleted/)]);
		expectInForce();
		expect(world.shop.state.credentials.has('aBcDeFgHiJ')).toBe(false);
	});

	test('when Commerce Layer cannot be looked at, nothing is done, and somebody is told', async () => {
		world.shop.server.plan({ times: Infinity, when: ({ method, path }) => method === 'GET' && path === '/api/api_credentials', answer: { status: 503, body: 'down' } });

		expect(await run('Every Month')).toEqual([expect.stringMatching(/^Stopped at commerceLayer .*getAll/)]);
		expect(clients()).toHaveLength(2);
	});
});
