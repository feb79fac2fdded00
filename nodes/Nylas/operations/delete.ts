import { asObject, asText } from '../../kit/json';
import { unreadable } from '../../engine/request/refusal';
import { nothingKnown, type Operation } from '../../kit/record';
import { readTarget, type NylasTarget } from '../target';

const NOT_THE_DEFAULT =
	'Read the vendor’s message. The default credential of a connector cannot be deleted: make another credential the connector’s default first.';

/** Deletes a credential, in use or not, but for the default one of its connector. */
export const remove: Operation<NylasTarget> = {
	repeatSafe: true,
	// With which status and type Nylas refuses to delete a default is not published; these are the likely ones.
	hints: { conflict: NOT_THE_DEFAULT, invalidInput: NOT_THE_DEFAULT, locked: NOT_THE_DEFAULT },
	read: readTarget,
	request: ({ path }) => ({ method: 'DELETE', path, body: null }),
	result: ({ id, provider }, { body, status }) => {
		// Documented is 200 with the id of the request; a page or a refusal of some proxy would be 200, too.
		const requestId = asText(asObject(body).request_id);
		if (requestId === null && status !== 204) throw unreadable('Nylas', 'It does not confirm that the credential is gone.');
		return { ...nothingKnown(id), parentId: provider, requestId };
	},
};
