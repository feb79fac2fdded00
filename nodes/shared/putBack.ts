import isEqual from 'lodash/isEqual';
import pick from 'lodash/pick';

import type { Exchange } from './exchange';
import { asFailure, type Failure } from './failure';
import type { VendorAnswer } from './http';
import { createRedactor } from './redaction';
import type { Operation, Target, Undoing, VendorRecord } from './vendor';

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
	failure: Failure;
}

/**
 * Puts back what an update has changed, once, and only when the credential still is as this update has left it: anything
 * else would be somebody else's change. Returns the failure, completed by what was put back and what is left to a person.
 */
export async function putBack(
	vendor: VendorRecord,
	{ input, lookUp, previous, before, answer, failure }: Unverified,
	exchange: Exchange,
	secrets: Set<string>,
): Promise<Failure> {
	const { get, update } = vendor.operations as { get: Operation; update: Operation };
	const said = (restored: boolean | 'partial', what: string) =>
		failure.with({ restored, message: `${failure.message} ${what}` });
	if (update.undoing === undefined || lookUp === null || before === null) {
		return said(false, `${vendor.label} has nothing that this node could put back: set the previous values by hand.`);
	}
	const listed = (names: string[]) => createRedactor(secrets).value(names).join(', ');
	try {
		const undone = update.undoing.undo(input, update.undoing.shown(input, before), previous ?? null);
		if (undone === null) {
			return said(false, `The previous values are not known, so nothing was put back: set ${listed(input.changed)} by hand.`);
		}
		const fresh = await exchange(get.request(lookUp), 'read', get);
		if (Object.keys(update.undoing.shown(input, fresh)).length === 0) {
			return said(false, 'The credential does not show its values any more, so nothing was put back: look at it at the vendor.');
		}
		if (!isOurs(update, update.undoing, input, answer, fresh)) {
			return said(false, 'The credential was changed by someone else meanwhile, so nothing was put back: look at it at the vendor.');
		}
		undone.input.secrets.forEach((secret) => secrets.add(secret));
		const restoring = await exchange(update.request(undone.input), 'change', update);
		if (update.result(undone.input, restoring).verification.status === 'failed') {
			return said(false, 'The previous values were sent, but are not what the vendor shows now: look at the credential there.');
		}
		if (undone.left.length === 0) return said(true, 'The values from before were put back.');
		return said('partial', `The other values from before were put back. What is left to do by hand: set ${listed(undone.left)}.`);
	} catch (error) {
		const { message } = asFailure(error, 'unknown');
		return said(false, `Putting back the values from before did not succeed (${message}): look at the credential at the vendor.`);
	}
}

/** Whether a fresh read shows what the update sent, or what its answer showed. */
function isOurs(
	update: Operation,
	{ shown }: Undoing<Target>,
	input: Target,
	answer: VendorAnswer,
	fresh: VendorAnswer,
): boolean {
	const now = shown(input, fresh);
	const answered = shown(input, answer);
	const both = Object.keys(now).filter((field) => Object.hasOwn(answered, field));
	if (both.length > 0 && isEqual(pick(now, both), pick(answered, both))) return true;
	return update.result(input, fresh).verification.status !== 'failed';
}
