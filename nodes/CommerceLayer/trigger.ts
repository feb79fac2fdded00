import omitBy from 'lodash/omitBy';

import type { TriggerRecord } from '../kit';
import { isLastingFilter, type ListInput } from './operations/getAll';
import { commerceLayer } from './record';

/** A credential has no end here, and its secret is never changed: the day of its creation is the age of the secret. */
export const commerceLayerTrigger: TriggerRecord<ListInput> = {
	vendor: commerceLayer,
	due: { since: 'createdAt' },
	// Each credential says itself to which organization it belongs.
	place: ({ filters }) => ({ parentId: null, filters }),
	unfiltered: (input) => {
		const filters = omitBy(input.filters, (_value, name) => !isLastingFilter(name)) as ListInput['filters'];
		return Object.keys(filters).length === Object.keys(input.filters).length ? null : { ...input, filters };
	},
};
