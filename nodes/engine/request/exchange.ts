import type { IExecuteFunctions } from 'n8n-workflow';

import { Failure } from '../../kit/failure';
import type { VendorAnswer, VendorRequest } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { Operation, OperationName } from '../../kit/operation';
import type { RefusalOverrides, Service, VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import type { References } from '../operation/references';
import type { JointWork } from '../run/joint';
import type { RunReport } from '../run/report';
import type { Effort } from '../run/result';
import type { Vaults } from '../run/vaults';
import type { ItemSecrets } from '../secrets/itemSecrets';
import type { SecretSource } from '../secrets/secretSource';
import type { Account, Accounts } from './account';
import { pause } from './clock';
import type { Pass } from './limiter';
import { failureIn } from './refusal';
import { forgetRefusedKey, noteRefusedKey, refusedKeyOf } from './refusedKeys';
import { LONGEST_WAIT_MS, mayRepeat, type RetryQuota, waitBeforeRepeat } from './retry';
import { isRefusedSignIn } from './session';
import { send } from './transport';

/** What all items of a run share. */
export interface Run {
	context: IExecuteFunctions;
	vendor: VendorRecord;
	operation: OperationName;
	/** Whether an AI agent calls the node. Asked of n8n once: it copies the whole node for each answer. */
	isToolCall: boolean;
	/** Accounts and ids of the credentials that the run has created so far. */
	createdIds: Set<string>;
	/** What it does once for all its items. */
	joint: JointWork;
	/** The stored secrets that it hands over to. */
	vaults: Vaults;
	/** What has been asked that holds for all its credentials. */
	references: References;
	quota: RetryQuota;
	report: RunReport;
	accounts: Accounts;
	/** Where the secrets of each item come from. */
	sources: readonly SecretSource[];
}

/** What its requests to one host need of it. */
export interface Sender extends Pick<Run, 'context' | 'quota' | 'report'> {
	vendor: Service;
}

/** What is counted and collected while one item is on its way. */
export interface Progress {
	itemIndex: number;
	timeoutMs: number;
	effort: Effort;
	secrets: ItemSecrets;
}

/**
 * Sends one item's requests with the node's credential, again where a fault allows it; an answer that refuses comes out
 * as a `Failure`. One that follows on a try whose outcome is not known says `applied: unknown`, whatever it says itself.
 */
export type Exchange = (
	request: VendorRequest,
	stage: 'read' | 'change',
	manner?: Manner,
) => Promise<VendorAnswer>;

/** What an operation says of its request: what refusals of it mean, and whether it may be sent again. */
type Manner = RefusalOverrides & Pick<Operation, 'repeatSafe'>;

/** The way of one item's requests, in its account. */
export function openExchange(run: Sender, account: Account, progress: Progress): Exchange {
	return async (request, stage, manner) => {
		const sending: Sending = { request, stage, manner };
		let inDoubt = false;
		for (let attempt = 1; ; ) {
			const { answer, failure, waitMs, isSpent } = await inTurn(run, account, async () => await tryOnce(run, account, progress, sending, attempt));
			if (failure === null) return answer;
			// One that is in doubt itself says so, too.
			if (waitMs === null) throw inDoubt && failure.applied !== 'unknown' ? doubtful(failure) : failure;
			inDoubt ||= failure.applied === 'unknown';
			if (isSpent) attempt += 1;
			await pause(waitMs, run.context.getExecutionCancelSignal());
		}
	};
}

interface Sending {
	request: VendorRequest;
	stage: 'read' | 'change';
	manner?: Manner;
}

/**
 * What has come of one try. `waitMs`: when to try again; `null` for not at all. `isSpent`: whether it counts as one of those that a
 * request has.
 */
type Try = { isSpent: boolean } & ({ answer: VendorAnswer; failure: null; waitMs: null } | { answer: null; failure: Failure; waitMs: number | null });

/**
 * The account's first try in this run alone, the others once it is over. All that it says for the others has been noted by
 * then: a wait that the vendor has asked for, a key that it does not accept.
 */
async function inTurn({ vendor }: Sender, account: Account, attempt: () => Promise<Try>): Promise<Try> {
	if (account.opening !== undefined) await account.opening;
	const refused = refusedKeyOf(account.key, vendor);
	if (refused !== null) return { answer: null, failure: refused, waitMs: null, isSpent: true };
	if (account.opening !== undefined) return await attempt();
	const opening = attempt();
	account.opening = opening.catch(() => {});
	return await opening;
}

/** The vendor has taken the account's key: a later refusal does not speak of it. */
function noteAccepted(account: Account): void {
	account.isAccepted = true;
	forgetRefusedKey(account.key);
}

async function tryOnce(run: Sender, account: Account, progress: Progress, sending: Sending, attempt: number): Promise<Try> {
	const { answer, failure, pass } = await sendNow(run, account, progress, sending);
	if (failure === null || wasDealtWith(failure)) {
		pass?.accepted();
		if (failure?.kind !== 'authentication') noteAccepted(account);
		run.quota.earn(attempt - 1);
		return failure === null ? { answer, failure, waitMs: null, isSpent: true } : { answer, failure, waitMs: null, isSpent: true };
	}
	// Also what is not sent again: the others would only be refused as well. No answer can hold them for longer than anybody waits.
	const askedMs = failure.details.retryAfterMs ?? null;
	const isHeld = failure.kind === 'rateLimited' && (askedMs ?? 0) <= LONGEST_WAIT_MS && pass !== undefined;
	// Where more go at once than the limit allows, all but some are refused each time: that uses up nobody's tries.
	const isSpent = !isHeld || pass.refused(askedMs);
	const repeatSafe = sending.stage === 'read' || sending.manner?.repeatSafe === true;
	const waitMs = mayRepeat(failure, repeatSafe) ? waitBeforeRepeat(failure, isSpent ? attempt : 1, run.vendor.limits) : null;
	if (waitMs === null || (isSpent && !run.quota.spend())) return { answer, failure, waitMs: null, isSpent };
	run.report.repeated(progress.itemIndex, failure, waitMs);
	return { answer, failure, waitMs, isSpent };
}

/** Whether the vendor was there and took the request on, if only to say no: nothing was found, nothing allowed. */
function wasDealtWith({ kind, retryable, details }: Failure): boolean {
	return !retryable && kind !== 'network' && typeof details.httpStatus === 'number';
}

/** A request and what its answer means. `pass` is absent when it has not come to a request. */
type Sent = { pass?: Pass } & ({ answer: VendorAnswer; failure: null } | { answer: null; failure: Failure });

/** Sends a request, a refresh of the access token included. */
async function sendNow(
	run: Sender,
	account: Account,
	{ itemIndex, timeoutMs, effort, secrets }: Progress,
	{ request, stage, manner }: Sending,
): Promise<Sent> {
	const { context, vendor, report } = run;
	let pass: Pass | undefined;
	let usesToken = false;
	const answer = await send(context, request, {
		account,
		timeoutMs,
		stage,
		admit: async (cancel) => (pass = await account.limiter.pass(cancel, (wait) => report.waited(itemIndex, wait))),
		onSent: () => {
			effort.requests += 1;
			if (stage === 'change') effort.attempts += 1;
		},
		onSigned: (signature) => {
			usesToken = signature.sessionToken !== null;
			secrets.add(signature.secrets);
		},
	}).catch((error: unknown) => asFailure(error, stage === 'change' ? 'unknown' : 'no'));
	if (answer instanceof Failure) {
		if (isRefusedSignIn(answer)) noteRefusedKey(account.key, answer);
		return { answer: null, failure: answer, pass };
	}
	const failure = failureIn(vendor, answer, stage, manner);
	// A short-lived token may be refused for a single credential, and a key that was taken before for a single request.
	if (failure?.kind === 'authentication' && !usesToken && !account.isAccepted) noteRefusedKey(account.key, failure);
	return failure === null ? { answer, failure, pass } : { answer: null, failure, pass };
}

/** The last try was turned away or did not arrive; one before it may have been carried out. */
function doubtful(failure: Failure): Failure {
	return failure.with({ applied: 'unknown', hint: [failure.details.hint, say(MESSAGES.request.inDoubt)].filter(Boolean).join(' ') });
}
