import isEqual from 'lodash/isEqual';
import isMatch from 'lodash/isMatch';
import omitBy from 'lodash/omitBy';
import union from 'lodash/union';
import type { IDataObject } from 'n8n-workflow';

import type { Failure } from '../../kit/failure';
import type { VendorAnswer } from '../../kit/http';
import { pick } from '../../kit/json';
import { holdsMask } from '../../kit/masking';
import { MESSAGES } from '../../kit/messages';
import type { Operation, Target, Undoing } from '../../kit/operation';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import type { ItemContext } from './perform';
import { secondLook } from './secondLook';
import { readingOf } from './understanding';

const { verification: said } = MESSAGES;

/** An update that did not verify, and what was seen of the credential before it. */
export interface Unverified {
	input: Target;
	/** What “get” makes of the same parameters. */
	lookUp: Target | null;
	/** The same update with the secrets from before, where the user has stored them. */
	previous?: Target | null;
	/** The answer to a read before the update. */
	before: VendorAnswer | null;
	/** The answer to the update. */
	answer: VendorAnswer;
	/** The answer to the read of what was changed, where there was one. */
	readBack?: VendorAnswer | null;
	failure: Failure;
}

/**
 * Puts back what an update has changed, once, and only when the credential still is as this update has left it: anything
 * else would be somebody else's change. Returns the failure, completed by what was put back and what is left to a person.
 */
export async function putBack(
	{ vendor, exchange, secrets }: ItemContext,
	{ input, lookUp, previous, before, answer, readBack = null, failure }: Unverified,
): Promise<Failure> {
	const { get, update } = vendor.operations as { get: Operation; update: Operation };
	const completed = (restored: boolean | 'partial', what: string) =>
		failure.with({ restored, message: `${failure.message} ${what}` });
	if (update.undoing === undefined || lookUp === null || before === null) {
		const why = update.undoing?.needsPrevious ? said.onlyWithPrevious : said.nothingToPutBack;
		return completed(false, say(why, { vendor: vendor.label }));
	}
	const listed = (names: string[]) => secrets.redactor.value(names).join(', ');
	try {
		// A mask is not what is stored: put back, it would take the place of that.
		const stored = omitBy(update.undoing.answeredFields(input, before), holdsMask);
		const undone = update.undoing.undo(input, stored, previous ?? null);
		if (undone === null) {
			return completed(false, say(said.previousUnknown, { fields: listed(input.changed ?? []) }));
		}
		const fresh = await exchange(get.request(lookUp), 'read', get);
		readingOf(vendor, get, lookUp, fresh, 'read');
		if (Object.keys(update.undoing.answeredFields(input, fresh)).length === 0) {
			return completed(false, say(said.shownNoMore));
		}
		if (!isOurs(update, update.undoing, { input, stored, answers: [answer, readBack], fresh })) {
			return completed(false, say(said.changedMeanwhile));
		}
		secrets.add(undone.input.secrets);
		const restoring = await exchange(update.request(undone.input), 'change', update);
		const restored = readingOf(vendor, update, undone.input, restoring, 'change');
		const look = await secondLook(update, undone.input, restored, exchange);
		if (look.verification.status === 'failed') {
			return completed(false, say(said.notTaken));
		}
		const answers = [restoring, look.readBack].filter((each) => each !== null);
		const stands: IDataObject = Object.assign({}, ...answers.map((each) => update.undoing?.answeredFields(undone.input, each)));
		const left = union(undone.left, Object.keys(stored).filter((field) => isOtherThan(stored, stands, field)));
		if (left.length === 0) return completed(true, say(said.putBack));
		return completed('partial', say(said.partlyPutBack, { fields: listed(left) }));
	} catch (error) {
		const { message } = asFailure(error, 'unknown');
		return completed(false, say(said.putBackFailed, { why: message }));
	}
}

/** Whether a field shows something that did not stand there before: a vendor may lay what it is sent over what it has. */
function isOtherThan(before: IDataObject, now: IDataObject, field: string): boolean {
	return Object.hasOwn(now, field) && !isMatch(pick(before, [field]), pick(now, [field]));
}

interface Seen {
	input: Target;
	/** What is to be put back. */
	stored: IDataObject;
	/** The answers to the update, and to the read of what it has changed, where there was one. */
	answers: Array<VendorAnswer | null>;
	/** The answer to a read after them. */
	fresh: VendorAnswer;
}

/**
 * Whether a fresh read shows the credential as the update has left it: all as it was sent, or each field as it was sent,
 * answered, or read back right after. What it does not show of the fields that are to be put back may be anybody's.
 */
function isOurs(update: Operation, { answeredFields, sentFields, stamp }: Undoing<Target>, { input, stored, answers, fresh }: Seen): boolean {
	const [changed] = answers;
	const mark = changed ? (stamp?.(changed) ?? null) : null;
	if (mark !== null && !isEqual(mark, stamp?.(fresh))) return false;
	if (update.result(input, fresh).verification.status === 'verified') return true;
	const now = answeredFields(input, fresh);
	const answered = answers.flatMap((answer) => (answer === null ? [] : [answeredFields(input, answer)]));
	const ours = [...answered, sentFields(input)];
	return union(Object.keys(stored), Object.keys(now)).every(
		(field) => Object.hasOwn(now, field) && ours.some((values) => Object.hasOwn(values, field) && isEqual(now[field], values[field])),
	);
}
