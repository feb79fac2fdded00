import cloneDeep from 'lodash/cloneDeep';
import { NodeOperationError, type IExecuteFunctions, type INode, type INodeExecutionData } from 'n8n-workflow';

import type { Run } from '../request/exchange';
import { isToolCall, orderOf, prepareItem, runItem, type Outcome, type Prepared } from './item';
import { FORGETFUL, memoryOf, type Remembered } from './memory';
import { parametersOf, requestedId } from './nodeParameters';
import { concurrencyOf } from './options';
import { RunReport } from './report';
import { RetryQuota } from '../request/retry';
import { runSchedule } from './schedule';
import { secretSourcesOf } from '../secrets/secretSource';
import type { OperationName, VendorRecord } from '../../kit/record';

/**
 * Runs a node: its input items, several at a time, those for one credential one after the other. Every item yields its
 * results or one failed item, in input order. With On Error “Stop Workflow” the first failure ends the run: items under
 * way are finished, and one error says which were done, which failed, and which were not started.
 */
export async function executeVendor(
	context: IExecuteFunctions,
	vendor: VendorRecord,
): Promise<INodeExecutionData[][]> {
	const operation = context.getNodeParameter('operation', 0) as OperationName;
	// An agent’s model gets nothing of an error that is thrown.
	const calledAsTool = isToolCall(context);
	const stopsOnFailure = !context.continueOnFail() && !calledAsTool;
	const isRetried = context.getNode().retryOnFail === true;
	const memory: Remembered<Outcome> = isRetried ? memoryOf<Outcome>(runOf(context)) : FORGETFUL;
	const inputs = context.getInputData();
	const concurrency = concurrencyOf(parametersOf(context, 0));
	const report = new RunReport(vendor.label);
	const run: Run = {
		context,
		vendor,
		operation,
		isToolCall: calledAsTool,
		report,
		...(await secretSourcesOf(context, vendor, operation)),
		createdIds: new Set(),
		refusedTokens: new Set(),
		quota: RetryQuota.for(concurrency),
	};
	const outcomes: Array<Outcome | undefined> = inputs.map((input, itemIndex) => memory.recall(input, itemIndex));
	const ended = stopsOnFailure ? outcomes.findIndex((outcome) => outcome?.failure) : -1;
	const pending = [...(ended < 0 ? inputs : inputs.slice(0, ended)).keys()].filter((index) => outcomes[index] === undefined);
	let failsNow = false;
	/** Items that have been read and not yet run. */
	const prepared = new Map<number, Prepared>();

	await runSchedule({
		count: pending.length,
		concurrency,
		goesOn: () => !stopsOnFailure || !failsNow,
		keyOf: (place) => {
			const itemIndex = pending[place]!;
			const item = prepareItem(run, itemIndex);
			prepared.set(itemIndex, item);
			return orderOf(item);
		},
		run: async (place) => {
			const itemIndex = pending[place]!;
			const item = prepared.get(itemIndex)!;
			prepared.delete(itemIndex);
			const outcome = await runItem(run, item);
			outcomes[itemIndex] = outcome;
			failsNow ||= outcome.failure !== null;
			if (isFinal(outcome)) memory.remember(inputs[itemIndex]!, itemIndex, outcome);
		},
	});
	const hints = report.hints();
	if (hints.length > 0) context.addExecutionHints(...hints);
	if (stopsOnFailure && (failsNow || ended >= 0)) {
		throw stopError(context.getNode(), vendor, outcomes, (itemIndex) => requestedId(parametersOf(context, itemIndex)));
	}
	const items = outcomes.flatMap((outcome) => outcome?.items ?? []);
	// n8n edits output items in place, and a remembered one may have to be handed out again.
	return [isRetried ? cloneDeep(items) : items];
}

/** Identifies this run of this node within its execution. */
function runOf(context: IExecuteFunctions): string {
	const runIndex = String(context.evaluateExpression('{{ $runIndex }}', 0));
	return [context.getExecutionId(), context.getNode().id, runIndex].join(':');
}

/**
 * A change that was made, or may have been made, is not made again by Retry On Fail. Nor is one whose secret the vendor
 * has tried out and rejected: each further try is one more refused sign-in where the secret is used, and can lock the
 * account there. Nor is a new credential that would be a second one of the same values: its secret may have been tried
 * out as well, and no repeat makes it another.
 */
function isFinal({ failure, subject }: Outcome): boolean {
	if (failure === null || failure.applied !== 'no' || failure.kind === 'verificationFailed') return true;
	return failure.kind === 'conflict' && subject.operation === 'create';
}

/** One error for the whole run, built from scratch, on a copy of the node without its parameters and their secrets. */
function stopError(
	node: INode,
	vendor: VendorRecord,
	outcomes: Array<Outcome | undefined>,
	idOf: (itemIndex: number) => string | null,
): NodeOperationError {
	const itemIndex = outcomes.findIndex((outcome) => outcome?.failure);
	const { error } = outcomes[itemIndex]?.items[0]?.json as { error: Record<string, string | null> };
	const message = String(error.message);
	const said = [error.vendorCode, error.vendorMessage].filter((text) => text !== null).join(': ');
	const ids = { done: [] as Array<string | null>, failed: [] as Array<string | null>, left: [] as Array<string | null> };
	for (const [index, outcome] of outcomes.entries()) {
		if (outcome === undefined) ids.left.push(idOf(index));
		else (outcome.failure === null ? ids.done : ids.failed).push(outcome.subject.id);
	}
	const description = [
		// n8n shows all of it as one paragraph.
		said === '' ? '' : `${vendor.label} says: ${said.replace(/(?<![.!?])$/, '.')}`,
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
