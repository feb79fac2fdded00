import { requireText } from '../shared/parameters';
import type { Operation, Target } from '../shared/vendor';
import { unverifiable } from '../shared/verification';
import { onlyCredential } from './credential';
import { LIST_PATHS } from './paths';
import { PERMISSION_HINTS } from './permissions';
import { readScope, scoped, type Scope } from './target';

interface CreateInput extends Target, Scope {
	name: string;
	value: string;
}

/** Creates a credential from a name and a value. */
export const create: Operation<CreateInput> = {
	hints: { permission: PERMISSION_HINTS.create },
	read: (parameters) => {
		const value = requireText(parameters.get('value'), 'Value');
		return {
			id: null,
			...readScope(parameters),
			name: requireText(parameters.get('name'), 'Name'),
			value,
			changed: ['name', 'value'],
			secrets: [value],
		};
	},
	request: (input) => ({
		method: 'POST',
		path: input.apiVersion === 'v6' ? '/v6/credentials/new.json' : LIST_PATHS.v7,
		...scoped(input),
		body: { name: input.name, value: input.value },
	}),
	result: (input, answer) => ({
		...onlyCredential(answer, input),
		verification: unverifiable('ThousandEyes does not return the value when it creates a credential.'),
	}),
};
