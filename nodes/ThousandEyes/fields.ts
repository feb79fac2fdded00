import type { INodeProperties } from 'n8n-workflow';

import {
	allowDuplicateOption,
	fieldCollection,
	listProperties,
	locator,
	optionsCollections,
	secretBeforeMark,
	secretOptions,
	secretSourceProperties,
	showFor,
	showForUpdate,
	triggerProperties,
	whenTyped,
} from '../kit';

const accountGroup = locator({
	displayName: 'Account Group',
	name: 'accountGroupId',
	searchListMethod: 'searchAccountGroups',
	placeholder: 'e.g. 1234',
	description: 'The account group that the credential belongs to, when it is not the default group of the account',
	required: false,
});

const readValueBackOption: INodeProperties = {
	displayName: 'Read Value Back',
	name: 'readValueBack',
	type: 'boolean',
	default: false,
	description:
		'Whether to read the value after the change and compare it, while “Verify” is on. One that is read before the change, and is there already, is not sent again. The account needs the permission “View sensitive data in web transaction scripts”; the value does not leave the node.',
};

const apiVersion: INodeProperties = {
	displayName: 'API Version',
	name: 'apiVersion',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'V6 (Legacy)', value: 'v6', description: 'Support ended in May 2025; signs in with email and token' },
		{ name: 'V7', value: 'v7', description: 'Current; signs in with a bearer token' },
	],
	default: 'v7',
	description: 'The version of ThousandEyes’ API. Each has a credential of its own.',
};

export const thousandEyesProperties: INodeProperties[] = [
	apiVersion,
	...secretSourceProperties,
	secretBeforeMark,
	locator({
		displayName: 'Secure Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. 405',
		description: 'The credential to work on',
		displayOptions: showFor(['delete', 'get', 'update']),
	}),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. shop-login',
		displayOptions: showFor(['create']),
		description: 'The name by which transaction scripts find the credential',
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		displayOptions: whenTyped(['create']),
		description: 'The secret value',
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		displayOptions: whenTyped(['update']),
		description: 'The new secret value. When it is left empty, the stored one stays.',
	},
	{
		displayName: 'Transaction scripts find a credential by its name. Renaming it breaks every script that uses the old name.',
		name: 'renameNotice',
		type: 'notice',
		default: '',
		displayOptions: showForUpdate,
	},
	{
		displayName: 'Every transaction script that uses the name of this credential stops working when it is deleted.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['delete']),
	},
	...listProperties,
	fieldCollection('updateFields', [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. shop-login',
			description: 'The new name. Scripts that use the old name will no longer find the credential.',
		},
	]),
	...optionsCollections({ every: [accountGroup], create: [allowDuplicateOption, readValueBackOption, ...secretOptions], update: [readValueBackOption, ...secretOptions] }),
];

export const thousandEyesTriggerProperties: INodeProperties[] = triggerProperties({
	place: [apiVersion],
	options: [accountGroup],
	notices: {
		always:
			'ThousandEyes shows for a credential neither when it expires nor when it was changed. So none can be due here, and only a new name is seen as a change, not a new value.',
	},
});
