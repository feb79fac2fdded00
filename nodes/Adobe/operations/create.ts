import isEqual from 'lodash/isEqual';
import pick from 'lodash/pick';
import type { IDataObject } from 'n8n-workflow';

import {
	alike,
	allowsDuplicate,
	asText,
	type Change,
	collection,
	invalidInput,
	lookForDuplicate,
	type Operation,
	type Parameters,
	type Reading,
	requireText,
	say,
	unreadable,
} from '../../kit';
import { createdIn, readCredential, verify } from '../answer';
import { fieldNames, JSON_LABEL, readGiven, storedKind, type Given } from '../input';
import { kindsIn, plainFieldsOf } from '../kinds';
import { MESSAGES } from '../messages';
import { CREDENTIALS_PATH } from '../paths';
import { secretsIn } from '../secrets';
import { EVERY_CONFIGURATION, getAll } from './getAll';

interface CreateInput extends Change, Given {
	allowsDuplicate: boolean;
}

/** Creates a credential configuration in the sandbox of the node's credential. */
export const create: Operation<CreateInput> = {
	storedSecret: storedKind,
	newName: (parameters) => collection(parameters, 'additionalFields').name,
	read: (parameters) => {
		const { body, source, notes } = readGiven(parameters, 'create');
		const named = { ...readName(parameters, Object.hasOwn(body, 'name')), ...body };
		const identity = identityOf(named);
		return {
			id: null,
			body: named,
			source,
			notes,
			allowsDuplicate: allowsDuplicate(parameters),
			changed: fieldNames({ body: named, source }),
			secrets: secretsIn(named, source),
			...(identity === null ? {} : { duplicateKey: JSON.stringify(identity) }),
		};
	},

	before: ({ allowsDuplicate, body }) => {
		const identity = identityOf(body);
		if (allowsDuplicate || identity === null) return null;
		return lookForDuplicate({
			label: 'Adobe',
			list: getAll,
			input: EVERY_CONFIGURATION,
			isDuplicate: (reading) => isLike(identity, reading),
			likeness: 'name' in identity ? 'of this name' : 'of this kind for the same account',
		});
	},

	request: ({ body }) => ({ method: 'POST', path: CREDENTIALS_PATH, body }),

	result: ({ body, source }, answer) => {
		const configuration = createdIn(answer.body, body, source);
		if (configuration === null) throw unreadable('Adobe', say(MESSAGES.newNotShown));
		return {
			...readCredential(configuration, kindsIn(body)),
			verification: verify(body, source, configuration),
		};
	},
};

/** Adobe's API description has a name, its current examples have none: it goes along only when it is given. */
function readName(parameters: Parameters, isInJson: boolean): { name?: string } {
	const { name } = collection(parameters, 'additionalFields');
	if (name === undefined) return {};
	if (isInJson) {
		throw invalidInput(say(MESSAGES.nameTwice, { label: JSON_LABEL }));
	}
	return { name: requireText(name, 'Name') };
}

/** By what a person would take two configurations for the same: by name, or by where and as whom they sign in. */
type Identity = { name: string } | { type: string; account: IDataObject };

/**
 * What a new configuration is told apart by; `null` where all that it holds is secret, such as a connection string without
 * a name.
 */
export function identityOf(body: IDataObject): Identity | null {
	const name = asText(body.name);
	if (name !== null) return { name: alike(name) };
	const { type, account } = accountIn(readCredential(body));
	return type === null || Object.keys(account).length === 0 ? null : { type, account };
}

export function isLike(identity: Identity, reading: Reading): boolean {
	return 'name' in identity ? alike(reading.name ?? '') === identity.name : isEqual(accountIn(reading), identity);
}

function accountIn({ type, attributes }: Reading) {
	return { type, account: pick(attributes, plainFieldsOf(type ?? '')) as IDataObject };
}
