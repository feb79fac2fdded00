const DAY_MS = 24 * 60 * 60_000;

/** When people want to hear of what is due. */
export interface DueRules {
	/** Days before the date, the most first, each told once. At least one. */
	thresholds: readonly number[];
	/** Days after which it is told again once the last threshold has passed; `null`: never. */
	remindEveryDays: number | null;
}

/** How near a date is. */
export interface Nearness {
	/** The last threshold that has passed. */
	threshold: number;
	/**
	 * Days before the date of the last moment at which it was to be told, reminders included: below zero after the date. It falls as
	 * time goes on, so what has been told is known by one number, whatever thresholds are added or removed later.
	 */
	level: number;
}

/** How near a date is at this moment, in milliseconds since 1970; `null` while no threshold has passed. */
export function nearnessAt(now: number, dueAt: number, { thresholds, remindEveryDays }: DueRules): Nearness | null {
	const passed = thresholds.filter((days) => now >= dueAt - days * DAY_MS);
	if (passed.length === 0) return null;
	const threshold = Math.min(...passed);
	const isLast = passed.length === thresholds.length;
	if (!isLast || remindEveryDays === null) return { threshold, level: threshold };
	const daysSince = (now - (dueAt - threshold * DAY_MS)) / DAY_MS;
	return { threshold, level: threshold - Math.floor(daysSince / remindEveryDays) * remindEveryDays };
}

/** The moment at which something that began then has reached this age. */
export function atAge(since: number, days: number): number {
	return since + days * DAY_MS;
}
