// Prepares and runs what needs a real n8n: installs the drivers of these tests, compiles them, then hands over to the
// script that is named, one of this folder or by its path from the top: node test/e2e/start.mjs <script> [arguments]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

function run(command, args, cwd) {
	const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
	if (status !== 0) {
		console.error(`${[command, ...args].join(' ')} did not end well. ${error?.message ?? ''}`);
		process.exit(status ?? 1);
	}
}

/** npm keeps what it has installed in a lock file of its own; an older one has other contents. */
function isInstalled() {
	const installed = join(here, 'node_modules', '.package-lock.json');
	const wanted = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8')).packages;
	if (!existsSync(installed)) return false;
	const { packages } = JSON.parse(readFileSync(installed, 'utf8'));
	return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || packages[path]?.version === version);
}

const [script, ...args] = process.argv.slice(2);
if (!isInstalled()) run('npm', ['ci', '--no-audit', '--no-fund'], here);
rmSync(join(here, 'dist'), { recursive: true, force: true });
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', here], root);
// In this process, so that Ctrl-C reaches one process only.
process.argv = [process.argv[0], join(here, 'dist', script.includes('/') ? '.' : 'test/e2e', `${script}.js`), ...args];
await import(process.argv[1]);
