import { createPrivateKey } from 'crypto';

/** What is known of a key block once its text is in its usual form. */
interface KeyBlock {
	/** What its BEGIN line names. */
	label: string;
	data: Buffer;
	/** Whether headers say that the data is encrypted. */
	isEncrypted: boolean;
	/** The whole block. */
	pem: string;
}

/**
 * Whether something can be made of a key block. An encrypted one cannot be opened without its passphrase, so its outer form
 * has to do: that shows whether a part is missing.
 */
export function isUsable({ label, data, isEncrypted, pem }: KeyBlock): boolean {
	// No cipher of these has a block of less than 8 bytes, and CBC fills the last one up.
	if (isEncrypted) return data.length > 0 && data.length % 8 === 0;
	if (label === 'OPENSSH PRIVATE KEY') return isOpenSsh(data);
	if (label === 'ENCRYPTED PRIVATE KEY') return isEncryptedPkcs8(data);
	return label.endsWith('PRIVATE KEY') ? isPrivateKey(pem) : endOfElement(data, 0) === data.length;
}

function isPrivateKey(pem: string): boolean {
	try {
		createPrivateKey(pem);
		return true;
	} catch {
		return false;
	}
}

const SEQUENCE = 0x30;
const OCTET_STRING = 0x04;

/** A sequence of the algorithm and the encrypted data (RFC 5958 §3). */
function isEncryptedPkcs8(data: Buffer): boolean {
	const algorithm = startOfContent(data, 0);
	if (data[0] !== SEQUENCE || endOfElement(data, 0) !== data.length || data[algorithm] !== SEQUENCE) return false;
	const encrypted = endOfElement(data, algorithm);
	return data[encrypted] === OCTET_STRING && endOfElement(data, encrypted) === data.length;
}

/** Where the content of a DER element begins: after its tag, and a length of one byte or of as many as that one says. */
function startOfContent(data: Buffer, at: number): number {
	const length = data[at + 1] ?? 0;
	return at + 2 + (length < 0x80 ? 0 : length - 0x80);
}

/** Where a DER element ends; `NaN` when its length is not whole or beyond any key's. */
function endOfElement(data: Buffer, at: number): number {
	const content = startOfContent(data, at);
	const digits = data.subarray(at + 2, content);
	if (content > data.length || digits.length > 4) return NaN;
	return content + (digits.length === 0 ? (data[at + 1] ?? NaN) : digits.reduce((sum, digit) => sum * 256 + digit, 0));
}

const OPENSSH_MAGIC = 'openssh-key-v1\0';

/**
 * The form that OpenSSH describes in PROTOCOL.key: cipher, key derivation and its options, how many keys, the public ones,
 * and the private ones in one piece, each behind its length.
 */
function isOpenSsh(data: Buffer): boolean {
	if (data.subarray(0, OPENSSH_MAGIC.length).toString('latin1') !== OPENSSH_MAGIC) return false;
	const afterTexts = skipStrings(data, OPENSSH_MAGIC.length, 3);
	if (afterTexts + 4 > data.length) return false;
	const keys = data.readUInt32BE(afterTexts);
	const rest = data.length - skipStrings(data, afterTexts + 4, keys + 1);
	return keys > 0 && (rest === 0 || (rest === TAG_BYTES && data.subarray(OPENSSH_MAGIC.length + 4).toString('latin1', 0, LONGEST_CIPHER).match(AUTHENTICATED) !== null));
}

/** Ciphers of OpenSSH that put a tag behind the encrypted part (PROTOCOL.key, PROTOCOL.chacha20poly1305), and its length. */
const AUTHENTICATED = /^(aes128-gcm|aes256-gcm|chacha20-poly1305)@openssh\.com/;
const LONGEST_CIPHER = 40;
const TAG_BYTES = 16;

/** Where so many strings end, each behind its length; beyond the data when a part of them is missing. */
function skipStrings(data: Buffer, from: number, count: number): number {
	let at = from;
	for (let place = 0; place < count; place += 1) {
		if (at + 4 > data.length) return Infinity;
		at += 4 + data.readUInt32BE(at);
	}
	return at;
}
