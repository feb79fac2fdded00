import { asObject, asText } from '../shared/http';
import type { Picker } from '../shared/vendor';
import { accountGroupQuery, V7_HEADERS } from './paths';

/** Both versions list every credential at once, without pages or search; the values in it, if any, are not read. */
export const credentialPicker: Picker = {
	searchesItself: false,
	request: ({ parameter }) => {
		const query = accountGroupQuery(parameter('options.accountGroupId') || null);
		return parameter('apiVersion') === 'v6'
			? { method: 'GET', path: '/v6/credentials.json', query, body: null }
			: { method: 'GET', path: '/v7/credentials', query, headers: V7_HEADERS, body: null };
	},
	read: ({ body }) => {
		const list: unknown = asObject(body).credentials;
		return {
			entries: (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
				const { id, credentialId, name } = asObject(entry);
				const value = asText(id) ?? asText(credentialId);
				return value === null ? [] : [{ id: value, name: asText(name) ?? value, detail: null }];
			}),
		};
	},
};
