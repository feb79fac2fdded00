import { savedNames } from '../harness/subject';
import { DAY_MS, useTrigger } from '../harness/triggerSubject';
import { IDS, simulator as definition } from '../simulator/n8nCredentials';

const subject = useTrigger('n8nCredentials', definition, 'n8n');

test('what is due is told by the last change; a type alone can be watched', async () => {
	const { host, simulator } = subject();
	for (const stored of simulator.state.credentials.values()) stored.updatedAt = Date.now() - 100 * DAY_MS;
	const types = new Set([...simulator.state.credentials.values()].map(({ type }) => type));
	expect(types.size).toBeGreaterThan(1);
	const trigger = host(['due'], { parameters: { dueAfterDays: 90, thresholds: '0', filters: { credentialType: 'githubApi' } } });

	const told = await trigger.publish();

	expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['githubApi']));
	expect(told.length).toBeGreaterThan(0);
});

test('without the scope for the list it says which one is missing', async () => {
	const { host, simulator } = subject();
	simulator.state.scopes.delete('credential:list');
	const trigger = host(['changed']);

	await trigger.publish('activate');

	expect(trigger.refusals[0]).toMatchObject({ description: expect.stringContaining('credential:list') as string });
});

test('somebody else’s change of one credential is told', async () => {
	const { host, simulator } = subject();
	const trigger = host(['changed']);
	await trigger.publish();
	const stored = simulator.state.credentials.get(IDS[1])!;
	stored.updatedAt += 1000;

	expect(await trigger.tick()).toMatchObject([{ event: 'changed', id: IDS[1], name: stored.name }]);
});

test('what saved workflows hold of the trigger does not change', () => {
	expect(savedNames('n8nCredentialsTrigger')).toEqual([
		'credential rotationN8nApi',
		'events due changed created deleted',
		'dueAfterDays (events due)',
		'thresholds (events due)',
		'filters',
		'filters.credentialType',
		'options',
		'options.emitExisting (/events created)',
		'options.output simplified full raw',
		'options.remindEvery (/events due)',
		'options.timeout',
	]);
});
