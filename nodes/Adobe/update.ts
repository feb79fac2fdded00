import uniq from 'lodash/uniq';
import type { IDataObject } from 'n8n-workflow';

import { asText, type VendorAnswer } from '../shared/http';
import { readSwitch } from '../shared/options';
import { collection, requireText, type Parameters } from '../shared/parameters';
import { unreadable } from '../shared/refusal';
import type { ExistingTarget, Operation, Reading } from '../shared/vendor';
import { configurationIn, configurationPath, idOf, kindIn, kindsIn, ownObject } from './configuration';
import { readGiven, type Given } from './given';
import { plainFieldsOf } from './kinds';
import { overStored } from './preserve';
import { secretsIn, shownUrl } from './secrets';
import { verify } from './verify';

interface UpdateInput extends ExistingTarget, Given {
	preserveOtherFields: boolean;
}

/** Replaces a credential configuration: with what the user has given, or with that laid over what is stored. */
export const update: Operation<UpdateInput> = {
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
	const id = requireText(parameters.get('credentialId'), 'Credential Configuration');
	const preserveOtherFields = readSwitch(
		collection(parameters, 'options').preserveOtherFields,
		'Preserve Other Fields',
	);
	const given = readGiven(parameters, preserveOtherFields);
	return {
		id,
		preserveOtherFields,
		...given,
		changed: fieldNames(given.body),
		secrets: secretsIn(given.body, given.source),
	};
}

/** The fields of a body by name alone: the result tells their kind as its type. */
function fieldNames(body: IDataObject): string[] {
	return uniq(Object.keys(body).flatMap((name) => Object.keys(ownObject(body, name) ?? { [name]: null })));
}

function readAnswer({ id, body, source }: UpdateInput, answer: VendorAnswer): Reading {
	const configuration = configurationIn(answer.body, id);
	if (configuration === null) throw unreadable('Adobe', 'It shows no credential configuration.');
	const kind = kindIn(configuration, kindsIn(body));
	return {
		id: idOf(configuration),
		name: asText(configuration.name),
		type: kind ?? asText(configuration.type),
		parentId: null,
		createdAt: configuration.createdDate,
		updatedAt: configuration.lastModifiedDate,
		expiresAt: null,
		attributes: attributesOf(configuration, kind),
		verification: verify(body, source, configuration),
	};
}

function attributesOf(configuration: IDataObject, kind: string | null): IDataObject {
	const fields = kind === null ? {} : (ownObject(configuration, kind) ?? {});
	const plain = kind === null ? [] : plainFieldsOf(kind);
	const shown = [
		...plain.map((name) => [name, name === 'url' ? shownUrl(fields[name]) : asText(fields[name])]),
		['type', asText(configuration.type)],
	];
	return Object.fromEntries(shown.filter(([, value]) => value !== null)) as IDataObject;
}
