import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { describeEveryUpdate, ERROR_OUTPUT, firstSuccess, newSecret, onlyError, putsSecretBack, storedSecret, succeeded } from '../harness/subject';
import { traces } from '../harness/traces';

const RESTORE = { onVerificationFailure: 'restore' };

const NEW = 'new-canary-5ad1';
const BEFORE = 'before-canary-77ab';

const byId = (values: Record<string, string>, id: string): ICredentialDataDecryptedObject => ({ valuesJson: JSON.stringify({ [id]: values }) });

/** How the same values can be stored in either. */
const WAYS: Array<[string, typeof byId, typeof byId]> = [
	['as pairs', storedSecret, storedSecret],
	['under the ID', byId, byId],
	['as pairs and under the ID', storedSecret, byId],
	['in another order', storedSecret, (values) => storedSecret(Object.fromEntries(Object.entries(values).reverse()))],
];

describeEveryUpdate((subject, { sendsSecret }, nodeName) => {
	if (!sendsSecret) {
		test('there is no stored secret that could be the same as one from before', () => {
			expect(subject().update.stored).toBeUndefined();
		});
		return;
	}

	/** Where nothing can be put back, the node asks for no secret from before beside a new one. */
	const asksForBoth = putsSecretBack(nodeName);

	/** One update with the secret out of a stored one, and the one from before stored as well. */
	const rotate = async (rotation: ICredentialDataDecryptedObject, previous: ICredentialDataDecryptedObject, options: INodeParameters = RESTORE) => {
		const { run, simulator, update } = subject();
		return await run([{ json: {} }], {
			parameters: update.stored!.parameters(update.ids[0]),
			options,
			settings: {
				...ERROR_OUTPUT,
				credentials: {
					[update.credentialType]: { id: update.credentialType, name: 'The account' },
					rotationSecretApi: { id: 'new', name: 'The new one' },
					rotationPreviousSecretApi: { id: 'before', name: 'The one from before' },
				},
			},
			credentials: new Map([...Object.entries(simulator.credentials), ['new', rotation], ['before', previous]]),
		});
	};

	test.each(WAYS)('a stored secret that equals the one from before, stored %s, is refused, and nothing is sent', async (_how, store, storePrevious) => {
		const { simulator, update } = subject();
		const [id] = update.ids;
		const values = update.stored!.values(NEW);
		const held = update.storedSecrets(id);

		for (const options of asksForBoth ? [RESTORE, { ...RESTORE, dryRun: true }] : []) {
			const result = await rotate(store(values, id), storePrevious(values, id), options);

			const error = onlyError(result);
			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', stage: 'input', attempts: 0 });
			expect(error.message).toMatch(/“The new one” and “The one from before” hold the same values/);
			expect(simulator.server.requests).toEqual([]);
			expect(traces(result)).not.toContain('canary');
		}
		expect(update.storedSecrets(id)).toEqual(held);
	});

	test('a stored secret that is another than the one from before is sent', async () => {
		const { update } = subject();
		const { values } = update.stored!;

		expect(succeeded(await rotate(storedSecret(values(NEW)), storedSecret(values(BEFORE))))).toMatchObject([{ json: { outcome: 'updated' } }]);
		expect(update.storedSecrets(update.ids[0])).toContain(NEW);
	});

	test('values that change places are other values', async () => {
		const { update } = subject();
		const names = Object.keys(update.stored!.values(NEW));
		if (names.length < 2) return;
		const both = [newSecret(1), newSecret(2)];
		const inOrder = (values: string[]) => storedSecret(Object.fromEntries(names.map((name, index) => [name, values[index % 2]!])));

		expect(succeeded(await rotate(inOrder(both), inOrder([...both].reverse())))).toMatchObject([{ json: { outcome: 'updated' } }]);
	});

	test('without “Restore” the one from before is not asked for, and does not count', async () => {
		const { update } = subject();
		const values = update.stored!.values(NEW);

		for (const options of [{}, { verify: false }]) {
			subject().simulator.reset();
			expect(succeeded(await rotate(storedSecret(values), storedSecret(values), options))).toMatchObject([{ json: { outcome: 'updated' } }]);
		}
	});

	test('one from before that is stored under the name is found by it', async () => {
		if (!asksForBoth) return;
		const { run, update, resource, changes } = subject();
		const found = await run([{ json: {} }], { parameters: resource.get(update.ids[0]) });
		const values = update.stored!.values(NEW);

		const error = onlyError(await rotate(byId(values, update.ids[0]), byId(values, `name:${String(firstSuccess(found).json.name)}`)));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(changes()).toHaveLength(0);
	});

	test('one from before that holds nothing for this vendor is no hindrance where nothing is put back', async () => {
		const { update } = subject();
		const values = update.stored!.values(NEW);

		expect(succeeded(await rotate(storedSecret(values), storedSecret({ 'of-another-vendor': BEFORE }), {}))).toHaveLength(1);
	});

	test('where nothing is stored from before for the credential, the secret is sent', async () => {
		const { update } = subject();
		const values = update.stored!.values(NEW);

		expect(succeeded(await rotate(storedSecret(values), byId(values, update.missingId)))).toHaveLength(1);
	});
});
