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

const BY_PROVIDER = 'it is issued by the provider that it is for';
const OF_A_PAIR = 'a private key is of use only with its public half, which has to be known where it is used';
const OF_PARTS = 'it is put together of parts that are issued elsewhere';

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
