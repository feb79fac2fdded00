import { Settings } from 'luxon';

import { storeOf } from '../harness/engine';
import { engine } from '../harness/subject';
import { TriggerHost } from '../harness/triggerHost';
import { useSkippedWaits } from '../harness/time';
import { simulator, type DxSimulator } from '../simulator/dx';

describe('dxTrigger', () => {
	let dx: DxSimulator;
	useSkippedWaits();
	beforeAll(async () => void (dx = await simulator.start()));
	afterAll(async () => await dx.stop());
	beforeEach(() => dx.reset());
	afterEach(() => void (Settings.now = () => Date.now()));

	const at = (iso: string) => void (Settings.now = () => Date.parse(iso));
	const host = (events: string[], more: object = {}) =>
		new TriggerHost(engine, {
			triggerName: 'dxTrigger',
			credentialType: 'dxApi',
			parameters: { events, connectionId: { __rl: true, mode: 'id', value: '123' }, thresholds: '30, 7', options: {}, ...more },
			credentials: storeOf(dx.credentials),
		});

	test('tells what is due 30 and 7 days before, once each', async () => {
		at('2027-01-01T00:00:00Z');
		const trigger = host(['due']);
		expect(await trigger.publish()).toEqual([]);
		expect(trigger.refusals).toEqual([]);
		expect(trigger.isAlive).toBe(true);

		at('2027-01-29T00:00:00Z');
		expect(await trigger.tick()).toMatchObject([{ event: 'due', id: '457', threshold: 30, dueAt: '2027-02-28', outcome: 'found', vendor: 'dx', parentId: '123' }]);
		expect(await trigger.tick()).toEqual([]);
		await trigger.restart();
		at('2027-02-21T00:00:00Z');
		expect(await trigger.tick()).toMatchObject([{ threshold: 7 }]);
		expect(await trigger.tick()).toEqual([]);
	});

	test('tells what is created, changed and deleted', async () => {
		const trigger = host(['created', 'changed', 'deleted']);
		await trigger.publish();
		expect(trigger.emitted).toEqual([]);

		dx.state.credentials.get('456')!.label = 'Renamed';
		dx.state.credentials.get('457')!.deleted_at = '2026-11-01T00:00:00Z';
		dx.state.credentials.set('460', { ...dx.state.credentials.get('456')!, id: 460, label: 'New' });

		expect(await trigger.tick()).toMatchObject([
			{ event: 'changed', id: '456', name: 'Renamed' },
			{ event: 'created', id: '460', name: 'New' },
			{ event: 'deleted', id: '457', name: 'Automation user 457', parentId: '123', outcome: 'deleted' },
		]);
		expect(await trigger.tick()).toEqual([]);
	});
});
