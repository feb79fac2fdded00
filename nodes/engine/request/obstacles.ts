import { Failure, type FailureDetails, type Stage } from '../../kit/failure';
import { asObject, isObject } from '../../kit/json';

/** A host as sentences call it, and the field of the credential that leads to it. */
export interface Host {
	name: string;
	field: string;
}

const VENDOR_HOST: Host = { name: 'the vendor’s host', field: 'the base URL' };

/** What has kept a request from its host: nothing of it has left. */
export interface Obstacle extends Pick<FailureDetails, 'code' | 'retryable'> {
	/** Without a full stop, so that what is known of the case can follow. */
	told: (host: Host) => string;
	remedy: (host: Host) => string;
}

const PROXY_SETTINGS = 'the proxy settings in n8n’s environment (HTTPS_PROXY, NO_PROXY)';

export const OBSTACLES = {
	domainList: {
		code: 'invalidInput',
		told: ({ name }) => `the list “Allowed HTTP Request Domains” of the credential does not have ${name}`,
		remedy: ({ field }) => `Add the domain in ${field} to that list in the credential, or allow all domains there.`,
	},
	internalAddress: {
		code: 'network',
		retryable: false,
		told: ({ name }) => `n8n’s protection against requests to internal addresses has blocked ${name}`,
		remedy: ({ field }) => `Check ${field} of the credential, or have the n8n administrator allow the host.`,
	},
	certificateName: {
		code: 'network',
		retryable: false,
		told: ({ name }) => `the certificate of ${name} is made out to another name`,
		remedy: ({ field }) => `Enter the host in ${field} of the credential by the name that its certificate has.`,
	},
	certificateDates: {
		code: 'network',
		retryable: false,
		told: ({ name }) => `the certificate of ${name} has expired, is not valid yet, or was revoked`,
		remedy: () => 'Check the clock of this machine; if it is right, the host needs a new certificate.',
	},
	certificate: {
		code: 'network',
		retryable: false,
		told: ({ name }) => `n8n does not trust the certificate of ${name}, or of a proxy on the way there`,
		remedy: () =>
			'If your organization signs it, have the n8n administrator name the file with its certificate in NODE_EXTRA_CA_CERTS in n8n’s environment, and restart n8n.',
	},
	proxySignIn: {
		code: 'network',
		retryable: false,
		told: ({ name }) => `a proxy on the way to ${name} asks for a user name and a password of its own`,
		remedy: () =>
			'Have the n8n administrator put them into HTTPS_PROXY in n8n’s environment (http://user:password@host:port), or name the host in NO_PROXY, and restart n8n.',
	},
	proxyRefusal: {
		code: 'network',
		retryable: false,
		told: ({ name }) => `a proxy on the way to ${name} does not let n8n through`,
		remedy: () => 'Have the administrator of the proxy allow the host, or name the host in NO_PROXY in n8n’s environment and restart n8n.',
	},
	proxyGateway: {
		code: 'network',
		told: ({ name }) => `a proxy on the way to ${name} did not reach it`,
		remedy: ({ field }) => `Check ${field} of the credential and ${PROXY_SETTINGS}, and run it again.`,
	},
	proxy: {
		code: 'network',
		told: ({ name }) => `a proxy on the way to ${name} closed the connection`,
		remedy: () => `Have the n8n administrator check the proxy and ${PROXY_SETTINGS}.`,
	},
	encryption: {
		code: 'network',
		told: ({ name }) => `no encrypted connection to ${name} could be set up`,
		remedy: ({ field }) =>
			`Check ${field} of the credential: what answers at its host and port must speak https. If that is so, check ${PROXY_SETTINGS}.`,
	},
	connection: {
		code: 'network',
		told: ({ name }) => `${name} could not be reached`,
		remedy: ({ field }) => `Check ${field} of the credential and the network, and run it again.`,
	},
} satisfies Record<string, Obstacle>;

/** The failure of a request that something has kept from the vendor. */
export function keptFromVendor({ code, retryable, told, remedy }: Obstacle, stage: Stage): Failure {
	return new Failure({ code, retryable, stage, message: `No connection: ${told(VENDOR_HOST)}.`, hint: remedy(VENDOR_HOST) });
}

/**
 * How each is told from the texts of an error: by Node’s codes, OpenSSL’s reasons, the sentences of n8n and of its HTTP client.
 * The first that fits counts. A certificate’s own text is among them, so that what n8n says itself has to stand at the beginning.
 */
const SIGNS: ReadonlyArray<readonly [keyof typeof OBSTACLES, RegExp]> = [
	['domainList', /^(Domain not allowed|No allowed domains specified|This credential is configured to prevent use)\b/],
	['internalAddress', /^The request was blocked because\b/],
	['certificateName', /\b(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)\b/],
	['certificateDates', /\b(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|CERT_REVOKED)\b/],
	['certificate', /\b(CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|ERR_TLS_CERT_[A-Z_]+)\b/],
	['proxy', /\bproxy CONNECT response\b|^Proxy connection ended\b/],
];

/** Reasons of OpenSSL that belong to the beginning of a connection. */
const NO_HANDSHAKE =
	/\b(wrong version number|unsupported protocol|packet length too long|http request|https proxy request|handshake failure|unrecognized name|protocol version|no shared cipher|no protocols available|no application protocol)\b/;

/** Faults before there is a connection. */
const NO_CONNECTION =
	/\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ERR_TLS_[A-Z_]+|connect E[A-Z]+|refused the connection|cannot be established|DNS server returned|before secure TLS connection was established)\b/;

/** A fault of a connection that was there: a network can be lost at any time. */
const ON_A_CONNECTION = /^(read|write) E[A-Z]+\b/;

/** As much of any error as is looked at; nothing of it but that leaves this file. */
interface Thrown {
	message?: unknown;
	code?: unknown;
	/** Where n8n’s error class keeps a code, be it one of HTTP or not. */
	httpCode?: unknown;
	messages?: unknown;
	cause?: unknown;
	request?: unknown;
}

/** What has kept a request from its host, by the error that it ended in; `null` when it may have left. */
export function obstacleIn(error: unknown): Obstacle | null {
	const texts = textsOf(error);
	const isSaid = (sign: RegExp) => texts.some((text) => sign.test(text));
	const [name] = SIGNS.find(([, sign]) => isSaid(sign)) ?? [];
	if (name !== undefined) return OBSTACLES[name];
	// What Node knows of the connection outranks what a text says.
	const hasLeft = !(isWaiting(error) ?? (isSaid(NO_HANDSHAKE) || (isSaid(NO_CONNECTION) && !isSaid(ON_A_CONNECTION))));
	if (hasLeft) return null;
	return isSaid(NO_HANDSHAKE) || isSaid(/\bEPROTO\b/) ? OBSTACLES.encryption : OBSTACLES.connection;
}

/** The texts of an error: n8n 2.41 keeps the original one as cause, 2.8 only its code and its texts. */
export function textsOf(error: unknown): string[] {
	const { message, code, httpCode, messages, cause } = asThrown(error);
	const { message: first, code: firstCode } = asThrown(cause);
	const kept: unknown[] = Array.isArray(messages) ? messages : [];
	return [message, code, httpCode, first, firstCode, ...kept].filter((text): text is string => typeof text === 'string');
}

/**
 * Whether a request still waited when it failed: for a connection, its own or a proxy’s, or for an encrypted one. `undefined`
 * where the error does not show it: only n8n 2.41 keeps the request, and of a connection in clear Node forgets it.
 */
export function isWaiting(error: unknown): boolean | undefined {
	const { request, cause } = asThrown(error);
	const known = [request, asThrown(cause).request].find((each) => isObject(each) && 'socket' in each) as { socket: unknown } | undefined;
	if (known === undefined) return undefined;
	if (!isObject(known.socket)) return true;
	const { encrypted, secureConnecting } = known.socket;
	return encrypted === true && typeof secureConnecting === 'boolean' ? secureConnecting : undefined;
}

/** Whether a request to an https address was answered on a connection in clear: not by the host. */
export function isInClear(request: unknown): boolean {
	const { protocol, socket } = asObject(request);
	return protocol === 'https:' && isObject(socket) && socket.encrypted !== true;
}

function asThrown(error: unknown): Thrown {
	return typeof error === 'object' && error !== null ? error : {};
}
