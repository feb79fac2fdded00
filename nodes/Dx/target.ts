import type { Parameters } from '../kit/parameters';
import type { ExistingTarget } from '../kit/record';
import { CONNECTION, CREDENTIAL, requireId } from './paths';

/** A credential as DX addresses it: by its own id and by that of its connection. */
export interface CredentialTarget extends ExistingTarget {
	connectionId: string;
}

/** The credential that the node names, with nothing to change. */
export function readTarget(parameters: Parameters): CredentialTarget {
	return {
		connectionId: readConnectionId(parameters),
		id: requireId(parameters.get('credentialId'), CREDENTIAL),
		changed: [],
		secrets: [],
	};
}

/** The connection that the node names. */
export function readConnectionId(parameters: Parameters): string {
	return requireId(parameters.get('connectionId'), CONNECTION);
}
