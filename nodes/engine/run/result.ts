import mapValues from 'lodash/mapValues';
import { DateTime } from 'luxon';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { toIsoUtc } from '../../kit/dates';
import type { Failure, FailureCode } from '../../kit/failure';
import type { OperationName } from '../../kit/operation';
import type { Reading } from '../../kit/reading';
import type { Redactor } from '../secrets/redaction';

/** The version of the result's shape. It changes when a key is renamed, removed or given another meaning. */
const CONTRACT_VERSION = 1;

/** What the vendor record alone says of every result and failure. */
export interface Subject {
	vendor: string;
	operation: OperationName;
	/** The credential's id as the user gave it; `null` while it could not be read. */
	id: string | null;
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

/** The outcome that an operation reports when the vendor has carried it out. */
const OUTCOMES: Readonly<Record<OperationName, string>> = {
	create: 'created',
	delete: 'deleted',
	get: 'found',
	getAll: 'found',
	update: 'updated',
};

/** What a result shows beside the contract's keys. */
export interface Extras {
	/** With `output: raw`: the vendor's body, secrets already taken out. */
	raw?: unknown;
}

/** A success as an output item, paired with its input. Keys and their order are those of contract version 1. */
export function resultItem(
	subject: Subject,
	reading: Reading,
	changed: string[],
	effort: Effort,
	redact: Redactor,
	itemIndex: number,
	extras: Extras = {},
): INodeExecutionData {
	// Only what the vendor has said is redacted: our own keys and words must survive a secret that equals one of them.
	const json: IDataObject = {
		vendor: subject.vendor,
		resource: 'credential',
		operation: subject.operation,
		outcome: reading.outcome ?? OUTCOMES[subject.operation],
		// The ID that the user has asked for is one even when a secret equals it.
		id: reading.id === subject.id ? subject.id : (redact.fact(reading.id) ?? subject.id),
		name: redact.value(reading.name),
		type: redact.value(reading.type),
		parentId: redact.fact(reading.parentId),
		createdAt: toIsoUtc(redact.fact(reading.createdAt)),
		updatedAt: toIsoUtc(redact.fact(reading.updatedAt)),
		expiresAt: toIsoUtc(redact.fact(reading.expiresAt)),
		changed,
		plan: reading.plan ?? null,
		verification: reading.verification,
		restored: null,
		attributes: mapValues(reading.attributes, (value) => redact.value(value)),
		meta: {
			contractVersion: CONTRACT_VERSION,
			requestId: redact.vendorToken(effort.requestId),
			requests: effort.requests,
			attempts: effort.attempts,
			durationMs: effort.durationMs,
			at: DateTime.utc().toISO(),
		},
		...(subject.operation === 'delete' ? { deleted: reading.outcome !== 'planned' } : {}),
		// The one secret that leaves on purpose.
		...(reading.secret === undefined ? {} : { secret: reading.secret }),
		...(extras as IDataObject),
	};
	return { json, pairedItem: { item: itemIndex } };
}

/** A reading that also says how what was given was mended. Names that the user makes up may stand in that. */
export function withNotes(reading: Reading, notes: readonly string[], redact: Redactor): Reading {
	if (notes.length === 0) return reading;
	const detail = [reading.verification.detail, ...notes.map((note) => redact.ownText(note))].filter(Boolean).join(' ');
	return { ...reading, verification: { ...reading.verification, detail } };
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
		// Bad input is mended item by item; n8n counts items from 0.
		message: details.stage === 'input' ? `Item ${itemIndex}: ${details.message}` : details.message,
		code: details.code,
		vendor: subject.vendor,
		operation: subject.operation,
		id: subject.id,
		httpStatus: details.httpStatus ?? null,
		vendorCode,
		vendorMessage,
		stage: details.stage,
		applied: failure.applied,
		retryable: failure.retryable,
		retryAfterMs: withoutSecret(details.retryAfterMs ?? null, redact),
		requestId: redact.vendorToken(details.requestId ?? effort.requestId),
		attempts: effort.attempts,
		hint: hintOf(details.code, vendorMessage ?? null, details.hint ?? null),
		...(details.restored === undefined ? {} : { restored: details.restored }),
	};
	return { json: { error }, pairedItem: itemIndex };
}

/** Refusals whose cause the vendor's own words tell best. */
const TOLD_BY_VENDOR: ReadonlySet<FailureCode> = new Set(['conflict', 'invalidInput', 'locked']);

/** Sends people to the vendor's words only where there are some: they may be absent, or withheld. */
function hintOf(code: FailureCode, vendorMessage: string | null, hint: string | null): string | null {
	const reads = vendorMessage !== null && TOLD_BY_VENDOR.has(code);
	return [reads && 'Read the vendor’s message.', hint].filter(Boolean).join(' ') || null;
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
