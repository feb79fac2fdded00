import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, createRedactor, holdsMask, isObject, nothingKnown, type Reading, unverifiable, type Verification, verifyByAnswer } from '../kit';
import { isKnownKind, kindsIn, namesKind, ownObject, plainFieldsOf } from './kinds';
import { hideable, secretsIn, shownUrl, type Source } from './secrets';

/**
 * What a stored configuration says of itself. Secrets may come along with it and are not shown, nor is a copy of one that
 * somebody has put into another field.
 * @param expectedKinds the kinds that were sent, told apart from others that the answer may show
 */
export function readCredential(configuration: IDataObject, expectedKinds: readonly string[] = []): Reading {
	const kind = kindIn(configuration, expectedKinds);
	const stored = kind === null ? {} : { [kind]: ownObject(configuration, kind) ?? {} };
	const redactor = createRedactor(secretsIn(stored, 'fields'));
	return {
		...nothingKnown(idOf(configuration)),
		name: redactor.value(asText(configuration.name)),
		type: kind ?? asText(configuration.type),
		createdAt: configuration.createdDate,
		updatedAt: configuration.lastModifiedDate,
		attributes: mapValues(attributesOf(configuration, kind), (value) => redactor.value(value)),
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

function spelling(type: string): string {
	return type
		.toLowerCase()
		.replaceAll(/[^a-z0-9]/g, '')
		.replace(/authentication$/, '');
}

/**
 * The configuration with this id, or the only one in the answer; `null` when there is none or no telling which.
 * @param id `null` for a new one
 */
export function configurationIn(body: unknown, id: string | null): IDataObject | null {
	const all = configurationsIn(body);
	const own = id === null ? undefined : all.find((entry) => idOf(entry)?.toLowerCase() === id.toLowerCase());
	return own ?? (all.length === 1 ? (all[0] ?? null) : null);
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
 * Verified when the answer shows every secret as it was sent. Fields that may be shown prove nothing about the secret,
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
	const everything = verifyByAnswer(sent, shown);
	if (everything.status === 'failed') return withoutSecrets(everything, body, source);
	const secretsAlone = verifyByAnswer(secrets, shown);
	if (secretsAlone.status === 'verified') return secretsAlone;
	return unverifiable('Adobe’s answer does not show the secret.');
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
): IDataObject {
	return Object.fromEntries(
		Object.entries(fields)
			.filter(([, value]) => include(value))
			.map(([name, value]) => [`${kind}.${name}`, comparableValue(value)]),
	) as IDataObject;
}

/** Numbers may come back as text, and keys with other line ends or without the last one. */
function comparableValue(value: unknown): unknown {
	if (typeof value === 'number') return String(value);
	if (typeof value !== 'string' || !value.includes('\n')) return value;
	return value.replaceAll('\r\n', '\n').trim();
}
