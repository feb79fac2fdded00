import type { INodeExecutionData } from 'n8n-workflow';

import { forms, refusalEchoing, situations } from '../harness/echoes';
import { describeEveryUpdate, passwordFields, type Subject } from '../harness/subject';
import { useDeadlines } from '../harness/time';
import { traces } from '../harness/traces';
import type { ReceivedRequest } from '../simulator/server';

/** Part of every planted secret, and of nothing else. */
const CANARY = 'canary7f3e9';

/** Escaped differently in JSON, URLs, headers and HTML. */
const SECRET = `${CANARY}-new"\\/+&=é <${CANARY}>\n${CANARY}-second-line-of-it`;
const UNUSED_IN_ITEM = `${CANARY}-in-an-input-item`;

const item = (id: string): INodeExecutionData => ({
	json: { id, secret: SECRET, unused: UNUSED_IN_ITEM, nested: { deep: [UNUSED_IN_ITEM] } },
});

describeEveryUpdate((subject, { sendsSecret }) => {
	const deadlines = useDeadlines();

	describe.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)('on error %s', (onError) => {
		test.each(situations(SECRET))('no secret in output, errors or logs %s', async (_name, fault) => {
			const { run, simulator, update, changes } = subject();
			const isSlow = fault?.delayMs !== undefined;
			const slow = { onArrival: async () => deadlines.pass() };
			// For good, so that what is sent again ends in it as well; a slow answer is left at one.
			if (fault !== null) simulator.server.plan({ ...fault, when: update.isChange, ...(isSlow ? slow : { times: 99 }) });

			const result = await run([item(update.ids[0]), item(update.missingId)], { settings: { onError } });

			// The secret really was on its way; otherwise nothing could have leaked.
			expect(changes().some(({ text }) => text.includes(CANARY))).toBe(sendsSecret);
			expectNoSecret(traces(result), subject());
		});
	});

	test('no key of the node’s own credential, not even one that the request did not carry', async () => {
		const { run, simulator, update } = subject();
		const credential = simulator.credentials[update.credentialType]!;
		const keys = passwordFields(update.credentialType).map((name) => String(credential[name] ?? ''));
		const answer = (request: ReceivedRequest) => refusalEchoing(SECRET, 400)({ ...request, text: `${request.text} ${keys.join(' ')}` });
		simulator.server.plan({ when: update.isChange, answer });

		const result = await run([item(update.ids[0])], { settings: { onError: 'continueErrorOutput' } });

		expectNoSecret(traces(result), subject());
	});

	test('no secret in the failed item when the parameters cannot be used', async () => {
		const { run, update } = subject();

		const result = await run([item('')], { parameters: update.parameters('={{ $json.secret.length ? "" : "" }}', SECRET) });

		expectNoSecret(traces(result), subject());
	});
});

function expectNoSecret(text: string, { simulator, update }: Subject): void {
	const credential = simulator.credentials[update.credentialType]!;
	const own = passwordFields(update.credentialType)
		.map((name) => String(credential[name] ?? ''))
		.filter((value) => value !== '');
	expect(own.length).toBeGreaterThan(0);
	const wanted = [CANARY, ...forms(SECRET), ...own.flatMap(forms)];
	expect(wanted.filter((form) => text.includes(form))).toEqual([]);
}
