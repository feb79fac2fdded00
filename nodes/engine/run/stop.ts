import { NodeOperationError, type INode } from 'n8n-workflow';

import type { VendorRecord } from '../../kit/record';
import type { Outcome } from './item';

/** One error for the whole run, built from scratch, on a copy of the node without its parameters and their secrets. */
export function stopError(
	node: INode,
	vendor: VendorRecord,
	outcomes: Array<Outcome | undefined>,
	idOf: (itemIndex: number) => string | null,
): NodeOperationError {
	const itemIndex = outcomes.findIndex((outcome) => outcome?.failure);
	const { error } = outcomes[itemIndex]?.items[0]?.json as { error: Record<string, string | null> };
	const message = String(error.message);
	const vendorText = [error.vendorCode, error.vendorMessage].filter((text) => text !== null).join(': ');
	const ids = { done: [] as Array<string | null>, failed: [] as Array<string | null>, left: [] as Array<string | null> };
	for (const [index, outcome] of outcomes.entries()) {
		if (outcome === undefined) ids.left.push(idOf(index));
		else (outcome.failure === null ? ids.done : ids.failed).push(outcome.subject.id);
	}
	const description = [
		// n8n shows all of it as one paragraph.
		vendorText === '' ? '' : `${vendor.label} says: ${vendorText.replace(/(?<![.!?])$/, '.')}`,
		error.hint,
		// Of a single item the message says it all.
		outcomes.length > 1 && `Succeeded: ${listIds(ids.done)}. Failed: ${listIds(ids.failed)}. Not started: ${listIds(ids.left)}.`,
	]
		.filter(Boolean)
		.join('\n');
	const stop = new NodeOperationError({ ...node, parameters: {} }, message, { itemIndex, description });
	// n8n swaps the message for a stock sentence when it happens to contain a word such as a socket code.
	stop.message = message;
	return stop;
}

function listIds(ids: Array<string | null>): string {
	return ids.length === 0 ? 'none' : ids.map((id) => id ?? '(no ID)').join(', ');
}
