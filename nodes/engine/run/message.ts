import { MESSAGES } from '../../kit/messages';
import type { OperationName } from '../../kit/operation';
import type { Reading, Verification } from '../../kit/reading';
import { eachOnce, say } from '../../kit/sentences';
import { CONTRADICTIONS } from '../operation/mismatch';
import type { Subject } from './result';

/**
 * What a result says to people, in whole sentences: how far a change is borne out, and how what was given was mended. The
 * same words for the same case, without ID or name: n8n stores equal texts once. `null` where its other keys say it all.
 */
export function messageOf({ label, operation, storedIn = '' }: Subject, reading: Reading, notes: readonly string[]): string | null {
	return [OF_OPERATION[operation](label, reading, storedIn), ...notes].filter(Boolean).join(' ') || null;
}

/** @param storedIn what the user calls the stored secret that takes a pair */
type Sentence = (label: string, reading: Reading, storedIn: string) => string | null;

const { outcome: said, verification: contradicted } = MESSAGES;

const PLANNED = say(said.planned);

/** What was changed, unless it was only planned, or nothing had to be. */
function ofChange(unchanged: Sentence, done: Sentence): Sentence {
	return (label, reading, storedIn) =>
		reading.outcome === 'planned' ? PLANNED : (reading.outcome === 'unchanged' ? unchanged : done)(label, reading, storedIn);
}

const OF_OPERATION: Readonly<Record<OperationName, Sentence>> = {
	begin: ofChange(
		() => say(said.beganBefore),
		() => say(said.begun),
	),
	create: ofChange((label, { verification }) => verification.detail ?? say(said.had, { vendor: label }), borneOut),
	delete: ofChange(
		() => say(said.alreadyGone),
		(label) => say(said.deleted, { vendor: label }),
	),
	finish: ofChange(
		() => say(said.finishedBefore),
		() => say(said.finished),
	),
	get: () => null,
	getAll: () => null,
	retire: ofChange(
		(_label, { verification: { detail } }) => detail,
		(label, { verification: { detail } }) => eachOnce([say(said.deleted, { vendor: label }), detail]),
	),
	rollBack: ofChange(
		() => say(said.rolledBackBefore),
		() => say(said.rolledBack),
	),
	rotate: ofChange(
		() => say(MESSAGES.rotation.replacedBefore),
		(_label, { verification: { detail } }, storedIn) => eachOnce([say(MESSAGES.rotation.replaced, { label: storedIn }), detail]),
	),
	test: borneOutByTest,
	update: ofChange((label) => say(said.alreadyThere, { vendor: label }), borneOut),
};

/** What a try of the credential has come to: in the vendor record's words, where it has some. */
function borneOutByTest(label: string, { verification: { status, detail } }: Reading): string | null {
	return detail ?? say(status === 'failed' ? said.testNotPassed : said.testPassed, { vendor: label });
}

/** How far a change is borne out: in the vendor record's words, where it has some. */
function borneOut(label: string, { verification: { status, method, detail } }: Reading): string | null {
	if (status === 'skipped') return say(said.unverified, { vendor: label });
	if (status === 'failed') return [say(contradicted.taken, { vendor: label, contradiction: CONTRADICTIONS[method] }), detail].filter(Boolean).join(' ');
	return detail ?? SHOWN[method](label);
}

const SHOWN: Readonly<Record<Verification['method'], (label: string) => string>> = {
	none: (label) => say(said.taken, { vendor: label }),
	readBack: (label) => say(said.readAgain, { vendor: label }),
	response: (label) => say(said.answered, { vendor: label }),
	vendor: (label) => say(said.tried, { vendor: label }),
};
