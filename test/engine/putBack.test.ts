import type { IDataObject } from 'n8n-workflow';

import { putBack, type Unverified } from '../../nodes/engine/operation/putBack';
import type { Exchange } from '../../nodes/engine/request/exchange';
import { ItemSecrets } from '../../nodes/engine/secrets/itemSecrets';
import { REDACTED } from '../../nodes/engine/secrets/redaction';
import { unreadable } from '../../nodes/kit/answers';
import { Failure } from '../../nodes/kit/failure';
import type { VendorAnswer, VendorRequest } from '../../nodes/kit/http';
import { asObject, pick } from '../../nodes/kit/json';
import type { Change, Target } from '../../nodes/kit/operation';
import { nothingKnown } from '../../nodes/kit/reading';
import type { VendorRecord } from '../../nodes/kit/record';
import { verifyByAnswer } from '../../nodes/kit/verification';

/** An update of some fields; one called `secret` is never shown. */
interface Input extends Change {
	fields: IDataObject;
}

const SECRET = 'a-secret-value';

const inputOf = (fields: IDataObject): Input => ({
	id: 'a',
	changed: Object.keys(fields),
	secrets: typeof fields.secret === 'string' ? [fields.secret] : [],
	fields,
});

const answerOf = (body: unknown): VendorAnswer => ({ status: 200, headers: {}, body });

function shown({ fields }: Input, { body }: VendorAnswer): IDataObject {
	if (typeof body === 'string') throw unreadable('Example', 'It names no credential.');
	return pick(body, Object.keys(fields).filter((name) => name !== 'secret'));
}

/** A vendor that shows every field but the secret; what it shows of one can be put back, but for `readOnly`. */
const vendor = {
	name: 'example',
	label: 'Example',
	requestIdHeaders: [],
	hints: {},
	operations: {
		get: {
			request: ({ id }: Target) => ({ method: 'GET', path: `/${id}`, body: null }),
			result: ({ id }: Target) => nothingKnown(id),
		},
		update: {
			repeatSafe: true,
			request: ({ id, fields }: Input) => ({ method: 'PUT', path: `/${id}`, body: fields }),
			result: (input: Input, answer: VendorAnswer) => ({
				...nothingKnown(input.id),
				verification: verifyByAnswer(input.fields, shown(input, answer)),
			}),
			undoing: {
				answeredFields: shown,
				sentFields: ({ fields }: Input) => fields,
				undo: (input: Input, before: IDataObject) => {
					const known = Object.keys(before).filter((name) => name !== 'readOnly');
					const left = input.changed.filter((name) => !known.includes(name));
					const fields = pick(before, known);
					return known.length === 0 ? null : { input: { ...input, fields, secrets: ['what-was-stored'] }, left };
				},
			},
		},
	},
} as unknown as VendorRecord;

/** How the update did not verify. */
const FAILURE = new Failure({
	code: 'verificationFailed',
	stage: 'answer',
	applied: 'yes',
	message: 'It shows other values than were sent.',
	hint: 'A hint.',
	id: 'a',
});

interface Story {
	fields: IDataObject;
	/** What the vendor shows before the update, in its answer, at a second look, and in the answer to the restoring. */
	before?: unknown;
	answered: unknown;
	fresh: unknown;
	restored?: unknown;
}

async function tell({ fields, before, answered, fresh, restored }: Story, changes: Partial<Unverified> = {}, by = vendor) {
	const sent: Array<{ request: VendorRequest; stage: string; manner: unknown }> = [];
	const replies = [fresh, restored];
	const secrets = new ItemSecrets();
	secrets.add([SECRET]);
	const input = inputOf(fields);
	const exchange: Exchange = async (request, stage, manner) => {
		sent.push({ request, stage, manner });
		const reply = replies.shift();
		if (reply instanceof Error) throw reply;
		return answerOf(reply);
	};
	const failure = await putBack(
		{ vendor: by, exchange, secrets },
		{ input, lookUp: { ...input }, before: answerOf(before), answer: answerOf(answered), failure: FAILURE, ...changes },
	);
	const { operations } = by;
	return { failure, sent, secrets, requests: sent.map(({ request, stage }) => `${request.method} ${stage}`), operations };
}

/** A vendor that stores another name than was sent. */
const OTHER_NAME: Story = {
	fields: { name: 'new' },
	before: { name: 'old' },
	answered: { name: 'NEW' },
	fresh: { name: 'NEW' },
	restored: { name: 'old' },
};

describe('putting back', () => {
	test('sends the values from before, after a look whether they are still this update’s', async () => {
		const { failure, sent, operations } = await tell(OTHER_NAME);

		expect(sent).toEqual([
			{ request: { method: 'GET', path: '/a', body: null }, stage: 'read', manner: operations.get },
			{ request: { method: 'PUT', path: '/a', body: { name: 'old' } }, stage: 'change', manner: operations.update },
		]);
		expect(failure.details).toEqual({
			...FAILURE.details,
			restored: true,
			message: 'It shows other values than were sent. The values from before were put back.',
		});
	});

	test.each([
		['another', 2, ['GET read'], false],
		['the same', 1, ['GET read', 'PUT change'], true],
	])('goes by the vendor’s own mark of a change, where it shows one: %s', async (_mark, freshMark, requests, restored) => {
		const { update } = vendor.operations as unknown as { update: { undoing: object } };
		const stamp = ({ body }: VendorAnswer) => asObject(body).mark;
		const marked = { ...vendor, operations: { ...vendor.operations, update: { ...update, undoing: { ...update.undoing, stamp } } } } as unknown as VendorRecord;
		const story = { ...OTHER_NAME, answered: { name: 'NEW', mark: 1 }, fresh: { name: 'NEW', mark: freshMark } };

		const told = await tell(story, {}, marked);

		expect(told.requests).toEqual(requests);
		expect(told.failure.details.restored).toBe(restored);
	});

	test('takes up the secrets of what it puts back', async () => {
		const { secrets } = await tell(OTHER_NAME);

		expect(secrets.redactor.value([SECRET, 'what-was-stored', 'another text'])).toEqual([REDACTED, REDACTED, 'another text']);
	});

	test('is partial where a value from before is not shown, and names its field', async () => {
		const { failure, requests } = await tell({
			fields: { name: 'new', secret: SECRET, readOnly: 'x' },
			before: { name: 'old', readOnly: 'y' },
			answered: { name: 'NEW', readOnly: 'x' },
			fresh: { name: 'NEW', readOnly: 'x' },
			restored: { name: 'old' },
		});

		expect(requests).toEqual(['GET read', 'PUT change']);
		expect(failure.details.restored).toBe('partial');
		expect(failure.message).toMatch(/The other values from before were put back\. .*: set secret, readOnly\.$/);
	});

	test.each<[string, Partial<Story>]>([
		['its answer has shown it', { answered: { name: 'NEW', other: 1 }, fresh: { name: 'NEW', other: 2 } }],
		['it was sent, although the answer has shown it otherwise', { answered: { name: 'NEW' }, fresh: { name: 'new' } }],
		['it was sent, although the answer has not shown it', { answered: {}, fresh: { name: 'new' } }],
	])('goes ahead when the credential is as %s', async (_name, changes) => {
		expect((await tell({ ...OTHER_NAME, ...changes })).failure.details.restored).toBe(true);
	});

	test('goes ahead when the answer has shown less than a look at the credential does', async () => {
		const story = { fields: { name: 'new', note: 'n' }, before: { name: 'old', note: 'o' }, answered: { name: 'NEW' }, fresh: { name: 'NEW', note: 'n' } };

		expect((await tell({ ...story, restored: story.before })).failure.details.restored).toBe(true);
	});

	test.each<[string, Partial<Story>]>([
		['has a third value', { fresh: { name: 'somebody’s' } }],
		['is as it was before', { fresh: { name: 'old' } }],
		['has a third value, and the answer has shown none', { answered: {}, fresh: { name: 'somebody’s' } }],
		['has a third value in one of its fields', { fields: { name: 'new', note: 'n' }, answered: { name: 'NEW', note: 'n' }, fresh: { name: 'NEW', note: 'somebody’s' } }],
	])('leaves alone a credential that %s', async (_name, changes) => {
		const { failure, requests } = await tell({ ...OTHER_NAME, ...changes });

		expect(requests).toEqual(['GET read']);
		expect(failure.details.restored).toBe(false);
		expect(failure.message).toMatch(/was changed by someone else meanwhile, so nothing was put back: look at it at the vendor\.$/);
	});

	test.each([{}, { other: 'NEW' }, null])('leaves alone a credential that a second look shows as %j', async (fresh) => {
		const { failure, requests } = await tell({ ...OTHER_NAME, fresh });

		expect(requests).toEqual(['GET read']);
		expect(failure.details.restored).toBe(false);
		expect(failure.message).toMatch(/does not show its values any more, so nothing was put back: look at it at the vendor\.$/);
	});

	test.each([['not shown', {}], ['only shown where it cannot be set', { readOnly: 'y' }]])('sends nothing where the values from before are %s', async (_name, before) => {
		const { failure, requests } = await tell({ ...OTHER_NAME, fields: { secret: SECRET, readOnly: 'x' }, before });

		expect(requests).toEqual([]);
		expect(failure.details.restored).toBe(false);
		expect(failure.message).toMatch(/nothing was put back: set secret, readOnly by hand\.$/);
	});

	test('does not name a field that has the name of a secret', async () => {
		const unknown = await tell({ ...OTHER_NAME, fields: { [SECRET]: 'x', note: 'n' }, before: {} });
		const partial = await tell({ ...OTHER_NAME, fields: { [SECRET]: 'x', name: 'new' } });

		for (const { failure } of [unknown, partial]) {
			expect(failure.message).toContain('set [redacted]');
			expect(failure.message).not.toContain(SECRET);
		}
	});

	test.each<[string, Partial<Unverified>]>([
		['nothing was looked up', { lookUp: null }],
		['nothing was read before', { before: null }],
	])('sends nothing where %s', async (_name, changes) => {
		const { failure, requests } = await tell(OTHER_NAME, changes);

		expect(requests).toEqual([]);
		expect(failure.details.restored).toBe(false);
		expect(failure.message).toMatch(/Example has nothing that this node could put back: set the previous values by hand\.$/);
	});

	test('sends nothing for a vendor whose answers show nothing to put back', async () => {
		const { get, update } = vendor.operations;
		const mute = { ...vendor, operations: { get, update: { ...update, undoing: undefined } } } as unknown as VendorRecord;
		const { failure, requests } = await tell(OTHER_NAME, {}, mute);

		expect(requests).toEqual([]);
		expect(failure.details.restored).toBe(false);
		expect(failure.message).toContain('has nothing that this node could put back');
	});

	test('has failed when the vendor shows other values afterwards', async () => {
		const { failure, requests } = await tell({ ...OTHER_NAME, restored: { name: 'NEW' } });

		expect(requests).toEqual(['GET read', 'PUT change']);
		expect(failure.details.restored).toBe(false);
		expect(failure.message).toMatch(/were sent, but are not what the vendor shows now: look at the credential there\.$/);
	});

	const LOST = new Failure({ code: 'timeout', stage: 'change', applied: 'unknown', message: 'The vendor did not answer.', vendorMessage: 'canary' });

	test.each<[string, Partial<Story>, string[]]>([
		['the second look fails', { fresh: LOST }, ['GET read']],
		['the second look makes no sense', { fresh: 'a page' }, ['GET read']],
		['restoring fails', { restored: LOST }, ['GET read', 'PUT change']],
		['the answer to restoring makes no sense', { restored: 'a page' }, ['GET read', 'PUT change']],
		['something breaks', { fresh: new TypeError('canary') }, ['GET read']],
	])('is not tried again when %s', async (_name, changes, expected) => {
		const { failure, requests } = await tell({ ...OTHER_NAME, ...changes });

		expect(requests).toEqual(expected);
		expect(failure).toMatchObject({ kind: 'verificationFailed', applied: 'yes', retryable: false, details: { restored: false, id: 'a', hint: 'A hint.' } });
		expect(failure.message).toMatch(/^It shows other values than were sent\. Putting back the values from before did not succeed \(.+\): look at the credential at the vendor\.$/);
		expect(JSON.stringify(failure.details)).not.toContain('canary');
	});

	test('tells what has gone wrong with it', async () => {
		expect((await tell({ ...OTHER_NAME, restored: LOST })).failure.message).toContain('(The vendor did not answer.)');
	});

	test('counts a restoring whose values are not shown as done', async () => {
		expect((await tell({ ...OTHER_NAME, restored: {} })).failure.details.restored).toBe(true);
	});

	test('reads a null or a nested value from before as a value', async () => {
		const { sent, failure } = await tell({
			fields: { note: 'new', metadata: { a: [1] } },
			before: { note: null, metadata: { a: [2], b: {} } },
			answered: { note: 'NEW', metadata: { a: [1] } },
			fresh: asObject(JSON.parse('{"metadata":{"a":[1]},"note":"NEW"}')),
			restored: { note: null, metadata: { a: [2], b: {} } },
		});

		expect(failure.details.restored).toBe(true);
		expect(sent[1]!.request.body).toEqual({ note: null, metadata: { a: [2], b: {} } });
	});
});
