import type { TriggerRecord } from '../kit';
import { __node__ } from './record';

// FILL IN: what of a credential changes at __Label__ without anybody's doing, such as links or counters: it goes into “ignored”.
// @if due updated
/** The last change is the nearest thing to the age of a secret. */
// @end
// @if due created
/** A credential counts as old since its creation. */
// @end
// @if due expires
/** __Label__ says itself when a credential ends. */
// @end
// @if due none
/** __Label__ shows no dates: what is left are the names, and what comes and goes. */
// @end
export const __node__Trigger: TriggerRecord = {
	vendor: __node__,
	// @if due updated
	due: { since: 'updatedAt' },
	// @end
	// @if due created
	due: { since: 'createdAt' },
	// @end
	// @if due expires
	due: 'expiresAt',
	// @end
	place: () => ({ parentId: null }),
};
