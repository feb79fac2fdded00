import escapeRegExp from 'lodash/escapeRegExp';
import mapValues from 'lodash/mapValues';
import partition from 'lodash/partition';
import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../kit/json';

export const REDACTED = '[redacted]';

/**
 * Below this length a secret is likely to be part of ordinary words, and cutting it out of a text would both spoil the
 * text and tell where it stood. Such texts are withheld as a whole.
 */
const SHORTEST_CUTTABLE_SECRET = 6;

/** A line of a multi-line secret (a PEM body) that is long enough to give part of it away. */
const SHORTEST_TELLING_LINE = 16;

/** A longer secret, such as a whole file, is found by pieces of it: each of its forms would take up as much again. */
const LONGEST_WHOLE_SECRET = 8_192;
const PIECE_LENGTH = 64;

/** Of a longer secret, not every encoding of every encoding is looked for: together they would take up megabytes. */
const LONGEST_WELL_ENCODED = 512;

/** No credential has more. Texts are withheld then: to look for each secret in each of its forms would take minutes. */
const MOST_SECRETS = 200;

/** Secrets in one body of a vendor’s that are looked for in the rest of it. */
const MOST_STORED_SECRETS = 50;

/** Characters of vendor text that reach an item: enough for any message, too few to swamp a workflow. */
const LONGEST_VENDOR_TEXT = 2_000;

/** Whether a leaf is a secret, by the keys that lead to it or by what it looks like. */
type IsSecret = (path: readonly string[], leaf: unknown) => boolean;

/** Removes a set of secrets, in every form in which a vendor may echo them, from texts and values. */
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

/**
 * How services store a text that is no other to them: vendors trim what they are sent (a secret out of a file ends in a
 * line break), compose or decompose its accents, and replace half a character.
 */
function spellings(secret: string): string[] {
	const stored = secret.toWellFormed();
	return [secret, secret.trim(), stored, stored.normalize('NFC'), stored.normalize('NFD')];
}

/** By what secrets are found in a text. */
interface Forms {
	/** What is cut out. */
	whole: string[];
	/** Pieces of long secrets. */
	telling: string[];
	/** Short secrets, where they stand by themselves. */
	words: RegExp[];
	/** Letters and digits of secrets: so they are found where a text folds, spaces or punctuates them. */
	scattered: string[];
}

function formsOf(secrets: string[]): Forms {
	// Of more, the text that they stand in is withheld, and a value is searched for them as they are.
	const listed = secrets.slice(0, MOST_SECRETS);
	const [short, cuttable] = partition(listed, ({ length }) => length < SHORTEST_CUTTABLE_SECRET);
	const [long, usual] = partition(cuttable, ({ length }) => length > LONGEST_WHOLE_SECRET);
	const whole = new Set([...usual.flatMap(echoForms), ...secrets.slice(MOST_SECRETS)]);
	return {
		whole: [...whole].filter(({ length }) => length >= SHORTEST_CUTTABLE_SECRET),
		telling: [...new Set(long.flatMap(piecesOf).flatMap(echoForms))],
		words: [...new Set(short.flatMap(escaped))].map((form) => new RegExp(`(?<![\\p{L}\\p{N}])${escapeRegExp(form)}(?![\\p{L}\\p{N}])`, 'u')),
		scattered: [...new Set(usual.flatMap((secret) => [secret, ...base64Forms(secret)].map(bareOf)))].filter(
			({ length }) => length >= SHORTEST_CUTTABLE_SECRET,
		),
	};
}

/** Three pieces of a long secret, none of them over the end of a line. */
function piecesOf(secret: string): string[] {
	const lines = secret.split(/\r?\n/).map((line) => line.trim());
	const telling = lines.filter(({ length }) => length >= SHORTEST_TELLING_LINE);
	const middle = telling[telling.length >> 1] ?? '';
	return [telling[0] ?? '', middle.slice(middle.length >> 1), (telling.at(-1) ?? '').slice(-PIECE_LENGTH)]
		.map((piece) => piece.slice(0, PIECE_LENGTH))
		.filter(({ length }) => length >= SHORTEST_CUTTABLE_SECRET);
}

/** A text without all that is neither letter nor digit. */
function bareOf(text: string): string {
	return text.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, '');
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

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const percent = (text: string) => encodeURIComponent(text.toWellFormed());
const html = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Writes characters as JSON's `\uXXXX`, by UTF-16 unit. */
const unicode = (text: string, which: RegExp) =>
	text.replaceAll(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The sub-delimiters that JavaScript leaves alone and other languages encode. */
const strictly = (encoded: string) =>
	encoded.replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const inForms = (encoded: string) => encoded.replaceAll('%20', '+');

const inLowerCase = (encoded: string) => encoded.replaceAll(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase());

/** How texts are escaped on their way through services and error pages. */
const ESCAPES: ReadonlyArray<(text: string) => string> = [
	json,
	// As Go and Rails write JSON, then Python, then PHP.
	(text) => unicode(json(text), /[&<>]/g),
	(text) => unicode(json(text), /[^\0-\x7f]/g),
	(text) => unicode(json(text).replaceAll('/', '\\/'), /[^\0-\x7f]/g),
	percent,
	(text) => inForms(percent(text)),
	// As PHP, Python and Java write URLs and forms, then .NET.
	(text) => strictly(percent(text)),
	(text) => inForms(strictly(percent(text))),
	(text) => inLowerCase(percent(text)),
	(text) => inLowerCase(inForms(percent(text))),
	html,
	// As most services write apostrophes in HTML, then Go.
	(text) => html(text).replaceAll("'", '&#39;'),
	(text) => html(text).replaceAll("'", '&#39;').replaceAll('&quot;', '&#34;').replaceAll('+', '&#43;'),
];

/** Characters that every escape leaves alone; most tokens have no others. */
const UNESCAPED = /^[\w.~-]*$/;

const escapesOf = (text: string) => (UNESCAPED.test(text) ? [] : ESCAPES.map((escape) => escape(text)));

/** A service that quotes a request body quotes something already encoded, so encodings meet in pairs. */
const ENCODING_DEPTH = 2;

/** A secret as it may come back: whole or line by line, as it is, escaped, or in base64. */
function echoForms(secret: string): string[] {
	const lines = secret.split(/\r?\n/).map((line) => line.trim());
	const telling = lines.filter((line) => lines.length > 1 && line.length >= SHORTEST_TELLING_LINE);
	if (secret.length > LONGEST_WELL_ENCODED) return [...[secret, ...telling].flatMap(escaped), ...base64Forms(secret), ...base64Forms(json(secret))];
	return encoded([secret, ...telling], (form) => [...escapesOf(form), ...base64Forms(form)]);
}

/** A text as it is and escaped. */
function escaped(text: string): string[] {
	return encoded([text], escapesOf);
}

function encoded(texts: string[], encodingsOf: (text: string) => string[]): string[] {
	let forms = new Set(texts);
	for (let depth = 0; depth < ENCODING_DEPTH; depth += 1) {
		forms = new Set([...forms].flatMap((form) => [form, ...encodingsOf(form)]));
	}
	return [...forms];
}

/**
 * What the secret looks like inside the base64 of a longer text. Three bytes become four characters, so there are three
 * alignments; the characters at both ends also hold bits of the neighbours and are left out.
 */
function base64Forms(secret: string): string[] {
	const bytes = Buffer.from(secret, 'utf8');
	return [0, 1, 2].flatMap((offset) => {
		const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
		const from = Math.ceil((offset * 8) / 6);
		const to = Math.floor((shifted.length * 8) / 6);
		const form = shifted.toString('base64').slice(from, to);
		return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
	});
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

/** Every string and number in a value, however deep: in a body whose fields are unknown, each may be a secret. */
export function leaves(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(leaves);
	return isObject(value) ? Object.values(value).flatMap(leaves) : [];
}
