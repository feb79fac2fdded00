import type { ExistingTarget, Operation } from '../../kit';
import { onlyCredential } from '../answer';
import { readId, readScope, scoped, type Scope } from '../input';
import { credentialPath } from '../paths';
import { PERMISSION_HINTS } from '../refusals';

type GetInput = ExistingTarget & Scope;

/** Reads one credential. Its value may come along, for accounts that are allowed to see it, and is left where it is. */
export const get: Operation<GetInput> = {
	hints: { permission: PERMISSION_HINTS.read },
	read: (parameters) => ({ id: readId(parameters), ...readScope(parameters) }),
	request: (input) => ({
		method: 'GET',
		path: credentialPath(input.apiVersion, input.id),
		...scoped(input),
		body: null,
	}),
	result: (input, answer) => onlyCredential(answer, input),
};
