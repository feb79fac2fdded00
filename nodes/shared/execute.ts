import cloneDeep from 'lodash/cloneDeep';
import {
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { openExchange, type Exchange, type Run } from './exchange';
import { asFailure, type Failure } from './failure';
import { asText } from './http';
import { memoryOf } from './memory';
import { parametersOf } from './nodeParameters';
import { engineOptions, readLimit, type EngineOptions } from './options';
import type { Parameters } from './parameters';
import { performList, performSingle, planSingle, type Found } from './perform';
import { createRedactor, type Redactor } from './redaction';
import { failedItem, resultItem, type Effort, type Subject } from './result';
import { nothingKnown, type OperationName, type Reading, type Target, type VendorRecord } from './vendor';

/** What has become of one item. */
interface Outcome {
	/** One result per credential: none, one or many; or the one failed item. */
	items: INodeExecutionData[];
	subject: Subject;
	/** `null`: the item succeeded. */
	failure: Failure | null;
}

/**
 * Runs a node: its input items, one after the other. Every item yields its results or one failed item, in
 * input order. With On Error “Stop Workflow” the first failure ends the run with one error that says which items were
 * done, which was not, and which were not started.
 */
export async function executeVendor(
	context: IExecuteFunctions,
	vendor: VendorRecord,
): Promise<INodeExecutionData[][]> {
	const operation = context.getNodeParameter('operation', 0) as OperationName;
	const stopsOnFailure = !context.continueOnFail();
	const memory = memoryOf<Outcome>(runOf(context));
	const inputs = context.getInputData();
	const run: Run = { context, vendor, refusedTokens: new Set() };
	const outcomes: Outcome[] = [];

	for (const [itemIndex, input] of inputs.entries()) {
		const outcome =
			memory.recall(input, itemIndex) ?? (await runItem(run, operation, itemIndex));
		if (isFinal(outcome)) memory.remember(input, itemIndex, outcome);
		outcomes.push(outcome);
		if (outcome.failure !== null && stopsOnFailure) {
			const notStarted = inputs
				.slice(outcomes.length)
				.map((_, offset) => idIn(parametersOf(context, outcomes.length + offset)));
			throw stopError(context.getNode(), vendor, outcomes, notStarted);
		}
	}
	// Copies: n8n edits output items in place, and a remembered one may have to be handed out again.
	return [outcomes.flatMap(({ items }) => cloneDeep(items))];
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
	if (failure === null || failure.applied !== 'no' || failure.code === 'verificationFailed') return true;
	return failure.code === 'conflict' && subject.operation === 'create';
}

async function runItem(run: Run, operation: OperationName, itemIndex: number): Promise<Outcome> {
	const { context, vendor } = run;
	const subject: Subject = { vendor: vendor.name, operation, id: null };
	const effort: Effort = { requests: 0, attempts: 0, durationMs: 0, requestId: null };
	const secrets = new Set<string>();
	const startedAt = Date.now();
	const measured = (requestId: string | null) => ({ ...effort, requestId, durationMs: Date.now() - startedAt });
	try {
		const parameters = parametersOf(context, itemIndex);
		subject.id = idIn(parameters);
		const input = vendor.operations[operation].read(parameters);
		subject.id = input.id;
		input.secrets.forEach((secret) => secrets.add(secret));
		const options = engineOptions(parameters, { isToolCall: isToolCall(context) });
		const limit = operation === 'getAll' ? readLimit(parameters) : 1;
		const exchange = await openExchange(run, { timeoutMs: options.timeoutMs, effort, secrets });
		const found =
			operation === 'getAll'
				? await performList(vendor, input, limit, exchange)
				: [await performOne(run, operation, { parameters, input, options, exchange, secrets })];
		const redactor = redactorFor(context, secrets);
		if (operation === 'create') subject.id = redactor.value(found[0]?.reading.id ?? null);
		if (effort.attempts > 0) logChange(context, subject, 'done');
		const items = found.map(({ reading, raw, requestId }) =>
			resultItem(subject, reading, input.changed, measured(requestId), redactor, itemIndex, {
				...(options.raw ? { raw: redactor.body(raw, (path, leaf) => vendor.isSecret(path, leaf)) } : {}),
			}),
		);
		return { items, subject, failure: null };
	} catch (error) {
		const failure = inContext(operation, vendor, asFailure(error, effort.attempts > 0 ? 'unknown' : 'no'));
		// A new credential has no id before the vendor's answer, and one that must be put right has to be found.
		subject.id ??= createRedactor(secrets).value(failure.details.id ?? null);
		if (failure.applied !== 'no') logChange(context, subject, `applied: ${failure.applied}`);
		const items = [failedItem(subject, failure, measured(null), redactorFor(context, secrets), itemIndex)];
		return { items, subject, failure };
	}
}

interface Work {
	parameters: Parameters;
	input: Target;
	options: EngineOptions;
	exchange: Exchange;
	secrets: Set<string>;
}

/** One credential, in the way that the options ask for. An option that is left over from another operation has no say. */
async function performOne(
	{ vendor }: Run,
	operation: Exclude<OperationName, 'getAll'>,
	{ parameters, input, options, exchange, secrets }: Work,
): Promise<Found> {
	const perform = async () => {
		if (operation === 'get' || !options.dryRun) return await performSingle(vendor, operation, input, exchange, secrets);
		// The credential that is to be changed, as “get” would read it; a new one is not there yet.
		const lookUp = operation === 'create' ? null : vendor.operations.get.read(parameters);
		return await planSingle(vendor, operation, { input, lookUp }, exchange, secrets);
	};
	return operation === 'delete' && options.ignoreIfMissing ? await orMissing(input, perform) : await perform();
}

/** In a tool call the vendor's text is left out: an agent's model could take it for instructions. */
function redactorFor(context: IExecuteFunctions, secrets: Set<string>): Redactor {
	const redactor = createRedactor(secrets);
	return isToolCall(context) ? { ...redactor, vendorText: () => null } : redactor;
}

/** Current agents run the node under a type with this ending, older ones say so through the context alone. */
function isToolCall(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool') || context.isToolExecution();
}

/**
 * Deleting what is gone succeeds where the user wants it so: nothing changes, and the credential is not there. The vendor
 * has to say so itself: a 404 without its words may come from a proxy, or from a base URL that leads elsewhere.
 */
async function orMissing(input: Target, deleting: () => Promise<Found>): Promise<Found> {
	try {
		return await deleting();
	} catch (error) {
		const failure = asFailure(error, 'unknown');
		const { vendorCode, vendorMessage } = failure.details;
		const saysSo = failure.code === 'notFound' && Boolean(vendorCode ?? vendorMessage);
		if (!saysSo) throw failure;
		const reading: Reading = { ...nothingKnown(input.id), outcome: 'unchanged' };
		return { reading, raw: null, requestId: failure.details.requestId ?? null };
	}
}

/** What a failure means for the operation that it came out of, where that is not what it means for a change. */
function inContext(operation: OperationName, { label }: VendorRecord, failure: Failure): Failure {
	// Nothing was asked for by its ID, so what is missing is the place.
	if (failure.code === 'notFound' && (operation === 'create' || operation === 'getAll')) {
		return failure.with({ message: `${label} has no credentials at the address that was asked.` });
	}
	// A create whose answer was lost must not be repeated blindly: that would make a second credential. Nor one that was
	// answered with 301 or 302, as servers do after they have acted on a POST.
	const mayHaveCreated = failure.applied === 'unknown' || [301, 302].includes(failure.details.httpStatus ?? 0);
	if (operation !== 'create' || !mayHaveCreated) return failure;
	return failure.with({
		applied: 'unknown',
		hint: 'Look for the new credential at the vendor before you run this again: if it is there, a repeat would create a second one.',
	});
}

/** n8n keeps no output of a stopped run; this line does. Ids only: no vendor text, no value. */
function logChange(context: IExecuteFunctions, { vendor, operation, id }: Subject, outcome: string): void {
	context.logger.info('Credential rotation', { vendor, operation, id, outcome });
}

/** The id that an item asks for, or `null` when it cannot be told. */
function idIn(parameters: Parameters): string | null {
	try {
		return asText(parameters.get('credentialId'));
	} catch {
		return null;
	}
}

/** One error for the whole run, built from scratch, on a copy of the node without its parameters and their secrets. */
function stopError(
	node: INode,
	vendor: VendorRecord,
	outcomes: Outcome[],
	notStarted: Array<string | null>,
): NodeOperationError {
	const itemIndex = outcomes.length - 1;
	const failed = outcomes[itemIndex];
	const { error } = failed?.items[0]?.json as { error: Record<string, string | null> };
	const message = String(error.message);
	const done = outcomes.slice(0, itemIndex).map(({ subject }) => subject.id);
	const said = [error.vendorCode, error.vendorMessage].filter((text) => text !== null).join(': ');
	const description = [
		said === '' ? '' : `${vendor.label} says: ${said}`,
		error.hint,
		`Succeeded: ${listIds(done)}. Failed: ${listIds([failed?.subject.id ?? null])}. Not started: ${listIds(notStarted)}.`,
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
