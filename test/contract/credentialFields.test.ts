import omit from 'lodash/omit';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { testCredential } from '../harness/editor';
import { storeOf } from '../harness/engine';
import { describeEveryUpdate, ERROR_OUTPUT, failed, itemsFor, succeeded, types, type Subject } from '../harness/subject';
import type { ReceivedRequest } from '../simulator/server';

/** What n8n shows for a stored value, and for an empty one. */
const PLACEHOLDERS = [
	'__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6',
	'__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da',
	' __n8n_BLANK_VALUE_from-another-version\n',
];

const edited = ({ simulator, update }: Subject, changes: ICredentialDataDecryptedObject) => {
	const credentials = storeOf(simulator.credentials);
	return credentials.set(update.credentialType, { ...credentials.get(update.credentialType)!, ...changes });
};

/** The fields of the node's own credential in which text is typed, filled in by the simulator or not. */
const textFields = ({ update }: Subject) =>
	types.credentials.get(update.credentialType)!.properties.filter(({ type }) => type === 'string');

describeEveryUpdate((subject, traits) => {
	test.each(PLACEHOLDERS)('n8n’s placeholder %j is refused in every field of the node’s own credential, by the field’s name', async (placeholder) => {
		const { run, simulator, update } = subject();
		const filled = textFields(subject()).filter(({ name }) => simulator.credentials[update.credentialType]![name]);
		expect(filled.length).toBeGreaterThan(1);
		for (const { name, displayName } of filled) {
			const credentials = edited(subject(), { [name]: placeholder });

			const errors = failed(await run(itemsFor([update.ids[0], update.ids[1]]), { credentials, settings: ERROR_OUTPUT }));

			expect(errors).toHaveLength(2);
			for (const { json } of errors) {
				expect(json.error).toMatchObject({ code: 'invalidInput', applied: 'no', retryable: false });
				expect((json.error as { message: string }).message).toContain(`“${displayName}” of the credential holds the placeholder`);
			}
			expect(await testCredential(subject(), credentials.get(update.credentialType)!)).toBeNull();
			expect(simulator.server.requests).toHaveLength(0);
		}
	});

	test.each(['€', '–', '\u200b', '\u0007'])('%j in a field that becomes a header is refused by the field’s name, with nothing sent', async (character) => {
		const { run, simulator, update, requests } = subject();
		await run(itemsFor([update.ids[0]]));
		const carried = Object.values(requests()[0]!.headers).flatMap((value) => value.split(' '));
		const inHeaders = textFields(subject()).filter(({ name }) => carried.includes(String(simulator.credentials[update.credentialType]![name])));
		for (const { name, displayName } of inHeaders) {
			simulator.reset();
			const value = String(simulator.credentials[update.credentialType]![name]);
			const credentials = edited(subject(), { [name]: `${value.slice(0, 2)}${character}${value.slice(2)}` });

			const [item] = failed(await run(itemsFor([update.ids[0]]), { credentials, settings: ERROR_OUTPUT }));

			expect(item!.json.error).toMatchObject({ applied: 'no', attempts: 0, retryable: false });
			expect((item!.json.error as { message: string }).message).toContain(`“${displayName}” of the credential holds a`);
			expect(simulator.server.requests).toHaveLength(0);
		}
	});

	test('a base URL with blanks around it is good for requests and for the test of the credential', async () => {
		const { run, simulator, update } = subject();
		for (const blanks of [' %', '% ', '\t%\n']) {
			const baseUrl = blanks.replace('%', String(simulator.credentials[update.credentialType]!.baseUrl));
			const credentials = edited(subject(), { baseUrl });

			expect(succeeded(await run(itemsFor([update.ids[0]]), { credentials }))).toHaveLength(1);
			expect(await testCredential(subject(), credentials.get(update.credentialType)!)).toMatchObject({ status: 200 });
		}
	});

	test('a base URL with the beginning of the vendor’s paths, as vendors print it, is refused by name, with nothing sent', async () => {
		const { run, simulator, update, resource, requests } = subject();
		await run([{ json: {} }], { parameters: resource.getAll() });
		// Below the base URL, which may have a path of its own.
		const { pathname } = new URL(String(simulator.credentials[update.credentialType]!.baseUrl));
		const [, first = '', second = ''] = requests()[0]!.path.slice(pathname.replace(/\/$/, '').length).split('/');
		// What a method is called may follow on a dot.
		for (const doubled of [`/${first}`, `/${first}/`, `/${first}/${second.split('.')[0]}`]) {
			simulator.reset();
			const credentials = edited(subject(), { baseUrl: `${String(simulator.credentials[update.credentialType]!.baseUrl)}${doubled}` });

			const result = await run([{ json: {} }], {
				parameters: resource.delete(update.ids[0]),
				options: { ignoreIfMissing: true },
				credentials,
				settings: ERROR_OUTPUT,
			});

			expect(failed(result)[0]!.json.error).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect((failed(result)[0]!.json.error as { message: string }).message).toContain('“Base URL” of the credential ends with “/');
			expect(await testCredential(subject(), credentials.get(update.credentialType)!)).toBeNull();
			expect(simulator.server.requests).toHaveLength(0);
		}
	});

	if (traits.signsIn) {
		test('n8n’s placeholder in the place of a kept access token leads to a new one', async () => {
			const { run, update, changes, signIns } = subject();

			const result = await run(itemsFor([update.ids[0]]), { credentials: edited(subject(), { sessionToken: PLACEHOLDERS[0]! }) });

			expect(succeeded(result)).toHaveLength(1);
			expect(signIns()).toHaveLength(1);
			expect(changes()).toHaveLength(1);
		});
	} else {
		/** The one masked field of such a credential. */
		const tokenField = () => textFields(subject()).find(({ typeOptions }) => typeOptions?.password)!;

		test.each(['Bearer %', 'bearer %', ' BEARER  %\n', 'Bearer\t%', 'Bearer Bearer %', 'Authorization: Bearer %', 'authorization:bearer %'])(
			'a token that was pasted as %j goes out as it was issued',
			async (pasted) => {
				const { run, simulator, update, changes } = subject();
				const { name } = tokenField();
				const token = String(simulator.credentials[update.credentialType]![name]);
				await run(itemsFor([update.ids[0]]));
				const plain = keyHeaders(changes()[0]!);
				simulator.server.clear();

				const result = await run(itemsFor([update.ids[0]]), { credentials: edited(subject(), { [name]: pasted.replace('%', token) }) });

				expect(succeeded(result)).toHaveLength(1);
				expect(keyHeaders(changes()[0]!)).toEqual(plain);
			},
		);

		test.each(['Bearer', ' bearer ', 'Authorization: Bearer', 'Bearer Bearer'])('“%s” alone is no token', async (pasted) => {
			const { run, simulator, update } = subject();
			const { name, displayName } = tokenField();

			const [item] = failed(await run(itemsFor([update.ids[0]]), { credentials: edited(subject(), { [name]: pasted }), settings: ERROR_OUTPUT }));

			expect((item!.json.error as { message: string }).message).toContain(`“${displayName}” of the credential is empty`);
			expect(simulator.server.requests).toHaveLength(0);
		});

		test.each(['Bearer__', 'bearer-', 'xBearer '])('what only resembles the word, such as “%s”, is left in the token', async (opening) => {
			const { run, simulator, update } = subject();
			const { name } = tokenField();
			const token = `${opening}${String(simulator.credentials[update.credentialType]![name])}`;

			await run(itemsFor([update.ids[0]]), { credentials: edited(subject(), { [name]: token }), settings: ERROR_OUTPUT });

			const sent = keyHeaders(simulator.server.requests[0]!).map((header) => header.replace(/^(bearer|basic) /i, ''));
			expect(sent.some((text) => text === token || Buffer.from(text, 'base64').toString().endsWith(token))).toBe(true);
		});
	}
});

/** The headers that can carry a key: what the HTTP client sets by itself, and what the base URL makes, is none. */
function keyHeaders({ headers }: ReceivedRequest): string[] {
	return Object.values(omit(headers, ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'user-agent']));
}
