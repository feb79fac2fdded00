import { randomBytes } from 'node:crypto';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { accountOf, fateOf, FATES, type Fate } from './account';
import { floorMs, limitMs, type Job } from './jobs';
import type { MeasuredServer } from './server';
import type { Subject } from './subjects';
import { startVendor, type Vendor } from './vendor';
import { workflowOf, type Site } from './workflows';

/** One run of one job in one way. */
export interface Measurement {
	/** From the call of the webhook to its answer, which comes when the last node has ended. */
	wallMs: number;
	/** CPU time of the n8n process meanwhile. */
	cpuMs: number;
	/** The most memory that it held, above what it held before. */
	memoryBytes: number;
	/** Of the execution, in n8n’s database. */
	storedBytes: number;
	/** How many of the secrets are in there. */
	storedSecrets: number;
	requests: number;
	signIns: number;
	throttled: number;
	refusedTokens: number;
	mostAtOnce: number;
	/** What has become of the items. */
	fates: Record<Fate, number>;
	/** Credentials that the vendor has changed. */
	changed: number;
	/** Whether n8n counts the execution as a success. */
	status: string;
	/** The shortest time in which this way could have taken, with the requests that it has sent. */
	floorMs: number;
}

/** Milliseconds after the answer in which n8n finishes what it does with an execution. */
const AFTERMATH_MS = 500;

/** Milliseconds within which a run has to end. */
const LONGEST_RUN_MS = 600_000;

export interface MeasureOptions {
	/** Where the CPU profile of the run goes; absent without one. */
	profile?: string;
}

function countBy(fates: Fate[]): Record<Fate, number> {
	return Object.fromEntries(FATES.map((fate) => [fate, fates.filter((each) => each === fate).length])) as Record<Fate, number>;
}

/** Has a job done once in one way, against a vendor that is as new. */
export async function measure(server: MeasuredServer, job: Job, subject: Subject, { profile }: MeasureOptions = {}): Promise<Measurement> {
	const vendor = await startVendor({ ...job.conditions, credentials: job.items });
	const items = vendor.holdings.map(({ id, name }) => ({ id, name, value: `fresh-${randomBytes(12).toString('hex')}` }));
	const { n8n } = server;
	const site = await prepareSite(server, vendor, items, subject);
	const path = `bench-${job.key}-${subject.key}-${randomBytes(4).toString('hex')}`;
	const workflowId = await n8n.createWorkflow(workflowOf(path, subject.build(site)));
	await n8n.activate(workflowId);
	await untilThere(server, path);
	const sent = subject.secretFrom === 'stored' ? items.map(({ id, name }) => ({ id, name })) : items;

	const heldBefore = await server.settle();
	if (profile !== undefined) await server.startProfile();
	const cpuBefore = await server.cpuMs();
	const startedAt = performance.now();
	const response = await n8n.callWebhook(path, { items: sent });
	await response.text();
	const wallMs = performance.now() - startedAt;
	await new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));
	const cpuMs = (await server.cpuMs()) - cpuBefore;
	const memoryBytes = server.peakBytes() - heldBefore;
	if (profile !== undefined) await server.writeProfile(profile);

	const [execution] = await n8n.ended(workflowId, 1, LONGEST_RUN_MS);
	const seen = await vendor.stop();
	const stored = await server.stored(execution!.id);
	const account = accountOf(execution!.data?.resultData.runData ?? {}, subject.work);
	await n8n.api('DELETE', `/executions/${execution!.id}`);
	return {
		wallMs,
		cpuMs,
		memoryBytes,
		storedBytes: Buffer.byteLength(stored),
		storedSecrets: secretsIn(stored, job, items),
		requests: seen.requests,
		signIns: seen.signIns,
		throttled: seen.throttled,
		refusedTokens: seen.refusedTokens,
		mostAtOnce: seen.mostAtOnce,
		fates: countBy(items.map(({ id }) => fateOf(account, id, seen.changes[id] ?? 0))),
		changed: Object.keys(seen.changes).length,
		status: execution!.status,
		floorMs: Math.max(floorMs(job, subject), limitMs(job.windows, seen.requests - seen.throttled)),
	};
}

/** Each run has a vendor at another address, and so credentials of its own. */
async function prepareSite({ n8n }: MeasuredServer, { credentials, baseUrl }: Vendor, items: Array<{ id: string; value: string }>, { secretFrom }: Subject): Promise<Site> {
	const data: Record<string, ICredentialDataDecryptedObject> = {};
	if (credentials.bearerToken !== undefined) {
		data.thousandEyesApi = credentials;
		data.httpBearerAuth = { token: credentials.bearerToken };
	} else {
		data.commerceLayerApi = credentials;
		const { clientId, clientSecret } = credentials;
		data.httpCustomAuth = { json: JSON.stringify({ body: { client_id: clientId, client_secret: clientSecret } }) };
	}
	if (secretFrom === 'stored') {
		const values = Object.fromEntries(items.map(({ id, value }) => [id, { value }]));
		data.rotationSecretApi = { valuesJson: JSON.stringify(values) };
	}
	const ids = await Promise.all(
		Object.entries(data).map(async ([type, fields]) => [type, await n8n.createCredential(type, fields)] as const),
	);
	return { baseUrl, credentialIds: Object.fromEntries(ids) };
}

/** A webhook is registered a moment after activation; a call with the wrong method tells without starting anything. */
async function untilThere({ n8n }: MeasuredServer, path: string): Promise<void> {
	for (;;) {
		const response = await fetch(`${n8n.url}/webhook/${path}`, { method: 'GET' });
		const { message = '' } = (await response.json()) as { message?: string };
		if (message.includes('not registered for GET')) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** Where nothing secret is sent, the access token is what must not be seen. */
function secretsIn(stored: string, { conditions }: Job, items: Array<{ value: string }>): number {
	if (conditions.vendor === 'commerceLayer') return new Set(stored.match(/access-token-[\da-f-]+-canary/g)).size;
	return items.filter(({ value }) => stored.includes(value)).length;
}
