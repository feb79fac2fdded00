import type { VendorAnswer } from '../shared/http';
import { unreadable } from '../shared/refusal';
import { nothingKnown, type ExistingTarget, type Operation } from '../shared/vendor';
import { configurationIn, configurationPath, idOf } from './configuration';
import { readTarget } from './target';

/** Deletes a configuration. Adobe's sources have it answered with 200 or 204, both without a body. */
export const remove: Operation<ExistingTarget> = {
	read: readTarget,
	request: ({ id }) => ({ method: 'DELETE', path: configurationPath(id), body: null }),
	result: ({ id }, answer) => {
		if (isPage(answer)) throw unreadable('Adobe', 'It is a web page.');
		// What a body would hold is not documented; one that shows another configuration must not pass for success.
		const shown = configurationIn(answer.body, id);
		return nothingKnown((shown && idOf(shown)) ?? id);
	},
};

/** A proxy that asks people to sign in answers 200 with a page; without a body to expect, nothing else tells it apart. */
function isPage({ status, headers }: VendorAnswer): boolean {
	const isEmpty = status === 204 || headers['content-length'] === '0';
	return !isEmpty && /^text\/html\b/i.test(headers['content-type'] ?? '');
}
