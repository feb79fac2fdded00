import {
	CONCURRENCY,
	DEFAULT_BATCHING,
	httpCommerceLayer,
	httpThousandEyes,
	loopCommerceLayer,
	loopThousandEyes,
	nothing,
	ownCommerceLayer,
	ownThousandEyes,
	type Subject,
} from './subjects';
import { LATENCY_MS, type Conditions } from './vendor';

export interface Job {
	key: string;
	title: string;
	/** What is to be known of it, in a sentence or two. */
	about: string;
	items: number;
	conditions: Omit<Conditions, 'credentials'>;
	/** Windows of the vendor’s limits: no way of sending is faster. */
	windows: Array<{ requests: number; perMs: number }>;
	/** The most that equal work may take of what the HTTP Request node takes. Absent where that is not the question. */
	bounds?: Bounds;
	/** The ways, by their keys, of which the page shows where the time goes. */
	profiled?: string[];
	subjects: Subject[];
}

/** Times what the HTTP Request node takes in the setting that was the fastest of those that did the whole job. */
export interface Bounds {
	cpu?: number;
	wall?: number;
	memory?: number;
	stored?: number;
}

/** The windows that the vendors document. */
const THOUSAND_EYES = [{ requests: 240, perMs: 60_000 }];
const COMMERCE_LAYER = [
	{ requests: 200, perMs: 60_000 },
	{ requests: 50, perMs: 10_000 },
];

const RETRY = { retryOnFail: true, maxTries: 5, waitBetweenTries: 5_000 };

const withoutLimit = [
	nothing,
	ownThousandEyes.equal,
	httpThousandEyes({
		key: 'httpEqual',
		title: `HTTP Request, Batching ${CONCURRENCY} per ${LATENCY_MS} ms`,
		batching: { batchSize: CONCURRENCY, batchInterval: LATENCY_MS },
		concurrency: CONCURRENCY,
	}),
	httpThousandEyes({ key: 'http', title: 'HTTP Request, all at once' }),
	httpThousandEyes({ key: 'httpBatching', title: 'HTTP Request, Batching as it comes (50 per s)', batching: DEFAULT_BATCHING }),
	loopThousandEyes({ key: 'loop', title: `Loop Over Items (${CONCURRENCY}) and HTTP Request`, batchSize: CONCURRENCY }),
	ownThousandEyes.defaults,
	ownThousandEyes.stored,
];

interface FreeJob {
	items: number;
	bounds?: Bounds;
	/** By their keys; absent: all. */
	ways?: string[];
}

const free = ({ items, bounds, ways }: FreeJob): Job => ({
	key: `free-${items}`,
	title: `${items.toLocaleString('en')} updates without a limit`,
	about: `ThousandEyes v7, ${LATENCY_MS} ms for each answer, and no limit at the vendor.`,
	items,
	conditions: { vendor: 'thousandEyes', limits: [] },
	windows: [],
	bounds,
	subjects: ways === undefined ? withoutLimit : withoutLimit.filter(({ key }) => ways.includes(key)),
});

/** With many items, ways that have few requests under way would take minutes and show nothing else. */
const MANY = ['nothing', 'own', 'httpEqual', 'http', 'loop', 'ownStored'];
const VERY_MANY = ['nothing', 'own', 'httpEqual'];

const overHttps: Job = {
	...free({ items: 1_000, ways: ['own', 'httpEqual', 'http'] }),
	key: 'https',
	title: '1,000 updates over https',
	about: 'As above, but encrypted: n8n opens a connection for every request, whichever node sends it, and so has a whole handshake for each. Its helpers have no option against that.',
	conditions: { vendor: 'thousandEyes', limits: [], encrypted: true },
};

const limited: Job = {
	key: 'limited',
	title: '300 updates under 240 requests a minute',
	about: 'ThousandEyes v7 with the limit that the vendor documents; what is beyond it is answered 429.',
	items: 300,
	conditions: { vendor: 'thousandEyes' },
	windows: THOUSAND_EYES,
	subjects: [
		ownThousandEyes.equal,
		ownThousandEyes.defaults,
		httpThousandEyes({ key: 'http', title: 'HTTP Request, all at once' }),
		httpThousandEyes({ key: 'httpBatching', title: 'HTTP Request, Batching as it comes (50 per s)', batching: DEFAULT_BATCHING }),
		httpThousandEyes({ key: 'httpFit', title: 'HTTP Request, Batching set for the limit (4 per s)', batching: { batchSize: 4, batchInterval: 1_000 } }),
		httpThousandEyes({ key: 'httpRetry', title: 'HTTP Request, Retry On Fail (5 tries, 5 s)', onError: RETRY }),
		loopThousandEyes({ key: 'loop', title: 'Loop Over Items (20), HTTP Request, Wait 5 s', batchSize: 20, waitS: 5 }),
	],
};

const faulty: Job = {
	key: 'faulty',
	title: '100 updates with faults on the way',
	about: 'ThousandEyes v7. Of all requests, by their number and so the same for everyone, 2 % are answered 503 and 1 % have their connection reset; neither is carried out.',
	items: 100,
	conditions: { vendor: 'thousandEyes', limits: [], faulty: true },
	windows: [],
	subjects: [
		ownThousandEyes.equal,
		httpThousandEyes({ key: 'httpStop', title: 'HTTP Request, as it comes', onError: {} }),
		httpThousandEyes({ key: 'http', title: 'HTTP Request, with an error output' }),
		httpThousandEyes({ key: 'httpRetry', title: 'HTTP Request, Retry On Fail (5 tries, 5 s)', onError: RETRY }),
		loopThousandEyes({
			key: 'loop',
			title: 'Loop Over Items (1), HTTP Request with Retry On Fail (3 tries, 1 s)',
			batchSize: 1,
			onError: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 },
		}),
	],
};

const token: Job = {
	key: 'token',
	title: '200 updates with a token that ends on the way',
	about: 'Commerce Layer with the limits that the vendor documents (50 requests in 10 s, 200 a minute), and access tokens that live 20 s instead of hours. No secret is sent; what is to be kept is the access token.',
	items: 200,
	conditions: { vendor: 'commerceLayer', tokenLifetimeS: 20 },
	windows: COMMERCE_LAYER,
	subjects: [
		ownCommerceLayer.equal,
		ownCommerceLayer.defaults,
		httpCommerceLayer({ key: 'http', title: 'token step, HTTP Request, all at once' }),
		httpCommerceLayer({ key: 'httpFit', title: 'token step, HTTP Request, Batching set for the limit (3 per s)', batching: { batchSize: 3, batchInterval: 1_000 } }),
		loopCommerceLayer({ key: 'loop', title: 'Loop Over Items (20), token step, HTTP Request, Wait 6 s', batchSize: 20, waitS: 6 }),
	],
};

export const JOBS: Job[] = [
	free({ items: 200, bounds: { cpu: 1, wall: 1, memory: 1, stored: 1.25 } }),
	{ ...free({ items: 1_000, bounds: { cpu: 0.75, wall: 0.75, stored: 1.25 } }), profiled: ['own', 'httpEqual'] },
	free({ items: 4_000, bounds: { cpu: 0.75, wall: 0.75, memory: 0.75, stored: 1.25 }, ways: MANY }),
	free({ items: 20_000, bounds: { cpu: 0.9, memory: 1 }, ways: VERY_MANY }),
	overHttps,
	limited,
	faulty,
	token,
];

/** The shortest time in which so many requests can pass: a whole window for each time that one is full. */
export function limitMs(windows: Job['windows'], requests: number): number {
	return Math.max(0, ...windows.map(({ requests: most, perMs }) => Math.floor((requests - 1) / most) * perMs));
}

/** The time below which the job cannot be done this way: by the limit, or by the vendor’s latency. */
export function floorMs(job: Job, { requestsPerItem, concurrency }: Subject): number {
	const requests = job.items * requestsPerItem;
	return Math.max(limitMs(job.windows, requests), Math.ceil(job.items / (concurrency ?? job.items)) * requestsPerItem * LATENCY_MS);
}
