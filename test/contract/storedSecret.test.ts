import { inspect } from 'node:util';

import isEqual from 'lodash/isEqual';
import pickBy from 'lodash/pickBy';
import type { ICredentialDataDecryptedObject, INode, INodeParameters } from 'n8n-workflow';

import { dropForgotten } from '../../nodes/engine/request/refusedKeys';
import { storeOf, type RunResult } from '../harness/engine';
import { jobOf } from '../harness/jobs';
import { manifest } from '../harness/packageTypes';
import { describeEveryUpdate, ERROR_OUTPUT, failed, firstSuccess, ID, itemsFor, onlyError, operationsOf, putsSecretBack, SECRET, storedSecret, succeeded } from '../harness/subject';
import { traces } from '../harness/traces';
import type { Fault } from '../simulator/server';

/** Escaped differently in JSON and URLs, so that a careless echo shows in one form or another. */
const STORED = 'stored-canary/"5c1e"+&=é';
const PREVIOUS = 'previous-canary-77ab';

const secretOf = (index: number) => `${STORED}-${index}`;

/** All that the request held, repeated in every place where some vendor has its words. */
const echoing = (status: number): Fault => ({
	answer: ({ text, headers }) => {
		const said = [text, JSON.stringify(text), encodeURIComponent(text), Buffer.from(text).toString('base64'), headers.authorization].join(' ');
		const body = { ok: false, error: said, message: said, title: said, detail: said, errorMessage: said, error_code: said, errors: [{ code: said, detail: said }] };
		return { status, headers: { 'x-request-id': encodeURIComponent(text).slice(0, 4_000) }, body };
	},
});

const MISHAPS: Array<[string, Fault]> = [
	...[200, 400, 401, 403, 404, 409, 422, 429, 500, 503].map((status): [string, Fault] => [`answers ${status} and repeats all that it was sent`, echoing(status)]),
	['repeats it as text', { answer: ({ text }) => ({ status: 400, body: text }) }],
	['redirects with it', { answer: ({ text }) => ({ status: 302, headers: { location: `http://127.0.0.1:9/?${encodeURIComponent(text)}` } }) }],
	['hangs up', { hangUp: 'beforeAnswer' }],
	['acts and hangs up', { hangUp: 'beforeAnswer', afterHandling: true }],
	['breaks off in its answer', { hangUp: 'inBody' }],
	['answers with truncated JSON', { answer: { status: 200, body: '{"data":{"id":' } }],
];

/** Everything that n8n keeps of an execution, the workflow's parameters and input items included. */
function everything(result: RunResult): string {
	return [traces(result), JSON.stringify(result.run), inspect(result.run, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity })].join('\n');
}

/** What the user calls the stored secrets. */
const CALLED: Record<string, string> = { rotationSecretApi: 'Shop, new', rotationPreviousSecretApi: 'Shop, old' };

describeEveryUpdate((subject, traits, nodeName) => {
	const { sendsSecret } = traits;
	interface Options {
		parameters?: INodeParameters;
		options?: INodeParameters;
		settings?: Partial<INode>;
		/** The stored secret; none is chosen when `null`. */
		stored?: ICredentialDataDecryptedObject | null;
		previous?: ICredentialDataDecryptedObject;
	}
	const run = async (items: Parameters<ReturnType<typeof subject>['run']>[0], { stored, previous, settings, ...options }: Options) => {
		const { run: runNode, simulator, update } = subject();
		const chosen = {
			[update.credentialType]: simulator.credentials[update.credentialType]!,
			...(stored ? { rotationSecretApi: stored } : {}),
			...(previous ? { rotationPreviousSecretApi: previous } : {}),
		};
		return await runNode(items, {
			parameters: update.stored!.parameters(ID),
			...options,
			credentials: storeOf(chosen),
			settings: {
				...ERROR_OUTPUT,
				credentials: Object.fromEntries(Object.keys(chosen).map((type) => [type, { id: type, name: CALLED[type] ?? type }])),
				...settings,
			},
		});
	};
	const item = (id: string) => [{ json: { id } }];

	test('there is a stored secret for every way of updating that sends one', () => {
		expect(subject().update.stored !== undefined).toBe(sendsSecret);
		expect(subject().resource.createStored !== undefined).toBe(sendsSecret);
	});

	if (!sendsSecret) return;

	test('Update sends the stored secret, and nothing that n8n keeps of the run has it', async () => {
		const { update } = subject();
		const [id] = update.ids;

		const result = await run(item(id), { stored: storedSecret(update.stored!.values(STORED)) });

		expect(succeeded(result).map(({ json }) => [json.id, json.outcome])).toEqual([[id, 'updated']]);
		expect(update.storedSecrets(id)).toContain(STORED);
		expect(everything(result)).not.toContain('canary');
	});

	test('Create sends the stored secret', async () => {
		const { resource, update } = subject();

		const result = await run([{ json: {} }], {
			parameters: resource.createStored!('a-new-one'),
			stored: storedSecret(update.stored!.values(STORED)),
		});

		expect(failed(result)).toEqual([]);
		expect(succeeded(result).map(({ json }) => json.outcome)).toEqual(['created']);
		expect(resource.allStoredSecrets()).toContain(STORED);
		expect(everything(result)).not.toContain('canary');
	});

	/** What the node calls a credential. */
	const nameOf = async (id: string) => {
		const { run: look, resource, simulator } = subject();
		const found = firstSuccess(await look([{ json: {} }], { parameters: resource.get(id) }));
		simulator.server.clear();
		return String(found.json.name);
	};
	const valuesJson = (entries: object): ICredentialDataDecryptedObject => ({ valuesJson: JSON.stringify(entries) });

	test('values by ID and by name go each to its own credential', async () => {
		const { update } = subject();
		const [first, second, third] = update.ids;
		const held = update.storedSecrets(third);
		const stored = valuesJson({
			[first]: update.stored!.values(secretOf(1)),
			[`name:${await nameOf(second)}`]: update.stored!.values(secretOf(2)),
			'somebody else': update.stored!.values(secretOf(3)),
		});

		const result = await run([...item(first), ...item(second), ...item(third)], { stored });

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([first, second]);
		expect(update.storedSecrets(first)).toContain(secretOf(1));
		expect(update.storedSecrets(second)).toContain(secretOf(2));
		const error = onlyError(result);
		expect(error).toMatchObject({ id: third, code: 'invalidInput', applied: 'no' });
		expect(error.message).toContain('has no entry for this credential under “Values (JSON)”, which has 3 entries');
		expect(error.message).toContain('“name:”');
		expect(everything(result)).not.toContain('canary');
		expect(update.storedSecrets(third)).toEqual(held);
	});

	test('an ID is never matched by a name, whatever somebody calls a credential', async () => {
		const { update, simulator } = subject();
		const [first, second] = update.ids;
		if (!update.visible.isName) return;
		update.visible.change(first, second);

		const result = await run(item(first), { stored: valuesJson({ [second]: update.stored!.values(STORED) }) });

		expect(onlyError(result)).toMatchObject({ id: first, code: 'invalidInput', applied: 'no' });
		expect(onlyError(result).message).toContain('has no entry for this credential');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test('nor is a name by an ID', async () => {
		const { update } = subject();
		const [id] = update.ids;
		const held = update.storedSecrets(id);

		const result = await run(item(id), { stored: valuesJson({ [`name:${id}`]: update.stored!.values(STORED) }) });

		expect(onlyError(result)).toMatchObject({ id, code: 'invalidInput', applied: 'no' });
		expect(update.storedSecrets(id)).toEqual(held);
	});

	test('values under both the ID and the name of a credential are refused, whichever would be meant', async () => {
		const { update, changes } = subject();
		const [first, second] = update.ids;
		const values = update.stored!.values;
		const stored = valuesJson({ [first]: values(secretOf(1)), [second]: values(secretOf(2)), [`name:${await nameOf(first)}`]: values(secretOf(3)) });

		const result = await run([...item(first), ...item(second)], { stored });

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([second]);
		expect(onlyError(result)).toMatchObject({ id: first, code: 'invalidInput', applied: 'no' });
		expect(onlyError(result).message).toContain('two entries for this credential under “Values (JSON)”: one by its ID, and one by its name');
		expect(changes()).toHaveLength(1);
	});

	test('an account that may change a credential and not look at it can do so by ID, unless the node never does without the look', async () => {
		const { update, simulator, lookBefore, changes } = subject();
		const [id] = update.ids;
		const stored = valuesJson({ [id]: update.stored!.values(STORED), 'name:somebody else': update.stored!.values(secretOf(2)) });
		simulator.server.plan({ when: (request) => request.method === 'GET', answer: { status: 403, body: {} }, times: 9 });

		const result = await run(item(id), { stored });

		if (lookBefore() === 'always') {
			expect(onlyError(result)).toMatchObject({ code: 'permission', stage: 'read', applied: 'no' });
			expect(changes()).toHaveLength(0);
			return;
		}
		expect(failed(result)).toEqual([]);
		expect(update.storedSecrets(id)).toContain(STORED);
	});

	test('an ID counts to the letter, a UUID in either case, and one that is there in both is refused', async () => {
		const { update, simulator } = subject();
		const [id] = update.ids;
		const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id);
		const values = update.stored!.values(STORED);

		const spaced = await run(item(id), { stored: valuesJson({ [`${id} `]: values, [`0${id}`]: values }) });
		expect(onlyError(spaced).message).toContain('has no entry for this credential');
		expect(simulator.server.requests).toHaveLength(0);
		if (id === id.toUpperCase()) return;

		const upper = await run(item(id), { stored: valuesJson({ [id.toUpperCase()]: values }) });
		expect(update.storedSecrets(id).includes(STORED)).toBe(isUuid);
		if (!isUuid) return expect(onlyError(upper).message).toContain('has no entry for this credential');

		simulator.reset();
		const both = await run(item(id), { stored: valuesJson({ [id.toUpperCase()]: values, [id]: values }) });
		expect(onlyError(both).message).toContain('its ID in upper and in lower case');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test('of values that are grouped by vendor, those of the own node count, and no others of an equal ID', async () => {
		const { update, simulator } = subject();
		const [first, second, third] = update.ids;
		const values = update.stored!.values;
		const stored = valuesJson({
			[nodeName]: { [first]: values(secretOf(1)), [`name:${await nameOf(second)}`]: values(secretOf(2)) },
			anotherNode: { [first]: values(secretOf(8)), [third]: values(secretOf(9)) },
			[third]: values(secretOf(7)),
		});

		const result = await run([...item(first), ...item(second), ...item(third)], { stored });

		expect(succeeded(result).map(({ json }) => json.id)).toEqual([first, second]);
		expect(update.storedSecrets(first)).toContain(secretOf(1));
		expect(update.storedSecrets(second)).toContain(secretOf(2));
		expect(onlyError(result).message).toContain(`under “${nodeName}” in “Values (JSON)”, which has 2 entries`);

		simulator.reset();
		const flat = await run(item(first), { stored: valuesJson({ [nodeName]: values(STORED) }) });
		expect(onlyError(flat).message).toContain(`Write {"${nodeName}": {"<credential ID>": {"<field>": "<value>"}}}`);
		expect(simulator.server.requests).toHaveLength(0);
	});

	test('a new credential finds its values under its name', async () => {
		const { resource, update } = subject();
		const stored = valuesJson({ 'name:a-new-one': update.stored!.values(STORED) });

		const result = await run([{ json: {} }], { parameters: resource.createStored!('a-new-one'), stored });

		expect(succeeded(result)).toHaveLength(1);
		expect(resource.allStoredSecrets()).toContain(STORED);
	});

	test('a new credential is told how its name is written, where it is there without the prefix', async () => {
		const { resource, update, simulator } = subject();

		const bare = await run([{ json: {} }], { parameters: resource.createStored!('a-new-one'), stored: valuesJson({ 'a-new-one': update.stored!.values(STORED) }) });
		const none = await run([{ json: {} }], { parameters: resource.createStored!('a-new-one'), stored: valuesJson({ other: update.stored!.values(STORED) }) });

		expect(onlyError(bare).message).toContain('counts as an ID: write “name:” before it');
		expect(onlyError(none).message).toContain('Add one under “name:” and the new name');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test.each<[string, (values: Record<string, string>) => ICredentialDataDecryptedObject | null, RegExp]>([
		['no credential chosen', () => null, /choose a stored secret under “New Secret”/i],
		['an empty one', () => ({ name1: '', value1: '' }), /“Shop, new” is empty\. .*, or choose another one under “New Secret”\.$/],
		['a value that is empty', (values) => storedSecret({ ...values, [Object.keys(values)[0]!]: '' }), /has no value for “\w+”/],
		['a value without a name', (values) => ({ ...storedSecret(values), name3: '', value3: 'canary-three' }), /value without a name.*“Field 3”/],
		['a name twice', (values) => ({ ...storedSecret(values), name2: 'twice', value2: 'canary-a', name3: 'twice', value3: 'canary-b' }), /“twice” twice/],
		['pairs and JSON', (values) => ({ ...storedSecret(values), valuesJson: '{"1":{"a":"canary-b"}}' }), /both pairs and “Values \(JSON\)”/],
		['JSON that is none', () => ({ valuesJson: '{canary' }), /“Shop, new: Values \(JSON\)” is not valid JSON/],
		['JSON without objects', () => ({ valuesJson: '{"1":"canary-b"}' }), /entry under “Values \(JSON\)” that is not an object/],
		['an ID twice', (values) => ({ valuesJson: `{"4-5":${JSON.stringify(values)},"4\\u002d5":{"a":"canary-b"}}` }), /“Shop, new: Values \(JSON\)” has the key “4-5” twice/],
		['a field twice', () => ({ valuesJson: '{"405":{"value":"canary-a", "value" :"canary-b"}}' }), /has the key “value” twice/],
	])('%s is told in one sentence, with nothing sent', async (_case, storedOf, sentence) => {
		const { update, simulator } = subject();

		const result = await run(item(update.ids[0]), { stored: storedOf(update.stored!.values(STORED)) });

		const error = onlyError(result);
		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', id: update.ids[0] });
		expect(error.message).toMatch(sentence);
		expect(everything(result)).not.toContain('canary');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test('one that is refused where it is tried is corrected in that stored secret, by the names that were sent', async () => {
		const { update, simulator } = subject();
		const values = update.stored!.values(STORED);
		simulator.refuseSecrets?.();

		const result = await run(item(update.ids[0]), { stored: storedSecret({ ...values, 'of another vendor': 'canary-b' }) });

		const errors = failed(result).map(({ json }) => json.error as { hint: string; code: string });
		const refused = errors.filter(({ code }) => code === 'verificationFailed');
		expect(refused).toHaveLength(simulator.refuseSecrets === undefined ? 0 : 1);
		for (const { hint } of refused) {
			expect(hint).toContain('in the stored secret “Shop, new”');
			for (const name of Object.keys(values)) expect(hint).toContain(`“${name}”`);
			expect(hint).not.toContain('of another vendor');
		}
		expect(everything(result)).not.toContain('canary');
	});

	test('one that lacks what is needed is likely the wrong one: to choose another comes before to add to it', async () => {
		const { update, simulator } = subject();

		const error = onlyError(await run(item(update.ids[0]), { stored: storedSecret({ ofAnother: 'canary-b' }) }));

		expect(simulator.server.requests.filter(update.isChange)).toEqual([]);
		// Where the vendor is asked which fields there are, any name may be that of one.
		if (update.isReference === undefined) expect(error.message).toMatch(/[Cc]hoose another (?:one|stored secret) under “New Secret”/);
	});

	test('one set of values is for one credential, unless the user wants it for all', async () => {
		const { update, simulator, changes, lookBefore } = subject();
		const [first, second] = update.ids;
		const stored = storedSecret(update.stored!.values(STORED));
		const items = [...item(first), ...item(second), ...item(first)];

		const refused = await run(items, { stored });
		expect(failed(refused)).toHaveLength(3);
		expect((failed(refused)[0]!.json.error as { message: string }).message).toContain('this run has 2 credentials');
		expect(simulator.server.requests).toHaveLength(0);

		const one = await run([...item(first), ...item(first)], { stored });
		expect(succeeded(one)).toHaveLength(2);

		const all = await run(items, { stored, options: { sameSecretForAllItems: true } });
		// A vendor may refuse to hold one secret twice; this node does not.
		expect(failed(all).map(({ json }) => (json.error as { stage: string }).stage)).toEqual(Array(failed(all).length).fill('change'));
		// Nor does it send again what the vendor shows to be there already.
		expect(changes().length).toBeGreaterThanOrEqual(lookBefore() === 'always' ? 2 : 5);
		expect(succeeded(all).length + failed(all).length).toBe(3);
		expect(update.storedSecrets(first)).toContain(STORED);
	});

	test('what was typed before the secret was stored does not count any more', async () => {
		const { update, changes } = subject();
		const [id] = update.ids;
		const typed = update.parameters(id, 'typed-before');
		const parameters = { ...typed, ...update.stored!.parameters(id), updateFields: typed.updateFields ?? {} };

		await run(item(id), { parameters, stored: storedSecret(update.stored!.values(STORED)) });

		expect(changes()).toHaveLength(1);
		expect(changes()[0]!.text).not.toContain('typed-before');
		expect(update.storedSecrets(id)).toContain(STORED);
	});

	test.each<[string, (values: Record<string, string>, id: string, name: string) => ICredentialDataDecryptedObject]>([
		['as pairs', (values) => storedSecret(values)],
		['under the credential’s ID', (values, id) => ({ valuesJson: JSON.stringify({ [id]: values, other: { a: 'canary' } }) })],
		['under the credential’s name', (values, _id, name) => ({ valuesJson: JSON.stringify({ [`name:${name}`]: values, other: { a: 'canary' } }) })],
	])('Restore puts back the previous secret, where the user has stored it %s', async (_where, previousOf) => {
		const { update, resource, simulator, changes, run: look } = subject();
		const [id] = update.ids;
		const values = update.stored!.values;
		update.visible.change(id, 'as-it-was');
		const found = firstSuccess(await look([{ json: {} }], { parameters: resource.get(id) }));
		simulator.server.clear();
		const parameters = withChange(update.stored!.parameters(id), update.visible.parameters(id, 'as-it-was-sent'), update.emptyParameters(id));
		simulator.server.plan({
			when: update.isChange,
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replaceAll('as-it-was-sent', 'other')) as unknown }),
		});

		const result = await run(item(id), {
			parameters,
			stored: storedSecret(values(STORED)),
			previous: previousOf(values(PREVIOUS), id, String(found.json.name)),
			options: { onVerificationFailure: 'restore' },
		});

		const error = onlyError(result);
		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes' });
		if (error.restored === false) return expect(changes()).toHaveLength(1);
		expect(error.restored).toBe(true);
		expect(update.storedSecrets(id)).toContain(PREVIOUS);
		expect(update.visible.stored(id)).toBe('as-it-was');
		expect(everything(result)).not.toContain('canary');
	});

	test.each<[string, (values: Record<string, string>, id: string) => ICredentialDataDecryptedObject]>([
		['as pairs', (values) => storedSecret(values)],
		['under the credential’s ID', (values, id) => ({ valuesJson: JSON.stringify({ [id]: values }) })],
		['in a form that is of no use for this update', (values) => storedSecret({ 'not-a-field': Object.values(values).join('') })],
	])('the secret from before, which is in force until the change, is shown by no answer, where it is stored %s', async (_how, previousOf) => {
		// Where nothing can be put back, the node is given no secret from before beside a new one.
		if (!putsSecretBack(nodeName)) return;
		const { update, simulator } = subject();
		const [id] = update.ids;
		const { values } = update.stored!;
		const said = `“${PREVIOUS}” is in force: ${Buffer.from(PREVIOUS).toString('base64')}, ${encodeURIComponent(encodeURIComponent(PREVIOUS))}`;
		const body = { ok: false, error: said, message: said, title: said, detail: said, errorMessage: said, error_code: said, errors: [{ code: said, detail: said }] };
		simulator.server.plan({ when: update.isChange, times: 9, answer: { status: 400, body } });

		const result = await run(item(id), {
			stored: storedSecret(values(STORED)),
			previous: previousOf(values(PREVIOUS), id),
			options: { onVerificationFailure: 'restore' },
		});

		expect(onlyError(result).applied).toBe('no');
		expect(traces(result)).not.toContain(PREVIOUS);
		expect(traces(result)).not.toContain(Buffer.from(PREVIOUS).toString('base64'));
	});

	describe.each(operationsOf(nodeName))('%s', (operation) => {
		test.each(MISHAPS)('keeps the stored secret out of all that n8n keeps when the vendor %s, called by hand or by an agent', async (_what, fault) => {
			const { update, resource, simulator } = subject();
			const job = jobOf(operation, subject(), traits, 2);
			const parameters = {
				...job.options.parameters,
				...(operation === 'create' ? resource.createStored!('={{ $json.id }}') : {}),
				...(operation === 'update' ? update.stored!.parameters(ID) : {}),
			};
			const values = update.stored!.values(STORED);
			const bound = { valuesJson: JSON.stringify(Object.fromEntries(job.items.map(({ json: { id } }) => [String(id), values]))) };

			for (const type of ['', 'Tool']) {
				simulator.reset();
				// A key that was refused in the first round must be tried in the second.
				dropForgotten(Infinity);
				jobOf(operation, subject(), traits, 2);
				simulator.server.plan({ ...fault, when: job.isIt, times: 99 });
				// An agent creates nothing with a stored secret.
				const sends = operation === 'update' || (operation === 'create' && type === '');
				const result = await run(job.items.map(({ json: { id } }) => ({ json: { id } })), {
					parameters,
					options: { sameSecretForAllItems: true, allowDeleteFromAgent: true, timeout: 1000 },
					stored: type === '' ? storedSecret(values) : bound,
					settings: { onError: 'continueRegularOutput', type: `${manifest.name}.${nodeName}${type}` },
				});

				// It really was on its way; otherwise nothing could have leaked.
				expect(simulator.server.requests.some(({ text }) => text.includes('stored-canary'))).toBe(sends);
				expect(result.output('Node').length).toBeGreaterThan(0);
				expect(everything(result)).not.toContain('canary');
			}
		});
	});

	describe('an AI agent', () => {
		const asTool = { type: `${manifest.name}.${nodeName}Tool`, onError: 'stopWorkflow' } as const;
		const told = (result: RunResult) => {
			expect(result.error).toBeUndefined();
			expect(result.run.status).toBe('success');
			return succeeded(result).map(({ json }) => (json.error ?? json) as Record<string, unknown>);
		};

		test('rotates to the stored secret, and sees neither it nor a thrown error', async () => {
			const { update } = subject();
			const [id] = update.ids;
			const stored = valuesJson({ [id]: update.stored!.values(STORED), [update.missingId]: update.stored!.values(STORED), 'name:a': {} });

			const result = await run([...item(id)], { stored, settings: asTool });
			const missing = await run([...item(update.missingId)], { stored, settings: asTool });

			expect(told(result)).toMatchObject([{ outcome: 'updated' }]);
			expect(told(missing)).toMatchObject([{ code: 'notFound', vendorMessage: null }]);
			expect(everything(result) + everything(missing)).not.toContain('canary');
		});

		test('gives no credential a secret that is not stored under its ID', async () => {
			const { update, resource, simulator } = subject();
			const [id, other] = update.ids;
			const values = update.stored!.values(STORED);
			const byName = valuesJson({ [`name:${await nameOf(id)}`]: values, [other]: values });
			const byId = valuesJson({ [id]: values });

			const refusals = [
				await run(item(id), { stored: storedSecret(values), settings: asTool }),
				await run(item(id), { stored: byName, settings: asTool }),
				await run(item(id), { parameters: { ...update.stored!.parameters(ID), secretSource: 'previousSecret' }, previous: storedSecret(values), settings: asTool }),
				...(putsSecretBack(nodeName)
					? [await run(item(id), { stored: byId, previous: storedSecret(values), options: { onVerificationFailure: 'restore' }, settings: asTool })]
					: []),
				await run([{ json: {} }], { stored: valuesJson({ 'name:a-new-one': values }), parameters: resource.createStored!('a-new-one'), settings: asTool }),
			].map((result) => told(result)[0]!);

			for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(refusals.map(({ message }) => message)).toEqual([
				expect.stringMatching(/“Shop, new” has one set of values.*“Values \(JSON\)”, under the ID/),
				expect.stringMatching(/under the credential’s ID: for an AI agent, only that counts/),
				...Array<unknown>(putsSecretBack(nodeName) ? 2 : 1).fill(expect.stringMatching(/“Shop, old” has one set of values/)),
				expect.stringMatching(/cannot create a credential with a stored secret/),
			]);
			expect(simulator.server.requests).toHaveLength(0);
		});

		test.each<[string, INodeParameters, boolean]>([
			['without the owner’s consent', {}, false],
			['with it', { allowSecretsFromAgent: true }, true],
			['with an expression that it could fill in itself', { allowSecretsFromAgent: '={{ true }}' }, false],
			['with another value', { allowSecretsFromAgent: 'true' }, false],
		])('hands over a secret %s: %p', async (_case, options, mayDoIt) => {
			const { run: runNode, update, simulator } = subject();

			const result = await runNode(itemsFor([update.ids[0]]), {
				parameters: update.parameters(ID, SECRET),
				options,
				settings: asTool,
			});

			if (mayDoIt) return expect(told(result)).toMatchObject([{ outcome: 'updated' }]);
			expect(told(result)).toMatchObject([{ code: 'invalidInput', applied: 'no' }]);
			expect(told(result)[0]!.message).toContain('“Allow Secrets From Agent”');
			expect(simulator.server.requests).toHaveLength(0);
		});
	});
});

describeEveryUpdate((subject, _traits, nodeName) => {
	test.each<[string, INodeParameters, boolean]>([
		['without the owner’s consent', {}, false],
		['with it', { allowDeleteFromAgent: true }, true],
		['with an expression that it could fill in itself', { allowDeleteFromAgent: '={{ true }}' }, false],
	])('an AI agent deletes %s: %p', async (_case, options, mayDoIt) => {
		const { run, resource, simulator } = subject();
		resource.seed(2);
		const [id = ''] = resource.storedIds();

		const result = await run([{ json: {} }], {
			parameters: resource.delete(id),
			options,
			settings: { type: `${manifest.name}.${nodeName}Tool` },
		});

		expect(result.error).toBeUndefined();
		expect(resource.storedIds().includes(id)).toBe(!mayDoIt);
		if (mayDoIt) return;
		expect(firstSuccess(result).json.error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(simulator.server.requests).toHaveLength(0);
	});
});

/** Parameters with what others change beside them. */
function withChange(parameters: INodeParameters, changing: INodeParameters, empty: INodeParameters): INodeParameters {
	return { ...parameters, ...pickBy(changing, (value, name) => !isEqual(value, empty[name])) };
}
