import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import type { PackageTypes } from './packageTypes';

/** What saved workflows and credentials refer to: by type, each field with its kind and the values of its choices. */
export type SavedNames = Record<string, string[]>;

/** Names by which a saved workflow or credential would lose its settings, should they change. */
export function savedNamesOf({ nodes, credentials }: PackageTypes): SavedNames {
	const all = [
		...[...nodes.values()].map(({ description: { name, properties, credentials: types = [] } }) => [
			`node ${name}`,
			[...types.map((type) => `credential ${type.name}`), ...fieldsOf(properties)],
		]),
		...[...credentials.values()].map(({ name, properties }) => [`credential ${name}`, fieldsOf(properties)]),
	] as Array<[string, string[]]>;
	return Object.fromEntries(all.map(([type, fields]) => [type, [...new Set(fields)].sort()]));
}

function fieldsOf(properties: INodeProperties[], path = ''): string[] {
	return properties.flatMap((property) => {
		const { name, type, options = [], modes = [] } = property;
		// What is only shown is not saved.
		if (type === 'notice' || type === 'credentials') return [];
		const here = `${path}${name}`;
		const choices = options.flatMap((option) => (isChoice(option) ? String(option.value) : [])).sort();
		const modeNames = modes.map((mode) => mode.name);
		const told = [...choices, ...modeNames].join(' | ');
		return [
			`${here}: ${type}${told === '' ? '' : ` of ${told}`}`,
			...options.flatMap((option) => {
				if (isGroup(option)) return fieldsOf(option.values, `${here}.${option.name}.`);
				return isChoice(option) ? [] : fieldsOf([option], `${here}.`);
			}),
		];
	});
}

type Option = INodePropertyOptions | INodeProperties | INodePropertyCollection;

function isChoice(option: Option): option is INodePropertyOptions {
	return 'value' in option;
}

function isGroup(option: Option): option is INodePropertyCollection {
	return 'values' in option;
}
