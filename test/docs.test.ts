import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { INodeProperties } from 'n8n-workflow';

import { tables, withTables } from '../docs/tables';
import type { VendorRecord } from '../nodes/kit/record';
import { loadPackageTypes, manifest, packageRoot } from './harness/packageTypes';
import { startSimulators } from './simulator';

/** Every vendor, by the record that lies beside its node. */
const vendors = manifest.n8n.nodes.filter((file) => !file.endsWith('Trigger.node.js')).map((file) => {
	const folder = dirname(join(packageRoot, file.replace(/^dist\//, '')));
	const [record] = Object.values(require(join(folder, 'record')) as Record<string, VendorRecord>);
	return { label: record!.label, node: record!.name };
});

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
	const readme = read('README.md');

	for (const { label } of vendors) {
		expect(readme).toMatch(new RegExp(`^### ${label}.*:`, 'm'));
		expect(readme).toMatch(new RegExp(`^\\| ${label} \\|`, 'm'));
		expect(read('CHANGELOG.md')).toContain(label);
	}
});

test.each(vendors)('the example for $label names things as the editor does', ({ label, node }) => {
	const [, example = ''] = new RegExp(`^### ${label}.*:.*\n([^#]*)`, 'm').exec(read('README.md')) ?? [];
	const types = loadPackageTypes('source');
	const { displayName, properties } = types.nodes.get(node)!.description;
	const labels = [displayName, ...labelsOf(properties)];
	const credentials = [...types.credentials.values()].map((credential) => credential.displayName);
	const named = [...example.matchAll(/\*\*([^*]+)\*\*/g)].map(([, bold]) => bold!);

	expect(named).toContain(displayName);
	// Whole sentences are bold for their weight, not because the editor shows them.
	expect(named.filter((bold) => !labels.includes(bold) && !bold.includes('changes'))).toEqual([]);
	const [, credential] = /^Credential: \*([^*]+)\*/.exec(example) ?? [];
	expect(credentials).toContain(credential?.replaceAll('\n', ' '));
});

/** The pictures that the README shows. */
const pictures = [...read('README.md').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path!);

test('the README shows a picture of every node', () => {
	expect(pictures).toEqual(expect.arrayContaining(vendors.map(({ node }) => `docs/images/${node}.png`)));
});

test.each(pictures)('the picture %s is there (`npm run screenshots` takes those of nodes), and not heavy', (path) => {
	expect(existsSync(join(packageRoot, path))).toBe(true);
	expect(statSync(join(packageRoot, path)).size).toBeLessThan(150_000);
});

function labelsOf(properties: INodeProperties[]): string[] {
	return properties.flatMap(({ displayName, options = [] }) => [
		displayName,
		...options.flatMap((option) => ('displayName' in option ? [option.displayName] : [])),
	]);
}

test('every script that a document names exists, and every local link leads somewhere', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	for (const document of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/decisions.md', 'docs/scaling.md']) {
		const text = read(document);
		for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
		// Pictures have a test of their own.
		for (const [, link] of text.matchAll(/(?<!!\[[^\]]*)\]\((?!https?:)([^)#]+)\)/g)) {
			expect([link, existsSync(join(packageRoot, dirname(document), link!))]).toEqual([link, true]);
		}
	}
});
