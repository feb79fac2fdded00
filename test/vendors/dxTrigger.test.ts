import { Settings } from 'luxon';

import { savedNames } from '../harness/subject';
import { useDeadlines } from '../harness/time';
import { DAY_MS, HOUR_MS, useTrigger } from '../harness/triggerSubject';
import type { Told } from '../harness/triggerHost';
import { simulator as definition, type StoredCredential } from '../simulator/dx';

const subject = useTrigger('dx', definition, 'DX');

const at = (iso: string) => void (Settings.now = () => Date.parse(iso));
const stored = (id: number | string) => subject().simulator.state.credentials.get(String(id))!;
const put = (id: number, changes: Partial<StoredCredential>) => subject().simulator.state.credentials.set(String(id), { ...stored(456), id, ...changes });
const said = (told: Told) => told.map(({ event, id, threshold }) => [event, id, ...(threshold === null ? [] : [threshold])].join(' '));

test('what is due is told 30 and 7 days before its expiration date, once each, also across a restart; that without one never', async () => {
	at('2027-01-01T00:00:00Z');
	const trigger = subject().host(['due']);
	expect(await trigger.publish()).toEqual([]);
	at('2027-01-28T23:59:59Z');
	expect(await trigger.tick()).toEqual([]);

	// The day begins with the first moment of it in UTC.
	at('2027-01-29T00:00:00Z');
	expect(await trigger.tick()).toEqual([
		{
			event: 'due',
			dueAt: '2027-02-28',
			threshold: 30,
			detectedAt: '2027-01-29T00:00:00.000Z',
			outcome: 'found',
			vendor: 'dx',
			id: '457',
			name: 'Automation user 457',
			type: 'jira_cloud',
			parentId: '123',
			updatedAt: null,
			expiresAt: '2027-02-28',
			message: null,
		},
	]);
	expect(await trigger.tick()).toEqual([]);
	expect(await trigger.restart()).toEqual([]);
	at('2027-02-21T00:00:00Z');
	expect(said(await trigger.tick())).toEqual(['due 457 7']);
	at('2027-06-01T00:00:00Z');
	expect([await trigger.tick(), await trigger.restart()]).toEqual([[], []]);
});

test('a new expiration date is told of anew', async () => {
	at('2027-02-25T00:00:00Z');
	const trigger = subject().host(['due']);
	expect(said(await trigger.publish())).toEqual(['due 457 7']);
	stored(457).expiration_date = '2027-06-30';
	expect(await trigger.tick()).toEqual([]);

	at('2027-06-01T00:00:00Z');
	expect(said(await trigger.tick())).toEqual(['due 457 30']);
});

test('with reminders it is told again after each so many days, for as long as the date stays', async () => {
	at('2027-02-21T00:00:00Z');
	const trigger = subject().host(['due'], { parameters: { thresholds: '7' }, options: { remindEvery: 3 } });
	const days: number[] = [];
	await trigger.publish();
	for (let day = 1; day <= 12; day += 1) {
		at(new Date(Date.parse('2027-02-21T00:00:00Z') + day * DAY_MS).toISOString());
		if (said(await trigger.tick()).length > 0) days.push(day);
	}

	expect(days).toEqual([3, 6, 9, 12]);
});

test.each(['30, 7', ' 7 ,30,', '30,30,7', '={{ [7, 30] }}', '={{ "30,7" }}'])('days before as %j', async (thresholds) => {
	at('2027-01-29T00:00:00Z');
	const trigger = subject().host(['due'], { parameters: { thresholds } });

	expect(said(await trigger.publish())).toEqual(['due 457 30']);
});

test.each(['', 'soon', '7.5', '-1', '1,2,3,4,5,6,7,8,9,10,11', '={{ null }}', '={{ {} }}'])('days before as %j are refused by name', async (thresholds) => {
	const trigger = subject().host(['due'], { parameters: { thresholds } });

	await trigger.publish('activate');

	expect([trigger.isAlive, trigger.refusals[0]?.message]).toEqual([false, expect.stringMatching(/“Days Before”/)]);
	expect(subject().simulator.server.requests).toEqual([]);
});

test('a label, an expiration date and being disabled are changes; a secret alone is not seen', async () => {
	const trigger = subject().host(['changed']);
	await trigger.publish();
	for (const [change, events] of [
		[{ label: 'Other' }, ['changed 456']],
		[{ expiration_date: '2030-01-01' }, ['changed 456']],
		[{ disabled_at: '2026-11-01T00:00:00Z' }, ['changed 456']],
		[{ secrets: { api_token: 'another' } }, []],
	] as const) {
		Object.assign(stored(456), change);
		expect(said(await trigger.tick())).toEqual(events);
	}
});

test('without a connection it is told so to the person who publishes it', async () => {
	const trigger = subject().host(['due'], { parameters: { connectionId: { __rl: true, mode: 'list', value: '' } } });

	await trigger.publish('activate');

	expect(trigger.refusals[0]?.message).toMatch(/“Connection” is empty/);
});

test('another connection is another list', async () => {
	const trigger = subject().host(['created', 'deleted']);
	await trigger.publish();
	trigger.edit({ parameters: { events: ['created', 'deleted'], connectionId: { __rl: true, mode: 'id', value: '124' }, options: {} } });

	expect(await trigger.publish()).toEqual([]);
	put(800, { connectionId: 124 });
	expect(said(await trigger.tick())).toEqual(['created 800']);
});

test('the key of another account in the same n8n credential begins anew, in a process that knows the one before', async () => {
	const { resource, simulator, host } = subject();
	resource.seed(4);
	const credentials = new Map(Object.entries(structuredClone(simulator.credentials)));
	const trigger = host(['created', 'deleted'], { credentials });
	await trigger.publish();
	// What the other account has; the simulator knows one key, so its own stands for both.
	for (const id of resource.storedIds()) simulator.state.credentials.delete(id);
	const addTo123 = (id: number) => simulator.state.credentials.set(String(id), { ...stored(90002), id, connectionId: 123 });
	for (const id of [901, 902, 903]) addTo123(id);
	credentials.set('dxApi', { ...credentials.get('dxApi')!, apiToken: ` ${String(credentials.get('dxApi')!.apiToken)}` });

	expect(await trigger.tick()).toEqual([]);

	for (const id of ['901', '902', '903']) simulator.state.credentials.delete(id);
	addTo123(904);
	expect(said(await trigger.tick()).sort()).toEqual(['created 904', 'deleted 901', 'deleted 902', 'deleted 903']);
});

test('a poll while the one before is under way does nothing', async () => {
	const { host, simulator, requests } = subject();
	const trigger = host(['created']);
	await trigger.publish();
	const before = requests().length;
	let release = () => {};
	simulator.server.plan({ onArrival: async () => await new Promise<void>((resolve) => (release = resolve)) });
	const slow = trigger.tick();
	while (requests().length === before) await new Promise((resolve) => setImmediate(resolve));

	expect(await trigger.tick()).toEqual([]);

	expect(requests()).toHaveLength(before + 1);
	release();
	expect(await slow).toEqual([]);
	await trigger.tick();
	expect(requests()).toHaveLength(before + 2);
});

describe('the time that n8n gives a poll', () => {
	const deadlines = useDeadlines();

	test('when it is over the poll ends, remembers what it knew, and the next one goes on', async () => {
		const { host, simulator, requests } = subject();
		const trigger = host(['created']);
		await trigger.publish();
		const before = trigger.state;
		const sent = requests().length;
		simulator.server.plan({ onArrival: async () => await new Promise<void>(() => {}) });
		const slow = trigger.tick();
		while (requests().length === sent) await new Promise((resolve) => setImmediate(resolve));
		deadlines.pass();

		expect(await slow).toEqual([]);

		expect(trigger.state).toEqual(before);
		expect(trigger.errors).toEqual([]);
		put(800, {});
		expect(said(await trigger.tick())).toEqual(['created 800']);
	});
});

describe('twelve weeks with 500 credentials, polled every six hours, with a vendor that fails now and then and an n8n that is restarted', () => {
	test('everything is told once, and nobody is called more than once a day', async () => {
		const { host, pass, simulator, resource } = subject();
		const random = seeded(7);
		resource.seed(500);
		for (const each of simulator.state.credentials.values()) if (random() < 0.6) each.expiration_date = new Date(Date.now() + Math.floor(random() * 150) * DAY_MS).toISOString().slice(0, 10);
		const trigger = host(['changed', 'created', 'deleted', 'due']);
		const told = [...(await trigger.publish())];
		const wanted: string[] = [];
		const faults = [{ answer: { status: 503 } }, { hangUp: 'beforeAnswer' as const }, { answer: { status: 200, body: '<html>' } }, { answer: { status: 429, headers: { 'retry-after': '300' } } }];
		let next = 1000;
		for (let poll = 0; poll < 12 * 7 * 4; poll += 1) {
			pass(6 * HOUR_MS);
			const isDown = random() < 0.15 || (poll > 100 && poll < 110);
			if (isDown) {
				simulator.server.plan({ ...faults[Math.floor(random() * faults.length)]!, times: Infinity });
			} else {
				const ids = resource.storedIds();
				const [first, second] = [ids[Math.floor(random() * ids.length)]!, ids[Math.floor(random() * ids.length)]!];
				if (random() < 0.2) {
					stored(first).label = `Renamed at ${poll}`;
					wanted.push(`changed ${first}`);
				}
				if (random() < 0.2 && first !== second) {
					stored(second).deleted_at = '2026-11-01T00:00:00.000Z';
					wanted.push(`deleted ${second}`);
				}
				if (random() < 0.2) {
					next += 1;
					simulator.state.credentials.set(String(next), { ...stored(90002), id: next, connectionId: 123, label: `New ${next}` });
					wanted.push(`created ${next}`);
				}
			}
			told.push(...(random() < 0.1 ? await trigger.restart() : await trigger.tick()));
			expect(trigger.isAlive).toBe(true);
			simulator.server.clear();
		}

		const ledger = told.filter(({ event }) => event !== 'due');
		expect(said(ledger).sort()).toEqual(wanted.sort());
		const steps = said(told.filter(({ event }) => event === 'due'));
		expect(new Set(steps).size).toBe(steps.length);
		expect(steps.length).toBeGreaterThan(200);
		expect(trigger.refusals).toEqual([]);
		// One outage of two days and a half, and a few that last three polls.
		expect(trigger.errors.length).toBeGreaterThan(0);
		expect(trigger.errors.length).toBeLessThanOrEqual(10);
		expect(Buffer.byteLength(trigger.stored)).toBeLessThanOrEqual(160 * resource.storedIds().length + 120);
	}, 180_000);

	function seeded(seed: number) {
		let value = seed;
		return () => {
			value = (value * 1_664_525 + 1_013_904_223) % 4_294_967_296;
			return value / 4_294_967_296;
		};
	}
});

test('what saved workflows hold of the trigger does not change', () => {
	expect(savedNames('dxTrigger')).toEqual([
		'credential dxApi',
		'connectionId list id',
		'events due changed created deleted',
		'thresholds (events due)',
		'options',
		'options.emitExisting (/events created)',
		'options.output simplified full raw',
		'options.remindEvery (/events due)',
		'options.timeout',
	]);
});
