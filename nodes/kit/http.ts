import type { IDataObject, IHttpRequestMethods } from 'n8n-workflow';

/** A request as a vendor record builds it: no host, no credentials. */
export interface VendorRequest {
	method: IHttpRequestMethods;
	/** Begins with `/`; every id in it is percent-encoded (see `pathTo`). */
	path: string;
	query?: Record<string, string>;
	/** `null`: no body is sent. */
	body: IDataObject | null;
	headers?: Record<string, string>;
}

/** One POST to a token endpoint (OAuth 2.0 client credentials). */
export interface TokenRequest {
	url: string;
	headers: Record<string, string>;
	body: string;
}

/** A pair that a vendor has issued for signing in; `secret` is `null` for a public client, which has none. */
export interface IssuedPair {
	id: string;
	secret: string | null;
}

/** The vendor's answer. Header names are lower-case. */
export interface VendorAnswer {
	status: number;
	headers: Record<string, string>;
	/** The parsed JSON body; `undefined` when the body was empty or was not JSON. */
	body: unknown;
	/** Whether there was no body at all: one that is not JSON is `undefined`, too. */
	isEmpty?: boolean;
	/** Milliseconds from sending the request to the head of the answer, when they were measured. */
	tookMs?: number;
}
