import isEmpty from 'lodash/isEmpty';
import type { IDataObject } from 'n8n-workflow';

import { asObject, type Change, collection, invalidInput, type Operation, type Parameters } from '../../kit';
import { onlyCredential, verifiedAtConnector } from '../answer';
import { namesOf, readConnectionId, readFields, secretsOf, storedSecrets, type Fields } from '../input';
import { credentialsPath } from '../paths';
import { CREATE_CODES } from '../refusals';

interface CreateInput extends Change {
	connectionId: string;
	fields: Fields;
}

/** Adds a credential to a connection. DX signs in at the connector with it first, and stores nothing when that is refused. */
export const create: Operation<CreateInput> = {
	storedSecret: () => ({
		object: storedSecrets('additionalFields.secretsJson'),
		emptied: ['secrets', 'additionalFields.jiraApiToken'],
	}),
	newName: (parameters) => collection(parameters, 'additionalFields').label,

	read: (parameters) => {
		const connectionId = readConnectionId(parameters);
		const notes: string[] = [];
		const fields = readFields(given(parameters), parameters.timezone, notes);
		if (fields.secrets === undefined) {
			throw invalidInput(
				'A new credential needs at least one secret. Add it under “Secrets”, or add “Jira API Token” or “Secrets (JSON)” under “Additional Fields”.',
			);
		}
		return { id: null, connectionId, fields, changed: namesOf(fields), secrets: secretsOf(fields), notes };
	},

	request: ({ connectionId, fields }) => ({
		method: 'POST',
		path: credentialsPath(connectionId, 'create'),
		body: { ...fields },
	}),

	codes: CREATE_CODES,

	result: ({ connectionId, fields }, answer) => {
		const reading = onlyCredential(answer, connectionId);
		return { ...reading, verification: verifiedAtConnector(fields, reading) };
	},
};

/**
 * The fields that the user has filled in. “Secrets” always stands in the node, and is given once it has a row; the others
 * are given once they are added under “Additional Fields”.
 */
function given(parameters: Parameters): IDataObject {
	const fields = collection(parameters, 'additionalFields');
	const secrets = asObject(parameters.get('secrets'));
	return isEmpty(secrets.values) ? fields : { ...fields, secrets };
}
