import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from './execute';

/** Shows a parameter for the update of a credential. */
export const showForUpdate: IDisplayOptions = {
	show: { resource: ['credential'], operation: ['update'] },
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
		options: [...vendorOptions, TIMEOUT].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

const TIMEOUT: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1000 },
	default: DEFAULT_TIMEOUT_MS,
	description: 'How many milliseconds a single request may take, from signing in to the last byte of the answer',
};
