import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. Header names are lower-case. */
export interface ReceivedRequest {
	method: string;
	/** The request target as sent, still percent-encoded, with its query. */
	target: string;
	/** The path, still percent-encoded. */
	path: string;
	query: URLSearchParams;
	headers: Record<string, string>;
	text: string;
	/** When it arrived, in epoch milliseconds on the vendor's clock. */
	at: number;
}

export interface Answer {
	status: number;
	headers?: Record<string, string>;
	/** Sent as JSON; a string or a buffer is sent as it is; absent sends no body. */
	body?: unknown;
}

/** Path segments that a route captured, percent-decoded. */
export type PathParameters = Record<string, string>;

export interface Route {
	method: string;
	/** Segments, `:name` captures one: `/v7/credentials/:id`. */
	path: string;
	handle: (request: ReceivedRequest, parameters: PathParameters) => Answer | Promise<Answer>;
}

/** What goes wrong with a request, instead of or after the vendor's own handling. */
export interface Fault {
	/** Which requests it hits; all when absent. */
	when?: (request: ReceivedRequest) => boolean;
	/** How many of them; 1 when absent. */
	times?: number;
	/** The vendor handles the request before things go wrong: the change is made, its answer is lost. */
	afterHandling?: boolean;
	/**
	 * Replaces the vendor's answer. As a function it may echo the request; `handled` is the vendor's own answer when the
	 * fault comes after handling.
	 */
	answer?: Answer | ((request: ReceivedRequest, handled: Answer | null) => Answer);
	/** That answer comes from something in front of the vendor: it has none of the vendor's own headers. */
	isForeign?: boolean;
	/**
	 * Closes the connection: before the request's body is read (`when` sees a request without one then), before any byte
	 * of the answer, or in the middle of its body.
	 */
	hangUp?: 'onArrival' | 'beforeAnswer' | 'inBody';
	/** Sends the answer's body in single bytes with this many milliseconds between them. */
	dripMs?: number;
	/** Waits before it answers: before the vendor handles the request, or after it with `afterHandling`. */
	delayMs?: number;
	/** Awaited once the request is there, before it is handled; one that does not end leaves it as it is. */
	onArrival?: (request: ReceivedRequest) => void | Promise<void>;
	/** Awaited once the request is handled, before it is answered. */
	onHandled?: (request: ReceivedRequest) => void | Promise<void>;
}

/** What comes before a vendor handles a request. */
export interface Admission {
	/** Headers of the answer, whatever it is. */
	headers?: Record<string, string>;
	/** The answer to a request that is turned away. */
	refusal?: Answer;
}

/**
 * One vendor on a loopback port. It records every request before anything else, so that tests count what really was
 * sent, refused requests included.
 */
export class SimulatorServer {
	readonly requests: ReceivedRequest[] = [];
	/** Those of them that the vendor has carried out, whether its answer arrived or not. */
	readonly carriedOut: ReceivedRequest[] = [];
	/** How many answers had which status. */
	readonly answered = new Map<number, number>();
	/** The vendor's clock, in epoch milliseconds: limits, `Date` and other headers go by it. */
	now: () => number = () => Date.now();
	/** Milliseconds that the way to the vendor and back takes. */
	latencyMs = 0;
	/** The most requests that were being answered at the same time. */
	mostAtOnce = 0;
	private underWay = 0;
	private readonly serving = new Set<Promise<void>>();
	private readonly faults: Fault[] = [];
	private readonly server: Server;

	constructor(
		private readonly routes: Route[],
		/** What the vendor says to a path or method that it does not have. */
		private readonly unknownRoute: (request: ReceivedRequest) => Answer,
		/** Called once for every request that arrives. */
		private readonly admit: (request: ReceivedRequest) => Admission = () => ({}),
	) {
		this.server = createServer((request, response) => {
			this.underWay += 1;
			this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
			response.once('close', () => (this.underWay -= 1));
			const serving = this.serve(request, response).finally(() => this.serving.delete(serving));
			this.serving.add(serving);
		});
	}

	/**
	 * Does nothing where it listens already.
	 * @param port any free one when absent
	 */
	async listen(port = 0): Promise<string> {
		if (!this.server.listening) await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Breaks every connection off, whatever is under way on it. */
	hangUp(): void {
		this.server.closeAllConnections();
	}

	async close(): Promise<void> {
		this.hangUp();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	/** Resolves when nothing is being carried out any more, also for those who have gone. */
	async settled(): Promise<void> {
		await Promise.allSettled(this.serving);
	}

	/** Plans a fault. Planned faults apply in order, each to the requests that match it. */
	plan(fault: Fault): void {
		this.faults.push({ times: 1, ...fault });
	}

	/** Forgets requests and planned faults; the vendor's state is its own affair. */
	clear(): void {
		this.requests.length = 0;
		this.carriedOut.length = 0;
		this.answered.clear();
		this.faults.length = 0;
		this.mostAtOnce = 0;
	}

	private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = headOf(incoming, this.now());
		this.requests.push(request);
		if (this.takeFault(request, true) !== undefined) return void incoming.socket.resetAndDestroy();
		try {
			request.text = await textOf(incoming);
		} catch {
			// Who asked has gone before the request was complete.
			return;
		}
		await pause(this.latencyMs / 2);
		const admission = this.admit(request);
		const fault = this.takeFault(request, false);
		await fault?.onArrival?.(request);
		if (fault?.delayMs !== undefined && !fault.afterHandling) await pause(fault.delayMs);
		if (fault?.hangUp === 'beforeAnswer' && !fault.afterHandling) return void response.destroy();

		const handled =
			fault?.answer !== undefined && !fault.afterHandling ? null : (admission.refusal ?? (await this.handle(request)));
		if (handled !== null && handled.status < 300) this.carriedOut.push(request);
		await fault?.onHandled?.(request);
		if (fault?.delayMs !== undefined && fault.afterHandling) await pause(fault.delayMs);
		if (fault?.hangUp === 'beforeAnswer') return void response.destroy();
		const planned = typeof fault?.answer === 'function' ? fault.answer(request, handled) : fault?.answer;
		await pause(this.latencyMs / 2);
		await this.respond(response, planned ?? handled!, fault?.isForeign ? {} : admission.headers, fault);
	}

	/** @param onArrival whether the request's body is still to be read */
	private takeFault(request: ReceivedRequest, onArrival: boolean): Fault | undefined {
		const index = this.faults.findIndex(
			({ hangUp, when }) => (hangUp === 'onArrival') === onArrival && (when?.(request) ?? true),
		);
		const fault = this.faults[index];
		if (fault === undefined) return undefined;
		fault.times = (fault.times ?? 1) - 1;
		if (fault.times <= 0) this.faults.splice(index, 1);
		return fault;
	}

	private async handle(request: ReceivedRequest): Promise<Answer> {
		for (const route of this.routes) {
			const parameters = route.method === request.method ? match(route.path, request.path) : null;
			if (parameters !== null) return await route.handle(request, parameters);
		}
		return this.unknownRoute(request);
	}

	private async respond(
		response: ServerResponse,
		{ status, headers, body }: Answer,
		commonHeaders: Admission['headers'],
		fault: Fault | undefined,
	): Promise<void> {
		const text = body === undefined ? '' : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
		const contentType = typeof body === 'string' ? 'text/plain' : 'application/json';
		this.answered.set(status, (this.answered.get(status) ?? 0) + 1);
		response.writeHead(status, {
			date: new Date(this.now()).toUTCString(),
			...(body === undefined ? {} : { 'content-type': contentType }),
			...commonHeaders,
			...headers,
		});
		if (fault?.hangUp === 'inBody') {
			response.write(text.slice(0, Math.ceil(text.length / 2)));
			await pause(20);
			return void response.destroy();
		}
		if (fault?.dripMs !== undefined) {
			for (const character of text.toString()) {
				if (response.destroyed) return;
				response.write(character);
				await pause(fault.dripMs);
			}
		} else if (text.length > 0) {
			// A long text is encoded once: node would count its bytes first, and take several times its room.
			response.write(typeof text === 'string' && text.length > LONG_TEXT ? Buffer.from(text) : text);
		}
		response.end();
	}
}

const LONG_TEXT = 100_000;

function headOf(incoming: IncomingMessage, at: number): ReceivedRequest {
	const target = incoming.url ?? '/';
	const [path = '/', query = ''] = target.split('?', 2);
	return {
		method: incoming.method ?? 'GET',
		target,
		path,
		query: new URLSearchParams(query),
		headers: Object.fromEntries(
			Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
		),
		text: '',
		at,
	};
}

async function textOf(incoming: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

function match(pattern: string, path: string): PathParameters | null {
	const wanted = pattern.split('/');
	const given = path.split('/');
	if (wanted.length !== given.length) return null;
	const parameters: PathParameters = {};
	for (const [index, segment] of wanted.entries()) {
		const value = given[index] ?? '';
		if (segment.startsWith(':')) parameters[segment.slice(1)] = decoded(value);
		else if (segment !== value) return null;
	}
	return parameters;
}

/** What stands in the request's path after this segment, decoded; `null` when nothing does. */
export function idAfter(segment: string, { path }: ReceivedRequest): string | null {
	const segments = path.split('/');
	const place = segments.indexOf(segment);
	return place < 0 || !segments[place + 1] ? null : decoded(segments[place + 1]!);
}

/** A malformed escape is taken literally, as servers do that do not refuse it. */
function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

/** An answer that is still to come keeps no process alive: whoever waits for it does. */
async function pause(ms: number): Promise<void> {
	if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Whether the Accept header lets an answer of one of these media types come; without one, anything may. */
export function admits({ headers }: ReceivedRequest, types: string[]): boolean {
	const ranges = (headers.accept ?? '*/*').split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
	return ranges.some(
		([range = '', ...parameters]) =>
			!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) &&
			types.some((type) => ['*/*', `${type.split('/')[0]}/*`, type].includes(range)),
	);
}

/** The body as a JSON object; `null` when it is anything else. */
export function jsonObject(text: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: null;
	} catch {
		return null;
	}
}
