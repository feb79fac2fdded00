import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { invalidInput } from '../../kit/failure';
import { isObject, leaves } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import type { StoredFields, StoredObject } from '../../kit/operation';
import { isLeftEmpty, type Parameters, requireObject } from '../../kit/parameters';
import { readMark, type RotationState } from '../../kit/rotation';
import { rotationMarkField, SELECTORS } from '../../kit/secretFields';
import { quoted, say } from '../../kit/sentences';
import { readPairs, type SecretValues } from '../../kit/storedValues';
import { shownNames } from './redaction';
import { StoredList } from './storedList';

const { stored: said } = MESSAGES;

/** A credential type that holds secrets, so that they reach the node without passing through an item. */
export interface SecretStore {
	type: string;
	/** What the node calls the selector of such a credential. */
	selector: string;
}

/** The one that holds new secrets. */
export const STORED_SECRET: SecretStore = { type: 'rotationSecretApi', selector: SELECTORS.new };

/** The one that holds the secrets from before, for putting back. */
export const PREVIOUS_SECRET: SecretStore = { type: 'rotationPreviousSecretApi', selector: SELECTORS.before };

/** Which stored secret it is. */
interface StoredAs {
	/** What the user calls it. */
	label: string;
	/** What the node calls the selector in which it is chosen; `null`: it is looked at by itself. */
	selector: string | null;
}

/** What a user has stored, and called so: values for the one credential that is changed, or for many. */
export type StoredSecret = StoredAs & (
	| { values: SecretValues; byCredential?: undefined }
	| { values?: undefined; byCredential: StoredList }
);

/**
 * Reads the data of such a credential. Throws a `Failure` (`invalidInput`) that says what to mend; it names names, never
 * values.
 */
export function readStoredSecret(data: ICredentialDataDecryptedObject, { label, selector }: StoredAs): StoredSecret {
	const values = readPairs(data, label);
	const json = data.valuesJson ?? '';
	if (json === '') {
		if (values.size > 0) return { label, selector, values };
		throw invalidInput(say(said.empty, { label, otherwise: selector === null ? '' : say(said.orAnother, { selector }) }));
	}
	if (values.size > 0) throw invalidInput(say(said.pairsAndJson, { label }));
	return { label, selector, byCredential: new StoredList(json, label) };
}

/** States in which the values are those that the rotation has brought. */
const NEW_VALUES: ReadonlySet<RotationState> = new Set(['pending', 'current']);

/** What such a credential's data consists of: the values, and apart from them the rotation that has brought them, or `null`. */
export function splitMark(data: ICredentialDataDecryptedObject): { values: ICredentialDataDecryptedObject; rotationId: string | null } {
	const { [rotationMarkField.name]: written, ...values } = data;
	const mark = readMark(written);
	const isOfValues = mark !== null && NEW_VALUES.has(mark.state);
	// The ID is shown, and so must not be one of the secrets, whatever a person has put in its place.
	const isSecret = isOfValues && leaves(values).some((value) => value.includes(mark.id));
	return { values, rotationId: isOfValues && !isSecret ? mark.id : null };
}

/**
 * The node's parameters with the values of a stored secret in the place of those that a user would type.
 * Throws a `Failure` (`invalidInput`) that lists what is missing and what is there, names only.
 */
export function withStoredValues(
	parameters: Parameters,
	{ fields = {}, object, emptied = [] }: StoredFields,
	values: SecretValues,
	{ label, selector }: StoredSecret,
): Parameters {
	const isThere = (name: string) => isFilled(values, name);
	// A name without a value is no value that was left out: what stands behind it has yielded nothing.
	const missing = Object.entries(fields).flatMap(([name, { isRequired }]) => ((isRequired || values.has(name)) && !isThere(name) ? [name] : []));
	if (missing.length > 0) {
		const message = missing.every((name) => values.has(name)) ? said.emptyValueFor : said.noValueFor;
		const needed = Object.entries(fields).flatMap(([name, { isNeeded = false, parameter }]) =>
			isNeeded && !missing.includes(name) && !isThere(name) && isLeftEmpty(parameters.get(parameter)) ? [name] : [],
		);
		throw invalidInput(say(message, { label, missing: quoted([...missing, ...needed], ' and '), present: whatIsThere(values), selector: selector ?? '' }));
	}
	const given = new Map<string, unknown>(emptied.map((parameter) => [parameter, undefined]));
	for (const [name, { parameter }] of Object.entries(fields)) if (isThere(name)) given.set(parameter, values.get(name));
	if (object !== undefined) given.set(object.parameter, JSON.stringify(objectOf(values, object, { label, selector })));
	const taken = [...Object.keys(fields).filter(isThere), ...(object === undefined ? [] : meantFor(values, object))];
	// A slip may have put a value where its name belongs.
	const names = shownNames(taken, leaves([...values.values()]));
	return { ...parameters, storedIn: { label, names }, get: (name) => overlaid(parameters, given, name) };
}

/** The node's parameters without any secret: what was typed where none counts, or before another source was chosen, is not sent. */
export function withoutSecrets(parameters: Parameters, { fields = {}, object, emptied = [] }: StoredFields): Parameters {
	const secret = Object.values(fields).flatMap(({ parameter, isRequired }) => (isRequired ? [parameter] : []));
	const given = new Map([...secret, ...(object === undefined ? [] : [object.parameter]), ...emptied].map((parameter) => [parameter, undefined]));
	return { ...parameters, get: (name) => overlaid(parameters, given, name) };
}

/** The object that the values make which are meant for it. Throws a `Failure` (`invalidInput`) when none is, or one is unclear. */
function objectOf(values: SecretValues, object: StoredObject, { label, selector }: StoredAs): IDataObject {
	const { name: whole, known } = object;
	const prefix = `${whole}.`;
	const meant = meantFor(values, object);
	const single = meant.filter((name) => name !== whole);
	if (meant.length === 0) {
		// No angle brackets: n8n's editor takes what stands in them for markup, and drops it.
		const wanted = quoted([...known, whole, `${prefix}KEY`], ' or ');
		throw invalidInput(say(said.nothingMeant, { label, wanted, present: whatIsThere(values), selector: selector ?? '' }));
	}
	const empty = meant.filter((name) => !isFilled(values, name));
	if (empty.length > 0) throw invalidInput(say(said.emptyNames, { label, names: quoted(empty) }));
	if (values.has(whole)) {
		if (single.length > 0) throw invalidInput(say(said.wholeAndParts, { label, whole, parts: quoted(single) }));
		return requireObject(values.get(whole), `${label}: ${whole}`);
	}
	return byKey(values, single, prefix, label);
}

/** Names of the values that are meant for it: the whole, and those of single keys. */
function meantFor(values: SecretValues, { name: whole, known }: StoredObject): string[] {
	const single = [...values.keys()].filter((name) => name.startsWith(`${whole}.`) || known.includes(name));
	return values.has(whole) ? [whole, ...single] : single;
}

function byKey(values: SecretValues, names: string[], prefix: string, label: string): IDataObject {
	const named = new Map<string, string>();
	for (const name of names) {
		const key = name.startsWith(prefix) ? name.slice(prefix.length) : name;
		if (key === '') throw invalidInput(say(said.noKeyAfterDot, { label, name }));
		const other = named.get(key);
		if (other !== undefined) throw invalidInput(say(said.sameKeyTwice, { label, names: quoted([other, name], ' and ') }));
		named.set(key, name);
	}
	return Object.fromEntries([...named].map(([key, name]) => [key, values.get(name)])) as IDataObject;
}

function isFilled(values: SecretValues, name: string): boolean {
	return (values.get(name) ?? '') !== '';
}

function whatIsThere(values: SecretValues): string {
	const present = [...values.keys()].filter((name) => isFilled(values, name));
	return present.length === 0 ? 'none at all' : quoted(present);
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
