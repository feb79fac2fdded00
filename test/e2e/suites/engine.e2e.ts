import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { INode, INodeExecutionData } from 'n8n-workflow';

import { ID, isAbout, itemsFor, SECRET } from '../../harness/items';
import { installN8n, VERSIONS } from '../n8n/install';
import { N8nServer, type Execution } from '../n8n/server';
import { CASE_NAMES, caseOf, startVendors, withOptions, type Vendors } from '../n8n/vendors';
import { itemsWorkflow, vendorNode } from '../n8n/workflows';

const ON_ERROR = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

/** Output items of a node's last run. */
function output({ data }: Execution, node: string, branch = 0): INodeExecutionData[] {
	return data?.resultData.runData[node]?.at(-1)?.data?.main?.[branch] ?? [];
}

for (const version of VERSIONS) {
	describe(`n8n ${version}: three items, one of which fails`, () => {
		let vendors: Vendors;
		let server: N8nServer;
		const credentialIds: Record<string, string> = {};

		before(async () => {
			vendors = await startVendors();
			server = await N8nServer.start({ install: await installN8n(version, console.log) });
			for (const [type, data] of Object.entries(vendors.credentials)) credentialIds[type] = await server.createCredential(type, data);
		}, { timeout: 600_000 });

		after(async () => {
			await server?.remove();
			await vendors?.stop();
		}, { timeout: 60_000 });

		// Tokens stay valid, as n8n keeps them from one execution to the next.
		beforeEach(() => vendors.simulators.forEach(({ server: vendor }) => vendor.clear()));

		let count = 0;

		/** Runs an update of these credentials by the workflow's webhook, and yields the execution. */
		async function runUpdate(caseName: string, ids: string[], settings: Partial<INode>): Promise<Execution> {
			const { nodeName, update } = caseOf(vendors, caseName);
			const path = `engine-${(count += 1)}`;
			// One at a time, so that it is known which items a stop comes before.
			const parameters = withOptions(update.parameters(ID, SECRET), { maxConcurrency: 1 });
			const type = update.credentialType;
			const node = vendorNode('Node', nodeName, parameters, { [type]: credentialIds[type]! }, settings);
			const id = await server.createWorkflow(itemsWorkflow(path, node));
			await server.activate(id);
			// Other secrets each time: a vendor that shows what it holds is not sent the same again.
			const items = itemsFor(ids).map(({ json }) => ({ ...json, secret: `${String(json.secret)}-${path}` }));
			const response = await server.callWebhook(path, { items });
			assert.equal(response.status, 200);
			const [execution] = await server.ended(id);
			return execution!;
		}

		for (const caseName of CASE_NAMES) {
			for (const onError of ON_ERROR) {
				for (const failing of [0, 1]) {
					for (const retryOnFail of [false, true]) {
						test(`${caseName}, item ${failing}, ${onError}${retryOnFail ? ', Retry On Fail' : ''}: right branch, right pairing, nothing sent twice`, { timeout: 180_000 }, async () => {
							const { update, requests } = caseOf(vendors, caseName);
							const ids: string[] = [...update.ids];
							ids[failing] = update.missingId;

							const execution = await runUpdate(caseName, ids, { onError, retryOnFail, maxTries: 3, waitBetweenTries: 1 });

							const stops = onError === 'stopWorkflow';
							assert.equal(execution.status, stops ? 'error' : 'success');
							// n8n retries a node that threw, and one whose first output item has an error.
							const runs = retryOnFail && (stops || failing === 0) ? 3 : 1;
							assert.equal(requests().filter(isAbout(update, update.missingId)).length, runs);
							const good = ids.filter((id) => id !== update.missingId);
							const reached = good.filter((id) => !(stops && ids.indexOf(id) > failing));
							for (const id of good) {
								const changes = requests().filter((request) => update.isChange(request) && isAbout(update, id)(request));
								assert.equal(changes.length, reached.includes(id) ? 1 : 0, `changes of ${id}`);
							}

							if (stops) {
								const text = JSON.stringify(execution.data?.resultData.error);
								const left = ids.slice(failing + 1);
								assert.ok(text.includes(`Failed: 1 (${update.missingId}).`), text);
								assert.ok(text.includes(`Not started: ${left.length} (${left.join(', ')}).`), text);
								for (const id of reached) assert.match(text, new RegExp(`Succeeded: [^.]*${id}`));
								assert.equal(text.includes('Nothing was changed.'), reached.length === 0);
								return;
							}
							const success = output(execution, 'Node', 0);
							const failures = onError === 'continueErrorOutput' ? output(execution, 'Node', 1) : [success[failing]!];
							assert.equal(success.length, onError === 'continueErrorOutput' ? 2 : 3);
							assert.equal(failures.length, 1);
							assert.deepEqual(Object.keys(failures[0]!.json), ['error']);
							assert.equal((failures[0]!.json.error as { id: string }).id, update.missingId);
							assert.equal(originOf(failures[0]!), failing);
							const changed = success.filter(({ json }) => json.error === undefined);
							assert.deepEqual(changed.map(({ json }) => json.id), good);
							assert.deepEqual(changed.map(originOf), good.map((id) => ids.indexOf(id)));
						});
					}
				}
			}
		}
	});
}

/** Index of the input item that an output item is paired with. */
function originOf({ pairedItem }: INodeExecutionData): number | undefined {
	if (typeof pairedItem === 'number') return pairedItem;
	return Array.isArray(pairedItem) ? undefined : pairedItem?.item;
}
