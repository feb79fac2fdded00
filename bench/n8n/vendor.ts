import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { LOCALHOST } from '../../test/harness/certificate';
import { encrypted } from '../../test/harness/network';
import { simulator as commerceLayer, type CommerceLayerSimulator } from '../../test/simulator/commerceLayer';
import type { SimulatorDefinition } from '../../test/simulator/definition';
import type { RateRule } from '../../test/simulator/rateLimits';
import type { Fault, ReceivedRequest } from '../../test/simulator/server';
import { simulator as thousandEyes } from '../../test/simulator/thousandEyes';

export type VendorName = 'thousandEyes' | 'commerceLayer';

/** Milliseconds that each answer of a vendor takes. */
export const LATENCY_MS = 50;

export interface Conditions {
	vendor: VendorName;
	/** How many credentials the vendor holds. */
	credentials: number;
	/** In place of the limits that the vendor documents. */
	limits?: RateRule[];
	/** 2 % of all requests are answered 503 by something in front of the vendor, 1 % of all connections are reset. */
	faulty?: boolean;
	/** Seconds that an access token lives. */
	tokenLifetimeS?: number;
	/** Whether it speaks https. */
	encrypted?: boolean;
}

/** What a vendor has seen. */
export interface Seen {
	/** Requests with the node's work; sign-ins are counted apart. */
	requests: number;
	signIns: number;
	/** Requests answered 429. */
	throttled: number;
	/** Requests answered 401. */
	refusedTokens: number;
	/** How often each credential was changed, by its id. */
	changes: Record<string, number>;
	mostAtOnce: number;
}

/** A vendor in a process of its own, so that what it costs is not counted for n8n. */
export interface Vendor {
	/** Credential data of the package's own type, and the key or client by itself. */
	credentials: ICredentialDataDecryptedObject;
	baseUrl: string;
	/** Ids and names of what it holds, in order. */
	holdings: Array<{ id: string; name: string }>;
	stop(): Promise<Seen>;
}

type Greeting = Omit<Vendor, 'stop'>;

/** Starts a vendor with nothing used up and nothing changed. */
export async function startVendor(conditions: Conditions): Promise<Vendor> {
	const child = fork(__filename, [JSON.stringify(conditions)]);
	const [greeting] = (await once(child, 'message')) as [Greeting];
	return {
		...greeting,
		stop: async () => {
			child.send('stop');
			const [seen] = (await once(child, 'message')) as [Seen];
			if (child.exitCode === null) await once(child, 'exit');
			return seen;
		},
	};
}

interface VendorKind {
	simulator: SimulatorDefinition;
	/** The credential type of the package. */
	type: string;
	/** The name of the simulator's resource. */
	resource: string;
	/** The credential that a request changes; `undefined` for any other request. */
	changedId: (request: ReceivedRequest) => string | undefined;
	isSignIn: (request: ReceivedRequest) => boolean;
}

const VENDORS: Record<VendorName, VendorKind> = {
	thousandEyes: {
		simulator: thousandEyes,
		type: 'thousandEyesApi',
		resource: 'ThousandEyes v7',
		changedId: ({ method, path }) => (method === 'PUT' ? /^\/v7\/credentials\/(\w+)$/.exec(path)?.[1] : undefined),
		isSignIn: () => false,
	},
	commerceLayer: {
		simulator: commerceLayer,
		type: 'commerceLayerApi',
		resource: 'Commerce Layer',
		changedId: ({ method, path }) => (method === 'PATCH' ? /^\/api\/api_credentials\/(\w+)$/.exec(path)?.[1] : undefined),
		isSignIn: ({ path }) => path === '/oauth/token',
	},
};

/** The same requests by their number for whoever sends them: the 20th, 70th … are answered 503, the 45th, 145th … reset. */
function faults(requests: readonly ReceivedRequest[]): Fault[] {
	const numberOf = (request: ReceivedRequest) => requests.indexOf(request) + 1;
	return [
		{
			when: (request) => numberOf(request) % 50 === 20,
			times: Infinity,
			answer: { status: 503, body: 'Service Unavailable' },
			isForeign: true,
		},
		{ when: (request) => numberOf(request) % 100 === 45, times: Infinity, hangUp: 'onArrival' },
	];
}

async function serve({ vendor, credentials, limits, faulty, tokenLifetimeS, encrypted: isEncrypted }: Conditions): Promise<void> {
	const kind = VENDORS[vendor];
	const running = await kind.simulator.start({ limits });
	const { server } = running;
	server.latencyMs = LATENCY_MS;
	running.resources[kind.resource]!.seed(credentials);
	if (tokenLifetimeS !== undefined) (running as CommerceLayerSimulator).state.tokenLifetimeS = tokenLifetimeS;
	if (faulty) faults(server.requests).forEach((fault) => server.plan(fault));
	const inClear = String(running.credentials[kind.type]!.baseUrl);
	const front = isEncrypted ? await encrypted(Number(new URL(inClear).port), LOCALHOST) : null;
	// The certificate is made out to this name.
	const baseUrl = front === null ? inClear : `https://localhost:${front.port}`;
	const greeting: Greeting = {
		credentials: { ...running.credentials[kind.type]!, baseUrl },
		baseUrl,
		holdings: running.holdings().map(({ id, name }) => ({ id, name: String(name) })),
	};
	process.send!(greeting);
	await once(process, 'message');
	const changes: Record<string, number> = {};
	for (const request of server.carriedOut) {
		const id = kind.changedId(request);
		if (id !== undefined) changes[id] = (changes[id] ?? 0) + 1;
	}
	const signIns = server.requests.filter(kind.isSignIn).length;
	const seen: Seen = {
		requests: server.requests.length - signIns,
		signIns,
		throttled: server.answered.get(429) ?? 0,
		refusedTokens: server.answered.get(401) ?? 0,
		changes,
		mostAtOnce: server.mostAtOnce,
	};
	process.send!(seen);
	await front?.close();
	await running.stop();
	process.disconnect!();
}

if (require.main === module) {
	// A benchmark that ends in the middle must not leave its vendor behind.
	process.once('disconnect', () => process.exit());
	void serve(JSON.parse(process.argv[2] ?? '') as Conditions);
}
