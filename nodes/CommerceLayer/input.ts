import type { IDataObject } from 'n8n-workflow';

import {
	type ExistingTarget,
	invalidInput,
	isObject,
	type Parameters,
	readSwitch,
	requireChoice,
	requireId,
	requireInteger,
	requireObject,
	requireText,
	say,
	type Target,
} from '../kit';
import { MESSAGES } from './messages';
import { ORGANIZATIONS, ROLES } from './paths';

/** What an operation asks for that needs nothing but the credential. */
export function readTarget(parameters: Parameters): ExistingTarget {
	return { id: requireId(parameters.get('credentialId'), 'API Credential') };
}

/** Seconds that an access token of a credential may live: two hours to a year, as the API reference has it. */
export const EXPIRES_IN_BOUNDS = { min: 7200, max: 31_536_000 };

/** The environments that a credential can belong to. */
export const MODES = [
	{ name: 'Live', value: 'live' },
	{ name: 'Test', value: 'test' },
] as const;

/** An attribute that the user can give. */
export interface Field {
	/** The node's parameter under “Additional Fields” or “Update Fields”, and the value under “Clear Fields”. */
	parameter: string;
	/** The attribute in the API's naming. */
	attribute: string;
	/** The parameter's display name. */
	label: string;
	/** Reads a value that the user gave. Throws a `Failure` (`invalidInput`). */
	read(value: unknown, label: string): unknown;
}

const NAME = { parameter: 'name', attribute: 'name', label: 'Name', read: requireText };

const OPTIONAL_FIELDS: readonly Field[] = [
	{ parameter: 'redirectUri', attribute: 'redirect_uri', label: 'Redirect URI', read: requireText },
	{ parameter: 'expiresIn', attribute: 'expires_in', label: 'Expires In', read: requireLifetime },
	{ parameter: 'reference', attribute: 'reference', label: 'Reference', read: requireText },
	{ parameter: 'referenceOrigin', attribute: 'reference_origin', label: 'Reference Origin', read: requireText },
];

const METADATA = { parameter: 'metadata', attribute: 'metadata', label: 'Metadata' };

/** The attributes for which an update may send `null`. */
export const CLEARABLE_FIELDS: readonly Field[] = [...OPTIONAL_FIELDS, { ...METADATA, read: requireEntries }];

/**
 * Every attribute that the API reference lists for an update, in its order. Kind, mode, custom, client ID and client
 * secret of a credential are fixed at its creation. The role is a relationship, not an attribute.
 */
export const UPDATE_FIELDS: readonly Field[] = [NAME, ...CLEARABLE_FIELDS];

/** Every attribute that the API reference lists as optional for a create. */
export const CREATE_FIELDS: readonly Field[] = [
	{ parameter: 'mode', attribute: 'mode', label: 'Mode', read: requireMode },
	{ parameter: 'custom', attribute: 'custom', label: 'Custom', read: readSwitch },
	...OPTIONAL_FIELDS,
	{ ...METADATA, read: requireObject },
];

export function isMode(value: unknown): boolean {
	return MODES.some((mode) => mode.value === value);
}

/** Hours that a credential stays in force beside its successor: up to a year; 0 is for a secret that has leaked. */
export const GRACE_BOUNDS = { min: 0, max: 8760 };

/** One of the two environments. Throws a `Failure` (`invalidInput`) for anything else. */
export function requireMode(value: unknown, label: string): string {
	return requireChoice(
		MODES.map((mode) => mode.value),
		value,
		label,
	);
}

function requireLifetime(value: unknown, label: string): number {
	return requireInteger(value, label, EXPIRES_IN_BOUNDS);
}

/** The API does not say whether an update with `{}` empties metadata or leaves it; clearing has its own parameter. */
function requireEntries(value: unknown, label: string) {
	const object = requireObject(value, label);
	if (Object.keys(object).length > 0) return object;
	throw invalidInput(say(MESSAGES.emptyObject, { label }));
}

/** The key in a credential's metadata that the node keeps for itself: all that is known of a rotation stands there. */
export const ROTATION_KEY = 'rotation';

/** Whatever deletes nothing by itself could have it deleted by the next Retire, were it to write such an entry. */
export function forPeopleAlone({ metadata }: IDataObject): Pick<Target, 'notForAgents'> {
	return isObject(metadata) && Object.hasOwn(metadata, ROTATION_KEY) ? { notForAgents: say(MESSAGES.agentMark) } : {};
}

/** The types of what a credential can be linked to: requests name them in the plural. */
const LINKED_TYPES = { organization: ORGANIZATIONS, role: ROLES } as const;

export type Relationship = keyof typeof LINKED_TYPES;

/** Ids of what a credential is to be linked to. */
export type Links = Partial<Record<Relationship, string>>;

/** The part of a document that links its resource; nothing where there is nothing to link. */
export function relationshipsTo(links: Links): IDataObject {
	const linked = Object.entries(links).map(([name, id]) => [
		name,
		{ data: { type: LINKED_TYPES[name as Relationship], id } },
	]);
	return linked.length === 0 ? {} : { relationships: Object.fromEntries(linked) as IDataObject };
}
