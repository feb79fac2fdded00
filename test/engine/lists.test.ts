import { thousandEyes } from '../../nodes/ThousandEyes/record';
import { performList } from '../../nodes/engine/operation/list';
import type { Exchange } from '../../nodes/engine/request/exchange';
import type { ListPage } from '../../nodes/kit/operation';
import { nothingKnown } from '../../nodes/kit/reading';
import type { VendorRecord } from '../../nodes/kit/record';

const LISTING = { id: null, changed: [], secrets: [], apiVersion: 'v7', accountGroupId: null };

/** The ids that a list of these entries, all on one page, yields. */
async function idsOf(credentials: unknown[], limit = Infinity): Promise<Array<string | null>> {
	const answer = { status: 200, headers: {}, body: { credentials } };
	const found = await performList(thousandEyes, LISTING, limit, async () => answer, () => {});
	return found.map(({ reading }) => reading.id);
}

test('a page may have more entries than a call has room for arguments', async () => {
	const count = 150_000;

	expect(await idsOf(Array.from({ length: count }, (_, index) => ({ id: String(index) })))).toHaveLength(count);
});

test('an id that an answer shows twice is listed once, and entries without an id are all kept', async () => {
	const entries = [{ id: '1' }, { name: 'a' }, { id: 1, name: 'again' }, { id: {}, name: 'b' }, null, { id: '2' }];

	expect(await idsOf(entries)).toEqual(['1', null, null, '2']);
	expect(await idsOf(entries, 3)).toEqual(['1', null, null]);
});

describe('a list that moves while it is read', () => {
	const INCOMPLETE = expect.stringContaining('changed while it was read') as unknown;
	type Page = { ids: string[]; total?: number; hasMoved?: boolean };

	/** What a list yields that is read in these pages; after the last of a reading the next one begins. */
	async function listed(readings: Page[][], { limit = Infinity, unwanted = '' } = {}) {
		const pages = readings.flatMap((reading) => reading.map((page, place) => ({ ...page, isLast: place === reading.length - 1 })));
		let requests = 0;
		const vendor = {
			label: 'Example',
			requestIdHeaders: [],
			hints: {},
			operations: {
				getAll: {
					page: () => ({ method: 'GET', path: '/', body: null }),
					entries: (): ListPage => {
						const { ids, isLast, ...signs } = pages[requests - 1]!;
						const entries = ids.map((id) => ({ reading: nothingKnown(id === '-' ? null : id), raw: requests }));
						return { entries, cursor: isLast ? undefined : String(requests), ...signs };
					},
					keeps: (_input: unknown, { id }: { id: string | null }) => id !== unwanted,
				},
			},
		} as unknown as VendorRecord;
		const exchange: Exchange = async () => {
			requests += 1;
			return { status: 200, headers: {}, body: {} };
		};
		const onIncomplete = jest.fn();
		const found = await performList(vendor, { id: null }, limit, exchange, onIncomplete);
		const details = new Set(found.map(({ notes }) => notes?.join() ?? null));
		return { ids: found.map(({ reading }) => reading.id).join(' '), requests, details: [...details], isTold: onIncomplete.mock.calls.length > 0 };
	}

	const STILL: Page[] = [{ ids: ['a', 'b'] }, { ids: ['c', 'd'] }];

	test.each<[string, Page[]]>([
		['an entry shows up again', [{ ids: ['a', 'b'] }, { ids: ['b', 'c'] }]],
		['a page shows nothing but entries from before', [{ ids: ['a', 'b'] }, { ids: ['a', 'b'] }]],
		['the total is another one', [{ ids: ['a', 'b'], total: 4 }, { ids: ['c'], total: 3 }]],
		['there are fewer entries than the vendor says', [{ ids: ['a', 'b'], total: 4 }, { ids: ['c'], total: 4 }]],
		['there are none where some ought to be', [{ ids: ['a', 'b'], total: 4 }, { ids: [], total: 4 }]],
		['the page itself shows it', [{ ids: ['a', 'b'] }, { ids: ['d'], hasMoved: true }]],
	])('is read once more when %s, and the second reading counts', async (_sign, moved) => {
		expect(await listed([moved, STILL])).toEqual({ ids: 'a b c d', requests: 4, details: [null], isTold: false });
	});

	test.each<[string, Page[]]>([
		['nothing moves', STILL],
		['the total is right', [{ ids: ['a', 'b'], total: 4 }, { ids: ['c', 'd'], total: 4 }]],
		['one answer shows an entry twice', [{ ids: ['a', 'b', 'a'] }, { ids: ['c', 'd'] }]],
		['entries without an ID count as well', [{ ids: ['a', '-'], total: 4 }, { ids: ['-', 'd'], total: 4 }]],
	])('is not read again when %s', async (_case, pages) => {
		expect(await listed([pages])).toMatchObject({ requests: 2, isTold: false });
	});

	test('and moves the second time as well yields what either reading has shown, and says so', async () => {
		const readings: Page[][] = [
			[{ ids: ['a', 'b'] }, { ids: ['b', 'c', 'x', '-'] }],
			[{ ids: ['e', 'a'] }, { ids: ['a', 'b', 'd', '-'] }],
		];

		expect(await listed(readings)).toEqual({ ids: 'e a b d  c x', requests: 4, details: [INCOMPLETE], isTold: true });
		expect(await listed(readings, { limit: 5 })).toMatchObject({ ids: 'e a b d ', isTold: true });
		// What the second reading has shown to be unwanted does not come back out of the first.
		expect(await listed(readings, { unwanted: 'd' })).toMatchObject({ ids: 'e a b  c x' });
	});

	test('is read no further than the limit, the second time as well', async () => {
		const moved: Page[] = [{ ids: ['a', 'b'] }, { ids: ['b', 'c'] }, { ids: ['d'] }];

		expect(await listed([STILL], { limit: 2 })).toMatchObject({ ids: 'a b', requests: 1 });
		expect(await listed([moved.slice(0, 2), STILL], { limit: 3 })).toMatchObject({ ids: 'a b c', requests: 4 });
		// The vendor has more, and that is no sign of anything.
		expect(await listed([[{ ids: ['a', 'b'], total: 9 }, { ids: ['c', 'd'], total: 9 }, { ids: ['e'] }]], { limit: 4 })).toMatchObject({ requests: 2 });
	});

	test('and shows nothing new the second time as well is none', async () => {
		const repeated: Page[] = [{ ids: ['a', 'b'] }, { ids: ['a', 'b'] }];

		await expect(listed([repeated, repeated])).rejects.toMatchObject({ kind: 'unexpectedResponse' });
	});
});
