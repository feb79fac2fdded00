import { performSingle } from '../../nodes/engine/operation/perform';
import type { Exchange } from '../../nodes/engine/request/exchange';
import { ItemSecrets } from '../../nodes/engine/secrets/itemSecrets';
import { unreadable } from '../../nodes/kit/answers';
import { allowDuplicateOption, allowsDuplicate, lookForDuplicate } from '../../nodes/kit/duplicates';
import { Failure, type FailureCode } from '../../nodes/kit/failure';
import type { VendorAnswer, VendorRequest } from '../../nodes/kit/http';
import { asObject } from '../../nodes/kit/json';
import type { ListOperation, PriorRead, Target } from '../../nodes/kit/operation';
import type { Parameters } from '../../nodes/kit/parameters';
import { nothingKnown } from '../../nodes/kit/reading';
import type { VendorRecord } from '../../nodes/kit/record';

const HINT = 'Look where the requests go.';
const NEW: Target = { id: null, changed: ['name'], secrets: [] };
/** What the list is asked for. */
const FILTER: Target = { id: null, changed: [], secrets: [] };

const answerOf = (body: unknown): VendorAnswer => ({ status: 200, headers: {}, body });

/** A list of two pages of names, the id of each the same with a `#`. */
const list: ListOperation = {
	read: () => FILTER,
	page: (_input, cursor) => ({ method: 'GET', path: `/list/${cursor ?? 'first'}`, body: null }),
	entries: (_input, answer, cursor) => {
		const { names } = asObject(answer.body);
		if (!Array.isArray(names)) throw unreadable('Example', 'It holds no list.');
		return { entries: names.map((name) => ({ reading: { ...nothingKnown(`#${name}`), name: String(name) }, raw: null })), cursor: cursor === undefined ? 'second' : undefined };
	},
	inPlaceOf: () => FILTER,
};

const vendor = {
	name: 'example',
	label: 'Example',
	requestIdHeaders: [],
	hints: { unexpectedResponse: HINT },
	operations: {
		get: {},
		create: {
			before: () =>
				lookForDuplicate({ label: 'Example', list, input: FILTER, isDuplicate: ({ name }) => name === 'shop', likeness: 'of this name' }),
			request: () => ({ method: 'POST', path: '/new', body: { name: 'shop' } }),
			result: () => nothingKnown('new'),
		},
	},
} as unknown as VendorRecord;

/** Creates a credential after a look at a list that is answered, or fails, as told. */
async function create(listed: unknown) {
	const sent: VendorRequest[] = [];
	const stages: string[] = [];
	const exchange: Exchange = async (request, stage) => {
		sent.push(request);
		stages.push(stage);
		if (request.method === 'POST') return answerOf({});
		if (listed instanceof Error) throw listed;
		return answerOf(listed);
	};
	const outcome: unknown = await performSingle(
		{ vendor, exchange, secrets: new ItemSecrets() },
		'create',
		{ input: NEW, seen: null },
		{ verify: true, onVerificationFailure: 'fail' },
	).catch((error: unknown) => error);
	return { outcome, stages, paths: sent.map(({ path }) => path) };
}

const LOOKED = ['/list/first'];
const CREATED = ['/list/first', '/list/second', '/new'];
const CREATED_UNSEEN = ['/list/first', '/new'];

describe('a look for a twin', () => {
	test('finds one on the first page, and nothing is created', async () => {
		const { outcome, paths } = await create({ names: ['a', 'shop', 'b'] });

		expect(paths).toEqual(LOOKED);
		expect(outcome).toBeInstanceOf(Failure);
		expect(outcome).toMatchObject({
			kind: 'conflict',
			applied: 'no',
			retryable: false,
			message: 'Example already has a credential of this name, so none was created.',
			details: { id: '#shop', stage: 'read', hint: expect.stringContaining('“Allow Duplicate”') as string },
		});
	});

	test.each([[[]], [['a', 'Shop', 'shop ']]])('finds none among %j on any page, and lets one be created', async (names) => {
		const { outcome, paths, stages } = await create({ names });

		expect(paths).toEqual(CREATED);
		expect(stages).toEqual(['read', 'read', 'change']);
		expect(outcome).toMatchObject({ reading: { id: 'new' } });
	});

	test('of an endless list ends, and nothing is created', async () => {
		const endless: ListOperation = { ...list, entries: (_input, _answer, cursor) => ({ entries: [], cursor: `${cursor}+` }) };
		let read: PriorRead<Target> | null = lookForDuplicate({ label: 'Example', list: endless, input: FILTER, isDuplicate: () => true, likeness: 'like it' });
		const readAll = () => {
			while (read !== null) read = read.next?.(answerOf(null)) ?? null;
		};

		expect(readAll).toThrow('does not come to an end');
	});

	test('names the first of several', async () => {
		const twice: ListOperation = { ...list, entries: () => ({ entries: ['x', 'y'].map((id) => ({ reading: nothingKnown(id), raw: null })) }) };
		const { complete } = lookForDuplicate({ label: 'Example', list: twice, input: FILTER, isDuplicate: () => true, likeness: 'like it' });

		expect(() => complete(NEW, answerOf(null))).toThrow(expect.objectContaining({ details: expect.objectContaining({ id: 'x' }) as object }) as Error);
	});

	test('hands the request on as it is where there is no twin', () => {
		const { complete } = lookForDuplicate({ label: 'Example', list, input: FILTER, isDuplicate: () => false, likeness: 'like it' });

		expect(complete(NEW, answerOf({ names: ['shop'] }))).toBe(NEW);
	});

	test('that is not permitted is gone without', async () => {
		const { outcome, paths } = await create(new Failure({ code: 'permission', stage: 'read', message: 'No.' }));

		expect(paths).toEqual(CREATED_UNSEEN);
		expect(outcome).toMatchObject({ reading: { id: 'new' } });
	});

	test.each<FailureCode>(['authentication', 'notFound', 'rateLimited', 'timeout', 'vendorUnavailable', 'network', 'cancelled'])(
		'that ends with %s is the end',
		async (code) => {
			const failure = new Failure({ code, stage: 'read', message: 'No.' });
			const { outcome, paths } = await create(failure);

			expect(paths).toEqual(LOOKED);
			expect(outcome).toBe(failure);
		},
	);

	test('that makes no sense is the end, and nothing has been created', async () => {
		const { outcome, paths } = await create('a page');

		expect(paths).toEqual(LOOKED);
		expect(outcome).toMatchObject({
			kind: 'unexpectedResponse',
			applied: 'no',
			message: expect.stringContaining('It holds no list.') as string,
			details: { stage: 'read' },
		});
	});
});

describe('Allow Duplicate', () => {
	const parametersWith = (options: unknown): Parameters => ({ timezone: 'utc', get: (name) => (name === 'options' ? options : undefined) });

	test.each<[unknown, boolean]>([
		[{}, false],
		[undefined, false],
		[{ allowDuplicate: false }, false],
		[{ allowDuplicate: 'true' }, true],
		[{ allowDuplicate: true }, true],
	])('with options %j is %j', (options, expected) => expect(allowsDuplicate(parametersWith(options))).toBe(expected));

	test('is called by its name when it is neither on nor off', () => {
		expect(() => allowsDuplicate(parametersWith({ allowDuplicate: 'maybe' }))).toThrow('“Allow Duplicate”');
	});

	test('is off unless it is turned on, and is called what the hint calls it', () => {
		expect(allowDuplicateOption).toMatchObject({ displayName: 'Allow Duplicate', name: 'allowDuplicate', default: false });
	});
});
