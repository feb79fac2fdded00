import { NodeHelpers, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import type { Operation } from '../../nodes/kit/operation';
import { chosenValue } from '../../nodes/kit/parameters';
import { vendorRecords } from './vendorRecords';

/** How a node looks at a credential before it changes it: not at all, where it may, or not without. */
export type LookBefore = 'none' | 'ifAllowed' | 'always';

/** What the node's record says of that, in view of an update's parameters, in which there are no expressions. */
export function lookBefore(description: INodeTypeDescription, parameters: INodeParameters): LookBefore {
	const filledIn = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, null, description) ?? {};
	const { update } = vendorRecords.find(({ name }) => name === description.name)!.operations as { update: Operation };
	const before = update.before?.(update.read({ timezone: 'utc', get: (name) => chosenValue(filledIn[name]) })) ?? null;
	if (before === null) return 'none';
	return before.dispensableOn.includes('permission') ? 'ifAllowed' : 'always';
}
