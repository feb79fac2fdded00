import omit from 'lodash/omit';
import type { IDataObject } from 'n8n-workflow';

import { invalidInput, type Failure } from '../kit/failure';
import { asText, isObject, type VendorAnswer } from '../kit/json';
import { holdsInexactNumber } from '../kit/parameters';
import { unreadable } from '../engine/request/refusal';
import { configurationIn, idOf, isOfKind, kindsIn, ownObject, READ_ONLY_FIELDS } from './answer';
import { listed, type Given } from './input';
import { isKnownKind, neededWhenPutBack } from './kinds';
import { holdsMask } from '../engine/secrets/masking';

/**
 * Lays what the user has given over the stored configuration, so that a PUT of the whole keeps the rest. Throws a
 * `Failure` of stage `read` when the answer does not show everything that has to be put back: sending a masked or
 * missing secret would destroy it.
 */
export function overStored(given: Given, id: string, answer: VendorAnswer | null): IDataObject {
	const stored = configurationIn(answer?.body, id);
	if (stored === null) throw unusable('It shows no credential configuration, so nothing was changed.');
	if ((idOf(stored) ?? id).toLowerCase() !== id.toLowerCase()) {
		throw unusable('It shows another configuration than was asked for, so nothing was changed.');
	}
	const kinds = kindsIn(given.body);
	if (!kinds.every((kind) => isOfKind(stored, kind))) {
		throw refused(
			'The stored configuration does not show the kind that was given, so nothing was changed. Choose the kind that is stored, or turn off “Preserve Other Fields” to replace the configuration.',
		);
	}
	const overlaid = kinds.map((kind) => [kind, { ...ownObject(stored, kind), ...ownObject(given.body, kind) }]);
	const whole = Object.fromEntries([
		...Object.entries(omit(stored, READ_ONLY_FIELDS)),
		...Object.entries(given.body),
		...overlaid,
	]) as IDataObject;
	refuseDoubtful(whole, given);
	return whole;
}

/** Refuses to put back what was not shown. */
function refuseDoubtful(whole: IDataObject, given: Given): void {
	const doubtful = Object.entries(whole).flatMap(([name, value]) => {
		if (!Object.hasOwn(given.body, name)) return isInexact(value) ? [name] : [];
		return isObject(value) ? doubtfulFields(name, value, ownObject(given.body, name) ?? {}) : [];
	});
	if (doubtful.length === 0) return;
	const named = doubtful.filter((name) => PLAIN_NAME.test(name));
	throw refused(
		`Adobe’s answer does not show every stored value, so it could not be put back and nothing was changed. Fill in ${
			named.length === 0 ? 'every field' : listed(named, given.source, 'and')
		} as well.`,
	);
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

function refused(message: string): Failure {
	return invalidInput(message).with({ stage: 'read' });
}

function unusable(what: string): Failure {
	return unreadable('Adobe', what).with({ stage: 'read', applied: 'no' });
}
