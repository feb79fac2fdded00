import type { IDataObject } from 'n8n-workflow';

import { keysOf } from '../../docs/contract';
import type { OperationName } from '../../nodes/kit/operation';
import { OPERATION_NAMES } from '../../nodes/kit/operations';
import { jobOf } from '../harness/jobs';
import { describeEveryUpdate, ERROR_OUTPUT, firstSuccess, itemsFor, newSecret, onlyError, operationsOf, succeeded } from '../harness/subject';

const SIMPLIFIED = ['outcome', 'vendor', 'id', 'name', 'type', 'parentId', 'updatedAt', 'expiresAt', 'changed', 'verification', 'message'];
const BEYOND = ['resource', 'operation', 'createdAt', 'restored', 'verificationDetail', 'attributes', 'meta'];
const NOT_IN_LISTS = new Set(['changed', 'verification']);

test.each(OPERATION_NAMES)('the documents know what %s yields', (operation) => {
	const own = operation === 'delete' ? ['deleted'] : [];
	const isReplacing = operation === 'rotate' || operation === 'retire';
	const always = [...SIMPLIFIED.filter((key) => operation !== 'getAll' || !NOT_IN_LISTS.has(key)), ...(isReplacing ? ['stage', 'successorId', 'retireAfter'] : [])];
	const beyond = BEYOND.flatMap((key) => (isReplacing && key === 'meta' ? ['rotation', key] : [key]));
	const keys = (size: 'simplified' | 'full' | 'raw') => keysOf(operation, size).map(({ key }) => key);

	expect(keys('simplified')).toEqual([...always, ...own]);
	expect(keys('full')).toEqual([...always, 'plan', ...own, ...beyond]);
	expect(keys('raw')).toEqual([...always, 'plan', ...own, ...beyond, 'raw']);
});

describeEveryUpdate((subject, traits, nodeName) => {
	const resultOf = async (operation: OperationName, options: IDataObject) => {
		const { run, simulator } = subject();
		simulator.reset();
		const { items, options: given } = jobOf(operation, subject(), traits, 1);
		const result = await run(items, { ...given, options: options as never });
		return firstSuccess(result).json;
	};

	test.each(operationsOf(nodeName))('of %s is flat and in one order, and each size has what the smaller one has', async (operation) => {
		const own = operation === 'delete' ? ['deleted'] : [];
		const keys = SIMPLIFIED.filter((key) => operation !== 'getAll' || !NOT_IN_LISTS.has(key));

		const simplified = await resultOf(operation, { output: 'simplified' });

		expect(Object.keys(simplified)).toEqual([...keys, ...own]);
		const isFlat = (value: unknown) => value === null || typeof value !== 'object' || Array.isArray(value);
		expect(Object.values(simplified).every(isFlat)).toBe(true);
		expect(Object.keys(await resultOf(operation, { output: 'full' }))).toEqual([...keys, 'plan', ...own, ...BEYOND]);
		expect(Object.keys(await resultOf(operation, { output: 'raw' }))).toEqual([...keys, 'plan', ...own, ...BEYOND, 'raw']);
	});

	test('is the simplified one unless another size is chosen', async () => {
		const { run, update } = subject();

		const item = firstSuccess(await run(itemsFor([update.ids[0]]), { options: { output: undefined } as never }));

		expect(Object.keys(item.json)).toEqual(SIMPLIFIED);
	});

	test.each(['create', 'delete', 'update'] as const)('of a dry run of %s has its plan in every size', async (operation) => {
		for (const output of ['simplified', 'full']) {
			const { plan, ...json } = await resultOf(operation, { output, dryRun: true });

			expect(Object.keys(plan as object)).toEqual(['method', 'path', 'body']);
			expect(json).toMatchObject({ outcome: 'planned', verification: 'skipped', message: expect.stringMatching(/^Nothing was changed/) as string });
			expect(json).not.toHaveProperty('deleted');
		}
	});

	test.each(['create', 'delete', 'update'] as const)('of %s says what there is to know in a sentence that is the same for every credential', async (operation) => {
		const { run } = subject();
		const { items, options } = jobOf(operation, subject(), traits);

		const results = succeeded(await run(items, options)).map(({ json }) => json);

		expect(results).toHaveLength(3);
		expect(new Set(results.map(({ message }) => message)).size).toBe(1);
		expect(results[0]!.message).toMatch(/^(\p{Lu}|n8n ).*\.$/u);
	});

	test.each(['get', 'getAll'] as const)('of %s has nothing to say', async (operation) => {
		expect(await resultOf(operation, { output: 'simplified' })).toMatchObject({ message: null });
	});

	test('calls a change that nothing bears out accepted, and one that nobody looked at skipped', async () => {
		const { update, run } = subject();
		const { verification } = await resultOf('update', {});

		expect(['verified', 'accepted']).toContain(verification);
		expect(firstSuccess(await run(itemsFor([update.ids[1]], () => 'another-new-secret'), { options: { verify: false } })).json).toMatchObject({
			verification: 'skipped',
			message: expect.stringContaining('“Verify”') as string,
		});
	});

	describe('a failed item', () => {
		test('tells the name that a look has shown', async () => {
			const { run, simulator, update, resource, lookBefore } = subject();
			const [{ json: seen }] = succeeded(await run([{ json: {} }], { parameters: resource.get(update.ids[0]) })) as [{ json: IDataObject }];
			simulator.server.plan({ when: update.isChange, times: 9, answer: { status: 403, body: {} } });

			const error = onlyError(
				await run(itemsFor([update.ids[0]]), { options: { onVerificationFailure: 'restore' }, settings: ERROR_OUTPUT }),
			);

			expect(error).toMatchObject({ code: 'permission', id: update.ids[0] });
			// Where nothing could be put back, an update needs no look.
			expect(error.name).toBe(traits.putsBack || lookBefore() !== 'none' ? seen.name : null);
		});

		test('tells the name that was asked for', async () => {
			const { run, simulator, resource } = subject();
			resource.seed(0);
			simulator.server.plan({ when: (request) => resource.isCreate(request), times: 9, answer: { status: 403, body: {} } });

			const error = onlyError(await run([{ json: {} }], { parameters: resource.create('a-new-one', newSecret(0)), settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ id: null, name: 'a-new-one' });
		});

		if (traits.sendsSecret) {
			test('does not tell a secret that was entered for the name', async () => {
				const { run, simulator, resource } = subject();
				resource.seed(0);
				simulator.server.plan({ when: (request) => resource.isCreate(request), times: 9, answer: { status: 403, body: {} } });

				const error = onlyError(await run([{ json: {} }], { parameters: resource.create(newSecret(0), newSecret(0)), settings: ERROR_OUTPUT }));

				expect(JSON.stringify(error)).not.toContain(newSecret(0));
				expect(error.name).toBe('[redacted]');
			});
		}
	});
});
