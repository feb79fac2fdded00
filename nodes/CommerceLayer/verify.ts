import isEqual from 'lodash/isEqual';
import type { IDataObject } from 'n8n-workflow';

import { asText, isObject, pick } from '../kit/json';
import type { Verification } from '../kit/record';
import { verifyByAnswer } from '../kit/verification';
import type { Links, Relationship } from './paths';
import { linkedId } from './answer';

/** Token lifetimes, in seconds, that apply where none is set: a cleared one may come back as either. */
const DEFAULT_LIFETIMES = [7200, 14_400];

/** What a request has asked for. */
interface Asked {
	attributes: IDataObject;
	links: Links;
}

/**
 * Holds the attributes and the links that were sent against the answer. What the answer leaves out proves nothing: a
 * cleared attribute that is absent may have been left out for being empty, or for any other reason.
 */
export function verify({ attributes, links }: Asked, credential: IDataObject): Verification {
	const sent: IDataObject = { ...attributes, ...links };
	const answered = shownOf(attributes, links, credential);
	const compared = Object.entries(answered).map(([field, value]) => [
		field,
		agrees(field, sent[field], value) ? sent[field] : value,
	]);
	return verifyByAnswer(sent, Object.fromEntries(compared) as IDataObject);
}

/** The same attributes and links as a resource object shows them; those that it leaves out are absent. */
export function shownOf(attributes: IDataObject, links: Links, credential: IDataObject): IDataObject {
	return { ...pick(credential.attributes, Object.keys(attributes)), ...linkedAs(links, credential) };
}

function linkedAs(links: Links, credential: IDataObject): Links {
	const answered = Object.keys(links).map((name) => [name, linkedId(credential, name as Relationship)]);
	return Object.fromEntries(answered.filter(([, id]) => id !== null)) as Links;
}

function agrees(field: string, sent: unknown, answered: unknown): boolean {
	if (sent === null) return isCleared(field, answered);
	// Metadata without an entry may come back as null.
	if (field === 'metadata') return contains(answered ?? {}, sent);
	// A switch that is off may come back as null.
	if (typeof sent === 'boolean') return (answered ?? false) === sent;
	// `expires_in` is an integer by the specification and a text in its examples.
	return asText(answered) === asText(sent);
}

function isCleared(field: string, answered: unknown): boolean {
	if (field === 'expires_in' && DEFAULT_LIFETIMES.includes(Number(asText(answered)))) return true;
	return answered === null || answered === '' || isEqual(answered, {});
}

/**
 * Whether all of `sent` is in `answered`. The API does not say whether metadata is replaced or merged, so keys beside
 * the sent ones are no contradiction, and a key sent as `null` may be gone.
 */
function contains(answered: unknown, sent: unknown): boolean {
	if (!isObject(sent)) return isEqual(answered ?? null, sent);
	return isObject(answered) && Object.keys(sent).every((key) => contains(own(answered, key), sent[key]));
}

/** Metadata keys are the user's: one may be called `constructor`. */
function own(object: IDataObject, key: string): unknown {
	return Object.hasOwn(object, key) ? object[key] : undefined;
}
