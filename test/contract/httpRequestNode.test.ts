import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeParameters,
	INodeProperties,
	INodeType,
	IRequestOptions,
} from 'n8n-workflow';

import { Engine, storeOf, type RunResult } from '../harness/engine';
import { nodesUnderTest } from '../harness/packageTypes';
import { types } from '../harness/subject';
import { simulatorOf } from '../simulator';
import type { RunningSimulator } from '../simulator/definition';
import { SimulatorServer, type Answer } from '../simulator/server';

/** Under this name n8n lets a node use every credential type. */
const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';

/**
 * What n8n's HTTP Request node does with a credential type of others: hands its options, in n8n's older spelling, to the
 * engine's own helper. Other nodes may do so in the newer spelling.
 */
const httpRequestNode: INodeType = {
	description: {
		displayName: 'HTTP Request',
		name: 'httpRequest',
		group: ['output'],
		version: 4.4,
		description: '',
		defaults: { name: 'HTTP Request' },
		inputs: ['main'],
		outputs: ['main'],
		properties: ['way', 'nodeCredentialType', 'request', 'nextUrl'].map(
			(name): INodeProperties => ({ displayName: name, name, type: name === 'request' ? 'json' : 'string', default: '' }),
		),
	},
	async execute(this: IExecuteFunctions) {
		const parameter = (name: string) => this.getNodeParameter(name, 0) as string;
		const type = parameter('nodeCredentialType');
		const request = JSON.parse(parameter('request')) as IRequestOptions;
		if (parameter('way') === 'newer') {
			const { uri, ...others } = request;
			await this.helpers.httpRequestWithAuthentication.call(this, type, { ...others, url: uri } as IHttpRequestOptions);
			return [[{ json: {} }]];
		}
		if (parameter('way') === 'pages') {
			const pages = { request: { url: '={{ $pageCount === 0 ? $request.uri : "' + parameter('nextUrl') + '" }}' }, continue: true, maxRequests: 2, requestInterval: 0 };
			await this.helpers.requestWithAuthenticationPaginated.call(this, request, 0, pages, type);
			return [[{ json: {} }]];
		}
		await this.helpers.requestWithAuthentication.call(this, type, request, undefined, 0);
		return [[{ json: {} }]];
	},
};

const engine = new Engine(types, { [HTTP_REQUEST]: httpRequestNode });

/** The options of that node, version 4.4, as it comes: redirects are followed, whatever the method. */
const asItComes = (uri: string, method = 'GET') => ({
	headers: {},
	method,
	uri,
	gzip: true,
	rejectUnauthorized: true,
	followRedirect: true,
	followAllRedirects: true,
	resolveWithFullResponse: true,
	sendCredentialsOnCrossOriginRedirect: true,
	timeout: 5_000,
	json: true,
	...(method === 'GET' ? {} : { body: { some: 'text' } }),
});

describe.each(nodesUnderTest(types))('%s: credential types under n8n’s HTTP Request node', (nodeName) => {
	let simulator: RunningSimulator;
	let answer: () => Answer;
	const own = new SimulatorServer([], () => answer());
	const elsewhere = new SimulatorServer([], () => ({ status: 200, body: { ok: true } }));
	let ownUrl: string;
	let elsewhereUrl: string;
	beforeAll(async () => {
		simulator = await simulatorOf(nodeName).start();
		ownUrl = await own.listen();
		elsewhereUrl = await elsewhere.listen();
	});
	afterAll(async () => await Promise.all([simulator.stop(), own.close(), elsewhere.close()]));
	beforeEach(() => {
		answer = () => ({ status: 200, body: { ok: true } });
		own.clear();
		elsewhere.clear();
		simulator.reset();
	});

	const signing = () => Object.keys(simulator.credentials).filter((type) => types.credentials.get(type)?.authenticate !== undefined);

	/** Sends one request with each of the node's credential types. */
	async function send(request: object, { way = 'older', basePath = '', nextUrl = '' } = {}): Promise<RunResult[]> {
		const results: RunResult[] = [];
		for (const type of signing()) {
			const data: ICredentialDataDecryptedObject = { ...simulator.credentials[type], baseUrl: `${ownUrl}${basePath}` };
			const parameters: INodeParameters = { way, nodeCredentialType: type, request: JSON.stringify(request), nextUrl };
			const credentials = { [type]: { id: type, name: type } };
			const common = { typeVersion: 1, position: [0, 0] as [number, number] };
			const nodes: INode[] = [
				{ ...common, id: 'Start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
				{ ...common, id: 'Node', name: 'Node', type: HTTP_REQUEST, typeVersion: 4.4, parameters, credentials },
			];
			const connections = { Start: { main: [[{ node: 'Node', type: 'main' as const, index: 0 }]] } };
			results.push(await engine.run({ workflow: { name: 'test', nodes, connections }, start: 'Start', items: [{ json: {} }], credentials: storeOf({ [type]: data }) }));
		}
		expect(results.length).toBeGreaterThan(0);
		return results;
	}

	test.each(['older', 'newer'].flatMap((way) => ['', '/gateway'].map((basePath) => [basePath, way] as const)))(
		'the rightful call below the base path “%s” works in the %s spelling',
		async (basePath, way) => {
			const results = await send(asItComes(`${ownUrl}${basePath}/v1/things`), { way, basePath });

			expect(results.map(({ error }) => error?.message)).toEqual(results.map(() => undefined));
			expect(own.requests).toHaveLength(results.length);
			for (const { path, headers } of own.requests) {
				expect(path).toBe(`${basePath}/v1/things`);
				expect(headers.authorization ?? `Key ${headers['x-n8n-api-key']}`).toMatch(/^(Bearer|Basic|Key) ./);
			}
		},
	);

	test.each(['older', 'newer'])('a URL on another host is refused in the %s spelling, with nothing sent there', async (way) => {
		const results = await send(asItComes(`${elsewhereUrl}/v1/things`), { way });

		expect(elsewhere.requests).toHaveLength(0);
		expect(own.requests).toHaveLength(0);
		for (const { error } of results) expect(error?.message).toContain('another host than its own base URL');
	});

	test.each(['older', 'newer'])('a URL beside the base URL is refused in the %s spelling', async (way) => {
		await send(asItComes(`${ownUrl}/gateways/v1/things`), { way, basePath: '/gateway' });
		await send(asItComes(`${ownUrl}/v1/things`), { way, basePath: '/gateway' });

		expect(own.requests).toHaveLength(0);
	});

	test.each(['older', 'newer'].flatMap((way) => ['GET', 'POST'].flatMap((method) => [302, 307].map((status) => [status, method, way] as const))))(
		'a %i to a %s is not followed in the %s spelling',
		async (status, method, way) => {
			answer = () => ({ status, headers: { location: `${elsewhereUrl}/collect` } });

			const results = await send(asItComes(`${ownUrl}/v1/things`, method), { way });

			expect(results.every(({ error }) => error !== undefined)).toBe(true);
			expect(own.requests).not.toHaveLength(0);
			expect(elsewhere.requests).toHaveLength(0);
		},
	);

	test('a next page on another host is not fetched', async () => {
		await send(asItComes(`${ownUrl}/v1/things`), { way: 'pages', nextUrl: `${elsewhereUrl}/v1/things?page=2` });

		expect(own.requests).not.toHaveLength(0);
		expect(elsewhere.requests).toHaveLength(0);
	});
});
