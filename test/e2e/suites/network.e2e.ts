import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import type { ICredentialDataDecryptedObject, INodeExecutionData } from 'n8n-workflow';

import { LOCALHOST } from '../../harness/certificate';
import { ID, itemsFor, SECRET } from '../../harness/items';
import { encrypted, plainHost, tunnelProxy, untrustedHost, type Stop, type TunnelAnswer } from '../../harness/network';
import { installN8n } from '../n8n/install';
import { N8nServer, type Execution } from '../n8n/server';
import { CASE_NAMES, caseOf, startVendors, type Vendors } from '../n8n/vendors';
import { itemsWorkflow, vendorNode } from '../n8n/workflows';

// What lies between n8n and a vendor, with n8n's own HTTP client and as Node reads its environment.

const VERSION = '2.41';

interface Told {
	message: string;
	hint: string | null;
	code: string;
	applied: string;
	retryable: boolean;
	stage: string;
	attempts: number;
}

const wordsOf = ({ message, hint }: Told) => `${message} ${hint}`;

function output({ data }: Execution, branch: number): INodeExecutionData[] {
	return data?.resultData.runData.Node?.at(-1)?.data?.main?.[branch] ?? [];
}

let vendors: Vendors;
before(async () => void (vendors = await startVendors()));
after(async () => await vendors?.stop());
beforeEach(() => vendors.reset());

const stops: Stop[] = [];
afterEach(async () => void (await Promise.all(stops.splice(0).map(async (stop) => await stop.close()))));
async function started(stop: Promise<Stop>): Promise<Stop> {
	stops.push(await stop);
	return stops.at(-1)!;
}

let count = 0;
/** Updates one credential with these changes to what the node signs in with. */
async function update(server: N8nServer, caseName: string, changes: ICredentialDataDecryptedObject): Promise<Execution> {
	const { nodeName, update: { ids, parameters, credentialType } } = caseOf(vendors, caseName);
	const credentialId = await server.createCredential(credentialType, { ...vendors.credentials[credentialType]!, ...changes });
	const path = `network-${(count += 1)}`;
	const node = vendorNode('Node', nodeName, parameters(ID, SECRET), { [credentialType]: credentialId });
	const id = await server.createWorkflow(itemsWorkflow(path, { ...node, onError: 'continueErrorOutput' }));
	await server.activate(id);
	assert.equal((await server.callWebhook(path, { items: itemsFor([ids[0]]).map(({ json }) => json) })).status, 200);
	const [execution] = await server.ended(id);
	return execution!;
}

async function failing(server: N8nServer, caseName: string, changes: ICredentialDataDecryptedObject): Promise<Told> {
	const execution = await update(server, caseName, changes);
	assert.deepEqual(output(execution, 0), []);
	const [item, ...others] = output(execution, 1);
	assert.deepEqual(others, []);
	return item!.json.error as unknown as Told;
}

const pick = ({ code, applied, retryable }: Told) => ({ code, applied, retryable });
const UNREACHED = { code: 'network', applied: 'no', retryable: true };
const NOT_TO_BE_REPEATED = { code: 'network', applied: 'no', retryable: false };

describe(`n8n ${VERSION}: encryption and proxies`, () => {
	let server: N8nServer;
	let proxy: Stop;
	let answer: TunnelAnswer;
	const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-ca-'));

	before(async () => {
		const file = join(folder, 'ca.pem');
		writeFileSync(file, LOCALHOST.cert);
		proxy = await tunnelProxy(() => answer);
		const env = { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'localhost,127.0.0.1' };
		server = await N8nServer.start({ install: await installN8n(VERSION, console.log), env });
	}, { timeout: 900_000 });

	after(async () => {
		await server?.remove();
		await proxy?.close();
		rmSync(folder, { recursive: true, force: true });
	}, { timeout: 60_000 });

	for (const caseName of CASE_NAMES) {
		const places = () => ['baseUrl', ...('authBaseUrl' in vendors.credentials[caseOf(vendors, caseName).update.credentialType]! ? ['authBaseUrl'] : [])];

		test(`${caseName}: a host that speaks plain http has been sent nothing`, { timeout: 120_000 }, async () => {
			const { port } = await started(plainHost());
			for (const place of places()) {
				const error = await failing(server, caseName, { [place]: `https://127.0.0.1:${port}` });

				assert.deepEqual(pick(error), UNREACHED);
				assert.match(wordsOf(error), /no encrypted connection/);
			}
		});

		test(`${caseName}: a certificate that n8n does not trust is named with its remedy, and not held against twice`, { timeout: 120_000 }, async () => {
			const host = await started(untrustedHost());
			for (const place of places()) {
				const error = await failing(server, caseName, { [place]: `https://127.0.0.1:${host.port}` });

				assert.deepEqual(pick(error), NOT_TO_BE_REPEATED);
				assert.match(wordsOf(error), /does not trust the certificate .*NODE_EXTRA_CA_CERTS/);
				assert.ok(error.attempts <= 1);
			}
			assert.deepEqual(host.requests, []);
		});

		test(`${caseName}: what NODE_EXTRA_CA_CERTS names is trusted, for the name that it is made out to`, { timeout: 120_000 }, async () => {
			const { port, pathname } = new URL(String(vendors.credentials[caseOf(vendors, caseName).update.credentialType]!.baseUrl));
			const host = await started(encrypted(Number(port), LOCALHOST));

			const execution = await update(server, caseName, { baseUrl: `https://localhost:${host.port}${pathname}` });
			assert.deepEqual(output(execution, 1), []);
			assert.equal(output(execution, 0)[0]!.json.outcome, 'updated');

			const error = await failing(server, caseName, { baseUrl: `https://127.0.0.1:${host.port}${pathname}` });
			assert.deepEqual(pick(error), NOT_TO_BE_REPEATED);
			assert.match(wordsOf(error), /made out to another name/);
		});

		test(`${caseName}: a proxy that does not open the tunnel is named`, { timeout: 240_000 }, async () => {
			for (const place of places()) {
				answer = 'hangUp';
				const cut = await failing(server, caseName, { [place]: 'https://vendor.invalid' });
				assert.deepEqual(pick(cut), UNREACHED);
				assert.match(wordsOf(cut), /a proxy on the way/);

				const page = '<html>Access denied</html>';
				const headers = `Content-Type: text/html\r\nContent-Length: ${page.length}\r\n`;
				for (const status of [407, 403, 401]) {
					answer = { status, headers, body: page };
					const asked = proxy.requests.length;
					const error = await failing(server, caseName, { [place]: 'https://vendor.invalid' });

					assert.equal(error.applied, 'no');
					assert.equal(error.retryable, false);
					assert.match(wordsOf(error), status === 407 ? /a proxy on the way .*HTTPS_PROXY/ : /a proxy (or gateway )?on the way/i);
					assert.doesNotMatch(wordsOf(error), /client secret of the credential/);
					// After a 401 a new access token is tried.
					if (status !== 401) assert.equal(proxy.requests.slice(asked).filter((target) => target.startsWith('vendor.invalid')).length, 1);
				}
				if (place === 'authBaseUrl') continue;
				answer = { status: 503, headers, body: page };
				const unreached = await failing(server, caseName, { [place]: 'https://other.invalid' });
				assert.deepEqual(pick(unreached), UNREACHED);
				assert.match(wordsOf(unreached), /a proxy on the way .* did not reach it/);
			}
		});

		test(`${caseName}: a list of domains without the sign-in host is named`, { timeout: 120_000 }, async (context) => {
			if (places().length === 1) return context.skip('signs in nowhere');
			const error = await failing(server, caseName, { allowedHttpRequestDomains: 'domains', allowedDomains: 'api.vendor.example' });

			assert.deepEqual(pick(error), { code: 'invalidInput', applied: 'no', retryable: false });
			assert.equal(error.stage, 'token');
			assert.match(wordsOf(error), /“Allowed HTTP Request Domains” .*the sign-in host/);
		});
	}
});

describe(`n8n ${VERSION}: protection against requests to internal addresses`, () => {
	let server: N8nServer;

	before(async () => {
		server = await N8nServer.start({ install: await installN8n(VERSION, console.log), env: { N8N_SSRF_PROTECTION_ENABLED: 'true' } });
	}, { timeout: 900_000 });

	after(async () => await server?.remove(), { timeout: 60_000 });

	for (const caseName of CASE_NAMES) {
		test(`${caseName}: is named, and not asked twice`, { timeout: 120_000 }, async () => {
			const { traits, simulator } = caseOf(vendors, caseName);
			const error = await failing(server, caseName, {});

			assert.deepEqual(pick(error), NOT_TO_BE_REPEATED);
			assert.match(wordsOf(error), traits.signsIn ? /has blocked the sign-in host/ : /has blocked the vendor’s host/);
			assert.ok(error.attempts <= 1);
			assert.deepEqual(simulator.server.requests, []);
		});
	}
});
