import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Failure } from './failure';
import type { Redactor } from './redaction';
import { nowIsoUtc, toIsoUtc } from './time';
import type { OperationName, Reading } from './vendor';

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
	// Only what the vendor said is redacted: the contract's own words must survive a secret that happens to equal one.
	const said = redact.value(reading);
	const json: IDataObject = {
		vendor: subject.vendor,
		resource: 'credential',
		operation: subject.operation,
		outcome: reading.outcome ?? OUTCOMES[subject.operation],
		id: said.id ?? subject.id,
		name: said.name,
		type: said.type,
		parentId: said.parentId,
		createdAt: toIsoUtc(said.createdAt),
		updatedAt: toIsoUtc(said.updatedAt),
		expiresAt: toIsoUtc(said.expiresAt),
		// Names, but in free-form bodies they are the user's own, and names and values get swapped.
		changed: redact.value(changed),
		plan: reading.plan ?? null,
		verification: { ...reading.verification, detail: said.verification.detail },
		restored: null,
		attributes: said.attributes,
		meta: {
			contractVersion: CONTRACT_VERSION,
			requestId: redact.value(effort.requestId),
			requests: effort.requests,
			attempts: effort.attempts,
			durationMs: effort.durationMs,
			at: nowIsoUtc(),
		},
		...(subject.operation === 'delete' ? { deleted: reading.outcome !== 'planned' } : {}),
		// The one secret that leaves on purpose.
		...(reading.secret === undefined ? {} : { secret: reading.secret }),
		...(extras as IDataObject),
	};
	return { json, pairedItem: { item: itemIndex } };
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
	const error: IDataObject = {
		// Bad input is mended item by item; n8n counts items from 0.
		message: details.stage === 'input' ? `Item ${itemIndex}: ${details.message}` : details.message,
		code: details.code,
		vendor: subject.vendor,
		operation: subject.operation,
		id: subject.id,
		httpStatus: details.httpStatus ?? null,
		vendorCode: redact.vendorText(details.vendorCode ?? null),
		vendorMessage: redact.vendorText(details.vendorMessage ?? null),
		stage: details.stage,
		applied: failure.applied,
		retryable: failure.retryable,
		retryAfterMs: details.retryAfterMs ?? null,
		requestId: redact.value(details.requestId ?? effort.requestId),
		attempts: effort.attempts,
		hint: details.hint ?? null,
		...(details.restored === undefined ? {} : { restored: details.restored }),
	};
	return { json: { error }, pairedItem: itemIndex };
}
