import type { IDataObject } from 'n8n-workflow';

import { isObject } from './http';

export const REDACTED = '[redacted]';

/**
 * Below this length a secret is likely to be part of ordinary words, and cutting it out of a text would both spoil the
 * text and tell where it stood. Such texts are withheld as a whole.
 */
const SHORTEST_CUTTABLE_SECRET = 6;

/** A line of a multi-line secret (a PEM body) that is long enough to give part of it away. */
const SHORTEST_TELLING_LINE = 16;

/** Characters of vendor text that reach an item: enough for any message, too few to swamp a workflow. */
const LONGEST_VENDOR_TEXT = 2_000;

/** Whether a leaf is a secret, by the keys that lead to it or by what it looks like. */
type IsSecret = (path: readonly string[], leaf: unknown) => boolean;

/** Removes a set of secrets, in every form in which a vendor may echo them, from texts and values. */
export interface Redactor {
	/** A text of the vendor's; `null` when a secret is too short to be cut out safely. */
	vendorText(text: string | null): string | null;
	/** A value that goes into a result: every string and key in it. */
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
	// Vendors trim what they are sent: a secret out of a file ends in a line break, and comes back without it.
	const given = [...new Set([...secrets].flatMap((secret) => [secret, secret.trim()]))].filter(Boolean);
	const withhold = given.some((secret) => secret.length < SHORTEST_CUTTABLE_SECRET);
	const forms = [...new Set(given.flatMap(echoForms))].filter((form) => form.length >= SHORTEST_CUTTABLE_SECRET);
	const cut = (text: string) => cutOut(text, forms);

	const clean = (value: unknown): unknown => {
		if (typeof value === 'string') return cut(value);
		// A secret of digits may come back as a number; a longer number that merely contains it is another one.
		if (typeof value === 'number') return forms.includes(String(value)) ? REDACTED : value;
		if (Array.isArray(value)) return value.map(clean);
		if (!isObject(value)) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, child]) => [cut(key), clean(child)]),
		) as IDataObject;
	};

	return {
		// Shortened only after the cut: half a secret would not be found any more.
		vendorText: (text) => (text === null || withhold ? null : cut(text).slice(0, LONGEST_VENDOR_TEXT)),
		value: <T>(value: T) => clean(value) as T,
		body: (body, isSecret) => {
			const own = secretLeaves(body, isSecret, []);
			// Short stored secrets are replaced where they stand; only what was sent can be too short to be found elsewhere.
			if (withhold) return null;
			const findable = own.filter((secret) => secret.length >= SHORTEST_CUTTABLE_SECRET);
			return createRedactor([...given, ...findable]).value(replaceLeaves(body, isSecret, []));
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
	let forms = new Set([
		secret,
		// Half a character does not survive UTF-8.
		secret.toWellFormed(),
		...lines.filter((line) => lines.length > 1 && line.length >= SHORTEST_TELLING_LINE),
	]);
	for (let depth = 0; depth < ENCODING_DEPTH; depth += 1) {
		forms = new Set([...forms].flatMap((form) => [form, ...escapesOf(form), ...base64Forms(form)]));
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

/** A body with every leaf replaced but those that are known to be safe, told by the keys that lead to them. */
export function onlySafe(value: unknown, isSafe: (path: readonly string[]) => boolean, path: string[] = []): unknown {
	if (Array.isArray(value)) return value.map((child, index) => onlySafe(child, isSafe, [...path, String(index)]));
	if (isObject(value)) {
		return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, onlySafe(child, isSafe, [...path, key])]));
	}
	// That a field is to be cleared is worth seeing, and gives nothing away.
	return value === null || isSafe(path) ? value : REDACTED;
}

/** Every string and number in a value, however deep: in a body whose fields are unknown, each may be a secret. */
export function leaves(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(leaves);
	return isObject(value) ? Object.values(value).flatMap(leaves) : [];
}
