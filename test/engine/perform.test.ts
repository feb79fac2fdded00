import { performList } from '../../nodes/engine/operation/list';
import { lookAt, performSingle, type Seen } from '../../nodes/engine/operation/perform';
import { ItemSecrets } from '../../nodes/engine/secrets/itemSecrets';
import { unreadable } from '../../nodes/kit/answers';
import { Failure } from '../../nodes/kit/failure';
import type { VendorAnswer, VendorRequest } from '../../nodes/kit/http';
import type { PriorLook, Target } from '../../nodes/kit/operation';
import { nothingKnown } from '../../nodes/kit/reading';
import type { VendorRecord } from '../../nodes/kit/record';

const HINT = 'Look where the requests go.';

/** A vendor whose answers are what its readers say: pages lead from cursor to cursor, a credential has one id. */
function vendorOf({ next = (): string | undefined => undefined, answeredId = 'a' }: { next?: (cursor?: string) => string | undefined; answeredId?: string }) {
	return {
		name: 'example',
		label: 'Example',
		requestIdHeaders: [],
		hints: { unexpectedResponse: HINT },
		isSecret: () => false,
		operations: {
			get: { request: () => ({ method: 'GET', path: '/', body: null }), result: () => nothingKnown(answeredId) },
			getAll: {
				page: () => ({ method: 'GET', path: '/', body: null }),
				entries: (_input: Target, _answer: VendorAnswer, cursor?: string) => ({
					entries: [{ reading: nothingKnown(cursor ?? 'first'), raw: null }],
					cursor: next(cursor),
				}),
			},
		},
	} as unknown as VendorRecord;
}

const target = (id: string | null): Target => ({ id, changed: [], secrets: [] });
const answer: VendorAnswer = { status: 200, headers: {}, body: {} };

describe('a list', () => {
	async function list(next: (cursor?: string) => string | undefined, limit = Infinity) {
		const exchange = jest.fn(async () => answer);
		const outcome = await performList(vendorOf({ next }), target(null), limit, exchange, () => {}).catch((error: unknown) => error);
		return { outcome, requests: exchange.mock.calls.length };
	}

	test('whose pages lead in a circle ends at the first page that was there before', async () => {
		const { outcome, requests } = await list((cursor) => (cursor === 'b' ? 'a' : cursor === 'a' ? 'b' : 'a'));

		expect(outcome).toMatchObject({ kind: 'unexpectedResponse', details: { applied: 'no', hint: HINT } });
		expect(requests).toBe(3);
	});

	test('without an end is given up after some thousand pages', async () => {
		const { outcome, requests } = await list((cursor) => String(Number(cursor ?? 0) + 1));

		expect(outcome).toMatchObject({ kind: 'unexpectedResponse', message: expect.stringContaining('come to an end') as string });
		expect(requests).toBeLessThan(10_000);
	});

	test('without an end is no trouble for a limit', async () => {
		const { outcome, requests } = await list((cursor) => String(Number(cursor ?? 0) + 1), 3);

		expect(outcome).toHaveLength(3);
		expect(requests).toBe(3);
	});
});

describe('an answer about one credential', () => {
	const UUID = 'e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47';

	async function get(asked: string, answeredId: string) {
		const performing = performSingle(
			{ vendor: vendorOf({ answeredId }), exchange: async () => answer, secrets: new ItemSecrets() },
			'get',
			{ input: target(asked), look: async () => await Promise.reject(new Error('not looked at')), seen: null },
			{ verify: true, onVerificationFailure: 'fail' },
		);
		return await performing.catch((error: unknown) => error);
	}

	test.each([
		['aBc', 'aBc'],
		[UUID, UUID.toUpperCase()],
		[UUID.toUpperCase(), UUID],
	])('asked for by %s may call it %s', async (asked, answered) => {
		expect(await get(asked, answered)).toMatchObject({ reading: { id: answered } });
	});

	test.each([
		['aBc', 'abc'],
		['aBc', 'other'],
		[UUID, UUID.replace('e', 'f')],
	])('asked for by %s must not speak of %s', async (asked, answered) => {
		expect(await get(asked, answered)).toMatchObject({
			kind: 'unexpectedResponse',
			message: expect.stringContaining(unreadable('Example', 'It speaks of another credential').message) as string,
			details: { hint: HINT, httpStatus: 200, applied: 'no' },
		});
	});
});

describe('a look before a change', () => {
	/** Updates a credential after a look, with what was seen of it before, where there is something. */
	async function update(before: Partial<PriorLook<Target>>, answered: VendorAnswer | Error, seen: (look: () => Promise<Seen>) => Promise<Seen | null> = async () => null) {
		const prior: PriorLook<Target> = { look: 'get', dispensableOn: [], complete: (input) => input, ...before };
		const vendor = vendorOf({});
		Object.assign(vendor.operations, {
			get: {
				request: () => ({ method: 'GET', path: '/', body: null }),
				result: (_input: Target, { body }: VendorAnswer) => {
					if (typeof body !== 'object') throw unreadable('Example', 'It is a page.');
					return nothingKnown((body as { id: string }).id);
				},
			},
			update: { before: () => prior, request: () => ({ method: 'PUT', path: '/', body: null }), result: () => nothingKnown('a') },
		});
		const sent: VendorRequest[] = [];
		const exchange = async (request: VendorRequest) => {
			sent.push(request);
			if (request.method === 'PUT') return answer;
			if (answered instanceof Error) throw answered;
			return answered;
		};
		const item = { vendor, exchange, secrets: new ItemSecrets() };
		let looking: Promise<Seen> | null = null;
		const look = async () => await (looking ??= lookAt(item, target('a')));
		const asked = { input: target('a'), look, seen: await seen(look) };
		const outcome: unknown = await performSingle(item, 'update', asked, { verify: true, onVerificationFailure: 'fail' }).catch((error: unknown) => error);
		return { outcome, methods: sent.map(({ method }) => method) };
	}
	const shows = (body: unknown): VendorAnswer => ({ status: 200, headers: {}, body });
	const refusedWith = (code: 'permission' | 'notFound') => new Failure({ code, stage: 'read', message: 'No.', hint: 'As Get says.' });

	test('is one with that for which the user has asked', async () => {
		const complete = jest.fn((input: Target) => input);

		const { methods } = await update({ complete }, shows({ id: 'a' }), async (look) => await look());

		expect(methods).toEqual(['GET', 'PUT']);
		expect(complete).toHaveBeenCalledWith(target('a'), expect.objectContaining({ answer: shows({ id: 'a' }), reading: nothingKnown('a') }));
	});

	test.each([
		['shows another credential', { id: 'b' }],
		['shows a page', '<html>'],
	])('that %s changes nothing, and that is how it is told', async (_what, body) => {
		const { outcome, methods } = await update({}, shows(body));

		expect(methods).toEqual(['GET']);
		expect(outcome).toMatchObject({ kind: 'unexpectedResponse', details: { stage: 'read', applied: 'no', hint: HINT } });
	});

	test.each<[string, Partial<PriorLook<Target>>, string[]]>([
		['no doing without', {}, ['GET']],
		['doing without', { dispensableOn: ['permission'] }, ['GET', 'PUT']],
		['doing without for another reason', { dispensableOn: ['notFound'] }, ['GET']],
	])('that is not allowed, with %s', async (_what, before, methods) => {
		const complete = jest.fn((input: Target) => input);

		expect((await update({ ...before, complete }, refusedWith('permission'))).methods).toEqual(methods);
		expect(complete.mock.calls).toEqual(methods.slice(1).map(() => [target('a'), null]));
	});

	test('that is refused says what the update has to say of it, and else what Get says', async () => {
		const hints = { permission: 'As the update says.' };

		expect((await update({ hints }, refusedWith('permission'))).outcome).toMatchObject({ details: { hint: 'As the update says.' } });
		expect((await update({ hints }, refusedWith('notFound'))).outcome).toMatchObject({ details: { hint: 'As Get says.' } });
	});

	test('may end in a refusal, which has changed nothing', async () => {
		const complete = () => {
			throw new Failure({ code: 'invalidInput', stage: 'input', message: 'Of another kind.' });
		};

		const { outcome, methods } = await update({ complete }, shows({ id: 'a' }));

		expect(methods).toEqual(['GET']);
		expect(outcome).toMatchObject({ kind: 'invalidInput', details: { stage: 'read', applied: 'no' } });
	});
});
