import once from 'lodash/once';

import { type Reading, type Readings, utf8 } from './escapes';

/**
 * A text, or what a text stands for once it is decoded. The way back is found out only where something has been found:
 * mostly nothing is. `null`: it is the text itself that all began with.
 */
export interface Layer {
	text: string;
	wayBack: (() => WayBack) | null;
}

/** The character at `i` comes from what begins at `from[i]` and has ended at `to[i]` in the text that all began with. */
interface WayBack {
	from: Int32Array;
	to: Int32Array;
}

export const fromOf = ({ wayBack }: Layer, at: number): number => wayBack?.().from[at] ?? at;
export const toOf = ({ wayBack }: Layer, at: number): number => wayBack?.().to[at] ?? at + 1;

/** What a stretch of a text stands for. */
interface Piece {
	at: number;
	end: number;
	value: string;
}

/** A layer in which these pieces, in order, stand for something else; all others as they are. */
function rewritten(layer: Layer, text: string, pieces: () => Iterable<Piece>): Layer {
	const wayBack = () => {
		const [from, to] = [new Int32Array(text.length), new Int32Array(text.length)];
		let [next, written] = [0, 0];
		const copyTo = (end: number) => {
			for (; next < end; next += 1, written += 1) [from[written], to[written]] = [fromOf(layer, next), toOf(layer, next)];
		};
		for (const { at, end, value } of pieces()) {
			copyTo(at);
			from.fill(fromOf(layer, at), written, written + value.length);
			to.fill(toOf(layer, end - 1), written, written + value.length);
			written += value.length;
			next = end;
		}
		copyTo(layer.text.length);
		return { from, to };
	};
	return { text, wayBack: once(wayBack) };
}

/** Signs of base64 and line ends in it that are escaped, while its letters and digits stand as they are. */
export const isSignOfBase64 = ({ value }: Reading): boolean => /^[-+/_=\r\n ]*$/.test(value);

/**
 * The text with every escape read as far as it goes; the same layer, where there is none. An equals sign stays one: it also
 * joins names and values, and ends base64.
 * @param isRead whether a reading counts; what has none that does stands as it is
 */
export function unescaped(layer: Layer, readings: Readings, isRead: (reading: Reading) => boolean = () => true): Layer {
	const { text } = layer;
	const counts = (at: number, reading: Reading) => isRead(reading) && (text[at] !== '=' || reading.value === '');
	const read: Piece[] = [];
	let next = 0;
	// They have been found from the end.
	for (const at of [...readings.keys()].reverse()) {
		if (at < next) continue;
		let longest: Reading | undefined;
		for (const reading of readings.get(at)!) if (reading.end > (longest?.end ?? 0) && counts(at, reading)) longest = reading;
		if (longest === undefined) continue;
		next = longest.end;
		read.push({ at, end: next, value: longest.value });
	}
	if (read.length === 0) return layer;
	const parts = read.map(({ at, value }, index) => text.slice(read[index - 1]?.end ?? 0, at) + value);
	return rewritten(layer, [...parts, text.slice(next)].join(''), () => read);
}

/** How bytes are written in text. */
interface Notation {
	/** What a character stands for. */
	values: Uint8Array;
	bits: number;
	/** Where a byte can begin, in digits from where a stretch of them begins. */
	places: readonly number[];
}

const NONE = 255;
/** What may stand between two characters of a notation without ending it: folds in base64, and whatever dumps are dotted with. */
const SKIPPED = 254;
/** The x in 0x68, 0x69, as languages write lists of bytes: the zero before it is no digit of a byte. */
const PREFIX = 253;

function notation(bits: number, places: readonly number[], digits: Readonly<Record<string, number>>, skipped: string, prefix = ''): Notation {
	const values = new Uint8Array(128).fill(NONE);
	for (const [digit, value] of Object.entries(digits)) values[digit.charCodeAt(0)] = value;
	for (const character of skipped) values[character.charCodeAt(0)] = SKIPPED;
	for (const character of prefix) values[character.charCodeAt(0)] = PREFIX;
	return { values, bits, places };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const numbered = (digits: string) => Object.fromEntries(Array.from(digits, (digit, value) => [digit, value]));

const NOTATIONS: readonly Notation[] = [
	notation(6, [0, 1, 2, 3], { ...numbered(BASE64), '-': 62, _: 63 }, ' \t\r\n'),
	notation(4, [0, 1], { ...numbered('0123456789abcdef'), A: 10, B: 11, C: 12, D: 13, E: 14, F: 15 }, ' \t\r\n:,.-', 'xX'),
];

/**
 * What the stretches of base64 and hexadecimal digits in a text decode to. Where in a stretch the encoded text begins is
 * not known, so there is a layer for each place where a byte can begin.
 * @param shortest characters that a stretch has to hold to be worth a look
 */
export function decodedBytes(layer: Layer, shortest: number): Layer[] {
	return NOTATIONS.flatMap((how) => {
		// All of its characters, but for the bits of the first and the last that are the neighbours’.
		const digits = digitsIn(layer.text, how, Math.max(1, Math.floor((shortest * 8) / how.bits) - 1));
		return digits.ends.length === 0 ? [] : how.places.flatMap((place) => withoutZeros(composed(bytesOf(layer, digits, how.bits, place))));
	});
}

/** What the digits of a notation in a text stand for, stretch by stretch. */
interface Digits {
	values: Uint8Array;
	/** Where each stretch has ended, counted in digits. */
	ends: number[];
	/** Where each digit stands in the text. */
	places: () => Int32Array;
}

/** The digits of those stretches of a text that have at least so many. */
function digitsIn(text: string, how: Notation, least: number): Digits {
	const stretches = stretchesIn(text, how, least);
	const most = stretches.reduce((sum, [from, to]) => sum + to - from, 0);
	const values = new Uint8Array(most);
	const ends = readDigits(text, how, least, stretches, values);
	const places = () => {
		const found = new Int32Array(most);
		readDigits(text, how, least, stretches, values, found);
		return found;
	};
	return { values, ends, places: once(places) };
}

/**
 * The stretches of a text that may have so many digits. Between two that are no digits, so far from each other, there is
 * nothing to look at: most of a text need not be read.
 */
function stretchesIn(text: string, { values: valueOf }: Notation, least: number): Array<readonly [from: number, to: number]> {
	const isInside = (at: number) => {
		const code = text.charCodeAt(at);
		return code < 128 && valueOf[code] !== NONE;
	};
	const stretches: Array<readonly [number, number]> = [];
	// From `from` to `known`, everything is inside.
	let [from, known] = [0, 0];
	while (from + least <= text.length) {
		let at = from + least - 1;
		while (at >= known && isInside(at)) at -= 1;
		if (at >= known) {
			[from, known] = [at + 1, from + least];
			continue;
		}
		let to = from + least;
		while (to < text.length && isInside(to)) to += 1;
		stretches.push([from, to]);
		[from, known] = [to + 1, to + 1];
	}
	return stretches;
}

/** @returns where each stretch has ended, counted in digits */
function readDigits(
	text: string,
	{ values: valueOf }: Notation,
	least: number,
	stretches: ReadonlyArray<readonly [from: number, to: number]>,
	values: Uint8Array,
	places?: Int32Array,
): number[] {
	const ends: number[] = [];
	let [length, begin] = [0, 0];
	const end = () => {
		if (length - begin < least) length = begin;
		else ends.push(length);
		begin = length;
	};
	for (const [from, to] of stretches) {
		for (let at = from; at < to; at += 1) {
			const value = valueOf[text.charCodeAt(at)]!;
			if (value < PREFIX) {
				if (places !== undefined) places[length] = at;
				values[length++] = value;
			} else if (value === PREFIX) {
				// The zero of a prefix is none of the digits.
				if (text[at - 1] === '0') length -= 1;
				else end();
			}
		}
		end();
	}
	return ends;
}

/** What stands between the stretches in the text that they decode to: no character. */
const BREAK = 0xffff;

/** The bytes of these digits, one character each, the first byte beginning so many digits after the beginning of each stretch. */
function bytesOf(layer: Layer, digits: Digits, bits: number, place: number): Layer {
	const most = digits.ends.at(-1)! + digits.ends.length;
	const units = digits.ends.length === 1 ? new Uint8Array(most) : new Uint16Array(most);
	const length = readBytes(digits, bits, place, units);
	const wayBack = () => {
		const [from, to] = [new Int32Array(length).fill(-1), new Int32Array(length).fill(-1)];
		const places = digits.places();
		readBytes(digits, bits, place, units, (byte, last) => {
			from[byte] = fromOf(layer, places[last - 1]!);
			to[byte] = toOf(layer, places[last]!);
		});
		return { from, to };
	};
	const text = Buffer.from(units.buffer, 0, length * units.BYTES_PER_ELEMENT).toString(units instanceof Uint8Array ? 'latin1' : 'utf16le');
	return { text, wayBack: once(wayBack) };
}

/**
 * @param onByte told of each byte its number, and that of its last digit
 * @returns how many bytes there are, the breaks between stretches included
 */
function readBytes(
	{ values, ends }: Digits,
	bits: number,
	place: number,
	units: Uint8Array | Uint16Array,
	onByte?: (byte: number, last: number) => void,
): number {
	let [written, begin] = [0, 0];
	for (const end of ends) {
		if (begin > 0) units[written++] = BREAK;
		// In both notations a byte has its bits in two digits, the second of which may have some to spare for the next one.
		let spare = 2 * bits - 8;
		for (let last = begin + place + 1; last < end; last += 1) {
			onByte?.(written, last);
			units[written++] = (((values[last - 1]! << bits) | values[last]!) >> spare) & 0xff;
			spare -= 8 - bits;
			if (spare >= 0) continue;
			spare = 2 * bits - 8;
			last += 1;
		}
		begin = end;
	}
	return written;
}

/** Bytes that may be one character in UTF-8. */
const UTF_8 = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

/** The layer with bytes taken together that are one character in UTF-8; others stand as they are. */
function composed(layer: Layer): Layer {
	const { text } = layer;
	const characterOf = (bytes: string) => utf8(Buffer.from(bytes, 'latin1'));
	const whole = text.replace(UTF_8, (bytes) => characterOf(bytes) ?? bytes);
	if (whole === text) return layer;
	return rewritten(layer, whole, function* () {
		for (const { 0: bytes, index: at } of text.matchAll(UTF_8)) {
			const value = characterOf(bytes);
			if (value !== null) yield { at, end: at + bytes.length, value };
		}
	});
}

/** Text in UTF-16 has a zero beside each plain character: it is looked at without them as well. */
function withoutZeros(layer: Layer): Layer[] {
	const { text } = layer;
	if (!/[^\0]\0[^\0]\0/.test(text)) return [layer];
	return [layer, rewritten(layer, text.replaceAll('\0', ''), function* () {
		for (const { index: at } of text.matchAll(/\0/g)) yield { at, end: at + 1, value: '' };
	})];
}
