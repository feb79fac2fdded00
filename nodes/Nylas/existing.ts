import type { VendorAnswer } from '../kit/json';
import { toDateTime } from '../kit/dates';

/** Both the Date header and `created_at` are whole seconds, rounded who knows how. */
const ROUNDING_MS = 2_000;

/**
 * Whether the credential with which Nylas answers a create had been there before; `null` when that cannot be told.
 *
 * When a credential with the same parameters exists, Nylas “uses” it instead of creating one, and does not say so in
 * the answer. But one that was created before the request was sent is not new. The moment of sending is taken on
 * Nylas's own clock: when it answered, less the time that the request took. A credential created within the rounding
 * before that still passes for a new one.
 * @see https://developer.nylas.com/docs/reference/api/connector-credentials/
 */
export function wasThereBefore(createdAt: unknown, { headers, tookMs }: VendorAnswer): boolean | null {
	const created = toDateTime(createdAt);
	const answered = toDateTime(headers.date);
	if (created === null || answered === null || tookMs === undefined) return null;
	return created.toMillis() < answered.toMillis() - tookMs - ROUNDING_MS;
}
