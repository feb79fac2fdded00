import {
	type Failure,
	fitted,
	invalidInput,
	readSchema,
	requireComplete,
	say,
	storeRequests,
	type StoreSchema,
	type VendorAnswer,
} from '../kit';
import type { Sent } from './answer';
import { MESSAGES } from './messages';

const UNKNOWN_TYPE = invalidInput(say(MESSAGES.unknownType));

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

const BY_PROVIDER = say(MESSAGES.byProvider);
const OF_A_PAIR = say(MESSAGES.ofAPair);
const OF_PARTS = say(MESSAGES.ofParts);

/** Names of values that only somebody else can make, without what varies in how they are spelled, and why. */
const ISSUED_ELSEWHERE: Readonly<Record<string, string>> = {
	apitoken: BY_PROVIDER,
	clientid: BY_PROVIDER,
	clientsecret: BY_PROVIDER,
	connectionstring: OF_PARTS,
	credentialdata: OF_PARTS,
	credentialjson: OF_PARTS,
	privatekey: OF_A_PAIR,
	privatekeyid: BY_PROVIDER,
	serviceprincipalkey: BY_PROVIDER,
	sshkey: OF_A_PAIR,
};

/** Why a value of this name cannot be made by chance, as a sentence goes on; `null` when it can. */
export function reasonAgainstMaking(name: string): string | null {
	const bare = name.replace(/^.*\./, '').replaceAll(/[_-]/g, '').toLowerCase();
	return Object.hasOwn(ISSUED_ELSEWHERE, bare) ? ISSUED_ELSEWHERE[bare]! : null;
}
