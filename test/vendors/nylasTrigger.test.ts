import { savedNames } from '../harness/subject';
import { DAY_MS, useTrigger } from '../harness/triggerSubject';
import { simulator as definition } from '../simulator/nylas';

const subject = useTrigger('nylas', definition, 'Nylas');

test('what is due is told by the last change of any kind; a change moves its date', async () => {
	const { host, pass, resource, simulator } = subject();
	resource.seed(1);
	const [id] = resource.storedIds();
	const stored = simulator.state.credentials.get(id!)!;
	stored.updatedAt = Math.floor(Date.now() / 1000) - 61 * 24 * 3600;
	const trigger = host(['due'], { parameters: { dueAfterDays: 90, thresholds: '30, 7' } });
	expect(await trigger.publish()).toMatchObject([{ event: 'due', id, threshold: 30, parentId: 'google' }]);

	stored.updatedAt = Math.floor(Date.now() / 1000);
	pass(59 * DAY_MS);
	expect(await trigger.tick()).toEqual([]);
	pass(2 * DAY_MS);
	expect(await trigger.tick()).toMatchObject([{ threshold: 30 }]);
});

test('another provider is another list, and that of a credential that is gone', async () => {
	const { host, resource, simulator } = subject();
	resource.seed(2);
	const trigger = host(['created', 'deleted']);
	await trigger.publish();
	const [gone] = resource.storedIds();
	simulator.state.credentials.delete(gone!);
	expect(await trigger.tick()).toMatchObject([{ event: 'deleted', id: gone, parentId: 'google' }]);

	trigger.edit({ parameters: { provider: 'microsoft', events: ['created', 'deleted'], options: {} } });
	expect(await trigger.publish()).toEqual([]);
});

test('what saved workflows hold of the trigger does not change', () => {
	expect(savedNames('nylasTrigger')).toEqual([
		'credential nylasApi',
		'provider google ews icloud imap microsoft nylas virtual-calendar yahoo zoom',
		'events due changed created deleted',
		'dueAfterDays (events due)',
		'thresholds (events due)',
		'options',
		'options.emitExisting (/events created)',
		'options.output simplified full raw',
		'options.remindEvery (/events due)',
		'options.timeout',
	]);
});
