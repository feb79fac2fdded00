import { DateTime } from 'luxon';

import {
	ANSWERS,
	collection,
	listEntries,
	type ListOperation,
	type ListPage,
	type Parameters,
	readDays,
	type Reading,
	say,
	type Target,
	toDateTime,
	unreadable,
	type VendorAnswer,
} from '../../kit';
import { okBody, readCredential } from '../answer';
import { readConnectionId } from '../input';
import { credentialsPath } from '../paths';

export interface ListInput extends Target {
	connectionId: string;
	/** The last moment at which a wanted credential expires; `null`: whenever it expires, or never. */
	expiresUntil: DateTime | null;
}

/** Lists every credential of a connection that is not deleted: DX has neither pages nor filters. */
export const getAll: ListOperation<ListInput> = {
	read: (parameters) => ({
		...allOf(readConnectionId(parameters)),
		expiresUntil: readExpiresUntil(parameters),
	}),
	page: ({ connectionId }) => ({ method: 'GET', path: credentialsPath(connectionId, 'list'), body: null }),
	entries: ({ connectionId }, answer) => readList(answer, connectionId),
	inPlaceOf: ({ connectionId }: Target & Pick<ListInput, 'connectionId'>) => allOf(connectionId),
	keeps: ({ expiresUntil }, reading) => expiresUntil === null || expiresBy(reading, expiresUntil),
};

/** The whole list of a connection. */
export function allOf(connectionId: string): ListInput {
	return { id: null, connectionId, expiresUntil: null };
}

function readExpiresUntil(parameters: Parameters): DateTime | null {
	const { expiresWithinDays } = collection(parameters, 'filters');
	if (expiresWithinDays === undefined) return null;
	const days = readDays(expiresWithinDays, 'Expires Within (Days)');
	return DateTime.utc().plus({ days });
}

/**
 * A date without a time is read as the first moment of that day in UTC, so that a credential is never listed too late.
 * One that cannot be read at all may be near: its credential is listed, too.
 */
function expiresBy({ expiresAt }: Reading, moment: DateTime): boolean {
	if (expiresAt === null) return false;
	const expires = toDateTime(expiresAt);
	return expires === null || expires <= moment;
}

function readList(answer: VendorAnswer, connectionId: string): ListPage {
	const { credentials } = okBody(answer);
	if (!Array.isArray(credentials)) throw unreadable('DX', say(ANSWERS.holdsNoList));
	return {
		entries: listEntries(credentials, (raw) => readCredential(raw, connectionId)),
	};
}
