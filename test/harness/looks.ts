import { NodeHelpers, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import type { Operation } from '../../nodes/kit/operation';
import { chosenValue } from '../../nodes/kit/parameters';
import { nothingKnown } from '../../nodes/kit/reading';
import { vendorRecords } from './vendorRecords';

/** How a node looks at a credential before it changes it: not at all, where it may, or not without. */
export type LookBefore = 'none' | 'ifAllowed' | 'always';

/** What the node's record says of that, in view of an update's parameters, in which there are no expressions. */
export function lookBefore(description: INodeTypeDescription, parameters: INodeParameters): LookBefore {
	const { update, input } = readUpdate(description, parameters);
	const before = update.before?.(input) ?? null;
	if (before === null) return 'none';
	return before.dispensableOn.includes('permission') ? 'ifAllowed' : 'always';
}

/** Whether the node reads what such an update has done, once the vendor has taken it. */
export function looksAfter(description: INodeTypeDescription, parameters: INodeParameters): boolean {
	const { update, input } = readUpdate(description, parameters);
	return (update.readBack?.(input, nothingKnown(input.id)) ?? null) !== null;
}

function readUpdate(description: INodeTypeDescription, parameters: INodeParameters) {
	const filledIn = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, null, description) ?? {};
	const { update } = vendorRecords.find(({ name }) => name === description.name)!.operations as { update: Operation };
	return { update, input: update.read({ timezone: 'utc', credentialIds: {}, get: (name) => chosenValue(filledIn[name]) }) };
}
