import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { tables, withTables } from '../docs/tables';
import { loadPackageTypes, manifest, packageRoot } from './harness/packageTypes';
import { startSimulators } from './simulator';

const read = (path: string) => readFileSync(join(packageRoot, path), 'utf8');

test('the README’s generated tables are up to date (`npm run docs` writes them)', async () => {
	const types = loadPackageTypes('source');
	const simulators = await startSimulators(types.nodes.keys());
	const readme = read('README.md');

	const fresh = withTables(readme, tables(types, simulators));
	await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));

	expect(fresh).toBe(readme);
});

test('every vendor has a worked example, a line on what it cannot do, and a place in the changelog', () => {
	const labels = ['Adobe', 'ThousandEyes', 'Commerce Layer', 'DX', 'Nylas'];
	expect(labels).toHaveLength(manifest.n8n.nodes.length);
	const readme = read('README.md');

	for (const label of labels) {
		expect(readme).toMatch(new RegExp(`^### ${label}.*:`, 'm'));
		expect(readme).toMatch(new RegExp(`^\\| ${label} \\|`, 'm'));
		expect(read('CHANGELOG.md')).toContain(label);
	}
});

test('every script that a document names exists, and every local link leads somewhere', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	for (const document of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/decisions.md']) {
		const text = read(document);
		for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
		for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
			expect(existsSync(join(packageRoot, dirname(document), link!))).toBe(true);
		}
	}
});
