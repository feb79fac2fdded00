import { Failure } from './failure';
import type { VendorAnswer } from './http';
import type { ListPage } from './operation';
import type { Reading } from './reading';

/** What is said of an answer of whatever status that cannot be read. */
export const NOT_UNDERSTOOD = {
	sentence: (label: string) => `${label} gave an answer that this node does not understand.`,
	advice: 'Check the base URL of the credential: the answer may come from a proxy or another service.',
};

/** A 2xx answer whose body makes no sense: the change may or may not have been made. */
export function unreadable(label: string, what: string): Failure {
	return new Failure({
		code: 'unexpectedResponse',
		stage: 'answer',
		applied: 'unknown',
		message: `${NOT_UNDERSTOOD.sentence(label)} ${what}`,
		hint: NOT_UNDERSTOOD.advice,
	});
}

/**
 * For vendors that answer a deletion without a body: a page or a text with 200 comes from a proxy or another service,
 * and must not pass for a credential that is gone. Throws a `Failure` (`unexpectedResponse`) then.
 */
export function requireEmpty(label: string, { isEmpty }: VendorAnswer): void {
	if (!isEmpty) throw unreadable(label, 'It does not confirm that the credential is gone.');
}

/** The credentials in a list, each with the part of the answer that shows it; what `read` takes for none is left out. */
export function listEntries(list: readonly unknown[], read: (raw: unknown) => Reading | null): ListPage['entries'] {
	return list.flatMap((raw) => {
		const reading = read(raw);
		return reading === null ? [] : [{ reading, raw }];
	});
}
