import type { ICredentialDataDecryptedObject, IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { simulator as commerceLayer, type CommerceLayerSimulator } from '../simulator/commerceLayer';
import { simulator as n8n, OTHER_IDS, type N8nSimulator } from '../simulator/n8nCredentials';
import { valueInUse } from '../simulator/n8nCredentialTypes';
import type { ReceivedRequest } from '../simulator/server';
import type { CredentialStore } from './credentialsHelper';
import { singleNodeWorkflow, type RunOptions, type RunResult } from './engine';
import { engine, ERROR_OUTPUT, expectOrigins, failed, succeeded } from './subject';

/** The credential that is rotated unless a test says otherwise: an integration with all that people can fill in. */
export const ID = 'aBcDeFgHiJ';

/** The two stored secrets in n8n. */
export const NEW = OTHER_IDS.secret;
export const PREVIOUS = 'Prev10usSecr3tPw';

/** A resource locator with this ID. */
export const chosen = (value: string) => ({ __rl: true, mode: 'id', value });

export const isCreate = ({ method, path }: ReceivedRequest) => method === 'POST' && path === '/api/api_credentials';
export const isDelete = ({ method }: ReceivedRequest) => method === 'DELETE';
export const isStoreWrite = ({ method, path }: ReceivedRequest) => method === 'PATCH' && path.startsWith('/api/v1/credentials/');
export const isMark = ({ method, path }: ReceivedRequest) => method === 'PATCH' && path.startsWith('/api/api_credentials/');
/** A sign-in that is not the node's own. */
export const isTrial = ({ path, text }: ReceivedRequest) => path === '/oauth/token' && !text.includes('provisioning-client-id');

export interface RotationRun extends Pick<RunOptions, 'onStart'> {
	items?: INodeExecutionData[];
	options?: INodeParameters;
	/** Settings of the node, and what it is called as. */
	more?: Partial<INode>;
	credentials?: CredentialStore;
}

/** An n8n whose stored secrets its nodes see, and Commerce Layer, between which credentials are rotated. */
export class ClientRotation {
	private stored: CredentialStore | null = null;

	private constructor(
		readonly shop: CommerceLayerSimulator,
		readonly n8n: N8nSimulator,
	) {
		this.reset();
	}

	static async start(): Promise<ClientRotation> {
		return new ClientRotation(await commerceLayer.start(), await n8n.start());
	}

	async stop(): Promise<void> {
		await Promise.all([this.shop.stop(), this.n8n.stop()]);
	}

	/** As at the beginning: nothing is rotated, and the stored secrets are empty. */
	reset(): void {
		this.stored = null;
		this.shop.reset();
		this.n8n.reset();
		const stored = this.n8n.state.credentials.get(NEW)!;
		stored.data = {};
		this.n8n.state.credentials.set(PREVIOUS, { ...stored, id: PREVIOUS, type: 'rotationPreviousSecretApi', data: {} });
	}

	/** The clock of both. */
	set now(now: () => number) {
		for (const { server } of [this.shop, this.n8n]) server.now = now;
	}

	/** All requests to both. */
	get requests(): ReceivedRequest[] {
		return [...this.shop.server.requests, ...this.n8n.server.requests];
	}

	/** A credential at Commerce Layer. */
	at(id: string) {
		return this.shop.state.credentials.get(id)!;
	}

	mark(id: string): IDataObject | undefined {
		return (this.at(id).attributes.metadata as { rotation?: IDataObject } | null)?.rotation;
	}

	successors(of = ID): string[] {
		return [...this.shop.state.credentials.keys()].filter((id) => this.mark(id)?.of === of);
	}

	pair(id: string) {
		const { client_id, client_secret } = this.at(id).attributes;
		return { client_id, client_secret };
	}

	dataOf(id: string): Record<string, string> {
		return this.n8n.state.credentials.get(id)!.data as Record<string, string>;
	}

	/** The values of a stored secret, by name or by key. */
	held(id: string): Record<string, unknown> {
		const data = this.dataOf(id);
		if (data.valuesJson) return JSON.parse(String(valueInUse(data.valuesJson))) as Record<string, unknown>;
		const names = Object.keys(data).filter((field) => /^name\d/.test(field) && data[field] !== '');
		return Object.fromEntries(names.map((field) => [data[field], valueInUse(data[field.replace('name', 'value')])])) as Record<string, unknown>;
	}

	secretMark(): { id: string; state: string } | null {
		return JSON.parse(String(this.dataOf(NEW).rotation || 'null')) as { id: string; state: string } | null;
	}

	/** What the nodes are given is what the same n8n has stored by then, access tokens included. */
	store(): CredentialStore {
		this.stored ??= this.newStore();
		return this.stored;
	}

	private newStore(): CredentialStore {
		const stored = this.n8n.state.credentials;
		class OfThisN8n extends Map<string, ICredentialDataDecryptedObject> {
			override get(id: string) {
				const data = stored.get(id)?.data as ICredentialDataDecryptedObject | undefined;
				return data ?? super.get(id);
			}
		}
		return new OfThisN8n([
			['key', this.n8n.credentials.rotationN8nApi!],
			['account', { ...this.shop.credentials.commerceLayerApi! }],
		]);
	}

	/** Lists the credentials at Commerce Layer by these filters. */
	async list(filters: INodeParameters): Promise<RunResult> {
		const parameters = { resource: 'credential', operation: 'getAll', returnAll: true, filters };
		const settings = { ...ERROR_OUTPUT, credentials: { commerceLayerApi: { id: 'account', name: 'Shop' } } };
		return await engine.run({ workflow: singleNodeWorkflow('commerceLayer', 'commerceLayerApi', parameters, settings), start: 'Start', items: [{ json: {} }], credentials: this.store() });
	}

	async run(operation: 'rotate' | 'retire', parameters: INodeParameters = {}, { items = [{ json: {} }], options = {}, more, credentials = this.store(), onStart }: RotationRun = {}): Promise<RunResult> {
		const given = { resource: 'rotation', operation, ...(operation === 'rotate' ? { credentialId: chosen(ID) } : {}), ...parameters, options: { output: 'full', ...options } };
		const settings: Partial<INode> = {
			...ERROR_OUTPUT,
			credentials: {
				commerceLayerApi: { id: 'account', name: 'Shop' },
				rotationN8nApi: { id: 'key', name: 'This n8n' },
				rotationSecretApi: { id: NEW, name: 'Shop, new' },
				rotationPreviousSecretApi: { id: PREVIOUS, name: 'Shop, before' },
			},
			...more,
		};
		const result = await engine.run({ workflow: singleNodeWorkflow('commerceLayer', 'commerceLayerApi', given, settings), start: 'Start', items, credentials, onStart });
		expectOrigins(result, items);
		return result;
	}
}

/** What a result of a rotation says, in the full size. */
export type RotationResult = { outcome: string; id: string; stage: string | null; successorId: string; retireAfter: string; message: string; meta: { rotationId: string; requests: number }; rotation: { orphans: string[] } } & Record<string, unknown>;

export function results(result: RunResult): RotationResult[] {
	expect(failed(result)).toEqual([]);
	return succeeded(result).map(({ json }) => json as RotationResult);
}

/** The only result, where nothing failed. */
export function only(result: RunResult): RotationResult {
	const all = results(result);
	expect(all).toHaveLength(1);
	return all[0]!;
}
