import crypto from 'crypto';

import fc from 'fast-check';
import sum from 'lodash/sum';
import type { IDataObject } from 'n8n-workflow';

import { Failure } from '../../nodes/kit/failure';
import { generateSecret, readRecipe } from '../../nodes/kit/generate';
import { requireSecret } from '../../nodes/kit/secretText';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const SIMILAR = '0Oo1Il|';

const made = (row: IDataObject = {}) => generateSecret(readRecipe(row));

function sentenceOf(row: IDataObject): string {
	try {
		readRecipe(row);
	} catch (error) {
		expect(error).toBeInstanceOf(Failure);
		expect((error as Failure).kind).toBe('invalidInput');
		return (error as Failure).message;
	}
	throw new Error('Nothing was refused');
}

afterEach(() => jest.restoreAllMocks());

describe('each kind', () => {
	test.each<[string, IDataObject, RegExp]>([
		['a password, unless another is chosen', {}, /^[A-Za-z0-9]{32}$/],
		['a password of the length asked for', { kind: 'password', length: 8 }, /^[A-Za-z0-9]{8}$/],
		['the longest password', { length: '1024' }, /^[A-Za-z0-9]{1024}$/],
		['a password with symbols', { symbols: true }, /^[A-Za-z0-9._~!*-]{32}$/],
		['a password of symbols of one’s own', { lowercase: false, uppercase: false, symbols: true, symbolSet: '#;;', length: 40 }, /^[0-9#;]{40}$/],
		['hex', { kind: 'hex' }, /^[0-9a-f]{64}$/],
		['hex of fewer bytes', { kind: 'hex', bytes: 16 }, /^[0-9a-f]{32}$/],
		['base64url', { kind: 'base64url', bytes: 32 }, /^[A-Za-z0-9_-]{43}$/],
		['a UUID', { kind: 'uuid' }, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/],
	])('%s', (_case, row, form) => {
		const secrets = Array.from({ length: 50 }, () => made(row));

		for (const secret of secrets) expect(secret).toMatch(form);
		expect(new Set(secrets).size).toBe(50);
	});
});

describe('what no secret can be made of is refused with one sentence that names the parameter', () => {
	const off = { lowercase: false, uppercase: false, digits: false };
	test.each<[IDataObject, string]>([
		[{ kind: 'rsa' }, 'Kind'],
		[{ kind: undefined }, 'Kind'],
		[{ kind: '' }, 'Kind'],
		[{ length: 7 }, 'Length'],
		[{ length: 1025 }, 'Length'],
		[{ length: 12.5 }, 'Length'],
		[{ length: '' }, 'Length'],
		[{ length: undefined }, 'Length'],
		[{ kind: 'hex', bytes: 15 }, 'Bytes'],
		[{ kind: 'base64url', bytes: 513 }, 'Bytes'],
		[{ lowercase: 'yes' }, 'Lowercase'],
		[{ symbols: null }, 'Symbols'],
		[{ excludeSimilar: 1 }, 'Exclude Similar Characters'],
		[off, 'Lowercase'],
		[{ excludeCharacters: {} }, 'Exclude Characters'],
		[{ excludeCharacters: null }, 'Exclude Characters'],
		[{ excludeCharacters: DIGITS }, 'Exclude Characters'],
		[{ symbols: true, symbolSet: '|', excludeSimilar: true }, 'Exclude Similar Characters'],
		[{ symbols: true, symbolSet: '' }, 'Symbol Set'],
		[{ symbols: true, symbolSet: 'ab' }, 'Symbol Set'],
		[{ symbols: true, symbolSet: '-\n' }, 'Symbol Set'],
		[{ symbols: true, symbolSet: '§' }, 'Symbol Set'],
		[{ ...off, symbols: true, symbolSet: '= ', length: 100 }, 'Symbol Set'],
		[{ ...off, symbols: true, symbolSet: '-', length: 1024 }, 'Symbols'],
		[{ ...off, symbols: true, symbolSet: '-+', length: 39 }, 'Length'],
		[{ ...off, lowercase: true, length: 8 }, 'Length'],
	])('%j', (row, label) => {
		const sentence = sentenceOf(row);

		expect(sentence).toContain(`“${label}”`);
		expect(sentence).toMatch(/^[“\p{L}][^\n]*\.$/u);
		expect(sentence).not.toMatch(/error|problem|failure|mistake/i);
	});

	test('what belongs to another kind, or to a class that is off, does not count', () => {
		expect(() => readRecipe({ kind: 'uuid', length: 1, bytes: 1 })).not.toThrow();
		expect(() => readRecipe({ kind: 'hex', length: 1 })).not.toThrow();
		expect(() => readRecipe({ symbols: false, symbolSet: 'ab' })).not.toThrow();
	});
});

describe('every password', () => {
	const symbol = fc.constantFrom(...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
	const row = fc.record({
		length: fc.oneof(fc.integer({ min: 8, max: 12 }), fc.integer({ min: 8, max: 80 })),
		lowercase: fc.boolean(),
		uppercase: fc.boolean(),
		digits: fc.boolean(),
		symbols: fc.boolean(),
		symbolSet: fc.oneof(fc.constantFrom('=', ' ', '= ', '{}', '{=', ' -'), fc.string({ unit: symbol, minLength: 1, maxLength: 40 })),
		excludeCharacters: fc.oneof(fc.constant(''), fc.constant(DIGITS.slice(1)), fc.constant(UPPER.slice(1)), fc.constant(LOWER.slice(0, 25)), fc.string({ maxLength: 60 })),
		excludeSimilar: fc.boolean(),
	});
	const refusedOr = (given: IDataObject) => {
		try {
			return readRecipe(given);
		} catch (error) {
			expect((error as Failure).message).toMatch(/“(Length|Lowercase|Exclude Characters|Exclude Similar Characters|Symbol Set)”/);
			return null;
		}
	};

	test('keeps all its rules, and is taken as a secret as it is, or its options are refused', () => {
		let refused = 0;
		fc.assert(
			fc.property(row, (given) => {
				const recipe = refusedOr(given);
				if (recipe === null) return void (refused += 1);
				const password = generateSecret(recipe);
				const unwanted = given.excludeCharacters + (given.excludeSimilar ? SIMILAR : '');
				const classes = [given.lowercase && LOWER, given.uppercase && UPPER, given.digits && DIGITS, given.symbols && given.symbolSet].filter((each) => each !== false);

				expect(password).toHaveLength(given.length);
				for (const characters of classes) expect([...password].some((each) => characters.includes(each))).toBe(true);
				expect([...password].filter((each) => !classes.join('').includes(each) || unwanted.includes(each))).toEqual([]);
				expect(password).not.toMatch(/^=|^\s|\s$/);
				const notes: string[] = [];
				expect(requireSecret(password, 'Value', notes)).toBe(password);
				expect(notes).toEqual([]);
			}),
			{ numRuns: 2_000 },
		);
		// Both ways are walked.
		expect(refused).toBeGreaterThan(100);
		expect(refused).toBeLessThan(1_900);
	});

	test('takes a bounded time under the hardest options that are taken', () => {
		const drawn = jest.spyOn(crypto, 'randomInt');
		// Three classes of one character each, one of them no good at an end, beside as many others as there can be.
		const hardest = { length: 8, excludeCharacters: UPPER.slice(1) + DIGITS.slice(1) + LOWER.slice(1), symbols: true, symbolSet: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ ' };

		for (let time = 0; time < 20; time += 1) made(hardest);

		// 8 characters a try, 200 tries on average: 32,000 draws; ten times as many do not happen.
		expect(drawn.mock.calls.length).toBeLessThan(320_000);
	});

	test('comes of chance that works: else none is made, and no time without end spent on it', () => {
		jest.spyOn(crypto, 'randomInt').mockImplementation(() => 0);

		expect(() => made({ length: 8 })).toThrow(/source of random numbers/);
	});
});

/** Sums of squares by which counts differ from what they ought to be, in units of what chance does. */
function chiSquare(counts: ReadonlyMap<string, number>, shares: ReadonlyMap<string, number>): number {
	const total = sum([...counts.values()]);
	return sum([...shares].map(([character, share]) => ((counts.get(character) ?? 0) - total * share) ** 2 / (total * share)));
}

/** What chance exceeds once in a billion times (Wilson and Hilferty’s approximation). */
function mostByChance(characters: number): number {
	const degrees = characters - 1;
	return degrees * (1 - 2 / (9 * degrees) + 6 * Math.sqrt(2 / (9 * degrees))) ** 3;
}

/** What may stand at a place. */
const MAY_STAND = {
	first: (character: string) => character !== '=' && character !== ' ',
	middle: () => true,
	last: (character: string) => character !== ' ',
};
type Place = keyof typeof MAY_STAND;
const PLACES = Object.keys(MAY_STAND) as Place[];

/** How often each character ought to stand at a place, by counting all the passwords that meet the rules. */
function sharesAt(place: Place, classes: string[], length: number): Map<string, number> {
	const alphabet = [...classes.join('')];
	const elsewhere = { first: 1, middle: length - 2, last: 1 };
	elsewhere[place] -= 1;
	const weights = alphabet.filter(MAY_STAND[place]).map((character): [string, number] => {
		const needed = classes.filter((each) => !each.includes(character));
		// Those that hold every class: all, less those without one, and again those without two, and so on.
		const parts = subsets(needed).map((without) => {
			const rest = alphabet.filter((each) => !without.join('').includes(each));
			const shares = PLACES.map((other) => (rest.filter(MAY_STAND[other]).length / alphabet.length) ** elsewhere[other]);
			return (-1) ** without.length * shares.reduce((product, share) => product * share, 1);
		});
		return [character, sum(parts)];
	});
	const total = sum(weights.map(([, weight]) => weight));
	return new Map(weights.map(([character, weight]) => [character, weight / total]));
}

function subsets<T>(all: readonly T[]): T[][] {
	const [first, ...others] = all;
	return first === undefined ? [[]] : subsets(others).flatMap((each) => [each, [first, ...each]]);
}

function counted(characters: Iterable<string>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
	return counts;
}

/** Where chance alone does not explain what stands in passwords: by place, wherever, and within a class. */
function unlikely(passwords: readonly string[], classes: string[]): string[] {
	const length = passwords[0]!.length;
	const alphabet = [...classes.join('')];
	const shares = new Map(PLACES.map((place) => [place, sharesAt(place, classes, length)]));
	const at = { first: 0, middle: length >> 1, last: length - 1 };
	const byPlace = PLACES.filter((place) => {
		const own = shares.get(place)!;
		return chiSquare(counted(passwords.map((each) => each[at[place]]!)), own) > mostByChance(own.size);
	});
	const all = counted(passwords.join(''));
	const wherever = (character: string) => sum(PLACES.map((place) => (shares.get(place)!.get(character) ?? 0) * (place === 'middle' ? length - 2 : 1))) / length;
	const whole = chiSquare(all, new Map(alphabet.map((each) => [each, wherever(each)]))) > mostByChance(alphabet.length) ? ['whole'] : [];
	const byClass = classes.filter((characters) => {
		// What may not stand everywhere is rarer than the others of its class.
		const even = [...characters].filter((each) => PLACES.every((place) => MAY_STAND[place](each)));
		const own = new Map(even.map((each) => [each, all.get(each) ?? 0]));
		return even.length > 1 && chiSquare(own, new Map(even.map((each) => [each, 1 / even.length]))) > mostByChance(even.length);
	});
	return [...byPlace, ...whole, ...byClass];
}

describe('over a million characters', () => {
	const MILLION = 1_000_000;
	const ALPHANUMERIC = [LOWER, UPPER, DIGITS];
	const passwords = (length: number, one: () => string) => Array.from({ length: Math.ceil(MILLION / length) }, one);

	test.each<[string, number, IDataObject, string[]]>([
		['by default', 32, {}, ALPHANUMERIC],
		['of the shortest passwords, which often lack a class', 8, {}, ALPHANUMERIC],
		['with symbols', 32, { symbols: true }, [...ALPHANUMERIC, '-._~!*']],
		['with symbols that may not stand everywhere', 10, { symbols: true, symbolSet: '= -' }, [...ALPHANUMERIC, '= -']],
		['of one class', 16, { uppercase: false, digits: false }, [LOWER]],
	])('nothing prefers a character or a place: %s', (_case, length, row, classes) => {
		const recipe = readRecipe({ length, ...row });

		expect(unlikely(passwords(length, () => generateSecret(recipe)), classes)).toEqual([]);
	});

	test.each(['base64url', 'hex'] as const)('no byte is preferred: %s', (kind) => {
		const recipe = readRecipe({ kind, bytes: 500 });
		const bytes = Array.from({ length: MILLION / 500 }, () => [...Buffer.from(generateSecret(recipe), kind)].map(String)).flat();

		const shares = new Map(Array.from({ length: 256 }, (_, byte) => [String(byte), 1 / 256]));
		expect(bytes).toHaveLength(MILLION);
		expect(chiSquare(counted(bytes), shares)).toBeLessThan(mostByChance(256));
	});

	describe('the same look sees what others do wrong', () => {
		const alphabet = ALPHANUMERIC.join('');
		const pick = (from: string) => from[crypto.randomInt(from.length)]!;
		const isWhole = (password: string) => ALPHANUMERIC.every((each) => [...password].some((character) => each.includes(character)));

		test('the remainder of a byte', () => {
			const biased = (): string => {
				const password = [...crypto.randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]!).join('');
				return isWhole(password) ? password : biased();
			};

			expect(unlikely(passwords(8, biased), ALPHANUMERIC)).toEqual(['first', 'middle', 'last', 'whole', LOWER]);
		});

		test('a character of each class at the beginning', () => {
			const biased = () => [...ALPHANUMERIC.map(pick), ...Array.from({ length: 29 }, () => pick(alphabet))].join('');

			expect(unlikely(passwords(32, biased), ALPHANUMERIC)).toEqual(['first', 'whole']);
		});

		test('a character of each class, and all of them shuffled', () => {
			const biased = () => {
				const characters = [...ALPHANUMERIC.map(pick), ...Array.from({ length: 29 }, () => pick(alphabet))];
				for (let end = characters.length - 1; end > 0; end -= 1) {
					const other = crypto.randomInt(end + 1);
					[characters[end], characters[other]] = [characters[other]!, characters[end]!];
				}
				return characters.join('');
			};

			expect(unlikely(passwords(32, biased), ALPHANUMERIC)).toContain('whole');
		});

		test('a missing class that is put in the last place', () => {
			const biased = () => {
				const password = Array.from({ length: 8 }, () => pick(alphabet)).join('');
				const missing = ALPHANUMERIC.find((each) => ![...password].some((character) => each.includes(character)));
				return missing === undefined ? password : password.slice(0, -1) + pick(missing);
			};

			expect(unlikely(passwords(8, biased), ALPHANUMERIC)).toContain('last');
		});
	});
});
