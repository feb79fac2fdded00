import type { IDataObject } from 'n8n-workflow';

import { isObject, pick, type VendorAnswer } from '../../kit/json';
import { readSwitch } from '../../engine/run/options';
import { collection, type Parameters } from '../../kit/parameters';
import { unreadable } from '../../engine/request/refusal';
import type { ExistingTarget, Operation, Reading } from '../../kit/record';
import { configurationIn, configurationPath, kindsIn, ownObject } from '../answer';
import { fieldNames, readGiven, storedKind, type Given } from '../input';
import { plainFieldsOf } from '../kinds';
import { overStored } from '../preserve';
import { readConfiguration } from '../reading';
import { secretsIn } from '../secrets';
import { readId } from '../target';
import { verify } from '../verify';

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

	undoing: {
		// A PUT replaces the kind together with its secrets.
		needsPrevious: true,
		shown: ({ id, body }, answer) => plainFieldsIn(configurationIn(answer.body, id) ?? {}, kindsIn(body)),
		sent: ({ body }) => plainFieldsIn(body, kindsIn(body)),
		undo: (input, before, previous) => {
			const kinds = kindsIn(input.body);
			if (previous === null || !covers(before, plainFieldsIn(input.body, kinds))) return null;
			const restored = kinds.map((kind) => [
				kind,
				{ ...ownObject(input.body, kind), ...ownObject(previous.body, kind), ...ownObject(before, kind) },
			]);
			const body = { ...input.body, ...pick(before, ['name']), ...(Object.fromEntries(restored) as IDataObject) };
			return { input: { ...input, body, secrets: secretsIn(body, input.source) }, left: [] };
		},
	},
};

/** Whether all that was sent is among what was shown before: a PUT cannot leave a field as it is. */
function covers(shown: unknown, sent: unknown): boolean {
	if (!isObject(sent)) return true;
	return Object.keys(sent).every((name) => isObject(shown) && Object.hasOwn(shown, name) && covers(shown[name], sent[name]));
}

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
