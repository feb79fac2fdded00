import type { Operation } from '../../kit';
import { onlyCredential } from '../answer';
import { readTarget, type CredentialTarget } from '../input';
import { credentialPath } from '../paths';

/**
 * Reads one credential. DX keeps a deleted one and goes on showing it: it is found, and its attribute `deleted_at` tells
 * since when it is deleted.
 */
export const get: Operation<CredentialTarget> = {
	read: readTarget,
	request: ({ connectionId, id }) => ({
		method: 'GET',
		path: credentialPath(connectionId, id),
		body: null,
	}),
	result: ({ connectionId }, answer) => onlyCredential(answer, connectionId),
};
