import type { INodeParameters } from 'n8n-workflow';

import { describeEveryUpdate, ERROR_OUTPUT, failed, isAbout, newSecret, onlyError, succeeded, type Subject } from '../harness/subject';
import { traces } from '../harness/traces';
import type { ReceivedRequest } from '../simulator/server';

const SECRET = newSecret(3);
const NO_INPUT = [{ json: {} }];
const DRY = { dryRun: true };

/** How the operations that change something are called, and how their request is told from others. */
const CHANGES: Record<string, (subject: Subject) => { parameters: INodeParameters; isChange: (request: ReceivedRequest) => boolean }> = {
	update: ({ update }) => ({ parameters: update.parameters(update.ids[0], SECRET), isChange: (request) => update.isChange(request) }),
	create: ({ resource }) => ({ parameters: resource.create('a-new-one', SECRET), isChange: (request) => resource.isCreate(request) }),
	delete: ({ resource, update }) => ({ parameters: resource.delete(update.ids[0]), isChange: (request) => resource.isDelete(request) }),
};

describeEveryUpdate((subject, { sendsSecret }) => {
	test('a dry run of a delete of what is gone says that nothing is to be done, and not that it was', async () => {
		const { run, resource, requests } = subject();

		const result = await run(NO_INPUT, { parameters: resource.delete(resource.missingId), options: { ...DRY, ignoreIfMissing: true } });

		const { json } = succeeded(result)[0]!;
		expect(json).toMatchObject({ outcome: 'unchanged', id: resource.missingId });
		expect(json).not.toHaveProperty('deleted');
		expect(requests().filter((request) => resource.isDelete(request))).toEqual([]);
	});

	describe.each(Object.keys(CHANGES))('Dry Run of %s', (operation) => {
		const change = () => CHANGES[operation]!(subject());

		test('plans exactly the request that the real run then sends, and sends nothing that changes', async () => {
			const { run, simulator, update } = subject();
			const { parameters, isChange } = change();

			const dry = await run(NO_INPUT, { parameters, options: DRY });
			const planned = simulator.server.requests.filter(isChange);
			simulator.server.clear();
			await run(NO_INPUT, { parameters });
			const [sent] = simulator.server.requests.filter(isChange);

			expect(planned).toEqual([]);
			const { json } = succeeded(dry)[0]!;
			expect(json).toMatchObject({
				operation,
				outcome: 'planned',
				verification: 'skipped',
				verificationDetail: { method: 'none' },
				meta: { attempts: 0 },
			});
			const plan = json.plan as { method: string; path: string; body: unknown };
			expect(Object.keys(plan)).toEqual(['method', 'path', 'body']);
			expect(plan.method).toBe(sent!.method);
			// A plan is told below the base URL, which may have a path of its own.
			const baseUrl = String(simulator.credentials[update.credentialType]!.baseUrl);
			expect(new URL(`${baseUrl}${plan.path}`).href).toBe(new URL(sent!.target, baseUrl).href);
			expect(shapeOf(plan.body)).toEqual(shapeOf(sent!.text === '' ? null : JSON.parse(sent!.text)));
		});

		test('shows no secret, neither the new one nor a stored one', async () => {
			const { run, resource, update } = subject();
			const { parameters } = change();
			const stored = update.storedSecrets(update.ids[0]);

			const result = await run(NO_INPUT, { parameters, options: DRY });

			expect(succeeded(result)).toHaveLength(1);
			const secrets = [...stored, ...resource.allStoredSecrets(), ...(sendsSecret ? [SECRET] : [])].filter(Boolean);
			const text = traces(result);
			expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
		});

		test('leaves everything at the vendor as it is', async () => {
			const { run, resource, update } = subject();
			const { parameters } = change();
			const before = [resource.storedIds(), resource.allStoredSecrets(), update.storedSecrets(update.ids[0])];

			await run(NO_INPUT, { parameters, options: DRY });

			expect([resource.storedIds(), resource.allStoredSecrets(), update.storedSecrets(update.ids[0])]).toEqual(before);
		});
	});

	test.each(Object.keys(CHANGES))('Dry Run of %s shows a key that is not accepted', async (operation) => {
		const { run, update, simulator } = subject();
		const { parameters } = CHANGES[operation]!(subject());
		simulator.server.plan({ when: (request) => !update.isSignIn?.(request), times: 9, answer: update.unauthorized });

		const result = await run(NO_INPUT, { parameters, options: { ...DRY, allowDuplicate: true }, settings: ERROR_OUTPUT });

		expect(onlyError(result)).toMatchObject({ code: 'authentication', applied: 'no', attempts: 0 });
	});

	test.each([{}, { allowDuplicate: true }])('Dry Run of create with %j plans also for an account that may not read, and says what that leaves open', async (options) => {
		const { run, resource, simulator } = subject();
		simulator.server.plan({ when: ({ method }) => method === 'GET', times: 9, answer: { status: 403, body: '' } });

		const result = await run(NO_INPUT, { parameters: resource.create('a-new-one', SECRET), options: { ...DRY, ...options }, settings: ERROR_OUTPUT });

		expect(failed(result)).toEqual([]);
		expect(succeeded(result)[0]!.json).toMatchObject({
			outcome: 'planned',
			verification: 'skipped',
			message: expect.stringContaining('only the key itself') as string,
		});
	});

	test.each(['update', 'delete'])('Dry Run of %s looks the credential up, and tells when it is missing', async (operation) => {
		const { run, resource, update } = subject();
		const missing = update.missingId;
		const parameters = operation === 'update' ? update.parameters(missing, SECRET) : resource.delete(missing);

		const error = onlyError(await run(NO_INPUT, { parameters, options: DRY, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'notFound', applied: 'no', attempts: 0 });
	});

	test('Dry Run of an update looks at the credential once, whatever wants to see it, also where that is not allowed', async () => {
		const { run, update, requests, simulator } = subject();
		const dry = async () => await run(NO_INPUT, { parameters: update.parameters(update.ids[0], SECRET), options: DRY, settings: ERROR_OUTPUT });
		const looks = () => requests().filter((request) => isAbout(update, update.ids[0])(request));

		expect(succeeded(await dry())).toHaveLength(1);
		expect(looks()).toHaveLength(1);
		simulator.server.clear();
		simulator.server.plan({ when: ({ method }) => method === 'GET', times: 9, answer: { status: 403, body: '' } });
		await dry();
		expect(looks()).toHaveLength(1);
	});

	test('Dry Run of delete does not claim that the credential is gone', async () => {
		const { run, resource, update } = subject();

		const [item] = succeeded(await run(NO_INPUT, { parameters: resource.delete(update.ids[0]), options: DRY }));

		expect(item!.json).toMatchObject({ id: update.ids[0], outcome: 'planned' });
		expect(item!.json).not.toHaveProperty('deleted');
	});

	test('Dry Run refuses what a real run would refuse', async () => {
		const { run, update, simulator } = subject();
		const parameters = update.emptyParameters(update.ids[0]);

		const error = onlyError(await run(NO_INPUT, { parameters, options: DRY, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(simulator.server.requests).toHaveLength(0);
	});

	test.each(['maybe', '={{ null }}', '={{ 1 }}'])('refuses %j for yes or no: a wrong guess would change something', async (dryRun) => {
		const { run, update, simulator } = subject();
		const parameters = update.parameters(update.ids[0], SECRET);

		const error = onlyError(await run(NO_INPUT, { parameters, options: { dryRun }, settings: ERROR_OUTPUT }));

		expect(error.message).toContain('“Dry Run”');
		expect(simulator.server.requests).toHaveLength(0);
	});
});

/** The keys of a body without its values. */
function shapeOf(body: unknown): unknown {
	if (Array.isArray(body)) return body.map(shapeOf);
	if (typeof body !== 'object' || body === null) return null;
	return Object.fromEntries(Object.entries(body).map(([key, child]) => [key, shapeOf(child)]));
}
