import { gunzipSync, inflateSync } from 'node:zlib';

import { forms } from '../../harness/echoes';
import type { Cell } from './contents';

/** Looks for texts in whatever there is, in every form that they may have there. */
export class Search {
	bytes = 0;
	/** Values that were packed, and looked into as well. */
	unpacked = 0;
	private readonly found = new Map<string, Set<string>>();
	private readonly needles: Array<{ name: string; all: string[] }>;

	/** @param wanted the texts, by the names under which hits are told */
	constructor(wanted: Record<string, string>) {
		this.needles = Object.entries(wanted).map(([name, text]) => ({ name, all: [...new Set(disguises(text))] }));
	}

	/** How many forms of texts it looks for. */
	get forms(): number {
		return this.needles.reduce((sum, { all }) => sum + all.length, 0);
	}

	look({ place, value }: Cell): void {
		this.bytes += Buffer.byteLength(value);
		for (const each of [value, ...this.unpack(value)]) {
			for (const { name, all } of this.needles) {
				if (!all.some((needle) => each.includes(needle))) continue;
				const places = this.found.get(name) ?? new Set();
				this.found.set(name, places.add(place));
			}
		}
	}

	/** Where a text was found, sorted. */
	places(name: string): string[] {
		return [...(this.found.get(name) ?? [])].sort();
	}

	/** The names of all that was found, with the places. */
	get hits(): Record<string, string[]> {
		return Object.fromEntries([...this.found.keys()].map((name) => [name, this.places(name)]));
	}

	private unpack(value: string | Buffer): Buffer[] {
		const isText = typeof value === 'string';
		if (isText && !/^(H4sI|eJ|eN|eA)[\w+/]+=*$/.test(value)) return [];
		const bytes = isText ? Buffer.from(value, 'base64') : value;
		const unpack = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync : bytes[0] === 0x78 ? inflateSync : null;
		if (unpack === null) return [];
		try {
			const inside = unpack(bytes);
			this.unpacked += 1;
			return [inside];
		} catch {
			// It only began as if it were packed.
			return [];
		}
	}
}

/** A text in the forms that careless vendors repeat, inside other JSON, in hexadecimal, and amid other text in base64. */
function disguises(text: string): string[] {
	const bytes = Buffer.from(text);
	const escaped = JSON.stringify(text).slice(1, -1);
	const amid = [0, 1, 2].map((offset) => {
		const all = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
		// Without the characters that hold bits of what is before it and after it.
		return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
	});
	const urlSafe = amid.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'));
	return [...forms(text), escaped, JSON.stringify(escaped).slice(1, -1), bytes.toString('hex'), ...amid, ...urlSafe];
}
