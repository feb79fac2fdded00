import { Ims } from '@adobe/aio-lib-ims';
import { authenticate } from '@commercelayer/js-auth';
import CommerceLayer from '@commercelayer/provisioning-sdk';
import Nylas from 'nylas';

import type { AdobeSimulator } from '../simulator/adobeDestinationSdk';
import type { CommerceLayerSimulator } from '../simulator/commerceLayer';
import { API_KEY, type NylasSimulator } from '../simulator/nylas';

/** Nylas’s client for credentials. Its `apiUri` is the way to another host. */
export function nylasClient({ url }: NylasSimulator, apiKey = API_KEY) {
	return new Nylas({ apiKey, apiUri: url }).connectors.credentials;
}

/** Commerce Layer’s client for API credentials. Its `fetch` option is the way to another host. */
export function commerceLayerClient(
	simulator: CommerceLayerSimulator,
	{ accessToken = simulator.issueToken(), refreshToken }: { accessToken?: string; refreshToken?: () => Promise<string> } = {},
) {
	return CommerceLayer({
		accessToken,
		refreshToken,
		fetch: async (input, init) => await fetch(String(input).replace('https://provisioning.commercelayer.io', simulator.url), init),
	}).api_credentials;
}

/** What Commerce Layer’s client for signing in makes of these; it has no option for another host. */
export async function commerceLayerSignIn({ url, credentials }: CommerceLayerSimulator, changes: { clientSecret?: string } = {}) {
	const { clientId, clientSecret } = credentials.commerceLayerApi!;
	const { fetch } = globalThis;
	globalThis.fetch = async (input, init) => await fetch(String(input).replace('https://auth.commercelayer.io', url), init);
	try {
		return await authenticate('client_credentials', { clientId: String(clientId), clientSecret: String(clientSecret), ...changes });
	} finally {
		globalThis.fetch = fetch;
	}
}

/** What Adobe’s client for IMS makes of these. */
export async function adobeSignIn(
	{ credentials }: AdobeSimulator,
	changes: { clientSecret?: string; organizationId?: string; scopes?: string } = {},
) {
	const { clientId, clientSecret, organizationId, scopes, authBaseUrl }: Record<string, unknown> = {
		...credentials.adobeDestinationSdkApi,
		...changes,
	};
	// Its types demand a cache, which it does without.
	const ims = Object.assign(new Ims('prod', undefined!), { endpoint: String(authBaseUrl) });
	const scopeList = String(scopes).split(',');
	return await ims.getAccessTokenByClientCredentials(String(clientId), String(clientSecret), String(organizationId), scopeList);
}
