import { type ExistingTarget, nothingKnown, type Operation, requireEmpty } from '../../kit';
import { readId, readScope, scoped, type Scope } from '../input';
import { credentialPath, v6ActionPath } from '../paths';

type DeleteInput = ExistingTarget & Scope;

/** Deletes a credential, in use or not. Both versions answer 204 without a body. */
export const remove: Operation<DeleteInput> = {
	repeatSafe: true,
	read: (parameters) => ({ id: readId(parameters), ...readScope(parameters) }),
	request: (input) =>
		input.apiVersion === 'v6'
			? // v6 wants a POST with an empty body, which the HTTP client sends by itself.
				{ method: 'POST', path: v6ActionPath(input.id, 'delete'), ...scoped(input), body: null }
			: { method: 'DELETE', path: credentialPath('v7', input.id), ...scoped(input), body: null },
	result: (input, answer) => {
		requireEmpty('ThousandEyes', answer);
		return { ...nothingKnown(input.id), parentId: input.accountGroupId };
	},
};
