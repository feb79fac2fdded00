import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL_SELECTORS, executeVendor, searchMethod, showForNewSecretOrRotation, showForSecretBeforeOrRotation, testStoredSecret } from '../kit';
import { n8nCredentialsProperties } from './fields';
import { n8nCredentials } from './record';

export class N8nCredentials implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'n8n Credentials',
		name: 'n8nCredentials',
		icon: { light: 'file:n8nCredentials.svg', dark: 'file:n8nCredentials.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate, test and manage the credentials that are stored in n8n itself',
		defaults: { name: 'n8n Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{
				name: 'rotationN8nApi',
				required: true,
			},
			{
				name: 'rotationSecretApi',
				displayName: 'New Secret',
				required: false,
				testedBy: 'testStoredSecret',
				displayOptions: showForNewSecretOrRotation,
			},
			{
				name: 'rotationPreviousSecretApi',
				displayName: 'Secret Before',
				required: false,
				testedBy: 'testStoredSecret',
				displayOptions: showForSecretBeforeOrRotation,
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
					{ name: 'Workflow Credential', value: 'credential' },
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
						description: 'Create a credential of any type',
						action: 'Create workflow credential',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a credential',
						action: 'Delete workflow credential',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Look up a credential, without what is stored in it',
						action: 'Get workflow credential',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List credentials, without what is stored in them',
						action: 'Get many workflow credentials',
					},
					{
						name: 'Test',
						value: 'test',
						description: 'Have n8n test whether a credential works',
						action: 'Test workflow credential',
					},
					{
						name: 'Update',
						value: 'update',
						description: 'Change the name of a credential, or fields of what is stored in it',
						action: 'Update or rotate workflow credential',
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
						name: 'Begin',
						value: 'begin',
						description: 'Make new values and store them, and keep those from before. A repeat goes on with the same values.',
						action: 'Begin rotation',
					},
					{
						name: 'Finish',
						value: 'finish',
						description: 'Mark the new values as current, once every place has them',
						action: 'Finish rotation',
					},
					{
						name: 'Roll Back',
						value: 'rollBack',
						description: 'Store the values from before again, once every place has them back',
						action: 'Roll back rotation',
					},
				],
				default: 'begin',
			},
			...n8nCredentialsProperties,
		],
	};

	methods = {
		credentialTest: { testStoredSecret },
		listSearch: {
			searchCredentials: searchMethod(n8nCredentials, 'searchCredentials'),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, n8nCredentials);
	}
}
