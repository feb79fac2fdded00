import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import cloneDeep from 'lodash/cloneDeep';
import get from 'lodash/get';
import isPlainObject from 'lodash/isPlainObject';
import mapValues from 'lodash/mapValues';
import pickBy from 'lodash/pickBy';

import { packageRoot } from '../harness/packageTypes';
import { VENDORS, type OperationName, type PublishedVendor } from './vendors';

/** A module of this folder's own install. */
export const installed = createRequire(join(packageRoot, 'test', 'published', 'package.json'));

type Json = Record<string, unknown>;

/** A vendor's description of its API, as it is published. */
export interface Description {
	file: string;
	vendor: PublishedVendor;
	document: Json;
}

/** What the description says of one operation. */
export interface Described {
	method: string;
	/** With the path parameters in braces. */
	path: string;
	/** Statuses of success, and those of refusals. */
	success: number;
	refusals: number[];
}

/** The descriptions in a folder that are of a vendor of ours, and the names of the other files. */
export function descriptionsIn(folder: string): { known: Description[]; unknown: string[] } {
	const { parse } = installed('yaml') as { parse(text: string): unknown };
	const files = readdirSync(folder).filter((name) => /\.(json|ya?ml)$/.test(name));
	const read = files.map((file) => {
		const document = parse(readFileSync(join(folder, file), 'utf8')) as Json;
		const servers = ((document.servers ?? []) as Array<{ url: string }>).filter(({ url }) => URL.canParse(url));
		const hosts = servers.map(({ url }) => new URL(url).host);
		return { file, document, vendor: VENDORS.find(({ host }) => hosts.includes(host)) };
	});
	return {
		known: read.filter((each): each is Description => each.vendor !== undefined),
		unknown: read.filter(({ vendor }) => vendor === undefined).map(({ file }) => file),
	};
}

const METHODS: Record<OperationName, string[]> = {
	create: ['post'],
	get: ['get'],
	getAll: ['get'],
	update: ['put', 'patch'],
	delete: ['delete'],
};

export function describedOperation({ file, vendor, document }: Description, operation: OperationName): Described {
	const isOfAll = operation === 'create' || operation === 'getAll';
	const wanted = isOfAll ? vendor.collection : `${vendor.collection}/{}`;
	const paths = document.paths as Record<string, Record<string, Json>>;
	for (const [path, methods] of Object.entries(paths)) {
		if (withoutNames(path) !== wanted) continue;
		const method = METHODS[operation].find((each) => methods[each] !== undefined);
		if (method === undefined) continue;
		const responses = methods[method]!.responses as Record<string, Json>;
		const statuses = Object.keys(responses).map(Number).filter(Boolean);
		return { method, path, success: Math.min(...statuses), refusals: statuses.filter((status) => status >= 400) };
	}
	throw new Error(`${file} does not describe ${operation} of ${vendor.node}`);
}

function withoutNames(path: string): string {
	return path.replaceAll(/\{[^}]*\}/g, '{}');
}

/** Whether a path that was sent is one of this described one. */
export function isAt(sent: string, described: string): boolean {
	const segments = described.split('/').map((segment) => (segment.startsWith('{') ? '[^/]+' : segment.replaceAll('.', '\\.')));
	return new RegExp(`^${segments.join('/')}$`).test(sent);
}

/**
 * The description as the mock server gets it: the paths of the credentials alone, and told how to make answers up. Every
 * answer that is valid by the copy is valid by the description, too.
 * @param fillProperties whether members may be made up that are not described; without it, an answer may be empty
 */
export function copyFor({ vendor, document }: Description, fillProperties: boolean): Json {
	const copy = cloneDeep(document);
	const own = pickBy(copy.paths as Json, (_, path) => [vendor.collection, `${vendor.collection}/{}`].includes(withoutNames(path)));
	for (const methods of Object.values(own) as Array<Record<string, unknown>>) {
		for (const operation of Object.values(methods).filter(isObject)) {
			if (!isObject(operation.responses)) continue;
			// A response without one is passed over, and some have nothing else to say.
			operation.responses = mapValues(operation.responses, (response) => ({ description: '', ...(response as Json) }));
			for (const content of Object.values(get(operation, 'requestBody.content', {}) as Record<string, Json>)) {
				content.schema = lenient(resolved(copy, content.schema), vendor);
			}
		}
	}
	eachProperties(copy, (properties) => {
		for (const name of vendor.secrets) likelier(properties, name, { type: 'string', pattern: '^[A-Za-z0-9]{24}$' });
		for (const name of vendor.times) {
			// Words and numbers around zero are valid as well, and no times.
			if (get(properties, [name, 'type']) === 'integer') likelier(properties, name, { type: 'integer', minimum: 1_200_000_000, maximum: 2_200_000_000 });
			else likelier(properties, name, { type: 'string', format: 'date-time' });
		}
	});
	return {
		...copy,
		paths: own,
		// Any number of the optional members is left out, from none to all.
		'x-json-schema-faker': { alwaysFakeOptionals: false, fixedProbabilities: false, fillProperties },
	};
}

/**
 * What a request has to be, without what the vendors' own examples are not: alternatives that differ in prose alone
 * exclude each other, and members are demanded that no example has.
 */
function lenient({ oneOf, required, ...schema }: Json, { undemanded }: PublishedVendor): Json {
	return {
		...schema,
		...(oneOf === undefined ? {} : { anyOf: oneOf }),
		...(Array.isArray(required) ? { required: required.filter((name) => !undemanded.includes(name as string)) } : {}),
	};
}

/** Makes one of two values of a property such a one. */
function likelier(properties: Json, name: string, schema: Json): void {
	if (properties[name] !== undefined) properties[name] = { anyOf: [properties[name], schema] };
}

function eachProperties(node: unknown, change: (properties: Json) => void): void {
	if (Array.isArray(node)) for (const each of node) eachProperties(each, change);
	if (!isObject(node)) return;
	for (const [key, value] of Object.entries(node)) {
		eachProperties(value, change);
		if (key === 'properties' && isObject(value)) change(value);
	}
}

function resolved(document: Json, node: unknown): Json {
	const reference = get(node, '$ref') as string | undefined;
	if (reference === undefined) return node as Json;
	return resolved(document, get(document, reference.split('/').slice(1)));
}

function isObject(value: unknown): value is Json {
	return isPlainObject(value);
}
