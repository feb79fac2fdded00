import pickBy from 'lodash/pickBy';
import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import {
	asObject,
	asText,
	type Change,
	cureOf,
	type ExistingTarget,
	invalidInput,
	isLeftEmpty,
	type IssuedPair,
	newMark,
	nextOfHandOver,
	NOT_VERIFIED,
	nowIso,
	optionalPlace,
	type Parameters,
	PLACE_LABELS,
	type Reading,
	requireInteger,
	requireRoom,
	requireText,
	say,
	secretsInUserInfo,
	type Stepped,
	type StepwiseOperation,
	type Succession,
	textOf,
	type Tools,
	unreadable,
	type VaultPlace,
	type Verification,
} from '../../kit';
import { linkedId, onlyCredential, verify } from '../answer';
import { EXPIRES_IN_BOUNDS, GRACE_BOUNDS, isMode, type Links, readTarget, relationshipsTo } from '../input';
import { roleOf } from '../kinds';
import { MESSAGES } from '../messages';
import { API_CREDENTIALS, CREDENTIALS_PATH, WITHOUT_SECRET, WRITE_HEADERS } from '../paths';
import { contradiction, type Held, lookAt, markOf, prove, requireRoomForMark, successionOf, successorsOf, withMark, withoutMark, writeMark } from '../rotation';

type RotateInput = ExistingTarget &
	Change & {
		/** What the successor is to be called; `null`: as the one before, with the day. */
		name: string | null;
		/** The day on the workflow's clock. */
		today: string;
		graceHours: number;
		place: VaultPlace;
	};

/**
 * Makes a successor of a credential, proves its pair, hands it over, and marks the credential for its end. Until then nothing of the
 * credential is touched, and it stays in force after that.
 */
export const rotate: StepwiseOperation<RotateInput> = {
	read: readInput,
	carryOut: async (input, tools) => {
		const vault = await tools.vault(input.place);
		const old = await lookAt(tools, input.id);
		tools.noteSeen(old.reading);
		tools.keepSecret(secretsInUserInfo(asObject(old.resource.attributes).redirect_uri));
		requireOwnTurn(old);
		requireRoomForMark(old);
		const found = await successorsOf(tools, old);
		const current = found.find(({ id }) => id === old.mark.replacedBy);
		if (current !== undefined) return replacedAlready(old, current, found);
		const copy = copyOf(old);
		if (found.length === 0) {
			// What would stop the hand-over is told before there is anything to hand over.
			requireRoom(await vault.look(), { place: input.place, values: new Map(NAMES.map((name) => [name, ''])), before: valuesOf(old.pair) });
			await vault.reach();
		}
		const [chosen, ...others] = found.length > 0 ? found : await create(tools, input, old, copy);
		const successor = await lookAt(tools, chosen!.id!, { successorOf: old });
		const orphans = others.map(({ id }) => id!);
		const story = (stage: Succession['stage'], verification: Verification = NOT_VERIFIED): Stepped => ({
			reading: { ...old.reading, verification, succession: successionOf(old.id, { stage, successorId: successor.id, orphans }) },
			notes: orphans.length === 0 ? [] : [say(MESSAGES.orphaned)],
			rotationId: successor.mark.id ?? null,
		});
		const verification = await proven(tools, successor, copy, story('created'));
		if (successor.mark.state !== 'active') {
			const over = { id: successor.mark.id!, place: input.place, values: valuesOf(successor.pair), before: valuesOf(old.pair) };
			await vault.follow((seen) => nextOfHandOver(seen, over, nowIso()), story(verification.status === 'verified' ? 'signedIn' : 'created'));
			await writeMark(tools, successor.id, { state: 'active' }, story('handedOver'));
		}
		const retireAfter = DateTime.utc().plus({ hours: input.graceHours }).toISO();
		const marked = await writeMark(tools, old.id, { replacedBy: successor.id, retireAfter }, story('handedOver'));
		const { reading, ...rest } = story('marked', verification);
		return { ...rest, notes: [...rest.notes!, ...otherScopes(old, successor)], reading: { ...marked.reading, verification, succession: { ...reading.succession!, retireAfter } } };
	},
};

function readInput(parameters: Parameters): RotateInput {
	const target = readTarget(parameters);
	const key = optionalPlace(parameters.get('key'), PLACE_LABELS.key);
	const group = optionalPlace(parameters.get('keyVendor'), PLACE_LABELS.group);
	if (group !== null && key === null) throw invalidInput(say(MESSAGES.keyAlone));
	const newName = parameters.get('newName');
	return {
		...target,
		name: isLeftEmpty(newName) ? null : requireText(newName, 'New Name'),
		today: DateTime.now().setZone(parameters.timezone).toISODate() ?? nowIso().slice(0, 10),
		graceHours: requireInteger(parameters.get('graceHours'), 'Grace Period (Hours)', GRACE_BOUNDS),
		place: { key, group },
		changed: [...NAMES],
		secrets: [],
	};
}

/** Under which names a pair stands in a stored secret: the vendor's own. */
const NAMES = ['client_id', 'client_secret'] as const;

function valuesOf({ id, secret }: IssuedPair): ReadonlyMap<string, string> {
	return new Map([['client_id', id], ...(secret === null ? [] : [['client_secret', secret] as const])]);
}

/** A successor that was not handed over yet is not rotated itself: the one before it would never be marked. */
function requireOwnTurn({ mark }: Held): void {
	if (mark.of === undefined || mark.state === 'active') return;
	throw invalidInput(say(MESSAGES.unfinished));
}

function replacedAlready({ id, mark, reading }: Held, current: Reading, all: Reading[]): Stepped {
	const orphans = all.filter((each) => each !== current).map((each) => each.id!);
	const succession = successionOf(id, { stage: 'marked', successorId: current.id, retireAfter: mark.retireAfter ?? null, orphans });
	return {
		reading: { ...reading, verification: NOT_VERIFIED, outcome: 'unchanged', succession },
		notes: orphans.length === 0 ? [] : [say(MESSAGES.orphaned)],
		rotationId: markOf(current).id ?? null,
	};
}

/** What a successor has in common with the one before. */
interface Copy {
	attributes: IDataObject;
	links: Links;
}

/** Throws a `Failure` (`invalidInput`) for what the API would not take in a new credential. */
function copyOf({ reading, resource, metadata }: Held): Copy {
	const { kind, mode, custom, redirect_uri, expires_in, reference, reference_origin } = asObject(resource.attributes);
	const [organization, role, lifetime] = [reading.parentId, linkedId(resource, 'role'), asText(expires_in)];
	const needsRole = roleOf(String(kind));
	if (organization === null || asText(kind) === null || !isMode(mode)) throw invalidInput(say(MESSAGES.placeUnknown));
	if (needsRole === 'required' && role === null) throw invalidInput(say(MESSAGES.roleUnknown));
	if (needsRole === 'impossible' && role !== null) throw invalidInput(say(MESSAGES.roleNotGiven));
	if (lifetime !== null && !(Number(lifetime) >= EXPIRES_IN_BOUNDS.min && Number(lifetime) <= EXPIRES_IN_BOUNDS.max)) {
		throw invalidInput(say(MESSAGES.lifetimeNotGiven, EXPIRES_IN_BOUNDS));
	}
	const given = { redirect_uri, expires_in: lifetime === null ? null : Number(lifetime), reference, reference_origin };
	const attributes = { kind, mode, ...(custom === true ? { custom } : {}), ...pickBy(given, (value) => value !== null && value !== undefined), metadata: withoutMark(metadata) };
	return { attributes: attributes as IDataObject, links: { organization, ...(role === null ? {} : { role }) } };
}

/** Makes a successor, and yields all that there are then: another run may have made one at the same moment. */
async function create(tools: Tools, { name, today }: RotateInput, old: Held, { attributes, links }: Copy): Promise<Reading[]> {
	const { metadata, ...others } = attributes;
	const mark = { id: newMark().id, of: old.id, state: 'pending' as const };
	const named = { name: name ?? datedName(old.reading.name ?? old.id, today), ...others, metadata: withMark(asObject(metadata), mark) };
	const request = {
		method: 'POST' as const,
		path: CREDENTIALS_PATH,
		headers: WRITE_HEADERS,
		query: WITHOUT_SECRET,
		body: { data: { type: API_CREDENTIALS, attributes: named, ...relationshipsTo(links) } },
	};
	const shown = { reading: { ...old.reading, succession: successionOf(old.id) }, notes: [say(MESSAGES.notCopied)] };
	const made = await tools.change(request, shown, onlyCredential);
	if (made.id === null) throw unreadable('Commerce Layer', say(MESSAGES.noNewId));
	const all = await successorsOf(tools, old);
	return all.length > 0 ? all : [made];
}

/** A name that tells successors apart: that of the one before, and the day in the place of an earlier one. */
function datedName(name: string, today: string): string {
	return `${name.replace(/ \(\d{4}-\d\d-\d\d\)$/, '')} (${today})`;
}

/**
 * Whether the successor is what was asked for, and its pair is taken. Where it is not, that is noted with it, nothing is handed over,
 * and the next run tries the same one again. Throws a `Failure` then.
 */
async function proven(tools: Tools, successor: Held, { attributes, links }: Copy, shown: Stepped): Promise<Verification> {
	const isHandedOver = successor.mark.state === 'active';
	const likeness = isHandedOver ? null : verify({ attributes, links }, successor.resource);
	const verification = likeness?.status === 'failed' ? likeness : await prove(tools, successor);
	if (verification.status !== 'failed') return verification;
	// The item fails in any case, and the mark is there for people to see.
	if (!isHandedOver) await writeMark(tools, successor.id, { state: 'failed' }, shown).catch(() => {});
	if (verification === likeness) throw contradiction(textOf(MESSAGES.noCopy), cureOf(MESSAGES.noCopy, { detail: likeness.detail ?? '' }));
	throw contradiction(textOf(MESSAGES.pairRefused), cureOf(MESSAGES.pairRefused));
}

function otherScopes(old: Held, successor: Held): string[] {
	const [before, after] = [old, successor].map(({ resource }) => asText(asObject(resource.attributes).scopes));
	return before === after ? [] : [say(MESSAGES.otherScopes)];
}
