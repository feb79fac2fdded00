import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiBaseUrl, credentialText, invalidInput, pathTo, say } from '../kit';
import { MESSAGES } from './messages';

/**
 * The base URL that a DX credential stands for, without a slash at its end: its own “Base URL” where that is filled in,
 * else the host of its instance. Throws a `Failure` naming the field that has to be mended.
 */
export function dxBaseUrl(credentials: ICredentialDataDecryptedObject): string {
	// As the credential's test, an expression, takes it.
	if (String(credentials.baseUrl ?? '').trim() !== '') return apiBaseUrl(credentials.baseUrl, [CONNECTIONS_PATH, CONNECTION_PATHS]);
	const instance = credentialText(credentials, 'instance', 'Instance');
	if (INSTANCE.test(instance)) return `https://${instance}.getdx.net`;
	throw invalidInput(say(MESSAGES.instance));
}

/** One label of a host name: nothing that could end it and begin another host, a path, a port or user information. */
const INSTANCE = /^[a-z0-9-]+$/;

/** Where the methods of single connections are. */
const CONNECTION_PATHS = '/api/connections';

/** Path that lists all data connections. */
export const CONNECTIONS_PATH = '/api/connections.list';

/** Path of a method that concerns the credentials of one connection. */
export function credentialsPath(
	connectionId: string,
	method: 'create' | 'delete' | 'info' | 'list' | 'update',
): string {
	return `${pathTo(CONNECTION_PATHS, connectionId)}/credentials.${method}`;
}

/** Path that shows one credential of a connection. */
export function credentialPath(connectionId: string, id: string): string {
	return pathTo(credentialsPath(connectionId, 'info'), id);
}
