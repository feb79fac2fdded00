import omit from 'lodash/omit';
import type { IDataObject } from 'n8n-workflow';

import {
	asText,
	type Change,
	collection,
	type ExistingTarget,
	holdsInexactNumber,
	holdsMask,
	invalidInput,
	isObject,
	type Operation,
	type Parameters,
	pick,
	type Reading,
	readSwitch,
	say,
	type Shown,
	unreadable,
	type VendorAnswer,
} from '../../kit';
import { configurationIn, holdsAll, isOfKind, kindLikeness, readCredential, verify } from '../answer';
import { fieldNames, JSON_LABEL, listed, readGiven, readId, storedKind, type Given } from '../input';
import { isKnownKind, kindsIn, neededWhenPutBack, ownObject, plainFieldsOf, READ_ONLY_FIELDS } from '../kinds';
import { MESSAGES } from '../messages';
import { credentialPath } from '../paths';
import { secretsIn } from '../secrets';

type UpdateInput = ExistingTarget & Change & Given & {
	preserveOtherFields: boolean;
	/** Whether what is stored may be of another kind, and be lost. */
	allowAnotherKind: boolean;
};

/** What to do when a look before the change is not allowed. */
const LOOK_HINTS = { permission: say(MESSAGES.lookRefused) };

/** Replaces a credential configuration: with what the user has given, or with that laid over what is stored. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	read: readInput,
	storedSecret: (parameters) => {
		const fields = storedKind(parameters);
		// What is laid over a stored configuration need hold no secret.
		return fields === null ? null : { ...fields, isDispensable: preservesOtherFields(parameters), without: say(MESSAGES.keepStored) };
	},

	before: ({ preserveOtherFields, allowAnotherKind }) => {
		if (preserveOtherFields) return { look: 'get', dispensableOn: [], complete: laidOver };
		return allowAnotherKind ? null : { look: 'get', dispensableOn: [], hints: LOOK_HINTS, complete: onlySameKind };
	},

	inForce: ({ id, body }, answer) => {
		const stored = configurationIn(answer.body, id);
		return stored !== null && holdsAll(stored, body) ? { status: 'verified', method: 'readBack', detail: null } : null;
	},

	request: ({ id, body }) => ({ method: 'PUT', path: credentialPath(id), body }),

	result: readAnswer,

	undoing: {
		// A PUT replaces the kind together with its secrets.
		needsPrevious: true,
		answeredFields: ({ id, body }, answer) => plainFieldsIn(configurationIn(answer.body, id) ?? {}, kindsIn(body)),
		sentFields: ({ body }) => plainFieldsIn(body, kindsIn(body)),
		undo: (input, before, previous) => {
			const kinds = kindsIn(input.body);
			if (previous === null || !covers(before, plainFieldsIn(input.body, kinds))) return null;
			const restored = kinds.map((kind) => [
				kind,
				{ ...ownObject(input.body, kind), ...ownObject(previous.body, kind), ...ownObject(before, kind) },
			]);
			const body = { ...input.body, ...pick(before, ['name']), ...(Object.fromEntries(restored) as IDataObject) };
			return { input: { ...input, body, secrets: secretsIn(body, input.source) }, left: [] };
		},
	},
};

function readInput(parameters: Parameters): UpdateInput {
	const id = readId(parameters);
	const preserveOtherFields = preservesOtherFields(parameters);
	const given = readGiven(parameters, preserveOtherFields ? 'overlay' : 'replace');
	return {
		id,
		preserveOtherFields,
		allowAnotherKind: readSwitch(collection(parameters, 'options').allowAnotherKind, 'Allow Another Kind'),
		...given,
		changed: fieldNames(given),
		secrets: secretsIn(given.body, given.source),
	};
}

function preservesOtherFields(parameters: Parameters): boolean {
	return readSwitch(collection(parameters, 'options').preserveOtherFields, 'Preserve Other Fields');
}

/** Throws a `Failure` (`invalidInput`) unless the stored configuration is of the kind that is sent. */
function onlySameKind(input: UpdateInput, shown: Shown | null): UpdateInput {
	const likeness = kindLikeness(storedIn(input.id, shown), input.body);
	if (likeness === 'same') return input;
	if (likeness === 'unknown') {
		throw invalidInput(say(MESSAGES.kindNotShown));
	}
	const parameter = input.source === 'json' ? JSON_LABEL : 'Authentication Kind';
	throw invalidInput(say(MESSAGES.otherKind, { label: parameter }));
}

function storedIn(id: string, shown: Shown | null): IDataObject {
	return configurationIn(shown?.answer.body, id) ?? {};
}

/**
 * Lays what the user has given over the stored configuration, so that a PUT of the whole keeps the rest. Throws a
 * `Failure` (`invalidInput`) when not everything is shown that has to be put back: sending a masked or missing secret
 * would destroy it.
 */
function laidOver(given: UpdateInput, shown: Shown | null): UpdateInput {
	const stored = storedIn(given.id, shown);
	const kinds = kindsIn(given.body);
	if (!kinds.every((kind) => isOfKind(stored, kind))) {
		throw invalidInput(say(MESSAGES.otherKindKept));
	}
	const overlaid = kinds.map((kind) => [kind, { ...ownObject(stored, kind), ...ownObject(given.body, kind) }]);
	const whole = Object.fromEntries([
		...Object.entries(omit(stored, READ_ONLY_FIELDS)),
		...Object.entries(given.body),
		...overlaid,
	]) as IDataObject;
	refuseDoubtful(whole, given);
	return { ...given, body: whole, secrets: [...given.secrets, ...secretsIn(whole, given.source)] };
}

/** Refuses to put back what was not shown. */
function refuseDoubtful(whole: IDataObject, given: Given): void {
	const doubtful = Object.entries(whole).flatMap(([name, value]) => {
		if (!Object.hasOwn(given.body, name)) return isInexact(value) ? [name] : [];
		return isObject(value) ? doubtfulFields(name, value, ownObject(given.body, name) ?? {}) : [];
	});
	if (doubtful.length === 0) return;
	const named = doubtful.filter((name) => PLAIN_NAME.test(name));
	throw invalidInput(say(MESSAGES.notAllShown, { fields: named.length === 0 ? say(MESSAGES.everyField) : listed(named, given.source, 'and') }));
}

/** Names in an answer could hold anything; only such as an API has are told. */
const PLAIN_NAME = /^[A-Za-z]\w{0,40}$/;

function doubtfulFields(kind: string, fields: IDataObject, givenFields: IDataObject): string[] {
	const isShown = (name: string) => asText(fields[name]) !== null && !isInexact(fields[name]);
	const needed = neededWhenPutBack(kind).filter((name) => !Object.hasOwn(givenFields, name) && !isShown(name));
	const kept = Object.keys(fields).filter((name) => !Object.hasOwn(givenFields, name) && !needed.includes(name));
	// In a kind whose fields are not known, an empty value may be a secret that is not shown.
	const doubtful = kept.filter((name) => isInexact(fields[name]) || (!isKnownKind(kind) && isBlank(fields[name])));
	return [...needed, ...doubtful];
}

/** Masked, or a number that has lost digits on the way: neither is what is stored. */
function isInexact(value: unknown): boolean {
	return holdsMask(value) || holdsInexactNumber(value);
}

function isBlank(value: unknown): boolean {
	return value === null || value === '';
}

function readAnswer({ id, body, source }: UpdateInput, answer: VendorAnswer): Reading {
	const configuration = configurationIn(answer.body, id);
	if (configuration === null) throw unreadable('Adobe', say(MESSAGES.notShown));
	return {
		...readCredential(configuration, kindsIn(body)),
		verification: verify(body, source, configuration),
	};
}

/** The name and what may be shown of the kinds, as they are stored: the fields that a read brings back unmasked. */
function plainFieldsIn(configuration: IDataObject, kinds: string[]): IDataObject {
	const ofKinds = kinds.map((kind) => [kind, pick(ownObject(configuration, kind), plainFieldsOf(kind))]);
	return { ...pick(configuration, ['name']), ...(Object.fromEntries(ofKinds) as IDataObject) };
}

/** Whether all that was sent is among what was shown before: a PUT cannot leave a field as it is. */
function covers(shown: unknown, sent: unknown): boolean {
	if (!isObject(sent)) return true;
	return Object.keys(sent).every((name) => isObject(shown) && Object.hasOwn(shown, name) && covers(shown[name], sent[name]));
}
