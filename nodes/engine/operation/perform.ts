import type { IDataObject } from 'n8n-workflow';

import type { Exchange } from '../request/exchange';
import type { EngineOptions } from '../run/options';
import { putBack } from './putBack';
import { asFailure, Failure } from '../../kit/failure';
import type { VendorAnswer } from '../../kit/json';
import { createRedactor, onlySafe } from '../secrets/redaction';
import { requestIdOf, unreadable } from '../request/refusal';
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
} from '../../kit/record';
import { unverifiable } from '../../kit/verification';

/** What a vendor said of one credential, and the part of its answer that says so. */
export interface Found {
	reading: Reading;
	raw: unknown;
	requestId: string | null;
	/** Names of the fields that the user asked to change. */
	changed: string[];
}

/** What the user wants held against the vendor's answer, and done when it differs. */
export type Checks = Pick<EngineOptions, 'verify' | 'onVerificationFailure'>;

/** What one item asks for. */
export interface Asked {
	input: Target;
	/** The credential before the change, where it had to be looked at; else `null`. */
	seen: Seen | null;
	/** The same update with the secrets from before; absent or `null` where the user has not stored them. */
	previous?: Target | null;
}

/** A credential as “get” shows it. */
export interface Seen {
	/** What “get” makes of the item's parameters. */
	lookUp: Target;
	answer: VendorAnswer;
	reading: Reading;
}

/**
 * Looks at a credential before something is done with it. Throws a `Failure` when it cannot be seen, or is another one.
 * @param mayBeHidden yields `null` when the account is not allowed to see it
 */
export async function lookAt(
	vendor: VendorRecord,
	lookUp: Target,
	exchange: Exchange,
	{ mayBeHidden }: { mayBeHidden: boolean },
): Promise<Seen | null> {
	const { get } = vendor.operations as { get: Operation };
	try {
		const answer = await exchange(get.request(lookUp), 'read', get);
		return { lookUp, answer, reading: readingOf(vendor, get, lookUp, answer, 'read') };
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (mayBeHidden && failure.kind === 'permission') return null;
		throw failure;
	}
}

/**
 * Carries out an operation on one credential: a read first where the operation needs one, then its request, then a
 * second look at what it has done where the user wants one.
 * @param secrets takes up what a read has added to the secrets that are sent
 */
export async function performSingle(
	vendor: VendorRecord,
	name: Exclude<OperationName, 'getAll'>,
	{ input, seen, previous = null }: Asked,
	{ verify, onVerificationFailure }: Checks,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Found> {
	const operation: Operation = vendor.operations[name];
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
		const before = { lookUp: seen?.lookUp ?? null, before: seen?.answer ?? null };
		throw await putBack(vendor, { input: completed, previous, ...before, answer, failure }, exchange, secrets);
	}
	const requestId = requestIdOf(vendor, answer, reading.requestId);
	return { reading, raw: answer.body ?? null, requestId, changed: completed.changed };
}

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
 * Plans an operation: everything that the operation does but the request that changes something. The result shows an
 * existing credential as it has been seen.
 */
export async function planSingle(
	vendor: VendorRecord,
	name: 'create' | 'delete' | 'update',
	{ input, seen }: Asked,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Found> {
	const operation: Operation = vendor.operations[name];
	const completed = await withPriorRead(operation, input, exchange);
	completed.secrets.forEach((secret) => secrets.add(secret));
	const { method, path, query, body } = operation.request(completed);
	const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
	const planned = onlySafe(body, (keys) => vendor.isSafe(keys), createRedactor(secrets));
	const plan = { method, path: `${path}${search}`, body: planned } as IDataObject;
	const reading = seen?.reading ?? nothingKnown(input.id);
	return {
		raw: seen?.answer.body ?? null,
		requestId: seen === null ? null : requestIdOf(vendor, seen.answer, seen.reading.requestId),
		reading: { ...reading, verification: NOT_VERIFIED, outcome: 'planned', plan },
		changed: completed.changed,
	};
}

async function withPriorRead(operation: Operation, input: Target, exchange: Exchange): Promise<Target> {
	const before = operation.before?.(input) ?? null;
	if (before === null) return input;
	let answer: VendorAnswer | null = null;
	try {
		answer = await exchange(before.request, 'read');
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (!before.dispensableOn.includes(failure.kind)) throw failure;
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
			const wanted = Math.min(limit, found.length + entries.length);
			if (seen.size >= MOST_PAGES || wanted > MOST_ENTRIES) throw unreadable(vendor.label, 'Its list does not come to an end.');
			return {
				cursor: read.cursor,
				entries: entries.filter(({ reading }) => operation.keeps?.(input, reading) ?? true),
			};
		});
		const requestId = requestIdOf(vendor, answer);
		// One by one: a call takes no more arguments than the stack holds, and a page can have more entries.
		for (const entry of page.entries) found.push({ ...entry, requestId, changed: input.changed });
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
