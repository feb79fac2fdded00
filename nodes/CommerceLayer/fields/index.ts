import type { INodeProperties } from 'n8n-workflow';

import { fieldCollection, locator, optionsCollections, showFor, showForUpdate, triggerProperties } from '../../kit';
import { createOptions, createProperties } from './create';
import { commonFields, sorted } from './attributes';
import { CLEARABLE_FIELDS } from '../input';
import { filtersWithoutAge, getAllProperties, sortOptions } from './getAll';
import { retireOptions, rotateNotice, rotationProperties } from './rotation';

export const commerceLayerProperties: INodeProperties[] = [
	rotateNotice,
	locator({
		displayName: 'API Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. xYZkjABcde',
		description: 'The credential to work on',
		displayOptions: showFor(['delete', 'get', 'rotate', 'update']),
	}),
	...createProperties,
	...rotationProperties,
	{
		displayName: 'Applications that use the client ID and secret of this credential can no longer get access tokens once it is deleted.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['delete']),
	},
	...getAllProperties,
	{
		displayName:
			'An update does not change the client secret: Commerce Layer never does. To have a new one, choose the resource Rotation: it makes a successor, and deletes the old credential later.',
		name: 'rotationNotice',
		type: 'notice',
		default: '',
		displayOptions: showForUpdate,
	},
	fieldCollection('updateFields', sorted([
		...commonFields,
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Storefront Germany',
			description: 'The new internal name',
		},
	])),
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
	...optionsCollections({ create: createOptions, getAll: sortOptions, retire: retireOptions, rotate: [] }),
];

export const commerceLayerTriggerProperties: INodeProperties[] = triggerProperties({
	filters: filtersWithoutAge,
	due: {
		age: 'The age, in days since its creation, at which a credential ought to be replaced. Commerce Layer never changes a client secret, so that is the age of the secret, too.',
	},
	notices: {
		due: 'Credentials do not expire at Commerce Layer: one is due as many days after its creation as “Due After (Days)” says. (“Expires In” is about access tokens.)',
		always:
			'A replacement is a new credential, so it is reported as created, and the retired one as deleted. Name and reference can change: a credential that does not match these two filters any more is reported as changed.',
	},
});
