import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { Failure, invalidInput } from '../../kit/failure';

/** What a credential's `authenticate` did to one request: written by `sign`, read by the transport. */
export interface Signature {
	/** Every secret that was put into the request, for redaction. */
	secrets: string[];
	/** The short-lived access token that was used; `null` for a fixed key, which no refresh can mend. */
	sessionToken: string | null;
}

/** Both maps live as long as the request options themselves, so nothing accumulates in a long-running process. */
const signatures = new WeakMap<IHttpRequestOptions, Signature>();
const rejectedTokens = new WeakMap<IHttpRequestOptions, string>();

/** The signature of a request; `undefined` while it has not been signed, which also means that it was not sent. */
export function signatureOf(request: IHttpRequestOptions): Signature | undefined {
	return signatures.get(request);
}

/** Notes, before a request is repeated, which access token the vendor has just refused. */
export function noteRejectedToken(request: IHttpRequestOptions, token: string): void {
	rejectedTokens.set(request, token);
}

/** Whether the vendor has already refused this access token for this very request. */
export function isRejectedToken(request: IHttpRequestOptions, token: string): boolean {
	return rejectedTokens.get(request) === token;
}

export interface SigningInput {
	/** The base URL that the credential names. */
	baseUrl: string;
	headers: Record<string, string>;
	signature: Signature;
}

const ELSEWHERE =
	'The request would have taken the credential to another host than its own base URL, so it was not sent.';
const UNFIT_FOR_HEADERS =
	'A field of the credential holds a character that no header can carry, such as a line break. Enter it again.';

/** What `sign` says when it refuses: some versions of n8n keep nothing of an error but its text. */
export const SIGNING_REFUSALS: readonly string[] = [ELSEWHERE, UNFIT_FOR_HEADERS];

/**
 * The last step of every credential's `authenticate`, and so of node requests and credential tests alike: checks that
 * the request goes to the credential's own base URL, forbids redirects, and adds the headers.
 * Throws a `Failure` (`invalidInput`) when the request would take the credential elsewhere.
 */
export function sign(request: IHttpRequestOptions, input: SigningInput): IHttpRequestOptions {
	const base = checkedBaseUrl(input.baseUrl);
	const target = targetOf(request, base);
	const root = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
	if (target.origin !== base.origin || !target.pathname.startsWith(root)) {
		throw invalidInput(ELSEWHERE);
	}
	if (Object.values(input.headers).some((value) => !HEADER_VALUE.test(value))) {
		throw invalidInput(UNFIT_FOR_HEADERS);
	}
	request.disableFollowRedirect = true;
	request.headers = { ...request.headers, ...input.headers };
	signatures.set(request, input.signature);
	return request;
}

/** RFC 9110 §5.5. The HTTP client refuses others too, but only after the request counts as sent. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The URL that n8n's HTTP client will call, by its rules for joining `baseURL` and `url`. */
function targetOf({ url, baseURL }: IHttpRequestOptions, base: URL): URL {
	const isAbsolute = /^([a-z][a-z\d+.-]*:)?\/\//i.test(url);
	if (isAbsolute || baseURL === undefined) return new URL(url, base);
	return new URL(`${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`);
}

/** Hosts of this machine, the only ones that a secret may reach without TLS. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Parses a base URL of a credential and refuses one that is not safe to send secrets to.
 * Throws a `Failure` (`invalidInput`) naming the field.
 */
function checkedBaseUrl(text: unknown, field = 'Base URL'): URL {
	let url: URL;
	try {
		url = new URL(String(text));
	} catch {
		throw invalidInput(`“${field}” of the credential is not a URL. Enter one such as https://api.example.com.`);
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
		throw invalidInput(`“${field}” of the credential must begin with https://, so that secrets travel encrypted.`);
	}
	if (url.username !== '' || url.password !== '') {
		throw invalidInput(
			`“${field}” of the credential must not hold a user name or password. Enter them in their own fields.`,
		);
	}
	// Not by `search` and `hash`, which are empty for a bare “?” or “#”: the path of a request would follow it.
	if (/[?#]/.test(url.href)) {
		throw invalidInput(`“${field}” of the credential must end with its path. Remove what follows “?” or “#”.`);
	}
	return url;
}

/** The base URL without the slash at its end, ready for a path to follow. Throws as `checkedBaseUrl` does. */
export function baseUrlPrefix(text: unknown, field?: string): string {
	return checkedBaseUrl(text, field).href.replace(/\/+$/, '');
}

/**
 * A field of a credential that has to be filled in, without the white space that pasting leaves at its ends.
 * Throws a `Failure` (`authentication`) naming it when it is empty or holds a line break or other control character.
 */
export function credentialText(credentials: IDataObject, name: string, label: string): string {
	const value = credentials[name];
	const text = typeof value === 'string' ? value.trim() : '';
	if (text === '') throw unusableField(label, 'is empty. Fill it in and save the credential.');
	if (/\p{Cc}/u.test(text)) throw unusableField(label, 'holds a line break. Paste it again, in one line.');
	return text;
}

function unusableField(label: string, fault: string): Failure {
	return new Failure({ code: 'authentication', stage: 'token', message: `“${label}” of the credential ${fault}` });
}
