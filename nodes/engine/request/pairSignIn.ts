import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';

import type { Failure } from '../../kit/failure';
import type { IssuedPair } from '../../kit/http';
import type { SignIn } from '../../kit/record';
import { asFailure } from '../asFailure';
import { pause } from './clock';
import type { Sender } from './exchange';
import { limiterOf } from './limiter';
import { waitBeforeRepeat } from './retry';
import { isKnownClient } from './session';
import { cancelled } from './transport';

/** Milliseconds between tries, 30 s together: a pair that was issued a moment ago is not known to every server at once. */
const WAITS_MS = [2_000, 4_000, 8_000, 16_000];

interface Asked {
	signIn: SignIn;
	/** The node's own credential, which says where the host is. */
	credentials: ICredentialDataDecryptedObject;
	pair: IssuedPair;
	/** What the answer is to be: it is asked for until it is, or the tries are used up. */
	accepted: boolean;
	itemIndex: number;
	onSent: () => void;
}

/**
 * Whether a vendor takes a pair that it has issued. Throws a `Failure` where that cannot be told: a host that is down says
 * nothing of the pair.
 */
export async function pairSignsIn({ context, report }: Pick<Sender, 'context' | 'report'>, { signIn, credentials, pair, accepted, itemIndex, onSent }: Asked): Promise<boolean> {
	const request = signIn.request(credentials, pair);
	const limiter = limiterOf(signIn.limits, request.url, credentials);
	const cancel = context.getExecutionCancelSignal();
	for (let attempt = 0; ; attempt += 1) {
		const waitMs = WAITS_MS[attempt] ?? null;
		const pass = await limiter.pass(cancel, (wait) => report.waited(itemIndex, wait));
		const known = await ask(context, { request, cancel, onSent });
		pass.ended(null);
		if (typeof known === 'boolean') {
			pass.accepted();
			if (known === accepted || waitMs === null) return known;
			await pause(waitMs, cancel);
			continue;
		}
		if (known.kind === 'rateLimited') pass.refused(known.details.retryAfterMs ?? null);
		const pauseMs = waitMs === null || !known.retryable ? null : waitBeforeRepeat(known, 1, signIn.limits);
		if (pauseMs === null) throw known;
		report.repeated(itemIndex, known, pauseMs);
		await pause(Math.max(waitMs ?? 0, pauseMs), cancel);
	}
}

async function ask(
	context: Sender['context'],
	{ request, cancel, onSent }: { request: ReturnType<SignIn['request']>; cancel: AbortSignal | undefined; onSent: () => void },
): Promise<boolean | Failure> {
	if (cancel?.aborted) return cancelled('read', 'no');
	onSent();
	try {
		return await isKnownClient(context as unknown as IHttpRequestHelper, request, cancel);
	} catch (error) {
		return cancel?.aborted ? cancelled('read', 'no') : asFailure(error, 'no');
	}
}
