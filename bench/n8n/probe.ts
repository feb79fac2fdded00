import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into the n8n process before n8n itself. On a socket it takes one command a line and answers each with one line
 * of JSON: `collect` collects garbage, `usage` tells the CPU time so far in milliseconds, `profile` begins a CPU profile,
 * `profiled <file>` ends it and writes it there. It does nothing by itself.
 */
const socket = process.env.BENCH_PROBE_SOCKET;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options: object) => void;

/** V8 gives free memory back to the system only when it is told that there is no other way; else a run would find room in it. */
const THOROUGHLY = { type: 'major', execution: 'sync', flavor: 'last-resort' };
let session: Session | undefined;

async function obey(command: string, argument: string): Promise<unknown> {
	switch (command) {
		case 'collect':
			collectGarbage(THOROUGHLY);
			return {};
		case 'usage': {
			const { user, system } = process.cpuUsage();
			return { cpuMs: (user + system) / 1000 };
		}
		case 'profile':
			session = new Session();
			session.connect();
			await session.post('Profiler.enable');
			await session.post('Profiler.setSamplingInterval', { interval: 200 });
			await session.post('Profiler.start');
			return {};
		case 'profiled': {
			const { profile } = await session!.post('Profiler.stop');
			session!.disconnect();
			writeFileSync(argument, JSON.stringify(profile));
			return {};
		}
		default:
			throw new Error(`The probe does not know “${command}”.`);
	}
}

// n8n starts helpers of its own, with the same environment: the probe is for the server.
if (socket !== undefined && process.argv.includes('start')) {
	if (existsSync(socket)) rmSync(socket);
	createServer((connection) => {
		createInterface({ input: connection }).on('line', (line) => {
			const [command = '', argument = ''] = line.split(' ', 2);
			void obey(command, argument).then((answer) => connection.write(`${JSON.stringify(answer)}\n`));
		});
	})
		.listen(socket)
		.unref();
}
