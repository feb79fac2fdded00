import type { INodeExecutionData } from 'n8n-workflow';

import { describeEveryUpdate, ERROR_OUTPUT, failed, succeeded } from '../harness/subject';
import type { ReceivedRequest } from '../simulator/server';

const NO_INPUT = [{ json: {} }];
const COUNT = 60;

describeEveryUpdate((subject) => {
	const idsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.id);
	const list = async (more: object = { returnAll: true }) => {
		const { run, resource } = subject();
		const result = await run(NO_INPUT, { parameters: { ...resource.getAll(), ...more }, settings: ERROR_OUTPUT });
		expect(failed(result)).toEqual([]);
		const items = succeeded(result);
		const warnings = (result.run.data.resultData.runData.Node?.at(-1)?.hints ?? []).filter(({ type }) => type === 'warning');
		return { items, ids: idsOf(items), warnings };
	};
	/** The credentials in the order in which they are listed while nothing moves. */
	const seeded = async () => {
		const { simulator, resource } = subject();
		resource.seed(COUNT);
		const { ids } = await list();
		simulator.server.clear();
		return ids as string[];
	};
	/** Has something happen once the first page of a list is there, the first times that one is read. */
	const afterFirstPage = (times: number, act: (time: number) => Promise<unknown>) => {
		const { simulator, update } = subject();
		const first = new Set<string>();
		let time = 0;
		let isActing = false;
		const isFirstPage = (request: ReceivedRequest) => {
			if (isActing || request.method !== 'GET' || update.isSignIn?.(request)) return false;
			first.add(first.size === 0 ? request.target : '');
			return first.has(request.target);
		};
		simulator.server.plan({
			when: isFirstPage,
			times,
			afterHandling: true,
			onHandled: async () => {
				isActing = true;
				await act(time++);
				isActing = false;
			},
		});
	};
	const remove = async (id: string) => {
		const { run, resource } = subject();
		return await run(NO_INPUT, { parameters: resource.delete(id) });
	};
	/** Whether the vendor’s list comes in pages; else it is a picture of one moment. */
	const isPaged = () => subject().resource.pagesFor(Infinity, COUNT) > 1;
	/** Whether a page begins at a place of the list, so that what is before it moves what is on it. */
	const canMove = () => isPaged() && !subject().resource.pagesFollow;

	test('one that is deleted while the pages are fetched lets no other slip past', async () => {
		const order = await seeded();
		afterFirstPage(1, async () => await remove(order[3]!));

		const { ids, warnings } = await list();

		expect(ids).toEqual(canMove() ? order.filter((id) => id !== order[3]) : order);
		expect(warnings).toEqual([]);
	});

	test('one that is created while the pages are fetched is listed, and no other twice', async () => {
		await seeded();
		const { run, resource } = subject();
		afterFirstPage(1, async () => await run(NO_INPUT, { parameters: resource.create('a-new-one', 'a-new-secret-value') }));

		const { ids, warnings } = await list();

		expect(resource.storedIds()).toHaveLength(COUNT + 1);
		expect([...ids].sort()).toEqual(isPaged() ? resource.storedIds().sort() : resource.storedIds().slice(0, COUNT).sort());
		expect(warnings).toEqual([]);
	});

	test('with a limit, what is within it is whole as well', async () => {
		const order = await seeded();
		afterFirstPage(1, async () => await remove(order[3]!));

		const { ids } = await list({ returnAll: false, limit: 55 });

		expect(ids).toEqual((canMove() ? order.filter((id) => id !== order[3]) : order).slice(0, 55));
	});

	test('a list that never stands still is read twice, holds all that is there, and says that it may be incomplete', async () => {
		const order = await seeded();
		const { resource, requests } = subject();
		const isRead = ({ method }: ReceivedRequest) => method === 'GET';
		afterFirstPage(99, async (time) => await remove(order[3 + time]!));

		const { items, ids, warnings } = await list();

		expect(new Set(ids).size).toBe(ids.length);
		expect(ids).toEqual(expect.arrayContaining(resource.storedIds()));
		expect(requests().filter(isRead).length).toBeLessThanOrEqual(2 * resource.pagesFor(Infinity, COUNT));
		const messages = new Set(items.map(({ json }) => json.message));
		expect([...messages]).toEqual([canMove() ? (expect.stringContaining('it may lack credentials') as unknown) : null]);
		expect(warnings).toHaveLength(canMove() ? 1 : 0);
	});
});
