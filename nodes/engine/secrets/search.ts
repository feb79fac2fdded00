import uniqBy from 'lodash/uniqBy';

import { escapesIn, type Readings } from './escapes';
import { decodedBytes, fromOf, isSignOfBase64, type Layer, toOf, unescaped } from './layers';

/** A stretch of a text: where it begins, and where it has ended. */
export type Span = readonly [from: number, to: number];

/** A service that quotes a request body quotes something already encoded, and a log of that encodes it again. */
const MOST_LAYERS = 3;

/** What may be spent on a text, by its length: several times what texts come to that nobody has made up to use up time. */
const STEPS_PER_CHARACTER = 100;
const LEAST_STEPS = 100_000;

/** What may be spent on one answer, of 5 MB at most, and usual ones come to less: some seconds, however it was made up. */
const STEPS_PER_ANSWER = 60_000_000;

/** More had to be looked at than a text is worth; it may hold anything. */
export class TooMuch extends Error {}

/** What is left to spend on all texts of an answer together. */
export interface Allowance {
	left: number;
}

export function allowanceForAnswer(): Allowance {
	return { left: STEPS_PER_ANSWER };
}

/** Counts what is spent on one text. Throws `TooMuch`. */
export class Budget {
	spent = 0;
	private readonly most: number;

	constructor(
		length: number,
		private readonly allowance: Allowance = allowanceForAnswer(),
	) {
		this.most = LEAST_STEPS + length * STEPS_PER_CHARACTER;
	}

	readonly step = (steps = 1): void => {
		this.spent += steps;
		this.allowance.left -= steps;
		if (this.spent > this.most || this.allowance.left < 0) throw new TooMuch();
	};
}

/** A blank may be written as a plus, and a plus as it stands be read as a blank: they count as one. */
const asCompared = (text: string) => text.replaceAll('+', ' ');
const codeAt = (text: string, at: number) => {
	const code = text.charCodeAt(at);
	return code === 0x2b ? 0x20 : code;
};

/** How far a search has come: at this place of the text, so many characters of these of the texts have been found. */
interface State {
	at: number;
	first: number;
	last: number;
	known: number;
}

/** What a search has come upon. */
interface Found {
	spans: Span[];
	isEnough: boolean;
	/** Whether the first one is enough. */
	onlyFirst?: boolean;
}

/** Texts to look for, all at once: sorted, so that those that begin alike are looked at together. */
export class Wanted {
	readonly shortest: number;
	private readonly sorted: readonly string[];
	private readonly ranges = new Map<number, readonly [number, number]>();
	/** Whether a text can begin with a character of this low byte: most characters are told to begin none by that alone. */
	private readonly begins = new Uint8Array(256);

	constructor(texts: Iterable<string>) {
		// By code unit, as the search goes.
		this.sorted = [...new Set([...texts].map(asCompared))].filter((text) => text !== '').sort();
		this.shortest = this.sorted.reduce((least, { length }) => Math.min(least, length), Infinity);
		for (const [index, text] of this.sorted.entries()) {
			const code = text.charCodeAt(0);
			this.begins[code & 0xff] = 1;
			this.ranges.set(code, [this.ranges.get(code)?.[0] ?? index, index + 1]);
		}
	}

	/**
	 * Where the texts stand in another one, whatever it is encoded in: escaped, in base64 or in hexadecimal digits, one in
	 * the other. Throws `TooMuch`.
	 */
	spansIn(text: string, budget = new Budget(text.length)): Span[] {
		const found: Found = { spans: [], isEnough: false };
		if (text.length >= this.shortest) this.look({ text, wayBack: null }, MOST_LAYERS, found, budget);
		return found.spans;
	}

	/** Whether one of the texts stands in another one, whatever it is encoded in. Throws `TooMuch`. */
	isWithin(text: string, budget = new Budget(text.length)): boolean {
		const found: Found = { spans: [], isEnough: false, onlyFirst: true };
		if (text.length >= this.shortest) this.look({ text, wayBack: null }, MOST_LAYERS, found, budget);
		return found.isEnough;
	}

	/** Whether one of the texts stands in another one as it is. Throws `TooMuch`. */
	isIn(text: string, budget = new Budget(text.length)): boolean {
		const found: Found = { spans: [], isEnough: false, onlyFirst: true };
		this.search({ text, wayBack: null }, NO_READINGS, found, budget);
		return found.isEnough;
	}

	private look(layer: Layer, layersLeft: number, found: Found, budget: Budget): void {
		const readings = escapesIn(layer.text, budget.step);
		this.search(layer, readings, found, budget);
		// Three characters come out of four at best.
		if (found.isEnough || layersLeft === 0 || layer.text.length * 3 < this.shortest * 4 - 4) return;
		// What stands before base64 may be read as an escape together with its first digits.
		const layers = [layer, unescaped(layer, readings), unescaped(layer, readings, isSignOfBase64)];
		for (const each of uniqBy(layers, 'text')) {
			budget.step(each.text.length);
			for (const decoded of decodedBytes(each, this.shortest)) this.look(decoded, layersLeft - 1, found, budget);
		}
	}

	private search(layer: Layer, readings: Readings, found: Found, budget: Budget): void {
		const { text } = layer;
		budget.step(text.length);
		const isPlain = readings.size === 0;
		for (let at = 0; at < text.length && !found.isEnough; at += 1) {
			if (this.begins[codeAt(text, at) & 0xff] === 0 && (isPlain || !readings.has(at))) continue;
			const end = this.longestFrom(text, readings, at, budget);
			if (end === at) continue;
			found.spans.push([fromOf(layer, at), toOf(layer, end - 1)]);
			found.isEnough = found.onlyFirst === true;
		}
	}

	/** Where the longest of the texts has ended that begins here; where it begins: none does. */
	private longestFrom(text: string, readings: Readings, start: number, budget: Budget): number {
		let longest = start;
		// Most of the time, neither is needed.
		let seen: Set<string> | undefined;
		let open: State[] | undefined;
		let state: State | undefined = { at: start, first: 0, last: this.sorted.length, known: 0 };
		for (; state !== undefined; state = open?.pop()) {
			let { at, first, last, known } = state;
			for (;;) {
				budget.step();
				if (this.sorted[first]?.length === known) {
					longest = Math.max(longest, at);
					first += 1;
				}
				if (first >= last || at >= text.length) break;
				const others = readings.size === 0 ? undefined : readings.get(at);
				if (others !== undefined) {
					// Many ways through escapes lead to the same place.
					const here = `${at} ${first} ${last} ${known}`;
					if (seen?.has(here)) break;
					seen = (seen ?? new Set()).add(here);
					for (const { value, end } of others) {
						const next = known === 0 && value === '' ? null : this.after({ at: end, first, last, known }, value);
						if (next !== null) (open ??= []).push(next);
					}
				}
				const range = this.narrowed(first, last, known, codeAt(text, at));
				if (range === null) break;
				[first, last] = range;
				at += 1;
				known += 1;
			}
		}
		return longest;
	}

	private after(state: State, value: string): State | null {
		let { first, last, known } = state;
		for (let unit = 0; unit < value.length; unit += 1) {
			const range = this.narrowed(first, last, known, codeAt(value, unit));
			if (range === null) return null;
			[first, last] = range;
			known += 1;
		}
		return { ...state, first, last, known };
	}

	/** Those of a range of texts, alike up to here, that go on with this character. */
	private narrowed(first: number, last: number, depth: number, code: number): readonly [number, number] | null {
		if (depth === 0) return this.ranges.get(code) ?? null;
		// A text that ends here comes before those that go on.
		const unit = (index: number) => {
			const text = this.sorted[index]!;
			return depth < text.length ? text.charCodeAt(depth) : -1;
		};
		const bound = (least: number) => {
			let [low, high] = [first, last];
			while (low < high) {
				const middle = (low + high) >> 1;
				if (unit(middle) < least) low = middle + 1;
				else high = middle;
			}
			return low;
		};
		// Mostly there is one text left.
		if (last - first === 1) return unit(first) === code ? [first, last] : null;
		const low = bound(code);
		if (low >= last || unit(low) !== code) return null;
		return [low, bound(code + 1)];
	}
}

/** A text with every escape in it read. Throws `TooMuch`. */
export function plainOf(text: string, budget = new Budget(text.length)): string {
	return unescaped({ text, wayBack: null }, escapesIn(text, budget.step)).text;
}

const NO_READINGS: Readings = new Map();
