import type { TriggerEvent } from '../../kit/trigger';
import { type DueRules, nearnessAt } from './due';
import type { PollState, Remembered } from './state';

/** A credential as a list shows it, without its secrets. */
export interface Listed {
	id: string;
	name: string | null;
	/** Of everything that the vendor shows of it. */
	print: string;
	/** When it is due, in milliseconds since 1970; `null`: never, or nobody knows. */
	dueAt: number | null;
	/** When it was created, and the latest time that the vendor shows of it, in the same measure; `null`: it shows none. */
	createdAt: number | null;
	latest: number | null;
}

/** What one look at the vendor has shown. */
export interface Look {
	listed: readonly Listed[];
	/** Whether the list has come to its end without moving: only then is what is not on it gone. */
	isComplete: boolean;
	/** IDs that are there, and that the filters do not let through any more. */
	hidden: ReadonlySet<string>;
	/** Whether a change can bring a credential through the filters, so that one that is new on the list need not be new. */
	hasChangeableFilters: boolean;
}

export interface Settings extends DueRules {
	/** Which list it is, see `PollState`. */
	scope: string;
	events: ReadonlySet<TriggerEvent>;
	/** Whether what is there at the first look counts as created. */
	emitExisting: boolean;
}

/** Something to tell of a credential. */
export interface Detected {
	id: string;
	event: TriggerEvent;
	/** Only of what is due: the last threshold that has passed, in days. */
	threshold: number | null;
	/** What it was called when it was last seen, as much of it as was remembered; only of what is gone or has changed. */
	lastName?: string | null;
}

/**
 * How far the vendor's own times may lie apart: a credential can be listed for the first time after others that were created later. One
 * that is older than that has not been created since the last look, but has come through the filters.
 */
const OVERLAP_MS = 24 * 60 * 60_000;

/**
 * What has happened since the last look, and what is to be remembered of this one. Pure, and by the vendor's list alone: our own clock
 * has a say in what is due, and in nothing else.
 * @param before `null` at the first look
 * @param now in milliseconds since 1970
 */
export function detect(look: Look, before: PollState | null, now: number, settings: Settings): { events: Detected[]; state: PollState } {
	const known = before?.scope === settings.scope ? before : null;
	const credentials = new Map<string, Remembered>();
	const events: Detected[] = [];
	const tell = (event: Detected) => {
		if (settings.events.has(event.event)) events.push(event);
	};
	for (const each of look.listed) {
		const { id, name, print } = each;
		const earlier = known?.credentials.get(id);
		const event = eventOf(each, earlier, known, look, settings);
		if (event !== null) tell({ id, event, threshold: null, ...(event === 'changed' && earlier !== undefined ? { lastName: earlier.name } : {}) });
		const due = dueOf(each, earlier, now, settings);
		if (due.threshold !== null) tell({ id, event: 'due', threshold: due.threshold });
		credentials.set(id, { name, print, dueAt: due.dueAt, level: due.level });
	}
	for (const [id, earlier] of known?.credentials ?? []) {
		if (credentials.has(id)) continue;
		if (look.hidden.has(id)) tell({ id, event: 'changed', threshold: null });
		else if (look.isComplete) tell({ id, event: 'deleted', threshold: null, lastName: earlier.name });
		else credentials.set(id, earlier);
	}
	const newest = latestOf([known?.newest ?? null, ...look.listed.map(({ latest }) => latest)]);
	return { events, state: { scope: settings.scope, newest, credentials } };
}

/** What has become of a credential that is listed; `null`: nothing. */
function eventOf({ print, createdAt }: Listed, earlier: Remembered | undefined, known: PollState | null, look: Look, { emitExisting }: Settings): TriggerEvent | null {
	if (known === null) return emitExisting ? 'created' : null;
	if (earlier !== undefined) return earlier.print === print ? null : 'changed';
	const isOld = createdAt !== null && known.newest !== null && createdAt < known.newest - OVERLAP_MS;
	return isOld && look.hasChangeableFilters ? 'changed' : 'created';
}

interface Due extends Pick<Remembered, 'dueAt' | 'level'> {
	/** The threshold that is to be told now; `null`: none. */
	threshold: number | null;
}

/** Another date is another matter: what was told of the one before does not count. */
function dueOf({ dueAt }: Listed, earlier: Remembered | undefined, now: number, settings: Settings): Due {
	if (dueAt === null || !settings.events.has('due')) return { dueAt: null, level: null, threshold: null };
	const seconds = Math.floor(dueAt / 1000);
	const told = earlier?.dueAt === seconds ? earlier.level : null;
	const nearness = nearnessAt(now, dueAt, settings);
	if (nearness === null || (told !== null && nearness.level >= told)) return { dueAt: seconds, level: told, threshold: null };
	return { dueAt: seconds, level: nearness.level, threshold: nearness.threshold };
}

/** Without a spread: a call takes no more arguments than the stack holds. */
function latestOf(moments: Array<number | null>): number | null {
	return moments.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
