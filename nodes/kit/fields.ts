import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { OperationName } from './operation';
import { resourceOf } from './operations';

/** Shows a parameter for these operations; `more` adds other parameters that have to match. */
export function showFor(operations: OperationName[], more: IDisplayOptions['show'] = {}): IDisplayOptions {
	return { show: { resource: [...new Set(operations.map(resourceOf))], operation: operations, ...more } };
}

/** Shows a parameter for the update of a credential. */
export const showForUpdate = showFor(['update']);

/**
 * Where the editor shows the selectors of n8n credentials: at the top. Without it they would stand above the last parameter
 * that decides whether one of them is shown, below the pickers that need them. It is no parameter: nothing of it is saved.
 */
export const CREDENTIAL_SELECTORS: INodeProperties = { displayName: '', name: 'credentials', type: 'credentials', default: '' };

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

/** The collections of things that may be left out, by the parameter's name: what each is called, and where it shows. */
const FIELD_COLLECTIONS = {
	additionalFields: { displayName: 'Additional Fields', placeholder: 'Add field', operation: 'create' },
	filters: { displayName: 'Filters', placeholder: 'Add filter', operation: 'getAll' },
	updateFields: { displayName: 'Update Fields', placeholder: 'Add field', operation: 'update' },
} as const;

/** “Additional Fields” of Create, “Filters” of Get Many or “Update Fields” of Update, with these fields in them. */
export function fieldCollection(name: keyof typeof FIELD_COLLECTIONS, options: INodeProperties[]): INodeProperties {
	const { displayName, placeholder, operation } = FIELD_COLLECTIONS[name];
	return { displayName, name, type: 'collection', placeholder, default: {}, displayOptions: showFor([operation]), options };
}

interface LocatorOptions {
	displayName: string;
	name: string;
	/** Name of the node's `listSearch` method. */
	searchListMethod: string;
	placeholder: string;
	description: string;
	displayOptions?: INodeProperties['displayOptions'];
	required?: boolean;
}

/**
 * A resource locator with the modes From List and By ID; required unless it says otherwise. Its list is loaded anew for other parameters in
 * any case. It does not say on which it depends: n8n’s editor would empty it when another node with other values comes into the panel.
 */
export function locator(options: LocatorOptions): INodeProperties {
	const { searchListMethod, placeholder, required = true, ...rest } = options;
	return {
		...rest,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder },
		],
	};
}
