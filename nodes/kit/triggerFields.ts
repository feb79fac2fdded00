import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { OUTPUT, TIMEOUT } from './options';

/** What the parameters are called that every trigger has, or every one with a date. */
export const TRIGGER_LABELS = {
	events: 'Trigger On',
	dueAfterDays: 'Due After (Days)',
	thresholds: 'Days Before',
	emitExisting: 'Emit Existing',
	remindEvery: 'Remind Every (Days)',
} as const;

const EVENTS: INodeProperties = {
	displayName: TRIGGER_LABELS.events,
	name: 'events',
	type: 'multiOptions',
	required: true,
	options: [
		{ name: 'Changed', value: 'changed', description: 'Something that the vendor shows of a credential has changed' },
		{ name: 'Created', value: 'created', description: 'A credential is there that was not before' },
		{ name: 'Deleted', value: 'deleted', description: 'A credential is not there any more' },
		{ name: 'Due', value: 'due', description: 'The date of a credential is near, or over' },
	],
	default: ['due'],
	description: 'What starts the workflow',
};

const EVENTS_WITHOUT_DATE: INodeProperties = {
	...EVENTS,
	options: EVENTS.options!.filter(({ name }) => name !== 'Due'),
	default: ['changed', 'created', 'deleted'],
};

interface TriggerFields {
	/** Parameters that say where to look. */
	place?: INodeProperties[];
	/** Filters of Get Many, as far as time alone takes no credential in or out. */
	filters?: INodeProperties[];
	/** Options of the vendor's own. */
	options?: INodeProperties[];
	/** What Due goes by; absent: the trigger does not offer it. */
	due?: DueField;
	/** Why it offers what it offers, for people; no markup: what concerns Due alone, and the rest. */
	notices: { due?: string; always?: string };
}

interface DueField {
	/** For a trigger that goes by age: since when it counts. Absent: credentials have an end of their own. */
	age?: string;
}

const whenDue: IDisplayOptions = { show: { events: ['due'] } };

/** The parameters of a trigger, in the order in which the editor shows them. */
export function triggerProperties({ place = [], filters = [], options = [], due, notices }: TriggerFields): INodeProperties[] {
	return [
		...place,
		due === undefined ? EVENTS_WITHOUT_DATE : EVENTS,
		...(notices.due === undefined ? [] : [{ displayName: notices.due, name: 'dueNotice', type: 'notice', default: '', displayOptions: whenDue } satisfies INodeProperties]),
		...(notices.always === undefined ? [] : [{ displayName: notices.always, name: 'eventsNotice', type: 'notice', default: '' } satisfies INodeProperties]),
		...(due === undefined ? [] : dueProperties(due)),
		...(filters.length === 0
			? []
			: [{ displayName: 'Filters', name: 'filters', type: 'collection', placeholder: 'Add filter', default: {}, options: filters } satisfies INodeProperties]),
		POLL_NOTICE,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [EMIT_EXISTING, OUTPUT, ...(due === undefined ? [] : [REMIND_EVERY]), TIMEOUT, ...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
		},
	];
}

function dueProperties({ age }: DueField): INodeProperties[] {
	const dueAfterDays: INodeProperties[] =
		age === undefined
			? []
			: [
					{
						displayName: TRIGGER_LABELS.dueAfterDays,
						name: 'dueAfterDays',
						type: 'number',
						typeOptions: { minValue: 0 },
						default: 90,
						displayOptions: whenDue,
						description: age,
					},
				];
	return [
		...dueAfterDays,
		{
			displayName: TRIGGER_LABELS.thresholds,
			name: 'thresholds',
			type: 'string',
			default: '30, 7',
			placeholder: 'e.g. 30, 7, 0',
			displayOptions: whenDue,
			description:
				'How many days before its date a credential is told: whole numbers with commas between them, each told once for each date. What has passed several of them at once is told once, by the last.',
		},
	];
}

const POLL_NOTICE: INodeProperties = {
	displayName:
		'Credentials change seldom. Set “Poll Times” to once an hour: that is plenty. The first look after the workflow is published only takes note of what is there. “Fetch Test Event” shows up to three credentials as examples: nothing has happened to them. An event may be reported twice after a restart of n8n, so the nodes after this one must tolerate that.',
	name: 'pollNotice',
	type: 'notice',
	default: '',
};

const EMIT_EXISTING: INodeProperties = {
	displayName: TRIGGER_LABELS.emitExisting,
	name: 'emitExisting',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '/events': ['created'] } },
	description: 'Whether the credentials that are there at the first look count as created',
};

const REMIND_EVERY: INodeProperties = {
	displayName: TRIGGER_LABELS.remindEvery,
	name: 'remindEvery',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 7,
	displayOptions: { show: { '/events': ['due'] } },
	description: 'After how many days a credential is told again, and again, once it has passed the last of “Days Before” and its date has stayed the same',
};
