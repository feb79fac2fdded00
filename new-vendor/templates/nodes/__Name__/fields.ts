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
	whenTyped,
} from '../kit';
import { CREDENTIAL } from './input';

export const __node__Properties: INodeProperties[] = [
	...secretSourceProperties,
	secretBeforeMark,
	locator({
		displayName: CREDENTIAL,
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		// @if ids integer
		placeholder: 'e.g. 101',
		// @else
		placeholder: 'e.g. cred_101',
		// @end
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
		description: 'What the credential is called',
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
	// FILL IN: what stops working at __Label__ when a credential is deleted, and whether a new name breaks what uses it.
	{
		displayName: 'Whatever uses this credential stops working when it is deleted.',
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
			description: 'The new name',
		},
	]),
	...optionsCollections({ create: [allowDuplicateOption, ...secretOptions], update: secretOptions }),
];
