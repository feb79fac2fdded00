import { randomUUID } from 'node:crypto';

import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { generateSecret, readRecipe } from '../../nodes/kit/generate';
import { storeOf } from '../harness/engine';
import { describeEveryUpdate, ERROR_OUTPUT, failed, ID, storedSecret, succeeded } from '../harness/subject';

const ROTATION = '0b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e';

const mark = (state: string, id: string = ROTATION) => JSON.stringify({ id, state, startedAt: '2030-01-01T00:00:00.000Z', finishedAt: null });

/** The symbols that a keyboard has. */
const KEYBOARD = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** What a person, or another program, can make of the mark. */
const BROKEN: Array<[string, unknown]> = [
	['not there', undefined],
	['empty', ''],
	['null', null],
	['a number', 5],
	['a list', []],
	['text that is no JSON', 'do not touch'],
	['cut off', mark('pending').slice(0, -4)],
	['a list in JSON', `[${mark('pending')}]`],
	['without an ID', '{"state":"pending"}'],
	['with an ID that is no UUID', mark('pending', 'canary-in-the-wrong-field')],
	['with an ID that is none of ours', mark('pending', ROTATION.toUpperCase())],
	['with an ID that is an object', `{"id":{"id":"${ROTATION}"},"state":"pending"}`],
	['in a state that nobody knows', mark('done')],
	['n8n’s placeholder', '__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6'],
	['very deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
];

describeEveryUpdate((subject, { sendsSecret }) => {
	const run = async (ids: string[], stored: ICredentialDataDecryptedObject, parameters?: INodeParameters, options: INodeParameters = {}, type = 'rotationSecretApi') => {
		const { run: runNode, simulator, update } = subject();
		const chosen = { [update.credentialType]: simulator.credentials[update.credentialType]!, [type]: stored };
		return await runNode(ids.map((id) => ({ json: { id } })), {
			parameters: parameters ?? update.stored!.parameters(ID),
			options,
			credentials: storeOf(chosen),
			settings: { ...ERROR_OUTPUT, credentials: Object.fromEntries(Object.keys(chosen).map((name) => [name, { id: name, name }])) },
		});
	};
	const rotationOf = ({ json }: { json: { meta?: unknown } }) => (json.meta as { rotationId: unknown }).rotationId;

	if (!sendsSecret) {
		test('what sends no secret is of no rotation', async () => {
			const { update } = subject();

			const [item] = succeeded(await run([update.ids[0]], { ...storedSecret({ value: 'a-secret' }), rotation: mark('current') }, update.parameters(ID, 'renamed')));

			expect(rotationOf(item!)).toBeNull();
		});
		return;
	}

	const pairs = (secret = 'a-new-secret-by-mark') => storedSecret(subject().update.stored!.values(secret));

	test.each(['pending', 'current'])('a result tells the rotation that has brought the secret: %s', async (state) => {
		const { update, resource } = subject();
		const [first, second] = update.ids;
		const byId = { valuesJson: JSON.stringify({ [first]: update.stored!.values('one-secret-1'), [second]: update.stored!.values('two-secret-2') }) };

		const updated = await run([first], { ...pairs(), rotation: mark(state) });
		const many = await run([first, second], { ...byId, rotation: mark(state) });
		const planned = await run([first], { ...pairs('another-secret-7'), rotation: mark(state) }, undefined, { dryRun: true });
		const created = await run([first], { ...pairs(), rotation: mark(state) }, resource.createStored!('a-new-one'));

		expect([updated, many, planned, created].flatMap(failed)).toEqual([]);
		expect([updated, many, planned, created].flatMap(succeeded).map(rotationOf)).toEqual(Array(5).fill(ROTATION));
	});

	test.each<[string, IDataObject]>([
		['password', { kind: 'password' }],
		['password of all that a keyboard has', { kind: 'password', symbols: true, symbolSet: KEYBOARD, length: 64 }],
		['hex', { kind: 'hex' }],
		['base64url', { kind: 'base64url' }],
		['uuid', { kind: 'uuid' }],
	])('a value that Begin makes arrives as it is: %s', async (_kind, recipe) => {
		const { update } = subject();
		const [id] = update.ids;
		const made = generateSecret(readRecipe(recipe));

		const result = await run([id], { ...pairs(made), rotation: mark('pending') });

		expect(failed(result)).toEqual([]);
		expect(update.storedSecrets(id)).toContain(made);
	});

	test.each(['starting', 'rolledBack'])('a value from before is not told to be of the rotation: %s', async (state) => {
		const [item] = succeeded(await run([subject().update.ids[0]], { ...pairs(), rotation: mark(state) }));

		expect(rotationOf(item!)).toBeNull();
	});

	test.each(BROKEN)('a mark that is %s counts as none, and stops nothing', async (_what, rotation) => {
		const { update } = subject();
		const [id] = update.ids;

		const result = await run([id], { ...pairs(), ...(rotation === undefined ? {} : { rotation: rotation as string }) });

		expect(succeeded(result).map(({ json }) => json.outcome)).toEqual(['updated']);
		expect(succeeded(result).map(rotationOf)).toEqual([null]);
		expect(JSON.stringify(succeeded(result))).not.toContain('canary');
		expect(update.storedSecrets(id)).toContain('a-new-secret-by-mark');
	});

	test('it is told as it is, although a secret looks like a part of it', async () => {
		const [id] = subject().update.ids;

		for (const secret of [ROTATION.slice(0, 8), ROTATION.slice(9), `x${ROTATION.slice(1)}`]) {
			const [item] = succeeded(await run([id], { ...pairs(secret), rotation: mark('pending') }));

			expect(rotationOf(item!)).toBe(ROTATION);
		}
	});

	test('a secret that somebody has put in its place is not told', async () => {
		const { update } = subject();
		const [id] = update.ids;
		const secret = randomUUID();

		const result = await run([id], { ...pairs(secret), rotation: mark('pending', secret) });

		expect(update.storedSecrets(id)).toContain(secret);
		expect(succeeded(result).map(rotationOf)).toEqual([null]);
		expect(JSON.stringify([...succeeded(result), ...failed(result)])).not.toContain(secret);
	});

	test('what was read, and what was put back from before, is of no rotation', async () => {
		const { update, resource } = subject();
		const [id] = update.ids;
		const before = { ...update.stored!.parameters(id), secretSource: 'previousSecret' };

		const read = await run([id], { ...pairs(), rotation: mark('current') }, resource.get(id));
		const putBack = await run([id], { ...pairs('from-before-it'), rotation: mark('current') }, before, {}, 'rotationPreviousSecretApi');

		expect([read, putBack].flatMap(succeeded).map(rotationOf)).toEqual([null, null]);
	});

	test('one set of values stays one, whatever mark each item finds beside it', async () => {
		const { update, simulator } = subject();
		const [first, second] = update.ids;

		const result = await run([first, second], { ...pairs(), rotation: '={{ $json.id }}' });

		expect(failed(result)).toHaveLength(2);
		expect(JSON.stringify(failed(result))).toContain('this run has 2 credentials');
		expect(simulator.server.requests).toHaveLength(0);
	});
});
