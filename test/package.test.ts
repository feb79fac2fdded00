import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { LazyPackageDirectoryLoader, loadOutputSchema, PackageDirectoryLoader } from 'n8n-core';
import {
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type ICredentialTestFunctions,
	type ICredentialType,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';
import ts from 'typescript';

import { schemaOf } from '../docs/schemas';
import type { OperationName } from '../nodes/kit/operation';
import { OPERATION_NAMES, OPERATIONS, resourceOf } from '../nodes/kit/operations';
import { loadPackageTypes, manifest, packageRoot } from './harness/packageTypes';
import { vendorRecords } from './harness/vendorRecords';

/** `npm test` builds first. */
const DIST = join(packageRoot, 'dist');

const types = loadPackageTypes('source');
const descriptions = [...types.nodes.values()].map(({ description }) => description);
const triggers = [...types.triggers.values()].map(({ description }) => description);
const everything = [...descriptions, ...triggers];

describe('the built package', () => {
	beforeAll(() => {
		if (!existsSync(DIST)) throw new Error('There is no dist/ yet: run `npm run build` first.');
	});

	test('is loaded by n8n’s own loader, icons and codex included', async () => {
		const loader = new PackageDirectoryLoader(packageRoot);
		await loader.loadAll();

		expect(loader.types.nodes.map(({ name }) => name).sort()).toEqual(everything.map(({ name }) => name).sort());
		expect(loader.types.credentials.map(({ name }) => name).sort()).toEqual([...types.credentials.keys()].sort());
		for (const node of loader.types.nodes) {
			expect(node.codex?.categories?.length).toBeGreaterThan(0);
			expect(node.codex?.alias).toContain('rotate');
			// What somebody types who looks for what the node is there for.
			for (const word of ['secret', 'credential', 'password', 'API key', 'vault', 'rotation']) expect(node.codex?.alias).toContain(word);
			// A trigger that cannot tell what is due is not found by that.
			const tells = types.triggers.get(node.name)?.description;
			const knowsDates = tells === undefined || (property(tells, 'events').options as Array<{ value: string }>).some(({ value }) => value === 'due');
			for (const word of ['expire', 'expiring', 'due']) expect([word, node.codex?.alias?.includes(word)]).toEqual([word, knowsDates]);
			for (const { url } of [...(node.codex?.resources?.primaryDocumentation ?? []), ...(node.codex?.resources?.credentialDocumentation ?? [])]) {
				expect(url).toMatch(/^https:\/\/(?!.*example\.com)/);
			}
			// n8n's search wants the words in the order in which they stand in a name or an alias.
			if (!types.triggers.has(node.name)) for (const phrase of [/^\w.* rotate credentials$/, /^\w.* rotate secrets$/, /^rotate \w.* credentials$/, /^rotate \w.* secrets$/]) {
				expect(node.codex?.alias).toContainEqual(expect.stringMatching(phrase));
			}
			expectIconPair(node.iconUrl);
		}
		for (const credential of loader.types.credentials) expectIconPair(credential.iconUrl);
	});

	test('tells n8n’s start what is in it without being loaded, and the same as when it is', async () => {
		const lazy = new LazyPackageDirectoryLoader(packageRoot);
		await lazy.loadAll();
		const full = new PackageDirectoryLoader(packageRoot);
		await full.loadAll();

		expect(lazy.isLazyLoaded).toBe(true);
		expect(Object.keys(lazy.nodeTypes)).toEqual([]);
		// As JSON: a description may have keys without a value.
		const told = ({ known, types: { nodes, credentials } }: PackageDirectoryLoader) => JSON.parse(JSON.stringify({ known, nodes, credentials })) as unknown;
		expect(told(lazy)).toEqual(told(full));
		for (const name of Object.keys(lazy.known.nodes)) expect(lazy.getNode(name).type).toHaveProperty('description.name', name);
		for (const name of Object.keys(lazy.known.credentials)) expect(lazy.getCredential(name).type).toHaveProperty('name', name);
	});

	test('brings an output preview for every operation, where n8n’s editor looks for it', () => {
		for (const file of manifest.n8n.nodes.filter(isOfNode)) {
			const { description } = descriptionOf(file);
			const switches = description.properties.filter(({ name }) => name === 'operation').map(({ options }) => (options as Array<{ value: OperationName }>).map(({ value }) => value));
			for (const own of switches) expect(OPERATION_NAMES.filter((name) => own.includes(name))).toEqual(own);
			const names = switches.flat();
			expect(names).toEqual(expect.arrayContaining(OPERATION_NAMES.filter((name) => !OPERATIONS[name].isOptional)));
			for (const value of names) {
				const schema = loadOutputSchema({
					nodeDir: dirname(join(packageRoot, file)),
					version: description.version as number,
					resource: resourceOf(value),
					operation: value,
				});
				expect(schema).toEqual(schemaOf(value));
			}
		}
	});

	test('is packed without anything but what n8n needs, and small', () => {
		const [packed] = JSON.parse(
			execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: packageRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
		) as [{ size: number; files: Array<{ path: string }> }];

		const outside = packed.files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
		expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE.md', 'README.md', 'package.json']);
		// As many vendors as there are may take their room.
		expect(packed.size / manifest.n8n.nodes.length).toBeLessThan(20_000);
		const inDist = packed.files.map(({ path }) => path).filter((path) => path.startsWith('dist/'));
		expect(inDist.filter((path) => !/\.(js|svg|json)$/.test(path))).toEqual([]);
	});

	test('brings no dependency, and asks only for n8n-workflow', () => {
		const { dependencies, peerDependencies, scripts, overrides } = JSON.parse(
			readFileSync(join(packageRoot, 'package.json'), 'utf8'),
		) as Record<string, Record<string, string> | undefined>;

		expect(dependencies).toBeUndefined();
		expect(overrides).toBeUndefined();
		expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const lifecycle = /^(pre|post)?(install|prepare|publish|prepublishOnly|pack)$/;
		expect(Object.keys(scripts!).filter((name) => lifecycle.test(name))).toEqual([]);
	});

	test('imports at run time only what n8n ships', () => {
		const allowed = new Set(['n8n-workflow', 'luxon', 'lodash', 'p-limit', 'zod', 'crypto']);
		const imported = filesBelow(DIST)
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name!))
			.filter((name) => !name.startsWith('.'))
			.map((name) => name.split('/')[0]!);

		expect(imported.length).toBeGreaterThan(0);
		expect(imported.filter((name) => !allowed.has(name))).toEqual([]);
	});
});

describe.each(descriptions.map((description) => [description.name, description] as const))('node %s', (name, description) => {
	test('looks the same everywhere: resource, operation, tool, subtitle, locator', () => {
		expect(description).toMatchObject({ version: 1, usableAsTool: true, subtitle: expect.any(String) as string });
		expect(property(description, 'resource')).toMatchObject({ default: 'credential', noDataExpression: true });
		expect(property(description, 'operation')).toMatchObject({ default: 'update', noDataExpression: true });
		const locator = property(description, 'credentialId');
		expect(locator).toMatchObject({ type: 'resourceLocator', required: true });
		expect(locator.modes?.map((mode) => mode.name).slice(0, 2)).toEqual(['list', 'id']);
	});

	test('has the selectors of its n8n credentials at the top, above the pickers that need one', () => {
		expect(description.properties.map(({ type }) => type).indexOf('credentials')).toBe(0);
	});

	test('has no parameter that n8n’s editor takes for a way to sign in, for which it would hide the others', () => {
		const shows = (description.credentials ?? []).map(({ displayOptions }) => displayOptions?.show ?? {});
		// Hidden ones, too, and those of one name each by itself. The editor asks whether every value shows a credential: so does none.
		for (const { name: parameter, options = [] } of description.properties.filter((each) => shows.some((show) => each.name in show))) {
			const values = options.map((option) => 'value' in option && option.value);
			const deciding = shows.flatMap((show) => show[parameter] ?? []);
			expect([parameter, values.every((value) => deciding.includes(value as never))]).toEqual([parameter, false]);
		}
	});

	test('shows its selectors of credentials by no pattern, which n8n gives up on a busy machine', () => {
		expect(JSON.stringify(description.credentials)).not.toContain('"regex"');
	});

	test('names its actions as people look for them, without an article', () => {
		for (const option of property(description, 'operation').options as Array<{ value: string; action: string }>) {
			expect(option.action).not.toMatch(/ an? /);
			const rotates = option.value === 'update' && description.credentials?.some((each) => each.name === 'rotationSecretApi' && JSON.stringify(each.displayOptions?.show?.operation).includes('update'));
			expect(option.action.startsWith('Update or rotate ')).toBe(rotates === true);
		}
	});

	test('shows what an agent may do only where an agent calls it', () => {
		const forAgents = allProperties(description.properties).filter((each) => /FromAgent$/.test(each.name));
		expect(forAgents.length).toBeGreaterThan(0);
		for (const each of forAgents) {
			const isShown = (nodeName: string) => NodeHelpers.displayParameter({ secretSource: 'fields' }, each, null, { ...description, name: nodeName });
			expect([isShown(name), isShown(`${name}Tool`)]).toEqual([false, true]);
		}
	});

	test('no locator says on which parameters it depends: n8n’s editor would empty it when another node comes into the panel', () => {
		expect(allProperties(description.properties).filter(({ typeOptions }) => typeOptions?.loadOptionsDependsOn !== undefined)).toEqual([]);
	});

	test('every list of a locator has its method', () => {
		const methods = types.nodes.get(name)?.methods?.listSearch ?? {};
		const wanted = allProperties(description.properties).flatMap(({ modes = [] }) =>
			modes.map(({ typeOptions }) => typeOptions?.searchListMethod).filter((method) => method !== undefined),
		);

		expect(wanted.length).toBeGreaterThan(0);
		expect(Object.keys(methods).sort()).toEqual([...new Set(wanted)].sort());
	});

	test('only mode switches take no expressions', () => {
		const switches = ['resource', 'operation', 'apiVersion', 'authenticationKind', 'credentialDataKind', 'secretSource'];
		const isSwitch = ({ name: parameter }: INodeProperties) => switches.includes(parameter);

		for (const parameter of allProperties(description.properties)) {
			expect([parameter.name, parameter.noDataExpression ?? false]).toEqual([parameter.name, isSwitch(parameter)]);
		}
	});

	test('collections are sorted as they are shown', () => {
		for (const { options, type } of allProperties(description.properties)) {
			if (type !== 'collection' || options === undefined) continue;
			const names = options.map((option) => (option as INodeProperties).displayName);
			expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		}
	});

	test('its texts say what to do, in n8n’s words', () => {
		const texts = allProperties(description.properties).flatMap(({ displayName, description: text, placeholder }) => [
			displayName,
			text ?? '',
			placeholder ?? '',
		]);

		expect(texts.filter((text) => /\b(error|problem|failure|mistake)s?\b/i.test(text))).toEqual([]);
		const booleans = allProperties(description.properties).filter(({ type }) => type === 'boolean');
		expect(booleans.filter(({ description: text }) => !text?.startsWith('Whether'))).toEqual([]);
	});

	test('masks every parameter whose name speaks of a secret', () => {
		const secretNames = /(secret|password|token|^value$|privateKey$|sshKey|secretKey|servicePrincipalKey|connectionString|credentialJson|credentialDataJson)/i;
		// What a connector's settings hold is not secret by their documentation.
		const settings = allProperties(description.properties).filter(({ name: parameter }) => parameter === 'settings');
		const properties = allProperties(description.properties).filter(
			(each) => each.type === 'string' && secretNames.test(each.name) && !allProperties(settings).includes(each),
		);

		expect(properties.filter(({ typeOptions }) => typeOptions?.password !== true).map((each) => each.name)).toEqual([]);
	});
});

describe.each(triggers.map((description) => [description.name, description] as const))('trigger %s', (name, description) => {
	test('looks the same everywhere: no input, polled, no tool, its credentials at the top, what it is for beside its name', () => {
		expect(description).toMatchObject({ version: 1, group: ['trigger'], polling: true, inputs: [], subtitle: expect.any(String) as string });
		expect(description.usableAsTool).toBeUndefined();
		expect(name).toMatch(/Trigger$/);
		expect(description.displayName).toMatch(/ Trigger$/);
		expect(description.defaults.name).toBe(description.displayName);
		expect(description.properties.map(({ type }) => type).indexOf('credentials')).toBe(0);
		expect(types.nodes.get(name.replace(/Trigger$/, ''))!.description.displayName).toBe(description.displayName.replace(/ Trigger$/, ''));
	});

	test('every list of a locator has its method', () => {
		const methods = types.triggers.get(name)?.methods?.listSearch ?? {};
		const wanted = allProperties(description.properties).flatMap(({ modes = [] }) =>
			modes.map(({ typeOptions }) => typeOptions?.searchListMethod).filter((method) => method !== undefined),
		);

		expect(Object.keys(methods).sort()).toEqual([...new Set(wanted)].sort());
	});

	test('its texts say what to do, in n8n’s words; collections are sorted as they are shown', () => {
		const properties = allProperties(description.properties);
		const texts = properties.flatMap(({ displayName, description: text, placeholder }) => [displayName, text ?? '', placeholder ?? '']);
		expect(texts.filter((text) => /\b(error|problem|failure|mistake)s?\b/i.test(text))).toEqual([]);
		expect(properties.filter(({ type, description: text }) => type === 'boolean' && !text?.startsWith('Whether'))).toEqual([]);
		for (const { options, type } of properties) {
			if (type !== 'collection' || options === undefined) continue;
			const names = options.map((option) => (option as INodeProperties).displayName);
			expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		}
	});

	test('only mode switches take no expressions, and no filter takes a credential in or out by time alone', () => {
		expect(allProperties(description.properties).filter(({ noDataExpression }) => noDataExpression).map((each) => each.name)).toEqual(property(description, 'apiVersion') === undefined ? [] : ['apiVersion']);
		const filters = allProperties([property(description, 'filters')].filter((each) => each !== undefined));
		expect(filters.filter((each) => /since|days|before|within/i.test(each.name))).toEqual([]);
	});
});

describe.each([...types.credentials.values()].map((credential) => [credential.name, credential] as const))(
	'credential %s',
	(_name, credential) => {
		if (isSecretStore(credential)) return describeSecretStore(credential);

		test('signs requests itself, can be tested, and says where its documentation is', () => {
			expect(credential.authenticate).toEqual(expect.any(Function));
			expect(credential.test?.request.url).toMatch(/^\//);
			expect(credential.documentationUrl).toMatch(/^https:\/\//);
			expect(credential.properties.map(({ name }) => name)).toContain('baseUrl');
		});

		test('keeps what it fetches hidden from the editor, and masks every secret that is typed in', () => {
			const hidden = credential.properties.filter(({ type }) => type === 'hidden');
			expect(hidden).toHaveLength(credential.preAuthentication === undefined ? 0 : 1);
			for (const { typeOptions } of hidden) expect(typeOptions).toMatchObject({ expirable: true, password: true });

			const secrets = credential.properties.filter(({ name }) => /(secret|token|key|password)$/i.test(name));
			expect(secrets.length).toBeGreaterThan(0);
			expect(secrets.filter(({ typeOptions }) => typeOptions?.password !== true)).toEqual([]);
		});
	},
);

test('no sentence for people has one of the words that n8n’s guidelines advise against', () => {
	const sources = ['nodes', 'credentials'].flatMap((folder) => filesBelow(join(packageRoot, folder)));

	const found = sources.filter((file) => file.endsWith('.ts')).flatMap(sentencesIn);

	expect(found.length).toBeGreaterThan(100);
	expect(found.filter((text) => /\b(error|problem|failure|mistake)s?\b/i.test(text))).toEqual([]);
});

/** Every text in a source file that has words with blanks between them. */
function sentencesIn(file: string): string[] {
	const texts: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) texts.push(node.text);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
	return texts.filter((text) => /\w \w/.test(text));
}

/** Of HTML, what n8n lets stand in a notice: it drops other tags without a word, line breaks included. */
const NOTICE_TAGS = ['a', 'ul', 'li'];

test('notices hold no tags but those that n8n shows', () => {
	const properties = [...everything, ...types.credentials.values()].flatMap((each) => allProperties(each.properties));
	const notices = properties.filter(({ type }) => type === 'notice').map(({ displayName }) => displayName);

	expect(notices.length).toBeGreaterThan(0);
	const tags = notices.flatMap((notice) => [...notice.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag!));
	expect(tags.filter((tag) => !NOTICE_TAGS.includes(tag))).toEqual([]);
});

describe('the repository', () => {
	test('names every registered file, and registers every node and credential that it has', () => {
		const sources = (folder: string, suffix: string) =>
			filesBelow(join(packageRoot, folder))
				.filter((file) => file.endsWith(suffix))
				.map((file) => file.slice(packageRoot.length + 1).replace(/\.ts$/, '.js'))
				.map((file) => `dist/${file}`);

		expect([...manifest.n8n.nodes].sort()).toEqual(sources('nodes', '.node.ts').sort());
		expect([...manifest.n8n.credentials].sort()).toEqual(sources('credentials', '.credentials.ts').sort());
	});

	test('has a codex beside each node, speaking of that node', () => {
		for (const file of manifest.n8n.nodes) {
			const codex = join(packageRoot, file.replace(/^dist\//, '').replace(/\.js$/, '.json'));
			const { node } = JSON.parse(readFileSync(codex, 'utf8')) as { node: string };
			const folder = dirname(codex);
			expect(readdirSync(folder).filter((each) => each.endsWith('.svg'))).toHaveLength(2);
			expect(everything.map(({ name }) => `${manifest.name}.${name}`)).toContain(node);
			expect(node.toLowerCase()).toBe(`${manifest.name}.${basename(file, '.node.js')}`.toLowerCase());
		}
	});
});

/** Whether a file is that of a node that works on items. */
function isOfNode(file: string): boolean {
	return !file.endsWith('Trigger.node.js');
}

function descriptionOf(file: string) {
	const name = basename(file, '.node.js');
	return [...types.nodes.values()].find(({ constructor }) => constructor.name === name)!;
}

function expectIconPair(icon: unknown): void {
	const { light, dark } = icon as { light: string; dark: string };
	expect(light).not.toBe(dark);
	for (const url of [light, dark]) {
		const path = url.replace(`icons/${manifest.name}/`, '');
		expect(existsSync(join(packageRoot, path))).toBe(true);
		expect(readFileSync(join(packageRoot, path), 'utf8')).toContain('<svg');
	}
}

function property({ properties }: INodeTypeDescription, name: string): INodeProperties {
	return properties.find((candidate) => candidate.name === name)!;
}

function allProperties(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((each) => [
		each,
		...(each.options ?? []).flatMap((option) => {
			if ('values' in option) return allProperties(option.values);
			return 'type' in option ? allProperties([option]) : [];
		}),
	]);
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? filesBelow(path) : [path];
	});
}

/** Whether a credential type signs nothing, and only keeps secrets for the nodes. */
function isSecretStore({ authenticate }: ICredentialType): boolean {
	return authenticate === undefined;
}

function describeSecretStore({ name, properties, documentationUrl }: ICredentialType): void {
	test('has pairs of fixed names, each shown after the one before, and every value masked', () => {
		const pairs = Array.from({ length: 10 }, (_, index) => [`name${index + 1}`, `value${index + 1}`]).flat();
		const written = name === 'rotationSecretApi' ? ['rotation'] : ['probe'];
		expect(properties.map((property) => property.name)).toEqual(['examplesNotice', ...pairs, 'valuesJson', ...written]);
		const masked = properties.filter(({ typeOptions }) => typeOptions?.password === true).map((property) => property.name);
		expect(masked).toEqual([...pairs.filter((each) => each.startsWith('value')), 'valuesJson']);
		for (const [name2, isShown] of [['', false], ['client_secret', true]] as const) {
			const value3 = properties.find((property) => property.name === 'value3')!;
			expect(NodeHelpers.displayParameter({ name1: 'client_id', name2 }, value3, null, null)).toBe(isShown);
		}
		// See where they are made: by a condition on what is shown, n8n 2.8 would take them for required.
		expect(properties.filter(({ displayOptions }) => displayOptions?.show !== undefined)).toEqual([]);
		expect(documentationUrl).toMatch(/^https:\/\//);
	});

	test('explains itself by a filled example for every vendor that takes a secret', () => {
		const [{ type, displayName: examples }] = properties as [INodeProperties];
		expect(type).toBe('notice');
		for (const { description } of types.nodes.values()) {
			if (!description.credentials?.some((each) => each.name === name)) continue;
			const { label } = vendorRecords.find((vendor) => vendor.name === description.name)!;
			expect(examples).toMatch(new RegExp(`<li>${label}\\b[^<=]*: [\\w.]+ = \\w`));
		}
	});

	test('can be tested by every node that takes it', () => {
		const takers = [...types.nodes.values()].filter(({ description }) => description.credentials?.some((each) => each.name === name));
		expect(takers.length).toBeGreaterThan(0);
		for (const { description, methods } of takers) {
			const { testedBy, displayName, required } = description.credentials!.find((each) => each.name === name)!;
			// By this the node’s own sentences call the selector; that one is needed, the node says itself where it is.
			expect([displayName, required]).toEqual([name === 'rotationSecretApi' ? 'New Secret' : 'Secret Before', false]);
			expect(methods!.credentialTest![testedBy as string]).toEqual(expect.any(Function));
		}
	});

	test.each<[string, ICredentialDataDecryptedObject, string, RegExp]>([
		['pairs', { name1: 'value', value1: 'canary' }, 'OK', /^Holds “value”$/],
		['values of many', { valuesJson: '{"1":{"value":"canary"},"2":{"value":"canary"}}' }, 'OK', /^Holds 2 entries$/],
		['nothing', {}, 'Error', /is empty\. Enter the name and the value of at least one field in it\.$/],
		['a name without a value', { name1: 'value', value1: '' }, 'Error', /^No value is filled in for “value”\./],
		['text that is no JSON', { valuesJson: 'canary' }, 'Error', /not valid JSON/],
	])('its test in the editor says of %s what is there or missing, names only', async (_case, data, status, message) => {
		const [taker] = [...types.nodes.values()].filter(({ description }) => description.credentials?.some((each) => each.name === name));
		const testIt = taker!.methods!.credentialTest!.testStoredSecret!;

		const answer = await testIt.call({} as ICredentialTestFunctions, { id: '1', name: 'mine', type: name, data });

		expect(answer).toMatchObject({ status, message: expect.stringMatching(message) as string });
		expect(answer.message).not.toContain('canary');
	});
}
