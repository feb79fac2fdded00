import { once } from 'node:events';

import type { IHttpRequestOptions } from 'n8n-workflow';

import { failureIn } from '../../nodes/engine/request/refusal';
import { sign } from '../../nodes/engine/request/signing';
import { type RequestContext, send } from '../../nodes/engine/request/transport';
import { memoryOf } from '../../nodes/engine/run/memory';
import type { Failure } from '../../nodes/kit/failure';
import type { VendorAnswer } from '../../nodes/kit/http';
import type { VendorRecord } from '../../nodes/kit/record';

const vendor: VendorRecord = {
	name: 'example',
	label: 'Example',
	credentialType: () => 'exampleApi',
	baseUrl: () => 'https://api.example.com',
	requestIdHeaders: ['x-request-id'],
	refusal: () => null,
	limits: { account: [], windows: [] },
	codes: {},
	hints: {},
	operations: {} as VendorRecord['operations'],
	pickers: {},
	isSafe: () => false,
	isSecret: () => false,
};

describe('what a bare status means for a change', () => {
	test.each([
		[301, 'unexpectedResponse', 'no'],
		[303, 'unexpectedResponse', 'unknown'],
		[307, 'unexpectedResponse', 'no'],
		[400, 'invalidInput', 'no'],
		[401, 'authentication', 'no'],
		[403, 'permission', 'no'],
		[404, 'notFound', 'no'],
		[408, 'timeout', 'unknown'],
		[409, 'conflict', 'no'],
		[410, 'notFound', 'no'],
		[422, 'invalidInput', 'no'],
		[423, 'locked', 'no'],
		[429, 'rateLimited', 'no'],
		[500, 'vendorUnavailable', 'unknown'],
	])('%i is %s, applied: %s', (status, code, applied) => {
		const answer: VendorAnswer = { status, headers: {}, body: undefined };

		expect(failureIn(vendor, answer, 'change')).toMatchObject({ kind: code, applied });
		expect(failureIn(vendor, answer, 'read')).toMatchObject({ kind: code, applied: 'no' });
	});

	test.each([
		['7f3e9a10-aaaa', '7f3e9a10-aaaa'],
		['two words', null],
		['<b>bold</b>', null],
		['x'.repeat(129), null],
		['', null],
	])('the request id %j is told as %j', (given, told) => {
		const answer: VendorAnswer = { status: 500, headers: { 'x-request-id': given }, body: undefined };

		expect(failureIn(vendor, answer, 'change')?.details.requestId).toBe(told);
	});
});

describe('a code of the vendor’s', () => {
	const saying = (vendorCode: string): VendorRecord => ({
		...vendor,
		codes: { bad_request: 'invalidInput', blocked: 'locked', expired: 'authentication' },
		refusal: () => ({ vendorCode, vendorMessage: null }),
	});
	const meaning = (vendorCode: string, status: number, overrides = {}) =>
		failureIn(saying(vendorCode), { status, headers: {}, body: {} }, 'change', overrides)!.kind;

	test.each([
		[401, 'authentication'],
		[404, 'notFound'],
		[423, 'locked'],
		[429, 'rateLimited'],
		[200, 'invalidInput'],
		[400, 'invalidInput'],
		[403, 'invalidInput'],
		[409, 'invalidInput'],
		[418, 'invalidInput'],
		[500, 'invalidInput'],
	])('for a request that is not in order means, with status %i, %s', (status, code) => {
		expect(meaning('bad_request', status)).toBe(code);
		expect(meaning('other', status, { codes: { other: 'invalidInput' } })).toBe(code);
	});

	test.each([400, 401, 404, 423, 429, 500])('that says more outranks status %i', (status) => {
		expect(meaning('blocked', status)).toBe('locked');
		expect(meaning('expired', status)).toBe('authentication');
		expect(meaning('bad_request', status, { codes: { bad_request: 'conflict' } })).toBe('conflict');
	});

	test('can mean something else for one operation, whichever of its codes it is; a bare status cannot', () => {
		const meanings = { notFound: 'parentNotFound' } as const;

		expect(meaning('bad_request', 404, { meanings })).toBe('parentNotFound');
		expect(meaning('something_new', 404, { meanings })).toBe('parentNotFound');
		expect(meaning('blocked', 423, { meanings })).toBe('locked');
		expect(failureIn(vendor, { status: 404, headers: {}, body: {} }, 'read', { meanings })!.kind).toBe('notFound');
	});
});

describe('send', () => {
	const sent: IHttpRequestOptions[] = [];
	const CHANGE = { method: 'PUT', path: '/things/1', body: { a: 'b' } } as const;

	/** Signs the request as a credential does, then fails as n8n's helper would. */
	async function failing(error: Error, { aborted = false, late = false } = {}): Promise<Failure> {
		const context = {
			getExecutionCancelSignal: () => (aborted ? AbortSignal.abort() : undefined),
			helpers: {
				async httpRequestWithAuthentication(this: RequestContext, _type: string, request: IHttpRequestOptions) {
					const signature = { secrets: [], sessionToken: null };
					sent.push(sign(request, { baseUrl: 'https://api.example.com', headers: {}, signature }));
					if (late) await once(this.getExecutionCancelSignal!()!, 'abort');
					throw error;
				},
			},
		} as unknown as RequestContext;
		const options = {
			account: {
				credential: { id: '', name: '', type: 'exampleApi', data: {} },
				baseUrl: 'https://api.example.com',
				refusedTokens: new Set<string>(),
			},
			timeoutMs: 1000,
			stage: 'change',
			onSent: () => {},
			onSigned: () => {},
		} as const;
		return await send(context, CHANGE, options).then(
			() => {
				throw new Error('It succeeded');
			},
			(failure: unknown) => failure as Failure,
		);
	}

	beforeEach(() => void (sent.length = 0));

	test.each([
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'ENOTFOUND',
		'ECONNREFUSED',
		'EAI_AGAIN',
	])('%s means that nothing has reached the vendor', async (code) => {
		const failure = await failing(new Error('wrapped', { cause: Object.assign(new Error('canary'), { code }) }));

		expect(failure).toMatchObject({ kind: 'network', applied: 'no' });
		expect(failure.message).not.toContain('canary');
	});

	test('a connection that breaks leaves open whether the change was made', async () => {
		const failure = await failing(Object.assign(new Error('canary'), { code: 'ECONNRESET' }));

		expect(failure).toMatchObject({ kind: 'network', applied: 'unknown', retryable: true });
		expect(failure.message).not.toContain('canary');
	});

	test('n8n’s own protection of internal addresses is told as such, and not asked again', async () => {
		const failure = await failing(new Error('The request was blocked because it resolves to a restricted IP address'));

		expect(failure).toMatchObject({ kind: 'network', applied: 'no', retryable: false });
		expect(failure.details.hint).toContain('n8n administrator');
	});

	test.each([
		['for a connection', null, 'no'],
		['for an encrypted one', { encrypted: true, secureConnecting: true }, 'no'],
		['for its answer', { encrypted: true, secureConnecting: false }, 'unknown'],
	])('the time limit ends a request that waits %s', async (_what, socket, applied) => {
		const cause = Object.assign(new Error('canceled'), { code: 'ERR_CANCELED', request: { socket } });

		const failure = await failing(new Error('wrapped', { cause }), { late: true });

		expect(failure).toMatchObject({ kind: 'timeout', applied, retryable: true });
	});

	test('nothing is sent once the execution is cancelled', async () => {
		const failure = await failing(new Error('not reached'), { aborted: true });

		expect(failure).toMatchObject({ kind: 'cancelled', applied: 'no' });
		expect(sent).toHaveLength(0);
	});

	test('asks n8n for no redirect, no status handling of its own and a body as a stream', async () => {
		await failing(new Error('any'));

		expect(sent[0]).toMatchObject({
			url: 'https://api.example.com/things/1',
			body: '{"a":"b"}',
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true },
			returnFullResponse: true,
			encoding: 'stream',
		});
	});
});

test('an outcome is remembered for its item, place and run, and for no other', () => {
	const item = { json: {} };
	memoryOf<string>('run').remember(item, 0, 'done');

	expect(memoryOf('run').recall(item, 0)).toBe('done');
	expect(memoryOf('run').recall(item, 1)).toBeUndefined();
	expect(memoryOf('run').recall({ json: {} }, 0)).toBeUndefined();
	expect(memoryOf('another').recall(item, 0)).toBeUndefined();
});
