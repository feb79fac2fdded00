import { DateTime } from 'luxon';

import type { VendorAnswer } from '../../kit/http';

/**
 * How long the vendor asks to wait, in milliseconds from now, never negative; `null` when it does not say.
 * Reads Retry-After in seconds, whole or not, or as an HTTP date, else `resetHeader` in epoch seconds.
 */
export function retryAfterMs(answer: VendorAnswer, resetHeader?: string): number | null {
	const retryAfter = answer.headers['retry-after']?.trim();
	// However long a number: a vendor that asks for an age asks for more than anybody waits. Parts of a second are not in
	// RFC 9110 §10.2.3, but servers send them, and to come back at once would be the worst way to read them.
	if (retryAfter !== undefined && /^\d+(\.\d+)?$/.test(retryAfter)) return Math.min(Math.ceil(Number(retryAfter) * 1000), Number.MAX_SAFE_INTEGER);
	const resumeAt = httpDate(retryAfter);
	if (resumeAt !== null) return untilMs(resumeAt, answer);
	return resetHeader === undefined ? null : resetMs(answer, resetHeader);
}

/** Milliseconds until the epoch second in a header, never negative; `null` when there is none. */
export function resetMs(answer: VendorAnswer, resetHeader: string): number | null {
	const text = answer.headers[resetHeader]?.trim();
	return text !== undefined && /^\d{1,12}$/.test(text) ? untilMs(Number(text) * 1000, answer) : null;
}

/** Further away than this, a moment tells more of a clock that is wrong, or of malice, than of a limit. */
const PLAUSIBLE_MS = 24 * 60 * 60 * 1000;

/**
 * Measured against the answer's own Date header, so that a clock that is off on either side neither lengthens nor
 * shortens the wait; against this machine's clock where that header is absent or makes no sense.
 */
function untilMs(moment: number, { headers }: VendorAnswer): number {
	const clocks = [httpDate(headers.date), Date.now()].filter((time) => time !== null);
	const waits = clocks.map((time) => moment - time);
	return Math.max(0, waits.find((ms) => Math.abs(ms) <= PLAUSIBLE_MS) ?? waits[0] ?? 0);
}

function httpDate(text: string | undefined): number | null {
	if (text === undefined) return null;
	const date = DateTime.fromHTTP(text);
	return date.isValid ? date.toMillis() : null;
}
