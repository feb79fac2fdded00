import type { Answer, Fault, SimulatorServer } from '../simulator/server';

/** Seconds that a vendor asks to wait here. */
const ASKED_S = 20;

/** Something that goes wrong with a request, and what the node must make of it. */
export interface Mishap {
	what: string;
	fault: Fault | ((server: SimulatorServer) => Fault);
	code: string;
	/** The node can know that nothing was done, and may send anything again. */
	isCertain?: boolean;
	/** The least to be waited before another try. */
	askedMs?: number;
}

/** An answer in place of the vendor's. */
export const answering = (status: number, headers?: Answer['headers'], body?: unknown): Fault => ({ answer: { status, headers, body } });

/** An answer whose headers depend on the vendor's clock. */
const answeringAt = (status: number, headersAt: (now: number) => Answer['headers']) => (server: SimulatorServer) => ({
	answer: () => ({ status, headers: headersAt(server.now()) }),
});

const httpDate = (ms: number) => new Date(ms).toUTCString();

/** A refusal that names the time to come back, by a clock that is so far off. */
const comeBackAt = (seconds: number, aheadMs = 0) =>
	answeringAt(429, (now) => ({ date: httpDate(now + aheadMs), 'retry-after': httpDate(now + aheadMs + seconds * 1000) }));

const THROTTLED = { code: 'rateLimited', isCertain: true };
const ASKED = { ...THROTTLED, askedMs: ASKED_S * 1000 };
/** What a vendor that is down comes to. */
export const DOWN = { code: 'vendorUnavailable' };
const BROKEN = { code: 'network' };

/** What can go wrong between a node and its vendor, and passes. */
export const MISHAPS = {
	askedInSeconds: { what: 'answers 429 with seconds to wait', fault: answering(429, { 'retry-after': `${ASKED_S}` }), ...ASKED },
	askedByDate: { what: 'answers 429 with the time to come back', fault: comeBackAt(ASKED_S), ...ASKED },
	askedByOtherClock: { what: 'answers 429 with a time by a clock that is an hour behind', fault: comeBackAt(ASKED_S, -3_600_000), ...ASKED },
	throttled: { what: 'answers 429 and says no more', fault: { ...answering(429), isForeign: true }, ...THROTTLED },
	throttledByPage: { what: 'answers 429 with a page', fault: { ...answering(429, {}, '<html>Slow down'), isForeign: true }, ...THROTTLED },
	failed: { what: 'answers 500', fault: answering(500), ...DOWN },
	badGateway: { what: 'answers 502 with a page', fault: answering(502, {}, '<html>Bad Gateway'), ...DOWN },
	unavailable: { what: 'answers 503', fault: answering(503), ...DOWN },
	unavailableFor: {
		what: 'answers 503 with seconds to wait',
		fault: answering(503, { 'retry-after': `${ASKED_S}` }),
		...DOWN,
		askedMs: ASKED_S * 1000,
	},
	gatewayTimeout: { what: 'answers 504', fault: answering(504), ...DOWN },
	actedBehindGateway: { what: 'acts, and a gateway answers 504', fault: { ...answering(504), afterHandling: true }, ...DOWN },
	requestTimeout: { what: 'answers 408', fault: answering(408), code: 'timeout' },
	resetOnArrival: { what: 'resets the connection before it reads the request', fault: { hangUp: 'onArrival' }, ...BROKEN },
	hungUp: { what: 'hangs up before it acts', fault: { hangUp: 'beforeAnswer' }, ...BROKEN },
	actedAndHungUp: { what: 'acts and hangs up', fault: { hangUp: 'beforeAnswer', afterHandling: true }, ...BROKEN },
	brokenOff: { what: 'acts and breaks off in its answer', fault: { hangUp: 'inBody' }, ...BROKEN },
} satisfies Record<string, Mishap>;

/** What a vendor says that tells in this header when its limit begins anew. */
export const resetMishap = (header: string): Mishap => ({
	what: 'answers 429 with the second at which its limit begins anew',
	fault: answeringAt(429, (now) => ({ [header]: String(Math.ceil(now / 1000) + ASKED_S) })),
	...ASKED,
});

/** Answers of 200 that say nothing: they come from another host, or the vendor has acted and nobody knows. */
export const UNREADABLE: Array<[string, Fault]> = [
	['answers 200 with a page', answering(200, {}, '<!doctype html><title>Sign in</title>')],
	['answers 200 with truncated JSON', answering(200, {}, '{"data":{"id":"1","na')],
	['acts, and its answer is truncated JSON', { ...answering(200, {}, '{"data":{"id":"1","na'), afterHandling: true }],
	['acts, and its answer is a page', { ...answering(200, {}, '<html>'), afterHandling: true }],
];

/** Waits that nobody waits for. */
export const TOO_LONG: Array<[string, Mishap['fault'], string]> = [
	['429 for 91 seconds', answering(429, { 'retry-after': '91' }), 'rateLimited'],
	['429 until in 95 seconds', comeBackAt(95), 'rateLimited'],
	['429 until the year 9999', answering(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }), 'rateLimited'],
	['429 for a million years', answering(429, { 'retry-after': '31556952000000'.slice(0, 12) }), 'rateLimited'],
	['503 for 91 seconds', answering(503, { 'retry-after': '91' }), 'vendorUnavailable'],
];
