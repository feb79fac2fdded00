import mapValues from 'lodash/mapValues';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { listEntries, unreadable } from './answers';
import { apiBaseUrl } from './credentialFields';
import { invalidInput } from './failure';
import type { VendorAnswer, VendorRequest } from './http';
import { asObject, asText, isObject, pick } from './json';
import { MESSAGES } from './messages';
import type { ListPage } from './operation';
import { pathTo } from './pathTo';
import { isPlaceholder } from './placeholders';
import { nothingKnown, type Reading, type Verification } from './reading';
import type { Refusal, Service } from './record';
import { labelOf } from './secretText';
import { say } from './sentences';
import { unverifiable } from './verification';

/**
 * n8n’s own credentials as a store of secrets, through its public API: what is asked of it, and what its answers say. They never
 * hold what is stored.
 */

/** How sentences call it. */
export const STORE_LABEL = 'n8n';

const CREDENTIALS = '/credentials';
const SCHEMAS = `${CREDENTIALS}/schema`;

/** The most that n8n lists at once. */
const PAGE_SIZE = '250';

/** What is stored in a credential, by the field's name in its type. */
export type StoredData = Record<string, string | number | boolean>;

/**
 * The base URL that a credential for n8n's API stands for, its version included. Throws a `Failure` (`invalidInput`) when it
 * cannot be used.
 */
export function storeBaseUrl({ baseUrl, allowPlainHttp }: ICredentialDataDecryptedObject): string {
	return apiBaseUrl(baseUrl, [CREDENTIALS], { allowsPlainHttp: allowPlainHttp === true });
}

export const storeRequests = {
	list: (cursor?: string): VendorRequest => ({ method: 'GET', path: CREDENTIALS, query: { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) }, body: null }),
	get: (id: string): VendorRequest => ({ method: 'GET', path: pathTo(CREDENTIALS, id), body: null }),
	/** The fields of a type of credentials, which any key may read. */
	schema: (type: string): VendorRequest => ({ method: 'GET', path: pathTo(SCHEMAS, type), body: null }),
	create: (name: string, type: string, data: StoredData): VendorRequest => ({ method: 'POST', path: CREDENTIALS, body: { name, type, data: storable(data) } }),
	/** Without `isPartialData`, n8n destroys every field that is not sent, and reports success: it is always there. */
	update: (id: string, { name, data }: { name?: string; data?: StoredData }): VendorRequest => ({
		method: 'PATCH',
		path: pathTo(CREDENTIALS, id),
		body: { ...(name === undefined ? {} : { name }), ...(data === undefined ? {} : { data: storable(data) }), isPartialData: true },
	}),
	remove: (id: string): VendorRequest => ({ method: 'DELETE', path: pathTo(CREDENTIALS, id), body: null }),
	/** Has n8n try the credential out where it is used. */
	test: (id: string): VendorRequest => ({ method: 'POST', path: pathTo(CREDENTIALS, id, 'test'), body: null }),
};

/** The values as they have to be sent to be used as they are. Throws a `Failure` (`invalidInput`) for one that n8n would not store. */
function storable(data: StoredData): IDataObject {
	return mapValues(data, (value, field) => {
		if (typeof value !== 'string') return value;
		// n8n keeps what it has for a value that is its stand-in for a hidden one, and reports success.
		if (isPlaceholder(value)) throw invalidInput(say(MESSAGES.secret.placeholder, { label: labelOf('Fields', [field]) }));
		return asLiteral(value);
	});
}

/**
 * A text as n8n uses it as it is. One that begins with “=” counts as an expression there, so it is sent as one that yields it:
 * as its JSON, in which no brace can end the expression early.
 */
export function asLiteral(text: string): string {
	if (!text.startsWith('=')) return text;
	const json = JSON.stringify(text).replaceAll('{', String.raw`\u007b`).replaceAll('}', String.raw`\u007d`);
	return `={{ ${json} }}`;
}

/** What any answer shows of a credential; `null` when it is none. */
function readStored(raw: unknown): Reading | null {
	const { id, name, type, createdAt, updatedAt } = asObject(raw);
	if (!isObject(raw) || asText(id) === null) return null;
	return {
		...nothingKnown(asText(id)),
		name: asText(name),
		type: asText(type),
		createdAt: createdAt ?? null,
		updatedAt: updatedAt ?? null,
		attributes: pick(raw, ['isManaged', 'isGlobal', 'isResolvable', 'shared']),
	};
}

/** The credential in an answer that holds one. Throws a `Failure` (`unexpectedResponse`) when it names none. */
export function onlyStored({ body }: VendorAnswer): Reading {
	const reading = readStored(body);
	if (reading === null) throw unreadable(STORE_LABEL, say(MESSAGES.answer.namesNone));
	return reading;
}

/**
 * The credential in the answer to its deletion, from which some releases leave the ID out. Throws a `Failure`
 * (`unexpectedResponse`) when it names none.
 */
export function removedFromStore(id: string, { body }: VendorAnswer): Reading {
	const { name, type } = asObject(body);
	const isNamed = asText(name) !== null && asText(type) !== null;
	const reading = readStored(isNamed ? { id, ...asObject(body) } : body);
	if (reading === null) throw unreadable(STORE_LABEL, say(MESSAGES.answer.unconfirmed));
	return reading;
}

/** A page of the list. Throws a `Failure` (`unexpectedResponse`) when it is none. */
export function storedPage({ body }: VendorAnswer): ListPage {
	const { data, nextCursor } = asObject(body);
	if (!Array.isArray(data)) throw unreadable(STORE_LABEL, say(MESSAGES.answer.holdsNoList));
	return { entries: listEntries(data, readStored), cursor: asText(nextCursor) ?? undefined };
}

/** n8n knows tests for some types alone; what it says where there is none is no verdict. */
const NO_TEST = /no testing function/i;

/**
 * What n8n says of a credential that it has tried out. Throws a `Failure` (`unexpectedResponse`) when it says nothing of that.
 * What it has heard from where the credential is used is left out: it may hold anything.
 * @param type of the credential; `null` where it is not known
 */
export function readTested({ body }: VendorAnswer, type: string | null): Verification {
	const { status, message } = asObject(body);
	if (status === 'OK' && keepsToken(type)) return unverifiable(say(MESSAGES.outcome.tokenThere, { vendor: STORE_LABEL }));
	if (status === 'OK') return { status: 'verified', method: 'vendor', detail: say(MESSAGES.outcome.testPassed, { vendor: STORE_LABEL }) };
	if (status !== 'Error') throw unreadable(STORE_LABEL, say(MESSAGES.answer.noVerdict));
	if (NO_TEST.test(asText(message) ?? '')) return unverifiable(say(MESSAGES.outcome.noTest, { vendor: STORE_LABEL }));
	return { status: 'failed', method: 'vendor', detail: null };
}

const OAUTH = /oauth/i;

/**
 * Whether credentials of a type sign in by OAuth. n8n goes on using the access token that such a one has, and takes that for
 * proof, whatever becomes of its other fields.
 */
export function keepsToken(type: string | null): boolean {
	return type !== null && OAUTH.test(type);
}

/** What n8n answers where its release does not have what was asked for: a path, or a method of one. */
const UNKNOWN_REQUEST: Readonly<Record<number, RegExp>> = { 404: /^not found$/, 405: /./ };

/** How n8n says that a field is missing beside those that were sent. */
const INCOMPLETE = /^request\.body\.data .*requires property/s;

/** n8n says no in a sentence alone. */
export function readStoreRefusal({ status, body }: VendorAnswer): Refusal | null {
	const message = asText(asObject(body).message);
	if (status < 400) return null;
	if (message !== null && UNKNOWN_REQUEST[status]?.test(message)) return { code: 'permission', vendorCode: null, vendorMessage: message, hint: say(MESSAGES.store.olderRelease) };
	if (message === null) return null;
	return { vendorCode: null, vendorMessage: message, ...(status === 400 && INCOMPLETE.test(message) ? { hint: say(MESSAGES.store.wholeWanted) } : {}) };
}

/** The same as a host that a node of another vendor hands secrets over to, beside its own. */
export const secretStore: Service = {
	label: STORE_LABEL,
	credentialType: () => 'rotationN8nApi',
	baseUrl: (credentials) => storeBaseUrl(credentials),
	// n8n gives requests no id; this is the header that proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	/** n8n sets no limit for its public API. */
	limits: { account: ['apiKey'], windows: [] },
	refusal: readStoreRefusal,
	codes: {},
	hints: {
		authentication: say(MESSAGES.store.keyRefused),
		permission: say(MESSAGES.store.needsUpdate),
		notFound: say(MESSAGES.store.secretNotFound),
		unexpectedResponse: say(MESSAGES.store.elsewhere),
	},
	isSafe: isSafeForStore,
};

/** What a plan may show of a request: nothing of what is stored. */
export function isSafeForStore(path: readonly string[]): boolean {
	return ['name', 'type', 'isPartialData'].includes(path.join('.'));
}
