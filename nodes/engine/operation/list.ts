import { unreadable } from '../../kit/answers';
import { MESSAGES } from '../../kit/messages';
import type { ListOperation, ListPage, PriorSearch, Target } from '../../kit/operation';
import type { Reading } from '../../kit/reading';
import type { VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import type { Exchange } from '../request/exchange';
import { inNoPlace, requestIdOf } from '../request/refusal';
import type { Found } from './perform';
import { understood } from './understanding';

/** Pages after which a list counts as endless: far more than an account has, and a bound for a host that makes them up. */
const MOST_PAGES = 2_000;

/** Credentials after which it does, too: more of them than anybody has would use up the memory of the process. */
const MOST_ENTRIES = 200_000;

/** Told with every credential of a list that kept changing, because nobody may look at the note above the output. */
const INCOMPLETE = say(MESSAGES.outcome.incomplete);

/**
 * Lists credentials until the limit is reached or the vendor has no more. Pages are fetched one after the other and only
 * while they are needed. A list that moves meanwhile is read once more; one that moves then as well yields what either
 * reading has shown, and says so.
 * @param onIncomplete called when it may lack credentials
 */
export async function performList(
	vendor: VendorRecord,
	input: Target,
	limit: number,
	exchange: Exchange,
	onIncomplete: () => void,
): Promise<Found[]> {
	const list = vendor.operations.getAll;
	const first = await readThrough(vendor, list, input, limit, exchange, { mayRepeat: true });
	if (!first.hasMoved) return first.found.slice(0, limit);
	const second = await readThrough(vendor, list, input, limit, exchange, { mayRepeat: false });
	if (!second.hasMoved) return second.found.slice(0, limit);
	onIncomplete();
	const others = first.found.filter(({ reading: { id } }) => id !== null && !second.hasShown(id));
	return [...second.found, ...others].slice(0, limit).map(withDoubt);
}

function withDoubt(found: Found): Found {
	return { ...found, notes: [INCOMPLETE] };
}

/**
 * The first credential of a list that is looked for, `null` where there is none; the pages after it are not fetched. A list
 * that moves meanwhile is read once more, for it may have let the credential slip past.
 */
export async function searchList(
	vendor: VendorRecord,
	{ list, within, isWanted }: PriorSearch<Target>,
	exchange: Exchange,
): Promise<Reading | null> {
	const searched: ListOperation = { ...list, keeps: (_input, reading) => isWanted(reading) };
	const first = await readThrough(vendor, searched, within, 1, exchange, { mayRepeat: true });
	const { found } = first.hasMoved && first.found.length === 0 ? await readThrough(vendor, searched, within, 1, exchange, { mayRepeat: false }) : first;
	return found[0]?.reading ?? null;
}

/**
 * All that a list shows. One that moves meanwhile is read once more, and what either reading has shown is taken: where an entry
 * slips past both, there is no telling.
 */
export async function readWhole(vendor: VendorRecord, list: ListOperation, within: Target, exchange: Exchange): Promise<Reading[]> {
	const first = await readThrough(vendor, list, within, Infinity, exchange, { mayRepeat: true });
	if (!first.hasMoved) return first.found.map(({ reading }) => reading);
	const second = await readThrough(vendor, list, within, Infinity, exchange, { mayRepeat: false });
	const others = first.found.filter(({ reading: { id } }) => id !== null && !second.hasShown(id));
	return [...second.found, ...others].map(({ reading }) => reading);
}

/** What one reading of a list has come to. */
interface Pass {
	/** What was wanted of it; the last page may bring more than that. */
	found: Found[];
	/** Whether it has shown an entry of this ID, also one that was not wanted. */
	hasShown(id: string): boolean;
	/** Whether entries have changed their places meanwhile, so that one may have slipped past. */
	hasMoved: boolean;
}

/**
 * Reads a list from its beginning. Throws a `Failure` (`unexpectedResponse`) when it does not come to an end.
 * @param mayRepeat whether a page with nothing new counts as a list that has moved; else it counts as a host that knows no pages
 */
async function readThrough(
	vendor: VendorRecord,
	operation: ListOperation,
	input: Target,
	limit: number,
	exchange: Exchange,
	{ mayRepeat }: { mayRepeat: boolean },
): Promise<Pass> {
	const found: Found[] = [];
	const cursors = new Set<string>();
	const tally = new Tally();
	let cursor: string | undefined;
	do {
		const answer = await exchange(operation.page(input, cursor), 'read', operation).catch((error: unknown) => {
			throw inNoPlace(vendor, asFailure(error, 'no'));
		});
		const page = understood(vendor, answer, 'read', () => {
			const read = operation.entries(input, answer, cursor);
			const entries = tally.take(read);
			const isRepeat = entries.length === 0 && read.entries.length > 0;
			const isEmpty = entries.length === 0 && read.cursor !== undefined;
			if ((isRepeat && !mayRepeat) || (isEmpty && !isRepeat)) throw unreadable(vendor.label, say(MESSAGES.answer.samePage));
			if (read.cursor !== undefined && cursors.has(read.cursor)) throw unreadable(vendor.label, say(MESSAGES.answer.circle));
			const wanted = Math.min(limit, found.length + entries.length);
			if (cursors.size >= MOST_PAGES || wanted > MOST_ENTRIES) throw unreadable(vendor.label, say(MESSAGES.answer.endless));
			return {
				cursor: isRepeat ? undefined : read.cursor,
				entries: entries.filter(({ reading }) => operation.keeps?.(input, reading) ?? true),
			};
		});
		const requestId = requestIdOf(vendor, answer);
		// One by one: a call takes no more arguments than the stack holds, and a page can have more entries.
		for (const entry of page.entries) found.push({ ...entry, requestId, changed: input.changed ?? [] });
		cursor = page.cursor;
		if (cursor !== undefined) cursors.add(cursor);
	} while (cursor !== undefined && found.length < limit);
	return { found, hasShown: (id) => tally.has(id), hasMoved: tally.hasMoved || (cursor === undefined && tally.isShort) };
}

/**
 * Counts the entries of a list, and sees by them whether they have moved: one that is created or changed while the pages are
 * fetched moves another one to the next page, where it shows up again; one that is deleted moves another one to a page that
 * has been read, past everybody.
 */
class Tally {
	hasMoved = false;
	/** The place among the pages at which each ID was first seen. */
	private readonly pages = new Map<string, number>();
	private page = 0;
	private count = 0;
	private total: number | undefined;

	/** The entries of the next page that were not seen before. */
	take({ entries, total, hasMoved = false }: ListPage): ListPage['entries'] {
		this.page += 1;
		const fresh = entries.filter(({ reading }) => this.isNew(reading));
		const hasOtherTotal = this.total !== undefined && total !== undefined && total !== this.total;
		this.hasMoved ||= hasMoved || hasOtherTotal;
		this.total = total ?? this.total;
		this.count += fresh.length;
		return fresh;
	}

	/** Whether there are fewer entries than the vendor says, once all of them are read. */
	get isShort(): boolean {
		return this.total !== undefined && this.count < this.total;
	}

	has(id: string): boolean {
		return this.pages.has(id);
	}

	/** What one answer shows twice has not moved: it is a picture of one moment. */
	private isNew({ id }: Reading): boolean {
		if (id === null) return true;
		const seenOn = this.pages.get(id);
		if (seenOn === undefined) this.pages.set(id, this.page);
		else if (seenOn < this.page) this.hasMoved = true;
		return seenOn === undefined;
	}
}
