import type { IDataObject } from 'n8n-workflow';

import type { Exchange } from './exchange';
import type { EngineOptions } from './options';
import { putBack } from './putBack';
import { asFailure, Failure } from './failure';
import type { VendorAnswer } from './http';
import { createRedactor, onlySafe } from './redaction';
import { requestIdOf, unreadable } from './refusal';
import { readingOf, understood } from './understanding';
import {
	NOT_VERIFIED,
	nothingKnown,
	type ListOperation,
	type Operation,
	type OperationName,
	type Reading,
	type Target,
	type VendorRecord,
	type Verification,
} from './vendor';
import { unverifiable } from './verification';

/** What a vendor said of one credential, and the part of its answer that says so. */
export interface Found {
	reading: Reading;
	raw: unknown;
	requestId: string | null;
}

/** What the user wants held against the vendor's answer, and done when it differs. */
export type Checks = Pick<EngineOptions, 'verify' | 'onVerificationFailure'>;

/** What one item asks for. */
export interface Asked {
	input: Target;
	/** What “get” makes of the same parameters, where the credential has to be looked at first; else `null`. */
	lookUp: Target | null;
	/** The same update with the secrets from before; absent or `null` where the user has not stored them. */
	previous?: Target | null;
}

/**
 * Carries out an operation on one credential: a read first where the operation needs one, then its request, then a
 * second look at what it has done where the user wants one.
 * @param secrets takes up what a read has added to the secrets that are sent
 */
export async function performSingle(
	vendor: VendorRecord,
	name: Exclude<OperationName, 'getAll'>,
	{ input, lookUp, previous = null }: Asked,
	{ verify, onVerificationFailure }: Checks,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Found> {
	const operation: Operation = vendor.operations[name];
	const before = lookUp === null ? null : await lookUpBefore(vendor, lookUp, exchange);
	const completed = await withPriorRead(operation, input, exchange);
	completed.secrets.forEach((secret) => secrets.add(secret));
	const stage = name === 'get' ? 'read' : 'change';
	const answer = await exchange(operation.request(completed), stage, operation);
	const read = readingOf(vendor, operation, completed, answer, stage);
	const verification = verify ? await secondLook(operation, completed, read, exchange) : NOT_VERIFIED;
	const reading = { ...read, verification };
	if (verification.status === 'failed' && onVerificationFailure !== 'report') {
		const failure = mismatch(vendor, reading);
		if (onVerificationFailure === 'fail' || name !== 'update') throw failure;
		throw await putBack(vendor, { input: completed, lookUp, previous, before, answer, failure }, exchange, secrets);
	}
	return { reading, raw: answer.body ?? null, requestId: requestIdOf(vendor, answer, reading.requestId) };
}

/** A read of the credential, for what may have to be put back. One that shows something else ends the item unchanged. */
async function lookUpBefore(vendor: VendorRecord, lookUp: Target, exchange: Exchange): Promise<VendorAnswer> {
	const { get } = vendor.operations as { get: Operation };
	const answer = await exchange(get.request(lookUp), 'read', get);
	readingOf(vendor, get, lookUp, answer, 'read');
	return answer;
}

/** For a read in which nothing is verified. */
const NO_CHECKS: Checks = { verify: true, onVerificationFailure: 'fail' };

/** What the answer says of the change, or what a read of it says, where the user has asked for one. */
async function secondLook(
	operation: Operation,
	input: Target,
	reading: Reading,
	exchange: Exchange,
): Promise<Verification> {
	const { verification } = reading;
	const readBack = operation.readBack?.(input, reading) ?? null;
	if (readBack === null || verification.status === 'failed') return verification;
	try {
		return readBack.verify(await exchange(readBack.request, 'read'));
	} catch (error) {
		// The change has been made, whatever becomes of looking at it.
		return unverifiable(`The value could not be read back: ${asFailure(error, 'no').message}`);
	}
}

/**
 * Plans an operation: everything that the operation does but the request that changes something. An existing credential
 * is looked up, so that the plan of a run shows what is missing before the run.
 * @param lookUp what “get” makes of the same parameters; `null` for a create
 */
export async function planSingle(
	vendor: VendorRecord,
	name: 'create' | 'delete' | 'update',
	{ input, lookUp }: Asked,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Found> {
	const operation: Operation = vendor.operations[name];
	const stored = lookUp === null ? null : await lookedUp(vendor, lookUp, exchange, secrets);
	const completed = await withPriorRead(operation, input, exchange);
	completed.secrets.forEach((secret) => secrets.add(secret));
	const { method, path, query, body } = operation.request(completed);
	const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
	const planned = onlySafe(body, (keys) => vendor.isSafe(keys), createRedactor(secrets));
	const plan = { method, path: `${path}${search}`, body: planned } as IDataObject;
	return {
		raw: null,
		requestId: null,
		...stored,
		reading: { ...(stored?.reading ?? nothingKnown(input.id)), verification: NOT_VERIFIED, outcome: 'planned', plan },
	};
}

/** The credential as it is stored, `null` where the account may change it but not read it. */
async function lookedUp(
	vendor: VendorRecord,
	target: Target,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Found | null> {
	try {
		return await performSingle(vendor, 'get', { input: target, lookUp: null }, NO_CHECKS, exchange, secrets);
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (failure.code === 'permission') return null;
		throw failure;
	}
}

async function withPriorRead(operation: Operation, input: Target, exchange: Exchange): Promise<Target> {
	const before = operation.before?.(input) ?? null;
	if (before === null) return input;
	let answer: VendorAnswer | null = null;
	try {
		answer = await exchange(before.request, 'read');
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (!before.dispensableOn.includes(failure.code)) throw failure;
	}
	try {
		return before.complete(input, answer);
	} catch (error) {
		// Nothing has been changed yet, whatever was read.
		throw asFailure(error, 'no').with({ stage: 'read', applied: 'no' });
	}
}

/** Pages after which a list counts as endless: far more than an account has, and a bound for a host that makes them up. */
const MOST_PAGES = 2_000;

/** Credentials after which it does, too: more of them than anybody has would use up the memory of the process. */
const MOST_ENTRIES = 200_000;

/**
 * Lists credentials until the limit is reached or the vendor has no more. Pages are fetched one after the other and only
 * while they are needed.
 */
export async function performList(
	vendor: VendorRecord,
	input: Target,
	limit: number,
	exchange: Exchange,
): Promise<Found[]> {
	const operation: ListOperation = vendor.operations.getAll;
	const found: Found[] = [];
	const seen = new Set<string>();
	const listed = new Set<string>();
	let cursor: string | undefined;
	do {
		const answer = await exchange(operation.page(input, cursor), 'read', operation);
		const page = understood(vendor, answer, 'read', () => {
			const read = operation.entries(input, answer, cursor);
			const entries = read.entries.filter(({ reading }) => isNew(listed, reading));
			if (entries.length === 0 && (read.cursor !== undefined || (cursor !== undefined && read.entries.length > 0))) {
				throw unreadable(vendor.label, 'A page shows nothing but what an earlier one has shown.');
			}
			if (read.cursor !== undefined && seen.has(read.cursor)) {
				throw unreadable(vendor.label, 'Its pages lead in a circle.');
			}
			if (seen.size >= MOST_PAGES || Math.min(limit, found.length + entries.length) > MOST_ENTRIES) throw unreadable(vendor.label, 'Its list does not come to an end.');
			return {
				cursor: read.cursor,
				entries: entries.filter(({ reading }) => operation.keeps?.(input, reading) ?? true),
			};
		});
		const requestId = requestIdOf(vendor, answer);
		// One by one: a call takes no more arguments than the stack holds, and a page can have more entries.
		for (const entry of page.entries) found.push({ ...entry, requestId });
		cursor = page.cursor;
		if (cursor !== undefined) seen.add(cursor);
	} while (cursor !== undefined && found.length < limit);
	return found.slice(0, limit);
}

/**
 * Whether no entry before had this id: a credential that is created while the pages are fetched moves another one to the
 * next page, where it shows up again.
 */
function isNew(listed: Set<string>, { id }: Reading): boolean {
	if (id === null) return true;
	if (listed.has(id)) return false;
	listed.add(id);
	return true;
}

/** A vendor that answers with other values than were sent has not done what it was asked. */
function mismatch(vendor: VendorRecord, { id, verification }: Reading): Failure {
	return new Failure({
		code: 'verificationFailed',
		stage: 'answer',
		applied: 'yes',
		message: `${vendor.label} reported success, but ${WHERE_IT_SHOWS[verification.method]} shows other values than were sent.`,
		hint: verification.detail,
		id,
	});
}

const WHERE_IT_SHOWS: Readonly<Record<Verification['method'], string>> = {
	none: 'its answer',
	readBack: 'what it has stored',
	response: 'its answer',
	vendor: 'its answer',
};
