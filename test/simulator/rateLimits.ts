/** So many requests of one account or address per stretch of time, in one of the ways in which vendors count them. */
export interface RateRule {
	/**
	 * `fixed`: a window begins with the first request after the last one has ended. `sliding`: any stretch of this length.
	 * `bucket`: so many at once, and room for one more comes back evenly, so many in this time.
	 */
	counting: 'fixed' | 'sliding' | 'bucket';
	requests: number;
	perMs: number;
}

/** What a rule says after a request. */
export interface Standing {
	rule: RateRule;
	remaining: number;
	/** When the whole limit is there again, in epoch milliseconds. */
	renewsAt: number;
}

/** Counts requests against all of its rules at once. Times are epoch milliseconds on the vendor's clock. */
export class RateMeter {
	private counters: Counter[];

	/** @param refusedCount whether a request that was turned away uses up the limit, too */
	constructor(
		readonly rules: readonly RateRule[],
		private readonly refusedCount = false,
	) {
		this.counters = rules.map(counterFor);
	}

	/** Whether there is room for one more request. */
	hasRoom(now: number): boolean {
		return this.counters.every((counter) => counter.left(now) >= 1);
	}

	/** Counts a request, and says whether it may go on. */
	take(now: number): boolean {
		const admitted = this.hasRoom(now);
		if (admitted || this.refusedCount) for (const counter of this.counters) counter.take(now);
		return admitted;
	}

	standings(now: number): Standing[] {
		return this.counters.map((counter, index) => ({
			rule: this.rules[index]!,
			remaining: Math.max(0, Math.floor(counter.left(now))),
			renewsAt: counter.renewsAt(now),
		}));
	}

	/** Takes what is left but for so many requests, as others would who share the limit. */
	useUp(now: number, allBut = 0): void {
		if (this.rules.length === 0) return;
		while (this.counters.every((counter) => counter.left(now) > allBut)) this.take(now);
	}

	clear(): void {
		this.counters = this.rules.map(counterFor);
	}
}

interface Counter {
	left(now: number): number;
	take(now: number): void;
	renewsAt(now: number): number;
}

function counterFor({ counting, requests, perMs }: RateRule): Counter {
	return COUNTERS[counting](requests, perMs);
}

const COUNTERS: Record<RateRule['counting'], (requests: number, perMs: number) => Counter> = {
	fixed: (requests, perMs) => {
		let endsAt = -Infinity;
		let used = 0;
		return {
			left: (now) => (now >= endsAt ? requests : requests - used),
			take: (now) => {
				if (now >= endsAt) [endsAt, used] = [now + perMs, 0];
				used += 1;
			},
			renewsAt: (now) => Math.max(now, endsAt),
		};
	},
	sliding: (requests, perMs) => {
		const times: number[] = [];
		return {
			left: (now) => {
				while (times.length > 0 && times[0]! <= now - perMs) times.shift();
				return requests - times.length;
			},
			take: (now) => void times.push(now),
			renewsAt: (now) => (times.at(-1) ?? now - perMs) + perMs,
		};
	},
	bucket: (requests, perMs) => {
		let level = requests;
		let levelAt = -Infinity;
		const levelNow = (now: number) => Math.min(requests, level + ((now - levelAt) * requests) / perMs);
		return {
			left: levelNow,
			take: (now) => {
				level = levelNow(now) - 1;
				levelAt = now;
			},
			renewsAt: (now) => now + ((requests - levelNow(now)) * perMs) / requests,
		};
	},
};
