import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { INode, INodeExecutionData } from 'n8n-workflow';

import { ID, itemsFor, SECRET } from '../../harness/items';
import { installN8n } from '../n8n/install';
import { N8nServer } from '../n8n/server';
import { CASE_NAMES, caseOf, startVendors, type Vendors } from '../n8n/vendors';
import { itemsWorkflow, vendorNode } from '../n8n/workflows';

const VERSION = '2.41';
const ITEMS = 60;

/** Milliseconds of a request: a few of the items are done when the workflow's time is over. */
const LATENCY_MS = 700;
const TIME_S = 4;

const SETTINGS: Array<[string, Partial<INode>]> = [
	['stops at a failure', {}],
	['stops at a failure and is retried', { retryOnFail: true, maxTries: 3, waitBetweenTries: 2_000 }],
	['has an output for failed items and is retried', { onError: 'continueErrorOutput', retryOnFail: true, maxTries: 3, waitBetweenTries: 2_000 }],
];

describe(`n8n ${VERSION}: a run that its workflow’s time limit ends`, () => {
	let vendors: Vendors;
	let server: N8nServer;

	before(async () => {
		vendors = await startVendors();
		server = await N8nServer.start({ install: await installN8n(VERSION, console.log) });
	}, { timeout: 900_000 });

	after(async () => {
		await server?.remove();
		await vendors?.stop();
	}, { timeout: 60_000 });

	beforeEach(() => vendors.reset());

	for (const [index, caseName] of CASE_NAMES.entries()) {
		for (const [place, [what, settings]] of SETTINGS.entries()) {
			test(`${caseName}, a node that ${what}: what has become of each item is stored`, { timeout: 120_000 }, async () => {
				const { update, nodeName, simulator } = caseOf(vendors, caseName);
				simulator.server.latencyMs = LATENCY_MS;
				const type = update.credentialType;
				const path = `cancelled-${index}-${place}`;
				const node = vendorNode('Node', nodeName, update.parameters(ID, SECRET), { [type]: await server.createCredential(type, vendors.credentials[type]!) }, settings);
				const workflow = itemsWorkflow(path, node);
				const id = await server.createWorkflow({ ...workflow, settings: { executionTimeout: TIME_S } });
				await server.activate(id);
				const ids = Array.from({ length: ITEMS }, (_, item) => update.ids[item % update.ids.length]!);
				await server.callWebhook(path, { items: itemsFor(ids).map(({ json }) => json) });

				const [execution] = await server.ended(id);
				simulator.server.latencyMs = 0;

				assert.equal(execution!.status, 'canceled');
				const [task, ...others] = execution!.data!.resultData.runData.Node ?? [];
				assert.deepEqual(others, []);
				assert.equal(task?.error, undefined);
				const items = (task?.data?.main ?? []).flatMap((branch) => branch ?? []) as INodeExecutionData[];
				const codes = items.map(({ json }) => (json.error as { code: string } | undefined)?.code ?? json.outcome);
				assert.equal(items.length, ITEMS);
				assert.deepEqual(codes.filter((code) => code !== 'updated' && code !== 'cancelled'), []);
				const done = codes.filter((code) => code === 'updated').length;
				const inDoubt = items.filter(({ json }) => (json.error as { applied?: string } | undefined)?.applied === 'unknown').length;
				const carriedOut = simulator.server.carriedOut.filter((request) => update.isChange(request)).length;
				assert.ok(done > 0 && done <= carriedOut && carriedOut <= done + inDoubt, `${done} done, ${inDoubt} in doubt, ${carriedOut} carried out`);
			});
		}
	}
});
