import type { INode, INodeParameters } from 'n8n-workflow';

import { baseNode, connections, vendorNode } from '../../test/e2e/n8n/workflows';
import { ITEMS, LOOP, loopOver, wait, type Site, type Work } from './workflows';

/** One way of having the same job done. */
export interface Subject {
	key: string;
	title: string;
	/** Whose way it is: the package’s, n8n’s own, or neither (what both have in common). */
	side: 'own' | 'peer' | 'none';
	build(site: Site): Work;
	/** The node whose output tells what has become of each item. */
	work: string;
	/** Requests that an item takes when nothing goes wrong. */
	requestsPerItem: number;
	/** Requests that are under way at a time; `null`: as many as there are items. */
	concurrency: number | null;
	/** Whether the new secret is in the items, or in a stored secret of the package. */
	secretFrom: 'items' | 'stored';
}

/** The most that the package’s nodes have under way, and what the HTTP Request node is given to be its equal. */
export const CONCURRENCY = 20;

/** What a node has whose options are left alone. */
const DEFAULT_CONCURRENCY = 5;

const WORK = 'Change';

const byItem = (id: string) => ({ __rl: true, mode: 'id', value: id });
const ID = '={{ $json.id }}';

/** What one of n8n’s own nodes does with an error. */
type OnError = Pick<INode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>;

const TO_ERROR_OUTPUT: OnError = { onError: 'continueErrorOutput' };
/** In a loop: a second output would be a second way back, and the loop would go round twice for a batch. */
const TO_SAME_OUTPUT: OnError = { onError: 'continueRegularOutput' };

interface OwnOptions {
	key: string;
	title: string;
	parameters: INodeParameters;
	requestsPerItem?: number;
	concurrency?: number;
	stored?: boolean;
}

function own(nodeName: string, credentialType: string, { key, title, parameters, requestsPerItem = 1, concurrency = CONCURRENCY, stored = false }: OwnOptions): Subject {
	return {
		key,
		title,
		side: 'own',
		work: WORK,
		requestsPerItem,
		concurrency,
		secretFrom: stored ? 'stored' : 'items',
		build: ({ credentialIds }) => {
			const types = [credentialType, ...(stored ? ['rotationSecretApi'] : [])];
			const chosen = Object.fromEntries(types.map((type) => [type, credentialIds[type]!]));
			return { nodes: [vendorNode(WORK, nodeName, parameters, chosen, TO_ERROR_OUTPUT)], connections: {} };
		},
	};
}

/** The package’s ThousandEyes node: sending what the HTTP Request node sends, as it comes, and with a stored secret. */
export const ownThousandEyes = {
	equal: own('thousandEyes', 'thousandEyesApi', {
		key: 'own',
		title: 'ThousandEyes node, equal work',
		parameters: {
			credentialId: byItem(ID),
			secretSource: 'fields',
			value: '={{ $json.value }}',
			updateFields: { name: '={{ $json.name }}' },
			options: { maxConcurrency: CONCURRENCY, verify: false },
		},
	}),
	defaults: own('thousandEyes', 'thousandEyesApi', {
		key: 'ownDefaults',
		title: 'ThousandEyes node, defaults',
		parameters: { credentialId: byItem(ID), secretSource: 'fields', value: '={{ $json.value }}' },
		// The name is read before.
		requestsPerItem: 2,
		concurrency: DEFAULT_CONCURRENCY,
	}),
	stored: own('thousandEyes', 'thousandEyesApi', {
		key: 'ownStored',
		title: 'ThousandEyes node, equal work, stored secret',
		parameters: {
			credentialId: byItem(ID),
			secretSource: 'storedSecret',
			updateFields: { name: '={{ $json.name }}' },
			options: { maxConcurrency: CONCURRENCY, verify: false },
		},
		stored: true,
	}),
};

export const ownCommerceLayer = {
	equal: own('commerceLayer', 'commerceLayerApi', {
		key: 'own',
		title: 'Commerce Layer node, equal work',
		parameters: {
			credentialId: byItem(ID),
			updateFields: { reference: '={{ $json.value }}' },
			options: { maxConcurrency: CONCURRENCY, verify: false },
		},
	}),
	defaults: own('commerceLayer', 'commerceLayerApi', {
		key: 'ownDefaults',
		title: 'Commerce Layer node, defaults',
		parameters: { credentialId: byItem(ID), updateFields: { reference: '={{ $json.value }}' } },
		concurrency: DEFAULT_CONCURRENCY,
	}),
};

/** Items per batch and milliseconds between batches. */
interface Batching {
	batchSize: number;
	batchInterval: number;
}

/** What the Batching option says when it is added and left alone. */
export const DEFAULT_BATCHING: Batching = { batchSize: 50, batchInterval: 1_000 };

interface HttpOptions {
	key: string;
	title: string;
	batching?: Batching;
	concurrency?: number | null;
	onError?: OnError;
}

/** One HTTP Request node, as its documentation suggests it for ThousandEyes. */
export function httpThousandEyes({ key, title, batching, concurrency = null, onError = TO_ERROR_OUTPUT }: HttpOptions): Subject {
	return {
		...peer(key, title, concurrency),
		build: (site) => ({ nodes: [thousandEyesRequest(site, onError, batching)], connections: {} }),
	};
}

export interface LoopOptions {
	key: string;
	title: string;
	batchSize: number;
	/** Seconds between batches; absent without a Wait node. */
	waitS?: number;
	onError?: OnError;
}

export function loopThousandEyes({ key, title, batchSize, waitS, onError = {} }: LoopOptions): Subject {
	return {
		...peer(key, title, batchSize),
		build: (site) => loopOver(batchSize, [thousandEyesRequest(site, { ...TO_SAME_OUTPUT, ...onError }), ...pausing(waitS)]),
	};
}

function peer(key: string, title: string, concurrency: number | null): Omit<Subject, 'build'> {
	return { key, title, side: 'peer', work: WORK, requestsPerItem: 1, concurrency, secretFrom: 'items' };
}

const pausing = (seconds: number | undefined) => (seconds === undefined ? [] : [wait(seconds)]);

/** Options that only differ from the defaults are written down, as the editor does. */
function optionsOf(batching: Batching | undefined): INodeParameters {
	return batching === undefined ? {} : { options: { batching: { batch: { ...batching } } } };
}

function httpRequest(name: string, parameters: INodeParameters, credentialIds: Site['credentialIds'] = {}, type?: string): INode {
	const node = baseNode(name, 'httpRequest', 4.5, parameters);
	return type === undefined ? node : { ...node, credentials: { [type]: { id: credentialIds[type]!, name: type } } };
}

function thousandEyesRequest({ baseUrl, credentialIds }: Site, onError: OnError, batching?: Batching): INode {
	const parameters: INodeParameters = {
		method: 'PUT',
		url: `=${baseUrl}/v7/credentials/{{ $json.id }}`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpBearerAuth',
		sendBody: true,
		bodyParameters: {
			parameters: [
				{ name: 'name', value: '={{ $json.name }}' },
				{ name: 'value', value: '={{ $json.value }}' },
			],
		},
		...optionsOf(batching),
	};
	return { ...httpRequest(WORK, parameters, credentialIds, 'httpBearerAuth'), ...onError };
}

const TOKEN = 'Token';

/** A sign-in as Commerce Layer documents it: JSON, with client ID and secret out of a credential of n8n’s. */
function tokenRequest({ baseUrl, credentialIds }: Site): INode {
	const parameters: INodeParameters = {
		method: 'POST',
		url: `${baseUrl}/oauth/token`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpCustomAuth',
		sendBody: true,
		bodyParameters: { parameters: [{ name: 'grant_type', value: 'client_credentials' }] },
	};
	return { ...httpRequest(TOKEN, parameters, credentialIds, 'httpCustomAuth'), executeOnce: true };
}

function commerceLayerRequest({ baseUrl }: Site, onError: OnError, batching?: Batching): INode {
	const parameters: INodeParameters = {
		method: 'PATCH',
		url: `=${baseUrl}/api/api_credentials/{{ $json.id }}`,
		sendHeaders: true,
		headerParameters: {
			parameters: [
				{ name: 'Accept', value: 'application/vnd.api+json' },
				{ name: 'Authorization', value: `=Bearer {{ $('${TOKEN}').first().json.access_token }}` },
			],
		},
		sendBody: true,
		contentType: 'raw',
		rawContentType: 'application/vnd.api+json',
		body: '={{ JSON.stringify({ data: { type: "api_credentials", id: $json.id, attributes: { reference: $json.value } } }) }}',
		...optionsOf(batching),
	};
	return { ...httpRequest(WORK, parameters), ...onError };
}

/** The sign-in goes first: n8n runs the upper one of two branches before the lower one. */
function withToken(site: Site, from: string, onError: OnError, batching?: Batching): Work {
	const above = { ...tokenRequest(site), position: [0, -100] } satisfies INode;
	const below = { ...commerceLayerRequest(site, onError, batching), position: [0, 100] } satisfies INode;
	const both = [TOKEN, WORK];
	return { nodes: [above, below], connections: connections({ [from]: from === LOOP ? [[], both] : [both] }) };
}

/** A sign-in, then one HTTP Request node for all items. */
export function httpCommerceLayer({ key, title, batching, concurrency = null, onError = TO_ERROR_OUTPUT }: HttpOptions): Subject {
	return { ...peer(key, title, concurrency), build: (site) => withToken(site, ITEMS, onError, batching) };
}

/** A loop that signs in for every batch, so that the token never ends within one. */
export function loopCommerceLayer({ key, title, batchSize, waitS, onError = {} }: LoopOptions): Subject {
	return {
		...peer(key, title, batchSize),
		build: (site) => {
			const signedIn = withToken(site, LOOP, { ...TO_SAME_OUTPUT, ...onError });
			const [signIn, change] = signedIn.nodes;
			const loop = loopOver(batchSize, [change!, ...pausing(waitS)]);
			return { nodes: [...loop.nodes, signIn!], connections: { ...loop.connections, ...signedIn.connections } };
		},
	};
}

/** What comes before the work, by itself: its cost is in that of every other subject. */
export const nothing: Subject = {
	...peer('nothing', 'the items alone', null),
	side: 'none',
	requestsPerItem: 0,
	build: () => ({ nodes: [baseNode(WORK, 'noOp', 1)], connections: {} }),
};
