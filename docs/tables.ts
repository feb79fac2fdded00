import uniq from 'lodash/uniq';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { PackageTypes } from '../test/harness/packageTypes';
import type { RunningSimulator } from '../test/simulator/definition';
import { ERROR_KEYS, RESULT_KEYS } from './contract';

/** The README's generated tables, by the name in their markers. */
export type Tables = Record<'vendors' | 'lists' | 'results' | 'errors', string>;

/** What the tables are made from: the nodes themselves, and each vendor's documented example. */
export function tables(types: PackageTypes, simulators: ReadonlyMap<string, RunningSimulator>): Tables {
	return { vendors: vendorTable(types, simulators), lists: listTable(types), results: resultTable(), errors: errorTable() };
}

function vendorTable(types: PackageTypes, simulators: ReadonlyMap<string, RunningSimulator>): string {
	const rows = [...types.nodes.values()].map(({ description }) => {
		const switches = description.properties.filter(({ name }) => name === 'operation');
		const operations = switches.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ name }) => name));
		const credentials = (description.credentials ?? []).map(
			({ name }) => types.credentials.get(name)?.displayName ?? name,
		);
		const requests = Object.values(simulators.get(description.name)!.updates).map(
			({ example: { request } }) => `\`${request.method} ${request.target}\``,
		);
		return [description.displayName, operations.join(', '), credentials.join(', '), requests.join('<br>')];
	});
	return markdownTable(['Node', 'Operations', 'Credentials in n8n', 'What Update sends, by the vendor’s own example'], rows);
}

/** What each node lists: in its pickers, and by which filters in Get Many. */
function listTable(types: PackageTypes): string {
	const rows = [...types.nodes.values()].map(({ description }) => {
		const all = withinCollections(description.properties);
		const pickers = uniq(all.filter(({ type }) => type === 'resourceLocator').map(({ displayName }) => displayName));
		const filters = description.properties.find(({ name }) => name === 'filters')?.options as INodeProperties[] | undefined;
		const names = (filters ?? []).map(({ displayName }) => displayName);
		return [description.displayName, pickers.join(', '), names.join(', ') || 'none'];
	});
	return markdownTable(['Node', 'Chosen from a list', 'Filters of Get Many'], rows);
}

/** What a result says, and from which size of output on. */
function resultTable(): string {
	const rows = RESULT_KEYS.map(({ key, size, meaning }) => [`\`${key}\``, SIZES[size], meaning]);
	return markdownTable(['Key', 'Output', 'Meaning'], rows);
}

const SIZES = { simplified: 'Simplified', full: 'Full', raw: 'Raw' } as const;

function errorTable(): string {
	return markdownTable(['Key of `error`', 'Meaning'], ERROR_KEYS.map(({ key, meaning }) => [`\`${key}\``, meaning]));
}

function withinCollections(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => [
		property,
		...(property.type === 'collection' ? (property.options as INodeProperties[]) : []),
	]);
}

function markdownTable(head: string[], rows: string[][]): string {
	return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The document with the content between each table's markers replaced. Throws when a marker is missing. */
export function withTables(document: string, fresh: Tables): string {
	return Object.entries(fresh).reduce((text, [name, table]) => {
		const section = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
		if (!section.test(text)) throw new Error(`The document has no place for the table “${name}”`);
		return text.replace(section, (_whole, begin: string, end: string) => `${begin}${table}\n${end}`);
	}, document);
}
