import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import {
	allowDuplicateOption,
	fieldCollection,
	listProperties,
	locator,
	notChangedForDaysFilter,
	type OperationName,
	optionsCollections,
	secretBeforeMark,
	secretOptions,
	secretSourceProperties,
	showFor,
	showForUpdate,
	triggerProperties,
} from '../kit';
import { factsOf, fieldsOf, KINDS, type FieldName, type Kind } from './kinds';

/** The operations that send what Adobe is to sign in with. */
const SENDING: OperationName[] = ['create', 'update'];

const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** JSON stands last, out of the order: it is what remains when none of the others fits. */
const AUTHENTICATION_KINDS: INodePropertyOptions[] = [
	...KIND_NAMES.map((kind) => ({ name: KINDS[kind].label, value: kind })),
	{ name: 'Other (JSON)', value: 'json' },
];

export const adobeProperties: INodeProperties[] = [
	...secretSourceProperties,
	secretBeforeMark,
	locator({
		displayName: 'Credential Configuration',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. n55affa0-3747-4030-895d-1d1236bb3680',
		description: 'The credential configuration to work on, by its instance ID',
		displayOptions: showFor(['delete', 'get', 'update']),
	}),
	{
		displayName:
			'Adobe replaces the whole configuration with what is sent. Fill in every field of the kind, or turn on “Preserve Other Fields” in the options.',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: showForUpdate,
	},
	{
		displayName:
			'Every destination that points to this configuration (its “authenticationId”) can no longer sign in when the configuration is deleted.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['delete']),
	},
	{
		displayName: 'Authentication Kind',
		name: 'authenticationKind',
		type: 'options',
		noDataExpression: true,
		options: AUTHENTICATION_KINDS,
		default: 'basicAuthentication',
		description: 'How Adobe signs in at the destination',
		displayOptions: showFor(SENDING),
	},
	...fieldParameters(),
	{
		displayName: 'Credential JSON',
		name: 'credentialJson',
		type: 'string',
		typeOptions: { password: true, rows: 5 },
		default: '',
		placeholder: 'e.g. {"oauth2ClientAuthentication": {"clientId": "…", "clientSecret": "…"}}',
		description:
			'The whole body: an object named for the kind, spelled as Adobe spells it, with its fields. Every value in it is treated as a secret.',
		displayOptions: showForKinds(['json'], { secretSource: ['fields'] }),
	},
	fieldCollection('additionalFields', [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Partner API',
			description:
				'What to call the configuration. Adobe’s API description has a name, its examples have none.',
		},
	]),
	...listProperties,
	fieldCollection('filters', [
		{
			displayName: 'Last Modified Before',
			name: 'lastModifiedBefore',
			type: 'dateTime',
			default: '',
			description:
				'Only configurations that were last changed before this moment, whatever was changed. One without such a date is left out.',
		},
		notChangedForDaysFilter(
			'Only configurations that were last changed more than this many days ago, counted from when the workflow runs, whatever was changed. One without such a date is left out.',
		),
	]),
	...optionsCollections({
		create: [allowDuplicateOption, ...secretOptions],
		update: [
			{
				displayName: 'Allow Another Kind',
				name: 'allowAnotherKind',
				type: 'boolean',
				default: false,
				description:
					'Whether the stored configuration may be of another kind than the one that is sent. It is not looked at then, and its secrets are lost.',
			},
			{
				displayName: 'Preserve Other Fields',
				name: 'preserveOtherFields',
				type: 'boolean',
				default: false,
				description:
					'Whether to read the stored configuration first, and send along what you do not fill in. Works for the kind that is stored, and only where Adobe shows the stored values unmasked.',
			},
			...secretOptions,
		],
	}),
];

export const adobeTriggerProperties: INodeProperties[] = triggerProperties({
	due: {
		age: 'How many days after its last change a configuration is due, whatever was changed in it',
	},
	notices: {
		due: 'Configurations do not expire at Adobe: one is due as many days after its last change as “Due After (Days)” says, whatever was changed. One for which Adobe shows no date of its last change is never due.',
	},
});

function showForKinds(kinds: string[], more: IDisplayOptions['show'] = {}): IDisplayOptions {
	return showFor(SENDING, { authenticationKind: kinds, ...more });
}

/** One parameter for each field, shown for every kind that has it. */
function fieldParameters(): INodeProperties[] {
	const names = [...new Set(KIND_NAMES.flatMap(fieldsOf))];
	return names.map(fieldParameter);
}

function fieldParameter(name: FieldName): INodeProperties {
	const { label, secret, isPrivateKey, placeholder, description } = factsOf(name);
	return {
		displayName: label,
		name,
		type: 'string',
		...(secret ? { typeOptions: { password: true, ...(isPrivateKey ? { rows: 5 } : {}) } } : {}),
		default: '',
		...(placeholder === undefined ? {} : { placeholder }),
		...(description === undefined ? {} : { description }),
		displayOptions: showForKinds(KIND_NAMES.filter((kind) => fieldsOf(kind).includes(name)), secret ? { secretSource: ['fields'] } : {}),
	};
}
