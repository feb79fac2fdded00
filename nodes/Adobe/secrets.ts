import omit from 'lodash/omit';
import type { IDataObject } from 'n8n-workflow';

import { asText, isObject, leaves, replaceUserInfo, secretsInUserInfo, withDecoded } from '../kit';
import { PLAIN_TOP_FIELDS, plainFieldsOf } from './kinds';

/** Where a body comes from: out of JSON, where every value may be a secret, or out of fields whose meaning is known. */
export type Source = 'fields' | 'json';

/** Every secret in a body, those inside of URLs and connection strings by themselves as well. */
export function secretsIn(body: IDataObject, source: Source): string[] {
	return Object.entries(body)
		.filter(([name]) => !PLAIN_TOP_FIELDS.includes(name))
		.flatMap(([name, value]) => [
			...leaves(isObject(value) ? hideable(name, value, source) : value),
			...leaves(value).flatMap(secretParts),
		]);
}

/** The fields of a kind's object that may not be shown. */
export function hideable(kind: string, fields: IDataObject, source: Source): IDataObject {
	return source === 'json' ? fields : (omit(fields, plainFieldsOf(kind)) as IDataObject);
}

/** Keys and signatures in Azure connection strings and in URLs with a shared access signature. */
const AZURE_SECRETS = /(?:AccountKey|SharedAccessKey|SharedAccessSignature|[?&]sig)=([^;&#]+)/gi;

/** What a text carries that is a secret alone: a vendor may quote just that. */
function secretParts(text: string): string[] {
	const azure = [...text.matchAll(AZURE_SECRETS)].map(([, secret = '']) => secret);
	return [...secretsInUserInfo(text), ...withDecoded(azure)];
}

/** A URL as it may be shown: without user-info, and without the query, where Azure has its access signatures. */
export function shownUrl(url: unknown): string | null {
	const text = asText(url);
	return text === null ? null : replaceUserInfo(text, '').replace(/[?#].*$/s, '');
}

/** How the name of a kind ends, in whatever case: an object under such a name holds what Adobe signs in with. */
const KIND_LIKE = /authentication$/i;

/** What secrets are called in the kinds that Adobe has documented, in case one stands outside of its kind. */
const SECRET_LIKE = /(secret|password|token|key|connectionString)$/i;

const WITH_SCHEME = /^\s*[a-z][a-z\d+.-]*:\/\//i;

/**
 * Whether a leaf of an answer is a secret: under a kind, all but the fields that are known not to be; elsewhere what is
 * called like one; and everywhere a URL that holds more than where something is.
 */
export function isSecret(path: readonly string[], leaf: unknown): boolean {
	const name = path.at(-1) ?? '';
	if (holdsMoreThanAPlace(name, leaf)) return true;
	const depth = path.findIndex((key) => KIND_LIKE.test(key));
	const kind = path[depth];
	if (kind === undefined) return SECRET_LIKE.test(name);
	return path.length !== depth + 2 || !(plainFieldsOf(kind) as string[]).includes(name);
}

function holdsMoreThanAPlace(name: string, leaf: unknown): boolean {
	const text = asText(leaf);
	if (text === null || (name !== 'url' && !WITH_SCHEME.test(text))) return false;
	return shownUrl(text) !== text;
}

/** What a plan may show of a body: a name, and the fields of a known kind that are no secrets. URLs may hold one. */
export function isSafeInRequest(path: readonly string[]): boolean {
	const [first = '', second] = path;
	if (path.length === 1) return first === 'name' || first === 'type';
	return path.length === 2 && second !== 'url' && (plainFieldsOf(first) as string[]).includes(second ?? '');
}
