import { nothingKnown, type Operation } from '../../kit';
import { okBody } from '../answer';
import { readTarget, type CredentialTarget } from '../input';
import { credentialsPath } from '../paths';

/** Deletes a credential. DX takes it out of its lists and out of use, and keeps it with the date of its deletion. */
export const remove: Operation<CredentialTarget> = {
	repeatSafe: true,
	read: readTarget,
	request: ({ connectionId, id }) => ({
		method: 'POST',
		path: credentialsPath(connectionId, 'delete'),
		// An integer, as documented; digits are all that the id can hold.
		body: { id: Number(id) },
	}),
	result: ({ connectionId, id }, answer) => {
		okBody(answer);
		return { ...nothingKnown(id), parentId: connectionId };
	},
};
