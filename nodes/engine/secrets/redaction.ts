import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { isObject, leaves } from '../../kit/json';
import { bareOf, type Forms, formsOf, MOST_SECRETS, SHORTEST_CUTTABLE_SECRET, spellings } from './forms';

export const REDACTED = '[redacted]';

/** Secrets in one body of a vendor’s that are looked for in the rest of it. */
const MOST_STORED_SECRETS = 50;

/** Characters of vendor text that reach an item: enough for any message, too few to swamp a workflow. */
const LONGEST_VENDOR_TEXT = 2_000;

/** Whether a leaf is a secret, by the keys that lead to it or by what it looks like. */
type IsSecret = (path: readonly string[], leaf: unknown) => boolean;

/** Removes a set of secrets from texts and values: as they are, and in the encodings that are listed below. */
export interface Redactor {
	/** A text of the vendor's; `null` when a secret is too short to be cut out safely, or shows through in pieces. */
	vendorText(text: string | null): string | null;
	/** A short word of the vendor's, such as the ID of a request. */
	vendorToken(token: string | null): string | null;
	/** A text of ours in which names may stand that the user has made up: without the secrets that can be cut out. */
	ownText(text: string): string;
	/** A value that goes into a result: every string and key in it. One that cannot be cut safely goes as a whole. */
	value<T>(value: T): T;
	/**
	 * A whole body of the vendor's: `isSecret` tells which leaves are secrets, and these are looked for in all the
	 * others. `null` when a secret is too short to be cut out safely.
	 */
	body(body: unknown, isSecret: IsSecret): unknown;
}

/**
 * @param secrets every secret that the item has sent, the node's own credentials included
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
	const given = [...new Set([...secrets].flatMap(spellings))].filter((secret) => secret.trim() !== '');
	const short = given.filter((secret) => secret.length < SHORTEST_CUTTABLE_SECRET);
	const withhold = short.length > 0 || given.length > MOST_SECRETS;
	const shortest = given.reduce((least, { length }) => Math.min(least, length), SHORTEST_CUTTABLE_SECRET);
	// Made when a text first needs them: most redactors never see one.
	let made: Forms | undefined;
	const forms = () => (made ??= formsOf(given));

	const cut = (text: string) => cutOut(text, forms().whole);
	const givesAway = (text: string) => {
		const { telling, words, scattered } = forms();
		if (telling.some((piece) => text.includes(piece)) || words.some((word) => word.test(text))) return true;
		if (scattered.length === 0) return false;
		const bare = bareOf(text);
		return scattered.some((secret) => bare.includes(secret));
	};
	const cleanText = (text: string) => {
		if (given.length === 0 || text.length < shortest) return text;
		const rest = cut(text);
		return givesAway(rest) ? REDACTED : rest;
	};
	const clean = (value: unknown): unknown => {
		if (typeof value === 'string') return cleanText(value);
		// A secret of digits may come back as a number; a longer number that merely contains it is another one.
		if (typeof value === 'number') return given.includes(String(value)) ? REDACTED : value;
		if (Array.isArray(value)) return value.map(clean);
		if (!isObject(value)) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, child]) => [cleanText(key), clean(child)]),
		) as IDataObject;
	};

	return {
		vendorText: (text) => {
			if (text === null || withhold) return null;
			const rest = cut(text);
			// Shortened only after the cut: half a secret would not be found any more.
			return givesAway(rest) ? null : rest.slice(0, LONGEST_VENDOR_TEXT);
		},
		vendorToken: (token) => (token === null ? null : cleanText(token)),
		ownText: (text) => cut(text),
		value: <T>(value: T) => clean(value) as T,
		body: (body, isSecret) => {
			// Short stored secrets are replaced where they stand; only what was sent can be too short to be found elsewhere.
			if (withhold) return null;
			const own = new Set(secretLeaves(body, isSecret, []).filter(({ length }) => length >= SHORTEST_CUTTABLE_SECRET));
			if (own.size > MOST_STORED_SECRETS) return null;
			return createRedactor([...given, ...own]).value(replaceLeaves(body, isSecret, []));
		},
	};
}

/** A stretch of a text: where it begins, and where it has ended. */
type Span = [from: number, to: number];

/** Cuts all forms out at once: they may overlap, and cutting one before the other would leave a rest of the other. */
function cutOut(text: string, forms: readonly string[]): string {
	const present = forms.filter((form) => text.includes(form));
	const found = present.flatMap((form) => spansOf(form, text)).sort(([a], [b]) => a - b);
	let rest = '';
	let end = 0;
	for (const [from, to] of found) {
		if (from >= end) rest += text.slice(end, from) + REDACTED;
		end = Math.max(end, to);
	}
	return rest + text.slice(end);
}

/** Where a form stands in a text; one span for several that overlap. */
function spansOf(form: string, text: string): Span[] {
	const spans: Span[] = [];
	for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
		const last = spans.at(-1);
		if (last !== undefined && at < last[1]) last[1] = at + form.length;
		else spans.push([at, at + form.length]);
	}
	return spans;
}

function secretLeaves(value: unknown, isSecret: IsSecret, path: string[]): string[] {
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([key, child]) => secretLeaves(child, isSecret, [...path, key]));
	}
	return isSecret(path, value) ? leaves(value) : [];
}

/** User-info in a URL is a secret wherever it stands. It ends at the last `@` before the path: a password may hold one. */
const URL_USER_INFO = /\/\/[^/?#\s]*@/g;

function replaceLeaves(value: unknown, isSecret: IsSecret, path: string[]): unknown {
	if (Array.isArray(value)) return value.map((child, index) => replaceLeaves(child, isSecret, [...path, String(index)]));
	if (isObject(value)) {
		return Object.fromEntries(
			Object.entries(value).map(([key, child]) => [key, replaceLeaves(child, isSecret, [...path, key])]),
		);
	}
	if (value !== null && isSecret(path, value)) return REDACTED;
	return typeof value === 'string' ? value.replaceAll(URL_USER_INFO, `//${REDACTED}@`) : value;
}

/** Names that people make up, as they may be shown: names and values get swapped. */
export function shownNames(names: string[], secrets: Iterable<string>): string[] {
	const { ownText } = createRedactor(secrets);
	return names.map((name) => ownText(name));
}

/**
 * A body with every leaf replaced but those that are known to be safe, told by the keys that lead to them. A safe one can
 * hold a copy of a secret all the same.
 */
export function onlySafe(
	value: unknown,
	isSafe: (path: readonly string[]) => boolean,
	redactor: Redactor,
	path: string[] = [],
): unknown {
	const inside = (child: unknown, key: string | number) => onlySafe(child, isSafe, redactor, [...path, String(key)]);
	if (Array.isArray(value)) return value.map(inside);
	if (isObject(value)) return mapValues(value, inside);
	// That a field is to be cleared is worth seeing, and gives nothing away.
	return value === null || isSafe(path) ? redactor.value(value) : REDACTED;
}
