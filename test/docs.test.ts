import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { INodeProperties } from 'n8n-workflow';

import { MESSAGES } from '../nodes/kit/messages';
import type { Messages } from '../nodes/kit/sentences';
import { generatedParts, vendorPage, withTables } from '../docs/tables';
import { vendorWords } from '../docs/vendorWords';
import { loadPackageTypes, packageRoot } from './harness/packageTypes';
import { vendorRecords } from './harness/vendorRecords';
import { startSimulators } from './simulator';

const vendors = vendorRecords.map(({ label, name }) => ({ label, node: name }));

const read = (path: string) => readFileSync(join(packageRoot, path), 'utf8');

/** Every page that people read, by its path. */
const documents = [
	...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
	...readdirSync(join(packageRoot, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

test('what is generated is up to date in every document (`npm run docs` writes it)', async () => {
	const types = loadPackageTypes('source');
	const simulators = await startSimulators(types.nodes.keys());
	const parts = generatedParts(types, vendorWords(types), simulators);
	await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));

	expect([...parts.keys()]).toEqual(expect.arrayContaining(vendors.map(({ node }) => vendorPage(node))));
	for (const [document, fresh] of parts) {
		const text = read(document);
		expect(withTables(text, fresh)).toBe(text);
	}
});

test.each(documents)('what is generated in %s says each thing once: no heading twice, and no row or bullet twice in a table or list', (document) => {
	const parts = [...read(document).matchAll(/<!-- generated: [\s\S]*?<!-- end -->/g)].map(([part]) => part);
	const headings = parts.flatMap((part) => part.match(/^#+ .+$/gm) ?? []);
	const blocks = parts.flatMap((part) => part.split('\n\n')).map((block) => block.match(/^(?:- |\| (?!---)).+$/gm) ?? []);

	expect(repeated(headings)).toEqual([]);
	expect(blocks.flatMap(repeated)).toEqual([]);
});

test('a vendor’s section tells of the tests of its own credentials alone', () => {
	const sections = read('docs/troubleshooting.md').split(/^## /m).slice(1);
	const bullets = sections.flatMap((section) => section.match(/^- .+$/gm) ?? []);

	expect(bullets.length).toBeGreaterThan(vendors.length);
	expect(repeated(bullets)).toEqual([]);
});

test('what fills a hole of a message with words of its own is written out', () => {
	const page = read('docs/troubleshooting.md');
	const parts = [...Object.values<Messages>(MESSAGES), ...vendorWords(loadPackageTypes('source')).map(({ messages }) => messages)].flatMap((messages) => Object.values(messages));
	const filling = parts.filter(({ fills }) => fills !== undefined);

	expect(page).toContain('or choose another one. / Correct it under {fields}.');
	for (const { text } of filling) expect(page).toContain(text);
	expect(page.match(/\| \{(correction|wait|why)\}|\{ways?\}/g)).toBeNull();
});

function repeated(lines: readonly string[]): string[] {
	return lines.filter((line, place) => lines.indexOf(line) !== place);
}

/** Above it nobody finds anything on a front page. */
const MOST_WORDS = 1_500;

test('the README is a front page', () => {
	expect(read('README.md').split(/\s+/).length).toBeLessThanOrEqual(MOST_WORDS);
});

/** What a document says itself under a heading, or above the first one: without what is generated, pictures and comments. */
function ownText(document: string, heading: RegExp | null): string {
	const sections = read(document).split(/^#+ /m).slice(1);
	const section = heading === null ? sections[0] : sections.find((each) => heading.test(each));
	return (section ?? '').replace(/^.*\n/, '').replaceAll(/<!-- generated[\s\S]*?<!-- end -->|<!--[\s\S]*?-->|!\[.*\)/g, '').trim();
}

describe.each(vendors)('the page of $label', ({ label, node }) => {
	const page = vendorPage(node);

	test('says what it keeps', () => {
		expect(ownText(page, null)).toMatch(/\w+ \w+/);
	});

	test.each([`What ${label} cannot do`, 'Limits'])('says something under “%s”', (heading) => {
		expect(ownText(page, new RegExp(`^${heading}\n`))).toMatch(/\w+ \w+/);
	});

	test('has a worked example that names things as the editor does', () => {
		const example = ownText(page, /^Update: /);
		const types = loadPackageTypes('source');
		const { displayName, properties } = types.nodes.get(node)!.description;
		const labels = [displayName, ...labelsOf(properties)];
		const credentials = [...types.credentials.values()].map((credential) => credential.displayName);
		const named = [...example.matchAll(/\*\*([^*]+)\*\*/g)].map(([, bold]) => bold!.replaceAll(/\s+/g, ' '));
		const operations = properties.filter(({ name }) => name === 'operation').flatMap(({ options = [] }) => options.map(({ name }) => name));

		expect(named).toContain(displayName);
		// Whole sentences are bold for their weight, not because the editor shows them.
		expect(named.filter((bold) => ![...labels, ...operations].includes(bold) && !bold.includes('changes'))).toEqual([]);
		const [, credential] = /^Credential: \*([^*]+)\*/m.exec(example) ?? [];
		expect(credentials).toContain(credential?.replaceAll('\n', ' '));
	});

	test('is linked from the README, and the changelog names the vendor', () => {
		expect(read('README.md')).toContain(`](${page})`);
		expect(read('CHANGELOG.md')).toContain(label);
	});
});

/** The pictures that a document shows, by their path from the root. */
const picturesIn = (document: string) => [...read(document).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => join(dirname(document), path!));
const pictures = documents.flatMap(picturesIn);

test('every page of a vendor shows a picture of its node', () => {
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

test.each(documents)('every script that %s names exists', (document) => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

	const named = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);

	expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test.each(documents)('every local link in %s leads somewhere', (document) => {
	// Pictures have a test of their own.
	const links = [...read(document).matchAll(/(?<!!\[[^\]]*)\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link]) => link!);

	expect(links.filter((link) => !leadsSomewhere(document, link))).toEqual([]);
});

/** Whether a relative link has a file at its end, and in it the heading that it names. */
function leadsSomewhere(document: string, link: string): boolean {
	const [path = '', anchor] = link.split('#');
	const target = path === '' ? document : join(dirname(document), path);
	if (!existsSync(join(packageRoot, target))) return false;
	return anchor === undefined || anchorsIn(read(target)).includes(anchor);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsIn(text: string): string[] {
	return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(/\s/g, '-'),
	);
}
