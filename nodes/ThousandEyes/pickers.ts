import { asObject, asText, credentialPickerOf, type Picker, type PickerContext } from '../kit';
import { scoped, type Scope } from './input';
import { getAll } from './operations/getAll';
import { accountGroupsPath } from './paths';

/** Credentials of the account group that the options name. */
export const credentialPicker = credentialPickerOf(getAll, (context) => ({
	id: null,
	...scopeOf(context),
}));

/** The account groups that the user of the token belongs to. */
export const accountGroupPicker: Picker = {
	searchesItself: false,
	request: (context) => {
		// Every account group is listed, whichever is chosen.
		const scope = { ...scopeOf(context), accountGroupId: null };
		return { method: 'GET', path: accountGroupsPath(scope.apiVersion), ...scoped(scope), body: null };
	},
	read: ({ body }) => {
		const list: unknown = asObject(body).accountGroups;
		return {
			entries: (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
				const { aid, accountGroupName, organizationName } = asObject(entry);
				const id = asText(aid);
				return id === null ? [] : [{ id, name: asText(accountGroupName) ?? id, detail: asText(organizationName) }];
			}),
		};
	},
};

function scopeOf({ parameter }: PickerContext): Scope {
	return {
		apiVersion: parameter('apiVersion') === 'v6' ? 'v6' : 'v7',
		accountGroupId: parameter('options.accountGroupId') || null,
	};
}
