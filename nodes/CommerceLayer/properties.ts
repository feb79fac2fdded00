import type { INodeProperties } from 'n8n-workflow';

import { locator } from '../shared/picker';
import { optionsCollection, showForUpdate } from '../shared/properties';
import { CLEARABLE_FIELDS, EXPIRES_IN_BOUNDS } from './fields';

export const commerceLayerProperties: INodeProperties[] = [
	locator({
		displayName: 'API Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. xYZkjABcde',
		description: 'The credential to change',
		displayOptions: showForUpdate,
	}),
	{
		displayName:
			'An update does not change the client secret: Commerce Layer has no secret rotation. To rotate one, create a new credential, hand it over, and delete the old one.',
		name: 'rotationNotice',
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
				displayName: 'Expires In',
				name: 'expiresIn',
				type: 'number',
				typeOptions: { minValue: EXPIRES_IN_BOUNDS.min, maxValue: EXPIRES_IN_BOUNDS.max },
				default: 7200,
				description:
					'How many seconds an access token issued to this credential is valid, from 7200 (two hours) to 31536000 (a year)',
			},
			{
				displayName: 'Metadata',
				name: 'metadata',
				type: 'json',
				default: '{}',
				placeholder: 'e.g. {"owner": "web team"}',
				description:
					'A JSON object of your own, sent as a whole. No place for secrets: everyone who can read the credential sees it, and it is part of this node’s output.',
			},
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: 'e.g. Storefront Germany',
				description: 'The new internal name',
			},
			{
				displayName: 'Redirect URI',
				name: 'redirectUri',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://shop.example.com/callback',
				description:
					'Where the authorization code flow returns to. A user name or password in it is stored as part of the URI; the output hides it.',
			},
			{
				displayName: 'Reference',
				name: 'reference',
				type: 'string',
				default: '',
				placeholder: 'e.g. CRM-4711',
				description: 'The ID that the credential has in a system of your own',
			},
			{
				displayName: 'Reference Origin',
				name: 'referenceOrigin',
				type: 'string',
				default: '',
				placeholder: 'e.g. CRM',
				description: 'The system that the reference comes from',
			},
			{
				displayName: 'Role ID',
				name: 'roleId',
				type: 'string',
				default: '',
				placeholder: 'e.g. ABCRtyUpBa',
				description: 'The role to give to the credential. Sales channels and web apps cannot have one.',
			},
		],
	},
	{
		displayName: 'Clear Fields',
		name: 'clearFields',
		type: 'multiOptions',
		options: CLEARABLE_FIELDS.map(({ label, parameter }) => ({ name: label, value: parameter })).sort((a, b) =>
			a.name.localeCompare(b.name),
		),
		default: [],
		displayOptions: showForUpdate,
		description: 'Fields to empty at Commerce Layer. A field cannot be under “Update Fields” as well.',
	},
	optionsCollection(showForUpdate),
];
