import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor } from '../kit';
import { n8nCredentialsTriggerProperties } from './fields';
import { n8nCredentialsTrigger } from './trigger';

export class N8nCredentialsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'n8n Credentials Trigger',
		name: 'n8nCredentialsTrigger',
		icon: { light: 'file:n8nCredentials.svg', dark: 'file:n8nCredentials.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		description: 'Rotate, test and manage the credentials that are stored in n8n itself, or start a workflow when one is due, created, changed or deleted',
		defaults: { name: 'n8n Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'rotationN8nApi', required: true }],
		properties: [CREDENTIAL_SELECTORS, ...n8nCredentialsTriggerProperties],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, n8nCredentialsTrigger);
	}
}
