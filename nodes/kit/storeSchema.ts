import mapValues from 'lodash/mapValues';

import { unreadable } from './answers';
import { type Failure, invalidInput } from './failure';
import type { VendorAnswer } from './http';
import { asObject, asText, isObject } from './json';
import { STORE_LABEL, type StoredData } from './secretStore';
import { labelOf } from './secretText';

/** The fields of a type of credentials, as n8n checks what it is sent. */
export interface StoreSchema {
	type: string;
	/** By name. */
	fields: ReadonlyMap<string, StoreField>;
	/** Names of those that a new credential cannot do without. */
	required: readonly string[];
}

interface StoreField {
	/** The kind of its values; what n8n does not check is of none. */
	kind: 'string' | 'number' | 'boolean' | null;
	/** The values that there are; `null`: any. */
	choices: readonly string[] | null;
}

const KINDS = ['string', 'number', 'boolean'] as const;

/** Reads the schema of a type. Throws a `Failure` (`unexpectedResponse`) when it is none. */
export function readSchema(type: string, { body }: VendorAnswer): StoreSchema {
	const { properties, required } = asObject(body);
	if (!isObject(properties)) throw unreadable(STORE_LABEL, 'It does not say which fields the credential has.');
	const fields = Object.entries(properties).map(([name, property]): [string, StoreField] => {
		const { type: kind, enum: choices } = asObject(property);
		return [name, { kind: KINDS.find((each) => each === kind) ?? null, choices: Array.isArray(choices) ? choices.map(String) : null }];
	});
	return { type, fields: new Map(fields), required: Array.isArray(required) ? required.flatMap((name) => asText(name) ?? []) : [] };
}

/**
 * The values in the kinds that the fields have: text that stands for a number or for yes or no becomes that. Throws a `Failure`
 * (`invalidInput`) for a field that the type does not have, and for a value that its field does not take.
 * @param label the parameter that names the fields
 */
export function fitted(data: StoredData, schema: StoreSchema, label: string): StoredData {
	const names = Object.keys(data);
	const unknown = names.findIndex((name) => !schema.fields.has(name));
	if (unknown >= 0) {
		// Not by that name: names and values get swapped.
		const what = names.length === 1 ? 'a name' : `a name, the one in place ${unknown + 1},`;
		throw withFields(invalidInput(`“${label}” has ${what} that is no field of this type of credentials, so nothing was sent. Give each field by the name that n8n has for it.`), schema);
	}
	return mapValues(data, (value, name) => {
		const refused = (what: string) => withFields(invalidInput(`“${labelOf(label, [name])}” ${what}`), schema);
		return fittedValue(value, schema.fields.get(name)!, refused);
	});
}

/** Throws a `Failure` (`invalidInput`) where a new credential lacks a field. */
export function requireComplete(data: StoredData, schema: StoreSchema, label: string): void {
	const missing = schema.required.filter((name) => !Object.hasOwn(data, name));
	if (missing.length === 0) return;
	throw withFields(invalidInput(`“${label}” does not have every field that a new credential of this type needs. Add what is missing.`), schema, ` It needs: ${missing.join(', ')}.`);
}

function fittedValue(value: StoredData[string], { kind, choices }: StoreField, refused: (what: string) => Failure): StoredData[string] {
	if (choices !== null && !choices.includes(String(value))) throw refused('has a value that is none of those that the field takes.');
	switch (kind) {
		case 'number': {
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			if (typeof number !== 'number' || !Number.isFinite(number)) throw refused('must be a number.');
			return number;
		}
		case 'boolean':
			if (typeof value === 'boolean') return value;
			if (value !== 'true' && value !== 'false') throw refused('must be true or false.');
			return value === 'true';
		case 'string':
			return String(value);
		case null:
			return value;
	}
}

/** Names of fields are n8n's words. */
function withFields(failure: Failure, { type, fields }: StoreSchema, more = ''): Failure {
	return failure.with({ vendorMessage: `Fields of ${type}: ${[...fields.keys()].join(', ')}.${more}` });
}
