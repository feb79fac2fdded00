import { type ExistingTarget, nothingKnown, type Operation, requireEmpty } from '../../kit';
import { readId } from '../input';
import { credentialPath } from '../paths';

/** Deletes a credential, in use or not. */
export const remove: Operation<ExistingTarget> = {
	repeatSafe: true,
	read: (parameters) => ({ id: readId(parameters) }),
	request: ({ id }) => ({ method: 'DELETE', path: credentialPath(id), body: null }),
	result: ({ id }, answer) => {
		requireEmpty('__Label__', answer);
		return nothingKnown(id);
	},
};
