import type { Install } from './install';
import { freePorts, until, type Launched } from './processes';
import { Instance, N8nServer } from './server';
import type { Services } from './services';

/** Milliseconds within which a worker has to be ready. */
const START_MS = 180_000;

/**
 * How soon n8n gives up the jobs of a worker that has gone. Its own settings need up to a minute and a half. The lock still
 * is far longer than the time between its renewals, so that a busy machine is not taken for a dead one.
 */
const IMPATIENT = {
	QUEUE_WORKER_LOCK_DURATION: '20000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** A worker, and what its own log says of the executions that it got. */
export class Worker {
	/** IDs of executions that it has begun, with the time. */
	readonly begun = new Map<string, number>();
	/** IDs of executions that it has brought to their end, with the time. */
	readonly ended = new Map<string, number>();
	private unread = '';

	constructor(
		readonly name: string,
		readonly instance: Instance,
		readonly process: Launched,
	) {}

	/** Executions that it has begun and not ended. */
	get underWay(): string[] {
		return [...this.begun.keys()].filter((id) => !this.ended.has(id));
	}

	read(text: string): void {
		const lines = (this.unread + text).split('\n');
		this.unread = lines.pop()!;
		for (const line of lines) {
			const [, what, id] = /Worker (started|finished) execution (\d+)/.exec(line) ?? [];
			if (id !== undefined) (what === 'started' ? this.begun : this.ended).set(id, Date.now());
		}
	}
}

/** n8n scaled out: one main process and any number of workers, each installed by itself, the package in every one. */
export class Cluster {
	readonly workers: Worker[] = [];

	private constructor(
		private readonly install: Install,
		private readonly env: NodeJS.ProcessEnv,
		/** The main process; another one after a restart. */
		public main: N8nServer,
	) {}

	static async start(install: Install, services: Services, env: NodeJS.ProcessEnv = {}): Promise<Cluster> {
		const all = { ...IMPATIENT, OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true', ...services.env, ...env };
		return new Cluster(install, all, await N8nServer.start({ install, env: all }));
	}

	async addWorker(name: string, concurrency: number): Promise<Worker> {
		const instance = await Instance.create({ install: this.install, env: this.env });
		const { health } = await freePorts(['health']);
		const env = { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(health), N8N_WORKER_SERVER_ADDRESS: '127.0.0.1' };
		const process = await instance.launch(['worker', `--concurrency=${concurrency}`], env, (text) => worker.read(text));
		const worker = new Worker(name, instance, process);
		this.workers.push(worker);
		await until(`${name} to be ready`, async () => {
			if (!process.isRunning) return 'ended';
			const { status } = await fetch(`http://127.0.0.1:${health}/healthz/readiness`);
			return status === 200 ? 'ready' : undefined;
		}, START_MS);
		if (!process.isRunning) throw new Error(`${name} did not start:\n${process.output.slice(-4_000)}`);
		return worker;
	}

	/** Starts a main process in the place of one that has gone. */
	async restartMain(env: NodeJS.ProcessEnv): Promise<void> {
		this.main = await N8nServer.startOn(this.main.instance, env);
	}

	/** Everything that its processes have written so far. */
	get output(): string {
		return [this.main.process, ...this.workers.map(({ process }) => process)].map(({ output }) => output).join('\n');
	}

	async remove(): Promise<void> {
		await Promise.all([
			this.main.remove(),
			...this.workers.map(async ({ process, instance }) => {
				await process.stop();
				instance.remove();
			}),
		]);
	}
}
