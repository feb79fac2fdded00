import {
	ANSWERS,
	asObject,
	asText,
	comparableSecret,
	isObject,
	leaves,
	NOT_VERIFIED,
	nothingKnown,
	pick,
	type ReadBack,
	type Reading,
	say,
	unreadable,
	unverifiable,
	type VendorAnswer,
} from '../kit';
import { scoped, type Scope } from './input';
import { MESSAGES } from './messages';
import { credentialPath } from './paths';

/** Throws a `Failure` when the answer names no credential. */
export function onlyCredential(answer: VendorAnswer, scope: Scope): Reading {
	const reading = readCredential(credentialIn(answer), scope);
	if (reading === null) throw unreadable('ThousandEyes', say(ANSWERS.namesNone));
	return reading;
}

/**
 * The credential that a create has made: what the body does not say of its ID, the documented `Location` header does. Throws
 * a `Failure` when neither names a credential.
 */
export function createdCredential(answer: VendorAnswer, scope: Scope): Reading {
	const reading = readCredential(credentialIn(answer), scope);
	const id = reading?.id ?? locatedId(answer);
	if (id === null) return onlyCredential(answer, scope);
	return { ...(reading ?? { ...nothingKnown(id), parentId: scope.accountGroupId }), id };
}

/** The ID in the address of a new credential. */
function locatedId({ headers: { location = '' } }: VendorAnswer): string | null {
	const [, segment = ''] = /\/credentials\/([^/?#]+)/.exec(location) ?? [];
	try {
		return asText(decodeURIComponent(segment));
	} catch {
		return null;
	}
}

/** The credential as answered, of whatever form: v7 answers with the credential itself, v6 with a list of one. */
export function credentialIn({ body }: VendorAnswer): unknown {
	const list: unknown = asObject(body).credentials;
	return Array.isArray(list) ? list[0] : body;
}

/**
 * What both versions show of a credential; `null` when it is none. Somebody may have put a copy of the value, if it is there,
 * into the name.
 */
export function readCredential(credential: unknown, { accountGroupId }: Scope): Reading | null {
	const { id, credentialId, name } = asObject(credential);
	const answeredId = asText(id) ?? asText(credentialId);
	if (!isObject(credential) || (answeredId === null && asText(name) === null)) return null;
	return {
		...nothingKnown(answeredId),
		name: asText(name),
		parentId: accountGroupId,
		attributes: pick(credential, ['_links', 'apiLinks']),
		secrets: leaves(credential.value),
		verification: NOT_VERIFIED,
	};
}

/** Reads the credential to compare its value; `null` when no value was sent. */
export function readValueBack(scope: Scope, id: string | null, sent: string | undefined): ReadBack | null {
	if (sent === undefined || id === null) return null;
	return {
		request: {
			method: 'GET',
			path: credentialPath(scope.apiVersion, id),
			...scoped(scope),
			body: null,
		},
		verify: (answer) => {
			const shown = asObject(credentialIn(answer));
			const shownId = asText(shown.id) ?? asText(shown.credentialId);
			if (shownId !== null && shownId !== id) return unverifiable(say(MESSAGES.otherReadBack));
			const stored = asText(shown.value);
			if (stored === null) {
				return unverifiable(say(MESSAGES.mayNotSee));
			}
			if (comparableSecret(stored) === comparableSecret(sent)) return { status: 'verified', method: 'readBack', detail: null };
			return { status: 'failed', method: 'readBack', detail: say(MESSAGES.otherValue) };
		},
	};
}
