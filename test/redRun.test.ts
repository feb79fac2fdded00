import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { packageRoot } from './harness/packageTypes';

/** Far more than the red tests take, and far less than what they wait for. */
const PATIENCE_MS = 240_000;

test('a run with red tests ends, whatever they have left running', () => {
	const jest = join(packageRoot, 'node_modules', 'jest', 'bin', 'jest.js');

	const { status, signal, stderr } = spawnSync(process.execPath, [jest, '--runInBand', '--testMatch', '**/test/fixtures/redRun.ts'], {
		cwd: packageRoot,
		encoding: 'utf8',
		timeout: PATIENCE_MS,
	});

	expect({ status, signal }).toEqual({ status: 1, signal: null });
	expect(stderr).toMatch(/Tests: +\d+ failed, \d+ total/);
}, PATIENCE_MS + 30_000);
