import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, showForSecretBefore, testStoredSecret } from '../kit';
import { __node__Properties } from './fields';
import { __node__ } from './record';

export class __Name__ implements INodeType {
	description: INodeTypeDescription = {
		displayName: '__Label__ Credentials',
		name: '__node__',
		icon: { light: 'file:__node__.svg', dark: 'file:__node__.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		// FILL IN: what __Label__ calls what it stores, in all texts here, in fields.ts and input.ts, and what uses it.
		description: 'Rotate and manage the credentials that __Label__ stores',
		defaults: { name: '__Label__ Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{
				name: '__node__Api',
				required: true,
			},
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
				options: [{ name: 'Stored Credential', value: 'credential' }],
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
						description: 'Create a credential from a name and a secret value',
						action: 'Create stored credential',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a credential',
						action: 'Delete stored credential',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a credential, without its value',
						action: 'Get stored credential',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List credentials, without their values',
						action: 'Get many stored credentials',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Change the name or the secret value of a credential',
						action: 'Update or rotate stored credential',
					},
				],
				default: 'update',
			},
			...__node__Properties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
		listSearch: { searchCredentials: searchMethod(__node__, 'searchCredentials') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, __node__);
	}
}
