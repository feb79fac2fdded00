import fc from 'fast-check';

import { createRedactor, REDACTED } from '../../nodes/engine/secrets/redaction';
import { Budget, TooMuch, Wanted } from '../../nodes/engine/secrets/search';

/** A character in a way in which somebody may write it, chosen by a number: no encoder writes all of these. */
function spelled(character: string, choice: number): string {
	const code = character.codePointAt(0)!;
	const hex = code.toString(16);
	const bytes = [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, '0'));
	const cased = (text: string) => (choice & 1 ? text.toUpperCase() : text);
	const units = Array.from({ length: character.length }, (_, unit) => `\\u${cased(character.charCodeAt(unit).toString(16).padStart(4, '0'))}`);
	const ways = [
		character,
		character,
		bytes.map((byte) => `%${cased(byte)}`).join(''),
		`&#${'0'.repeat(choice % 5)}${code};`,
		`&#${choice & 2 ? 'X' : 'x'}${'0'.repeat(choice % 4)}${cased(hex)};`,
		units.join(''),
		`\\u{${'0'.repeat(choice % 3)}${cased(hex)}}`,
		bytes.map((byte) => `\\x${cased(byte)}`).join(''),
		bytes.map((byte) => `\\${parseInt(byte, 16).toString(8).padStart(3, '0')}`).join(''),
		bytes.map((byte) => `=${byte.toUpperCase()}`).join(''),
		`\\U${cased(hex.padStart(8, '0'))}`,
	];
	return ways[choice % ways.length]!;
}

/** Characters that begin an escape have to be escaped where they stand for themselves. */
const plainWay = (choice: number) => (choice % 11 < 2 ? choice + 2 : choice);
const escapedAll = (text: string, choices: readonly number[]) =>
	Array.from(text, (character, at) => {
		const choice = choices[at % choices.length]!;
		return spelled(character, /[%&\\=]/.test(character) ? plainWay(choice) : choice);
	}).join('');

const choices = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 });
const printable = fc.string({ unit: fc.constantFrom(...'abcXYZ0189+/=_-.:;!?\'"`$%&\\<>(){}[] \tß\u{e9}\u{20ac}\u{1f511}'), minLength: 6, maxLength: 40 });
const secret = printable.filter((text) => text.trim().length >= 6 && text.replaceAll(/[+ \t]/g, '').length >= 4);
const filler = fc.string({ maxLength: 12 });

/** All that a text may be decoded to by somebody who wants to, in a few steps and each of them naive. */
function decodings(text: string, steps = 3): string[] {
	if (steps === 0) return [text];
	const of = (byte: string, base: number) => String.fromCharCode(parseInt(byte, base));
	const utf8 = (escape: RegExp, base: number) => (it: string) =>
		it.replaceAll(escape, (run) => Buffer.from(run.match(base === 8 ? /[0-7]{3}/g : /[\da-f]{2}/gi)!.map((byte) => parseInt(byte, base))).toString());
	const naive: Array<(it: string) => string> = [
		utf8(/(%[\da-f]{2})+/gi, 16),
		utf8(/(=[\dA-F]{2})+/g, 16),
		utf8(/(\\x[\da-f]{2})+/gi, 16),
		(it) => it.replaceAll(/&#x([\da-f]+);/gi, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16))).replaceAll(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits))),
		(it) => it.replaceAll(/\\u([\da-f]{4})/gi, (_, hex: string) => of(hex, 16)).replaceAll(/\\(["\\/])/g, '$1'),
	];
	return [text, ...naive.map((decode) => decode(text)).filter((decoded) => decoded !== text).flatMap((decoded) => decodings(decoded, steps - 1))];
}

function expectGone(clean: string | null, it: string): void {
	const text = (clean ?? '').replaceAll(REDACTED, '\uffff');
	for (const decoded of decodings(text)) expect(decoded).not.toContain(it);
	for (const [run] of text.matchAll(/[\w+/-]{8,}/g)) {
		for (const offset of [0, 1, 2, 3]) expect(Buffer.from(run.slice(offset), 'base64').toString()).not.toContain(it);
	}
	expect(text).not.toContain(Buffer.from(it).toString('hex'));
}

describe('a secret that is encoded in a way of its own', () => {
	test.each([
		['as Python quotes it', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY', 'wJalrXUtnFEMI/K7MDENG%2BbPxRfiCY'],
		['with named entities', "it's/a+secret=key", 'it&apos;s&sol;a&plus;secret&equals;key'],
		['with hexadecimal entities', "it's/a+secret", 'it&#x27;s&#x2F;a&#x2B;secret'],
		['with upper-case entities', 'a&b<c>"secret', 'a&AMP;b&LT;c&GT;&QUOT;secret'],
		['with accents by name', 'señor-gôñzález', 'se&ntilde;or-g&ocirc;&ntilde;z&aacute;lez'],
		['in JSON that escapes a plus', 'key+with/slash', 'key\\u002Bwith\\u002fslash'],
		['in hexadecimal digits', 'pass-word-1', Buffer.from('pass-word-1').toString('hex').toUpperCase()],
		['as a dump of bytes', 'pass-word-1', Buffer.from('pass-word-1').toString('hex').replaceAll(/(..)(?!$)/g, '$1:')],
		['as a list of bytes', 'pass-word-1', [...Buffer.from('pass-word-1')].map((byte) => `0x${byte.toString(16)}`).join(', ')],
		['as Python shows bytes', 'pässwörd-é', "p\\xc3\\xa4ssw\\xc3\\xb6rd-\\xc3\\xa9"],
		['as a shell shows bytes', 'pässwörd', 'p\\303\\244ssw\\303\\266rd'],
		['in quoted-printable, folded', 'secret=word/é', 'secret=3Dwo=\r\nrd/=C3=A9'],
		['in base64 that is folded', 'a-long-secret-word', Buffer.from('the secret is a-long-secret-word, is it').toString('base64').replaceAll(/(.{16})/g, '$1\r\n')],
		['in base64 that is folded, in JSON', 'a-long-secret-word', JSON.stringify(Buffer.from('the secret is a-long-secret-word, is it').toString('base64').replaceAll(/(.{16})/g, '$1\n'))],
		['in base64 of UTF-16', 'a-long-secret-word', Buffer.from('a-long-secret-word', 'utf16le').toString('base64')],
		['in hexadecimal digits of base64', 'a-long-secret-word', Buffer.from(Buffer.from('a-long-secret-word').toString('base64')).toString('hex')],
		['in a form within a form', 'pass word+1', encodeURIComponent('key=pass+word%2B1')],
		['in JSON in JSON in JSON', 'say "hel\\lo"', JSON.stringify(JSON.stringify(JSON.stringify('say "hel\\lo"')))],
		['percent-encoded thrice', 'a/b+c=d&e', encodeURIComponent(encodeURIComponent(encodeURIComponent('a/b+c=d&e')))],
		['as old scripts escape it', 'pässwörd', 'p%E4ssw%F6rd'],
		['as old scripts escape what they have no byte for', 'pass€word', 'pass%u20ACword'],
	])('%s, is cut', (_name, it, echoed) => {
		expect(createRedactor([it]).vendorText(`before: ${echoed} | after`)).toMatch(/^before: .*\[redacted\].* \| after$/s);
	});

	test('property: character by character, in whatever mixture, is cut and nothing around it', () => {
		fc.assert(
			fc.property(secret, choices, (it, ways) => {
				const clean = createRedactor([it]).value(`α|${escapedAll(it, ways)}|ω`);

				// A blank at an end may be one of the secret's, or not.
				expect(clean.replaceAll(/[\s+]/g, '')).toBe(`α|${REDACTED}|ω`);
			}),
			{ numRuns: 500 },
		);
	});

	test('property: escaped twice, each time in another mixture, leaves nothing that could be decoded', () => {
		fc.assert(
			fc.property(secret, choices, choices, filler, filler, (it, inner, outer, before, after) => {
				const once = `${escapedAll(before, inner)}|${escapedAll(it, inner)}|${after.replaceAll(/[%&\\=]/g, '')}`;

				expectGone(createRedactor([it]).value(escapedAll(once, outer)), it);
			}),
			{ numRuns: 300 },
		);
	});

	test('property: in a mixture within JSON within a string, or within base64 or hexadecimal digits of any alignment, is cut', () => {
		const outer = fc.constantFrom<(text: string) => string>(
			(text) => JSON.stringify({ text: JSON.stringify({ text }) }),
			(text) => encodeURIComponent(JSON.stringify(text)),
			(text) => Buffer.from(text).toString('base64'),
			(text) => Buffer.from(text).toString('base64url'),
			(text) => Buffer.from(text).toString('hex'),
			(text) => Buffer.from(JSON.stringify(Buffer.from(text).toString('base64'))).toString('base64'),
			(text) => encodeURIComponent(Buffer.from(text).toString('base64').replaceAll(/(.{10})/g, '$1\n')),
			(text) => [...Buffer.from(text)].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', '),
		);
		fc.assert(
			fc.property(secret, choices, filler, filler, outer, (it, ways, before, after, wrapped) => {
				const clean = createRedactor([it]).value(`α ${wrapped(`${before} | ${escapedAll(it, ways)} | ${after}`)} ω`);

				expect(clean).toContain(REDACTED);
				expectGone(clean, it);
			}),
			{ numRuns: 300 },
		);
	});

	test('is cut out of base64 in a form although what stands before it reads as an escape together with its first digits', () => {
		const it = '"\u{1f4a5}""""';
		const text = `%25${encodeURIComponent(Buffer.from(`\0"${it}`).toString('base64'))}`;
		expect(text).toMatch(/^%25AC.*%2B/);

		expect(createRedactor([it]).value(text)).toMatch(/^%25AC.*\[redacted\]/);
	});

	test.each([0, 1, 2, 3])('is cut out of base64 of which the first %i characters are gone', (gone) => {
		const it = 'a-long-secret-word';
		fc.assert(
			fc.property(fc.string({ minLength: 6, maxLength: 9, unit: 'grapheme-ascii' }), (before) => {
				expectGone(createRedactor([it]).value(Buffer.from(`${before}${it} after`).toString('base64').slice(gone)), it);
			}),
		);
	});
});

describe('where a secret stands in what is decoded', () => {
	/** How many bits a digit of each notation holds, and text in it. */
	const notations = fc.constantFrom<[bits: number, encode: (bytes: Buffer) => string]>(
		[6, (bytes) => bytes.toString('base64').replaceAll('=', '')],
		[6, (bytes) => bytes.toString('base64url')],
		[4, (bytes) => bytes.toString('hex')],
		[4, (bytes) => bytes.toString('hex').toUpperCase()],
	);
	const word = fc.string({ unit: fc.constantFrom(...'kzAZ09{}<>ß\u{e9}\u{20ac}\u{1f511}\u0438'), minLength: 6, maxLength: 30 });
	const inside = fc.string({ unit: fc.constantFrom(...'uvw \u{e9}\u{20ac}\u{1f511}'), maxLength: 12 });
	/** Text with no end of stretches that are too short, and no digit next to what it is put around. */
	const outside = fc.array(fc.constantFrom('|', '~', 'é', '\u{1f511}', 'ab', '0x', '12', 'A B', '\r\n'), { maxLength: 40 }).map((parts) => `|${parts.join('|')}|`);
	const utf16 = fc.boolean().map((isIt): BufferEncoding => (isIt ? 'utf16le' : 'utf8'));

	test('property: is told to the digit, whatever is before it and after it', () => {
		fc.assert(
			fc.property(word, inside, inside, outside, outside, notations, utf16, (it, a, b, before, after, [bits, encode], charset) => {
				const [skipped, taken] = [Buffer.byteLength(a, charset) * 8, Buffer.byteLength(it, charset) * 8];
				// Of half a character in UTF-16, the other half may be no zero.
				fc.pre(charset === 'utf8' || /^[\0-\x7f]*$/.test(a + it + b));
				const text = `${before}${encode(Buffer.from(a + it + b, charset))}${after}`;

				const spans = new Wanted([it]).spansIn(text);

				const from = before.length + Math.floor(skipped / bits);
				const to = before.length + Math.ceil((skipped + taken - (charset === 'utf8' ? 0 : 8)) / bits);
				expect(spans).toEqual([[from, to]]);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('what looking for secrets costs', () => {
	const steps = (wanted: Wanted, text: string): number => {
		const budget = new Budget(text.length);
		try {
			wanted.spansIn(text, budget);
		} catch {
			return NaN;
		}
		return budget.spent;
	};
	const token = (index: number) => `tok_${Buffer.from(`secret ${index * 7919}`).toString('base64url')}/+${index}`;
	const TEXTS: Array<[string, string]> = [
		['prose', 'The connector did not accept this: see https://docs.example/errors?id=42&lang=en. '],
		['JSON in JSON', JSON.stringify(JSON.stringify({ name: 'a "quoted" name', list: ['\\', '/', 'é'] }))],
		['percent-encoded text', encodeURIComponent('{"a":"é & ü","b":["c/d"]}')],
		['base64', Buffer.from('{"a":"some text in it","b":"é"}').toString('base64')],
		['hexadecimal digits', Buffer.from('some text in it').toString('hex')],
		['entities', '&lt;b&gt;&#x27;&#39;&amp;amp;'],
		['backslashes', '\\'],
		['equals signs', '='],
		['ampersands', '&amp;'],
		['percent signs', '%25'],
		['the letter A', 'A'],
		['beginnings of the secret', 'tok_c2VjcmV0I'],
	];

	test.each(TEXTS)('%s: ten times the text costs ten times as much, or is withheld', (_name, piece) => {
		const wanted = new Wanted([token(1), token(2)]);
		const [short, long] = [4_000, 40_000].map((length) => steps(wanted, piece.repeat(Math.ceil(length / piece.length)).slice(0, length))) as [number, number];

		if (Number.isNaN(long)) return expect(createRedactor([token(1)]).value(piece.repeat(40_000))).toBe(REDACTED);
		expect(long).toBeLessThan(short * 12);
	});

	test.each(TEXTS)('%s: is not withheld for what it costs', (_name, piece) => {
		expect(steps(new Wanted([token(1), token(2)]), piece.repeat(1_000))).not.toBeNaN();
	});

	test.each(TEXTS)('%s: two hundred secrets cost no more than twice what one costs', (_name, piece) => {
		const text = piece.repeat(Math.ceil(10_000 / piece.length));
		const [one, many] = [1, 200].map((count) => steps(new Wanted(Array.from({ length: count }, (_, index) => token(index))), text)) as [number, number];

		if (!Number.isNaN(one)) expect(many).toBeLessThan(one * 2);
	});

	test('a secret that repeats itself, in a text that repeats it, is withheld or cut', () => {
		for (const [it, text] of [['a'.repeat(2_000), 'a'.repeat(100_000)], ['\\'.repeat(40), '\\'.repeat(10_000)], [`${'ab'.repeat(500)}c`, 'ab'.repeat(50_000)]] as const) {
			expect(createRedactor([it]).value(text).includes(it)).toBe(false);
		}
	});
});

describe('what is no secret beside short ones', () => {
	const redactor = createRedactor(['1', '443', '01', 'yes', '10000']);

	test.each(['7', '443', '1', 443, 1, 10_000, '2024-01-01', '2024-01-01T01:10:01.443Z', '123e4567-e89b-12d3-a456-000000000443', 'conn-1-443', null])('the fact %j stays', (fact) => {
		expect(redactor.fact(fact)).toBe(fact);
	});

	test.each(['2024-01-01', '2024-01-01T01:10:01.443Z', '2024-01-01 01:10:01+01:00', '123e4567-e89b-12d3-a456-426614174000'])('the time or UUID %j stays in a value', (text) => {
		expect(redactor.value({ text })).toEqual({ text });
	});

	test('a longer secret is no fact', () => {
		const long = createRedactor(['1234567', 'hunter22']);

		expect(['1234567', 1_234_567, 'id-hunter22'].map((fact) => long.fact(fact))).toEqual([REDACTED, REDACTED, `id-${REDACTED}`]);
	});

	test('the ID of a request goes only where it is the secret', () => {
		expect(['443', 'req-443-1', null].map((token) => redactor.vendorToken(token))).toEqual([REDACTED, 'req-443-1', null]);
	});
});

describe('secrets that the vendor shows along with what it says', () => {
	test('are cut like others, and a short one withholds nothing else', () => {
		const redactor = createRedactor(['sent-secret'], ['shown-secret', 'pin']);

		expect(redactor.value(['shop shown-secret', 'my pin', 'pineapple', 'sent-secret'])).toEqual([`shop ${REDACTED}`, REDACTED, 'pineapple', REDACTED]);
		expect(redactor.vendorText('no shown-secret here')).toBe(`no ${REDACTED} here`);
		expect(redactor.vendorText('your pin?')).toBeNull();
		expect(redactor.body({ name: 'shown-secret', value: 'pin' }, (path) => path.at(-1) === 'value')).toEqual({ name: REDACTED, value: REDACTED });
	});
});

test('the texts of one answer share what may be spent on it, however many they are', () => {
	const allowance = { left: 10_000 };
	const wanted = new Wanted(['a-secret-of-the-item']);
	const text = 'nothing of note '.repeat(20);

	expect(wanted.spansIn(text, new Budget(text.length, allowance))).toEqual([]);
	expect(allowance.left).toBeLessThan(9_700);
	expect(() => {
		for (let each = 0; each < 100; each += 1) wanted.spansIn(text, new Budget(text.length, allowance));
	}).toThrow(TooMuch);
});
