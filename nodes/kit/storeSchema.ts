import mapValues from 'lodash/mapValues';

import { unreadable } from './answers';
import { type Failure, invalidInput } from './failure';
import type { VendorAnswer } from './http';
import { asObject, asText, isObject } from './json';
import { MESSAGES } from './messages';
import { STORE_LABEL, type StoredData } from './secretStore';
import { labelOf } from './secretText';
import { say } from './sentences';

const { store } = MESSAGES;

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
	if (!isObject(properties)) throw unreadable(STORE_LABEL, say(MESSAGES.answer.noFields));
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
		throw withFields(say(store.unknownField, { label, what }), schema);
	}
	return mapValues(data, (value, name) => {
		const refused = (fault: Misfit) => withFields(say(store[fault], { label: labelOf(label, [name]) }), schema);
		return fittedValue(value, schema.fields.get(name)!, refused);
	});
}

/** Throws a `Failure` (`invalidInput`) where a new credential lacks a field. */
export function requireComplete(data: StoredData, schema: StoreSchema, label: string): void {
	const missing = schema.required.filter((name) => !Object.hasOwn(data, name));
	if (missing.length === 0) return;
	throw withFields(say(store.incomplete, { label }), schema, say(store.needs, { missing: missing.join(', ') }));
}

/** What a value that its field does not take is not. */
type Misfit = 'otherValue' | 'notANumber' | 'notASwitch';

function fittedValue(value: StoredData[string], { kind, choices }: StoreField, refused: (fault: Misfit) => Failure): StoredData[string] {
	if (choices !== null && !choices.includes(String(value))) throw refused('otherValue');
	switch (kind) {
		case 'number': {
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			if (typeof number !== 'number' || !Number.isFinite(number)) throw refused('notANumber');
			return number;
		}
		case 'boolean':
			if (typeof value === 'boolean') return value;
			if (value !== 'true' && value !== 'false') throw refused('notASwitch');
			return value === 'true';
		case 'string':
			return String(value);
		case null:
			return value;
	}
}

/** Names of fields are n8n's words. */
function withFields(message: string, { type, fields }: StoreSchema, more?: string): Failure {
	const known = say(store.fields, { type, fields: [...fields.keys()].join(', ') });
	return invalidInput(message).with({ vendorMessage: [known, more].filter(Boolean).join(' ') });
}
