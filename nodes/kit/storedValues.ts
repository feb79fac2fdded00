import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { invalidInput } from './failure';
import { asText, isObject, leaves } from './json';
import { MESSAGES } from './messages';
import { requireObject } from './parameters';
import { say } from './sentences';

/** Pairs of name and value that a stored secret has. */
export const PAIRS = 10;

/** Values by the vendor's own name of the field. */
export type SecretValues = ReadonlyMap<string, unknown>;

/** Reads the pairs of such a credential's data. Throws a `Failure` (`invalidInput`) that names names, never values. */
export function readPairs(data: ICredentialDataDecryptedObject, label: string): SecretValues {
	const values = new Map<string, unknown>();
	for (let place = 1; place <= PAIRS; place += 1) {
		const name = (asText(data[`name${place}`]) ?? '').trim();
		const value = asText(data[`value${place}`]) ?? '';
		if (name === '' && value !== '') throw invalidInput(say(MESSAGES.stored.noName, { label, place }));
		if (values.has(name)) throw invalidInput(say(MESSAGES.stored.nameTwice, { label, name }));
		if (name !== '') values.set(name, value);
	}
	return values;
}

/** The fields in which such a credential holds values, as they stand in it. */
const VALUE_FIELDS = [...Array.from({ length: PAIRS }, (_, index) => [`name${index + 1}`, `value${index + 1}`]).flat(), 'valuesJson'];

/** What such a credential holds, field by field, without what is empty: so two that hold the same are equal. */
export type HeldValues = Readonly<Record<string, string>>;

/** What a credential's data holds. */
export function heldIn(data: ICredentialDataDecryptedObject): HeldValues {
	const texts = VALUE_FIELDS.map((field) => [field, asText(data[field]) ?? ''] as const);
	return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/** The values alone, without their names. */
export function secretsIn({ valuesJson, ...pairs }: HeldValues): string[] {
	const single = Object.entries(pairs).flatMap(([field, text]) => (field.startsWith('value') ? [text] : []));
	return valuesJson === undefined ? single : [...single, ...leavesOfText(valuesJson)];
}

function leavesOfText(json: string): string[] {
	try {
		return leaves(JSON.parse(json));
	} catch {
		return [json];
	}
}

/** Every field, for a request that is to leave these values and no others. */
export function wholeOf(values: HeldValues): Record<string, string> {
	return Object.fromEntries(VALUE_FIELDS.map((field) => [field, values[field] ?? '']));
}

/**
 * What it holds with these values, by name: each in the place of the one of its name, beside what else there is, such as an ID
 * that belongs to a secret. Throws a `Failure` (`invalidInput`) when there is no place for all of them.
 */
export function withPairs(held: HeldValues, made: ReadonlyMap<string, string>, label: string): HeldValues {
	const all = new Map([...readPairs(held, label), ...made]);
	if (all.size > PAIRS) throw invalidInput(say(MESSAGES.stored.tooMany, { label, places: PAIRS, count: all.size }));
	return Object.fromEntries([...all].flatMap(([name, value], index) => [[`name${index + 1}`, name], [`value${index + 1}`, String(value)]]).filter(([, text]) => text !== ''));
}

/**
 * What it holds with these values, which stand under the key of the credential that each is for; `group` is that of a vendor,
 * where there are groups. Throws a `Failure` (`invalidInput`) when what is there already cannot be read.
 */
export function withEntries(held: HeldValues, made: ReadonlyArray<{ group: string | null; key: string; values: ReadonlyMap<string, string> }>, label: string): HeldValues {
	const all: IDataObject = held.valuesJson === undefined ? {} : requireObject(held.valuesJson, `${label}: Values (JSON)`);
	for (const { group, key, values } of made) {
		const place = group === null ? all : setOwn(all, group, entryOf(all, group, label));
		setOwn(place, key, { ...entryOf(place, key, label), ...Object.fromEntries(values) });
	}
	return { valuesJson: JSON.stringify(all) };
}

/** Sets a value under a key, which may be called as something that every object has. */
function setOwn(parent: IDataObject, key: string, value: IDataObject): IDataObject {
	Object.defineProperty(parent, key, { value, configurable: true, enumerable: true, writable: true });
	return value;
}

/** Where the values of one credential stand in a stored secret. */
export interface VaultPlace {
	/** The key that they are stored under; `null`: as single values. */
	key: string | null;
	/** The vendor that the key is one of, where entries are grouped so. */
	group: string | null;
}

/**
 * What stands at a place, by name, without what is empty. Throws a `Failure` (`invalidInput`) where values stand in the other
 * form: each would take the other's place.
 */
export function valuesAt(held: HeldValues, { key, group }: VaultPlace, label: string): ReadonlyMap<string, string> {
	const pairs = readPairs(held, label);
	if (key === null) {
		if (held.valuesJson === undefined) return filled(pairs);
		throw invalidInput(say(MESSAGES.rotation.jsonForPairs, { label }));
	}
	if (pairs.size > 0) throw invalidInput(say(MESSAGES.rotation.pairsForJson, { label }));
	const all: IDataObject = held.valuesJson === undefined ? {} : requireObject(held.valuesJson, `${label}: Values (JSON)`);
	const entries = group === null ? all : entryOf(all, group, label);
	return filled(new Map(Object.entries(entryOf(entries, key, label))));
}

function filled(values: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> {
	const texts = [...values].map(([name, value]) => [name, asText(value) ?? ''] as const);
	return new Map(texts.filter(([, text]) => text !== ''));
}

/** What a stored secret for several credentials looks like. */
export const VALUES_SHAPE = '{"<credential ID>": {"<field>": "<value>"}}';

/**
 * What stands under a key; nothing where there is no such key. Throws a `Failure` (`invalidInput`) for what is no object: it may be
 * a secret that was stored without the name of its field, and would be written over.
 */
function entryOf(parent: IDataObject, key: string, label: string): IDataObject {
	const entry = Object.hasOwn(parent, key) ? parent[key] : {};
	if (isObject(entry)) return entry;
	throw invalidInput(say(MESSAGES.stored.noObject, { label, shape: VALUES_SHAPE }));
}

/** What it holds with these values at a place. Throws a `Failure` (`invalidInput`) when there is no room for them. */
export function withValuesAt(held: HeldValues, { key, group }: VaultPlace, values: ReadonlyMap<string, string>, label: string): HeldValues {
	return key === null ? withPairs(held, values, label) : withEntries(held, [{ group, key, values }], label);
}
