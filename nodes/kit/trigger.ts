import type { Target } from './operation';
import type { VendorRecord } from './record';

/** What a trigger can start a workflow for, in the order in which the editor shows it. */
export const TRIGGER_EVENTS = ['changed', 'created', 'deleted', 'due'] as const;

export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/**
 * A trigger as data: what a list of the vendor's says of time and place. The poll is written once, and knows the list by the
 * vendor's Get Many, whose filters are read from the trigger's parameters.
 */
export interface TriggerRecord<Input extends Target = Target> {
	vendor: VendorRecord;
	/**
	 * The date by which a credential is due: the vendor's own end of it, or an age since a date that the vendor shows. Absent:
	 * the vendor shows no date, and the trigger does not offer the event.
	 */
	due?: 'expiresAt' | { since: 'createdAt' | 'updatedAt' };
	/**
	 * What tells one list from another: another place, or other filters, and what is known of the one says nothing of the other.
	 * Whether `parentId` is what all credentials of the list belong to, the result says of one that is gone.
	 */
	place(input: Input): { parentId: string | null; filters?: unknown };
	/**
	 * The same list without the filters that a change of a credential can take it out of; `null` where there are none such, so that
	 * what is not listed any more is gone.
	 */
	unfiltered?(input: Input): Input | null;
	/** Attributes that say nothing of the credential, such as links: a change of them is none. */
	ignored?: readonly string[];
}
