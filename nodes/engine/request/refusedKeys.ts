import { DateTime } from 'luxon';

import type { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { Service } from '../../kit/record';
import { say } from '../../kit/sentences';
import { clock } from './clock';

/**
 * How long a key that a vendor has refused is not sent again. One vendor blocks an address after 120 refused requests in an
 * hour; a loop of one item, or a workflow for each, then sends twelve.
 */
const REMEMBERED_MS = 5 * 60_000;

interface Refusal {
	failure: Failure;
	/** On this process's clock. */
	until: number;
	/** What people are told. */
	untilIso: string;
}

/** By account, see `Account.key`: a credential that was changed is another account, and goes at once. */
const refusals = new Map<string, Refusal>();

/**
 * Remembers that the vendor does not accept the account's key. What it has said is left out: it may repeat the secrets of the
 * item that it was said to.
 */
export function noteRefusedKey(accountKey: string, failure: Failure): void {
	dropForgotten();
	const untilIso = DateTime.utc().plus(REMEMBERED_MS).startOf('second').toISO({ suppressMilliseconds: true });
	const unsaid = { vendorCode: null, vendorMessage: null, requestId: null, retryAfterMs: null, stage: 'token', applied: 'no' } as const;
	refusals.set(accountKey, { failure: failure.with(unsaid), until: clock.now() + REMEMBERED_MS, untilIso });
}

/** The vendor has taken a request of the account since. */
export function forgetRefusedKey(accountKey: string): void {
	refusals.delete(accountKey);
}

/**
 * The failure of an item that is not sent because its account's key was refused a short while ago; `null` when there is
 * nothing to remember.
 */
export function refusedKeyOf(accountKey: string, { label }: Service): Failure | null {
	const known = refusals.get(accountKey);
	if (known === undefined) return null;
	if (known.until <= clock.now()) refusals.delete(accountKey);
	if (known.until <= clock.now()) return null;
	return known.failure.with({
		isUnsent: true,
		message: say(MESSAGES.credential.refusedBefore, { vendor: label, until: known.untilIso }),
	});
}

/** Forgets what is over at this moment. */
export function dropForgotten(now: number = clock.now()): void {
	for (const [key, { until }] of refusals) if (until <= now) refusals.delete(key);
}
