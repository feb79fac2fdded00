// Writes what is generated: parts of the documents, and the nodes' output previews.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { OperationName } from '../nodes/kit/operation';
import { allOfferedBy, loadPackageTypes, packageRoot } from '../test/harness/packageTypes';
import { schemaPath } from '../test/harness/schema';
import { startSimulators } from '../test/simulator';
import { schemaOf } from './schemas';
import { generatedParts, withTables } from './tables';
import { vendorWords } from './vendorWords';

async function main(): Promise<void> {
	const types = loadPackageTypes('source');
	for (const [nodeName, node] of types.nodes) writeSchemas(nodeName, allOfferedBy(node));
	const simulators = await startSimulators(types.nodes.keys());
	for (const [document, parts] of generatedParts(types, vendorWords(types), simulators)) {
		const path = join(packageRoot, document);
		writeFileSync(path, withTables(readFileSync(path, 'utf8'), parts));
	}
	await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));
}

function writeSchemas(nodeName: string, operations: readonly OperationName[]): void {
	for (const operation of operations) {
		const path = schemaPath(nodeName, operation);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, `${JSON.stringify(schemaOf(operation), null, 2)}\n`);
	}
}

void main();
