import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { singleNodeWorkflow, storeOf } from '../harness/engine';
import { describeEveryUpdate, engine, passwordFields, types, type Subject } from '../harness/subject';

/** What the editor does with a node before it runs: load its lists, and test its credential. */
describeEveryUpdate((subject) => {
	test('From List offers every credential that can be updated, and no secret', async () => {
		const { update } = subject();

		const entries = await listAll(subject());

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

		const listing = listAll(subject());

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

		expect(await testCredential(subject(), good)).toBe(200);
		expect(await testCredential(subject(), bad)).not.toBe(200);
	});
});

function editorFor({ nodeName, update, simulator }: Subject, credential?: ICredentialDataDecryptedObject) {
	const { nodes } = singleNodeWorkflow(nodeName, update.credentialType, update.parameters(update.ids[0], 'unsaved'));
	const stored = { ...simulator.credentials, ...(credential && { [update.credentialType]: credential }) };
	return engine.loadOptions(nodes[1]!, storeOf(stored));
}

/** Every page of the list of credentials. */
async function listAll(subject: Subject) {
	const search = types.nodes.get(subject.nodeName)!.methods!.listSearch!.searchCredentials!;
	const entries = [];
	let token: string | undefined;
	do {
		const { results, paginationToken } = await search.call(editorFor(subject), undefined, token);
		entries.push(...results);
		token = paginationToken as string | undefined;
	} while (token !== undefined);
	return entries;
}

/** The status that the credential's test request gets; `null` when signing in already ends it. */
async function testCredential(subject: Subject, credential: ICredentialDataDecryptedObject): Promise<number | null> {
	const { credentialType } = subject.update;
	const { request } = types.credentials.get(credentialType)!.test!;
	const options = {
		...request,
		method: 'GET',
		baseURL: credential.baseUrl,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	} as IHttpRequestOptions;
	const context = editorFor(subject, credential);
	try {
		const answer = (await context.helpers.httpRequestWithAuthentication.call(context, credentialType, options)) as {
			statusCode: number;
		};
		return answer.statusCode;
	} catch {
		return null;
	}
}
