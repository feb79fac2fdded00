import {
	ANSWERS,
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
	say,
	type Target,
	toDateTime,
	unchangedSince,
	unreadable,
	type VendorAnswer,
} from '../../kit';
import { readCredential } from '../answer';
import { readProvider } from '../input';
import type { Provider } from '../kinds';
import { MESSAGES } from '../messages';
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
		query: { limit: String(pageSize), offset: String(placeOf(cursor).offset), sort_by: sortBy, order_by: orderBy },
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
	return unchangedSince(collection(parameters, 'filters'), { parameter: 'notChangedSince', label: 'Not Changed Since' }, parameters);
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
	if (!Array.isArray(data)) throw unreadable('Nylas', say(ANSWERS.holdsNoList));
	const { offset: asked, after } = placeOf(cursor);
	if (asText(offset) !== null && Number(offset) !== asked) {
		throw unreadable('Nylas', say(MESSAGES.otherPlace));
	}
	const all = listEntries(data, (raw) => readCredential(raw, input.provider));
	const goesOn = after !== null && all[0]?.reading.id === after;
	const isAnyTooNew = all.map(({ reading }) => isTooNew(input, reading)).includes(true);
	const isPast = isAnyTooNew && oldChangesFirst(input);
	// The answer tells the limit that was applied, should Nylas have lowered it; where it does not tell, only a page
	// without anything new is surely the last.
	const isLast = data.length <= (goesOn ? 1 : 0) || data.length < Math.min(Number(asText(limit) ?? 0), input.pageSize);
	const last = all.length === data.length ? (all.at(-1)?.reading.id ?? null) : null;
	return {
		entries: goesOn ? all.slice(1) : all,
		cursor: isPast || isLast ? undefined : cursorAfter(asked, data.length, last),
		hasMoved: after !== null && !goesOn,
	};
}

/** Throws a `Failure` when the age counts and is not told: leaving the credential out would hide it. */
function isTooNew({ notChangedSince }: ListInput, { updatedAt }: Reading): boolean {
	if (notChangedSince === null) return false;
	const changed = toDateTime(updatedAt);
	if (changed !== null) return changed.toMillis() >= notChangedSince;
	throw unreadable('Nylas', say(MESSAGES.noAge));
}

/** Where a page begins, and the ID of the entry of the page before that it has to begin with; `null`: there is none. */
interface Place {
	offset: number;
	after: string | null;
}

/**
 * Nylas has neither a total nor a token of the next page, only offsets: of a credential that is deleted meanwhile, and of the
 * one that moves past for it, nothing would be seen. So each page begins with the last entry of the one before.
 * @param offset where the page before has begun
 * @param length how many entries it has had
 * @param last the ID of the last of them
 */
function cursorAfter(offset: number, length: number, last: string | null): string {
	return last === null || length < 2 ? String(offset + length) : `${offset + length - 1} ${last}`;
}

function placeOf(cursor: string | undefined): Place {
	const [offset = '0', ...after] = (cursor ?? '').split(' ');
	return { offset: Number(offset), after: after.length === 0 ? null : after.join(' ') };
}
