import { type Applied, Failure, type FailureCode, type Stage } from '../../kit/failure';
import type { VendorAnswer } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { Refusal, RefusalOverrides, Service } from '../../kit/record';
import { cureOf, say, textOf } from '../../kit/sentences';
import { keptFromVendor, OBSTACLES } from './obstacles';
import { retryAfterMs } from './retryAfter';

/** What a status means on its own (RFC 9110, RFC 4918, RFC 6585), for vendors that say no more. */
const STATUS_CODES: Readonly<Record<number, FailureCode>> = {
	400: 'invalidInput',
	401: 'authentication',
	403: 'permission',
	404: 'notFound',
	408: 'timeout',
	409: 'conflict',
	410: 'notFound',
	422: 'invalidInput',
	423: 'locked',
	429: 'rateLimited',
};

/** Statuses that say more than a code that means no more than “this request is not in order”, which vendors put beside any. */
const TELLING_STATUSES: ReadonlySet<number> = new Set([401, 404, 423, 429]);

/**
 * Answers with which a request was turned away before it took effect. Every other answer above 299 leaves it open:
 * a gateway may speak for a vendor that has already acted, and 303 is what follows on an action.
 */
function turnedAway(status: number): boolean {
	return (status >= 400 && status < 500 && status !== 408) || [301, 302, 307, 308].includes(status);
}

/**
 * Turns an answer into a `Failure`, or returns `null` when it reports success. A refusal counts whatever the status:
 * some vendors say no with 200.
 */
export function failureIn(
	vendor: Service,
	answer: VendorAnswer,
	stage: Stage,
	{ codes = {}, meanings = {}, texts = {}, hints = {} }: RefusalOverrides = {},
): Failure | null {
	const succeeded = answer.status >= 200 && answer.status < 300;
	const refusal = vendor.refusal(answer);
	if (succeeded && refusal === null) return null;
	// Only proxies answer so, and what they want has nothing to do with the vendor.
	if (answer.status === 407) return keptFromVendor(OBSTACLES.proxySignIn, stage).with({ httpStatus: answer.status });

	const meant = meaningOf(codes, refusal) ?? refusal?.code ?? meaningOf(vendor.codes, refusal);
	const usual = codeOf(meant, answer);
	// A status without a code may be a proxy's, which knows nothing of what the operation is about.
	const code = (refusal?.vendorCode ? meanings[usual] : undefined) ?? usual;
	const applied = stage === 'change' ? (refusal?.applied ?? appliedOf(answer, meant !== undefined)) : 'no';
	const message = refusal?.text ?? texts[code] ?? textOf(MESSAGES.refusal[code], { vendor: vendor.label });
	return new Failure({
		code,
		stage,
		message,
		applied,
		hint:
			[
				strangeness(vendor, answer, refusal),
				refusal?.hint ?? hints[code] ?? vendor.hints[code] ?? cureOf(MESSAGES.refusal[code]),
				doubtIn(code, applied),
			]
				.filter(Boolean)
				.join(' ') || null,
		httpStatus: answer.status,
		vendorCode: refusal?.vendorCode ?? null,
		vendorMessage: refusal?.vendorMessage ?? null,
		retryAfterMs: retryAfterMs(answer, code === 'rateLimited' ? vendor.limits.resetHeader : undefined),
		requestId: requestIdOf(vendor, answer, refusal?.requestId),
	});
}

/** What to think of where a refusal does not come in the vendor's form. Limits are often kept by something in front of it. */
function strangeness({ label, bareRefusals = [404] }: Service, { status, isEmpty }: VendorAnswer, refusal: Refusal | null): string | null {
	const isOurs = Boolean(refusal?.vendorCode ?? refusal?.vendorMessage);
	const isBare = isEmpty === true && bareRefusals.includes(status);
	if (isOurs || isBare || status < 400 || status >= 500 || status === 429) return null;
	return say(MESSAGES.refusal.strange, { vendor: label });
}

/** @param meant what the vendor's code means, or the form of its refusal */
function codeOf(meant: FailureCode | undefined, { status }: VendorAnswer): FailureCode {
	const isGeneral = meant === 'invalidInput' && TELLING_STATUSES.has(status);
	if (meant !== undefined && !isGeneral) return meant;
	return STATUS_CODES[status] ?? (status >= 500 ? 'vendorUnavailable' : 'unexpectedResponse');
}

function meaningOf(
	codes: Readonly<Record<string, FailureCode>>,
	refusal: Refusal | null,
): FailureCode | undefined {
	const vendorCode = refusal?.vendorCode ?? '';
	return Object.hasOwn(codes, vendorCode) ? codes[vendorCode] : undefined;
}

/** @param understood whether the refusal is one that is known */
function appliedOf({ status }: VendorAnswer, understood: boolean): Applied {
	return turnedAway(status) || (status < 300 && understood) ? 'no' : 'unknown';
}

/** What an answer that came in time leaves open all the same. */
function doubtIn(code: FailureCode, applied: Applied): string | null {
	const isAnswered = code === 'vendorUnavailable' || code === 'timeout';
	return isAnswered && applied === 'unknown' ? say(MESSAGES.refusal.inDoubt) : null;
}

/** Where nothing was asked for by its ID, what was not found is the place. */
export function inNoPlace({ label }: Service, failure: Failure): Failure {
	if (failure.kind !== 'notFound') return failure;
	return failure.with({
		message: textOf(MESSAGES.refusal.noPlace, { vendor: label }),
		hint: cureOf(MESSAGES.refusal.noPlace),
	});
}

/** Request ids are short tokens (UUIDs, hashes, dotted numbers); a longer or stranger text is something else. */
const REQUEST_ID = /^[\w.:=-]{1,128}$/;

/** The vendor's id of a request: from the body when it is there, else from the first header that has one. */
export function requestIdOf(
	vendor: Service,
	answer: VendorAnswer,
	inBody: string | null = null,
): string | null {
	const candidates = [inBody, ...vendor.requestIdHeaders.map((name) => answer.headers[name])];
	return candidates.find((candidate) => typeof candidate === 'string' && REQUEST_ID.test(candidate)) ?? null;
}
