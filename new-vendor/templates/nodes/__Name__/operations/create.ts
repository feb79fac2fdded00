import { alike, allowsDuplicate, type Change, lookForDuplicate, type Operation, requireSecret, requireText } from '../../kit';
import { onlyCredential, verify } from '../answer';
import { type Fields, STORED_FIELDS } from '../input';
import { CREDENTIALS_PATH } from '../paths';
import { getAll } from './getAll';

interface CreateInput extends Change {
	fields: Required<Fields>;
	allowsDuplicate: boolean;
}

/** Creates a credential from a name and a value. */
export const create: Operation<CreateInput> = {
	storedSecret: () => STORED_FIELDS,
	newName: (parameters) => parameters.get('name'),
	read: (parameters) => {
		const notes: string[] = [];
		const value = requireSecret(parameters.get('value'), 'Value', notes);
		const name = requireText(parameters.get('name'), 'Name');
		return {
			id: null,
			fields: { name, value },
			allowsDuplicate: allowsDuplicate(parameters),
			changed: ['name', 'value'],
			secrets: [value],
			notes,
			duplicateKey: alike(name),
		};
	},
	// FILL IN: whether __Label__ would create a second credential of the same name. Where it refuses to, this look is not needed.
	before: ({ allowsDuplicate, fields }) =>
		allowsDuplicate
			? null
			: lookForDuplicate({
					label: '__Label__',
					list: getAll,
					input: { id: null },
					isDuplicate: (reading) => reading.name !== null && alike(reading.name) === alike(fields.name),
					likeness: 'of this name',
				}),
	request: ({ fields }) => ({ method: 'POST', path: CREDENTIALS_PATH, body: { ...fields } }),
	result: ({ fields }, answer) => ({ ...onlyCredential(answer), verification: verify(fields, answer) }),
};
