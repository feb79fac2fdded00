import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * n8n-core reads these while it is being imported, so this module must come before it. The user folder is thrown away
 * with the process: n8n writes its settings there.
 */
const userFolder = mkdtempSync(join(tmpdir(), 'credential-rotation-'));
process.on('exit', () => rmSync(userFolder, { recursive: true, force: true }));

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'for-tests-only';
process.env.N8N_LOG_LEVEL ??= 'silent';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';

import 'reflect-metadata';
