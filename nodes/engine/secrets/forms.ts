import partition from 'lodash/partition';

import { Wanted } from './search';

/**
 * Below this length a secret is likely to be part of ordinary words, and cutting it out of a text would both spoil the
 * text and tell where it stood. Such texts are withheld as a whole.
 */
export const SHORTEST_CUTTABLE_SECRET = 6;

/** A line of a multi-line secret (a PEM body) that is long enough to give part of it away. */
const SHORTEST_TELLING_LINE = 16;

/** A longer secret, such as a whole file, is found by pieces of it: who shows but a part of it has shown enough. */
const LONGEST_WHOLE_SECRET = 8_192;
const PIECE_LENGTH = 64;

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
	/** Shorter texts hold none of them. */
	shortest: number;
	/** What is cut out. */
	whole: Wanted;
	/** Pieces of long secrets. */
	telling: Wanted;
	/** Short secrets, where they stand by themselves. */
	words: ReadonlySet<string>;
	/** Letters and digits of secrets: so they are found where a text folds, spaces or punctuates them. */
	scattered: Wanted;
}

export function formsOf(secrets: readonly string[]): Forms {
	const [short, cuttable] = partition(secrets, ({ length }) => length < SHORTEST_CUTTABLE_SECRET);
	const [long, usual] = partition(cuttable, ({ length }) => length > LONGEST_WHOLE_SECRET);
	const whole = new Wanted([...usual, ...usual.flatMap(tellingLines)]);
	const telling = new Wanted(long.flatMap(piecesOf));
	const scattered = new Wanted(usual.map(bareOf).filter(({ length }) => length >= SHORTEST_CUTTABLE_SECRET));
	return {
		shortest: Math.min(whole.shortest, telling.shortest, scattered.shortest, short.length === 0 ? Infinity : 1),
		whole,
		telling,
		words: new Set(short),
		scattered,
	};
}

/** Lines of a secret of several that give it away by themselves. */
function tellingLines(secret: string): string[] {
	const lines = linesOf(secret);
	return lines.length === 1 ? [] : lines.filter(({ length }) => length >= SHORTEST_TELLING_LINE);
}

function linesOf(secret: string): string[] {
	return secret.split(/\r?\n/).map((line) => line.trim());
}

/** Whether one of these short texts stands by itself in another: neither letter nor digit right before or after it. */
export function standsAloneIn(text: string, words: ReadonlySet<string>): boolean {
	if (words.size === 0) return false;
	for (let at = 0; at < text.length; at += 1) {
		if (IN_WORD_BEFORE.test(text.slice(Math.max(0, at - 2), at))) continue;
		for (let length = 1; length < SHORTEST_CUTTABLE_SECRET; length += 1) {
			if (words.has(text.slice(at, at + length)) && !IN_WORD_AFTER.test(text.slice(at + length, at + length + 2))) return true;
		}
	}
	return false;
}

const IN_WORD_BEFORE = /[\p{L}\p{N}]$/u;
const IN_WORD_AFTER = /^[\p{L}\p{N}]/u;

/** Three pieces of a long secret, none of them over the end of a line. */
function piecesOf(secret: string): string[] {
	const telling = linesOf(secret).filter(({ length }) => length >= SHORTEST_TELLING_LINE);
	const middle = telling[telling.length >> 1] ?? '';
	return [telling[0] ?? '', middle.slice(middle.length >> 1), (telling.at(-1) ?? '').slice(-PIECE_LENGTH)]
		.map((piece) => piece.slice(0, PIECE_LENGTH))
		.filter(({ length }) => length >= SHORTEST_CUTTABLE_SECRET);
}

/** A text without all that is neither letter nor digit. */
export function bareOf(text: string): string {
	return ASCII.test(text) ? text.replaceAll(/[^A-Za-z\d]+/g, '') : text.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

const ASCII = /^[\0-\x7f]*$/;
