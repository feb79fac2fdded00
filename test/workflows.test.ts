import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INode, INodeExecutionData } from 'n8n-workflow';

import { Engine, type WorkflowJson } from './harness/engine';
import { loadPackageTypes, manifest, packageRoot } from './harness/packageTypes';
import { startSimulators } from './simulator';

interface ExportedWorkflow extends WorkflowJson {
	pinData: Record<string, INodeExecutionData[]>;
}

const types = loadPackageTypes('source');
const folder = join(packageRoot, 'workflows');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

const load = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ExportedWorkflow;

const ours = ({ nodes }: WorkflowJson) => nodes.filter(({ type }) => type.startsWith(`${manifest.name}.`));

describe.each(files)('%s', (file) => {
	test('uses parameters and credentials that the nodes have, and names no credential of anyone’s', () => {
		const workflow = load(file);
		expect(ours(workflow).length).toBeGreaterThan(0);

		for (const { type, parameters, credentials } of ours(workflow)) {
			const { description } = types.nodes.get(type.slice(manifest.name.length + 1))!;
			const known = description.properties.map(({ name }) => name);
			expect(known).toEqual(expect.arrayContaining(Object.keys(parameters)));
			for (const [name, { id }] of Object.entries(credentials!)) {
				expect(description.credentials?.map((each) => each.name)).toContain(name);
				expect(id).toBeNull();
			}
		}
	});

	test('explains itself with notes, and gives every one of our nodes an error branch', () => {
		const { nodes, connections } = load(file);

		expect(nodes.filter(({ type }) => type.endsWith('.stickyNote')).length).toBeGreaterThan(0);
		for (const { name, onError } of ours(load(file))) {
			expect(onError).toBe('continueErrorOutput');
			expect(connections[name]?.main?.[1]?.length).toBeGreaterThan(0);
		}
	});

	test('runs on n8n’s engine to its end', async () => {
		const workflow = load(file);
		const [trigger, items] = Object.entries(workflow.pinData)[0]!;
		const simulators = await startSimulators(types.nodes.keys());
		const credentials = [...simulators.values()].flatMap((simulator) => Object.entries(simulator.credentials));
		const withIds = (node: INode): INode => ({
			...node,
			credentials: Object.fromEntries(Object.keys(node.credentials ?? {}).map((type) => [type, { id: type, name: type }])),
		});

		const result = await new Engine(types).run({
			workflow: { ...workflow, nodes: workflow.nodes.map(withIds) },
			start: trigger,
			items,
			credentials: new Map(structuredClone(credentials)),
		});
		await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));

		expect(result.error).toBeUndefined();
		for (const { name } of ours(workflow)) {
			expect(result.output(name, 1)).toEqual([]);
			expect(result.output(name, 0).map(({ json }) => json.outcome)).toEqual(['updated']);
		}
	});
});
