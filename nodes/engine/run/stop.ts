import truncate from 'lodash/truncate';
import type { NodeOperationError } from 'n8n-workflow';

import { MESSAGES } from '../../kit/messages';
import { changes } from '../../kit/operations';
import { say } from '../../kit/sentences';
import type { Run } from '../request/exchange';
import { ItemSecrets } from '../secrets/itemSecrets';
import { errorForPeople, type Told } from './errorForPeople';
import type { Outcome } from './item';
import { parametersOf, requestedId } from './nodeParameters';
import { prepareItem } from './prepare';

type Outcomes = ReadonlyArray<Outcome | undefined>;

/** One error for the whole run. */
export function stopError(run: Run, outcomes: Outcomes): NodeOperationError {
	const refused = outcomes.findIndex(isRefused);
	// Where the vendor has refused the key to a run before this one, no item was refused on its own account.
	const itemIndex = refused < 0 ? outcomes.findIndex((outcome) => outcome?.failure) : refused;
	// Of several credentials, those before it may have succeeded.
	const { error } = outcomes[itemIndex]?.items.find(({ json }) => json.error !== undefined)?.json as { error: Told };
	const more = [
		// Of a single item the message says it all.
		...(outcomes.length > 1 ? [wayOn(run, outcomes) ?? '', tally(run, outcomes)] : []),
		changes(run.operation) && outcomes.every(isUnchanged) ? say(MESSAGES.stop.unchanged) : '',
	];
	return errorForPeople(run.context.getNode(), run.vendor.label, error, { more, itemIndex });
}

/** Outcomes after which the credential is as it was before. */
const UNCHANGED: ReadonlySet<unknown> = new Set(['planned', 'unchanged']);

function isUnchanged(outcome: Outcome | undefined): boolean {
	if (outcome === undefined) return true;
	if (outcome.failure !== null) return outcome.failure.applied === 'no';
	return outcome.items.every(({ json }) => UNCHANGED.has(json.outcome));
}

/** Whether an item has failed on its own account. */
function isRefused(outcome: Outcome | undefined): boolean {
	return Boolean(outcome?.failure) && !isUnsent(outcome);
}

/** Whether nothing was begun for an item: the run had ended before, or the key was refused to another one. */
function isUnsent(outcome: Outcome | undefined): boolean {
	return outcome === undefined || (outcome.failure?.details.isUnsent === true && outcome.failure.applied === 'no');
}

/** A run that has created something ends at that when it is repeated, unless what exists already stops it no longer. */
function wayOn({ operation }: Run, outcomes: Outcomes): string | null {
	const exists = outcomes.some((outcome) => outcome?.failure?.kind === 'conflict' || outcome?.items[0]?.json.outcome === 'created');
	if (operation !== 'create' || !exists) return null;
	return say(MESSAGES.stop.wayOn);
}

/** Items named in each part of the tally: enough to find them, and little where there are thousands. */
const MOST_NAMED = 5;

function tally(run: Run, outcomes: Outcomes): string {
	const places = [...outcomes.keys()];
	const listed = (belongs: (outcome: Outcome | undefined) => boolean) => {
		const items = places.filter((place) => belongs(outcomes[place]));
		const named = items.slice(0, MOST_NAMED).map((place) => nameOf(run, place, outcomes[place]));
		const more = items.length > named.length ? ` and ${items.length - named.length} more` : '';
		return named.length === 0 ? '0' : `${items.length} (${named.join(', ')}${more})`;
	};
	return say(MESSAGES.stop.tally, { succeeded: listed((outcome) => outcome?.failure === null), refused: listed(isRefused), unsent: listed(isUnsent) });
}

/** An item by the ID of its credential; without one by its place among the items and what the credential is to be called. */
function nameOf(run: Run, itemIndex: number, outcome: Outcome | undefined): string {
	const id = outcome === undefined ? requestedId(parametersOf(run.context, itemIndex)) : outcome.subject.id;
	if (id !== null) return shortened(id);
	const name = run.operation === 'create' ? newNameOf(run, itemIndex) : null;
	return name === null ? `item ${itemIndex}` : `item ${itemIndex} (“${shortened(name)}”)`;
}

/** What a new credential is to be called, without the secrets of its item; `null` when either cannot be told. */
function newNameOf(run: Run, itemIndex: number): string | null {
	const { work, subject } = prepareItem(run, itemIndex);
	const secrets = new ItemSecrets();
	secrets.add(work?.target.secrets);
	return secrets.redactor.value(subject.name);
}

/** Characters of an ID or a name in a sentence: enough to find it. */
const LONGEST_SHOWN = 60;

function shortened(text: string): string {
	return truncate(text, { length: LONGEST_SHOWN, omission: '…' });
}
