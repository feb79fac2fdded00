import { pathTo } from '../kit/paths';
import type { Provider } from './providers';

/** A credential's id is unique within the connector of its provider, and found only under it. */
export function credentialPath(provider: Provider, id: string): string {
	return pathTo(credentialsPath(provider), id);
}

export function credentialsPath(provider: Provider): string {
	return `/v3/connectors/${provider}/creds`;
}
