/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: '<rootDir>/test/harness/jestEnvironment.cjs',
	roots: ['<rootDir>/test'],
	// Not for jest: compiled files and installed packages of tests that bring their own.
	modulePathIgnorePatterns: ['<rootDir>/test/e2e/', '<rootDir>/test/published/'],
	testMatch: ['**/*.test.ts'],
	// Whatever is heavy is loaded once per worker.
	setupFiles: ['<rootDir>/test/harness/jestSetup.cjs'],
	// Types are checked by `npm run typecheck`; here they only slow the tests down.
	transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false, transpilation: true }] },
	testTimeout: 30_000,
	// Two cores are what continuous integration has.
	maxWorkers: 2,
	testSequencer: '<rootDir>/test/harness/jestSequencer.cjs',
};
