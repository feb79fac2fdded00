import isEqual from 'lodash/isEqual';

import { Failure, type FailureCode, invalidInput } from './failure';
import type { RotationMark } from './rotation';
import { rotationMarkField, SELECTORS } from './secretFields';
import { type HeldValues, valuesAt, type VaultPlace, wholeOf, withValuesAt } from './storedValues';

/** What stands in the two stored secrets of a rotation, at one moment. */
export interface RotationSeen {
	/** In the one that holds new values. */
	new: { values: HeldValues; mark: RotationMark | null };
	/** In the one that holds those from before. */
	previous: HeldValues;
}

/** One request: what it does not name stays as it is. */
export interface RotationWrite {
	to: 'new' | 'previous';
	/** All the values that are to stand there. */
	values?: HeldValues;
	mark?: RotationMark;
}

/** The fields that such a request sends. */
export function fieldsOf({ values, mark }: RotationWrite): Record<string, string> {
	return {
		...(values === undefined ? {} : wholeOf(values)),
		...(mark === undefined ? {} : { [rotationMarkField.name]: JSON.stringify(mark) }),
	};
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
	const isKept = Object.keys(values).length === 0 || isEqual(values, previous);
	if (!isKept) return { write: { to: 'previous', values } };
	return { write: { to: 'new', values: beginning.values, mark: { ...mark, state: 'pending' } } };
}

/** The step of Finish. Throws a `Failure` (`invalidInput`) where there is nothing to finish. */
export function nextOfFinish({ new: { mark } }: RotationSeen, now: string): RotationStep {
	if (mark?.state === 'current') return { write: null, mark };
	if (mark?.state === 'pending') return { write: { to: 'new', mark: { ...mark, state: 'current', finishedAt: now } } };
	if (mark?.state === 'starting') throw invalidInput('The rotation in “New Secret” has not got its new values yet. Run Begin once more, and then what follows it.');
	throw nothingUnderWay();
}

/** The step of Roll Back. Throws a `Failure` (`invalidInput`) where there is nothing to go back to. */
export function nextOfRollBack({ new: { mark }, previous }: RotationSeen, now: string): RotationStep {
	if (mark === null) throw nothingUnderWay();
	if (mark.state === 'rolledBack') return { write: null, mark };
	const rolledBack: RotationMark = { ...mark, state: 'rolledBack', finishedAt: now };
	// The values from before stand there still.
	if (mark.state === 'starting') return { write: { to: 'new', mark: rolledBack } };
	if (Object.keys(previous).length === 0) {
		throw invalidInput('“Secret Before” is empty, so there is nothing to go back to. Enter the values from before in it, or choose the credential that Begin has written to.');
	}
	return { write: { to: 'new', values: previous, mark: rolledBack } };
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
 * Throws a `Failure` where nothing may be handed over: other values of these names stand at the place, which may be in force
 * somewhere, or another rotation has not come to its end there.
 */
export function requireRoom({ new: { values: held, mark } }: RotationSeen, { id, place, values, before }: Omit<HandOver, 'id'> & { id: string | null }): void {
	if (mark !== null && mark.id !== id && (mark.state === 'starting' || mark.state === 'pending')) {
		throw invalidInput('“New Secret” is in another rotation, which has not come to its end. Finish it or roll it back first, with the node n8n Credentials, or choose another credential.');
	}
	const standing = valuesAt(held, place, SELECTORS.new);
	const strange = [...new Set([...values.keys(), ...before.keys()])].filter((name) => standing.has(name) && ![values.get(name), before.get(name)].includes(standing.get(name)));
	if (strange.length === 0) return;
	const names = strange.map((name) => `“${name}”`).join(' and ');
	throw invalidInput(`“New Secret” has other values under ${names} than the credential that is rotated, and they may be in force somewhere. Remove them there, give another “Key”, or choose another credential.`);
}

/**
 * The next step of a hand-over, by nothing but what stands there. The mark goes first, because it changes no value where the
 * key turns out to be that of another n8n. Throws as `requireRoom`.
 */
export function nextOfHandOver(seen: RotationSeen, over: HandOver, now: string): RotationStep {
	requireRoom(seen, over);
	const { mark, values } = seen.new;
	const [after, kept] = [withValuesAt(values, over.place, over.values, SELECTORS.new), keptOf(seen, over)];
	if (mark?.id !== over.id) return { write: { to: 'new', mark: { id: over.id, state: 'starting', startedAt: now, finishedAt: null } } };
	if (mark.state === 'current' && isEqual(values, after)) return { write: null, mark };
	if (!isEqual(seen.previous, kept)) return { write: { to: 'previous', values: kept } };
	return { write: { to: 'new', values: after, mark: { ...mark, state: 'current', finishedAt: now } } };
}

/** What is to stand among the values from before: beside single values all others that stand there now, for they are put back as a whole. */
function keptOf({ new: { values }, previous }: RotationSeen, { place, before }: HandOver): HeldValues {
	const beside = place.key === null ? values : 'valuesJson' in previous ? previous : {};
	return withValuesAt(beside, place, before, SELECTORS.before);
}

/** Takes steps until none is left. Throws a `Failure` when what it writes does not arrive where it looks. */
export async function takeSteps(store: RotationStore, next: (seen: RotationSeen) => RotationStep): Promise<RotationOutcome> {
	let seen = await store.look();
	for (let steps = 0; steps < MOST_STEPS; steps += 1) {
		const step = next(seen);
		if (step.write === null) return { isDone: steps > 0, mark: step.mark };
		const before = seen;
		await store.write(step.write);
		seen = await store.look();
		if (isEqual(seen, before)) throw notSeen(step.write);
	}
	throw contended('it was handed over to');
}

function nothingUnderWay(): Failure {
	return invalidInput('“New Secret” is in no rotation. Run Begin first, or choose the credential that Begin has written to.');
}

/** Begin takes four steps; what others do meanwhile may add some. */
const MOST_STEPS = 12;

/**
 * Carries Begin out. Its own values are made when it is known what they take the place of, and once. Throws a `Failure` when
 * what it writes does not arrive where it looks.
 */
export async function beginRotation(store: RotationStore, mark: RotationMark, valuesAfter: (inForce: HeldValues) => HeldValues): Promise<RotationOutcome> {
	let seen = await store.look();
	if (seen.new.mark?.state === 'pending') return { isDone: false, mark: seen.new.mark };
	const beginning: Beginning = { mark, inForce: seen.new.values, values: valuesAfter(seen.new.values) };
	for (let steps = 0; steps < MOST_STEPS; steps += 1) {
		const step = nextOfBegin(seen, beginning);
		if (step.write === null) return { isDone: isEqual(seen.new.values, beginning.values), mark: step.mark };
		const before = seen;
		await store.write(step.write);
		seen = await store.look();
		if (isEqual(seen, before)) throw notSeen(step.write);
		// Another run has been through all of it meanwhile. What is there is not begun anew unasked.
		const { mark: now } = seen.new;
		if (now !== null && (now.state === 'current' || now.state === 'rolledBack')) return { isDone: false, mark: now };
	}
	throw contended('the rotation began');
}

/** Carries out a step that is one request. Throws a `Failure` when what it writes does not arrive where it looks. */
export async function takeStep(store: RotationStore, next: (seen: RotationSeen) => RotationStep): Promise<RotationOutcome> {
	const before = await store.look();
	const step = next(before);
	if (step.write === null) return { isDone: false, mark: step.mark };
	await store.write(step.write);
	const seen = await store.look();
	if (isEqual(seen, before)) throw notSeen(step.write);
	const after = next(seen);
	if (after.write !== null) throw stopped('conflict', 'What stands in “New Secret” was changed by somebody else at the same time. Look at its field “Rotation”, and run this once more.');
	return { isDone: true, mark: after.mark };
}

function contended(during: string): Failure {
	return stopped('conflict', `What stands in “New Secret” was changed by somebody else again and again while ${during}. Run this once more when nothing else writes to it.`);
}

/** The same ID may stand in another n8n, as after a copy of it. */
function notSeen({ values }: RotationWrite): Failure {
	const what = values === undefined ? 'No value was changed.' : 'Values were changed there: look at the credentials of the same IDs in it.';
	return stopped(
		'unexpectedResponse',
		`n8n has taken a change, and it is not seen in the credential of this node: the API key, or the base URL beside it, is that of another n8n. ${what} Choose an API key of this n8n.`,
	);
}

function stopped(code: FailureCode, message: string): Failure {
	return new Failure({ code, message, stage: 'answer', applied: 'yes' });
}
