import type { INodeProperties } from 'n8n-workflow';

import { whenTyped } from '../../kit';

const EXPIRATION_DATE: INodeProperties = {
	displayName: 'Expiration Date',
	name: 'expirationDate',
	type: 'dateTime',
	default: '',
	description:
		'When the credential expires. DX is sent the calendar day alone (yyyy-MM-dd): of a moment the day in the time zone of the workflow, of a date without a time of day that very day.',
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
	description: 'The name under which DX shows the credential. DX chooses one for a new credential without it.',
};

const SETTINGS: INodeProperties = {
	displayName: 'Settings',
	name: 'settings',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add setting',
	default: {},
	description: 'Non-secret fields of the connector, sent as text. An update without them keeps the stored settings.',
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
};

const SETTINGS_JSON: INodeProperties = {
	displayName: 'Settings (JSON)',
	name: 'settingsJson',
	type: 'json',
	default: '{}',
	description: 'Non-secret fields of the connector as a JSON object, for values that are not text',
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
			'Secret values of other connectors, on which their names depend. Give all of them: DX does not promise to keep those that an update leaves out.',
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
		displayOptions: whenTyped(),
		description: 'Secret values as a JSON object, for connectors whose secrets are not all text',
	},
];
