import type { TriggerRecord } from '../kit';
import type { ListInput } from './operations/getAll';
import { n8nCredentials } from './record';

/** n8n dates every change, also one that changes nothing, and its own, such as of an access token. */
export const n8nCredentialsTrigger: TriggerRecord<ListInput> = {
	vendor: n8nCredentials,
	due: { since: 'updatedAt' },
	place: ({ type }) => ({ parentId: null, filters: type }),
};
