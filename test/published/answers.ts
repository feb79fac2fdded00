import get from 'lodash/get';
import isPlainObject from 'lodash/isPlainObject';
import mapValues from 'lodash/mapValues';
import omit from 'lodash/omit';

import type { PublishedVendor } from './vendors';

/** What an answer says of a credential, by the names of the result; `null` where it says nothing. */
export type Said = Record<'id' | 'name', string | null> & Record<string, string | null>;

export function isObject(value: unknown): value is Record<string, unknown> {
	return isPlainObject(value);
}

/** An empty path is the whole. */
export function at(value: unknown, path: string): unknown {
	return path === '' ? value : get(value, path);
}

export function saidOf({ members, times }: PublishedVendor, credential: unknown): Said {
	const said = Object.entries(members).map(([name, path]) => {
		const value: unknown = get(credential, path);
		return [name, times.includes(path.split('.').at(-1)!) ? moment(value) : text(value)];
	});
	return Object.fromEntries(said) as Said;
}

/** Whether it can be told which credential this is. */
export function isNamed({ id, name }: Said): boolean {
	return id !== null || name !== null;
}

function text(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** RFC 3339, or seconds since 1970 that lie in this age. */
function moment(value: unknown): string | null {
	if (typeof value === 'number') return value > 1_000_000_000 ? new Date(value * 1000).toISOString() : null;
	return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : null;
}

/** What stands in an answer under the name of a secret, at any depth. */
export function secretsIn(answer: unknown, names: string[]): string[] {
	if (Array.isArray(answer)) return answer.flatMap((each) => secretsIn(each, names));
	if (!isObject(answer)) return [];
	return Object.entries(answer).flatMap(([name, value]) => (names.includes(name) && typeof value === 'string' ? [value] : secretsIn(value, names)));
}

/** An answer without the members of these names, at any depth. */
export function withoutMembers(answer: unknown, names: string[]): unknown {
	if (Array.isArray(answer)) return answer.map((each) => withoutMembers(each, names));
	if (!isObject(answer)) return answer;
	return mapValues(omit(answer, names), (value) => withoutMembers(value, names));
}
