import groupBy from 'lodash/groupBy';
import uniq from 'lodash/uniq';
import type { ICredentialType, INodeProperties, INodePropertyCollection, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { cell, markdownTable } from './markdown';

/** A parameter as a reader looks for it. */
interface Field {
	/** What leads to it in the panel, such as “Update Fields > Name”. */
	path: string;
	/** The labels of the operations that show it; empty: all. */
	operations: string[];
	meaning: string;
}

/** What the page about operations tells of every node, and what nobody fills in. */
const TOLD_ELSEWHERE = ['resource', 'operation', 'secretSource'];
const NO_FIELDS = ['credentials', 'hidden', 'notice'];

/** The fields of a node that are its own: all but those that every node has. */
export function fieldTable(description: INodeTypeDescription, all: readonly INodeTypeDescription[]): string {
	const common = commonFields(all);
	const own = fieldsOf(description).filter(({ path, meaning }) => !common.some((each) => each.path === path && each.meaning === meaning));
	return markdownTable(['Field', 'Operations', 'Meaning'], rowsOf(own));
}

/** The fields that every node has, with the operations that have them at any. */
export function commonFieldTable(all: readonly INodeTypeDescription[]): string {
	return markdownTable(['Field', 'Operations', 'Meaning'], rowsOf(commonFields(all)));
}

/** The fields of all triggers, each with those that have it. */
export function triggerFieldTable(triggers: readonly INodeTypeDescription[]): string {
	const fields = triggers.flatMap(({ displayName, properties }) =>
		properties
			.filter(({ type }) => !NO_FIELDS.includes(type))
			.flatMap((property) => fieldsIn(property, '', new Map()))
			.map((field) => ({ ...field, operations: [displayName.replace(/ Credentials Trigger$/, '')] })),
	);
	const rows = rowsOf(fields).map(([path, which, meaning]) => [path!, which!.split(', ').length === triggers.length ? 'all' : which!, meaning!]);
	return markdownTable(['Field', 'Triggers', 'Meaning'], rows);
}

function commonFields(all: readonly INodeTypeDescription[]): Field[] {
	const byNode = all.map(fieldsOf);
	return byNode.flat().filter(({ path, meaning }) => byNode.every((fields) => fields.some((each) => each.path === path && each.meaning === meaning)));
}

/** The credential types that a node signs in with, each with its fields. Stored secrets have a page of their own. */
export function credentialTables({ credentials = [] }: INodeTypeDescription, types: ReadonlyMap<string, ICredentialType>): string {
	const signing = credentials.map(({ name }) => types.get(name)!).filter(({ authenticate }) => authenticate !== undefined);
	return signing
		.map(({ displayName, properties }) => {
			const shown = properties.filter(({ type }) => !NO_FIELDS.includes(type));
			const rows = shown.map((each) => [each.displayName, each.required ? 'yes' : '', meaningOf(each)]);
			return `**${displayName}**\n\n${markdownTable(['Field', 'Needed', 'Meaning'], rows)}`;
		})
		.join('\n\n');
}

function fieldsOf({ properties }: INodeTypeDescription): Field[] {
	const labels = operationLabels(properties);
	return properties.filter(({ name, type }) => !TOLD_ELSEWHERE.includes(name) && !NO_FIELDS.includes(type)).flatMap((property) => fieldsIn(property, '', labels));
}

/** A parameter, or those that are in it. */
function fieldsIn(property: INodeProperties, within: string, labels: ReadonlyMap<string, string>): Field[] {
	const path = `${within}${property.displayName}`;
	const shown = (property.displayOptions?.show?.operation ?? []) as string[];
	const operations = shown.map((value) => labels.get(value) ?? value);
	if (property.type === 'collection') {
		return (property.options as INodeProperties[]).flatMap((each) => fieldsIn(each, `${path} > `, labels).map((field) => ({ ...field, operations })));
	}
	const rows = property.type === 'fixedCollection' ? (property.options as INodePropertyCollection[]).flatMap(({ values }) => values) : [];
	const inRows = rows.filter(({ type }) => !NO_FIELDS.includes(type)).flatMap((each) => fieldsIn(each, `${path} > `, labels));
	return [{ path, operations, meaning: meaningOf(property) }, ...inRows.map((field) => ({ ...field, operations }))];
}

/** What is said of a field, and what can be chosen in it. */
function meaningOf({ description = '', type, options = [], default: value }: INodeProperties): string {
	const choices = ['options', 'multiOptions'].includes(type) ? (options as INodePropertyOptions[]).map(({ name }) => name) : [];
	const sentence = description === '' || /[.?!]$/.test(description) ? description : `${description}.`;
	const chosen = choices.length > 0 ? `One of ${choices.join(', ')}.` : '';
	const preset = typeof value === 'string' && value.startsWith('https://') ? `\`${value}\` unless it is changed.` : '';
	return [cell(sentence), cell(chosen), preset].filter(Boolean).join(' ');
}

/** One row for each field and meaning, with all operations that have it. */
function rowsOf(fields: readonly Field[]): string[][] {
	const same = groupBy(fields, ({ path, meaning }) => JSON.stringify([path, meaning]));
	return Object.values(same).map((group) => {
		const [{ path, meaning }] = group as [Field];
		const isEverywhere = group.some(({ operations }) => operations.length === 0);
		return [path, isEverywhere ? 'all' : uniq(group.flatMap(({ operations }) => operations)).join(', '), meaning];
	});
}

function operationLabels(properties: INodeProperties[]): Map<string, string> {
	const switches = properties.filter(({ name }) => name === 'operation');
	return new Map(switches.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ name, value }) => [value as string, name] as const)));
}
