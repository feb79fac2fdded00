import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiBaseUrl, baseUrlPrefix, type IssuedPair, pathTo, type TokenRequest } from '../kit';

/** Resource types, in paths and documents alike. */
export const API_CREDENTIALS = 'api_credentials';
export const ORGANIZATIONS = 'organizations';
export const ROLES = 'roles';

export const CREDENTIALS_PATH = collectionPath(API_CREDENTIALS);

/** The base URL that a credential stands for. Throws a `Failure` (`invalidInput`) when it cannot be used. */
export function commerceLayerBaseUrl({ baseUrl }: ICredentialDataDecryptedObject): string {
	return apiBaseUrl(baseUrl, [CREDENTIALS_PATH]);
}

/** Where access tokens are fetched. Throws a `Failure` (`invalidInput`) when it cannot be used. */
export function authBaseUrlOf({ authBaseUrl }: ICredentialDataDecryptedObject): string {
	return baseUrlPrefix(authBaseUrl, 'Sign-In URL');
}

/** A sign-in by client credentials. A public client, such as a sales channel, has no secret to send. */
export function tokenRequest(authBaseUrl: string, { id, secret }: IssuedPair): TokenRequest {
	return {
		url: `${authBaseUrl}/oauth/token`,
		headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
		body: JSON.stringify({ grant_type: 'client_credentials', client_id: id, ...(secret === null ? {} : { client_secret: secret }) }),
	};
}

export function credentialPath(id: string): string {
	return pathTo(CREDENTIALS_PATH, id);
}

/** The path of all resources of a type. */
export function collectionPath(type: string): string {
	return `/api/${type}`;
}

/** The media type of JSON:API. The API answers 406 to another Accept, 415 to another Content-Type. */
const JSON_API = 'application/vnd.api+json';

export const READ_HEADERS = { Accept: JSON_API };
export const WRITE_HEADERS = { Accept: JSON_API, 'Content-Type': JSON_API };

/** What a result shows of a credential. The client secret, which the API would return with every answer, is not among it. */
export const SHOWN_ATTRIBUTES = [
	'kind',
	'confidential',
	'redirect_uri',
	'client_id',
	'scopes',
	'expires_in',
	'mode',
	'custom',
	'reference',
	'reference_origin',
	'metadata',
];

const READ_FIELDS = ['name', ...SHOWN_ATTRIBUTES, 'created_at', 'updated_at', 'organization', 'role'];

/**
 * Asks for everything that a result shows, field by field, so that the client secret stays where it is. A relationship
 * comes with an id only when it is both included and among the fields; of the included resources the name is enough.
 * The API takes fieldsets and inclusions in a create as well as in a read.
 */
export const WITHOUT_SECRET = fieldset(READ_FIELDS);

/** The same with the client secret. */
export const WITH_SECRET = fieldset([...READ_FIELDS, 'client_secret']);

function fieldset(fields: string[]): Record<string, string> {
	return {
		[`fields[${API_CREDENTIALS}]`]: fields.join(','),
		[`fields[${ORGANIZATIONS}]`]: 'name',
		[`fields[${ROLES}]`]: 'name',
		include: 'organization,role',
	};
}

/** The query for one filter. */
export function filterBy(predicate: string, value: string): Record<string, string> {
	return { [`filter[q][${predicate}]`]: value };
}
