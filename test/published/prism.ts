import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { installed } from './descriptions';

/** How its own complaints begin: of a request that is not as described, or of something that it cannot do. */
export const COMPLAINT = 'https://stoplight.io/prism/errors';

/** A mock server that checks requests against a description, and makes up answers by it. */
export class Prism {
	private constructor(
		readonly url: string,
		private readonly process: ChildProcess,
		private readonly folder: string,
	) {}

	static async start(description: object): Promise<Prism> {
		const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-published-'));
		const file = join(folder, 'description.json');
		writeFileSync(file, JSON.stringify(description));
		const port = await freePort();
		const program = join(dirname(installed.resolve('@stoplight/prism-cli/package.json')), 'dist', 'index.js');
		const process = spawn(globalThis.process.execPath, [program, 'mock', '--errors', '-h', '127.0.0.1', '-p', String(port), '-v', 'fatal', file], {
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		const prism = new Prism(`http://127.0.0.1:${port}`, process, folder);
		await prism.listening();
		return prism;
	}

	stop(): void {
		this.process.kill();
		rmSync(this.folder, { recursive: true, force: true });
	}

	private async listening(): Promise<void> {
		while (this.process.exitCode === null) {
			try {
				await fetch(this.url);
				return;
			} catch {
				await setTimeout(100);
			}
		}
		this.stop();
		throw new Error('The mock server did not start');
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
