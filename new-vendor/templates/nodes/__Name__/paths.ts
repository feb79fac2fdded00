import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiBaseUrl, pathTo } from '../kit';

// FILL IN: where __Label__ has its credentials: this path, and fixed headers and query parts, where it wants some.
export const CREDENTIALS_PATH = '/v1/credentials';

/** The base URL that a credential stands for. Throws a `Failure` (`invalidInput`) when it cannot be used. */
export function __node__BaseUrl({ baseUrl }: ICredentialDataDecryptedObject): string {
	return apiBaseUrl(baseUrl, [CREDENTIALS_PATH]);
}

/** Where one credential is read, changed and deleted. */
export function credentialPath(id: string): string {
	return pathTo(CREDENTIALS_PATH, id);
}
