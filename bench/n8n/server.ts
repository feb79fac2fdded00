import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Install } from '../../test/e2e/n8n/install';
import { runCommand } from '../../test/e2e/n8n/processes';
import { Instance, N8nServer } from '../../test/e2e/n8n/server';
import { LOCALHOST } from '../../test/harness/certificate';
import { manifest } from '../../test/harness/packageTypes';

/** Times that garbage is collected before memory is looked at: what one collection frees makes more free for the next. */
const COLLECTIONS = 2;

/** A real n8n server that can be measured from outside. */
export class MeasuredServer {
	private constructor(
		readonly n8n: N8nServer,
		private readonly install: Install,
		private readonly socket: string,
	) {}

	/** @param withoutLimits whether the package is to know of no limit at the vendor */
	static async start(install: Install, { withoutLimits }: { withoutLimits: boolean }): Promise<MeasuredServer> {
		const instance = await Instance.create({ install });
		if (withoutLimits) forgetLimits(instance.userFolder);
		const socket = join(instance.userFolder, 'probe.sock');
		const authorities = join(instance.userFolder, 'authorities.pem');
		writeFileSync(authorities, LOCALHOST.cert);
		const env = { BENCH_PROBE_SOCKET: socket, NODE_EXTRA_CA_CERTS: authorities, NODE_OPTIONS: `--require=${join(__dirname, 'probe.js')}` };
		return new MeasuredServer(await N8nServer.startOn(instance, env), install, socket);
	}

	/** Collects garbage, and lets the peak of the memory begin anew. Yields the bytes that the process holds. */
	async settle(): Promise<number> {
		for (let round = 0; round < COLLECTIONS; round += 1) await this.ask('collect');
		// By proc(5), 5 resets the peak of the resident set.
		writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
		return this.memoryOf('VmRSS');
	}

	/** The most bytes that the process has held since `settle`. */
	peakBytes(): number {
		return this.memoryOf('VmHWM');
	}

	/** Milliseconds of CPU time that the process has used, all of its threads together. */
	async cpuMs(): Promise<number> {
		return (await this.ask<{ cpuMs: number }>('usage')).cpuMs;
	}

	async startProfile(): Promise<void> {
		await this.ask('profile');
	}

	async writeProfile(file: string): Promise<void> {
		await this.ask(`profiled ${file}`);
	}

	/** What n8n has stored of an execution, the snapshot of its workflow included, as it stands in its database. */
	async stored(executionId: string): Promise<string> {
		const script = `
			const { DatabaseSync } = require('node:sqlite');
			const database = new DatabaseSync(process.argv[1], { readOnly: true });
			const row = database.prepare('SELECT data, workflowData FROM execution_data WHERE executionId = ?').get(process.argv[2]);
			process.stdout.write(row.data + row.workflowData);`;
		const file = join(this.n8n.instance.userFolder, '.n8n', 'database.sqlite');
		return await runCommand(this.install.node, ['--no-warnings', '-e', script, file, executionId]);
	}

	async remove(): Promise<void> {
		await this.n8n.remove();
	}

	private get pid(): number {
		return this.n8n.process.pid;
	}

	private memoryOf(field: 'VmRSS' | 'VmHWM'): number {
		const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
		return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) * 1024;
	}

	private async ask<T>(command: string): Promise<T> {
		const connection = connect(this.socket);
		await once(connection, 'connect');
		const lines = createInterface({ input: connection });
		connection.write(`${command}\n`);
		const [line] = (await once(lines, 'line')) as [string];
		connection.end();
		return JSON.parse(line) as T;
	}
}

/**
 * A vendor without a limit is not what the node is made for: it keeps the limit that the vendor documents, and so would
 * measure that. In this installed copy of the package, the list of limits is empty.
 */
function forgetLimits(userFolder: string): void {
	const file = join(userFolder, '.n8n', 'nodes', 'node_modules', manifest.name, 'dist', 'nodes', 'ThousandEyes', 'record.js');
	const source = readFileSync(file, 'utf8');
	const changed = source.replace(/windows: \[\{[^\]]*\}\]/, 'windows: []');
	if (changed === source) throw new Error('The limits of the ThousandEyes node are not where they were.');
	writeFileSync(file, changed);
}
