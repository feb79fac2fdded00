import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiBaseUrl, pathTo } from '../kit';

/** Where an operation goes differs by version: v6 has a path per verb, v7 one path and HTTP methods. */
export type ApiVersion = 'v6' | 'v7';

const V6_CREDENTIALS = '/v6/credentials';
const V7_CREDENTIALS = '/v7/credentials';

/**
 * The base URL that a credential stands for, whichever version it is for. Throws a `Failure` (`invalidInput`) when it cannot
 * be used.
 */
export function thousandEyesBaseUrl({ baseUrl }: ICredentialDataDecryptedObject): string {
	return apiBaseUrl(baseUrl, [V7_CREDENTIALS, V6_CREDENTIALS]);
}

/** Where one credential is read; in v7 it is changed and deleted there too. */
export function credentialPath(apiVersion: ApiVersion, id: string): string {
	return apiVersion === 'v6' ? `${pathTo(V6_CREDENTIALS, id)}.json` : pathTo(V7_CREDENTIALS, id);
}

/** Where the credentials are listed; in v7 they are created there too. */
export function credentialsPath(apiVersion: ApiVersion): string {
	return apiVersion === 'v6' ? `${V6_CREDENTIALS}.json` : V7_CREDENTIALS;
}

export const V6_CREATE_PATH = `${V6_CREDENTIALS}/new.json`;

export function v6ActionPath(id: string, action: 'update' | 'delete'): string {
	return `${pathTo(V6_CREDENTIALS, id)}/${action}.json`;
}

export function accountGroupsPath(apiVersion: ApiVersion): string {
	return apiVersion === 'v6' ? '/v6/account-groups.json' : '/v7/account-groups';
}

/** `aid` puts a request into an account group; without it the user's own default group applies. */
export function accountGroupQuery(accountGroupId: string | null): Record<string, string> | undefined {
	return accountGroupId === null ? undefined : { aid: accountGroupId };
}

/** What ThousandEyes’ own client asks v7 for: HAL, problem details, and plain JSON. v6 answers JSON to the `.json` suffix. */
export const V7_HEADERS = { Accept: 'application/hal+json, application/problem+json, application/json' };
