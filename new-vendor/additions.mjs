// What a new vendor adds to files that are there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { withWords } from './fill.mjs';

/** The files with the new vendor in them. Throws where a file has no place for it. */
export function additionsFor(root, words) {
	const read = (path) => readFileSync(join(root, path), 'utf8');
	const addition = (file) => withWords(readFileSync(join(import.meta.dirname, 'additions', file), 'utf8'), words);
	return [
		{ path: 'package.json', text: `${JSON.stringify(registered(JSON.parse(read('package.json')), words), null, 2)}\n` },
		{ path: 'CHANGELOG.md', text: before(read('CHANGELOG.md'), /(?<=^### Added\n(?:.+\n)+)(?!.)/m, addition('CHANGELOG.md')) },
		{ path: 'credentials/secretExamples.ts', text: before(read('credentials/secretExamples.ts'), /^\];/m, addition('secretExample.ts')) },
	];
}

/** The text with more before the first place that the pattern finds. */
function before(text, place, more) {
	const at = text.search(place);
	if (at < 0) throw new Error(`There is no place ${place} for\n${more}`);
	return text.slice(0, at) + more + text.slice(at);
}

function registered(manifest, { name, keyword }) {
	const { credentials, nodes } = manifest.n8n;
	return {
		...manifest,
		keywords: [...manifest.keywords, keyword],
		n8n: {
			...manifest.n8n,
			credentials: [...credentials, `dist/credentials/${name}Api.credentials.js`].sort(),
			nodes: [...nodes, ...[name, `${name}Trigger`].map((each) => `dist/nodes/${name}/${each}.node.js`)].sort(),
		},
	};
}
