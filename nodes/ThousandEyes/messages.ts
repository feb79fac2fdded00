import type { Messages } from '../kit';

/** What is said of ThousandEyes alone. What it says of refusals stands among the hints in `refusals.ts`. */
export const MESSAGES = {
	nothingGiven: { text: 'There is nothing to update.', cause: 'Neither a value nor a name is given.', cure: 'To change the secret, {ways}; to change the name, add “Name” under “Update Fields”.' },
	otherReadBack: { text: 'What was read back is another credential.', cause: 'The ID in the answer is another one.' },
	mayNotSee: { text: 'ThousandEyes does not show the value to this account: it lacks the permission “View sensitive data in web transaction scripts”.', cause: '“Read Value Back” is on.' },
	otherValue: { text: 'Other than sent: value.', cause: '“Read Value Back” is on, and the stored value is another one.' },
	newTaken: { text: 'ThousandEyes has taken the value and does not show it, so only its use can prove it.', cause: 'ThousandEyes shows no value.' },
	taken: { text: 'ThousandEyes has taken the value and does not show it, so only its use can prove the change.', cause: 'ThousandEyes shows no value.' },
	withoutName: { text: 'The name could not be read, so the value was sent without it.', cause: 'The account may change credentials and not read them.' },
} as const satisfies Messages;
