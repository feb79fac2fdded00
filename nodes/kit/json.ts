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

/** The head of an answer, as n8n's HTTP client hands it over. */
export interface RawAnswer {
	statusCode: number;
	headers: Record<string, unknown>;
}

/** Headers with lower-case names, each as one text. */
export function textHeaders(headers: Record<string, unknown>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name.toLowerCase(),
			Array.isArray(value) ? value.join(', ') : String(value),
		]),
	);
}

/** A plain JSON object, as against an array, a string or null. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one: lets a reader walk into an answer of any shape. */
export function asObject(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

/** The value as text when it is a non-empty string or a number that JSON parsing has not rounded; else `null`. */
export function asText(value: unknown): string | null {
	if (typeof value === 'string') return value === '' ? null : value;
	return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

/** Picks the named keys that the object has itself; nothing inherited, so `__proto__` in an answer is inert. */
export function pick(source: unknown, keys: readonly string[]): IDataObject {
	const object = asObject(source);
	return Object.fromEntries(
		keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]),
	) as IDataObject;
}

/** Whether there are more levels of lists and objects in a value than these. */
export function isDeeperThan(levels: number, value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
