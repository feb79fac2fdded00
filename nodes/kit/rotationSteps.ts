import isEqual from 'lodash/isEqual';

import { Failure, type FailureCode, invalidInput } from './failure';
import type { VendorRequest } from './http';
import { MESSAGES } from './messages';
import { newProbe, type RotationMark } from './rotation';
import { probeField, rotationMarkField, SELECTORS } from './secretFields';
import { storeRequests } from './secretStore';
import { quoted, say } from './sentences';
import { type HeldValues, valuesAt, type VaultPlace, wholeOf, withValuesAt } from './storedValues';

const { rotation } = MESSAGES;

/** What stands in the two stored secrets of a rotation, at one moment. */
export interface RotationSeen {
	/** In the one that holds new values. `name`: what n8n calls it, for sentences. */
	new: { name: string; values: HeldValues; mark: RotationMark | null };
	/** In the one that holds those from before; the probe is what a run has written last to see that it reaches it. */
	previous: { name: string; values: HeldValues; probe: string };
}

/** One request: what it does not name stays as it is. */
export interface RotationWrite {
	to: 'new' | 'previous';
	/** All the values that are to stand there. */
	values?: HeldValues;
	/** To `new` alone. */
	mark?: RotationMark;
	/** To `previous` alone. */
	probe?: string;
}

/** The fields that such a request sends. */
function fieldsOf({ values, mark, probe }: RotationWrite): Record<string, string> {
	return {
		...(values === undefined ? {} : wholeOf(values)),
		...(mark === undefined ? {} : { [rotationMarkField.name]: JSON.stringify(mark) }),
		...(probe === undefined ? {} : { [probeField.name]: probe }),
	};
}

/** Such a request, to the one or the other of these credentials. `previousId` may be `null` where nothing is written to it. */
export function requestOf({ id, previousId }: { id: string; previousId: string | null }, write: RotationWrite): VendorRequest {
	return storeRequests.update(write.to === 'new' ? id : previousId!, { data: fieldsOf(write) });
}

/** What is to be done next, by what stands there: something to write, or nothing any more. */
export type RotationStep = { write: RotationWrite } | { write: null; mark: RotationMark };

/** The two stored secrets of a rotation: read as the node finds them, written from outside. */
export interface RotationStore {
	look(): Promise<RotationSeen>;
	write(write: RotationWrite): Promise<void>;
}

/** What has become of a step of a rotation: whether it was this run that took it, and the mark as it stands. */
export interface RotationOutcome {
	isDone: boolean;
	mark: RotationMark;
}

/** What one run of Begin brings along. */
interface Beginning {
	/** The mark that it sets first, if no other stands there. */
	mark: RotationMark;
	/** What stood in the place of new values when it first looked: it is in force until a rotation has got further. */
	inForce: HeldValues;
	/** The new values. */
	values: HeldValues;
}

/**
 * The next step of Begin, by nothing but what stands there: so a run goes on where one before it was stopped. No value that a
 * vendor may hold is overwritten before it stands with those from before.
 */
export function nextOfBegin({ new: { values, mark }, previous }: RotationSeen, beginning: Beginning): RotationStep {
	if (mark?.state === 'pending') return { write: null, mark };
	if (mark?.state !== 'starting') return { write: { to: 'new', mark: beginning.mark } };
	// Another run has brought its values, and a mark that was on its way has come down on them: they are not those in force.
	const isOvertaken = !isEqual(values, beginning.inForce);
	if (isOvertaken) return { write: { to: 'new', mark: { ...mark, state: 'pending' } } };
	const isKept = Object.keys(values).length === 0 || isEqual(values, previous.values);
	if (!isKept) return { write: { to: 'previous', values } };
	return { write: { to: 'new', values: beginning.values, mark: { ...mark, state: 'pending' } } };
}

/** The step of Finish. Throws a `Failure` (`invalidInput`) where there is nothing to finish. */
export function nextOfFinish({ new: { mark } }: RotationSeen, now: string): RotationStep {
	if (mark?.state === 'current') return { write: null, mark };
	if (mark?.state === 'pending') return { write: { to: 'new', mark: { ...mark, state: 'current', finishedAt: now } } };
	if (mark?.state === 'starting') throw invalidInput(say(rotation.notBegun));
	throw nothingUnderWay();
}

/** The step of Roll Back. Throws a `Failure` (`invalidInput`) where there is nothing to go back to. */
export function nextOfRollBack({ new: { mark }, previous }: RotationSeen, now: string): RotationStep {
	if (mark === null) throw nothingUnderWay();
	if (mark.state === 'rolledBack') return { write: null, mark };
	const rolledBack: RotationMark = { ...mark, state: 'rolledBack', finishedAt: now };
	// The values from before stand there still.
	if (mark.state === 'starting') return { write: { to: 'new', mark: rolledBack } };
	if (Object.keys(previous.values).length === 0) {
		throw invalidInput(say(rotation.nothingBefore));
	}
	return { write: { to: 'new', values: previous.values, mark: rolledBack } };
}

/** A pair of values that somebody else has issued, and what it takes the place of. */
interface HandOver {
	/** The rotation; a UUID. */
	id: string;
	place: VaultPlace;
	/** By name. */
	values: ReadonlyMap<string, string>;
	before: ReadonlyMap<string, string>;
}

/**
 * Throws a `Failure` (`invalidInput`) where nothing may be handed over: a stored secret is one for something else, as one may be that
 * n8n has chosen by itself; other values of these names stand at the place, which may be in force somewhere; or another rotation has
 * not come to its end there.
 */
export function requireRoom({ new: { name, values: held, mark }, previous }: RotationSeen, { place, values, before }: Omit<HandOver, 'id'>): void {
	if (mark?.state === 'starting' || mark?.state === 'pending') {
		throw invalidInput(say(rotation.inAnother));
	}
	const names = [...new Set([...values.keys(), ...before.keys()])];
	const standing = ownAt(held, place, names, { selector: SELECTORS.new, name });
	ownAt(previous.values, place, names, { selector: SELECTORS.before, name: previous.name });
	const strange = names.filter((each) => standing.has(each) && ![values.get(each), before.get(each)].includes(standing.get(each)));
	if (strange.length > 0) throw invalidInput(say(rotation.otherValues, { names: quoted(strange, ' and ') }));
}

/**
 * What stands at a place. Throws a `Failure` (`invalidInput`) where single values of other names stand there, or values in the other
 * form: under a key, others may stand beside these, but single values are all of one secret.
 */
function ownAt(held: HeldValues, place: VaultPlace, names: readonly string[], { selector, name }: { selector: string; name: string }): ReadonlyMap<string, string> {
	const label = `${selector}: ${name}`;
	const standing = valuesAt(held, place, label);
	const foreign = place.key === null ? [...standing.keys()].filter((each) => !names.includes(each)) : [];
	if (foreign.length > 0) throw invalidInput(say(rotation.foreignValues, { label, names: quoted(foreign, ' and '), selector }));
	return standing;
}

/**
 * The next step of a hand-over, by nothing but what stands there: what was in force stands with the values from before, before the new
 * ones take its place. Throws as `requireRoom`.
 */
export function nextOfHandOver(seen: RotationSeen, over: HandOver, now: string): RotationStep {
	requireRoom(seen, over);
	const { mark, values } = seen.new;
	const after = withValuesAt(values, over.place, over.values, SELECTORS.new);
	if (mark?.id === over.id && mark.state === 'current' && isEqual(values, after)) return { write: null, mark };
	const kept = keptOf(seen, over);
	if (!isEqual(seen.previous.values, kept)) return { write: { to: 'previous', values: kept } };
	return { write: { to: 'new', values: after, mark: { id: over.id, state: 'current', startedAt: now, finishedAt: now } } };
}

/** What is to stand among the values from before: under a key, beside what stands under others. */
function keptOf({ previous }: RotationSeen, { place, before }: HandOver): HeldValues {
	return withValuesAt(place.key === null ? {} : previous.values, place, before, SELECTORS.before);
}

function nothingUnderWay(): Failure {
	return invalidInput(say(rotation.noneUnderWay));
}

/** Begin takes three steps after its probe; what others do meanwhile may add some. */
const MOST_STEPS = 12;

/**
 * Carries Begin out. What it writes first, a probe, takes the place of nothing: an API key of another n8n, where the same
 * IDs may stand for something else, goes no further. Throws a `Failure`.
 */
export async function beginRotation(store: RotationStore, mark: RotationMark, valuesAfter: (inForce: HeldValues) => HeldValues): Promise<RotationOutcome> {
	let seen = await store.look();
	if (seen.new.mark?.state === 'pending') return { isDone: false, mark: seen.new.mark };
	// Made once before anything is written, for where they cannot be made, nothing is to be; and again by what stands there then.
	valuesAfter(seen.new.values);
	seen = await afterProbe(store, seen);
	if (seen.new.mark?.state === 'pending') return { isDone: false, mark: seen.new.mark };
	const beginning: Beginning = { mark, inForce: seen.new.values, values: valuesAfter(seen.new.values) };
	for (let steps = 0; steps < MOST_STEPS; steps += 1) {
		const step = nextOfBegin(seen, beginning);
		if (step.write === null) return { isDone: isEqual(seen.new.values, beginning.values), mark: step.mark };
		const before = seen;
		await store.write(step.write);
		seen = await store.look();
		if (isEqual(seen, before)) break;
		// Another run has been through all of it meanwhile. What is there is not begun anew unasked.
		const { mark: now } = seen.new;
		if (now !== null && (now.state === 'current' || now.state === 'rolledBack')) return { isDone: false, mark: now };
	}
	throw stopped('conflict', say(rotation.changedAgainAndAgain));
}

/** Takes steps until none is left, after a probe as Begin's. Throws a `Failure` when what it writes does not arrive where it looks. */
export async function takeSteps(store: RotationStore, next: (seen: RotationSeen) => RotationStep): Promise<RotationOutcome> {
	let seen = await store.look();
	const first = next(seen);
	if (first.write === null) return { isDone: false, mark: first.mark };
	seen = await afterProbe(store, seen);
	for (let steps = 0; steps < MOST_STEPS; steps += 1) {
		const step = next(seen);
		if (step.write === null) return { isDone: true, mark: step.mark };
		const before = seen;
		await store.write(step.write);
		seen = await store.look();
		if (isEqual(seen, before)) break;
	}
	throw stopped('conflict', say(rotation.changedDuringHandOver));
}

/** Carries out a step that is one request. Throws a `Failure` when what it writes does not arrive where it looks. */
export async function takeStep(store: RotationStore, next: (seen: RotationSeen) => RotationStep): Promise<RotationOutcome> {
	let before = await store.look();
	let step = next(before);
	// A mark alone takes the place of no value, and is a probe by itself.
	if (step.write?.values !== undefined) {
		before = await afterProbe(store, before);
		step = next(before);
	}
	if (step.write === null) return { isDone: false, mark: step.mark };
	await store.write(step.write);
	const seen = await store.look();
	if (isEqual(seen, before)) throw notReached();
	const after = next(seen);
	if (after.write !== null) throw stopped('conflict', say(rotation.changedMeanwhile));
	return { isDone: true, mark: after.mark };
}

/** What is seen once a probe has arrived. Throws a `Failure` (`unexpectedResponse`) where none has. */
async function afterProbe(store: RotationStore, before: RotationSeen): Promise<RotationSeen> {
	await store.write({ to: 'previous', probe: newProbe() });
	const seen = await store.look();
	// The probe of another run, which has come down on this one, was written by the same way.
	if (seen.previous.probe === before.previous.probe) throw notReached();
	return seen;
}

/** The same ID may stand in another n8n, as after a copy of it. */
function notReached(): Failure {
	return stopped('unexpectedResponse', say(rotation.otherInstance));
}

function stopped(code: FailureCode, message: string): Failure {
	return new Failure({ code, message, stage: 'answer', applied: 'yes' });
}
