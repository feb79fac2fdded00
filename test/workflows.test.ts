import { Settings } from 'luxon';
import { NodeConnectionTypes, type ICredentialDataDecryptedObject, type IDataObject, type INode } from 'n8n-workflow';

import type { OperationName } from '../nodes/kit/operation';
import { changes } from '../nodes/kit/operations';
import { Engine, storeOf } from './harness/engine';
import { runExample, runsHere, type ExampleOptions } from './harness/exampleRun';
import { exampleFiles, heldSecrets, loadExample, nodeName, ownNodes, secretValues, withSecret, type Example } from './harness/examples';
import { loadPackageTypes } from './harness/packageTypes';
import { startSimulators } from './simulator';
import { useSkippedWaits } from './harness/time';
import { TriggerHost, type Told } from './harness/triggerHost';
import type { AdobeSimulator } from './simulator/adobeDestinationSdk';
import type { RunningSimulator } from './simulator/definition';
import { IDS, OTHER_IDS, type N8nSimulator } from './simulator/n8nCredentials';
import type { Fault, ReceivedRequest } from './simulator/server';
import type { ThousandEyesSimulator } from './simulator/thousandEyes';

const SECRET = 'planted-new-secret-7Qx!41';

const types = loadPackageTypes('source');

const isTool = ({ type }: INode) => type.endsWith('Tool');

/** What an output of a node leads to. */
function following({ connections }: Example, { name }: INode, type: string, output = 0): string[] {
	return (connections[name]?.[type]?.[output] ?? []).map(({ node }) => node);
}

/** The same with a trigger that the engine here has, in the place of a schedule, or of the trigger of this name. */
function startedByHand(example: Example, trigger?: string): Example {
	const isStart = ({ name, type }: INode) => (trigger === undefined ? type.endsWith('.scheduleTrigger') : name === trigger);
	const nodes = example.nodes.map((node) => (isStart(node) ? { ...node, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {}, credentials: undefined } : node));
	return { ...example, nodes };
}

/** A trigger of an example on a simulator, as n8n polls it. */
function hostOf(example: Example, name: string, simulator: RunningSimulator): TriggerHost {
	const { type, parameters, credentials, onError } = example.nodes.find((node) => node.name === name)!;
	const [credentialType] = Object.keys(credentials!);
	return new TriggerHost(new Engine(types), { triggerName: type.split('.').at(-1)!, credentialType: credentialType!, parameters, credentials: storeOf(simulator.credentials), settings: { onError } });
}

const isTrigger = ({ type }: INode) => type.endsWith('Trigger');

describe.each(exampleFiles)('%s', (file) => {
	const example = loadExample(file);
	const named = (name: string) => example.nodes.find((node) => node.name === name)!;

	test('uses parameters and credentials that the nodes have, and names no credential of anyone’s', () => {
		expect(ownNodes(example).length).toBeGreaterThan(0);

		for (const node of ownNodes(example)) {
			const { description } = (types.nodes.get(nodeName(node)) ?? types.triggers.get(nodeName(node)))!;
			const known = description.properties.map(({ name }) => name);
			// The first n8n adds to what it polls, the others to what is used as a tool.
			expect([...known, ...(description.polling ? ['pollTimes'] : []), 'descriptionType', 'toolDescription']).toEqual(expect.arrayContaining(Object.keys(node.parameters)));
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

	test('polls no more than once an hour, and offers what its triggers offer', () => {
		for (const { parameters, type } of ownNodes(example).filter(isTrigger)) {
			expect(parameters.pollTimes).toEqual({ item: [{ mode: 'everyHour', minute: expect.any(Number) as number }] });
			const events = types.triggers.get(type.split('.').at(-1)!)!.description.properties.find(({ name }) => name === 'events')!.options!;
			expect(events.map((each) => 'value' in each && each.value)).toEqual(expect.arrayContaining(parameters.events as string[]));
		}
	});

	test('lets an agent change something only through a person', () => {
		for (const node of ownNodes(example).filter(isTool)) {
			const { operation, options } = node.parameters as { operation: OperationName; options: { dryRun?: boolean } };
			if (!changes(operation) || options.dryRun === true) continue;
			for (const name of following(example, node, NodeConnectionTypes.AiTool)) expect(named(name).type).toMatch(/HitlTool$/);
		}
	});

	if (!runsHere(example) || ownNodes(example).some(isTrigger)) return;

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

	/** The part of the example that reports these as due, as its message says it. */
	async function due(items: IDataObject[]): Promise<string[]> {
		const trigger = { ...example.nodes.find(({ name }) => name === 'All That Is Due')!, name: 'Due', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
		const part = {
			...example,
			nodes: [trigger, ...example.nodes.filter(({ name }) => ['One List', 'Report What Is Due'].includes(name))],
			connections: { ...example.connections, Due: { main: [[{ node: 'One List', type: NodeConnectionTypes.Main, index: 0 }]] } },
		};
		const { sent } = await runExample(types, part, simulators, SECRET, { items: items.map((json) => ({ json })) });
		expect(sent).toHaveLength(1);
		return (JSON.parse(sent[0]!) as { text: string }).text.split('\n');
	}

	test('of what is due it counts all, names the first five at each vendor, and says no date that nobody knows', async () => {
		const many = Array.from({ length: 65 }, (_, place) => ({ vendor: 'nylas', id: `id-${place}`, name: `Import ${place}`, updatedAt: `2025-01-${String(31 - (place % 28)).padStart(2, '0')}T00:00:00.000Z`, expiresAt: null }));
		const undated = { vendor: 'adobeDestinationSdk', id: '5a1c', name: null, updatedAt: null, expiresAt: null };
		const expiring = { vendor: 'dx', id: '456', name: 'Automation user', updatedAt: null, expiresAt: '2030-12-31' };

		const lines = await due([...many, undated, expiring]);

		expect(lines.slice(0, 3)).toEqual(['Due for rotation: 67 credentials.', 'nylas: 65, the first five of them:', '- Import 27, id-27, last changed 2025-01-04']);
		expect(lines.slice(7)).toEqual(['adobeDestinationSdk: 1', '- no name, 5a1c', 'dx: 1', '- Automation user, 456, expires 2030-12-31']);
	});

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

describe.each(['what-is-due.json', 'somebody-changed-a-credential.json'])('%s, from its triggers on', (file) => {
	const example = loadExample(file);
	const triggers = ownNodes(example).filter(isTrigger);
	const [first] = triggers as [INode];
	let simulators: Map<string, RunningSimulator>;
	useSkippedWaits();
	beforeAll(async () => void (simulators = await startSimulators(types.nodes.keys())));
	afterAll(async () => void (await Promise.all([...simulators.values()].map(async (each) => await each.stop()))));
	beforeEach(() => simulators.forEach((simulator) => simulator.reset()));
	afterEach(() => void (Settings.now = () => Date.now()));

	const simulatorFor = (trigger: INode) => simulators.get(nodeName(trigger).replace(/Trigger$/, ''))!;
	const messagesFor = async (name: string, told: Told) => {
		const { result, sent } = await runExample(types, startedByHand(example, name), simulators, SECRET, { items: told.map((json) => ({ json })) });
		expect(result.error).toBeUndefined();
		return sent.map((body) => (JSON.parse(body) as { text: string }).text);
	};

	test.each(triggers.map((trigger) => [trigger.name, trigger] as const))('what %s tells is one message, with what, where and when', async (name, trigger) => {
		const host = hostOf(example, name, simulatorFor(trigger));
		const isDue = (trigger.parameters.events as string[]).includes('due');
		if (!isDue) await host.publish();
		if (!isDue) simulatorFor(trigger).resources[Object.keys(simulatorFor(trigger).resources)[0]!]!.seed(2);
		if (isDue) Settings.now = () => Date.UTC(2027, 1, 25);
		// Of the type that the example watches there is none that old.
		if (nodeName(trigger) === 'n8nCredentialsTrigger') for (const stored of (simulatorFor(trigger) as N8nSimulator).state.credentials.values()) stored.type = 'httpBasicAuth';
		const told = isDue ? await host.publish() : await host.tick();
		expect(told.length).toBeGreaterThan(0);

		const [text, ...others] = await messagesFor(name, told);

		expect(others).toEqual([]);
		const lines = text!.split('\n').slice(1);
		expect(lines).toHaveLength(told.length);
		for (const [index, { id, vendor }] of told.entries()) expect(lines[index]).toContain(`(${String(vendor)}, ${String(id)})`);
		expect(text).not.toMatch(/undefined|null/);
		if (isDue) for (const line of lines) expect(line).toMatch(/: \d{4}-\d\d-\d\d, told (30|7) days before$/);
	});

	test('a vendor that cannot be read is told by the other output', async () => {
		const host = hostOf(example, first.name, simulatorFor(first));
		await host.publish();
		simulatorFor(first).server.plan({ times: Infinity, answer: { status: 503 } });
		for (let poll = 0; poll < 5; poll += 1) await host.tick();
		expect(host.emitted.filter(([item]) => item?.error !== undefined)).toHaveLength(1);

		const [text, ...others] = await messagesFor(first.name, host.emitted.at(-1)!);

		expect([text, others]).toEqual([expect.stringMatching(/^A trigger cannot read \w+: \w.*\.$/), []]);
	});
});

describe('dead-credentials.json, from its schedule on', () => {
	const example = loadExample('dead-credentials.json');
	const scheduled = startedByHand(example);
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

describe.each(['rotate-a-password-everywhere.json', 'rotate-when-due.json'])('%s, from its start on', (file) => {
	const example = loadExample(file);
	const scheduled = startedByHand(example, ownNodes(example).find(isTrigger)?.name);
	const BASIC_ID = String((example.nodes.find(({ name }) => name === 'n8n Credential')!.parameters.credentialId as { value: string }).value);
	const ids = { 'Rotation Secret: Password': OTHER_IDS.secret, 'Rotation Previous Secret: Password': 'Prev10usSecr3tPw' };
	const [NEW, PREVIOUS] = Object.values(ids) as [string, string];
	const IN_FORCE = 'in-force-canary-1';
	const AT_THOUSANDEYES = '405';

	let simulators: Map<string, RunningSimulator>;
	let n8n: N8nSimulator;
	let thousandEyes: ThousandEyesSimulator;
	useSkippedWaits();
	beforeAll(async () => {
		simulators = await startSimulators(['n8nCredentials', 'thousandEyes']);
		n8n = simulators.get('n8nCredentials') as N8nSimulator;
		thousandEyes = simulators.get('thousandEyes') as ThousandEyesSimulator;
	});
	afterAll(async () => void (await Promise.all([...simulators.values()].map(async (each) => await each.stop()))));
	afterEach(() => void (Settings.now = () => Date.now()));
	beforeEach(() => {
		simulators.forEach((simulator) => simulator.reset());
		const { credentials } = n8n.state;
		const stored = credentials.get(NEW)!;
		stored.data = { name1: 'value', value1: IN_FORCE };
		credentials.set(PREVIOUS, { ...stored, id: PREVIOUS, type: 'rotationPreviousSecretApi', data: {} });
		credentials.set(BASIC_ID, { ...stored, id: BASIC_ID, name: 'Shop', type: 'httpBasicAuth', data: { user: 'shop', password: IN_FORCE } });
		thousandEyes.state.credentials.get(AT_THOUSANDEYES)!.value = IN_FORCE;
	});

	const dataOf = (id: string) => n8n.state.credentials.get(id)?.data as ICredentialDataDecryptedObject | undefined;
	const mark = () => JSON.parse(String(dataOf(NEW)!.rotation ?? 'null')) as { id: string; state: string } | null;
	/** What each place has, and what is stored as the new one and the one before. */
	const places = () => ({
		thousandEyes: thousandEyes.state.credentials.get(AT_THOUSANDEYES)!.value,
		n8n: n8n.signs(BASIC_ID).authorization === basic(String(dataOf(BASIC_ID)!.password)) ? dataOf(BASIC_ID)!.password : null,
		new: dataOf(NEW)!.value1,
		before: dataOf(PREVIOUS)!.value1,
	});
	const basic = (password: string) => `Basic ${Buffer.from(`shop:${password}`).toString('base64')}`;
	const everywhere = (password: unknown, { before = IN_FORCE }: { before?: string } = {}) => ({ thousandEyes: password, n8n: password, new: password, before });

	async function run(options: Pick<ExampleOptions, 'onStart'> = {}) {
		// What the trigger tells; a schedule tells nothing.
		const items = [{ json: { event: 'due', id: BASIC_ID } }];
		const { result, sent } = await runExample(types, scheduled, simulators, SECRET, { ...options, items, own: { ids, dataOf } });
		for (const secret of [IN_FORCE, String(dataOf(NEW)!.value1)]) expect(JSON.stringify([result.run, sent])).not.toContain(secret);
		return { result, texts: sent.map((body) => (JSON.parse(body) as { text: string }).text) };
	}
	/** Makes a place refuse whatever holds this password, or any other than that. */
	const refuse = (simulator: RunningSimulator, id: string, which: 'new' | 'old', fault: Fault = { answer: { status: 400, body: { message: 'Refused' } } }) =>
		simulator.server.plan({
			...fault,
			times: Infinity,
			when: ({ method, target, text }) => ['PATCH', 'PUT'].includes(method) && target.includes(id) && text.includes(IN_FORCE) === (which === 'old'),
		});
	const rotationIds = ({ result }: Awaited<ReturnType<typeof run>>, ...names: string[]) =>
		names.flatMap((name) => result.output(name).map(({ json }) => (json.meta as { rotationId: string }).rotationId));

	test('makes a new password, has it everywhere, and finishes; the next run makes another', async () => {
		const first = await run();

		expect(first.result.error).toBeUndefined();
		expect(first.result.output('Rotated Everywhere')).toHaveLength(1);
		expect(first.texts).toEqual([]);
		const { new: password } = places();
		expect(password).toMatch(/^[A-Za-z\d]{32}$/);
		expect(places()).toEqual(everywhere(password));
		expect(mark()!.state).toBe('current');
		expect(rotationIds(first, 'Begin', 'ThousandEyes', 'n8n Credential', 'Finish')).toEqual(Array(4).fill(mark()!.id));

		await run();

		expect(places()).toEqual(everywhere(places().new, { before: String(password) }));
		expect(places().new).not.toBe(password);
	});

	test('a refusal of ThousandEyes leaves everything as it was, and nothing is sent to the others', async () => {
		refuse(thousandEyes, AT_THOUSANDEYES, 'new');

		const { result, texts } = await run();

		expect(result.error).toBeUndefined();
		expect(places()).toEqual(everywhere(IN_FORCE));
		expect(mark()!.state).toBe('rolledBack');
		expect(result.output('Put Back ThousandEyes')).toEqual([]);
		expect(n8n.server.requests.filter(({ method, path }) => method === 'PATCH' && path.includes(BASIC_ID))).toEqual([]);
		expect(texts).toEqual([expect.stringMatching(/^Rotation stopped at thousandEyes 405 \(changed there: no\).*\nRolled back: the next run makes another password\.$/)]);
	});

	test('a refusal of n8n puts the old one back at ThousandEyes', async () => {
		refuse(n8n, BASIC_ID, 'new');

		const { result, texts } = await run();

		expect(places()).toEqual(everywhere(IN_FORCE));
		expect(mark()!.state).toBe('rolledBack');
		expect(result.output('Put Back in n8n')).toEqual([]);
		expect(texts).toEqual([expect.stringMatching(/^Rotation stopped at n8nCredentials .*\nOld password in force at thousandEyes 405\.\nRolled back:/)]);
	});

	/** Has the service behind the credential refuse the new password, after so many tests of it. */
	const refuseUse = (after: number) => {
		let tests = 0;
		n8n.server.plan({
			times: Infinity,
			when: ({ path }) => path.endsWith('/test'),
			answer: () => ({ status: 200, body: places().n8n === IN_FORCE || (tests += 1) <= after ? { status: 'OK', message: '' } : { status: 'Error', message: 'Unauthorized' } }),
		});
	};

	// The update has n8n try it out as well.
	test.each([
		['does not work', () => refuseUse(0)],
		['works no more a moment later', () => refuseUse(1)],
		['cannot be tested', () => n8n.server.plan({ times: Infinity, when: ({ path }) => path.endsWith('/test'), answer: { status: 404, body: { message: 'not found' } } })],
	])('a credential that %s gets the old one back, as does ThousandEyes', async (_what, prepare) => {
		prepare();

		const { texts } = await run();

		expect(places()).toEqual(everywhere(IN_FORCE));
		expect(mark()!.state).toBe('rolledBack');
		expect(texts).toEqual([expect.stringMatching(/^Rotation stopped(.*\n)+Old password in force at n8nCredentials .*\.\nOld password in force at thousandEyes 405\.\nRolled back:/)]);
	});

	test('where putting back is refused the new one stays stored, and the next run goes on with it', async () => {
		refuse(n8n, BASIC_ID, 'new');
		refuse(thousandEyes, AT_THOUSANDEYES, 'old');

		const { texts } = await run();

		const { new: password } = places();
		expect(places()).toEqual({ thousandEyes: password, n8n: IN_FORCE, new: password, before: IN_FORCE });
		expect(password).not.toBe(IN_FORCE);
		expect(mark()!.state).toBe('pending');
		expect(texts).toEqual([expect.stringMatching(/NOT PUT BACK at thousandEyes 405: .*\nThe rotation is not over:/)]);

		const { id } = mark()!;
		simulators.forEach(({ server }) => server.clear());
		await run();

		expect(places()).toEqual(everywhere(password));
		expect(mark()).toMatchObject({ id, state: 'current' });
	});

	/** Stops a run once so many changes have been carried out, at whatever place. */
	async function stopAfter(changes: number) {
		const done = () => [...simulators.values()].flatMap(({ server }) => server.requests).filter(({ method }) => ['PATCH', 'PUT'].includes(method)).length;
		return await run({
			onStart: async ({ cancel, hasEnded }) => {
				while (done() < changes && !hasEnded()) await new Promise((resolve) => setImmediate(resolve));
				cancel();
			},
		});
	}

	// Begin sends a probe and three more, then come ThousandEyes and n8n. The seventh is that of Finish, after which it is over.
	test.each([1, 2, 3, 4, 5, 6])('stopped at change %i and run again, it goes on with the same rotation', async (changes) => {
		await stopAfter(changes);
		const stopped = { mark: mark(), ...places() };

		const { result } = await run();

		expect(result.error).toBeUndefined();
		expect(places()).toEqual(everywhere(places().new));
		expect(places().new).not.toBe(IN_FORCE);
		// A probe alone begins nothing.
		expect(mark()).toMatchObject({ ...(changes === 1 ? {} : { id: stopped.mark!.id }), state: 'current' });
		if (stopped.mark !== null && stopped.mark.state !== 'starting') expect(places().new).toBe(stopped.new);
	});

	test('refused when it goes on with a rotation of before, it puts the old one back where that has been', async () => {
		await stopAfter(6);
		expect(places()).toEqual(everywhere(places().new));
		refuse(thousandEyes, AT_THOUSANDEYES, 'new');

		const { texts } = await run();

		expect(places()).toEqual(everywhere(IN_FORCE));
		expect(mark()!.state).toBe('rolledBack');
		expect(texts).toEqual([expect.stringMatching(/^Rotation stopped at thousandEyes 405 \(changed there: no\).*\nOld password in force at n8nCredentials .*\nOld password in force at thousandEyes 405/)]);
	});

	const trigger = ownNodes(example).find(isTrigger);
	if (trigger !== undefined) {
		test('the credential is due when it is old enough, and not any more once it is rotated; one that was left alone is due again a day later', async () => {
			const host = hostOf(example, trigger.name, n8n);
			const isTold = (told: Told) => told.map(({ id }) => id).includes(BASIC_ID);
			n8n.state.credentials.get(BASIC_ID)!.updatedAt = Date.now() - 91 * 24 * 3_600_000;
			expect(isTold(await host.publish())).toBe(true);
			refuse(thousandEyes, AT_THOUSANDEYES, 'new');
			await run();
			expect(places()).toEqual(everywhere(IN_FORCE));
			expect(isTold(await host.tick())).toBe(false);
			thousandEyes.server.clear();

			Settings.now = () => Date.now() + 24 * 3_600_000;
			expect(isTold(await host.tick())).toBe(true);
			await run();

			expect(places()).toEqual(everywhere(places().new));
			expect(places().new).not.toBe(IN_FORCE);
			Settings.now = () => Date.now() + 48 * 3_600_000;
			expect(isTold(await host.tick())).toBe(false);
		});

		test('another credential of the type starts nothing', async () => {
			const { result, sent } = await runExample(types, scheduled, simulators, SECRET, { items: [{ json: { event: 'due', id: 'An0therCredent1a' } }], own: { ids, dataOf } });

			expect([result.error, sent, result.output('Begin')]).toEqual([undefined, [], []]);
			expect(places().new).toBe(IN_FORCE);
		});
	}

	test('when it cannot begin, nothing is sent anywhere, and somebody is told', async () => {
		n8n.state.scopes.delete('credential:update');

		const { texts } = await run();

		expect(places()).toEqual({ ...everywhere(IN_FORCE), before: undefined });
		expect(thousandEyes.server.requests).toEqual([]);
		expect(texts).toEqual([expect.stringMatching(/^Rotation stopped at n8nCredentials .*credential:update.*\nThe rotation is not over:/)]);
	});
});
