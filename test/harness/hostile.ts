import mapValues from 'lodash/mapValues';
import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import type { OperationName } from '../../nodes/kit/operation';
import type { ReceivedRequest } from '../simulator/server';
import { types, type Subject } from './subject';

/** Node parameters of each operation, on the first of the update case's credentials where it is about one. */
export function parametersFor({ update, resource }: Subject, operation: OperationName): INodeParameters {
	const [id] = update.ids;
	if (operation === 'create') return resource.create('a-new-one', 'a-new-secret-value');
	if (operation === 'update') return update.parameters(id, 'a-new-secret-value');
	if (operation === 'getAll') return { ...resource.getAll(), returnAll: true };
	return operation === 'get' || operation === 'delete' ? resource[operation](id) : resource.more![operation]!.parameters(id);
}

/** What an item can hold where an ID, a name, a number, a list or an object is wanted. */
export const HOSTILE_VALUES: Array<[string, unknown]> = [
	['nothing', null],
	['yes', true],
	['zero', 0],
	['a negative number', -1],
	['a fraction', 1.5],
	['a number beyond 2^53', 2 ** 53 + 2],
	['a number in scientific notation', 1e21],
	['no number', NaN],
	['infinity', Infinity],
	['white space', ' \t\n'],
	['a dot', '.'],
	['two dots', '..'],
	['a way up', '../../v1/admin'],
	['a way up, encoded', '%2e%2e%2f%2e%2e%2f'],
	['a backslash', '..\\..\\'],
	['a NUL', 'a\0b'],
	['a header', 'x\r\nX-Injected: 1'],
	['right to left', '\u202e\u0645\u0631\u062d\u0628\u0627'],
	['beyond the basic plane', '\u{1d4b3}\u{1f600}'],
	['half a character', 'a\ud800b'],
	['a prototype', '__proto__'],
	['a constructor', 'constructor'],
	['a method', 'toString'],
	['an expression', '={{ $json }}'],
	['an expression inside', '{{ $json.value }}'],
	['a script', '<script>alert(1)</script>'],
	['100 kB', 'x'.repeat(100_000)],
	['an empty list', []],
	['an empty object', {}],
	['a list', ['a', ['b']]],
	['an object', { value: { value: 'a' }, values: [{ name: {}, value: [] }] }],
	['a prototype key', JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')],
	['a resource locator of an object', { __rl: true, mode: 'id', value: {} }],
	['a resource locator without a mode', { __rl: true, value: '..' }],
	['a date', new Date(8.64e15)],
	['deep nesting', deep(2_000)],
	['a circle', circle()],
];

function deep(levels: number): unknown {
	let value: unknown = 'x';
	for (let level = 0; level < levels; level += 1) value = { value };
	return value;
}

function circle(): unknown {
	const value: Record<string, unknown> = {};
	value.value = value;
	return value;
}

/**
 * Node parameters in which one parameter that takes expressions yields `expression`, by the parameter's path: one for each
 * of them that the operation has, those inside of collections included.
 */
export function withEachParameter(
	nodeName: string,
	parameters: INodeParameters,
	expression: string,
): Array<[string, INodeParameters]> {
	const operation = String(parameters.operation);
	const shown = types.nodes.get(nodeName)!.description.properties.filter(({ type, noDataExpression, displayOptions }) => {
		const operations = displayOptions?.show?.operation ?? [operation];
		return type !== 'notice' && noDataExpression !== true && operations.includes(operation);
	});
	return shown.flatMap((property): Array<[string, INodeParameters]> => {
		const { name } = property;
		const whole = places(property, expression).map(([path, value]): [string, INodeParameters] => [
			path,
			{ ...parameters, [name]: value },
		]);
		const inside = property.type !== 'collection' ? [] : (property.options as INodeProperties[]).flatMap((option) =>
			places(option, expression).map(([path, value]): [string, INodeParameters] => [
				`${name}.${path}`,
				{ ...parameters, [name]: { ...(parameters[name] as INodeParameters), [option.name]: value } },
			]),
		);
		return [...whole, ...inside];
	});
}

/** Where in one parameter an expression can stand. */
function places({ name, type, options }: INodeProperties, expression: string): Array<[string, INodeParameters[string]]> {
	if (type === 'resourceLocator') {
		return [
			[name, expression],
			[`${name}.value`, { __rl: true, mode: 'id', value: expression }],
		];
	}
	if (type !== 'fixedCollection') return [[name, expression]];
	const [group] = options as Array<{ name: string; values: INodeProperties[] }>;
	const fields = Object.fromEntries(group!.values.map((field) => [field.name, expression]));
	return [
		[name, expression],
		[`${name}.${group!.name}`, { [group!.name]: expression }],
		[`${name}.${group!.name}[0]`, { [group!.name]: [fields] }],
	];
}

/** Paths at which a value holds more than it has itself: keys that come from a prototype, or a prototype of its own. */
export function inherited(value: unknown, path = ''): string[] {
	if (typeof value !== 'object' || value === null) return [];
	const prototype = Object.getPrototypeOf(value) as object | null;
	const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
	const own = Object.keys(value);
	const reached: string[] = [];
	for (const key in value) reached.push(key);
	return [
		...(isPlain && reached.length === own.length ? [] : [path]),
		...own.flatMap((key) => inherited((value as Record<string, unknown>)[key], `${path}.${key}`)),
	];
}

/** Every text and number in a value. */
export function leavesOf(value: unknown): unknown[] {
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

/** The request that an operation is there for, as against sign-ins, and reads before or after it. */
export function isMainRequest({ update, resource }: Subject, operation: OperationName): (request: ReceivedRequest) => boolean {
	if (operation === 'create') return (request) => resource.isCreate(request);
	if (operation === 'delete') return (request) => resource.isDelete(request);
	if (operation === 'update') return (request) => update.isChange(request);
	const extra = resource.more?.[operation];
	if (extra !== undefined) return extra.isIt;
	return (request) => request.method === 'GET' && !(update.isSignIn?.(request) ?? false);
}

/** A JSON value as texts, in each of which one place has something else. */
export function withEachPlace(value: unknown, json: string): string[] {
	if (typeof value !== 'object' || value === null) return [json];
	const write = (key: string, changed: string) => {
		const members = Object.entries(value).map(([each, child]) => [each, each === key ? changed : JSON.stringify(child)]);
		return Array.isArray(value)
			? `[${members.map(([, child]) => child).join()}]`
			: `{${members.map(([each, child]) => `${JSON.stringify(each)}:${child}`).join()}}`;
	};
	return [json, ...Object.entries(value).flatMap(([key, child]) => withEachPlace(child, json).map((changed) => write(key, changed)))];
}

/** The value with another ID wherever the one stands by itself. */
export function withAnotherId(value: unknown, own: string, other: string): unknown {
	if (Array.isArray(value)) return value.map((child) => withAnotherId(child, own, other));
	if (typeof value === 'object' && value !== null) return mapValues(value, (child) => withAnotherId(child, own, other));
	if (String(value) !== own) return value;
	return typeof value === 'number' ? Number(other) : other;
}

/** The entries of a list, under whichever name a vendor has them. */
export function listIn(body: unknown): unknown[] | undefined {
	return [body, ...Object.values((body ?? {}) as object)].find(Array.isArray) as unknown[] | undefined;
}

/** Keys that a careless reader finds in every object. */
export const POLLUTING = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then', 'length'];

/** The same as members of a JSON object. */
export const POLLUTING_MEMBERS = POLLUTING.map((key) => `"${key}":{"polluted":true,"prototype":{"polluted":true},"id":"evil","name":"evil"}`).join();
