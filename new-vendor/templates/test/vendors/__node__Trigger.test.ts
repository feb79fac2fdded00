import { savedNames } from '../harness/subject';
// @if due none
import { useTrigger } from '../harness/triggerSubject';
// @else
import { DAY_MS, useTrigger } from '../harness/triggerSubject';
// @end
import { simulator as definition } from '../simulator/__node__';

const subject = useTrigger('__node__', definition, '__Label__');

// @if due updated,created
// @if due updated
test('what is due is told by its last change', async () => {
// @else
test('what is due is told by its creation', async () => {
// @end
	const { host, pass, resource } = subject();
	resource.seed(1);
	const trigger = host(['due'], { parameters: { dueAfterDays: 100 * 365, thresholds: '0' } });
	expect(await trigger.publish()).toEqual([]);

	pass(100 * 365 * DAY_MS);
	// @if due updated
	expect(await trigger.tick()).toMatchObject([{ event: 'due', threshold: 0, dueAt: '2126-05-08T00:00:00.000Z' }]);
	// @else
	expect(await trigger.tick()).toMatchObject([{ event: 'due', threshold: 0, dueAt: '2125-12-08T00:00:00.000Z' }]);
	// @end
	expect(await trigger.tick()).toEqual([]);
});
// @end
// @if due expires
test('what is due is told by its own end', async () => {
	const { host, pass, resource } = subject();
	resource.seed(1);
	const trigger = host(['due'], { parameters: { thresholds: '0' } });
	expect(await trigger.publish()).toEqual([]);

	pass(20 * 365 * DAY_MS);
	expect(await trigger.tick()).toMatchObject([{ event: 'due', threshold: 0, dueAt: '2036-01-01T00:00:00.000Z' }]);
	expect(await trigger.tick()).toEqual([]);
});
// @end
// @if due none
test('Due is not offered', () => {
	expect(subject().offered).toEqual(['changed', 'created', 'deleted']);
});
// @end

test('saved workflows will know these names of the trigger', () => {
	expect(savedNames('__node__Trigger')).toEqual([
		'credential __node__Api',
		// @if due none
		'events changed created deleted',
		// @else
		'events due changed created deleted',
		// @end
		// @if due updated,created
		'dueAfterDays (events due)',
		// @end
		// @if due updated,created,expires
		'thresholds (events due)',
		// @end
		'options',
		'options.emitExisting (/events created)',
		'options.output simplified full raw',
		// @if due updated,created,expires
		'options.remindEvery (/events due)',
		// @end
		'options.timeout',
	]);
});
