import type { IDataObject } from 'n8n-workflow';

import { invalidInput } from '../shared/failure';
import { asObject, asText, pick, type VendorAnswer } from '../shared/http';
import { collection, requireText, type Parameters } from '../shared/parameters';
import { unreadable } from '../shared/refusal';
import type { ExistingTarget, Operation, Reading, Verification } from '../shared/vendor';
import { unverifiable, verifyByAnswer } from '../shared/verification';
import { readCredentialData } from './credentialData';
import { credentialPath } from './paths';
import { requireProvider, type Provider } from './providers';

interface UpdateInput extends ExistingTarget {
	provider: Provider;
	path: string;
	/** Only what is to change: Nylas keeps a top-level field that is left out. */
	body: { name?: string; credential_data?: IDataObject };
}

/** Changes name, credential data or both. */
export const update: Operation<UpdateInput> = {
	read: readInput,
	request: ({ path, body }) => ({ method: 'PATCH', path, body }),
	result: readCredential,
};

function readInput(parameters: Parameters): UpdateInput {
	const provider = requireProvider(parameters.get('provider'));
	const id = requireText(parameters.get('credentialId'), 'Connector Credential');
	const path = credentialPath(provider, id);
	const given = collection(parameters, 'updateFields');
	const name = given.name === undefined ? null : requireText(given.name, 'Name');
	const credentialData = readCredentialData(parameters, provider);
	if (name === null && credentialData === null) {
		throw invalidInput(
			'There is nothing to update. Add “Name” under “Update Fields”, or choose the kind of the new “Credential Data”.',
		);
	}
	return {
		id,
		provider,
		path,
		body: {
			...(name === null ? {} : { name }),
			...(credentialData === null ? {} : { credential_data: credentialData.data }),
		},
		changed: [
			...(name === null ? [] : ['name']),
			...Object.keys(credentialData?.data ?? {}).map((key) => `credential_data.${key}`),
		],
		secrets: credentialData?.secrets ?? [],
	};
}

/** The answer holds id, name and times; neither the kind of the credential nor any of its data. */
function readCredential({ provider, body }: UpdateInput, answer: VendorAnswer): Reading {
	const { request_id: requestId, data } = asObject(answer.body);
	const { id, name, created_at: createdAt, updated_at: updatedAt } = asObject(data);
	if (asText(id) === null && asText(name) === null) throw unreadable('Nylas', 'It names no credential.');
	return {
		id: asText(id),
		name: asText(name),
		type: null,
		parentId: provider,
		createdAt,
		updatedAt,
		expiresAt: null,
		attributes: {},
		verification: verify(body, pick(data, ['name'])),
		requestId: asText(requestId),
	};
}

function verify({ name, credential_data: secret }: UpdateInput['body'], answered: IDataObject): Verification {
	const byAnswer = verifyByAnswer(name === undefined ? {} : { name }, answered);
	if (secret === undefined || byAnswer.status === 'failed') return byAnswer;
	return unverifiable('Nylas never returns credential data, so only its use can prove the change.');
}
