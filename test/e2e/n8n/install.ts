import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { packageRoot } from '../../harness/packageTypes';
import { runCommand } from './processes';

/** The versions of n8n that the package is tried in: what users run today, and the oldest that is supported. */
export const VERSIONS = ['2.41', '2.8'] as const;
export type Version = (typeof VERSIONS)[number];

/** An installed n8n. */
export interface Install {
	version: Version;
	/** The node binary that it runs on. */
	node: string;
	/** Its command, a script for that binary. */
	script: string;
	/** The folder that holds its node_modules. */
	folder: string;
}

const e2eFolder = join(packageRoot, 'test', 'e2e');

/** Where installed versions are kept; the environment variable lets several checkouts share them (2 GB each). */
const installsFolder = process.env.E2E_INSTALLS ?? join(packageRoot, '.e2e');

/** n8n 2.41 declares Node 24 as the least that it runs on; 2.8 is the newest that runs on Node 20. */
const NODE_24 = 24;

/** Packages with native parts. Their builds have to be asked for, because install scripts are switched off. */
const NATIVE = ['isolated-vm', 'sqlite3'];

/**
 * Installs a version of n8n from its lock file, unless that has been done. Some minutes and 2 GB the first time.
 * @param report told what is being done, one line each
 */
export async function installN8n(version: Version, report: (line: string) => void): Promise<Install> {
	const folder = join(installsFolder, `n8n-${version}`);
	const node = version === '2.41' ? node24() : process.execPath;
	const install: Install = { version, node, folder, script: join(folder, 'node_modules', 'n8n', 'bin', 'n8n') };

	const source = join(e2eFolder, 'versions', version);
	const files = ['package.json', 'package-lock.json'];
	const wanted = createHash('sha256').update(`${nodeMajor(node)}`);
	for (const file of files) wanted.update(readFileSync(join(source, file)));
	const mark = join(folder, '.installed');
	const state = wanted.digest('hex');
	if (existsSync(mark) && readFileSync(mark, 'utf8') === state) return install;

	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const file of files) copyFileSync(join(source, file), join(folder, file));

	const env = environmentFor(node);
	const steps: Array<[string, string[]]> = [
		// Not “npm ci”, which wants optional packages that no registry has; one of the install scripts downloads from
		// outside and would take the whole tree down with it.
		['installing n8n and its 2,000 packages', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']],
		...NATIVE.filter((name) => lists(source, name)).map((name): [string, string[]] => [
			`building ${name}`,
			['rebuild', name, '--ignore-scripts=false', '--foreground-scripts'],
		]),
	];
	for (const [index, [what, args]] of steps.entries()) {
		await withProgress(`n8n ${version}, step ${index + 1} of ${steps.length}: ${what}`, report, async () => {
			await runCommand('npm', args, { cwd: folder, env });
		});
	}
	writeFileSync(mark, state);
	return install;
}

/** Says every half minute that something still goes on. */
async function withProgress(what: string, report: (line: string) => void, work: () => Promise<void>): Promise<void> {
	const start = Date.now();
	const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
	report(`${what} …`);
	const timer = setInterval(() => report(`${what} … ${seconds()}`), 30_000);
	try {
		await work();
		report(`${what}: done in ${seconds()}`);
	} finally {
		clearInterval(timer);
	}
}

/** This process's environment with that Node first, and its headers for native builds. */
export function environmentFor(node: string): NodeJS.ProcessEnv {
	const bin = dirname(node);
	const root = dirname(bin);
	const hasHeaders = existsSync(join(root, 'include', 'node', 'node.h'));
	return {
		...process.env,
		PATH: `${bin}:${process.env.PATH}`,
		...(hasHeaders ? { npm_config_nodedir: root } : {}),
	};
}

/** Node 24 or later: this one, or the one out of the npm registry. */
export function node24(): string {
	if (nodeMajor(process.execPath) >= NODE_24) return process.execPath;
	const name = `node-${process.platform}-${process.arch}`;
	try {
		return join(dirname(createRequire(join(e2eFolder, 'package.json')).resolve(`${name}/package.json`)), 'bin', 'node');
	} catch {
		throw new Error(`n8n 2.41 needs Node ${NODE_24}, and there is no package ${name} to bring it: install it, and run this with it.`);
	}
}

function nodeMajor(node: string): number {
	if (node === process.execPath) return Number(process.versions.node.split('.')[0]);
	const { version } = JSON.parse(readFileSync(join(dirname(dirname(node)), 'package.json'), 'utf8')) as { version: string };
	return Number(version.split('.')[0]);
}

function lists(source: string, name: string): boolean {
	const { packages } = JSON.parse(readFileSync(join(source, 'package-lock.json'), 'utf8')) as { packages: object };
	return Object.hasOwn(packages, `node_modules/${name}`);
}
