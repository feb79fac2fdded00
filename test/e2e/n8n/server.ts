import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { IConnections, ICredentialDataDecryptedObject, INode, IPinData, IRunData, IWorkflowSettings } from 'n8n-workflow';

import { environmentFor, type Install } from './install';
import { freePorts, Launched, runCommand, until } from './processes';
import { installPackage, packPackage } from './tarball';

/** Opens every credential of the test instances; they live as long as a test. */
export const ENCRYPTION_KEY = 'end-to-end-encryption-key';

export const OWNER = { email: 'owner@n8n.example.com', password: 'Owner-Passw0rd', firstName: 'Olga', lastName: 'Owner' };

export const MEMBER = { email: 'member@n8n.example.com', password: 'Member-Passw0rd', firstName: 'Mia', lastName: 'Member' };

/** Milliseconds within which n8n has to be ready; it takes 5 to 20 s on a quiet machine. */
const START_MS = 180_000;

/** A workflow as the public API takes it. */
export interface NewWorkflow {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	pinData?: IPinData;
}

/** What the public API tells of an execution, as far as it is used here. */
export interface Execution {
	id: string;
	workflowId: string;
	status: string;
	mode: string;
	finished: boolean;
	data?: { resultData: { runData: IRunData; error?: { message: string }; lastNodeExecuted?: string } };
}

export interface ServerOptions {
	install: Install;
	/** Added to the environment of every process of this instance. */
	env?: NodeJS.ProcessEnv;
	/** Shown each line that the server writes. */
	onOutput?: (text: string) => void;
}

/** A user folder of n8n with the package installed in it as a community package, and nothing else yet. */
export class Instance {
	readonly userFolder = mkdtempSync(join(tmpdir(), 'credential-rotation-n8n-'));

	private constructor(
		readonly install: Install,
		private readonly extraEnv: NodeJS.ProcessEnv,
	) {}

	static async create({ install, env = {} }: Omit<ServerOptions, 'onOutput'>): Promise<Instance> {
		const instance = new Instance(install, env);
		process.once('exit', () => rmSync(instance.userFolder, { recursive: true, force: true }));
		await installPackage(await packPackage(), instance.userFolder);
		return instance;
	}

	/** Starts one of n8n's long-running commands: `start` or `worker`. */
	async launch(args: string[], env: NodeJS.ProcessEnv, onOutput?: (text: string) => void): Promise<Launched> {
		return new Launched(this.install.node, [this.install.script, ...args], { env: await this.environment(env), onOutput });
	}

	/** Runs one of n8n's commands to its end and yields what it printed. Throws when it fails. */
	async command(...args: string[]): Promise<string> {
		return await runCommand(this.install.node, [this.install.script, ...args], { env: await this.environment({}) });
	}

	/** What every credential holds, by its ID: as whoever runs n8n can have it shown. */
	async credentialData(): Promise<Map<string, Record<string, string>>> {
		const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-export-'));
		try {
			const file = join(folder, 'credentials.json');
			await this.command('export:credentials', '--all', '--decrypted', `--output=${file}`);
			const all = JSON.parse(readFileSync(file, 'utf8')) as Array<{ id: string; data: Record<string, string> }>;
			return new Map(all.map(({ id, data }) => [id, data]));
		} finally {
			rmSync(folder, { recursive: true });
		}
	}

	/** Runs a workflow that is in the database by the command line, and yields the execution's data. Throws when it fails. */
	async execute(workflowId: string): Promise<NonNullable<Execution['data']>> {
		const printed = await this.command('execute', `--id=${workflowId}`, '--rawOutput');
		// Log lines come first; the result begins on a line of its own.
		const start = printed.search(/^\{/m);
		const end = printed.lastIndexOf('}');
		return (JSON.parse(printed.slice(start, end + 1)) as { data: NonNullable<Execution['data']> }).data;
	}

	private async environment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
		const { broker } = await freePorts(['broker']);
		return {
			...environmentFor(this.install.node),
			...quiet(this.install),
			N8N_USER_FOLDER: this.userFolder,
			N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
			N8N_RUNNERS_BROKER_PORT: String(broker),
			...this.extraEnv,
			...env,
		};
	}

	remove(): void {
		rmSync(this.userFolder, { recursive: true, force: true });
	}
}

/** Nothing that looks for the world outside, no tours, and no warnings that a test instance has no use for. */
function quiet({ version }: Install): NodeJS.ProcessEnv {
	return {
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_ONBOARDING_FLOW_DISABLED: 'true',
		EXTERNAL_FRONTEND_HOOKS_URLS: '',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		// 2.8 does not know the module, and refuses to start with a name that it does not know.
		...(version === '2.41' ? { N8N_DISABLED_MODULES: 'mcp-registry' } : {}),
	};
}

/** A running n8n server with its owner set up, spoken to over HTTP only, as the editor and other systems do. */
export class N8nServer {
	private cookie = '';
	private apiKey = '';

	private constructor(
		readonly instance: Instance,
		readonly process: Launched,
		readonly url: string,
	) {}

	/** Creates an instance and starts its server on a free port. */
	static async start({ install, env, onOutput }: ServerOptions): Promise<N8nServer> {
		return await N8nServer.startOn(await Instance.create({ install, env }), {}, onOutput);
	}

	static async startOn(instance: Instance, env: NodeJS.ProcessEnv = {}, onOutput?: (text: string) => void): Promise<N8nServer> {
		const port = env.N8N_PORT ?? String((await freePorts(['main'])).main);
		const url = `http://127.0.0.1:${port}`;
		const process = await instance.launch(['start'], { N8N_PORT: port, WEBHOOK_URL: url, ...env }, onOutput);
		const server = new N8nServer(instance, process, url);
		try {
			await until('n8n to be ready', async () => {
				if (!process.isRunning) return 'ended';
				const { status } = await fetch(`${url}/healthz/readiness`);
				return status === 200 ? 'ready' : undefined;
			}, START_MS);
			if (!process.isRunning) throw new Error('n8n ended at its start.');
			await server.signIn();
			return server;
		} catch (error) {
			await process.stop();
			throw new Error(`n8n did not start:\n${process.output.slice(-4_000)}`, { cause: error });
		}
	}

	private async signIn(): Promise<void> {
		const { email, password } = OWNER;
		await until('the owner to be set up', async () => {
			const response = await this.fetch('POST', '/rest/owner/setup', OWNER);
			// Refused where an earlier server of the same database has set the owner up.
			return response.ok || response.status === 400 ? true : undefined;
		});
		const login = await this.fetch('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		if (!login.ok) throw new Error(`Could not sign in: ${login.status} ${await login.text()}`);
		this.cookie = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
		this.apiKey = (await this.createApiKey(await this.rest<string[]>('GET', '/api-keys/scopes'))).rawApiKey;
	}

	/**
	 * Makes a key of the owner's for the public API.
	 * @param expiresAt epoch seconds; never when `null`
	 */
	async createApiKey(scopes: string[], expiresAt: number | null = null): Promise<{ id: string; rawApiKey: string }> {
		return await this.rest('POST', '/api-keys', { label: `key-${randomUUID()}`, expiresAt, scopes });
	}

	/** Invites somebody who is no owner, and makes a key of theirs for the public API. */
	async createMembersApiKey({ email, password, firstName, lastName }: typeof MEMBER, scopes: string[]): Promise<string> {
		const [{ user }] = await this.rest<[{ user: { inviteAcceptUrl: string } }]>('POST', '/invitations', [{ email, role: 'global:member' }]);
		const { token, inviterId, inviteeId } = Object.fromEntries(new URL(user.inviteAcceptUrl).searchParams);
		// 2.8 has no tokens in its invitations.
		const [path, invited] = token === undefined ? [`/${inviteeId}/accept`, { inviterId }] : ['/accept', { token }];
		const accepted = await this.fetch('POST', `/rest/invitations${path}`, { ...invited, firstName, lastName, password }, { cookie: '' });
		if (!accepted.ok) throw new Error(`The invitation was not accepted: ${accepted.status} ${await accepted.text()}`);
		const cookie = accepted.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
		const response = await this.fetch('POST', '/rest/api-keys', { label: 'a key of a member', expiresAt: null, scopes }, { cookie });
		if (!response.ok) throw new Error(`The member got no key: ${response.status} ${await response.text()}`);
		return ((await response.json()) as { data: { rawApiKey: string } }).data.rawApiKey;
	}

	/** Calls what the editor calls, as the owner. Throws an `Error` with n8n's words when it refuses. */
	async rest<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.fetch(method, `/rest${path}`, body);
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} /rest${path}: ${response.status} ${text.slice(0, 1_000)}`);
		return (JSON.parse(text) as { data: T }).data;
	}

	/** Calls the public API. Throws an `Error` with n8n's words when it refuses. */
	async api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.fetch(method, `/api/v1${path}`, body, { 'X-N8N-API-KEY': this.apiKey });
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} /api/v1${path}: ${response.status} ${text.slice(0, 1_000)}`);
		return (text === '' ? null : JSON.parse(text)) as T;
	}

	private async fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
		return await fetch(`${this.url}${path}`, {
			method,
			headers: { cookie: this.cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	}

	/** Stores a credential and yields its ID. */
	async createCredential(type: string, data: ICredentialDataDecryptedObject, name = type): Promise<string> {
		return (await this.rest<{ id: string }>('POST', '/credentials', { name, type, data })).id;
	}

	/** What the editor's test button shows for these data. */
	async testCredential(type: string, data: ICredentialDataDecryptedObject): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const id = await this.createCredential(type, data, `test of ${type}`);
		return await this.rest('POST', '/credentials/test', { credentials: { id, name: `test of ${type}`, type, data } });
	}

	async createWorkflow({ name, nodes, connections, settings = {} }: NewWorkflow): Promise<string> {
		const body = { name, nodes, connections, settings: { executionOrder: 'v1', ...settings } };
		return (await this.api<{ id: string }>('POST', '/workflows', body)).id;
	}

	async activate(workflowId: string): Promise<void> {
		await this.api('POST', `/workflows/${workflowId}/activate`);
	}

	/** Runs a workflow from its trigger, as the editor does; the execution goes on after the answer. */
	async runManually(workflowId: string, trigger: string, more: { pinData?: IPinData; chatSessionId?: string } = {}): Promise<void> {
		const { pinData, ...others } = more;
		// 2.8 runs what it is sent, later versions what they have stored.
		const workflowData = { ...(await this.rest<object>('GET', `/workflows/${workflowId}`)), ...(pinData ? { pinData } : {}) };
		await this.rest('POST', `/workflows/${workflowId}/run`, { workflowData, triggerToStartFrom: { name: trigger }, ...others });
	}

	/** Says something to a workflow with a chat, as the editor’s own chat does. */
	async say(workflowId: string, trigger: string, chatInput: string): Promise<void> {
		const sessionId = 'session';
		const message = { action: 'sendMessage', sessionId, chatInput };
		if (this.instance.install.version === '2.8') {
			return await this.runManually(workflowId, trigger, { pinData: { [trigger]: [{ json: message }] } });
		}
		await this.runManually(workflowId, trigger, { chatSessionId: sessionId });
		// Answered when the workflow has ended, or waits.
		this.fetch('POST', `/webhook-test/${workflowId}/${sessionId}`, message).catch(() => undefined);
	}

	/** Changes a stored workflow. */
	async editWorkflow(workflowId: string, edit: (workflow: NewWorkflow) => void): Promise<void> {
		const { name, nodes, connections, settings } = await this.api<NewWorkflow>('GET', `/workflows/${workflowId}`);
		// The public API gives more settings than it takes.
		const { executionOrder, saveDataSuccessExecution } = settings ?? {};
		const workflow = { name, nodes, connections, settings: { executionOrder, saveDataSuccessExecution } };
		edit(workflow);
		await this.api('PUT', `/workflows/${workflowId}`, workflow);
	}

	async deactivate(workflowId: string): Promise<void> {
		await this.api('POST', `/workflows/${workflowId}/deactivate`);
	}

	/** Calls a workflow's production webhook, which is there a moment after activation. */
	async callWebhook(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
		return await until(`the webhook ${path}`, async () => {
			const response = await this.fetch('POST', `/webhook/${path}`, body, headers);
			return response.status === 404 ? undefined : response;
		});
	}

	/** The executions of a workflow with their data, the latest first. */
	async executions(workflowId: string): Promise<Execution[]> {
		const { data } = await this.api<{ data: Execution[] }>('GET', `/executions?workflowId=${workflowId}&includeData=true`);
		if (this.instance.install.version !== '2.8') return data;
		// The public API of 2.8 shows those that wait one by one, and leaves them out of its lists.
		const filter = encodeURIComponent(JSON.stringify({ workflowId, status: ['waiting'] }));
		const { results } = await this.rest<{ results: Array<{ id: string }> }>('GET', `/executions?filter=${filter}`);
		const waiting = await Promise.all(results.map(async ({ id }) => await this.api<Execution>('GET', `/executions/${id}?includeData=true`)));
		return [...waiting, ...data].sort((one, other) => Number(other.id) - Number(one.id));
	}

	/** All executions that are over, page by page, narrowed down as the public API takes it. */
	async history(query: Record<string, string>): Promise<Execution[]> {
		const found: Execution[] = [];
		let cursor: string | null = null;
		do {
			const asked = new URLSearchParams({ limit: '100', ...query, ...(cursor === null ? {} : { cursor }) });
			const page: { data: Execution[]; nextCursor: string | null } = await this.api('GET', `/executions?${asked.toString()}`);
			found.push(...page.data);
			cursor = page.nextCursor;
		} while (cursor !== null);
		return found;
	}

	/** Waits for a workflow's executions to be over, until there are that many, and yields them, the latest first. */
	async ended(workflowId: string, count = 1, withinMs = 120_000): Promise<Execution[]> {
		return await until(`${count} execution(s) of workflow ${workflowId} to end`, async () => {
			const all = await this.executions(workflowId);
			return all.length >= count && all.every(({ status }) => status !== 'running' && status !== 'new') ? all : undefined;
		}, withinMs);
	}

	async stop(): Promise<void> {
		await this.process.stop();
	}

	/** Stops the server and takes away all that it has stored. */
	async remove(): Promise<void> {
		await this.stop();
		this.instance.remove();
	}
}
