// Writes what is generated: the README's tables and the nodes' output previews. `npm run docs`, or for the previews of
// some nodes alone `npm run docs -- nylas dx`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { Engine, singleNodeWorkflow, storeOf } from '../test/harness/engine';
import { loadPackageTypes, packageRoot } from '../test/harness/packageTypes';
import { schemaPath } from '../test/harness/schema';
import { startSimulators } from '../test/simulator';
import type { RunningSimulator } from '../test/simulator/definition';
import { schemaOf } from './schemas';
import { tables, withTables } from './tables';

const types = loadPackageTypes('dist');
const engine = new Engine(types);

async function main(): Promise<void> {
	const chosen = process.argv.slice(2);
	const simulators = await startSimulators(chosen.length > 0 ? chosen : types.nodes.keys());
	for (const [nodeName, simulator] of simulators) await writeSchemas(nodeName, simulator);
	if (chosen.length === 0) {
		const readme = join(packageRoot, 'README.md');
		writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), tables(types, simulators)));
	}
	await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));
}

/** Runs every operation once in every version of the API, and writes down what comes out. */
async function writeSchemas(nodeName: string, simulator: RunningSimulator): Promise<void> {
	const emitted: Record<string, object[]> = { create: [], delete: [], get: [], getAll: [], update: [] };
	for (const [name, resource] of Object.entries(simulator.resources)) {
		const emit = async (operation: string, parameters: INodeParameters) => {
			const workflow = singleNodeWorkflow(nodeName, resource.credentialType, parameters);
			const credentials = storeOf(simulator.credentials);
			const result = await engine.run({ workflow, start: 'Start', items: [{ json: {} }], credentials });
			emitted[operation]!.push(...result.output('Node').map(({ json }) => json));
		};
		simulator.reset();
		// What the vendor holds to begin with is more varied than what is seeded.
		await emit('getAll', { ...resource.getAll(), returnAll: true });
		const update = simulator.updates[name]!;
		await emit('update', update.parameters(update.ids[0], 'a-secret-for-the-preview'));
		resource.seed(2);
		const [id = ''] = resource.storedIds();
		await emit('get', resource.get(id));
		await emit('getAll', { ...resource.getAll(), returnAll: true });
		await emit('create', resource.create('a-name-for-the-preview', 'a-secret-for-the-preview'));
		await emit('delete', resource.delete(id));
	}
	// A credential shows the same attributes whichever operation shows it; what is deleted shows none.
	const shown = Object.entries(emitted).flatMap(([operation, results]) => (operation === 'delete' ? [] : results));
	for (const [operation, results] of Object.entries(emitted)) {
		const path = schemaPath(nodeName, operation);
		const schema = schemaOf(operation, operation === 'delete' ? results : shown);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
	}
}

void main();
