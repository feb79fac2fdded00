import { describeEveryUpdate, ERROR_OUTPUT, failed, itemsFor, newSecret, SECRET, succeeded, type RunNodeOptions, type Subject } from '../harness/subject';

const ONE_BY_ONE = { maxConcurrency: 1 };
const REFUSAL = { status: 422, body: { error: 'no_such_thing' } };

/** Three new credentials, of which the vendor refuses the second once. */
async function stoppedCreate({ run, resource, simulator }: Subject, names: string[]) {
	const items = names.map((name, index) => ({ json: { name, secret: newSecret(index) } }));
	const parameters = resource.create('={{ $json.name }}', SECRET);
	resource.seed(0);
	simulator.server.plan({ when: (request) => resource.isCreate(request) && request.text.includes(names[1]!), answer: REFUSAL });
	const result = await run(items, { parameters, options: ONE_BY_ONE });
	return { items, parameters, description: result.error!.description!, created: resource.storedIds() };
}

/** Each sentence of ours once in what n8n shows: headline and text. The vendor's words are its own. */
function expectEachOnce({ message, description }: { message: string; description?: string | null }): void {
	const ours = [message, description!.replaceAll(/ says: “.*”$/gm, '')].join('\n');
	const sentences = ours.split(/(?<=[.!?])\s+/);
	expect(sentences.filter((sentence, place) => sentences.indexOf(sentence) !== place)).toEqual([]);
}

describeEveryUpdate((subject, { sendsSecret, signsIn }) => {
	describe('the error that stops a workflow', () => {
		test('names five items of each part, and says how many more there are', async () => {
			const { run, update } = subject();
			const ids = [update.ids[0], ...Array<string>(1_000).fill(update.missingId)];

			const { error } = await run(itemsFor(ids), { options: ONE_BY_ONE });

			expect(error!.description).toContain(
				`Succeeded: 1 (${update.ids[0]}). Failed: 1 (${update.missingId}). Not started: 999 (${Array(5).fill(update.missingId).join(', ')} and 994 more).`,
			);
			expect(error!.description!.length).toBeLessThan(1_000);
		});

		test('says that nothing was changed, where that is so', async () => {
			const { run, update, resource } = subject();
			const [id] = update.ids;
			const description = async (ids: string[], options: RunNodeOptions) => (await run(itemsFor(ids), options)).error!.description!;

			expect(await description([update.missingId], {})).toMatch(/\nNothing was changed\.$/);
			expect(await description([id, update.missingId], { options: { ...ONE_BY_ONE, dryRun: true } })).toMatch(/\nNothing was changed\.$/);
			expect(await description([id, update.missingId], { options: ONE_BY_ONE })).not.toContain('Nothing was changed');
			// Of what only reads, that goes without saying.
			expect(await description([update.missingId], { parameters: resource.get('={{ $json.id }}') })).not.toContain('Nothing was changed');
		});

		test.each([400, 401, 403, 404, 409, 410, 422, 423, 500])('says each thing once, and the vendor’s words in quotes, after a refusal with %i', async (status) => {
			const { run, update, simulator } = subject();
			const said = 'What stands there is not taken';
			const told: string[] = [];
			// In every place where some vendor has its words.
			for (const error of [{ message: said }, said]) {
				const body = { ok: false, error, message: said, title: said, detail: said, errorMessage: said, errors: [{ code: '1', detail: said }] };
				simulator.server.clear();
				simulator.server.plan({ when: update.isChange, times: 5, answer: { status, body } });
				const stopped = (await run(itemsFor([update.ids[0]]))).error!;
				expectEachOnce(stopped);
				told.push(...stopped.description!.split('\n').filter((line) => line.includes(said)));
			}

			expect(told.length).toBeGreaterThan(0);
			for (const line of told) expect(line).toMatch(/^\S.* says: “[^”]+”$/);
		});

		test('says each thing once where the vendor has tried the secret, alone and among others', async () => {
			const { run, update, simulator } = subject();
			simulator.refuseSecrets?.();

			for (const ids of [[update.ids[0]], [update.ids[0], update.missingId]]) {
				const { error } = await run(itemsFor([...ids, update.missingId]), { options: ONE_BY_ONE });

				expectEachOnce(error!);
			}
		});

		test('does not say so when a request may have been carried out', async () => {
			const { run, update, simulator } = subject();
			simulator.server.plan({ when: update.isChange, hangUp: 'beforeAnswer', afterHandling: true, times: 99 });

			const { error } = await run(itemsFor([update.ids[0]]));

			expect(error!.description).not.toContain('Nothing was changed');
		});

		test('counts what was not sent for a key that was refused to another item as not started', async () => {
			const { run, update, simulator } = subject();
			simulator.server.plan({ when: (request) => !update.isSignIn?.(request), times: 99, answer: update.unauthorized });
			const ids = [...update.ids];

			const { error } = await run(itemsFor(ids), { options: { maxConcurrency: 3 } });
			const again = await run(itemsFor(ids), { options: { maxConcurrency: 3 } });

			const [failures, left] = /Failed: (\d).*Not started: (\d)/.exec(error!.description!)!.slice(1).map(Number);
			expect(failures).toBe(signsIn ? 3 : 1);
			expect(left).toBe(3 - failures!);
			expect(error!.description).toMatch(/Succeeded: 0\. .*\nNothing was changed\.$/);
			expect(again.error!.description).toContain(signsIn ? 'Failed: 3' : 'Failed: 0. Not started: 3');
		});

		test('cuts an ID short that nobody could read', async () => {
			const { run, update } = subject();
			const long = `${update.missingId}${'7'.repeat(10_000)}`;

			const { error } = await run(itemsFor([long, long]), { options: ONE_BY_ONE });

			expect(error!.description!.split('\n').at(-1)!.length).toBeLessThan(300);
		});

		test('tells new credentials, which have no ID yet, by their place and by what they are to be called', async () => {
			const { description, created } = await stoppedCreate(subject(), ['first-one', 'second-one', 'third-one']);

			expect(created).toHaveLength(1);
			expect(description).toContain(`Succeeded: 1 (${created[0]}). Failed: 1 (item 1 (“second-one”)). Not started: 1 (item 2 (“third-one”)).`);
		});

		test('tells one by its place alone whose parameters cannot be read', async () => {
			const { run, resource } = subject();
			resource.seed(0);
			const items = ['', 'second-one'].map((name, index) => ({ json: { name, secret: newSecret(index) } }));

			const { error } = await run(items, { parameters: resource.create('={{ $json.absent.name }}', SECRET), options: ONE_BY_ONE });

			expect(error!.description).toContain('Succeeded: 0. Failed: 1 (item 0). Not started: 1 (item 1).\nNothing was changed.');
		});

		test('says how a create goes on, and so it does: everything is there once', async () => {
			const names = ['first-one', 'second-one', 'third-one'];
			const { items, parameters, description } = await stoppedCreate(subject(), names);
			const { run, resource } = subject();

			expect(description).toContain('continue with an output for failed items');
			expect(description).toContain('“Retry with currently saved workflow”');
			const again = await run(items, { parameters, settings: ERROR_OUTPUT });

			expect(resource.storedIds()).toHaveLength(3);
			expect([...succeeded(again), ...failed(again)]).toHaveLength(3);
			expect(failed(again).map(({ json }) => (json.error as { code: string }).code).filter((code) => code !== 'conflict')).toEqual([]);
		});

		test('says nothing of that where nothing has been created', async () => {
			const { run, resource, simulator } = subject();
			resource.seed(0);
			simulator.server.plan({ when: (request) => resource.isCreate(request), answer: REFUSAL });

			const { error } = await run(
				['first-one', 'second-one'].map((name, index) => ({ json: { name, secret: newSecret(index) } })),
				{ parameters: resource.create('={{ $json.name }}', SECRET), options: ONE_BY_ONE },
			);

			expect(error!.description).not.toContain('continue with an output for failed items');
		});

		if (sendsSecret) {
			test('does not tell a secret that is to be the name of a new credential', async () => {
				const { run, resource, simulator } = subject();
				resource.seed(0);
				simulator.server.plan({ when: (request) => resource.isCreate(request), times: 9, answer: REFUSAL });

				const { error } = await run(
					[0, 1, 2].map((index) => ({ json: { name: newSecret(index), secret: newSecret(index) } })),
					{ parameters: resource.create('={{ $json.name }}', SECRET), options: ONE_BY_ONE },
				);

				expect(error!.description).toContain('Not started: 2 (item 1');
				for (const index of [0, 1, 2]) expect(error!.description).not.toContain(newSecret(index));
			});
		}
	});
});
