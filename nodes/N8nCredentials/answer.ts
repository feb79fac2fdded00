import {
	keepsToken,
	onlyStored,
	type ReadBack,
	type Reading,
	readTested,
	say,
	storeRequests,
	type StoreSchema,
	unverifiable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
} from '../kit';
import type { GivenData } from './input';
import { MESSAGES } from './messages';
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

/** The name is all that an answer shows of what was sent. */
function verify({ name, given, type: known }: Sent, reading: Reading): Verification {
	const byName = verifyByAnswer(name === undefined ? {} : { name }, reading.name === null ? {} : { name: reading.name });
	if (given === null || byName.status === 'failed') return byName;
	const isOAuth = keepsToken(known ?? reading.type);
	return unverifiable([say(MESSAGES.taken), ...(isOAuth ? [say(MESSAGES.keepsToken)] : [])].join(' '));
}

/** What a running n8n makes of a change. */
export const TRIGGERS_NOTE = say(MESSAGES.triggers);

/** Has n8n try out what it has stored; `null` where that proves nothing of what was sent. */
export function testAfter({ given, type }: Sent, { id, type: shown }: Reading): ReadBack | null {
	if (given === null || id === null || keepsToken(type ?? shown)) return null;
	return {
		request: storeRequests.test(id),
		refusals: { permission: say(MESSAGES.mayNotTest, { hint: PERMISSION_HINTS.read }) },
		verify: (answer) => readTested(answer, type ?? shown),
	};
}
