import { savedNames } from '../harness/subject';
import { DAY_MS, useTrigger } from '../harness/triggerSubject';
import { simulator as definition } from '../simulator/adobeDestinationSdk';

const subject = useTrigger('adobeDestinationSdk', definition, 'Adobe');

test('what is due is told by the date of the last change; one without is never due', async () => {
	const { host, resource, simulator } = subject();
	resource.seed(3);
	const [first, second, third] = resource.storedIds().map((id) => simulator.stored(id) as Record<string, unknown>);
	first!.lastModifiedDate = new Date(Date.now() - 61 * DAY_MS).toISOString();
	second!.lastModifiedDate = new Date(Date.now() - 59 * DAY_MS).toISOString();
	delete third!.lastModifiedDate;
	const trigger = host(['due'], { parameters: { dueAfterDays: 90, thresholds: '30' } });

	expect(await trigger.publish()).toMatchObject([{ event: 'due', id: first!.instanceId, threshold: 30 }]);
});

test('another sandbox in the n8n credential is another list', async () => {
	const { host, resource, simulator } = subject();
	resource.seed(3);
	const credentials = new Map(Object.entries(structuredClone(simulator.credentials)));
	const trigger = host(['created', 'deleted'], { credentials });
	await trigger.publish();
	credentials.set('adobeDestinationSdkApi', { ...credentials.get('adobeDestinationSdkApi')!, sandboxName: 'dev' });

	expect([await trigger.tick(), await trigger.tick()]).toEqual([[], []]);
	expect(trigger.errors).toEqual([]);
});

test('neither what is stored nor what is told has a secret that Adobe shows', async () => {
	const { host, resource } = subject();
	resource.seed(20);
	const trigger = host(['created', 'due'], { options: { emitExisting: true, output: 'raw' } });

	const told = await trigger.publish();

	expect(told.length).toBeGreaterThanOrEqual(20);
	for (const secret of resource.allStoredSecrets()) expect(JSON.stringify([told, trigger.stored, trigger.logs])).not.toContain(secret);
});

test('what saved workflows hold of the trigger does not change', () => {
	expect(savedNames('adobeDestinationSdkTrigger')).toEqual([
		'credential adobeDestinationSdkApi',
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
