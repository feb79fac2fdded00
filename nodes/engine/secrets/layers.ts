import { bytesAfter, type Reading, type Readings, utf8 } from './escapes';

/**
 * A text, or what a text stands for once it is decoded, with the way back: the character at `i` comes from what begins at
 * `from[i]` and has ended at `to[i]` in the text that all began with. `null`: it is that text itself.
 */
export interface Layer {
	text: string;
	from: Int32Array | null;
	to: Int32Array | null;
}

export const fromOf = ({ from }: Layer, at: number): number => from?.[at] ?? at;
export const toOf = ({ to }: Layer, at: number): number => to?.[at] ?? at + 1;

/** A layer that is being written. */
class Writer {
	private readonly units: Uint16Array;
	private readonly from: Int32Array;
	private readonly to: Int32Array;
	private length = 0;

	constructor(size: number) {
		this.units = new Uint16Array(size);
		this.from = new Int32Array(size);
		this.to = new Int32Array(size);
	}

	add(value: string, from: number, to: number): void {
		for (let at = 0; at < value.length; at += 1) this.unit(value.charCodeAt(at), from, to);
	}

	unit(unit: number, from: number, to: number): void {
		this.units[this.length] = unit;
		this.from[this.length] = from;
		this.to[this.length] = to;
		this.length += 1;
	}

	/** Takes bytes together that are one character in UTF-8; others stand as they are. */
	compose(): void {
		const { units, from, to, length } = this;
		this.length = 0;
		for (let at = 0; at < length; ) {
			const more = bytesAfter(units[at]!);
			const value = more === 0 ? null : utf8(units, at);
			// What is written takes no more places than what was read.
			if (value === null) this.unit(units[at]!, from[at]!, to[at]!);
			else this.add(value, from[at]!, to[at + more]!);
			at += value === null ? 1 : more + 1;
		}
	}

	get layer(): Layer {
		const { units, from, to, length } = this;
		return { text: Buffer.from(units.buffer, 0, length * 2).toString('utf16le'), from: from.subarray(0, length), to: to.subarray(0, length) };
	}
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
	const readAt = (at: number) => readings.get(at)?.filter((reading) => isRead(reading) && (text[at] !== '=' || reading.value === '')) ?? [];
	if (![...readings.keys()].some((at) => readAt(at).length > 0)) return layer;
	const writer = new Writer(text.length);
	for (let at = 0; at < text.length; ) {
		const whole = readAt(at).reduce(
			(longest, reading) => (reading.end > longest.end ? reading : longest),
			{ value: text[at]!, end: at + 1 },
		);
		writer.add(whole.value, fromOf(layer, at), toOf(layer, whole.end - 1));
		at = whole.end;
	}
	return writer.layer;
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
		const digits = digitsIn(layer.text, how, Math.floor((shortest * 8) / how.bits) - 1);
		return digits.length === 0 ? [] : how.places.flatMap((place) => withoutZeros(bytesOf(layer, digits, how.bits, place)));
	});
}

/** Where the digits of a notation stand in a text, and what they stand for. A stretch ends with a digit without a value. */
interface Digits {
	length: number;
	at: Int32Array;
	values: Uint8Array;
}

function digitsIn(text: string, { values }: Notation, least: number): Digits {
	const stretches = stretchesIn(text, values, least);
	const most = stretches.reduce((sum, [from, to]) => sum + to - from + 1, 0);
	const digits: Digits = { length: 0, at: new Int32Array(most), values: new Uint8Array(most) };
	for (const [from, to] of stretches) {
		for (let at = from; at < to; at += 1) {
			const code = text.charCodeAt(at);
			const value = values[code]!;
			if (value === SKIPPED || value === PREFIX) continue;
			// The zero of a prefix is none of the digits.
			if (value !== NONE && (at + 1 === to || values[text.charCodeAt(at + 1)] !== PREFIX)) {
				digits.at[digits.length] = at;
				digits.values[digits.length++] = value;
			}
		}
		digits.values[digits.length++] = NONE;
	}
	return digits;
}

/** The stretches of a text that have so many digits. */
function stretchesIn(text: string, values: Uint8Array, least: number): Array<readonly [from: number, to: number]> {
	const stretches: Array<readonly [number, number]> = [];
	let [from, count] = [0, 0];
	for (let at = 0; at <= text.length; at += 1) {
		const code = at < text.length ? text.charCodeAt(at) : 128;
		const value = code < 128 ? values[code]! : NONE;
		const isInside = value !== NONE && (value !== PREFIX || text[at - 1] === '0');
		if (isInside) {
			if (value < PREFIX) count += 1;
			continue;
		}
		if (count >= least) stretches.push([from, at]);
		[from, count] = [at + 1, 0];
	}
	return stretches;
}

/** The bytes of these digits as text in UTF-8, the first byte beginning so many digits after the beginning of each stretch. */
function bytesOf(layer: Layer, digits: Digits, bits: number, place: number): Layer {
	const writer = new Writer(digits.length);
	let [skip, held, count, first] = [place, 0, 0, 0];
	for (let next = 0; next < digits.length; next += 1) {
		const value = digits.values[next]!;
		if (value === NONE) {
			writer.unit(0xffff, -1, -1);
			[skip, held, count] = [place, 0, 0];
			continue;
		}
		if (skip > 0) {
			skip -= 1;
			continue;
		}
		const at = digits.at[next]!;
		if (count === 0) first = at;
		held = ((held << bits) | value) & 0xffff;
		count += bits;
		if (count < 8) continue;
		count -= 8;
		writer.unit((held >> count) & 0xff, fromOf(layer, first), toOf(layer, at));
		first = at;
	}
	writer.compose();
	return writer.layer;
}

/** Text in UTF-16 has a zero beside each plain character: it is looked at without them as well. */
function withoutZeros(layer: Layer): Layer[] {
	const { text } = layer;
	if (!/[^\0]\0[^\0]\0/.test(text)) return [layer];
	const writer = new Writer(text.length);
	for (let at = 0; at < text.length; at += 1) {
		if (text.charCodeAt(at) !== 0) writer.unit(text.charCodeAt(at), fromOf(layer, at), toOf(layer, at));
	}
	return [layer, writer.layer];
}
