// Prepares and runs what needs a real n8n: installs the drivers of these tests, compiles them, then hands over to the
// script that is named, one of this folder or by its path from the top: node test/e2e/start.mjs <script> [arguments]
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { install, run } from '../install.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

const [script, ...args] = process.argv.slice(2);
install(here);
rmSync(join(here, 'dist'), { recursive: true, force: true });
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', here], root);
// In this process, so that Ctrl-C reaches one process only.
process.argv = [process.argv[0], join(here, 'dist', script.includes('/') ? '.' : 'test/e2e', `${script}.js`), ...args];
await import(process.argv[1]);
