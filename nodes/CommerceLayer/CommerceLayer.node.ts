import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { executeVendor } from '../shared/execute';
import { searchMethod } from '../shared/picker';
import { commerceLayerProperties } from './properties';
import { commerceLayer } from './record';

export class CommerceLayer implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Commerce Layer API Credentials',
		name: 'commerceLayer',
		icon: { light: 'file:commerceLayer.svg', dark: 'file:commerceLayer.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Manage the API credentials of a Commerce Layer organization',
		defaults: { name: 'Commerce Layer API Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'commerceLayerApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'API Credential', value: 'credential' }],
				default: 'credential',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['credential'] } },
				options: [
					{
						name: 'Update',
						value: 'update',
						description: 'Change name, redirect URI, token lifetime, reference, metadata or role of a credential',
						action: 'Update an API credential',
					},
				],
				default: 'update',
			},
			...commerceLayerProperties,
		],
	};

	methods = {
		listSearch: { searchCredentials: searchMethod(commerceLayer, 'searchCredentials') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, commerceLayer);
	}
}
