import { savedNames } from '../harness/subject';
import { DAY_MS, useTrigger } from '../harness/triggerSubject';
import type { Told } from '../harness/triggerHost';
import { simulator as definition } from '../simulator/commerceLayer';

const subject = useTrigger('commerceLayer', definition, 'Commerce Layer');

const attributes = (id: string) => subject().simulator.state.credentials.get(id)!.attributes;
const created = (id: string, daysAgo: number) => void (attributes(id).created_at = new Date(Date.now() - daysAgo * DAY_MS).toISOString());
const said = (told: Told) => told.map(({ event, id, threshold }) => [event, id, ...(threshold === null ? [] : [threshold])].join(' ')).sort();
const [ONE, TWO, THREE] = ['Seed000000', 'Seed000001', 'Seed000002'] as const;

beforeEach(() => subject().resource.seed(3));

test('what is due is told by the age of the credential, which is that of its secret, whatever was changed since', async () => {
	const { host, pass } = subject();
	created(ONE, 59);
	created(TWO, 61);
	created(THREE, 500);
	attributes(THREE).updated_at = new Date().toISOString();
	const trigger = host(['due'], { parameters: { dueAfterDays: 90, thresholds: '30, 0' } });

	const told = await trigger.publish();

	expect(said(told)).toEqual([`due ${TWO} 30`, `due ${THREE} 0`].sort());
	expect(told.find(({ id }) => id === TWO)).toMatchObject({ expiresAt: null, dueAt: new Date(Date.parse(attributes(TWO).created_at) + 90 * DAY_MS).toISOString() });
	pass(DAY_MS + 1000);
	expect(said(await trigger.tick())).toEqual([`due ${ONE} 30`]);
	pass(30 * DAY_MS);
	expect(said(await trigger.tick())).toEqual([`due ${ONE} 0`, `due ${TWO} 0`]);
});

test('another age that is set later is another date', async () => {
	const { host } = subject();
	for (const id of [ONE, TWO, THREE]) created(id, 100);
	const parameters = { dueAfterDays: 90, thresholds: '0' };
	const trigger = host(['due'], { parameters });
	expect(await trigger.publish()).toHaveLength(3);

	trigger.edit({ parameters: { events: ['due'], filters: {}, options: {}, ...parameters, dueAfterDays: 365 } });
	expect(await trigger.publish()).toEqual([]);
	trigger.edit({ parameters: { events: ['due'], filters: {}, options: {}, ...parameters, dueAfterDays: 95 } });
	expect(await trigger.publish()).toHaveLength(3);
});

describe('filters by what can be changed', () => {
	const watching = async (filters: Record<string, string>) => {
		for (const id of [ONE, TWO, THREE]) Object.assign(attributes(id), { name: `Shop ${id}`, reference: 'A' });
		const trigger = subject().host(['changed', 'created', 'deleted'], { parameters: { filters } });
		expect(await trigger.publish()).toEqual([]);
		return trigger;
	};

	test.each([
		['name', 'Shop', { name: 'Warehouse' }, { name: 'Shop again' }],
		['reference', 'A', { reference: 'B' }, { reference: 'A' }],
	])('what leaves the list by its %s is changed and not gone; what comes back is changed and not new', async (filter, value, away, back) => {
		const trigger = await watching({ [filter]: value });
		Object.assign(attributes(ONE), away);
		expect(said(await trigger.tick())).toEqual([`changed ${ONE}`]);
		expect(await trigger.tick()).toEqual([]);
		// Nobody watches it any more.
		attributes(ONE).mode = 'live';
		expect(await trigger.tick()).toEqual([]);

		created(TWO, 1);
		await trigger.tick();
		created(ONE, 50);
		Object.assign(attributes(ONE), back);

		expect(said(await trigger.tick())).toEqual([`changed ${ONE}`]);
	});

	test('what is deleted is gone', async () => {
		const trigger = await watching({ name: 'Shop' });
		subject().simulator.state.credentials.delete(ONE);

		expect(said(await trigger.tick())).toEqual([`deleted ${ONE}`]);
	});

	test('what is deleted among more than one trigger watches is gone as well', async () => {
		const trigger = await watching({ reference: 'A' });
		const { state } = subject().simulator;
		const [like] = [...state.credentials.values()];
		for (let index = 0; index < 5_100; index += 1) state.credentials.set(`Other${index}`, { ...like!, id: `Other${index}`, attributes: { ...like!.attributes, reference: 'B' } });
		state.credentials.delete(ONE);
		attributes(TWO).reference = 'B';

		expect(said(await trigger.tick())).toEqual([`changed ${TWO}`, `deleted ${ONE}`]);
		expect(trigger.errors).toEqual([]);
	}, 60_000);

	test('a list without such filters is not asked for once more than twice', async () => {
		const trigger = await watching({ mode: attributes(ONE).mode });
		subject().simulator.state.credentials.delete(ONE);
		const before = subject().requests().length;

		expect(said(await trigger.tick())).toEqual([`deleted ${ONE}`]);
		expect(subject().requests().length - before).toBe(2);
	});

	test('other filters are another list', async () => {
		const trigger = await watching({ name: 'Shop' });
		trigger.edit({ parameters: { events: ['changed', 'created', 'deleted'], filters: {}, options: {} } });
		attributes(ONE).name = 'Warehouse';

		expect(await trigger.publish()).toEqual([]);
		expect(await trigger.tick()).toEqual([]);
	});

	test('one that yields nothing is refused, so that nothing else is watched than was meant', async () => {
		const trigger = subject().host(['changed'], { parameters: { filters: { name: '={{ null }}' } } });

		await trigger.publish('activate');

		expect([trigger.isAlive, trigger.refusals[0]?.message]).toEqual([false, expect.stringMatching(/“Name”/)]);
	});
});

test('what saved workflows hold of the trigger does not change', () => {
	expect(savedNames('commerceLayerTrigger')).toEqual([
		'credential commerceLayerApi',
		'events due changed created deleted',
		'dueAfterDays (events due)',
		'thresholds (events due)',
		'filters',
		'filters.kind integration sales_channel webapp',
		'filters.mode test live',
		'filters.name',
		'filters.organizationId list id',
		'filters.reference',
		'options',
		'options.emitExisting (/events created)',
		'options.output simplified full raw',
		'options.remindEvery (/events due)',
		'options.timeout',
	]);
});
