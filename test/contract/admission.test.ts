import omit from 'lodash/omit';

import { jobOf } from '../harness/jobs';
import type { OperationName } from '../../nodes/kit/operation';
import { describeEveryUpdate, operationsOf, passwordFields } from '../harness/subject';
import { vendorRecords } from '../harness/vendorRecords';
import type { ReceivedRequest } from '../simulator/server';

/** That the simulator lets nobody in whom the vendor would turn away: else no test that passes on it says anything. */
describeEveryUpdate((subject, traits, nodeName) => {
	/** What the node has sent for an operation, as it can be sent again. */
	const sentFor = async (operation: OperationName) => {
		const { run, requests, simulator } = subject();
		const job = jobOf(operation, subject(), traits, 1);
		await run(job.items, job.options);
		const request = requests().at(-1)!;
		simulator.server.clear();
		return request;
	};
	const sendAgain = async ({ method, target, headers, text }: ReceivedRequest) => {
		const others = omit(headers, ['host', 'connection', 'content-length']);
		const answer = await fetch(`http://${headers.host}${target}`, { method, headers: others, ...(text === '' ? {} : { body: text }) });
		await answer.arrayBuffer();
		return answer.status;
	};
	const holdings = () => JSON.stringify(subject().simulator.holdings());

	test.each(operationsOf(nodeName))('%s without the key, or with another one, is turned away and changes nothing', async (operation) => {
		const { simulator, update } = subject();
		const request = await sentFor(operation);
		const data = simulator.credentials[update.credentialType]!;
		const keys = passwordFields(update.credentialType).map((name) => String(data[name])).filter(Boolean);
		const isKey = ([name, value]: [string, string]) => name === 'authorization' || keys.some((key) => value.includes(key));
		const before = holdings();

		const without = Object.fromEntries(Object.entries(request.headers).filter((header) => !isKey(header)));
		const withAnother = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, isKey([name, value]) ? `${value}x` : value]));

		expect(without).not.toEqual(request.headers);
		// A key can be of several parts, and each can be missed in its own way.
		for (const headers of [without, withAnother]) expect([update.unauthorized.status, 403]).toContain(await sendAgain({ ...request, headers }));
		expect(holdings()).toBe(before);
	});

	test('a request too many is turned away where the vendor publishes a limit, and only there', async () => {
		const { simulator } = subject();
		const { windows } = vendorRecords.find(({ name }) => name === nodeName)!.limits;
		const request = await sentFor('get');

		expect(simulator.limits.rules.map(({ requests, perMs }) => ({ requests, perMs }))).toEqual(expect.arrayContaining([...windows]));
		simulator.limits.useUp(simulator.server.now());

		expect(await sendAgain(request)).toBe(windows.length === 0 ? 200 : 429);
	});
});
