import {
	type Change,
	collection,
	type ExistingTarget,
	invalidInput,
	isLeftEmpty,
	leaves,
	type Operation,
	type Parameters,
	pick,
	requireSecret,
	requireText,
	say,
	waysToGiveSecret,
} from '../../kit';
import { onlyCredential, shownFields, verify } from '../answer';
import { type Fields, readId, STORED_FIELDS } from '../input';
import { MESSAGES } from '../messages';
import { credentialPath } from '../paths';

type UpdateInput = ExistingTarget & Change & {
	/** Only the fields that the user gave. */
	fields: Fields;
};

/** Changes name, value or both. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	storedSecret: () => ({ ...STORED_FIELDS, isDispensable: true }),
	read: readInput,
	// FILL IN: the documented request. Where __Label__ loses what is left out, `before` has to read it first, as ThousandEyes does.
	request: ({ id, fields }) => ({ method: 'PATCH', path: credentialPath(id), body: { ...fields } }),
	result: ({ fields }, answer) => ({ ...onlyCredential(answer), verification: verify(fields, answer) }),
	undoing: {
		answeredFields: (_input, answer) => shownFields(answer),
		sentFields: ({ fields }) => pick(fields, ['name']),
		undo: (input, before, previous) => {
			const fields = pick({ ...previous?.fields, ...before }, Object.keys(input.fields)) as Fields;
			const left = input.changed.filter((field) => !Object.hasOwn(fields, field));
			return left.length === input.changed.length ? null : { input: { ...input, fields, secrets: leaves(fields.value) }, left };
		},
	},
};

function readInput(parameters: Parameters): UpdateInput {
	const given = collection(parameters, 'updateFields');
	const value = parameters.get('value');
	const notes: string[] = [];
	const fields: Fields = {};
	if (given.name !== undefined) fields.name = requireText(given.name, 'Name');
	if (!isLeftEmpty(value)) fields.value = requireSecret(value, 'Value', notes);
	const changed = Object.keys(fields);
	if (changed.length === 0) {
		throw invalidInput(say(MESSAGES.nothingGiven, { ways: waysToGiveSecret(parameters, '“Value”') }));
	}
	return { id: readId(parameters), fields, changed, secrets: leaves(fields.value), notes };
}
