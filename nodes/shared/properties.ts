import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from './options';
import type { OperationName } from './vendor';

/** Shows a parameter for these operations on a credential; `more` adds other parameters that have to match. */
export function showFor(operations: OperationName[], more: IDisplayOptions['show'] = {}): IDisplayOptions {
	return { show: { resource: ['credential'], operation: operations, ...more } };
}

/** Shows a parameter for the update of a credential. */
export const showForUpdate = showFor(['update']);

/** Return All and Limit, as every Get Many has them. */
export const listProperties: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		displayOptions: showFor(['getAll']),
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: showFor(['getAll'], { returnAll: [false] }),
		description: 'Max number of results to return',
	},
];

/** The option of Delete that takes a credential that is gone for deleted. */
export const ignoreIfMissing: INodeProperties = {
	displayName: 'Ignore If Missing',
	name: 'ignoreIfMissing',
	type: 'boolean',
	default: false,
	description: 'Whether to succeed when the credential does not exist any more, instead of reporting it as not found',
};

/** The “Options” collection: what every vendor has, and the vendor's own options, in alphabetical order. */
export function optionsCollection(
	displayOptions: IDisplayOptions,
	vendorOptions: INodeProperties[] = [],
): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions,
		options: [...vendorOptions, OUTPUT, TIMEOUT].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

const OUTPUT: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: [
		{ name: 'Raw', value: 'raw', description: 'The same, and the answer of the vendor with its secrets taken out' },
		{ name: 'Simplified', value: 'simplified', description: 'The result that is the same for every vendor' },
	],
	default: 'simplified',
};

const TIMEOUT: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1000 },
	default: DEFAULT_TIMEOUT_MS,
	description: 'How many milliseconds a single request may take, from signing in to the last byte of the answer',
};
