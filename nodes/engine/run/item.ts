import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { openExchange, type Exchange, type Run } from '../request/exchange';
import { asFailure, invalidInput, type Failure } from '../../kit/failure';
import { asObject, asText } from '../../kit/json';
import { parametersOf, requestedId } from './nodeParameters';
import { engineOptions, readLimit, type EngineOptions } from './options';
import type { Parameters } from '../../kit/parameters';
import { lookAt, performList, performSingle, planSingle, type Found } from '../operation/perform';
import { createRedactor, type Redactor } from '../secrets/redaction';
import { failedItem, resultItem, type Effort, type Subject } from './result';
import { nothingFor, valuesFor, withStoredValues, type SecretValues } from '../secrets/storedSecret';
import { nothingKnown, type Operation, type OperationName, type Reading, type Target, type VendorRecord } from '../../kit/record';

/** What has become of one item. */
export interface Outcome {
	/** One result per credential: none, one or many; or the one failed item. */
	items: INodeExecutionData[];
	subject: Subject;
	/** `null`: the item succeeded. */
	failure: Failure | null;
}

/** An item whose parameters have been read, and may have turned out not to be usable. */
export interface Prepared {
	itemIndex: number;
	subject: Subject;
	/** What the item asks for; `null` when that cannot be told. */
	work: Work | null;
	failure: Failure | null;
}

interface Work {
	/** What is to be done, or to be known of the credential before that can be told. */
	input: Target;
	options: EngineOptions;
	/** How many credentials a list may yield. */
	limit: number;
	/** What “get” makes of the same parameters, for work that has to see the credential first; else `null`. */
	lookUp: Target | null;
	/** For a secret that is stored under the credential's name: what is to be done, once that has been looked up. */
	inputFor: ByName<Target> | null;
	/** The update with the secrets from before, for putting back; `null` where none are stored for the credential. */
	previousFor: ByName<Target | null>;
}

/** Completes what an item asks for by what the vendor calls the credential. Throws a `Failure` (`invalidInput`). */
type ByName<T> = (name: string | null) => T;

/** Reads one item's parameters. Sends nothing and throws nothing. */
export function prepareItem(run: Run, itemIndex: number): Prepared {
	const { context, vendor, operation } = run;
	const subject: Subject = { vendor: vendor.name, operation, id: null };
	try {
		const parameters = parametersOf(context, itemIndex);
		subject.id = requestedId(parameters);
		if (run.unusable !== null) throw run.unusable;
		const options = engineOptions(parameters, run);
		const limit = operation === 'getAll' ? readLimit(parameters) : 1;
		const asked = readAsked(run, parameters, subject.id);
		subject.id = asked.input.id;
		requireOwnersConsent(run, asked.input);
		const looks = asked.inputFor !== null || looksFirst(run, options);
		const lookUp = looks ? vendor.operations.get.read(parameters) : null;
		const previousFor = (name: string | null) => readPrevious(run, parameters, [asked.input.id, name]);
		return { itemIndex, subject, work: { ...asked, options, limit, lookUp, previousFor }, failure: null };
	} catch (error) {
		return { itemIndex, subject, work: null, failure: asFailure(error, 'no') };
	}
}

/** What the item asks for, secrets out of a stored one included. */
function readAsked({ vendor, operation, stored }: Run, parameters: Parameters, id: string | null): Pick<Work, 'input' | 'inputFor'> {
	const { read, storedSecret } = vendor.operations[operation] as Operation;
	if (stored === null || storedSecret === undefined) return { input: read(parameters), inputFor: null };
	const inputWith = (values: SecretValues | null): Target => {
		const fields = storedSecret(parameters, [...(values?.keys() ?? [])]);
		if (fields === null) return read(parameters);
		if (values === null) throw nothingFor(stored);
		return read(withStoredValues(parameters, fields, values, stored));
	};
	const fields = storedSecret(parameters, []);
	const values = valuesFor(stored, operation === 'create' ? asText(fields?.newName) : id);
	// Its name may be what the values are stored under, and only the vendor knows it.
	if (values === null && operation === 'update' && fields !== null) {
		return { input: vendor.operations.get.read(parameters), inputFor: (name) => inputWith(valuesFor(stored, name)) };
	}
	return { input: inputWith(values), inputFor: null };
}

/** The update with the secrets from before, which are stored under one of these: the credential's ID and its name. */
function readPrevious({ vendor, previous }: Run, parameters: Parameters, keys: Array<string | null>): Target | null {
	if (previous === null) return null;
	const values = keys.map((key) => valuesFor(previous, key)).find((found) => found !== null) ?? null;
	const { read, storedSecret } = vendor.operations.update as Operation;
	const fields = storedSecret?.(parameters, [...(values?.keys() ?? [])]) ?? null;
	return values === null || fields === null ? null : read(withStoredValues(parameters, fields, values, previous));
}

/**
 * What an agent may not do unless the owner of the node has said so, in a switch that is set by hand: an expression could
 * be filled in by the agent itself. Throws a `Failure` (`invalidInput`).
 */
function requireOwnersConsent(run: Run, { secrets }: Target): void {
	if (!run.isToolCall) return;
	const { context, operation, stored } = run;
	const written = asObject(context.getNode().parameters.options);
	if (operation === 'delete' && written.allowDeleteFromAgent !== true) {
		throw invalidInput('An AI agent may delete a credential only when “Allow Delete From Agent” is switched on in the options of this node.');
	}
	if (stored === null && secrets.length > 0 && written.allowSecretsFromAgent !== true) {
		throw invalidInput(
			'An AI agent cannot hand over a secret. Set “Secret Source” to Stored Secret, or switch on “Allow Secrets From Agent” in the options of this node.',
		);
	}
}

/** A dry run shows what is stored; putting back needs to know it. An option left over from another operation has no say. */
function looksFirst({ vendor, operation, previous }: Run, { dryRun, verify, onVerificationFailure }: EngineOptions): boolean {
	if (dryRun) return operation === 'update' || operation === 'delete';
	if (!verify || onVerificationFailure !== 'restore' || operation !== 'update') return false;
	const { undoing } = vendor.operations.update;
	return undoing !== undefined && !(undoing.needsPrevious === true && previous === null);
}

/**
 * Items with the same order are worked off one after the other; `null`: one that waits for no other. Two credentials may
 * share one, such as the same number in two connections: that costs time and no more.
 */
export function orderOf({ work, subject }: Prepared): string | null {
	if (subject.operation === 'getAll' || work === null) return null;
	const { id, twinOf } = work.input;
	// UUIDs may be written either way.
	return id === null ? (twinOf === undefined ? null : `new ${twinOf}`) : `id ${id.toLowerCase()}`;
}

/** Carries out what an item asks for. Throws nothing: a failure is an outcome, too. */
export async function runItem(run: Run, { itemIndex, subject, work, failure: unusable }: Prepared): Promise<Outcome> {
	const { context, vendor, operation } = run;
	const effort: Effort = { requests: 0, attempts: 0, durationMs: 0, requestId: null };
	const secrets = new Set<string>(work?.input.secrets);
	const startedAt = Date.now();
	const measured = (requestId: string | null) => ({ ...effort, requestId, durationMs: Date.now() - startedAt });
	try {
		if (work === null) throw unusable;
		const { options, limit } = work;
		const exchange = await openExchange(run, { itemIndex, timeoutMs: options.timeoutMs, effort, secrets });
		const found =
			operation === 'getAll'
				? await performList(vendor, work.input, limit, exchange)
				: [await performOne(run, work, exchange, secrets)];
		const redactor = redactorFor(run, secrets);
		if (operation === 'create') subject.id = redactor.value(newIdIn(found, run.createdIds));
		if (effort.attempts > 0) logChange(context, subject, 'done');
		const items = found.map(({ reading, raw, requestId, changed }) =>
			resultItem(subject, reading, changed, measured(requestId), redactor, itemIndex, {
				...(options.raw ? { raw: redactor.body(raw, (path, leaf) => vendor.isSecret(path, leaf)) } : {}),
			}),
		);
		return { items, subject, failure: null };
	} catch (error) {
		const failure = inContext(operation, vendor, asFailure(error, effort.attempts > 0 ? 'unknown' : 'no'));
		// A new credential has no id before the vendor's answer, and one that must be put right has to be found.
		subject.id ??= createRedactor(secrets).value(failure.details.id ?? null);
		if (failure.applied !== 'no') logChange(context, subject, `applied: ${failure.applied}`);
		const items = [failedItem(subject, failure, measured(null), redactorFor(run, secrets), itemIndex)];
		return { items, subject, failure };
	}
}

/** The id of what was created. One that this run has created before was handed out again, and none was created. */
function newIdIn([found]: Found[], createdIds: Set<string>): string | null {
	const { reading } = found ?? {};
	if (reading === undefined || reading.id === null || reading.outcome === 'planned') return reading?.id ?? null;
	if (createdIds.has(reading.id)) reading.outcome = 'unchanged';
	createdIds.add(reading.id);
	return reading.id;
}

/** One credential, in the way that the options ask for. */
async function performOne(
	{ vendor, operation }: Run,
	{ input, options, lookUp, inputFor, previousFor }: Work,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Found> {
	const name = operation as Exclude<OperationName, 'getAll'>;
	const perform = async () => {
		const isPlan = options.dryRun && name !== 'get';
		// A plan is one also for an account that may change the credential but not read it.
		const seen = lookUp === null ? null : await lookAt(vendor, lookUp, exchange, { mayBeHidden: isPlan && inputFor === null });
		const calledBy = seen?.reading.name ?? null;
		const asked = inputFor?.(calledBy) ?? input;
		asked.secrets.forEach((secret) => secrets.add(secret));
		return isPlan
			? await planSingle(vendor, name, { input: asked, seen }, exchange, secrets)
			: await performSingle(vendor, name, { input: asked, seen, previous: previousFor(calledBy) }, options, exchange, secrets);
	};
	return operation === 'delete' ? await orGone(input, options, perform) : await perform();
}

/** In a tool call the vendor's text is left out: an agent's model could take it for instructions. */
function redactorFor(run: Run, secrets: Set<string>): Redactor {
	const redactor = createRedactor(secrets);
	return run.isToolCall ? { ...redactor, vendorText: () => null, vendorToken: () => null } : redactor;
}

/** Current agents run the node under a type with this ending, older ones say so through the context alone. */
export function isToolCall(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool') || context.isToolExecution();
}

/**
 * Deleting what is gone succeeds where the user wants it so, and where an earlier try of the same item has had no answer:
 * that one did it. The vendor has to say itself that the credential is gone: a 404 without its words may come from a proxy,
 * or from a base URL that leads elsewhere.
 */
async function orGone(
	input: Target,
	{ ignoreIfMissing }: EngineOptions,
	deleting: () => Promise<Found>,
): Promise<Found> {
	try {
		return await deleting();
	} catch (error) {
		const failure = asFailure(error, 'unknown');
		const { vendorCode, vendorMessage, requestId = null } = failure.details;
		const saysSo = failure.kind === 'notFound' && Boolean(vendorCode ?? vendorMessage);
		const afterLostAnswer = failure.applied === 'unknown';
		if (!saysSo || !(ignoreIfMissing || afterLostAnswer)) throw failure;
		const reading: Reading = { ...nothingKnown(input.id), ...(afterLostAnswer ? {} : { outcome: 'unchanged' }) };
		return { reading, raw: null, requestId, changed: input.changed };
	}
}

/** What a failure means for the operation that it came out of, where that is not what it means for a change. */
function inContext(operation: OperationName, { label }: VendorRecord, failure: Failure): Failure {
	// Nothing was asked for by its ID, so what is missing is the place.
	if (failure.kind === 'notFound' && (operation === 'create' || operation === 'getAll')) {
		return failure.with({ message: `${label} has no credentials at the address that was asked.` });
	}
	// A create whose answer was lost must not be repeated blindly: that would make a second credential. Nor one that was
	// answered with 301 or 302, as servers do after they have acted on a POST.
	const { stage, httpStatus } = failure.details;
	const mayHaveCreated = failure.applied === 'unknown' || (stage === 'change' && [301, 302].includes(httpStatus ?? 0));
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
