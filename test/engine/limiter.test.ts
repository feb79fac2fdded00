import fc from 'fast-check';

import { clock, pause } from '../../nodes/engine/request/clock';
import { dropIdle, type Limiter, limiterOf } from '../../nodes/engine/request/limiter';
import { Throttle, type Wait } from '../../nodes/engine/request/throttle';
import type { VendorAnswer } from '../../nodes/kit/http';
import type { RateLimits } from '../../nodes/kit/limits';
import { useVirtualTime } from '../harness/virtualTime';

const BASE_URL = 'https://api.example.com/v1';
const ONE_A_SECOND: RateLimits = { account: ['key'], windows: [{ requests: 1, perMs: 1_000 }] };

const time = useVirtualTime();

beforeEach(() => dropIdle(Infinity));

/** Requests of one account; each takes no time unless told. */
class Client {
	/** When its requests started, in the order in which they did. */
	readonly starts: number[] = [];
	readonly waits: Wait[] = [];
	private readonly limiter: Limiter;

	constructor(limits = ONE_A_SECOND, credentials: Record<string, string | number> = { key: 'k' }, baseUrl = BASE_URL) {
		this.limiter = limiterOf(limits, baseUrl, credentials);
	}

	async pass(cancel?: AbortSignal) {
		const pass = await this.limiter.pass(cancel, (wait) => this.waits.push(wait));
		this.starts.push(time().now);
		return pass;
	}

	async request({ takesMs = 0, headers = {} as Record<string, string>, refusedFor = null as number | null } = {}) {
		const pass = await this.pass();
		if (takesMs > 0) await time().sleep(takesMs);
		const answer: VendorAnswer = { status: 200, headers, body: {} };
		pass.ended(answer);
		if (refusedFor === null) pass.accepted();
		else pass.refused(refusedFor);
	}
}

/** When a client’s next request would go. */
async function nextStart(client: Client): Promise<number> {
	await time().until(client.request());
	return client.starts.at(-1)!;
}

describe('the limit of an account', () => {
	test('is shared by all runs of the process', async () => {
		const first = new Client();
		await time().until(first.request());
		const second = new Client();

		expect(await nextStart(second)).toBe(1_000);
		expect(second.waits).toEqual([{ ms: 1_000, reason: ONE_A_SECOND.windows[0] }]);
		expect(first.waits).toEqual([]);
	});

	test.each<[string, ConstructorParameters<typeof Client>]>([
		['another key', [ONE_A_SECOND, { key: 'other' }]],
		['no key', [ONE_A_SECOND, {}]],
		['another host', [ONE_A_SECOND, { key: 'k' }, 'https://api.example.org/v1']],
		['another port', [ONE_A_SECOND, { key: 'k' }, 'https://api.example.com:8443/v1']],
		['another protocol', [ONE_A_SECOND, { key: 'k' }, 'http://api.example.com/v1']],
	])('is another one for %s', async (_name, other) => {
		await time().until(new Client().request({ refusedFor: 5_000 }));

		expect(await nextStart(new Client(...other))).toBe(0);
	});

	test.each<[string, ConstructorParameters<typeof Client>]>([
		['another path of the same host', [ONE_A_SECOND, { key: 'k' }, 'https://API.example.com:443/v2']],
		['a credential that differs in other fields', [ONE_A_SECOND, { key: 'k', note: 'other' }]],
	])('is the same for %s', async (_name, same) => {
		await time().until(new Client().request({ refusedFor: 5_000 }));

		expect(await nextStart(new Client(...same))).toBe(5_000);
	});

	test('is told by all its fields, each by itself', async () => {
		const limits = { ...ONE_A_SECOND, account: ['id', 'organization'] };
		const accounts = [{ id: 'a', organization: 'b' }, { id: 'b', organization: 'a' }, { id: 'a', organization: 'a' }, { id: 'ab' }, { organization: 'ab' }, { id: 'a","b' }, { id: 12 }];

		for (const account of accounts) expect(await nextStart(new Client(limits, account as Record<string, string>))).toBe(0);
		expect(await nextStart(new Client(limits, { id: '12' }))).toBe(1_000);
	});

	test('is kept under a name that does not show whose it is', async () => {
		const set = jest.spyOn(Map.prototype, 'set');
		await time().until(new Client(ONE_A_SECOND, { key: 'canary-of-a-key' }).request());
		const keys = set.mock.calls.flatMap(([key, value]) => ((value as unknown) instanceof Throttle ? [String(key)] : []));
		set.mockRestore();

		expect(keys).toHaveLength(1);
		expect(keys[0]).not.toContain('canary');
		expect(keys[0]).not.toContain(Buffer.from('canary-of-a-key').toString('base64url').slice(0, 18));
	});

	test('property: is kept by several runs at once, and what others do has no say in it', async () => {
		const run = fc.record({ account: fc.constantFrom('a', 'b'), concurrency: fc.integer({ min: 1, max: 5 }), takes: fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 12 }) });
		const limits: RateLimits = { account: ['key'], windows: [{ requests: 3, perMs: 1_000 }, { requests: 5, perMs: 4_000 }] };

		await fc.assert(
			fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
				const startsOf = async (which: typeof runs) => {
					dropIdle(Infinity);
					const begunAt = time().now;
					const clients = which.map(({ account }) => new Client(limits, { key: account }));
					await time().until(
						Promise.all(
							which.flatMap(({ concurrency, takes }, place) => {
								const left = [...takes];
								const work = async () => {
									for (let takesMs = left.shift(); takesMs !== undefined; takesMs = left.shift()) await clients[place]!.request({ takesMs });
								};
								return Array.from({ length: concurrency }, work);
							}),
						),
					);
					const ofA = clients.filter((_, place) => which[place]!.account === 'a');
					return ofA.flatMap(({ starts }) => starts.map((start) => start - begunAt)).toSorted((x, y) => x - y);
				};

				const starts = await startsOf(runs);
				for (const { requests, perMs } of limits.windows) {
					for (const [place, start] of starts.slice(requests).entries()) expect(start - starts[place]!).toBeGreaterThanOrEqual(perMs);
				}
				expect(starts).toEqual(await startsOf(runs.filter(({ account }) => account === 'a')));
			}),
			{ numRuns: 40 },
		);
	});

	test('is forgotten once it has nothing to say any more', async () => {
		await time().until(new Client().request());
		const deleted = jest.spyOn(Map.prototype, 'delete');
		const forgotten = () => deleted.mock.calls.filter(([key]) => String(key).startsWith('https://api.example.com '));

		time().now += 5_999;
		new Client(ONE_A_SECOND, { key: 'other' });
		expect(forgotten()).toHaveLength(0);
		time().now += 1;
		new Client(ONE_A_SECOND, { key: 'other' });
		expect(forgotten()).toHaveLength(1);
	});

	test('is still shared with a run that has paused for so long that it was forgotten', async () => {
		const paused = new Client();
		await time().until(paused.request());
		time().now += 60_000;
		const other = new Client();
		await time().until(other.request());

		expect(await nextStart(paused)).toBe(61_000);
	});

	test('is shared by runs that have begun together and sent nothing yet', async () => {
		const [first, second] = [new Client(), new Client()];
		await time().until(first.request());

		expect(await nextStart(second)).toBe(1_000);
	});
});

describe('a wait', () => {
	test('is told as long as it was', async () => {
		const client = new Client();
		await time().until(client.request());
		jest.spyOn(time(), 'sleep').mockImplementation(async () => void (time().now += 700));

		await client.request();

		expect(client.waits).toEqual([{ ms: 1_400, reason: ONE_A_SECOND.windows[0] }]);
	});

	test('goes on until the request may really go', async () => {
		const limits: RateLimits = { account: [], windows: [{ requests: 2, perMs: 1_000 }] };
		const client = new Client(limits);
		await time().until(Promise.all([client.request(), client.request({ takesMs: 500 }), client.request(), client.request()]));

		expect(client.starts).toEqual([0, 0, 1_000, 1_500]);
	});

	test('ends soon after the execution is cancelled, and is not told', async () => {
		const client = new Client();
		await time().until(client.request());
		const cancel = new AbortController();
		const waiting = client.pass(cancel.signal);
		await time().until(time().sleep(300));
		cancel.abort();
		await time().until(waiting);

		expect(time().now).toBeLessThanOrEqual(500);
		expect(client.waits).toEqual([]);
	});

	test('for a vendor’s own request is as long as it has asked for, and for restMs where it has not', async () => {
		const limits: RateLimits = { account: [], windows: [{ requests: 9, perMs: 60_000 }], restMs: 7_000 };
		const client = new Client(limits);
		await time().until(client.request({ refusedFor: 2_000 }));
		expect(await nextStart(client)).toBe(2_000);
		const pass = await time().until(client.pass());
		pass.ended(null);
		pass.refused(null);

		expect(await nextStart(client)).toBe(client.starts[2]! + 7_000);
	});

	test('for its refusals becomes shorter as it accepts', async () => {
		const client = new Client({ account: [], windows: [] });
		await time().until(client.request({ refusedFor: 0 }));
		await time().until(client.request({ refusedFor: 0 }));
		const slow = (await nextStart(client)) - client.starts.at(-2)!;
		for (let accepted = 0; accepted < 50; accepted += 1) await time().until(client.request());

		expect(client.starts.at(-1)! - client.starts.at(-2)!).toBeLessThan(slow / 2);
		expect(client.waits.at(-1)!.reason).toBe('pace');
	});
});

describe('what is cancelled', () => {
	test('does not pass, and takes no place from others', async () => {
		const cancelled = new Client();
		for (let item = 0; item < 100; item += 1) {
			const pass = await cancelled.pass(AbortSignal.abort());
			pass.ended(null);
		}

		expect(await nextStart(new Client())).toBe(0);
	});

	test('while it waits takes no place from others either', async () => {
		const client = new Client();
		await time().until(client.request());
		const cancel = new AbortController();
		const waiting = [1, 2, 3].map(async () => (await client.pass(cancel.signal)).ended(null));
		cancel.abort();
		await time().until(Promise.all(waiting));

		expect(await nextStart(new Client())).toBe(1_000);
	});
});

describe('a header with the limit', () => {
	const LIMITS: RateLimits = { account: [], windows: [{ requests: 2, perMs: 60_000 }], limitHeader: 'x-limit' };
	const startsAfter = async (limits: RateLimits, limit: string) => {
		const client = new Client(limits);
		await time().until(client.request({ headers: { 'x-limit': limit } }));
		for (let item = 0; item < 3; item += 1) await time().until(client.request());
		return client.starts;
	};

	test('raises it and lowers it', async () => {
		expect(await startsAfter(LIMITS, '4')).toEqual([0, 0, 0, 0]);
		dropIdle(Infinity);
		time().now = 0;
		expect(await startsAfter(LIMITS, '1')).toEqual([0, 60_000, 120_000, 180_000]);
	});

	test.each(['', 'many', '-4', '4.5', '0', '9'.repeat(30)])('is not read where it says “%s”', async (limit) => {
		expect(await startsAfter(LIMITS, limit)).toEqual([0, 0, 60_000, 60_000]);
	});

	test('has no say where the vendor has none', async () => {
		expect(await startsAfter({ ...LIMITS, limitHeader: undefined }, '4')).toEqual([0, 0, 60_000, 60_000]);
	});
});

describe('headers about a limit', () => {
	const LIMITS: RateLimits = { account: [], windows: [{ requests: 5, perMs: 60_000 }], remainingHeader: 'x-left', resetHeader: 'x-reset' };
	const date = 'Tue, 18 Apr 2017 06:30:00 GMT';
	const RESET = String(Date.parse(date) / 1000 + 20);

	test('that say that nothing is left hold until the window ends', async () => {
		const client = new Client(LIMITS);
		await time().until(client.request({ headers: { 'x-left': ' 0 ', 'x-reset': RESET, date } }));

		expect(await nextStart(client)).toBe(20_000);
		expect(client.waits).toEqual([{ ms: 20_000, reason: LIMITS.windows[0] }]);
	});

	test.each<[string, Record<string, string>]>([
		['without the number', { 'x-reset': RESET, date }],
		['without the end', { 'x-left': '0', date }],
		['with a number that is none', { 'x-left': 'none', 'x-reset': RESET, date }],
		['with a negative number', { 'x-left': '-1', 'x-reset': RESET, date }],
		['with a broken number', { 'x-left': '0.5', 'x-reset': RESET, date }],
		['with a number of many digits', { 'x-left': '0'.repeat(10), 'x-reset': RESET, date }],
		['with an end that is none', { 'x-left': '0', 'x-reset': 'soon', date }],
		['with an end that is over', { 'x-left': '0', 'x-reset': String(Number(RESET) - 20), date }],
	])('%s hold nothing', async (_name, headers) => {
		const client = new Client(LIMITS);
		await time().until(client.request({ headers }));

		expect(await nextStart(client)).toBe(0);
	});

	test.each<[string, Partial<RateLimits>]>([
		['number', { remainingHeader: undefined }],
		['end', { resetHeader: undefined }],
	])('of a vendor that has none for the %s hold nothing', async (_name, changes) => {
		const client = new Client({ ...LIMITS, ...changes });
		await time().until(client.request({ headers: { 'x-left': '0', 'x-reset': RESET, undefined: RESET, date } }));

		expect(await nextStart(client)).toBe(0);
	});

	test('of one account hold no other', async () => {
		const limits = { ...LIMITS, account: ['key'] };
		await time().until(new Client(limits, { key: 'a' }).request({ headers: { 'x-left': '0', 'x-reset': '9'.repeat(12), date } }));

		expect(await nextStart(new Client(limits, { key: 'b' }))).toBe(0);
		expect(await nextStart(new Client(limits, { key: 'a' }))).toBe(65_000);
	});
});

describe('a pause', () => {
	test.each([1, 199, 200, 201, 1_234.5, 90_000])('of %d ms takes no less, in pieces that a cancelled run can bear', async (ms) => {
		const sleeps = jest.spyOn(time(), 'sleep');
		await time().until(pause(ms, undefined));

		expect(time().now).toBe(Math.ceil(ms));
		expect(Math.max(...sleeps.mock.calls.map(([piece]) => piece))).toBe(Math.min(200, ms));
	});

	test('goes on when a timer fires early', async () => {
		jest.spyOn(clock, 'sleep').mockImplementation(async (ms) => void (time().now += ms - 0.75));
		await pause(10, undefined);

		expect(time().now).toBeGreaterThanOrEqual(10);
		expect(time().now).toBeLessThan(11);
	});

	test.each([0, -1, NaN])('of %d ms is none', async (ms) => {
		await pause(ms, undefined);

		expect(clock.sleep).not.toHaveBeenCalled();
	});

	test('ends with the cancellation itself', async () => {
		const cancel = new AbortController();
		const pausing = pause(60_000, cancel.signal);
		await time().until(time().sleep(1_050));
		cancel.abort();
		await time().until(pausing);

		expect(time().now).toBe(1_050);
	});

	test('does not begin after a cancellation', async () => {
		await pause(60_000, AbortSignal.abort());

		expect(clock.sleep).not.toHaveBeenCalled();
	});
});

test('time goes on by itself, and sleeping takes some of it', async () => {
	jest.restoreAllMocks();
	const before = clock.now();
	await clock.sleep(5);

	expect(clock.now() - before).toBeGreaterThanOrEqual(4);
});
