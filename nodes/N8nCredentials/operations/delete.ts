import { type ExistingTarget, type Operation, removedFromStore, storeRequests } from '../../kit';
import { readChangeTarget } from '../input';
import { PERMISSION_HINTS } from '../refusals';

/** Deletes a credential, in use or not. n8n answers with what it was. */
export const remove: Operation<ExistingTarget> = {
	repeatSafe: true,
	hints: { permission: PERMISSION_HINTS.delete },
	read: readChangeTarget,
	request: ({ id }) => storeRequests.remove(id),
	result: ({ id }, answer) => removedFromStore(id, answer),
};
