import fc from 'fast-check';

import { createRedactor, onlySafe, REDACTED } from '../../nodes/engine/secrets/redaction';
import { leaves } from '../../nodes/kit/json';

/** The part of a text that stems from a secret, and nothing else does. */
interface Passage {
	text: string;
	from: number;
	to: number;
}

/** How a service passes a text on; what it puts around it varies. */
type Encoding = (passage: Passage, before: string, after: string) => Passage;

/** For encodings that turn each character into others, by themselves. */
const perCharacter =
	(encode: (text: string) => string): Encoding =>
	({ text, from, to }, before, after) => {
		const parts = [before + text.slice(0, from), text.slice(from, to), text.slice(to) + after].map(encode) as [string, string, string];
		return { text: parts.join(''), from: parts[0].length, to: parts[0].length + parts[1].length };
	};

const base64 =
	(encoding: 'base64' | 'base64url'): Encoding =>
	({ text, from, to }, before, after) => {
		const bytesTo = (end: number) => Buffer.byteLength(before + text.slice(0, end));
		return {
			text: Buffer.from(before + text + after).toString(encoding),
			// A character holds six bits: the first and the last one may hold some of the neighbours’.
			from: Math.ceil((bytesTo(from) * 8) / 6),
			to: Math.floor((bytesTo(to) * 8) / 6),
		};
	};

const ENCODINGS: Readonly<Record<string, Encoding>> = {
	'as it is': perCharacter((text) => text),
	JSON: perCharacter((text) => JSON.stringify(text).slice(1, -1)),
	'a URL': perCharacter(encodeURIComponent),
	'a form': perCharacter((text) => encodeURIComponent(text).replaceAll('%20', '+')),
	base64: base64('base64'),
	base64url: base64('base64url'),
};
const NAMES = Object.keys(ENCODINGS);

/** Text of whole characters, so that what is put around it does not become one with it. */
const wellFormed = (options: fc.StringConstraints = {}) =>
	fc.oneof(
		fc.string({ ...options, unit: 'grapheme' }),
		fc.string({ ...options, unit: 'binary' }),
		fc.string({ ...options, unit: fc.constantFrom('"', '\\', '/', "'", '%', '+', ' ', '&', '<', '>', '\n', '\r\n', '.*', '(', '[', '$&', '$1', 'é', '💥', '=', '~', '\u2028', '\0', 'a') }),
	);

const secret = wellFormed({ minLength: 6, maxLength: 40 }).filter((text) => text.trim().length >= 6);

/** Put between what was around a secret, so that it is not found across the place where it stood. */
const withoutMarks = (text: string) => text.replaceAll(REDACTED, '\uffff');

describe('a secret', () => {
	const pairs = NAMES.flatMap((inner) => NAMES.map((outer) => [inner, outer] as const));

	test.each(pairs)('property: does not come back in %s in %s, whatever is around it', (inner, outer) => {
		fc.assert(
			fc.property(secret, fc.array(wellFormed({ maxLength: 8 }), { minLength: 4, maxLength: 4 }), (it, [a, b, c, d]) => {
				const plain = { text: it, from: 0, to: it.length };
				const { text, from, to } = ENCODINGS[outer]!(ENCODINGS[inner]!(plain, a!, b!), c!, d!);

				const clean = createRedactor([it]).value(text);

				expect(clean).toContain(REDACTED);
				expect(withoutMarks(clean)).not.toContain(text.slice(from, to));
				expect(withoutMarks(clean)).not.toContain(it);
			}),
			{ numRuns: 60 },
		);
	});

	test('property: among several does not come back in any text or key, however deep', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(secret, { minLength: 1, maxLength: 4 }),
				fc.array(fc.tuple(fc.nat(), fc.constantFrom(...NAMES), wellFormed({ maxLength: 6 }), wellFormed({ maxLength: 6 })), { minLength: 1, maxLength: 6 }),
				(secrets, echoes) => {
					const echoed = echoes.map(([place, name, before, after]) => {
						const it = secrets[place % secrets.length]!;
						return ENCODINGS[name]!({ text: it, from: 0, to: it.length }, before, after).text;
					});
					const body = { list: echoed, nested: { [echoed[0]!]: [{ text: echoed.join('|') }] } };

					const clean = createRedactor(secrets).value(body);

					for (const text of [...leaves(clean), ...Object.keys(clean.nested)]) {
						for (const it of secrets) expect(withoutMarks(text)).not.toContain(it);
					}
				},
			),
			{ numRuns: 200 },
		);
	});

	test('property: leaves no rest of itself where it overlaps with another or with itself', () => {
		const word = (minLength: number, maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
		const part = fc.oneof(word(0, 20), fc.constantFrom('-', 'redacted'), fc.record({ secret: fc.nat({ max: 2 }), from: fc.nat({ max: 5 }) }));
		fc.assert(
			fc.property(fc.array(word(6, 9), { minLength: 1, maxLength: 3 }), fc.array(part, { maxLength: 6 }), (secrets, parts) => {
				const text = parts.map((part) => (typeof part === 'string' ? part : (secrets[part.secret] ?? '').slice(part.from))).join('');
				const isSecret = Array.from(text, () => false);
				for (const it of secrets) {
					for (let at = text.indexOf(it); at >= 0; at = text.indexOf(it, at + 1)) isSecret.fill(true, at, at + it.length);
				}

				const clean = createRedactor(secrets).value(text);
				// A secret that a text spaces or punctuates takes the whole text with it.
				const rest = Array.from(text).filter((character, at) => !isSecret[at] && character !== '-').join('');
				const isScattered = text.includes('-') && secrets.some((it) => text.replaceAll('-', '').includes(it));
				if (clean === REDACTED && (isScattered || secrets.some((it) => rest.includes(it)))) return;

				expect(clean.replaceAll(REDACTED, '')).toBe(Array.from(text).filter((_, at) => !isSecret[at]).join(''));
				expect(clean.includes(REDACTED)).toBe(isSecret.includes(true));
			}),
			{ numRuns: 500 },
		);
	});

	test.each([
		['ababab', 'xabababababx', `x${REDACTED}x`],
		['aaaaaa', 'aaaaaaaaaaaaa-aaaaa', `${REDACTED}-aaaaa`],
		['abcdef', 'abcdefabcdef', `${REDACTED}${REDACTED}`],
	])('%j is cut out of %j as a whole', (it, text, clean) => expect(createRedactor([it]).value(text)).toBe(clean));

	test('of the mark itself is marked like any other', () => {
		expect(createRedactor(['redacted', 'secret-1', '[redacted]']).value('secret-1, redacted, [redacted]')).toBe(REDACTED);
	});

	test('property: of digits does not come back as a number', () => {
		fc.assert(
			fc.property(fc.integer({ min: 100_000, max: Number.MAX_SAFE_INTEGER }), (number) => {
				const longer = Number(`1${String(number).slice(0, 14)}`);
				fc.pre(longer !== number);

				expect(createRedactor([String(number)]).value({ number, list: [number], longer })).toEqual({ number: REDACTED, list: [REDACTED], longer });
			}),
		);
	});

	test.each([
		['a secret that is half a character', 'pass\ud800word', 'pass\ufffdword'],
		['base64 in a URL', 'key???>>>key', encodeURIComponent(Buffer.from('key???>>>key').toString('base64'))],
		['JSON in base64', 'say "hello"', Buffer.from(JSON.stringify({ secret: 'say "hello"' })).toString('base64')],
		['basic authentication in a dump of a request', 'pass:word', Buffer.from(`Authorization: Basic ${Buffer.from('user:pass:word').toString('base64')}`).toString('base64')],
	])('is cut out of %s', (_name, it, echoed) => {
		expect(createRedactor([it]).vendorText(`before ${echoed} after`)).toMatch(/^before .*\[redacted\].* after$/);
	});

	test('property: shorter than six characters withholds the vendor’s text and body', () => {
		const short = wellFormed({ minLength: 1, maxLength: 5 }).filter((text) => text.length < 6 && text.trim() !== '');
		fc.assert(
			fc.property(short, fc.array(secret, { maxLength: 2 }), fc.constantFrom('', ' ', '\n', '\t '), fc.string(), (it, others, space, text) => {
				const redactor = createRedactor([...others, `${space}${it}${space}`]);

				expect(redactor.vendorText(text)).toBeNull();
				expect(redactor.body({ text }, () => false)).toBeNull();
			}),
		);
	});

	test('property: that is stored does not come back in the raw body, as a leaf or as part of another one', () => {
		fc.assert(
			fc.property(secret, secret, wellFormed({ maxLength: 8 }), (sent, stored, filler) => {
				const body = { password: stored, note: filler + stored + filler, list: [{ text: JSON.stringify(sent) }] };

				const raw = createRedactor([sent]).body(body, (path) => path.at(-1) === 'password') as typeof body;

				expect(raw.password).toBe(REDACTED);
				for (const text of leaves(raw)) {
					for (const it of [sent, stored]) expect(withoutMarks(text)).not.toContain(it);
				}
			}),
		);
	});
});

describe('what holds no secret', () => {
	/** Characters that occur in no form of a secret that has none of them. */
	const greek = fc.string({ unit: fc.constantFrom('α', 'β', 'γ', 'δ', 'ω', '\n') });
	const notGreek = secret.filter((text) => !/[αβγδω]/.test(text) && text.replaceAll('\n', '').length >= 6);
	const greekJson = fc.letrec<{ value: unknown }>((tie) => ({
		value: fc.oneof(
			{ maxDepth: 4 },
			greek,
			fc.double({ noNaN: true }),
			fc.boolean(),
			fc.constant(null),
			fc.array(tie('value'), { maxLength: 4 }),
			fc.dictionary(greek, tie('value'), { maxKeys: 4, noNullPrototype: true }),
		),
	})).value;

	test('property: stays as it is, text or value', () => {
		fc.assert(
			fc.property(fc.array(notGreek, { maxLength: 3 }), greek, greekJson, (secrets, text, value) => {
				const redactor = createRedactor(secrets);

				expect(redactor.vendorText(text)).toBe(text.slice(0, 2_000));
				expect(redactor.value(value)).toEqual(value);
				expect(redactor.body(value, () => false)).toEqual(value);
			}),
			{ numRuns: 300 },
		);
	});

	test('property: keeps its words around a secret', () => {
		fc.assert(
			fc.property(notGreek, greek, greek, (it, before, after) => {
				expect(createRedactor([it]).value(`${before}α${it}ω${after}`)).toBe(`${before}α${REDACTED}ω${after}`);
			}),
		);
	});
});

describe('whatever the secrets and the texts', () => {
	const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: fc.integer({ min: 0xd7f0, max: 0xe010 }).map((unit) => String.fromCharCode(unit)) }));
	const shape = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(shape);
		if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, child]) => [key, shape(child)]);
		return typeof value === 'number' || typeof value === 'string' ? 'leaf' : value;
	};
	const keysIn = (value: unknown): string[] => {
		if (typeof value !== 'object' || value === null) return [];
		return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(keysIn)];
	};

	test('property: nothing throws, and a value keeps its shape', () => {
		fc.assert(
			fc.property(fc.array(anything, { maxLength: 3 }), anything, fc.jsonValue({ stringUnit: 'binary' }), fc.func(fc.boolean()), (secrets, text, value, isSecret) => {
				const redactor = createRedactor(secrets);

				expect(typeof (redactor.vendorText(text) ?? '')).toBe('string');
				expect(redactor.vendorText(null)).toBeNull();
				redactor.body(value, isSecret);
				// Two keys that both hold a secret may become one.
				fc.pre(keysIn(value).every((key) => redactor.value(key) === key));
				expect(shape(redactor.value(value))).toEqual(shape(value));
			}),
			{ numRuns: 300 },
		);
	});

	const NO_SECRETS = createRedactor([]);

	test('a plan shows that a field is to be cleared', () => {
		expect(onlySafe({ a: null, b: [null, 'x', 1, true] }, () => false, NO_SECRETS)).toEqual({ a: null, b: [null, REDACTED, REDACTED, REDACTED] });
	});

	test('property: a plan shows what is safe and what is null, and no other leaf', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(onlySafe(value, () => true, NO_SECRETS)).toEqual(value);
				for (const leaf of leaves(onlySafe(value, () => false, NO_SECRETS))) expect(leaf).toBe(REDACTED);
			}),
		);
	});
});
