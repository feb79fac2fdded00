import { savedNames } from '../harness/subject';
import { useTrigger } from '../harness/triggerSubject';
import { simulator as definition } from '../simulator/thousandEyes';

describe.each(['ThousandEyes v7', 'ThousandEyes v6'])('%s', (caseName) => {
	const subject = useTrigger('thousandEyes', definition, caseName);

	test('a new name is a change; a new value is not seen', async () => {
		const { host, resource, simulator } = subject();
		resource.seed(2);
		const trigger = host(['changed']);
		await trigger.publish();
		simulator.state.credentials.get('1')!.value = 'another-value';
		expect(await trigger.tick()).toEqual([]);
		simulator.state.credentials.get('1')!.name = 'renamed';
		expect(await trigger.tick()).toMatchObject([{ event: 'changed', id: '1', name: 'renamed' }]);
	});

	test('Due is not offered, and refused where an expression asks for it', async () => {
		const { host, offered } = subject();
		const trigger = host(['due']);

		await trigger.publish('activate');

		expect(offered).not.toContain('due');
		expect(trigger.refusals[0]?.message).toMatch(/ThousandEyes shows no date/);
	});

	test('another account group is another list', async () => {
		const { host, resource, place } = subject();
		resource.seed(2);
		const trigger = host(['created', 'deleted']);
		await trigger.publish();
		trigger.edit({ parameters: { ...place, events: ['created', 'deleted'], options: { accountGroupId: { __rl: true, mode: 'id', value: '1234' } } } });

		expect(await trigger.publish()).toEqual([]);
		expect(trigger.isAlive).toBe(true);
	});
});

test('what saved workflows hold of the trigger does not change', () => {
	expect(savedNames('thousandEyesTrigger')).toEqual([
		'credential thousandEyesApi (not apiVersion v6)',
		'credential thousandEyesLegacyApi (apiVersion v6)',
		'apiVersion v7 v6',
		'events changed created deleted',
		'options',
		'options.accountGroupId list id',
		'options.emitExisting (/events created)',
		'options.output simplified full raw',
		'options.timeout',
	]);
});
