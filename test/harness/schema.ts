import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { OperationName } from '../../nodes/kit/operation';
import { resourceOf } from '../../nodes/kit/operations';
import { manifest, packageRoot } from './packageTypes';

/** As much of JSON Schema as n8n's output previews use. */
export interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
	version?: number;
}

/** Where n8n looks for the output preview of a node's operation, for version 1 of the node. */
export function schemaPath(nodeName: string, operation: OperationName): string {
	const file = manifest.n8n.nodes.find((each) => each.toLowerCase().endsWith(`/${nodeName.toLowerCase()}.node.js`))!;
	const folder = dirname(file).replace(/^dist\//, '');
	return join(packageRoot, folder, '__schema__', 'v1.0.0', resourceOf(operation), `${operation}.json`);
}

export function loadSchema(nodeName: string, operation: OperationName): Schema {
	return JSON.parse(readFileSync(schemaPath(nodeName, operation), 'utf8')) as Schema;
}

/**
 * Where a value differs from a schema, as paths; an empty list when it fits. At the top every key of the schema must be
 * there, in its order. A value may be `null` anywhere: that is how a result says that the vendor did not tell.
 */
export function conformsTo(schema: Schema, value: unknown, path = ''): string[] {
	if (value === null) return [];
	if (typeOf(value) !== schema.type) return [`${path || 'item'} is ${typeOf(value)}, not ${schema.type}`];
	if (Array.isArray(value)) return value.flatMap((item, index) => conformsTo(schema.items!, item, `${path}[${index}]`));
	if (typeof value !== 'object') return [];
	const properties = schema.properties ?? {};
	// An object without properties is an open one.
	if (path !== '' && Object.keys(properties).length === 0) return [];
	const keys = Object.keys(value);
	const missing = path === '' && keys.join() !== Object.keys(properties).join() ? ['the keys differ'] : [];
	return keys.reduce<string[]>((faults, key) => {
		const child = properties[key];
		const here = path === '' ? key : `${path}.${key}`;
		return child === undefined
			? [...faults, `${here} is not in the preview`]
			: [...faults, ...conformsTo(child, (value as Record<string, unknown>)[key], here)];
	}, missing);
}

/** The JSON Schema type of a value. */
export function typeOf(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
	return typeof value;
}
