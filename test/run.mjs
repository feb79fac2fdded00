// Runs every test and ends with one line that says how many passed and failed, after jest's own summary.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-tests-'));
const report = join(folder, 'report.json');
const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
const { status } = spawnSync(
	process.execPath,
	// What lives shortly gets more room than usual: clearing it up is a tenth of what the tests take otherwise.
	['--max-semi-space-size=64', jest, '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
	// jest prints its report as JSON on standard output, too; people read standard error.
	{ stdio: ['ignore', 'ignore', 'inherit'] },
);

let failed = 1;
try {
	const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
	// A suite that could not even be loaded has no tests to count, and is no success.
	failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
	console.log(`${numPassedTests} passed, ${failed} failed`);
} catch {
	console.log('0 passed, 1 failed');
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = status === 0 && failed === 0 ? 0 : 1;
