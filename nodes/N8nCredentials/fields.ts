import type { INodeProperties } from 'n8n-workflow';

import {
	allowChangesFromAgentOption,
	allowDuplicateOption,
	fieldCollection,
	listProperties,
	locator,
	notChangedForDaysFilter,
	optionsCollections,
	PLACE_LABELS,
	recipeFields,
	rotationMarks,
	secretBeforeMark,
	secretOptions,
	secretSourceProperties,
	showFor,
	showForUpdate,
	triggerProperties,
	whenTyped,
} from '../kit';
import { CREDENTIAL, FIELDS, NEW_VALUES, STORED_FIELDS } from './input';

const TYPE_PLACEHOLDER = 'e.g. githubApi';

const credentialTypeOption: INodeProperties = {
	displayName: 'Credential Type',
	name: 'credentialType',
	type: 'string',
	default: '',
	placeholder: TYPE_PLACEHOLDER,
	description: 'The internal name of the credential’s type. Only for an API key that may change the credential and not look it up: with the type, the fields are checked before they are sent.',
};

const typeFilter: INodeProperties = { ...credentialTypeOption, description: 'Only credentials of this type. Enter its internal name, such as githubApi.' };

const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. GitHub, releases',
	description: 'The name under which n8n shows the credential, of at least 3 characters. Workflows find it by its ID.',
};

const fieldRow: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. accessToken',
	description: 'The internal name of the field in the type of the credential',
};

const rotationProperties: INodeProperties[] = [
	{
		displayName: NEW_VALUES,
		name: 'generated',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add value',
		default: {},
		required: true,
		displayOptions: showFor(['begin']),
		description: 'The values to make, each under the name that the vendor has for it. Stored values of other names stay as they are.',
		options: [
			{
				displayName: 'Value',
				name: 'values',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. value',
						description: 'The name under which the value is stored: what the vendor calls the field. The dialog of a stored secret has an example for each vendor.',
					},
					...recipeFields,
				],
			},
		],
	},
	{
		displayName: PLACE_LABELS.key,
		name: 'key',
		type: 'string',
		default: '',
		placeholder: 'e.g. 405',
		displayOptions: showFor(['begin']),
		description: 'Leave it empty to store the values as pairs. With a key, they are stored under it in “Values (JSON)”: the ID of the credential that they are for, or “name:” and its name. A run of several items needs a key for each item.',
	},
	{
		displayName: PLACE_LABELS.group,
		name: 'keyVendor',
		type: 'string',
		default: '',
		placeholder: 'e.g. thousandEyes',
		displayOptions: showFor(['begin']),
		description: 'Only where one stored secret holds the values of several vendors: the vendor of this credential, as results show it under “vendor”',
	},
	{
		displayName:
			'Begin makes the new values and stores them under New Secret; what stands there now goes to Secret Before. An expression in the two, such as one that reads an external vault, is replaced by a value. Do not begin one rotation twice at the same time.',
		name: 'beginNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['begin']),
	},
	{
		displayName: 'Put the values from before back at every vendor first, with “Secret Source” set to Secret Before. Where that has not succeeded, leave the new ones stored: a vendor still has them.',
		name: 'rollBackNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['rollBack']),
	},
];

export const n8nCredentialsProperties: INodeProperties[] = [
	...secretSourceProperties,
	secretBeforeMark,
	...rotationMarks,
	...rotationProperties,
	locator({
		displayName: CREDENTIAL,
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. R2DjclaysHbqn778',
		description: 'The credential to work on. The list needs an API key of an owner or admin; with any other key, enter the ID.',
		displayOptions: showFor(['delete', 'get', 'test', 'update']),
	}),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. GitHub, releases',
		displayOptions: showFor(['create']),
		description: 'The name under which n8n shows the credential, of at least 3 characters',
	},
	{
		displayName: 'Credential Type',
		name: 'credentialType',
		type: 'string',
		default: '',
		required: true,
		placeholder: TYPE_PLACEHOLDER,
		displayOptions: showFor(['create']),
		description: 'The internal name of its type, as it stands in an exported credential',
	},
	{
		displayName: FIELDS,
		name: 'fields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add field',
		default: {},
		displayOptions: whenTyped(),
		description: 'What is stored in the credential. An update leaves the fields that are not given as they are.',
		options: [
			{
				displayName: 'Field',
				name: 'values',
				values: [
					fieldRow,
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						typeOptions: { password: true },
						default: '',
						description: 'What the field is to hold. It is stored as it is: text that begins with an equals sign is no expression there. Write a number or a switch as text, such as 42 or true.',
					},
				],
			},
		],
	},
	{
		displayName: STORED_FIELDS,
		name: 'storedFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add field',
		default: {},
		displayOptions: { ...showFor(['create', 'update']), hide: { secretSource: ['fields'] } },
		description: 'Which value of the stored secret goes into which field. Without any row, each value goes into the field of its own name.',
		options: [
			{
				displayName: 'Field',
				name: 'values',
				values: [
					{ ...fieldRow, displayName: 'Field' },
					{
						displayName: 'Taken From',
						name: 'storedName',
						type: 'string',
						default: '',
						placeholder: 'e.g. client_secret',
						description: 'The name under which the value is stored. Leave it empty where it is that of the field.',
					},
				],
			},
		],
	},
	{
		displayName:
			'Active workflows may keep the value from before in their triggers until they are published again. n8n keeps no version of a credential: of two changes, the last one counts.',
		name: 'updateNotice',
		type: 'notice',
		default: '',
		displayOptions: showForUpdate,
	},
	{
		displayName: 'Every workflow that uses this credential stops working when it is deleted. n8n never shows what was stored in it.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['delete']),
	},
	...listProperties,
	fieldCollection('filters', [
		typeFilter,
		notChangedForDaysFilter('Only credentials in which nobody has changed anything for at least this many days'),
	]),
	fieldCollection('updateFields', [nameField]),
	...optionsCollections({
		create: [allowDuplicateOption, allowChangesFromAgentOption, ...secretOptions],
		begin: [allowChangesFromAgentOption],
		finish: [allowChangesFromAgentOption],
		rollBack: [allowChangesFromAgentOption],
		test: [],
		update: [allowChangesFromAgentOption, credentialTypeOption, ...secretOptions],
	}),
];

export const n8nCredentialsTriggerProperties: INodeProperties[] = triggerProperties({
	filters: [typeFilter],
	due: {
		age: 'How many days after its last change a credential is due. Every change counts that n8n has stored, a new name and a fresh access token as well as a new secret.',
	},
	notices: {
		due: 'Credentials do not expire in n8n: one is due as many days after its last change as “Due After (Days)” says.',
		always:
			'Every change counts that n8n stores, and they cannot be told apart: a new name, a fresh access token that n8n has fetched itself, a new secret. The list needs an API key of an owner or admin, with the scope credential:list.',
	},
});
