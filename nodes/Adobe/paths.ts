import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiBaseUrl, pathTo } from '../kit';

/** Below the base URL of Adobe Experience Platform (Destination Authoring API). */
export const CREDENTIALS_PATH = '/data/core/activation/authoring/credentials';

/** The base URL that a credential stands for. Throws a `Failure` (`invalidInput`) when it cannot be used. */
export function adobeBaseUrl({ baseUrl }: ICredentialDataDecryptedObject): string {
	return apiBaseUrl(baseUrl, [CREDENTIALS_PATH]);
}

export function credentialPath(id: string): string {
	return pathTo(CREDENTIALS_PATH, id);
}
