import type { IDataObject } from 'n8n-workflow';

import type { Failure } from '../../kit/failure';
import type { VendorAnswer, VendorRequest } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { Operation, OperationName, PriorLook, PriorSearch, Shown, Target } from '../../kit/operation';
import { changes } from '../../kit/operations';
import { NOT_VERIFIED, nothingKnown, type Reading } from '../../kit/reading';
import type { Service, VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import type { Exchange } from '../request/exchange';
import { requestIdOf } from '../request/refusal';
import type { EngineOptions } from '../run/engineOptions';
import type { ItemSecrets } from '../secrets/itemSecrets';
import { onlySafe, secretLeaves } from '../secrets/redaction';
import { searchList } from './list';
import { lookAtPlace } from './place';
import { mismatch } from './mismatch';
import { putBack } from './putBack';
import type { AskReference } from './references';
import { NO_LOOK, secondLook } from './secondLook';
import { readingOf, understood } from './understanding';

/** What a vendor said of one credential, and the part of its answer that says so. */
export interface Found {
	reading: Reading;
	raw: unknown;
	requestId: string | null;
	/** Names of the fields that the user asked to change. */
	changed: string[];
	/** Sentences on how far it is known what is said here; no values in them. Absent: none. */
	notes?: string[];
	/** Whether a deletion has left no credential of this ID. Absent: nothing was to be deleted, or that was only planned. */
	isDeleted?: boolean;
}

/** What an operation on an item's credential works with. */
export interface ItemContext {
	vendor: VendorRecord;
	exchange: Exchange;
	secrets: ItemSecrets;
	/** Absent: it is asked for each time. */
	reference?: AskReference;
	/** Takes up what is seen of the credential on the way: a failed item tells what it is called. */
	noteSeen?(reading: Reading): void;
	/** What the answer to a change has come to, by what the run has done before. */
	settle?(reading: Reading): Reading;
}

/** What the user wants held against the vendor's answer, and done when it differs. */
export type Checks = Pick<EngineOptions, 'verify' | 'onVerificationFailure'>;

/** What one item asks for. */
export interface Asked {
	input: Target;
	/** Looks at the credential before the change; what has been seen once is not asked for again. */
	look: () => Promise<Seen>;
	/** The credential before the change, where the user wants it looked at; else `null`. */
	seen: Seen | null;
	/** The same update with the secrets from before; absent or `null` where the user has not stored them. */
	previous?: Target | null;
}

/** A credential as “get” shows it. */
export interface Seen extends Shown {
	/** What “get” makes of the item's parameters. */
	lookUp: Target;
}

/** Looks at a credential before something is done with it. Throws a `Failure` when it cannot be seen, or is another one. */
export async function lookAt({ vendor, exchange, secrets, noteSeen }: ItemContext, lookUp: Target): Promise<Seen> {
	const { get } = vendor.operations as { get: Operation };
	try {
		const answer = await exchange(get.request(lookUp), 'read', get);
		secrets.addShown(secretsShown(vendor, answer));
		const reading = readingOf(vendor, get, lookUp, answer, 'read');
		secrets.addShown(reading.secrets);
		noteSeen?.(reading);
		return { lookUp, answer, reading };
	} catch (error) {
		throw ofRead(error);
	}
}

/**
 * Carries out an operation on one credential: a read first where the operation needs one, then its request, then a
 * second look at what it has done where the user wants one.
 */
export async function performSingle(
	item: ItemContext,
	name: Exclude<OperationName, 'getAll'>,
	asked: Asked,
	{ verify, onVerificationFailure }: Checks,
): Promise<Found> {
	const { vendor, exchange } = item;
	const operation = vendor.operations[name] as Operation;
	const isChange = changes(name);
	const { input, shown } = await withPriorRead(item, operation, asked);
	const inForce = foundInForce(vendor, operation, input, shown);
	if (inForce !== null) return verify ? inForce : unverified(inForce);
	const stage = isChange ? 'change' : 'read';
	const answer = await exchange(operation.request(input), stage, { ...operation, ...operation.refused?.(input) });
	const { reading: shownNow, notes } = await supplemented(item, operation, input, readingOf(vendor, operation, input, answer, stage));
	const read = item.settle?.(shownNow) ?? shownNow;
	item.noteSeen?.(read);
	// What only reads sends nothing that could be held against anything: “Verify” is not its option.
	const { verification, readBack } = verify || !isChange ? await secondLook(operation, input, read, exchange) : NO_LOOK;
	const reading = { ...read, verification };
	// What can be handed over only now goes before everything: a failed item could not carry it.
	if (isChange && verification.status === 'failed' && onVerificationFailure !== 'report' && reading.secret === undefined) {
		const failure = mismatch(vendor, reading);
		if (onVerificationFailure === 'fail' || name !== 'update') throw failure;
		const { seen, previous = null } = asked;
		const before = { lookUp: seen?.lookUp ?? null, before: seen?.answer ?? null };
		throw await putBack(item, { input, previous, ...before, answer, readBack, failure });
	}
	const requestId = requestIdOf(vendor, answer, reading.requestId);
	return { reading, raw: answer.body ?? null, requestId, changed: input.changed ?? [], notes };
}

/** What an answer says, completed by a read of what it ought to hold and does not. */
async function supplemented(
	{ vendor, exchange }: ItemContext,
	operation: Operation,
	input: Target,
	reading: Reading,
): Promise<{ reading: Reading; notes: string[] }> {
	const wanted = operation.supplement?.(input, reading) ?? null;
	if (wanted === null) return { reading, notes: [] };
	try {
		const answer = await exchange(wanted.request, 'read');
		return { reading: understood(vendor, answer, 'read', () => wanted.read(answer)), notes: [] };
	} catch {
		return { reading, notes: [wanted.note] };
	}
}

/**
 * The credential as it has been read before a change that would leave it as it is; else `null`. What is not sent does not
 * renew the date of the last change, by which people tell how old a secret is.
 */
function foundInForce(vendor: VendorRecord, operation: Operation, input: Target, shown: VendorAnswer | null): Found | null {
	const verification = shown === null ? null : (operation.inForce?.(input, shown) ?? null);
	if (shown === null || verification === null) return null;
	const reading: Reading = { ...readingOf(vendor, operation, input, shown, 'read'), verification, outcome: 'unchanged' };
	return { reading, raw: shown.body ?? null, requestId: requestIdOf(vendor, shown, reading.requestId), changed: input.changed ?? [] };
}

function unverified(found: Found): Found {
	return { ...found, reading: { ...found.reading, verification: NOT_VERIFIED } };
}

/**
 * Plans an operation: everything that the operation does but the request that changes something. The result shows an
 * existing credential as it has been seen. A change that would leave it as it is needs no plan. Where nothing has been
 * seen, the place is looked at, so that no plan is made with a key that is not accepted.
 */
export async function planSingle(
	item: ItemContext,
	name: Exclude<OperationName, 'getAll'>,
	asked: Asked,
): Promise<Found> {
	const { vendor, secrets } = item;
	const operation = vendor.operations[name] as Operation;
	const { input, shown, hasRead } = await withPriorRead(item, operation, asked);
	const inForce = foundInForce(vendor, operation, input, shown);
	if (inForce !== null) return unverified(inForce);
	const plan = planOf(operation.request(input), vendor, secrets);
	const { seen } = asked;
	const notes = hasRead ? [] : await unprovenByPlace(item, input);
	const reading = seen?.reading ?? nothingKnown(input.id);
	return {
		raw: seen?.answer.body ?? null,
		requestId: seen === null ? null : requestIdOf(vendor, seen.answer, seen.reading.requestId),
		reading: { ...reading, verification: NOT_VERIFIED, outcome: 'planned', plan },
		changed: input.changed ?? [],
		notes,
	};
}

/** A request as a dry run shows it. */
export function planOf({ method, path, query, body }: VendorRequest, to: Pick<Service, 'isSafe'>, secrets: ItemSecrets): IDataObject {
	const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
	return { method, path: `${path}${search}`, body: onlySafe(body, (keys) => to.isSafe(keys), secrets.redactor) } as IDataObject;
}

/** What a look at the place leaves open: an account that may change credentials need not be allowed to read them. */
async function unprovenByPlace(item: ItemContext, input: Target): Promise<string[]> {
	try {
		await lookAtPlace(item, input);
		return [];
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (failure.kind !== 'permission') throw failure;
		return [say(MESSAGES.outcome.unreadPlan, { vendor: item.vendor.label })];
	}
}

/** What is asked for, completed by what is read before it. */
interface Completed {
	input: Target;
	/** What has been read of the credential: by that, or by a look before. */
	shown: VendorAnswer | null;
	/** Whether something could be read where the credential is, or is to be. */
	hasRead: boolean;
}

/** The input completed by all that has to be known first: of the credential or its place, and then of what holds for all. */
async function withPriorRead(item: ItemContext, operation: Operation, asked: Asked): Promise<Completed> {
	const completed = await withPriorLook(item, operation, asked);
	return { ...completed, input: await withReference(item, operation, completed.input) };
}

async function withReference(item: ItemContext, operation: Operation, input: Target): Promise<Target> {
	const wanted = operation.reference?.(input) ?? null;
	if (wanted === null) return input;
	const { exchange, reference = async (request) => await exchange(request, 'read') } = item;
	const answer = await unlessDispensable(wanted, async () => {
		try {
			return await reference(wanted.request);
		} catch (error) {
			const failure = ofRead(error);
			throw wanted.dispensableOn.includes(failure.kind) ? failure : wanted.refused(failure);
		}
	});
	return completedBy(item, () => wanted.complete(input, answer));
}

async function withPriorLook(item: ItemContext, operation: Operation, { input, look, seen }: Asked): Promise<Completed> {
	item.secrets.add(input.secrets);
	const before = operation.before?.(input) ?? null;
	if (before === null) return { input, shown: seen?.answer ?? null, hasRead: seen !== null };
	if ('list' in before) {
		const search = await unlessDispensable(before, async () => ({ found: await searched(item, before) }));
		return { input: completedBy(item, () => before.complete(input, search?.found ?? null)), shown: null, hasRead: search !== null };
	}
	const shown = await unlessDispensable(before, look);
	return { input: completedBy(item, () => before.complete(input, shown)), shown: shown?.answer ?? null, hasRead: shown !== null };
}

/** What is stored, and in force until the change. */
export function secretsShown(vendor: VendorRecord, { body }: VendorAnswer): string[] {
	return secretLeaves(body, (path, leaf) => vendor.isSecret(path, leaf));
}

async function searched({ vendor, exchange }: ItemContext, search: PriorSearch<Target>): Promise<Reading | null> {
	try {
		return await searchList(vendor, search, exchange);
	} catch (error) {
		throw ofRead(error);
	}
}

/** The completed input, its secrets known. */
function completedBy({ secrets }: ItemContext, complete: () => Target): Target {
	try {
		const completed = complete();
		secrets.add(completed.secrets);
		return completed;
	} catch (error) {
		// Nothing has been changed yet, whatever was read.
		throw asFailure(error, 'no').with({ stage: 'read', applied: 'no' });
	}
}

/** What was read, or `null` after a failure that the user, or the change, can do without. */
export async function unlessDispensable<T>(
	{ dispensableOn, hints = {} }: Pick<PriorLook<Target>, 'dispensableOn' | 'hints'>,
	read: () => Promise<T>,
): Promise<T | null> {
	try {
		return await read();
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (dispensableOn.includes(failure.kind)) return null;
		throw failure.with({ hint: hints[failure.kind] ?? failure.details.hint });
	}
}

/** A failure of a read before the change: an answer that makes no sense was one to the read. */
export function ofRead(error: unknown): Failure {
	const failure = asFailure(error, 'no');
	return failure.details.stage === 'answer' ? failure.with({ stage: 'read' }) : failure;
}
