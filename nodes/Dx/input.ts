import isEmpty from 'lodash/isEmpty';
import uniq from 'lodash/uniq';
import type { IDataObject } from 'n8n-workflow';

import {
	asObject,
	collection,
	emptyField,
	type ExistingTarget,
	givenTwice,
	isLeftEmpty,
	isObject,
	labelOf,
	leaves,
	noRows,
	type Parameters,
	quoted,
	requireDay,
	requireNumericId,
	requireObject,
	requireSecret,
	requireSecrets,
	requireText,
	secretsInUserInfo,
	shownNames,
	type StoredFields,
} from '../kit';

/** A credential as DX addresses it: by its own id and by that of its connection. */
export interface CredentialTarget extends ExistingTarget {
	connectionId: string;
}

/** The credential that the node names, with nothing to change. */
export function readTarget(parameters: Parameters): CredentialTarget {
	return {
		connectionId: readConnectionId(parameters),
		id: requireNumericId(parameters.get('credentialId'), CREDENTIAL),
	};
}

/** The connection that the node names. */
export function readConnectionId(parameters: Parameters): string {
	return requireNumericId(parameters.get('connectionId'), CONNECTION);
}

/** Display names of the two parameters that hold ids. */
export const CONNECTION = 'Connection';
export const CREDENTIAL = 'Connection Credential';

/** The keys of the request body of a create or an update. An update keeps the stored value of a key that is left out. */
export interface Fields {
	label?: string;
	settings?: IDataObject;
	secrets?: IDataObject;
	expiration_date?: string;
}

/**
 * Reads them: what is no secret out of a collection, secrets out of parameters of their own. `notes` take up how they were
 * mended. Throws a `Failure` (`invalidInput`) for a field that was given but cannot be sent.
 */
export function readFields(parameters: Parameters, collectionName: string, notes: string[]): Fields {
	const given = collection(parameters, collectionName);
	const fields: Fields = {};
	if (given.label !== undefined) fields.label = requireText(given.label, 'Label');

	const settings = merged([
		rows(given.settings, 'Settings', requireText),
		json(given.settingsJson, 'Settings (JSON)', requireDefined),
		preset(given.jiraUser, 'Jira User', 'jira_user', requireText),
	]);
	if (settings !== null) fields.settings = settings;

	const secrets = readSecrets(parameters, notes);
	if (secrets !== null) fields.secrets = secrets;

	if (given.expirationDate !== undefined) {
		// DX documents the type Date without its format. A day is the part that all formats have in common, and the zone
		// in which the user thinks of it is the workflow's.
		fields.expiration_date = requireDay(given.expirationDate, 'Expiration Date', parameters.timezone);
	}
	return fields;
}

/** Every way of typing secrets, of which each may be left empty: that without a row as well. */
function readSecrets(parameters: Parameters, notes: string[]): IDataObject | null {
	const filled = (name: string) => {
		const value = parameters.get(name);
		return isLeftEmpty(value) ? undefined : value;
	};
	const secretRows = filled('secrets');
	const secret = (value: unknown, label: string) => requireSecret(value, label, notes);
	return merged([
		rows(isObject(secretRows) && isEmpty(secretRows.values) ? undefined : secretRows, 'Secrets', secret),
		// DX keeps the stored secret where it is sent an empty one, and reports success.
		json(filled('secretsJson'), 'Secrets (JSON)', (values, label) => requireSecrets(values, label, notes)),
		preset(filled('jiraApiToken'), 'Jira API Token', JIRA_TOKEN, secret),
	]);
}

/** Display names of the parameters in which secrets are typed, for sentences. */
export const SECRET_FIELDS = quoted(['Jira API Token', 'Secrets', 'Secrets (JSON)'], ' or ');

/** The secret of a Jira Cloud connection. */
const JIRA_TOKEN = 'api_token';

/** The values of a stored secret that are meant for DX. Of the names of secrets, DX documents one. */
export const STORED_SECRETS: StoredFields = {
	object: { parameter: 'secretsJson', name: 'secrets', known: [JIRA_TOKEN] },
	emptied: ['secrets', 'jiraApiToken'],
};

/** The values that must not come back: all of the secrets, and a sign-in inside of a setting. */
export function secretsOf({ secrets, settings }: Fields): string[] {
	// The address of a server behind a sign-in is a setting by its name, and holds a password all the same.
	return [...leaves(secrets), ...leaves(settings).flatMap(secretsInUserInfo)];
}

/** Names of the given fields, keys of `settings` and `secrets` one by one. */
export function namesOf(fields: Fields): string[] {
	const { label, settings, secrets, expiration_date: expirationDate } = fields;
	const keysOf = (values: IDataObject = {}) => shownNames(Object.keys(values), secretsOf(fields));
	return [
		...(label === undefined ? [] : ['label']),
		...keysOf(settings).map((key) => `settings.${key}`),
		...keysOf(secrets).map((key) => `secrets.${key}`),
		...(expirationDate === undefined ? [] : ['expiration_date']),
	];
}

/** One of the ways in which the keys of `settings` or `secrets` can be given. */
interface Source {
	/** The parameter's display name. */
	label: string;
	entries: Array<[key: string, value: IDataObject[string]]>;
}

/** How a value is read: as it is to be sent, or refused by throwing. */
type Read<T, Given = unknown> = (value: Given, label: string) => T;

/** Rows of a name and a value; values are sent as text. */
function rows(value: unknown, label: string, read: Read<string>): Source | null {
	if (value === undefined) return null;
	const { values } = asObject(value);
	const entries = (Array.isArray(values) ? values : []).map((row: unknown): [string, string] => {
		const { name, value: text } = asObject(row);
		const key = requireText(name, `${label}: Name`);
		return [key, read(text, labelOf(label, [key]))];
	});
	return requireEntries({ label, entries });
}

function json(value: unknown, label: string, read: Read<IDataObject, IDataObject>): Source | null {
	if (value === undefined) return null;
	return requireEntries({ label, entries: Object.entries(read(requireObject(value, label), label)) });
}

/** A field of its own for one key. */
function preset(value: unknown, label: string, key: string, read: Read<string>): Source | null {
	return value === undefined ? null : { label, entries: [[key, read(value, label)]] };
}

function requireEntries(source: Source): Source {
	if (source.entries.length > 0) return source;
	throw noRows(source.label);
}

/** An object that an expression built can hold `undefined`; JSON would drop the key without a word. */
function requireDefined(values: IDataObject, label: string): IDataObject {
	const empty = Object.keys(values).find((key) => values[key] === undefined);
	if (empty === undefined) return values;
	throw emptyField(labelOf(label, [empty]));
}

/**
 * One object of all keys, or `null` without any. A map and `fromEntries` carry every key as plain data, `__proto__`
 * included.
 */
function merged(sources: Array<Source | null>): IDataObject | null {
	const labels = new Map<string, string>();
	const given = sources.filter((source) => source !== null);
	for (const { label, entries } of given) {
		for (const [key] of entries) {
			const first = labels.get(key);
			if (first !== undefined) throw givenTwice(key, uniq([first, label]));
			labels.set(key, label);
		}
	}
	return given.length === 0 ? null : Object.fromEntries(given.flatMap(({ entries }) => entries));
}
