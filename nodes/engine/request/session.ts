import { createHash } from 'crypto';
import escapeRegExp from 'lodash/escapeRegExp';
import type { IDataObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { Failure, type FailureDetails } from '../../kit/failure';
import type { TokenRequest, VendorAnswer } from '../../kit/http';
import { asObject, asText } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import { type Message, say, textOf } from '../../kit/sentences';
import { type Host, type Obstacle, OBSTACLES, obstacleIn, remedyFor, told } from './obstacles';
import { BodyTooLarge, type ByteStream, type RawAnswer, readAnswer, textHeaders } from './response';
import { retryAfterMs } from './retryAfter';
import { isRejectedToken, SIGNING_REFUSALS } from './signing';

/**
 * An access token as n8n stores it in the credential's hidden field: what it was issued for, until when it is good, and
 * the token. Bound to base URL and account, because n8n goes on handing out the stored token after the credential has
 * been edited, and would send it to the new host.
 */
export interface Session {
	binding: string;
	/** Epoch milliseconds; `null` when the token endpoint did not say. */
	expiresAt: number | null;
	token: string;
}

/** A token request that hangs must not hold the workflow; the same bound as for a vendor request. */
const TOKEN_TIMEOUT_MS = 30_000;

/** A token is given up this share of its life before its end, at most a minute, so that it does not expire on the way. */
const EXPIRY_MARGIN_SHARE = 0.1;
const EXPIRY_MARGIN_MAX_MS = 60_000;

const { credential, obstacle, signIn } = MESSAGES;

/** What can go wrong while signing in, by the name of what is said of it. */
type SignInFault = Exclude<keyof typeof signIn, 'waitAsked' | 'waitAMinute' | 'later' | 'renewed'>;

type Meaning = Pick<FailureDetails, 'code' | 'retryable'>;

const MEANINGS: Readonly<Record<SignInFault, Meaning>> = {
	refused: { code: 'authentication' },
	unusable: { code: 'authentication' },
	throttled: { code: 'rateLimited' },
	unavailable: { code: 'vendorUnavailable' },
	byOther: { code: 'unexpectedResponse' },
	notUnderstood: { code: 'unexpectedResponse' },
	tooLarge: { code: 'unexpectedResponse' },
	broken: { code: 'network' },
};

const SIGN_IN_HOST: Host = { host: say(obstacle.signInHost), field: say(obstacle.signInField) };

const openingOf = (by: Obstacle) => textOf(obstacle.noToken, { why: told(by, SIGN_IN_HOST) });

/** The same for every case of a fault: what differs stands in parentheses, or behind. */
const beginningOf = (name: SignInFault) => signIn[name].text.replace(/ \(\{.*$|\.$/, '');

/**
 * What the beginning of a sentence tells. n8n wraps what `preAuthentication` throws into its own error class and keeps
 * only the text, so the text is what tells the transport that signing in, not the request, has gone wrong.
 */
const MEANING_BY_BEGINNING: ReadonlyArray<readonly [string, Meaning]> = [
	...(Object.keys(MEANINGS) as SignInFault[]).map((name) => [beginningOf(name), MEANINGS[name]] as const),
	...Object.values(OBSTACLES).map((by) => [openingOf(by), by] as const),
];

/** What is said of a field of a credential, see `credentialFields.ts`. */
const MISSING_FIELD = eitherOf([credential.emptyField, credential.lineBreak]);
const UNUSABLE_FIELD = /^“[^”]+” of the credential /;

/** A pattern of the beginnings of what is said, whatever its field is. */
function eitherOf(messages: readonly Message[]): RegExp {
	return new RegExp(`^(${messages.map(({ text }) => escapeRegExp(text).replace(/\\\{\w+\\\}/g, '[^”]+')).join('|')})`);
}

/** Ends a sentence about a host that has said how long to wait: n8n keeps the text, and so the text is where it is read. */
const ASKED_WAIT = /Wait (\d{1,12}) seconds before the next run\.$/;

/**
 * The code and sentence of a sign-in or signature that failed, and how long its host asks to wait; `null` when the text
 * does not speak of one.
 */
export function signInFailureIn(text: string): Pick<FailureDetails, 'code' | 'message' | 'retryable' | 'retryAfterMs'> | null {
	if (SIGNING_REFUSALS.includes(text)) return { code: 'invalidInput', message: text };
	if (MISSING_FIELD.test(text)) return { code: 'authentication', message: text };
	if (UNUSABLE_FIELD.test(text)) return { code: 'invalidInput', message: text };
	const found = MEANING_BY_BEGINNING.find(([beginning]) => text.startsWith(beginning));
	if (found === undefined) return null;
	const [, { code, retryable }] = found;
	const [, seconds] = ASKED_WAIT.exec(text) ?? [];
	return { code, retryable, message: text, retryAfterMs: seconds === undefined ? null : Number(seconds) * 1000 };
}

/** Whether the sign-in host has refused the account itself: it would refuse it again. */
export function isRefusedSignIn({ kind, message }: Failure): boolean {
	return kind === 'authentication' && message.startsWith(beginningOf('refused'));
}

function signInFailure(fault: SignInFault, message: string): Failure {
	return new Failure({ ...MEANINGS[fault], stage: 'token', message });
}

function keptFromSigningIn(by: Obstacle): Failure {
	const { code, retryable } = by;
	return new Failure({ code, retryable, stage: 'token', message: `${openingOf(by)}. ${remedyFor(by, SIGN_IN_HOST)}` });
}

/** A digest of everything that an access token is issued for, in a fixed order. */
export function bindingOf(...parts: string[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

export function serializeSession(session: Session): string {
	return JSON.stringify(session);
}

/** Requests for which a fresh token has been asked for: n8n hands the same options to `authenticate` again. */
const refreshedFor = new WeakSet<IHttpRequestOptions>();

/**
 * The stored access token, if it may sign this request. Otherwise throws an error that looks like a 401 to n8n, which
 * answers with one `preAuthentication` and calls `authenticate` again: the way to a fresh token without a wasted
 * request to the vendor. Throws a `Failure` when that token is no better: some hosts hand out the same one again.
 */
export function usableToken(stored: unknown, binding: string, request: IHttpRequestOptions): string {
	const session = parseSession(stored);
	if (
		session === null ||
		session.binding !== binding ||
		isRejectedToken(request, session.token) ||
		(session.expiresAt !== null && session.expiresAt <= Date.now())
	) {
		if (refreshedFor.has(request)) throw signInFailure('unusable', say(signIn.unusable));
		refreshedFor.add(request);
		throw Object.assign(new Error(say(signIn.renewed)), {
			response: { status: 401 },
		});
	}
	return session.token;
}

function parseSession(stored: unknown): Session | null {
	if (typeof stored !== 'string' || stored === '') return null;
	try {
		const { binding, expiresAt, token } = asObject(JSON.parse(stored));
		if (typeof binding !== 'string' || typeof token !== 'string') return null;
		return { binding, expiresAt: typeof expiresAt === 'number' ? expiresAt : null, token };
	} catch {
		return null;
	}
}

/** Token requests under way, by binding: many items that start together share one. */
const underWay = new Map<string, Promise<Session>>();

/**
 * Fetches an access token, once for all callers that ask for the same binding at the same time.
 * Throws a `Failure` whose text holds neither a secret nor anything of the host's but an OAuth error code.
 */
export async function fetchSession(
	helper: IHttpRequestHelper,
	binding: string,
	request: TokenRequest,
): Promise<Session> {
	const shared = underWay.get(binding);
	if (shared !== undefined) return await shared;
	const fetching = requestSession(helper, binding, request).finally(() => underWay.delete(binding));
	underWay.set(binding, fetching);
	return await fetching;
}

async function requestSession(
	helper: IHttpRequestHelper,
	binding: string,
	request: TokenRequest,
): Promise<Session> {
	return readSession(binding, await askForToken(helper, request, AbortSignal.timeout(TOKEN_TIMEOUT_MS)), request.body);
}

/**
 * Whether a sign-in host knows the client that asks, which is not the node's own; its token is not kept. Throws a `Failure`
 * where the answer does not tell.
 */
export async function isKnownClient(helper: IHttpRequestHelper, request: TokenRequest, cancel: AbortSignal | undefined): Promise<boolean> {
	const deadline = AbortSignal.timeout(TOKEN_TIMEOUT_MS);
	const signal = cancel === undefined ? deadline : AbortSignal.any([deadline, cancel]);
	const answer = await askForToken(helper, request, signal);
	if (isUnknownClient(answer, request.body)) return false;
	try {
		readSession('', answer, request.body);
		return true;
	} catch (error) {
		const failure = error as Failure;
		const asked = { httpStatus: answer.status, retryAfterMs: retryAfterMs(answer) };
		if (failure.kind !== 'authentication') throw failure.with(asked);
		throw failure.with({ ...asked, code: 'unexpectedResponse', message: say(MESSAGES.rotation.pairUndecided, { status: answer.status }) });
	}
}

/** RFC 6749 §5.2: a client that is not known, or another secret than its own. Only in the form of a refusal: a gateway may answer 401, too. */
function isUnknownClient({ status, body }: VendorAnswer, sent: string): boolean {
	const said = asObject(body);
	return isRefusal(said) && (status === 401 || (status === 400 && oauthError(said, sent)?.toLowerCase() === 'invalid_client'));
}

async function askForToken(helper: IHttpRequestHelper, { url, headers, body }: TokenRequest, deadline: AbortSignal): Promise<VendorAnswer> {
	const options: IHttpRequestOptions = {
		method: 'POST',
		url,
		headers,
		body,
		encoding: 'stream',
		abortSignal: deadline,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	};
	try {
		const response = (await helper.helpers.httpRequest(options)) as RawAnswer & { body: ByteStream };
		const text = await readAnswer(response, deadline);
		return { status: response.statusCode, headers: textHeaders(response.headers), body: parseBody(text ?? '') };
	} catch (error) {
		if (error instanceof BodyTooLarge) throw signInFailure('tooLarge', say(signIn.tooLarge));
		const by = obstacleIn(error);
		if (by !== null) throw keptFromSigningIn(by);
		throw signInFailure('broken', say(signIn.broken));
	}
}

function readSession(binding: string, answer: VendorAnswer, sent: string): Session {
	const { status } = answer;
	const body = asObject(answer.body);
	const code = oauthError(body, sent);
	const detail = code === null ? `HTTP ${status}` : `HTTP ${status}, ${code}`;
	const askedMs = retryAfterMs(answer) ?? 0;
	const asked = askedMs > 0 ? say(signIn.waitAsked, { seconds: Math.ceil(askedMs / 1000) }) : null;
	if (status === 429) throw signInFailure('throttled', say(signIn.throttled, { detail, wait: asked ?? say(signIn.waitAMinute) }));
	if (status >= 500 || status === 408) throw signInFailure('unavailable', say(signIn.unavailable, { detail, wait: asked ?? say(signIn.later) }));
	if (status === 407) throw keptFromSigningIn(OBSTACLES.proxySignIn);
	if (status >= 400 && !isRefusal(body)) throw signInFailure('byOther', say(signIn.byOther, { detail }));
	if (status >= 400) throw signInFailure('refused', say(signIn.refused, { detail }));
	const token = asText(body.access_token);
	if (status < 200 || status >= 300 || token === null) throw signInFailure('notUnderstood', say(signIn.notUnderstood, { detail }));
	return { binding, token, expiresAt: expiryOf(body.expires_in) };
}

/** Whether a body has the form in which a sign-in is refused: that of OAuth (RFC 6749 §5.2) or that of JSON:API. */
function isRefusal({ error, errors }: IDataObject): boolean {
	return asText(error) !== null || (Array.isArray(errors) && errors.length > 0);
}

/**
 * The code of a refusal: an OAuth one or that of a JSON:API error. Both are short identifiers; anything
 * else might be an echo of what was sent, and so might a secret that is a plain word.
 */
function oauthError({ error, errors }: IDataObject, sent: string): string | null {
	const code = error ?? (Array.isArray(errors) ? asObject(errors[0]).code : null);
	return typeof code === 'string' && /^[a-z_]{3,40}$/i.test(code) && !sent.includes(code) ? code : null;
}

function expiryOf(expiresIn: unknown): number | null {
	const seconds = typeof expiresIn === 'number' ? expiresIn : Number(asText(expiresIn));
	if (!Number.isFinite(seconds) || seconds <= 0) return null;
	const lifeMs = seconds * 1000;
	return Date.now() + lifeMs - Math.min(lifeMs * EXPIRY_MARGIN_SHARE, EXPIRY_MARGIN_MAX_MS);
}

function parseBody(text: string): IDataObject {
	try {
		return asObject(JSON.parse(text));
	} catch {
		return {};
	}
}
