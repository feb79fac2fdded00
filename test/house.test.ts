import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import ts from 'typescript';

import { OPERATION_NAMES, OPERATIONS } from '../nodes/kit/operations';
import { allOfferedBy, loadPackageTypes, manifest, packageRoot } from './harness/packageTypes';

const NODES = join(packageRoot, 'nodes');

/** The folder of each vendor, as registered in package.json. */
const vendorFolders = [...new Set(manifest.n8n.nodes.map((file) => dirname(file.replace(/^dist\//, ''))))].sort();

/** What a vendor's folder consists of: each name is one file, or one folder with an index. */
const ALWAYS = ['answer', 'fields', 'input', 'messages', 'operations', 'paths', 'pickers', 'record', 'refusals'];
const WHERE_NEEDED = ['kinds', 'rotation', 'secrets', 'trigger'];

/** Whether a file is that of a trigger, of which a folder may have one beside its node. */
const isOfTrigger = (file: string) => /Trigger\.node\.(ts|js)$/.test(file);

/** Operations whose file has another name: n8n's lint takes one called “test” for a leftover. */
const FILE_OF: Record<string, string> = { test: 'tryOut' };

/** The operations that the node in a vendor's folder offers; those that every node has, where a new vendor comes from. */
function operationsIn(folder: string): string[] {
	if (folder === TEMPLATE) return OPERATION_NAMES.filter((name) => OPERATIONS[name].isOptional !== true);
	const file = manifest.n8n.nodes.find((each) => dirname(each) === `dist/${folder}` && !isOfTrigger(each))!;
	const className = basename(file, '.node.js');
	return allOfferedBy([...loadPackageTypes('source').nodes.values()].find(({ constructor }) => constructor.name === className)!);
}

/** Where a new vendor comes from. */
const TEMPLATE = 'new-vendor/templates/nodes/__Name__';

describe.each([...vendorFolders, TEMPLATE])('%s', (folder) => {
	const own = readdirSync(join(packageRoot, folder)).filter((name) => !/\.(node\.ts|node\.json|svg)$/.test(name) && name !== '__schema__');
	const names = own.map((name) => name.replace(/\.ts$/, ''));

	test('has the files that every vendor has, and no others', () => {
		expect(names.filter((name) => !WHERE_NEEDED.includes(name)).sort()).toEqual(ALWAYS);
		expect(readdirSync(join(packageRoot, folder, 'operations')).sort()).toEqual(operationsIn(folder).map((name) => `${FILE_OF[name] ?? name}.ts`).sort());
		for (const name of own.filter((each) => !each.endsWith('.ts') && each !== 'operations')) {
			expect(readdirSync(join(packageRoot, folder, name))).toContain('index.ts');
		}
	});

	const nodeFiles = readdirSync(join(packageRoot, folder)).filter((name) => name.endsWith('.node.ts'));

	test('has one node, and a trigger if anything beside it', () => {
		expect(nodeFiles.filter((file) => !isOfTrigger(file))).toHaveLength(1);
		expect(nodeFiles.filter(isOfTrigger).length).toBeLessThanOrEqual(1);
		expect(nodeFiles.some(isOfTrigger)).toBe(names.includes('trigger'));
	});

	test.each(nodeFiles)('has in %s texts that are handed over, and nothing else', (file) => {
		const source = readFileSync(join(packageRoot, folder, file), 'utf8');
		const imported = [...source.matchAll(/from '(\.[^']*)'/g)].map(([, path]) => path);
		const [described, ...others] = ts.createSourceFile(file, source, ts.ScriptTarget.Latest).statements.filter((statement) => !ts.isImportDeclaration(statement));
		expect(others).toEqual([]);
		const members = (described as ts.ClassDeclaration).members.map(({ name }) => (name as ts.Identifier).text);
		if (!isOfTrigger(file)) {
			expect(imported.sort()).toEqual(['../kit', './fields', './record']);
			expect(members).toEqual(['description', 'methods', 'execute']);
			return;
		}
		// The record is there for the pickers alone.
		expect(imported.filter((path) => path !== './record').sort()).toEqual(['../kit', './fields', './trigger']);
		expect(members.filter((member) => member !== 'methods')).toEqual(['description', 'poll']);
	});
});

describe('the border between vendors, kit and engine', () => {
	const REFUSED: Array<[place: string, specifier: string, message: RegExp]> = [
		['nodes/Nylas/record.ts', '../engine/run/execute', /private/],
		['nodes/Nylas/operations/update.ts', '../../engine/secrets/redaction', /private/],
		['nodes/Nylas/operations/update.ts', '../../kit/parameters', /index/],
		['nodes/Nylas/operations/update.ts', '../../Dx/answer', /no other vendor/],
		['credentials/NylasApi.credentials.ts', '../nodes/engine/request/signing', /private/],
		['credentials/NylasApi.credentials.ts', '../nodes/kit/credential', /index/],
		['credentials/NylasApi.credentials.ts', '../nodes/Nylas/record', /paths alone/],
		['nodes/kit/parameters.ts', '../engine/run/options', /reach into the engine/],
		['nodes/kit/parameters.ts', './index', /file itself/],
		['nodes/kit/parameters.ts', '../Nylas/record', /no vendor/],
		['nodes/engine/run/execute.ts', '../../kit', /file itself/],
		['nodes/engine/run/execute.ts', '../../kit/node', /file itself/],
		['nodes/engine/run/execute.ts', '../../Nylas/record', /no vendor/],
	];
	const ALLOWED: Array<[place: string, specifier: string]> = [
		['nodes/Nylas/record.ts', '../kit'],
		['nodes/Nylas/operations/update.ts', '../answer'],
		['credentials/NylasApi.credentials.ts', '../nodes/kit'],
		['credentials/NylasApi.credentials.ts', '../nodes/Nylas/paths'],
		['nodes/kit/node.ts', '../engine/run/execute'],
		['nodes/engine/run/execute.ts', '../../kit/record'],
	];
	const said = refusals([...REFUSED, ...ALLOWED].map(([place, specifier]) => ({ place, specifier })));

	test.each(REFUSED)('%s may not import %s', (place, specifier, message) => {
		expect(said[`${place} ${specifier}`]).toEqual([expect.stringMatching(message)]);
	});

	test.each(ALLOWED)('%s may import %s', (place, specifier) => {
		expect(said[`${place} ${specifier}`]).toEqual([]);
	});

	test('the kit and the engine name no vendor, not even in a comment', () => {
		// What the nodes run in is no vendor to them: of the one for its own credentials, the name of the node counts.
		const isHost = (name: string) => name === 'n8n';
		const { nodes } = loadPackageTypes('source');
		const names = [...nodes.values()].flatMap(({ description }) => [description.name, description.displayName.replace(/( API| Connection| Connector)? Credentials$/, '')]).filter((name) => !isHost(name));
		const words = names.map((name) => new RegExp(`\\b${name.replaceAll(' ', '\\s?')}\\b`, 'i'));

		const found = [...filesBelow(join(NODES, 'kit')), ...filesBelow(join(NODES, 'engine'))].flatMap((file) => {
			const source = readFileSync(file, 'utf8');
			return words.filter((word) => word.test(source)).map((word) => `${file}: ${word.source}`);
		});
		expect(words.length).toBeGreaterThan(4);
		expect(found).toEqual([]);
	});

	test('the index of the kit offers nothing that nobody takes, and its files nothing but what it offers or the engine takes', () => {
		const exportedBy = (file: string) =>
			[...readFileSync(file, 'utf8').matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm)].map(([, name]) => name!);
		const index = readFileSync(join(NODES, 'kit', 'index.ts'), 'utf8');
		const offered = [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) =>
			names!.split(',').map((name) => name.replace('type ', '').trim()).filter(Boolean),
		);
		const takers = [...vendorFolders.map((folder) => join(packageRoot, folder)), join(packageRoot, 'credentials')].flatMap(filesBelow);
		const taken = takers.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8')).join('\n');
		const engine = filesBelow(join(NODES, 'engine')).map((file) => readFileSync(file, 'utf8')).join('\n');
		const ofKit = filesBelow(join(NODES, 'kit')).filter((file) => !file.endsWith('index.ts'));

		expect(offered.length).toBeGreaterThan(50);
		expect(offered.filter((name) => !new RegExp(`\\b${name}\\b`).test(taken))).toEqual([]);
		const unknown = ofKit.flatMap((file) => {
			const others = ofKit.filter((other) => other !== file).map((other) => readFileSync(other, 'utf8'));
			const takenInside = [engine, ...others].join('\n');
			return exportedBy(file).filter((name) => !offered.includes(name) && !new RegExp(`\\b${name}\\b`).test(takenInside));
		});
		expect(unknown).toEqual([]);
	});
});

test('the tree that CONTRIBUTING draws has every file of kit and engine, and every name of a vendor’s files', () => {
	const contributing = readFileSync(join(packageRoot, 'CONTRIBUTING.md'), 'utf8');
	const drawn = ['nodes/kit', 'nodes/engine/run', 'nodes/engine/operation', 'nodes/engine/request', 'nodes/engine/secrets', 'nodes/engine/poll', 'credentials'];

	expect(drawn.filter((folder) => !existsSync(join(packageRoot, folder)))).toEqual([]);
	for (const file of [...filesBelow(join(NODES, 'kit')), ...filesBelow(join(NODES, 'engine'))]) {
		expect([file, contributing.includes(file.split('/').at(-1)!)]).toEqual([file, true]);
	}
	for (const name of [...ALWAYS, ...WHERE_NEEDED]) expect(contributing).toMatch(new RegExp(`\\b${name}\\b`));
});

/**
 * What the project's lint says of files in these places that import this, by place and import. In a process of its own: the
 * configuration is an ES module, which jest cannot load.
 */
function refusals(cases: Array<{ place: string; specifier: string }>): Record<string, string[]> {
	// The one rule alone, which needs no types: to load those takes longest.
	const script = `
		import { ESLint } from 'eslint';
		const isBorder = ({ ruleId }) => ruleId === '@typescript-eslint/no-restricted-imports';
		const lint = new ESLint({ ruleFilter: isBorder, overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } } });
		const said = {};
		for (const { place, specifier } of ${JSON.stringify(cases)}) {
			const [{ messages }] = await lint.lintText("import { anything } from '" + specifier + "';\\nexport const used = anything;\\n", { filePath: place });
			said[place + ' ' + specifier] = messages.filter(isBorder).map(({ message }) => message);
		}
		console.log(JSON.stringify(said));`;
	const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: packageRoot, encoding: 'utf8' });
	return JSON.parse(output) as Record<string, string[]>;
}

/** Every file in a folder and the folders in it. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? filesBelow(path) : [path];
	});
}
