import { alike, allowsDuplicate, type Change, invalidInput, lookForDuplicate, type Operation, say, storeRequests } from '../../kit';
import { changedCredential, type Sent, testAfter } from '../answer';
import { changedNames, FIELDS, type GivenData, readData, requireName, requireType, secretsOf, storedFields } from '../input';
import { heldAgainstType } from '../kinds';
import { MESSAGES } from '../messages';
import { PERMISSION_HINTS } from '../refusals';
import { ALL, getAll } from './getAll';

interface CreateInput extends Sent, Change {
	name: string;
	type: string;
	given: GivenData;
	allowsDuplicate: boolean;
}

/** Creates a credential of any type, which belongs to the user of the API key. */
export const create: Operation<CreateInput> = {
	hints: { permission: PERMISSION_HINTS.create },
	storedSecret: storedFields,
	newName: (parameters) => parameters.get('name'),
	read: (parameters) => {
		const notes: string[] = [];
		const given = readData(parameters, notes);
		if (given === null) throw invalidInput(say(MESSAGES.noFieldsForNew, { label: FIELDS }));
		const name = requireName(parameters.get('name'));
		const type = requireType(parameters.get('credentialType'));
		return {
			id: null,
			name,
			type,
			given,
			allowsDuplicate: allowsDuplicate(parameters),
			changed: changedNames(name, given),
			secrets: secretsOf(given),
			notes,
			duplicateKey: `${type} ${alike(name)}`,
		};
	},
	/** n8n would take a second one without a word, and workflows would go on with the first. */
	before: ({ allowsDuplicate: isSecondWanted, name, type }) =>
		isSecondWanted
			? null
			: lookForDuplicate({
					label: 'n8n',
					list: getAll,
					input: ALL,
					isDuplicate: (reading) => reading.type === type && reading.name !== null && alike(reading.name) === alike(name),
					likeness: 'of this name and type',
				}),
	reference: (input) => heldAgainstType(input, { isNew: true }),
	request: ({ name, type, given }) => storeRequests.create(name, type, given.data),
	result: changedCredential,
	readBack: testAfter,
};
