import { type ExistingTarget, onlyStored, type Operation, storeRequests } from '../../kit';
import { readTarget } from '../input';
import { PERMISSION_HINTS } from '../refusals';

/** Reads one credential: what is stored in it is in no answer. */
export const get: Operation<ExistingTarget> = {
	hints: { permission: PERMISSION_HINTS.read },
	read: readTarget,
	request: ({ id }) => storeRequests.get(id),
	result: (_input, answer) => onlyStored(answer),
};
