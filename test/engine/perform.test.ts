import { performList } from '../../nodes/engine/operation/list';
import { performSingle } from '../../nodes/engine/operation/perform';
import { ItemSecrets } from '../../nodes/engine/secrets/itemSecrets';
import { unreadable } from '../../nodes/kit/answers';
import type { VendorAnswer } from '../../nodes/kit/http';
import type { Target } from '../../nodes/kit/operation';
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
			{ input: target(asked), seen: null },
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
