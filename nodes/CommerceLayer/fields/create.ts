import type { INodeProperties } from 'n8n-workflow';

import { allowDuplicateOption, fieldCollection, locator, showFor } from '../../kit';
import { commonFields, kindOptions, modeOptions, organization, sorted } from './attributes';

const showForCreate = showFor(['create']);

/** What a new credential is made of. */
export const createProperties: INodeProperties[] = [
	locator({
		...organization,
		description: 'The organization that the new credential belongs to',
		displayOptions: showForCreate,
	}),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Storefront Germany',
		displayOptions: showForCreate,
		description: 'The internal name of the new credential',
	},
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		options: kindOptions,
		default: 'integration',
		required: true,
		displayOptions: showForCreate,
		description:
			'What the new credential is for; it cannot be changed later. For a fork of a hosted app, enter the kind of the app as an expression, such as orders or imports.',
	},
	{
		displayName:
			'Commerce Layer makes the client secret itself and shows it in its dashboard. With “Return Secret” in the options, it comes out of the node as well, and n8n stores it with the execution.',
		name: 'secretNotice',
		type: 'notice',
		default: '',
		displayOptions: showForCreate,
	},
	fieldCollection('additionalFields', sorted([
		...commonFields,
		{
			displayName: 'Custom',
			name: 'custom',
			type: 'boolean',
			default: false,
			description: 'Whether the credential is for a custom app, such as a fork of a hosted app',
		},
		{
			displayName: 'Mode',
			name: 'mode',
			type: 'options',
			options: modeOptions,
			default: 'test',
			description: 'The environment that the credential belongs to. It cannot be changed later.',
		},
	])),
];

/** Create's own options. */
export const createOptions: INodeProperties[] = [
	allowDuplicateOption,
	{
		displayName: 'Return Secret',
		name: 'returnSecret',
		type: 'boolean',
		default: false,
		description:
			'Whether to put the new client ID and client secret into the output. n8n stores them with the execution, for everyone who can open it. Without this option it stays at Commerce Layer, which shows it at any time in its dashboard, and to whoever may use its Provisioning API. To hand a new pair over, use Rotate. For several items, let the node continue with an output for failed items instead of stopping, because a stop keeps no output.',
	},
];
