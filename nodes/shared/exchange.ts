import type { IExecuteFunctions } from 'n8n-workflow';

import { Failure } from './failure';
import type { VendorAnswer, VendorRequest } from './http';
import { failureIn } from './refusal';
import type { Effort } from './result';
import { send } from './transport';
import type { Meanings, Modes, VendorRecord } from './vendor';

/** What all items of a run share. */
export interface Run {
	context: IExecuteFunctions;
	vendor: VendorRecord;
	/** See `SendOptions`. */
	refusedTokens: Set<string>;
}

/** What is counted and collected while one item is on its way. */
export interface Progress {
	timeoutMs: number;
	effort: Effort;
	/** Every secret that the item has sent, for redaction. */
	secrets: Set<string>;
}

/** Sends one item's requests with the node's credential; an answer that refuses comes out as a `Failure`. */
export type Exchange = (
	request: VendorRequest,
	stage: 'read' | 'change',
	meanings?: Meanings,
) => Promise<VendorAnswer>;

/** Throws a `Failure` when the node's credential cannot be used. */
export async function openExchange({ context, vendor, refusedTokens }: Run, progress: Progress): Promise<Exchange> {
	const modes: Modes = (name) => context.getNodeParameter(name, 0, '') as string;
	const credentialType = vendor.credentialType(modes);
	const credentials = await usableCredentials(context, credentialType);
	const baseUrl = vendor.baseUrl(credentials, modes);
	const { timeoutMs, effort, secrets } = progress;
	return async (request, stage, meanings) => {
		const answer = await send(context, request, {
			credentialType,
			baseUrl,
			timeoutMs,
			stage,
			refusedTokens,
			onSent: () => {
				effort.requests += 1;
				if (stage === 'change') effort.attempts += 1;
			},
			onSecrets: (carried) => carried.forEach((secret) => secrets.add(secret)),
		});
		const failure = failureIn(vendor, answer, stage, meanings);
		if (failure !== null) throw failure;
		return answer;
	};
}

/** n8n's own words for a missing credential differ by version; ours name the remedy. */
async function usableCredentials(context: IExecuteFunctions, credentialType: string) {
	const credentials = await context.getCredentials(credentialType).catch(() => null);
	if (credentials !== null) return credentials;
	throw new Failure({
		code: 'authentication',
		stage: 'token',
		message: 'This node has no usable credential.',
		hint: 'Open the node and choose a credential in the field at its top.',
	});
}
