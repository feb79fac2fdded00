import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Bytes of a pixel in a picture of a screen: red, green and blue. */
const CHANNELS = 3;
const MOST_COLOURS = 256;

/** How far apart two colours are that nobody tells from each other: some steps in each channel, squared. */
const ALIKE = 3 * 6 ** 2;

/** Where a PNG file's first chunk begins, and what a chunk has besides its data. */
const SIGNATURE_BYTES = 8;
const CHUNK_BYTES = 12;

/**
 * The same picture with at most 256 colours, in half as many bytes: what is on a screen has few, but for the edges of letters.
 * @param png 8 bits a channel without transparency, not interlaced, as the browser makes it
 */
export function withPalette(png: Buffer): Buffer {
	const chunks = [...chunksOf(png)];
	const head = Buffer.from(chunks.find(({ type }) => type === 'IHDR')!.data);
	const [width, height, format] = [head.readUInt32BE(0), head.readUInt32BE(4), head.subarray(8).toString('hex')];
	if (format !== '0802000000') throw new Error(`A picture of another kind: ${format}`);
	const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
	const pixels = unfiltered(inflateSync(packed), width, height);

	const colours = new Map<number, number>();
	for (let at = 0; at < pixels.length; at += CHANNELS) {
		const colour = pixels.readUIntBE(at, CHANNELS);
		colours.set(colour, (colours.get(colour) ?? 0) + 1);
	}
	const palette = paletteOf([...colours.keys()].sort((a, b) => colours.get(b)! - colours.get(a)!));
	const places = new Map([...colours.keys()].map((colour) => [colour, nearest(palette, colour)]));

	// Each line begins with the number of its filter: none.
	const lines = Buffer.alloc(height * (width + 1));
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			lines[y * (width + 1) + x + 1] = places.get(pixels.readUIntBE((y * width + x) * CHANNELS, CHANNELS))!;
		}
	}
	head[9] = 3;
	const entries = Buffer.alloc(palette.length * CHANNELS);
	palette.forEach((colour, place) => entries.writeUIntBE(colour, place * CHANNELS, CHANNELS));
	return Buffer.concat([
		png.subarray(0, SIGNATURE_BYTES),
		chunk('IHDR', head),
		chunk('PLTE', entries),
		chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function* chunksOf(png: Buffer): Generator<{ type: string; data: Buffer }> {
	for (let at = SIGNATURE_BYTES; at < png.length; ) {
		const length = png.readUInt32BE(at);
		yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
		at += length + CHUNK_BYTES;
	}
}

function chunk(type: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(named));
	return Buffer.concat([length, named, sum]);
}

/** The pixels of all lines; PNG stores what is left of each byte after a guess from its neighbours. */
function unfiltered(lines: Buffer, width: number, height: number): Buffer {
	const stride = width * CHANNELS;
	const pixels = Buffer.alloc(height * stride);
	for (let y = 0; y < height; y += 1) {
		const filter = lines[y * (stride + 1)]!;
		for (let x = 0; x < stride; x += 1) {
			const left = x < CHANNELS ? 0 : pixels[y * stride + x - CHANNELS]!;
			const up = y === 0 ? 0 : pixels[(y - 1) * stride + x]!;
			const corner = x < CHANNELS || y === 0 ? 0 : pixels[(y - 1) * stride + x - CHANNELS]!;
			const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
			pixels[y * stride + x] = lines[y * (stride + 1) + 1 + x]! + guesses[filter]!;
		}
	}
	return pixels;
}

/** The neighbour that is nearest to left + up − corner, as the PNG specification breaks ties. */
function paeth(left: number, up: number, corner: number): number {
	const guess = left + up - corner;
	const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
	if (toLeft <= toUp && toLeft <= toCorner) return left;
	return toUp <= toCorner ? up : corner;
}

/** The colours that are used most, but none that is like one of them already: rare ones count, too, where they stand alone. */
function paletteOf(byUse: number[]): number[] {
	const palette: number[] = [];
	for (const colour of byUse) {
		const isNew = palette.every((each) => distance(each, colour) > ALIKE);
		if (isNew && palette.length < MOST_COLOURS) palette.push(colour);
	}
	return palette;
}

function nearest(palette: number[], colour: number): number {
	let [best, least] = [0, Infinity];
	for (const [place, each] of palette.entries()) {
		const away = distance(each, colour);
		if (away < least) [best, least] = [place, away];
	}
	return best;
}

/** The square of how far apart two colours are. */
function distance(a: number, b: number): number {
	return [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
}
