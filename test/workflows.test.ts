import { NodeConnectionTypes, type INode } from 'n8n-workflow';

import type { OperationName } from '../nodes/kit/operation';
import { changes } from '../nodes/kit/operations';
import { runExample, runsHere } from './harness/exampleRun';
import { exampleFiles, heldSecrets, loadExample, nodeName, ownNodes, secretValues, withSecret, type Example } from './harness/examples';
import { loadPackageTypes } from './harness/packageTypes';
import { startSimulators } from './simulator';
import { useSkippedWaits } from './harness/time';
import type { AdobeSimulator } from './simulator/adobeDestinationSdk';
import type { RunningSimulator } from './simulator/definition';
import { IDS, type N8nSimulator } from './simulator/n8nCredentials';
import type { Fault, ReceivedRequest } from './simulator/server';

const SECRET = 'planted-new-secret-7Qx!41';

const types = loadPackageTypes('source');

const isTool = ({ type }: INode) => type.endsWith('Tool');

/** What an output of a node leads to. */
function following({ connections }: Example, { name }: INode, type: string, output = 0): string[] {
	return (connections[name]?.[type]?.[output] ?? []).map(({ node }) => node);
}

describe.each(exampleFiles)('%s', (file) => {
	const example = loadExample(file);
	const named = (name: string) => example.nodes.find((node) => node.name === name)!;

	test('uses parameters and credentials that the nodes have, and names no credential of anyone’s', () => {
		expect(ownNodes(example).length).toBeGreaterThan(0);

		for (const node of ownNodes(example)) {
			const { description } = types.nodes.get(nodeName(node))!;
			const known = description.properties.map(({ name }) => name);
			// These two n8n adds to what is used as a tool.
			expect([...known, 'descriptionType', 'toolDescription']).toEqual(expect.arrayContaining(Object.keys(node.parameters)));
			expect(description.credentials?.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(node.credentials!)));
		}
		for (const { credentials = {} } of example.nodes) for (const { id } of Object.values(credentials)) expect(id).toBeNull();
	});

	test('takes every secret from a stored one, and has none in it', () => {
		for (const node of ownNodes(example)) {
			const { operation, secretSource } = node.parameters;
			// An update changes no secret at Commerce Layer.
			if (operation !== 'update' || nodeName(node) === 'commerceLayer') continue;
			const store = { storedSecret: 'rotationSecretApi', previousSecret: 'rotationPreviousSecretApi' }[String(secretSource)];
			expect(Object.keys(node.credentials!)).toContain(store);
		}
		expect(example.pinData).toEqual({});
	});

	test('explains itself with notes, and connects all of its nodes', () => {
		const notes = example.nodes.filter(({ type }) => type.endsWith('.stickyNote'));
		const targets = Object.values(example.connections).flatMap((outputs) =>
			Object.values(outputs).flatMap((branches) => branches.flatMap((branch) => (branch ?? []).map(({ node }) => node))),
		);

		expect(notes.length).toBeGreaterThan(0);
		for (const name of targets) expect(named(name)).toBeDefined();
		for (const node of example.nodes) {
			const isReached = targets.includes(node.name) || example.connections[node.name] !== undefined;
			expect([node.name, isReached || notes.includes(node)]).toEqual([node.name, true]);
		}
	});

	test('gives every one of our nodes an error branch, or an agent that is told', () => {
		for (const node of ownNodes(example)) {
			if (isTool(node)) {
				expect(following(example, node, NodeConnectionTypes.AiTool).length).toBeGreaterThan(0);
				continue;
			}
			expect(node.onError).toBe('continueErrorOutput');
			expect(following(example, node, NodeConnectionTypes.Main, 1).length).toBeGreaterThan(0);
		}
	});

	test('lets an agent change something only through a person', () => {
		for (const node of ownNodes(example).filter(isTool)) {
			const { operation, options } = node.parameters as { operation: OperationName; options: { dryRun?: boolean } };
			if (!changes(operation) || options.dryRun === true) continue;
			for (const name of following(example, node, NodeConnectionTypes.AiTool)) expect(named(name).type).toMatch(/HitlTool$/);
		}
	});

	if (!runsHere(example)) return;

	describe('on n8n’s engine', () => {
		useSkippedWaits();
		let simulators: Map<string, RunningSimulator>;
		beforeAll(async () => void (simulators = await startSimulators(types.nodes.keys())));
		afterAll(async () => void (await Promise.all([...simulators.values()].map(async (each) => await each.stop()))));
		beforeEach(() => simulators.forEach((simulator) => simulator.reset()));

		test('sets the new secret everywhere', async () => {
			const old = heldSecrets(simulators);

			const { result, sent } = await runExample(types, example, simulators, SECRET);

			expect(result.error).toBeUndefined();
			expect(heldSecrets(simulators)).toEqual(withSecret(old, SECRET));
			expect(sent).toEqual([]);
			expect(JSON.stringify(result.run)).not.toContain(SECRET);
		});

		test('puts the old one back wherever it was changed, and tells someone', async () => {
			const old = heldSecrets(simulators);
			simulators.get('dx')!.refuseSecrets!();

			const { result, sent } = await runExample(types, example, simulators, SECRET);

			expect(result.error).toBeUndefined();
			expect(heldSecrets(simulators)).toEqual(old);
			expect(sent).toHaveLength(1);
			expect(sent[0]).toContain('Rotation stopped at dx 456 (changed there: no)');
			for (const secret of [SECRET, ...secretValues(old)]) expect(JSON.stringify([result.run, sent])).not.toContain(secret);
		});

		/** Spoils whatever brings the new secret to this step’s credential, and yields what has brought it the old one. */
		const spoil = (step: INode, fault: Fault) => {
			const { server } = simulators.get(nodeName(step))!;
			const { value: id } = step.parameters.credentialId as { value: string };
			const old = secretValues({ [id]: heldSecrets(simulators)[id]! });
			const isFor = ({ target, text }: ReceivedRequest) => `${target} ${text}`.includes(id);
			server.plan({ times: Infinity, ...fault, when: (request) => isFor(request) && request.text.includes(SECRET) });
			return () => server.requests.filter((request) => isFor(request) && old.some((secret) => request.text.includes(secret)));
		};
		const steps = ownNodes(example).filter(({ name, parameters }) => parameters.secretSource === 'storedSecret' && !name.startsWith('Put Back'));

		test.each(steps.map((step) => [step.name, step] as const))('leaves %s alone when it was not changed, however often that was tried', async (name, step) => {
			const old = heldSecrets(simulators);
			const putBack = spoil(step, { answer: { status: 429, body: '' } });

			const { result, sent } = await runExample(types, example, simulators, SECRET);

			expect(result.error).toBeUndefined();
			expect(result.output(name, 1)).toMatchObject([{ json: { error: { applied: 'no' } } }]);
			expect(putBack()).toEqual([]);
			expect(heldSecrets(simulators)).toEqual(old);
			expect(sent).toHaveLength(1);
			expect(sent[0]!.match(/Old secret in force at/g) ?? []).toHaveLength(steps.indexOf(step));
			expect(sent[0]).not.toContain('NOT PUT BACK');
		});

		test.each(steps.map((step) => [step.name, step] as const))('puts the old one back at %s when its answer got lost', async (name, step) => {
			const old = heldSecrets(simulators);
			const putBack = spoil(step, { afterHandling: true, hangUp: 'beforeAnswer' });

			const { result, sent } = await runExample(types, example, simulators, SECRET);

			expect(result.error).toBeUndefined();
			expect(result.output(name, 1)).toMatchObject([{ json: { error: { applied: 'unknown' } } }]);
			expect(putBack()).toHaveLength(1);
			expect(heldSecrets(simulators)).toEqual(old);
			expect(sent[0]!.match(/Old secret in force at/g)).toHaveLength(steps.indexOf(step) + 1);
		});
	});
});

describe('report-what-is-due.json, from what is due on', () => {
	const example = loadExample('report-what-is-due.json');
	let simulators: Map<string, RunningSimulator>;
	beforeAll(async () => void (simulators = await startSimulators(types.nodes.keys())));
	afterAll(async () => void (await Promise.all([...simulators.values()].map(async (each) => await each.stop()))));
	beforeEach(() => simulators.forEach((simulator) => simulator.reset()));

	const DUE = [
		['Rotate Adobe', { id: '5a1c7b30-0001-4c8e-9d5f-a3b2c1d0e9f1', parentId: null }],
		['Rotate DX', { id: '456', parentId: '123' }],
		['Rotate Nylas', { id: 'e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47', parentId: 'google' }],
	] as const;

	/** The part of the example that rotates at one vendor and reports it, as one run and as its message says it. */
	async function rotate(name: string, due: { id: string; parentId: string | null }, previous: ReturnType<typeof heldSecrets>) {
		const step = example.nodes.find((node) => node.name === name)!;
		const trigger = { ...step, name: 'Due', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {}, credentials: undefined, onError: undefined };
		const names = [name, 'List of Rotated', 'Report What Was Rotated', 'List of Left', 'Report What Is Left'];
		const part = {
			...example,
			nodes: [trigger, ...example.nodes.filter((node) => names.includes(node.name))],
			connections: { ...example.connections, Due: { main: [[{ node: name, type: NodeConnectionTypes.Main, index: 0 }]] } },
		};
		const { server } = simulators.get(nodeName(step))!;
		server.clear();
		const { result, sent } = await runExample(types, part, simulators, SECRET, { items: [{ json: due }], previous });
		expect(result.error).toBeUndefined();
		expect(sent).toHaveLength(1);
		expect(JSON.stringify([result.run, sent])).not.toContain(SECRET);
		return { text: (JSON.parse(sent[0]!) as { text: string }).text, wasSent: server.requests.some(({ text }) => text.includes(SECRET)) };
	}

	// At DX nothing is put back, so the node asks for no secret from before that could tell.
	test.each(DUE.filter(([name]) => name !== 'Rotate DX'))('%s: last quarter’s secret, which was moved to the previous ones, is told as not rotated', async (name, due) => {
		const old = heldSecrets(simulators);

		const first = await rotate(name, due, old);
		const again = await rotate(name, due, withSecret(old, SECRET));

		expect(first.wasSent).toBe(true);
		expect(first.text).toMatch(/^Rotated:\n.*: updated, .*\nNow move these entries/);
		expect(again.wasSent).toBe(false);
		expect(again.text).toMatch(/^Not rotated:\n.*“Rotation Secret: New” and “Rotation Previous Secret” hold the same values/);
	});

	test('Rotate Adobe: nor is it called rotated, or dated anew, where it was not moved', async () => {
		const [[name, due]] = DUE;
		const old = heldSecrets(simulators);
		await rotate(name, due, old);
		const changedAt = () => (simulators.get('adobeDestinationSdk') as AdobeSimulator).stored(due.id).lastModifiedDate;
		const before = changedAt();

		const { text, wasSent } = await rotate(name, due, old);

		expect(text).toMatch(/^Not rotated, because what is stored as new is in force already:\n.*: unchanged, verified/);
		expect(wasSent).toBe(false);
		expect(changedAt()).toBe(before);
	});
});

describe('dead-credentials.json, from its schedule on', () => {
	const example = loadExample('dead-credentials.json');
	const scheduled: Example = {
		...example,
		nodes: example.nodes.map((node) => (node.type.endsWith('.scheduleTrigger') ? { ...node, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} } : node)),
	};
	let n8n: N8nSimulator;
	beforeAll(async () => void (n8n = (await startSimulators(['n8nCredentials'])).get('n8nCredentials') as N8nSimulator));
	afterAll(async () => await n8n.stop());
	beforeEach(() => n8n.reset());

	const report = async () => {
		const { result, sent } = await runExample(types, scheduled, new Map([['n8nCredentials', n8n]]), SECRET);
		expect(result.error).toBeUndefined();
		return sent.map((body) => (JSON.parse(body) as { text: string }).text);
	};

	test('says nothing while all of them work', async () => {
		expect(await report()).toEqual([]);
		expect(n8n.server.requests.filter(({ path }) => path.endsWith('/test'))).toHaveLength(n8n.holdings().length);
	});

	test('tells those that do not work, and no others', async () => {
		const dead = { status: 'Error', message: 'Unauthorized' } as const;
		n8n.state.tests.set(IDS[1], dead).set(IDS[2], dead);

		const [text, ...others] = await report();

		expect(others).toEqual([]);
		expect(text!.split('\n').slice(1).map((line) => line.split(',')[0])).toEqual(expect.arrayContaining(["Joe's Github Credentials (githubApi", 'Mirror (githubApi']));
		expect(text!.split('\n')).toHaveLength(3);
		expect(n8n.server.requests.filter(({ method }) => !['GET', 'POST'].includes(method))).toEqual([]);
	});

	test('says so where the API key may not look at them', async () => {
		n8n.state.scopes.delete('credential:list');

		const [text] = await report();

		expect(text).toMatch(/could not be tested:\nthe list: .*“credential:list”/);
	});
});
