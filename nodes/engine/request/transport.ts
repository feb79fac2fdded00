import { type IAllExecuteFunctions, type ICredentialDataDecryptedObject, type ICredentialsDecrypted, type IHttpRequestOptions, sleep } from 'n8n-workflow';

import { type Applied, Failure, type FailureCode, type Stage } from '../../kit/failure';
import type { VendorAnswer, VendorRequest } from '../../kit/http';
import { asObject, isDeeperThan } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import { cureOf, type Message, say, textOf } from '../../kit/sentences';
import { endedBy } from './abort';
import type { Pass } from './limiter';
import { isInClear, isWaiting, keptFromVendor, obstacleIn, OBSTACLES, textsOf } from './obstacles';
import { BodyTooLarge, type ByteStream, type RawAnswer, readAnswer, textHeaders } from './response';
import { signInFailureIn } from './session';
import { noteRejectedToken, type Signature, signatureOf } from './signing';

const { request: said } = MESSAGES;

/** What sending needs of n8n: the same three things in an execution and while a picker loads. */
export type RequestContext = Pick<IAllExecuteFunctions, 'getNode' | 'helpers'> & {
	getExecutionCancelSignal?: () => AbortSignal | undefined;
};

/** Whom a request speaks for. */
export interface SendingAccount {
	/** As it was looked up for the item: without it, n8n would look up the first item's for each request. */
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>;
	/** Where `request.path` is appended, without a slash at its end. */
	baseUrl: string;
	/**
	 * Access tokens that were refused right after they had been issued: what is wrong there, no refresh mends. Without
	 * this memory, every item of an account that lacks a permission would sign in again and use up the sign-in limit.
	 */
	refusedTokens: Set<string>;
}

export interface SendOptions {
	account: SendingAccount;
	/** Milliseconds for one request, sign-in and body included. */
	timeoutMs: number;
	/** The stage that a failure belongs to; a request of stage `change` may leave `applied: unknown`. */
	stage: Extract<Stage, 'read' | 'change'>;
	/**
	 * Waits for the vendor's rate limit before each request; that time is not the request's. Absent where one request
	 * serves a person who waits for it.
	 */
	admit?: (cancel: AbortSignal | undefined) => Promise<Pass>;
	/** Called once for every request that leaves for the vendor. */
	onSent: () => void;
	/** Called with what of the node's own credential a request carried. */
	onSigned: (signature: Signature) => void;
}

/**
 * Sends one request through n8n, which adds the credential, and returns the vendor's answer whatever its status.
 * A 401 to a short-lived access token causes one refresh and one repeat; a 401 to a fixed key is final, because
 * repeating it can get the address blocked. Throws a `Failure` when no complete answer came back.
 */
export async function send(
	context: RequestContext,
	request: VendorRequest,
	options: SendOptions,
): Promise<VendorAnswer> {
	const { baseUrl, refusedTokens } = options.account;
	const first = httpOptions(request, baseUrl);
	const answer = await sendOnce(context, first, options);
	const rejectedToken = signatureOf(first)?.sessionToken ?? null;
	if (answer.status !== 401 || rejectedToken === null || refusedTokens.has(rejectedToken)) return answer;

	const second = httpOptions(request, baseUrl);
	noteRejectedToken(second, rejectedToken);
	const secondAnswer = await sendOnce(context, second, options).catch((failure: Failure) => {
		// No other token is to be had, so the next item need not ask for one.
		if (failure.kind !== 'authentication') throw failure;
		refusedTokens.add(rejectedToken);
		// The vendor did answer.
		throw failure.with({ httpStatus: answer.status });
	});
	const freshToken = signatureOf(second)?.sessionToken;
	if (secondAnswer.status === 401 && freshToken) refusedTokens.add(freshToken);
	return secondAnswer;
}

/**
 * What proxies answer in place of a tunnel. n8n 2.41 throws these, with the connection by which to tell who has answered; 2.8 does not
 * know of exceptions, and hands them over as any other. Not 401, after which n8n would send the request again.
 */
const PROXY_STATUSES: readonly number[] = [403, 407, ...Array.from({ length: 100 }, (_, more) => 500 + more)];

function httpOptions(request: VendorRequest, baseUrl: string): IHttpRequestOptions {
	return {
		method: request.method,
		url: `${baseUrl}${request.path}`,
		qs: request.query,
		headers: {
			Accept: 'application/json',
			...(request.body === null ? {} : { 'Content-Type': 'application/json' }),
			...request.headers,
		},
		// As text: n8n drops a body of `{}` when it is an object.
		...(request.body === null ? {} : { body: JSON.stringify(request.body) }),
		encoding: 'stream',
		returnFullResponse: true,
		// The status is read here: n8n's own 401 handling re-sends even for fixed keys, and its error class keeps the body.
		ignoreHttpStatusErrors: { ignore: true, except: [...PROXY_STATUSES] },
		disableFollowRedirect: true,
	};
}

async function sendOnce(
	context: RequestContext,
	request: IHttpRequestOptions,
	options: SendOptions,
): Promise<VendorAnswer> {
	const cancel = context.getExecutionCancelSignal?.();
	const pass = await options.admit?.(cancel);
	if (cancel?.aborted) {
		pass?.ended(null);
		throw cancelled(options.stage, 'no');
	}
	const deadline = AbortSignal.timeout(options.timeoutMs);
	const signal = cancel === undefined ? deadline : AbortSignal.any([deadline, cancel]);
	// n8n puts the execution's cancel signal into every request; this context makes it put in ours, deadline included.
	const bounded = Object.create(context, {
		getExecutionCancelSignal: { value: () => signal },
	}) as RequestContext;

	const sentAt = performance.now();
	let answer: VendorAnswer | null = null;
	let sending: Promise<unknown> | null = null;
	try {
		sending = context.helpers.httpRequestWithAuthentication.call(
			bounded as IAllExecuteFunctions,
			options.account.credential.type,
			request,
			{ credentialsDecrypted: options.account.credential },
		);
		const response = (await endedBy(signal, sending).catch(answerIn)) as Answered;
		const tookMs = performance.now() - sentAt;
		if (response.isByProxy) throw keptByProxy(response, options.stage);
		const text = await readAnswer(response, signal);
		answer = {
			status: response.statusCode,
			headers: textHeaders(response.headers),
			body: text === null ? undefined : parseJson(text),
			isEmpty: text === '',
			tookMs,
		};
		return answer;
	} catch (error) {
		const isLate = deadline.aborted && !cancel?.aborted;
		throw toFailure(isLate ? await endOf(sending, error) : error, request, { stage: options.stage, cancel, deadline });
	} finally {
		pass?.ended(answer);
		const signature = signatureOf(request);
		if (signature !== undefined) {
			options.onSent();
			options.onSigned(signature);
		}
	}
}

/**
 * Levels of an answer that are read. No vendor comes near it, and thousands exhaust the stack, at the latest where n8n
 * stores the output: the whole run would fail, and what has become of its items would be lost.
 */
const DEEPEST_ANSWER = 100;

function parseJson(text: string): unknown {
	try {
		const body = JSON.parse(text) as unknown;
		return isDeeperThan(DEEPEST_ANSWER, body) ? undefined : body;
	} catch {
		return undefined;
	}
}

/** The head of an answer, and whether it is known to come from a proxy that has not let the request through. */
type Answered = RawAnswer & { body: ByteStream; isByProxy?: boolean };

/** An answer that n8n has thrown for its status, in the form of any other; throws what is none. */
function answerIn(error: unknown): Answered {
	const { response, request } = asObject(asObject(error).cause);
	const { status, headers, data } = asObject(response);
	if (typeof status !== 'number') throw error;
	return { statusCode: status, headers: asObject(headers), body: data as unknown as ByteStream, isByProxy: isInClear(request) };
}

/** A refusal in place of the tunnel through which the request would have gone. */
function keptByProxy({ statusCode, body }: Answered, stage: Stage): Failure {
	body.destroy();
	const { proxyGateway, proxyRefusal, proxySignIn } = OBSTACLES;
	const obstacle = statusCode === 407 ? proxySignIn : statusCode < 500 ? proxyRefusal : proxyGateway;
	return keptFromVendor(obstacle, stage).with({ httpStatus: statusCode });
}

/** How a request that its deadline has ended ends itself: that error shows how far it had come. */
async function endOf(sending: Promise<unknown> | null, otherwise: unknown): Promise<unknown> {
	const own = sending?.then(() => otherwise, (error: unknown) => error);
	return (await Promise.race([own, sleep(1)])) ?? otherwise;
}

interface Circumstances {
	stage: SendOptions['stage'];
	cancel: AbortSignal | undefined;
	deadline: AbortSignal;
}

/** A failure built from scratch: the raw error holds the request, its headers and the secret, and stays here. */
function toFailure(error: unknown, request: IHttpRequestOptions, { stage, cancel, deadline }: Circumstances): Failure {
	const sent = signatureOf(request) !== undefined;
	const mayHaveArrived: Applied = stage === 'change' && sent ? 'unknown' : 'no';
	if (cancel?.aborted) return cancelled(stage, mayHaveArrived);
	if (error instanceof Failure) return error;

	const signIn = textsOf(error).map(signInFailureIn).find((found) => found !== null);
	if (signIn) return new Failure({ ...signIn, stage: 'token' });
	const { cause } = error as { cause?: unknown };
	if (cause instanceof Failure) return cause.with({ stage: 'token' });
	if (error instanceof BodyTooLarge) {
		return transportFailure('unexpectedResponse', said.tooLarge, stage, mayHaveArrived);
	}
	if (deadline.aborted) {
		if (!sent) return transportFailure('timeout', said.noSignInInTime, 'token', 'no');
		if (isWaiting(error)) return transportFailure('timeout', said.noConnectionInTime, stage, 'no');
		return transportFailure('timeout', said.noAnswerInTime, stage, mayHaveArrived);
	}
	const obstacle = obstacleIn(error);
	if (obstacle !== null) return keptFromVendor(obstacle, stage);
	return transportFailure('network', said.broken, stage, mayHaveArrived);
}

function transportFailure(code: FailureCode, what: Message, stage: Stage, applied: Applied): Failure {
	const doubt = applied === 'unknown' ? ` ${say(said.unknown)}` : '';
	return new Failure({ code, stage, applied, message: `${textOf(what)}${doubt}`, hint: cureOf(what) });
}

/** What becomes of an item when the execution is cancelled. */
export function cancelled(stage: Stage, applied: Applied): Failure {
	return new Failure({
		code: 'cancelled',
		stage,
		applied,
		message: say(applied === 'unknown' ? said.cancelledUnderWay : said.cancelledBefore),
		hint: null,
	});
}
