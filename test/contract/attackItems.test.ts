import cloneDeep from 'lodash/cloneDeep';
import type { INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import {
	HOSTILE_VALUES,
	inherited,
	leavesOf,
	parametersFor,
	POLLUTING,
	POLLUTING_MEMBERS,
	withEachParameter,
} from '../harness/hostile';
import { describeEveryUpdate, ERROR_OUTPUT, failed, onlyError, operationsOf, SECRET, succeeded, types, type Subject } from '../harness/subject';
import type { ReceivedRequest } from '../simulator/server';

const NO_INPUT = [{ json: {} }];
const VALUE = '={{ $json.value }}';

/** Text that somebody may call a credential by. */
const NAMES = [
	'__proto__',
	'constructor',
	'../../v1/admin',
	'%2e%2e%2f?a=b#c',
	'a\0b',
	'x\r\nX-Injected: 1',
	'\u202e\u0645\u0631\u062d\u0628\u0627',
	'\u{1d4b3} \u{1f600} e\u0301',
	'{{ $json }}',
	'<script>alert(1)</script>',
	'{"$ne":null}',
	'null',
	'x'.repeat(100_000),
];

describeEveryUpdate((subject, { longestName = Infinity }, nodeName) => {
	const names = NAMES.filter(({ length }) => length <= longestName);

	describe('an item', () => {
		test.each(operationsOf(nodeName))('that puts whatever it likes into a parameter of %s costs nobody else anything', async (operation) => {
			const { run, simulator } = subject();
			const items = HOSTILE_VALUES.map(([label, value]) => ({ json: { value, label } as never }));
			const parameters = { ...parametersFor(subject(), operation), options: { allowDuplicate: true } };
			const usual = await endpoints(subject());
			for (const [path, hostile] of withEachParameter(nodeName, parameters, VALUE)) {
				simulator.reset();

				const result = await run(items, { parameters: hostile, settings: ERROR_OUTPUT });

				const errors = failed(result).map(({ json }) => json.error as Record<string, string>);
				const told = errors.map(({ message }) => message!.slice(0, 300));
				expect([path, result.error]).toEqual([path, undefined]);
				expect([path, told.filter((message) => !/^[^\n]{20,280}\.$/.test(message) || message.includes('does not expect'))]).toEqual([path, []]);
				// A list can be empty; everything else comes out as one item.
				if (operation !== 'getAll') expect(errors.length + succeeded(result).length).toBe(items.length);
				expect([path, simulator.server.requests.map(usual.nameOf).filter((name) => !usual.names.has(name))]).toEqual([path, []]);
				expect(inherited([succeeded(result), failed(result)].flat().map(({ json }) => json))).toEqual([]);
			}
			expect(Object.keys(Object.prototype)).toEqual([]);
			expect('polluted' in {}).toBe(false);
		});

		test.each(['get', 'update', 'delete'] as const)('that gives no ID, but something that could be taken for one, is refused by %s unsent', async (operation) => {
			const { run, simulator } = subject();
			const values: unknown[] = [2 ** 53 + 2, -(2 ** 53) - 2, 1e21, NaN, Infinity, true, {}, [], ['405'], { id: '405' }, { toString: '405' }, { __rl: true, value: {} }];
			const parameters = { ...parametersFor(subject(), operation), credentialId: { __rl: true, mode: 'id', value: VALUE } };

			const result = await run(values.map((value) => ({ json: { value } as never })), { parameters, settings: ERROR_OUTPUT });

			const errors = failed(result).map(({ json }) => json.error as Record<string, unknown>);
			expect(errors.map(({ code, stage, applied }) => [code, stage, applied])).toEqual(values.map(() => ['invalidInput', 'input', 'no']));
			expect(simulator.server.requests).toHaveLength(0);
		});

		test('calls a new credential whatever it likes, and that is what is sent', async () => {
			const { run, simulator, resource } = subject();
			resource.seed(0);

			const result = await run(names.map((value, index) => ({ json: { value, secret: `a-new-secret-${index}` } })), {
				parameters: resource.create(VALUE, SECRET),
				options: { allowDuplicate: true },
				settings: ERROR_OUTPUT,
			});

			expect(failed(result)).toEqual([]);
			expect(succeeded(result).map(({ json }) => json.name)).toEqual(names.map((name) => resource.resultName(name)));
			const sent = simulator.server.requests.filter((request) => resource.isCreate(request));
			expect(names.filter((name) => !sent.some(({ text }) => leavesOf(JSON.parse(text)).includes(name)))).toEqual([]);
		});

		test('renames a credential to whatever it likes, and that is what is stored', async () => {
			const { run, update } = subject();
			const { visible, ids } = update;
			if (!visible.isName) return;
			for (const value of names) {
				const result = await run([{ json: { value } }], { parameters: visible.parameters(ids[1], VALUE), settings: ERROR_OUTPUT });

				expect(failed(result)).toEqual([]);
				expect(succeeded(result)[0]!.json).toMatchObject({ id: ids[1], name: value });
				expect(visible.stored(ids[1])).toBe(value);
			}
		});

		test.each([
			['as text', (text: string) => text],
			['as an object', (text: string) => `={{ JSON.parse(${JSON.stringify(text)}) }}`],
		])('gives JSON with keys that every object has, %s: they are data like any other, or refused', async (_name, given) => {
			const { run, simulator, update, changes } = subject();
			for (const parameters of update.jsonParameters(update.ids[0], POLLUTING_MEMBERS)) {
				simulator.reset();

				const result = await run(NO_INPUT, { parameters: mapTexts(parameters, given), settings: ERROR_OUTPUT });

				expect(result.error).toBeUndefined();
				const [sent] = changes();
				if (sent !== undefined) expect(POLLUTING.filter((key) => !sent.text.includes(`"${key}":{"polluted":true`))).toEqual([]);
				else expect(onlyError(result)).toMatchObject({ code: 'invalidInput', stage: 'input' });
				expect(inherited([succeeded(result), failed(result)].flat().map(({ json }) => json))).toEqual([]);
				expect('polluted' in {}).toBe(false);
			}
		});

		test('cannot give JSON in which a key stands twice: of the two values, nobody can tell which was meant', async () => {
			const { run, update, simulator } = subject();
			for (const parameters of update.jsonParameters(update.ids[0], '"nested":{"twice":1,"tw\\u0069ce":2}')) {
				const error = onlyError(await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT }));

				expect(error).toMatchObject({ code: 'invalidInput', stage: 'input' });
				expect(error.message).toContain('has the key “twice” twice');
				expect(simulator.server.requests).toHaveLength(0);
			}
		});

		test('cannot give JSON that is nested too deep to be read again', async () => {
			const { run, update, simulator } = subject();
			const deep = `"a":${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
			for (const parameters of update.jsonParameters(update.ids[0], deep)) {
				const error = onlyError(await run(NO_INPUT, { parameters, settings: ERROR_OUTPUT }));

				expect(error).toMatchObject({ code: 'invalidInput', stage: 'input' });
				expect(simulator.server.requests).toHaveLength(0);
			}
		});
	});

	describe('an option', () => {
		test.each([0, 21, '5; drop', '1e1', '０', NaN, 1e9, 2.5, -3, {}, [5], true, null])('Max Concurrency of %p is refused for its item alone', async (value) => {
			const { run, update, changes } = subject();
			const items = [update.ids[0], update.ids[1]].map((id, index) => ({
				json: { id, secret: `a-new-secret-${index}`, value: index === 0 ? value : '2' } as never,
			}));

			const result = await run(items, { options: { maxConcurrency: VALUE }, settings: ERROR_OUTPUT });

			expect(onlyError(result)).toMatchObject({ code: 'invalidInput', id: update.ids[0] });
			expect(onlyError(result).message).toContain('“Max Concurrency”');
			expect(succeeded(result).map(({ json }) => json.id)).toEqual([update.ids[1]]);
			expect(changes()).toHaveLength(1);
		});

		test.each([
			['verify', 'Verify', ['', 'no', 0, 1, {}, 'TRUE', null]],
			['onVerificationFailure', 'If Verification Fails', ['', 'RESTORE', 'restore ', '__proto__', 'constructor', 0, {}, ['restore'], null]],
		])('%s is refused when it is something else than one of its choices', async (option, label, values) => {
			const { run, update, simulator } = subject();

			const result = await run(
				values.map((value, index) => ({ json: { id: update.ids[0], secret: `a-new-secret-${index}`, value } as never })),
				{ options: { [option]: VALUE }, settings: ERROR_OUTPUT },
			);

			const errors = failed(result).map(({ json }) => json.error as Record<string, string>);
			expect(errors).toHaveLength(values.length);
			for (const { code, message } of errors) {
				expect(code).toBe('invalidInput');
				expect(message).toContain(`“${label}”`);
			}
			expect(simulator.server.requests).toHaveLength(0);
		});

		test.each(operationsOf(nodeName))('that is left over from another operation has no say in %s', async (operation) => {
			const { run, simulator, resource } = subject();
			const parameters = parametersFor(subject(), operation);
			const own = optionNames(nodeName, operation);
			const leftOver = Object.fromEntries(Object.entries(LEFT_OVER).filter(([name]) => !own.includes(name)));
			const observe = async (options: INodeParameters) => {
				simulator.reset();
				resource.seed(3);
				const ids = resource.storedIds();
				const id = ids[0]!;
				const shown = operation === 'get' || operation === 'delete' ? resource[operation](id) : parameters;
				const result = await run(NO_INPUT, { parameters: { ...shown, options }, settings: ERROR_OUTPUT });
				const outcomes = [...succeeded(result), ...failed(result)].map(({ json }) => json.outcome ?? (json.error as Record<string, string>).code);
				const made = resource.storedIds().filter((each) => !ids.includes(each));
				const place = (path: string) => made.reduce((rest, each) => rest.replace(each, '*'), path);
				return { outcomes, requests: simulator.server.requests.map(({ method, path }) => `${method} ${place(path)}`), ids: resource.storedIds().length };
			};

			expect(await observe(leftOver)).toEqual(await observe({}));
		});
	});
});

/** Every option of every node, with a value that would show. */
const LEFT_OVER: INodeParameters = Object.fromEntries(
	[...types.nodes.values()]
		.flatMap(({ description }) => description.properties)
		.filter(({ name }) => name === 'options')
		.flatMap(({ options }) => options as INodeProperties[])
		.map((option) => [option.name, tellingValue(option)]),
);

function tellingValue({ type, default: initial, options = [] }: INodeProperties): INodeParameters[string] {
	if (type === 'boolean') return initial !== true;
	if (type === 'number') return 1;
	if (type === 'options') return (options as INodePropertyOptions[]).map(({ value }) => value).findLast((value) => value !== initial);
	return type === 'resourceLocator' ? { __rl: true, mode: 'id', value: 'left-over' } : 'left-over';
}

function optionNames(nodeName: string, operation: string): string[] {
	return types.nodes
		.get(nodeName)!
		.description.properties.filter(({ name, displayOptions }) => name === 'options' && displayOptions!.show!.operation!.includes(operation))
		.flatMap(({ options }) => options!.map(({ name }) => name));
}

/** Where the node’s requests go by rights: methods and paths without IDs, and the names in queries. */
async function endpoints(subject: Subject) {
	const { nodeName, run, simulator, update, resource } = subject;
	const requests: ReceivedRequest[] = [];
	for (const operation of operationsOf(nodeName)) {
		for (const dryRun of [true, false]) {
			simulator.reset();
			await run(NO_INPUT, { parameters: parametersFor(subject, operation), options: { dryRun, readValueBack: true } });
			requests.push(...simulator.server.requests);
		}
	}
	const ids = [...update.ids, ...resource.storedIds()];
	const segments = requests.flatMap(({ path }) => path.split('/'));
	// What a parameter holds can be any other text.
	const given = new Set(operationsOf(nodeName).flatMap((operation) => leavesOf(parametersFor(subject, operation))));
	const words = new Set(segments.filter((segment) => !given.has(segment) && !ids.some((id) => segment.startsWith(id))));
	const nameOf = ({ method, path, query, headers }: ReceivedRequest) => {
		const place = path.split('/').map((segment) => (words.has(segment) ? segment : '*'));
		const strange = [...query.keys()].filter((key) => !/^(aid|include|limit|offset|sort|sort_by|order_by|(filter|fields|page)(\[[a-z_]+\])+)$/.test(key));
		return [method, place.join('/'), ...strange, headers['x-injected'] ?? ''].join(' ');
	};
	return { names: new Set(requests.map(nameOf)), nameOf };
}

/** Parameters with each JSON text in them given in another way. */
function mapTexts(parameters: INodeParameters, change: (text: string) => string): INodeParameters {
	const mapped = cloneDeep(parameters);
	const visit = (node: Record<string, unknown>) => {
		for (const [key, value] of Object.entries(node)) {
			if (typeof value === 'string' && value.startsWith('{')) node[key] = change(value);
			else if (typeof value === 'object' && value !== null) visit(value as Record<string, unknown>);
		}
	};
	visit(mapped);
	return mapped;
}
