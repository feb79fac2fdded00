import { requireText, type Parameters } from '../kit/parameters';
import type { ExistingTarget } from '../kit/record';
import { credentialPath } from './paths';
import { requireProvider, type Provider } from './providers';

/** A credential that an item names: found only under the connector of its provider. */
export interface NylasTarget extends ExistingTarget {
	provider: Provider;
	path: string;
}

export function readProvider(parameters: Parameters): Provider {
	return requireProvider(parameters.get('provider'));
}

/** Throws a `Failure` (`invalidInput`) when the parameters name no credential. */
export function readTarget(parameters: Parameters): NylasTarget {
	const provider = readProvider(parameters);
	const id = requireText(parameters.get('credentialId'), 'Connector Credential');
	return { id, provider, path: credentialPath(provider, id), changed: [], secrets: [] };
}
