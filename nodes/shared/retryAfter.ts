import { DateTime } from 'luxon';

import type { VendorAnswer } from './http';

/**
 * How long the vendor asks to wait, in milliseconds from now, never negative; `null` when it does not say.
 * Reads Retry-After in seconds or as an HTTP date, else `resetHeader` in epoch seconds. Moments are measured against
 * the answer's own Date header, so that a clock that is off on either side does not lengthen or shorten the wait.
 */
export function retryAfterMs(answer: VendorAnswer, resetHeader?: string): number | null {
	const { headers } = answer;
	const retryAfter = headers['retry-after']?.trim();
	if (retryAfter !== undefined && /^\d{1,12}$/.test(retryAfter)) return Number(retryAfter) * 1000;

	const answeredAt = httpDate(headers.date) ?? Date.now();
	const resumeAt = httpDate(retryAfter) ?? epochSeconds(resetHeader && headers[resetHeader]);
	return resumeAt === null ? null : Math.max(0, resumeAt - answeredAt);
}

function httpDate(text: string | undefined): number | null {
	if (text === undefined) return null;
	const date = DateTime.fromHTTP(text);
	return date.isValid ? date.toMillis() : null;
}

function epochSeconds(text: string | undefined): number | null {
	return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) * 1000 : null;
}
