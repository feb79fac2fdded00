import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor } from '../kit';
import { nylasTriggerProperties } from './fields';
import { nylasTrigger } from './trigger';

export class NylasTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Nylas Connector Credentials Trigger',
		name: 'nylasTrigger',
		icon: { light: 'file:nylas.svg', dark: 'file:nylas.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		description: 'Rotate and manage the provider credentials that Nylas connectors sign in with, or start a workflow when one is due, created, changed or deleted',
		defaults: { name: 'Nylas Connector Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'nylasApi', required: true }],
		properties: [CREDENTIAL_SELECTORS, ...nylasTriggerProperties],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, nylasTrigger);
	}
}
