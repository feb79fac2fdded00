import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { storeBaseUrl } from '../kit';

/**
 * The base URL that a credential stands for: that of n8n's public API, which all its paths are below. Throws a `Failure`
 * (`invalidInput`) when it cannot be used.
 */
export function n8nBaseUrl(credentials: ICredentialDataDecryptedObject): string {
	return storeBaseUrl(credentials);
}
