import { DateTime } from 'luxon';

import {
	chosenValue,
	collection,
	listEntries,
	type ListOperation,
	type Parameters,
	readDays,
	readLimit,
	requireChoice,
	requireId,
	requireText,
	type Target,
	unchangedSince,
} from '../../kit';
import { MAX_PAGE_SIZE, nextPage, pageQuery, readCredential, resourcesIn, totalIn } from '../answer';
import { requireMode } from '../input';
import { CREDENTIALS_PATH, filterBy, READ_HEADERS, WITHOUT_SECRET } from '../paths';

export interface ListInput extends Target {
	pageSize: number;
	/** Filters as they go into the query. */
	filters: Record<string, string>;
	/** The attribute to sort by, in the API's naming; descending with a minus sign before it. */
	sort: string;
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
		entries: listEntries(resourcesIn(answer), readCredential),
		cursor: nextPage(answer, pageSize, cursor),
		total: totalIn(answer),
	}),
	inPlaceOf: ({ id }) => listing(id === null ? {} : filterBy('id_eq', id)),
};

/**
 * What is created meanwhile moves others to later pages, where they are seen again but not missed; what is deleted lowers the
 * total. In another order, one that is created at the end can make up for one that is deleted before.
 */
const NEWEST_FIRST = '-created_at';

/** A list of all that these filters let through. */
export function listing(filters: Record<string, string>): ListInput {
	return { id: null, pageSize: MAX_PAGE_SIZE, filters, sort: NEWEST_FIRST };
}

/** What the API reference lists as sortable; the name is not among it. */
const SORT_BY = ['created_at', 'mode', 'reference', 'reference_origin', 'updated_at'] as const;
const ORDER_BY = ['asc', 'desc'] as const;

function readSort(parameters: Parameters): string {
	const { sortBy = 'created_at', orderBy = 'desc' } = collection(parameters, 'options');
	const attribute = requireChoice(SORT_BY, sortBy, 'Sort By');
	return requireChoice(ORDER_BY, orderBy, 'Sort Order') === 'desc' ? `-${attribute}` : attribute;
}

interface Filter {
	/** The node's parameter under “Filters”. */
	parameter: string;
	label: string;
	/** The attribute that is filtered by, and how, in the API's naming. */
	predicate: string;
	/** Reads a value that the user gave. Throws a `Failure` (`invalidInput`). */
	read(value: unknown, label: string): string;
	/** Whether what it goes by can be changed: then a credential can leave the list, or come into it, and still be there. */
	isOfChangeable?: true;
}

const FILTERS: readonly Filter[] = [
	{ parameter: 'kind', label: 'Kind', predicate: 'kind_eq', read: requireText },
	{ parameter: 'mode', label: 'Mode', predicate: 'mode_eq', read: requireMode },
	{ parameter: 'name', label: 'Name', predicate: 'name_cont', read: requireText, isOfChangeable: true },
	{
		parameter: 'organizationId',
		label: 'Organization',
		// An attribute of a relationship is called by both their names.
		predicate: 'organization_id_eq',
		read: (value, label) => requireId(chosenValue(value), label),
	},
	{ parameter: 'reference', label: 'Reference', predicate: 'reference_eq', read: requireText, isOfChangeable: true },
];

/** Whether what is let through by a filter of a query stays so for as long as the credential is there. */
export function isLastingFilter(parameter: string): boolean {
	return !FILTERS.some(({ predicate, isOfChangeable }) => isOfChangeable === true && parameter in filterBy(predicate, ''));
}

/**
 * Reads the “Filters” collection into a query. A filter that was added and yields nothing is refused: without it, the
 * list would hold credentials that were not meant.
 */
function readFilters(parameters: Parameters): Record<string, string> {
	const given = collection(parameters, 'filters');
	const unchanged = unchangedSince(given, { parameter: 'notChangedSince', label: 'Not Changed Since' }, parameters);
	const wanted = FILTERS.filter(({ parameter }) => given[parameter] !== undefined);
	return Object.assign(
		{},
		...wanted.map(({ parameter, label, predicate, read }) =>
			filterBy(predicate, read(given[parameter], label)),
		),
		unchanged === null ? {} : filterBy('updated_at_lt', toIso(unchanged)),
		given.olderThanDays === undefined ? {} : filterBy('created_at_lt', toIso(daysAgo(given.olderThanDays))),
	) as Record<string, string>;
}

function daysAgo(days: unknown): number {
	return DateTime.utc().minus({ days: readDays(days, 'Older Than (Days)') }).toMillis();
}

function toIso(milliseconds: number): string {
	return DateTime.fromMillis(milliseconds, { zone: 'utc' }).toISO() ?? '';
}
