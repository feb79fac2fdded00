// The environment of every test file: one realm for all, so that what is heavy to load is loaded once per worker and
// not once per test file. Our own code is loaded anew for each, with the state of its modules.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const SingleContextEnvironment = require('jest-environment-node-single-context');

// Each test file loads our own modules anew, and some of them tidy up when the process ends.
process.setMaxListeners(0);

// n8n-core reads these while it is being loaded, and writes its settings into the folder.
const userFolder = mkdtempSync(join(tmpdir(), 'credential-rotation-'));
process.on('exit', () => rmSync(userFolder, { recursive: true, force: true }));
Object.assign(process.env, {
	N8N_USER_FOLDER: userFolder,
	N8N_ENCRYPTION_KEY: 'for-tests-only',
	N8N_LOG_LEVEL: process.env.N8N_LOG_LEVEL ?? 'silent',
	N8N_DIAGNOSTICS_ENABLED: 'false',
});

module.exports = class extends SingleContextEnvironment {
	async setup() {
		await super.setup();
		this.global.requireOnce = require;
	}
};
