import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor } from '../kit';
import { adobeTriggerProperties } from './fields';
import { adobeDestinationSdkTrigger } from './trigger';

export class AdobeDestinationSdkTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Adobe Destination SDK Credentials Trigger',
		name: 'adobeDestinationSdkTrigger',
		icon: { light: 'file:adobe.svg', dark: 'file:adobe.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		description: 'Rotate and manage the credentials with which Adobe Experience Platform signs in at destinations, or start a workflow when one is due, created, changed or deleted',
		defaults: { name: 'Adobe Destination SDK Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'adobeDestinationSdkApi', required: true }],
		properties: [CREDENTIAL_SELECTORS, ...adobeTriggerProperties],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, adobeDestinationSdkTrigger);
	}
}
