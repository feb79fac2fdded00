import type { INodeProperties } from 'n8n-workflow';

import { fieldCollection, listProperties, locator, optionsCollections, secretOptions, secretSourceProperties, showFor, showForUpdate, triggerProperties } from '../../kit';
import { CONNECTION, CREDENTIAL } from '../input';
import { credentialFields, secretFields } from './attributes';

const connection = {
	displayName: CONNECTION,
	name: 'connectionId',
	searchListMethod: 'searchConnections',
	placeholder: 'e.g. 123',
};

export const dxProperties: INodeProperties[] = [
	...secretSourceProperties,
	locator({
		...connection,
		description: 'The data connection that the credential belongs to',
		displayOptions: showFor(['create', 'delete', 'get', 'getAll', 'update']),
	}),
	locator({
		displayName: CREDENTIAL,
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. 456',
		description: 'The credential to work on',
		displayOptions: showFor(['delete', 'get', 'update']),
	}),
	{
		displayName:
			'DX signs in at the connector before it stores a new credential. Several refused tries can lock the account there. Connectors of some types take only one credential per connection.',
		name: 'createNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['create']),
	},
	{
		displayName:
			'DX signs in at the connector before it saves any change, even if only the label changes. Several refused tries can lock the account there.',
		name: 'verificationNotice',
		type: 'notice',
		default: '',
		displayOptions: showForUpdate,
	},
	{
		displayName:
			'DX stops syncing the connection with a credential that is deleted. Its secrets cannot be read back: keep them if they will be needed again.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['delete']),
	},
	...secretFields,
	fieldCollection('additionalFields', credentialFields),
	...listProperties,
	fieldCollection('filters', [
		{
			displayName: 'Expires Within (Days)',
			name: 'expiresWithinDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 30,
			description:
				'Lists credentials whose expiration date is at most this many days away. Those that have expired already are among them, those without an expiration date are not. A date without a time counts from the beginning of that day in UTC.',
		},
	]),
	fieldCollection('updateFields', credentialFields),
	...optionsCollections({ create: secretOptions, update: secretOptions }),
];

export const dxTriggerProperties: INodeProperties[] = triggerProperties({
	place: [locator({ ...connection, description: 'The data connection whose credentials are watched' })],
	due: {},
	notices: {
		due: 'A credential is due when the expiration date that DX shows for it is near. One without such a date is never due.',
		always:
			'DX shows no time of a change: a credential counts as changed when its label or its expiration date is different, or when it was disabled or enabled. A new secret alone is not seen.',
	},
});
