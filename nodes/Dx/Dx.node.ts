import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, testStoredSecret } from '../kit';
import { dxProperties } from './fields';
import { dx } from './record';

export class Dx implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DX Connection Credentials',
		name: 'dx',
		icon: { light: 'file:dx.svg', dark: 'file:dx.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate and manage the credentials with which DX signs in to its data connections',
		defaults: { name: 'DX Connection Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{ name: 'dxApi', required: true },
			{
				name: 'rotationSecretApi',
				displayName: 'New Secret',
				required: false,
				testedBy: 'testStoredSecret',
				displayOptions: { show: { operation: ['create', 'update'], secretSource: ['storedSecret'] } },
			},
			{
				name: 'rotationPreviousSecretApi',
				displayName: 'Secret Before',
				required: false,
				testedBy: 'testStoredSecret',
				displayOptions: { show: { operation: ['update'], secretSource: ['previousSecret'] } },
			},
		],
		properties: [
			CREDENTIAL_SELECTORS,
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Connection Credential', value: 'credential' }],
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
						description: 'Add a credential to a connection; DX tries it out first',
						action: 'Create connection credential',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a credential',
						action: 'Delete connection credential',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a credential, without its secrets. A deleted one is found, too, with deleted_at among its attributes.',
						action: 'Get connection credential',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List the credentials of a connection, without their secrets',
						action: 'Get many connection credentials',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Change the label, the settings, the secrets or the expiration date of a credential',
						action: 'Update or rotate connection credential',
					},
				],
				default: 'update',
			},
			...dxProperties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
		listSearch: {
			searchConnections: searchMethod(dx, 'searchConnections'),
			searchCredentials: searchMethod(dx, 'searchCredentials'),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, dx);
	}
}
