import { requireText, type Parameters } from '../kit/parameters';
import type { ExistingTarget } from '../kit/record';

export function readId(parameters: Parameters): string {
	return requireText(parameters.get('credentialId'), 'Credential Configuration');
}

/** The target of an operation that changes no field. */
export function readTarget(parameters: Parameters): ExistingTarget {
	return { id: readId(parameters), changed: [], secrets: [] };
}
