import type { IHttpRequestOptions } from 'n8n-workflow';

import { checkedBaseUrl, isHeaderValue } from '../../kit/credentialFields';
import { invalidInput } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import { say } from '../../kit/sentences';

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
	/** Where the credential has a switch for it: whether the host may be one that is reached without TLS. */
	allowsPlainHttp?: boolean;
	headers: Record<string, string>;
	signature: Signature;
}

const ELSEWHERE = say(MESSAGES.credential.otherHost);
const UNFIT_FOR_HEADERS = say(MESSAGES.credential.unusableHeader);

/** What `sign` says when it refuses: some versions of n8n keep nothing of an error but its text. */
export const SIGNING_REFUSALS: readonly string[] = [ELSEWHERE, UNFIT_FOR_HEADERS];

/**
 * A request in either spelling of n8n: nodes like these send the newer one (`url`, `disableFollowRedirect`), n8n's own
 * HTTP Request node, to which every credential type is open, the older one (`uri`, `followRedirect`).
 */
type AnyRequest = Pick<Partial<IHttpRequestOptions>, 'baseURL' | 'url'> & { uri?: unknown };

/**
 * The last step of every credential's `authenticate`, and so of node requests, credential tests and n8n's HTTP Request
 * node alike: checks that the request goes to the credential's own base URL, forbids redirects, and adds the headers.
 * Throws a `Failure` (`invalidInput`) when the request would take the credential elsewhere.
 */
export function sign(request: IHttpRequestOptions, input: SigningInput): IHttpRequestOptions {
	const base = checkedBaseUrl(input.baseUrl, undefined, input);
	const targets = targetsOf(request);
	if (targets.length === 0 || !targets.every((target) => isBelow(base, target))) throw invalidInput(ELSEWHERE);
	if (Object.values(input.headers).some((value) => !isHeaderValue(value))) {
		throw invalidInput(UNFIT_FOR_HEADERS);
	}
	const noRedirects = { disableFollowRedirect: true, followRedirect: false, followAllRedirects: false, maxRedirects: 0 };
	Object.assign(request, noRedirects, { headers: { ...request.headers, ...input.headers } });
	signatures.set(request, input.signature);
	return request;
}

/**
 * Every URL that n8n's HTTP client might call, by its rules for joining `baseURL` with the rest: which spelling counts
 * when both are given depends on the way that the request takes. `null` for one that cannot be called.
 */
function targetsOf({ url, uri, baseURL }: AnyRequest): Array<URL | null> {
	const given = [url, uri].filter(Boolean).map(String);
	if (!baseURL) return given.map(parsedUrl);
	if (given.length === 0) return [parsedUrl(String(baseURL))];
	return given.map((text) => {
		const isAbsolute = /^([a-z][a-z\d+.-]*:)?\/\//i.test(text);
		return parsedUrl(isAbsolute ? text : `${String(baseURL).replace(/\/+$/, '')}/${text.replace(/^\/+/, '')}`);
	});
}

function parsedUrl(text: string): URL | null {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}

function isBelow(base: URL, target: URL | null): boolean {
	const directory = (path: string) => (path.endsWith('/') ? path : `${path}/`);
	return target !== null && target.origin === base.origin && directory(target.pathname).startsWith(directory(base.pathname));
}
