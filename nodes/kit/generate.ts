import { randomBytes, randomInt, randomUUID } from 'crypto';
import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { type Failure, invalidInput } from './failure';
import { MESSAGES } from './messages';
import { isLeftEmpty, readSwitch, requireChoice, requireInteger, requireText } from './parameters';
import { requireSecret } from './secretText';
import { say } from './sentences';

const { rotation } = MESSAGES;

const SECRET_KINDS = ['base64url', 'hex', 'password', 'uuid'] as const;

/** What a generated secret is made of. */
export type SecretRecipe =
	| { kind: 'base64url' | 'hex'; bytes: number }
	| { kind: 'password'; length: number; classes: readonly string[] }
	| { kind: 'uuid' };

export const BYTES = { min: 16, max: 512, default: 32 } as const;
export const LENGTH = { min: 8, max: 1024, default: 32 } as const;

/** What every system takes that a password passes on its way: they mean nothing in a URL, in JSON, or in a connection string. */
export const DEFAULT_SYMBOLS = '-._~!*';

/** Characters that are taken for each other when they are read. */
const SIMILAR = '0Oo1Il|';

/** What can be typed everywhere and is neither letter nor digit; a blank is one, but never at either end. */
const SYMBOL = /^[ -/:-@[-`{-~]$/;

interface CharacterClass {
	/** The switch that has passwords hold it. */
	name: string;
	label: string;
	isDefault: boolean;
	characters: string;
}

const CLASSES: readonly CharacterClass[] = [
	{ name: 'lowercase', label: 'Lowercase', isDefault: true, characters: 'abcdefghijklmnopqrstuvwxyz' },
	{ name: 'uppercase', label: 'Uppercase', isDefault: true, characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' },
	{ name: 'digits', label: 'Digits', isDefault: true, characters: '0123456789' },
	{ name: 'symbols', label: 'Symbols', isDefault: false, characters: '' },
];

/**
 * Of fewer values a password could be guessed by trying: 2 to this power. Eight lower-case letters and digits have as many.
 */
const FEWEST_BITS = 40;

/**
 * Reads how a secret is to be made, from the fields of a row or a collection. Throws a `Failure` (`invalidInput`) for what
 * no secret can be made of, or one that is none.
 */
export function readRecipe(row: IDataObject): SecretRecipe {
	const given = mapValues(row, (value) => value ?? null);
	const kind = given.kind === undefined ? 'password' : requireChoice(SECRET_KINDS, given.kind, 'Kind');
	if (kind === 'uuid') return { kind };
	if (kind !== 'password') return { kind, bytes: wholeNumber(given.bytes, 'Bytes', BYTES) };
	const length = wholeNumber(given.length, 'Length', LENGTH);
	return { kind, length, classes: requireClasses(given, length) };
}

function wholeNumber(value: unknown, label: string, { default: initial, ...bounds }: typeof BYTES | typeof LENGTH): number {
	return value === undefined ? initial : requireInteger(value, label, bounds);
}

/**
 * The characters of each class that a password is to hold one of. What is refused here could not be met by any password, or by
 * so few that they could be guessed; what is left is met soon by chance.
 */
function requireClasses(given: IDataObject, length: number): string[] {
	const chosen = CLASSES.filter(({ name, label, isDefault }) => (given[name] === undefined ? isDefault : readSwitch(given[name], label)));
	if (chosen.length === 0) throw invalidInput(say(rotation.allClassesOff));
	const excluded = isLeftEmpty(given.excludeCharacters) ? '' : requireText(given.excludeCharacters, 'Exclude Characters');
	const unwanted = new Set(excluded + (readSwitch(given.excludeSimilar, 'Exclude Similar Characters') ? SIMILAR : ''));
	const classes = chosen.map(({ label, characters }) => {
		const left = [...new Set(characters || readSymbols(given.symbolSet))].filter((character) => !unwanted.has(character)).join('');
		if (left === '') throw nothingLeft(label, excluded);
		return left;
	});
	const alphabet = classes.join('');
	if (![...alphabet].some(mayStandFirst)) {
		throw invalidInput(say(rotation.nothingFirst));
	}
	const fewest = Math.ceil(FEWEST_BITS / Math.log2(alphabet.length));
	if (fewest > LENGTH.max) throw invalidInput(say(rotation.oneCharacter));
	if (length < fewest) throw invalidInput(say(rotation.tooShort, { fewest }));
	return classes;
}

function readSymbols(value: unknown): string {
	const symbols = value === undefined ? DEFAULT_SYMBOLS : requireText(value, 'Symbol Set');
	if ([...symbols].every((character) => SYMBOL.test(character))) return symbols;
	throw invalidInput(say(rotation.noSymbol, { symbols: DEFAULT_SYMBOLS }));
}

function nothingLeft(label: string, excluded: string): Failure {
	const by = excluded === '' ? 'Exclude Similar Characters' : 'Exclude Characters';
	return invalidInput(say(rotation.classEmptied, { by, label }));
}

/** How many characters a secret will have: told beside its kind, and nothing else of it. */
export function lengthOf(recipe: SecretRecipe): number {
	switch (recipe.kind) {
		case 'uuid':
			return 36;
		case 'password':
			return recipe.length;
		case 'base64url':
			return Math.ceil((recipe.bytes * 4) / 3);
		case 'hex':
			return recipe.bytes * 2;
	}
}

/** A secret that nobody has had before, which is taken wherever a secret is read. Throws a `Failure` when chance itself does not work. */
export function generateSecret(recipe: SecretRecipe): string {
	switch (recipe.kind) {
		case 'uuid':
			return randomUUID();
		case 'password':
			return passwordOf(recipe);
		case 'base64url':
		case 'hex':
			return randomBytes(recipe.bytes).toString(recipe.kind);
	}
}

/**
 * The least likely rules are met by one password in 200 (eight characters, three classes of one character each, one of 33). So
 * many tries fail once in 10^21 runs, unless what ought to be random is not.
 */
const MOST_TRIES = 10_000;

/**
 * Whole passwords are drawn until one meets the rules, so that all that meet them are equally likely. To put a missing class
 * somewhere would make some likelier than others.
 */
function passwordOf({ length, classes }: Extract<SecretRecipe, { kind: 'password' }>): string {
	const alphabet = classes.join('');
	for (let tries = 0; tries < MOST_TRIES; tries += 1) {
		// Not the remainder of a division, which prefers the first characters: `randomInt` draws again what lies beyond.
		const password = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]!).join('');
		if (classes.every((each) => holdsOneOf(password, each)) && isTaken(password)) return password;
	}
	throw invalidInput(say(rotation.noChance));
}

function holdsOneOf(password: string, characters: string): boolean {
	return [...password].some((character) => characters.includes(character));
}

/** n8n takes what begins with “=” for an expression, and blanks at an end get lost on the way into a form. */
function mayStandFirst(character: string): boolean {
	return character !== '=' && character !== ' ';
}

/** Whether a password arrives as it is: a chance text can also be one that is refused as a secret, such as that of an expression. */
function isTaken(password: string): boolean {
	if (!mayStandFirst(password[0]!) || password.endsWith(' ')) return false;
	try {
		return requireSecret(password, 'Password', []) === password;
	} catch {
		return false;
	}
}
