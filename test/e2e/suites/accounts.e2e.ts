import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { ICredentialDataDecryptedObject, INodeExecutionData } from 'n8n-workflow';

import { ID, itemsFor, newSecret, SECRET, storedSecret } from '../../harness/items';
import { SimulatorServer } from '../../simulator/server';
import { installN8n, VERSIONS } from '../n8n/install';
import { N8nServer, type Execution } from '../n8n/server';
import { CASE_NAMES, caseOf, startVendors, types, type Vendors } from '../n8n/vendors';
import { baseNode, itemsWorkflow, vendorNode } from '../n8n/workflows';

function output({ data }: Execution, node: string, branch = 0): INodeExecutionData[] {
	return data?.resultData.runData[node]?.at(-1)?.data?.main?.[branch] ?? [];
}

/** Every field of a credential out of the item, but for choices: by these n8n decides which other fields have to be there. */
function byItem(type: string, data: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
	const choices = types.credentials.get(type)!.properties.filter((property) => property.type === 'options').map(({ name }) => name);
	return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, choices.includes(name) ? value : `={{ $json.account.${name} }}`]));
}

for (const version of VERSIONS) {
	describe(`n8n ${version}: items of several accounts`, () => {
		let own: Vendors;
		let foreign: Vendors;
		let server: N8nServer;

		before(async () => {
			[own, foreign] = [await startVendors(), await startVendors()];
			server = await N8nServer.start({ install: await installN8n(version, console.log) });
		}, { timeout: 600_000 });

		after(async () => {
			await server?.remove();
			await own?.stop();
			await foreign?.stop();
		}, { timeout: 60_000 });

		beforeEach(() => [own, foreign].forEach((vendors) => vendors.reset()));

		let count = 0;
		async function ended(node: ReturnType<typeof vendorNode>, items: object[]): Promise<Execution> {
			const path = `accounts-${(count += 1)}`;
			const id = await server.createWorkflow(itemsWorkflow(path, { ...node, onError: 'continueErrorOutput' }));
			await server.activate(id);
			assert.equal((await server.callWebhook(path, { items })).status, 200);
			const [execution] = await server.ended(id);
			return execution!;
		}

		for (const caseName of CASE_NAMES) {
			test(`${caseName}: each item goes to its own account’s host, with its own key`, { timeout: 120_000 }, async (context) => {
				const { update, nodeName, traits } = caseOf(own, caseName);
				if (version === '2.8' && traits.signsIn) return context.skip('n8n 2.8 overwrites the expressions of a credential with a token: a stated limit');
				const type = update.credentialType;
				const credentialId = await server.createCredential(type, byItem(type, own.credentials[type]!));
				const node = vendorNode('Node', nodeName, update.parameters(ID, SECRET), { [type]: credentialId });
				const accounts = [own.credentials[type]!, foreign.credentials[type]!];
				const items = itemsFor([...update.ids, update.ids[0]]).map(({ json }, index) => ({ ...json, account: accounts[index % 2] }));

				const execution = await ended(node, items);

				assert.deepEqual(output(execution, 'Node', 1), []);
				assert.deepEqual(output(execution, 'Node').map(({ json }) => json.id), items.map((item) => (item as { id?: unknown }).id));
				for (const [vendors, indices] of [[own, [0, 2]], [foreign, [1, 3]]] as const) {
					const changes = vendors.simulators.get(nodeName)!.server.requests.filter((request) => update.isChange(request));
					assert.equal(changes.length, 2);
					const sent = changes.map(({ text }) => text).join();
					if (traits.sendsSecret) for (const index of indices) assert.ok(sent.includes(JSON.stringify(newSecret(index)).slice(1, -1)));
				}
			});

			test(`${caseName}: each item is sent the stored secret that its expression yields`, { timeout: 120_000 }, async (context) => {
				const { update, nodeName } = caseOf(own, caseName);
				if (update.stored === undefined) return context.skip('sends no secret');
				const type = update.credentialType;
				const node = vendorNode('Node', nodeName, update.stored.parameters(ID), {
					[type]: await server.createCredential(type, own.credentials[type]!),
					rotationSecretApi: await server.createCredential('rotationSecretApi', storedSecret(update.stored.values('={{ $json.secret }}'))),
				});

				const execution = await ended(node, itemsFor(update.ids).map(({ json }) => json));

				assert.deepEqual(output(execution, 'Node', 1), []);
				for (const [index, id] of update.ids.entries()) assert.ok(update.storedSecrets(id).includes(newSecret(index)));
			});

			test(`${caseName}: a stored secret that is the one from before is refused, with nothing sent`, { timeout: 120_000 }, async (context) => {
				const { update, nodeName } = caseOf(own, caseName);
				if (update.stored === undefined) return context.skip('sends no secret');
				const { credentials = [] } = types.nodes.get(nodeName)!.description;
				const before = credentials.find(({ name }) => name === 'rotationPreviousSecretApi');
				if (before?.displayOptions?.show?.['/options.onVerificationFailure'] === undefined) return context.skip('puts nothing back');
				const type = update.credentialType;
				const values = storedSecret(update.stored.values(newSecret(0)));
				const node = vendorNode('Node', nodeName, { ...update.stored.parameters(ID), options: { onVerificationFailure: 'restore' } }, {
					[type]: await server.createCredential(type, own.credentials[type]!),
					rotationSecretApi: await server.createCredential('rotationSecretApi', values),
					rotationPreviousSecretApi: await server.createCredential('rotationPreviousSecretApi', values),
				});

				const execution = await ended(node, itemsFor([update.ids[0]]).map(({ json }) => json));

				const errors = output(execution, 'Node', 1).map(({ json }) => json.error as { code: string; applied: string });
				assert.deepEqual(errors.map(({ code, applied }) => [code, applied]), [['invalidInput', 'no']]);
				assert.deepEqual(own.simulators.get(nodeName)!.server.requests, []);
			});

			if (version !== '2.41') continue;
			test(`${caseName}: the credential goes to no other host in n8n’s HTTP Request node, and to its own`, { timeout: 120_000 }, async () => {
				const { update, nodeName } = caseOf(own, caseName);
				const type = update.credentialType;
				const credentialId = await server.createCredential(type, own.credentials[type]!);
				const elsewhere = new SimulatorServer([], () => ({ status: 200, body: {} }));
				const url = `${await elsewhere.listen()}/anywhere`;
				const rightful = `${String(own.credentials[type]!.baseUrl)}/nowhere-in-particular`;
				const asking = (to: string) => ({
					...baseNode('Node', 'httpRequest', 4.2, { url: to, authentication: 'predefinedCredentialType', nodeCredentialType: type, options: { redirect: { redirect: { followRedirects: true } } } }),
					credentials: { [type]: { id: credentialId, name: type } },
				});

				await ended(asking(url), [{}]);
				assert.deepEqual(elsewhere.requests, []);

				await ended(asking(rightful), [{}]);
				const asked = own.simulators.get(nodeName)!.server.requests.filter(({ target }) => target.includes('nowhere-in-particular'));
				// For a vendor with access tokens n8n asks once more after a refusal.
				assert.ok(asked.length >= 1);

				own.simulators.get(nodeName)!.server.plan({ when: ({ target }) => target.includes('nowhere-in-particular'), answer: { status: 307, headers: { location: url } } });
				await ended(asking(rightful), [{}]);
				assert.deepEqual(elsewhere.requests, []);
				await elsewhere.close();
			});
		}
	});
}
