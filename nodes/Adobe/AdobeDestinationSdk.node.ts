import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, showForSecretBefore, testStoredSecret } from '../kit';
import { adobeProperties } from './fields';
import { adobeDestinationSdk } from './record';

export class AdobeDestinationSdk implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Adobe Destination SDK Credentials',
		name: 'adobeDestinationSdk',
		icon: { light: 'file:adobe.svg', dark: 'file:adobe.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate and manage the credentials with which Adobe Experience Platform signs in at destinations',
		defaults: { name: 'Adobe Destination SDK Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{ name: 'adobeDestinationSdkApi', required: true },
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
				displayOptions: showForSecretBefore,
			},
		],
		properties: [
			CREDENTIAL_SELECTORS,
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Credential Configuration', value: 'credential' }],
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
						description: 'Store what Adobe signs in with at a destination',
						action: 'Create credential configuration',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a configuration',
						action: 'Delete credential configuration',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a configuration, without its secrets',
						action: 'Get credential configuration',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List the configurations of the sandbox, without their secrets',
						action: 'Get many credential configurations',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Replace what a configuration signs in with',
						action: 'Update or rotate credential configuration',
					},
				],
				default: 'update',
			},
			...adobeProperties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
		listSearch: { searchCredentials: searchMethod(adobeDestinationSdk, 'searchCredentials') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, adobeDestinationSdk);
	}
}
