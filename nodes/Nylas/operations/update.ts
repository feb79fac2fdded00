import { type Change, collection, invalidInput, leaves, type Operation, type Parameters, pick, requireText, say } from '../../kit';
import { onlyCredential, verify, type SentFields } from '../answer';
import { readChangedData, readTarget, storedData, type NylasTarget } from '../input';
import { MESSAGES } from '../messages';

type UpdateInput = NylasTarget & Change & {
	/** Only what is to change: Nylas keeps a top-level field that is left out. */
	body: SentFields;
};

/** Changes name, credential data or both. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	read: readInput,
	storedSecret: (parameters, names) => {
		const fields = storedData(parameters, names);
		return fields === null ? null : { ...fields, without: say(MESSAGES.keepData) };
	},
	request: ({ path, body }) => ({ method: 'PATCH', path, body: { ...body } }),
	result: ({ provider, body }, answer) => {
		const reading = onlyCredential(answer, provider);
		return { ...reading, verification: verify(body, reading) };
	},
	undoing: {
		answeredFields: ({ provider, body }, answer) =>
			body.name === undefined ? {} : { name: onlyCredential(answer, provider).name },
		sentFields: ({ body }) => pick(body, ['name']),
		undo: (input, { name }, previous) => {
			const data = previous?.body.credential_data;
			const body = { ...(typeof name === 'string' ? { name } : {}), ...(data === undefined ? {} : { credential_data: data }) };
			const left = input.changed.filter((field) => !Object.hasOwn(body, field.split('.')[0] ?? ''));
			if (left.length === input.changed.length) return null;
			return { input: { ...input, body, secrets: data === undefined ? [] : leaves(data) }, left };
		},
	},
};

function readInput(parameters: Parameters): UpdateInput {
	const target = readTarget(parameters);
	const given = collection(parameters, 'updateFields');
	const name = given.name === undefined ? null : requireText(given.name, 'Name');
	const credentialData = readChangedData(parameters, target.provider);
	if (name === null && credentialData === null) {
		throw invalidInput(say(MESSAGES.nothingGiven));
	}
	return {
		...target,
		body: {
			...(name === null ? {} : { name }),
			...(credentialData === null ? {} : { credential_data: credentialData.data }),
		},
		changed: [
			...(name === null ? [] : ['name']),
			...(credentialData?.names ?? Object.keys(credentialData?.data ?? {})).map((key) => `credential_data.${key}`),
		],
		secrets: credentialData?.secrets ?? [],
		notes: credentialData?.notes ?? [],
	};
}
