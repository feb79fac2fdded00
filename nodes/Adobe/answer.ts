import isEqual from 'lodash/isEqual';
import type { IDataObject } from 'n8n-workflow';

import {
	alike,
	asObject,
	asText,
	comparableSecret,
	createRedactor,
	holdsMask,
	isObject,
	nothingKnown,
	type Reading,
	say,
	toDateTime,
	unverifiable,
	type Verification,
	verifyByAnswer,
} from '../kit';
import { isKnownKind, KINDS, kindsIn, namesKind, ownObject, plainFieldsOf } from './kinds';
import { MESSAGES } from './messages';
import { hideable, secretsIn, shownUrl, type Source } from './secrets';

/**
 * What a stored configuration says of itself. Secrets may come along with it, and somebody may have put a copy of one into
 * another field.
 * @param expectedKinds the kinds that were sent, told apart from others that the answer may show
 */
export function readCredential(configuration: IDataObject, expectedKinds: readonly string[] = []): Reading {
	const kind = kindIn(configuration, expectedKinds);
	const stored = kind === null ? {} : { [kind]: ownObject(configuration, kind) ?? {} };
	return {
		...nothingKnown(idOf(configuration)),
		name: asText(configuration.name),
		type: kind ?? asText(configuration.type),
		createdAt: configuration.createdDate,
		updatedAt: configuration.lastModifiedDate,
		attributes: attributesOf(configuration, kind),
		secrets: secretsIn(stored, 'fields'),
	};
}

function attributesOf(configuration: IDataObject, kind: string | null): IDataObject {
	const fields = kind === null ? {} : (ownObject(configuration, kind) ?? {});
	const plain = kind === null ? [] : plainFieldsOf(kind);
	const shown = [
		...plain.map((name) => [name, name === 'url' ? shownUrl(fields[name]) : asText(fields[name])]),
		['type', asText(configuration.type)],
	];
	return Object.fromEntries(shown.filter(([, value]) => value !== null)) as IDataObject;
}

export function idOf(configuration: IDataObject): string | null {
	return asText(configuration.instanceId);
}

/** The kind that a configuration shows an object for: one of the expected names if it can be. */
export function kindIn(configuration: IDataObject, expected: readonly string[] = []): string | null {
	const shown = kindsIn(configuration);
	return (
		shown.find((name) => expected.includes(name)) ??
		shown.find(namesKind) ??
		null
	);
}

/**
 * Whether a configuration is of this kind: by the object that it shows, else by its `type`, which Adobe's examples spell
 * “s3Authentication” as well as “S3”, “basic” as well as “BASIC”.
 */
export function isOfKind(configuration: IDataObject, kind: string): boolean {
	if (ownObject(configuration, kind) !== null) return true;
	const type = asText(configuration.type);
	return kindIn(configuration) === null && type !== null && isKnownKind(kind) && spelling(type) === spelling(kind);
}

/**
 * Whether a stored configuration is of the kind of a body that is to replace it: by the objects that it shows, else by its
 * `type`; `unknown` when it shows neither.
 */
export function kindLikeness(stored: IDataObject, body: IDataObject): 'same' | 'another' | 'unknown' {
	const sent = signingIn(kindsIn(body));
	const shown = kindsIn(stored).filter((name) => namesKind(name) || sent.includes(name));
	if (shown.length > 0) return isEqual(shown.toSorted(), sent.toSorted()) ? 'same' : 'another';
	const type = spelling(asText(stored.type) ?? '');
	if (sent.some((kind) => spelling(kind) === type)) return 'same';
	return Object.keys(KINDS).some((kind) => spelling(kind) === type) ? 'another' : 'unknown';
}

/** The kinds among a body's objects, or all of them when none is called like one. */
function signingIn(names: string[]): string[] {
	const kinds = names.filter(namesKind);
	return kinds.length === 0 ? names : kinds;
}

function spelling(type: string): string {
	return type
		.toLowerCase()
		.replaceAll(/[^a-z0-9]/g, '')
		.replace(/authentication$/, '');
}

/** The configuration with this id, or the only one in the answer; `null` when there is none or no telling which. */
export function configurationIn(body: unknown, id: string): IDataObject | null {
	const all = configurationsIn(body);
	const own = all.find((entry) => idOf(entry)?.toLowerCase() === id.toLowerCase());
	return own ?? (all.length === 1 ? (all[0] ?? null) : null);
}

/**
 * The new configuration in an answer to its creation: the only one, or the one among several that shows what was sent;
 * `null` when there is no telling which. Adobe's API description answers with a list, and does not say of what.
 */
export function createdIn(answer: unknown, body: IDataObject, source: Source): IDataObject | null {
	const all = configurationsIn(answer);
	if (all.length < 2) return all[0] ?? null;
	const alike = all.filter((entry) => isAsSent(entry, body) && verify(body, source, entry).status !== 'failed');
	// Where one shows the very secret, those that show none are others of the same account.
	const proven = alike.filter((entry) => verify(body, source, entry).status === 'verified');
	return onlyNewest(proven.length > 0 ? proven : alike);
}

/** Of the kind that was sent, and called as that was. */
function isAsSent(entry: IDataObject, body: IDataObject): boolean {
	const isCalledSo = !Object.hasOwn(body, 'name') || alike(asText(entry.name) ?? '') === alike(asText(body.name) ?? '');
	return isCalledSo && kindLikeness(entry, body) === 'same';
}

/** The one that was created last, `null` when that is none or there is no telling. */
function onlyNewest(entries: IDataObject[]): IDataObject | null {
	if (entries.length < 2) return entries[0] ?? null;
	const dated = entries.map((entry) => ({ entry, at: toDateTime(entry.createdDate)?.toMillis() ?? null }));
	if (dated.some(({ at }) => at === null)) return null;
	const last = Math.max(...dated.map(({ at }) => at ?? 0));
	const newest = dated.filter(({ at }) => at === last);
	return newest.length === 1 ? (newest[0]?.entry ?? null) : null;
}

/**
 * The credential configurations in an answer. Adobe's sources show the object itself, an array (also for a single
 * one), and `{"items": […]}`. Problem details have a `type`, too, so that one alone makes no configuration.
 */
export function configurationsIn(body: unknown): IDataObject[] {
	return (listIn(body) ?? [body])
		.filter(isObject)
		.filter((entry) => idOf(entry) !== null || kindIn(entry) !== null || asText(entry.name) !== null);
}

function listIn(body: unknown): unknown[] | null {
	const { items } = asObject(body);
	return Array.isArray(body) ? body : Array.isArray(items) ? items : null;
}

export function isEmptyList(body: unknown): boolean {
	return listIn(body)?.length === 0;
}

/**
 * Verified when the answer shows every secret as it was sent. The name, and fields that may be shown, prove nothing about it,
 * but one that comes back with another value than was sent is a mismatch all the same.
 */
export function verify(body: IDataObject, source: Source, answered: IDataObject): Verification {
	const sent: IDataObject = {};
	const secrets: IDataObject = {};
	const shown: IDataObject = {};
	for (const kind of kindsIn(body)) {
		const fields = ownObject(body, kind) ?? {};
		Object.assign(sent, comparable(kind, fields));
		Object.assign(secrets, comparable(kind, hideable(kind, fields, source)));
		Object.assign(shown, comparable(kind, ownObject(answered, kind) ?? {}, isShown));
	}
	const everything = verifyByAnswer({ ...sent, ...nameIn(body) }, { ...shown, ...nameIn(answered) }, Object.keys(secrets));
	if (everything.status === 'failed') return withoutSecrets(everything, body, source);
	const secretsAlone = verifyByAnswer(secrets, shown, Object.keys(secrets));
	if (secretsAlone.status === 'verified') return everything.status === 'verified' ? withoutSecrets(everything, body, source) : secretsAlone;
	return unverifiable(say(MESSAGES.taken));
}

/** The name, where there is one to compare. */
function nameIn({ name }: IDataObject): IDataObject {
	const text = asText(name);
	return text === null ? {} : { name: text };
}

/** Whether a stored configuration holds all that a body would set, and in its kinds nothing that it would take away. */
export function holdsAll(stored: IDataObject, body: IDataObject): boolean {
	if (kindLikeness(stored, body) !== 'same') return false;
	return Object.entries(body).every(([name, sent]) => {
		const there = Object.hasOwn(stored, name) ? stored[name] : undefined;
		if (!isObject(sent) || !isObject(there)) return isEqual(there, sent);
		// To the letter: a secret that is stored with a line end, or a key with other ones, may be what has to be mended.
		return !holdsMask(there) && isEqual(comparable(name, there, isShown, asText), comparable(name, sent, undefined, asText));
	});
}

/** The detail names fields, and those of JSON people make up. */
function withoutSecrets({ detail, ...rest }: Verification, body: IDataObject, source: Source): Verification {
	if (detail === null || source === 'fields') return { ...rest, detail };
	return { ...rest, detail: createRedactor(secretsIn(body, source)).ownText(detail) };
}

function isShown(value: unknown): boolean {
	return value !== null && value !== '' && !holdsMask(value);
}

/** Fields by their path, in a form in which equal values are equal. */
function comparable(
	kind: string,
	fields: IDataObject,
	include: (value: unknown) => boolean = () => true,
	form: (value: unknown) => unknown = comparableValue,
): IDataObject {
	return Object.fromEntries(
		Object.entries(fields)
			.filter(([, value]) => include(value))
			.map(([name, value]) => [`${kind}.${name}`, form(value)]),
	) as IDataObject;
}

/** Numbers may come back as text, and keys with other line ends or without the last one. */
function comparableValue(value: unknown): unknown {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' ? comparableSecret(value) : value;
}
