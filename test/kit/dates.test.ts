import fc from 'fast-check';
import { DateTime } from 'luxon';

import { requireDay, requireMoment, toDateTime, toDay, toIsoUtc } from '../../nodes/kit/dates';
import { Failure } from '../../nodes/kit/failure';

/** Both sides of the date line; zones whose clocks change at midnight, by half an hour, and not at all. */
const ZONES = [
	...['utc', 'America/New_York', 'America/Los_Angeles', 'America/Havana', 'America/Santiago', 'Europe/Berlin', 'Africa/Cairo', 'Asia/Beirut'],
	...['Asia/Kolkata', 'Asia/Tokyo', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Etc/GMT+12', 'Etc/GMT-14'],
];

const zone = fc.constantFrom(...ZONES);
/** Whole seconds, many of them at or around midnight and the hours in which clocks change. */
const moment = fc
	.tuple(
		fc.integer({ min: Date.UTC(2012, 0, 1) / 86_400_000, max: Date.UTC(2199, 0, 1) / 86_400_000 }),
		fc.oneof(fc.constantFrom(0, 1, 86_399, 43_200), fc.integer({ min: 0, max: 86_399 })),
	)
	.map(([day, second]) => (day * 86_400 + second) * 1000);
const day = moment.map((ms) => DateTime.fromMillis(ms, { zone: 'utc' }).toISODate()!);

function refusalOf(action: () => unknown): string {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(Failure);
		expect((error as Failure).kind).toBe('invalidInput');
		return (error as Failure).message;
	}
	throw new Error('Nothing was refused');
}

/** Of each, luxon makes a date of some day. */
const WITHOUT_A_DAY = ['12', '1030', '10:30', '10:30:00', '1030Z', 'T10:30', '2026', '2026-11', '202611', '2026-W48', '2026-W48-5', '2026W485', '2026-331', '2026331', '+002026'];
const OTHER_NUMBERS = [46_387, 20_261_231, 90, -1, 0, 12, 1_030, 202_611, 631_151_999, 7_258_118_400, 631_151_999_999, 7_258_118_400_000, 20_261_231_235_959, -1_767_225_600, NaN, Infinity];

describe('what is no date', () => {
	test.each([...WITHOUT_A_DAY, '2026-13-01', '2026-02-30', '20261301', '31.12.2030', '12/31/2030', '2030-12-31x', '', ' ', 'soon'])('the text %j', (text) => {
		expect(toDateTime(text)).toBeNull();
		expect(toIsoUtc(text)).toBeNull();
		expect(toDay(text)).toBeNull();
		for (const read of [requireDay, requireMoment]) {
			expect(refusalOf(() => read(text, 'Due', 'Europe/Berlin'))).toMatch(/^“Due” is not a date.* such as 2030-12-31/);
		}
	});

	test.each([...OTHER_NUMBERS, ...OTHER_NUMBERS.filter((number) => Number.isFinite(number) && number !== 20_261_231).map(String), '46387.5', '1e9'])('the number %j', (number) => {
		expect(toIsoUtc(number)).toBeNull();
		for (const read of [requireDay, requireMoment]) {
			expect(refusalOf(() => read(number, 'Due', 'utc'))).toMatch(/^“Due” is not a date/);
		}
	});

	test('a number is told what it could have been', () => {
		for (const value of [46_387, ' 46387 ']) {
			expect(refusalOf(() => requireDay(value, 'Due', 'utc'))).toBe(
				'“Due” is not a date: a number counts as one only as the seconds or milliseconds since 1970, from 1990 to 2200. Enter one with year, month and day such as 2030-12-31, or an expression that yields such a date.',
			);
		}
	});
});

describe('what is one', () => {
	test.each<[unknown, string]>([
		[631_152_000, '1990-01-01T00:00:00.000Z'],
		[7_258_118_399, '2199-12-31T23:59:59.000Z'],
		[631_152_000_000, '1990-01-01T00:00:00.000Z'],
		[1_767_225_600.5, '2026-01-01T00:00:00.500Z'],
		['1767225600', '2026-01-01T00:00:00.000Z'],
		['1767225600000', '2026-01-01T00:00:00.000Z'],
		['20261231T103000Z', '2026-12-31T10:30:00.000Z'],
		['2026-12-31T10:30', '2026-12-31T10:30:00.000Z'],
		['2026-12-31 10:30:00', '2026-12-31T10:30:00.000Z'],
		['2026-12-31T10:30:00.123456+02:00', '2026-12-31T08:30:00.123Z'],
		['Thu, 31 Dec 2026 10:30:00 +0100', '2026-12-31T09:30:00.000Z'],
		['1971-06-01T00:00:00Z', '1971-06-01T00:00:00.000Z'],
		['+012026-12-31T00:00:00Z', '+012026-12-31T00:00:00.000Z'],
		['2026-12-31', '2026-12-31'],
		['20261231', '2026-12-31'],
		[' 2026-12-31 ', '2026-12-31'],
	])('%j is %s', (value, iso) => expect(toIsoUtc(value)).toBe(iso));

	test('a day is read as the workflow’s, and a moment as the day that it is there', () => {
		const given: Array<[unknown, string]> = [
			['2030-12-31', '2030-12-31'],
			['20301231', '2030-12-31'],
			['2030-12-31T23:59:59', '2030-12-31'],
			['2030-12-31T04:00:00Z', '2030-12-30'],
			['2030-12-31T00:00:00.001Z', '2030-12-30'],
			['2030-12-31T00:00:00Z', '2030-12-31'],
			['2030-12-31T00:00:00+09:00', '2030-12-31'],
			[new Date('2030-12-31'), '2030-12-31'],
			[Date.UTC(2030, 11, 31) / 1000, '2030-12-31'],
			[DateTime.utc(2030, 12, 31), '2030-12-31'],
			['Tue, 31 Dec 2030 00:00:00 GMT', '2030-12-31'],
			[DateTime.fromISO('2030-12-31T00:00:00Z', { zone: 'America/New_York' }), '2030-12-30'],
		];

		for (const [value, expected] of given) expect([value, requireDay(value, 'Due', 'America/New_York')]).toEqual([value, expected]);
	});
});

describe('property: what a result gives out, read again in any time zone', () => {
	test('is the same moment', () => {
		fc.assert(
			fc.property(moment, zone, zone, fc.constantFrom(toText, toSeconds, toMicroseconds, toOffset), (ms, there, here, answered) => {
				const given = toIsoUtc(answered(ms, there));

				expect(requireMoment(given, 'Since', here)).toBe(ms);
				expect(requireMoment(DateTime.fromISO(given!, { zone: here }), 'Since', here)).toBe(ms);
				expect(toIsoUtc(given)).toBe(given);
			}),
			{ numRuns: 500 },
		);
	});

	test('is the same day, whether it is handed on as a text, as a luxon date or as a JS date', () => {
		fc.assert(
			fc.property(day, zone, zone, (given, here, there) => {
				expect(toIsoUtc(given)).toBe(given);
				expect(requireDay(given, 'Due', here)).toBe(given);
				expect(requireDay(DateTime.fromISO(given, { zone: here }), 'Due', here)).toBe(given);
				expect(requireDay(new Date(given), 'Due', here)).toBe(given);
				expect(requireDay(`${given}T00:00:00.000Z`, 'Due', here)).toBe(given);
				expect(requireDay(DateTime.fromISO(given, { zone: there }), 'Due', here)).toBe(
					// Where the clocks of the other zone leave out midnight, it names a moment.
					DateTime.fromISO(given, { zone: there }).toISODate(),
				);
			}),
			{ numRuns: 500 },
		);
	});

	test('a time that the clocks of the zone leave out or have twice is of the day that it names', () => {
		fc.assert(
			fc.property(day, zone, fc.integer({ min: 0, max: 1_439 }), (given, here, minute) => {
				const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

				expect(requireDay(`${given}T${time}:00`, 'Due', here)).toBe(given);
			}),
			{ numRuns: 500 },
		);
	});
});

const toText = (ms: number) => new Date(ms).toISOString();
const toSeconds = (ms: number) => ms / 1000;
const toMicroseconds = (ms: number) => new Date(ms).toISOString().replace('Z', '321Z');
const toOffset = (ms: number, there: string) => DateTime.fromMillis(ms, { zone: there }).toISO();
