import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

export interface LaunchOptions {
	cwd?: string;
	/** The whole environment, not an addition to this process's own. */
	env?: NodeJS.ProcessEnv;
	/** User to run as; this process's own when absent. */
	uid?: number;
	gid?: number;
	/** Called with every chunk of either output, as it comes. */
	onOutput?: (text: string) => void;
}

/** Milliseconds that a process gets to end after SIGTERM, before it is killed. */
const GRACE_MS = 20_000;

/** Everything launched here that still runs. It does not outlive this process, however this process ends. */
const running = new Set<Launched>();

process.on('exit', () => running.forEach((each) => each.signal('SIGKILL')));
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
	// Only where nobody else has taken over what Ctrl-C means.
	process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(code));
}

/** A process in a group of its own, so that what it starts ends with it. */
export class Launched {
	/** Both outputs so far, in the order in which they came. */
	output = '';
	private readonly child: ChildProcess;
	/** Fulfils with the exit code, or `null` after a signal. Never rejects. */
	readonly ended: Promise<number | null>;

	constructor(
		readonly command: string,
		args: string[],
		{ onOutput, ...options }: LaunchOptions = {},
	) {
		this.child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
		running.add(this);
		for (const stream of [this.child.stdout!, this.child.stderr!]) {
			stream.setEncoding('utf8');
			stream.on('data', (text: string) => {
				this.output += text;
				onOutput?.(text);
			});
		}
		this.child.on('error', (error) => (this.output += `\n${error.message}\n`));
		this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
		void this.ended.then(() => running.delete(this));
	}

	get pid(): number {
		return this.child.pid!;
	}

	get isRunning(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Sends a signal to the process and to all that it has started. */
	signal(signal: NodeJS.Signals): void {
		try {
			if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
		} catch {
			// It has ended meanwhile.
		}
	}

	/** Ends the process, by force when it does not end by itself. */
	async stop(): Promise<void> {
		if (!this.isRunning) return;
		this.signal('SIGTERM');
		const late = new AbortController();
		await Promise.race([this.ended, wait(GRACE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
		late.abort();
		this.signal('SIGKILL');
		await this.ended;
	}
}

/** Runs a command to its end. Throws an `Error` with the end of what it printed when its exit code is not 0. */
export async function runCommand(command: string, args: string[], options: LaunchOptions = {}): Promise<string> {
	const launched = new Launched(command, args, options);
	const code = await launched.ended;
	if (code !== 0) {
		throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${launched.output.slice(-4_000)}`);
	}
	return launched.output;
}

/** Ports of this machine that were free a moment ago. */
export async function freePorts<const T extends readonly string[]>(names: T): Promise<Record<T[number], number>> {
	const servers = await Promise.all(
		names.map(async () => {
			const server = createServer().listen(0, '127.0.0.1');
			await once(server, 'listening');
			return server;
		}),
	);
	const ports = servers.map((server) => (server.address() as AddressInfo).port);
	await Promise.all(servers.map(async (server) => await new Promise((resolve) => server.close(resolve))));
	return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Record<T[number], number>;
}

/** That port of this machine if it is free, else any that is. */
export async function portNear(wanted: number): Promise<number> {
	const server = createServer();
	const isFree = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(true)));
	});
	return isFree ? wanted : (await freePorts(['other'])).other;
}

/**
 * Waits until `probe` yields something other than `undefined`. Throws an `Error` that names `what` after `withinMs`, with
 * what the probe last threw, if it did.
 */
export async function until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined, withinMs = 60_000): Promise<T> {
	const end = Date.now() + withinMs;
	let last: unknown;
	for (;;) {
		try {
			const found = await probe();
			if (found !== undefined) return found;
			last = undefined;
		} catch (error) {
			last = error;
		}
		if (Date.now() > end) throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}.`, { cause: last });
		await wait(200);
	}
}
