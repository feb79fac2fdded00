import type { Messages } from '../kit';

/** What is said of DX alone. What it says of refusals stands among the hints in `refusals.ts`. */
export const MESSAGES = {
	instance: { text: '“Instance” of the credential may hold lower-case letters, digits and hyphens only.', cause: 'The whole address was pasted, or the name has a capital.', cure: 'Enter “acme” for https://acme.getdx.net.' },
	noSecret: { text: 'A new credential needs at least one secret.', cause: 'No secret is filled in.', cure: 'Fill in {secrets}.' },
	nothingGiven: { text: 'There is nothing to update.', cause: 'Neither a secret nor a field is given.', cure: 'To change the secrets, {ways}; for the rest, add a field under “Update Fields”.' },
	chooseConnection: { text: 'Choose a “{connection}” first.', cause: 'The list of credentials is that of a connection.', cure: 'If an expression chooses it, enter the credential by its ID.' },
	notOk: { text: 'It does not say whether the request succeeded.', cause: 'The answer has no “ok”.' },
	noConnections: { text: 'It holds no list of connections.', cause: 'The answer is no list.' },
	secretRefused: {
		text: 'The connector has refused the new secret when DX tried it out, so DX has not taken it.',
		cause: 'DX signs in at the connector before it saves a change.',
		cure: '{correction} Each try signs in at the connector, and several refused ones can lock the account there.',
	},
	duplicate: { text: 'DX has another credential with the same values.', cause: 'DX takes no two credentials of a connection with the same secrets or settings.' },
	signedIn: { text: 'DX has signed in at the connector with the credential before it saved the change.', cause: 'DX tries every change out.' },
} as const satisfies Messages;
