import { pathTo } from '../kit/paths';

export type ApiVersion = 'v6' | 'v7';

/** v7 answers in HAL and documents nothing else; v6 answers JSON to the `.json` suffix. */
export const V7_HEADERS = { Accept: 'application/hal+json' };

/** `aid` puts a request into an account group; without it the user's own default group applies. */
export function accountGroupQuery(accountGroupId: string | null): Record<string, string> | undefined {
	return accountGroupId === null ? undefined : { aid: accountGroupId };
}

/** Where an operation goes in each version: v6 has a path per verb, v7 one path and HTTP methods. */
export const LIST_PATHS: Readonly<Record<ApiVersion, string>> = {
	v6: '/v6/credentials.json',
	v7: '/v7/credentials',
};

export function v7CredentialPath(id: string): string {
	return pathTo(LIST_PATHS.v7, id);
}

export function v6CredentialPath(id: string): string {
	return `${pathTo('/v6/credentials', id)}.json`;
}

export function v6ActionPath(id: string, action: 'update' | 'delete'): string {
	return `${pathTo('/v6/credentials', id)}/${action}.json`;
}
