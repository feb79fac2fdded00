import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { asObject, isObject, pick, type VendorAnswer } from '../shared/http';
import { readSwitch } from '../shared/options';
import { collection, type Parameters } from '../shared/parameters';
import { unreadable } from '../shared/refusal';
import type { ExistingTarget, Operation, Reading } from '../shared/vendor';
import { configurationIn, configurationPath, kindsIn, ownObject } from './configuration';
import { fieldNames, readGiven, storedKind, type Given } from './given';
import { plainFieldsOf } from './kinds';
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
	storedSecret: storedKind,

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

	/** A PUT replaces the kind with its secrets, so nothing can be put back without those from before. */
	undoing: {
		shown: ({ id, body }, answer) => plainFieldsIn(configurationIn(answer.body, id) ?? {}, kindsIn(body)),
		sent: ({ body }) => plainFieldsIn(body, kindsIn(body)),
		undo: (input, before, previous) => {
			if (previous === null) return null;
			const body = mapValues(previous.body, (value, name) =>
				isObject(value) ? { ...value, ...asObject(before[name]) } : (before[name] ?? value),
			);
			return { input: { ...input, body, secrets: secretsIn(body, input.source) }, left: [] };
		},
	},
};

/** The name and what may be shown of the kinds, as they are stored: the fields that a read brings back unmasked. */
function plainFieldsIn(configuration: IDataObject, kinds: string[]): IDataObject {
	const ofKinds = kinds.map((kind) => [kind, pick(ownObject(configuration, kind), plainFieldsOf(kind))]);
	return { ...pick(configuration, ['name']), ...(Object.fromEntries(ofKinds) as IDataObject) };
}

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
