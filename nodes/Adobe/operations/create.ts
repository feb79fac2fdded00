import { invalidInput } from '../../kit/failure';
import { collection, requireText, type Parameters } from '../../kit/parameters';
import { unreadable } from '../../engine/request/refusal';
import { allowsDuplicate, lookForTwin } from '../../kit/duplicates';
import type { Operation, Target } from '../../kit/record';
import { configurationIn, CONFIGURATIONS_PATH, kindsIn } from '../answer';
import { fieldNames, JSON_LABEL, readGiven, storedKind, type Given } from '../input';
import { identityOf, isLike } from '../identity';
import { EVERY_CONFIGURATION, getAll } from './getAll';
import { readConfiguration } from '../reading';
import { secretsIn } from '../secrets';
import { verify } from '../verify';

interface CreateInput extends Target, Given {
	allowsDuplicate: boolean;
}

/** Creates a credential configuration in the sandbox of the node's credential. */
export const create: Operation<CreateInput> = {
	storedSecret: (parameters) => {
		const fields = storedKind(parameters);
		return fields === null ? null : { ...fields, newName: collection(parameters, 'additionalFields').name };
	},
	read: (parameters) => {
		const { body, source } = readGiven(parameters, 'create');
		const named = { ...readName(parameters, Object.hasOwn(body, 'name')), ...body };
		const identity = identityOf(named);
		return {
			id: null,
			body: named,
			source,
			allowsDuplicate: allowsDuplicate(parameters),
			changed: fieldNames({ body: named, source }),
			secrets: secretsIn(named, source),
			...(identity === null ? {} : { twinOf: JSON.stringify(identity) }),
		};
	},

	before: ({ allowsDuplicate, body }) => {
		const identity = identityOf(body);
		if (allowsDuplicate || identity === null) return null;
		return lookForTwin({
			label: 'Adobe',
			list: getAll,
			input: EVERY_CONFIGURATION,
			isTwin: (reading) => isLike(identity, reading),
			likeness: 'name' in identity ? 'of this name' : 'of this kind for the same account',
		});
	},

	request: ({ body }) => ({ method: 'POST', path: CONFIGURATIONS_PATH, body }),

	result: ({ body, source }, answer) => {
		const configuration = configurationIn(answer.body, null);
		if (configuration === null) throw unreadable('Adobe', 'It does not show the new credential configuration.');
		return {
			...readConfiguration(configuration, kindsIn(body)),
			verification: verify(body, source, configuration),
		};
	},
};

/** Adobe's API description has a name, its current examples have none: it goes along only when it is given. */
function readName(parameters: Parameters, isInJson: boolean): { name?: string } {
	const { name } = collection(parameters, 'additionalFields');
	if (name === undefined) return {};
	if (isInJson) {
		throw invalidInput(`The name is given twice. Remove “Name”, or the name in “${JSON_LABEL}”.`);
	}
	return { name: requireText(name, 'Name') };
}
