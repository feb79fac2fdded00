import type { ExistingTarget, Operation } from '../../kit';
import { onlyCredential } from '../answer';
import { readTarget } from '../input';
import { credentialPath, READ_HEADERS, WITHOUT_SECRET } from '../paths';

/** Reads one credential, without its client secret. */
export const get: Operation<ExistingTarget> = {
	read: readTarget,
	request: ({ id }) => ({
		method: 'GET',
		path: credentialPath(id),
		headers: READ_HEADERS,
		query: WITHOUT_SECRET,
		body: null,
	}),
	result: (_input, answer) => onlyCredential(answer),
};
