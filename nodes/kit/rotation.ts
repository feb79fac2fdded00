import { randomUUID } from 'crypto';
import { DateTime } from 'luxon';

import { asText, isObject, withoutByteOrderMark } from './json';

/** How far a rotation is whose mark stands in a stored secret. */
const ROTATION_STATES = ['starting', 'pending', 'current', 'rolledBack'] as const;

export type RotationState = (typeof ROTATION_STATES)[number];

/** What stands in the field “Rotation” of a stored secret. */
export interface RotationMark {
	/** A UUID of chance: it tells versions of a secret apart and nothing of what they are. */
	id: string;
	/**
	 * `starting`: the values are still those from before. `pending`: they are the new ones, which may not be everywhere yet.
	 * `current`: they are. `rolledBack`: they are those from before again.
	 */
	state: RotationState;
	/** ISO times; `null` where they are not known, or not yet. */
	startedAt: string | null;
	finishedAt: string | null;
}

/** As it is written: other text in its place, such as a secret that was pasted into the wrong field, is no ID that may be shown. */
const ID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/**
 * Reads such a mark; `null` when there is none. What a person has made of it counts as none rather than stops what only wants the
 * values beside it.
 */
export function readMark(value: unknown): RotationMark | null {
	const mark = typeof value === 'string' ? parsed(value) : value;
	if (!isObject(mark)) return null;
	const { id, startedAt, finishedAt } = mark;
	const state = ROTATION_STATES.find((each) => each === mark.state);
	if (typeof id !== 'string' || !ID.test(id) || state === undefined) return null;
	return { id, state, startedAt: asText(startedAt), finishedAt: asText(finishedAt) };
}

/** The mark of a rotation that begins now. */
export function newMark(): RotationMark {
	return { id: randomUUID(), state: 'starting', startedAt: nowIso(), finishedAt: null };
}

/** What is written to see whether it arrives: a time for people, and a UUID of chance, so that no two are alike. */
export function newProbe(): string {
	return `${nowIso()} ${randomUUID()}`;
}

export function nowIso(): string {
	return DateTime.utc().toISO();
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(withoutByteOrderMark(text));
	} catch {
		return null;
	}
}
