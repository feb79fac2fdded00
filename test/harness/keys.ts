import { generateKeyPairSync, randomBytes } from 'node:crypto';

/**
 * A private key in the form that OpenSSH writes (PROTOCOL.key), made anew.
 * @param cipher for the outer form of an encrypted one: a cipher that puts a tag behind the encrypted part
 */
export function openSshKey(cipher?: 'aes256-gcm@openssh.com' | 'chacha20-poly1305@openssh.com'): string {
	const { privateKey } = generateKeyPairSync('ed25519');
	const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
	const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
	const publicPart = Buffer.concat([string('ssh-ed25519'), string(point)]);
	const check = randomBytes(4);
	const secretPart = Buffer.concat([check, check, publicPart, string(Buffer.concat([seed, point])), string('a comment')]);
	const padding = Buffer.from(Array.from({ length: -secretPart.length & 7 }, (_, place) => place + 1));
	const data = Buffer.concat([
		Buffer.from('openssh-key-v1\0'),
		string(cipher ?? 'none'),
		string(cipher === undefined ? 'none' : 'bcrypt'),
		string(cipher === undefined ? '' : Buffer.concat([string(randomBytes(16)), number(16)])),
		number(1),
		string(publicPart),
		string(Buffer.concat([secretPart, padding])),
		...(cipher === undefined ? [] : [randomBytes(16)]),
	]);
	const lines = data.toString('base64').match(/.{1,70}/g) ?? [];
	return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

/** An elliptic private key; PKCS #8 is the form that key files of service accounts have. */
export function ellipticKey(type: 'sec1' | 'pkcs8' = 'pkcs8'): string {
	return generateKeyPairSync('ec', {
		namedCurve: 'prime256v1',
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type, format: 'pem' },
	}).privateKey;
}

/** A small RSA key: large enough to be several lines, and made in no time. */
export function rsaKey(type: 'pkcs1' | 'pkcs8', encryption: { cipher?: string; passphrase?: string } = {}): string {
	return generateKeyPairSync('rsa', {
		modulusLength: 1024,
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type, format: 'pem', ...encryption },
	}).privateKey;
}

function string(content: string | Buffer): Buffer {
	const bytes = Buffer.from(content);
	return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
