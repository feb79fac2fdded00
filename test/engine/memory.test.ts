import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { ICredentialDataDecryptedObject, IHttpRequestHelper, ILoadOptionsFunctions } from 'n8n-workflow';

import { fetchSession } from '../../nodes/engine/request/session';
import { send, type RequestContext, type SendOptions } from '../../nodes/engine/request/transport';
import { singleNodeWorkflow, storeOf } from '../harness/engine';
import { engine, types } from '../harness/subject';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Far longer than the test takes: what waits for its end is still there when the heap is measured. */
const TIME_LIMIT_MS = 300_000;
const MOST_MB = 2;

/** A credential type that sends a fixed key to a base URL, whichever: what is measured is no vendor's. */
const CREDENTIAL_TYPE = 'nylasApi';

let server: Server;
let url: string;
beforeAll(async () => {
	server = createServer((request, response) => {
		request.resume().on('end', () => response.end(JSON.stringify({ access_token: 'token', some: 'text'.repeat(250) })));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** n8n-core's own context, with a cancel signal as every execution has one. */
function contextOf(cancel: AbortSignal): RequestContext & IHttpRequestHelper {
	const [nodeName] = [...types.nodes].find(([, { description }]) => description.credentials?.[0]?.name === CREDENTIAL_TYPE)!;
	const { nodes } = singleNodeWorkflow(nodeName, CREDENTIAL_TYPE, {});
	const credentials = storeOf({ [CREDENTIAL_TYPE]: { apiKey: 'key', region: 'custom', baseUrl: url } });
	const context = engine.loadOptions(nodes.find(({ name }) => name === 'Node')!, credentials);
	return Object.create(context, { getExecutionCancelSignal: { value: () => cancel } }) as RequestContext & IHttpRequestHelper;
}

async function heapMb(): Promise<number> {
	// Some rounds, and after what is under way has ended: timers go once the signals are gone that they were for.
	for (let round = 0; round < 5; round += 1) {
		await setTimeout(100);
		collectGarbage();
	}
	return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** How many MB of heap are left behind by so many calls, 20 at a time, once everything is warm. */
async function leftBy(many: number, call: (index: number) => Promise<unknown>): Promise<number> {
	const calls = async (first: number, count: number) => {
		let next = first;
		const worker = async () => {
			while (next < first + count) await call(next++);
		};
		await Promise.all(Array.from({ length: 20 }, worker));
	};
	await calls(0, 1_500);
	const before = await heapMb();
	await calls(1_500, many);
	return (await heapMb()) - before;
}

/** A measurement of the whole process takes its time. */
const PATIENCE_MS = 240_000;

describe('what finished requests leave behind, long before their time limits are over', () => {
	test(
		'of requests to a vendor: nothing',
		async () => {
			const context = contextOf(new AbortController().signal);
			const options: SendOptions = {
				account: {
					credential: { id: '', name: '', type: CREDENTIAL_TYPE, data: await (context as unknown as ILoadOptionsFunctions).getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL_TYPE) },
					baseUrl: url,
					refusedTokens: new Set(),
				},
				timeoutMs: TIME_LIMIT_MS,
				stage: 'change',
				onSent: () => {},
				onSigned: () => {},
			};
			const request = { method: 'PUT', path: '/thing', body: { some: 'text' } } as const;

			expect(await leftBy(4_000, async () => await send(context, request, options))).toBeLessThan(MOST_MB);
		},
		PATIENCE_MS,
	);

	test(
		'of sign-ins: nothing',
		async () => {
			const context = contextOf(new AbortController().signal);
			const request = { url: `${url}/token`, headers: {}, body: 'grant_type=client_credentials' };

			expect(await leftBy(1_000, async (index) => await fetchSession(context, `binding-${index}`, request))).toBeLessThan(MOST_MB);
		},
		PATIENCE_MS,
	);
});
