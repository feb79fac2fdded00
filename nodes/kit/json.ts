import type { IDataObject } from 'n8n-workflow';

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

/** Whether a value, or anything in it, is a number that JSON parsing may have rounded. */
export function holdsInexactNumber(value: unknown): boolean {
	if (typeof value === 'number') return !Number.isFinite(value) || Number.isInteger(value) !== Number.isSafeInteger(value);
	return (isObject(value) || Array.isArray(value)) && Object.values(value).some(holdsInexactNumber);
}

/** Every string and number in a value, however deep: in a body whose fields are unknown, each may be a secret. */
export function leaves(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(leaves);
	return isObject(value) ? Object.values(value).flatMap(leaves) : [];
}

/** A text without the mark with which some programs begin a file: it is no part of the text, and JSON knows none. */
export function withoutByteOrderMark(text: string): string {
	return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
