import once from 'lodash/once';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { OperationName, Target } from '../../kit/operation';
import { changes, isJoint, isStepwise, lists } from '../../kit/operations';
import { nothingKnown, type Reading } from '../../kit/reading';
import type { VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';
import { unverifiable } from '../../kit/verification';
import { asFailure } from '../asFailure';
import { performList } from '../operation/list';
import { requireNewSecrets } from '../operation/newSecrets';
import { type Found, type ItemContext, lookAt, performSingle, planSingle, unlessDispensable } from '../operation/perform';
import { doubtOfAbsence } from '../operation/place';
import { openExchange, type Run } from '../request/exchange';
import { inNoPlace } from '../request/refusal';
import { ItemSecrets } from '../secrets/itemSecrets';
import type { EngineOptions } from './engineOptions';
import type { Prepared, Work } from './prepare';
import { type Effort, failedItem, resultItem, type Subject } from './result';
import { runStepwise } from './stepwise';

/** What has become of one item. */
export interface Outcome {
	/** One result per credential: none, one or many; or a failed item, of which an operation of several requests has one for each credential. */
	items: INodeExecutionData[];
	subject: Subject;
	/** `null`: the item succeeded. Else the first of its failures. */
	failure: Failure | null;
}

/** Carries out what an item asks for. Throws nothing: a failure is an outcome, too. */
export async function runItem(run: Run, { itemIndex, subject, work, failure: unusable }: Prepared): Promise<Outcome> {
	const { context, vendor, operation } = run;
	const effort: Effort = { requests: 0, attempts: 0, durationMs: 0, requestId: null };
	const secrets = new ItemSecrets(run.isToolCall);
	const startedAt = Date.now();
	const noteSeen = ({ name, secrets: shown }: Reading) => {
		// A copy of what is stored may stand in the name.
		secrets.addShown(shown);
		subject.name = name ?? subject.name;
	};
	const measured = (requestId: string | null) => ({ ...effort, requestId, durationMs: Date.now() - startedAt });
	try {
		if (work === null) throw unusable;
		const { options, limit, target } = work;
		secrets.add(target.secrets);
		const account = await run.accounts.of(itemIndex);
		const settle = (reading: Reading) => (operation === 'create' ? settleCreated(reading, vendor, run.createdIds, account.key) : reading);
		const progress = { itemIndex, timeoutMs: options.timeoutMs, effort, secrets };
		const exchange = openExchange(run, account, progress);
		if (isStepwise(operation)) {
			return await runStepwise(run, work, { account, exchange, progress, subject, measured, log: (about, outcome) => logChange(context, about, outcome) });
		}
		const found =
			lists(operation)
				? await performList(vendor, target, limit, exchange, () => run.report.incomplete(itemIndex))
				: isJoint(operation)
					? [await run.joint.of(run, work, { accountKey: account.key, exchange, secrets, subject })]
					: [await performOne(run, work, { vendor, exchange, secrets, noteSeen, settle, reference: run.references.forAccount(account.key, exchange) })];
		if (operation === 'create') subject.id = secrets.redactor.fact(found[0]?.reading.id ?? null);
		if (effort.attempts > 0) logChange(context, subject, 'done');
		const items = found.map(({ raw, requestId, ...shown }) => {
			const redactor = secrets.redactorFor(shown.reading.secrets);
			const body = options.output === 'raw' ? redactor.body(raw, (path, leaf) => vendor.isSecret(path, leaf)) : undefined;
			return resultItem(subject, { ...shown, raw: body }, measured(requestId), redactor, itemIndex, options.output);
		});
		return { items, subject, failure: null };
	} catch (error) {
		const failure = inContext(operation, vendor, asFailure(error, effort.attempts > 0 ? 'unknown' : 'no'));
		// A new credential has no id before the vendor's answer, and one that must be put right has to be found.
		subject.id ??= secrets.redactor.fact(failure.details.id ?? null);
		if (failure.applied !== 'no') logChange(context, subject, `applied: ${failure.applied}`);
		const items = [failedItem(subject, failure, measured(null), secrets.redactor, itemIndex)];
		return { items, subject, failure };
	}
}

/**
 * What a create has come to. An ID that this run has created before was handed out again: nothing was created, and that
 * credential need not be as this one was asked for.
 */
function settleCreated(reading: Reading, { label }: VendorRecord, createdIds: Set<string>, accountKey: string): Reading {
	const { id, parentId, outcome, verification } = reading;
	if (id === null) return reading;
	// Vendors number credentials by account, or by what they belong to.
	const created = JSON.stringify([accountKey, parentId, id]);
	const isHandedOutAgain = createdIds.has(created);
	createdIds.add(created);
	if (!isHandedOutAgain || outcome === 'unchanged') return reading;
	const settled =
		verification.status === 'failed'
			? unverifiable(say(MESSAGES.outcome.handedOutOther, { vendor: label }))
			: { ...verification, detail: say(MESSAGES.outcome.handedOutAgain, { vendor: label }) };
	return { ...reading, outcome: 'unchanged', verification: settled };
}

/** One credential, in the way that the options ask for. */
async function performOne(
	{ operation }: Run,
	{ target, options, lookUp, looks, naming, inputFor, previousFor, heldFor, labels }: Work,
	item: ItemContext,
): Promise<Found> {
	const name = operation as Exclude<OperationName, 'getAll'>;
	const askedFor = (calledBy: string | null) => {
		const [input, previous] = [inputFor(calledBy), previousFor(calledBy)];
		item.secrets.addShown(previous?.secrets ?? heldFor(calledBy));
		requireNewSecrets(item.vendor, input, previous, labels);
		return { input, previous };
	};
	const perform = async () => {
		// What can be told without a look is refused without one.
		if (naming !== 'needed') askedFor(null);
		const isPlan = options.dryRun && changes(name);
		const look = once(async () => await lookAt(item, lookUp()));
		const seen = looks === 'no' ? null : await unlessDispensable({ dispensableOn: looks === 'always' ? [] : ['permission'] }, look);
		const calledBy = seen?.reading.name ?? null;
		const { input, previous } = askedFor(calledBy);
		item.secrets.add(input.secrets);
		const found = isPlan
			? await planSingle(item, name, { input, look, seen })
			: await performSingle(item, name, { input, look, seen, previous }, options);
		return { ...found, notes: [...(found.notes ?? []), ...(input.notes ?? [])] };
	};
	if (operation === 'delete') return { ...(await orGone(item, target, options, perform)), isDeleted: !options.dryRun };
	return await perform();
}

/**
 * Deleting what is gone succeeds where the user wants it so, and where an earlier try of the same item has had no answer:
 * that one did it.
 */
async function orGone(
	item: ItemContext,
	input: Target,
	{ ignoreIfMissing }: EngineOptions,
	deleting: () => Promise<Found>,
): Promise<Found> {
	try {
		return await deleting();
	} catch (error) {
		const failure = asFailure(error, 'unknown');
		const { requestId = null } = failure.details;
		const afterLostAnswer = failure.applied === 'unknown';
		if (failure.kind !== 'notFound' || !(ignoreIfMissing || afterLostAnswer)) throw failure;
		const doubt = await doubtOfAbsence(item, input, failure);
		if (doubt !== null) throw doubt;
		const reading: Reading = { ...nothingKnown(input.id), ...(afterLostAnswer ? {} : { outcome: 'unchanged' }) };
		return { reading, raw: null, requestId, changed: input.changed ?? [] };
	}
}

/** What a failure means for the operation that it came out of, where that is not what it means for a change. */
function inContext(operation: OperationName, vendor: VendorRecord, failure: Failure): Failure {
	if (failure.kind === 'notFound' && operation === 'create') return inNoPlace(vendor, failure);
	// A create whose answer was lost must not be repeated blindly: that would make a second credential. Nor one that was
	// answered with 301 or 302, as servers do after they have acted on a POST.
	const { stage, httpStatus } = failure.details;
	const mayHaveCreated = failure.applied === 'unknown' || (stage === 'change' && [301, 302].includes(httpStatus ?? 0));
	if (operation !== 'create' || !mayHaveCreated) return failure;
	return failure.with({
		applied: 'unknown',
		hint: say(MESSAGES.refusal.lostCreate),
	});
}

/** n8n keeps no output of a stopped run; this line does. Ids only: no vendor text, no value. */
function logChange(context: IExecuteFunctions, { vendor, operation, id }: Subject, outcome: string): void {
	context.logger.info('Credential rotation', { vendor, operation, id, outcome });
}
