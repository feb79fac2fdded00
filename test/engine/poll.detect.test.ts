import fc from 'fast-check';

import { detect, type Detected, type Listed, type Settings } from '../../nodes/engine/poll/detect';
import { nearnessAt } from '../../nodes/engine/poll/due';
import { packed, type PollState, unpacked } from '../../nodes/engine/poll/state';
import type { TriggerEvent } from '../../nodes/kit/trigger';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 1);

const settings = (changes: Partial<Settings> = {}): Settings => ({
	scope: 'a list',
	events: new Set<TriggerEvent>(['changed', 'created', 'deleted', 'due']),
	thresholds: [30, 7],
	remindEveryDays: null,
	emitExisting: false,
	...changes,
});

const listed = (id: string, changes: Partial<Listed> = {}): Listed => ({ id, name: `Name ${id}`, print: 'same', dueAt: null, createdAt: null, latest: null, ...changes });

const look = (credentials: Listed[], changes = {}) => ({ listed: credentials, isComplete: true, hidden: new Set<string>(), hasChangeableFilters: false, ...changes });

/** As n8n stores it, and reads it again. */
const restored = (state: PollState) => unpacked(JSON.parse(JSON.stringify(packed(state))));

const said = (events: Detected[]) => events.map(({ event, id, threshold }) => [event, id, ...(threshold === null ? [] : [threshold])].join(' '));

describe('how near a date is', () => {
	const dueAt = START + 100 * DAY_MS;
	const at = (daysBefore: number, rules = {}) => nearnessAt(dueAt - daysBefore * DAY_MS, dueAt, { thresholds: [30, 7], remindEveryDays: null, ...rules });

	test.each([
		[31, null],
		[30, { threshold: 30, level: 30 }],
		[7.01, { threshold: 30, level: 30 }],
		[7, { threshold: 7, level: 7 }],
		[-400, { threshold: 7, level: 7 }],
	])('%d days before', (days, nearness) => expect(at(days)).toEqual(nearness));

	test.each([
		[7, 7],
		[4.01, 7],
		[4, 4],
		[1, 1],
		[-2, -2],
		[-301, -299],
	])('with a reminder every three days, %d days before', (days, level) => expect(at(days, { remindEveryDays: 3 })).toEqual({ threshold: 7, level }));

	test('falls as time goes on, and every step has a moment of its own', () => {
		const rules = fc.record({ thresholds: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 10 }), remindEveryDays: fc.option(fc.integer({ min: 1, max: 30 })) });
		fc.assert(
			fc.property(rules, fc.array(fc.integer({ min: -100 * DAY_MS, max: 500 * DAY_MS }), { maxLength: 30 }), ({ thresholds, remindEveryDays }, moments) => {
				const sorted = { thresholds: [...thresholds].sort((a, b) => b - a), remindEveryDays };
				const levels = [...moments].sort((a, b) => a - b).map((now) => nearnessAt(START + now, START + 300 * DAY_MS, sorted)?.level ?? Infinity);
				for (const [index, level] of levels.entries()) if (index > 0) expect(level).toBeLessThanOrEqual(levels[index - 1]!);
			}),
		);
	});
});

describe('what has happened between two looks', () => {
	test('another date of the same credential is told anew, and another threshold that is added later, too', () => {
		const now = START;
		const soon = START + 20 * DAY_MS;
		const first = detect(look([listed('a', { dueAt: soon })]), null, now, settings());
		expect(said(first.events)).toEqual(['due a 30']);
		expect(said(detect(look([listed('a', { dueAt: soon })]), first.state, now + DAY_MS, settings()).events)).toEqual([]);
		expect(said(detect(look([listed('a', { dueAt: soon })]), first.state, now + DAY_MS, settings({ thresholds: [30, 21, 7] })).events)).toEqual(['due a 21']);
		expect(said(detect(look([listed('a', { dueAt: soon + DAY_MS })]), first.state, now + DAY_MS, settings()).events)).toEqual(['due a 30']);
		// Renewed: far away.
		const renewed = detect(look([listed('a', { dueAt: soon + 365 * DAY_MS })]), first.state, now + DAY_MS, settings());
		expect(said(renewed.events)).toEqual([]);
		expect(said(detect(look([listed('a', { dueAt: soon + 365 * DAY_MS })]), renewed.state, now + 380 * DAY_MS, settings()).events)).toEqual(['due a 7']);
	});

	test('what passed several thresholds at once is told once, by the last', () => {
		expect(said(detect(look([listed('a', { dueAt: START - DAY_MS })]), null, START, settings()).events)).toEqual(['due a 7']);
	});

	test('a clock that is set back tells nothing again', () => {
		const due = look([listed('a', { dueAt: START })]);
		const { state } = detect(due, null, START, settings());
		expect(detect(due, detect(due, state, START - 20 * DAY_MS, settings()).state, START, settings()).events).toEqual([]);
	});

	test('a list that is not complete makes nothing gone, and forgets nothing', () => {
		const { state } = detect(look([listed('a'), listed('b')]), null, START, settings());
		const half = detect(look([listed('a')], { isComplete: false }), state, START, settings());
		expect(half.events).toEqual([]);
		expect(said(detect(look([listed('a'), listed('b')]), half.state, START, settings()).events)).toEqual([]);
		expect(said(detect(look([listed('a')]), half.state, START, settings()).events)).toEqual(['deleted b']);
	});

	test('what a change has taken out of the filters has changed, and is known no more', () => {
		const { state } = detect(look([listed('a'), listed('b')]), null, START, settings());
		const out = detect(look([listed('a')], { hidden: new Set(['b']), hasChangeableFilters: true }), state, START, settings());
		expect(said(out.events)).toEqual(['changed b']);
		expect([...out.state.credentials.keys()]).toEqual(['a']);
	});

	test('what a change has brought through the filters has changed, by the vendor’s own times; without such filters it is new', () => {
		const { state } = detect(look([listed('a', { createdAt: START, latest: START })]), null, START, settings());
		const with2 = (createdAt: number) => [listed('a', { createdAt: START, latest: START }), listed('b', { createdAt, latest: createdAt })];
		const then = (createdAt: number, hasChangeableFilters: boolean) => said(detect(look(with2(createdAt), { hasChangeableFilters }), state, START, settings()).events);
		expect(then(START - 25 * HOUR_MS, true)).toEqual(['changed b']);
		expect(then(START - 23 * HOUR_MS, true)).toEqual(['created b']);
		expect(then(START + HOUR_MS, true)).toEqual(['created b']);
		expect(then(START - 365 * DAY_MS, false)).toEqual(['created b']);
	});

	test('a list of another scope is a first look', () => {
		const { state } = detect(look([listed('a')]), null, START, settings());
		expect(detect(look([listed('b')]), state, START, settings({ scope: 'another' })).events).toEqual([]);
	});

	test('IDs that JavaScript has a meaning for are IDs', () => {
		const ids = ['__proto__', 'constructor', 'toString', '', ' '];
		const { state } = detect(look(ids.map((id) => listed(id))), null, START, settings());
		expect(detect(look(ids.map((id) => listed(id))), restored(state), START, settings()).events).toEqual([]);
		expect(said(detect(look([]), restored(state), START, settings()).events)).toEqual(ids.map((id) => `deleted ${id}`));
	});
});

describe('what is remembered', () => {
	const anyId = fc.oneof(fc.uuid(), fc.integer().map(String), fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }));
	const anyEntry = fc.record({
		id: anyId,
		name: fc.option(fc.string({ maxLength: 300, unit: 'grapheme' })),
		dueAt: fc.option(fc.integer({ min: 0, max: 7_258_118_400_000 })),
	});

	test('is the same after n8n has stored it, but for a name that is cut; and at most 160 bytes a credential', () => {
		fc.assert(
			fc.property(fc.uniqueArray(anyEntry, { selector: ({ id }) => id, maxLength: 20 }), (entries) => {
				const all = look(entries.map(({ id, name, dueAt }) => listed(id, { name, dueAt, print: 'AbCdEfGhIjK' })));
				const { state } = detect(all, null, START, settings({ remindEveryDays: 1 }));
				const size = Buffer.byteLength(JSON.stringify((packed(state) as { credentials: unknown }).credentials));
				expect(size).toBeLessThanOrEqual(160 * entries.length + 2);
				expect(detect(all, restored(state), START, settings({ remindEveryDays: 1 })).events).toEqual([]);
				const told = detect(look([]), restored(state), START, settings()).events;
				expect(told.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
				for (const [index, { lastName }] of told.entries()) {
					const name = entries[index]!.name;
					if (lastName !== name && lastName !== null) expect([...name!].join('').startsWith(lastName!.slice(0, -1))).toBe(true);
				}
			}),
		);
	});

	test.each([undefined, null, 'text', 5, [], {}, { version: 2, scope: 'a list', credentials: [] }, { version: 1, scope: 'a list', credentials: {} }, { version: 1, scope: 5, credentials: [] }, { version: 1, scope: 'a list', credentials: [['a']] }, { version: 1, scope: 'a list', credentials: ['abc'] }])(
		'is nothing where n8n holds %j',
		(stored) => expect(unpacked(stored)).toBeNull(),
	);
});

describe('twelve weeks, polled every hour, with 500 credentials that come, change and go', () => {
	const WEEKS = 12;
	const POLLS = WEEKS * 7 * 24;
	const COUNT = 500;

	/** A vendor, n8n, and what a person would have wanted to hear. */
	function live(random: () => number, { outages, restarts, kills }: { outages: number; restarts: number; kills: number }) {
		const stock = new Map<string, Listed>();
		let made = 0;
		const make = (now: number) => {
			const id = `id-${(made += 1)}`;
			stock.set(id, listed(id, { print: `${id}-0`, dueAt: random() < 0.7 ? now + Math.floor(random() * 120 * DAY_MS) : null, createdAt: now, latest: now }));
		};
		for (let index = 0; index < COUNT; index += 1) make(START);

		const told: Array<Detected & { now: number; dueAt: number | null }> = [];
		let state: PollState | null = null;
		let saved: PollState | null = null;
		let killed = 0;
		/** What was there at the last poll that has read the list. */
		let last: Map<string, Listed> | null = null;
		const wanted = { changed: 0, created: 0, deleted: 0 };
		for (let poll = 0; poll < POLLS; poll += 1) {
			const now = START + poll * HOUR_MS;
			const ids = [...stock.keys()];
			const some = () => ids[Math.floor(random() * ids.length)]!;
			if (random() < 0.1) make(now);
			if (random() < 0.1) stock.delete(some());
			if (random() < 0.2) {
				const id = some();
				const known = stock.get(id);
				if (known !== undefined) stock.set(id, { ...known, print: `${id}-${poll}`, latest: now, dueAt: random() < 0.5 ? known.dueAt : now + 90 * DAY_MS });
			}
			if (random() < restarts) state = saved;
			if (random() < outages) continue;
			const result = detect(look([...stock.values()]), state === null ? null : restored(state), now, settings({ remindEveryDays: 7 }));
			for (const event of result.events) told.push({ ...event, now, dueAt: stock.get(event.id)?.dueAt ?? null });
			if (last !== null) {
				for (const [id, each] of stock) {
					const before = last.get(id);
					if (before === undefined) wanted.created += 1;
					else if (before.print !== each.print) wanted.changed += 1;
				}
				for (const id of last.keys()) if (!stock.has(id)) wanted.deleted += 1;
			}
			last = new Map(stock);
			const isKilled = result.events.length > 0 && random() < kills;
			if (isKilled) killed += result.events.length;
			state = isKilled ? saved : result.state;
			// n8n stores it when it registers the trigger, and when a poll has told something.
			if (!isKilled && (saved === null || result.events.length > 0)) saved = result.state;
		}
		return { told, wanted, killed };
	}

	const counts = (told: Array<{ event: TriggerEvent }>) => ({
		changed: told.filter(({ event }) => event === 'changed').length,
		created: told.filter(({ event }) => event === 'created').length,
		deleted: told.filter(({ event }) => event === 'deleted').length,
	});

	const seeded = (seed: number) => {
		let value = seed;
		return () => {
			value = (value * 1_664_525 + 1_013_904_223) % 4_294_967_296;
			return value / 4_294_967_296;
		};
	};

	test.each([1, 2])('with outages and restarts, everything is told exactly once (%i)', (seed) => {
		const { told, wanted } = live(seeded(seed), { outages: 0.1, restarts: 0.02, kills: 0 });

		expect(counts(told)).toEqual(wanted);
		expect(wanted.created).toBeGreaterThan(100);
		const steps = new Map<string, number[]>();
		for (const { event, id, dueAt, threshold, now } of told) {
			if (event !== 'due') continue;
			const key = `${id} ${dueAt}`;
			const before = steps.get(key) ?? [];
			const { level } = nearnessAt(now, dueAt!, { thresholds: [30, 7], remindEveryDays: 7 })!;
			expect([key, before.includes(level)]).toEqual([key, false]);
			expect(dueAt! - threshold! * DAY_MS).toBeLessThanOrEqual(now);
			steps.set(key, [...before, level]);
		}
		expect(steps.size).toBeGreaterThan(200);
	}, 120_000);

	test('killed beside the storing of the state, it tells again what was told, and misses nothing that stays', () => {
		const { told, wanted, killed } = live(seeded(3), { outages: 0.1, restarts: 0.02, kills: 0.1 });

		expect(killed).toBeGreaterThan(20);
		const { changed, created, deleted } = counts(told);
		expect(changed).toBeGreaterThanOrEqual(wanted.changed);
		expect(created).toBeGreaterThanOrEqual(wanted.created);
		// What was told as created, forgotten with the process, and gone by the next poll, is the one that nobody hears of again.
		expect(deleted).toBeGreaterThanOrEqual(wanted.deleted - killed);
		expect(changed + created + deleted).toBeLessThanOrEqual(wanted.changed + wanted.created + wanted.deleted + killed);
	}, 120_000);
});
