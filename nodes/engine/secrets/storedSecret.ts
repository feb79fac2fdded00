import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import { asText, isObject } from '../../kit/json';
import type { StoredFields } from '../../kit/operation';
import { type Parameters, requireObject } from '../../kit/parameters';
import { PAIRS } from '../../kit/secretFields';

/** The credential type that holds new secrets, so that they reach the node without passing through an item. */
export const STORED_SECRET = { type: 'rotationSecretApi', label: 'Rotation Secret' };

/** The one that holds the secrets from before, for putting back. */
export const PREVIOUS_SECRET = { type: 'rotationPreviousSecretApi', label: 'Rotation Previous Secret' };

/** Values by the vendor's own name of the field. */
export type SecretValues = ReadonlyMap<string, unknown>;

/** What a user has stored: values for the one credential that is changed, or for many, by their IDs or names. */
export type StoredSecret = { label: string } & (
	| { values: SecretValues; byCredential?: undefined }
	| { values?: undefined; byCredential: ReadonlyMap<string, SecretValues> }
);

/**
 * Reads the data of such a credential. Throws a `Failure` (`invalidInput`) that says what to mend; it names names, never
 * values.
 */
export function readStoredSecret(data: ICredentialDataDecryptedObject, label: string): StoredSecret {
	const values = readPairs(data, label);
	const json = data.valuesJson ?? '';
	if (json === '') {
		if (values.size > 0) return { label, values };
		throw refused(label, 'is empty. Enter the name and the value of at least one field in it.');
	}
	if (values.size > 0) throw refused(label, 'has both single values and “Values (JSON)”. Empty the one or the other.');
	return { label, byCredential: readByCredential(json, label) };
}

function readPairs(data: ICredentialDataDecryptedObject, label: string): SecretValues {
	const values = new Map<string, unknown>();
	for (let place = 1; place <= PAIRS; place += 1) {
		const name = (asText(data[`name${place}`]) ?? '').trim();
		const value = asText(data[`value${place}`]) ?? '';
		if (name === '' && value !== '') throw refused(label, `has a value without a name. Fill in “Name ${place}”.`);
		if (values.has(name)) throw refused(label, `has the name “${name}” twice. Remove one of them.`);
		if (name !== '') values.set(name, value);
	}
	return values;
}

function readByCredential(json: unknown, label: string): ReadonlyMap<string, SecretValues> {
	const entries = Object.entries(requireObject(json, `${label}: Values (JSON)`));
	return new Map(
		entries.map(([credential, values]) => {
			if (isObject(values)) return [credential, new Map(Object.entries(values))];
			throw refused(label, 'has an entry under “Values (JSON)” that is not an object. Write {"<credential ID>": {"<field>": "<value>"}}.');
		}),
	);
}

function refused(label: string, what: string): Failure {
	return invalidInput(`The credential “${label}” ${what}`);
}

/** The values for a credential, by its ID or its name; `null` when a list of many has none for it. */
export function valuesFor(stored: StoredSecret, idOrName: string | null): SecretValues | null {
	if (stored.byCredential === undefined) return stored.values;
	return (idOrName === null ? undefined : stored.byCredential.get(idOrName)) ?? null;
}

/** Throws a `Failure`: the list holds nothing for this credential. */
export function nothingFor({ label, byCredential }: StoredSecret): Failure {
	const count = byCredential?.size ?? 0;
	return refused(
		label,
		`has nothing for this credential under “Values (JSON)”, which has ${count === 1 ? '1 entry' : `${count} entries`}. Add one under the credential’s ID or name.`,
	);
}

/**
 * The node's parameters with the values of a stored secret in the place of those that a user would type.
 * Throws a `Failure` (`invalidInput`) that lists what is missing and what is there, names only.
 */
export function withStoredValues(
	parameters: Parameters,
	{ fields = {}, all, emptied = [] }: StoredFields,
	values: SecretValues,
	{ label }: StoredSecret,
): Parameters {
	const isThere = (name: string) => (values.get(name) ?? '') !== '';
	const missing = Object.entries(fields).flatMap(([name, { isRequired }]) => (isRequired && !isThere(name) ? [name] : []));
	const present = [...values.keys()].filter(isThere);
	if (missing.length > 0) {
		throw refused(label, `has no value for ${listed(missing)}. It has ${present.length === 0 ? 'none at all' : listed(present)}. Add what is missing.`);
	}
	if (all !== undefined && present.length < Math.max(1, values.size)) {
		const empty = [...values.keys()].filter((name) => !isThere(name));
		throw refused(label, empty.length === 0 ? 'has no values for this credential. Add them.' : `has no value for ${listed(empty)}. Fill it in, or remove the name.`);
	}
	const given = new Map<string, unknown>(emptied.map((parameter) => [parameter, undefined]));
	for (const [name, { parameter }] of Object.entries(fields)) if (isThere(name)) given.set(parameter, values.get(name));
	if (all !== undefined) given.set(all, JSON.stringify(Object.fromEntries(values)));
	return { ...parameters, get: (name) => overlaid(parameters, given, name) };
}

function overlaid(parameters: Parameters, given: ReadonlyMap<string, unknown>, name: string): unknown {
	if (given.has(name)) return given.get(name) ?? '';
	const inside = [...given].filter(([path]) => path.startsWith(`${name}.`));
	if (inside.length === 0) return parameters.get(name);
	const own = parameters.get(name);
	const merged: IDataObject = { ...(isObject(own) ? own : {}) };
	for (const [path, value] of inside) {
		const field = path.slice(name.length + 1);
		if (value === undefined) delete merged[field];
		else merged[field] = value as IDataObject[string];
	}
	return merged;
}

function listed(names: string[]): string {
	return names.map((name) => `“${name}”`).join(', ');
}
