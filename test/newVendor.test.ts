import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import capitalize from 'lodash/capitalize';

import { manifest, packageRoot } from './harness/packageTypes';

/** Far more than all of it takes. */
const PATIENCE_MS = 300_000;

/** Each choice at one of them. They have nothing to do with each other, and so share a copy of the project, and what is run in it. */
const VENDORS = [
	{ name: 'Zorvex', node: 'zorvex', label: 'Zorvex', auth: 'bearer', ids: 'integer', pages: 'none', due: 'updated' },
	{ name: 'QuillHub', node: 'quillHub', label: 'Quill Hub', auth: 'basic', ids: 'text', pages: 'number', due: 'created' },
	{ name: 'Mirador9', node: 'mirador9', label: 'Mirador9', auth: 'header', ids: 'text', pages: 'offset', due: 'expires' },
	{ name: 'TessalIo', node: 'tessalIo', label: 'Tessal Io', auth: 'oauth2', ids: 'integer', pages: 'cursor', due: 'none' },
];

type Vendor = (typeof VENDORS)[number];

const argumentsFor = ({ name, auth, ids, pages, due }: Pick<Vendor, 'name' | 'auth' | 'ids' | 'pages' | 'due'>) => [name, '--auth', auth, '--ids', ids, '--pages', pages, '--due', due];

/** A copy of the project in which vendors are made. */
let project: string;

/** Runs Node in the copy to its end. */
function run(...args: string[]) {
	// Rules of n8n's lint take every file for one of their own tests where the environment speaks of tests.
	const env = { ...process.env, NODE_ENV: '', VENDOR: '', GUESTS: '', FORCE_COLOR: '0' };
	const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', timeout: PATIENCE_MS, env });
	return { status, stdout, stderr };
}

interface Result {
	fullName: string;
	status: string;
	failureMessages: string[];
}

/** Runs test files of the copy, and yields what came of the tests with such a name. */
function jest(pattern: string, ...files: string[]): Result[] {
	run('node_modules/jest/bin/jest.js', '--runInBand', '--json', '--outputFile=report.json', '-t', pattern, ...files.map((name) => `test/${name}.test.ts`));
	const { testResults } = JSON.parse(read('report.json')) as { testResults: Array<{ assertionResults: Result[] }> };
	return testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status !== 'pending');
}

const make = (...args: string[]) => run('new-vendor/main.mjs', ...args);
const read = (path: string) => readFileSync(join(project, path), 'utf8');

beforeAll(() => {
	project = realpathSync(mkdtempSync(join(tmpdir(), 'credential-rotation-new-vendor-')));
	const isNeeded = (path: string) => !/(^|\/)(\.\w.*|node_modules|dist|dist-tools|coverage|e2e|published|findings)$/.test(path.slice(packageRoot.length));
	for (const name of readdirSync(packageRoot).filter((each) => isNeeded(join(packageRoot, each)))) {
		cpSync(join(packageRoot, name), join(project, name), { recursive: true, filter: isNeeded });
	}
	symlinkSync(join(packageRoot, 'node_modules'), join(project, 'node_modules'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('what cannot be made', () => {
	const GOOD = { name: 'Zorvex', auth: 'bearer', ids: 'text', pages: 'none', due: 'updated' };
	const [taken] = manifest.n8n.nodes.map((file) => file.split('/').at(-1)!.replace('.node.js', ''));

	test.each<[string, string[], string]>([
		['no name', argumentsFor(GOOD).slice(1), 'The vendor’s name is missing.'],
		['two names', [...argumentsFor(GOOD), 'Another'], 'One vendor at a time: “Another” is too much.'],
		['a name in small letters', argumentsFor({ ...GOOD, name: 'zorvex' }), '“zorvex” is no name in PascalCase; give words of letters and digits, each with one capital, such as CommerceLayer.'],
		['a name with capitals in a row', argumentsFor({ ...GOOD, name: 'ZorvexIO' }), '“ZorvexIO” is no name in PascalCase; give words of letters and digits, each with one capital, such as CommerceLayer.'],
		['a name that leads elsewhere', argumentsFor({ ...GOOD, name: '../Zorvex' }), '“../Zorvex” is no name in PascalCase; give words of letters and digits, each with one capital, such as CommerceLayer.'],
		['a name with an ending of n8n’s', argumentsFor({ ...GOOD, name: 'ZorvexApi' }), '“ZorvexApi” ends with “Api”, which is added or read elsewhere; give the name of the vendor alone.'],
		['a word of JavaScript', argumentsFor({ ...GOOD, name: 'Delete' }), '“delete” is a word of JavaScript; add the name of the product.'],
		['a vendor that is there', argumentsFor({ ...GOOD, name: capitalize(taken) }), `This package has “${taken}” already; give another name.`],
		['a credential type of n8n’s', argumentsFor({ ...GOOD, name: 'GitHub' }), 'n8n itself has a credential type “GithubApi”, which would stand in for ours; add the name of the product.'],
		['a word of the engine’s', argumentsFor({ ...GOOD, name: 'Limiter' }), 'and kit and engine name no vendor; add the name of the product.'],
		['an option that there is not', [...argumentsFor(GOOD), '--colour', 'blue'], 'There is no option --colour.'],
		['an option twice', [...argumentsFor(GOOD), '--ids=text'], '--ids is given twice.'],
		['an option without its value', argumentsFor(GOOD).slice(0, -1), '--due is “”; it must be one of updated, created, expires, none.'],
		['a value that there is not', argumentsFor({ ...GOOD, auth: 'magic' }), '--auth is “magic”; it must be one of bearer, basic, header, oauth2.'],
		['an option too few', argumentsFor(GOOD).slice(0, -2), '--due is missing; it must be one of updated, created, expires, none.'],
	])('%s is told in one sentence, and nothing is written', (_what, args, sentence) => {
		const before = read('package.json');

		const { status, stdout, stderr } = make(...args);

		expect([status, stdout]).toEqual([1, '']);
		const [said, usage, ...others] = stderr.trimEnd().split('\n');
		expect(said).toContain(sentence);
		expect(usage).toBe('npm run new-vendor -- <Name> --auth bearer|basic|header|oauth2 --ids integer|text --pages number|offset|cursor|none --due updated|created|expires|none');
		expect(others).toEqual([]);
		expect(read('package.json')).toBe(before);
		expect(readdirSync(join(project, 'nodes'))).not.toContain('Zorvex');
	});

	test('a file that is there is left as it is, and nothing else written', () => {
		const file = join(project, 'test/simulator/zorvex.ts');
		writeFileSync(file, 'mine');

		const { status, stderr } = make(...argumentsFor(GOOD));

		expect([status, stderr]).toEqual([1, 'test/simulator/zorvex.ts is there already, so nothing was written.\n']);
		expect(readFileSync(file, 'utf8')).toBe('mine');
		expect(readdirSync(join(project, 'nodes'))).not.toContain('Zorvex');
		rmSync(file);
	});
});

describe('vendors that are made', () => {
	/** Test files of the copy, run once. */
	let tried: Result[];
	/** What the contract suite says of the triggers. */
	let watched: Result[];

	beforeAll(() => {
		// What is generated out of all vendors is written with the last one; it takes longer than all else.
		const generates = read('docs/write.cjs');
		for (const [place, vendor] of VENDORS.entries()) {
			writeFileSync(join(project, 'docs/write.cjs'), place < VENDORS.length - 1 ? '' : generates);
			expect(make(...argumentsFor(vendor))).toMatchObject({ status: 0, stderr: '' });
		}

		const operations = ['changes what the vendor has stored', 'finds a credential', 'lists each of (0|60) ', 'creates one credential', 'deletes this credential', 'emits what its output preview'];
		const own = `^(${VENDORS.map(({ node }) => node).join('|')}): `;
		// All but those of the contract suite, and of that what the operations are there for.
		tried = jest(`${own}.*(${operations.join('|')})|^(?!\\w+: )`, 'contract/update', 'contract/resource', 'docs', 'fillIn', ...VENDORS.flatMap(({ node }) => [`vendors/${node}`, `vendors/${node}Trigger`]));
		watched = jest(own, 'contract/triggers');
	}, PATIENCE_MS);

	test.each(VENDORS)('$name works: each operation, at its simulator', ({ node }) => {
		const own = tried.filter(({ fullName }) => fullName.startsWith(`${node}: `));

		expect(own.length).toBeGreaterThanOrEqual(7);
		expect(own.filter(({ status }) => status !== 'passed').map(({ fullName, failureMessages }) => [fullName, failureMessages])).toEqual([]);
	});

	test.each(VENDORS)('$name has a trigger that keeps all that is promised of triggers', ({ node }) => {
		const own = watched.filter(({ fullName }) => fullName.startsWith(`${node}: `));

		expect(own.length).toBeGreaterThan(40);
		expect(own.filter(({ status }) => status !== 'passed').map(({ fullName, failureMessages }) => [fullName, failureMessages])).toEqual([]);
	});

	test.each(VENDORS)('$name is found in n8n by its other words', ({ name }) => {
		for (const file of [`${name}.node.json`, `${name}Trigger.node.json`]) {
			const { alias, resources } = JSON.parse(read(`nodes/${name}/${file}`)) as { alias: string[]; resources?: object };
			expect(alias).toContain('rotate');
			// n8n leaves out the whole of a codex that has none.
			expect([file, resources]).toEqual([file, {}]);
		}
	});

	test('leave red, by its name, what a person has to fill in, and nothing else', () => {
		const red = tried.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName.replace(/ has yet to be told .+$/, ''));

		const wanted = VENDORS.flatMap(({ name, node, label, auth, pages }) => [
			...Array.from({ length: 4 }, () => `docs/vendors/${node}.md`),
			...['what it keeps', `something under “What ${label} cannot do”`, 'something under “Limits”'].map((what) => `the page of ${label} says ${what}`),
			...[`the picture docs/images/${node}.png is there (\`npm run screenshots\` takes those of nodes), and not heavy`],
			...Array.from({ length: { bearer: 4, basic: 4, header: 5, oauth2: 6 }[auth]! }, () => `credentials/${name}Api.credentials.ts`),
			...[`${name}.node.json`, `${name}.node.ts`, `${name}Trigger.node.json`, 'answer.ts', 'fields.ts', 'fields.ts', 'operations/create.ts', 'operations/update.ts', 'paths.ts', 'trigger.ts'].map((file) => `nodes/${name}/${file}`),
			...['record.ts', 'record.ts', 'refusals.ts', 'refusals.ts', 'refusals.ts', ...(pages === 'none' ? [] : ['operations/getAll.ts'])].map((file) => `nodes/${name}/${file}`),
			...Array.from({ length: 3 }, () => `test/simulator/${node}.ts`),
			`test/vendors/${node}.test.ts`,
		]);
		expect(red.sort()).toEqual(wanted.sort());
		expect(tried.find(({ fullName }) => fullName.startsWith('nodes/Zorvex/record.ts'))!.failureMessages[0]).toMatch(/Fill it in at nodes\/Zorvex\/record\.ts:\d+/);
	});

	test('have no fault that lint or the compiler finds', () => {
		const files = VENDORS.flatMap(({ name, node }) => [`nodes/${name}/**/*.ts`, `credentials/${name}Api.credentials.ts`, `test/*/${node}.ts`, `test/*/${node}.test.ts`, `test/*/${node}Trigger.test.ts`]);

		const { stdout, stderr } = run('--input-type=module', '-e', LINT_AND_TYPES, JSON.stringify(files));

		expect(stderr).toBe('');
		const { found, looked } = JSON.parse(stdout) as { found: string[]; looked: number };
		expect(looked).toBe(VENDORS.length * 20 + 1);
		expect(found).toEqual([]);
	}, PATIENCE_MS);
});

/** What the compiler and lint say of some files of the project, by its own rules: in one process, because both need the types, which take longest. */
const LINT_AND_TYPES = `
	import { ESLint } from 'eslint';
	import ts from 'typescript';
	const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
	const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: JSON.parse(process.argv[1]) }, ts.sys, process.cwd());
	const program = ts.createProgram(fileNames, { ...options, noEmit: true });
	const diagnostics = fileNames.map((file) => program.getSourceFile(file)).flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
	const lint = new ESLint({ overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false, programs: [program] } } } });
	const results = await lint.lintFiles(['package.json', ...fileNames]);
	const found = [
		...diagnostics.map(({ file, messageText }) => file.fileName + ': ' + ts.flattenDiagnosticMessageText(messageText, ' ')),
		...results.flatMap(({ filePath, messages }) => messages.map(({ ruleId, message }) => filePath + ': ' + message + ' (' + ruleId + ')')),
	];
	console.log(JSON.stringify({ found, looked: results.length }));`;
