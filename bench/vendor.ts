import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { simulatorOf } from '../test/simulator';
import type { RateRule } from '../test/simulator/rateLimits';
import type { Fault } from '../test/simulator/server';

/** The vendor in a process of its own, so that what it costs is not counted for the node. */
export interface Vendor {
	baseUrl: string;
	/** Data of the n8n credentials that lead there, by type. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
	stop(): Promise<VendorTally>;
}

/** What the vendor has seen. */
export interface VendorTally {
	requests: number;
	/** Requests answered 429. */
	refused: number;
	/** Changes that it has made, and how many credentials hold what they were sent. */
	changes: number;
	rotated: number;
}

interface Order {
	/** The vendor, by the name of its node. Absent: ThousandEyes. */
	nodeName?: string;
	credentials: number;
	latencyMs: number;
	limits: RateRule[];
	/** Answers one request in so many with a fault: unavailable, throttled and cut off, in turns. Absent: none. */
	faultEvery?: number;
}

/** Starts a vendor with so many credentials, under these limits; each answer takes `latencyMs`. */
export async function startVendor(order: Order): Promise<Vendor> {
	const child = fork(__filename, [JSON.stringify(order)]);
	const [place] = (await once(child, 'message')) as [Omit<Vendor, 'stop'>];
	return {
		...place,
		stop: async () => {
			child.send('stop');
			const [tally] = (await once(child, 'message')) as [VendorTally];
			await ended(child);
			return tally;
		},
	};
}

async function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode === null) await once(child, 'exit');
}

/** In turns. */
const FAULTS: Fault[] = [
	{ answer: { status: 503, body: {} } },
	{ answer: { status: 429, headers: { 'retry-after': '1' }, body: {} } },
	{ hangUp: 'beforeAnswer' },
];

async function serve({ nodeName = 'thousandEyes', credentials, latencyMs, limits, faultEvery }: Order): Promise<void> {
	const running = await simulatorOf(nodeName).start({ limits });
	const { server } = running;
	server.latencyMs = latencyMs;
	const [resource] = Object.values(running.resources);
	resource!.seed(credentials);
	if (faultEvery !== undefined) {
		let received = 0;
		// The first condition is asked for every request.
		const isNext = (turn: number) => (turn === 0 ? (received += 1) : received) % (FAULTS.length * faultEvery) === turn * faultEvery;
		FAULTS.forEach((fault, turn) => server.plan({ ...fault, times: Infinity, when: () => isNext(turn) }));
	}
	const { [resource!.credentialType]: data } = running.credentials;
	process.send!({ baseUrl: String(data!.baseUrl), credentials: running.credentials } satisfies Omit<Vendor, 'stop'>);
	await once(process, 'message');
	const rotated = running.holdings().filter(({ id, value }) => value === `rotated-${id}`).length;
	const changes = server.requests.filter(({ method }) => method === 'PUT').length;
	// Nothing but the limit turns a request away here.
	const refused = server.requests.length - server.carriedOut.length;
	process.send!({ requests: server.requests.length, refused, changes, rotated } satisfies VendorTally);
	await running.stop();
	process.disconnect();
}

if (require.main === module && process.send !== undefined) {
	// A benchmark that ends in the middle must not leave its vendor behind.
	process.once('disconnect', () => process.exit());
	void serve(JSON.parse(process.argv[2] ?? '') as Order);
}
