import { pathTo } from '../kit';

/** Where an operation goes differs by version: v6 has a path per verb, v7 one path and HTTP methods. */
export type ApiVersion = 'v6' | 'v7';

/** Where one credential is read; in v7 it is changed and deleted there too. */
export function credentialPath(apiVersion: ApiVersion, id: string): string {
	return apiVersion === 'v6' ? `${pathTo('/v6/credentials', id)}.json` : pathTo(credentialsPath('v7'), id);
}

/** Where the credentials are listed; in v7 they are created there too. */
export function credentialsPath(apiVersion: ApiVersion): string {
	return apiVersion === 'v6' ? '/v6/credentials.json' : '/v7/credentials';
}

export const V6_CREATE_PATH = '/v6/credentials/new.json';

export function v6ActionPath(id: string, action: 'update' | 'delete'): string {
	return `${pathTo('/v6/credentials', id)}/${action}.json`;
}

export function accountGroupsPath(apiVersion: ApiVersion): string {
	return apiVersion === 'v6' ? '/v6/account-groups.json' : '/v7/account-groups';
}

/** `aid` puts a request into an account group; without it the user's own default group applies. */
export function accountGroupQuery(accountGroupId: string | null): Record<string, string> | undefined {
	return accountGroupId === null ? undefined : { aid: accountGroupId };
}

/** v7 answers in HAL and documents nothing else; v6 answers JSON to the `.json` suffix. */
export const V7_HEADERS = { Accept: 'application/hal+json' };
