import { pathTo } from '../kit';

/** Below the base URL of Adobe Experience Platform (Destination Authoring API). */
export const CREDENTIALS_PATH = '/data/core/activation/authoring/credentials';

export function credentialPath(id: string): string {
	return pathTo(CREDENTIALS_PATH, id);
}
