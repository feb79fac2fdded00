import { WatchedPoll } from '../../nodes/engine/poll/watch';
import { Failure, type FailureCode } from '../../nodes/kit/failure';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

const failure = (code: FailureCode) => new Failure({ code, message: '', stage: 'read' });

let count = 0;
/** A trigger whose polls come an hour apart, each with the context that is given. Yields whether somebody is told of a fault. */
function trigger() {
	const key = `watched ${(count += 1)}`;
	let now = Date.UTC(2026, 0, 1);
	const open = (context: object) => new WatchedPoll(context, key, (now += HOUR_MS));
	return {
		open,
		fails: (context: object, code: FailureCode, isPublishing = false) => open(context).failed(failure(code), isPublishing),
		pass: (ms: number) => void (now += ms),
	};
}

describe('what may pass', () => {
	test('is told at the third poll in a row, and again after a day', () => {
		const { fails, pass } = trigger();
		const context = {};
		expect([1, 2, 3, 4, 5].map(() => fails(context, 'network'))).toEqual([false, false, true, false, false]);
		pass(DAY_MS - 3 * HOUR_MS);
		expect(fails(context, 'vendorUnavailable')).toBe(true);
	});

	test('is not in a row when a poll between has succeeded', () => {
		const { fails, open } = trigger();
		const context = {};
		fails(context, 'timeout');
		fails(context, 'timeout');
		open(context).succeeded('an account');
		expect([1, 2, 3].map(() => fails(context, 'timeout'))).toEqual([false, false, true]);
	});

	test('does not hide what has to be mended, which is told at once', () => {
		const { fails } = trigger();
		const context = {};
		expect([1, 2, 3].map(() => fails(context, 'network'))).toEqual([false, false, true]);
		expect(fails(context, 'authentication')).toBe(true);
		// Another thing to mend is news; the same one again is not.
		expect(fails(context, 'permission')).toBe(true);
		expect(fails(context, 'authentication')).toBe(false);
	});

	test('is told again by a clock that was set back', () => {
		const { fails, pass } = trigger();
		const context = {};
		[1, 2, 3].forEach(() => fails(context, 'network'));
		pass(-30 * DAY_MS);
		expect(fails(context, 'network')).toBe(true);
	});
});

describe('the first poll with a context', () => {
	test.each<[FailureCode, boolean, boolean]>([
		['network', true, false],
		['unexpectedResponse', true, false],
		['rateLimited', false, false],
		['authentication', false, false],
		['authentication', true, true],
		['parentNotFound', true, true],
		['invalidInput', true, true],
	])('%s, published by a person: %p, is thrown: %p, at each of n8n’s tries', (code, isPublishing, isTold) => {
		const { fails } = trigger();
		expect([1, 2, 3, 4, 5].map(() => fails({}, code, isPublishing))).toEqual(Array(5).fill(isTold));
	});

	test('counts as a usual one after five in a row: n8n’s durable polling may give each poll its own', () => {
		const { fails, pass } = trigger();
		expect(Array.from({ length: 8 }, () => fails({}, 'network'))).toEqual([false, false, false, false, false, true, false, false]);
		pass(DAY_MS);
		expect(fails({}, 'network')).toBe(true);
	});
});

test('two polls with one context do not go at the same time; one that throws makes room', async () => {
	const { open } = trigger();
	const context = {};
	let release = () => {};
	const first = open(context).alone(async () => await new Promise<string>((resolve) => (release = () => resolve('done'))));

	expect(await open(context).alone(async () => 'never')).toBeNull();
	release();
	expect(await first).toBe('done');
	await expect(open(context).alone(async () => await Promise.reject(new Error('fault')))).rejects.toThrow('fault');
	expect(await open(context).alone(async () => 'again')).toBe('again');
});

test('a trigger that is polled no more is forgotten, and another account is told from the one before', () => {
	const { open, pass } = trigger();
	const context = {};
	expect(open(context).isOtherAccount('one')).toBe(true);
	open(context).succeeded('one');
	expect([open(context).isOtherAccount('one'), open(context).isOtherAccount('two')]).toEqual([false, true]);
	pass(8 * DAY_MS);
	trigger().open({});
	new WatchedPoll({}, 'somebody else', Date.UTC(2027, 0, 1));
	expect(open(context).isOtherAccount('one')).toBe(true);
});
