import cloneDeep from 'lodash/cloneDeep';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { OperationName } from '../../kit/operation';
import { goesOn } from '../../kit/operations';
import type { VendorRecord } from '../../kit/record';
import { References } from '../operation/references';
import { Accounts } from '../request/account';
import type { Run } from '../request/exchange';
import { RetryQuota } from '../request/retry';
import { secretSourcesOf } from '../secrets/secretSource';
import { neverStarted, successesFirst } from './cancelled';
import { concurrencyOf } from './engineOptions';
import { type Outcome, runItem } from './item';
import { JointWork } from './joint';
import { FORGETFUL, memoryOf, type Remembered } from './memory';
import { parametersOf } from './nodeParameters';
import { isToolCall, orderOf, type Prepared, prepareItem, refusedForStop } from './prepare';
import { RunReport } from './report';
import { runSchedule } from './schedule';
import { stopError } from './stop';
import { Vaults } from './vaults';

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
	const accounts = new Accounts(context, vendor);
	const run: Run = {
		context,
		vendor,
		operation,
		isToolCall: calledAsTool,
		report,
		sources: await secretSourcesOf(context, vendor, operation, accounts),
		createdIds: new Set(),
		joint: new JointWork(),
		vaults: new Vaults(),
		references: new References(),
		accounts,
		quota: RetryQuota.for(concurrency),
	};
	const outcomes: Array<Outcome | undefined> = inputs.map((input, itemIndex) => memory.recall(input, itemIndex));
	const ended = stopsOnFailure ? outcomes.findIndex((outcome) => outcome?.failure) : -1;
	const pending = [...(ended < 0 ? inputs : inputs.slice(0, ended)).keys()].filter((index) => outcomes[index] === undefined);
	let failsNow = false;
	for (const refused of stopsOnFailure && inputs.length > 1 ? refusedForStop(run, pending) : []) {
		outcomes[refused.itemIndex] = await runItem(run, refused);
		failsNow = true;
	}
	if (!failsNow) await accounts.lookUpAhead(pending);
	const isCancelled = () => context.getExecutionCancelSignal()?.aborted === true;
	/** Items that have been read and not yet run. */
	const prepared = new Map<number, Prepared>();

	await runSchedule({
		count: pending.length,
		concurrency,
		goesOn: () => !(stopsOnFailure && failsNow) && !isCancelled(),
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
	const hints = [...report.hints(), ...run.vaults.report.hints()];
	if (hints.length > 0) context.addExecutionHints(...hints);
	// Nothing starts on the output of a cancelled run. It is its record: that of a node that throws holds no outcomes.
	if (stopsOnFailure && (failsNow || ended >= 0) && !isCancelled()) {
		throw stopError(run, outcomes);
	}
	const inOrder = outcomes.flatMap((outcome, index) => (outcome ?? neverStarted(run, index)).items);
	const items = isRetried && isCancelled() ? successesFirst(inOrder) : inOrder;
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
 * out as well, and no repeat makes it another. What goes by what stands there goes on where it stopped, unless it has results
 * of which a repeat would know nothing any more.
 */
function isFinal({ failure, subject, items }: Outcome): boolean {
	if (failure !== null && goesOn(subject.operation)) return items.some(({ json }) => json.error === undefined);
	if (failure === null || failure.applied !== 'no' || failure.kind === 'verificationFailed') return true;
	return failure.kind === 'conflict' && subject.operation === 'create';
}
