import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { describeEveryUpdate, ERROR_OUTPUT, firstSuccess, onlyError, putsSecretBack, storedSecret, succeeded, types } from '../harness/subject';
import { traces } from '../harness/traces';

const NEW = 'new-canary-5ad1';
const BEFORE = 'before-canary-77ab';

/** What is chosen in a node that nobody has touched yet. */
test.each([...types.nodes.values()].map(({ description }) => [description.name, description.properties] as const))('%s takes the secret from a stored one unless told otherwise', (_name, properties) => {
	const sources = properties.filter(({ name }) => name === 'secretSource');

	expect(sources.map((each) => each.default)).toEqual(sources.map(() => 'storedSecret'));
	// Whatever is chosen below it is emptied by n8n when another credential is chosen.
	const places = properties.map(({ name, type }) => (name === 'secretSource' ? 'source' : type));
	if (sources.length > 0) expect(places.lastIndexOf('source')).toBeLessThan(places.indexOf('resourceLocator'));
});

describeEveryUpdate((subject, { sendsSecret }, nodeName) => {
	if (!sendsSecret) {
		test('there is no source of a secret', () => {
			expect(types.nodes.get(nodeName)!.description.properties.map(({ name }) => name)).not.toContain('secretSource');
		});
		return;
	}

	interface Chosen {
		rotation?: ICredentialDataDecryptedObject;
		previous?: ICredentialDataDecryptedObject;
	}
	const run = async (parameters: INodeParameters, { rotation, previous }: Chosen = {}, options: INodeParameters = {}) => {
		const { run: runNode, simulator, update } = subject();
		return await runNode([{ json: {} }], {
			parameters,
			options,
			settings: {
				...ERROR_OUTPUT,
				credentials: {
					[update.credentialType]: { id: update.credentialType, name: 'The account' },
					...(rotation ? { rotationSecretApi: { id: 'new', name: 'The new one' } } : {}),
					...(previous ? { rotationPreviousSecretApi: { id: 'before', name: 'The one from before' } } : {}),
				},
			},
			credentials: new Map([...Object.entries(simulator.credentials), ['new', rotation ?? {}], ['before', previous ?? {}]]),
		});
	};
	const stored = (source: string): INodeParameters => ({ ...subject().update.stored!.parameters(subject().update.ids[0]), secretSource: source });

	test.each([
		['storedSecret', 'New Secret'],
		['previousSecret', 'Secret Before'],
	])('Update asks for the credential when the source is %s and none is chosen, and sends nothing', async (source, selector) => {
		const error = onlyError(await run(stored(source)));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no' });
		expect(error.message).toMatch(new RegExp(`choose a stored secret under “${selector}”`, 'i'));
		expect(subject().simulator.server.requests).toEqual([]);
	});

	test('Create asks for it, too', async () => {
		const { resource, simulator } = subject();

		const error = onlyError(await run(resource.createStored!('a-new-one')));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', operation: 'create' });
		expect(error.message).toMatch(/Choose a stored secret under “New Secret”/);
		expect(simulator.server.requests).toEqual([]);
	});

	test('an update of something else needs no secret, and sends none that was typed before', async () => {
		const { update, changes } = subject();
		const [id] = update.ids;
		const held = update.storedSecrets(id);
		const typed = { ...update.parameters(id, 'typed-canary'), ...update.visible.parameters(id, 'renamed'), secretSource: 'storedSecret' };

		const result = await run(typed, {}, { preserveOtherFields: true });

		expect(succeeded(result)).toMatchObject([{ json: { outcome: 'updated' } }]);
		expect(update.visible.stored(id)).toBe('renamed');
		expect(update.storedSecrets(id)).toEqual(held);
		expect(changes()[0]!.text).not.toContain('typed-canary');
	});

	test('Secret Before puts back what was in force before, whatever else is chosen', async () => {
		const { update } = subject();
		const [id] = update.ids;
		const { values } = update.stored!;

		for (const rotation of [undefined, storedSecret(values(NEW)), storedSecret(values(BEFORE))]) {
			subject().simulator.reset();
			const result = await run(stored('previousSecret'), { rotation, previous: storedSecret(values(BEFORE)) }, { dryRun: false });

			expect(firstSuccess(result).json).toMatchObject({ id, outcome: 'updated' });
			expect(update.storedSecrets(id)).toContain(BEFORE);
			expect(traces(result)).not.toContain('canary');
		}
	});

	test('Secret Before takes the entry of its credential, and says what the user calls it when it has none', async () => {
		const { update, simulator } = subject();
		const [id] = update.ids;
		const listed = (key: string) => ({ valuesJson: JSON.stringify({ [key]: update.stored!.values(BEFORE) }) });

		expect(succeeded(await run(stored('previousSecret'), { previous: listed(id) }))).toHaveLength(1);
		expect(update.storedSecrets(id)).toContain(BEFORE);
		simulator.reset();
		expect(onlyError(await run(stored('previousSecret'), { previous: listed(update.missingId) })).message).toContain('“The one from before” has no entry for this credential');
		expect(simulator.server.requests).toEqual([]);
	});

	test('Secret Before with “Restore” puts no secret back that nobody has stored', async () => {
		const { update, simulator, changes } = subject();
		const [id] = update.ids;
		const parameters = { ...update.visible.parameters(id, 'as-it-was-sent'), ...stored('previousSecret'), ...collections(update.visible.parameters(id, 'as-it-was-sent')) };
		simulator.server.plan({
			when: update.isChange,
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replaceAll('as-it-was-sent', 'other')) as unknown }),
		});

		const result = await run(parameters, { previous: storedSecret(update.stored!.values(BEFORE)), rotation: storedSecret(update.stored!.values(NEW)) }, { onVerificationFailure: 'restore' });

		expect(result.error).toBeUndefined();
		expect(changes().filter(({ text }) => text.includes('new-canary'))).toEqual([]);
		expect(traces(result)).not.toContain('canary');
	});

	test('a new credential has no secret from before', async () => {
		const { resource, simulator } = subject();
		const parameters = { ...resource.createStored!('a-new-one'), secretSource: 'previousSecret' };

		expect(onlyError(await run(parameters, { previous: storedSecret({ a: BEFORE }) })).message).toContain('“Secret Before” under “Secret Source” is for updates only');
		expect(simulator.server.requests).toEqual([]);
	});

	test('one that cannot be used is told by what the user calls it', async () => {
		const { update, run: runNode, simulator } = subject();
		const credentials = { [update.credentialType]: { id: update.credentialType, name: 'The account' }, rotationSecretApi: { id: 'gone', name: 'The new one' } };

		const result = await runNode([{ json: {} }], { parameters: stored('storedSecret'), settings: { ...ERROR_OUTPUT, credentials } });

		expect(onlyError(result).message).toMatch(/“The new one” cannot be used.*“New Secret”/);
		expect(simulator.server.requests).toEqual([]);
	});

	if (putsSecretBack(nodeName)) return;

	test('a secret from before that is left from another source is no hindrance where nothing is put back', async () => {
		const { update } = subject();
		const { values } = update.stored!;

		const result = await run(stored('storedSecret'), { rotation: storedSecret(values(NEW)), previous: storedSecret(values(NEW)) }, { onVerificationFailure: 'restore' });

		expect(succeeded(result)).toHaveLength(1);
	});
});

/** The parameters that hold what may be left out. */
function collections({ updateFields, accessId }: INodeParameters): INodeParameters {
	return { ...(updateFields === undefined ? {} : { updateFields }), ...(accessId === undefined ? {} : { accessId }) };
}
