import type { INodeParameters } from 'n8n-workflow';

import type { RunningSimulator } from '../simulator/definition';

export type OperationName = 'create' | 'get' | 'getAll' | 'update' | 'delete';

/**
 * What the judge has to know of a vendor's published description: whose it is, and where in its answers is what a result
 * repeats. Paths are those of lodash’s `get`, and nothing here is taken from the node: it is what a reader of the
 * description would point at.
 */
export interface PublishedVendor {
	node: string;
	/** By this host among a description's servers it is known. */
	host: string;
	/** The path of the list; that of one credential has its ID after it. Names of path parameters are left empty. */
	collection: string;
	/** What the node sends before the described paths. */
	prefix: string;
	/** Members of a request that the description demands and its own examples lack. */
	undemanded: string[];
	/** The credential in an answer that shows one; an empty path is the whole answer. */
	one: string;
	/** The list in an answer that shows several. */
	list: string;
	/** Where a credential has what the result calls so. */
	members: { id: string; name: string } & Partial<Record<'type' | 'parentId' | 'createdAt' | 'updatedAt', string>>;
	/** Members that hold a secret, wherever they stand. */
	secrets: string[];
	/** Members that hold a time, wherever they stand. */
	times: string[];
	/** What is sent and comes back: its path in the request, and that in the credential of an answer. */
	echoes: Array<[sent: string, answered: string]>;
	/** Where a list says at which place it begins, and the query that asks for one. */
	offset?: { answered: string; asked: string };
	/** Whether an answer to a create may be about a credential that had been there before, by one of its times. */
	reuses?: { createdAt: string };
	/** Node parameters of every way of calling the node. `id` and `secret` are as they are to be sent. */
	calls(simulator: RunningSimulator, id: string, secret: string): Call[];
}

export interface Call {
	label: string;
	operation: OperationName;
	parameters: INodeParameters;
}

const NAME = 'Named by the node';

export const VENDORS: PublishedVendor[] = [
	{
		node: 'adobeDestinationSdk',
		host: 'platform.adobe.io',
		collection: '/credentials',
		prefix: '/data/core/activation/authoring',
		undemanded: ['type'],
		one: '',
		list: '',
		members: { id: 'instanceId', name: 'name', createdAt: 'createdDate', updatedAt: 'lastModifiedDate' },
		secrets: ['password'],
		times: ['createdDate', 'lastModifiedDate'],
		echoes: [
			['name', 'name'],
			['basicAuthentication.url', 'basicAuthentication.url'],
			['basicAuthentication.username', 'basicAuthentication.username'],
			['basicAuthentication.password', 'basicAuthentication.password'],
		],
		calls: (simulator, id, secret) => {
			// The only kind that the description knows.
			const basic = {
				authenticationKind: 'basicAuthentication',
				url: 'https://partner.example.com',
				username: 'aep',
				password: secret,
			};
			const calls = callsOf(simulator, id, secret);
			const update = { ...calls.update.parameters, accessId: '', secretKey: '', ...basic };
			const create = { ...calls.create.parameters, accessId: '', secretKey: '', ...basic };
			return [
				{ ...calls.create, parameters: create },
				calls.get,
				calls.getAll,
				{ ...calls.update, parameters: update },
				calls.delete,
			];
		},
	},
	{
		node: 'commerceLayer',
		host: 'provisioning.commercelayer.io',
		collection: '/api_credentials',
		prefix: '/api',
		undemanded: [],
		one: 'data',
		list: 'data',
		members: {
			id: 'id',
			name: 'attributes.name',
			type: 'attributes.kind',
			parentId: 'relationships.organization.data.id',
			createdAt: 'attributes.created_at',
			updatedAt: 'attributes.updated_at',
		},
		secrets: ['client_secret'],
		times: ['created_at', 'updated_at'],
		echoes: [
			...['name', 'kind', 'redirect_uri', 'reference', 'reference_origin'].map((name): [string, string] => [
				`data.attributes.${name}`,
				`attributes.${name}`,
			]),
			...['organization', 'role'].map((name): [string, string] => [
				`data.relationships.${name}.data.id`,
				`relationships.${name}.data.id`,
			]),
		],
		calls: everyCall,
	},
	{
		node: 'nylas',
		host: 'api.us.nylas.com',
		collection: '/v3/connectors/{}/creds',
		prefix: '',
		undemanded: [],
		one: 'data',
		list: 'data',
		members: { id: 'id', name: 'name', createdAt: 'created_at', updatedAt: 'updated_at' },
		secrets: [],
		times: ['created_at', 'updated_at'],
		echoes: [['name', 'name']],
		offset: { answered: 'offset', asked: 'offset' },
		reuses: { createdAt: 'created_at' },
		calls: everyCall,
	},
	{
		node: 'thousandEyes',
		host: 'api.thousandeyes.com',
		collection: '/credentials',
		prefix: '/v7',
		undemanded: [],
		one: '',
		list: 'credentials',
		members: { id: 'id', name: 'name' },
		secrets: ['value'],
		times: [],
		echoes: [['name', 'name']],
		calls: everyCall,
	},
];

function everyCall(simulator: RunningSimulator, id: string, secret: string): Call[] {
	return Object.values(callsOf(simulator, id, secret));
}

/** Parameters as the contract suite has them; where a name can be changed, that is a call of its own. */
function callsOf(simulator: RunningSimulator, id: string, secret: string) {
	const [name, update] = Object.entries(simulator.updates)[0]!;
	const resource = simulator.resources[name]!;
	const call = (operation: OperationName, parameters: INodeParameters, label: string = operation): Call => ({ label, operation, parameters });
	return {
		create: call('create', resource.create(NAME, secret)),
		get: call('get', resource.get(id)),
		getAll: call('getAll', { ...resource.getAll(), returnAll: false, limit: 20 }),
		update: call('update', update.parameters(id, secret)),
		rename: call('update', update.visible.parameters(id, NAME), 'update (name)'),
		delete: call('delete', resource.delete(id)),
	};
}
