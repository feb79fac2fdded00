import trim from 'lodash/trim';

import { isUsable } from './keyBlocks';
import type { MESSAGES } from './messages';

/** What is wrong with a key, by the name of what is said of it. */
type KeyFault = Extract<keyof typeof MESSAGES.secret, `key${string}`>;

/** A text with keys as they are to be sent; or why it cannot be. */
export type KeyText = { mended: string; fault?: undefined } | { mended?: undefined; fault: KeyFault };

const DASHES = '-----';
const BEGIN = `${DASHES}BEGIN `;

/**
 * Mends a text in which one private key is wanted, however it was copied: out of JSON or a settings file, in one line,
 * escaped, in quotes, indented, or as base64 of the whole. What stands around the key is left out.
 */
export function readPrivateKey(text: string): KeyText {
	const plain = unescaped(text);
	const whole = plain.includes(BEGIN) ? plain : unescaped(fromBase64(plain) ?? '');
	if (!whole.includes(BEGIN)) return { fault: whole.includes(`${DASHES}END `) ? 'keyCutOff' : 'keyNone' };
	const { blocks, around, cutOff } = blocksIn(whole);
	if (cutOff !== null || around.includes(DASHES)) return { fault: 'keyCutOff' };
	// Written out before the key by tools that make one; the key itself names its curve.
	const [block, ...others] = blocks.filter(({ label }) => label !== 'EC PARAMETERS');
	if (block === undefined) return { fault: 'keyNone' };
	if (others.length > 0) return { fault: 'keySeveral' };
	if (!block.label.endsWith('PRIVATE KEY')) return { fault: isKnown(block) ? 'keyPublic' : 'keyNone' };
	return isKnown(block) ? inUsualForm(text, [block]) : { fault: 'keyNone' };
}

/**
 * Mends a text that is nothing but key blocks, by what it looks like; `null` for any other, which may be in a form of its
 * own. Base64 of a key is such a form: whoever receives it may want just that.
 */
export function readKeyBlocks(text: string): KeyText | null {
	// Told by its beginning first: to unescape any long text would cost time for nothing.
	if (!trim(unescaped(text.slice(0, LONGEST_OPENING)), WRAPPING).startsWith(BEGIN)) return null;
	const { blocks, around, cutOff } = blocksIn(unescaped(text));
	if (!blocks.every(isKnown)) return null;
	if (cutOff !== null) return isKnown({ label: cutOff }) ? { fault: 'keyCutOff' } : null;
	if (trim(around, WRAPPING) !== '') return null;
	return inUsualForm(text, blocks);
}

/** What stands around a key that was copied out of a file. */
const WRAPPING = ' \t\r\n\uFEFF\u00A0"\'`,;';
const LONGEST_OPENING = 1_000;

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: ' ', '\n': '\n', '\r': '\n', '/': '/', '"': '"', "'": "'", u002b: '+', u002f: '/', u003d: '=' };

/** Without escapes, however often they were escaped themselves: neither backslash is part of any key. */
function unescaped(text: string): string {
	// The run of backslashes matches by itself: to look for one that ends in an escape takes quadratic time on a long run.
	return text.replaceAll(/\\+([nrt/"'\n\r]|u00(?:2[bBfF]|3[dD]))?/g, (run, escape?: string) => ESCAPED[escape?.toLowerCase() ?? ''] ?? run);
}

function fromBase64(text: string): string | null {
	const bare = trim(text, WRAPPING).replaceAll(/\s+/g, '');
	return /^[\w+/-]+={0,2}$/.test(bare) ? Buffer.from(bare, 'base64').toString('utf8') : null;
}

interface Block {
	/** What the BEGIN line names. */
	label: string;
	body: string;
}

/** The blocks in a text, what stands between them, and what is named by a BEGIN line that has no END; else `null`. */
function blocksIn(text: string): { blocks: Block[]; around: string; cutOff: string | null } {
	const blocks: Block[] = [];
	let around = '';
	let at = 0;
	for (let start = text.indexOf(BEGIN); start >= 0; start = text.indexOf(BEGIN, at)) {
		around += text.slice(at, start);
		const [label = ''] = text.slice(start + BEGIN.length, start + BEGIN.length + LONGEST_LABEL).split(DASHES);
		const from = start + BEGIN.length + label.length + DASHES.length;
		const end = `${DASHES}END ${label}${DASHES}`;
		const to = text.indexOf(end, from);
		if (to < 0) return { blocks, around, cutOff: label };
		blocks.push({ label, body: text.slice(from, to) });
		at = to + end.length;
	}
	return { blocks, around: around + text.slice(at), cutOff: null };
}

const LONGEST_LABEL = 60;

/** Whose form is known. Others, such as those of PGP, have lines of a meaning that must be left alone. */
const KNOWN = /^((RSA |EC |DSA |ENCRYPTED |OPENSSH )?PRIVATE KEY|(RSA )?PUBLIC KEY|(X509 )?CERTIFICATE|(NEW )?CERTIFICATE REQUEST|EC PARAMETERS)/;

/** By how the label begins: of a cut-off block it may run into the body. */
function isKnown({ label }: Pick<Block, 'label'>): boolean {
	return KNOWN.test(label);
}

function inUsualForm(given: string, blocks: Block[]): KeyText {
	let text = '';
	for (const block of blocks) {
		const { pem, fault } = rendered(block);
		if (pem === undefined) return { fault };
		text += pem;
	}
	// Some programs leave out the last line end, and every reader takes it so.
	return { mended: `${given}\n` === text ? given : text };
}

/** Headers of an encrypted key in the form that OpenSSL had before PKCS #8 (RFC 1421). */
const ENCRYPTION = /^Proc-Type:\s*4,\s*ENCRYPTED\s*DEK-Info:\s*([A-Z0-9-]{1,40}),\s*/;

function rendered({ label, body }: Block): { pem: string; fault?: undefined } | { pem?: undefined; fault: KeyFault } {
	if (body.includes(DASHES)) return { fault: 'keyCutOff' };
	const trimmed = body.trim();
	const [opening = '', cipher = null] = ENCRYPTION.exec(trimmed) ?? [];
	const ivEnd = opening.length + (cipher === null ? 0 : ivDigits(cipher));
	const iv = trimmed.slice(opening.length, ivEnd);
	const lines = trimmed.slice(ivEnd).split(/\s+/).filter((line) => line !== '');
	const data = lines.join('');
	if (!BASE64.test(data) || (cipher !== null && !/^[\dA-Fa-f]+$/.test(iv))) return { fault: 'keyForeign' };
	const headers = cipher === null ? [] : ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${cipher},${iv}`, ''];
	const pem = [`${BEGIN}${label}${DASHES}`, ...headers, ...linesOf(data, lines, label), `${DASHES}END ${label}${DASHES}`, ''].join('\n');
	const isWhole = data.length % 4 === 0;
	return isWhole && isUsable({ label, data: Buffer.from(data, 'base64'), isEncrypted: cipher !== null, pem }) ? { pem } : { fault: 'keyUnusable' };
}

/** Hexadecimal digits of an initialization vector: as many bytes as the cipher's block has. */
function ivDigits(cipher: string): number {
	return /^(DES|IDEA|RC2|BF|CAST5?)-/.test(cipher) ? 16 : 32;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Lines of the length that the key's own tools write: RFC 7468, and OpenSSH. */
function linesOf(data: string, lines: string[], label: string): string[] {
	const [first = ''] = lines;
	const isBroken = first.length <= LONGEST_LINE && lines.every(({ length }, place) => (place < lines.length - 1 ? length === first.length : length <= first.length));
	if (isBroken) return lines;
	const width = label.startsWith('OPENSSH') ? 70 : 64;
	return Array.from({ length: Math.ceil(data.length / width) }, (_, place) => data.slice(place * width, (place + 1) * width));
}

const LONGEST_LINE = 76;
