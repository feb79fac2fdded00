import { DateTime } from 'luxon';

import { chosenValue, collection, requireMoment, requireText, type Parameters } from '../kit/parameters';
import { requireMode } from './input';

interface Filter {
	/** The node's parameter under “Filters”. */
	parameter: string;
	label: string;
	/** The attribute that is filtered by, and how, in the API's naming. */
	predicate: string;
	/** Reads a value that the user gave. Throws a `Failure` (`invalidInput`). */
	read(value: unknown, label: string, timezone: string): string;
}

const FILTERS: readonly Filter[] = [
	{ parameter: 'kind', label: 'Kind', predicate: 'kind_eq', read: requireText },
	{ parameter: 'mode', label: 'Mode', predicate: 'mode_eq', read: requireMode },
	{ parameter: 'name', label: 'Name', predicate: 'name_cont', read: requireText },
	{
		parameter: 'notChangedSince',
		label: 'Not Changed Since',
		predicate: 'updated_at_lt',
		read: (value, label, timezone) => toIso(requireMoment(value, label, timezone)),
	},
	{
		parameter: 'organizationId',
		label: 'Organization',
		// An attribute of a relationship is called by both their names.
		predicate: 'organization_id_eq',
		read: (value, label) => requireText(chosenValue(value), label),
	},
	{ parameter: 'reference', label: 'Reference', predicate: 'reference_eq', read: requireText },
];

/**
 * Reads the “Filters” collection into a query. A filter that was added and yields nothing is refused: without it, the
 * list would hold credentials that were not meant.
 */
export function readFilters(parameters: Parameters): Record<string, string> {
	const given = collection(parameters, 'filters');
	const wanted = FILTERS.filter(({ parameter }) => given[parameter] !== undefined);
	return Object.assign(
		{},
		...wanted.map(({ parameter, label, predicate, read }) =>
			filterBy(predicate, read(given[parameter], label, parameters.timezone)),
		),
	) as Record<string, string>;
}

function toIso(milliseconds: number): string {
	return DateTime.fromMillis(milliseconds, { zone: 'utc' }).toISO() ?? '';
}

/** The query for one filter. */
export function filterBy(predicate: string, value: string): Record<string, string> {
	return { [`filter[q][${predicate}]`]: value };
}
