import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, showForSecretBefore, testStoredSecret } from '../kit';
import { thousandEyesProperties } from './fields';
import { thousandEyes } from './record';

export class ThousandEyes implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ThousandEyes Credentials',
		name: 'thousandEyes',
		icon: { light: 'file:thousandEyes.svg', dark: 'file:thousandEyes.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate and manage the secure credentials that ThousandEyes transaction tests use',
		defaults: { name: 'ThousandEyes Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{
				name: 'thousandEyesApi',
				required: true,
				// Not “show” for V7: a choice whose every value shows a credential counts as authentication in n8n's editor, which
				// moves it into the credential's dialog, and hides what it depends on: resource and operation.
				displayOptions: { hide: { apiVersion: ['v6'] } },
			},
			{
				name: 'thousandEyesLegacyApi',
				required: true,
				displayOptions: { show: { apiVersion: ['v6'] } },
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
				options: [{ name: 'Secure Credential', value: 'credential' }],
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
						action: 'Create secure credential',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a credential',
						action: 'Delete secure credential',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a credential, without its value',
						action: 'Get secure credential',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List the credentials of an account group, without their values',
						action: 'Get many secure credentials',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Change the name or the secret value of a credential',
						action: 'Update or rotate secure credential',
					},
				],
				default: 'update',
			},
			...thousandEyesProperties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
		listSearch: {
			searchAccountGroups: searchMethod(thousandEyes, 'searchAccountGroups'),
			searchCredentials: searchMethod(thousandEyes, 'searchCredentials'),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, thousandEyes);
	}
}
