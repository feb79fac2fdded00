import { DateTime } from 'luxon';

import { type Failure, invalidInput } from './failure';

/** Numbers from here on are milliseconds since 1970, below it seconds: 1e11 s is the year 5138, 1e11 ms is 1973. */
const MILLISECONDS_FROM = 1e11;

const TEXT_PARSERS = [
	DateTime.fromISO,
	DateTime.fromSQL,
	DateTime.fromRFC2822,
	DateTime.fromHTTP,
] as const;

/**
 * Reads any date that n8n or a vendor hands over: a luxon DateTime, a JS Date, ISO 8601, SQL, RFC 2822 or HTTP text,
 * or epoch seconds or milliseconds. Text without an offset is read in `zone`. `null` when it is none of these.
 */
export function toDateTime(value: unknown, zone = 'utc'): DateTime | null {
	const date = parse(value, zone);
	return date?.isValid ? date : null;
}

function parse(value: unknown, zone: string): DateTime | null {
	// Another copy of luxon may have made it, so the class says nothing; JSON can carry the mark, but no method.
	if (DateTime.isDateTime(value)) return typeof value.toMillis === 'function' ? value : null;
	if (value instanceof Date) return DateTime.fromJSDate(value, { zone });
	if (typeof value === 'number' && Number.isFinite(value)) {
		return Math.abs(value) >= MILLISECONDS_FROM
			? DateTime.fromMillis(value, { zone })
			: DateTime.fromSeconds(value, { zone });
	}
	if (typeof value !== 'string') return null;
	const text = value.trim();
	for (const parser of TEXT_PARSERS) {
		const date = parser(text, { zone });
		if (date.isValid) return date;
	}
	return null;
}

/** The moment in ISO 8601 UTC with milliseconds, or `null` when the value is no date. */
export function toIsoUtc(value: unknown): string | null {
	return toDateTime(value)?.toUTC().toISO() ?? null;
}

/** The calendar day of any date that n8n hands over, in the workflow's time zone, as yyyy-MM-dd. */
export function requireDay(value: unknown, label: string, timezone: string): string {
	const day = toDateTime(value, timezone)?.setZone(timezone).toISODate();
	if (day) return day;
	throw noDate(label);
}

/** The moment of any date that n8n hands over, in milliseconds since 1970; one without an offset is in `timezone`. */
export function requireMoment(value: unknown, label: string, timezone: string): number {
	const date = toDateTime(value, timezone);
	if (date !== null) return date.toMillis();
	throw noDate(label);
}

function noDate(label: string): Failure {
	return invalidInput(`“${label}” is not a date. Enter one such as 2030-12-31, or an expression that yields a date.`);
}
