import { DateTime } from 'luxon';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { toIsoUtc } from '../../kit/dates';
import { MESSAGES } from '../../kit/messages';
import { nothingKnown } from '../../kit/reading';
import { say } from '../../kit/sentences';
import type { TriggerRecord } from '../../kit/trigger';
import type { Found } from '../operation/perform';
import { resultItem, type Subject } from '../run/result';
import type { Detected } from './detect';
import type { Attempt, Look, SeenCredential } from './look';
import { CUT_OFF } from './state';

type Vendor = Pick<TriggerRecord['vendor'], 'name' | 'label' | 'isSecret'>;

/** What has happened, or what a person is shown who tries the trigger out. */
type Reported = Detected & { isSample?: boolean };

/** What failures and results of a poll are about: the list. */
export function subjectOf({ name, label }: Vendor): Subject {
	return { vendor: name, label, operation: 'getAll', id: null, name: null, rotationId: null };
}

/**
 * What has happened to a credential as an item: as Get Many shows it, and what it is told for.
 * @param seen `null`: it is gone
 * @param now in milliseconds since 1970
 */
export function eventItem({ vendor, due }: Pick<TriggerRecord, 'due'> & { vendor: Vendor }, detected: Reported, seen: SeenCredential | null, look: Look, attempt: Attempt, now: number): INodeExecutionData {
	const { event, threshold, isSample = false } = detected;
	const found = seen?.found ?? gone(vendor, detected, look);
	const redactor = attempt.secrets.redactorFor(found.reading.secrets);
	const raw = look.output === 'raw' ? redactor.body(found.raw, (path, leaf) => vendor.isSecret(path, leaf)) : undefined;
	const { reading, changed } = found;
	const notes = [...(found.notes ?? []), ...(event === 'changed' ? [whatChanged(vendor, detected, redactor.value(reading.name))] : []), ...(isSample ? [say(MESSAGES.trigger.sample)] : [])];
	const { json } = resultItem(subjectOf(vendor), { reading, changed, notes, raw }, { ...attempt.effort, requestId: found.requestId }, redactor, 0, look.output);
	return {
		json: {
			event,
			dueAt: event === 'due' ? shownDate(json, seen, due) : null,
			threshold,
			detectedAt: DateTime.fromMillis(now, { zone: 'utc' }).toISO(),
			...json,
			...(event === 'deleted' ? { outcome: 'deleted' } : {}),
		},
	};
}

/** What the name from before tells of a change; empty where it tells nothing. All else that is remembered is whether something has changed. */
function whatChanged({ label }: Vendor, { lastName = null }: Detected, name: string | null): string {
	if (lastName === null) return '';
	if (name === lastName) return say(MESSAGES.trigger.sameName, { vendor: label });
	const isBeginning = lastName.endsWith(CUT_OFF) && name?.startsWith(lastName.slice(0, -CUT_OFF.length)) === true;
	return isBeginning ? '' : say(MESSAGES.trigger.renamed, { name: lastName });
}

/** A date of the vendor's own as the result shows it: a day stays a day. */
function shownDate(json: IDataObject, seen: SeenCredential | null, due: TriggerRecord['due']): string | null {
	if (due === 'expiresAt') return json.expiresAt as string | null;
	const dueAt = seen?.facts.dueAt ?? null;
	return dueAt === null ? null : toIsoUtc(DateTime.fromMillis(dueAt, { zone: 'utc' }));
}

/** What is left to say of a credential that is not there any more. */
function gone({ label }: Vendor, { id, lastName = null }: Detected, { parentId }: Look): Found {
	const reading = { ...nothingKnown(id), name: lastName, parentId };
	return { reading, raw: null, requestId: null, changed: [], notes: [say(MESSAGES.trigger.gone, { vendor: label })] };
}
