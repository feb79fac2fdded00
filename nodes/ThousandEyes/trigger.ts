import type { TriggerRecord } from '../kit';
import type { ListInput } from './operations/getAll';
import { thousandEyes } from './record';

/** ThousandEyes shows no dates: what is left are the names, and what comes and goes. */
export const thousandEyesTrigger: TriggerRecord<ListInput> = {
	vendor: thousandEyes,
	place: ({ accountGroupId, apiVersion }) => ({ parentId: accountGroupId, filters: apiVersion }),
	ignored: ['_links', 'apiLinks'],
};
