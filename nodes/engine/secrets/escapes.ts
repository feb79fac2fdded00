import { ENTITIES, MARKS } from './entities';

/** What a stretch of a text may stand for, and where the stretch has ended. An empty value: it is there for the layout only. */
export interface Reading {
	value: string;
	end: number;
	/** Set for one of several bytes that may be a character only together. */
	byte?: number;
}

/** By where a stretch begins: all that it may stand for beside itself. */
export type Readings = ReadonlyMap<number, readonly Reading[]>;

/** Characters with which an escape begins: percent, HTML, backslash, quoted-printable. */
const INTRODUCERS = /[%&\\=]/;

/** What one stretch may stand for, at most: escapes of escapes of escapes end in few; a long run of backslashes in any number. */
const MOST_READINGS = 8;

/** Characters of the longest entity name that is known. */
const LONGEST_ENTITY = 8;

/**
 * Every escape in a text, those that are spelled with escapes included, however deep: `%2526` may stand for `%26` and for
 * `&`. Read from the end, so that what follows an introducer is known already; where a text means an introducer as it
 * stands, that reading is left to whoever looks.
 */
export function escapesIn(text: string, onStep: () => void): Readings {
	const found = new Map<number, Reading[]>();
	if (!INTRODUCERS.test(text)) return found;
	const reader = new EscapeReader(text, found);
	let readings: Reading[] = [];
	const add = (reading: Reading | null) => {
		onStep();
		if (reading === null || readings.length >= MOST_READINGS) return;
		if (!readings.some(({ value, end }) => value === reading.value && end === reading.end)) readings.push(reading);
	};
	for (let at = text.length - 1; at >= 0; at -= 1) {
		if (!isIntroducer(text.charCodeAt(at))) continue;
		reader.from(text[at]!, at + 1, add);
		// A reading that is an introducer begins an escape in its turn, and is among those that are looked at here.
		for (let next = 0; next < readings.length && readings.length < MOST_READINGS; next += 1) {
			const { value, end, byte } = readings[next]!;
			if (byte !== undefined) for (const reading of reader.characters(byte, end)) add(reading);
			else reader.from(value, end, add);
		}
		if (readings.length === 0) continue;
		found.set(at, readings);
		readings = [];
	}
	return found;
}

function isIntroducer(code: number): boolean {
	return code === 0x25 || code === 0x26 || code === 0x5c || code === 0x3d;
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07', e: '\x1b', 0: '\0' };

const HEX = /^[\dA-Fa-f]$/;
const DIGIT = /^\d$/;
const OCTAL = /^[0-7]$/;
const NAME = /^[A-Za-z\d]$/;
/** What is escaped by a backslash alone. */
const PUNCTUATION = /^[\p{P}\p{S} ]/u;

type Add = (reading: Reading | null) => void;

class EscapeReader {
	constructor(
		private readonly text: string,
		private readonly found: ReadonlyMap<number, readonly Reading[]>,
	) {}

	/** What an introducer that has ended at `at` may begin. */
	from(introducer: string, at: number, add: Add): void {
		if (introducer === '%') {
			add(this.byteOf(at));
			add(this.unit(this.one(at, /^u$/i), 4, 4));
		} else if (introducer === '=') {
			add(this.byteOf(at));
			const feed = this.one(this.one(at, /^\r$/)?.end ?? at, /^\n$/);
			add(feed && { value: '', end: feed.end });
		} else if (introducer === '&') {
			add(this.entity(at));
		} else if (introducer === '\\') {
			this.backslash(at, add);
		}
	}

	private backslash(at: number, add: Add): void {
		for (const { value, end, byte } of this.choices(at)) {
			if (byte === undefined && PUNCTUATION.test(value)) add({ value, end });
			if (value === '\n') add({ value: '', end });
		}
		const next = this.one(at, /^[nrtbfvae0]$/);
		add(next && { value: CONTROLS[next.value] ?? '', end: next.end });
		const isUnicode = this.one(at, /^u$/i);
		add(this.unit(isUnicode, 4, 4));
		if (isUnicode?.value === 'U') add(this.unit(isUnicode, 8, 8));
		const isHex = this.one(at, /^x$/i);
		if (isHex !== null) add(this.byteOf(isHex.end));
		const brace = this.one((isUnicode ?? isHex)?.end ?? this.text.length, /^\{$/);
		const braced = this.unit(brace, 1, 8);
		const closing = braced && this.one(braced.end, /^\}$/);
		if (braced !== null && closing !== null) add({ value: braced.value, end: closing.end });
		const octal = this.run(at, OCTAL, 3);
		if (octal.length === 3) add(byteReading(parseInt(octal.text, 8), octal.end));
		// As style sheets write it: up to six digits, and a blank that ends them.
		const sheet = this.unit({ end: at }, 2, 6);
		if (sheet !== null) add({ value: sheet.value, end: this.one(sheet.end, /^ $/)?.end ?? sheet.end });
	}

	private entity(at: number): Reading | null {
		const sharp = this.one(at, /^#$/);
		if (sharp === null) return this.named(at);
		const x = this.one(sharp.end, /^x$/i);
		const digits = x === null ? this.run(sharp.end, DIGIT, 12) : this.run(x.end, HEX, 12);
		const value = digits.length === 0 ? null : characterOf(parseInt(digits.text, x === null ? 10 : 16));
		return value === null ? null : { value, end: this.one(digits.end, /^;$/)?.end ?? digits.end };
	}

	private named(at: number): Reading | null {
		const { text: name, end } = this.run(at, NAME, LONGEST_ENTITY);
		const semicolon = this.one(end, /^;$/);
		if (name === '' || semicolon === null) return null;
		const value = ENTITIES.get(name) ?? ENTITIES.get(name.toLowerCase()) ?? accented(name);
		return value === undefined ? null : { value, end: semicolon.end };
	}

	/** The bytes from this one on as the character that they are in UTF-8. */
	characters(lead: number, at: number): Reading[] {
		const more = bytesAfter(lead);
		if (more === 0) return [];
		const bytes = [lead];
		let end = at;
		while (bytes.length <= more) {
			const next = this.found.get(end)?.find(({ byte }) => byte !== undefined && byte >> 6 === 2);
			if (next === undefined) return [];
			bytes.push(next.byte!);
			end = next.end;
		}
		const value = utf8(bytes);
		return value === null ? [] : [{ value, end }];
	}

	private byteOf(at: number): Reading | null {
		const { text: digits, end, length } = this.run(at, HEX, 2);
		return length === 2 ? byteReading(parseInt(digits, 16), end) : null;
	}

	/** A character by its number, written in so many hexadecimal digits. */
	private unit(before: { end: number } | null, least: number, most: number): Reading | null {
		if (before === null) return null;
		const digits = this.run(before.end, HEX, most);
		const value = digits.length < least ? null : characterOf(parseInt(digits.text, 16));
		return value === null ? null : { value, end: digits.end };
	}

	private run(from: number, kind: RegExp, most: number): { text: string; end: number; length: number } {
		let [text, end, length] = ['', from, 0];
		for (; length < most; length += 1) {
			const next = this.one(end, kind);
			if (next === null) break;
			text += next.value;
			({ end } = next);
		}
		return { text, end, length };
	}

	/** The next character, as it stands or as an escape, where it is of this kind. */
	private one(at: number, kind: RegExp): Reading | null {
		if (at >= this.text.length) return null;
		const literal = this.text[at]!;
		if (kind.test(literal)) return { value: literal, end: at + 1 };
		return this.found.get(at)?.find(({ value }) => kind.test(value)) ?? null;
	}

	private choices(at: number): readonly Reading[] {
		if (at >= this.text.length) return [];
		return [{ value: this.text[at]!, end: at + 1 }, ...(this.found.get(at) ?? [])];
	}
}

/** How many bytes a character in UTF-8 has after this one; 0: it begins none, or is one by itself. */
export function bytesAfter(lead: number): number {
	if (lead < 0xc2 || lead > 0xf4) return 0;
	return lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
}

/** The character that these bytes are in UTF-8; `null`: they are none. The first one says how many there are. */
export function utf8(bytes: ArrayLike<number>, at = 0): string | null {
	const more = bytesAfter(bytes[at]!);
	let code = bytes[at]! & (0x3f >> more);
	for (let next = at + 1; next <= at + more; next += 1) {
		const byte = bytes[next] ?? 0;
		if (byte >> 6 !== 2) return null;
		code = (code << 6) | (byte & 0x3f);
	}
	const isShortest = more < 2 || code >= (more === 2 ? 0x800 : 0x1_0000);
	return isShortest && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : null;
}

function byteReading(byte: number, end: number): Reading | null {
	if (byte > 0xff) return null;
	return byte < 0x80 ? { value: String.fromCharCode(byte), end } : { value: String.fromCharCode(byte), end, byte };
}

function characterOf(code: number): string | null {
	return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}

/** A letter with a mark by the name of both, such as `eacute`. */
function accented(name: string): string | undefined {
	const mark = MARKS.get(name.slice(1));
	return mark === undefined ? undefined : `${name[0]}${mark}`.normalize('NFC');
}
