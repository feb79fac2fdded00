import { keepsToken, onlyStored, type ReadBack, type Reading, readTested, storeRequests, type StoreSchema, unverifiable, type VendorAnswer, type Verification, verifyByAnswer } from '../kit';
import type { GivenData } from './input';
import { PERMISSION_HINTS } from './refusals';

/** What is sent of a credential. */
export interface Sent {
	name?: string;
	given: GivenData | null;
	/** The type of the credential; `null` while it is not known. */
	type: string | null;
	/** The fields that it has, once they are known. */
	schema?: StoreSchema;
}

/** What n8n answers to a change: the credential without what is stored in it. */
export function changedCredential(sent: Sent, answer: VendorAnswer): Reading {
	const reading = onlyStored(answer);
	return { ...reading, verification: verify(sent, reading) };
}

const OAUTH_HINT =
	'n8n goes on with the access token that the credential has: connect it anew in n8n’s editor to have the new values used.';

/** The name is all that an answer shows of what was sent. */
function verify({ name, given, type: known }: Sent, reading: Reading): Verification {
	const byName = verifyByAnswer(name === undefined ? {} : { name }, reading.name === null ? {} : { name: reading.name });
	if (given === null || byName.status === 'failed') return byName;
	const taken = 'n8n has taken the values and does not show them, so only their use can prove the change.';
	return unverifiable(keepsToken(known ?? reading.type) ? `${taken} ${OAUTH_HINT}` : taken);
}

/** What a running n8n makes of a change. */
export const TRIGGERS_NOTE = 'Workflows that are active may keep the value from before in their triggers until they are published again.';

/** Has n8n try out what it has stored; `null` where that proves nothing of what was sent. */
export function testAfter({ given, type }: Sent, { id, type: shown }: Reading): ReadBack | null {
	if (given === null || id === null || keepsToken(type ?? shown)) return null;
	return {
		request: storeRequests.test(id),
		refusals: { permission: `n8n has taken the values, and does not let the node’s credential test them, so only their use can prove the change. ${PERMISSION_HINTS.read}` },
		verify: readTested,
	};
}
