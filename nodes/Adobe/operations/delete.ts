import { type ExistingTarget, nothingKnown, type Operation, say, unreadable, type VendorAnswer } from '../../kit';
import { configurationIn, idOf } from '../answer';
import { readTarget } from '../input';
import { MESSAGES } from '../messages';
import { credentialPath } from '../paths';

/** Deletes a configuration. Adobe's sources have it answered with 200 or 204, both without a body. */
export const remove: Operation<ExistingTarget> = {
	repeatSafe: true,
	read: readTarget,
	request: ({ id }) => ({ method: 'DELETE', path: credentialPath(id), body: null }),
	result: ({ id }, answer) => {
		if (isPage(answer)) throw unreadable('Adobe', say(MESSAGES.unconfirmed));
		// What a body would hold is not documented; one that shows another configuration must not pass for success.
		const shown = configurationIn(answer.body, id);
		return nothingKnown((shown && idOf(shown)) ?? id);
	},
};

/** A proxy that asks people to sign in answers 200 with a page or a text; Adobe's bodies are JSON, if there are any. */
function isPage({ body, isEmpty }: VendorAnswer): boolean {
	return body === undefined && !isEmpty;
}
