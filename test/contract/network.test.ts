import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';

import mapValues from 'lodash/mapValues';

import { STRANGER } from '../harness/certificate';
import { storeOf } from '../harness/engine';
import { plainHost, rawHost, tunnelProxy, untrustedHost, type Stop, type TunnelAnswer } from '../harness/network';
import { describeEveryUpdate, ERROR_OUTPUT, failed, itemsFor, types, type Subject } from '../harness/subject';

/** Tries of one request, the first included. */
const MOST_TRIES = 5;

const UNREACHED = { code: 'network', applied: 'no', retryable: true };
const NOT_TO_BE_REPEATED = { code: 'network', applied: 'no', retryable: false };

const PAGE = '<!doctype html><title>Access denied</title>';
const withPage = (status: number): TunnelAnswer => ({ status, headers: `Content-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n`, body: PAGE });

/** Hosts that do not get as far as reading a request. */
const NEVER_REACHED: Array<[string, () => Promise<Stop>, object, string]> = [
	['speaks plain http', plainHost, UNREACHED, 'no encrypted connection'],
	['hangs up at once', async () => await rawHost((socket) => void socket.destroy()), UNREACHED, 'could not be reached'],
	[
		'resets the connection while encryption is being agreed on',
		async () => await rawHost((socket) => void socket.once('data', () => socket.resetAndDestroy())),
		UNREACHED,
		'could not be reached',
	],
	['has a certificate that nobody trusts', untrustedHost, NOT_TO_BE_REPEATED, 'does not trust the certificate'],
];

/** The part of the way to a vendor that is tried: its own host, or the one where it gives out access tokens. */
type Place = 'baseUrl' | 'authBaseUrl';

const stops: Stop[] = [];
async function started<T extends Promise<Stop>>(stop: T): Promise<Awaited<T>> {
	const running = await stop;
	stops.push(running);
	return running;
}
const environment = { ...process.env };
afterEach(async () => {
	process.env = { ...environment };
	await Promise.all(stops.splice(0).map(async (stop) => await stop.close()));
});

async function behindProxy(answer: TunnelAnswer): Promise<Stop> {
	const proxy = await started(tunnelProxy(() => answer));
	process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
	process.env.NO_PROXY = '';
	return proxy;
}

/** Two items, with one of the vendor’s hosts at another address. */
async function runWith({ run, simulator, update }: Subject, place: Place, url: string, options = {}) {
	const credentials = storeOf(
		mapValues(simulator.credentials, (data, type) => (type === update.credentialType ? { ...data, [place]: url } : data)),
	);
	return await run(itemsFor([update.ids[0], update.ids[1]]), { credentials, options, settings: ERROR_OUTPUT });
}

const errorsOf = (result: Awaited<ReturnType<typeof runWith>>) => failed(result).map(({ json }) => json.error as Record<string, unknown>);
const wordsOf = (error: Record<string, unknown>) => `${String(error.message)} ${String(error.hint)}`;

/** Has Node trust in a certificate, for whatever host: what n8n’s environment names is read as Node starts. */
function trustIn(ca: string): void {
	const connect = tls.connect as (options: ConnectionOptions) => TLSSocket;
	jest.spyOn(tls, 'connect').mockImplementation(((options: ConnectionOptions) => connect({ ...options, ca, servername: 'localhost' })) as typeof tls.connect);
}

function placesOf(nodeName: string): Place[] {
	const { credentials = [] } = types.nodes.get(nodeName)!.description;
	const signsIn = credentials.some(({ name }) => types.credentials.get(name)!.properties.some((field) => field.name === 'authBaseUrl'));
	return signsIn ? ['baseUrl', 'authBaseUrl'] : ['baseUrl'];
}

describeEveryUpdate((subject, _traits, nodeName) => {
	describe.each(placesOf(nodeName))('the host in %s', (place) => {
		const reach = async (url: string, options = {}) => errorsOf(await runWith(subject(), place, url, options));

		test.each(NEVER_REACHED)('%s: nothing has been sent', async (_what, host, expected, words) => {
			const { port, requests } = await started(host());

			const errors = await reach(`https://127.0.0.1:${port}`);

			expect(errors).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
			for (const error of errors) {
				expect(wordsOf(error)).toContain(words);
				// None where it is a look or a sign-in that is sent again.
				expect([0, error.retryable ? MOST_TRIES : 1]).toContain(error.attempts);
			}
			expect(requests).toEqual([]);
		});

		test('a certificate is held against nothing twice, and the remedy is told', async () => {
			let connections = 0;
			const host = await started(untrustedHost());
			const counting = await started(tunnelProxy(() => ((connections += 1), 'open')));
			process.env.HTTPS_PROXY = `http://127.0.0.1:${counting.port}`;

			const errors = await reach(`https://127.0.0.1:${host.port}`);

			expect(connections).toBe(2);
			for (const error of errors) expect(wordsOf(error)).toContain('NODE_EXTRA_CA_CERTS');
		});

		test.each<[string, TunnelAnswer]>([
			['with a page', withPage(407)],
			['without a word', { status: 407 }],
			['with a page that is cut off', { status: 407, headers: 'Content-Length: 5000\r\n', body: '<html>' }],
		])('a proxy that wants to be signed in to is named, %s, and asked once', async (_what, answer) => {
			const proxy = await behindProxy(answer);

			const errors = await reach('https://vendor.invalid');

			expect(errors).toEqual([expect.objectContaining(NOT_TO_BE_REPEATED), expect.objectContaining(NOT_TO_BE_REPEATED)]);
			for (const error of errors) expect(wordsOf(error)).toMatch(/a proxy on the way .* asks for a user name .*HTTPS_PROXY/);
			expect(proxy.requests).toHaveLength(2);
		});

		test.each<[string, TunnelAnswer]>([
			['401 with a page', withPage(401)],
			['401 with a page that is cut off', { status: 401, headers: 'Content-Length: 5000\r\n', body: '<html>' }],
			['401 with a body that cannot be unpacked', { status: 401, headers: 'Content-Encoding: gzip\r\nContent-Length: 2\r\n', body: 'no' }],
			['400 with a page', withPage(400)],
			['404 with a page', withPage(404)],
		])('a proxy that answers %s may be the one that refuses', async (_what, answer) => {
			await behindProxy(answer);

			const errors = await reach('https://vendor.invalid');

			expect(errors).toHaveLength(2);
			for (const error of errors) {
				expect(error).toMatchObject({ applied: 'no', retryable: false });
				expect(wordsOf(error)).toMatch(/proxy or gateway on the way may have given it/);
				expect(wordsOf(error)).not.toContain('client secret of the credential');
			}
		});

		test.each<[number, object]>([
			[403, NOT_TO_BE_REPEATED],
			[407, NOT_TO_BE_REPEATED],
			[500, UNREACHED],
			[501, UNREACHED],
			[502, UNREACHED],
			[503, UNREACHED],
			[504, UNREACHED],
		])('nothing has been sent where a proxy answers %i in place of the tunnel', async (status, expected) => {
			// The sign-in changes nothing, and so need not know who has answered.
			if (place === 'authBaseUrl') expected = { applied: 'no', stage: 'token' };
			await behindProxy(withPage(status));

			const errors = await reach('https://vendor.invalid');

			expect(errors).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
			if (place === 'baseUrl') for (const error of errors) expect(error).toMatchObject({ message: expect.stringContaining('a proxy on the way') as string, httpStatus: status });
		});

		test('a proxy that hangs up is named, and nothing has been sent', async () => {
			await behindProxy('hangUp');

			const errors = await reach('https://vendor.invalid');

			for (const error of errors) {
				expect(error).toMatchObject(UNREACHED);
				expect(wordsOf(error)).toContain('a proxy on the way');
			}
			expect(errors).toHaveLength(2);
		});

		test('behind a proxy that opens the tunnel, a host that speaks plain http has been sent nothing', async () => {
			const host = await started(plainHost());
			await behindProxy('open');

			const errors = await reach(`https://127.0.0.1:${host.port}`);

			expect(errors).toEqual([expect.objectContaining(UNREACHED), expect.objectContaining(UNREACHED)]);
		});
	});

	test('a host that hangs up on a request that it has read leaves open what it has done', async () => {
		const { update, simulator } = subject();
		const host = await started(untrustedHost());
		trustIn(STRANGER.cert);

		const errors = errorsOf(await runWith(subject(), 'baseUrl', `https://127.0.0.1:${host.port}`));

		const isReadFirst = host.requests.every((request) => request.startsWith('GET'));
		expect(host.requests).not.toEqual([]);
		for (const error of errors) expect(error).toMatchObject({ code: 'network', applied: isReadFirst ? 'no' : 'unknown' });
		expect(simulator.server.requests.filter((request) => update.isChange(request))).toEqual([]);
	});
});
