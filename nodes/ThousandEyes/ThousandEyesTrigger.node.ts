import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor, searchMethod } from '../kit';
import { thousandEyesTriggerProperties } from './fields';
import { thousandEyes } from './record';
import { thousandEyesTrigger } from './trigger';

export class ThousandEyesTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ThousandEyes Credentials Trigger',
		name: 'thousandEyesTrigger',
		icon: { light: 'file:thousandEyes.svg', dark: 'file:thousandEyes.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		description: 'Rotate and manage secure credentials of ThousandEyes, or start a workflow when one is created, renamed or deleted',
		defaults: { name: 'ThousandEyes Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			// As at the node, see there.
			{ name: 'thousandEyesApi', required: true, displayOptions: { hide: { apiVersion: ['v6'] } } },
			{ name: 'thousandEyesLegacyApi', required: true, displayOptions: { show: { apiVersion: ['v6'] } } },
		],
		properties: [CREDENTIAL_SELECTORS, ...thousandEyesTriggerProperties],
	};

	methods = {
		listSearch: { searchAccountGroups: searchMethod(thousandEyes, 'searchAccountGroups') },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, thousandEyesTrigger);
	}
}
