import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packageRoot } from './harness/packageTypes';

/** Far more than they take; each loads n8n anew. */
const PATIENCE_MS = 240_000;

const FILES = ['update', 'resource', 'dryRun', 'attackRestore', 'places', 'admission'].map((name) => `test/contract/${name}.test.ts`);

interface Tried {
	fullName: string;
	status: string;
	failureMessages: string[];
}

/**
 * Runs a part of the contract suite with a made-up vendor in the place of those of the package.
 * @param vendor `null` for each of the guests
 */
function tryGuest(vendor: string | null, names: string): Tried[] {
	const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-suite-'));
	const report = join(folder, 'report.json');
	const jest = join(packageRoot, 'node_modules', 'jest', 'bin', 'jest.js');
	spawnSync(process.execPath, [jest, '--runInBand', '--json', `--outputFile=${report}`, '-t', names, ...FILES], {
		cwd: packageRoot,
		stdio: 'ignore',
		env: { ...process.env, GUESTS: 'fixtures/locker', VENDOR: vendor ?? '', FORCE_COLOR: '0' },
		timeout: PATIENCE_MS,
	});
	const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: Array<{ assertionResults: Tried[] }> };
	rmSync(folder, { recursive: true, force: true });
	return testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status !== 'pending');
}

test('a vendor that counts from 1, reads before each update and finds nothing by name is as good as any', () => {
	// Output previews are files of the package.
	const tried = tryGuest('locker', '^(?!.*output preview)');

	expect(tried.length).toBeGreaterThan(100);
	expect(tried.filter(({ status }) => status !== 'passed').map(({ fullName, failureMessages }) => [fullName, failureMessages])).toEqual([]);
}, PATIENCE_MS + 30_000);

const FLAWS: Array<[string, string, string, RegExp]> = [
	['lockerShowsValues', 'shows what it keeps secret', 'finds a credential, in one request, without its secret', /stored-value-of-2-canary/],
	['lockerLooksAtOnePage', 'looks for a twin on one page only', 'in a run that is repeated makes no second one', /\+ +"62"/],
	['lockerForgetsNames', 'forgets what an update has to send along', 'changes what the vendor has stored, each item its own', /name is missing/],
];

describe('a vendor that is', () => {
	let tried: Tried[];
	beforeAll(() => {
		const tests = FLAWS.map(([, , name]) => name).join('|');
		tried = tryGuest(null, `^locker\\w+: .*(${tests})`);
	}, PATIENCE_MS + 30_000);

	test.each(FLAWS)('%s, for it %s, fails the test of that alone, which says what is wrong', (vendor, _what, name, fault) => {
		const own = tried.filter(({ fullName }) => fullName.startsWith(`${vendor}: Locker `));
		const red = own.filter(({ status }) => status === 'failed');

		expect(own).toHaveLength(FLAWS.length);
		expect(red.map(({ fullName }) => fullName)).toEqual([expect.stringContaining(name)]);
		expect(red[0]!.failureMessages.join('\n')).toMatch(fault);
	});
});
