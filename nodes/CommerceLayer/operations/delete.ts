import { type ExistingTarget, nothingKnown, type Operation, requireEmpty } from '../../kit';
import { readTarget } from '../input';
import { credentialPath, READ_HEADERS } from '../paths';

/** Deletes a credential. The API answers 204 without a body. */
export const remove: Operation<ExistingTarget> = {
	repeatSafe: true,
	read: readTarget,
	request: ({ id }) => ({ method: 'DELETE', path: credentialPath(id), headers: READ_HEADERS, body: null }),
	result: ({ id }, answer) => {
		requireEmpty('Commerce Layer', answer);
		return nothingKnown(id);
	},
};
