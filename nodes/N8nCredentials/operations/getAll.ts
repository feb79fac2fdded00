import { DateTime } from 'luxon';

import { collection, type ListOperation, optionalPlace, type Parameters, readDays, type Reading, storedPage, storeRequests, type Target, toDateTime } from '../../kit';
import { PERMISSION_HINTS } from '../refusals';

export interface ListInput extends Target {
	/** `null`: of whatever type. */
	type: string | null;
	/** The moment before which a wanted credential was last changed; `null`: whenever that was. */
	unchangedSince: DateTime | null;
}

/** Every credential that the key's user can see. */
export const ALL: ListInput = { id: null, type: null, unchangedSince: null };

/** Lists the credentials that the key's user can see, page by page. n8n has no filters for them. */
export const getAll: ListOperation<ListInput> = {
	hints: { permission: PERMISSION_HINTS.list },
	read: readFilters,
	page: (_input, cursor) => storeRequests.list(cursor),
	entries: (_input, answer) => storedPage(answer),
	inPlaceOf: () => ALL,
	keeps: ({ type, unchangedSince }, reading) => (type === null || reading.type === type) && (unchangedSince === null || isUnchanged(reading, unchangedSince)),
};

function readFilters(parameters: Parameters): ListInput {
	const { credentialType, notChangedForDays } = collection(parameters, 'filters');
	const days = notChangedForDays === undefined ? null : readDays(notChangedForDays, 'Not Changed For (Days)');
	return { id: null, type: optionalPlace(credentialType, 'Credential Type'), unchangedSince: days === null ? null : DateTime.utc().minus({ days }) };
}

/** A time that cannot be read may be long ago. */
function isUnchanged({ updatedAt }: Reading, since: DateTime): boolean {
	const changed = toDateTime(updatedAt);
	return changed === null || changed <= since;
}
