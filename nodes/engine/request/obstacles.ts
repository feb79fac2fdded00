import { Failure, type FailureDetails, type Stage } from '../../kit/failure';
import { asObject, isObject } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import { cureOf, say, textOf } from '../../kit/sentences';

const { obstacle: said } = MESSAGES;

/** A host as sentences call it, and the field of the credential that leads to it. */
export interface Host {
	host: string;
	field: string;
}

const VENDOR_HOST: Host = { host: say(said.vendorHost), field: say(said.vendorField) };

/** What has kept a request from its host: nothing of it has left. */
export interface Obstacle extends Pick<FailureDetails, 'code' | 'retryable'> {
	/** What is said of it. */
	name: ObstacleName;
}

/** What can, by the name of what is said of it. */
type ObstacleName = Exclude<keyof typeof said, 'noConnection' | 'noToken' | 'vendorHost' | 'vendorField' | 'signInHost' | 'signInField'>;

/** Whether the same can succeed later is told where it cannot. */
const MEANINGS: Readonly<Record<ObstacleName, Omit<Obstacle, 'name'>>> = {
	domainList: { code: 'invalidInput' },
	internalAddress: { code: 'network', retryable: false },
	certificateName: { code: 'network', retryable: false },
	certificateDates: { code: 'network', retryable: false },
	certificate: { code: 'network', retryable: false },
	proxySignIn: { code: 'network', retryable: false },
	proxyRefusal: { code: 'network', retryable: false },
	proxyGateway: { code: 'network' },
	proxy: { code: 'network' },
	encryption: { code: 'network' },
	connection: { code: 'network' },
};

export const OBSTACLES = Object.fromEntries(
	(Object.keys(MEANINGS) as ObstacleName[]).map((name) => [name, { ...MEANINGS[name], name }]),
) as Readonly<Record<ObstacleName, Obstacle>>;

/** What has kept a request from this host, without a full stop, so that what is known of the case can follow. */
export function told({ name }: Obstacle, host: Host): string {
	return textOf(said[name], host);
}

/** What mends it. */
export function remedyFor({ name }: Obstacle, host: Host): string {
	return cureOf(said[name], host) ?? '';
}

/** A failure of a request that something has kept from the vendor. */
export function keptFromVendor(by: Obstacle, stage: Stage): Failure {
	const { code, retryable } = by;
	return new Failure({ code, retryable, stage, message: say(said.noConnection, { why: told(by, VENDOR_HOST) }), hint: remedyFor(by, VENDOR_HOST) });
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
