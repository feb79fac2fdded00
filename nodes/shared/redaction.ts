import type { IDataObject } from 'n8n-workflow';

import { isObject } from './http';

export const REDACTED = '[redacted]';

/**
 * Below this length a secret is likely to be part of ordinary words, and cutting it out of a text would both spoil the
 * text and tell where it stood. Such texts are withheld as a whole.
 */
const SHORTEST_CUTTABLE_SECRET = 6;

/** A line of a multi-line secret (a PEM body) that is long enough to give part of it away. */
const SHORTEST_TELLING_LINE = 16;

/** Removes a set of secrets, in every form in which a vendor may echo them, from texts and values. */
export interface Redactor {
	/** A text of the vendor's; `null` when a secret is too short to be cut out safely. */
	vendorText(text: string | null): string | null;
	/** A value that goes into a result: every string and key in it. */
	value<T>(value: T): T;
}

/**
 * @param secrets every secret that the item has sent, the node's own credentials included
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
	const given = [...new Set(secrets)].filter((secret) => secret !== '');
	const withhold = given.some((secret) => secret.length < SHORTEST_CUTTABLE_SECRET);
	const forms = [...new Set(given.flatMap(echoForms))]
		.filter((form) => form.length >= SHORTEST_CUTTABLE_SECRET)
		// The longest first: a secret that contains another one must go as a whole.
		.sort((a, b) => b.length - a.length);

	const cut = (text: string) =>
		forms.reduce((rest, form) => (rest.includes(form) ? rest.split(form).join(REDACTED) : rest), text);

	const clean = (value: unknown): unknown => {
		if (typeof value === 'string') return cut(value);
		if (Array.isArray(value)) return value.map(clean);
		if (!isObject(value)) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, child]) => [cut(key), clean(child)]),
		) as IDataObject;
	};

	return {
		vendorText: (text) => (text === null || withhold ? null : cut(text)),
		value: <T>(value: T) => clean(value) as T,
	};
}

/** A secret as it may come back: as it is, JSON-escaped, URL-encoded, in base64, or line by line. */
function echoForms(secret: string): string[] {
	const bytes = Buffer.from(secret, 'utf8');
	const lines = secret.split(/\r?\n/).map((line) => line.trim());
	const forms = [
		secret,
		...lines.filter((line) => lines.length > 1 && line.length >= SHORTEST_TELLING_LINE),
	];
	return [
		...forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1), urlEncoded(form)]),
		...forms.map((form) => urlEncoded(form).replaceAll('%20', '+')),
		bytes.toString('base64'),
		bytes.toString('base64').replace(/=+$/, ''),
		bytes.toString('base64url'),
	];
}

function urlEncoded(text: string): string {
	return encodeURIComponent(text.toWellFormed());
}

/** Every string and number in a value, however deep: in a body whose fields are unknown, each may be a secret. */
export function leaves(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(leaves);
	return isObject(value) ? Object.values(value).flatMap(leaves) : [];
}
