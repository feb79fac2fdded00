import omit from 'lodash/omit';
import partition from 'lodash/partition';
import uniq from 'lodash/uniq';
import type { IDataObject } from 'n8n-workflow';

import {
	asText,
	type ExistingTarget,
	type Failure,
	invalidInput,
	type Parameters,
	quoted,
	requireId,
	requireObject,
	requirePrivateKey,
	requireSecret,
	requireSecrets,
	requireText,
	say,
	shownNames,
	type StoredFields,
	unknownChoice,
	waysToGiveSecret,
} from '../kit';
import {
	factsOf,
	fieldsOf,
	isKnownKind,
	kindsIn,
	labelOf,
	namesKind,
	ownObject,
	READ_ONLY_FIELDS,
	requiredFieldsOf,
	type Kind,
} from './kinds';
import { MESSAGES } from './messages';
import { secretsIn, type Source } from './secrets';

/** The part of a configuration that the user has given, in the shape of a request body. */
export interface Given {
	body: IDataObject;
	source: Source;
}

/** What is to become of it: a new configuration, all of a stored one, or a part that is laid over a stored one. */
export type Purpose = 'create' | 'replace' | 'overlay';

/** Reads what the user has given, with notes on how it was mended. Throws a `Failure` (`invalidInput`) when it cannot be sent. */
export function readGiven(parameters: Parameters, purpose: Purpose): Given & { notes: string[] } {
	const notes: string[] = [];
	const kind = requireText(parameters.get('authenticationKind'), 'Authentication Kind');
	if (kind === 'json') {
		const body = readJson(parameters.get('credentialJson'), notes);
		refuseHalfFilled(body, 'json', purpose);
		return { body, source: 'json', notes };
	}
	if (!isKnownKind(kind)) {
		throw unknownChoice('Authentication Kind');
	}
	const body = readFields(parameters, kind, notes);
	refuseHalfFilled(body, 'fields', purpose);
	// Only where fields may be missing can all of them be.
	if (Object.keys(body[kind] as IDataObject).length === 0) {
		throw nothingGiven(parameters, kind);
	}
	return { body, source: 'fields', notes };
}

function nothingGiven(parameters: Parameters, kind: Kind): Failure {
	const [secret, plain] = partition(fieldsOf(kind), (name) => factsOf(name).secret);
	const ways = waysToGiveSecret(parameters, listed(secret, 'fields', 'or'));
	if (plain.length === 0) return invalidInput(say(MESSAGES.noSecretGiven, { ways }));
	return invalidInput(say(MESSAGES.nothingGiven, { ways, fields: listed(plain, 'fields', 'or') }));
}

/** Where the values of a stored secret go, under Adobe's own names; what is no secret may come along. */
export function storedKind(parameters: Parameters): StoredFields | null {
	const kind = parameters.get('authenticationKind');
	if (kind === 'json') return { fields: { credentialJson: { parameter: 'credentialJson', isRequired: true } } };
	if (typeof kind !== 'string' || !isKnownKind(kind)) return null;
	return { fields: Object.fromEntries(fieldsOf(kind).map((name) => [name, { parameter: name, isRequired: factsOf(name).secret }])) };
}

function readFields(parameters: Parameters, kind: Kind, notes: string[]): IDataObject {
	const fields: IDataObject = {};
	for (const name of fieldsOf(kind)) {
		const value = parameters.get(name);
		// Empty text is a field that was left alone; an expression that yields nothing reads as undefined and is refused.
		if (value === '') continue;
		const { label, isPrivateKey } = factsOf(name);
		// A stored secret can fill in any of them.
		fields[name] = (isPrivateKey ? requirePrivateKey : requireSecret)(value, label, notes);
	}
	return { [kind]: fields };
}

export const JSON_LABEL = 'Credential JSON';

function readJson(value: unknown, notes: string[]): IDataObject {
	const body = omit(requireObject(value, JSON_LABEL), READ_ONLY_FIELDS) as IDataObject;
	const kinds = kindsIn(body);
	if (kinds.length === 0 || Object.keys(body).some((name) => namesKind(name) && !kinds.includes(name))) {
		throw invalidInput(say(MESSAGES.wrongJson, { label: JSON_LABEL }));
	}
	return requireSecrets(body, JSON_LABEL, notes);
}

/** Why no field may be missing. Adobe documents no partial update: what a PUT leaves out of a kind may be gone. */
const WHY_COMPLETE = { create: MESSAGES.incompleteNew, replace: MESSAGES.incompleteUpdate } as const;

function refuseHalfFilled(body: IDataObject, source: Source, purpose: Purpose): void {
	if (purpose === 'overlay') return;
	const missing = Object.keys(body).flatMap((kind) =>
		requiredFieldsOf(kind).filter((field) => asText(ownObject(body, kind)?.[field]) === null),
	);
	if (missing.length === 0) return;
	throw invalidInput(say(WHY_COMPLETE[purpose], { fields: listed(missing, source, 'and') }));
}

/** The fields of a body by name alone: the result tells their kind as its type. People make up those of JSON. */
export function fieldNames({ body, source }: Given): string[] {
	const names = uniq(Object.keys(body).flatMap((name) => Object.keys(ownObject(body, name) ?? { [name]: null })));
	return source === 'fields' ? names : shownNames(names, secretsIn(body, source));
}

/** Fields as a sentence lists them: by label where they are parameters, by their own name where they are JSON. */
export function listed(fields: readonly string[], source: Source, joint: 'and' | 'or'): string {
	return quoted(fields.map((field) => (source === 'fields' ? labelOf(field) : field)), ` ${joint} `);
}

/** The target of an operation that changes no field. */
export function readTarget(parameters: Parameters): ExistingTarget {
	return { id: readId(parameters) };
}

export function readId(parameters: Parameters): string {
	return requireId(parameters.get('credentialId'), 'Credential Configuration');
}
