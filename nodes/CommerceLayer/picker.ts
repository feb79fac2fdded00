import { asObject, asText } from '../shared/http';
import { toIsoUtc } from '../shared/time';
import type { Picker } from '../shared/vendor';
import { API_CREDENTIALS, CREDENTIALS_PATH, READ_HEADERS } from './api';

/** The most that the API gives at once. */
const PAGE_SIZE = 25;

const FIRST_PAGE = '1';

/** Lists credentials page by page, the newest first: the API searches in their names, and does not sort by them. */
export const credentialPicker: Picker = {
	searchesItself: true,
	request: ({ search, cursor }) => ({
		method: 'GET',
		path: CREDENTIALS_PATH,
		headers: READ_HEADERS,
		query: {
			'page[number]': cursor ?? FIRST_PAGE,
			'page[size]': String(PAGE_SIZE),
			sort: '-created_at',
			// Named one by one, so that the client secrets of a whole organization stay where they are.
			[`fields[${API_CREDENTIALS}]`]: 'name,kind,mode,updated_at',
			...(search === undefined ? {} : { 'filter[q][name_cont]': search }),
		},
		body: null,
	}),
	read: ({ body }, { cursor }) => {
		const { data, meta } = asObject(body);
		const page = Number(cursor ?? FIRST_PAGE);
		return {
			entries: (Array.isArray(data) ? data : []).flatMap((entry: unknown) => {
				const { id, attributes } = asObject(entry);
				const value = asText(id);
				return value === null ? [] : [{ id: value, ...described(value, asObject(attributes)) }];
			}),
			cursor: page < Number(asObject(meta).page_count) ? String(page + 1) : undefined,
		};
	},
};

function described(id: string, { name, kind, mode, updated_at }: ReturnType<typeof asObject>) {
	const day = toIsoUtc(updated_at)?.slice(0, 'yyyy-mm-dd'.length);
	const details = [asText(kind), asText(mode), day && `changed ${day}`].filter(Boolean);
	return { name: asText(name) ?? id, detail: details.length === 0 ? null : details.join(', ') };
}
