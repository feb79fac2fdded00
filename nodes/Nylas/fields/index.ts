import type { INodeProperties } from 'n8n-workflow';

import {
	fieldCollection,
	listProperties,
	locator,
	notChangedForDaysFilter,
	optionsCollections,
	secretBeforeMark,
	secretOptions,
	secretSourceProperties,
	showFor,
	triggerProperties,
} from '../../kit';
import { PROVIDERS } from '../kinds';
import { credentialDataProperties } from './credentialData';

const sortOptions: INodeProperties[] = [
	{
		displayName: 'Sort By',
		name: 'sortBy',
		type: 'options',
		options: [
			{ name: 'Created', value: 'created_at' },
			{ name: 'Updated', value: 'updated_at' },
		],
		default: 'created_at',
		description:
			'The time to sort by. Without this option it is the time of creation, and with “Not Changed Since” that of the last change.',
	},
	{
		displayName: 'Sort Order',
		name: 'orderBy',
		type: 'options',
		options: [
			{ name: 'Newest First', value: 'desc' },
			{ name: 'Oldest First', value: 'asc' },
		],
		default: 'asc',
		description: 'Which credentials come first, and so are within the limit',
	},
];

const provider: INodeProperties = {
	displayName: 'Provider',
	name: 'provider',
	type: 'options',
	options: [...PROVIDERS],
	default: 'google',
	required: true,
	description: 'The provider whose connector the credential belongs to',
};

export const nylasProperties: INodeProperties[] = [
	...secretSourceProperties,
	secretBeforeMark,
	{ ...provider, displayOptions: showFor(['create', 'delete', 'get', 'getAll', 'update']) },
	locator({
		displayName: 'Connector Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47',
		description: 'The credential to work on',
		displayOptions: showFor(['delete', 'get', 'update']),
	}),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Google bulk import',
		displayOptions: showFor(['create']),
		description: 'The name, which no other credential may have',
	},
	{
		displayName:
			'Grants that use this credential stop working at once. The default credential of a connector cannot be deleted: make another one its default first.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['delete']),
	},
	...credentialDataProperties,
	...listProperties,
	fieldCollection('filters', [
		notChangedForDaysFilter(
			'Only credentials that were last changed more than this many days ago, counted from when the workflow runs. Nylas has one date for all changes, so a rename counts as well as a new secret.',
		),
		{
			displayName: 'Not Changed Since',
			name: 'notChangedSince',
			type: 'dateTime',
			default: '',
			description:
				'Only credentials that were last changed before this time. Nylas has one date for all changes, so a rename counts as well as a new secret.',
		},
	]),
	fieldCollection('updateFields', [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Google bulk import',
			description: 'The new name, which no other credential may have',
		},
	]),
	...optionsCollections({ create: secretOptions, getAll: sortOptions, update: secretOptions }),
];

export const nylasTriggerProperties: INodeProperties[] = triggerProperties({
	place: [provider],
	due: {
		age: 'How many days after its last change a credential is due. Nylas has one date for all changes, so a rename counts as well as a new secret.',
	},
	notices: {
		due: 'Credentials do not expire at Nylas: one is due as many days after its last change as “Due After (Days)” says.',
		always: 'Nylas shows one date for all changes, so a new name counts as changed just as a new secret does.',
	},
});
