import { type Failure, fitted, invalidInput, readSchema, requireComplete, storeRequests, type StoreSchema, type VendorAnswer } from '../kit';
import type { Sent } from './answer';

const UNKNOWN_TYPE = invalidInput('“Credential Type” is none that this n8n knows, so nothing was sent. Enter its internal name, such as githubApi.');

/**
 * Holds the fields that are sent against those of the credential's type, which n8n tells. `null` where none are sent, or the
 * type is not known: a key that may change a credential need not be allowed to look at it, and n8n checks them, too.
 */
export function heldAgainstType<Input extends Sent>({ type, given }: Input, { isNew }: { isNew: boolean }) {
	if (type === null || given === null) return null;
	return {
		request: storeRequests.schema(type),
		dispensableOn: ['permission'] as const,
		refused: (failure: Failure) => (failure.kind === 'notFound' ? UNKNOWN_TYPE : failure),
		complete: (input: Input, answer: VendorAnswer | null): Input => {
			if (answer === null) return input;
			const schema: StoreSchema = readSchema(type, answer);
			if (isNew) requireComplete(given.data, schema, given.label);
			return { ...input, schema, given: { ...given, data: fitted(given.data, schema, given.label) } };
		},
	};
}
