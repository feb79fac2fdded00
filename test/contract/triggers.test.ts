import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

import { type IDataObject, type INodeExecutionData, type INodeProperties, NodeHelpers } from 'n8n-workflow';

import { forms, refusalEchoing } from '../harness/echoes';
import { storeOf } from '../harness/engine';
import { answering, type Mishap, MISHAPS, TOO_LONG, UNREADABLE } from '../harness/mishaps';
import { passwordFields, severalPagesOf, types } from '../harness/subject';
import { DAY_MS, describeEveryTrigger, HOUR_MS, LEDGER } from '../harness/triggerSubject';
import type { TriggerEvent } from '../../nodes/kit/trigger';
import type { Told, TriggerHost } from '../harness/triggerHost';
import { simulatorOf } from '../simulator';
import type { Fault, ReceivedRequest } from '../simulator/server';

const NO_INPUT: INodeExecutionData[] = [{ json: {} }];

const said = (told: Told) => told.map(({ event, id }) => `${String(event)} ${String(id)}`).sort();

/** Bytes of JSON that the trigger may remember of a credential. */
const MOST_BYTES = 160;

/** What stands beside the credentials in the state. */
const HEAD_BYTES = 120;

describeEveryTrigger((subject, traits, triggerName) => {
	const seed = (count: number) => subject().resource.seed(count);
	const ids = () => subject().resource.storedIds();
	const rename = (id: string, text = 'Changed by somebody') => subject().update.visible.change(id, text);
	const isSignIn = (request: ReceivedRequest) => subject().update.isSignIn?.(request) ?? false;

	/** What fails from here on, in every request or in the next ones alone. */
	const plan = (fault: Mishap['fault'], times = Infinity, when: (request: ReceivedRequest) => boolean = () => true) => {
		const { server } = subject().simulator;
		server.plan({ ...(typeof fault === 'function' ? fault(server) : fault), times, when });
	};
	/** What Get Many shows. */
	const getMany = async () =>
		(await subject().run(NO_INPUT, { parameters: { ...subject().resource.getAll(), returnAll: true }, options: { output: 'simplified' } })).output('Node').map(({ json }) => json);
	const isWell = () => subject().simulator.server.clear();
	const watching = async (count: number, events = LEDGER): Promise<TriggerHost> => {
		seed(count);
		const host = subject().host(events);
		expect((await host.publish()).filter(({ event }) => event !== 'due')).toEqual([]);
		expect([host.isAlive, host.refusals]).toEqual([true, []]);
		return host;
	};

	describe('rule 1: the first poll takes note of what is there', () => {
		test('and tells nothing of it', async () => {
			const host = await watching(5);

			expect(await host.tick()).toEqual([]);
		});

		test('and with Emit Existing tells all of it as created, once', async () => {
			seed(5);
			const host = subject().host(LEDGER, { options: { emitExisting: true } });

			expect(said(await host.publish())).toEqual(ids().map((id) => `created ${id}`).sort());
			expect(await host.tick()).toEqual([]);
		});

		test('and tells at once what is due by then', async () => {
			const { offered, host, pass } = subject();
			if (!offered.includes('due')) return;
			seed(3);
			pass(200 * 365 * DAY_MS);
			const watch = host(['due']);

			const told = await watch.publish();

			expect(told.length).toBeGreaterThan(0);
			expect(new Set(told.map(({ event }) => event))).toEqual(new Set(['due']));
			expect(await watch.tick()).toEqual([]);
		});
	});

	test('what is created, changed and deleted is told once each, as Get Many shows it', async () => {
		const host = await watching(4);
		const [first, , third, last] = ids();
		const before = (await getMany()).find(({ id }) => id === first)!;
		rename(first!);
		seed(3);
		rename(first!);
		expect(ids()).not.toContain(last);

		const told = await host.tick();

		expect(said(told)).toEqual([`changed ${first}`, `deleted ${last}`]);
		const shown = (await getMany()).find(({ id }) => id === first)!;
		// What it was called is remembered, and nothing else of what it was.
		const beginning = shown.name === before.name ? 'Its name is as before: something else has changed of what' : `It was called “${String(before.name)}” before.`;
		const message = before.name === null ? shown.message : (expect.stringContaining(beginning) as string);
		expect(told.find(({ id }) => id === first)).toEqual({ event: 'changed', dueAt: null, threshold: null, detectedAt: expect.stringMatching(/Z$/) as string, ...shown, message });
		expect(told.find(({ id }) => id === last)).toMatchObject({ outcome: 'deleted', vendor: shown.vendor, message: expect.stringMatching(/any more\.$/) as string });
		seed(4);
		rename(first!);
		expect(said(await host.tick())).toEqual([`created ${last}`]);
		expect(await host.tick()).toEqual([]);
		expect(third).toBeDefined();
	});

	test('of a name that was too long to be remembered whole, it is not said that it has changed where it may not have', async () => {
		const { isName } = subject().update.visible;
		seed(1);
		const [id] = ids();
		const long = 'A name that goes on '.repeat(20);
		rename(id!, long);
		const host = subject().host(LEDGER);
		await host.publish();
		rename(id!, `${long}and on`);

		const [changed] = await host.tick();

		expect(changed).toMatchObject({ event: 'changed', id });
		if (isName) expect(changed!.message).toBeNull();
		rename(id!, 'Short');
		const [again] = await host.tick();
		if (isName) expect(again!.message).toMatch(/^It was called “A name that goes on .*…” before\.$/);
	});

	test.each(['simplified', 'full', 'raw'])('what is told in the %s size is that of Get Many behind the keys of the event, also of what is gone', async (output) => {
		seed(3);
		const host = subject().host(LEDGER, { options: { output } });
		await host.publish();
		const [first] = ids();
		rename(first!);
		const listed = await subject().run(NO_INPUT, { parameters: { ...subject().resource.getAll(), returnAll: true }, options: { output } });
		const keys = ['event', 'dueAt', 'threshold', 'detectedAt', ...Object.keys(listed.output('Node')[0]!.json)];
		const [changed] = await host.tick();
		seed(2);
		rename(first!);

		const [gone] = await host.tick();

		expect([changed!.event, Object.keys(changed!)]).toEqual(['changed', keys]);
		expect([gone!.event, Object.keys(gone!)]).toEqual(['deleted', keys]);
		for (const secret of subject().resource.allStoredSecrets()) expect(JSON.stringify([changed, gone])).not.toContain(secret);
	});

	test.each(LEDGER)('only %s is told where nothing else is chosen', async (event) => {
		const host = await watching(4, [event]);
		const [first] = ids();
		const all = new Set<unknown>();
		for (const count of [5, 3]) {
			seed(count);
			rename(first!, `Changed when there were ${count}`);
			for (const each of await host.tick()) all.add(each.event);
		}

		expect([...all]).toEqual([event]);
	});

	describe('rule 2: what is remembered', () => {
		test('is at most 160 bytes a credential, whatever they are called, and one value for n8n to look at', async () => {
			seed(500);
			const { isName } = subject().update.visible;
			for (const [index, id] of ids().entries()) if (isName) rename(id, `${'Ünïcödé “名前” '.repeat(20)}${index}`);
			const host = subject().host(subject().offered);

			await host.publish();

			const stored = JSON.parse(host.stored) as IDataObject;
			expect(Object.keys(stored)).toEqual(['node:Watch']);
			expect(Object.keys(stored['node:Watch'] as IDataObject)).toEqual(['poll']);
			expect(Buffer.byteLength(host.stored)).toBeLessThanOrEqual(500 * MOST_BYTES + HEAD_BYTES);
		});

		test('holds neither a secret nor a digest of one', async () => {
			const { resource, simulator } = subject();
			seed(5);
			const own = Object.values(simulator.credentials[resource.credentialType]!).filter((value): value is string => typeof value === 'string' && value.length > 5);
			const secrets = [...resource.allStoredSecrets(), ...own.filter((value) => !/^https?:/.test(value))];
			const [id] = ids();
			// Somebody has put a secret into what people see.
			rename(id!, `key ${secrets[0]}`);
			const host = subject().host(subject().offered, { options: { emitExisting: true } });

			await host.publish();

			for (const secret of secrets) {
				// What people type in clear, such as a name or an address, is no secret.
				const isMasked = Object.entries(simulator.credentials[resource.credentialType]!).every(([name, value]) => value !== secret || /secret|token|key|password/i.test(name));
				if (!isMasked) continue;
				if (traits.sendsSecret || own.includes(secret)) expect(host.stored.includes(secret) && own.includes(secret)).toBe(false);
				for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
					for (const encoding of ['hex', 'base64', 'base64url'] as const) {
						for (const text of [secret, JSON.stringify(secret)]) expect(host.stored).not.toContain(createHash(algorithm).update(text).digest(encoding).slice(0, 11));
					}
				}
			}
		});

		test('of another release is not taken for granted: it begins anew', async () => {
			const host = await watching(3);
			const stored = JSON.parse(host.stored) as { 'node:Watch': { poll: { version: number } } };
			for (const poll of [{ ...stored['node:Watch'].poll, version: 0 }, 'text', null, [], { version: 1, scope: 'x', credentials: [[1, 2]] }]) {
				host.stored = JSON.stringify({ 'node:Watch': { poll } });
				expect(await host.restart()).toEqual([]);
				expect(await host.tick()).toEqual([]);
			}
		});
	});

	describe('rule 3: what is known of one list says nothing of another', () => {
		test('another n8n credential begins anew', async () => {
			const host = await watching(5);
			seed(2);
			const { resource, simulator } = subject();
			const other = { id: 'other', name: 'Other' };
			host.edit({ settings: { credentials: { [resource.credentialType]: other } }, credentials: storeOf({ ...simulator.credentials, other: simulator.credentials[resource.credentialType]! }) });

			expect(await host.publish()).toEqual([]);
			expect(await host.tick()).toEqual([]);
		});

		test('another host in the same n8n credential begins anew', async () => {
			const { nodeName, caseName, resource, simulator } = subject();
			const host = await watching(5);
			const other = await simulatorOf(nodeName).start();
			try {
				other.resources[caseName]!.seed(2);
				const data = { ...simulator.credentials[resource.credentialType]!, ...other.credentials[resource.credentialType]! };
				host.edit({ credentials: storeOf({ ...simulator.credentials, [resource.credentialType]: data }) });

				expect(await host.publish()).toEqual([]);
				expect([host.isAlive, await host.tick()]).toEqual([true, []]);
			} finally {
				await other.stop();
			}
		});

		test('a place with nothing in common after a restart, such as that of another key, begins anew', async () => {
			const host = await watching(5);
			const stored = JSON.parse(host.stored) as { 'node:Watch': { poll: { credentials: unknown[][] } } };
			for (const entry of stored['node:Watch'].poll.credentials) entry[0] = `elsewhere-${String(entry[0])}`;
			host.stored = JSON.stringify(stored);

			expect(await host.restart()).toEqual([]);
			expect(await host.tick()).toEqual([]);
		});
	});

	test('rule 4: a clock that is years off has no say in what is created, changed or deleted', async () => {
		const { pass } = subject();
		const host = await watching(4);
		const [first] = ids();
		pass(-20 * 365 * DAY_MS);
		seed(5);
		expect(said(await host.tick())).toEqual([`created ${ids().at(-1)}`]);
		pass(60 * 365 * DAY_MS);
		rename(first!);
		expect(said(await host.tick())).toEqual([`changed ${first}`]);
	});

	/** Everything that passes, and the answers that make no sense. */
	const passing: Array<[string, Mishap['fault']]> = [
		...Object.values(MISHAPS).map(({ what, fault }): [string, Mishap['fault']] => [what, fault]),
		...UNREADABLE.map(([what, fault]): [string, Mishap['fault']] => [what, fault]),
		...TOO_LONG.map(([what, fault]): [string, Mishap['fault']] => [`answers ${what}`, fault]),
		['answers 307', answering(307, { location: 'http://127.0.0.1:1/' })],
	];

	describe('rule 5: a fault that passes', () => {
		test.each(passing)('when the vendor %s, at any poll: nothing is lost, nothing told twice, nobody called', async (_what, fault) => {
			const { pass } = subject();
			for (const times of [1, Infinity]) {
				for (const faulty of [0, 1, 2, 3, 4]) {
					isWell();
					seed(4);
					const host = subject().host(LEDGER);
					const all: string[] = [];
					for (let poll = 0; poll < 6; poll += 1) {
						pass(HOUR_MS);
						if (poll === faulty) plan(fault, times);
						if (poll === 2) seed(5);
						if (poll === 3) rename(ids()[0]!);
						all.push(...said(poll === 0 ? await host.publish() : await host.tick()));
						if (poll === 3) all.push('|');
						isWell();
						expect([poll, host.isAlive]).toEqual([poll, true]);
					}
					// What a seed puts back is a change, too; that of the fifth credential is told once.
					expect(all.filter((each) => each.startsWith('created'))).toEqual([`created ${ids().at(-1)}`]);
					expect(all.filter((each) => each.startsWith('changed'))).toEqual([`changed ${ids()[0]}`]);
					expect(all.filter((each) => each.startsWith('deleted'))).toEqual([]);
					expect([host.errors, host.refusals]).toEqual([[], []]);
				}
			}
		});

		test('for a day is told after three polls, and once a day from then on; what has happened meanwhile is told when it is over', async () => {
			const { pass } = subject();
			const host = await watching(4);
			plan(MISHAPS.unavailable.fault);
			const toldAt: number[] = [];
			for (let hour = 1; hour <= 60; hour += 1) {
				pass(HOUR_MS);
				if (hour === 10) seed(5);
				expect(await host.tick()).toEqual([]);
				if (host.errors.length > toldAt.length) toldAt.push(hour);
			}

			expect(toldAt).toEqual([3, 27, 51]);
			expect(host.errors[0]).toMatchObject({ name: 'NodeOperationError', message: expect.stringMatching(/\w\.$/) as string });
			expect(host.isAlive).toBe(true);
			isWell();
			expect(said(await host.tick())).toEqual([`created ${ids().at(-1)}`]);
		});

		test('that comes and goes every few polls calls nobody more than once a day', async () => {
			const { pass } = subject();
			const host = await watching(2);
			for (let poll = 0; poll < 96; poll += 1) {
				pass(HOUR_MS / 2);
				if (poll % 8 === 0) plan(MISHAPS.unavailable.fault);
				if (poll % 8 === 6) isWell();
				await host.tick();
			}

			expect(host.errors).toHaveLength(2);
		});

		test('is an item of the error output where the node has one, and starts one execution', async () => {
			seed(2);
			const host = subject().host(LEDGER, { settings: { onError: 'continueErrorOutput' } });
			await host.publish();
			plan(MISHAPS.unavailable.fault);
			for (let poll = 0; poll < 5; poll += 1) await host.tick();

			expect(host.errors).toEqual([]);
			expect(host.emitted).toEqual([[{ error: expect.objectContaining({ code: 'vendorUnavailable', applied: 'no', retryable: true, vendor: subject().nodeName }) as unknown }]]);
		});

		test('is in n8n’s log each time, with nothing of the vendor’s', async () => {
			const host = await watching(2);
			plan({ ...answering(503, {}, { message: 'planted-vendor-words' }) });
			await host.tick();
			await host.tick();

			expect(host.logs.filter((line) => line.startsWith('warn Credential trigger'))).toHaveLength(2);
			expect(host.logs.join()).not.toContain('planted-vendor-words');
		});
	});

	describe('rule 6: the poll at which n8n registers the trigger', () => {
		const { unauthorized } = { unauthorized: () => subject().update.unauthorized };
		const forPeople: Array<[string, () => Fault]> = [
			['authentication', () => answering(unauthorized().status, {}, unauthorized().body)],
			['permission', () => ({ ...answering(403), isForeign: true })],
		];

		test.each(passing)('when the vendor always %s: the trigger lives, published or started, and fires when it is back', async (_what, fault) => {
			for (const activation of ['activate', 'init', 'leadershipChange'] as const) {
				isWell();
				seed(2);
				const host = subject().host(LEDGER);
				plan(fault);

				expect(await host.publish(activation)).toEqual([]);

				expect([host.isAlive, host.refusals, host.errors]).toEqual([true, [], []]);
				isWell();
				await host.tick();
				seed(3);
				expect(said(await host.tick())).toEqual([`created ${ids().at(-1)}`]);
			}
		});

		test.each(forPeople)('tells a person who has just published the workflow of %s', async (_code, fault) => {
			seed(2);
			const host = subject().host(LEDGER);
			plan(fault(), Infinity, (request) => !isSignIn(request));

			await host.publish('activate');

			expect(host.isAlive).toBe(false);
			expect(host.refusals[0]).toMatchObject({ name: 'NodeOperationError' });
		});

		test.each(forPeople)('lives through %s when n8n starts; the error workflow hears of it at the next poll, and once a day', async (_code, fault) => {
			const { pass } = subject();
			seed(2);
			const host = subject().host(LEDGER);
			plan(fault(), Infinity, (request) => !isSignIn(request));

			await host.publish('init');

			expect([host.isAlive, host.refusals]).toEqual([true, []]);
			for (let poll = 0; poll < 8; poll += 1) {
				await host.tick();
				pass(6 * HOUR_MS);
			}
			expect(host.errors).toHaveLength(2);
			isWell();
			pass(HOUR_MS);
			await host.tick();
			seed(3);
			expect(said(await host.tick())).toEqual([`created ${ids().at(-1)}`]);
		});

		test('a bare 404 speaks of the address, not of an ID', async () => {
			const host = await watching(2);
			plan({ answer: { status: 404, body: '' } }, Infinity, (request) => !isSignIn(request));

			await host.tick();

			expect(host.errors[0]!.message).toContain('has no credentials at the address that was asked');
		});

		test('another fault that a person has to mend is told at once, also on the day of one before it', async () => {
			const host = await watching(2);
			for (const [index, [, fault]] of forPeople.entries()) {
				plan(fault(), Infinity, (request) => !isSignIn(request));
				await host.tick();
				expect(host.errors).toHaveLength(index + 1);
				isWell();
				subject().pass(HOUR_MS);
				await host.tick();
			}
		});

		test('what was mended and published is told at once when it breaks again', async () => {
			const host = await watching(2);
			const [, fault] = forPeople[1]!;
			for (const count of [1, 2]) {
				plan(fault(), Infinity, (request) => !isSignIn(request));
				await host.tick();
				await host.tick();
				expect(host.errors).toHaveLength(count);
				isWell();
				subject().pass(HOUR_MS);
				await host.publish('update');
			}
		});

		test('tells of a parameter that cannot be used, in a sentence that names it, with nothing sent', async () => {
			const { offered, simulator } = subject();
			const host = subject().host(offered, { options: { remindEvery: 'often', timeout: 'long' } });

			await host.publish('activate');

			expect([host.isAlive, host.refusals[0]?.message]).toEqual([false, expect.stringMatching(/“(Remind Every \(Days\)|Timeout)” must be a whole number/)]);
			expect(simulator.server.requests).toEqual([]);
		});
	});

	test.each<[TriggerEvent[], string[]]>([
		[['changed'], []],
		[['created', 'deleted'], ['emitExisting']],
		[['changed', 'due'], ['dueAfterDays', 'dueNotice', 'remindEvery', 'thresholds']],
	])('with %j, its panel shows what applies to that, and no more', (events, wanted) => {
		const { properties } = types.triggers.get(triggerName)!.description;
		const values = { events, options: {} };
		const options = properties.find(({ name }) => name === 'options')!.options as INodeProperties[];
		const shown = [
			...properties.filter((each) => NodeHelpers.displayParameterPath(values, each, '', null, null)),
			...options.filter((each) => NodeHelpers.displayParameterPath({ parameters: values }, each, 'parameters.options', null, null)),
		].map(({ name }) => name);
		const conditional = ['dueAfterDays', 'dueNotice', 'emitExisting', 'remindEvery', 'thresholds'];
		const present = [...properties, ...options].map(({ name }) => name);

		expect(conditional.filter((name) => shown.includes(name))).toEqual(wanted.filter((name) => present.includes(name)));
	});

	test('what its panel does not show is not used', async () => {
		seed(2);
		const host = subject().host(['changed'], { parameters: { thresholds: 'soon', dueAfterDays: 'many' }, options: { remindEvery: 'often', emitExisting: 'perhaps' } });

		expect(await host.publish()).toEqual([]);
		expect([host.isAlive, host.refusals]).toEqual([true, []]);
	});

	describe('rule 7: gone', () => {
		test('is nothing while a list is empty, or lacks some, all of a sudden: it is asked once more', async () => {
			const host = await watching(5);
			const { requests } = subject();
			const before = requests().length;
			const lacking = (count: number) => plan({ onArrival: () => seed(count), onHandled: () => seed(5) }, 1, (request) => !isSignIn(request));
			lacking(3);
			expect(await host.tick()).toEqual([]);
			lacking(0);

			expect(await host.tick()).toEqual([]);
			expect(requests().length).toBe(before + 4);
			seed(0);
			expect(await host.tick()).toHaveLength(5);
		});

		test('is nothing that a page has let slip past: a list that moves while it is read', async () => {
			const { resource } = subject();
			const count = severalPagesOf(resource);
			const host = await watching(count, ['created', 'deleted']);
			const all: string[] = [];
			for (let round = 0; round < 4; round += 1) {
				let pages = 0;
				plan({ onHandled: () => void ((pages += 1) === 1 && seed(count - round)) }, 1, (request) => !isSignIn(request));
				all.push(...said(await host.tick()));
				isWell();
			}
			all.push(...said(await host.tick()), ...said(await host.tick()));

			const gone = all.filter((each) => each.startsWith('deleted'));
			expect(new Set(gone).size).toBe(3);
			expect(gone).toHaveLength(3);
			expect(all.filter((each) => each.startsWith('created'))).toEqual([]);
		});
	});

	describe('rule 8: a person who tries it out', () => {
		test('gets the newest three, and changes nothing', async () => {
			const { offered } = subject();
			const host = await watching(5, offered);
			const before = host.stored;

			const sample = await host.fetchTestEvent();

			expect(sample).toHaveLength(3);
			for (const each of sample) expect(each).toMatchObject({ event: expect.any(String) as string, vendor: subject().nodeName, outcome: 'found', detectedAt: expect.any(String) as string });
			expect(new Set(sample.map(({ id }) => id)).size).toBe(3);
			for (const { message } of sample) expect(message).toContain('This is a sample and no event');
			expect(host.stored).toBe(before);
			seed(6);
			const [newest] = await host.fetchTestEvent();
			expect(ids()).toContain(newest!.id);
		});

		test('and has chosen what is deleted alone, gets a sample of what a poll tells then, and no more', async () => {
			const host = await watching(1, ['deleted']);
			const [sample] = await host.fetchTestEvent();
			seed(0);

			const [gone] = await host.tick();

			expect({ ...sample, detectedAt: null }).toEqual({ ...gone, detectedAt: null, message: `${String(gone!.message)} This is a sample and no event: nothing has happened to the credential.` });
		});

		test('gets a sentence when the vendor cannot be read', async () => {
			seed(2);
			const host = subject().host(LEDGER);
			plan(MISHAPS.unavailable.fault);

			await expect(host.fetchTestEvent()).rejects.toMatchObject({ name: 'NodeOperationError', message: expect.stringMatching(/\.$/) as string });
		});
	});

	describe('rule 9: too many', () => {
		test('more than 5,000 credentials are refused, with what to do; 5,000 are watched', async () => {
			const { pass } = subject();
			seed(5_001);
			const host = subject().host(LEDGER);
			await host.publish('init');
			pass(HOUR_MS);

			await host.tick();

			expect(host.errors.map(({ message }) => message)).toEqual([expect.stringMatching(/more than 5,000 credentials.*Filters/)]);
			expect(host.stored).not.toContain('"poll"');
			seed(5_000);
			pass(HOUR_MS);
			await host.tick();
			expect((host.state.poll as { credentials: unknown[] }).credentials).toHaveLength(5_000);
		}, 60_000);
	});

	describe('rule 10: at least once', () => {
		test('killed between the start of a run and the storing of the state: told again, and nothing is lost', async () => {
			const host = await watching(4);
			seed(5);
			const first = said(await host.tick({ isKilled: true }));

			const again = [...said(await host.restart()), ...said(await host.tick())];

			expect([first, again]).toEqual([[`created ${ids().at(-1)}`], [`created ${ids().at(-1)}`]]);
			expect(await host.restart()).toEqual([]);
		});

		test('restarted after any poll: each event is told, and what was stored is not told again', async () => {
			for (const restartAfter of [0, 1, 2, 3]) {
				const host = await watching(4);
				const all: string[] = [];
				for (const [step, act] of [() => seed(5), () => {}, () => rename(ids()[0]!), () => {}].entries()) {
					act();
					all.push(...said(await host.tick()));
					if (step === restartAfter) all.push(...said(await host.restart()));
				}
				expect(all).toEqual([`created ${ids().at(-1)}`, `changed ${ids()[0]}`]);
			}
		});
	});

	test.each([200, 400, 401, 403, 429, 500])('a vendor that answers %i and repeats the key: it is in nothing that n8n keeps, shows or logs', async (status) => {
		const { resource, simulator } = subject();
		const credential = simulator.credentials[resource.credentialType]!;
		const keys = passwordFields(resource.credentialType).map((name) => String(credential[name] ?? '')).filter((key) => key.length > 5);
		expect(keys.length).toBeGreaterThan(0);
		seed(3);
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			isWell();
			const host = subject().host(LEDGER, { settings: { onError } });
			await host.publish();
			simulator.server.plan({ times: Infinity, answer: (request) => refusalEchoing('', status)({ ...request, text: `${request.text} ${keys.join(' ')}` }) });
			for (let poll = 0; poll < 4; poll += 1) {
				subject().pass(HOUR_MS);
				await host.tick();
			}
			await host.publish('activate');
			const sampled: unknown = await host.fetchTestEvent().catch((error: unknown) => error);

			const deep = { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity } as const;
			const kept = inspect([host.errors, host.refusals, host.emitted, host.logs, host.stored, sampled], deep);
			expect([...host.errors, ...host.emitted].length).toBeGreaterThan(0);
			for (const key of keys) for (const form of forms(key)) expect(kept).not.toContain(form);
		}
	});

	test(`${triggerName} sends nothing but what reads the list`, async () => {
		const host = await watching(4, subject().offered);
		await host.tick();
		await host.fetchTestEvent();

		for (const request of subject().requests()) expect(request.method).toBe('GET');
		expect(subject().changes()).toEqual([]);
	});
});
