import { failureIn, inNoPlace } from '../../nodes/engine/request/refusal';
import { failedItem } from '../../nodes/engine/run/result';
import { createRedactor } from '../../nodes/engine/secrets/redaction';
import { Failure, type FailureCode } from '../../nodes/kit/failure';
import type { RefusalOverrides } from '../../nodes/kit/record';
import { vendorRecords } from '../harness/vendorRecords';

const ANSWER = { headers: {}, body: undefined };
const STATUSES = [400, 401, 403, 404, 408, 409, 410, 418, 422, 423, 429, 500, 503];

const SECRET = 'a-secret-of-the-item';

/** The hint of a failed item in which a vendor refuses with these words; `secret`: one that the item has sent. */
function hintOf(code: FailureCode, vendorMessage: string | null, secret = SECRET): string | null {
	const failure = new Failure({ code, stage: 'change', message: 'It failed.', hint: 'Do this.', vendorMessage });
	const effort = { requests: 1, attempts: 1, durationMs: 1, requestId: null };
	const subject = { vendor: 'example', label: 'Example', operation: 'update', id: '1', name: null, rotationId: null } as const;
	const { error } = failedItem(subject, failure, effort, createRedactor([secret]), 0).json as { error: { hint: string | null } };
	return error.hint;
}

describe('a hint', () => {
	test.each<FailureCode>(['conflict', 'invalidInput', 'locked'])('after %s sends people to the vendor’s words where they are told', (code) => {
		expect(hintOf(code, 'The name is taken.')).toBe('Read the vendor’s message. Do this.');
	});

	test.each<[string, string | null, string]>([
		['none are there', null, SECRET],
		['they are withheld, because a secret is too short to be cut out', 'The name 1234 is taken.', '1234'],
	])('does not where %s', (_why, words, secret) => {
		expect(hintOf('invalidInput', words, secret)).toBe('Do this.');
	});

	test.each<FailureCode>(['authentication', 'notFound', 'vendorUnavailable'])('after %s says by itself what to do', (code) => {
		expect(hintOf(code, 'No.')).toBe('Do this.');
	});

	test.each(vendorRecords.map((vendor) => [vendor.name, vendor] as const))('of %s never counts on words that may be left out', (_name, vendor) => {
		const operations = Object.values(vendor.operations) as RefusalOverrides[];
		const hints = [vendor.hints, ...operations.map((operation) => operation.hints ?? {})].flatMap((each) => Object.values(each));
		const general = STATUSES.map((status) => failureIn(vendor, { ...ANSWER, status }, 'change')?.details.hint);

		for (const hint of [...hints, ...general]) expect(hint).not.toMatch(/\bmessage\b/);
	});

	test.each(vendorRecords.map((vendor) => [vendor.name, vendor] as const))('of %s does not speak of an ID where none was given', (_name, vendor) => {
		const { message, details } = inNoPlace(vendor, failureIn(vendor, { ...ANSWER, status: 404 }, 'read')!);

		expect(`${message} ${details.hint}`).not.toMatch(/\bID\b/);
		expect(details.hint).toContain('base URL');
	});
});

test('an answer that leaves open whether the change was made says so', () => {
	const [vendor] = vendorRecords;
	const inDoubt = (status: number) => failureIn(vendor!, { ...ANSWER, status }, 'change')!.details.hint;

	for (const status of [408, 500, 503]) expect(inDoubt(status)).toMatch(/not known: check the credential at the vendor/);
	for (const status of [400, 429]) expect(inDoubt(status)).not.toMatch(/not known/);
	expect(failureIn(vendor!, { ...ANSWER, status: 503 }, 'read')!.details.hint).not.toMatch(/not known/);
});
