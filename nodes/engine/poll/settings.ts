import { DAYS_BOUNDS, readDays } from '../../kit/ages';
import { invalidInput } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import { collection, optionalText, type Parameters, readSwitch, requireChoice, requireInteger, requireText } from '../../kit/parameters';
import { say } from '../../kit/sentences';
import { TRIGGER_EVENTS, type TriggerEvent, type TriggerRecord } from '../../kit/trigger';
import { TRIGGER_LABELS } from '../../kit/triggerFields';
import type { Settings } from './detect';

/** What the user has set, but for which list it is about. */
export interface PollSettings extends Omit<Settings, 'scope'> {
	/** The events in the order in which the editor shows them. */
	chosen: readonly TriggerEvent[];
	/** The age at which a credential is due, in days; `null` where its own date says so, or nothing is to be told of that. */
	dueAfterDays: number | null;
}

/** More of them would be a reminder for each day, for which there is an option. */
const MOST_THRESHOLDS = 10;

/** Reads what every trigger has. Throws a `Failure` (`invalidInput`) naming the parameter that cannot be used. */
export function readSettings(trigger: TriggerRecord, parameters: Parameters): PollSettings {
	const chosen = readEvents(trigger, parameters.get('events'));
	const isDue = chosen.includes('due');
	const { emitExisting, remindEvery } = collection(parameters, 'options');
	return {
		chosen,
		events: new Set(chosen),
		dueAfterDays: isDue && typeof trigger.due === 'object' ? readDays(parameters.get('dueAfterDays'), TRIGGER_LABELS.dueAfterDays) : null,
		thresholds: isDue ? readThresholds(parameters.get('thresholds')) : [],
		remindEveryDays: !isDue || remindEvery === undefined ? null : requireInteger(remindEvery, TRIGGER_LABELS.remindEvery, { ...DAYS_BOUNDS, min: 1 }),
		emitExisting: chosen.includes('created') && readSwitch(emitExisting, TRIGGER_LABELS.emitExisting),
	};
}

function readEvents({ vendor, due }: TriggerRecord, value: unknown): TriggerEvent[] {
	const given = Array.isArray(value) ? value : [value];
	const chosen = given.map((each) => requireChoice(TRIGGER_EVENTS, each, TRIGGER_LABELS.events));
	if (chosen.length === 0) throw invalidInput(say(MESSAGES.trigger.nothingChosen, { label: TRIGGER_LABELS.events }));
	if (due === undefined && chosen.includes('due')) {
		throw invalidInput(say(MESSAGES.trigger.noDate, { vendor: vendor.label, label: TRIGGER_LABELS.events }));
	}
	return TRIGGER_EVENTS.filter((event) => chosen.includes(event));
}

/** Numbers with commas between them, a list of numbers, or one; the most days first. */
function readThresholds(value: unknown): number[] {
	const given: unknown[] = Array.isArray(value) ? value : (optionalText(value, TRIGGER_LABELS.thresholds) ?? '').split(',');
	const days = given.map((each) => (typeof each === 'string' ? each.trim() : each)).filter((each) => each !== '');
	if (days.length === 0) requireText('', TRIGGER_LABELS.thresholds);
	const thresholds = [...new Set(days.map((each) => readDays(each, TRIGGER_LABELS.thresholds)))].sort((a, b) => b - a);
	if (thresholds.length <= MOST_THRESHOLDS) return thresholds;
	throw invalidInput(say(MESSAGES.trigger.manyThresholds, { label: TRIGGER_LABELS.thresholds, count: thresholds.length, most: MOST_THRESHOLDS, other: TRIGGER_LABELS.remindEvery }));
}
