import { thousandEyes } from '../../nodes/ThousandEyes/record';
import { performList } from '../../nodes/engine/operation/list';

const LISTING = { id: null, changed: [], secrets: [], apiVersion: 'v7', accountGroupId: null };

/** The ids that a list of these entries, all on one page, yields. */
async function idsOf(credentials: unknown[], limit = Infinity): Promise<Array<string | null>> {
	const found = await performList(thousandEyes, LISTING, limit, () =>
		Promise.resolve({ status: 200, headers: {}, body: { credentials } }),
	);
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
