import type { INodeProperties } from 'n8n-workflow';

import { locator } from '../shared/picker';
import { optionsCollection, showForUpdate } from '../shared/properties';

export const thousandEyesProperties: INodeProperties[] = [
	{
		displayName: 'API Version',
		name: 'apiVersion',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'V6 (Legacy)', value: 'v6', description: 'Support ended in May 2025; signs in with email and token' },
			{ name: 'V7', value: 'v7', description: 'Current; signs in with a bearer token' },
		],
		default: 'v7',
	},
	locator({
		displayName: 'Secure Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. 405',
		description: 'The credential to change',
		displayOptions: showForUpdate,
		dependsOn: ['apiVersion', 'options.accountGroupId'],
	}),
	{
		displayName: 'Transaction scripts find a credential by its name. Renaming it breaks every script that uses the old name.',
		name: 'renameNotice',
		type: 'notice',
		default: '',
		displayOptions: showForUpdate,
	},
	{
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: showForUpdate,
		options: [
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: 'e.g. shop-login',
				description: 'The new name. Scripts that use the old name will no longer find the credential.',
			},
			{
				displayName: 'Value',
				name: 'value',
				type: 'string',
				typeOptions: { password: true },
				default: '',
				description: 'The new secret value',
			},
		],
	},
	optionsCollection(showForUpdate, [
		{
			displayName: 'Account Group ID',
			name: 'accountGroupId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1234',
			description: 'The account group that the credential belongs to, when it is not the default group of the account',
		},
	]),
];
