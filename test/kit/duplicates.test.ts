import { performSingle } from '../../nodes/engine/operation/perform';
import type { Exchange } from '../../nodes/engine/request/exchange';
import { ItemSecrets } from '../../nodes/engine/secrets/itemSecrets';
import { unreadable } from '../../nodes/kit/answers';
import { allowDuplicateOption, allowsDuplicate, lookForDuplicate } from '../../nodes/kit/duplicates';
import { Failure, type FailureCode } from '../../nodes/kit/failure';
import type { VendorAnswer, VendorRequest } from '../../nodes/kit/http';
import { asObject } from '../../nodes/kit/json';
import type { ListOperation, Target } from '../../nodes/kit/operation';
import type { Parameters } from '../../nodes/kit/parameters';
import { nothingKnown } from '../../nodes/kit/reading';
import type { VendorRecord } from '../../nodes/kit/record';

const HINT = 'Look where the requests go.';
const NEW: Target = { id: null, changed: ['name'], secrets: [] };
/** What the list is asked for. */
const FILTER: Target = { id: null, changed: [], secrets: [] };

const answerOf = (body: unknown): VendorAnswer => ({ status: 200, headers: {}, body });

/** A list of names, the id of each the same with a `#`. There is a second page after one with names. */
const list: ListOperation = {
	read: () => FILTER,
	page: (_input, cursor) => ({ method: 'GET', path: `/list/${cursor ?? 'first'}`, body: null }),
	entries: (_input, answer, cursor) => {
		const { names } = asObject(answer.body);
		if (!Array.isArray(names)) throw unreadable('Example', 'It holds no list.');
		return { entries: names.map((name) => ({ reading: { ...nothingKnown(`#${name}`), name: String(name) }, raw: null })), cursor: cursor === undefined && names.length > 0 ? 'second' : undefined };
	},
	inPlaceOf: () => FILTER,
};

const vendorWith = (listed: ListOperation) => ({
	name: 'example',
	label: 'Example',
	requestIdHeaders: [],
	hints: { unexpectedResponse: HINT },
	operations: {
		get: {},
		create: {
			before: () =>
				lookForDuplicate({ label: 'Example', list: listed, input: FILTER, isDuplicate: ({ name }) => name === 'shop', likeness: 'of this name' }),
			request: () => ({ method: 'POST', path: '/new', body: { name: 'shop' } }),
			result: () => nothingKnown('new'),
		},
	},
}) as unknown as VendorRecord;

/** Creates a credential after a look through a list whose pages are answered, or fail, as told. */
async function create(listed: unknown, { then = { names: [] }, through = list }: { then?: unknown; through?: ListOperation } = {}) {
	const sent: VendorRequest[] = [];
	const stages: string[] = [];
	const exchange: Exchange = async (request, stage) => {
		sent.push(request);
		stages.push(stage);
		if (request.method === 'POST') return answerOf({});
		const page = request.path === '/list/first' ? listed : then;
		if (page instanceof Error) throw page;
		return answerOf(page);
	};
	const outcome: unknown = await performSingle(
		{ vendor: vendorWith(through), exchange, secrets: new ItemSecrets() },
		'create',
		{ input: NEW, look: async () => await Promise.reject(new Error('not looked at')), seen: null },
		{ verify: true, onVerificationFailure: 'fail' },
	).catch((error: unknown) => error);
	return { outcome, stages, paths: sent.map(({ path }) => path) };
}

const LOOKED = ['/list/first'];
const LOOKED_THROUGH = ['/list/first', '/list/second'];
const CREATED = [...LOOKED_THROUGH, '/new'];
const CREATED_AFTER_ONE = [...LOOKED, '/new'];

describe('a look for a twin', () => {
	test.each([
		['first', LOOKED, ['a', 'shop', 'b'], []],
		['second', LOOKED_THROUGH, ['a', 'b'], ['shop', 'shop too']],
	])('finds one on the %s page, looks no further, and nothing is created', async (_page, looked, names, then) => {
		const { outcome, paths } = await create({ names }, { then: { names: then } });

		expect(paths).toEqual(looked);
		expect(outcome).toBeInstanceOf(Failure);
		expect(outcome).toMatchObject({
			kind: 'conflict',
			applied: 'no',
			retryable: false,
			message: 'Example already has a credential of this name, so none was created.',
			details: { id: '#shop', stage: 'read', hint: expect.stringContaining('“Allow Duplicate”') as string },
		});
	});

	test.each([
		[[], CREATED_AFTER_ONE],
		[['a', 'Shop', 'shop '], CREATED],
	])('finds none among %j on any page, and lets one be created', async (names, created) => {
		const { outcome, paths, stages } = await create({ names }, { then: { names: ['b'] } });

		expect(paths).toEqual(created);
		expect(stages).toEqual([...created.slice(1).map(() => 'read'), 'change']);
		expect(outcome).toMatchObject({ reading: { id: 'new' } });
	});

	test('of an endless list ends, and nothing is created', async () => {
		let count = 0;
		const endless: ListOperation = {
			...list,
			entries: (_input, _answer, cursor) => ({ entries: [{ reading: nothingKnown(`#${count++}`), raw: null }], cursor: `${cursor}+` }),
		};

		const { outcome, paths } = await create(null, { then: null, through: endless });

		expect(outcome).toMatchObject({ kind: 'unexpectedResponse', applied: 'no', message: expect.stringContaining('does not come to an end') as string });
		expect(paths).not.toContain('/new');
	});

	test('through a list that moves meanwhile is made once more, for what has slipped past', async () => {
		let reads = 0;
		const pages = [['a'], ['a'], ['a', 'shop']];
		const moving: ListOperation = {
			...list,
			entries: (_input, _answer, cursor) => ({
				entries: pages[reads++]!.map((name) => ({ reading: { ...nothingKnown(`#${name}`), name }, raw: null })),
				cursor: cursor === undefined ? 'second' : undefined,
			}),
		};

		const { outcome, paths } = await create(null, { then: null, through: moving });

		expect(paths).toEqual([...LOOKED_THROUGH, ...LOOKED]);
		expect(outcome).toMatchObject({ kind: 'conflict', details: { id: '#shop' } });
	});

	test('names the first of several', async () => {
		const { outcome } = await create(null, {
			through: { ...list, entries: () => ({ entries: ['x', 'y'].map((id) => ({ reading: { ...nothingKnown(id), name: 'shop' }, raw: null })) }) },
		});

		expect(outcome).toMatchObject({ kind: 'conflict', details: { id: 'x' } });
	});

	test('hands the request on as it is where there is no twin', () => {
		const { complete } = lookForDuplicate({ label: 'Example', list, input: FILTER, isDuplicate: () => false, likeness: 'like it' });

		expect(complete(NEW, null)).toBe(NEW);
	});

	test('that does not find the list is the end, and speaks of its address', async () => {
		const { outcome, paths } = await create(new Failure({ code: 'notFound', stage: 'read', message: 'No.' }));

		expect(paths).toEqual(LOOKED);
		expect(outcome).toMatchObject({ kind: 'notFound', message: expect.stringContaining('at the address that was asked') as string });
	});

	test('that is not permitted is gone without', async () => {
		const { outcome, paths } = await create(new Failure({ code: 'permission', stage: 'read', message: 'No.' }));

		expect(paths).toEqual(CREATED_AFTER_ONE);
		expect(outcome).toMatchObject({ reading: { id: 'new' } });
	});

	test.each<FailureCode>(['authentication', 'rateLimited', 'timeout', 'vendorUnavailable', 'network', 'cancelled'])(
		'that ends with %s is the end',
		async (code) => {
			const failure = new Failure({ code, stage: 'read', message: 'No.' });
			const { outcome, paths } = await create(failure);

			expect(paths).toEqual(LOOKED);
			expect(outcome).toMatchObject({ details: failure.details });
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
	const parametersWith = (options: unknown): Parameters => ({ timezone: 'utc', credentialIds: {}, get: (name) => (name === 'options' ? options : undefined) });

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
