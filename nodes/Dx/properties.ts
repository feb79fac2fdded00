import type { INodeProperties } from 'n8n-workflow';

import { locator } from '../shared/picker';
import { optionsCollection, showForUpdate } from '../shared/properties';
import { CONNECTION, CREDENTIAL } from './ids';

export const dxProperties: INodeProperties[] = [
	locator({
		displayName: CONNECTION,
		name: 'connectionId',
		searchListMethod: 'searchConnections',
		placeholder: 'e.g. 123',
		description: 'The data connection that the credential belongs to',
		displayOptions: showForUpdate,
	}),
	locator({
		displayName: CREDENTIAL,
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. 456',
		description: 'The credential to change',
		displayOptions: showForUpdate,
		dependsOn: ['connectionId.value'],
	}),
	{
		displayName:
			'DX signs in at the connector before it saves any change, also one of the label alone. Several refused tries can lock the account there.',
		name: 'verificationNotice',
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
				displayName: 'Expiration Date',
				name: 'expirationDate',
				type: 'dateTime',
				default: '',
				description:
					'When the credential expires. DX is sent the calendar day alone (yyyy-MM-dd), in the time zone of the workflow.',
			},
			{
				displayName: 'Jira API Token',
				name: 'jiraApiToken',
				type: 'string',
				typeOptions: { password: true },
				default: '',
				description: 'For Jira Cloud connections: the new API token. Sent as the secret api_token.',
			},
			{
				displayName: 'Jira User',
				name: 'jiraUser',
				type: 'string',
				default: '',
				placeholder: 'e.g. automation@example.com',
				description: 'For Jira Cloud connections: the email of the account that the token belongs to. Sent as the setting jira_user.',
			},
			{
				displayName: 'Label',
				name: 'label',
				type: 'string',
				default: '',
				placeholder: 'e.g. Automation user',
				description: 'The name under which DX shows the credential',
			},
			{
				displayName: 'Secrets',
				name: 'secrets',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add secret',
				default: {},
				description:
					'New secret values. Their names depend on the connector. Give all of them: DX does not promise to keep those that you leave out.',
				options: [
					{
						displayName: 'Secret',
						name: 'values',
						values: [
							{
								displayName: 'Name',
								name: 'name',
								type: 'string',
								default: '',
								placeholder: 'e.g. api_token',
							},
							{
								displayName: 'Value',
								name: 'value',
								type: 'string',
								typeOptions: { password: true },
								default: '',
							},
						],
					},
				],
			},
			{
				displayName: 'Secrets (JSON)',
				name: 'secretsJson',
				type: 'string',
				typeOptions: { password: true },
				default: '',
				placeholder: 'e.g. {"api_token": "…"}',
				description: 'New secret values as a JSON object, for connectors whose secrets are not all text',
			},
			{
				displayName: 'Settings',
				name: 'settings',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add setting',
				default: {},
				description: 'Non-secret fields of the connector, sent as text. Without them the stored settings are kept.',
				options: [
					{
						displayName: 'Setting',
						name: 'values',
						values: [
							{
								displayName: 'Name',
								name: 'name',
								type: 'string',
								default: '',
								placeholder: 'e.g. jira_user',
							},
							{
								displayName: 'Value',
								name: 'value',
								type: 'string',
								default: '',
							},
						],
					},
				],
			},
			{
				displayName: 'Settings (JSON)',
				name: 'settingsJson',
				type: 'json',
				default: '{}',
				description: 'Non-secret fields of the connector as a JSON object, for values that are not text',
			},
		],
	},
	optionsCollection(showForUpdate),
];
