// Installs what a folder of tests brings with it, unless it is there: node test/install.mjs <folder below test>
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Runs a command to its end; when that is not a good one, it is this process's end, too. */
export function run(command, args, cwd) {
	const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
	if (status !== 0) {
		console.error(`${[command, ...args].join(' ')} did not end well. ${error?.message ?? ''}`);
		process.exit(status ?? 1);
	}
}

/** npm keeps what it has installed in a lock file of its own; an older one has other contents. */
function isInstalled(folder) {
	const installed = join(folder, 'node_modules', '.package-lock.json');
	const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
	if (!existsSync(installed)) return false;
	const { packages } = JSON.parse(readFileSync(installed, 'utf8'));
	return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || packages[path]?.version === version);
}

export function install(folder) {
	if (!isInstalled(folder)) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install(join(here, process.argv[2]));
