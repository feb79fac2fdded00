import { pathTo } from '../../kit/paths';
import type { Operation } from '../../kit/record';
import { onlyCredential } from '../answer';
import { credentialsPath } from '../paths';
import { readTarget, type CredentialTarget } from '../target';

/**
 * Reads one credential. DX keeps a deleted one and goes on showing it: it is found, and its attribute `deleted_at` tells
 * since when it is deleted.
 */
export const get: Operation<CredentialTarget> = {
	read: readTarget,
	request: ({ connectionId, id }) => ({
		method: 'GET',
		path: pathTo(credentialsPath(connectionId, 'info'), id),
		body: null,
	}),
	result: ({ connectionId }, answer) => onlyCredential(answer, connectionId),
};
