import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import type { Accounts } from '../../nodes/engine/request/account';
import { secretSourcesOf } from '../../nodes/engine/secrets/secretSource';
import type { VendorRecord } from '../../nodes/kit/record';

const COUNT = 200;

/** Looks up the stored secrets of some items, as n8n would: each after a while. */
async function lookUp({
	data = () => ({ valuesJson: '{"405":{"value":"a-secret"}}' }),
	signal,
	onLookUp = () => {},
}: {
	data?: (itemIndex: number) => ICredentialDataDecryptedObject;
	signal?: AbortSignal;
	onLookUp?: (count: number) => void;
}) {
	const seen = { lookUps: 0, atOnce: 0, mostAtOnce: 0 };
	const context = {
		getInputData: () => Array.from({ length: COUNT }, () => ({ json: {} })),
		getNode: () => ({ parameters: { credentialId: '={{ $json.id }}' }, credentials: { rotationSecretApi: { id: '1', name: 'The new ones' } } }),
		getTimezone: () => 'UTC',
		getExecutionCancelSignal: () => signal,
		getNodeParameter: (name: string, itemIndex: number) => (name === 'secretSource' ? 'storedSecret' : name === 'credentialId' ? String(itemIndex) : {}),
		getCredentials: async (_type: string, itemIndex: number) => {
			seen.lookUps += 1;
			seen.atOnce += 1;
			seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce);
			onLookUp(seen.lookUps);
			// The later ones are the quicker ones.
			for (let turn = itemIndex % 7; turn < 7; turn += 1) await new Promise(setImmediate);
			seen.atOnce -= 1;
			return data(itemIndex);
		},
	} as unknown as IExecuteFunctions;
	const accounts = { of: jest.fn(async () => ({ key: 'one' })) };
	const vendor = { operations: { update: { storedSecret: () => null } } } as unknown as VendorRecord;
	const sources = await secretSourcesOf(context, vendor, 'update', accounts as unknown as Accounts);
	return { sources, accounts, ...seen };
}

describe('the stored secrets of a run', () => {
	test('are looked up once for each item, a few at a time', async () => {
		const { sources, lookUps, mostAtOnce } = await lookUp({});

		expect(sources).toHaveLength(COUNT);
		expect(lookUps).toBe(COUNT);
		expect(mostAtOnce).toBe(10);
	});

	test('are those of their items, in whatever order n8n brings them', async () => {
		const { sources } = await lookUp({ data: (itemIndex) => ({ name1: 'value', value1: `secret-${itemIndex}` }) });

		expect(sources.map(({ stored }) => stored?.values?.get('value'))).toEqual(Array.from({ length: COUNT }, (_, itemIndex) => `secret-${itemIndex}`));
	});

	test('are one and the same where their data is equal, whatever lies between', async () => {
		const { sources } = await lookUp({ data: (itemIndex) => ({ valuesJson: JSON.stringify({ 405: { value: `secret-${itemIndex % 3}` } }) }) });

		expect(new Set(sources.map(({ stored }) => stored)).size).toBe(3);
		expect(sources[0]!.stored).toBe(sources[3]!.stored);
	});

	test('are refused for all items when one set of values goes to several', async () => {
		const { sources, accounts } = await lookUp({ data: () => ({ name1: 'value', value1: 'a-secret' }) });

		expect(new Set(sources.map(({ unusable }) => unusable?.message))).toEqual(new Set([expect.stringContaining(`this run has ${COUNT} credentials`)]));
		expect(accounts.of).toHaveBeenCalledWith(COUNT - 1);
	});

	test('are looked up no further once the execution is cancelled', async () => {
		const controller = new AbortController();
		const onLookUp = (count: number) => {
			if (count === 25) controller.abort();
		};

		const { sources, lookUps } = await lookUp({ signal: controller.signal, onLookUp });

		expect(lookUps).toBe(25);
		expect(sources.filter(({ unusable }) => unusable?.kind === 'cancelled')).toHaveLength(COUNT - 25);
		expect(sources.at(-1)!.unusable).toMatchObject({ kind: 'cancelled', applied: 'no' });
	});

	test('are none of them looked up for an execution that is cancelled already', async () => {
		expect(await lookUp({ signal: AbortSignal.abort() })).toMatchObject({ lookUps: 0 });
	});
});
