import {
	alike,
	allowsDuplicate,
	asObject,
	asText,
	type Change,
	lookForDuplicate,
	type Operation,
	requireSecret,
	requireText,
	say,
	unverifiable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
} from '../../kit';
import { createdCredential, credentialIn, readValueBack } from '../answer';
import { readScope, readsValueBack, scoped, type Scope } from '../input';
import { MESSAGES } from '../messages';
import { credentialsPath, V6_CREATE_PATH } from '../paths';
import { PERMISSION_HINTS } from '../refusals';
import { getAll } from './getAll';

interface CreateInput extends Change, Scope {
	name: string;
	value: string;
	allowsDuplicate: boolean;
	readsValueBack: boolean;
}

/** Creates a credential from a name and a value. */
export const create: Operation<CreateInput> = {
	hints: { permission: PERMISSION_HINTS.create },
	storedSecret: () => ({ fields: { value: { parameter: 'value', isRequired: true } } }),
	newName: (parameters) => parameters.get('name'),
	read: (parameters) => {
		const notes: string[] = [];
		const value = requireSecret(parameters.get('value'), 'Value', notes);
		const name = requireText(parameters.get('name'), 'Name');
		return {
			id: null,
			...readScope(parameters),
			name,
			value,
			allowsDuplicate: allowsDuplicate(parameters),
			readsValueBack: readsValueBack(parameters),
			changed: ['name', 'value'],
			secrets: [value],
			notes,
			duplicateKey: alike(name),
		};
	},
	/** Scripts find a credential by its name, so two of one name are no use to anybody. */
	before: ({ allowsDuplicate, name, ...scope }) =>
		allowsDuplicate
			? null
			: lookForDuplicate({
					label: 'ThousandEyes',
					list: getAll,
					input: { ...scope, id: null },
					isDuplicate: (reading) => reading.name !== null && alike(reading.name) === alike(name),
					likeness: 'of this name',
				}),
	request: (input) => ({
		method: 'POST',
		path: input.apiVersion === 'v6' ? V6_CREATE_PATH : credentialsPath('v7'),
		...scoped(input),
		body: { name: input.name, value: input.value },
	}),
	result: (input, answer) => ({ ...createdCredential(answer, input), verification: verify(input, answer) }),
	readBack: (input, { id }) => (input.readsValueBack ? readValueBack(input, id, input.value) : null),
};

/** The name is all that ThousandEyes returns of what was sent: scripts would not find the credential under another one. */
function verify({ name }: CreateInput, answer: VendorAnswer): Verification {
	const answered = asText(asObject(credentialIn(answer)).name);
	const byName = verifyByAnswer({ name }, answered === null ? {} : { name: answered });
	if (byName.status === 'failed') return byName;
	return unverifiable(say(MESSAGES.newTaken));
}
