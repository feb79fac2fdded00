import { DateTime } from 'luxon';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { Target } from '../../kit/operation';
import { cureOf, textOf } from '../../kit/sentences';
import type { TriggerEvent, TriggerRecord } from '../../kit/trigger';
import { asFailure } from '../asFailure';
import { errorForPeople, type Told } from '../run/errorForPeople';
import { failedItem } from '../run/result';
import { budgetOf } from './context';
import { detect } from './detect';
import { nearnessAt } from './due';
import { eventItem, subjectOf } from './items';
import { type Attempt, newAttempt, openLook, type Seen, type SeenCredential } from './look';
import { packed, type PollState, unpacked } from './state';
import { WatchedPoll } from './watch';

/** Where n8n keeps what the trigger remembers. It sees a change of a key at the top alone, so one key holds all, replaced whole. */
const STATE_KEY = 'poll';

/** Credentials that a person sees who tries the trigger out. */
const SAMPLE_SIZE = 3;

/** Fewer than these may well go at once. */
const SEVERAL = 2;

/** Ways of activating a workflow in which a person has just published it, and waits to hear of it. */
const PUBLISHED: ReadonlySet<string> = new Set(['activate', 'create', 'update']);

/**
 * Polls a vendor: yields what has happened to its credentials since the last time, `null` when nothing has. A fault is told rather than
 * thrown, unless `WatchedPoll` says that somebody has to hear of it: n8n gives up a trigger whose first poll throws.
 */
export async function pollVendor<Input extends Target>(context: IPollFunctions, trigger: TriggerRecord<Input>): Promise<INodeExecutionData[][] | null> {
	const now = DateTime.utc().toMillis();
	const attempt = newAttempt();
	if (context.getMode() === 'manual') {
		return await sampleOf(context, trigger, attempt, now).catch((error: unknown) => {
			throw errorOf(context, trigger.vendor, inTime(asFailure(error, 'no')), attempt);
		});
	}
	const watched = new WatchedPoll(context, `${context.getWorkflow().id}:${context.getNode().id}`, now);
	return await watched.alone(async () => {
		try {
			return await pollOnce(context, trigger, attempt, now, watched);
		} catch (error) {
			return handled(context, trigger.vendor, inTime(asFailure(error, 'no')), attempt, watched);
		}
	});
}

/** Looks, compares and remembers. Throws a `Failure` when the vendor could not be read; what is remembered stays as it was then. */
async function pollOnce<Input extends Target>(context: IPollFunctions, trigger: TriggerRecord<Input>, attempt: Attempt, now: number, watched: WatchedPoll): Promise<INodeExecutionData[][] | null> {
	const look = await openLook(context, trigger, budgetOf(context, watched), attempt);
	const { settings, scope, accountKey } = look;
	const stored = context.getWorkflowStaticData('node');
	const before = ofScope(unpacked(stored[STATE_KEY]), scope);
	const first = await look.list();
	const known = before !== null && watched.isOtherAccount(accountKey) && sharesNothing(first, before) ? null : before;
	// Pages can let something slip past, and an answer can be empty that ought not to be: gone is what is missing twice.
	const seen = known !== null && missingIn(first, known).length > 0 ? bothOf(first, await look.list()) : first;
	const missing = known === null ? [] : missingIn(seen, known);
	const unfiltered = missing.length === 0 ? undefined : await look.findUnfiltered?.(new Set(missing));
	const hidden = unfiltered?.credentials ?? new Map<string, SeenCredential>();
	const { events, state } = detect(
		{
			listed: [...seen.credentials.values()].map(({ facts }) => facts),
			isComplete: seen.isComplete && (unfiltered?.isComplete ?? true),
			hidden: new Set(hidden.keys()),
			hasChangeableFilters: look.findUnfiltered !== null,
		},
		known,
		now,
		{ ...settings, scope },
	);
	const items = events.map((event) => eventItem(trigger, event, seen.credentials.get(event.id) ?? hidden.get(event.id) ?? null, look, attempt, now));
	stored[STATE_KEY] = packed(state) as IDataObject;
	watched.succeeded(accountKey);
	return items.length === 0 ? null : [items];
}

function ofScope(state: PollState | null, scope: string): PollState | null {
	return state?.scope === scope ? state : null;
}

/** What either of two looks at a list has shown, as the second has it. */
function bothOf(first: Seen, second: Seen): Seen {
	return { credentials: new Map([...first.credentials, ...second.credentials]), isComplete: first.isComplete && second.isComplete };
}

/** Whether this may well be another account: of several that were there, none is, and others are. */
function sharesNothing({ credentials }: Seen, before: PollState): boolean {
	return before.credentials.size >= SEVERAL && credentials.size > 0 && ![...before.credentials.keys()].some((id) => credentials.has(id));
}

/** What is not listed that was, and so may be gone. Of a list that has moved nobody can tell. */
function missingIn({ credentials, isComplete }: Seen, before: PollState): string[] {
	return isComplete ? [...before.credentials.keys()].filter((id) => !credentials.has(id)) : [];
}

/** The newest credentials, as if an event had just come for each: for a person who tries the trigger out. What is remembered stays as it is. */
async function sampleOf<Input extends Target>(context: IPollFunctions, trigger: TriggerRecord<Input>, attempt: Attempt, now: number): Promise<INodeExecutionData[][] | null> {
	const look = await openLook(context, trigger, budgetOf(context, { mayRegister: false }), attempt);
	const { credentials } = await look.list();
	// Where no date tells, what stands last in the list is the newest.
	const newest = [...credentials.values()].reverse().sort((a, b) => ageOf(b) - ageOf(a)).slice(0, SAMPLE_SIZE);
	const items = newest.map((seen) => {
		const event = eventFor(seen, look.settings.chosen);
		const threshold = event === 'due' ? (nearnessAt(now, seen.facts.dueAt ?? Infinity, look.settings)?.threshold ?? look.settings.thresholds[0]!) : null;
		const { id, name } = seen.facts;
		// Of what is gone, a poll has no more than this to tell.
		return eventItem(trigger, { id, event, threshold, lastName: name, isSample: true }, event === 'deleted' ? null : seen, look, attempt, now);
	});
	return items.length === 0 ? null : [items];
}

function ageOf({ facts: { createdAt, latest } }: SeenCredential): number {
	return createdAt ?? latest ?? 0;
}

/** What is there cannot be gone, and what has no date cannot be due, unless that is all that is chosen. */
function eventFor({ facts: { dueAt } }: SeenCredential, chosen: readonly TriggerEvent[]): TriggerEvent {
	return chosen.find((event) => event !== 'deleted' && (event !== 'due' || dueAt !== null)) ?? chosen[0]!;
}

/** What becomes of a fault: an item of the error branch, an error that is thrown, or a line in n8n's log and nothing else. */
function handled(context: IPollFunctions, vendor: TriggerRecord['vendor'], failure: Failure, attempt: Attempt, watched: WatchedPoll): INodeExecutionData[][] | null {
	const isTold = watched.failed(failure, PUBLISHED.has(context.getActivationMode()));
	context.logger.warn('Credential trigger: the vendor could not be read', { vendor: vendor.name, code: failure.kind, httpStatus: failure.details.httpStatus ?? null, faultsInARow: watched.faults });
	if (!isTold) return null;
	if (!watched.mayRegister && goesOn(context)) return [[toldItem(vendor, failure, attempt)]];
	throw errorOf(context, vendor, failure, attempt);
}

/** n8n looks at “On Error” for what a poll returns, and not for what it throws. */
function goesOn(context: IPollFunctions): boolean {
	return ['continueErrorOutput', 'continueRegularOutput'].includes(context.getNode().onError ?? '');
}

function toldItem(vendor: TriggerRecord['vendor'], failure: Failure, { effort, secrets }: Attempt): INodeExecutionData {
	const { json } = failedItem(subjectOf(vendor), failure, effort, secrets.redactor, 0);
	return { json };
}

function errorOf(context: IPollFunctions, vendor: TriggerRecord['vendor'], failure: Failure, attempt: Attempt): Error {
	return errorForPeople(context.getNode(), vendor.label, toldItem(vendor, failure, attempt).json.error as Told);
}

/** A poll is not cancelled by anybody: its time was over. */
function inTime(failure: Failure): Failure {
	if (failure.kind !== 'cancelled') return failure;
	return new Failure({ code: 'timeout', stage: 'read', message: textOf(MESSAGES.trigger.outOfTime), hint: cureOf(MESSAGES.trigger.outOfTime) });
}
