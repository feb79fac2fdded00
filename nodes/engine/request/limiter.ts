import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { VendorAnswer } from '../../kit/http';
import { asText } from '../../kit/json';
import type { RateLimits } from '../../kit/limits';
import { clock, pause } from './clock';
import { digestOf } from './digest';
import { resetMs } from './retryAfter';
import { Throttle, type Ticket, type Wait } from './throttle';

/** Lets the requests to one account of a vendor pass; shared by all runs of this process. */
export interface Limiter {
	/** Resolves when a request may go, or when the execution is cancelled. Tells of each wait that it took. */
	pass(cancel: AbortSignal | undefined, onWait: (wait: Wait) => void): Promise<Pass>;
}

/** Permission for one request. */
export interface Pass {
	/** The request is over. Has to be called once, also when nothing was sent; `null`: no answer came back. */
	ended(answer: VendorAnswer | null): void;
	/** The vendor has refused it for too many requests, and said for how long, or not. Returns whether that says anything new. */
	refused(askedMs: number | null): boolean;
	/** The vendor has taken it, whatever came of it there. */
	accepted(): void;
}

const throttles = new Map<string, Throttle>();

/** The limiter of the account that a credential belongs to. */
export function limiterOf(
	{ account, windows, restMs, limitHeader, remainingHeader, resetHeader }: RateLimits,
	baseUrl: string,
	credentials: ICredentialDataDecryptedObject,
): Limiter {
	dropIdle();
	const key = `${new URL(baseUrl).origin} ${digestOf(account.map((name) => asText(credentials[name])))}`;

	// Looked up each time: it may have been dropped since, and another run have begun a new one.
	const currentThrottle = () => {
		const throttle = throttles.get(key) ?? new Throttle(windows, restMs);
		throttles.set(key, throttle);
		return throttle;
	};
	const learn = (throttle: Throttle, ticket: Ticket, answer: VendorAnswer) => {
		const allowed = limitHeader === undefined ? null : wholeNumber(answer.headers[limitHeader]);
		if (allowed !== null) throttle.stated(allowed);
		if (remainingHeader === undefined || resetHeader === undefined) return;
		const remaining = wholeNumber(answer.headers[remainingHeader]);
		const endsInMs = resetMs(answer, resetHeader);
		if (remaining !== null && endsInMs !== null) throttle.reported(ticket, remaining, endsInMs, clock.now());
	};
	const begin = (throttle: Throttle, now: number): Pass => {
		const ticket = throttle.start(now);
		return {
			ended: (answer) => {
				throttle.end(clock.now());
				if (answer !== null) learn(throttle, ticket, answer);
			},
			refused: (askedMs) => throttle.refused(ticket, askedMs, clock.now()),
			accepted: () => throttle.accepted(ticket),
		};
	};
	return {
		pass: async (cancel, onWait) => {
			while (!cancel?.aborted) {
				const now = clock.now();
				const throttle = currentThrottle();
				const wait = throttle.waitAt(now);
				if (wait === null) return begin(throttle, now);
				await pause(wait.ms, cancel);
				if (!cancel?.aborted) onWait({ ...wait, ms: clock.now() - now });
			}
			return NOTHING_SENT;
		},
	};
}

/** For what is cancelled: a request that never goes must not take the place of another run's. */
const NOTHING_SENT: Pass = { ended: () => {}, refused: () => true, accepted: () => {} };

/** Forgets the accounts whose limits have nothing to say any more at this moment. */
export function dropIdle(now: number = clock.now()): void {
	for (const [key, throttle] of throttles) if (throttle.isIdle(now)) throttles.delete(key);
}

function wholeNumber(text: string | undefined): number | null {
	return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
