import { pathTo } from '../shared/ids';

/** The media type of JSON:API. The API answers 406 to another Accept, 415 to another Content-Type. */
const JSON_API = 'application/vnd.api+json';

export const READ_HEADERS = { Accept: JSON_API };
export const WRITE_HEADERS = { Accept: JSON_API, 'Content-Type': JSON_API };

/** The resource type, in paths and documents alike. */
export const API_CREDENTIALS = 'api_credentials';

/** Requests name related resources in the plural. */
export const ROLES = 'roles';

export const CREDENTIALS_PATH = `/api/${API_CREDENTIALS}`;

export function credentialPath(id: string): string {
	return pathTo(CREDENTIALS_PATH, id);
}
