import type { OperationName } from '../../kit/operation';
import type { Reading, Verification } from '../../kit/reading';
import { CONTRADICTIONS } from '../operation/perform';
import type { Subject } from './result';

/**
 * What a result says to people, in whole sentences: how far a change is borne out, and how what was given was mended. The
 * same words for the same case, without ID or name: n8n stores equal texts once. `null` where its other keys say it all.
 */
export function messageOf({ label, operation }: Subject, reading: Reading, notes: readonly string[]): string | null {
	return [OF_OPERATION[operation](label, reading), ...notes].filter(Boolean).join(' ') || null;
}

type Sentence = (label: string, reading: Reading) => string | null;

const PLANNED = 'Nothing was changed: this was a dry run, and the plan is what would be sent.';

/** What was changed, unless it was only planned, or nothing had to be. */
function ofChange(unchanged: Sentence, done: Sentence): Sentence {
	return (label, reading) =>
		reading.outcome === 'planned' ? PLANNED : reading.outcome === 'unchanged' ? unchanged(label, reading) : done(label, reading);
}

const OF_OPERATION: Readonly<Record<OperationName, Sentence>> = {
	begin: ofChange(
		() => 'A rotation is under way already, so no new values were made: those that are stored stay.',
		() => 'The new values are stored, and those from before beside them. No vendor has got them yet.',
	),
	create: ofChange((label, { verification }) => verification.detail ?? `${label} had such a credential already, and created none.`, borneOut),
	delete: ofChange(
		() => 'There was nothing to delete: the credential is gone already.',
		(label) => `${label} has deleted the credential.`,
	),
	finish: ofChange(
		() => 'The rotation was finished already.',
		() => 'The rotation is finished: its values count as current.',
	),
	get: () => null,
	getAll: () => null,
	retire: ofChange(
		(_label, { verification: { detail } }) => detail ?? 'There was nothing to delete.',
		(label, { verification: { detail } }) => [`${label} has deleted the credential.`, detail].filter(Boolean).join(' '),
	),
	rollBack: ofChange(
		() => 'The rotation was rolled back already.',
		() => 'The values from before are the stored ones again.',
	),
	rotate: ofChange(
		() => 'The credential is replaced already, so nothing was made.',
		(_label, { verification: { detail } }) => ['The credential has a successor, whose pair is stored as the new secret, and stays in force until it is retired.', detail].filter(Boolean).join(' '),
	),
	test: borneOutByTest,
	update: ofChange((label) => `Nothing was sent: ${label} has these values already.`, borneOut),
};

/** What a try of the credential has come to: in the vendor record's words, where it has some. */
function borneOutByTest(label: string, { verification: { status, detail } }: Reading): string | null {
	return detail ?? (status === 'failed' ? `The credential does not pass the test that ${label} has for it.` : `${label} has tested the credential, and it works.`);
}

/** How far a change is borne out: in the vendor record's words, where it has some. */
function borneOut(label: string, { verification: { status, method, detail } }: Reading): string | null {
	if (status === 'skipped') return `${label} has taken the change, which was not checked, because “Verify” is off.`;
	if (status === 'failed') return [`${label} has taken the change, but ${CONTRADICTIONS[method]}.`, detail].filter(Boolean).join(' ');
	return detail ?? SHOWN[method](label);
}

const SHOWN: Readonly<Record<Verification['method'], (label: string) => string>> = {
	none: (label) => `${label} has taken the change.`,
	readBack: (label) => `${label} shows what was sent when it is read again.`,
	response: (label) => `${label} shows in its answer what was sent.`,
	vendor: (label) => `${label} has tried out what was sent before it took it.`,
};
