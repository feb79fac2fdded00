// The environment of every test file: one realm for all, so that what is heavy to load is loaded once per worker and
// not once per test file. Our own code is loaded anew for each, with the state of its modules.
require('./typescript.cjs');
// Before anything of n8n's.
require('./environment.ts');

const SingleContextEnvironment = require('jest-environment-node-single-context');

module.exports = class extends SingleContextEnvironment {
	async setup() {
		await super.setup();
		this.global.requireOnce = require;
	}
};
