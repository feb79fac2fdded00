import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';

import { manifest, maskedFields } from '../../harness/packageTypes';
import { installN8n } from '../n8n/install';
import { N8nServer, type Execution, type NewWorkflow } from '../n8n/server';
import { startVendors, types, type Vendors } from '../n8n/vendors';
import { baseNode, connections, vendorNode, webhook } from '../n8n/workflows';

/** Credential types that sign requests; the others hold secrets, and have nobody to show them to. */
const TESTED = [...types.credentials.values()].filter((type) => type.test !== undefined).map(({ name }) => name);

/** What happened and how to mend it, rather than a status in one word. */
const SENTENCE = /^[A-Z“].* .*\.$/;

describe('the package, installed in n8n 2.41 as a user installs it', () => {
	let vendors: Vendors;
	let server: N8nServer;
	const credentialIds: Record<string, string> = {};

	before(async () => {
		vendors = await startVendors();
		server = await N8nServer.start({ install: await installN8n('2.41', console.log) });
		for (const [type, data] of Object.entries(vendors.credentials)) credentialIds[type] = await server.createCredential(type, data);
	}, { timeout: 900_000 });

	after(async () => {
		await server?.remove();
		await vendors?.stop();
	}, { timeout: 60_000 });

	test('n8n knows every node', async () => {
		const names = [...types.nodes.keys(), ...types.triggers.keys()];

		const known = await server.rest<Array<{ name: string }>>('POST', '/node-types', {
			nodeInfos: names.map((name) => ({ name: `${manifest.name}.${name}`, version: 1 })),
		});

		assert.deepEqual(known.map(({ name }) => name).sort(), names.sort());
	});

	for (const type of TESTED) {
		describe(`the editor’s test of ${type}`, () => {
			const told = async (changes: ICredentialDataDecryptedObject) =>
				await server.testCredential(type, { ...vendors.credentials[type], ...changes });
			const masked = maskedFields(types.credentials.get(type)!);

			test('says yes to good data', async () => {
				assert.deepEqual((await told({})).status, 'OK');
			});

			test('says no to a wrong key, in words that do not repeat it', async () => {
				const wrong = Object.fromEntries(masked.map((name) => [name, 'not-the-right-key']));

				const { status, message } = await told(wrong);

				assert.equal(status, 'Error');
				assert.match(message, SENTENCE);
				assert.doesNotMatch(message, /not-the-right-key/);
			});

			test('says no to a host that is not there, and to one that a key would reach in clear', async () => {
				const hosts = Object.entries(vendors.credentials[type]!).filter(([, value]) => String(value).startsWith('http://'));
				assert.notEqual(hosts.length, 0);
				const at = (url: string) => Object.fromEntries(hosts.map(([name]) => [name, url]));

				const nobody = await told(at('http://127.0.0.1:1'));
				const inClear = await told(at('http://vendor.example.com'));

				assert.equal(nobody.status, 'Error');
				assert.equal(inClear.status, 'Error');
				assert.match(inClear.message, /“[^”]+” of the credential must begin with https:/);
				const keys = masked.map((name) => String(vendors.credentials[type]![name] ?? '')).filter((key) => key !== '');
				for (const { message } of [nobody, inClear]) assert.deepEqual(keys.filter((key) => message.includes(key)), []);
			});
		});
	}

	/** From a trigger, an update at every vendor side by side. */
	function updateEverywhere(name: string, trigger: INode, secret: string): NewWorkflow {
		const nodes = vendors.cases.map(({ name: caseName, nodeName, update }) =>
			vendorNode(caseName, nodeName, update.parameters(update.ids[0], secret), { [update.credentialType]: credentialIds[update.credentialType]! }),
		);
		return { name, nodes: [trigger, ...nodes], connections: connections({ [trigger.name]: [nodes.map((node) => node.name)] }) };
	}

	const failureOf = ({ data }: Execution) => String(data?.resultData.error?.message);

	function expectUpdated(data: Execution['data'], secret: string): void {
		for (const { name, update, traits } of vendors.cases) {
			const items = data?.resultData.runData[name]?.[0]?.data?.main?.[0] ?? [];
			assert.deepEqual(items.map(({ json }) => [json.id, json.outcome]), [[update.ids[0], 'updated']], name);
			if (traits.sendsSecret) assert.ok(update.storedSecrets(update.ids[0]).includes(secret), `${name} holds the new secret`);
		}
	}

	test('a webhook rotates at every vendor', { timeout: 120_000 }, async () => {
		const id = await server.createWorkflow(updateEverywhere('By webhook', webhook('rotate'), 'by-webhook'));
		await server.activate(id);

		const response = await server.callWebhook('rotate');

		assert.equal(response.status, 200);
		const [execution] = await server.ended(id);
		assert.equal(execution!.status, 'success', failureOf(execution!));
		assert.equal(execution!.mode, 'webhook');
		expectUpdated(execution!.data, 'by-webhook');
	});

	test('a schedule rotates at every vendor', { timeout: 120_000 }, async () => {
		const everySecond = { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } };
		const id = await server.createWorkflow(updateEverywhere('By schedule', baseNode('Schedule', 'scheduleTrigger', 1.2, everySecond), 'by-schedule'));
		await server.activate(id);

		const executions = await server.ended(id).finally(async () => await server.api('POST', `/workflows/${id}/deactivate`));

		// It may have fired more than once; DX refuses a secret that it already has.
		const first = executions.at(-1)!;
		assert.equal(first.status, 'success', failureOf(first));
		assert.equal(first.mode, 'trigger');
		expectUpdated(first.data, 'by-schedule');
	});

	test('the command line rotates at every vendor', { timeout: 120_000 }, async () => {
		const id = await server.createWorkflow(updateEverywhere('By command', baseNode('By Hand', 'manualTrigger', 1), 'by-command'));

		expectUpdated(await server.instance.execute(id), 'by-command');
	});
});
