import fc from 'fast-check';

import { createRedactor, REDACTED, shownNames } from '../../nodes/engine/secrets/redaction';
import { leaves } from '../../nodes/kit/json';

const SECRET = 'p"a\\ss/w+ord é&<1>';

describe('createRedactor', () => {
	test.each<[string, (secret: string) => string]>([
		['as it is', (secret) => secret],
		['in JSON', (secret) => JSON.stringify({ secret })],
		['in JSON within JSON', (secret) => JSON.stringify(JSON.stringify({ secret }))],
		['in JSON as Go writes it', (secret) => JSON.stringify(secret).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')],
		['URL-encoded', (secret) => `?q=${encodeURIComponent(secret)}`],
		['URL-encoded JSON', (secret) => encodeURIComponent(JSON.stringify(secret))],
		['form-encoded', (secret) => new URLSearchParams({ secret }).toString().replaceAll('%2A', '*')],
		['in HTML', (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')],
	])('cuts a secret that comes back %s', (_name, echo) => {
		const redactor = createRedactor([SECRET]);

		const text = redactor.vendorText(`before ${echo(SECRET)} after`);

		expect(text).toMatch(/^before .*\[redacted\].* after$/);
		expect(text).not.toContain('ss/w');
		expect(text).not.toContain('ss%2Fw');
	});

	test.each([
		['PHP’s JSON', 'p\\/w\\u00f6rd\'+(1)!'],
		['Python’s JSON', 'p/w\\u00f6rd\'+(1)!'],
		['PHP’s URL encoding', 'p%2Fw%C3%B6rd%27%2B%281%29%21'],
		['.NET’s URL encoding', "p%2fw%c3%b6rd'%2b(1)!"],
		['HTML of most services', 'p/wörd&#39;+(1)!'],
		['Go’s HTML', 'p/wörd&#39;&#43;(1)!'],
	])('cuts a secret that comes back in %s', (_name, echoed) => {
		expect(createRedactor(["p/wörd'+(1)!"]).vendorText(`before ${echoed} after`)).toBe(`before ${REDACTED} after`);
	});

	test.each([0, 1, 2])('cuts a secret inside the base64 of a longer text, alignment %i', (offset) => {
		const whole = Buffer.from(`${'x'.repeat(offset)}${SECRET}yy`).toString('base64');

		const text = createRedactor([SECRET]).vendorText(whole);

		expect(text).toContain(REDACTED);
		expect(Buffer.from(text!.replace(REDACTED, ''), 'base64').toString()).not.toContain('ss/w');
	});

	test('cuts the longest secret first, so that no rest of it stays', () => {
		expect(createRedactor(['secret', 'secret-and-more']).vendorText('secret-and-more')).toBe(REDACTED);
	});

	test('cuts single lines of a multi-line secret', () => {
		const key = `-----BEGIN KEY-----\nabcdefghijklmnopqrstuvwx\n-----END KEY-----`;

		expect(createRedactor([key]).vendorText('line 2: abcdefghijklmnopqrstuvwx')).toBe(`line 2: ${REDACTED}`);
	});

	test.each(['hunter22\n', ' hunter22 ', 'hunter22\r\n'])('cuts the secret %j where it comes back trimmed', (secret) => {
		expect(createRedactor([secret]).vendorText('“hunter22” is too short')).toBe(`“${REDACTED}” is too short`);
	});

	test('withholds vendor text when a secret is too short without the white space around it', () => {
		expect(createRedactor(['  pin \n']).vendorText('a pin')).toBeNull();
	});

	test.each(['a', 'no', '12345'])('withholds vendor text when the secret “%s” is too short to be cut out', (secret) => {
		const redactor = createRedactor([secret, 'a-long-enough-one']);

		expect(redactor.vendorText('not a word of it')).toBeNull();
		expect(redactor.value({ text: 'a-long-enough-one' })).toEqual({ text: REDACTED });
	});

	test.each(['4821', 'it is 4821.', '“4821”', 'pin=4821;', 4821])('replaces the value %j, in which a short secret stands by itself, as a whole', (value) => {
		expect(createRedactor(['4821']).value({ pin: value })).toEqual({ pin: REDACTED });
	});

	test.each(['48210', 'a4821b', 4_821_000])('leaves the value %j, which is another one, as it is', (value) => {
		expect(createRedactor(['4821']).value({ pin: value })).toEqual({ pin: value });
	});

	test.each(['abcdef-gh ijkl', 'abcdef\r\n  ghijkl', 'abcdef: (ghijkl)', 'a b c d e f g h i j k l'])('withholds %j, over which a secret is spread', (text) => {
		const redactor = createRedactor(['abcdefghijkl']);

		expect(redactor.vendorText(text)).toBeNull();
		expect(redactor.value([text, 'abcdef'])).toEqual([REDACTED, 'abcdef']);
	});

	test('finds a composed secret that comes back decomposed, and the other way round', () => {
		expect(createRedactor(['p\u00e4ssword']).vendorText('pa\u0308ssword!')).toBe(`${REDACTED}!`);
		expect(createRedactor(['pa\u0308ssword']).vendorText('p\u00e4ssword!')).toBe(`${REDACTED}!`);
	});

	test.each([
		['its beginning', (key: string) => key.slice(0, 500)],
		['its middle', (key: string) => key.slice(key.length / 2 - 200, key.length / 2 + 200)],
		['its end', (key: string) => key.slice(-500)],
		['itself in JSON', (key: string) => JSON.stringify({ key })],
	])('withholds %s of a secret that is too long to be looked for as a whole', (_name, part) => {
		const key = Array.from({ length: 2_000 }, (_, index) => `line "${index}" of a key`).join('\n');

		expect(createRedactor([key]).vendorText(`no: ${part(key)}`)).toBeNull();
		expect(createRedactor([key]).vendorText('no: line 5')).toBe('no: line 5');
	});

	test('withholds everything when there are more secrets than anybody has', () => {
		const secrets = Array.from({ length: 5_000 }, (_, index) => `secret-${index}-of-many`);
		const redactor = createRedactor(secrets);

		expect(redactor.vendorText('anything')).toBeNull();
		expect(redactor.body({ a: 1 }, () => false)).toBeNull();
		expect(redactor.value({ name: 'has secret-4999-of-many in it' })).toEqual({ name: `has ${REDACTED} in it` });
	});

	test('takes characters of regular expressions literally', () => {
		expect(createRedactor(['.*$^(a|b)+']).vendorText('x .*$^(a|b)+ y')).toBe(`x ${REDACTED} y`);
	});

	test('reaches keys and values however deep, and leaves other types alone', () => {
		const value = { a: [{ [`k-${SECRET}`]: SECRET }], n: 1, b: true, z: null };

		expect(createRedactor([SECRET]).value(value)).toEqual({ a: [{ [`k-${REDACTED}`]: REDACTED }], n: 1, b: true, z: null });
	});

	test('does not carry a prototype key over as a prototype', () => {
		const value = JSON.parse('{"__proto__":{"polluted":true}}') as object;

		const clean = createRedactor(['something-else']).value(value);

		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
		expect((clean as { polluted?: boolean }).polluted).toBeUndefined();
	});

	test('shortens text only after the cut', () => {
		const text = createRedactor([SECRET]).vendorText(`${'x'.repeat(1995)}${SECRET}`);

		expect(text).toBe(`${'x'.repeat(1995)}[reda`);
	});

	test('property: no secret of six characters or more survives, wherever it stands', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.string({ minLength: 6, unit: 'grapheme' }), { minLength: 1, maxLength: 4 }),
				fc.array(fc.string(), { maxLength: 5 }),
				fc.func(fc.boolean()),
				(secrets, fillers, escaped) => {
					const echoed = secrets.map((secret) => (escaped(secret) ? JSON.stringify(secret) : secret));
					const text = fillers.concat(echoed).join('|');

					// Withheld where a secret is spread over what is left.
					const clean = (createRedactor(secrets).vendorText(text) ?? '').replaceAll(REDACTED, '\u0000');

					return secrets.every((secret) => !clean.includes(secret));
				},
			),
		);
	});
});

describe('the body of a raw output', () => {
	const body = {
		id: 7,
		password: 'stored-one',
		pin: 42,
		nested: [{ password: null, note: 'stored-one, 1234' }],
		link: 'see https://user:pa@ss@host/a@b?x',
	};

	test('shows no leaf that is called a secret by its keys or by itself, nor a repetition of it', () => {
		const raw = createRedactor([]).body(body, (path, leaf) => path.at(-1) === 'password' || leaf === 42);

		expect(raw).toEqual({
			id: 7,
			password: REDACTED,
			pin: REDACTED,
			nested: [{ password: null, note: `${REDACTED}, 1234` }],
			link: `see https://${REDACTED}@host/a@b?x`,
		});
	});

	test('is withheld when a secret that was sent is too short to be found in it', () => {
		expect(createRedactor(['1234']).body(body, () => false)).toBeNull();
	});
});

test('names that people make up are shown without secrets', () => {
	expect(shownNames(['api_token', 'hunter22-key', 'no'], ['hunter22', 'no'])).toEqual(['api_token', `${REDACTED}-key`, 'no']);
});

test('leaves yields every string and number, however deep', () => {
	expect(leaves({ a: 'x', b: [1, { c: 'y' }], d: null, e: true })).toEqual(['x', '1', 'y']);
});
