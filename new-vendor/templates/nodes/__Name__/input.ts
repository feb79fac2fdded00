// @if ids integer
import { type Parameters, requireId, requireInteger, type StoredFields } from '../kit';
// @else
import { type Parameters, requireId, type StoredFields } from '../kit';
// @end

/** Display name of the parameter that says which credential is meant. */
export const CREDENTIAL = 'Stored Credential';

/** What is sent of a credential. */
export interface Fields {
	name?: string;
	value?: string;
}

/** The field into which a stored secret goes. */
export const STORED_FIELDS: Required<Pick<StoredFields, 'fields'>> = { fields: { value: { parameter: 'value', isRequired: true } } };

// @if ids integer
/** IDs count from 1. One that JSON could not carry exactly must not become the ID of another credential. */
const ID_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

export function readId(parameters: Parameters): string {
	const given = parameters.get('credentialId');
	return String(requireInteger(typeof given === 'string' ? requireId(given, CREDENTIAL) : given, CREDENTIAL, ID_BOUNDS));
}
// @else
export function readId(parameters: Parameters): string {
	return requireId(parameters.get('credentialId'), CREDENTIAL);
}
// @end
