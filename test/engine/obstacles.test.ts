import { isWaiting, obstacleIn, OBSTACLES } from '../../nodes/engine/request/obstacles';

type Name = keyof typeof OBSTACLES;

/** The same error as two versions of n8n hand it over: the later one keeps the original, the earlier one its code and texts. */
const HANDED_OVER: Array<[string, (message: string, code?: string) => object]> = [
	['with its cause', (message, code) => ({ message: 'Something else', cause: Object.assign(new Error(message), { code }) })],
	['by its texts alone', (message, code) => ({ message: 'Something else', httpCode: code, messages: [message] })],
	['as it is', (message, code) => Object.assign(new Error(message), { code })],
];

const SSL = (reason: string) => `write EPROTO 80DC23694A7F0000:error:0A00010B:SSL routines:ssl3_get_record:${reason}:../record.c:350:\n`;

const TEXTS: Array<[Name, string, string?]> = [
	['domainList', 'Domain not allowed: This credential is restricted from accessing a.example. Only the following domains are allowed: b.example'],
	['domainList', 'No allowed domains specified. Configure allowed domains or change restriction setting.'],
	['internalAddress', 'The request was blocked because it resolves to a restricted IP address'],
	['internalAddress', 'The request was blocked because the destination hostname is restricted'],
	['certificate', 'self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
	['certificate', 'self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'],
	['certificate', 'unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
	['certificate', 'unable to get local issuer certificate', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
	['certificate', 'certificate not trusted', 'CERT_UNTRUSTED'],
	['certificateName', 'Hostname/IP does not match certificate\'s altnames: Host: a. is not in the cert\'s altnames: DNS:b', 'ERR_TLS_CERT_ALTNAME_INVALID'],
	['certificateDates', 'certificate has expired', 'CERT_HAS_EXPIRED'],
	['certificateDates', 'certificate is not yet valid', 'CERT_NOT_YET_VALID'],
	['proxy', 'Proxy connection ended before receiving CONNECT response'],
	['proxy', 'Invalid header from proxy CONNECT response: "x"'],
	['encryption', SSL('wrong version number'), 'EPROTO'],
	['encryption', SSL('sslv3 alert handshake failure'), 'EPROTO'],
	['encryption', SSL('tlsv1 alert protocol version'), 'EPROTO'],
	['connection', 'Client network socket disconnected before secure TLS connection was established', 'ECONNRESET'],
	['connection', 'connect ETIMEDOUT 192.0.2.1:443', 'ETIMEDOUT'],
	['connection', 'connect EHOSTUNREACH 192.0.2.1:443', 'EHOSTUNREACH'],
	['connection', 'connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'],
	['connection', 'getaddrinfo ENOTFOUND no-such-host.invalid', 'ENOTFOUND'],
	['connection', 'getaddrinfo EAI_AGAIN host', 'EAI_AGAIN'],
];

/** Each in full: Jest hands a callback to a test that takes more than it is given. */
const TOLD = TEXTS.map(([name, message, code]) => [name, message, code] as const);

/** Faults of which a text alone does not tell whether the request had left. */
const OPEN: Array<[string, string]> = [
	['socket hang up', 'ECONNRESET'],
	['read ECONNRESET', 'ECONNRESET'],
	['write EPIPE', 'EPIPE'],
	['read ETIMEDOUT', 'ETIMEDOUT'],
	['read EHOSTUNREACH', 'EHOSTUNREACH'],
	['write ENETUNREACH', 'ENETUNREACH'],
	['read ENETDOWN', 'ENETDOWN'],
	[SSL('decryption failed or bad record mac'), 'EPROTO'],
	['aborted', 'ECONNRESET'],
	['canceled', 'ERR_CANCELED'],
];

const withSocket = (socket: unknown, message = 'read ECONNRESET', code = 'ECONNRESET') => ({
	message: 'Something else',
	cause: Object.assign(new Error(message), { code, request: { socket } }),
});

describe.each(HANDED_OVER)('an error that n8n hands over %s', (_how, handOver) => {
	test.each(TOLD)('tells of %s: %s', (name, message, code) => {
		expect(obstacleIn(handOver(message, code))).toBe(OBSTACLES[name]);
	});

	test.each(OPEN)('leaves open whether the request had left: %s', (message, code) => {
		expect(obstacleIn(handOver(message, code))).toBeNull();
	});

	test('does not take the text of a certificate for a word of n8n’s', () => {
		const message = 'Hostname/IP does not match certificate\'s altnames: DNS:The request was blocked because, DNS:Domain not allowed';

		expect(obstacleIn(handOver(message, 'ERR_TLS_CERT_ALTNAME_INVALID'))).toBe(OBSTACLES.certificateName);
	});
});

describe('what Node knows of the connection', () => {
	test('counts where the request still waited for one', () => {
		expect(obstacleIn(withSocket(null))).toBe(OBSTACLES.connection);
		expect(isWaiting(withSocket(null, 'canceled', 'ERR_CANCELED'))).toBe(true);
	});

	test('counts where the connection was not encrypted yet', () => {
		const socket = { encrypted: true, secureConnecting: true };

		expect(obstacleIn(withSocket(socket))).toBe(OBSTACLES.connection);
		expect(obstacleIn(withSocket(socket, SSL('anything'), 'EPROTO'))).toBe(OBSTACLES.encryption);
	});

	test('outranks a text: on an encrypted connection the request may have left', () => {
		const socket = { encrypted: true, secureConnecting: false };

		expect(obstacleIn(withSocket(socket, SSL('wrong version number'), 'EPROTO'))).toBeNull();
		expect(isWaiting(withSocket(socket))).toBe(false);
	});

	test('says nothing of a connection in clear, or where there is no request', () => {
		expect(isWaiting(withSocket({ encrypted: undefined }))).toBeUndefined();
		expect(isWaiting(new Error('socket hang up'))).toBeUndefined();
		expect(isWaiting(undefined)).toBeUndefined();
		expect(obstacleIn(withSocket({}))).toBeNull();
	});
});

test('only what can pass by itself is to be repeated', () => {
	const isToBeRepeated = Object.entries(OBSTACLES).map(([name, obstacle]) => [name, 'retryable' in obstacle ? obstacle.retryable : obstacle.code === 'network']);

	expect(Object.fromEntries(isToBeRepeated)).toEqual({
		domainList: false,
		internalAddress: false,
		certificateName: false,
		certificateDates: false,
		certificate: false,
		proxySignIn: false,
		proxyRefusal: false,
		proxyGateway: true,
		proxy: true,
		encryption: true,
		connection: true,
	});
});
