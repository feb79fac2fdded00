import isEmpty from 'lodash/isEmpty';

import {
	asLiteral,
	asObject,
	asText,
	type Change,
	type ExistingTarget,
	invalidInput,
	isLeftEmpty,
	isObject,
	labelOf,
	leaves,
	type Parameters,
	requireId,
	requireSecret,
	requireText,
	say,
	shownNames,
	type StoredData,
	type StoredFields,
} from '../kit';
import { MESSAGES } from './messages';

/** The display name of the locator: not n8n's own, by which the node signs in. */
export const CREDENTIAL = 'Workflow Credential';

/** Display names of the parameters that give fields of a credential. */
export const FIELDS = 'Fields';
export const STORED_FIELDS = 'Stored Fields';
export const NEW_VALUES = 'New Values';

/** The credential that the node names, with nothing to change. */
export function readTarget(parameters: Parameters): ExistingTarget {
	return { id: requireId(parameters.get('credentialId'), CREDENTIAL) };
}

/** The same where it is to be changed. Throws a `Failure` (`invalidInput`) for the one that the node itself signs in with. */
export function readChangeTarget(parameters: Parameters): ExistingTarget {
	const target = readTarget(parameters);
	if (target.id !== parameters.credentialIds.rotationN8nApi) return target;
	throw invalidInput(say(MESSAGES.ownCredential, { label: CREDENTIAL }));
}

/** The two stored secrets that a rotation is in. */
export interface RotationTarget extends Change {
	/** The one that holds new values. */
	id: string;
	/** The one that holds those from before; `null` where that is not needed. */
	previousId: string | null;
}

/** Throws a `Failure` (`invalidInput`) where one of them is not chosen. */
export function readRotation({ credentialIds }: Parameters, { needsPrevious }: { needsPrevious: boolean }): RotationTarget {
	const { rotationSecretApi: id, rotationPreviousSecretApi: previousId } = credentialIds;
	if (!id) throw notChosen('New Secret');
	if (needsPrevious && !previousId) throw notChosen('Secret Before');
	return { id, previousId: previousId || null, changed: [], secrets: [] };
}

function notChosen(selector: string) {
	return invalidInput(say(MESSAGES.notChosen, { selector }));
}

/** n8n’s own bounds. It takes a shorter name for a new credential, and then refuses every change of that. */
const NAME_LENGTH = { min: 3, max: 128 };

export function requireName(value: unknown): string {
	const name = requireText(value, 'Name');
	if (name.trim().length >= NAME_LENGTH.min && name.length <= NAME_LENGTH.max) return name;
	throw invalidInput(say(MESSAGES.nameLength, NAME_LENGTH));
}

export function requireType(value: unknown): string {
	return requireId(value, 'Credential Type');
}

/** Fields of a credential, and the parameter that has named them. */
export interface GivenData {
	data: StoredData;
	label: typeof FIELDS | typeof STORED_FIELDS;
}

/**
 * What is to be stored: the rows, or what a stored secret has laid over them. `null` where nothing is. `notes` take up how it
 * was mended. Throws a `Failure` (`invalidInput`) for what cannot be sent.
 */
export function readData(parameters: Parameters, notes: string[]): GivenData | null {
	return isTyped(parameters) ? readTyped(parameters, notes) : readStored(parameters, notes);
}

function isTyped(parameters: Parameters): boolean {
	return parameters.get('secretSource') === 'fields';
}

function readStored(parameters: Parameters, notes: string[]): GivenData | null {
	// The rows that say what goes where stand there as well.
	const stored = Object.entries(asObject(parameters.get(STORED_PARAMETER))).filter(([, value]) => !Array.isArray(value));
	return stored.length === 0 ? null : { label: STORED_FIELDS, data: dataOf(stored, STORED_FIELDS, notes) };
}

function readTyped(parameters: Parameters, notes: string[]): GivenData | null {
	const typed = parameters.get('fields');
	if (isLeftEmpty(typed) || (isObject(typed) && isEmpty(typed.values))) return null;
	const rows = rowsIn(typed);
	if (rows.length === 0) throw invalidInput(say(MESSAGES.noFields, { label: FIELDS }));
	return { label: FIELDS, data: dataOf(rows.map(({ name, value }) => [fieldName(name, NAME_OF[FIELDS]), value]), FIELDS, notes) };
}

/** Where the values of a stored secret are laid, by the field. */
const STORED_PARAMETER = 'storedFields';

/** The values of a stored secret that go into the credential: those of the rows, and without any all of them. */
export function storedFields(parameters: Parameters, names: readonly string[]): StoredFields {
	const rows = isTyped(parameters) ? [] : rowsIn(parameters.get(STORED_PARAMETER));
	const chosen = rows.map(({ name, storedName }) => {
		const field = fieldName(name, NAME_OF[STORED_FIELDS]);
		return [field, asText(storedName)?.trim() || field] as const;
	});
	const given = chosen.length > 0 ? chosen : names.map((name) => [name, name] as const);
	const twice = given.find(([, storedName], place) => given.findIndex(([, other]) => other === storedName) < place);
	if (twice !== undefined) throw invalidInput(say(MESSAGES.storedTwice, { label: STORED_FIELDS }));
	return {
		fields: Object.fromEntries(given.map(([field, storedName]) => [storedName, { parameter: `${STORED_PARAMETER}.${field}`, isRequired: true }])),
	};
}

/** Names of what is to change: fields of the credential below `data`, as n8n has them. */
export function changedNames(name: string | undefined, given: GivenData | null): string[] {
	const fields = given === null ? [] : shownNames(Object.keys(given.data), secretsOf(given)).map((field) => `data.${field}`);
	return [...(name === undefined ? [] : ['name']), ...fields];
}

/** The values that must not come back, as they are given and as they are sent. */
export function secretsOf(given: GivenData | null): string[] {
	return leaves(given?.data).flatMap((value) => (asLiteral(value) === value ? [value] : [value, asLiteral(value)]));
}

interface Row {
	name?: unknown;
	value?: unknown;
	storedName?: unknown;
}

function rowsIn(value: unknown): Row[] {
	const { values } = asObject(value);
	return (Array.isArray(values) ? values : []).map((row: unknown) => asObject(row));
}

/** What a field can be called. A name that every object has would not be one of its own. */
const FIELD_NAME = /^[a-z\d][\w.$-]{0,99}$/i;

/** What a row calls the place of a field's name. */
const NAME_OF = { [FIELDS]: `${FIELDS}: Name`, [STORED_FIELDS]: `${STORED_FIELDS}: Field` } as const;

/** @param label of the parameter in which it stands */
function fieldName(value: unknown, label: string): string {
	const name = requireText(value, label).trim();
	// n8n takes it, keeps what it has, and reports success.
	if (name === 'oauthTokenData') throw invalidInput(say(MESSAGES.oauthToken, { label }));
	if (FIELD_NAME.test(name)) return name;
	throw invalidInput(say(MESSAGES.noFieldName, { label }));
}

function dataOf(entries: Array<[name: string, value: unknown]>, label: keyof typeof NAME_OF, notes: string[]): StoredData {
	const data = new Map<string, StoredData[string]>();
	for (const [name, value] of entries) {
		if (data.has(name)) throw invalidInput(say(MESSAGES.fieldTwice, { label }));
		data.set(fieldName(name, NAME_OF[label]), typeof value === 'boolean' ? value : requireSecret(value, labelOf(label, [name]), notes));
	}
	return Object.fromEntries(data);
}
