import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, testStoredSecret } from '../kit';
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
		credentials: [
			{
				name: 'commerceLayerApi',
				required: true,
			},
			{
				name: 'rotationN8nApi',
				displayName: 'n8n API (Stores the New Pair)',
				required: false,
				displayOptions: { show: { operation: ['rotate'] } },
			},
			{
				name: 'rotationSecretApi',
				displayName: 'New Secret',
				required: false,
				testedBy: 'testStoredSecret',
				displayOptions: { show: { operation: ['rotate'] } },
			},
			{
				name: 'rotationPreviousSecretApi',
				displayName: 'Secret Before',
				required: false,
				testedBy: 'testStoredSecret',
				displayOptions: { show: { operation: ['rotate'] } },
			},
		],
		properties: [
			CREDENTIAL_SELECTORS,
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'API Credential', value: 'credential' },
					{ name: 'Rotation', value: 'rotation' },
				],
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
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['rotation'] } },
				options: [
					{
						name: 'Retire',
						value: 'retire',
						description: 'Delete credentials that were rotated, once their grace period is over and their successor signs in',
						action: 'Retire replaced API credential',
					},
					{
						name: 'Rotate',
						value: 'rotate',
						description: 'Make a successor of a credential, prove it, and store its pair. If you run it again, it continues with the same one.',
						action: 'Rotate API credential',
					},
				],
				default: 'rotate',
			},
			...commerceLayerProperties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
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
