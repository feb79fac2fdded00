import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { type Failure, invalidInput } from './failure';
import { holdsInexactNumber, isDeeperThan, isObject, withoutByteOrderMark } from './json';
import { MESSAGES } from './messages';
import { isPlaceholder } from './placeholders';
import { repeatedKey } from './repeatedKey';
import { say } from './sentences';

const { input } = MESSAGES;

/** One item's parameters, their expressions evaluated for that item. */
export interface Parameters {
	/**
	 * The value of a parameter, a resource locator already reduced to its id; `undefined` when the node does not have
	 * it. An expression that yields nothing (`undefined`, `null` or empty text) gives `null`, in a collection as well, so
	 * that it does not pass for a field that was left out or left empty. Throws a `Failure` when its expression cannot be
	 * evaluated.
	 */
	get(name: string): unknown;
	/** The workflow's time zone (IANA name). */
	timezone: string;
	/** The IDs of the n8n credentials that are chosen in the node, by their type. */
	credentialIds: Readonly<Record<string, string>>;
	/** The stored secret that secrets are read from, as the user calls it, and the names of its values that are; absent: there is none. */
	storedIn?: { label: string; names: readonly string[] };
}

/** Text, or a number that has not lost digits, as a non-empty string. Throws a `Failure` naming `label` otherwise. */
export function requireText(value: unknown, label: string): string {
	if (typeof value === 'string' && value !== '') return value;
	if (typeof value === 'number' && Number.isFinite(value)) {
		if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
			throw invalidInput(say(input.inexactNumber, { label }));
		}
		return String(value);
	}
	if (value === undefined || value === null || value === '') {
		throw emptyField(label);
	}
	throw invalidInput(say(input.notText, { label }));
}

/**
 * An ID, as `requireText` reads it, without the blanks and line ends around it that come along from a list or a file. One
 * with a line end or an invisible character inside is refused: it is two IDs, or one that looks like another.
 */
export function requireId(value: unknown, label: string): string {
	const id = requireText(value, label).trim();
	if (id === '') throw invalidInput(say(input.blankId, { label }));
	if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(id)) return id;
	throw invalidInput(say(input.brokenId, { label }));
}

/**
 * What a resource locator inside of a collection has chosen. n8n reduces only top-level locators to their value; text
 * that an expression has put in a locator's place is left as it is.
 */
export function chosenValue(value: unknown): unknown {
	return isLocator(value) ? value.value : value;
}

/** Whether a value is a resource locator that has not been reduced to what it has chosen. */
export function isLocator(value: unknown): value is IDataObject {
	return isObject(value) && value.__rl === true;
}

/**
 * A parameter that may be left out and says where something goes; `null` when it is. An expression that yields nothing is
 * refused: what was meant for one place would go to another. Throws a `Failure` (`invalidInput`).
 */
export function optionalPlace(value: unknown, label: string): string | null {
	const isLeftEmpty = value === '' || (isLocator(value) && (value.value ?? '') === '');
	if (value === undefined || isLeftEmpty) return null;
	const chosen = chosenValue(value);
	if (typeof chosen === 'string' && chosen !== '' && chosen.trim() === '') {
		throw invalidInput(say(input.blankPlace, { label }));
	}
	if (chosen !== null && chosen !== '') return requireId(chosen, label);
	throw invalidInput(say(input.emptyPlace, { label }));
}

/**
 * Whether a parameter that always stands in the node was left alone. Other than in a collection, it is there empty then; an
 * expression in it that yields nothing has made it `null`, and was not.
 */
export function isLeftEmpty(value: unknown): boolean {
	return value === undefined || value === '';
}

/** As `requireText`, but `null` when the value is empty: for fields that may be left out. */
export function optionalText(value: unknown, label: string): string | null {
	return value === undefined || value === null || value === '' ? null : requireText(value, label);
}

/** A parameter with a list of choices takes expressions, so any value may arrive. Throws a `Failure` (`invalidInput`). */
export function requireChoice<T extends string>(known: readonly T[], value: unknown, label: string): T {
	const text = requireText(value, label);
	const found = known.find((each) => each === text);
	if (found !== undefined) return found;
	throw invalidInput(say(input.notAChoice, { label, known: known.join(', ') }));
}

/** A field that is needed and has no value. */
export function emptyField(label: string): Failure {
	return invalidInput(say(input.empty, { label }));
}

/** A collection of names and values without any. */
export function noRows(label: string): Failure {
	return invalidInput(say(input.noRows, { label }));
}

/** A name that stands in several places, or twice in one. */
export function givenTwice(key: string, labels: readonly string[]): Failure {
	return invalidInput(say(input.givenTwice, { key, where: labels.map((label) => `in “${label}”`).join(' and ') }));
}

/** A mode switch, which takes no expressions, with a value that its list does not have. */
export function unknownChoice(label: string): Failure {
	return invalidInput(say(input.unknownChoice, { label }));
}

/** A whole number within bounds, also when it is given as text. */
export function requireInteger(
	value: unknown,
	label: string,
	{ min, max }: { min: number; max: number },
): number {
	const number = typeof value === 'number' ? value : wholeNumber(requireText(value, label));
	if (!Number.isSafeInteger(number) || number < min || number > max) {
		throw invalidInput(say(input.notWhole, { label, min, max }));
	}
	return number;
}

/** IDs that count from 1. One that JSON could not carry exactly must not become the ID of another credential. */
const ID_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** An ID that is a number, as its decimal digits. Throws a `Failure` (`invalidInput`) naming `label` for a name, and whatever else is none. */
export function requireNumericId(value: unknown, label: string): string {
	const given = typeof value === 'string' ? requireId(value, label) : requireText(value, label);
	if (!/^\d+$/.test(given)) throw invalidInput(say(input.numericId, { label }));
	return String(requireInteger(given, label, ID_BOUNDS));
}

function wholeNumber(text: string): number {
	return /^-?\d+$/.test(text) ? Number(text) : NaN;
}

/** A JSON object, given as an object or as JSON text. Refuses keys in it that stand twice, and numbers that have lost digits. */
export function requireObject(value: unknown, label: string): IDataObject {
	let parsed = value;
	if (typeof value === 'string') {
		const json = withoutByteOrderMark(value);
		if (isPlaceholder(json)) {
			throw invalidInput(say(MESSAGES.secret.placeholder, { label }));
		}
		try {
			parsed = JSON.parse(json);
		} catch {
			// The parser's own message quotes the text, which may be a secret.
			throw invalidInput(say(input.notJson, { label }));
		}
		refuseRepeatedKey(json, label);
	}
	if (!isObject(parsed)) throw invalidInput(say(input.notAnObject, { label }));
	if (!isWritable(parsed)) {
		throw invalidInput(say(input.notWritable, { label }));
	}
	if (isDeeperThan(DEEPEST_INPUT, parsed)) {
		throw invalidInput(say(input.tooDeep, { label, levels: DEEPEST_INPUT }));
	}
	if (holdsInexactNumber(parsed)) {
		throw invalidInput(say(input.inexactInJson, { label }));
	}
	return parsed;
}

/** Which of the two values was meant, nobody can tell. */
function refuseRepeatedKey(json: string, label: string): void {
	const key = repeatedKey(json);
	if (key === null) return;
	const shown = key.length > LONGEST_SHOWN_KEY ? `${key.slice(0, LONGEST_SHOWN_KEY)}…` : key;
	throw invalidInput(say(input.repeatedKey, { label, key: shown }));
}

/** Characters of a key in a sentence: enough to find it. */
const LONGEST_SHOWN_KEY = 60;

/** Levels of an object that is sent: what a vendor shows of it later must not be too deep to be read (see the transport). */
const DEEPEST_INPUT = 50;

/** An expression can build what JSON cannot say, and what cannot be walked through to its end. */
function isWritable(value: unknown): boolean {
	try {
		JSON.stringify(value);
		return true;
	} catch {
		return false;
	}
}

/**
 * A collection parameter (“Update Fields”, “Options”): the fields that the user has added. One whose expression yields
 * nothing is there as `null`, so that it is not taken for one that was not added.
 */
export function collection(parameters: Parameters, name: string): IDataObject {
	const value = parameters.get(name);
	return mapValues(isObject(value) ? value : {}, (field) => field ?? null);
}

/** A switch that was not touched is off. Throws a `Failure` for anything but yes or no: neither is safe to guess. */
export function readSwitch(value: unknown, label: string): boolean {
	if (value === undefined || value === false || value === 'false') return false;
	if (value === true || value === 'true') return true;
	throw invalidInput(say(input.notASwitch, { label }));
}

const LIMIT_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** How many credentials a list may yield; `Infinity` with Return All. */
export function readLimit(parameters: Parameters): number {
	if (readSwitch(parameters.get('returnAll'), 'Return All')) return Infinity;
	return requireInteger(parameters.get('limit'), 'Limit', LIMIT_BOUNDS);
}
