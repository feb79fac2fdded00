import type { ICredentialDataDecryptedObject, IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { CredentialStore } from '../harness/credentialsHelper';
import type { RunResult } from '../harness/engine';
import { ERROR_OUTPUT, failed, onlyError, succeeded, useSubject } from '../harness/subject';
import { traces } from '../harness/traces';
import { simulator as definition } from '../simulator/commerceLayer';
import { OTHER_IDS, simulator as n8nDefinition, type N8nSimulator } from '../simulator/n8nCredentials';
import { valueInUse } from '../simulator/n8nCredentialTypes';
import type { ReceivedRequest } from '../simulator/server';

const ID = 'aBcDeFgHiJ';
const NEW = OTHER_IDS.secret;
const PREVIOUS = 'Prev10usSecr3tPw';
const HOUR_MS = 3_600_000;

const isCreate = ({ method, path }: ReceivedRequest) => method === 'POST' && path === '/api/api_credentials';
const isPatch = ({ method }: ReceivedRequest) => method === 'PATCH';
const isDelete = ({ method }: ReceivedRequest) => method === 'DELETE';
const isSignIn = ({ path }: ReceivedRequest) => path === '/oauth/token';

/** A resource locator with this ID. */
const chosen = (value: string) => ({ __rl: true, mode: 'id', value });

describe('commerceLayer: a rotation', () => {
	const subject = useSubject('commerceLayer', definition, 'Commerce Layer');
	let n8n: N8nSimulator;
	beforeAll(async () => void (n8n = await n8nDefinition.start()));
	afterAll(async () => await n8n.stop());
	const state = () => subject().simulator.state;
	const attributesOf = (id: string) => state().credentials.get(id)!.attributes;
	const mark = (id: string) => (attributesOf(id).metadata as { rotation?: IDataObject } | null)?.rotation;
	const pairOf = (id: string) => ({ client_id: attributesOf(id).client_id, client_secret: attributesOf(id).client_secret });
	const successors = (of = ID) => [...state().credentials.keys()].filter((id) => mark(id)?.of === of);

	beforeEach(() => {
		n8n.reset();
		const stored = n8n.state.credentials.get(NEW)!;
		stored.data = {};
		n8n.state.credentials.set(PREVIOUS, { ...stored, id: PREVIOUS, type: 'rotationPreviousSecretApi', data: {} });
	});

	const dataOf = (id: string) => n8n.state.credentials.get(id)!.data as Record<string, string>;
	/** The values of a stored secret, by name. */
	const held = (id: string): Record<string, unknown> => {
		const data = dataOf(id);
		if (data.valuesJson) return JSON.parse(String(valueInUse(data.valuesJson))) as Record<string, unknown>;
		const pairs = Object.keys(data).flatMap((field) => (/^name\d/.test(field) && data[field] !== '' ? [[data[field], valueInUse(data[field.replace('name', 'value')])]] : []));
		return Object.fromEntries(pairs) as Record<string, unknown>;
	};
	const secretMark = () => JSON.parse(String(dataOf(NEW).rotation || 'null')) as { id: string; state: string } | null;

	/** What the node is given is what the same n8n has stored by then. */
	class OfThisN8n extends Map<string, ICredentialDataDecryptedObject> {
		override get(id: string) {
			return (n8n.state.credentials.get(id)?.data as ICredentialDataDecryptedObject | undefined) ?? super.get(id);
		}
	}
	const store = (): CredentialStore =>
		new OfThisN8n([
			['key', n8n.credentials.rotationN8nApi!],
			['account', { ...subject().simulator.credentials.commerceLayerApi! }],
		]);
	const settings = (more: Partial<INode> = {}): Partial<INode> => ({
		...ERROR_OUTPUT,
		credentials: {
			commerceLayerApi: { id: 'account', name: 'Shop' },
			rotationN8nApi: { id: 'key', name: 'This n8n' },
			rotationSecretApi: { id: NEW, name: 'Shop, new' },
			rotationPreviousSecretApi: { id: PREVIOUS, name: 'Shop, before' },
		},
		...more,
	});
	const ONE: INodeExecutionData[] = [{ json: {} }];
	interface Options {
		items?: INodeExecutionData[];
		options?: INodeParameters;
		more?: Partial<INode>;
		credentials?: CredentialStore;
	}
	const run = async (operation: 'rotate' | 'retire', parameters: INodeParameters = {}, { items = ONE, options = {}, more, credentials = store() }: Options = {}): Promise<RunResult> =>
		await subject().run(items, {
			parameters: { resource: 'rotation', operation, ...(operation === 'rotate' ? { credentialId: chosen(ID) } : {}), ...parameters },
			options,
			credentials,
			settings: settings(more),
		});
	const only = (result: RunResult) => {
		expect(failed(result)).toEqual([]);
		expect(succeeded(result)).toHaveLength(1);
		return succeeded(result)[0]!.json as { meta: { rotationId: string }; successorId: string; retireAfter: string; message: string } & Record<string, unknown>;
	};

	test('Rotate makes a successor, proves it, hands it over and marks the old one; Retire deletes that when its time has come', async () => {
		const before = structuredClone(attributesOf(ID));

		const rotated = await run('rotate');

		const { successorId, retireAfter, meta, ...json } = only(rotated);
		expect(json).toMatchObject({
			outcome: 'rotated',
			id: ID,
			name: 'ERP integration',
			type: 'integration',
			parentId: 'OrgBlue001',
			changed: ['client_id', 'client_secret'],
			verification: 'verified',
			stage: 'marked',
			resource: 'rotation',
			operation: 'rotate',
			rotation: { predecessorId: ID, orphans: [] },
		});
		const { name, ...copied } = attributesOf(successorId);
		expect(name).toMatch(/^ERP integration \(\d{4}-\d\d-\d\d\)$/);
		expect(copied).toMatchObject({ kind: 'integration', mode: 'test', redirect_uri: before.redirect_uri, expires_in: 7200, reference: before.reference, reference_origin: 'ERP', custom: false });
		expect(copied.metadata).toEqual({ foo: 'bar', rotation: { id: meta.rotationId, of: ID, state: 'active' } });
		expect(state().credentials.get(successorId)).toMatchObject({ organizationId: 'OrgBlue001', roleId: 'RoleReader' });
		expect(attributesOf(ID)).toMatchObject({ ...before, updated_at: expect.any(String) as string, metadata: { foo: 'bar', rotation: { replacedBy: successorId, retireAfter } } });
		expect(held(NEW)).toEqual(pairOf(successorId));
		expect(held(PREVIOUS)).toEqual(pairOf(ID));
		expect(secretMark()).toMatchObject({ id: meta.rotationId, state: 'current' });
		expect(traces(rotated)).not.toContain('canary');

		const again = await run('rotate');
		expect(only(again)).toMatchObject({ outcome: 'unchanged', stage: 'marked', successorId, retireAfter, meta: { rotationId: meta.rotationId } });
		expect(successors()).toEqual([successorId]);

		expect(only(await run('retire', { credentialId: chosen(ID) }))).toMatchObject({ outcome: 'unchanged', stage: 'marked', successorId, message: 'Its grace period is not over, so nothing was deleted.' });
		expect(state().credentials.has(ID)).toBe(true);

		const { now } = Date;
		Date.now = () => now() + 169 * HOUR_MS;
		try {
			subject().update.expireTokens!();
			const retired = await run('retire', {}, { options: { proveEnd: true } });
			expect(only(retired)).toMatchObject({ outcome: 'deleted', id: ID, stage: 'retired', successorId, verification: 'verified', message: 'Commerce Layer has deleted the credential. The new pair signs in. The old one is refused.' });
			expect(traces(retired)).not.toContain('canary');
		} finally {
			Date.now = now;
		}
		expect(state().credentials.has(ID)).toBe(false);
		expect(state().credentials.has(successorId)).toBe(true);
	});
});
