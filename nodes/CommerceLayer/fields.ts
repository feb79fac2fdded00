import { invalidInput } from '../shared/failure';
import { requireInteger, requireObject, requireText } from '../shared/parameters';

/** Seconds that an access token of a credential may live: two hours to a year, as the API reference has it. */
export const EXPIRES_IN_BOUNDS = { min: 7200, max: 31_536_000 };

/** An attribute that an update may change. */
export interface Field {
	/** The node's parameter under “Update Fields”, and the value under “Clear Fields”. */
	parameter: string;
	/** The attribute in the API's naming. */
	attribute: string;
	/** The parameter's display name. */
	label: string;
	/** Reads a value that the user gave. Throws a `Failure` (`invalidInput`). */
	read(value: unknown, label: string): unknown;
	/** Whether the API takes `null` for it. */
	clearable: boolean;
}

/**
 * Every attribute that the API reference lists for an update, in its order. Kind, mode, custom, client ID and client
 * secret of a credential are fixed at its creation. The role is a relationship, not an attribute.
 */
export const FIELDS = [
	{ parameter: 'name', attribute: 'name', label: 'Name', read: requireText, clearable: false },
	{ parameter: 'redirectUri', attribute: 'redirect_uri', label: 'Redirect URI', read: requireText, clearable: true },
	{ parameter: 'expiresIn', attribute: 'expires_in', label: 'Expires In', read: requireLifetime, clearable: true },
	{ parameter: 'reference', attribute: 'reference', label: 'Reference', read: requireText, clearable: true },
	{
		parameter: 'referenceOrigin',
		attribute: 'reference_origin',
		label: 'Reference Origin',
		read: requireText,
		clearable: true,
	},
	{ parameter: 'metadata', attribute: 'metadata', label: 'Metadata', read: requireEntries, clearable: true },
] as const satisfies readonly Field[];

export const CLEARABLE_FIELDS = FIELDS.filter(({ clearable }) => clearable);

function requireLifetime(value: unknown, label: string): number {
	return requireInteger(value, label, EXPIRES_IN_BOUNDS);
}

/** The API does not say whether `{}` empties metadata or leaves it; clearing has its own parameter. */
function requireEntries(value: unknown, label: string) {
	const object = requireObject(value, label);
	if (Object.keys(object).length > 0) return object;
	throw invalidInput(`“${label}” is an empty object. Fill it in, or choose “${label}” under “Clear Fields”.`);
}
