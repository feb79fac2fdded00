import type { Schema } from '../test/harness/schema';
import { keysOf } from './contract';

/** The output preview of an operation: what a result is unless a larger size is chosen, the same for every vendor. */
export function schemaOf(operation: string): Schema {
	const properties = Object.fromEntries(keysOf(operation, 'simplified').map(({ key, schema }) => [key, schema]));
	return { type: 'object', properties, version: 1 };
}
