import { everyPage, loadList } from '../harness/editor';
import { describeEveryUpdate, ERROR_OUTPUT, types } from '../harness/subject';
import { SimulatorServer } from '../simulator/server';

describeEveryUpdate((subject, _traits, nodeName) => {
	const methods = Object.keys(types.nodes.get(nodeName)!.methods!.listSearch!);

	describe.each(methods)('%s', (method) => {
		test('loads what the vendor has, each entry with a name and an ID', async () => {
			const { results } = await loadList(subject(), method);

			expect(results.length).toBeGreaterThan(0);
			for (const { name, value } of results) {
				expect(name).toEqual(expect.any(String));
				expect(value).toMatch(/./);
			}
			expect(new Set(results.map(({ value }) => value)).size).toBe(results.length);
		});

		test('finds an entry by a part of its name, whatever the case, on whichever page it is', async () => {
			const all = await everyPage(subject(), method);
			const last = all.at(-1)!;
			const part = last.name.split(' (')[0]!;

			const { results } = await loadList(subject(), method, { filter: part.toUpperCase() });

			expect(results.map(({ value }) => value)).toContain(last.value);
			expect(results.length).toBeLessThanOrEqual(all.length);
		});

		test('yields nothing, and no complaint, for a search without a match', async () => {
			const { results } = await loadList(subject(), method, { filter: 'no entry is called like this' });

			expect(results).toEqual([]);
		});

		test.each([
			[401, 'credential'],
			[403, 'permission'],
			[429, 'again'],
			[500, 'again'],
		])('answered with %i says why in plain words, without the vendor’s', async (status, word) => {
			const { simulator, update } = subject();
			const said = 'vendor-text-that-could-hold-anything';
			simulator.server.plan({
				when: (request) => !update.isSignIn?.(request),
				times: 3,
				answer: { status, body: { error: said, message: said, errorMessage: said, title: said, detail: said } },
			});

			const error = await loadList(subject(), method).catch((thrown: unknown) => thrown as Error);

			expect((error as Error).message).toContain(word);
			expect(JSON.stringify(error)).not.toContain(said);
			expect((error as Error).message).not.toMatch(/\b(error|problem|failure|mistake)\b/i);
		});

		test('says for how long a vendor wants to be left alone', async () => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: (request) => !update.isSignIn?.(request), times: 3, answer: { status: 429, headers: { 'retry-after': '37' }, body: {} } });

			const error = await loadList(subject(), method).catch((thrown: unknown) => thrown as Error);

			expect((error as Error).message).toContain('It asks to be left alone for 37 seconds.');
		});

		test('answered with 404 says that the place is missing, and speaks of no ID', async () => {
			const { simulator, update } = subject();
			simulator.server.plan({ when: (request) => !update.isSignIn?.(request), answer: { status: 404 } });

			const error = await loadList(subject(), method).catch((thrown: unknown) => thrown as Error);

			expect((error as Error).message).toMatch(/at the address that was asked.*base URL/);
			expect((error as Error).message).not.toMatch(/\bID\b/);
		});

		test('says that the host cannot be reached when the credential names a wrong one', async () => {
			const { simulator } = subject();
			const closed = new SimulatorServer([], () => ({ status: 404 }));
			const baseUrl = await closed.listen();
			await closed.close();
			const credentials = new Map(
				Object.entries(simulator.credentials).map(([type, data]) => [
					type,
					{ ...data, baseUrl, ...('authBaseUrl' in data ? { authBaseUrl: baseUrl } : {}) },
				]),
			);

			await expect(loadList(subject(), method, { credentials })).rejects.toThrow(/reached/);
		});

		test.each([
			['ID', 'ids'],
			['name', 'names'],
		] as const)('no %s in it is run as an expression once it is chosen', async (_what, shown) => {
			const { simulator, resource, run, update } = subject();
			const { [shown]: keys } = simulator.keys;
			const expression = '={{ $json.unused }}';
			simulator.server.plan({
				when: (request) => !update.isSignIn?.(request),
				afterHandling: true,
				answer: (_request, handled) => ({ ...handled!, body: withTexts(handled!.body, keys, expression) }),
			});

			const { results } = await loadList(subject(), method);
			simulator.server.clear();
			for (const { name, value } of results) {
				const chosen = { __rl: true, mode: 'list', value, cachedResultName: name };
				const parameters = { ...resource.get(update.ids[0]), credentialId: chosen };
				await run([{ json: { unused: 'read-from-the-item' } }], { parameters, settings: ERROR_OUTPUT });
			}

			expect(JSON.stringify(simulator.server.requests)).not.toContain('read-from-the-item');
			expect(results.filter(({ name, value }) => [name, value].some((text) => String(text).startsWith('=')))).toEqual([]);
		});

		test('asks for a credential when none is chosen', async () => {
			await expect(loadList(subject(), method, { credentials: new Map() })).rejects.toThrow(/credential/);
		});
	});
});

/** The answer with this text under every one of the keys; n8n takes one that begins with “=” for an expression. */
function withTexts(value: unknown, keys: readonly string[], text: string): unknown {
	if (Array.isArray(value)) return value.map((child) => withTexts(child, keys, text));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, child]) => [key, keys.includes(key) ? text : withTexts(child, keys, text)]),
	);
}
