import { type Change, invalidInput, nothingKnown, type Operation, type Parameters, say, waysToGiveSecret, whereToCorrectSecret } from '../../kit';
import { okBody, readCredential, verifiedAtConnector } from '../answer';
import { namesOf, readFields, readTarget, SECRET_FIELDS, secretsOf, STORED_SECRETS, type CredentialTarget, type Fields } from '../input';
import { MESSAGES } from '../messages';
import { credentialsPath } from '../paths';
import { refusedAtConnector } from '../refusals';

type UpdateInput = CredentialTarget & Change & {
	fields: Fields;
	/** Where the new secret is corrected, as a sentence; `null`: there is none. */
	correction: string | null;
};

/** Changes label, settings, secrets, expiration date, or any of them. */
export const update: Operation<UpdateInput> = {
	read: readInput,
	storedSecret: () => ({ ...STORED_SECRETS, isDispensable: true }),

	request: ({ connectionId, id, fields }) => ({
		method: 'POST',
		path: credentialsPath(connectionId, 'update'),
		// An integer, as documented; digits are all that the id can hold.
		body: { id: Number(id), ...fields },
	}),

	refused: refusedAtConnector,

	result: ({ connectionId, id, fields }, answer) => {
		// `ok` is what DX wants its callers to look at. The id is known, so success without the credential is success.
		const { credential } = okBody(answer);
		const reading = readCredential(credential, connectionId) ?? { ...nothingKnown(id), parentId: connectionId };
		return { ...reading, verification: verifiedAtConnector(fields, reading) };
	},
};

function readInput(parameters: Parameters): UpdateInput {
	const target = readTarget(parameters);
	const notes: string[] = [];
	const fields = readFields(parameters, 'updateFields', notes);
	const changed = namesOf(fields);
	if (changed.length === 0) {
		throw invalidInput(say(MESSAGES.nothingGiven, { ways: waysToGiveSecret(parameters, SECRET_FIELDS) }));
	}
	const correction = fields.secrets === undefined ? null : whereToCorrectSecret(parameters, SECRET_FIELDS);
	return { ...target, fields, correction, changed, secrets: secretsOf(fields), notes };
}
