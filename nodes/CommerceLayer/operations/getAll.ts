import { readLimit } from '../../engine/run/options';
import { collection, requireChoice, type Parameters } from '../../kit/parameters';
import type { ListOperation, Target } from '../../kit/record';
import { CREDENTIALS_PATH, READ_HEADERS } from '../paths';
import { WITHOUT_SECRET } from '../fieldset';
import { readFilters } from '../filters';
import { MAX_PAGE_SIZE, nextPage, pageQuery, resourcesIn } from '../paging';
import { isResource, readCredential } from '../answer';

interface ListInput extends Target {
	pageSize: number;
	/** Filters as they go into the query. */
	filters: Record<string, string>;
	/** The attribute to sort by, in the API's naming; descending with a minus sign before it. */
	sort: string;
}

/** What the API reference lists as sortable; the name is not among it. */
export const SORT_BY = ['created_at', 'mode', 'reference', 'reference_origin', 'updated_at'] as const;
export const ORDER_BY = ['asc', 'desc'] as const;

/** A credential that is created meanwhile moves others to later pages, where they are seen again but not missed. */
const NEWEST_FIRST = '-created_at';

function readSort(parameters: Parameters): string {
	const { sortBy = 'created_at', orderBy = 'desc' } = collection(parameters, 'options');
	const attribute = requireChoice(SORT_BY, sortBy, 'Sort By');
	return requireChoice(ORDER_BY, orderBy, 'Sort Order') === 'desc' ? `-${attribute}` : attribute;
}

/** Lists the credentials of every organization of the account, without their client secrets. */
export const getAll: ListOperation<ListInput> = {
	read: (parameters) => ({
		...listing(readFilters(parameters)),
		sort: readSort(parameters),
		pageSize: Math.min(readLimit(parameters), MAX_PAGE_SIZE),
	}),
	page: ({ pageSize, filters, sort }, cursor) => ({
		method: 'GET',
		path: CREDENTIALS_PATH,
		headers: READ_HEADERS,
		query: { ...pageQuery(pageSize, cursor), sort, ...WITHOUT_SECRET, ...filters },
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
	return { id: null, changed: [], secrets: [], pageSize: MAX_PAGE_SIZE, filters, sort: NEWEST_FIRST };
}
