import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import ts from 'typescript';

import { vendorWords } from '../docs/vendorWords';
import { MESSAGES } from '../nodes/kit/messages';
import { cureOf, eachOnce, type Message, type Messages, quoted, say, textOf } from '../nodes/kit/sentences';
import { loadPackageTypes, packageRoot } from './harness/packageTypes';

/** Where messages stand: the table of kit and engine, each vendor's own, and its hints. */
const TABLES = /\/(messages|refusals)\.ts$/;

/** Files that hold nothing but what the editor shows. */
const FIELDS = /\/fields(\.ts$|\/)|\/generateFields\.ts$/;

/** What the editor shows of a parameter, an operation or a node is no message. */
const TEXTS_OF_THE_EDITOR = ['action', 'description', 'displayName', 'placeholder', 'subtitle', 'testedBy'];

/** Every table, by whose it is. */
const tables: Array<[string, Messages]> = [
	...Object.entries(MESSAGES),
	...vendorWords(loadPackageTypes('source')).map(({ record, messages }): [string, Messages] => [record.label, messages]),
];
const messages = tables.flatMap(([whose, table]) => Object.entries(table).map(([name, message]) => [`${whose}: ${name}`, message] as const));

test('no sentence for people stands outside of the tables', () => {
	const sources = filesBelow(join(packageRoot, 'nodes')).filter((file) => file.endsWith('.ts') && !TABLES.test(file) && !FIELDS.test(file));

	const found = sources.flatMap((file) => sentencesIn(file).map((text) => `${relative(packageRoot, file)}: ${text}`));

	expect(sources.length).toBeGreaterThan(100);
	expect(found).toEqual([]);
});

test('a sentence that stands outside of them would be found', () => {
	const source = 'const a = { description: "What it is. And more." }; throw new Error(`“${label}” is ${what}. Mend it.`); log("a word"); say("It is so.");';

	expect(sentencesOf(source)).toEqual(['“${label}” is ${what}. Mend it.', 'It is so.']);
});

test.each(messages)('%s is whole sentences, with a cause', (_name, { text, cause, cure = '', isPart }: Message) => {
	const isWhole = (sentence: string) => /^[“A-Z{…n].*([.}]”?|…)$/su.test(sentence);

	// Parts, and what has kept a request from its host, stand in other sentences.
	if (isPart !== true && !/^(a proxy|the |n8n |no |\{host\}|Holds)/.test(text)) expect([text, isWhole(text)]).toEqual([text, true]);
	if (cure !== '') expect([cure, isWhole(cure)]).toEqual([cure, true]);
	expect([cause, isWhole(cause)]).toEqual([cause, true]);
});

test.each(messages)('%s says one word for one thing', (_name, { text, cause, cure = '' }: Message) => {
	expect([text, cause, cure].filter((each) => /stored credential|secret credential|\b(\w+) \1\b/i.test(each))).toEqual([]);
});

describe('a message', () => {
	const MESSAGE = { text: '“{label}” holds {"key": 1}.', cause: 'Why.', cure: 'Empty “{label}” in {place}.' } as const;

	test('is said as a whole, or in its two parts, with what differs filled in', () => {
		expect(say(MESSAGE, { label: 'A', place: 'B' })).toBe('“A” holds {"key": 1}. Empty “A” in B.');
		expect(textOf(MESSAGE, { label: 'A' })).toBe('“A” holds {"key": 1}.');
		expect(cureOf(MESSAGE, { label: 'A', place: 'B' })).toBe('Empty “A” in B.');
		expect(cureOf({ text: 'It is so.', cause: 'Why.' })).toBeNull();
	});

	test('takes what is filled in as it is', () => {
		expect(textOf(MESSAGE, { label: '$& {place}' })).toBe('“$& {place}” holds {"key": 1}.');
	});

	test('lists names, and says each thing once', () => {
		expect([quoted(['a']), quoted(['a', 'b', 'c'], ' or ')]).toEqual(['“a”', '“a”, “b” or “c”']);
		expect([eachOnce(['Not Found', null, 'Not Found', 'No.']), eachOnce([null, ''])]).toEqual(['Not Found No.', null]);
	});
});

/** Texts in a source file that read as sentences, but for those that the editor shows. */
function sentencesIn(file: string): string[] {
	return sentencesOf(readFileSync(file, 'utf8'));
}

function sentencesOf(code: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isPropertyAssignment(node) && TEXTS_OF_THE_EDITOR.includes(node.name.getText())) return;
		if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
			const text = node.getText().slice(1, -1);
			if (/\w,? \S/.test(text) && /[\p{L}”)]\.( |$)/u.test(text)) found.push(text);
			return;
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest, true));
	return found;
}

/** Every file in a folder and the folders in it. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? filesBelow(path) : [path];
	});
}
