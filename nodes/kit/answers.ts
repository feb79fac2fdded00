import { Failure } from './failure';
import type { VendorAnswer } from './http';
import { MESSAGES } from './messages';
import type { ListPage } from './operation';
import type { Reading } from './reading';
import { cureOf, say, textOf } from './sentences';

/**
 * A 2xx answer whose body makes no sense: the change may or may not have been made.
 * @param what what the answer lacks
 */
export function unreadable(label: string, what: string): Failure {
	return new Failure({
		code: 'unexpectedResponse',
		stage: 'answer',
		applied: 'unknown',
		message: `${textOf(MESSAGES.refusal.unexpectedResponse, { vendor: label })} ${what}`,
		hint: cureOf(MESSAGES.refusal.unexpectedResponse),
	});
}

/**
 * For vendors that answer a deletion without a body: a page or a text with 200 comes from a proxy or another service,
 * and must not pass for a credential that is gone. Throws a `Failure` (`unexpectedResponse`) then.
 */
export function requireEmpty(label: string, { isEmpty }: VendorAnswer): void {
	if (!isEmpty) throw unreadable(label, say(MESSAGES.answer.unconfirmed));
}

/** The credentials in a list, each with the part of the answer that shows it; what `read` takes for none is left out. */
export function listEntries(list: readonly unknown[], read: (raw: unknown) => Reading | null): ListPage['entries'] {
	return list.flatMap((raw) => {
		const reading = read(raw);
		return reading === null ? [] : [{ reading, raw }];
	});
}
