import { type ExistingTarget, type Operation, nothingKnown, readTested, type Reading, type Shown, storeRequests } from '../../kit';
import { readTarget } from '../input';
import { PERMISSION_HINTS } from '../refusals';

interface TestInput extends ExistingTarget {
	/** The credential as it has been looked at, so that a report can tell which it is. */
	shown: Reading | null;
}

/** Has n8n try a credential out where it is used. One that does not work is a result like any other. */
export const test: Operation<TestInput> = {
	hints: { permission: PERMISSION_HINTS.read },
	read: (parameters) => ({ ...readTarget(parameters), shown: null }),
	before: () => ({ look: 'get', dispensableOn: [], complete: (input: TestInput, looked: Shown | null) => ({ ...input, shown: looked?.reading ?? null }) }),
	request: ({ id }) => storeRequests.test(id),
	result: ({ id, shown }, answer) => ({ ...(shown ?? nothingKnown(id)), verification: readTested(answer, shown?.type ?? null) }),
};
