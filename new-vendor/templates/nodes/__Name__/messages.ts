import type { Messages } from '../kit';

/** What is said of __Label__ alone. What it says of refusals stands among the hints in `refusals.ts`. */
export const MESSAGES = {
	nothingGiven: { text: 'There is nothing to update.', cause: 'Neither a value nor a name is given.', cure: 'To change the secret, {ways}; to change the name, add “Name” under “Update Fields”.' },
	taken: { text: '__Label__ has taken the value and does not show it, so only its use can prove the change.', cause: '__Label__ shows no value.' },
} as const satisfies Messages;
