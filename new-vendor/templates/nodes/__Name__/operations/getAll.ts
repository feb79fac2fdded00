// @if pages none
import { asObject, listEntries, type ListOperation, unreadable, type VendorAnswer } from '../../kit';
// @else
import { asObject, asText, listEntries, type ListOperation, unreadable, type VendorAnswer } from '../../kit';
// @end
import { readCredential } from '../answer';
import { CREDENTIALS_PATH } from '../paths';

// @if pages none
/** Lists every credential of the account at once: __Label__ has no pages. */
export const getAll: ListOperation = {
	read: () => ({ id: null }),
	page: () => ({ method: 'GET', path: CREDENTIALS_PATH, body: null }),
	entries: (_input, answer) => ({ entries: listEntries(credentialsIn(answer), readCredential) }),
	inPlaceOf: () => ({ id: null }),
};

// @end
// @if pages number
// FILL IN: how __Label__ asks for a page, how many entries it gives at most, and how it says that there are more.
/** The most entries that a page may have. */
const PAGE_SIZE = 50;

/** Lists every credential of the account, page by page; the cursor is the number of a page. */
export const getAll: ListOperation = {
	read: () => ({ id: null }),
	page: (_input, cursor = '1') => ({ method: 'GET', path: CREDENTIALS_PATH, query: { page: cursor, per_page: String(PAGE_SIZE) }, body: null }),
	entries: (_input, answer, cursor = '1') => {
		const shown = credentialsIn(answer);
		const total = totalIn(answer);
		// Where the answer does not tell how many there are, a page that is not full is the last one.
		const isLast = shown.length === 0 || (total === undefined ? shown.length < PAGE_SIZE : Number(cursor) * PAGE_SIZE >= total);
		return { entries: listEntries(shown, readCredential), total, cursor: isLast ? undefined : String(Number(cursor) + 1) };
	},
	inPlaceOf: () => ({ id: null }),
};

// @end
// @if pages offset
// FILL IN: how __Label__ asks for a page, how many entries it gives at most, and how it says that there are more.
/** The most entries that a page may have. */
const PAGE_SIZE = 50;

/** Lists every credential of the account, page by page; the cursor is the place in the list at which a page begins. */
export const getAll: ListOperation = {
	read: () => ({ id: null }),
	page: (_input, cursor = '0') => ({ method: 'GET', path: CREDENTIALS_PATH, query: { offset: cursor, limit: String(PAGE_SIZE) }, body: null }),
	entries: (_input, answer, cursor = '0') => {
		const shown = credentialsIn(answer);
		const total = totalIn(answer);
		const end = Number(cursor) + shown.length;
		// Where the answer does not tell how many there are, a page that is not full is the last one.
		const isLast = shown.length === 0 || (total === undefined ? shown.length < PAGE_SIZE : end >= total);
		return { entries: listEntries(shown, readCredential), total, cursor: isLast ? undefined : String(end) };
	},
	inPlaceOf: () => ({ id: null }),
};

// @end
// @if pages cursor
// FILL IN: how __Label__ asks for a page, how many entries it gives at most, and how it says where the next one begins.
/** The most entries that a page may have. */
const PAGE_SIZE = 50;

/** Lists every credential of the account, page by page; each says what leads to the next one. */
export const getAll: ListOperation = {
	read: () => ({ id: null }),
	page: (_input, cursor) => ({
		method: 'GET',
		path: CREDENTIALS_PATH,
		query: { limit: String(PAGE_SIZE), ...(cursor === undefined ? {} : { cursor }) },
		body: null,
	}),
	entries: (_input, answer) => ({
		entries: listEntries(credentialsIn(answer), readCredential),
		cursor: asText(asObject(answer.body).next_cursor) ?? undefined,
	}),
	inPlaceOf: () => ({ id: null }),
};

// @end
/** Throws a `Failure` (`unexpectedResponse`) when the answer holds no list. */
function credentialsIn({ body }: VendorAnswer): unknown[] {
	const { credentials } = asObject(body);
	if (!Array.isArray(credentials)) throw unreadable('__Label__', 'It holds no list of credentials.');
	return credentials;
}
// @if pages number,offset

/** How many credentials all pages have together, where the answer says so. */
function totalIn({ body }: VendorAnswer): number | undefined {
	const total = Number(asText(asObject(body).total) ?? NaN);
	return Number.isNaN(total) ? undefined : total;
}
// @end
