import { unreadable } from '../../engine/request/refusal';
import type { ExistingTarget, Operation } from '../../kit/record';
import { configurationIn, configurationPath } from '../answer';
import { readConfiguration } from '../reading';
import { readTarget } from '../target';

/** Reads one configuration. Adobe shows its secrets along with it; they are left where they are. */
export const get: Operation<ExistingTarget> = {
	read: readTarget,
	request: ({ id }) => ({ method: 'GET', path: configurationPath(id), body: null }),
	result: ({ id }, answer) => {
		const configuration = configurationIn(answer.body, id);
		if (configuration === null) throw unreadable('Adobe', 'It shows no credential configuration.');
		return readConfiguration(configuration);
	},
};
