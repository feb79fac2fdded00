import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { installN8n } from '../n8n/install';
import { N8nServer } from '../n8n/server';
import { startVendors, types, type Vendors } from '../n8n/vendors';
import { manifest } from '../../harness/packageTypes';

describe('the package, installed in n8n 2.41 as a user installs it', () => {
	let vendors: Vendors;
	let server: N8nServer;

	before(async () => {
		vendors = await startVendors();
		server = await N8nServer.start({ install: await installN8n('2.41', console.log) });
	}, { timeout: 300_000 });

	after(async () => {
		await server?.remove();
		await vendors?.stop();
	}, { timeout: 60_000 });

	test('n8n knows every node', async () => {
		const names = [...types.nodes.keys()];

		const known = await server.rest<Array<{ name: string; usableAsTool?: boolean }>>('POST', '/node-types', {
			nodeInfos: names.map((name) => ({ name: `${manifest.name}.${name}`, version: 1 })),
		});

		assert.deepEqual(known.map(({ name }) => name).sort(), names.sort());
	});

	for (const type of types.credentials.keys()) {
		if (types.credentials.get(type)!.test === undefined) continue;
		test(`the editor’s test of ${type} says yes to good data`, async () => {
			assert.deepEqual((await server.testCredential(type, vendors.credentials[type]!)).status, 'OK');
		});
	}
});
