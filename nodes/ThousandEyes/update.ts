import type { IDataObject } from 'n8n-workflow';

import { invalidInput } from '../shared/failure';
import { asObject, asText, isObject, pick, type VendorAnswer } from '../shared/http';
import { collection, optionalText, requireText, type Parameters } from '../shared/parameters';
import { unreadable } from '../shared/refusal';
import type { Operation, Reading, Target, Verification } from '../shared/vendor';
import { unverifiable, verifyByAnswer } from '../shared/verification';
import { accountGroupQuery, V7_HEADERS, v6UpdatePath, v7CredentialPath, type ApiVersion } from './paths';

interface UpdateInput extends Target {
	apiVersion: ApiVersion;
	accountGroupId: string | null;
	/** Only the fields that the user gave. */
	fields: { name?: string; value?: string };
	/** The stored name, read to be sent along; `null` when it was not needed or could not be read. */
	storedName: string | null;
	/** What the user should know about how the change was sent. */
	note: string | null;
}

/** Changes name, value or both. */
export const update: Operation<UpdateInput> = {
	read: readInput,

	/**
	 * v7 documents PUT with both fields optional and does not say what becomes of one that is left out. The name can be
	 * read, so a change of the value alone sends it along.
	 */
	before: (input) =>
		input.apiVersion === 'v6' || input.fields.name !== undefined
			? null
			: {
					request: {
						method: 'GET',
						path: v7CredentialPath(input.id),
						query: accountGroupQuery(input.accountGroupId),
						headers: V7_HEADERS,
						body: null,
					},
					// Changing a credential needs another permission than reading it.
					dispensableOn: ['permission'],
					complete: withStoredName,
				},

	request: ({ apiVersion, id, accountGroupId, fields, storedName }) =>
		apiVersion === 'v6'
			? { method: 'POST', path: v6UpdatePath(id), query: accountGroupQuery(accountGroupId), body: fields }
			: {
					method: 'PUT',
					path: v7CredentialPath(id),
					query: accountGroupQuery(accountGroupId),
					headers: V7_HEADERS,
					body: storedName === null ? fields : { name: storedName, ...fields },
				},

	result: (input, answer) => readCredential(input, answer),
};

function readInput(parameters: Parameters): UpdateInput {
	const id = requireText(parameters.get('credentialId'), 'Secure Credential');
	const given = collection(parameters, 'updateFields');
	const fields: UpdateInput['fields'] = {};
	if (given.name !== undefined) fields.name = requireText(given.name, 'Name');
	if (given.value !== undefined) fields.value = requireText(given.value, 'Value');
	if (Object.keys(fields).length === 0) {
		throw invalidInput('There is nothing to update. Add “Name” or “Value” under “Update Fields”.');
	}
	return {
		id,
		apiVersion: parameters.get('apiVersion') === 'v6' ? 'v6' : 'v7',
		accountGroupId: optionalText(collection(parameters, 'options').accountGroupId, 'Account Group ID'),
		fields,
		storedName: null,
		note: null,
		changed: Object.keys(fields),
		secrets: fields.value === undefined ? [] : [fields.value],
	};
}

function withStoredName(input: UpdateInput, answer: VendorAnswer | null): UpdateInput {
	const { id, credentialId, name } = asObject(answer?.body);
	const answeredId = asText(id) ?? asText(credentialId);
	if (answeredId !== null && answeredId !== input.id) {
		// Its name would become the name of the credential that is to be changed.
		const failure = unreadable('ThousandEyes', 'It shows another credential than was asked for, so nothing was changed.');
		throw failure.with({ stage: 'read', applied: 'no' });
	}
	const storedName = asText(name);
	const note = 'The name could not be read, so the value was sent without it.';
	return { ...input, storedName, note: storedName === null ? note : null };
}

/** v7 answers with the credential itself, v6 with a list of one; the value is in neither. */
function readCredential(input: UpdateInput, { body }: VendorAnswer): Reading {
	const list: unknown = asObject(body).credentials;
	const credential: unknown = Array.isArray(list) ? list[0] : body;
	const { id, credentialId, name } = asObject(credential);
	const answeredId = asText(id) ?? asText(credentialId);
	if (!isObject(credential) || (answeredId === null && asText(name) === null)) {
		throw unreadable('ThousandEyes', 'It names no credential.');
	}
	return {
		id: answeredId,
		name: asText(name),
		type: null,
		parentId: input.accountGroupId,
		createdAt: null,
		updatedAt: null,
		expiresAt: null,
		attributes: pick(credential, ['_links', 'apiLinks']),
		verification: verify(input, pick(credential, ['name'])),
	};
}

function verify({ fields, note }: UpdateInput, answered: IDataObject): Verification {
	const { value, ...visible } = fields;
	const byAnswer = verifyByAnswer(visible, answered);
	if (value === undefined || byAnswer.status === 'failed') return byAnswer;
	return unverifiable(['ThousandEyes does not return the value after an update.', note].filter(Boolean).join(' '));
}
