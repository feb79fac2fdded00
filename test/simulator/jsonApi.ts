import type { Answer } from './server';

export const JSON_API = 'application/vnd.api+json';

/** A resource with all that it has. */
export interface Resource {
	type: string;
	id: string;
	attributes: object;
	/** What each relationship leads to; `null` for nothing. */
	relationships: Record<string, Resource | null>;
}

/** What a list of one type may be asked for. */
export interface ListRules {
	sortable: readonly string[];
	/** Attributes, and relationships whose ID and attributes can be filtered by. */
	filterable: readonly string[];
	/** Where the API is, for links. */
	root: string;
}

const MAX_PAGE_SIZE = 25;
const DEFAULT_PAGE_SIZE = 10;

// Reading

/** One resource, as far as the query asks for it. */
export function one(query: URLSearchParams, resource: Resource, root: string, status = 200): Answer {
	const refused = refusedShape(query, resource);
	if (refused !== null) return refused;
	return document({ data: shown(query, resource, root), ...inclusions(query, [resource], root) }, status);
}

/** A page of the resources, filtered and sorted as the query asks for. `sample` tells what the type has. */
export function page(query: URLSearchParams, resources: Resource[], sample: Resource, rules: ListRules): Answer {
	const size = positive(query.get('page[size]'), DEFAULT_PAGE_SIZE);
	const number = positive(query.get('page[number]'), 1);
	if (size === null || number === null || size > MAX_PAGE_SIZE) {
		return refusal(400, { title: 'Invalid page value', code: 'INVALID_PAGE_VALUE', detail: 'The page is not valid.' });
	}
	const refused = refusedShape(query, sample) ?? refusedFilter(query, sample, rules) ?? refusedSort(query, rules);
	if (refused !== null) return refused;
	const found = sorted(query, resources.filter((resource) => passes(query, resource)));
	const onPage = found.slice((number - 1) * size, number * size);
	return document({
		data: onPage.map((resource) => shown(query, resource, rules.root)),
		...inclusions(query, onPage, rules.root),
		meta: { record_count: found.length, page_count: Math.ceil(found.length / size) },
	});
}

function refusedShape(query: URLSearchParams, sample: Resource): Answer | null {
	const known = [...Object.keys(sample.attributes), ...Object.keys(sample.relationships)];
	const field = (fieldsOf(query, sample.type) ?? []).find((name) => !known.includes(name));
	if (field !== undefined) {
		return refusal(400, { title: 'Invalid field', code: 'INVALID_FIELD', detail: `${field} is not a valid field.` });
	}
	const inclusion = namesIn(query.get('include')).find((name) => !Object.hasOwn(sample.relationships, name));
	if (inclusion === undefined) return null;
	return refusal(400, { title: 'Invalid include', code: 'INVALID_INCLUDE', detail: `${inclusion} is not a relationship.` });
}

/** With the matchers that the node sends. The API has more, such as `in`, `start` and `gt`: harsher than documented. */
const FILTER = /^filter\[q\]\[(\w+)_(eq|cont|lt)\]$/;

function refusedFilter(query: URLSearchParams, sample: Resource, { filterable }: ListRules): Answer | null {
	const isAllowed = (key: string) => {
		const attribute = FILTER.exec(key)?.[1] ?? '';
		if (filterable.includes(attribute)) return true;
		return Object.entries(sample.relationships).some(([name, related]) => {
			const own = ['id', ...Object.keys(related?.attributes ?? {})].map((each) => `${name}_${each}`);
			return filterable.includes(name) && own.includes(attribute);
		});
	};
	const unknown = [...query.keys()].find((key) => key.startsWith('filter') && !isAllowed(key));
	if (unknown === undefined) return null;
	return refusal(400, { title: 'Filter not allowed', code: 'FILTER_NOT_ALLOWED', detail: `${unknown} is not allowed.` });
}

function passes(query: URLSearchParams, resource: Resource): boolean {
	return [...query].every(([key, wanted]) => {
		const [, attribute = '', matcher] = FILTER.exec(key) ?? [];
		if (matcher === undefined) return true;
		const text = valueOf(resource, attribute);
		if (matcher === 'eq') return text === wanted;
		if (matcher === 'cont') return text.toLowerCase().includes(wanted.toLowerCase());
		return Date.parse(text) < Date.parse(wanted);
	});
}

/** An attribute of the resource, or of what a relationship leads to. */
function valueOf({ id, attributes, relationships }: Resource, name: string): string {
	const own: Record<string, unknown> = { id, ...attributes };
	if (Object.hasOwn(own, name)) return textOf(own[name]);
	const relationship = Object.keys(relationships).find((each) => name.startsWith(`${each}_`)) ?? '';
	const related = relationships[relationship] ?? null;
	return related === null ? '' : valueOf(related, name.slice(relationship.length + 1));
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

const sortCriteria = (query: URLSearchParams) => namesIn(query.get('sort') ?? 'created_at');

function refusedSort(query: URLSearchParams, { sortable }: ListRules): Answer | null {
	const invalid = sortCriteria(query).find((criterion) => !sortable.includes(criterion.replace(/^-/, '')));
	if (invalid === undefined) return null;
	return refusal(400, { title: 'Invalid sort', code: 'INVALID_SORT_CRITERIA', detail: `${invalid} is not valid.` });
}

function sorted(query: URLSearchParams, resources: Resource[]): Resource[] {
	for (const criterion of sortCriteria(query).reverse()) {
		const attribute = criterion.replace(/^-/, '');
		const direction = criterion.startsWith('-') ? -1 : 1;
		resources.sort((a, b) => direction * valueOf(a, attribute).localeCompare(valueOf(b, attribute)));
	}
	return resources;
}

/** A resource object: what the fieldset names, attributes and relationships alike; an ID only of what is included. */
function shown(query: URLSearchParams, { type, id, attributes, relationships }: Resource, root: string) {
	const fields = fieldsOf(query, type);
	const isShown = (name: string) => fields?.includes(name) ?? true;
	const included = namesIn(query.get('include'));
	const self = `${root}/api/${type}/${id}`;
	return {
		id,
		type,
		links: { self },
		attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => isShown(name))) as unknown,
		relationships: Object.fromEntries(
			Object.entries(relationships)
				.filter(([name]) => isShown(name))
				.map(([name, related]) => {
					const links = { self: `${self}/relationships/${name}`, related: `${self}/${name}` };
					const data = related === null ? null : { type: related.type, id: related.id };
					return [name, included.includes(name) ? { links, data } : { links }];
				}),
		) as unknown,
	};
}

/** Included resources, each once. A relationship that the fieldset leaves out is not included. */
function inclusions(query: URLSearchParams, resources: Resource[], root: string): { included?: unknown[] } {
	const names = namesIn(query.get('include'));
	if (names.length === 0) return {};
	const included = new Map<string, unknown>();
	for (const { type, relationships } of resources) {
		for (const name of names.filter((each) => fieldsOf(query, type)?.includes(each) ?? true)) {
			const related = relationships[name] ?? null;
			if (related === null) continue;
			const withoutInclusions = new URLSearchParams([...query].filter(([key]) => key !== 'include'));
			included.set(`${related.type}/${related.id}`, shown(withoutInclusions, related, root));
		}
	}
	return { included: [...included.values()] };
}

/** The sparse fieldset of a type; `null` when the query has none. */
function fieldsOf(query: URLSearchParams, type: string): string[] | null {
	const asked = query.get(`fields[${type}]`);
	return asked === null ? null : namesIn(asked);
}

function namesIn(list: string | null): string[] {
	return list === null || list === '' ? [] : list.split(',');
}

/** A whole number from 1 on; `null` when the text is none. */
function positive(text: string | null, absent: number): number | null {
	if (text === null) return absent;
	return /^[1-9]\d*$/.test(text) ? Number(text) : null;
}

// Documents

export function document(body: unknown, status = 200): Answer {
	return { status, headers: { 'content-type': `${JSON_API}; charset=utf-8` }, body };
}

export interface ErrorObject {
	title: string;
	detail: string;
	code: string;
	source?: { pointer: string };
	meta?: Record<string, unknown>;
}

export function refusal(status: number, ...errors: ErrorObject[]): Answer {
	return document({ errors: errors.map((error) => ({ ...error, status: String(status) })) }, status);
}

export function badRequest(code: string, detail: string, pointer: string): Answer {
	return refusal(400, { title: 'Bad request', detail, code, source: { pointer } });
}

/** `error` is the kind of violation. */
export function validationError(pointer: string, detail: string, error = 'invalid'): ErrorObject {
	return { title: detail, detail, code: 'VALIDATION_ERROR', source: { pointer }, meta: { error } };
}

export function blank(pointer: string): ErrorObject {
	return { ...validationError(pointer, `${pointer.split('/').at(-1)} - can't be blank`, 'blank'), title: "can't be blank" };
}

export function notFound(id: string): Answer {
	const detail = `The record identified by ${id} could not be found.`;
	return refusal(404, { title: 'Record not found', detail, code: 'RECORD_NOT_FOUND' });
}

// Parts of received documents

export function objectOf(value: unknown): Record<string, unknown> | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** What a relationship links to: `null` for nothing, `undefined` when it is no linkage. */
export function linkage(relationship: unknown): { type: string; id: string } | null | undefined {
	const given = objectOf(relationship);
	if (given === null || !('data' in given)) return undefined;
	if (given.data === null) return null;
	const { type, id } = objectOf(given.data) ?? {};
	return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
}
