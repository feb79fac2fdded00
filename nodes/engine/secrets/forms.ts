import escapeRegExp from 'lodash/escapeRegExp';
import partition from 'lodash/partition';

/**
 * Below this length a secret is likely to be part of ordinary words, and cutting it out of a text would both spoil the
 * text and tell where it stood. Such texts are withheld as a whole.
 */
export const SHORTEST_CUTTABLE_SECRET = 6;

/** A line of a multi-line secret (a PEM body) that is long enough to give part of it away. */
const SHORTEST_TELLING_LINE = 16;

/** A longer secret, such as a whole file, is found by pieces of it: each of its forms would take up as much again. */
const LONGEST_WHOLE_SECRET = 8_192;
const PIECE_LENGTH = 64;

/** Of a longer secret, not every encoding of every encoding is looked for: together they would take up megabytes. */
const LONGEST_WELL_ENCODED = 512;

/** No credential has more. Texts are withheld then: to look for each secret in each of its forms would take minutes. */
export const MOST_SECRETS = 200;

/**
 * How services store a text that is no other to them: vendors trim what they are sent (a secret out of a file ends in a
 * line break), compose or decompose its accents, and replace half a character.
 */
export function spellings(secret: string): string[] {
	const stored = secret.toWellFormed();
	return [secret, secret.trim(), stored, stored.normalize('NFC'), stored.normalize('NFD')];
}

/** By what secrets are found in a text. */
export interface Forms {
	/** What is cut out. */
	whole: string[];
	/** Pieces of long secrets. */
	telling: string[];
	/** Short secrets, where they stand by themselves. */
	words: RegExp[];
	/** Letters and digits of secrets: so they are found where a text folds, spaces or punctuates them. */
	scattered: string[];
}

export function formsOf(secrets: string[]): Forms {
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
export function bareOf(text: string): string {
	return text.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, '');
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
