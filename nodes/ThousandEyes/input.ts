import { collection, optionalPlace, type Parameters, readSwitch, requireId } from '../kit';
import { accountGroupQuery, V7_HEADERS, type ApiVersion } from './paths';

/** What every operation reads of the node: which API, and which account group. */
export interface Scope {
	apiVersion: ApiVersion;
	accountGroupId: string | null;
}

export function readScope(parameters: Parameters): Scope {
	return {
		apiVersion: parameters.get('apiVersion') === 'v6' ? 'v6' : 'v7',
		accountGroupId: optionalPlace(collection(parameters, 'options').accountGroupId, 'Account Group'),
	};
}

export function readId(parameters: Parameters): string {
	return requireId(parameters.get('credentialId'), 'Secure Credential');
}

/** Whether the user has asked for the value to be read back. */
export function readsValueBack(parameters: Parameters): boolean {
	return readSwitch(collection(parameters, 'options').readValueBack, 'Read Value Back');
}

/** Query and headers of every request in this scope. */
export function scoped({ apiVersion, accountGroupId }: Scope) {
	return {
		query: accountGroupQuery(accountGroupId),
		...(apiVersion === 'v7' ? { headers: V7_HEADERS } : {}),
	};
}
