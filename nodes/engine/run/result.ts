import mapValues from 'lodash/mapValues';
import { DateTime } from 'luxon';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { toIsoUtc } from '../../kit/dates';
import type { Failure, FailureCode } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { OperationName } from '../../kit/operation';
import { lists, OPERATIONS, resourceOf } from '../../kit/operations';
import type { Reading, Succession, Verification } from '../../kit/reading';
import { say } from '../../kit/sentences';
import type { Found } from '../operation/perform';
import type { Redactor } from '../secrets/redaction';
import type { OutputSize } from './engineOptions';
import { messageOf } from './message';

/** The version of the result's shape. It changes when a key is renamed, removed or given another meaning. */
const CONTRACT_VERSION = 1;

/** What is known of an item whatever becomes of it. */
export interface Subject {
	vendor: string;
	/** The vendor as people call it. */
	label: string;
	operation: OperationName;
	/** The credential's id as the user gave it; `null` while it could not be read. */
	id: string | null;
	/** What the credential is called, by a look at it, or is to be called; still unredacted. `null` while that is not known. */
	name: string | null;
	/** The rotation that it is about, or that has brought the stored secret which it sends; `null`: none. */
	rotationId: string | null;
	/** What the user calls the stored secret that it hands a pair over to, redacted; absent: it hands none over. */
	storedIn?: string;
}

/** What the engine has counted while an item was on its way. */
export interface Effort {
	/** Every request sent for the item. */
	requests: number;
	/** Tries of the one request that makes the change. */
	attempts: number;
	durationMs: number;
	requestId: string | null;
}

/** How far a change is borne out, in the contract's words. */
const VERIFICATIONS: Readonly<Record<Verification['status'], string>> = {
	verified: 'verified',
	unverifiable: 'accepted',
	failed: 'mismatch',
	skipped: 'skipped',
};

/** A success as an output item, paired with its input. Keys and their order are those of contract version 1. */
export function resultItem(
	subject: Subject,
	{ reading, changed, notes = [], isDeleted = false, raw }: Shown,
	effort: Effort,
	redact: Redactor,
	itemIndex: number,
	output: OutputSize,
): INodeExecutionData {
	const json: IDataObject = {
		...keysOfEverySize(subject, reading, changed, notes, redact),
		...(reading.succession === undefined ? {} : keysOfSuccession(reading.succession, redact)),
		...(reading.plan === undefined && output === 'simplified' ? {} : { plan: reading.plan ?? null }),
		...(isDeleted ? { deleted: true } : {}),
		// The one secret that leaves on purpose.
		...(reading.secret === undefined ? {} : { secret: reading.secret }),
		...(output === 'simplified' ? {} : keysOfFullSize(subject, reading, effort, redact)),
		...(output === 'raw' ? { raw: raw as IDataObject } : {}),
	};
	return { json, pairedItem: { item: itemIndex } };
}

/** What there is to show of a credential. `raw` is the vendor's body, secrets already taken out. */
interface Shown extends Pick<Found, 'reading' | 'changed' | 'notes' | 'isDeleted'> {
	raw?: unknown;
}

/**
 * The keys that a result always has. Only what the vendor has said is redacted: our own keys and words must survive a secret that
 * equals one of them.
 */
function keysOfEverySize(subject: Subject, reading: Reading, changed: string[], notes: readonly string[], redact: Redactor): IDataObject {
	const { operation } = subject;
	return {
		outcome: reading.outcome ?? OPERATIONS[operation].outcome,
		vendor: subject.vendor,
		// The ID that the user has asked for is one even when a secret equals it.
		id: reading.id === subject.id ? subject.id : (redact.fact(reading.id) ?? subject.id),
		name: redact.value(reading.name),
		type: redact.value(reading.type),
		parentId: redact.fact(reading.parentId),
		updatedAt: toIsoUtc(redact.fact(reading.updatedAt)),
		expiresAt: toIsoUtc(redact.fact(reading.expiresAt)),
		...(lists(operation) ? {} : { changed, verification: VERIFICATIONS[reading.verification.status] }),
		// Names that the user makes up may stand in a note.
		message: messageOf(subject, reading, notes.map((note) => redact.ownText(note))),
	};
}

/** How far a credential is replaced by another: beside them where an operation is about that. */
function keysOfSuccession({ stage, successorId, retireAfter }: Succession, redact: Redactor): IDataObject {
	return { stage, successorId: redact.fact(successorId), retireAfter: toIsoUtc(redact.fact(retireAfter)) };
}

/** What the full size adds behind them. */
function keysOfFullSize({ operation, rotationId }: Subject, reading: Reading, effort: Effort, redact: Redactor): IDataObject {
	const { method, detail } = reading.verification;
	return {
		resource: resourceOf(operation),
		operation,
		createdAt: toIsoUtc(redact.fact(reading.createdAt)),
		restored: null,
		verificationDetail: { method, detail },
		attributes: mapValues(reading.attributes, (value) => redact.value(value)),
		...(reading.succession === undefined
			? {}
			: { rotation: { predecessorId: redact.fact(reading.succession.predecessorId), orphans: reading.succession.orphans.map((id) => redact.fact(id)) } }),
		meta: {
			contractVersion: CONTRACT_VERSION,
			requestId: redact.vendorToken(effort.requestId),
			requests: effort.requests,
			attempts: effort.attempts,
			durationMs: effort.durationMs,
			at: DateTime.utc().toISO(),
			// Ours, and no secret: it must survive one that looks like a part of it.
			rotationId,
		},
	};
}

/**
 * A failure as an output item. `error` is its only key and `pairedItem` a plain number: n8n routes that shape to the
 * error branch, and that shape alone it does not merge with the input item and the secrets in it.
 */
export function failedItem(
	subject: Subject,
	failure: Failure,
	effort: Effort,
	redact: Redactor,
	itemIndex: number,
): INodeExecutionData {
	const { details } = failure;
	const [vendorCode, vendorMessage] = redactedTogether([details.vendorCode ?? null, details.vendorMessage ?? null], redact);
	const error: IDataObject = {
		message: details.message,
		hint: hintOf(details.code, vendorMessage ?? null, details.hint ?? null),
		code: details.code,
		applied: failure.applied,
		retryable: failure.retryable,
		id: subject.id,
		name: redact.value(subject.name),
		vendor: subject.vendor,
		operation: subject.operation,
		stage: details.stage,
		retryAfterMs: withoutSecret(details.retryAfterMs ?? null, redact),
		httpStatus: details.httpStatus ?? null,
		vendorCode,
		vendorMessage,
		requestId: redact.vendorToken(details.requestId ?? effort.requestId),
		attempts: effort.attempts,
		...(details.restored === undefined ? {} : { restored: details.restored }),
	};
	return { json: { error }, pairedItem: itemIndex };
}

/** Refusals whose cause the vendor's own words tell best. */
const TOLD_BY_VENDOR: ReadonlySet<FailureCode> = new Set(['conflict', 'invalidInput', 'locked']);

/** Sends people to the vendor's words only where there are some: they may be absent, or withheld. */
function hintOf(code: FailureCode, vendorMessage: string | null, hint: string | null): string | null {
	const reads = vendorMessage !== null && TOLD_BY_VENDOR.has(code);
	return [reads && say(MESSAGES.refusal.readVendor), hint].filter(Boolean).join(' ') || null;
}

/** What the vendor has said in several texts; nothing of it when only together they hold a secret. */
function redactedTogether(texts: Array<string | null>, redact: Redactor): Array<string | null> {
	const each = texts.map((text) => redact.vendorText(text));
	const together = each.filter((text) => text !== null).join(' ');
	const again = redact.vendorText(together);
	return again !== null && together.startsWith(again) ? each : each.map(() => null);
}

/** A header that ought to tell a number of seconds can repeat a secret of digits. */
function withoutSecret(number: number | null, redact: Redactor): number | null {
	return redact.fact(String(number)) === String(number) ? number : null;
}
