import { randomInt } from 'node:crypto';

import get from 'lodash/get';
import has from 'lodash/has';
import omit from 'lodash/omit';
import set from 'lodash/set';

import { SimulatorServer, type Answer, type ReceivedRequest, type Route } from '../simulator/server';
import { at, isObject, secretsIn } from './answers';
import { describedOperation, type Described, type Description } from './descriptions';
import { COMPLAINT, type Prism } from './prism';
import type { OperationName, PublishedVendor } from './vendors';

const OPERATIONS: OperationName[] = ['create', 'get', 'getAll', 'update', 'delete'];

/** What the next run is to be answered with. */
export interface Plan {
	operation: OperationName;
	/** The status that the operation's own request is answered with; other requests succeed. */
	status: number;
	/** Whether answers are about what was asked for, with what was sent, or about whatever the mock server makes up. */
	asAsked: boolean;
	id: string;
}

/** A request of the node, and what it was answered. */
export interface Exchange {
	operation: OperationName;
	request: ReceivedRequest;
	/** Parsed; `undefined` where there is no body. */
	sent: unknown;
	status: number;
	answered: unknown;
}

/** Stands before the mock server: asks it for the planned status, and keeps what was said. */
export class Front {
	exchanges: Exchange[] = [];
	/** What the mock server finds wrong with requests. */
	complaints: string[] = [];
	private plan: Plan | undefined;
	private readonly server: SimulatorServer;

	constructor(
		private readonly description: Description,
		/** Each request is answered by any one of them. */
		private readonly prisms: Prism[],
	) {
		this.server = new SimulatorServer(
			OPERATIONS.map((operation) => this.route(operation)),
			({ method, target }) => {
				this.complaints.push(`${method} ${target} is not described`);
				return { status: 404 };
			},
		);
	}

	async listen(): Promise<string> {
		return await this.server.listen();
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	begin(plan: Plan): void {
		this.plan = plan;
		this.exchanges = [];
		this.complaints = [];
	}

	private route(operation: OperationName): Route {
		const described = describedOperation(this.description, operation);
		return {
			method: described.method.toUpperCase(),
			path: this.description.vendor.prefix + described.path.replaceAll(/\{([^}]*)\}/g, ':$1'),
			handle: async (request) => await this.answer(operation, described, request),
		};
	}

	private async answer(operation: OperationName, described: Described, request: ReceivedRequest): Promise<Answer> {
		const { vendor } = this.description;
		const plan = this.plan!;
		const status = operation === plan.operation ? plan.status : described.success;
		const response = await this.prefer(status, request);
		const text = await response.text();
		const violations = response.headers.get('sl-violations') ?? (text.includes(COMPLAINT) ? text : null);
		if (violations !== null) this.complaints.push(`${request.method} ${request.target} ${request.text}: ${violations}`);

		else if (response.status !== status) this.complaints.push(`${request.method} ${request.target} accepts ${request.headers.accept}, and ${status} has nothing of that kind`);

		const sent = parsed(request.text);
		const answered = parsed(text);
		// Of an answer to a create that shows several, any may be meant; often enough it shows one.
		const shown = at(answered, vendor.one);
		if (operation === 'create' && Array.isArray(shown) && (plan.asAsked || randomInt(2) === 0)) shown.splice(1);
		if (plan.asAsked && status < 300) fit(vendor, operation, plan.id, request, sent, answered);
		this.exchanges.push({ operation, request, sent, status: response.status, answered });
		const contentType = response.headers.get('content-type');
		return {
			status: response.status,
			headers: contentType === null ? {} : { 'content-type': contentType },
			body: answered === undefined ? undefined : JSON.stringify(answered),
		};
	}

	private async prefer(status: number, { method, target, headers, text }: ReceivedRequest): Promise<Response> {
		const path = target.slice(this.description.vendor.prefix.length);
		return await fetch(this.prisms[randomInt(this.prisms.length)]!.url + path, {
			method,
			headers: { ...omit(headers, ['host', 'connection', 'content-length', 'transfer-encoding']), prefer: `code=${status}, dynamic=true` },
			body: text === '' ? undefined : text,
			redirect: 'manual',
		});
	}
}

/** Changes an answer in place, so that it is about the credential that was asked for and shows what was sent. */
function fit(vendor: PublishedVendor, operation: OperationName, id: string, { query }: ReceivedRequest, sent: unknown, answered: unknown): void {
	const { offset, members, echoes } = vendor;
	if (operation === 'getAll' && offset && has(answered, offset.answered)) set(answered as object, offset.answered, Number(query.get(offset.asked)));
	for (const credential of [at(answered, operation === 'getAll' ? vendor.list : vendor.one)].flat().filter(isObject)) {
		const [secret] = secretsIn(credential, vendor.secrets);
		// People put a secret into a name, too.
		if (secret !== undefined && has(credential, members.name) && randomInt(4) === 0) set(credential, members.name, `Login ${secret}`);
		if (operation === 'getAll') continue;
		if (operation !== 'create' && has(credential, members.id)) set(credential, members.id, id);
		for (const [from, to] of echoes) if (has(sent, from) && has(credential, to)) set(credential, to, get(sent, from));
	}
}

function parsed(text: string): unknown {
	return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** What requests were signed with. */
export function keysIn(exchanges: Exchange[]): string[] {
	return exchanges.flatMap(({ request }) => request.headers.authorization?.replace(/^\w+ /, '') ?? []);
}
