import { nextOfHandOver, requireRoom, type RotationSeen, type RotationStore, type RotationWrite, takeSteps } from '../../nodes/kit/rotationSteps';
import type { HeldValues } from '../../nodes/kit/storedValues';

const NOW = '2030-01-01T00:00:00.000Z';
const ID = '0b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e';
const OTHER_ID = '1b6f4c1e-52aa-4c0b-9d3e-7a1f2b3c4d5e';
const pair = (which: string) => new Map([['client_id', `${which}-id`], ['client_secret', `${which}-secret`]]);
const heldPair = (which: string): HeldValues => ({ name1: 'client_id', value1: `${which}-id`, name2: 'client_secret', value2: `${which}-secret` });
const overTo = (key: string | null) => ({ id: ID, place: { key, group: null }, values: pair('new'), before: pair('old') });
const marked = (state: 'starting' | 'pending' | 'current' | 'rolledBack', id = OTHER_ID) => ({ id, state, startedAt: NOW, finishedAt: null });

/** The two stored secrets, as n8n keeps them: whoever writes last is right. */
class Stored {
	seen: RotationSeen;
	writes: RotationWrite[] = [];

	constructor(values: HeldValues, previous: HeldValues = {}, mark: RotationSeen['new']['mark'] = null) {
		this.seen = { new: { name: 'New', values, mark }, previous: { name: 'Before', values: previous, probe: '' } };
	}

	write({ to, values, mark, probe }: RotationWrite): void {
		this.writes.push({ to, values, mark, probe });
		const { new: now, previous } = this.seen;
		if (to === 'previous') this.seen = { ...this.seen, previous: { ...previous, values: values ?? previous.values, probe: probe ?? previous.probe } };
		else this.seen = { ...this.seen, new: { ...now, values: values ?? now.values, mark: mark ?? now.mark } };
	}

	/** Looks and writes at once, but for what `before` keeps waiting. */
	store(before: () => Promise<void> = async () => {}): RotationStore {
		return {
			look: async () => {
				await before();
				return this.seen;
			},
			write: async (write) => {
				await before();
				this.write(write);
			},
		};
	}
}

const handOver = async (store: RotationStore, key: string | null = null) => await takeSteps(store, (seen) => nextOfHandOver(seen, overTo(key), NOW));

test.each<[string, HeldValues]>([
	['nothing', {}],
	['the pair from before', heldPair('old')],
	['its client ID alone', { name1: 'client_id', value1: 'old-id' }],
])('where %s stands, the pair is stored, and the one from before beside it', async (_what, values) => {
	const stored = new Stored(values, heldPair('older'));

	expect(await handOver(stored.store())).toEqual({ isDone: true, mark: { id: ID, state: 'current', startedAt: NOW, finishedAt: NOW } });
	expect([stored.seen.new.values, stored.seen.previous.values]).toEqual([heldPair('new'), heldPair('old')]);
	// A probe, then what was in force, then what is new.
	expect(stored.writes.map(({ to, values: written }) => [to, written !== undefined])).toEqual([['previous', false], ['previous', true], ['new', true]]);

	expect(await handOver(stored.store())).toMatchObject({ isDone: false });
	expect(stored.writes).toHaveLength(3);
});

test('under a key, the entries of others stay on both sides', async () => {
	const json = (entries: object): HeldValues => ({ valuesJson: JSON.stringify(entries) });
	const stored = new Stored(json({ other: { token: 'a' }, mine: { client_id: 'old-id', tenant: 't' } }), json({ other: { token: 'b' } }));

	await handOver(stored.store(), 'mine');

	expect(stored.seen.new.values).toEqual(json({ other: { token: 'a' }, mine: { client_id: 'new-id', tenant: 't', client_secret: 'new-secret' } }));
	expect(stored.seen.previous.values).toEqual(json({ other: { token: 'b' }, mine: { client_id: 'old-id', client_secret: 'old-secret' } }));
});

test.each(['__proto__', 'constructor', 'toString'])('a key that is called %s is one like any other', async (key) => {
	const stored = new Stored({});
	await handOver(stored.store(), key);
	expect(stored.seen.new.values).toEqual({ valuesJson: `{"${key}":{"client_id":"new-id","client_secret":"new-secret"}}` });
	expect(await handOver(stored.store(), key)).toMatchObject({ isDone: false });
});

test.each<[string, Stored, string | null, RegExp]>([
	['another pair', new Stored(heldPair('strange')), null, /other values under “client_id” and “client_secret”/],
	['another secret', new Stored({ name1: 'client_secret', value1: 'strange' }), null, /other values under “client_secret”/],
	['a password', new Stored({ name1: 'value', value1: 'strange' }), null, /^“New Secret: New” is for something else: it holds “value” as single values.* Choose a stored secret under “New Secret” that is empty/],
	['something else beside the old pair', new Stored({ ...heldPair('old'), name3: 'tenant', value3: 't', name4: 'user', value4: 'u' }), null, /it holds “tenant” and “user” as single values/],
	['a password before', new Stored(heldPair('old'), { name1: 'value', value1: 'strange' }), null, /^“Secret Before: Before” is for something else: it holds “value” as single values.* Choose a stored secret under “Secret Before” that is empty/],
	['values under keys before, and no key is given', new Stored({}, { valuesJson: '{"a": {}}' }), null, /^“Secret Before: Before” has “Values \(JSON\)”.*Fill in “Store Under \(ID or Name\)”/],
	['single values before, and a key is given', new Stored({}, heldPair('older')), 'mine', /^“Secret Before: Before” has single values.*Empty “Store Under \(ID or Name\)”/],
	['another pair under the key', new Stored({ valuesJson: '{"mine": {"client_id": "strange"}}' }), 'mine', /other values under “client_id”/],
	['a rotation that has only begun', new Stored({}, {}, marked('starting')), null, /is in another rotation/],
	['a rotation that is pending', new Stored({}, {}, marked('pending')), null, /is in another rotation/],
	['values under keys, and none is given', new Stored({ valuesJson: '{"a": {}}' }), null, /^“New Secret: New” has “Values \(JSON\)”.*Fill in “Store Under \(ID or Name\)”/],
	['single values, and a key is given', new Stored({ name1: 'a', value1: 'b' }), 'mine', /^“New Secret: New” has single values.*Empty “Store Under \(ID or Name\)”/],
])('where %s stands, nothing is written', async (_what, stored, key, sentence) => {
	expect(() => requireRoom(stored.seen, overTo(key))).toThrow(sentence);
	await expect(handOver(stored.store(), key)).rejects.toThrow(sentence);
	expect(stored.writes).toEqual([]);
});

test.each(['current', 'rolledBack'] as const)('after a rotation that is %s, it is stored', async (state) => {
	const stored = new Stored(heldPair('old'), {}, marked(state));
	await handOver(stored.store());
	expect(stored.seen.new).toMatchObject({ values: heldPair('new'), mark: { id: ID, state: 'current' } });
});

test('with the key of another n8n, nothing that means anything is changed there or here', async () => {
	const [here, there] = [new Stored(heldPair('old')), new Stored(heldPair('stranger'))];
	await expect(handOver({ look: here.store().look, write: there.store().write })).rejects.toThrow(/another n8n/);
	expect([here.seen.new.values, there.seen.new.values, there.seen.previous.values]).toEqual([heldPair('old'), heldPair('stranger'), {}]);
});

/** Every order in which two runs can take so many turns each. */
function orders(first: number, second: number): string[] {
	if (first === 0) return ['b'.repeat(second)];
	if (second === 0) return ['a'.repeat(first)];
	return [...orders(first - 1, second).map((rest) => `a${rest}`), ...orders(first, second - 1).map((rest) => `b${rest}`)];
}

test('killed before any look or write and run again, it comes to the same', async () => {
	for (let turns = 0; turns < 7; turns += 1) {
		const stored = new Stored(heldPair('old'));
		let left = turns;
		const dies = async () => {
			left -= 1;
			if (left < 0) await new Promise(() => {});
		};
		void handOver(stored.store(dies));
		await new Promise((resolve) => setImmediate(resolve));
		// Whatever is in force stands somewhere.
		expect(JSON.stringify([stored.seen.new.values, stored.seen.previous.values])).toContain('old-secret');

		await handOver(stored.store());

		expect([stored.seen.new.values, stored.seen.previous.values]).toEqual([heldPair('new'), heldPair('old')]);
	}
});

test('two runs that hand over the same pair at once come to the same, in whatever order', async () => {
	const all = orders(7, 7);
	expect(all).toHaveLength(3432);
	for (const order of all) {
		const stored = new Stored(heldPair('old'));
		const waiting: Record<string, (() => void) | undefined> = {};
		const turnOf = (name: string) => async () => await new Promise<void>((resolve) => (waiting[name] = resolve));
		const runs = ['a', 'b'].map(async (name) => await handOver(stored.store(turnOf(name))));
		for (const name of `${order}${'ab'.repeat(12)}`) {
			for (let count = 0; count < 4; count += 1) await Promise.resolve();
			const go = waiting[name];
			waiting[name] = undefined;
			go?.();
		}
		await Promise.all(runs);
		expect([stored.seen.new.values, stored.seen.previous.values]).toEqual([heldPair('new'), heldPair('old')]);
	}
});

test.each([
	['a text under the key', null, '{"shop":"a secret without a name"}'],
	['a list under the key', null, '{"shop":["x"]}'],
	['nothing but null under the key', null, '{"shop":null}'],
	['a text in the place of the vendor', 'vendor', '{"vendor":"a secret without a name"}'],
])('%s is not written over: nothing is handed over', async (_what, group, valuesJson) => {
	const stored = new Stored({ valuesJson });
	const over = { ...overTo('shop'), place: { key: 'shop', group } };

	await expect(takeSteps(stored.store(), (seen) => nextOfHandOver(seen, over, NOW))).rejects.toThrow('has an entry under “Values (JSON)” that is not an object');
	expect(stored.writes).toEqual([]);
});
