// Teaches JSON to write a BigInt, in n8n as here.
import 'n8n-workflow';

import { DateTime } from 'luxon';

import { retryAfterMs } from '../../nodes/engine/request/retryAfter';
import { requireDay, requireMoment, toDateTime, toIsoUtc } from '../../nodes/kit/dates';
import { Failure } from '../../nodes/kit/failure';
import { asText, pick } from '../../nodes/kit/json';
import { collection, optionalText, readSwitch, requireInteger, requireObject, requireText } from '../../nodes/kit/parameters';
import { pathTo } from '../../nodes/kit/pathTo';
import { comparableSecret, verifyByAnswer } from '../../nodes/kit/verification';

function failureOf(action: () => unknown): Failure {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(Failure);
		return error as Failure;
	}
	throw new Error('Nothing was refused');
}

describe('requireText', () => {
	test.each<[unknown, string]>([
		['text', 'text'],
		[' kept as it is ', ' kept as it is '],
		[405, '405'],
		[1.5, '1.5'],
	])('takes %p', (value, text) => expect(requireText(value, 'Name')).toBe(text));

	test.each([undefined, null, '', {}, [], true, NaN, Infinity, 2 ** 53])('refuses %p, naming the field', (value) => {
		const failure = failureOf(() => requireText(value, 'Name'));

		expect(failure.kind).toBe('invalidInput');
		expect(failure.message).toContain('“Name”');
	});

	test('optionalText lets an empty value pass as absent', () => {
		expect([undefined, null, '', 'x'].map((value) => optionalText(value, 'Name'))).toEqual([null, null, null, 'x']);
	});
});

describe('requireInteger', () => {
	const bounds = { min: 1, max: 10 };

	test.each([1, 10, '7'])('takes %p', (value) => expect(requireInteger(value, 'Number', bounds)).toBe(Number(value)));

	test.each([0, 11, 1.5, '1e1', 'x', '', null, '0x5'])('refuses %p', (value) => {
		expect(failureOf(() => requireInteger(value, 'Number', bounds)).message).toContain('“Number”');
	});
});

describe('requireObject', () => {
	test('takes an object and its JSON text', () => {
		expect(requireObject({ a: 1 }, 'Data')).toEqual({ a: 1 });
		expect(requireObject('{"a":1}', 'Data')).toEqual({ a: 1 });
	});

	test('takes JSON text out of a file that begins with a byte order mark, and looks as closely at it', () => {
		expect(requireObject('\uFEFF{"a":1}', 'Data')).toEqual({ a: 1 });
		expect(requireObject('\uFEFF\r\n {"a":"\uFEFF"}', 'Data')).toEqual({ a: '\uFEFF' });
		expect(failureOf(() => requireObject('\uFEFF{"a":1,"a":2}', 'Data')).message).toContain('“a” twice');
		expect(failureOf(() => requireObject('\uFEFF\uFEFF{"a":1}', 'Data')).message).toContain('not valid JSON');
	});

	test.each(['[1]', '"x"', 'null', '5', '', undefined, [1]])('refuses %p', (value) => {
		expect(failureOf(() => requireObject(value, 'Data')).message).toContain('“Data”');
	});

	test('refuses what an expression can build and JSON cannot say', () => {
		const itself: Record<string, unknown> = {};
		itself.itself = itself;

		for (const value of [itself, { toJSON: () => { throw new Error('canary'); } }]) {
			expect(failureOf(() => requireObject(value, 'Data')).message).toMatch(/^“Data” cannot be written as JSON/);
		}
	});

	test('takes a whole number of any size, which n8n writes as text', () => {
		expect(JSON.stringify(requireObject({ a: 2n ** 64n }, 'Data'))).toBe('{"a":"18446744073709551616"}');
	});

	test('does not quote text that is not JSON, because it may be a secret', () => {
		expect(failureOf(() => requireObject('{canary', 'Data')).message).not.toContain('canary');
	});
});

describe('dates', () => {
	test.each<[unknown, string]>([
		['2030-12-31', '2030-12-31'],
		['2030-12-31T23:30:00', '2030-12-31'],
		['2030-12-31T23:30:00-05:00', '2031-01-01'],
		['2030-12-31 10:00:00', '2030-12-31'],
		[DateTime.fromISO('2030-12-31T10:00:00Z'), '2030-12-31'],
		[new Date('2030-12-31T10:00:00Z'), '2030-12-31'],
		[Date.UTC(2030, 11, 31), '2030-12-31'],
		[Date.UTC(2030, 11, 31) / 1000, '2030-12-31'],
		['Tue, 31 Dec 2030 10:00:00 GMT', '2030-12-31'],
	])('requireDay reads %p in the workflow’s zone', (value, day) => {
		expect(requireDay(value, 'Date', 'Europe/Berlin')).toBe(day);
	});

	test.each(['soon', '', null, {}, '2030-13-01', { isLuxonDateTime: true, isValid: true }])('requireDay and requireMoment refuse %p', (value) => {
		for (const read of [requireDay, requireMoment]) {
			expect(failureOf(() => read(value, 'Date', 'utc'))).toMatchObject({
				kind: 'invalidInput',
				message: expect.stringContaining('“Date”') as string,
			});
		}
	});

	test.each<[unknown, string]>([
		['2030-12-31', '2030-12-30T23:00:00.000Z'],
		['2030-12-31T10:00:00', '2030-12-31T09:00:00.000Z'],
		['2030-12-31T10:00:00-05:00', '2030-12-31T15:00:00.000Z'],
		[DateTime.fromISO('2030-12-31T10:00:00Z'), '2030-12-31T10:00:00.000Z'],
		[Date.UTC(2030, 11, 31) / 1000, '2030-12-31T00:00:00.000Z'],
	])('requireMoment reads %p in the workflow’s zone', (value, iso) => {
		expect(new Date(requireMoment(value, 'Date', 'Europe/Berlin')).toISOString()).toBe(iso);
	});

	test.each<[unknown, string | null]>([
		['2021-06-07T06:41:48.641943Z', '2021-06-07T06:41:48.641Z'],
		['2018-01-01T12:00:00.000Z', '2018-01-01T12:00:00.000Z'],
		[1_617_817_109, '2021-04-07T17:38:29.000Z'],
		[1_617_817_109_000, '2021-04-07T17:38:29.000Z'],
		[null, null],
		['never', null],
		[{}, null],
		[NaN, null],
		// What an answer can hold that looks like a luxon date without being one.
		[{ isLuxonDateTime: true, isValid: true }, null],
	])('toIsoUtc makes %p into %p', (value, iso) => expect(toIsoUtc(value)).toBe(iso));

	test('a date far outside what a calendar can hold is no date', () => {
		expect(toDateTime(8.64e15 + 1)).toBeNull();
	});
});

describe('retryAfterMs', () => {
	const date = 'Tue, 18 Apr 2017 06:30:00 GMT';
	const answer = (headers: Record<string, string>) => ({ status: 429, headers, body: undefined });

	test.each<[Record<string, string>, number | null]>([
		[{ 'retry-after': '7' }, 7_000],
		[{ 'retry-after': ' 7 ' }, 7_000],
		[{ 'retry-after': 'Tue, 18 Apr 2017 06:30:20 GMT', date }, 20_000],
		[{ 'retry-after': 'Tue, 18 Apr 2017 06:29:00 GMT', date }, 0],
		[{ 'x-reset': '1492497060', date }, 60_000],
		[{ 'retry-after': '3', 'x-reset': '1492497060', date }, 3_000],
		[{ 'retry-after': '-1' }, null],
		[{ 'retry-after': 'soon' }, null],
		[{ 'retry-after': '1000000000000' }, 1e15],
		[{ 'retry-after': '9'.repeat(400) }, Number.MAX_SAFE_INTEGER],
		[{ 'x-reset': 'NaN' }, null],
		[{}, null],
	])('%p says %p', (headers, ms) => expect(retryAfterMs(answer(headers), 'x-reset')).toBe(ms));
});

describe('ids and picked fields', () => {
	test('pathTo percent-encodes every segment', () => {
		expect(pathTo('/v1/things', 'a/b', '../x', 'é ?#')).toBe('/v1/things/a%2Fb/..%2Fx/%C3%A9%20%3F%23');
	});

	test.each(['', '.', '..', '\ud800'])('pathTo refuses %p', (id) => {
		expect(failureOf(() => pathTo('/v1', id)).kind).toBe('invalidInput');
	});

	test('asText keeps text and exact numbers only', () => {
		expect(['a', '', 5, 2 ** 53, null, {}, true].map(asText)).toEqual(['a', null, '5', null, null, null, null]);
	});

	test('pick takes own keys only', () => {
		expect(pick(JSON.parse('{"a":1,"__proto__":{"b":2}}'), ['a', 'b', 'toString'])).toEqual({ a: 1 });
		expect(pick(null, ['a'])).toEqual({});
	});

	test('collection of a parameter that is none is empty', () => {
		const parameters = { timezone: 'utc', credentialIds: {}, get: () => 'text' };
		expect(collection(parameters, 'options')).toEqual({});
	});
});

describe('verifyByAnswer', () => {
	test.each([
		[{ a: 1 }, { a: 1, b: 2 }, 'verified'],
		[{ a: { x: [1] } }, { a: { x: [1] } }, 'verified'],
		[{ a: 1 }, { a: 2 }, 'failed'],
		[{ a: 1 }, {}, 'unverifiable'],
		[{ a: 1, b: 2 }, { a: 1 }, 'unverifiable'],
		[{}, { a: 1 }, 'unverifiable'],
	])('%j against %j is %s', (sent, answered, status) => {
		expect(verifyByAnswer(sent, answered).status).toBe(status);
	});

	test.each([
		['shop', ' Shop\n', 'verified'],
		['a\r\nb', 'a\nb', 'verified'],
		['e\u0301', '\u00e9', 'verified'],
		['shop', 'shop 2', 'failed'],
		['a b', 'ab', 'failed'],
	])('%j that comes back as %j is %s, and where case and blanks count it has failed', (sent, answered, status) => {
		expect(verifyByAnswer({ name: sent }, { name: answered }).status).toBe(status);
		expect(verifyByAnswer({ name: sent }, { name: answered }, ['name']).status).toBe('failed');
	});

	test.each([
		['-----BEGIN X-----\nAB\n-----END X-----\n', '-----BEGIN X-----\\nAB\\n-----END X-----', true],
		['-----BEGIN X-----\nAB\n-----END X-----\n', '-----BEGIN X-----\r\nAB\r\n-----END X-----\r\n', true],
		['C:\\new', 'C:\new', false],
		['a secret', 'a secret ', false],
		['a secret', 'A secret', false],
	])('the secret %j and %j are the same: %j', (sent, answered, same) => {
		expect(comparableSecret(sent) === comparableSecret(answered)).toBe(same);
	});

	test('names fields and never values', () => {
		expect(verifyByAnswer({ name: 'sent' }, { name: 'other' }).detail).toBe('Other than sent: name.');
	});
});

describe('a switch', () => {
	test.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
		[undefined, false],
	])('%j is %j', (value, expected) => {
		expect(readSwitch(value, 'Return All')).toBe(expected);
	});

	test.each([null, '', 0, 1, 'yes', {}])('%j is neither on nor off', (value) => {
		expect(() => readSwitch(value, 'Return All')).toThrow('“Return All” must be true or false');
	});
});
