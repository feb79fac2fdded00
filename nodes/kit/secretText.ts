import trimEnd from 'lodash/trimEnd';
import type { IDataObject } from 'n8n-workflow';

import { invalidInput } from './failure';
import { isObject, withoutByteOrderMark } from './json';
import { type KeyText, readKeyBlocks, readPrivateKey } from './keys';
import { MESSAGES } from './messages';
import { requireText } from './parameters';
import { isPlaceholder } from './placeholders';
import { say } from './sentences';

const { outcome, secret } = MESSAGES;

/**
 * A secret as it is to be sent. What nobody means as one is refused: blanks alone, words that a failed expression leaves
 * behind, an expression that was not run, n8n's placeholder, a key that is not whole. What files add is mended, and `notes` says so: a byte order mark, a line
 * end after a single line, and the form of a key. Blanks at its ends may be part of a password, and stay.
 * Throws a `Failure` (`invalidInput`) naming `label`.
 */
export function requireSecret(value: unknown, label: string, notes: string[]): string {
	const text = requireMeant(requireText(value, label), label);
	const key = readKeyBlocks(text);
	return key === null ? outOfFile(text, label, notes) : requireKey(text, key, label, notes);
}

/** As `requireSecret`, where a single private key is wanted and nothing else will do. */
export function requirePrivateKey(value: unknown, label: string, notes: string[]): string {
	const text = requireMeant(requireText(value, label), label);
	return requireKey(text, readPrivateKey(text), label, notes);
}

/**
 * A JSON object in which every leaf may be a secret, each as it is to be sent. None may be empty: vendors store that, or
 * take it for one that is to be kept. Throws a `Failure` (`invalidInput`) naming `label` and the leaf.
 * @param isKeyName tells the names under which a private key is wanted
 */
export function requireSecrets(
	values: IDataObject,
	label: string,
	notes: string[],
	isKeyName: (name: string) => boolean = () => false,
): IDataObject {
	const read = (value: unknown, path: string[]): unknown => {
		if (typeof value === 'string' && value !== '') {
			const requireLeaf = isKeyName(path.at(-1) ?? '') ? requirePrivateKey : requireSecret;
			return requireLeaf(value, labelOf(label, path), notes);
		}
		if (value === undefined || value === null || value === '' || isEmptyObject(value)) throw noValue(label, path);
		if (Array.isArray(value)) return value.map((child, place) => read(child, [...path, String(place)]));
		// A date that an expression has put in says itself what it is in JSON.
		if (isObject(value) && typeof value.toJSON === 'function') return read((value.toJSON as () => unknown)(), path);
		return isObject(value) ? mapped(value, (child, name) => read(child, [...path, name])) : value;
	};
	return mapped(values, (value, name) => read(value, [name]));
}

/** `fromEntries` carries every key as plain data, `__proto__` included. */
function mapped(values: IDataObject, read: (value: unknown, name: string) => unknown): IDataObject {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, read(value, name)])) as IDataObject;
}

function isEmptyObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.keys(value).length === 0 && !('toJSON' in value);
}

function noValue(label: string, path: string[]) {
	return invalidInput(say(secret.emptyLeaf, { label: labelOf(label, path) }));
}

/** A name that can stand in a sentence as it is: people make names up, and swap them with values. */
const PLAIN_NAME = /^[\w.@-]{1,60}$/;

/** How a value inside of a parameter is called in a sentence: by its name where that is plain, else by the parameter alone. */
export function labelOf(label: string, path: readonly string[]): string {
	const name = path.join('.');
	return PLAIN_NAME.test(name) ? `${label}: ${name}` : label;
}

/** What JavaScript makes of a value that is not there, or is no text. */
const FAILED_WORDS: readonly string[] = ['undefined', 'null', 'NaN'];
const OBJECT_AS_TEXT = '[object Object]';

/** What n8n would run in a field that is switched to expressions; elsewhere, and in JSON, it is text like any other. */
function isExpressionText(text: string): boolean {
	const inner = text.startsWith('=') ? text.slice(1).trimStart() : text;
	return inner.startsWith('{{') && inner.endsWith('}}');
}

function requireMeant(text: string, label: string): string {
	const word = text.trim();
	if (word === '') throw invalidInput(say(secret.blank, { label }));
	if (isPlaceholder(word)) {
		throw invalidInput(say(secret.placeholder, { label }));
	}
	if (isExpressionText(word)) {
		throw invalidInput(say(secret.expressionText, { label }));
	}
	if (FAILED_WORDS.includes(word) || word.includes(OBJECT_AS_TEXT)) {
		throw invalidInput(say(secret.failedWord, { label, word: FAILED_WORDS.includes(word) ? word : OBJECT_AS_TEXT }));
	}
	return text;
}

/** A file can begin with a mark, and like the output of a program it ends in a line end; neither is part of the secret. */
function outOfFile(given: string, label: string, notes: string[]): string {
	const text = withoutByteOrderMark(given);
	if (text !== given) notes.push(say(outcome.byteOrderMark, { label }));
	const line = trimEnd(text, '\r\n');
	// Of several lines the last line end may be a part like the others.
	if (line === text || /[\r\n]/.test(line)) return text;
	notes.push(say(outcome.lineEnd, { label }));
	return line;
}

function requireKey(given: string, { mended, fault }: KeyText, label: string, notes: string[]): string {
	if (mended === undefined) throw invalidInput(say(secret[fault], { label }));
	if (mended !== given) notes.push(say(outcome.keyForm, { label }));
	return mended;
}
