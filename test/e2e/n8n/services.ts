import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

import Redis from 'ioredis';
import { Client } from 'pg';

import { freePorts, Launched, runCommand, until } from './processes';

/** What n8n shares between its processes when it is scaled out: an empty database, and a place of its own in Redis. */
export interface Services {
	/** Tells a process of n8n where they are, and that it is one of several. */
	env: NodeJS.ProcessEnv;
	/** A new connection to the database; its user ends it. */
	database(): Promise<Client>;
	/** A new connection to Redis; its user ends it. */
	redis(): Redis;
	/** Calls back with the words of every command that Redis gets from now on. Yields how to end that. */
	watchRedis(onCommand: (words: string[]) => void): Promise<() => void>;
	/** What every key of this n8n begins with. */
	redisPrefix: string;
	/** Takes away the database and the keys, and stops what was started. */
	stop(): Promise<void>;
}

/** Where a server is, and how to stop it. */
interface Server {
	url: URL;
	stop(): Promise<void>;
}

/**
 * PostgreSQL and Redis: those that the environment points to (`E2E_POSTGRES_URL` with a user who may create databases,
 * `E2E_REDIS_URL`), or else new ones in temporary folders. Throws an `Error` that says what to install where neither is.
 */
export async function startServices(): Promise<Services> {
	const { E2E_POSTGRES_URL, E2E_REDIS_URL } = process.env;
	const [postgres, redis] = await Promise.all([
		E2E_POSTGRES_URL ? running(E2E_POSTGRES_URL) : startPostgres(),
		E2E_REDIS_URL ? running(E2E_REDIS_URL) : startRedis(),
	]);
	const name = `credential_rotation_${process.pid}_${Date.now()}`;
	await query(postgres.url, `CREATE DATABASE ${name}`);

	const at = new URL(postgres.url);
	at.pathname = `/${name}`;
	const connect = () => new Redis(redis.url.href, { maxRetriesPerRequest: null });
	return {
		env: { EXECUTIONS_MODE: 'queue', ...databaseEnvironment(at), ...redisEnvironment(redis.url, name) },
		database: async () => {
			const client = new Client({ connectionString: at.href });
			await client.connect();
			return client;
		},
		redis: connect,
		watchRedis: async (onCommand) => await monitor(redis.url, onCommand),
		redisPrefix: name,
		stop: async () => {
			await query(postgres.url, `DROP DATABASE ${name} WITH (FORCE)`);
			const client = connect();
			const keys = await client.keys(`*${name}*`);
			if (keys.length > 0) await client.del(keys);
			client.disconnect();
			await Promise.all([postgres.stop(), redis.stop()]);
		},
	};
}

function running(url: string): Server {
	return { url: new URL(url), stop: async () => undefined };
}

async function query(url: URL, sql: string): Promise<void> {
	const client = new Client({ connectionString: url.href });
	await client.connect();
	await client.query(sql);
	await client.end();
}

function databaseEnvironment({ hostname, port, pathname, username, password }: URL): NodeJS.ProcessEnv {
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: hostname,
		DB_POSTGRESDB_PORT: port || '5432',
		DB_POSTGRESDB_DATABASE: pathname.slice(1),
		DB_POSTGRESDB_USER: decodeURIComponent(username),
		DB_POSTGRESDB_PASSWORD: decodeURIComponent(password),
	};
}

function redisEnvironment({ hostname, port, username, password, pathname }: URL, prefix: string): NodeJS.ProcessEnv {
	return {
		QUEUE_BULL_REDIS_HOST: hostname,
		QUEUE_BULL_REDIS_PORT: port || '6379',
		QUEUE_BULL_REDIS_USERNAME: decodeURIComponent(username),
		QUEUE_BULL_REDIS_PASSWORD: decodeURIComponent(password),
		QUEUE_BULL_REDIS_DB: pathname.slice(1) || '0',
		// Both of n8n's ways to Redis: the queue, and what its processes tell each other.
		QUEUE_BULL_PREFIX: `${prefix}-bull`,
		N8N_REDIS_KEY_PREFIX: `${prefix}-n8n`,
	};
}

/** One command as MONITOR reports it: a time, where it came from, and its words in quotation marks. */
const COMMAND = /^\+[\d.]+ \[[^\]]*\] (.*)$/;
const WORD = /"((?:[^"\\]|\\.)*)"/g;

/**
 * MONITOR on a connection of its own. Not by the client: it takes what Redis reports for a reply when that comes together
 * with the one to MONITOR itself, as happens wherever others are busy.
 */
async function monitor({ hostname, port, username, password }: URL, onCommand: (words: string[]) => void): Promise<() => void> {
	const socket = connectTo(Number(port || 6379), hostname);
	await once(socket, 'connect');
	const lines = createInterface({ input: socket });
	const isListening = new Promise<void>((resolve, reject) => {
		lines.on('line', (line) => {
			const command = COMMAND.exec(line)?.[1];
			if (command !== undefined) onCommand([...command.matchAll(WORD)].map(([, word]) => unescaped(word!)));
			else if (line === '+OK') resolve();
			else reject(new Error(`Redis answers MONITOR with ${line}`));
		});
		socket.once('error', reject);
	});
	if (password !== '') socket.write(`AUTH ${decodeURIComponent(username || 'default')} ${decodeURIComponent(password)}\r\n`);
	socket.write('MONITOR\r\n');
	await isListening;
	return () => socket.destroy();
}

/** A word of a command as it was sent, from how Redis reports it. */
function unescaped(word: string): string {
	const letters: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };
	const bytes = word.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_all, hex: string | undefined, letter: string) =>
		hex === undefined ? (letters[letter] ?? letter) : String.fromCharCode(parseInt(hex, 16)),
	);
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

async function startPostgres(): Promise<Server> {
	const initdb = program('initdb', 'postgres');
	const postgres = program('postgres', 'postgres');
	const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-postgres-'));
	// PostgreSQL refuses to run as root.
	const user = process.getuid?.() === 0 ? idsOf('postgres') : undefined;
	if (user !== undefined) chownSync(folder, user.uid, user.gid);
	const { port } = await freePorts(['port']);
	const data = join(folder, 'data');
	await runCommand(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'], { cwd: folder, env: process.env, ...user });
	const server = new Launched(postgres, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder], { cwd: folder, env: process.env, ...user });
	const url = new URL(`postgres://postgres@127.0.0.1:${port}/postgres`);
	return await ready('PostgreSQL', server, folder, url, async () => await query(url, 'SELECT 1'));
}

async function startRedis(): Promise<Server> {
	const redis = program('redis-server', 'redis');
	const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-redis-'));
	const { port } = await freePorts(['port']);
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
	const server = new Launched(redis, args, { cwd: folder });
	return await ready('Redis', server, folder, new URL(`redis://127.0.0.1:${port}`), () => {
		if (!server.output.includes('Ready to accept connections')) throw new Error(server.output);
	});
}

/** Waits until a server answers. Throws an `Error` with what it printed when it does not. */
async function ready(name: string, server: Launched, folder: string, url: URL, probe: () => Promise<void> | void): Promise<Server> {
	const stop = async () => {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	try {
		await until(`${name} to answer`, async () => {
			if (!server.isRunning) return 'ended';
			await probe();
			return 'answered';
		});
		if (!server.isRunning) throw new Error(`${name} ended at its start.`);
	} catch (error) {
		await stop();
		throw new Error(`${name} did not start:\n${server.output.slice(-2_000)}`, { cause: error });
	}
	return { url, stop };
}

/** What to install for a server, and the variable that points to a running one. */
const PRODUCTS = {
	postgres: { install: 'PostgreSQL (Debian: postgresql)', variable: 'E2E_POSTGRES_URL' },
	redis: { install: 'Redis (Debian: redis-server)', variable: 'E2E_REDIS_URL' },
};

/** The path of a program. Debian keeps those of PostgreSQL's server out of the PATH. */
function program(name: string, product: keyof typeof PRODUCTS): string {
	const versions = '/usr/lib/postgresql';
	const debian = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
	const found = [...(process.env.PATH ?? '').split(delimiter), ...debian].map((folder) => join(folder, name)).find((path) => existsSync(path));
	if (found !== undefined) return found;
	const { install, variable } = PRODUCTS[product];
	throw new Error(`There is no ${name} here: install ${install}, or set ${variable} to a running one.`);
}

function idsOf(user: string): { uid: number; gid: number } {
	const entry = readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith(`${user}:`));
	if (entry === undefined) throw new Error(`PostgreSQL does not run as root, and there is no user “${user}” here: run this as another user.`);
	const [, , uid, gid] = entry.split(':');
	return { uid: Number(uid), gid: Number(gid) };
}
