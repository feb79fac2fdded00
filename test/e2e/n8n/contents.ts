import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import type Redis from 'ioredis';
import type { Client } from 'pg';

import { packageRoot } from '../../harness/packageTypes';
import { node24 } from './install';
import { runCommand } from './processes';

/** One value, and where it is: `table.column` in a database. */
export interface Cell {
	place: string;
	value: string | Buffer;
}

/** All that a database holds. */
export interface Contents {
	tables: number;
	columns: number;
	rows: number;
	cells: Cell[];
}

const emptyContents = (): Contents => ({ tables: 0, columns: 0, rows: 0, cells: [] });

/** Everything in a SQLite database, its write-ahead log included, whether n8n has it open or not. */
export async function sqliteContents(node: string, file: string): Promise<Contents> {
	const printed = await runCommand(node, [join(packageRoot, 'test', 'e2e', 'n8n', 'readSqlite.mjs'), file], {
		env: { ...process.env, NODE_NO_WARNINGS: '1' },
	});
	const contents = emptyContents();
	let head = { table: '', columns: [] as string[] };
	for (const line of printed.split('\n').filter((each) => each !== '')) {
		const read = JSON.parse(line) as typeof head | { row: Array<string | { base64: string }> };
		if ('table' in read) {
			head = read;
			contents.tables += 1;
			contents.columns += read.columns.length;
			continue;
		}
		contents.rows += 1;
		for (const [index, value] of read.row.entries()) {
			contents.cells.push({
				place: `${head.table}.${head.columns[index]}`,
				value: typeof value === 'string' ? value : Buffer.from(value.base64, 'base64'),
			});
		}
	}
	return contents;
}

/** Has a credential of an n8n on SQLite be changed last so many days ago; n8n may have the file open. */
export async function ageCredential(file: string, id: string, days: number): Promise<void> {
	// As n8n writes it there.
	const at = new Date(Date.now() - days * 86_400_000).toISOString().replace('T', ' ').replace('Z', '');
	await runCommand(node24(), [join(packageRoot, 'test', 'e2e', 'n8n', 'ageSqlite.mjs'), file, id, at], { env: { ...process.env, NODE_NO_WARNINGS: '1' } });
}

/** Everything in a PostgreSQL database: every schema but the server's own, every column as text, bytes as they are. */
export async function postgresContents(client: Client): Promise<Contents> {
	const contents = emptyContents();
	const { rows: tables } = await client.query<{ schema: string; name: string }>(
		`SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
	);
	for (const { schema, name } of tables) {
		const { rows: columns } = await client.query<{ name: string; type: string }>(
			'SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2',
			[schema, name],
		);
		const quoted = (text: string) => client.escapeIdentifier(text);
		const wanted = columns.map((column) => `${quoted(column.name)}${column.type === 'bytea' ? '' : '::text'}`);
		const { rows } = await client.query({
			text: `SELECT ${wanted.join(', ')} FROM ${quoted(schema)}.${quoted(name)}`,
			rowMode: 'array',
		});
		contents.tables += 1;
		contents.columns += columns.length;
		contents.rows += rows.length;
		for (const row of rows) {
			for (const [index, value] of (row as Array<string | Buffer | null>).entries()) contents.cells.push({ place: `${name}.${columns[index]!.name}`, value: value ?? '' });
		}
	}
	return contents;
}

/** How all that a key holds is read, by the key's type. */
const READERS: Record<string, (redis: Redis, key: string) => Promise<unknown>> = {
	string: async (redis, key) => await redis.get(key),
	hash: async (redis, key) => await redis.hgetall(key),
	list: async (redis, key) => await redis.lrange(key, 0, -1),
	set: async (redis, key) => await redis.smembers(key),
	zset: async (redis, key) => await redis.zrange(key, 0, '-1', 'WITHSCORES'),
	stream: async (redis, key) => await redis.xrange(key, '-', '+'),
};

/** Every key of a Redis and what it holds, one cell each. */
export async function redisCells(redis: Redis): Promise<Cell[]> {
	const cells: Cell[] = [];
	for (const key of await redis.keys('*')) {
		const type = await redis.type(key);
		// Gone meanwhile: the jobs of runs that are over.
		if (type === 'none') continue;
		const read = READERS[type];
		if (read === undefined) throw new Error(`The Redis key ${key} has the type ${type}, which is not looked into.`);
		cells.push({ place: key, value: textOf(await read(redis, key)) });
	}
	return cells;
}

/** Strings as they are, one a line, so that what is inside them is not escaped once more. */
function textOf(value: unknown): string {
	if (Array.isArray(value)) return value.map(textOf).join('\n');
	if (typeof value === 'object' && value !== null) return textOf(Object.entries(value));
	return String(value);
}

/** The bytes of every file in a folder, but for installed packages. */
export function fileCells(folder: string): Cell[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((path) => !path.includes('node_modules'))
		.map((path) => join(folder, path))
		.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
		.map((path) => ({ place: relative(folder, path), value: readFileSync(path) }));
}
