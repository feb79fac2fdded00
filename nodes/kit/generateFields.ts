import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { BYTES, DEFAULT_SYMBOLS, LENGTH } from './generate';

const forPasswords: IDisplayOptions = { show: { kind: ['password'] } };

function whole(name: string, displayName: string, { min, max, default: initial }: typeof BYTES | typeof LENGTH, kinds: string[], description: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'number',
		typeOptions: { minValue: min, maxValue: max },
		default: initial,
		displayOptions: { show: { kind: kinds } },
		description,
	};
}

function characters(name: string, displayName: string, description: string): INodeProperties {
	return { displayName, name, type: 'boolean', default: false, displayOptions: forPasswords, description };
}

/** How a value is made, as the fields of a row. */
export const recipeFields: INodeProperties[] = [
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		options: [
			{ name: 'Base64url', value: 'base64url', description: 'Random bytes, written in letters, digits, - and _' },
			{ name: 'Hex', value: 'hex', description: 'Random bytes, written in hexadecimal digits' },
			{ name: 'Password', value: 'password', description: 'Random characters of the classes that are switched on' },
			{ name: 'UUID', value: 'uuid', description: 'A random UUID' },
		],
		default: 'password',
		description: 'What the value is made of',
	},
	whole('bytes', 'Bytes', BYTES, ['base64url', 'hex'], 'How many random bytes the value is made of'),
	whole('length', 'Length', LENGTH, ['password'], 'How many characters the password has. The longest that its user takes is best.'),
	{ ...characters('lowercase', 'Lowercase', 'Whether the password holds lower-case letters, at least one'), default: true },
	{ ...characters('uppercase', 'Uppercase', 'Whether the password holds upper-case letters, at least one'), default: true },
	{ ...characters('digits', 'Digits', 'Whether the password holds digits, at least one'), default: true },
	characters('symbols', 'Symbols', 'Whether the password holds symbols, at least one'),
	{
		displayName: 'Symbol Set',
		name: 'symbolSet',
		type: 'string',
		default: DEFAULT_SYMBOLS,
		displayOptions: { show: { kind: ['password'], symbols: [true] } },
		description: 'The symbols that the password may have. The preset ones have no meaning of their own in URLs, JSON and connection strings.',
	},
	{
		displayName: 'Exclude Characters',
		name: 'excludeCharacters',
		type: 'string',
		default: '',
		displayOptions: forPasswords,
		description: 'Characters that the password must not have, written one after the other',
	},
	characters('excludeSimilar', 'Exclude Similar Characters', 'Whether to leave out characters that are easily confused: 0 O o 1 I l |'),
];
