import type { IDataObject } from 'n8n-workflow';

import { pathTo } from '../kit/paths';
import { asObject, asText, isObject } from '../kit/json';
import { isKnownKind } from './kinds';

/** Below the base URL of Adobe Experience Platform (Destination Authoring API). */
export const CONFIGURATIONS_PATH = '/data/core/activation/authoring/credentials';

export function configurationPath(id: string): string {
	return pathTo(CONFIGURATIONS_PATH, id);
}

/** What Adobe alone sets, and what a stored configuration must lose before it is put back. */
export const READ_ONLY_FIELDS = ['instanceId', 'createdDate', 'lastModifiedDate'] as const;

/** Fields beside the kind's object. Everything else in a body may be a secret. */
export const PLAIN_TOP_FIELDS: readonly string[] = ['name', 'type', ...READ_ONLY_FIELDS];

/** How the name of a kind ends, in all twelve that Adobe has documented. */
const KIND_ENDING = /Authentication$/;

export function namesKind(name: string): boolean {
	return KIND_ENDING.test(name);
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
 * The configuration with this id, or the only one in the answer; `null` when there is none or no telling which.
 * @param id `null` for a new one
 */
export function configurationIn(body: unknown, id: string | null): IDataObject | null {
	const all = configurationsIn(body);
	const own = id === null ? undefined : all.find((entry) => idOf(entry)?.toLowerCase() === id.toLowerCase());
	return own ?? (all.length === 1 ? (all[0] ?? null) : null);
}

export function idOf(configuration: IDataObject): string | null {
	return asText(configuration.instanceId);
}

/** An object that a configuration has itself under this name, `null` otherwise: `__proto__` is a name like any other. */
export function ownObject(configuration: IDataObject, name: string): IDataObject | null {
	const value = Object.hasOwn(configuration, name) ? configuration[name] : null;
	return isObject(value) ? value : null;
}

/** The names of the objects in a body: of the kinds that it sets. */
export function kindsIn(body: IDataObject): string[] {
	return Object.keys(body).filter((name) => ownObject(body, name) !== null && !PLAIN_TOP_FIELDS.includes(name));
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
