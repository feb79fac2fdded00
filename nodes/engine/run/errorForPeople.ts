import uniq from 'lodash/uniq';
import { type INode, NodeOperationError } from 'n8n-workflow';

import { MESSAGES } from '../../kit/messages';
import { say } from '../../kit/sentences';

/** What a failed item says, as far as people read it. */
export type Told = Readonly<Record<string, string | null>>;

/**
 * What a failed item says as an error of n8n's, built from scratch, on a copy of the node without its parameters and their secrets.
 * @param more lines below what the vendor says and the hint; empty ones are left out
 */
export function errorForPeople(node: INode, label: string, error: Told, { more = [], itemIndex }: { more?: string[]; itemIndex?: number } = {}): NodeOperationError {
	const message = String(error.message);
	const vendorText = uniq([error.vendorCode, error.vendorMessage].filter((text) => text !== null)).join(': ');
	const description = [
		// n8n shows all of it as one paragraph.
		vendorText === '' ? '' : say(MESSAGES.stop.vendorSays, { vendor: label, what: vendorText.replace(/(?<![.!?])$/, '.') }),
		error.hint,
		...more,
	]
		.filter(Boolean)
		.join('\n');
	const told = new NodeOperationError({ ...node, parameters: {} }, message, { itemIndex, description });
	// n8n swaps the message for a stock sentence when it happens to contain a word such as a socket code.
	told.message = message;
	return told;
}
