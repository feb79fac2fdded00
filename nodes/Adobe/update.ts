import type { VendorAnswer } from '../shared/http';
import { readSwitch } from '../shared/options';
import { collection, type Parameters } from '../shared/parameters';
import { unreadable } from '../shared/refusal';
import type { ExistingTarget, Operation, Reading } from '../shared/vendor';
import { configurationIn, configurationPath, kindsIn } from './configuration';
import { fieldNames, readGiven, type Given } from './given';
import { overStored } from './preserve';
import { readConfiguration } from './reading';
import { secretsIn } from './secrets';
import { readId } from './target';
import { verify } from './verify';

interface UpdateInput extends ExistingTarget, Given {
	preserveOtherFields: boolean;
}

/** Replaces a credential configuration: with what the user has given, or with that laid over what is stored. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	read: readInput,

	before: (input) =>
		input.preserveOtherFields
			? {
					request: { method: 'GET', path: configurationPath(input.id), body: null },
					dispensableOn: [],
					complete: (given, answer) => {
						const body = overStored(given, given.id, answer);
						return { ...given, body, secrets: [...given.secrets, ...secretsIn(body, given.source)] };
					},
				}
			: null,

	request: ({ id, body }) => ({ method: 'PUT', path: configurationPath(id), body }),

	result: readAnswer,
};

function readInput(parameters: Parameters): UpdateInput {
	const id = readId(parameters);
	const preserveOtherFields = readSwitch(
		collection(parameters, 'options').preserveOtherFields,
		'Preserve Other Fields',
	);
	const given = readGiven(parameters, preserveOtherFields ? 'overlay' : 'replace');
	return {
		id,
		preserveOtherFields,
		...given,
		changed: fieldNames(given),
		secrets: secretsIn(given.body, given.source),
	};
}

function readAnswer({ id, body, source }: UpdateInput, answer: VendorAnswer): Reading {
	const configuration = configurationIn(answer.body, id);
	if (configuration === null) throw unreadable('Adobe', 'It shows no credential configuration.');
	return {
		...readConfiguration(configuration, kindsIn(body)),
		verification: verify(body, source, configuration),
	};
}
