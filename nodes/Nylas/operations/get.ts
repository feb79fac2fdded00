import type { Operation } from '../../kit';
import { onlyCredential } from '../answer';
import { readTarget, type NylasTarget } from '../input';

/** Reads one credential: its name and its times, which is all that Nylas shows. */
export const get: Operation<NylasTarget> = {
	read: readTarget,
	request: ({ path }) => ({ method: 'GET', path, body: null }),
	result: ({ provider }, answer) => onlyCredential(answer, provider),
};
