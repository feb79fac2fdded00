import uniq from 'lodash/uniq';
import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { SECRET_EXAMPLES } from '../credentials/secretExamples';
import type { VendorRecord } from '../nodes/kit/record';
import type { PackageTypes } from '../test/harness/packageTypes';
import type { RunningSimulator } from '../test/simulator/definition';
import { ERROR_KEYS, RESULT_KEYS } from './contract';
import { commonFieldTable, credentialTables, fieldTable, triggerFieldTable } from './fieldTables';
import { cell, markdownTable } from './markdown';
import { troubleshooting, type VendorWords } from './troubleshooting';

/** A document's generated parts, by the name in their markers. */
export type Tables = Readonly<Record<string, string>>;

/**
 * Every document that has generated parts, by its path from the repository's root: made from the nodes and records themselves,
 * and from each vendor's documented example.
 */
export function generatedParts(types: PackageTypes, vendors: readonly VendorWords[], simulators: ReadonlyMap<string, RunningSimulator>): ReadonlyMap<string, Tables> {
	const descriptions = [...types.nodes.values()].map(({ description }) => description);
	return new Map<string, Tables>([
		['README.md', { vendors: vendorTable(descriptions) }],
		['docs/operations.md', { examples: SECRET_EXAMPLES.map((each) => `- ${cell(each)}`).join('\n'), lists: listTable(descriptions), fields: commonFieldTable(descriptions) }],
		['docs/limits-and-faults.md', { limits: limitTable(vendors.map(({ record }) => record)) }],
		['docs/results.md', { results: resultTable(), errors: errorTable() }],
		['docs/triggers.md', triggerTables([...types.triggers.values()].map(({ description }) => description))],
		['docs/troubleshooting.md', { messages: troubleshooting(vendors) }],
		...descriptions.map((description): [string, Tables] => [
			vendorPage(description.name),
			{
				node: nodeTable(description, types, simulators.get(description.name)!),
				credentials: credentialTables(description, types.credentials),
				fields: fieldTable(description, descriptions),
			},
		]),
	]);
}

/** Where a vendor's page is, by its node's name. */
export function vendorPage(nodeName: string): string {
	return `docs/vendors/${nodeName}.md`;
}

function vendorTable(descriptions: INodeTypeDescription[]): string {
	const rows = descriptions.map(({ name, displayName, description }) => [`[${displayName}](${vendorPage(name)})`, description]);
	return markdownTable(['Node', 'What it is for'], rows);
}

/** What there is to know of a node at a glance. */
function nodeTable(description: INodeTypeDescription, types: PackageTypes, { updates }: RunningSimulator): string {
	const switches = description.properties.filter(({ name }) => name === 'operation');
	const operations = switches.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ name }) => name));
	const credentials = (description.credentials ?? []).map(({ name }) => types.credentials.get(name)?.displayName ?? name);
	const requests = Object.values(updates).map(({ example: { request } }) => `\`${request.method} ${request.target}\``);
	return markdownTable(
		['Node', description.displayName],
		[
			['Operations', operations.join(', ')],
			['Credentials in n8n', credentials.join(', ')],
			...triggerRows(types.triggers.get(`${description.name}Trigger`)?.description),
			['What Update sends, by the vendor’s own example', requests.join('<br>')],
		],
	);
}

/** A vendor need not have one. */
function triggerRows(trigger: INodeTypeDescription | undefined): string[][] {
	return trigger === undefined ? [] : [['[Trigger](../triggers.md)', `${trigger.displayName}: ${eventsOf(trigger)}`]];
}

function eventsOf({ properties }: INodeTypeDescription): string {
	const events = properties.find(({ name }) => name === 'events')!.options as INodePropertyOptions[];
	return events.map(({ name }) => name).join(', ');
}

/** What each trigger offers, and what can be set at any of them. */
function triggerTables(triggers: INodeTypeDescription[]): Tables {
	const notices = ['dueNotice', 'eventsNotice'];
	const rows = triggers.map((trigger) => {
		const named = (name: string) => trigger.properties.find((each) => each.name === name);
		const filters = ((named('filters')?.options ?? []) as INodeProperties[]).map((each) => each.displayName);
		return [trigger.displayName, eventsOf(trigger), filters.join(', ') || 'none', cell(notices.map((name) => named(name)?.displayName ?? '').join(' ').trim())];
	});
	return { triggers: markdownTable(['Trigger', 'Trigger On', 'Filters', 'What its dates mean'], rows), fields: triggerFieldTable(triggers) };
}

/** What each node lists: in its pickers, and by which filters in Get Many. */
function listTable(descriptions: INodeTypeDescription[]): string {
	const rows = descriptions.map(({ displayName, properties }) => {
		const all = withinCollections(properties);
		const pickers = uniq(all.filter(({ type }) => type === 'resourceLocator').map((each) => each.displayName));
		const filters = properties.find(({ name }) => name === 'filters')?.options as INodeProperties[] | undefined;
		const names = (filters ?? []).map((each) => each.displayName);
		return [displayName, pickers.join(', '), names.join(', ') || 'none'];
	});
	return markdownTable(['Node', 'Chosen from a list', 'Filters of Get Many'], rows);
}

/** What each vendor publishes. */
function limitTable(records: readonly VendorRecord[]): string {
	const rows = records.map(({ label, limits: { windows, limitHeader } }) => {
		const published = windows.map(({ requests, perMs }) => `${requests} requests ${STRETCHES[perMs] ?? `in ${perMs / 1000} seconds`}`);
		const stated = limitHeader === undefined ? '' : ', or what its headers state';
		return [label, published.length === 0 ? 'none is published' : `${published.join(', and ')}${stated}`];
	});
	return markdownTable(['Vendor', 'Limit'], rows);
}

const STRETCHES: Readonly<Record<number, string>> = { 1_000: 'a second', 60_000: 'a minute' };

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

/** The document with the content between each part's markers replaced. Throws when a marker is missing. */
export function withTables(document: string, fresh: Tables): string {
	return Object.entries(fresh).reduce((text, [name, table]) => {
		const section = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
		if (!section.test(text)) throw new Error(`The document has no place for the table “${name}”`);
		return text.replace(section, (_whole, begin: string, end: string) => `${begin}${table}\n${end}`);
	}, document);
}
