import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { executeVendor } from '../shared/execute';
import { searchMethod } from '../shared/picker';
import { thousandEyesProperties } from './properties';
import { thousandEyes } from './record';

export class ThousandEyes implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ThousandEyes Credentials',
		name: 'thousandEyes',
		icon: { light: 'file:thousandEyes.svg', dark: 'file:thousandEyes.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Rotate the secure credentials that ThousandEyes transaction tests use',
		defaults: { name: 'ThousandEyes Credentials' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{
				name: 'thousandEyesApi',
				required: true,
				displayOptions: { show: { apiVersion: ['v7'] } },
			},
			{
				name: 'thousandEyesLegacyApi',
				required: true,
				displayOptions: { show: { apiVersion: ['v6'] } },
			},
		],
		properties: [
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
						name: 'Update',
						value: 'update',
						description: 'Change the name or the secret value of a credential',
						action: 'Update a secure credential',
					},
				],
				default: 'update',
			},
			...thousandEyesProperties,
		],
	};

	methods = {
		listSearch: { searchCredentials: searchMethod(thousandEyes, 'searchCredentials') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, thousandEyes);
	}
}
