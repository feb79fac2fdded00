// Writes the generated tables into the README: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadPackageTypes, packageRoot } from '../test/harness/packageTypes';
import { startSimulators } from '../test/simulator';
import { tables, withTables } from './tables';

async function main(): Promise<void> {
	const types = loadPackageTypes('dist');
	const simulators = await startSimulators(types.nodes.keys());
	const readme = join(packageRoot, 'README.md');
	writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), tables(types, simulators)));
	await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));
}

void main();
