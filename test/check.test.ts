import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { loadPackageTypes, nodesUnderTest, packageRoot } from './harness/packageTypes';

const types = loadPackageTypes('source');
const names = [...types.nodes.keys()];

/** What `npm run check` does with these arguments. */
function check(...args: string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(packageRoot, 'test', 'check.mjs'), ...args], { cwd: packageRoot, encoding: 'utf8' });
	return { status, stdout, stderr };
}

describe('the check of one vendor', () => {
	test.each([
		['no name', []],
		['an unknown name', ['nobody']],
		['the name of a folder', ['Nylas']],
		['the name of what every object has', ['constructor']],
		['a name too many', names.slice(0, 2)],
		['an option', ['--help']],
	])('does nothing with %s, and says which there are', (_what, args) => {
		expect(check(...args)).toEqual({ status: 1, stdout: '', stderr: `Name one node: npm run check -- <node name>. There are ${names.join(', ')}.\n` });
	});
});

describe('the vendor that the environment names', () => {
	const { VENDOR } = process.env;
	afterEach(() => {
		if (VENDOR === undefined) delete process.env.VENDOR;
		else process.env.VENDOR = VENDOR;
	});

	test.each(names)('%s is the only one that the suite goes through', (name) => {
		process.env.VENDOR = name;
		expect(nodesUnderTest(types)).toEqual([name]);
	});

	test('is all of them when it names none, and refused when it is none of them', () => {
		delete process.env.VENDOR;
		expect(nodesUnderTest(types)).toEqual(names);
		process.env.VENDOR = 'nobody';
		expect(() => nodesUnderTest(types)).toThrow(`VENDOR is “nobody”, which is none of ${names.join(', ')}.`);
	});
});
