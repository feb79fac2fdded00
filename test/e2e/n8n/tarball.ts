import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packageRoot } from '../../harness/packageTypes';
import { runCommand } from './processes';

let packed: Promise<string> | undefined;

/** Packs the built package as it would be published. Yields the tarball's path; it lasts as long as this process. */
export async function packPackage(): Promise<string> {
	packed ??= pack();
	return await packed;
}

async function pack(): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-pack-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const printed = await runCommand('npm', ['pack', '--json', '--pack-destination', folder], { cwd: packageRoot });
	const [{ filename }] = JSON.parse(printed.slice(printed.indexOf('['))) as [{ filename: string }];
	return join(folder, filename);
}

/** Installs a tarball as n8n installs a community package, into the folder that n8n keeps for them. */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }));
	// The flags that n8n itself gives.
	const flags = ['--ignore-scripts', '--install-strategy=shallow', '--legacy-peer-deps', '--package-lock=false', '--no-audit', '--no-fund'];
	await runCommand('npm', ['install', tarball, ...flags], { cwd: folder });
}
