import { DateTime } from 'luxon';

import { Failure } from '../../nodes/kit/failure';
import { requirePrivateKey, requireSecret, requireSecrets } from '../../nodes/kit/secretText';
import { ellipticKey } from '../harness/keys';

const KEY = ellipticKey();

function sentenceOf(action: () => unknown): string {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(Failure);
		expect((error as Failure).kind).toBe('invalidInput');
		return (error as Failure).message;
	}
	throw new Error('Nothing was refused');
}

describe('requireSecret', () => {
	test.each<[unknown, string, string[]]>([
		['secret', 'secret', []],
		[' secret ', ' secret ', []],
		[405, '405', []],
		['secret\n', 'secret', ['The line end after “Value” was cut off.']],
		['secret\r\n\r\n', 'secret', ['The line end after “Value” was cut off.']],
		['\uFEFFsecret\r\n', 'secret', ['The byte order mark before “Value” was cut off.', 'The line end after “Value” was cut off.']],
		['one\uFEFFtwo', 'one\uFEFFtwo', []],
		['one\ntwo\n', 'one\ntwo\n', []],
		['\nsecret', '\nsecret', []],
		[KEY.replaceAll('\n', '\\n'), KEY, ['The key in “Value” was put into its usual form.']],
		[Buffer.from(KEY).toString('base64'), Buffer.from(KEY).toString('base64'), []],
	])('takes %j', (value, sent, notes) => {
		const told: string[] = [];

		expect(requireSecret(value, 'Value', told)).toBe(sent);
		expect(told).toEqual(notes);
	});

	test.each([undefined, null, '', {}, true, ' ', '\u00a0\n', '\uFEFF', 'undefined', 'null', 'NaN', '[object Object]', '__n8n_BLANK_VALUE_x', '{{ $json.x }}', ' ={{$json.x}}\n', '= {{ 1 }}', '{{ $json.a }}-{{ $json.b }}'])('refuses %j, naming the field', (value) => {
		expect(sentenceOf(() => requireSecret(value, 'Value', []))).toMatch(/^“Value” .*\. /);
	});

	test('takes braces that are no expression as a whole', () => {
		for (const text of ['{{x', 'x}}', '{x}', '{{ a }} b', 'a {{ b }}', '=x', '{"a":{"b":1}}']) expect(requireSecret(text, 'Value', [])).toBe(text);
	});

	test('takes words that only look like those of a failed expression', () => {
		for (const word of ['Undefined', 'NULL', 'nan', 'null and void', '[object]']) expect(requireSecret(word, 'Value', [])).toBe(word);
	});
});

test('requirePrivateKey takes a key as base64, and nothing that is no key', () => {
	const notes: string[] = [];

	expect(requirePrivateKey(Buffer.from(KEY).toString('base64'), 'Private Key', notes)).toBe(KEY);
	expect(notes).toEqual(['The key in “Private Key” was put into its usual form.']);
	expect(sentenceOf(() => requirePrivateKey('secret', 'Private Key', []))).toMatch(/^“Private Key” is no private key/);
});

describe('requireSecrets', () => {
	test('mends every leaf, however deep, and names it', () => {
		const notes: string[] = [];
		const at = DateTime.fromISO('2030-12-31T10:00:00Z', { zone: 'utc' });
		const values = JSON.parse(`{"a": {"b": ["one\\n", 2, true]}, "__proto__": {"c": "two\\r\\n"}}`) as Record<string, never>;

		const sent = requireSecrets({ ...values, ...Object.fromEntries([['__proto__', { c: 'two\r\n' }]]), at: at as never }, 'Data (JSON)', notes);

		expect(JSON.stringify(sent)).toBe('{"a":{"b":["one",2,true]},"__proto__":{"c":"two"},"at":"2030-12-31T10:00:00.000Z"}');
		expect(notes).toEqual(['The line end after “Data (JSON): a.b.0” was cut off.', 'The line end after “Data (JSON): __proto__.c” was cut off.']);
	});

	test.each<[unknown, string]>([
		[{ a: '' }, 'a'],
		[{ a: null }, 'a'],
		[{ a: undefined }, 'a'],
		[{ a: { b: ['x', ''] } }, 'a.b.1'],
		[{ a: { b: {} } }, 'a.b'],
		[{ a: [] }, 'a'],
	])('refuses %j, naming the leaf', (values, path) => {
		expect(sentenceOf(() => requireSecrets(values as never, 'Data (JSON)', []))).toBe(
			`“Data (JSON): ${path}” is empty. Fill it in, check its expression, or remove the field.`,
		);
	});

	test.each(['undefined', ' ', '[object Object]', '__n8n_BLANK_VALUE_x', KEY.slice(0, -9)])('refuses %j in a leaf', (text) => {
		expect(sentenceOf(() => requireSecrets({ a: [{ b: text }] }, 'Data (JSON)', []))).toMatch(/^“Data \(JSON\): a\.0\.b” /);
	});

	test('wants a private key under the names that say so', () => {
		const isKeyName = (name: string) => name === 'private_key';

		expect(requireSecrets({ a: { private_key: Buffer.from(KEY).toString('base64') } }, 'Data', [], isKeyName)).toEqual({ a: { private_key: KEY } });
		expect(sentenceOf(() => requireSecrets({ private_key: 'x' }, 'Data', [], isKeyName))).toMatch(/^“Data: private_key” is no private key/);
	});
});
