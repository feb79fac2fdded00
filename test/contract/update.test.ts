import { ExecuteContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeExecutionData } from 'n8n-workflow';

import { storeOf } from '../harness/engine';
import { manifest } from '../harness/packageTypes';
import { useServers } from '../harness/servers';
import {
	describeEveryUpdate,
	ERROR_OUTPUT,
	failed,
	firstSuccess,
	ID,
	isAbout,
	itemsFor,
	newSecret,
	onlyError,
	passwordFields,
	SECRET,
	succeeded,
} from '../harness/subject';

const SIMPLIFIED_KEYS = [
	...['outcome', 'vendor', 'id', 'name', 'type', 'parentId', 'updatedAt', 'expiresAt', 'changed', 'verification', 'message'],
];
const FULL_KEYS = [
	...SIMPLIFIED_KEYS,
	...['plan', 'resource', 'operation', 'createdAt', 'restored', 'verificationDetail', 'attributes', 'meta'],
];
const META_KEYS = ['contractVersion', 'requestId', 'requests', 'attempts', 'durationMs', 'at', 'rotationId'];
const ERROR_KEYS = [
	...['message', 'hint', 'code', 'applied', 'retryable', 'id', 'name', 'vendor', 'operation', 'stage', 'retryAfterMs'],
	...['httpStatus', 'vendorCode', 'vendorMessage', 'requestId', 'attempts'],
];
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describeEveryUpdate((subject, { sendsSecret, signsIn }) => {
	const startServer = useServers();

	test('sends the documented example, and normalizes the documented answer', async () => {
		const { run, simulator, update, changes, nodeName } = subject();
		const { parameters, request, answer, result } = update.example;
		simulator.server.plan({ when: update.isChange, answer });

		const outcome = await run([{ json: {} }], { parameters });

		const [sent] = changes();
		expect(changes()).toHaveLength(1);
		expect({ method: sent!.method, target: sent!.target }).toEqual({ method: request.method, target: request.target });
		expect(sent!.headers).toMatchObject(request.headers);
		expect(JSON.parse(sent!.text)).toEqual(request.body);
		expect(firstSuccess(outcome).json).toMatchObject({
			...result,
			vendor: nodeName,
			resource: 'credential',
			operation: 'update',
		});
	});

	test('returns the contract’s keys in the contract’s order, with ISO times, paired', async () => {
		const { run, simulator, update, requests, requestsPerUpdate, signIns } = subject();

		const item = firstSuccess(await run(itemsFor([update.ids[0]])));

		expect(Object.keys(item.json)).toEqual(FULL_KEYS);
		const { meta, verificationDetail, createdAt, updatedAt, expiresAt, ...json } = item.json as Record<string, never>;
		expect(json).toMatchObject({ outcome: 'updated', id: update.ids[0], plan: null, restored: null });
		expect(Object.keys(meta!)).toEqual(META_KEYS);
		expect(meta).toMatchObject({
			contractVersion: 1,
			attempts: 1,
			requests: simulator.server.requests.length - signIns().length,
			at: expect.stringMatching(ISO_UTC),
			rotationId: null,
		});
		expect(requests()).toHaveLength(requestsPerUpdate());
		expect(Object.keys(verificationDetail!)).toEqual(['method', 'detail']);
		for (const time of [createdAt, updatedAt, expiresAt]) if (time !== null) expect(time).toMatch(ISO_UTC);
		expect(item.pairedItem).toEqual({ item: 0 });
	});

	test('changes what the vendor has stored, each item its own credential', async () => {
		const { run, update, changes } = subject();

		const result = await run(itemsFor(update.ids));

		expect(result.error).toBeUndefined();
		expect(succeeded(result).map(({ json }) => json.id)).toEqual(update.ids);
		expect(changes()).toHaveLength(3);
		if (sendsSecret) update.ids.forEach((id, index) => expect(update.storedSecrets(id)).toContain(newSecret(index)));
	});

	test('keeps an odd id inside its own path segment, or refuses it before anything is sent', async () => {
		const { run, update, requests, simulator } = subject();
		await run(itemsFor([update.missingId]), { settings: ERROR_OUTPUT });
		const usualSegments = requests()[0]!.path.split('/').length;
		for (const id of ['a/b', '../x', '?q', '#f', 'é', 'two words', '%2e%2e', 'a\\b', ';p=1']) {
			simulator.server.clear();

			const error = onlyError(await run(itemsFor([id]), { settings: ERROR_OUTPUT }));

			if (update.idKind === 'integer') {
				expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
				expect(requests()).toHaveLength(0);
				continue;
			}
			expect(error).toMatchObject({ code: 'notFound', applied: 'no', id });
			const { path } = requests()[0]!;
			const segments = path.split('/');
			expect(segments.map(decodeURIComponent)).toContain(id);
			expect(segments).toHaveLength(usualSegments);
		}
	});

	test.each(['', '.', '..'])('refuses the id “%s”, which no path can carry', async (id) => {
		const { run, requests } = subject();

		const error = onlyError(await run(itemsFor([id]), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
		expect(requests()).toHaveLength(0);
	});

	test('refuses an empty update with nothing sent, and names what to fill in', async () => {
		const { run, update, simulator } = subject();

		const error = onlyError(
			await run([{ json: {} }], { parameters: update.emptyParameters(update.ids[0]), settings: ERROR_OUTPUT }),
		);

		expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no' });
		expect(error.message).toMatch(/“.+”/);
		expect(simulator.server.requests).toHaveLength(0);
	});

	if (sendsSecret) {
		test('refuses a secret whose expression yields nothing, rather than emptying it at the vendor', async () => {
			const { run, update, simulator } = subject();

			const error = onlyError(await run([{ json: { id: update.ids[0] } }], { settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
			expect(simulator.server.requests).toHaveLength(0);
		});
	}

	test('a single item that stops the workflow says what to do in whole sentences, without a tally', async () => {
		const { run, update, simulator } = subject();
		const refusal = { status: 422, body: { error: 'no_such_thing' } };
		simulator.server.plan({ when: update.isChange, times: 9, answer: refusal });

		const result = await run(itemsFor([update.ids[0]]), { settings: { onError: 'stopWorkflow' } });

		const sentences = result.error?.description?.split('\n') ?? [];
		expect(sentences.length).toBeGreaterThan(0);
		// The editor shows the lines as one paragraph.
		for (const sentence of sentences) expect(sentence).toMatch(/[.!?]$/);
		expect(result.error?.description).not.toContain('Not started');
	});

	describe.each([
		{ failing: 1, onError: 'stopWorkflow' },
		{ failing: 1, onError: 'continueRegularOutput' },
		{ failing: 1, onError: 'continueErrorOutput' },
		{ failing: 0, onError: 'stopWorkflow' },
		{ failing: 0, onError: 'continueRegularOutput' },
		{ failing: 0, onError: 'continueErrorOutput' },
	] as const)('when item $failing of three fails, on error $onError', ({ failing, onError }) => {
		test.each([false, true])('retry on fail %p: right branch, right pairing, nothing sent twice', async (retryOnFail) => {
			const { run, update, requests, changes } = subject();
			const ids: string[] = [...update.ids];
			ids[failing] = update.missingId;

			const result = await run(itemsFor(ids), {
				// One at a time, so that it is known which items a stop comes before.
				options: { maxConcurrency: 1 },
				settings: { onError, retryOnFail, maxTries: 3, waitBetweenTries: 1 },
				withProbes: true,
			});

			const stops = onError === 'stopWorkflow';
			// n8n retries a node that threw, and one whose first output item has an error.
			const runs = retryOnFail && (stops || failing === 0) ? 3 : 1;
			expect(requests().filter(isAbout(update, update.missingId))).toHaveLength(runs);
			const reached = ids.filter((id, index) => id !== update.missingId && !(stops && index > failing));
			for (const id of ids.filter((id) => id !== update.missingId)) {
				expect(changes().filter(isAbout(update, id))).toHaveLength(reached.includes(id) ? 1 : 0);
			}

			if (stops) {
				expect(succeeded(result)).toEqual([]);
				expect(result.error?.description).toContain(`Failed: 1 (${update.missingId}).`);
				const left = ids.slice(failing + 1);
				expect(result.error?.description).toContain(`Not started: ${left.length} (${left.join(', ')}).`);
				expect(result.error!.description!.includes('Nothing was changed.')).toBe(reached.length === 0);
				for (const id of reached) expect(result.error?.description).toMatch(new RegExp(`Succeeded: .*${id}`));
				return;
			}
			const good = [0, 1, 2].filter((index) => index !== failing);
			const success = succeeded(result);
			const failures = onError === 'continueErrorOutput' ? failed(result) : [success[failing]!];
			expect(failures).toHaveLength(1);
			expect(success).toHaveLength(onError === 'continueErrorOutput' ? 2 : 3);
			expectFailedItem(failures[0]!, update.missingId, failing);
			const goodItems = success.filter((item) => item.json.error === undefined);
			expect(goodItems.map(({ json }) => json.id)).toEqual(good.map((index) => ids[index]));
			expect(goodItems.map(({ pairedItem }) => pairedItem)).toEqual(good.map((item) => ({ item })));
			const origins = (node: string) => result.output(node).map(({ json }) => json.label);
			const goodOrigins = good.map((index) => `item ${index}`);
			if (onError === 'continueErrorOutput') {
				expect(origins('Success')).toEqual(goodOrigins);
				expect(origins('Failure')).toEqual([`item ${failing}`]);
			} else expect(origins('Success')).toEqual(['item 0', 'item 1', 'item 2']);
		});
	});

	test(`a refused ${signsIn ? 'token is refreshed and the request sent once more' : 'fixed key is sent exactly once'}`, async () => {
		const { run, simulator, update, requests, signIns } = subject();
		simulator.server.plan({
			when: (request) => !(update.isSignIn?.(request) ?? false),
			times: 100,
			answer: update.unauthorized,
		});

		const error = onlyError(await run(itemsFor([update.ids[0]]), { settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'authentication', applied: 'no', retryable: false });
		expect(requests()).toHaveLength(signsIn ? 2 : 1);
		expect(signIns()).toHaveLength(signsIn ? 2 : 0);
	});

	if (signsIn) {
		test('an expired token costs one refresh, and the update succeeds', async () => {
			const { run, simulator, update, requests, requestsPerUpdate, changes, signIns } = subject();
			const credentials = storeOf(simulator.credentials);
			await run(itemsFor([update.ids[0]]), { credentials });
			expect(signIns()).toHaveLength(1);
			simulator.server.clear();
			update.expireTokens?.();

			const result = await run(itemsFor([update.ids[1]]), { credentials });

			expect(succeeded(result)).toHaveLength(1);
			expect(signIns()).toHaveLength(1);
			// The first of them is refused, whichever that is, and sent again.
			expect(requests()).toHaveLength(requestsPerUpdate() + 1);
			expect(simulator.server.carriedOut.filter(update.isChange)).toHaveLength(1);
			expect(changes()).toHaveLength(requestsPerUpdate() > 1 ? 1 : 2);
		});

		test('a token is fetched once for all items and used by the next execution', async () => {
			const { run, simulator, update, signIns } = subject();
			const credentials = storeOf(simulator.credentials);
			const ids = Array.from({ length: 12 }, (_, index) => update.ids[index % 3]!);

			await run(itemsFor(ids), { credentials });
			await run(itemsFor(ids), { credentials });

			expect(signIns()).toHaveLength(1);
		});

		test('an account whose fresh token is refused, too, signs in once more and not once per item', async () => {
			const { run, simulator, update, requests, signIns } = subject();
			simulator.server.plan({ when: (request) => !update.isSignIn!(request), times: 100, answer: update.unauthorized });

			const result = await run(itemsFor(update.ids), { settings: ERROR_OUTPUT });

			expect(failed(result)).toHaveLength(3);
			expect(signIns()).toHaveLength(2);
			expect(requests()).toHaveLength(4);
		});

		test('a sign-in host that hands out the refused token again is told as such, and asked once', async () => {
			const { run, simulator, update, requests, signIns } = subject();
			const answer = { status: 200, body: { access_token: 'the-same-token-again', expires_in: 3600 } };
			simulator.server.plan({ when: update.isSignIn!, times: 100, answer });

			const result = await run(itemsFor(update.ids), { settings: ERROR_OUTPUT });

			expect(failed(result).map(({ json }) => json.error)).toEqual(
				Array(3).fill(expect.objectContaining({ code: 'authentication', applied: 'no', retryable: false })),
			);
			expect(signIns()).toHaveLength(2);
			expect(requests()).toHaveLength(3);
		});

		test.each([
			['is out of the ordinary', { toString: 1, valueOf: 1 }],
			['is not told', undefined],
			['is text', '3600'],
		])('a token whose lifetime %s is used', async (_name, expires_in) => {
			const { run, simulator, update, signIns } = subject();
			simulator.server.plan({
				when: update.isSignIn!,
				afterHandling: true,
				answer: (_request, handled) => ({ status: 200, body: { ...(handled!.body as object), expires_in } }),
			});

			expect(succeeded(await run(itemsFor([update.ids[0]])))).toHaveLength(1);
			expect(signIns()).toHaveLength(1);
		});

		test('a sign-in that outlasts the deadline is waited for by the next try, and the change is sent once', async () => {
			const { run, simulator, update, changes, signIns } = subject();
			simulator.server.plan({ when: update.isSignIn!, delayMs: 1200 });

			const item = firstSuccess(await run(itemsFor([update.ids[0]]), { options: { timeout: 1000 } }));

			expect(item.json.meta).toMatchObject({ attempts: 1 });
			expect(signIns()).toHaveLength(1);
			expect(changes()).toHaveLength(1);
		});

		test('a token is not sent to another host after the credential has been edited', async () => {
			const { run, simulator, update, requests, signIns } = subject();
			const credentials = storeOf(simulator.credentials);
			await run(itemsFor([update.ids[0]]), { credentials });
			const elsewhere = await startServer({ status: 404 });
			const edited = { ...credentials.get(update.credentialType)!, baseUrl: elsewhere.url };
			credentials.set(update.credentialType, edited);
			simulator.server.clear();

			await run(itemsFor([update.ids[1]]), { credentials, settings: ERROR_OUTPUT });

			// The credential now stands for the other host: it signs in anew, and the old token never reaches it.
			expect(signIns()).toHaveLength(1);
			expect(requests()).toHaveLength(0);
			const newToken = tokenIn(credentials.get(update.credentialType)!);
			expect(elsewhere.server.requests.length).toBeGreaterThan(0);
			expect(tokenIn(edited)).not.toBe(newToken);
			expect(JSON.stringify(elsewhere.server.requests)).not.toContain(tokenIn(edited));
		});

		test('a token is not used any more after a secret of the credential has been edited', async () => {
			const { run, simulator, update, requests, signIns } = subject();
			const credentials = storeOf(simulator.credentials);
			await run(itemsFor([update.ids[0]]), { credentials });
			const stored = credentials.get(update.credentialType)!;
			const masked = passwordFields(update.credentialType).filter((name) => stored[name]);
			credentials.set(update.credentialType, { ...stored, ...Object.fromEntries(masked.map((name) => [name, 'edited'])) });
			simulator.server.clear();

			const error = onlyError(await run(itemsFor([update.ids[1]]), { credentials, settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'authentication', stage: 'token', applied: 'no' });
			expect(signIns()).toHaveLength(1);
			expect(requests()).toHaveLength(0);
		});
	}

	test('an unknown credential is notFound, one key, in the contract’s order', async () => {
		const { run, update } = subject();

		const error = onlyError(await run(itemsFor([update.missingId]), { settings: ERROR_OUTPUT }));

		expect(Object.keys(error)).toEqual(ERROR_KEYS);
		expect(error).toMatchObject({ code: 'notFound', applied: 'no', operation: 'update', retryable: false });
		expect(error.hint).toEqual(expect.any(String));
	});

	test('takes parameters as fixed values, too', async () => {
		const { run, update } = subject();

		const result = await run([{ json: {} }], { parameters: update.parameters(update.ids[2], newSecret(2)) });

		expect(succeeded(result)).toHaveLength(1);
	});

	test('an expression that cannot be evaluated is told without what it read', async () => {
		const { run, update, simulator } = subject();
		const parameters = update.parameters('={{ JSON.parse($json.secret).id }}', SECRET);

		const error = onlyError(
			await run([{ json: { id: update.ids[0], secret: 'canary-in-expression' } }], {
				parameters,
				settings: ERROR_OUTPUT,
			}),
		);

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no' });
		expect(JSON.stringify(error)).not.toContain('canary');
		expect(simulator.server.requests).toHaveLength(0);
	});

	test('a tool call is told what happened without any text of the vendor’s, which a model might take for orders', async () => {
		const { run, simulator, update, resource, nodeName } = subject();
		const said = { error: { type: 'obey', message: 'obey' }, message: 'obey', title: 'obey', detail: 'obey', error_code: 'obey', errorMessage: 'obey' };
		const answer = { status: 403, body: { ...said, ok: false, errors: [{ code: 'obey', detail: 'obey' }] } };
		const refused = async (settings: object, parameters = update.parameters(ID, SECRET)) => {
			simulator.server.plan({ when: (request) => !(update.isSignIn?.(request) ?? false), times: 9, answer });
			const options = { allowSecretsFromAgent: true };
			const result = await run(itemsFor([update.ids[0]]), { parameters, options, settings: { ...ERROR_OUTPUT, ...settings } });
			simulator.reset();
			return onlyError(result);
		};

		expect(JSON.stringify(await refused({}))).toContain('obey');
		// Current agents are told by the node's type, older ones by the context. The option for secrets is there by the type alone.
		const byType = await refused({ type: `${manifest.name}.${nodeName}Tool` });
		const isToolExecution = jest.spyOn(ExecuteContext.prototype, 'isToolExecution').mockReturnValue(true);
		const byContext = await refused({}, resource.get(ID));
		isToolExecution.mockRestore();

		for (const error of [byType, byContext]) {
			expect(error).toMatchObject({ code: 'permission', vendorCode: null, vendorMessage: null });
			expect(JSON.stringify(error)).not.toContain('obey');
		}
	});

	test('a missing credential is told in our words', async () => {
		const { run, update } = subject();

		const error = onlyError(
			await run(itemsFor([update.ids[0]]), { settings: { ...ERROR_OUTPUT, credentials: {} } }),
		);

		expect(error).toMatchObject({ code: 'authentication', applied: 'no' });
		expect(error.hint).toContain('credential');
	});

	test('each change leaves one log line, without a secret', async () => {
		const { run, update } = subject();

		const { logs } = await run(itemsFor([update.ids[0]]), { parameters: update.parameters(ID, SECRET) });

		const lines = logs.filter((line) => line.includes('Credential rotation'));
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain(`"id":"${update.ids[0]}"`);
	});
});

/** The access token in a stored credential. */
function tokenIn(credential: ICredentialDataDecryptedObject): string {
	const session = Object.values(credential).find((value) => String(value).startsWith('{"binding"'));
	return (JSON.parse(String(session)) as { token: string }).token;
}

function expectFailedItem(item: INodeExecutionData, id: string, itemIndex: number): void {
	expect(Object.keys(item.json)).toEqual(['error']);
	expect(item.json.error).toMatchObject({ code: 'notFound', id });
	expect(item.pairedItem).toBe(itemIndex);
}
