import sortBy from 'lodash/sortBy';
import type { IDataObject } from 'n8n-workflow';

import {
	ANSWERS,
	asObject,
	asText,
	cureOf,
	Failure,
	holdsInexactNumber,
	invalidInput,
	isObject,
	type IssuedPair,
	type Reading,
	say,
	type Stepped,
	type Succession,
	textOf,
	toDateTime,
	type Tools,
	unreadable,
	unverifiable,
	type Verification,
} from '../kit';
import { credentialIn, linkedId, onlyCredential, verify } from './answer';
import { ROTATION_KEY } from './input';
import { hasSecret, signingIn } from './kinds';
import { MESSAGES } from './messages';
import { getAll, listing } from './operations/getAll';
import { API_CREDENTIALS, credentialPath, filterBy, READ_HEADERS, WITH_SECRET, WRITE_HEADERS } from './paths';

/** How far the successor is: made, refused at its proof, or handed over. */
const STATES = ['pending', 'failed', 'active'] as const;

/** Of a credential that takes the place of another one. */
interface SuccessorMark {
	/** A UUID: it tells the values that are handed over from others. */
	id: string;
	/** The ID of the one before. */
	of: string;
	state: (typeof STATES)[number];
}

/** Of one whose place was taken. */
interface PredecessorMark {
	/** The ID of its successor. */
	replacedBy: string;
	/** When it may be deleted; ISO. */
	retireAfter: string;
}

/** A credential can be both, one after the other. */
export type Mark = Partial<SuccessorMark> & Partial<PredecessorMark>;

/** As the node makes them, and n8n’s stored secrets take them. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/**
 * The mark in a credential's metadata, without what is not of its form; `null` where something else stands there, such as an
 * entry that people have given this name.
 */
function readMark(entry: unknown): Mark | null {
	if (!isObject(entry)) return null;
	const { id, of, state, replacedBy, retireAfter } = entry;
	const known = STATES.find((each) => each === state);
	const isSuccessor = typeof id === 'string' && UUID.test(id) && typeof of === 'string' && of !== '' && known !== undefined;
	const isPredecessor = typeof replacedBy === 'string' && replacedBy !== '' && typeof retireAfter === 'string' && toDateTime(retireAfter) !== null;
	if (!isSuccessor && !isPredecessor) return null;
	return { ...(isSuccessor ? { id, of, state: known } : {}), ...(isPredecessor ? { replacedBy, retireAfter } : {}) };
}

/** The mark of a listed credential; an empty one where it has none. */
export function markOf({ attributes }: Reading): Mark {
	const metadata = asObject(attributes.metadata);
	return (Object.hasOwn(metadata, ROTATION_KEY) ? readMark(metadata[ROTATION_KEY]) : null) ?? {};
}

/** A credential as it stands at the vendor, its pair included. */
export interface Held {
	id: string;
	reading: Reading;
	/** The resource object. */
	resource: IDataObject;
	/** What people have put there, and the mark. */
	metadata: IDataObject;
	mark: Mark;
	pair: IssuedPair;
}

/**
 * Looks at a credential, its pair included. Throws a `Failure`.
 * @param successorOf the one whose mark it has to carry, because it may be anybody's else; and where that has a secret, it has to show its
 * own, which would be missing beside the new ID when the pair is handed over
 */
export async function lookAt(tools: Tools, id: string, { successorOf }: { successorOf?: Held } = {}): Promise<Held> {
	return await tools.read({ method: 'GET', path: credentialPath(id), headers: READ_HEADERS, query: WITH_SECRET, body: null }, (answer) => {
		const reading = onlyCredential(answer);
		if (reading.id !== id) throw unreadable('Commerce Layer', say(ANSWERS.otherCredential));
		const resource = credentialIn(answer);
		const { client_id, client_secret, metadata } = asObject(resource.attributes);
		const clientId = asText(client_id);
		if (clientId === null) throw unreadable('Commerce Layer', say(MESSAGES.noClientId));
		// It is written as a whole: what is not shown would be lost.
		if (metadata !== null && !isObject(metadata)) throw unreadable('Commerce Layer', say(MESSAGES.noMetadata));
		const [mark, secret] = [markOf(reading), asText(client_secret)];
		if (successorOf !== undefined && mark.of !== successorOf.id) throw unreadable('Commerce Layer', say(MESSAGES.noMark));
		// The API describes it as optional. Without it nothing could be proven, and that would pass for a kind that cannot be.
		const needsSecret = hasSecret(reading.type ?? '') || (successorOf?.pair.secret ?? null) !== null;
		if (needsSecret && secret === null) throw unreadable('Commerce Layer', say(MESSAGES.noSecret));
		return { id, reading, resource, metadata: asObject(metadata), mark, pair: { id: clientId, secret } };
	});
}

/** Throws a `Failure` (`invalidInput`) where the node cannot write its mark without losing what people have put there. */
export function requireRoomForMark({ metadata }: Held): void {
	if (Object.hasOwn(metadata, ROTATION_KEY) && metadata[ROTATION_KEY] !== null && readMark(metadata[ROTATION_KEY]) === null) {
		throw invalidInput(say(MESSAGES.ownEntry));
	}
	if (holdsInexactNumber(metadata)) {
		throw invalidInput(say(MESSAGES.inexact));
	}
}

/** What people have put into the metadata, to the letter, and a mark. */
export function withMark(metadata: IDataObject, mark: Mark): IDataObject {
	return { ...metadata, [ROTATION_KEY]: { ...mark } };
}

/** The metadata without a mark. */
export function withoutMark(metadata: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== ROTATION_KEY));
}

/**
 * Writes to a credential's mark, beside what stands in its metadata at that moment: somebody may have changed that meanwhile, and the
 * API does not say whether it merges.
 */
export async function writeMark(tools: Tools, id: string, changes: Mark, shown: Stepped): Promise<Held> {
	const held = await lookAt(tools, id);
	requireRoomForMark(held);
	const mark = { ...held.mark, ...changes };
	const attributes = { metadata: withMark(held.metadata, mark) };
	const request = {
		method: 'PATCH' as const,
		path: credentialPath(id),
		headers: WRITE_HEADERS,
		query: WITH_SECRET,
		body: { data: { type: API_CREDENTIALS, id, attributes } },
	};
	return await tools.change(
		request,
		shown,
		(answer) => {
			if (answer.status === 204) return { ...held, mark, metadata: attributes.metadata };
			const resource = credentialIn(answer);
			if (verify({ attributes, links: {} }, resource).status === 'failed') throw contradiction(textOf(MESSAGES.otherMetadata), cureOf(MESSAGES.otherMetadata));
			return { ...held, resource, reading: { ...onlyCredential(answer), parentId: linkedId(resource, 'organization') ?? held.reading.parentId }, mark, metadata: attributes.metadata };
		},
		{ repeatSafe: true },
	);
}

/** What the vendor shows is not what it was asked for. */
export function contradiction(message: string, hint: string | null): Failure {
	return new Failure({ code: 'verificationFailed', stage: 'answer', message, hint });
}

/**
 * All that were made to take a credential's place, the one that counts first: one that was handed over, else the oldest that was not
 * refused, so that two runs at once agree.
 */
export async function successorsOf(tools: Tools, { id, reading: { parentId, type } }: Pick<Held, 'id' | 'reading'>): Promise<Reading[]> {
	const siblings = await tools.list(getAll, listing({ ...filterBy('organization_id_eq', String(parentId)), ...filterBy('kind_eq', String(type)) }));
	const successors = siblings.filter((each) => each.id !== null && markOf(each).of === id);
	return sortBy(successors, [
		(each) => ['active', 'pending', 'failed'].indexOf(markOf(each).state!),
		({ createdAt }) => toDateTime(createdAt)?.toMillis() ?? Infinity,
		(each) => each.id,
	]);
}

/** How far a rotation is, by what stands at the vendor. */
export function successionOf(predecessorId: string, more: Partial<Succession> = {}): Succession {
	return { stage: null, successorId: null, retireAfter: null, orphans: [], ...more, predecessorId };
}

/** Whether a credential's pair is taken where it is used; `unverifiable` where nobody but a person can sign in with it. */
export async function prove(tools: Tools, { pair, reading }: Held): Promise<Verification> {
	const client = signingIn(reading.type ?? '', pair);
	if (client === null) return unverifiable(say(MESSAGES.pairUntried));
	const isTaken = await tools.signsIn(client, { accepted: true });
	if (isTaken) return { status: 'verified', method: 'vendor', detail: say(MESSAGES.pairSignsIn) };
	return { status: 'failed', method: 'vendor', detail: null };
}
