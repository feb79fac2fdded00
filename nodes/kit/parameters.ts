import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { invalidInput, type Failure } from './failure';
import { isDeeperThan, isObject } from './json';
import { toDateTime } from './dates';

/** One item's parameters, their expressions evaluated for that item. */
export interface Parameters {
	/**
	 * The value of a parameter, a resource locator already reduced to its id; `undefined` when the node does not have
	 * it. An expression that yields empty text gives `undefined`, too, so that it does not pass for a field that was left
	 * empty. Throws a `Failure` when its expression cannot be evaluated.
	 */
	get(name: string): unknown;
	/** The workflow's time zone (IANA name). */
	timezone: string;
}

/** Text, or a number that has not lost digits, as a non-empty string. Throws a `Failure` naming `label` otherwise. */
export function requireText(value: unknown, label: string): string {
	if (typeof value === 'string' && value !== '') return value;
	if (typeof value === 'number' && Number.isFinite(value)) {
		if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
			throw invalidInput(
				`“${label}” is a number too large to be exact. Pass it as text, in quotes, so that no digit is lost.`,
			);
		}
		return String(value);
	}
	if (value === undefined || value === null || value === '') {
		throw invalidInput(`“${label}” is empty. Fill it in, or check that its expression yields a value.`);
	}
	throw invalidInput(`“${label}” must be text. Check what its expression yields.`);
}

/**
 * What a resource locator inside of a collection has chosen. n8n reduces only top-level locators to their value; text
 * that an expression has put in a locator's place is left as it is.
 */
export function chosenValue(value: unknown): unknown {
	return isObject(value) && value.__rl === true ? value.value : value;
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
	throw invalidInput(
		`“${label}” must be one of ${known.join(', ')}. Choose one, or check what its expression yields.`,
	);
}

/** A whole number within bounds, also when it is given as text. */
export function requireInteger(
	value: unknown,
	label: string,
	{ min, max }: { min: number; max: number },
): number {
	const number = typeof value === 'number' ? value : wholeNumber(requireText(value, label));
	if (!Number.isSafeInteger(number) || number < min || number > max) {
		throw invalidInput(`“${label}” must be a whole number from ${min} to ${max}.`);
	}
	return number;
}

function wholeNumber(text: string): number {
	return /^-?\d+$/.test(text) ? Number(text) : NaN;
}

/** A JSON object, given as an object or as JSON text. Refuses numbers in it that have lost digits. */
export function requireObject(value: unknown, label: string): IDataObject {
	let parsed = value;
	if (typeof value === 'string') {
		try {
			parsed = JSON.parse(value);
		} catch {
			// The parser's own message quotes the text, which may be a secret.
			throw invalidInput(`“${label}” is not valid JSON. Enter an object such as {"key": "value"}.`);
		}
	}
	if (!isObject(parsed)) throw invalidInput(`“${label}” must be a JSON object such as {"key": "value"}.`);
	if (!isWritable(parsed)) {
		throw invalidInput(`“${label}” cannot be written as JSON, such as an object that holds itself. Check what its expression yields.`);
	}
	if (isDeeperThan(DEEPEST_INPUT, parsed)) {
		throw invalidInput(`“${label}” is nested more than ${DEEPEST_INPUT} levels deep. Check what its expression yields.`);
	}
	if (holdsInexactNumber(parsed)) {
		throw invalidInput(
			`“${label}” holds a number too large to be exact. Put it in quotes, so that no digit is lost.`,
		);
	}
	return parsed;
}

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

/** Whether a value, or anything in it, is a number that JSON parsing may have rounded. */
export function holdsInexactNumber(value: unknown): boolean {
	if (typeof value === 'number') return !Number.isFinite(value) || Number.isInteger(value) !== Number.isSafeInteger(value);
	return (isObject(value) || Array.isArray(value)) && Object.values(value).some(holdsInexactNumber);
}

/** The calendar day of any date that n8n hands over, in the workflow's time zone, as yyyy-MM-dd. */
export function requireDay(value: unknown, label: string, timezone: string): string {
	const day = toDateTime(value, timezone)?.setZone(timezone).toISODate();
	if (day) return day;
	throw noDate(label);
}

/** The moment of any date that n8n hands over, in milliseconds since 1970; one without an offset is in `timezone`. */
export function requireMoment(value: unknown, label: string, timezone: string): number {
	const date = toDateTime(value, timezone);
	if (date !== null) return date.toMillis();
	throw noDate(label);
}

function noDate(label: string): Failure {
	return invalidInput(`“${label}” is not a date. Enter one such as 2030-12-31, or an expression that yields a date.`);
}

/**
 * A collection parameter (“Update Fields”, “Options”): the fields that the user has added. One whose expression yields
 * nothing is there as `null`, so that it is not taken for one that was not added.
 */
export function collection(parameters: Parameters, name: string): IDataObject {
	const value = parameters.get(name);
	return mapValues(isObject(value) ? value : {}, (field) => field ?? null);
}

/** White space around the body is trimmed by hand: to let the expression find it takes cubic time on a long run of it. */
const PEM = /^(-----BEGIN ([A-Z0-9 ]+)-----)([\s\S]*)(-----END \2-----)$/;

/** RFC 7468 line length of a PEM body. */
const PEM_LINE = 64;

/**
 * Restores the line breaks of a PEM or OpenSSH key that were lost on the way: pasted into a single-line input (they
 * became spaces) or taken from JSON text (they became the two characters `\n`). Any other text is returned as it is.
 */
export function restoreKeyLineBreaks(key: string): string {
	const text = key.trim();
	const unescaped = text.includes('\n') ? text : text.replaceAll('\\r', '').replaceAll('\\n', '\n');
	const match = PEM.exec(unescaped.trim());
	if (match === null) return key;
	const [, begin = '', , body = '', end] = match;
	// Lines that are there are right, and headers such as `Proc-Type:` must stay on lines of their own.
	if (unescaped.startsWith(`${begin}\n`) || body.includes(':')) {
		return unescaped === text ? key : `${unescaped.trimEnd()}\n`;
	}
	const lines = body.replaceAll(/\s+/g, '').match(new RegExp(`.{1,${PEM_LINE}}`, 'g')) ?? [];
	return [begin, ...lines, end, ''].join('\n');
}
