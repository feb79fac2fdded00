import type { ExistingTarget, Operation } from '../../kit';
import { onlyCredential } from '../answer';
import { readId } from '../input';
import { credentialPath } from '../paths';

/** Reads one credential, without its value. */
export const get: Operation<ExistingTarget> = {
	read: (parameters) => ({ id: readId(parameters) }),
	request: ({ id }) => ({ method: 'GET', path: credentialPath(id), body: null }),
	result: (_input, answer) => onlyCredential(answer),
};
