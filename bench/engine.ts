import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, IExecuteFunctions, IHttpRequestOptions, INodeParameters, INodeType } from 'n8n-workflow';

import type { clock } from '../nodes/engine/request/clock';
import type { executeVendor } from '../nodes/engine/run/execute';
import type { RateLimits } from '../nodes/kit/limits';
import type { VendorRecord } from '../nodes/kit/record';
import { Engine, probed, singleNodeWorkflow, storeOf, type RunResult } from '../test/harness/engine';
import { loadPackageTypes, packageRoot, type PackageTypes } from '../test/harness/packageTypes';
import { BEARER_TOKEN } from './constants';

/** The built package, as n8n loads it. */
export const types = loadPackageTypes('dist');

/** A module of the built package: its state is that of the nodes and credentials that are loaded from there. */
function built<T>(path: string): T {
	return createRequire(__filename)(join(packageRoot, 'dist', 'nodes', path)) as T;
}

const { executeVendor: execute } = built<{ executeVendor: typeof executeVendor }>('engine/run/execute.js');
const { clock: builtClock } = built<{ clock: typeof clock }>('engine/request/clock.js');

/** Does something while the waits of the built package take no time, and its clock goes on by them. */
export async function withSkippedWaits<T>(act: () => Promise<T>): Promise<T> {
	const { now, sleep } = builtClock;
	let skippedMs = 0;
	builtClock.now = () => now() + skippedMs;
	builtClock.sleep = async (ms) => {
		// Requests that are under way must get on.
		await setImmediate();
		skippedMs += ms;
	};
	try {
		return await act();
	} finally {
		Object.assign(builtClock, { now, sleep });
	}
}

const { thousandEyes } = built<{ thousandEyes: VendorRecord }>('ThousandEyes/record.js');

/** Sends nothing; answers as the vendor would. */
export type Transport = (request: IHttpRequestOptions) => { statusCode: number; headers: Record<string, string>; body: string };

export interface Setup {
	/** In the place of the vendor's own limits. */
	limits: Partial<RateLimits>;
	/** In the place of the network. */
	transport?: Transport;
}

/** An engine with the ThousandEyes node, under other limits or without a network. */
export function engineWith(setup: Setup): Engine {
	const real = types.nodes.get('thousandEyes')!;
	const record: VendorRecord = { ...thousandEyes, limits: { ...thousandEyes.limits, ...setup.limits } };
	const node = Object.create(real, {
		execute: {
			value: async function (this: IExecuteFunctions) {
				return await execute(setup.transport === undefined ? this : withoutNetwork(this, setup.transport), record);
			},
		},
	}) as INodeType;
	const changed: PackageTypes = { ...types, nodes: new Map([...types.nodes, ['thousandEyes', node]]) };
	return new Engine(changed);
}

/** The context of a node, its requests signed as n8n has them signed, and answered here. */
function withoutNetwork(context: IExecuteFunctions, transport: Transport): IExecuteFunctions {
	const send = async (
		credentialType: string,
		request: IHttpRequestOptions,
		{ credentialsDecrypted }: { credentialsDecrypted: ICredentialsDecrypted<ICredentialDataDecryptedObject> },
	) => {
		const { authenticate } = types.credentials.get(credentialType)!;
		if (typeof authenticate === 'function') await authenticate(credentialsDecrypted.data!, request);
		const answer = transport(request);
		return { ...answer, body: Readable.from([Buffer.from(answer.body)]) };
	};
	return Object.create(context, {
		helpers: { value: { ...context.helpers, httpRequestWithAuthentication: send } },
	}) as IExecuteFunctions;
}

export interface Job {
	/** One credential per item, numbered from 1. */
	items: number;
	parameters: INodeParameters;
	baseUrl: string;
}

/** Runs one job and returns what came of it. */
export async function runJob(engine: Engine, { items, parameters, baseUrl }: Job): Promise<RunResult> {
	const credentials: Record<string, ICredentialDataDecryptedObject> = { thousandEyesApi: { bearerToken: BEARER_TOKEN, baseUrl } };
	return await engine.run({
		workflow: probed(singleNodeWorkflow('thousandEyes', 'thousandEyesApi', parameters, { onError: 'continueErrorOutput' })),
		start: 'Start',
		items: Array.from({ length: items }, (_, index) => ({ json: { id: String(index + 1) } })),
		credentials: storeOf(credentials),
	});
}

/** `equal work`: one request per item, nothing verified. `defaults`: as a node sends that is left as it is. */
export type Work = 'equal work' | 'defaults';

/** The node's parameters for an update of every item: one request each, or with the options as they come. */
export function updateParameters(work: Work, maxConcurrency: number): INodeParameters {
	const isEqual = work === 'equal work';
	return {
		apiVersion: 'v7',
		resource: 'credential',
		operation: 'update',
		credentialId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		secretSource: 'fields',
		value: '={{ "rotated-" + $json.id }}',
		updateFields: isEqual ? { name: '={{ "login-" + $json.id }}' } : {},
		options: { maxConcurrency, ...(isEqual ? { verify: false } : {}) },
	};
}

/** How many items succeeded, and how many did not. */
export function tally(result: RunResult) {
	return { done: result.output('Node', 0).length, failed: result.output('Node', 1).length };
}
