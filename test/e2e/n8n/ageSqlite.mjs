// Sets when a credential in n8n's SQLite database was changed last. A script of its own, because node:sqlite needs Node 24:
// node ageSqlite.mjs <file> <credential ID> <time>
import { DatabaseSync } from 'node:sqlite';

const [file, id, at] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec('PRAGMA busy_timeout = 10000');
const { changes } = database.prepare('UPDATE credentials_entity SET updatedAt = ? WHERE id = ?').run(at, id);
if (changes !== 1) throw new Error(`There is no credential ${id} in ${file}.`);
