import type { INodeProperties } from 'n8n-workflow';

import { fieldCollection, listProperties, locator, notChangedForDaysFilter } from '../../kit';
import { kindOptions, modeOptions, organization, sorted } from './attributes';

/** In which order to list. */
export const sortOptions: INodeProperties[] = [
	{
		displayName: 'Sort By',
		name: 'sortBy',
		type: 'options',
		options: [
			{ name: 'Created', value: 'created_at' },
			{ name: 'Mode', value: 'mode' },
			{ name: 'Reference', value: 'reference' },
			{ name: 'Reference Origin', value: 'reference_origin' },
			{ name: 'Updated', value: 'updated_at' },
		],
		default: 'created_at',
		description: 'The attribute to sort by',
	},
	{
		displayName: 'Sort Order',
		name: 'orderBy',
		type: 'options',
		options: [
			{ name: 'Ascending', value: 'asc' },
			{ name: 'Descending', value: 'desc' },
		],
		default: 'desc',
		description: 'Which credentials come first, and so are within the limit',
	},
];

/** Filters by what lets a credential stay in a list, or leave it, only by a change of that credential. */
export const filtersWithoutAge: INodeProperties[] = [
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		options: kindOptions,
		default: 'integration',
		description: 'Only credentials of this kind. The kind of a hosted app, such as orders, can be entered as an expression.',
	},
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		options: modeOptions,
		default: 'test',
		description: 'Only credentials of this environment',
	},
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. Storefront',
		description: 'Only credentials whose name contains this text',
	},
	locator({
		...organization,
		description: 'Only credentials of this organization',
		required: false,
	}),
	{
		displayName: 'Reference',
		name: 'reference',
		type: 'string',
		default: '',
		placeholder: 'e.g. CRM-4711',
		description: 'Only credentials with exactly this reference',
	},
];

const filtersByAge: INodeProperties[] = [
	notChangedForDaysFilter(
		'Only credentials that were last changed more than this many days ago, counted from when the workflow runs. Every change counts, also a new name: it does not tell how old the client secret is.',
	),
	{
		displayName: 'Not Changed Since',
		name: 'notChangedSince',
		type: 'dateTime',
		default: '',
		description:
			'Only credentials that were last changed before this date. Every change counts, also a new name: the date does not tell how old the client secret is.',
	},
	{
		displayName: 'Older Than (Days)',
		name: 'olderThanDays',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 90,
		description: 'Only credentials that were created more than this many days ago, counted from when the workflow runs. That is how old the client secret is, because it never changes.',
	},
];

/** How many credentials to list, and which. */
export const getAllProperties: INodeProperties[] = [
	...listProperties,
	fieldCollection('filters', sorted([...filtersWithoutAge, ...filtersByAge])),
];
