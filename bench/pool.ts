import { Agent, request } from 'node:http';

import { BEARER_TOKEN } from './constants';

/**
 * The same updates without n8n and without this package: as many at a time, nothing but the requests. Resolves with the
 * milliseconds that they took.
 */
export async function barePool(baseUrl: string, items: number, concurrency: number, requestsPerItem: 1 | 2): Promise<number> {
	// As n8n sends them: a connection for each.
	const agent = new Agent({ keepAlive: false });
	const startedAt = performance.now();
	let next = 1;
	const work = async () => {
		for (let id = next++; id <= items; id = next++) {
			if (requestsPerItem === 2) await send('GET', `${baseUrl}/v7/credentials/${id}`, agent);
			const body = JSON.stringify({ name: `login-${id}`, value: `rotated-${id}` });
			await send('PUT', `${baseUrl}/v7/credentials/${id}`, agent, body);
		}
	};
	await Promise.all(Array.from({ length: concurrency }, work));
	return performance.now() - startedAt;
}

async function send(method: string, url: string, agent: Agent, body = ''): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const headers = { authorization: `Bearer ${BEARER_TOKEN}`, accept: 'application/hal+json', 'content-type': 'application/json' };
		const sent = request(url, { method, agent, headers }, (answer) => {
			answer.resume().once('end', () => {
				if (answer.statusCode === 200) resolve();
				else reject(new Error(`The vendor answered ${answer.statusCode}.`));
			});
		});
		sent.once('error', reject).end(body);
	});
}
