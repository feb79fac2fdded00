import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';

import { readKeyBlocks, readPrivateKey } from '../../nodes/kit/keys';
import { requirePrivateKey } from '../../nodes/kit/secretText';
import { ellipticKey, openSshKey, rsaKey } from '../harness/keys';

/** What is said where something is refused. */
function refusalOf(read: () => unknown): string {
	try {
		read();
	} catch (error) {
		return (error as Error).message;
	}
	return '';
}

const PASSPHRASE = 'a passphrase';

/** Keys of every form, as their own tools write them. */
const KEYS: Record<string, string> = {
	'RSA, PKCS #1': rsaKey('pkcs1'),
	'RSA, PKCS #8': rsaKey('pkcs8'),
	'RSA, PKCS #1, encrypted': rsaKey('pkcs1', { cipher: 'aes-256-cbc', passphrase: PASSPHRASE }),
	'RSA, PKCS #1, encrypted with another cipher': rsaKey('pkcs1', { cipher: 'des-ede3-cbc', passphrase: PASSPHRASE }),
	'RSA, PKCS #8, encrypted': rsaKey('pkcs8', { cipher: 'aes-256-cbc', passphrase: PASSPHRASE }),
	'EC, SEC 1': ellipticKey('sec1'),
	'EC, PKCS #8': ellipticKey('pkcs8'),
	'Ed25519, PKCS #8': generateKeyPairSync('ed25519', {
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	}).privateKey,
	'Ed25519, OpenSSH': openSshKey(),
	'Ed25519, OpenSSH, encrypted with AES-GCM': openSshKey('aes256-gcm@openssh.com'),
	'Ed25519, OpenSSH, encrypted with ChaCha20': openSshKey('chacha20-poly1305@openssh.com'),
};
const NAMES = Object.keys(KEYS);

const PUBLIC_KEY = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

type Spelling = (text: string) => string;

/** What becomes of the lines of a key on its way. */
const LINES: Record<string, Spelling> = {
	'as they are': (text) => text,
	'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
	'with CR': (text) => text.replaceAll('\n', '\r'),
	'in one line, with blanks': (text) => text.replaceAll('\n', ' '),
	'in one line, with nothing': (text) => text.replaceAll('\n', ''),
	indented: (text) => text.replaceAll(/^(?=.)/gm, '    '),
	'indented with tabs': (text) => text.replaceAll(/^(?=.)/gm, '\t'),
	'with an empty line after each': (text) => text.replaceAll('\n', '\n\n'),
	'with a blank after each': (text) => text.replaceAll('\n', ' \n'),
	'without the last line end': (text) => text.trimEnd(),
	'with a line that goes on after a backslash': (text) => text.replaceAll('\n', '\\\n'),
};

const ESCAPES: Record<string, Spelling> = {
	'not at all': (text) => text,
	'as in JSON': (text) => JSON.stringify(text).slice(1, -1),
	'as in JSON, twice': (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
	'with escaped slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
	'with escaped signs': (text) => JSON.stringify(text).slice(1, -1).replaceAll('=', '\\u003d').replaceAll('+', '\\u002B'),
};

const AROUND: Record<string, Spelling> = {
	nothing: (text) => text,
	'double quotes': (text) => `"${text}"`,
	'single quotes': (text) => `'${text}'`,
	'quotes and a comma': (text) => `"${text}",`,
	'quotes, a comma and a line end': (text) => `  "${text}",\n`,
	'escaped quotes': (text) => `\\"${text}\\"`,
	'blanks and line ends': (text) => `\n\n ${text}\n \n`,
};

const spelling = (of: Record<string, Spelling>) => fc.constantFrom(...Object.keys(of)).map((name): [string, Spelling] => [name, of[name]!]);

/** A key, and the same key as somebody may enter it. */
const entered = fc
	.record({ name: fc.constantFrom(...NAMES), lines: spelling(LINES), escapes: spelling(ESCAPES), around: spelling(AROUND) })
	.map(({ name, lines: [lines, broken], escapes: [escapes, escape], around: [around, wrap] }) => ({
		key: KEYS[name]!,
		text: wrap(escape(broken(KEYS[name]!))),
		how: `${name}; lines ${lines}; escaped ${escapes}; around it ${around}`,
	}));

/** Some tools leave out the last line end, and a key without it is the same key. */
const sameKey = (mended: string | undefined, key: string) => expect(mended === undefined ? mended : `${mended.trimEnd()}\n`).toBe(key);

const RUNS = { numRuns: 400 };

describe('a private key', () => {
	test('there is one of every form, and each can be opened', () => {
		for (const name of NAMES.filter((each) => !each.includes('OpenSSH'))) {
			expect(() => createPrivateKey({ key: KEYS[name]!, passphrase: PASSPHRASE })).not.toThrow();
		}
	});

	test.each(NAMES)('%s as its tool writes it stays as it is, with its last line end and without', (name) => {
		const key = KEYS[name]!;

		for (const text of [key, key.trimEnd()]) {
			expect(readPrivateKey(text)).toEqual({ mended: text });
			expect(readKeyBlocks(text)).toEqual({ mended: text });
		}
	});

	test.each(NAMES)('%s is mended from every single spelling', (name) => {
		const key = KEYS[name]!;

		for (const spell of [LINES, ESCAPES, AROUND].flatMap((each) => Object.values(each))) {
			sameKey(readPrivateKey(spell(key)).mended, key);
			sameKey(readKeyBlocks(spell(key))?.mended, key);
		}
	});

	test('is mended from every combination of spellings, by itself and as base64', () => {
		fc.assert(
			fc.property(entered, fc.boolean(), spelling(AROUND), ({ key, text }, isEncoded, [, wrap]) => {
				sameKey(readPrivateKey(text).mended, key);
				sameKey(readKeyBlocks(text)?.mended, key);
				if (isEncoded) sameKey(readPrivateKey(wrap(Buffer.from(text).toString('base64'))).mended, key);
			}),
			RUNS,
		);
	});

	test('is mended from base64 that is folded, however its lines end', () => {
		const key = KEYS['RSA, PKCS #8']!;
		const folded = Buffer.from(key).toString('base64').replaceAll(/.{76}/g, '$&\n');

		for (const text of [folded, folded.replaceAll('\n', '\r\n'), folded.replaceAll('\n', '\\n'), folded.replaceAll('\n', ' ')]) {
			expect(readPrivateKey(text)).toEqual({ mended: key });
		}
	});

	test.each([
		['the name that it has in JSON', (key: string) => `"private_key": ${JSON.stringify(key)},`],
		['a whole key file', (key: string) => JSON.stringify({ type: 'service_account', private_key: key, client_email: 'a@b.c' })],
		['the name of a variable', (key: string) => `PRIVATE_KEY="${key.replaceAll('\n', '\\n')}"`],
		['what a tool tells of it', (key: string) => `Bag Attributes\n    friendlyName: a-name\nKey Attributes: <No Attributes>\n${key}`],
		['the parameters of its curve', (key: string) => `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`],
	])('goes without %s', (_what, spell) => {
		for (const name of NAMES) sameKey(readPrivateKey(spell(KEYS[name]!)).mended, KEYS[name]!);
	});

	test('that is not whole is refused, whatever its spelling, and its parts are not told', () => {
		const damages: Record<string, (lines: string[]) => string[]> = {
			'END line cut off': (lines) => lines.slice(0, -2),
			'END line shortened': (lines) => [...lines.slice(0, -2), lines.at(-2)!.slice(0, -3)],
			'BEGIN line cut off': (lines) => lines.slice(1),
			'no lines left': (lines) => [lines[0]!, ...lines.slice(-2)],
			'first line lost': (lines) => [lines[0]!, ...lines.slice(2)],
			'a character lost': ([first, second, ...rest]) => [first!, second!.slice(1), ...rest],
			'a character that is none of a key’s': ([first, second, ...rest]) => [first!, `${second!.slice(0, 9)}…${second!.slice(10)}`, ...rest],
			'dots in the place of what is left out': ([first, second]) => [first!, second!, '...', KEYS['EC, SEC 1']!.split('\n').at(-2)!, ''],
			'another BEGIN line inside': ([first, ...rest]) => [first!, first!, ...rest],
			'two keys': (lines) => [...lines, ...lines],
		};
		fc.assert(
			fc.property(
				fc.constantFrom(...NAMES),
				fc.constantFrom(...Object.keys(damages)),
				spelling(LINES),
				spelling(ESCAPES),
				spelling(AROUND),
				(name, damage, [, broken], [, escape], [, wrap]) => {
					const text = wrap(escape(broken(damages[damage]!(KEYS[name]!.split('\n')).join('\n'))));

					const refusal = refusalOf(() => requirePrivateKey(text, 'Key', []));

					expect([name, damage, readPrivateKey(text).mended]).toEqual([name, damage, undefined]);
					expect(refusal).toMatch(/^“Key” .*\. (Enter|Copy|Leave) /);
					for (const line of KEYS[name]!.split('\n').filter(({ length }) => length > 30)) expect(refusal).not.toContain(line.slice(0, 30));
				},
			),
			RUNS,
		);
	});

	test.each([
		['a public key', PUBLIC_KEY, 'keyPublic'],
		['an SSH public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHZ a@b', 'keyNone'],
		['some text', 'no key', 'keyNone'],
		['base64 of something else', Buffer.from('something else').toString('base64'), 'keyNone'],
		['a key of another kind', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n=AAAA\n-----END PGP PRIVATE KEY BLOCK-----\n', 'keyNone'],
		['a key and a public key', `${KEYS['EC, SEC 1']}${PUBLIC_KEY}`, 'keySeveral'],
		['two keys in one line', `${KEYS['EC, SEC 1']}${KEYS['EC, PKCS #8']}`.replaceAll('\n', ' '), 'keySeveral'],
	])('is not %s', (_what, text, fault) => {
		expect(readPrivateKey(text).fault).toBe(fault);
	});
});

describe('a text that may be anything', () => {
	test.each([
		['a password', 'pass word'],
		['a password with an escape in it', 'a\\nb'],
		['an SSH public key', 'ssh-ed25519 AAAA comment'],
		['base64 of a key, which somebody may want', Buffer.from(KEYS['EC, SEC 1']!).toString('base64')],
		['JSON with a key', JSON.stringify({ private_key: KEYS['EC, SEC 1'] })],
		['a key with a name before it', `name=${KEYS['EC, SEC 1']}`],
		['a key with something behind it', `${KEYS['EC, SEC 1']}# made on Monday`],
		['a PGP block, whose empty line has a meaning', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n=AAAA\n-----END PGP PRIVATE KEY BLOCK-----\n'],
		['a block of a form that is not known', '-----BEGIN OpenVPN Static key V1-----\n0a1b2c\n-----END OpenVPN Static key V1-----'],
		['nothing', ''],
	])('is left alone when it is %s', (_what, text) => expect(readKeyBlocks(text)).toBeNull());

	test('may be several blocks, and has them mended one by one', () => {
		const bundle = `${KEYS['EC, SEC 1']}${PUBLIC_KEY}${KEYS['RSA, PKCS #1, encrypted']}`;

		expect(readKeyBlocks(bundle)).toEqual({ mended: bundle });
		expect(readKeyBlocks(`'${bundle.replaceAll('\n', ' ')}'`)).toEqual({ mended: bundle });
		expect(readKeyBlocks(bundle.replaceAll('\n', '\\n'))).toEqual({ mended: bundle });
	});

	test.each([
		['END line cut off', KEYS['EC, SEC 1']!.slice(0, -30)],
		['only its BEGIN line', '-----BEGIN PRIVATE KEY-----'],
		['a public key that is not whole', PUBLIC_KEY.replace(/\n.{20}/, '\n')],
		['base64 that is no key', `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`],
	])('is refused when it looks like a key and has %s', (_what, text) => {
		expect(readKeyBlocks(text)?.fault).toMatch(/^key/);
	});

	test('of any characters around a key is never taken for another key', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), fc.constantFrom(...NAMES), (before, after, name) => {
				const key = KEYS[name]!;
				const { mended } = readPrivateKey(`${before}${key}${after}`);
				if (mended !== undefined) sameKey(mended, key);
			}),
		);
	});
});

test.each([
	['blanks after a BEGIN line', (n: number) => `-----BEGIN PRIVATE KEY-----${' '.repeat(n)}x`],
	['blanks inside of a block', (n: number) => `-----BEGIN PRIVATE KEY-----${' '.repeat(n)}-----END PRIVATE KEY-----`],
	['backslashes', (n: number) => `-----BEGIN PRIVATE KEY-----${'\\'.repeat(n)}-----END PRIVATE KEY-----`],
	['BEGIN lines', (n: number) => '-----BEGIN PRIVATE KEY-----'.repeat(n / 10)],
	['dashes', (n: number) => '-'.repeat(n)],
	['quotes', (n: number) => '"'.repeat(n)],
	['base64', (n: number) => 'A'.repeat(n)],
	['an endless label', (n: number) => `-----BEGIN ${'A '.repeat(n)}`],
	['headers', (n: number) => `-----BEGIN RSA PRIVATE KEY-----Proc-Type: 4,ENCRYPTED DEK-Info: AES-128-CBC,${'a'.repeat(n)}-----END RSA PRIVATE KEY-----`],
	['blanks in headers', (n: number) => `-----BEGIN RSA PRIVATE KEY-----Proc-Type:${' '.repeat(n)}-----END RSA PRIVATE KEY-----`],
	['blocks', (n: number) => '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----'.repeat(n / 50)],
])('a million of %s take no time to tell of', (_what, textOf) => {
	const text = textOf(1_000_000);
	const startedAt = Date.now();

	readPrivateKey(text);
	readKeyBlocks(text);

	expect(Date.now() - startedAt).toBeLessThan(5_000);
});
