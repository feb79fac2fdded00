import type { TriggerRecord } from '../kit';
import type { ListInput } from './operations/getAll';
import { nylas } from './record';

/** Nylas has one date for all changes, which is the nearest thing to the age of a secret. */
export const nylasTrigger: TriggerRecord<ListInput> = {
	vendor: nylas,
	due: { since: 'updatedAt' },
	place: ({ provider }) => ({ parentId: provider }),
};
