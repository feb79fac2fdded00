import fc from 'fast-check';

import { resetMs, retryAfterMs } from '../../nodes/engine/request/retryAfter';
import type { VendorAnswer } from '../../nodes/kit/http';

const RESET = 'x-reset';
const SECOND = 1_000;
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** What this machine takes for the time in a test; what the time really is, the tests say themselves. */
const HERE = Date.UTC(2026, 10, 22, 12, 0, 0, 500);

const answer = (headers: Record<string, string>): VendorAnswer => ({ status: 429, headers, body: undefined });

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number, filler = '0') => String(number).padStart(2, filler);

/** The three formats that RFC 9110 §5.6.7 has recipients read. */
const FORMATS: Readonly<Record<string, (ms: number) => string>> = {
	'IMF-fixdate': (ms) => new Date(ms).toUTCString(),
	'RFC 850': (ms) => {
		const date = new Date(ms);
		const day = [two(date.getUTCDate()), MONTHS[date.getUTCMonth()], two(date.getUTCFullYear() % 100)].join('-');
		return `${WEEKDAYS[date.getUTCDay()]}, ${day} ${date.toISOString().slice(11, 19)} GMT`;
	},
	asctime: (ms) => {
		const date = new Date(ms);
		const day = [WEEKDAYS[date.getUTCDay()]!.slice(0, 3), MONTHS[date.getUTCMonth()], two(date.getUTCDate(), ' ')].join(' ');
		return `${day} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
	},
};
const httpDate = FORMATS['IMF-fixdate']!;
const floored = (ms: number) => Math.floor(ms / SECOND) * SECOND;
const epochSecond = (ms: number) => String(Math.ceil(ms / SECOND));

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(HERE));
afterEach(() => jest.restoreAllMocks());

describe('Retry-After', () => {
	test.each<[string, number | null]>([
		['0', 0],
		['1', 1_000],
		['007', 7_000],
		['\t120 ', 120_000],
		['999999999999', 999_999_999_999_000],
		['9999999999999', Number.MAX_SAFE_INTEGER],
		['-1', null],
		['+1', null],
		['1.5', 1_500],
		['12.5', 12_500],
		['0.25', 250],
		['1.', null],
		['.5', null],
		['1.5.2', null],
		['1,5', null],
		['1e3', null],
		['0x10', null],
		['١٢', null],
		['1, 2', null],
		['', null],
		['soon', null],
		['NaN', null],
		['Infinity', null],
		['2026-11-22T12:00:10Z', null],
		['Sun, 31 Feb 2026 12:00:00 GMT', null],
		['Sun, 22 Nov 2026 25:00:00 GMT', null],
	])('of %j asks for %p ms', (text, ms) => expect(retryAfterMs(answer({ 'retry-after': text }))).toBe(ms));

	test('is not there', () => expect(retryAfterMs(answer({}))).toBeNull());

	test.each(Object.entries(FORMATS))('is read as a date in the format %s', (_name, format) => {
		const said = { 'retry-after': format(HERE + 90 * SECOND), date: format(HERE) };

		expect(retryAfterMs(answer(said))).toBe(90 * SECOND);
	});

	test('is looked at before the header with the end of the window', () => {
		expect(retryAfterMs(answer({ 'retry-after': '3', [RESET]: epochSecond(HERE + HOUR) }), RESET)).toBe(3_000);
		expect(retryAfterMs(answer({ 'retry-after': 'soon', [RESET]: epochSecond(HERE + 1_500) }), RESET)).toBe(1_500);
		expect(retryAfterMs(answer({ [RESET]: epochSecond(HERE + 1_500) }))).toBeNull();
	});
});

describe('the end of a window', () => {
	test.each(['', 'soon', '-5', '1.5e9', '1795348800.5', '9'.repeat(13), 'NaN', '0x5'])('of %j is none', (text) => {
		expect(resetMs(answer({ [RESET]: text }), RESET)).toBeNull();
	});

	test('is none without its header', () => expect(resetMs(answer({}), RESET)).toBeNull());

	test('that is over asks for nothing', () => {
		expect(resetMs(answer({ [RESET]: '0' }), RESET)).toBe(0);
		expect(resetMs(answer({ [RESET]: '1', date: httpDate(HERE) }), RESET)).toBe(0);
	});

	test('in 2099 asks for more than anybody waits, and not for nothing', () => {
		expect(resetMs(answer({ [RESET]: '4070908800', date: httpDate(HERE) }), RESET)).toBeGreaterThan(70 * YEAR);
		expect(resetMs(answer({ [RESET]: '4070908800' }), RESET)).toBeGreaterThan(70 * YEAR);
	});

	test('is measured against this machine’s clock when there is no date', () => {
		expect(resetMs(answer({ [RESET]: epochSecond(HERE + 9_500) }), RESET)).toBe(9_500);
	});

	test.each(['', 'now', httpDate(HERE - 2 * YEAR), httpDate(HERE + 2 * YEAR), `${httpDate(HERE)}, ${httpDate(HERE)}`])(
		'is measured against this machine’s clock when the date, %j, makes no sense',
		(date) => expect(resetMs(answer({ [RESET]: epochSecond(HERE + 9_500), date }), RESET)).toBe(9_500),
	);

	test('a day away is still measured against the answer’s date, one beyond it against the clock that makes sense of it', () => {
		const day = 24 * HOUR;
		const end = epochSecond(floored(HERE) + day);

		expect(resetMs(answer({ [RESET]: end, date: httpDate(HERE) }), RESET)).toBe(day);
		expect(resetMs(answer({ [RESET]: end, date: httpDate(HERE - SECOND) }), RESET)).toBe(day - 500);
	});
});

/** How far off a clock may be: not at all, by seconds, hours or years, either way. */
const offBy = fc.oneof(fc.constant(0), ...[10 * SECOND, 20 * HOUR, 40 * YEAR].map((most) => fc.integer({ min: -most, max: most })));

const within2000to2060 = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });

describe('a clock that is off', () => {
	test('property: does not bring a request back early, nor late by more than the second that dates are told in', () => {
		fc.assert(
			fc.property(
				fc.record({ trueNow: within2000to2060, vendorOff: offBy, hereOff: offBy, waitMs: fc.integer({ min: 0, max: 20 * HOUR }), format: fc.constantFrom(...Object.values(FORMATS)), asDate: fc.boolean() }),
				({ trueNow, vendorOff, hereOff, waitMs, format, asDate }) => {
					jest.spyOn(Date, 'now').mockReturnValue(trueNow + hereOff);
					const vendorNow = Math.max(Date.UTC(1971, 0, 1), trueNow + vendorOff);
					fc.pre(vendorNow < Date.UTC(2060, 0, 1));
					// An honest vendor rounds the end up; a date in a header is always cut down to the second.
					const end = Math.ceil((vendorNow + waitMs) / SECOND) * SECOND;
					const date = format(vendorNow);
					const headers: Record<string, string> = asDate ? { 'retry-after': format(end), date } : { [RESET]: epochSecond(end), date };

					const ms = retryAfterMs(answer(headers), RESET)!;

					expect(ms).toBeGreaterThanOrEqual(waitMs);
					expect(ms).toBeLessThan(waitMs + 2 * SECOND);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	test('property: at the proxy that writes the date, by more than a day, has no say while this machine’s is right', () => {
		fc.assert(
			fc.property(within2000to2060, fc.integer({ min: 0, max: 20 * HOUR }), fc.integer({ min: 48 * HOUR, max: 20 * YEAR }), fc.boolean(), (trueNow, waitMs, off, isAhead) => {
				jest.spyOn(Date, 'now').mockReturnValue(trueNow);
				const end = Math.ceil((trueNow + waitMs) / SECOND) * SECOND;

				const ms = resetMs(answer({ [RESET]: epochSecond(end), date: httpDate(trueNow + (isAhead ? off : -off)) }), RESET)!;

				expect(ms).toBe(end - trueNow);
			}),
		);
	});
});

describe('whatever the headers hold', () => {
	const digits = fc.stringMatching(/^[0-9]{0,400}$/);
	const garbage = fc.oneof(
		fc.string(),
		fc.string({ unit: 'grapheme' }),
		digits,
		digits.map((text) => `-${text}`),
		fc.tuple(digits, digits).map(([whole, rest]) => `${whole}.${rest}`),
		fc.tuple(digits, digits).map(([mantissa, exponent]) => `${mantissa}e${exponent}`),
		fc.tuple(fc.date({ noInvalidDate: true }), fc.constantFrom(...Object.values(FORMATS))).map(([date, format]) => format(date.getTime())),
		fc.constantFrom('NaN', 'Infinity', '-0', 'null', '[object Object]', '0'),
	);

	test('property: the wait is a whole number of milliseconds, never negative, or none', () => {
		fc.assert(
			fc.property(fc.option(garbage, { nil: undefined }), fc.option(garbage, { nil: undefined }), fc.option(garbage, { nil: undefined }), (retryAfter, reset, date) => {
				const headers = Object.fromEntries(Object.entries({ 'retry-after': retryAfter, [RESET]: reset, date }).filter(([, text]) => text !== undefined)) as Record<string, string>;

				for (const ms of [retryAfterMs(answer(headers), RESET), retryAfterMs(answer(headers)), resetMs(answer(headers), RESET)]) {
					expect(ms === null || (Number.isInteger(ms) && ms >= 0)).toBe(true);
				}
			}),
			{ numRuns: 1_000 },
		);
	});
});
