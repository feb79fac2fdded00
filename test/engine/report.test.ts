import fc from 'fast-check';

import type { Wait } from '../../nodes/engine/request/throttle';
import { RunReport } from '../../nodes/engine/run/report';
import { Failure, type FailureCode } from '../../nodes/kit/failure';

const CANARY = '<b>canary</b>';
const failure = (code: FailureCode, retryAfterMs: number | null = null) =>
	new Failure({
		code,
		stage: 'change',
		message: CANARY,
		hint: CANARY,
		vendorCode: CANARY,
		vendorMessage: CANARY,
		requestId: CANARY,
		id: CANARY,
		retryAfterMs,
	});

const messages = (report: RunReport) => report.hints().map(({ message }) => message);

describe('the hints of a run', () => {
	test('are none where nothing was waited for and nothing sent again', () => {
		expect(new RunReport('Example').hints()).toEqual([]);
	});

	test.each<[Wait['reason'], number, string]>([
		[{ requests: 240, perMs: 60_000 }, 58_000, '1 item waited 58 s for Example’s limit of 240 requests a minute.'],
		[{ requests: 50, perMs: 1_000 }, 1_000, '1 item waited 1 s for Example’s limit of 50 requests a second.'],
		[{ requests: 50, perMs: 10_000 }, 10_499, '1 item waited 10 s for Example’s limit of 50 requests in 10 seconds.'],
		[{ requests: 1, perMs: 1_500 }, 1_500, '1 item waited 2 s for Example’s limit of 1 request in 1.5 seconds.'],
		['asked', 90_000, '1 item waited 90 s because Example asked for it.'],
		['pace', 2_000, '1 item waited 2 s to keep to a pace that Example accepts.'],
	])('tell of a wait with reason %j', (reason, ms, message) => {
		const report = new RunReport('Example');
		report.waited(0, { ms, reason });

		expect(report.hints()).toEqual([{ message, type: 'info', location: 'outputPane' }]);
	});

	test('say nothing of waits shorter than a second', () => {
		const report = new RunReport('Example');
		for (let item = 0; item < 100; item += 1) report.waited(item, { ms: 999, reason: 'asked' });

		expect(report.hints()).toEqual([]);
	});

	test('add up the waits of one item, and tell the longest of several', () => {
		const report = new RunReport('Example');
		for (const [item, ms] of [[0, 900], [1, 200], [0, 1_600], [2, 100]] as const) report.waited(item, { ms, reason: 'asked' });

		expect(messages(report)).toEqual(['3 items waited up to 3 s because Example asked for it.']);
	});

	test('tell of each reason by itself', () => {
		const report = new RunReport('Example');
		report.waited(0, { ms: 5_000, reason: 'asked' });
		report.waited(0, { ms: 400, reason: 'pace' });
		report.waited(1, { ms: 3_000, reason: { requests: 5, perMs: 1_000 } });
		report.waited(1, { ms: 3_000, reason: { requests: 5, perMs: 60_000 } });

		expect(messages(report)).toEqual([
			'1 item waited 5 s because Example asked for it.',
			'1 item waited 3 s for Example’s limit of 5 requests a second.',
			'1 item waited 3 s for Example’s limit of 5 requests a minute.',
		]);
	});

	test.each<[FailureCode, string]>([
		['network', 'the connection to Example broke'],
		['timeout', 'Example did not answer in time'],
		['vendorUnavailable', 'Example was not available'],
		['unexpectedResponse', 'Example did not carry it out'],
	])('tell that %s has had a request sent again', (code, cause) => {
		const report = new RunReport('Example');
		report.repeated(0, failure(code), 60_000);
		report.repeated(0, failure(code), 60_000);
		expect(messages(report)).toEqual([`For 1 item, a request was sent again because ${cause}.`]);

		report.repeated(7, failure(code), 1);
		expect(messages(report)).toEqual([`For 2 items, a request was sent again because ${cause}.`]);
	});

	test('warn of lists that may be incomplete', () => {
		const report = new RunReport('Example');
		report.repeated(0, failure('network'), 1);
		report.incomplete(3);
		expect(report.hints()).toEqual([
			{ message: 'For 1 item, the list changed while it was read, also the second time, and may be incomplete.', type: 'warning', location: 'outputPane' },
			expect.objectContaining({ type: 'info' }),
		]);

		report.incomplete(4);
		expect(messages(report)[0]).toContain('For 2 items, the list');
	});

	test('tell of a repeat after too many requests as of the wait that it is', () => {
		const report = new RunReport('Example');
		report.repeated(0, failure('rateLimited', 4_000), 4_000);
		report.repeated(1, failure('rateLimited', 0), 1_700);
		report.repeated(2, failure('rateLimited'), 1_200);

		expect(messages(report)).toEqual([
			'1 item waited 4 s because Example asked for it.',
			'2 items waited up to 2 s to keep to a pace that Example accepts.',
		]);
	});

	test('property: are plain sentences of ours, whatever has happened', () => {
		const event = fc.record({
			item: fc.nat({ max: 30 }),
			ms: fc.double({ min: 0, max: 200_000, noNaN: true }),
			what: fc.oneof(
				fc.constantFrom<FailureCode>('rateLimited', 'vendorUnavailable', 'timeout', 'network', 'authentication'),
				fc.constantFrom<Wait['reason']>('asked', 'pace', { requests: 1, perMs: 1_000 }, { requests: 200, perMs: 60_000 }, { requests: 50, perMs: 10_000 }),
			),
		});
		fc.assert(
			fc.property(fc.array(event, { maxLength: 30 }), (events) => {
				const report = new RunReport('Example');
				for (const { item, ms, what } of events) {
					if (typeof what === 'object' || what === 'asked' || what === 'pace') report.waited(item, { ms, reason: what });
					else report.repeated(item, failure(what, ms), ms);
				}

				const items = '(1 item|(?!1 )\\d+ items)';
				const waited = `^((1 item waited|(?!1 )\\d+ items waited up to) [1-9]\\d* s (because Example asked for it|to keep to a pace that Example accepts|for Example’s limit of (1 request|(?!1 )\\d+ requests) (a second|a minute|in \\d+ seconds)))\\.$`;
				const again = `^For ${items}, a request was sent again because (the connection to Example broke|Example (did not answer in time|was not available|did not carry it out))\\.$`;
				for (const message of messages(report)) expect(message).toMatch(new RegExp(`${waited}|${again}`));
				expect(new Set(messages(report)).size).toBe(messages(report).length);
			}),
			{ numRuns: 300 },
		);
	});
});
