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
	/** Closes the connection: before any byte of the answer, or in the middle of its body. */
	hangUp?: 'beforeAnswer' | 'inBody';
	/** Sends the answer's body in single bytes with this many milliseconds between them. */
	dripMs?: number;
	/** Waits before it answers. */
	delayMs?: number;
}

/**
 * One vendor on a loopback port. It records every request before anything else, so that tests count what really was
 * sent, refused requests included.
 */
export class SimulatorServer {
	readonly requests: ReceivedRequest[] = [];
	private readonly faults: Fault[] = [];
	private readonly server: Server;

	constructor(
		private readonly routes: Route[],
		/** What the vendor says to a path or method that it does not have. */
		private readonly unknownRoute: (request: ReceivedRequest) => Answer,
		/** Headers of every answer. */
		private readonly commonHeaders: (request: ReceivedRequest) => Record<string, string> = () => ({}),
	) {
		this.server = createServer((request, response) => void this.serve(request, response));
	}

	async listen(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	/** Plans a fault. Planned faults apply in order, each to the requests that match it. */
	plan(fault: Fault): void {
		this.faults.push({ times: 1, ...fault });
	}

	/** Forgets requests and planned faults; the vendor's state is its own affair. */
	clear(): void {
		this.requests.length = 0;
		this.faults.length = 0;
	}

	private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = await receive(incoming);
		this.requests.push(request);
		const fault = this.takeFault(request);
		if (fault?.delayMs !== undefined) await pause(fault.delayMs);
		if (fault?.hangUp === 'beforeAnswer' && !fault.afterHandling) return void response.destroy();

		const handled = fault?.answer !== undefined && !fault.afterHandling ? null : await this.handle(request);
		if (fault?.hangUp === 'beforeAnswer') return void response.destroy();
		const planned = typeof fault?.answer === 'function' ? fault.answer(request, handled) : fault?.answer;
		await this.respond(request, response, planned ?? handled!, fault);
	}

	private takeFault(request: ReceivedRequest): Fault | undefined {
		const index = this.faults.findIndex(({ when }) => when?.(request) ?? true);
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
		request: ReceivedRequest,
		response: ServerResponse,
		{ status, headers, body }: Answer,
		fault: Fault | undefined,
	): Promise<void> {
		const text = body === undefined ? '' : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
		const contentType = typeof body === 'string' ? 'text/plain' : 'application/json';
		response.writeHead(status, {
			...(body === undefined ? {} : { 'content-type': contentType }),
			...this.commonHeaders(request),
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
		} else if (text.length > 0) response.write(text);
		response.end();
	}
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
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
		text: Buffer.concat(chunks).toString('utf8'),
	};
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

/** A malformed escape is taken literally, as servers do that do not refuse it. */
function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

async function pause(ms: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, ms));
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
