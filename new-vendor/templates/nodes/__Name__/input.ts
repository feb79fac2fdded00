// @if ids integer
import { type Parameters, requireNumericId, type StoredFields } from '../kit';
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
export function readId(parameters: Parameters): string {
	return requireNumericId(parameters.get('credentialId'), CREDENTIAL);
}
// @else
export function readId(parameters: Parameters): string {
	return requireId(parameters.get('credentialId'), CREDENTIAL);
}
// @end
