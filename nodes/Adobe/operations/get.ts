import { type ExistingTarget, type Operation, unreadable } from '../../kit';
import { configurationIn, readCredential } from '../answer';
import { readTarget } from '../input';
import { credentialPath } from '../paths';

/** Reads one configuration. Adobe shows its secrets along with it; they are left where they are. */
export const get: Operation<ExistingTarget> = {
	read: readTarget,
	request: ({ id }) => ({ method: 'GET', path: credentialPath(id), body: null }),
	result: ({ id }, answer) => {
		const configuration = configurationIn(answer.body, id);
		if (configuration === null) throw unreadable('Adobe', 'It shows no credential configuration.');
		return readCredential(configuration);
	},
};
