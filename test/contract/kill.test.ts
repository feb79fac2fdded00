import isEqual from 'lodash/isEqual';
import type { IDataObject } from 'n8n-workflow';

import { EngineProcess, type RunEnd } from '../harness/engineProcess';
import { killAndRepeat, type Flow, type Stories, type Story } from '../harness/killing';
import { describeEveryUpdate, ID, isAbout, newSecret, SECRET } from '../harness/subject';
import type { Holding, ResourceCase, UpdateCase } from '../simulator/definition';
import type { ReceivedRequest } from '../simulator/server';

// n8n is killed in the middle of a run of 20 items, at every request of the run. Then somebody runs it again.

const ITEMS = 20;
const places = Array.from({ length: ITEMS }, (_, index) => index);

/** Items under way at a time, unless the node’s options say otherwise. */
const CONCURRENCY = 5;

/**
 * Every credential gets several secrets, one after the other, and the last one is to stay. Where an update sends no
 * secret, they are texts that are no secret.
 */
function twentyUpdates({ credentialType, ids, parameters, visible }: UpdateCase, sendsSecret: boolean): Flow {
	return {
		credentialType,
		parameters: sendsSecret ? parameters(ID, SECRET) : visible.parameters(ID, SECRET),
		items: places.map((place) => ({ json: { id: ids[place % ids.length]!, secret: newSecret(place) } })),
	};
}

function twentyCreates({ credentialType, seed, create }: ResourceCase): Flow {
	return {
		credentialType,
		prepare: () => seed(3),
		parameters: create('={{ $json.name }}', SECRET),
		items: places.map((place) => ({ json: { name: nameOf(place), secret: newSecret(place) } })),
	};
}

const nameOf = (place: number) => `made-by-item-${place}`;

let second: EngineProcess;
beforeAll(async () => {
	second = await EngineProcess.start();
});
afterAll(async () => await EngineProcess.killAll());

describeEveryUpdate((subject, { sendsSecret }) => {
	let updates: Stories;
	let creates: Stories;

	beforeAll(async () => {
		const { caseName } = subject();
		const told = await killAndRepeat(
			subject(),
			{
				updates: (simulator) => twentyUpdates(simulator.updates[caseName]!, sendsSecret),
				creates: (simulator) => twentyCreates(simulator.resources[caseName]!),
			},
			second,
		);
		({ updates, creates } = told);
		// A minute on a quiet machine; hundreds of processes are started and killed.
	}, 1_200_000);

	describe('20 updates, killed and run again', () => {
		test('were killed at every request, from when nothing was done to when nearly everything was', () => {
			expectToSpanTheRun(updates, subject().update.isChange);
		});

		test('end as undisturbed ones do, in every field of every credential', () => {
			const { ids } = subject().update;
			expect(placesIn(updates.undisturbed.holdings)).toEqual(places.slice(-ids.length));

			expectAtEveryMoment(updates, ({ repeated }) => repeated.holdings, updates.undisturbed.holdings);
			expectAtEveryMoment(updates, ({ repeated: { error, failed } }) => ({ error, failed }), { error: null, failed: [] });
			expectAtEveryMoment(
				updates,
				({ repeated }) => repeated.succeeded.map(({ json: { id, outcome } }) => `${outcome} ${id}`),
				({ killed }) =>
					places.map((place) => {
						const id = ids[place % ids.length]!;
						const wasThere = placesIn(killed.holdings.filter((holding) => holding.id === id)).includes(place);
						// A vendor that shows what it holds need not be sent it again.
						return wasThere ? (expect.stringMatching(new RegExp(`^(updated|unchanged) ${id}$`)) as string) : `updated ${id}`;
					}),
			);
		});

		test('have reached each credential in the order of the items, one after the other, until the process was killed', () => {
			const { update } = subject();
			const { ids, isChange } = update;
			for (const [index, id] of ids.entries()) {
				const inOrder = places.filter((place) => place % ids.length === index);
				const sent = ({ killed }: Story) => killed.requests.filter(isChange).filter(isAbout(update, id));
				const answered = ({ killed }: Story) => killed.answered.filter(isChange).filter(isAbout(update, id));

				expectAtEveryMoment(
					updates,
					(story) => sent(story).map(({ text }) => placesIn(text)),
					(story) => inOrder.slice(0, sent(story).length).map((place) => [place]),
				);
				expectAtEveryMoment(updates, (story) => sent(story).length - answered(story).length <= 1, true);
			}
		});

		test('have logged what was done before the kill, and nothing that was not', () => {
			const { update } = subject();
			const { ids, isChange } = update;
			for (const id of ids) {
				const unlogged = ({ killed }: Story) =>
					killed.answered.filter(isChange).filter(isAbout(update, id)).length - logged(killed.logs, id).length;
				// The last answer may not have been read.
				expectAtEveryMoment(updates, (story) => [0, 1].includes(unlogged(story)), true);
			}
		});
	});

	describe('20 creates, killed and run again', () => {
		/** The credentials that items have made, by the place of the item. */
		const made = (holdings: Holding[]) => places.map((place) => holdings.filter(({ name }) => name === nameOf(place)));

		test('were killed at every request, from when nothing was done to when nearly everything was', () => {
			expectToSpanTheRun(creates, subject().resource.isCreate);
		});

		test('leave each credential at the vendor once, with the secret of its item', () => {
			const once = made(creates.undisturbed.holdings);
			expect(once.map(({ length }) => length)).toEqual(places.map(() => 1));
			expect(once.map(placesIn)).toEqual(places.map((place) => (sendsSecret ? [place] : [])));

			expectAtEveryMoment(creates, ({ repeated }) => repeated.holdings.length, creates.undisturbed.holdings.length);
			expectAtEveryMoment(creates, ({ repeated }) => made(repeated.holdings).map(({ length }) => length), places.map(() => 1));
			expectAtEveryMoment(creates, ({ repeated }) => made(repeated.holdings).map(placesIn), once.map(placesIn));
		});

		test('say of each item whether the credential was made now, or is there already, and which it is', () => {
			expectAtEveryMoment(
				creates,
				({ repeated }) => places.map((place) => whatIsSaid(repeated, place)),
				({ killed, repeated }) =>
					made(repeated.holdings).map(([holding], place) => {
						const wasThere = made(killed.holdings)[place]!.length > 0;
						const thereAlready = new RegExp(`^there already(: ${holding!.id})?$`);
						return wasThere ? expect.stringMatching(thereAlready) : `created: ${holding!.id}`;
					}),
			);
		});

		test('have logged the credentials made before the kill, and none that was not', () => {
			const ids = (holdings: Holding[]) => made(holdings).flat().map(({ id }) => id);
			const { isCreate } = subject().resource;

			expectAtEveryMoment(creates, ({ killed }) => logged(killed.logs).filter((id) => !ids(killed.holdings).includes(id)), []);
			expectAtEveryMoment(creates, ({ killed }) => new Set(logged(killed.logs)).size === logged(killed.logs).length, true);
			// The last answers may not have been read.
			expectAtEveryMoment(
				creates,
				({ killed }) => killed.answered.filter(isCreate).length - logged(killed.logs).length <= CONCURRENCY,
				true,
			);
		});
	});
});

/** Holds a look at each story against what it is to show; a failure names the moments. */
function expectAtEveryMoment<T>({ stories }: Stories, look: (story: Story) => T, expected: T | ((story: Story) => unknown)): void {
	const seen = stories.map((story) => ({ ...story.moment, seen: look(story) }));
	expect(seen).toEqual(
		stories.map((story) => ({ ...story.moment, seen: expected instanceof Function ? expected(story) : expected })),
	);
}

function expectToSpanTheRun({ undisturbed, stories }: Stories, isDoing: (request: ReceivedRequest) => boolean): void {
	expect(undisturbed.requests.filter(isDoing)).toHaveLength(ITEMS);
	expect(stories).toHaveLength(2 * undisturbed.requests.length);
	const done = stories.map(({ killed }) => killed.answered.filter(isDoing).length);
	expect(Math.min(...done)).toBe(0);
	expect(Math.max(...done)).toBeGreaterThan(ITEMS - CONCURRENCY);
}

/** The items whose secrets occur in something. */
function placesIn(value: unknown): number[] {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return places.filter((place) => text.includes(JSON.stringify(newSecret(place)).slice(1, -1)));
}

/** The IDs in the log lines that tell of changes; of one credential alone where an ID is given. */
function logged(logs: string[], only?: string): string[] {
	return logs
		.map((line) => /^info Credential rotation (.*)$/.exec(line)?.[1])
		.filter((told) => told !== undefined)
		.map((told) => JSON.parse(told) as { id: string; outcome: string })
		.filter(({ outcome, id }) => outcome === 'done' && (only === undefined || id === only))
		.map(({ id }) => id);
}

/** What a run says of an item. */
function whatIsSaid({ succeeded, failed }: RunEnd, place: number): string {
	const own = [...succeeded, ...failed].filter(({ pairedItem }) => isEqual(pairedItem, { item: place }) || pairedItem === place);
	if (own.length !== 1) return `${own.length} items`;
	const { error, outcome, id } = own[0]!.json;
	if (error === undefined) return outcome === 'unchanged' ? `there already: ${id}` : `${outcome}: ${id}`;
	const failure = error as IDataObject;
	if (failure.code !== 'conflict' || failure.applied !== 'no') return JSON.stringify(error);
	// A vendor that refuses a second one itself does not say which is there.
	return failure.id === null && failure.stage === 'change' ? 'there already' : `there already: ${failure.id}`;
}
