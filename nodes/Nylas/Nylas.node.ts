import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { executeVendor } from '../shared/execute';
import { searchMethod } from '../shared/picker';
import { nylasProperties } from './properties';
import { nylas } from './record';

export class Nylas implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Nylas Connector Credentials',
		name: 'nylas',
		icon: { light: 'file:nylas.svg', dark: 'file:nylas.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate the provider credentials that Nylas connectors sign in with',
		defaults: { name: 'Nylas Connector Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'nylasApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Connector Credential', value: 'credential' }],
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
						description: 'Change the name or the data of a credential',
						action: 'Update a connector credential',
					},
				],
				default: 'update',
			},
			...nylasProperties,
		],
	};

	methods = {
		listSearch: { searchCredentials: searchMethod(nylas, 'searchCredentials') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, nylas);
	}
}
