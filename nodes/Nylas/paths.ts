import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiBaseUrl, invalidInput, pathTo, say } from '../kit';
import type { Provider } from './kinds';
import { MESSAGES } from './messages';

/**
 * The base URL that a Nylas credential stands for, without a slash at its end. “Base URL” counts for the region
 * `custom` alone. Throws a `Failure` (`invalidInput`) when the credential names no usable one.
 */
export function nylasBaseUrl({ region, baseUrl }: ICredentialDataDecryptedObject): string {
	if (region === 'custom') return apiBaseUrl(baseUrl, [CONNECTORS_PATH]);
	const host = REGION_HOSTS.get(region);
	if (host !== undefined) return host;
	throw invalidInput(say(MESSAGES.region));
}

/** Nylas keeps the data of an application in one region, and each region has its own host. */
const REGION_HOSTS: ReadonlyMap<unknown, string> = new Map([
	['us', 'https://api.us.nylas.com'],
	['eu', 'https://api.eu.nylas.com'],
]);

/** A credential's id is unique within the connector of its provider, and found only under it. */
export function credentialPath(provider: Provider, id: string): string {
	return pathTo(credentialsPath(provider), id);
}

const CONNECTORS_PATH = '/v3/connectors';

export function credentialsPath(provider: Provider): string {
	return `${CONNECTORS_PATH}/${provider}/creds`;
}
