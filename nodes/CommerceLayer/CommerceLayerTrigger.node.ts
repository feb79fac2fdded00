import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor, searchMethod } from '../kit';
import { commerceLayerTriggerProperties } from './fields';
import { commerceLayer } from './record';
import { commerceLayerTrigger } from './trigger';

export class CommerceLayerTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Commerce Layer API Credentials Trigger',
		name: 'commerceLayerTrigger',
		icon: { light: 'file:commerceLayer.svg', dark: 'file:commerceLayer.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		description: 'Create, replace and manage the API credentials of Commerce Layer organizations, or start a workflow when one is due, created, changed or deleted',
		defaults: { name: 'Commerce Layer API Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'commerceLayerApi', required: true }],
		properties: [CREDENTIAL_SELECTORS, ...commerceLayerTriggerProperties],
	};

	methods = {
		listSearch: { searchOrganizations: searchMethod(commerceLayer, 'searchOrganizations') },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, commerceLayerTrigger);
	}
}
