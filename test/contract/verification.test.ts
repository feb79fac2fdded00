import type { INodeParameters } from 'n8n-workflow';

import { describeEveryUpdate, ERROR_OUTPUT, failed, firstSuccess, isAbout, itemsFor, newSecret, onlyError, succeeded } from '../harness/subject';
import type { Answer } from '../simulator/server';

const BEFORE = 'as-it-was-before';
const SENT = 'as-it-was-sent';
const OTHER = 'as-nobody-sent-it';

/** The vendor's answer with another text in the place of the one that was sent. */
function distorted(handled: Answer | null): Answer {
	return { ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replaceAll(SENT, OTHER)) as unknown };
}

describeEveryUpdate((subject, { sendsSecret, signsIn, putsBack }) => {
	const ofVisible = async (options: INodeParameters) => {
		const { run, update } = subject();
		return await run([{ json: {} }], {
			parameters: update.visible.parameters(update.ids[0], SENT),
			options,
			settings: ERROR_OUTPUT,
		});
	};
	const lookBeforeVisible = () => subject().lookBefore(subject().update.visible.parameters(subject().update.ids[0], SENT));
	const distortAnswer = (afterwards?: () => void) => {
		const { simulator, update } = subject();
		update.visible.change(update.ids[0], BEFORE);
		simulator.server.plan({
			when: update.isChange,
			afterHandling: true,
			answer: (_request, handled) => {
				afterwards?.();
				return distorted(handled);
			},
		});
	};

	test('an answer that contradicts what was sent fails the item, and the change stays as it is', async () => {
		distortAnswer();

		const error = onlyError(await ofVisible({}));

		expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', stage: 'answer', retryable: false });
		expect(error).not.toHaveProperty('restored');
		expect(subject().update.visible.stored(subject().update.ids[0])).toBe(SENT);
		expect(subject().changes()).toHaveLength(1);
	});

	test('Report: the same item succeeds, and its result says so', async () => {
		distortAnswer();

		const item = firstSuccess(await ofVisible({ onVerificationFailure: 'report' }));

		expect(item.json).toMatchObject({ outcome: 'updated', restored: null, verification: 'mismatch', verificationDetail: { method: 'response' } });
	});

	test('without Verify, nothing is held against the answer', async () => {
		distortAnswer();

		const item = firstSuccess(await ofVisible({ verify: false, onVerificationFailure: 'restore' }));

		expect(item.json).toMatchObject({ outcome: 'updated', verification: 'skipped', verificationDetail: { method: 'none', detail: null } });
		expect(subject().requests().at(-1)).toBe(subject().changes()[0]);
		expect(subject().changes()).toHaveLength(1);
	});

	test.each<[string, (text: string) => string]>([
		['blanks', (text) => text.trim()],
		['case', (text) => text.toUpperCase()],
		['composition', (text) => text.normalize('NFC')],
	])('what the vendor has mended (%s) is no mismatch: nothing is put back, and the result says so', async (_what, mend) => {
		const { run, simulator, update, changes } = subject();
		const text = ` as-it-was-se\u0301nt `;
		simulator.server.plan({
			when: update.isChange,
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.parse(JSON.stringify(handled!.body).replaceAll(text, mend(text))) as unknown }),
		});

		const result = await run([{ json: {} }], {
			parameters: update.visible.parameters(update.ids[0], text),
			options: { onVerificationFailure: 'restore' },
			settings: ERROR_OUTPUT,
		});

		expect(failed(result)).toEqual([]);
		const { verification, verificationDetail } = firstSuccess(result).json;
		const { detail } = verificationDetail as { detail: string | null };
		expect(verification).toBe('verified');
		if (detail !== null) expect(detail).toMatch(/(^|\. )Stored with other blanks, case or line ends than were sent: [\w.]+\.$/);
		expect(changes()).toHaveLength(1);
		expect(update.visible.stored(update.ids[0])).toBe(text);
	});

	describe('Restore', () => {
		test('puts back what was there before, once, or says what a person has to do', async () => {
			distortAnswer();
			const { update, changes } = subject();
			const [id] = update.ids;

			const error = onlyError(await ofVisible({ onVerificationFailure: 'restore' }));

			expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: putsBack });
			expect(Object.keys(error).at(-1)).toBe('restored');
			expect(update.visible.stored(id)).toBe(putsBack ? BEFORE : SENT);
			expect(changes()).toHaveLength(putsBack ? 2 : 1);
			expect(error.message).toMatch(putsBack ? /were put back\.$/ : /by hand\.$/);
		});

		test('leaves alone what somebody else has changed meanwhile', async () => {
			const { update, changes } = subject();
			const [id] = update.ids;
			distortAnswer(() => update.visible.change(id, 'somebody else was here'));

			const error = onlyError(await ofVisible({ onVerificationFailure: 'restore' }));

			expect(error).toMatchObject({ code: 'verificationFailed', restored: false });
			expect(update.visible.stored(id)).toBe('somebody else was here');
			expect(changes()).toHaveLength(1);
			if (putsBack) expect(error.message).toContain('by someone else');
		});

		test('sends nothing after a change whose answer was lost', async () => {
			const { simulator, update, changes } = subject();
			update.visible.change(update.ids[0], BEFORE);
			simulator.server.plan({ when: update.isChange, times: 9, afterHandling: true, hangUp: 'beforeAnswer' });

			const error = onlyError(await ofVisible({ onVerificationFailure: 'restore' }));

			expect(error).toMatchObject({ code: 'network', applied: 'unknown' });
			expect(error).not.toHaveProperty('restored');
			expect(new Set(changes().map(({ text }) => text)).size).toBe(1);
			expect(update.visible.stored(update.ids[0])).toBe(SENT);
		});

		test('when putting back is refused, says that the change stands', async () => {
			const { simulator, update } = subject();
			if (!putsBack) return;
			distortAnswer();
			simulator.server.plan({ when: (request) => update.isChange(request) && request.text.includes(BEFORE), answer: { status: 403, body: '' } });

			const error = onlyError(await ofVisible({ onVerificationFailure: 'restore' }));

			expect(error).toMatchObject({ code: 'verificationFailed', applied: 'yes', restored: false });
			expect(error.message).toContain('did not succeed');
			expect(update.visible.stored(update.ids[0])).toBe(SENT);
		});

		test('a vendor that cannot show the credential before the change is not asked to change it', async () => {
			const { simulator, changes } = subject();
			simulator.server.plan({ when: ({ method }) => method === 'GET', times: 9, answer: { status: 403, body: '' } });

			const result = await ofVisible({ onVerificationFailure: 'restore' });

			if (!putsBack && lookBeforeVisible() !== 'always') return expect(succeeded(result)).toHaveLength(1);
			expect(onlyError(result)).toMatchObject({ code: 'permission', stage: 'read', applied: 'no' });
			expect(changes()).toHaveLength(0);
		});

		test('costs a read and changes nothing else when the answer bears out the change', async () => {
			const { update, changes, requests } = subject();

			const item = firstSuccess(await ofVisible({ onVerificationFailure: 'restore' }));

			expect(item.json).toMatchObject({ outcome: 'updated', restored: null });
			expect(changes()).toHaveLength(1);
			expect(requests()).toHaveLength(putsBack || lookBeforeVisible() !== 'none' ? 2 : 1);
			expect(update.visible.stored(update.ids[0])).toBe(SENT);
		});
	});

	test.each([
		['verify', 'perhaps', '“Verify” must be true or false'],
		['onVerificationFailure', 'explode', '“If Verification Fails” must be one of fail, report, restore'],
		['maxConcurrency', 0, '“Max Concurrency” must be a whole number from 1 to 20'],
		['maxConcurrency', 21, '“Max Concurrency” must be a whole number from 1 to 20'],
	])('refuses the option %s with the value %j before anything is sent', async (name, value, sentence) => {
		const error = onlyError(await ofVisible({ [name]: value }));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no' });
		expect(error.message).toContain(sentence);
		expect(subject().simulator.server.requests).toHaveLength(0);
	});

	describe('items side by side', () => {
		test.each([1, 3])('at most %i at a time, and as many, with results in input order however long each takes', async (maxConcurrency) => {
			const { run, simulator, update } = subject();
			const ids = [...update.ids, update.missingId];
			// The earlier in the input, the later the answer.
			for (const [index, id] of ids.entries()) {
				simulator.server.plan({ when: (request) => update.isChange(request) && isAbout(update, id)(request), delayMs: 200 - 50 * index });
			}

			const result = await run(itemsFor(ids), { options: { maxConcurrency }, settings: { onError: 'continueRegularOutput' } });

			const outputs = succeeded(result);
			expect(outputs.map(({ json }) => json.id ?? (json.error as INodeParameters).id)).toEqual(ids);
			expect(simulator.server.mostAtOnce).toBe(maxConcurrency);
		});

		test('the first request of a run goes alone, and a key that is refused is not sent for the other items', async () => {
			const { run, simulator, update, requests } = subject();
			if (signsIn) return;
			simulator.server.plan({ times: 99, answer: update.unauthorized, delayMs: 50 });

			const errors = failed(await run(itemsFor([...update.ids, update.missingId]), { settings: ERROR_OUTPUT }));

			expect(requests()).toHaveLength(1);
			expect(errors.map(({ json }) => json.error)).toEqual(
				Array(4).fill(expect.objectContaining({ code: 'authentication', applied: 'no', retryable: false })),
			);
			expect(errors.slice(1).map(({ json }) => (json.error as INodeParameters).message)).toEqual(
				Array(3).fill(expect.stringMatching(/a short while ago, so this item was not sent\. The same key is tried again from /)),
			);
		});

		test('items for one credential go one after the other, in order', async () => {
			const { run, simulator, update, changes } = subject();
			const [id, second] = update.ids;
			const texts = Array.from({ length: 6 }, (_, index) => `text-number-${index}`);
			// The first is slow: whoever does not wait for it overtakes it.
			simulator.server.plan({ when: ({ text }) => text.includes(texts[0]!), delayMs: 150 });

			const result = await run(
				[...texts.map((text) => ({ json: { id, text } })), { json: { id: second, text: 'beside them' } }],
				{ parameters: update.visible.parameters('={{ $json.id }}', '={{ $json.text }}'), options: { maxConcurrency: 20 } },
			);

			expect(succeeded(result)).toHaveLength(7);
			const ofFirst = changes().flatMap(({ text }) => /text-number-\d/.exec(text) ?? []);
			expect(ofFirst).toEqual(texts);
			expect(update.visible.stored(id)).toBe(texts.at(-1));
		});

		test('On Error: Stop names what was done, what was not, and what was not started', async () => {
			const { run, simulator, update } = subject();
			const [first, second, third] = update.ids;
			simulator.server.plan({ when: (request) => update.isChange(request) && isAbout(update, second)(request), delayMs: 100 });

			const result = await run(itemsFor([first, update.missingId, second, third]), { options: { maxConcurrency: 2 } });

			// The second item fails while the third is under way; the fourth is left alone.
			const { description } = result.error!;
			expect(description).toContain(`Failed: 1 (${update.missingId}).`);
			expect(description).toMatch(/Succeeded: [12] \(.+\)\. Failed/);
			expect(description).toMatch(/Not started: [12] \(.+\)\.$/);
			const named = [first, second, third].filter((id) => description!.includes(id));
			expect(named).toHaveLength(3);
			if (sendsSecret) expect(description).not.toContain(newSecret(0));
		});
	});
});
