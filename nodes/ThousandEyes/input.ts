import { chosenValue, collection, optionalText, requireText, type Parameters } from '../kit/parameters';
import { accountGroupQuery, V7_HEADERS, type ApiVersion } from './paths';

/** What every operation reads of the node: which API, and which account group. */
export interface Scope {
	apiVersion: ApiVersion;
	accountGroupId: string | null;
}

export function readScope(parameters: Parameters): Scope {
	return {
		apiVersion: parameters.get('apiVersion') === 'v6' ? 'v6' : 'v7',
		accountGroupId: optionalText(
			chosenValue(collection(parameters, 'options').accountGroupId),
			'Account Group',
		),
	};
}

export function readId(parameters: Parameters): string {
	return requireText(parameters.get('credentialId'), 'Secure Credential');
}

/** Query and headers of every request in this scope. */
export function scoped({ apiVersion, accountGroupId }: Scope) {
	return {
		query: accountGroupQuery(accountGroupId),
		...(apiVersion === 'v7' ? { headers: V7_HEADERS } : {}),
	};
}
