import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod } from '../kit';
import { commerceLayerProperties } from './fields';
import { commerceLayer } from './record';

export class CommerceLayer implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Commerce Layer API Credentials',
		name: 'commerceLayer',
		icon: { light: 'file:commerceLayer.svg', dark: 'file:commerceLayer.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Create, replace and manage the API credentials of Commerce Layer organizations',
		defaults: { name: 'Commerce Layer API Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'commerceLayerApi', required: true }],
		properties: [
			CREDENTIAL_SELECTORS,
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
						name: 'Create',
						value: 'create',
						description: 'Create a credential in an organization; Commerce Layer makes its client ID and secret',
						action: 'Create API credential',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a credential',
						action: 'Delete API credential',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a credential, without its client secret',
						action: 'Get API credential',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List credentials by kind, age and more, without their client secrets',
						action: 'Get many API credentials',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Change name, redirect URI, token lifetime, reference, metadata or role of a credential',
						action: 'Update API credential',
					},
				],
				default: 'update',
			},
			...commerceLayerProperties,
		],
	};

	methods = {
		listSearch: {
			searchCredentials: searchMethod(commerceLayer, 'searchCredentials'),
			searchOrganizations: searchMethod(commerceLayer, 'searchOrganizations'),
			searchRoles: searchMethod(commerceLayer, 'searchRoles'),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, commerceLayer);
	}
}
