import { requireText, type Parameters } from '../kit/parameters';
import type { ExistingTarget } from '../kit/record';

export function readId(parameters: Parameters): string {
	return requireText(parameters.get('credentialId'), 'API Credential');
}

/** What an operation asks for that needs nothing but the credential. */
export function readTarget(parameters: Parameters): ExistingTarget {
	return { id: readId(parameters), changed: [], secrets: [] };
}
