import mapValues from 'lodash/mapValues';

import { typeOf, type Schema } from '../test/harness/schema';

const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer' };
const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });

/** What every result has, whatever the vendor: version 1 of the contract. */
const CONTRACT: Record<string, Schema> = {
	vendor: text,
	resource: text,
	operation: text,
	outcome: text,
	id: text,
	name: text,
	type: text,
	parentId: text,
	createdAt: text,
	updatedAt: text,
	expiresAt: text,
	changed: { type: 'array', items: text },
	plan: object({ method: text, path: text, body: object({}) }),
	verification: object({ status: text, method: text, detail: text }),
	restored: { type: 'boolean' },
	attributes: object({}),
	meta: object({
		contractVersion: count,
		requestId: text,
		requests: count,
		attempts: count,
		durationMs: count,
		at: text,
	}),
};

/** The output preview of an operation, from results that it has really emitted. */
export function schemaOf(operation: string, results: object[]): Schema {
	const attributes = results.map((result) => (result as { attributes: object }).attributes);
	return {
		...object({
			...CONTRACT,
			attributes: settled(attributes.map((each) => inferred(each)).reduce(merged, object({}))),
			...(operation === 'delete' ? { deleted: { type: 'boolean' } } : {}),
		}),
		version: 1,
	};
}

/** Objects whose keys are the user's own: the preview shows them as objects, not the keys of an example. */
const OPEN = new Set(['metadata']);

function inferred(value: unknown, key = ''): Schema {
	if (OPEN.has(key)) return object({});
	if (Array.isArray(value)) return { type: 'array', items: value.map((item) => inferred(item)).reduce(merged, object({})) };
	if (typeof value === 'object' && value !== null) {
		return object(Object.fromEntries(Object.entries(value).map(([name, child]) => [name, inferred(child, name)])));
	}
	return { type: typeOf(value) };
}

/** What no result has shown yet is taken for text, as most of what vendors tell is. */
function settled(schema: Schema): Schema {
	if (schema.type === 'null') return text;
	return {
		...schema,
		...(schema.items === undefined ? {} : { items: settled(schema.items) }),
		...(schema.properties === undefined ? {} : { properties: mapValues(schema.properties, settled) }),
	};
}

/** One schema for both: the second wins where the first knows only `null` or nothing. */
function merged(first: Schema, second: Schema): Schema {
	if (second.type === 'null') return first;
	if (first.type !== 'object' || second.type !== 'object') return second;
	const properties = { ...first.properties };
	for (const [key, child] of Object.entries(second.properties ?? {})) {
		properties[key] = properties[key] === undefined ? child : merged(properties[key], child);
	}
	return object(properties);
}
