import { invalidInput } from '../shared/failure';
import { asObject, asText, pick, type VendorAnswer } from '../shared/http';
import { collection, type Parameters } from '../shared/parameters';
import { leaves } from '../shared/redaction';
import { secretsInUserInfo } from '../shared/userInfo';
import type { ExistingTarget, Operation, Reading, Verification } from '../shared/vendor';
import { verifyByAnswer } from '../shared/verification';
import { okBody } from './answer';
import { namesOf, readFields, type Fields } from './fields';
import { CONNECTION, CREDENTIAL, credentialsPath, requireId } from './ids';

interface UpdateInput extends ExistingTarget {
	connectionId: string;
	fields: Fields;
}

/** Changes label, settings, secrets, expiration date, or any of them. */
export const update: Operation<UpdateInput> = {
	read: readInput,

	request: ({ connectionId, id, fields }) => ({
		method: 'POST',
		path: credentialsPath(connectionId, 'update'),
		// An integer, as documented; digits are all that the id can hold.
		body: { id: Number(id), ...fields },
	}),

	result: readCredential,
};

function readInput(parameters: Parameters): UpdateInput {
	const connectionId = requireId(parameters.get('connectionId'), CONNECTION);
	const id = requireId(parameters.get('credentialId'), CREDENTIAL);
	const fields = readFields(collection(parameters, 'updateFields'), parameters.timezone);
	const changed = namesOf(fields);
	if (changed.length === 0) {
		throw invalidInput(
			'There is nothing to update. Add “Label”, “Settings”, “Secrets” or “Expiration Date” under “Update Fields”.',
		);
	}
	return {
		id,
		connectionId,
		fields,
		changed,
		// The address of a server behind a sign-in is a setting by its name, and holds a password all the same.
		secrets: [...leaves(fields.secrets), ...leaves(fields.settings).flatMap(secretsInUserInfo)],
	};
}

function readCredential(input: UpdateInput, answer: VendorAnswer): Reading {
	const credential = asObject(okBody(answer).credential);
	return {
		id: asText(credential.id),
		name: asText(credential.label),
		type: asText(credential.type),
		parentId: input.connectionId,
		createdAt: credential.created_at ?? null,
		updatedAt: null,
		expiresAt: credential.expiration_date ?? null,
		// `settings` are non-secret by their documentation only: what the connector or the user puts there is not known.
		attributes: pick(credential, ['disabled_at']),
		verification: verify(input.fields, credential),
	};
}

/** DX signs in at the connector with the credential before it saves anything, so success is proof. */
function verify({ label }: Fields, credential: ReturnType<typeof asObject>): Verification {
	const shown = verifyByAnswer(label === undefined ? {} : { label }, pick(credential, ['label']));
	return shown.status === 'failed' ? shown : { status: 'verified', method: 'vendor', detail: null };
}
