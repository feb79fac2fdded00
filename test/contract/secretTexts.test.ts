import type { ICredentialDataDecryptedObject, INode, INodeParameters } from 'n8n-workflow';

import { storeOf } from '../harness/engine';
import { ellipticKey, openSshKey, rsaKey } from '../harness/keys';
import { describeEveryUpdate, ERROR_OUTPUT, failed, firstSuccess, ID, onlyError, SECRET, storedSecret, succeeded } from '../harness/subject';

const KEY = rsaKey('pkcs8');
const ENCRYPTED_KEY = rsaKey('pkcs1', { cipher: 'aes-128-cbc', passphrase: 'a passphrase' });

/** What nobody means as a secret, and what the sentence about it says. */
const NEVER_MEANT: Array<[string, string, RegExp]> = [
	['blanks alone', '   ', /holds nothing but blanks/],
	['line ends alone', '\n\r\n', /holds nothing but blanks/],
	['undefined', 'undefined', /the text “undefined”.*expression/],
	['null, with a line end', 'null\n', /the text “null”.*expression/],
	['NaN', ' NaN ', /the text “NaN”.*expression/],
	['an object as text', '[object Object]', /the text “\[object Object\]”.*expression/],
	['a text with an object in it', 'Bearer [object Object],[object Object]', /the text “\[object Object\]”.*expression/],
	['an expression that was not run', '{{ $json.secret }}', /the text of an expression/],
	['what n8n shows for a hidden value', '__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6', /the placeholder that n8n shows/],
	['the same of another instance', '__n8n_BLANK_VALUE_0\n', /the placeholder that n8n shows/],
	['what n8n shows for an empty one', '__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da', /the placeholder that n8n shows/],
	['a key without its END line', KEY.slice(0, -40), /a key that is cut off/],
	['a key with a part left out', KEY.replace(/\n.{20}/, '\n'), /cannot be read as one/],
	['a key with something inside', KEY.replace(/\n.{20}/, '\n…'), /does not belong there/],
	['an OpenSSH key with a line left out', openSshKey().replace(/\n.{70}\n/, '\n'), /cannot be read as one/],
];

/** How a secret may be given, and how it is sent. */
const MENDED: Array<[string, string, string, RegExp]> = [
	['a line end', 'second-secret-456\n', 'second-secret-456', /The line end after “[^”]+” was cut off\./],
	['a Windows line end', 'second-secret-456\r\n', 'second-secret-456', /The line end after/],
	['an old line end', 'second-secret-456\r', 'second-secret-456', /The line end after/],
	['a line end behind a blank', ' second-secret-456 \n', ' second-secret-456 ', /The line end after/],
	['a key in one line', KEY.replaceAll('\n', ' '), KEY, /The key in “[^”]+” was put into its usual form\./],
	['a key as JSON has it', `${JSON.stringify(KEY)},`, KEY, /The key in/],
	['a key escaped twice', JSON.stringify(JSON.stringify(KEY).slice(1, -1)).slice(1, -1), KEY, /The key in/],
	['a key with indented lines and empty ones', KEY.replaceAll('\n', '\n\n  '), KEY, /The key in/],
	['an encrypted key in one line', ENCRYPTED_KEY.replaceAll('\n', ' '), ENCRYPTED_KEY, /The key in/],
	['two keys in one line', `${KEY}${ENCRYPTED_KEY}`.replaceAll('\n', ' '), `${KEY}${ENCRYPTED_KEY}`, /The key in/],
];

/** What is sent to the letter, because somebody may mean it. */
const AS_IT_IS: Array<[string, string]> = [
	['blanks at both ends', '  pass word  '],
	['a word with a failed one in it', 'undefined-behaviour null'],
	['several lines', 'line one\nline two\n'],
	['a key as its tool writes it', ellipticKey('sec1')],
	['a key without its last line end', KEY.trimEnd()],
];

describeEveryUpdate((subject, { sendsSecret }) => {
	test('an update in which nothing had to be mended says nothing of it', async () => {
		const { run: runNode, update } = subject();

		const item = firstSuccess(await runNode([{ json: { id: update.ids[0], secret: 'second-secret-456' } }]));

		expect(item?.json.outcome).toBe('updated');
		expect(JSON.stringify(item?.json)).not.toMatch(/cut off|usual form/);
	});

	if (!sendsSecret) return;

	interface Given {
		parameters?: INodeParameters;
		options?: INodeParameters;
		stored?: ICredentialDataDecryptedObject;
	}
	const run = async (secret: string, { stored, ...options }: Given) => {
		const { run: runNode, simulator, update } = subject();
		const chosen = {
			[update.credentialType]: simulator.credentials[update.credentialType]!,
			...(stored === undefined ? {} : { rotationSecretApi: stored }),
		};
		const settings: Partial<INode> = { ...ERROR_OUTPUT, credentials: Object.fromEntries(Object.keys(chosen).map((type) => [type, { id: type, name: type }])) };
		return await runNode([{ json: { id: update.ids[0], secret } }], { ...options, credentials: storeOf(chosen), settings });
	};
	/** Every way in which a secret comes to this node, and where it is stored then. */
	const ways = (secret: string): Array<[string, Given]> => {
		const { resource, update } = subject();
		const values = update.stored!.values(secret);
		return [
			['a field of Update', { parameters: update.parameters(ID, SECRET) }],
			['a field of Create', { parameters: resource.create('a-new-one', SECRET) }],
			['a stored pair', { parameters: update.stored!.parameters(ID), stored: storedSecret(values) }],
			['a stored pair of Create', { parameters: resource.createStored!('a-new-one'), stored: storedSecret(values) }],
			['stored JSON', { parameters: update.stored!.parameters(ID), stored: { valuesJson: JSON.stringify({ [update.ids[0]]: values }) } }],
		];
	};

	test.each(NEVER_MEANT)('%s is refused wherever a secret comes from, and nothing is sent', async (_what, secret, sentence) => {
		const { simulator } = subject();
		for (const [way, given] of ways(secret)) {
			const error = onlyError(await run(secret, given));

			expect([way, error]).toMatchObject([way, { code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 }]);
			expect(error.message).toMatch(/^“[^”]+” /);
			expect([way, error.message]).toEqual([way, expect.stringMatching(sentence)]);
			expect(JSON.stringify(error)).not.toContain(KEY.slice(60, 90));
			expect(simulator.server.requests).toEqual([]);
		}
	});

	test.each(MENDED)('%s is mended wherever a secret comes from, and the result says so', async (_what, secret, sent, sentence) => {
		const { resource, simulator, update } = subject();
		for (const [way, given] of ways(secret)) {
			const result = await run(secret, given);

			expect([way, failed(result)]).toEqual([way, []]);
			const [{ json }] = succeeded(result) as [{ json: { message: string } }];
			expect([way, json.message]).toEqual([way, expect.stringMatching(sentence)]);
			expect([way, resource.allStoredSecrets()]).toEqual([way, expect.arrayContaining([sent])]);
			expect(resource.allStoredSecrets()).not.toContain(secret);
			expect(JSON.stringify(json)).not.toContain(JSON.stringify(sent).slice(1, 30));
			if (given.parameters?.operation === 'update') expect(update.storedSecrets(update.ids[0])).toContain(sent);
			simulator.reset();
		}
	});

	test('a dry run tells of it, too', async () => {
		const result = await run('second-secret-456\n', { options: { dryRun: true } });

		expect(firstSuccess(result).json).toMatchObject({
			outcome: 'planned',
			message: expect.stringMatching(/ The line end after “[^”]+” was cut off\.$/) as string,
		});
	});

	test.each(AS_IT_IS)('%s go as they are, and nothing is said', async (_what, secret) => {
		const { resource, simulator } = subject();
		for (const [way, given] of ways(secret)) {
			const item = firstSuccess(await run(secret, given));

			expect([way, resource.allStoredSecrets()]).toEqual([way, expect.arrayContaining([secret])]);
			expect(JSON.stringify(item?.json)).not.toMatch(/cut off|usual form/);
			simulator.reset();
		}
	});
});
