import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, showForSecretBefore, testStoredSecret } from '../kit';
import { nylasProperties } from './fields';
import { nylas } from './record';

export class Nylas implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Nylas Connector Credentials',
		name: 'nylas',
		icon: { light: 'file:nylas.svg', dark: 'file:nylas.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate and manage the provider credentials that Nylas connectors sign in with',
		defaults: { name: 'Nylas Connector Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{ name: 'nylasApi', required: true },
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
						name: 'Create',
						value: 'create',
						description: 'Create a credential, unless Nylas has an identical one and returns that',
						action: 'Create connector credential',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a credential',
						action: 'Delete connector credential',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a credential, without its data',
						action: 'Get connector credential',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List the credentials of a connector, without their data',
						action: 'Get many connector credentials',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Change the name or the data of a credential',
						action: 'Update or rotate connector credential',
					},
				],
				default: 'update',
			},
			...nylasProperties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
		listSearch: { searchCredentials: searchMethod(nylas, 'searchCredentials') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, nylas);
	}
}
