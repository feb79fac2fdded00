import { type ExistingTarget, type Operation, say, unreadable } from '../../kit';
import { configurationIn, readCredential } from '../answer';
import { readTarget } from '../input';
import { MESSAGES } from '../messages';
import { credentialPath } from '../paths';

/** Reads one configuration. Adobe shows its secrets along with it; they are left where they are. */
export const get: Operation<ExistingTarget> = {
	read: readTarget,
	request: ({ id }) => ({ method: 'GET', path: credentialPath(id), body: null }),
	result: ({ id }, answer) => {
		const configuration = configurationIn(answer.body, id);
		if (configuration === null) throw unreadable('Adobe', say(MESSAGES.notShown));
		return readCredential(configuration);
	},
};
