import type { TriggerRecord } from '../kit';
import type { ListInput } from './operations/getAll';
import { adobeDestinationSdk } from './record';

/** A configuration is replaced whole, and has one date for that. The sandbox is chosen in the n8n credential. */
export const adobeDestinationSdkTrigger: TriggerRecord<ListInput> = {
	vendor: adobeDestinationSdk,
	due: { since: 'updatedAt' },
	place: () => ({ parentId: null }),
};
