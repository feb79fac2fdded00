import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { locator } from '../shared/picker';
import { optionsCollection, showForUpdate } from '../shared/properties';
import { PROVIDERS } from './providers';

function showForKind(...credentialDataKind: string[]): IDisplayOptions {
	return { show: { ...showForUpdate.show, credentialDataKind } };
}

const kindSwitch: INodeProperties = {
	displayName: 'Credential Data',
	name: 'credentialDataKind',
	type: 'options',
	noDataExpression: true,
	displayOptions: showForUpdate,
	options: [
		{
			name: 'Admin Consent',
			value: 'adminConsent',
			description: 'Client ID, client secret and tenant of an Azure app; provider Microsoft only',
		},
		{
			name: 'Connector',
			value: 'connector',
			description: 'Client ID and client secret that take the place of the connector’s own; any provider',
		},
		{ name: 'JSON', value: 'json', description: 'Any object, sent as it is; any provider' },
		{ name: 'Keep', value: 'keep', description: 'Leave the stored data as it is, and change the name alone' },
		{
			name: 'Service Account',
			value: 'serviceAccount',
			description: 'Key of a Google service account; provider Google only',
		},
	],
	default: 'keep',
	description: 'The kind of the new data. A credential keeps the kind that it was created with.',
};

const connectorAndAdminConsent: INodeProperties[] = [
	{
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 1234.apps.googleusercontent.com',
		displayOptions: showForKind('connector', 'adminConsent'),
		description: 'The ID of the app at the provider',
	},
	{
		displayName: 'Client Secret',
		name: 'clientSecret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		displayOptions: showForKind('connector', 'adminConsent'),
		description: 'The secret of the app at the provider',
	},
	{
		displayName: 'Tenant',
		name: 'tenant',
		type: 'string',
		default: '',
		placeholder: 'e.g. contoso.onmicrosoft.com',
		displayOptions: showForKind('adminConsent'),
		description: 'The Azure tenant. When it is left empty it is not sent, and Nylas does not keep the stored one.',
	},
];

const serviceAccount: INodeProperties[] = [
	{
		displayName: 'Private Key ID',
		name: 'privateKeyId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
		displayOptions: showForKind('serviceAccount'),
		description: 'Found in the key file as private_key_id',
	},
	{
		displayName: 'Private Key',
		name: 'privateKey',
		type: 'string',
		typeOptions: { password: true, rows: 5 },
		default: '',
		placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
		displayOptions: showForKind('serviceAccount'),
		description: 'Found in the key file as private_key. Line breaks that were lost are restored.',
	},
	{
		displayName: 'Client Email',
		name: 'clientEmail',
		type: 'string',
		default: '',
		placeholder: 'e.g. sync@my-project.iam.gserviceaccount.com',
		displayOptions: showForKind('serviceAccount'),
		description: 'Found in the key file as client_email',
	},
	{
		displayName: 'Service Account Key (JSON)',
		name: 'credentialDataJson',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		placeholder: 'e.g. {"type": "service_account", …}',
		displayOptions: showForKind('serviceAccount'),
		description: 'The whole key file that Google gave out, instead of the three fields above',
	},
];

const json: INodeProperties = {
	displayName: 'Credential Data (JSON)',
	name: 'credentialDataJson',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	required: true,
	placeholder: 'e.g. {"client_id": "…", "client_secret": "…"}',
	displayOptions: showForKind('json'),
	description: 'All the credential data as one object, under the names that Nylas documents',
};

export const nylasProperties: INodeProperties[] = [
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'options',
		options: [...PROVIDERS],
		default: 'google',
		required: true,
		displayOptions: showForUpdate,
		description: 'The provider whose connector the credential belongs to',
	},
	locator({
		displayName: 'Connector Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47',
		description: 'The credential to change',
		displayOptions: showForUpdate,
		dependsOn: ['provider'],
	}),
	kindSwitch,
	{
		displayName:
			'Nylas replaces all the credential data that it has stored with what you enter here. It never shows either of them again.',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: showForKind('adminConsent', 'connector', 'json', 'serviceAccount'),
	},
	...connectorAndAdminConsent,
	...serviceAccount,
	json,
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
				placeholder: 'e.g. Google bulk import',
				description: 'The new name, which no other credential may have',
			},
		],
	},
	optionsCollection(showForUpdate),
];
