import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from './harness/packageTypes';

/** Where `npm run new-vendor` leaves to a person what only a person can know. */
const PLACES = ['nodes', 'credentials', 'test/simulator', 'test/vendors', 'docs/vendors', 'CHANGELOG.md'];

/** What is left to fill in, up to the end of its line, or of the comment or text that it is. */
const MARK = /FILL IN: (.+?)(?: -->.*|",.*)?$/gm;

const marks = PLACES.flatMap((place) => filesBelow(place)).flatMap((file) =>
	[...readFileSync(join(packageRoot, file), 'utf8').matchAll(MARK)].map(({ 1: what, index, input }) => ({ file, what: what!, line: input.slice(0, index).split('\n').length })),
);

test('nothing is looked for in vain', () => {
	expect(PLACES.filter((place) => !existsSync(join(packageRoot, place)))).toEqual([]);
});

for (const { file, what, line } of marks) {
	test(`${file} has yet to be told ${what}`, () => {
		throw new Error(`Fill it in at ${file}:${line}, with what the vendor documents or with what is unknown, and take the mark out.`);
	});
}

/** Every file at this place of the repository. */
function filesBelow(place: string): string[] {
	if (!statSync(join(packageRoot, place)).isDirectory()) return [place];
	return readdirSync(join(packageRoot, place)).flatMap((name) => filesBelow(join(place, name)));
}
