import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { Failure } from '../../nodes/kit/failure';
import type { RotationMark } from '../../nodes/kit/rotation';
import { beginRotation, nextOfFinish, nextOfRollBack, type RotationOutcome, type RotationSeen, type RotationStore, type RotationWrite, takeStep } from '../../nodes/kit/rotationSteps';
import type { HeldValues } from '../../nodes/kit/storedValues';

const NOW = '2030-01-01T00:00:00.000Z';

const held = (value: string): HeldValues => ({ name1: 'value', value1: value });
const valueOf = ({ value1 = 'none' }: HeldValues) => value1;

/** The two stored secrets, as n8n keeps them: whoever writes last is right. */
class Vault {
	seen: RotationSeen;
	writes: RotationWrite[] = [];

	constructor(inForce: string, before: string, mark: RotationMark | null = null) {
		this.seen = { new: { name: 'New', values: inForce === '' ? {} : held(inForce), mark }, previous: { name: 'Before', values: before === '' ? {} : held(before), probe: '' } };
	}

	write(write: RotationWrite): void {
		this.writes.push(write);
		const { to, values, mark, probe } = write;
		const { previous } = this.seen;
		if (to === 'previous') this.seen = { ...this.seen, previous: { ...previous, values: values ?? previous.values, probe: probe ?? previous.probe } };
		else this.seen = { ...this.seen, new: { ...this.seen.new, values: values ?? this.seen.new.values, mark: mark ?? this.seen.new.mark } };
	}

	get state() {
		return this.seen.new.mark?.state ?? null;
	}

	/** Values by where they stand. */
	get stands() {
		return [valueOf(this.seen.new.values), valueOf(this.seen.previous.values)];
	}
}

/** Thrown in the place of what never comes back. */
class Killed extends Error {}

/** A look or a write that waits for its turn. */
interface Turn {
	take(): void;
	kill(): void;
}

/** A run that does one thing at a time, when it is told to. */
class Run {
	private turn: Turn | null = null;
	outcome: RotationOutcome | null = null;
	failure: unknown = null;

	constructor(vault: Vault, carryOut: (store: RotationStore) => Promise<RotationOutcome>) {
		const waiting = <T>(act: () => T) =>
			new Promise<T>((resolve, reject) => {
				this.turn = { take: () => resolve(act()), kill: () => reject(new Killed()) };
			});
		const store: RotationStore = {
			look: async () => await waiting(() => vault.seen),
			write: async (write) => await waiting(() => vault.write(write)),
		};
		carryOut(store).then(
			(outcome) => (this.outcome = outcome),
			(error: unknown) => (this.failure = error),
		);
	}

	get hasEnded() {
		return this.outcome !== null || this.failure !== null;
	}

	/** Does its next thing. */
	async step(): Promise<void> {
		await this.next('take');
	}

	/** Stops where it is: what it has asked for is not done. */
	async kill(): Promise<void> {
		if (!this.hasEnded) await this.next('kill');
	}

	async toItsEnd(): Promise<this> {
		while (!this.hasEnded) await this.step();
		return this;
	}

	private async next(how: keyof Turn): Promise<void> {
		const { turn } = this;
		this.turn = null;
		turn?.[how]();
		// Until it waits again, or has ended.
		while (this.turn === null && !this.hasEnded) await Promise.resolve();
	}
}

let made = 0;
const markOf = (id: string = randomUUID()): RotationMark => ({ id, state: 'starting', startedAt: NOW, finishedAt: null });
/** Begins with a value that nobody else makes. */
const beginIn = (vault: Vault, value = `new-${(made += 1)}`, mark = markOf()) => new Run(vault, async (store) => await beginRotation(store, mark, () => held(value)));
const finishIn = (vault: Vault) => new Run(vault, async (store) => await takeStep(store, (seen) => nextOfFinish(seen, NOW)));
const rollBackIn = (vault: Vault) => new Run(vault, async (store) => await takeStep(store, (seen) => nextOfRollBack(seen, NOW)));

/** Marks upon which a rotation begins anew. */
const STATES: Array<RotationMark | null> = [null, { ...markOf(), state: 'current', finishedAt: NOW }, { ...markOf(), state: 'rolledBack', finishedAt: NOW }];
/** Those upon which Begin has something to write. */
const MARKS: Array<RotationMark | null> = [...STATES, markOf()];

describe('Begin', () => {
	test.each(STATES)('brings a new value, and keeps what was in force: after %j', async (mark) => {
		const vault = new Vault('in-force', 'older', mark);

		const { outcome } = await beginIn(vault, 'new').toItsEnd();

		expect(vault.stands).toEqual(['new', 'in-force']);
		expect(outcome).toEqual({ isDone: true, mark: vault.seen.new.mark });
		expect(vault.seen.new.mark).toMatchObject({ state: 'pending', startedAt: NOW, finishedAt: null });
		expect(vault.seen.new.mark!.id).not.toBe(mark?.id);
		// The probe comes first: elsewhere, it would have taken the place of nothing.
		expect(vault.writes.map(({ to, values, mark: written }) => [to, values !== undefined, written?.state])).toEqual([
			['previous', false, undefined],
			['new', false, 'starting'],
			['previous', true, undefined],
			['new', true, 'pending'],
		]);
	});

	test('of a rotation that has begun is nothing', async () => {
		const vault = new Vault('in-force', 'older');
		const first = await beginIn(vault).toItsEnd();
		const { seen } = vault;

		const second = await beginIn(vault).toItsEnd();

		expect(second.outcome).toEqual({ isDone: false, mark: first.outcome!.mark });
		expect(vault.seen).toEqual(seen);
	});

	test('leaves the values from before alone where there is none in force', async () => {
		const vault = new Vault('', 'entered-by-hand');

		await beginIn(vault, 'new').toItsEnd();

		expect(vault.stands).toEqual(['new', 'entered-by-hand']);
	});

	test.each(MARKS)('with the key of another n8n changes nothing there or here that means anything: upon %j', async (mark) => {
		const [here, there] = [new Vault('in-force', 'older', mark), new Vault('of-a-stranger', 'older-there', mark)];
		const { seen } = here;
		const run = new Run(here, async (store) => await beginRotation({ ...store, write: async (write) => there.write(write) }, markOf(), () => held('new')));

		await run.toItsEnd();

		expect(run.failure).toBeInstanceOf(Failure);
		expect((run.failure as Failure).message).toMatch(/another n8n\. No value was changed/);
		expect(here.seen).toEqual(seen);
		expect(there.seen.new).toEqual({ name: 'New', values: held('of-a-stranger'), mark });
		expect(there.stands).toEqual(['of-a-stranger', 'older-there']);
	});

	test('that cannot make its values has written nothing', async () => {
		const vault = new Vault('in-force', 'older');
		const run = new Run(vault, async (store) =>
			await beginRotation(store, markOf(), () => {
				throw new Error('no place');
			}),
		);

		await run.toItsEnd();

		expect(vault.writes).toEqual([]);
	});

	test('ends when others write again and again', async () => {
		const vault = new Vault('in-force', 'older');
		const run = beginIn(vault);
		for (let round = 0; !run.hasEnded && round < 100; round += 1) {
			await run.step();
			vault.seen = { new: { name: 'New', values: held('in-force'), mark: { ...markOf(), state: 'starting' } }, previous: { name: 'Before', values: held(`other-${round}`), probe: `${round}` } };
		}

		expect((run.failure as Failure).kind).toBe('conflict');
	});
});

describe('killed anywhere and run again, Begin', () => {
	/** Looks and writes of a run that nothing stops. */
	const TURNS = 9;

	test.each(STATES.flatMap((mark) => Array.from({ length: TURNS + 1 }, (_, at) => [at, mark?.state ?? 'nothing', mark] as const)))(
		'comes to the same: after %i looks and writes, upon %s',
		async (at, _state, mark) => {
			const vault = new Vault('in-force', 'older', mark);
			const killed = beginIn(vault);
			for (let turn = 0; turn < at; turn += 1) await killed.step();
			await killed.kill();
			const { id: marked } = vault.state === 'starting' || vault.state === 'pending' ? vault.seen.new.mark! : { id: null };
			const [standing] = vault.stands;
			const wasPending = vault.state === 'pending';

			const { outcome } = await beginIn(vault).toItsEnd();
			const again = await beginIn(vault).toItsEnd();

			expect(vault.state).toBe('pending');
			expect(vault.stands[1]).toBe('in-force');
			if (marked !== null) expect(vault.seen.new.mark!.id).toBe(marked);
			if (wasPending) expect(vault.stands[0]).toBe(standing);
			expect(vault.stands[0]).not.toBe('in-force');
			expect(outcome).toEqual({ isDone: !wasPending, mark: vault.seen.new.mark });
			expect(again.outcome).toEqual({ isDone: false, mark: outcome!.mark });
		},
	);

	test('comes to the same after being killed as often as you like', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 0, max: TURNS }), { maxLength: 6 }), async (kills) => {
				const vault = new Vault('in-force', 'older');
				const ids = new Set<string>();
				const values = new Set<string>();
				const note = () => {
					if (vault.state === 'starting' || vault.state === 'pending') ids.add(vault.seen.new.mark!.id);
					if (vault.state === 'pending') values.add(vault.stands[0]!);
				};
				for (const at of kills) {
					const run = beginIn(vault);
					for (let turn = 0; turn < at && !run.hasEnded; turn += 1) {
						await run.step();
						note();
					}
					await run.kill();
				}
				await beginIn(vault).toItsEnd();
				note();

				expect(vault.state).toBe('pending');
				expect(vault.stands[1]).toBe('in-force');
				expect([ids.size, values.size]).toEqual([1, 1]);
			}),
		);
	});
});

describe('two begins at once', () => {
	/** In which order two runs take turns. */
	function* orders(first: number, second: number): Generator<Array<0 | 1>> {
		if (first === 0 && second === 0) return yield [];
		if (first > 0) for (const rest of orders(first - 1, second)) yield [0, ...rest];
		if (second > 0) for (const rest of orders(first, second - 1)) yield [1, ...rest];
	}

	test('come to one rotation in every order, and never lose what was in force', async () => {
		let both = 0;
		let all = 0;
		for (const order of orders(7, 7)) {
			const vault = new Vault('in-force', 'older');
			const runs = [beginIn(vault, 'new-0'), beginIn(vault, 'new-1')] as const;
			/** When each looked last, and when what stands in the end was written. */
			const lookedAt = [0, 0];
			let writtenAt = 0;
			// What comes first, a look and a probe, changes nothing that the other goes by: any order will do.
			for (const run of runs) for (let turn = 0; turn < 2; turn += 1) await run.step();
			for (const [at, which] of [...order, 0 as const, 1 as const, 0 as const, 1 as const].entries()) {
				const before = vault.seen;
				if (!runs[which].hasEnded) {
					await runs[which].step();
					lookedAt[which] = at;
				}
				if (vault.seen.new.values !== before.new.values) writtenAt = at;
			}
			await runs[0].toItsEnd();
			await runs[1].toItsEnd();
			all += 1;

			const [value, before] = vault.stands;
			expect([order.join(''), vault.state, before]).toEqual([order.join(''), 'pending', 'in-force']);
			expect(value).toMatch(/^new-[01]$/);
			const winner = Number(value!.slice(-1)) as 0 | 1;
			const loser = winner === 0 ? 1 : 0;
			expect([runs[0].failure, runs[1].failure]).toEqual([null, null]);
			expect(runs[winner].outcome!.isDone).toBe(true);
			// The one that is overwritten says that it has begun only if it looked before that: two in the same moment.
			if (runs[loser].outcome!.isDone) {
				both += 1;
				expect(lookedAt[loser]).toBeLessThan(writtenAt);
			} else expect(runs[loser].outcome!.mark.id).toBe(vault.seen.new.mark!.id);
		}
		expect(all).toBe(3_432);
		// It happens, and is documented: a look and a write are two requests.
		expect(both).toBeGreaterThan(0);
	});
});

describe('two begins at once, their probes among the rest', () => {
	test('come to one rotation as well', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.nat({ max: 1 }), { minLength: 18, maxLength: 18 }), async (order) => {
				const vault = new Vault('in-force', 'older');
				const runs = [beginIn(vault, 'new-0'), beginIn(vault, 'new-1')];
				for (const which of order) if (!runs[which]!.hasEnded) await runs[which]!.step();
				for (const run of runs) await run.toItsEnd();

				expect(runs.map(({ failure }) => failure)).toEqual([null, null]);
				expect(vault.state).toBe('pending');
				expect(vault.stands[1]).toBe('in-force');
				expect(vault.stands[0]).toMatch(/^new-[01]$/);
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('Finish and Roll Back', () => {
	test('Finish makes the new values current, as often as it is run', async () => {
		const vault = new Vault('in-force', 'older');
		await beginIn(vault, 'new').toItsEnd();

		const first = await finishIn(vault).toItsEnd();
		const second = await finishIn(vault).toItsEnd();

		expect([first.outcome!.isDone, second.outcome!.isDone]).toEqual([true, false]);
		expect(vault.seen.new.mark).toMatchObject({ state: 'current', finishedAt: NOW });
		expect(vault.stands).toEqual(['new', 'in-force']);
	});

	test.each(['pending', 'current'] as const)('Roll Back brings the values from before again, as often as it is run: %s', async (state) => {
		const vault = new Vault('in-force', 'older');
		await beginIn(vault, 'new').toItsEnd();
		if (state === 'current') await finishIn(vault).toItsEnd();

		const first = await rollBackIn(vault).toItsEnd();
		const second = await rollBackIn(vault).toItsEnd();

		expect([first.outcome!.isDone, second.outcome!.isDone]).toEqual([true, false]);
		expect(vault.state).toBe('rolledBack');
		expect(vault.stands).toEqual(['in-force', 'in-force']);
		// Values and mark in one request: a stop between them would leave new values under the wrong state.
		expect(vault.writes.at(-1)).toMatchObject({ to: 'new', values: held('in-force'), mark: { state: 'rolledBack' } });
	});

	test('Roll Back of what has only started leaves the values, which are those from before', async () => {
		const vault = new Vault('in-force', 'older', markOf());

		await rollBackIn(vault).toItsEnd();

		expect(vault.state).toBe('rolledBack');
		expect(vault.stands).toEqual(['in-force', 'older']);
	});

	test.each<[string, () => Vault, (vault: Vault) => Run, RegExp]>([
		['Finish without a rotation', () => new Vault('in-force', 'older'), finishIn, /is in no rotation\. Run Begin first/],
		['Finish of one that only starts', () => new Vault('in-force', 'older', markOf()), finishIn, /has not got its new values yet/],
		['Finish of one that was rolled back', () => new Vault('in-force', 'older', { ...markOf(), state: 'rolledBack' }), finishIn, /is in no rotation/],
		['Roll Back without a rotation', () => new Vault('in-force', 'older'), rollBackIn, /is in no rotation/],
		['Roll Back to nothing', () => new Vault('new', '', { ...markOf(), state: 'pending' }), rollBackIn, /“Secret Before” is empty/],
	])('%s is refused in a sentence, and nothing is written', async (_case, vaultOf, carryOut, sentence) => {
		const vault = vaultOf();

		const { failure } = await carryOut(vault).toItsEnd();

		expect((failure as Failure).message).toMatch(sentence);
		expect((failure as Failure).applied).toBe('no');
		expect(vault.writes).toEqual([]);
	});

	test.each([
		['Finish', nextOfFinish],
		['Roll Back', nextOfRollBack],
	] as const)('%s with the key of another n8n changes no value there, and says so', async (_name, nextOf) => {
		const [here, there] = [new Vault('in-force', 'older'), new Vault('other', 'older')];
		await beginIn(here).toItsEnd();
		const run = new Run(here, async (store) => await takeStep({ ...store, write: async (write) => there.write(write) }, (seen) => nextOf(seen, NOW)));

		await run.toItsEnd();

		expect((run.failure as Failure).message).toMatch(/another n8n\. No value was changed/);
		expect(there.stands).toEqual(['other', 'older']);
	});
});

/** What a workflow does with a rotation, with vendors that take what is stored, and stops anywhere. */
describe('over the years', () => {
	interface World {
		vault: Vault;
		vendors: string[];
	}
	const killable = (name: string, carryOut: (vault: Vault) => Run) => (at: number): fc.AsyncCommand<object, World> => ({
		check: () => true,
		toString: () => `${name}(${at})`,
		run: async (_model, { vault, vendors }) => {
			const run = carryOut(vault);
			for (let turn = 0; turn < at && !run.hasEnded; turn += 1) {
				await run.step();
				holds({ vault, vendors });
			}
			await run.kill();
			if (run.failure !== null && !(run.failure instanceof Killed)) throw run.failure;
		},
	});
	/** Every value that a vendor has stands in one of the two. */
	const holds = ({ vault, vendors }: World) => {
		for (const value of vendors) expect(vault.stands).toContain(value);
	};
	/** A vendor is sent the new value while the rotation is under way, or the one from before. */
	const send = (vendor: number, isNew: boolean): fc.AsyncCommand<object, World> => ({
		check: () => true,
		toString: () => `send(${vendor}, ${isNew ? 'new' : 'before'})`,
		run: async (_model, world) => {
			if (world.vault.state !== 'pending') return;
			world.vendors[vendor] = world.vault.stands[isNew ? 0 : 1]!;
			holds(world);
		},
	});
	/** Only when the workflow has proven that all have the value that stands there then. */
	const whenAllHave = (place: 0 | 1, command: fc.AsyncCommand<object, World>): fc.AsyncCommand<object, World> => ({
		...command,
		toString: () => command.toString(),
		run: async (model, world) => {
			const { vault, vendors } = world;
			if (vault.state === 'pending' && vendors.every((value) => value === vault.stands[place])) await command.run(model, world);
		},
	});

	test('no value that a vendor has is ever lost, and every rotation comes to its end', async () => {
		const turns = fc.integer({ min: 0, max: 9 });
		const commands = fc.commands(
			[
				turns.map(killable('begin', beginIn)),
				turns.map((at) => whenAllHave(0, killable('finish', finishIn)(at))),
				turns.map((at) => whenAllHave(1, killable('rollBack', rollBackIn)(at))),
				fc.tuple(fc.integer({ min: 0, max: 1 }), fc.boolean()).map(([vendor, isNew]) => send(vendor, isNew)),
			],
			{ maxCommands: 60, size: 'max' },
		);
		await fc.assert(
			fc.asyncProperty(commands, async (all) => {
				const world: World = { vault: new Vault('first', 'older'), vendors: ['first', 'first'] };
				await fc.asyncModelRun(() => ({ model: {}, real: world }), all);

				// However it stopped, one more run from the top ends it.
				await beginIn(world.vault).toItsEnd();
				world.vendors = world.vendors.map(() => world.vault.stands[0]!);
				holds(world);
				const { outcome } = await finishIn(world.vault).toItsEnd();
				expect(outcome).toMatchObject({ isDone: true, mark: { state: 'current' } });
			}),
			{ numRuns: 300 },
		);
	});
});
