// Done once per worker, by the environment of the test files.
jest.mock('./environment', () => ({}));

for (const name of ['reflect-metadata', 'n8n-workflow', 'n8n-core', '@n8n/di', '@n8n/backend-common', 'typescript', 'nylas', '@commercelayer/provisioning-sdk', 'fast-check', 'luxon']) {
	jest.mock(name, () => globalThis.requireOnce(name));
}

// jest has each of the errors that n8n and the tests make by the thousand keep a hundred frames, and look them up in the
// sources. Those of a test stand first.
Error.stackTraceLimit = 10;
