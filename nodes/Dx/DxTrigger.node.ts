import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, pollVendor, searchMethod } from '../kit';
import { dxTriggerProperties } from './fields';
import { dx } from './record';
import { dxTrigger } from './trigger';

export class DxTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DX Connection Credentials Trigger',
		name: 'dxTrigger',
		icon: { light: 'file:dx.svg', dark: 'file:dx.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// n8n's search for nodes shows a node and its trigger as one, with this text.
		description: 'Rotate and manage the credentials with which DX signs in to its data connections, or start a workflow when one is due, created, changed or deleted',
		defaults: { name: 'DX Connection Credentials Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'dxApi', required: true }],
		properties: [CREDENTIAL_SELECTORS, ...dxTriggerProperties],
	};

	methods = {
		listSearch: { searchConnections: searchMethod(dx, 'searchConnections') },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, dxTrigger);
	}
}
