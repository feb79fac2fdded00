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
	triggerProperties,
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

// FILL IN: what the dates are that __Label__ shows of a credential, and which changes it does not show.
export const __node__TriggerProperties: INodeProperties[] = triggerProperties({
	// @if due updated
	due: { age: 'How many days after its last change a credential is due, whatever was changed in it.' },
	notices: { due: 'Credentials do not expire at __Label__: one is due as many days after its last change as “Due After (Days)” says.' },
	// @end
	// @if due created
	due: { age: 'The age, in days since its creation, at which a credential is due.' },
	notices: { due: 'Credentials do not expire at __Label__: one is due as many days after its creation as “Due After (Days)” says.' },
	// @end
	// @if due expires
	due: {},
	notices: { due: 'A credential is due when the end that __Label__ shows for it is near. One without such a date is never due.' },
	// @end
	// @if due none
	notices: { always: '__Label__ shows for a credential neither when it expires nor when it was changed. So none can be due here, and only a new name is seen as a change, not a new value.' },
	// @end
});
