import type { Failure, FailureCode } from '../../kit/failure';

/** Faults in a row after which somebody is told of one that may pass. */
const FAULTS_UNTIL_TOLD = 3;

/** Nobody is told of the same sort of fault again before that. */
const TOLD_AGAIN_MS = 24 * 60 * 60_000;

/** Codes of faults that stay until a person does something. */
const TO_BE_MENDED: ReadonlySet<FailureCode> = new Set(['authentication', 'permission', 'notFound', 'parentNotFound', 'invalidInput']);

/**
 * Tries that n8n makes to register a trigger whose first poll throws, after which the trigger is dead. Polls that each have a context
 * of their own, and are more than that, are those of a mode of n8n's in which every poll has one.
 */
const TRIES_OF_REGISTRATION = 5;

/** What this process knows of a trigger beside its state, which n8n does not store after a poll without events. */
interface Watch {
	/** Polls in a row that had a context of their own. */
	freshInARow: number;
	faults: number;
	/** When somebody was last told, by what has to be mended, or of what may pass. */
	toldAt: Map<FailureCode | 'passing', number>;
	/** Whom the last poll that succeeded spoke for, see `Account.key`. */
	accountKey: string | null;
	/** When it last polled. */
	at: number;
}

const watches = new Map<string, Watch>();

/** What is not polled any more is forgotten after this. */
const FORGOTTEN_MS = 7 * TOLD_AGAIN_MS;

/** Contexts that have polled before: n8n registers a trigger with one, and goes on with the same. */
const used = new WeakSet<object>();

/** Contexts with a poll under way. */
const underWay = new WeakSet<object>();

/** One poll, and what is known of those before it. */
export class WatchedPoll {
	private readonly watch: Watch;
	/** Whether n8n may be registering the trigger: if this poll throws then, there will be no other. */
	readonly mayRegister: boolean;

	/**
	 * @param context that of n8n
	 * @param key tells triggers apart
	 * @param now in milliseconds since 1970
	 */
	constructor(
		private readonly context: object,
		key: string,
		private readonly now: number,
	) {
		const known = watches.get(key) ?? { freshInARow: 0, faults: 0, toldAt: new Map<FailureCode | 'passing', number>(), accountKey: null, at: now };
		for (const [other, { at }] of watches) if (now - at > FORGOTTEN_MS) watches.delete(other);
		watches.set(key, known);
		this.watch = known;
		known.at = now;
		known.freshInARow = used.has(context) ? 0 : known.freshInARow + 1;
		this.mayRegister = known.freshInARow > 0 && known.freshInARow <= TRIES_OF_REGISTRATION;
		used.add(context);
	}

	/** Carries the poll out, unless the one before is still under way: `null` then. */
	async alone<T>(work: () => Promise<T>): Promise<T | null> {
		if (underWay.has(this.context)) return null;
		underWay.add(this.context);
		try {
			return await work();
		} finally {
			underWay.delete(this.context);
		}
	}

	/** Whether the polls before this one spoke for another account, as far as this process knows. */
	isOtherAccount(accountKey: string): boolean {
		return this.watch.accountKey !== accountKey;
	}

	succeeded(accountKey: string): void {
		this.watch.faults = 0;
		// What was told has been mended by whoever has published it.
		if (this.mayRegister) this.watch.toldAt.clear();
		this.watch.accountKey = accountKey;
	}

	/**
	 * Takes note of a fault. Returns whether somebody is to be told now.
	 * @param isPublishing whether a person has just published the workflow, and waits to hear of it
	 */
	failed(failure: Failure, isPublishing: boolean): boolean {
		const isToBeMended = TO_BE_MENDED.has(failure.kind);
		this.watch.faults += 1;
		if (this.mayRegister) return isToBeMended && isPublishing;
		const sort = isToBeMended ? failure.kind : 'passing';
		const toldAt = this.watch.toldAt.get(sort);
		const isTold = toldAt !== undefined && this.now - toldAt < TOLD_AGAIN_MS && this.now >= toldAt;
		if (isTold || (!isToBeMended && this.watch.faults < FAULTS_UNTIL_TOLD)) return false;
		this.watch.toldAt.set(sort, this.now);
		return true;
	}

	/** Faults in a row, this one included. */
	get faults(): number {
		return this.watch.faults;
	}
}
