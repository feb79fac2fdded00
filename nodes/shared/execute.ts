import cloneDeep from 'lodash/cloneDeep';
import {
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { Failure, type Applied } from './failure';
import { asText, type VendorAnswer } from './http';
import { memoryOf } from './memory';
import { parametersOf } from './nodeParameters';
import { collection, requireInteger, type Parameters } from './parameters';
import { createRedactor, type Redactor } from './redaction';
import { failureIn, requestIdOf, unreadable } from './refusal';
import { failedItem, resultItem, type Effort, type OperationName, type Subject } from './result';
import { send } from './transport';
import type { Modes, Operation, Reading, Target, VendorRecord } from './vendor';

/** Milliseconds that one request may take when the options do not say: above the 15 s of the vendors' own clients. */
export const DEFAULT_TIMEOUT_MS = 30_000;
const TIMEOUT_BOUNDS = { min: 1_000, max: 600_000 };

/** What has become of one item. */
interface Outcome {
	item: INodeExecutionData;
	subject: Subject;
	/** `null`: the item succeeded. */
	failure: Failure | null;
}

/**
 * Runs a node: one credential per input item, one after the other. Every item yields its result or one failed item, in
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
	const refusedTokens = new Set<string>();
	const outcomes: Outcome[] = [];

	for (const [itemIndex, input] of inputs.entries()) {
		const outcome =
			memory.recall(input, itemIndex) ?? (await runItem(context, vendor, operation, itemIndex, refusedTokens));
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
	return [outcomes.map(({ item }) => cloneDeep(item))];
}

/** Identifies this run of this node within its execution. */
function runOf(context: IExecuteFunctions): string {
	const runIndex = String(context.evaluateExpression('{{ $runIndex }}', 0));
	return [context.getExecutionId(), context.getNode().id, runIndex].join(':');
}

/**
 * A change that was made, or may have been made, is not made again by Retry On Fail. Nor is one whose secret the vendor
 * has tried out and rejected: each further try is one more refused sign-in where the secret is used, and can lock the
 * account there.
 */
function isFinal({ failure }: Outcome): boolean {
	return failure === null || failure.applied !== 'no' || failure.code === 'verificationFailed';
}

async function runItem(
	context: IExecuteFunctions,
	vendor: VendorRecord,
	operationName: OperationName,
	itemIndex: number,
	refusedTokens: Set<string>,
): Promise<Outcome> {
	const subject: Subject = { vendor: vendor.name, operation: operationName, id: null };
	const effort: Effort = { requests: 0, attempts: 0, durationMs: 0, requestId: null };
	const secrets = new Set<string>();
	const startedAt = Date.now();
	const measured = () => ({ ...effort, durationMs: Date.now() - startedAt });
	try {
		const operation = vendor.operations[operationName];
		const parameters = parametersOf(context, itemIndex);
		subject.id = idIn(parameters);
		const input = operation.read(parameters);
		subject.id = input.id;
		input.secrets.forEach((secret) => secrets.add(secret));
		const reading = await change(context, vendor, operation, input, {
			timeoutMs: timeoutOf(collection(parameters, 'options').timeout),
			effort,
			secrets,
			refusedTokens,
		});
		failOnMismatch(vendor, reading);
		logChange(context, subject, 'updated');
		const item = resultItem(subject, reading, input.changed, measured(), redactorFor(context, secrets), itemIndex);
		return { item, subject, failure: null };
	} catch (error) {
		const failure = asFailure(error, effort.attempts > 0 ? 'unknown' : 'no');
		if (failure.applied !== 'no') logChange(context, subject, `applied: ${failure.applied}`);
		const item = failedItem(subject, failure, measured(), redactorFor(context, secrets), itemIndex);
		return { item, subject, failure };
	}
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

interface Progress {
	timeoutMs: number;
	effort: Effort;
	secrets: Set<string>;
	/** Shared by all items of a run, see `SendOptions`. */
	refusedTokens: Set<string>;
}

/** Sends what the operation asks for: a read first where it needs one, then the change. */
async function change(
	context: IExecuteFunctions,
	vendor: VendorRecord,
	operation: Operation,
	input: Target,
	{ timeoutMs, effort, secrets, refusedTokens }: Progress,
): Promise<Reading> {
	const modes: Modes = (name) => context.getNodeParameter(name, 0, '') as string;
	const credentialType = vendor.credentialType(modes);
	const credentials = await usableCredentials(context, credentialType);
	const shared = {
		credentialType,
		baseUrl: vendor.baseUrl(credentials, modes),
		timeoutMs,
		refusedTokens,
		onSecrets: (carried: string[]) => carried.forEach((secret) => secrets.add(secret)),
	};
	const countRequest = () => void (effort.requests += 1);

	let completed = input;
	const before = operation.before?.(input) ?? null;
	if (before !== null) {
		const answer = await dispensably(before.dispensableOn, async () => {
			const read = await send(context, before.request, { ...shared, stage: 'read', onSent: countRequest });
			throwOnRefusal(vendor, read, 'read');
			return read;
		});
		completed = before.complete(input, answer);
		completed.secrets.forEach((secret) => secrets.add(secret));
	}

	const answer = await send(context, operation.request(completed), {
		...shared,
		stage: 'change',
		onSent: () => {
			countRequest();
			effort.attempts += 1;
		},
	});
	throwOnRefusal(vendor, answer, 'change');
	const reading = readAnswer(vendor, operation, completed, answer);
	effort.requestId = requestIdOf(vendor, answer, reading.requestId);
	return reading;
}

/** What the answer says of the credential. Throws a `Failure` that tells the status when it makes no sense. */
function readAnswer(vendor: VendorRecord, operation: Operation, input: Target, answer: VendorAnswer): Reading {
	try {
		const reading = operation.result(input, answer);
		if (sameId(reading.id, input.id)) return reading;
		throw unreadable(vendor.label, 'It speaks of another credential than the one that was changed.');
	} catch (error) {
		const failure = asFailure(error, 'unknown');
		const hint = vendor.hints[failure.code] ?? failure.details.hint;
		throw failure.with({ hint, httpStatus: answer.status, requestId: requestIdOf(vendor, answer) });
	}
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Ids in an answer may be absent, and UUIDs may come back in another case; in other ids the case counts. */
function sameId(answered: string | null, asked: string): boolean {
	if (answered === null || answered === asked) return true;
	return UUID.test(asked) && answered.toLowerCase() === asked.toLowerCase();
}

/** n8n's own words for a missing credential differ by version; ours name the remedy. */
async function usableCredentials(context: IExecuteFunctions, credentialType: string) {
	const credentials = await context.getCredentials(credentialType).catch(() => null);
	if (credentials !== null) return credentials;
	throw new Failure({
		code: 'authentication',
		stage: 'token',
		message: 'This node has no usable credential.',
		hint: 'Open the node and choose a credential in the field at its top.',
	});
}

/** The answer, or `null` when it was refused for a reason that the change can do without it. */
async function dispensably(
	codes: ReadonlyArray<Failure['code']>,
	read: () => Promise<VendorAnswer>,
): Promise<VendorAnswer | null> {
	try {
		return await read();
	} catch (error) {
		const failure = asFailure(error, 'no');
		if (codes.includes(failure.code)) return null;
		throw failure;
	}
}

function throwOnRefusal(vendor: VendorRecord, answer: VendorAnswer, stage: 'read' | 'change'): void {
	const failure = failureIn(vendor, answer, stage);
	if (failure !== null) throw failure;
}

/** A vendor that answers with other values than were sent has not done what it was asked. */
function failOnMismatch(vendor: VendorRecord, { verification }: Reading): void {
	if (verification.status !== 'failed') return;
	throw new Failure({
		code: 'verificationFailed',
		stage: 'answer',
		applied: 'yes',
		message: `${vendor.label} reported success, but its answer shows other values than were sent.`,
		hint: verification.detail,
	});
}

function timeoutOf(value: unknown): number {
	return value === undefined ? DEFAULT_TIMEOUT_MS : requireInteger(value, 'Timeout', TIMEOUT_BOUNDS);
}

/** n8n keeps no output of a stopped run; this line does. Ids only: no vendor text, no value. */
function logChange(context: IExecuteFunctions, { vendor, operation, id }: Subject, outcome: string): void {
	context.logger.info('Credential rotation', { vendor, operation, id, outcome });
}

function asFailure(error: unknown, applied: Applied): Failure {
	if (error instanceof Failure) return error;
	// A fault of our own. Its text may quote a value, so only its class is told.
	const name = error instanceof Error ? error.constructor.name : typeof error;
	return new Failure({
		code: 'unexpectedResponse',
		stage: 'answer',
		applied,
		message: `This node stopped at a place that it does not expect (${name}).`,
		hint: 'Check the credential at the vendor, and report this to the maintainers of the node.',
	});
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
	const { error } = failed?.item.json as { error: Record<string, string | null> };
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
