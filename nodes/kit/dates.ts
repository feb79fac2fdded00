import { DateTime } from 'luxon';

import { type Failure, invalidInput } from './failure';
import { MESSAGES } from './messages';
import { say } from './sentences';

/**
 * Seconds since 1970 from 1990 up to 2200. A number outside of this range, in seconds and in milliseconds, counts something
 * else: the days of a spreadsheet, or a day written as 20301231. Read as an instant it would be one that nobody meant.
 */
const EPOCH_SECONDS = { from: 631_152_000, to: 7_258_118_400 };

/** Year, month and day, and what may follow. ISO 8601 and SQL leave some of them out, and luxon fills in today’s. */
const WHOLE_DAY = /^(([+-]\d{6}|\d{4})-\d\d-\d\d|\d{8})($|[Tt [])/;

/** The same without a time of day. */
const DAY_ALONE = /^(\d{4})-?(\d\d)-?(\d\d)$/;

const WHOLE_DAY_PARSERS = [DateTime.fromISO, DateTime.fromSQL] as const;

/** Formats that name year, month and day always. */
const MAIL_PARSERS = [DateTime.fromRFC2822, DateTime.fromHTTP] as const;

/**
 * Reads any date that n8n or a vendor hands over: a luxon DateTime, a JS Date, ISO 8601, SQL, RFC 2822 or HTTP text that
 * names year, month and day, or epoch seconds or milliseconds, also as text. On the value's own clock: the offset that it
 * has, `zone` for text without one, UTC for what only counts. `null` when it is none of these.
 */
export function toDateTime(value: unknown, zone = 'utc'): DateTime | null {
	const date = parse(value, zone);
	return date?.isValid ? date : null;
}

function parse(value: unknown, zone: string): DateTime | null {
	// Another copy of luxon may have made it, so the class says nothing; JSON can carry the mark, but no method.
	if (DateTime.isDateTime(value)) return typeof value.toMillis === 'function' ? value : null;
	if (value instanceof Date) return DateTime.fromJSDate(value, { zone: 'utc' });
	if (typeof value === 'number') return fromEpoch(value);
	if (typeof value !== 'string') return null;
	const text = value.trim();
	const parsers = WHOLE_DAY.test(text) ? WHOLE_DAY_PARSERS : MAIL_PARSERS;
	for (const parser of parsers) {
		const date = parser(text, { zone, setZone: true });
		if (date.isValid) return date;
	}
	return isNumber(text) ? fromEpoch(Number(text)) : null;
}

function isNumber(text: string): boolean {
	return /^-?\d+(\.\d+)?$/.test(text);
}

/** No number is a date both ways: the ranges lie apart. */
function fromEpoch(count: number): DateTime | null {
	const { from, to } = EPOCH_SECONDS;
	if (count >= from && count < to) return DateTime.fromSeconds(count, { zone: 'utc' });
	if (count >= from * 1000 && count < to * 1000) return DateTime.fromMillis(count, { zone: 'utc' });
	return null;
}

/**
 * The moment in ISO 8601 UTC with milliseconds, or `null` when the value is no date. A day without a time of day stays that
 * day: a midnight that nobody has named would be another day elsewhere.
 */
export function toIsoUtc(value: unknown): string | null {
	const date = toDateTime(value);
	if (typeof value === 'string' && DAY_ALONE.test(value.trim())) return date?.toISODate() ?? null;
	return date?.toUTC().toISO() ?? null;
}

/** The calendar day that a date names on its own clock, as yyyy-MM-dd; `null` when the value is no date. */
export function toDay(value: unknown): string | null {
	return toDateTime(value)?.toISODate() ?? null;
}

/**
 * The calendar day of any date that n8n hands over, as yyyy-MM-dd: of a moment the day in the workflow's time zone, of a
 * midnight on the value's own clock that very day. Days are handed on as such midnights, most of them in UTC.
 */
export function requireDay(value: unknown, label: string, timezone: string): string {
	const date = toDateTime(value, timezone);
	const isDay = date !== null && date.toMillis() === date.startOf('day').toMillis();
	const day = isDay ? date.toISODate() : date?.setZone(timezone).toISODate();
	if (day) return day;
	throw noDate(value, label);
}

/** The moment of any date that n8n hands over, in milliseconds since 1970; one without an offset is in `timezone`. */
export function requireMoment(value: unknown, label: string, timezone: string): number {
	const date = toDateTime(value, timezone);
	if (date !== null) return date.toMillis();
	throw noDate(value, label);
}

function noDate(value: unknown, label: string): Failure {
	const counts = typeof value === 'number' || (typeof value === 'string' && isNumber(value.trim()));
	return invalidInput(counts ? say(MESSAGES.input.noEpoch, { label }) : say(MESSAGES.input.noDate, { label }));
}
