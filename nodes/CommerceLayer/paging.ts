import { asObject, asText, type VendorAnswer } from '../kit/json';
import { unreadable } from '../engine/request/refusal';

/** The most resources that the API gives at once. */
export const MAX_PAGE_SIZE = 25;

const FIRST_PAGE = '1';

/** The query for one page. `cursor` is the number of the page; it has to come with the same size for every page. */
export function pageQuery(size: number, cursor = FIRST_PAGE): Record<string, string> {
	return { 'page[number]': cursor, 'page[size]': String(size) };
}

/** The resource objects of a page. Throws a `Failure` (`unexpectedResponse`) when the answer holds no list. */
export function resourcesIn({ body }: VendorAnswer): unknown[] {
	const { data } = asObject(body);
	if (!Array.isArray(data)) throw unreadable('Commerce Layer', 'It holds no list.');
	return data;
}

/**
 * The cursor of the page after this one; `undefined` after the last. The API tells how many pages there are; where that
 * is missing, a page that is not full is the last one. Nothing comes after an empty page, whatever the count says.
 */
export function nextPage(answer: VendorAnswer, size: number, cursor = FIRST_PAGE): string | undefined {
	const shown = resourcesIn(answer).length;
	const page = Number(cursor);
	const pages = Number(asText(asObject(asObject(answer.body).meta).page_count) ?? NaN);
	const isLast = Number.isNaN(pages) ? shown < size : page >= pages;
	return isLast || shown === 0 ? undefined : String(page + 1);
}
