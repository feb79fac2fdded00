import sortBy from 'lodash/sortBy';
import type { INodeExecutionData } from 'n8n-workflow';

import { changes } from '../../kit/operations';
import type { Run } from '../request/exchange';
import { cancelled } from '../request/transport';
import { ItemSecrets } from '../secrets/itemSecrets';
import type { Outcome } from './item';
import { parametersOf, requestedId } from './nodeParameters';
import { failedItem, type Subject } from './result';

/**
 * An item that a cancelled run has not come to, told at once: n8n reads what it stores of a cancelled
 * execution some hundred microtasks later, and each item that is started, only to find that out, takes a few.
 */
export function neverStarted(run: Run, itemIndex: number): Outcome {
	const { context, vendor, operation } = run;
	const subject: Subject = { vendor: vendor.name, label: vendor.label, operation, id: requestedId(parametersOf(context, itemIndex)), name: null, rotationId: null };
	const failure = cancelled(changes(operation) ? 'change' : 'read', 'no');
	const effort = { requests: 0, attempts: 0, durationMs: 0, requestId: null };
	return { items: [failedItem(subject, failure, effort, new ItemSecrets().redactor, itemIndex)], subject, failure };
}

/**
 * Retry On Fail waits, and runs a node again, when the first item of its output is a failed one; n8n stores a cancelled
 * execution without waiting for that.
 */
export function successesFirst(items: INodeExecutionData[]): INodeExecutionData[] {
	return sortBy(items, ({ json }) => json.error !== undefined);
}
