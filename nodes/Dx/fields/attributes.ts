import type { INodeProperties } from 'n8n-workflow';

import { whenTyped } from '../../kit';

const EXPIRATION_DATE: INodeProperties = {
	displayName: 'Expiration Date',
	name: 'expirationDate',
	type: 'dateTime',
	default: '',
	description:
		'When the credential expires. DX takes the calendar day alone: of a date with a time of day, the day in the workflow’s time zone.',
};

const JIRA_USER: INodeProperties = {
	displayName: 'Jira User',
	name: 'jiraUser',
	type: 'string',
	default: '',
	placeholder: 'e.g. automation@example.com',
	description: 'For Jira Cloud connections: the email of the account that the token belongs to. Sent as the setting jira_user.',
};

const LABEL: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. Automation user',
	description: 'The name under which DX shows the credential. A new credential without one gets a name from DX.',
};

const SETTINGS: INodeProperties = {
	displayName: 'Settings',
	name: 'settings',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add setting',
	default: {},
	description: 'Non-secret fields of the connector, sent as text. An update that has none keeps the stored settings.',
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
					description: 'What the connector calls the setting',
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
};

const SETTINGS_JSON: INodeProperties = {
	displayName: 'Settings (JSON)',
	name: 'settingsJson',
	type: 'json',
	default: '{}',
	description: 'The same as a JSON object, for values that are not text',
};

/** What can be set on a credential beside its secrets, in the order in which collections show it. */
export const credentialFields: INodeProperties[] = [EXPIRATION_DATE, JIRA_USER, LABEL, SETTINGS, SETTINGS_JSON];

/** The ways to type secrets, each of which may be left empty. */
export const secretFields: INodeProperties[] = [
	{
		displayName: 'Jira API Token',
		name: 'jiraApiToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		displayOptions: whenTyped(),
		description: 'For Jira Cloud connections: the API token that DX is to use. Sent as the secret api_token.',
	},
	{
		displayName: 'Secrets',
		name: 'secrets',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add secret',
		default: {},
		displayOptions: whenTyped(),
		description:
			'Secrets of other connectors, under the names that the connector has for them. Give all of them: DX does not promise to keep those that an update leaves out.',
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
						description: 'What the connector calls the secret',
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
		displayOptions: whenTyped(),
		description: 'The same as a JSON object, for connectors whose secrets are not all text',
	},
];
