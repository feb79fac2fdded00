import {
	collection,
	type ListOperation,
	type ListPage,
	type Parameters,
	say,
	type Target,
	toDateTime,
	unchangedSince,
	unreadable,
	type VendorAnswer,
} from '../../kit';
import { configurationsIn, isEmptyList, readCredential } from '../answer';
import { MESSAGES } from '../messages';
import { CREDENTIALS_PATH } from '../paths';

export interface ListInput extends Target {
	/** Epoch milliseconds; `null` without the filter. */
	lastModifiedBefore: number | null;
}

/** Every configuration of the sandbox: what is listed when no filter says otherwise. */
export const EVERY_CONFIGURATION: ListInput = { id: null, lastModifiedBefore: null };

/** Lists configurations: all in one answer, for Adobe documents neither pages nor filters. */
export const getAll: ListOperation<ListInput> = {
	read: (parameters) => ({ ...EVERY_CONFIGURATION, lastModifiedBefore: readMoment(parameters) }),

	page: () => ({ method: 'GET', path: CREDENTIALS_PATH, body: null }),

	entries: (_input, answer) => readList(answer),

	inPlaceOf: () => EVERY_CONFIGURATION,

	/**
	 * A configuration without a readable date cannot be shown to be old, and may be about to be deleted for it. The date
	 * of its creation would not help: it can have been changed since.
	 */
	keeps: ({ lastModifiedBefore }, { updatedAt }) => {
		if (lastModifiedBefore === null) return true;
		const modified = toDateTime(updatedAt);
		return modified !== null && modified.toMillis() < lastModifiedBefore;
	},
};

function readMoment(parameters: Parameters): number | null {
	return unchangedSince(collection(parameters, 'filters'), { parameter: 'lastModifiedBefore', label: 'Last Modified Before' }, parameters);
}

/**
 * A list that is empty says so by its brackets. An answer without any, such as `{}` or `null`, shows nothing, and must
 * not pass for a sandbox without configurations.
 */
function readList({ body }: VendorAnswer): ListPage {
	const configurations = configurationsIn(body);
	if (configurations.length === 0 && !isEmptyList(body)) {
		throw unreadable('Adobe', say(MESSAGES.noList));
	}
	return { entries: configurations.map((raw) => ({ reading: readCredential(raw), raw })) };
}
