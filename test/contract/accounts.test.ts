import type { ICredentialDataDecryptedObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { clock } from '../../nodes/engine/request/clock';
import { storeOf } from '../harness/engine';
import { describeEveryUpdate, ERROR_OUTPUT, failed, ID, newSecret, passwordFields, storedSecret, succeeded } from '../harness/subject';
import { simulatorOf } from '../simulator';
import type { RunningSimulator } from '../simulator/definition';

/** Every field of a credential out of the item: what users do who keep many accounts in a table. */
function byItem(data: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
	return Object.fromEntries(Object.keys(data).map((name) => [name, `={{ $json.account.${name} }}`]));
}

/** Credentials with expressions in their fields: what belongs to an item is that item's own. */
describeEveryUpdate((subject, { signsIn, sendsSecret }, nodeName) => {
	let other: RunningSimulator;
	beforeAll(async () => {
		other = await simulatorOf(nodeName).start();
	});
	afterAll(async () => await other.stop());
	beforeEach(() => other.reset());

	const own = () => subject().simulator.credentials[subject().update.credentialType]!;
	const foreign = () => other.credentials[subject().update.credentialType]!;
	const wrong = (): ICredentialDataDecryptedObject => ({
		...own(),
		...Object.fromEntries(passwordFields(subject().update.credentialType).map((name) => [name, 'a-key-that-is-unknown'])),
	});

	const itemOf = (id: string, account: ICredentialDataDecryptedObject, index: number): INodeExecutionData => ({
		json: { id, secret: newSecret(index), account },
	});
	const run = async (items: INodeExecutionData[], more: { parameters?: INodeParameters; fixed?: ICredentialDataDecryptedObject } = {}) => {
		const { update, run: runNode } = subject();
		const credentials = storeOf({ [update.credentialType]: more.fixed ?? byItem(own()) });
		return await runNode(items, { credentials, settings: ERROR_OUTPUT, ...(more.parameters ? { parameters: more.parameters } : {}) });
	};

	test('items of two accounts go each to its own host, signed in once there', async () => {
		const { simulator, update } = subject();
		const [first, second, third] = update.ids;

		const result = await run([itemOf(first, own(), 0), itemOf(second, foreign(), 1), itemOf(third, own(), 2), itemOf(first, foreign(), 3)]);

		expect(failed(result)).toEqual([]);
		expect(succeeded(result).map(({ json }) => json.id)).toEqual([first, second, third, first]);
		for (const [vendor, indices] of [[simulator, [0, 2]], [other, [1, 3]]] as const) {
			const changes = vendor.server.requests.filter((request) => vendor.updates[subject().caseName]!.isChange(request));
			expect(changes).toHaveLength(2);
			if (sendsSecret) {
				const sent = changes.map(({ text }) => text).join();
				for (const index of [0, 1, 2, 3]) expect([index, sent.includes(`S3cret+\\"${index}\\"`)]).toEqual([index, (indices as readonly number[]).includes(index)]);
			}
			expect(vendor.server.requests.filter((request) => update.isSignIn?.(request) ?? false)).toHaveLength(signsIn ? 1 : 0);
		}
	});

	test('an account that is refused fails by itself, once, and those beside it go on', async () => {
		const { update } = subject();
		const [first, second, third] = update.ids;

		const result = await run([itemOf(first, wrong(), 0), itemOf(second, own(), 1), itemOf(first, wrong(), 2), itemOf(third, own(), 3)]);

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([second, third]);
		const errors = failed(result).map(({ json }) => json.error as { code: string; applied: string });
		expect(errors.map(({ code, applied }) => [code, applied])).toEqual([['authentication', 'no'], ['authentication', 'no']]);
		const refused = subject().simulator.server.requests.filter(({ headers, text }) => JSON.stringify([headers, text]).includes('a-key-that-is-unknown') || headers.authorization?.includes(Buffer.from(':a-key-that-is-unknown').toString('base64').slice(4, 20)));
		expect(refused.length).toBeLessThanOrEqual(1);
	});

	test('a refused key is not sent again for some minutes, by whatever run, and the item says until when', async () => {
		const { simulator, update } = subject();
		const [id] = update.ids;
		await run([itemOf(id, wrong(), 0)]);
		const sent = simulator.server.requests.length;

		const again = await run([itemOf(id, wrong(), 1)]);
		expect(simulator.server.requests).toHaveLength(sent);
		const [error] = failed(again).map(({ json }) => json.error as { message: string; code: string; applied: string });
		expect(error).toMatchObject({ code: 'authentication', applied: 'no', message: expect.stringMatching(/not sent\. .* from \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ on, a changed one at once\.$/) });

		expect(succeeded(await run([itemOf(id, own(), 2)]))).toHaveLength(1);
		const before = simulator.server.requests.length;
		const now = clock.now();
		jest.spyOn(clock, 'now').mockImplementation(() => now + 6 * 60_000);
		await run([itemOf(id, wrong(), 3)]);
		expect(simulator.server.requests.length).toBeGreaterThan(before);
	});

	test('an expression of a credential that cannot be evaluated fails its item alone, with nothing sent', async () => {
		const { simulator, update } = subject();
		const [first, second] = update.ids;
		const [key] = passwordFields(update.credentialType);
		const fixed = { ...own(), [key!]: '={{ $json.id === "' + first + '" ? $json.account.none.such : $json.account.' + key + ' }}' };

		const result = await run([itemOf(first, own(), 0), itemOf(second, own(), 1)], { fixed });

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([second]);
		expect(failed(result).map(({ json }) => json.error)).toEqual([expect.objectContaining({ applied: 'no', id: first })]);
		expect(simulator.server.requests.filter((request) => update.isChange(request))).toHaveLength(1);
	});

	test('the credential is looked up once for an item, however many requests it takes', async () => {
		const { update } = subject();

		const result = await run(update.ids.map((id, index) => itemOf(id, own(), index)), { fixed: own() });

		expect(succeeded(result)).toHaveLength(3);
		expect(result.lookups).toBe(3);
	});

	if (!sendsSecret) return;

	describe('a stored secret whose value is an expression', () => {
		const runStored = async (items: INodeExecutionData[], options: INodeParameters = {}) => {
			const { update, run: runNode } = subject();
			const data = { [update.credentialType]: own(), rotationSecretApi: storedSecret(update.stored!.values('={{ $json.secret }}')) };
			return await runNode(items, {
				parameters: update.stored!.parameters(ID),
				options,
				credentials: storeOf(data),
				settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(Object.keys(data).map((type) => [type, { id: type, name: type }])) },
			});
		};

		test('gives each item its own', async () => {
			const { update } = subject();

			const result = await runStored(update.ids.map((id, index) => itemOf(id, own(), index)));

			expect(failed(result)).toEqual([]);
			for (const [index, id] of update.ids.entries()) expect(update.storedSecrets(id)).toContain(newSecret(index));
		});

		test('gives the same credential, twice in a run, first the one and then the other', async () => {
			const { update } = subject();
			const [id] = update.ids;

			const result = await runStored([itemOf(id, own(), 0), itemOf(id, own(), 1)]);

			expect(failed(result)).toEqual([]);
			expect(update.storedSecrets(id)).toContain(newSecret(1));
		});

		test('is refused where it yields the same for several credentials, and for those alone', async () => {
			const { update } = subject();
			const [first, second, third] = update.ids;

			const result = await runStored([itemOf(first, own(), 0), itemOf(second, own(), 0), itemOf(third, own(), 2)]);

			expect(succeeded(result).map(({ json }) => json.id)).toEqual([third]);
			for (const { json } of failed(result)) {
				expect(json.error).toMatchObject({ code: 'invalidInput', applied: 'no', message: expect.stringContaining('this run has 2 credentials for it') as string });
			}
			expect(update.storedSecrets(second)).not.toContain(newSecret(0));
		});
	});
});
