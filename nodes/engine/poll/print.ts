import { createHash } from 'crypto';

import { isObject } from '../../kit/json';

/** Characters of a print: 66 bits, so that no two of a list are equal by chance. */
const LENGTH = 11;

/** Tells whether two values are equal, whatever the order of their keys. It is stored, so nothing secret may go into it. */
export function printOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(inOrder(value))).digest('base64url').slice(0, LENGTH);
}

function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOrder);
	if (!isObject(value)) return value;
	return Object.fromEntries(Object.keys(value).sort().map((key) => [key, inOrder(value[key])]));
}
