import { DateTime } from 'luxon';
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { requireMoment } from './dates';
import { invalidInput } from './failure';
import { MESSAGES } from './messages';
import { type Parameters, requireInteger } from './parameters';
import { say } from './sentences';

/** A century: what is more is a slip, and dates end somewhere. */
export const DAYS_BOUNDS = { min: 0, max: 36_500 };

const LABEL = 'Not Changed For (Days)';

/**
 * Filters by age, where a date would have to be moved on by hand: a workflow that runs by a schedule would list other
 * credentials than were meant, and more so every month.
 * @param description which credentials are listed
 */
export function notChangedForDaysFilter(description: string): INodeProperties {
	return {
		displayName: LABEL,
		name: 'notChangedForDays',
		type: 'number',
		typeOptions: { minValue: DAYS_BOUNDS.min },
		default: 90,
		description,
	};
}

/** A count of days. Throws a `Failure` (`invalidInput`) naming `label`. */
export function readDays(value: unknown, label: string): number {
	return requireInteger(value, label, DAYS_BOUNDS);
}

/**
 * The moment before which the wanted credentials were last changed, in milliseconds since 1970, by either filter; `null`
 * without both. Throws a `Failure` (`invalidInput`) for one that cannot be used, and for both together.
 * @param filters the collection “Filters”
 * @param date the parameter in it that is a date
 */
export function unchangedSince(
	filters: IDataObject,
	date: { parameter: string; label: string },
	{ timezone }: Pick<Parameters, 'timezone'>,
): number | null {
	const { [date.parameter]: moment, notChangedForDays: days } = filters;
	if (moment !== undefined && days !== undefined) {
		throw invalidInput(say(MESSAGES.input.twoAges, { date: date.label, days: LABEL }));
	}
	if (days !== undefined) return DateTime.utc().minus({ days: readDays(days, LABEL) }).toMillis();
	return moment === undefined ? null : requireMoment(moment, date.label, timezone);
}
