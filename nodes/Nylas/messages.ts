import type { Messages } from '../kit';

/** What is said of Nylas alone. What it says of refusals stands among the hints in `refusals.ts`. */
export const MESSAGES = {
	keepForNew: { text: '“Keep” under “Credential Data” is for updates only.', cause: 'A new credential has nothing to keep.', cure: 'Choose the kind of the new credential.' },
	otherProvider: { text: '“{kind}” under “Credential Data” is for the provider {provider} only.', cause: 'Another provider is chosen.', cure: 'Choose another kind, or change “Provider”.' },
	missing: { text: 'Fill in {fields}, or check that the expression there yields a value.', cause: 'A field of the kind is empty, or its expression has found nothing.', cure: '{why}' },
	wholeForNew: { text: 'Nylas takes a new credential only with all of its data.', cause: 'Why a field is needed for a new credential.', isPart: true, fills: 'why' },
	wholeForUpdate: { text: 'Nylas replaces all the credential data that it has stored, so whatever is left out would be lost.', cause: 'Why a field is needed for an update.', isPart: true, fills: 'why' },
	bothOrNone: { text: 'Give both “Client ID” and “Client Secret”, or leave both empty to use those of the connector.', cause: 'Why a field is needed for an admin consent.', isPart: true, fills: 'why' },
	keyFileAndFields: { text: '“{label}” holds the whole key, and {fields} {are} filled in as well.', cause: 'The key is given as a file and in fields.', cure: 'Empty the one or the other.' },
	keyFileIncomplete: { text: '“{label}” has no text under {missing}.', cause: 'Not all of the key file was pasted, or it is another file.', cure: 'Paste the whole file that Google gave out for the key.' },
	noData: { text: '“{label}” is empty.', cause: 'Credential data is to be sent as JSON, and there is none.', cure: 'Enter all the credential data as one object. {why}' },
	keepData: { text: 'choose “Keep” under “Credential Data” to change the name alone', cause: 'A way to go on where no stored secret is chosen.', isPart: true },
	nothingGiven: { text: 'There is nothing to update.', cause: '“Credential Data” is Keep, and no name is given.', cure: 'Add “Name” under “Update Fields”, or choose the kind of the new “Credential Data”.' },
	region: { text: '“Region” of the credential must be us, eu or custom.', cause: 'Its expression yields something else.', cure: 'Open the credential and choose one.' },
	fixedProvider: { text: 'The list can only be loaded when “Provider” is a fixed value.', cause: '“Provider” is an expression, which is evaluated in a run alone.', cure: 'Choose one, or use “By ID” to enter the credential.' },
	otherPlace: { text: 'Its list begins at another place than the one that was asked for.', cause: 'The answer is that of another page.' },
	noAge: { text: 'It does not tell when a credential was changed, so that it cannot be filtered by that.', cause: 'A filter by age is set, and a credential has no date.' },
	taken: { text: 'Nylas has taken the credential data and never returns it, so only its use can prove the change.', cause: 'Nylas shows no data.' },
	hadIdentical: { text: 'Nylas had an identical credential already, returned it and created none.', cause: 'A create was answered with a credential that is older than the request.' },
	otherName: { text: 'It keeps its own name, which is not the one that was sent.', cause: 'Follows where the two have different names.' },
	notTold: { text: 'Whether the credential was there before, the answer does not tell.', cause: 'The answer to a create has no date to compare.' },
} as const satisfies Messages;
