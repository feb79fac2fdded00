// Prints all that a SQLite database holds, as JSON lines: for each table its columns, then its rows. What is no text comes
// as { base64 }. A script of its own, because node:sqlite needs Node 24: node readSqlite.mjs <file>
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(process.argv[2], { readOnly: true });
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
const printed = (value) => (value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : String(value ?? ''));

for (const { name: table } of database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()) {
	const columns = database.prepare(`PRAGMA table_xinfo(${quoted(table)})`).all().map(({ name }) => name);
	console.log(JSON.stringify({ table, columns }));
	const statement = database.prepare(`SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(table)}`);
	statement.setReadBigInts(true);
	for (const row of statement.iterate()) console.log(JSON.stringify({ row: columns.map((column) => printed(row[column])) }));
}
