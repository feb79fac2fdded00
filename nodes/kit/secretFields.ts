import type { INodeProperties } from 'n8n-workflow';

import { showFor } from './fields';
import type { OperationName } from './operation';

/** Pairs of name and value that such a credential has. */
export const PAIRS = 10;

/**
 * The fields of a credential that holds secrets: pairs of fixed names, because n8n fills blanked values of a list back in
 * by their place, so that a list with a row less would give one name the secret of another.
 * @param what what is stored, for descriptions
 */
export function storedSecretProperties(what: string): INodeProperties[] {
	const places = Array.from({ length: PAIRS }, (_, index) => index + 1);
	return [
		...places.flatMap((place): INodeProperties[] => {
			// Hidden by what is empty, rather than shown by what is not: the public API of n8n 2.8 requires whatever a credential
			// shows by a condition, and so would refuse a change of the other fields alone.
			const shown = place === 1 ? {} : { displayOptions: { hide: { [`name${place - 1}`]: [''] } } };
			return [
				{
					displayName: `Name ${place}`,
					name: `name${place}`,
					type: 'string',
					default: '',
					placeholder: 'e.g. client_secret',
					description: 'The name that the vendor has for the field, such as value, secretKey, client_secret or api_token. Each node takes the names of its own vendor and leaves the others.',
					...shown,
				},
				{
					displayName: `Value ${place}`,
					name: `value${place}`,
					type: 'string',
					typeOptions: { password: true },
					default: '',
					description: `Where ${what} stands, or an expression that reads it. Line breaks of a private key that get lost here are restored.`,
					...shown,
				},
			];
		}),
		{
			displayName: 'Values (JSON)',
			name: 'valuesJson',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. {"405": {"value": "…"}, "name:shop-login": {"value": "…"}}',
			description:
				'For many credentials at once, in the place of the pairs above: an object with the ID of each credential, or name: and its name, and the fields under it. To keep vendors apart, put the entries for each under its name, as results have it under “vendor”.',
		},
	];
}

/** The operations that send a secret. */
const SENDING: OperationName[] = ['create', 'update'];

/** Shows a parameter in which a secret is typed only while that is where secrets come from. */
export const whenTyped = { '/secretSource': ['fields'] };

/** Where secrets come from, and what it means. */
export const secretSourceProperties: INodeProperties[] = [
	{
		displayName: 'Secret Source',
		name: 'secretSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Fields', value: 'fields', description: 'Typed below, or taken from an item by an expression' },
			{
				name: 'Stored Secret',
				value: 'storedSecret',
				description: 'From a credential of the type Rotation Secret, which n8n keeps encrypted',
			},
		],
		default: 'fields',
		displayOptions: showFor(SENDING),
		description: 'Where the secret that is sent comes from',
	},
	{
		displayName:
			'n8n stores a secret that is typed into a field with the workflow, and one that comes from an item with the execution, both in clear. Set “Secret Source” to Stored Secret to keep it out of both.',
		name: 'secretNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(SENDING, { secretSource: ['fields'] }),
	},
];

/** Options of the operations that send a secret. */
export const secretOptions: INodeProperties[] = [
	{
		displayName: 'Allow Secrets From Agent',
		name: 'allowSecretsFromAgent',
		type: 'boolean',
		default: false,
		displayOptions: { show: whenTyped },
		description:
			'Whether an AI agent that calls this node as a tool may hand over a secret, which n8n then stores with the execution. It has to be switched on by hand: an expression counts as off.',
	},
	{
		displayName: 'Same Secret For All Items',
		name: 'sameSecretForAllItems',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/secretSource': ['storedSecret'] } },
		description: 'Whether the one set of values in the stored secret may go to all the credentials of a run',
	},
];
