// Makes a vendor that works, its trigger included, against a simulator that is made with it:
// npm run new-vendor -- <Name> --auth … --ids … --pages … --due …
// What only a person can know is marked FILL IN; test/fillIn.test.ts names each such place until it is filled in.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { additionsFor } from './additions.mjs';
import { filesBelow, readArguments, USAGE, wordsFor } from './choices.mjs';
import { fill, withWords } from './fill.mjs';

const root = join(import.meta.dirname, '..');
const templates = join(import.meta.dirname, 'templates');

function main(args) {
	const { complaints, name, choices } = readArguments(args, root);
	if (complaints !== undefined) return refuse([...complaints, USAGE]);
	const words = wordsFor(name);
	const files = filesBelow(templates).map((template) => ({
		path: withWords(template.slice(templates.length + 1), words),
		text: fill(readFileSync(template, 'utf8'), words, choices),
	}));
	const there = [`nodes/${name}`, ...files.map(({ path }) => path)].find((path) => existsSync(join(root, path)));
	if (there !== undefined) return refuse([`${there} is there already, so nothing was written.`]);
	// All of it before anything is written: one that finds no place for itself ends here.
	const additions = additionsFor(root, words);

	for (const { path, text } of files) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		// Whatever has come there meanwhile is left as it is.
		writeFileSync(join(root, path), text, { flag: 'wx' });
	}
	for (const { path, text } of additions) writeFileSync(join(root, path), text);
	const { status } = spawnSync(process.execPath, [join(root, 'docs', 'write.cjs')], { cwd: root, stdio: 'inherit' });
	if (status !== 0) return refuse(['The output previews and the tables of the documents could not be written; run npm run docs.']);
	console.log(`${words.label} is in nodes/${name}, credentials/${name}Api.credentials.ts, docs/vendors/${words.node}.md, test/simulator/${words.node}.ts and test/vendors/${words.node}(Trigger).test.ts.`);
	console.log(`npx jest test/fillIn.test.ts says what is left for you to fill in, npm run check -- ${words.node} whether all of it is in order.`);
}

function refuse(sentences) {
	console.error(sentences.join('\n'));
	process.exitCode = 1;
}

main(process.argv.slice(2));
