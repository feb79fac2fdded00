import { everyPage, loadList, testCredential } from '../harness/editor';
import { describeEveryUpdate, passwordFields } from '../harness/subject';

/** What the editor does with a node before it runs: load its lists, and test its credential. */
describeEveryUpdate((subject) => {
	test('From List offers every credential that can be updated, and no secret', async () => {
		const { update } = subject();

		const entries = await everyPage(subject(), 'searchCredentials');

		expect(entries.map(({ value }) => value)).toEqual(expect.arrayContaining([...update.ids]));
		for (const { name } of entries) expect(name).toEqual(expect.stringMatching(/\S/));
		const shown = JSON.stringify(entries);
		for (const secret of update.ids.flatMap(update.storedSecrets)) expect(shown).not.toContain(secret);
	});

	test('a list that the vendor refuses is told in plain words, with what to do', async () => {
		const { simulator, update } = subject();
		simulator.server.plan({
			when: (request) => !(update.isSignIn?.(request) ?? false),
			times: 10,
			answer: update.unauthorized,
		});

		const listing = loadList(subject(), 'searchCredentials');

		await expect(listing).rejects.toThrow(/did not accept the node’s credential\. \S/);
		// n8n would store or show them with the error, secrets included.
		await expect(listing).rejects.toHaveProperty('node.parameters', {});
	});

	test('the credential test passes with the credential, and not with another secret', async () => {
		const { simulator, update } = subject();
		const good = simulator.credentials[update.credentialType]!;
		const masked = passwordFields(update.credentialType);
		const bad = Object.fromEntries(
			Object.entries(good).map(([name, value]) => [name, masked.includes(name) && value !== '' ? 'wrong' : value]),
		);

		expect((await testCredential(subject(), good))?.status).toBe(200);
		expect((await testCredential(subject(), bad))?.status).not.toBe(200);
	});
});
