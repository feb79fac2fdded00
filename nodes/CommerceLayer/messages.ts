import type { Messages } from '../kit';

/** What is said of Commerce Layer alone. What it says of refusals stands among the hints in `refusals.ts`. */
export const MESSAGES = {
	emptyObject: { text: '“{label}” is an empty object.', cause: 'Whether that would empty the stored one, the vendor does not say.', cure: 'Fill it in, or choose “{label}” under “Clear Fields”.' },
	roleMissing: { text: '“Role” is missing: an integration needs one.', cause: 'The kind is Integration.', cure: 'Add it under “Additional Fields”.' },
	roleImpossible: { text: '“Role” cannot be given to sales channels and web apps.', cause: 'The kind is Sales Channel or Web App.', cure: 'Remove it from “Additional Fields”, or choose another “Kind”.' },
	setAndCleared: { text: '“{label}” is under both “Update Fields” and “Clear Fields”.', cause: 'Whether it is to be set or emptied, nobody can tell.', cure: 'Remove it from one of them.' },
	nothingGiven: { text: 'There is nothing to update.', cause: 'Neither “Update Fields” nor “Clear Fields” has anything in it.', cure: 'Add a field under “Update Fields”, or choose one under “Clear Fields”.' },
	notClearable: { text: '“Clear Fields” must be a list made of {known}.', cause: 'Its expression yields something else.', cure: 'Choose them from the list.' },
	namesNone: { text: 'It names no API credential.', cause: 'The answer has no ID, or is about something else.' },
	noList: { text: 'It holds no list.', cause: 'The answer is no list.' },
	noSecret: { text: 'It does not show the client secret.', cause: 'The look after a create shows none.' },
	secretNotShown: { text: 'Commerce Layer did not show the client secret of the new credential: look it up there, it shows it at any time.', cause: 'Neither the create nor the look after it has shown the secret.' },
} as const satisfies Messages;
