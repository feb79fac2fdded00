import { type Change, collection, invalidInput, type Operation, say, whereToCorrectSecret } from '../../kit';
import { onlyCredential, verifiedAtConnector } from '../answer';
import { namesOf, readConnectionId, readFields, SECRET_FIELDS, secretsOf, STORED_SECRETS, type Fields } from '../input';
import { MESSAGES } from '../messages';
import { credentialsPath } from '../paths';
import { CREATE_CODES, refusedAtConnector } from '../refusals';

interface CreateInput extends Change {
	connectionId: string;
	fields: Fields;
	/** Where the secret is corrected, as a sentence. */
	correction: string;
}

/** Adds a credential to a connection. DX signs in at the connector with it first, and stores nothing when that is refused. */
export const create: Operation<CreateInput> = {
	storedSecret: () => STORED_SECRETS,
	newName: (parameters) => collection(parameters, 'additionalFields').label,

	read: (parameters) => {
		const connectionId = readConnectionId(parameters);
		const notes: string[] = [];
		const fields = readFields(parameters, 'additionalFields', notes);
		if (fields.secrets === undefined) {
			throw invalidInput(say(MESSAGES.noSecret, { secrets: SECRET_FIELDS }));
		}
		const correction = whereToCorrectSecret(parameters, SECRET_FIELDS);
		return { id: null, connectionId, fields, correction, changed: namesOf(fields), secrets: secretsOf(fields), notes };
	},

	request: ({ connectionId, fields }) => ({
		method: 'POST',
		path: credentialsPath(connectionId, 'create'),
		body: { ...fields },
	}),

	codes: CREATE_CODES,
	refused: refusedAtConnector,

	result: ({ connectionId, fields }, answer) => {
		const reading = onlyCredential(answer, connectionId);
		return { ...reading, verification: verifiedAtConnector(fields, reading) };
	},
};
