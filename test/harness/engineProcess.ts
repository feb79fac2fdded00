import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { INodeExecutionData } from 'n8n-workflow';

import type { Job, Saying } from './engineProcessMain';

/** A run in another process, seen from here. */
export interface DistantRun {
	/** The log lines so far: all that is left of a run that is killed. */
	logs: string[];
	/** Resolves when the run has ended, with an error when its process is gone. */
	ended: Promise<RunEnd>;
}

export interface RunEnd {
	succeeded: INodeExecutionData[];
	failed: INodeExecutionData[];
	/** The message of the error that has ended the run; `null` without one. */
	error: string | null;
}

/** n8n's engine in a process of its own, to be killed. Its runs overlap, as executions do in n8n's own process. */
export class EngineProcess {
	private static readonly alive = new Set<EngineProcess>();

	private readonly runs: Array<{ run: DistantRun; end: (end: RunEnd) => void }> = [];
	private readonly gone: Promise<unknown>;

	private constructor(
		private readonly child: ChildProcess,
		/** For what it leaves behind: a killed process tidies up nothing. */
		private readonly folder: string,
	) {
		EngineProcess.alive.add(this);
		child.on('message', (saying: Saying) => this.hear(saying));
		// What it has said last may be read after its end.
		this.gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
		void this.gone.then(() => this.tidyUp());
	}

	/** Resolves when the process has loaded everything and waits for work. */
	static async start(): Promise<EngineProcess> {
		const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-process-'));
		const child = fork(join(__dirname, 'engineProcessEntry.cjs'), {
			// As the tests themselves have it: clearing up what lives shortly takes less time.
			execArgv: ['--max-semi-space-size=64'],
			env: { ...process.env, TMPDIR: folder },
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		const started = new EngineProcess(child, folder);
		const isReady = await Promise.race([once(child, 'message').then(() => true), started.gone.then(() => false)]);
		if (!isReady) throw new Error('The engine’s process ended before it was ready');
		return started;
	}

	/** Ends what a test has not: for `afterAll`. */
	static async killAll(): Promise<void> {
		await Promise.all([...EngineProcess.alive].map(async (each) => await each.kill()));
	}

	run(job: Omit<Job, 'number'>): DistantRun {
		let end!: (end: RunEnd) => void;
		const run: DistantRun = { logs: [], ended: new Promise((resolve) => (end = resolve)) };
		const number = this.runs.push({ run, end }) - 1;
		this.child.send({ ...job, number } satisfies Job);
		return run;
	}

	/** Kills the process with SIGKILL, which no process can do anything about, and resolves when it is gone. */
	async kill(): Promise<void> {
		this.child.kill('SIGKILL');
		await this.gone;
		if (this.child.signalCode !== 'SIGKILL') throw new Error('The engine’s process had ended by itself');
	}

	private hear(saying: Saying): void {
		if (saying.kind === 'ready') return;
		const { run, end } = this.runs[saying.number]!;
		if (saying.kind === 'log') run.logs.push(saying.line);
		else end(saying);
	}

	private tidyUp(): void {
		EngineProcess.alive.delete(this);
		rmSync(this.folder, { recursive: true, force: true });
		for (const { end } of this.runs) end({ succeeded: [], failed: [], error: 'The engine’s process is gone' });
	}
}
