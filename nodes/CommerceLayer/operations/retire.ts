import sortBy from 'lodash/sortBy';

import {
	collection,
	cureOf,
	eachOnce,
	type ExistingTarget,
	Failure,
	nothingKnown,
	optionalPlace,
	type Parameters,
	readSwitch,
	type Reading,
	requireEmpty,
	say,
	type Stepped,
	type StepwiseOperation,
	type Target,
	textOf,
	toDateTime,
	type Tools,
	type Verification,
} from '../../kit';
import { signingIn } from '../kinds';
import { MESSAGES } from '../messages';
import { credentialPath, READ_HEADERS } from '../paths';
import { contradiction, type Held, lookAt, markOf, prove, successionOf, successorsOf } from '../rotation';
import { getAll, listing } from './getAll';

interface RetireInput extends Target {
	/** Whether the old pair is to be tried out once its credential is deleted. */
	provesEnd: boolean;
}

const PROVE_END = 'Prove the End';

/**
 * Deletes what was rotated once its grace period is over, and its successor is there and signs in. Whatever does not carry the mark
 * of a rotation stays.
 */
export const retire: StepwiseOperation<RetireInput> = {
	read: (parameters: Parameters) => ({
		id: optionalPlace(parameters.get('credentialId'), 'API Credential'),
		provesEnd: readSwitch(collection(parameters, 'options').proveEnd, PROVE_END),
	}),

	targets: async (input, tools) => {
		const all = await tools.list(getAll, listing({}));
		// The oldest first: one that was replaced in its turn is the proof of the one before it.
		return sortBy(all, ({ createdAt }) => toDateTime(createdAt)?.toMillis() ?? Infinity).filter((each) => each.id !== null && markOf(each).replacedBy !== undefined).map(({ id }) => ({ ...input, id }));
	},

	carryOut: async (input, tools) => {
		const { id, provesEnd } = input as RetireInput & ExistingTarget;
		const { done: old } = await tools.unlessGone(id, async () => await lookAt(tools, id));
		if (old === null) return goneAlready(id);
		tools.noteSeen(old.reading);
		const { replacedBy, retireAfter } = old.mark;
		if (replacedBy === undefined || retireAfter === undefined) return kept(old, say(MESSAGES.notRotated));
		if (toDateTime(retireAfter)!.toMillis() > Date.now()) return kept(old, say(MESSAGES.inGrace));
		const { successorId, verification } = await provenSuccessor(tools, old, replacedBy);
		const shown = told(old, 'marked', verification, successorId);
		const deletion = { method: 'DELETE' as const, path: credentialPath(id), headers: READ_HEADERS, body: null };
		const { gone } = await tools.unlessGone(id, async () => await tools.change(deletion, shown, (answer) => requireEmpty('Commerce Layer', answer), { repeatSafe: true }));
		if (gone === 'before') return goneAlready(id);
		return told(old, 'retired', provesEnd ? await provenEnd(tools, old, verification) : verification, successorId);
	},
};

function goneAlready(id: string): Stepped {
	const verification: Verification = { status: 'skipped', method: 'none', detail: say(MESSAGES.goneBefore) };
	return { reading: { ...nothingKnown(id), verification, outcome: 'unchanged', succession: successionOf(id) } };
}

function kept(old: Held, detail: string): Stepped {
	const { reading, ...rest } = told(old, old.mark.replacedBy === undefined ? null : 'marked', { status: 'skipped', method: 'none', detail });
	return { ...rest, reading: { ...reading, outcome: 'unchanged' } };
}

function told({ id, mark, reading }: Held, stage: 'marked' | 'retired' | null, verification: Verification, successorId = mark.replacedBy ?? null): Stepped {
	const succession = successionOf(id, { stage, successorId, retireAfter: mark.retireAfter ?? null });
	const shown: Reading = { ...reading, verification, succession };
	return { reading: shown };
}

/**
 * The successor has to be there, and to be this credential's; or, where it was retired itself, the one that has its place now. Throws a
 * `Failure` when the old one is still needed.
 */
async function provenSuccessor(tools: Tools, old: Held, replacedBy: string): Promise<{ successorId: string; verification: Verification }> {
	const { done: direct } = await tools.unlessGone(replacedBy, async () => await lookAt(tools, replacedBy));
	if (direct !== null && (direct.mark.of !== old.id || direct.mark.state !== 'active')) throw needed(MESSAGES.successorStrange);
	const successor = direct ?? (await heirOf(tools, old, replacedBy));
	if (successor === null) throw needed(MESSAGES.successorGone);
	const verification = await prove(tools, successor);
	if (verification.status === 'failed') throw needed(MESSAGES.successorRefused);
	return { successorId: successor.id, verification };
}

/** What a credential that is gone was replaced by; `null` where nothing was handed over in its place. */
async function heirOf(tools: Tools, { id: ownId, reading }: Held, id: string): Promise<Held | null> {
	const [first] = (await successorsOf(tools, { id, reading })).filter((each) => each.id !== ownId);
	if (first === undefined) return null;
	const heir = await lookAt(tools, first.id!);
	return heir.mark.of === id && heir.mark.state === 'active' ? heir : null;
}

function needed(message: { text: string; cause: string; cure: string }): Failure {
	return new Failure({ code: 'conflict', stage: 'read', message: textOf(message), hint: cureOf(message) });
}

/** Whether the old pair is refused now. Throws a `Failure` where it is not: the credential is deleted all the same. */
async function provenEnd(tools: Tools, { pair, reading }: Held, successors: Verification): Promise<Verification> {
	const client = signingIn(reading.type ?? '', pair);
	if (client === null) return { ...successors, detail: eachOnce([successors.detail, say(MESSAGES.oldUntried)]) };
	if (await tools.signsIn(client, { accepted: false })) {
		throw contradiction(textOf(MESSAGES.oldStillTaken), cureOf(MESSAGES.oldStillTaken));
	}
	return { ...successors, detail: eachOnce([successors.detail, say(MESSAGES.oldRefused)]) };
}
