import {
	asObject,
	type Change,
	collection,
	type ExistingTarget,
	fitted,
	invalidInput,
	type Operation,
	optionalPlace,
	type Parameters,
	pick,
	say,
	type Shown,
	storeRequests,
	waysToGiveSecret,
} from '../../kit';
import { changedCredential, type Sent, testAfter, TRIGGERS_NOTE } from '../answer';
import { changedNames, FIELDS, type GivenData, readChangeTarget, readData, requireName, secretsOf, storedFields } from '../input';
import { heldAgainstType } from '../kinds';
import { MESSAGES } from '../messages';
import { PERMISSION_HINTS } from '../refusals';

type UpdateInput = ExistingTarget & Change & Sent;

/** Changes the name, fields of a credential, or both. Fields that are not given stay as they are. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	hints: { permission: PERMISSION_HINTS.update },
	read: readInput,
	storedSecret: (parameters, names) => ({ ...storedFields(parameters, names), isDispensable: true }),
	/** Only the type tells which fields there are. */
	before: ({ given, type }) =>
		given === null || type !== null
			? null
			: { look: 'get', dispensableOn: ['permission'], complete: (input: UpdateInput, shown: Shown | null) => ({ ...input, type: shown?.reading.type ?? null }) },
	reference: (input) => heldAgainstType(input, { isNew: false }),
	request: ({ id, name, given }) => storeRequests.update(id, { name, data: given?.data }),
	result: changedCredential,
	readBack: testAfter,
	undoing: {
		// The name shows whether there still is a credential to be seen; what is stored, nothing shows.
		answeredFields: (_input, { body }) => pick(body, ['name']),
		sentFields: ({ name }) => (name === undefined ? {} : { name }),
		stamp: ({ body }) => asObject(body).updatedAt,
		undo: (input, before, previous) => {
			const name = input.name !== undefined && typeof before.name === 'string' && before.name !== '' ? before.name : undefined;
			const given = givenBefore(input, previous);
			const left = input.changed.filter((field) => !changedNames(name, given).includes(field));
			if (left.length === input.changed.length) return null;
			return { input: { ...input, name, given, secrets: secretsOf(given) }, left };
		},
	},
};

function readInput(parameters: Parameters): UpdateInput {
	const notes: string[] = [];
	const updateFields = collection(parameters, 'updateFields');
	const name = updateFields.name === undefined ? undefined : requireName(updateFields.name);
	const given = readData(parameters, notes);
	const changed = changedNames(name, given);
	if (changed.length === 0) {
		throw invalidInput(say(MESSAGES.nothingGiven, { ways: waysToGiveSecret(parameters, `“${FIELDS}”`) }));
	}
	return {
		...readChangeTarget(parameters),
		name,
		given,
		type: optionalPlace(collection(parameters, 'options').credentialType, 'Credential Type'),
		changed,
		secrets: secretsOf(given),
		notes: given === null ? notes : [TRIGGERS_NOTE, ...notes],
	};
}

/** Of the values from before, those of the fields that were changed. */
function givenBefore({ given, schema }: UpdateInput, previous: UpdateInput | null): GivenData | null {
	if (given === null || !previous?.given) return null;
	const { label, data } = previous.given;
	const wanted = pick(data, Object.keys(given.data)) as GivenData['data'];
	if (Object.keys(wanted).length === 0) return null;
	return { label, data: schema === undefined ? wanted : fitted(wanted, schema, label) };
}
