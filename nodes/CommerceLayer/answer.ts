import isEqual from 'lodash/isEqual';
import type { IDataObject } from 'n8n-workflow';

import {
	asObject,
	asText,
	isObject,
	leaves,
	NOT_VERIFIED,
	pick,
	type Reading,
	REDACTED,
	replaceUserInfo,
	say,
	unreadable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
} from '../kit';
import type { Links, Relationship } from './input';
import { MESSAGES } from './messages';
import { SHOWN_ATTRIBUTES } from './paths';

/** The credential that an answer is about. Throws a `Failure` (`unexpectedResponse`) when it names none. */
export function onlyCredential(answer: VendorAnswer): Reading {
	const reading = readCredential(credentialIn(answer));
	if (reading === null) throw unreadable('Commerce Layer', say(MESSAGES.namesNone));
	return reading;
}

/** The one resource object of an answer; an empty one when it holds none. */
export function credentialIn({ body }: VendorAnswer): IDataObject {
	return asObject(asObject(body).data);
}

/**
 * What the API shows of a credential; `null` when the resource object is none. Its client secret may come along, and be
 * repeated in what people fill in.
 */
export function readCredential(resource: unknown): Reading | null {
	if (!isResource(resource)) return null;
	const attributes = asObject(resource.attributes);
	const role = linkedId(resource, 'role');
	return {
		id: asText(resource.id),
		name: asText(attributes.name),
		type: asText(attributes.kind),
		parentId: linkedId(resource, 'organization'),
		createdAt: attributes.created_at,
		updatedAt: attributes.updated_at,
		// What `expires_in` speaks of are the access tokens; the credential itself has no end.
		expiresAt: null,
		attributes: { ...withoutUserInfo(pick(attributes, SHOWN_ATTRIBUTES)), ...(role === null ? {} : { role }) },
		verification: NOT_VERIFIED,
		secrets: leaves(attributes.client_secret),
	};
}

/** Whether this part of an answer is a JSON:API resource object that says anything. */
export function isResource(part: unknown): part is IDataObject {
	return isObject(part) && (asText(part.id) !== null || isObject(part.attributes));
}

/**
 * The id of the one resource that a relationship links to; `null` when the answer gives links only. The linked type is
 * not looked at: the relationship's name says it, and the specification has it in the singular where requests have the
 * plural.
 */
export function linkedId(resource: IDataObject, relationship: Relationship): string | null {
	return asText(asObject(asObject(asObject(resource.relationships)[relationship]).data).id);
}

/** A host behind basic authentication, such as a staging shop: an earlier update may have stored its password. */
function withoutUserInfo({ redirect_uri, ...attributes }: IDataObject): IDataObject {
	const shown = typeof redirect_uri === 'string' ? replaceUserInfo(redirect_uri, `${REDACTED}@`) : redirect_uri;
	return redirect_uri === undefined ? attributes : { ...attributes, redirect_uri: shown };
}

/** The most resources that the API gives at once. */
export const MAX_PAGE_SIZE = 25;

const FIRST_PAGE = '1';

/** The query for one page. `cursor` is the number of the page; it has to come with the same size for every page. */
export function pageQuery(size: number, cursor = FIRST_PAGE): Record<string, string> {
	return { 'page[number]': cursor, 'page[size]': String(size) };
}

/** The resource objects of a page. Throws a `Failure` (`unexpectedResponse`) when the answer holds no list. */
export function resourcesIn({ body }: VendorAnswer): unknown[] {
	const { data } = asObject(body);
	if (!Array.isArray(data)) throw unreadable('Commerce Layer', say(MESSAGES.noList));
	return data;
}

/**
 * The cursor of the page after this one; `undefined` after the last. The API tells how many pages there are; where that
 * is missing, a page that is not full is the last one. Nothing comes after an empty page, whatever the count says.
 */
export function nextPage(answer: VendorAnswer, size: number, cursor = FIRST_PAGE): string | undefined {
	const shown = resourcesIn(answer).length;
	const page = Number(cursor);
	const pages = counted(answer, 'page_count');
	const isLast = pages === undefined ? shown < size : page >= pages;
	return isLast || shown === 0 ? undefined : String(page + 1);
}

/** How many resources all the pages have together, where the answer says so. */
export function totalIn(answer: VendorAnswer): number | undefined {
	return counted(answer, 'record_count');
}

function counted({ body }: VendorAnswer, name: 'page_count' | 'record_count'): number | undefined {
	const count = Number(asText(asObject(asObject(body).meta)[name]) ?? NaN);
	return Number.isNaN(count) ? undefined : count;
}

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
	return verifyByAnswer(sent, Object.fromEntries(compared) as IDataObject, Object.keys(links));
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

/** Token lifetimes, in seconds, that apply where none is set: a cleared one may come back as either. */
const DEFAULT_LIFETIMES = [7200, 14_400];

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
