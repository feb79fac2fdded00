import { pathTo } from '../shared/ids';

export type ApiVersion = 'v6' | 'v7';

/** v7 answers in HAL and documents nothing else; v6 answers JSON to the `.json` suffix. */
export const V7_HEADERS = { Accept: 'application/hal+json' };

/** `aid` puts a request into an account group; without it the user's own default group applies. */
export function accountGroupQuery(accountGroupId: string | null): Record<string, string> | undefined {
	return accountGroupId === null ? undefined : { aid: accountGroupId };
}

export function v7CredentialPath(id: string): string {
	return pathTo('/v7/credentials', id);
}

export function v6UpdatePath(id: string): string {
	return `${pathTo('/v6/credentials', id)}/update.json`;
}
