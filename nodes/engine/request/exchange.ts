import type { IExecuteFunctions } from 'n8n-workflow';

import { Failure } from '../../kit/failure';
import type { VendorAnswer, VendorRequest } from '../../kit/http';
import type { Operation, OperationName } from '../../kit/operation';
import type { Modes, RefusalOverrides, VendorRecord } from '../../kit/record';
import { asFailure } from '../asFailure';
import type { RunReport } from '../run/report';
import type { Effort } from '../run/result';
import type { ItemSecrets } from '../secrets/itemSecrets';
import type { SecretSources } from '../secrets/secretSource';
import { pause } from './clock';
import { type Limiter, limiterOf, type Pass } from './limiter';
import { failureIn } from './refusal';
import { mayRepeat, type RetryQuota, waitBeforeRepeat } from './retry';
import { send } from './transport';

/** What all items of a run share. */
export interface Run extends SecretSources {
	context: IExecuteFunctions;
	vendor: VendorRecord;
	operation: OperationName;
	/** Whether an AI agent calls the node. Asked of n8n once: it copies the whole node for each answer. */
	isToolCall: boolean;
	/** See `SendOptions`. */
	refusedTokens: Set<string>;
	/** Ids of the credentials that the run has created so far. */
	createdIds: Set<string>;
	quota: RetryQuota;
	report: RunReport;
	/** The node's credential, looked up when the first item needs it; it is the same for all. */
	account?: Promise<Account>;
	/**
	 * The run's first request. The others wait for it, whatever comes of it: so a token is fetched once, and a key that is
	 * not accepted is sent once.
	 */
	opening?: Promise<unknown>;
	/** How the vendor has refused the node's fixed key. It would refuse it for every item, and may block the address. */
	refusedKey?: Failure;
}

/** Where a run's requests go. */
interface Account {
	credentialType: string;
	baseUrl: string;
	limiter: Limiter;
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

/** Throws a `Failure` when the node's credential cannot be used. */
export async function openExchange(run: Run, progress: Progress): Promise<Exchange> {
	const account = await (run.account ??= accountOf(run));
	return async (request, stage, manner) => {
		const sending: Sending = { request, stage, manner };
		let inDoubt = false;
		for (let attempt = 1; ; attempt += 1) {
			const { answer, failure, waitMs } = await inTurn(run, async () => await tryOnce(run, account, progress, sending, attempt));
			if (failure === null) return answer;
			inDoubt ||= failure.applied === 'unknown';
			if (waitMs === null) throw inDoubt ? doubtful(failure) : failure;
			await pause(waitMs, run.context.getExecutionCancelSignal());
		}
	};
}

interface Sending {
	request: VendorRequest;
	stage: 'read' | 'change';
	manner?: Manner;
}

/** What has come of one try. `waitMs`: when to try again; `null` for not at all. */
type Try = { answer: VendorAnswer; failure: null; waitMs: null } | { answer: null; failure: Failure; waitMs: number | null };

/**
 * The run's first try alone, the others once it is over. All that it says for the others has been noted by then: a wait
 * that the vendor has asked for, a key that it does not accept.
 */
async function inTurn(run: Run, attempt: () => Promise<Try>): Promise<Try> {
	if (run.opening === undefined) {
		const opening = attempt();
		run.opening = opening.catch(() => {});
		return await opening;
	}
	await run.opening;
	if (run.refusedKey === undefined) return await attempt();
	return { answer: null, failure: notSent(run.vendor, run.refusedKey), waitMs: null };
}

/**
 * One item has shown that the key is not accepted; the others need not ask. What the vendor has said to that one stays
 * there: it may repeat that item's secrets, which no other item would know to take out.
 */
function notSent({ label }: VendorRecord, refusedKey: Failure): Failure {
	const message = `${label} did not accept the node’s credential for another item of this run, so this one was not sent.`;
	const unsaid = { vendorCode: null, vendorMessage: null, requestId: null, retryAfterMs: null };
	return refusedKey.with({ ...unsaid, message, stage: 'token', applied: 'no' });
}

async function tryOnce(run: Run, account: Account, progress: Progress, sending: Sending, attempt: number): Promise<Try> {
	const { answer, failure, pass } = await sendNow(run, account, progress, sending);
	if (failure === null) {
		pass?.accepted();
		run.quota.earn(attempt - 1);
		return { answer, failure, waitMs: null };
	}
	const repeatSafe = sending.stage === 'read' || sending.manner?.repeatSafe === true;
	const waitMs = mayRepeat(failure, repeatSafe) ? waitBeforeRepeat(failure, attempt, run.vendor.limits) : null;
	if (waitMs === null || !run.quota.spend()) return { answer, failure, waitMs: null };
	// Only what is sent again: a vendor that goes on refusing must not hold up the items that try just once.
	if (failure.kind === 'rateLimited') pass?.refused(failure.details.retryAfterMs ?? null);
	run.report.repeated(progress.itemIndex, failure, waitMs);
	return { answer, failure, waitMs };
}

/** A request and what its answer means. `pass` is absent when it has not come to a request. */
type Sent = { pass?: Pass } & ({ answer: VendorAnswer; failure: null } | { answer: null; failure: Failure });

/** Sends a request, a refresh of the access token included. */
async function sendNow(
	run: Run,
	{ credentialType, baseUrl, limiter }: Account,
	{ itemIndex, timeoutMs, effort, secrets }: Progress,
	{ request, stage, manner }: Sending,
): Promise<Sent> {
	const { context, vendor, refusedTokens, report } = run;
	let pass: Pass | undefined;
	let usesToken = false;
	const answer = await send(context, request, {
		credentialType,
		baseUrl,
		timeoutMs,
		stage,
		refusedTokens,
		admit: async (cancel) => (pass = await limiter.pass(cancel, (wait) => report.waited(itemIndex, wait))),
		onSent: () => {
			effort.requests += 1;
			if (stage === 'change') effort.attempts += 1;
		},
		onSigned: (signature) => {
			usesToken = signature.sessionToken !== null;
			secrets.add(signature.secrets);
		},
	}).catch((error: unknown) => asFailure(error, stage === 'change' ? 'unknown' : 'no'));
	if (answer instanceof Failure) return { answer: null, failure: answer, pass };
	const failure = failureIn(vendor, answer, stage, manner);
	if (failure?.kind === 'authentication' && !usesToken) run.refusedKey = failure;
	return failure === null ? { answer, failure, pass } : { answer: null, failure, pass };
}

/** The last try was turned away or did not arrive; one before it may have been carried out. */
function doubtful(failure: Failure): Failure {
	const doubt = 'An earlier try ended without an answer and may have been carried out: check the credential at the vendor.';
	return failure.with({ applied: 'unknown', hint: [failure.details.hint, doubt].filter(Boolean).join(' ') });
}

async function accountOf({ context, vendor }: Run): Promise<Account> {
	const modes: Modes = (name) => context.getNodeParameter(name, 0, '') as string;
	const credentialType = vendor.credentialType(modes);
	const credentials = await usableCredentials(context, credentialType);
	const baseUrl = vendor.baseUrl(credentials, modes);
	return { credentialType, baseUrl, limiter: limiterOf(vendor.limits, baseUrl, credentials) };
}

/** n8n's own words for a missing credential differ by version; ours name the remedy. */
async function usableCredentials(context: IExecuteFunctions, credentialType: string) {
	const credentials = await context.getCredentials(credentialType).catch(() => null);
	if (credentials !== null) return credentials;
	throw new Failure({
		code: 'authentication',
		stage: 'token',
		message: 'This node has no usable credential.',
		hint: 'Open the node and choose a credential in the field at its top.',
	});
}
