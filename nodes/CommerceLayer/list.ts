import { readLimit } from '../shared/options';
import type { ListOperation, Target } from '../shared/vendor';
import { CREDENTIALS_PATH, READ_HEADERS } from './api';
import { WITHOUT_SECRET } from './fieldset';
import { readFilters } from './filters';
import { MAX_PAGE_SIZE, nextPage, pageQuery, resourcesIn } from './paging';
import { isResource, readCredential } from './reading';

interface ListInput extends Target {
	pageSize: number;
	/** Filters as they go into the query. */
	filters: Record<string, string>;
}

/** Lists the credentials of every organization of the account, the newest first, without their client secrets. */
export const getAll: ListOperation<ListInput> = {
	read: (parameters) => ({
		...listing(readFilters(parameters)),
		pageSize: Math.min(readLimit(parameters), MAX_PAGE_SIZE),
	}),
	page: ({ pageSize, filters }, cursor) => ({
		method: 'GET',
		path: CREDENTIALS_PATH,
		headers: READ_HEADERS,
		query: { ...pageQuery(pageSize, cursor), sort: '-created_at', ...WITHOUT_SECRET, ...filters },
		body: null,
	}),
	entries: ({ pageSize }, answer, cursor) => ({
		entries: resourcesIn(answer)
			.filter(isResource)
			.map((raw) => ({ reading: readCredential(raw), raw })),
		cursor: nextPage(answer, pageSize, cursor),
	}),
};

/** A list of all that these filters let through. */
export function listing(filters: Record<string, string>): ListInput {
	return { id: null, changed: [], secrets: [], pageSize: MAX_PAGE_SIZE, filters };
}
