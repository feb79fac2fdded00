import { asObject } from '../../kit/json';
import type { ExistingTarget, Operation } from '../../kit/record';
import { credentialPath, READ_HEADERS } from '../paths';
import { WITHOUT_SECRET } from '../fieldset';
import { readCredential } from '../answer';
import { readTarget } from '../target';

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
	result: (_input, { body }) => readCredential(asObject(body).data),
};
