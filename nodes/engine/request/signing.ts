import type { IHttpRequestOptions } from 'n8n-workflow';

import { checkedBaseUrl } from '../../kit/credentialFields';
import { invalidInput } from '../../kit/failure';

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

/** RFC 9110 §5.5. n8n's HTTP client (axios 1.18) drops other characters without a word, and would send another key. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The URL that n8n's HTTP client will call, by its rules for joining `baseURL` and `url`. */
function targetOf({ url, baseURL }: IHttpRequestOptions, base: URL): URL {
	const isAbsolute = /^([a-z][a-z\d+.-]*:)?\/\//i.test(url);
	if (isAbsolute || baseURL === undefined) return new URL(url, base);
	return new URL(`${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`);
}
