import {
	ANSWERS,
	asObject,
	listEntries,
	type ListOperation,
	type ListPage,
	say,
	type Target,
	unreadable,
	type VendorAnswer,
} from '../../kit';
import { readCredential } from '../answer';
import { readScope, scoped, type Scope } from '../input';
import { credentialsPath } from '../paths';
import { PERMISSION_HINTS } from '../refusals';

export type ListInput = Target & Scope;

/** Lists every credential of an account group: neither version has pages, filters or dates. */
export const getAll: ListOperation<ListInput> = {
	hints: { permission: PERMISSION_HINTS.read },
	read: (parameters) => ({ id: null, ...readScope(parameters) }),
	page: (input) => ({ method: 'GET', path: credentialsPath(input.apiVersion), ...scoped(input), body: null }),
	entries: (input, answer) => readList(answer, input),
	inPlaceOf: ({ apiVersion, accountGroupId }: ListInput) => ({ id: null, apiVersion, accountGroupId }),
};

function readList({ body }: VendorAnswer, scope: Scope): ListPage {
	const list: unknown = asObject(body).credentials;
	if (!Array.isArray(list)) throw unreadable('ThousandEyes', say(ANSWERS.holdsNoList));
	return {
		entries: listEntries(list, (raw) => readCredential(raw, scope)),
	};
}
