import { unreadable } from '../../kit/answers';
import type { ListOperation, Target } from '../../kit/operation';
import type { Reading } from '../../kit/reading';
import type { VendorRecord } from '../../kit/record';
import type { Exchange } from '../request/exchange';
import { requestIdOf } from '../request/refusal';
import type { Found } from './perform';
import { understood } from './understanding';

/** Pages after which a list counts as endless: far more than an account has, and a bound for a host that makes them up. */
const MOST_PAGES = 2_000;

/** Credentials after which it does, too: more of them than anybody has would use up the memory of the process. */
const MOST_ENTRIES = 200_000;

/**
 * Lists credentials until the limit is reached or the vendor has no more. Pages are fetched one after the other and only
 * while they are needed.
 */
export async function performList(
	vendor: VendorRecord,
	input: Target,
	limit: number,
	exchange: Exchange,
): Promise<Found[]> {
	const operation: ListOperation = vendor.operations.getAll;
	const found: Found[] = [];
	const seen = new Set<string>();
	const listed = new Set<string>();
	let cursor: string | undefined;
	do {
		const answer = await exchange(operation.page(input, cursor), 'read', operation);
		const page = understood(vendor, answer, 'read', () => {
			const read = operation.entries(input, answer, cursor);
			const entries = read.entries.filter(({ reading }) => isNew(listed, reading));
			if (entries.length === 0 && (read.cursor !== undefined || (cursor !== undefined && read.entries.length > 0))) {
				throw unreadable(vendor.label, 'A page shows nothing but what an earlier one has shown.');
			}
			if (read.cursor !== undefined && seen.has(read.cursor)) {
				throw unreadable(vendor.label, 'Its pages lead in a circle.');
			}
			const wanted = Math.min(limit, found.length + entries.length);
			if (seen.size >= MOST_PAGES || wanted > MOST_ENTRIES) throw unreadable(vendor.label, 'Its list does not come to an end.');
			return {
				cursor: read.cursor,
				entries: entries.filter(({ reading }) => operation.keeps?.(input, reading) ?? true),
			};
		});
		const requestId = requestIdOf(vendor, answer);
		// One by one: a call takes no more arguments than the stack holds, and a page can have more entries.
		for (const entry of page.entries) found.push({ ...entry, requestId, changed: input.changed ?? [] });
		cursor = page.cursor;
		if (cursor !== undefined) seen.add(cursor);
	} while (cursor !== undefined && found.length < limit);
	return found.slice(0, limit);
}

/**
 * Whether no entry before had this id: a credential that is created while the pages are fetched moves another one to the
 * next page, where it shows up again.
 */
function isNew(listed: Set<string>, { id }: Reading): boolean {
	if (id === null) return true;
	if (listed.has(id)) return false;
	listed.add(id);
	return true;
}
