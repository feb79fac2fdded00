import { ANSWERS, asObject, asText, isObject, nothingKnown, type Operation, say, unreadable } from '../../kit';
import { readTarget, type NylasTarget } from '../input';
import { DELETE_HINTS } from '../refusals';

/** Deletes a credential, in use or not, but for the default one of its connector. */
export const remove: Operation<NylasTarget> = {
	repeatSafe: true,
	hints: DELETE_HINTS,
	read: readTarget,
	request: ({ path }) => ({ method: 'DELETE', path, body: null }),
	result: ({ id, provider }, { body, status }) => {
		// Documented is 200 with the id of the request, which is optional; a page or a text of some proxy would be 200, too.
		const requestId = asText(asObject(body).request_id);
		const isBare = isObject(body) && Object.keys(body).length === 0;
		if (requestId === null && !isBare && status !== 204) throw unreadable('Nylas', say(ANSWERS.unconfirmed));
		return { ...nothingKnown(id), parentId: provider, requestId };
	},
};
