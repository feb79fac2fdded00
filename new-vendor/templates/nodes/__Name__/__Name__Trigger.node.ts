import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor } from '../kit';
import { __node__TriggerProperties } from './fields';
import { __node__Trigger } from './trigger';

export class __Name__Trigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: '__Label__ Credentials Trigger',
		name: '__node__Trigger',
		icon: { light: 'file:__node__.svg', dark: 'file:__node__.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		// @if due none
		description: 'Rotate and manage the credentials that __Label__ stores, or start a workflow when one is created, renamed or deleted',
		// @else
		description: 'Rotate and manage the credentials that __Label__ stores, or start a workflow when one is due, created, changed or deleted',
		// @end
		defaults: { name: '__Label__ Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: '__node__Api', required: true }],
		properties: [CREDENTIAL_SELECTORS, ...__node__TriggerProperties],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, __node__Trigger);
	}
}
