import {
	asObject,
	asText,
	collection,
	listEntries,
	type ListOperation,
	type ListPage,
	type Parameters,
	type Reading,
	readLimit,
	requireChoice,
	requireMoment,
	type Target,
	toDateTime,
	unreadable,
	type VendorAnswer,
} from '../../kit';
import { readCredential } from '../answer';
import { readProvider } from '../input';
import type { Provider } from '../kinds';
import { credentialsPath } from '../paths';
import { CONNECTOR_MISSING } from '../refusals';

export interface ListInput extends Target, Order {
	provider: Provider;
	pageSize: number;
	/** Milliseconds since 1970; `null`: whatever their age. */
	notChangedSince: number | null;
}

/** Lists the credentials of one provider's connector. */
export const getAll: ListOperation<ListInput> = {
	meanings: CONNECTOR_MISSING,
	read: readInput,
	page: ({ provider, pageSize, sortBy, orderBy }, cursor) => ({
		method: 'GET',
		path: credentialsPath(provider),
		query: { limit: String(pageSize), offset: String(offsetOf(cursor)), sort_by: sortBy, order_by: orderBy },
		body: null,
	}),
	entries: readPage,
	inPlaceOf: ({ provider }: Target & Pick<ListInput, 'provider'>) => lastChangedFirst(provider),
	keeps: (input, reading) => !isTooNew(input, reading),
};

/** Every credential of a provider's connector. */
export function lastChangedFirst(provider: Provider): ListInput {
	return { id: null, provider, pageSize: PAGE_SIZE, notChangedSince: null, sortBy: 'updated_at', orderBy: 'desc' };
}

/** The most entries asked for at once. Nylas gives 10 unless told otherwise, and publishes no maximum. */
const PAGE_SIZE = 50;

/** By what Nylas can sort. */
const SORT_BY = ['created_at', 'updated_at'] as const;
const ORDER_BY = ['asc', 'desc'] as const;

/** The order of a list, in Nylas's own terms. */
interface Order {
	sortBy: (typeof SORT_BY)[number];
	orderBy: (typeof ORDER_BY)[number];
}

function readInput(parameters: Parameters): ListInput {
	const provider = readProvider(parameters);
	const notChangedSince = readAge(parameters);
	const order = readOrder(parameters, notChangedSince);
	// All that a page holds counts towards the limit, unless those that are too new stand among the others.
	const wanted = notChangedSince === null || oldChangesFirst(order) ? readLimit(parameters) : Infinity;
	return {
		id: null,
		provider,
		pageSize: Math.min(wanted, PAGE_SIZE),
		notChangedSince,
		...order,
	};
}

function readAge(parameters: Parameters): number | null {
	const { notChangedSince } = collection(parameters, 'filters');
	if (notChangedSince === undefined) return null;
	return requireMoment(notChangedSince, 'Not Changed Since', parameters.timezone);
}

/**
 * The oldest first unless the user says otherwise: a credential that is created meanwhile is then added at the end, and
 * does not move others from one page to the next. By age of the last change when that is what is filtered by, so that
 * the list can end at the first that is too new.
 */
function readOrder(parameters: Parameters, notChangedSince: number | null): Order {
	const { sortBy = notChangedSince === null ? 'created_at' : 'updated_at', orderBy = 'asc' } = collection(
		parameters,
		'options',
	);
	return {
		sortBy: requireChoice(SORT_BY, sortBy, 'Sort By'),
		orderBy: requireChoice(ORDER_BY, orderBy, 'Sort Order'),
	};
}

function oldChangesFirst({ sortBy, orderBy }: Order): boolean {
	return sortBy === 'updated_at' && orderBy === 'asc';
}

function readPage(input: ListInput, { body }: VendorAnswer, cursor: string | undefined): ListPage {
	const { data, limit, offset } = asObject(body);
	if (!Array.isArray(data)) throw unreadable('Nylas', 'It holds no list of credentials.');
	const asked = offsetOf(cursor);
	if (asText(offset) !== null && Number(offset) !== asked) {
		throw unreadable('Nylas', 'Its list begins at another place than the one that was asked for.');
	}
	const entries = listEntries(data, (raw) => readCredential(raw, input.provider));
	const isAnyTooNew = entries.map(({ reading }) => isTooNew(input, reading)).includes(true);
	const isPast = isAnyTooNew && oldChangesFirst(input);
	// There is neither a total nor a token of the next page. The answer tells the limit that was applied, should Nylas
	// have lowered it; where it does not tell, only an empty page is surely the last.
	const isLast = data.length === 0 || data.length < Math.min(Number(asText(limit) ?? 0), input.pageSize);
	return { entries, cursor: isPast || isLast ? undefined : String(asked + data.length) };
}

/** Throws a `Failure` when the age counts and is not told: leaving the credential out would hide it. */
function isTooNew({ notChangedSince }: ListInput, { updatedAt }: Reading): boolean {
	if (notChangedSince === null) return false;
	const changed = toDateTime(updatedAt);
	if (changed !== null) return changed.toMillis() >= notChangedSince;
	throw unreadable('Nylas', 'It does not tell when a credential was changed, so that it cannot be filtered by that.');
}

function offsetOf(cursor: string | undefined): number {
	return Number(cursor ?? 0);
}
