import type { IDataObject } from 'n8n-workflow';

import { invalidInput } from '../shared/failure';
import { collection, requireText, type Parameters } from '../shared/parameters';
import { secretsInUserInfo } from '../shared/userInfo';
import type { ExistingTarget, Operation } from '../shared/vendor';
import { API_CREDENTIALS, credentialPath, ROLES, WRITE_HEADERS } from './api';
import { CLEARABLE_FIELDS, FIELDS } from './fields';
import { readCredential } from './reading';
import { verify } from './verify';

/** What an update asks for. */
export interface UpdateInput extends ExistingTarget {
	/** Attributes to change, in the API's naming; `null` clears one. */
	attributes: IDataObject;
	/** The role to give to the credential; `null` leaves it. */
	roleId: string | null;
}

/** Changes what a credential says of itself. Its client secret cannot be changed: the API has no rotation. */
export const update: Operation<UpdateInput> = {
	read: readInput,

	request: ({ id, attributes, roleId }) => ({
		method: 'PATCH',
		path: credentialPath(id),
		headers: WRITE_HEADERS,
		body: {
			data: {
				type: API_CREDENTIALS,
				id,
				// The API demands the key even when only the role changes.
				attributes,
				...(roleId === null ? {} : { relationships: { role: { data: { type: ROLES, id: roleId } } } }),
			},
		},
	}),

	result: (input, answer) => readCredential(answer, (credential) => verify(input, credential)),
};

function readInput(parameters: Parameters): UpdateInput {
	const id = requireText(parameters.get('credentialId'), 'API Credential');
	const given = collection(parameters, 'updateFields');
	const cleared = readClearFields(parameters.get('clearFields'));

	const attributes: IDataObject = {};
	for (const { parameter, attribute, label, read } of FIELDS) {
		const isGiven = given[parameter] !== undefined;
		if (isGiven && cleared.includes(parameter)) {
			throw invalidInput(`“${label}” is under both “Update Fields” and “Clear Fields”. Remove it from one of them.`);
		}
		if (isGiven) attributes[attribute] = read(given[parameter], label);
		else if (cleared.includes(parameter)) attributes[attribute] = null;
	}
	const roleId = given.roleId === undefined ? null : requireText(given.roleId, 'Role ID');

	const changed = [...Object.keys(attributes), ...(roleId === null ? [] : ['role'])];
	if (changed.length === 0) {
		throw invalidInput(
			'There is nothing to update. Add a field under “Update Fields”, or choose one under “Clear Fields”.',
		);
	}
	return { id, attributes, roleId, changed, secrets: secretsInUserInfo(attributes.redirect_uri) };
}

/** An expression may yield anything; what cannot be cleared is refused rather than passed over. */
function readClearFields(value: unknown): string[] {
	const fields: unknown = value ?? [];
	const known = CLEARABLE_FIELDS.map(({ parameter }): unknown => parameter);
	if (Array.isArray(fields) && fields.every((field) => known.includes(field))) return fields as string[];
	throw invalidInput(`“Clear Fields” must be a list made of ${known.join(', ')}. Choose them from the list.`);
}
