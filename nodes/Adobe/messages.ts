import type { Messages } from '../kit';

/** What is said of Adobe alone. What it says of refusals stands among the hints in `refusals.ts`. */
export const MESSAGES = {
	wrongJson: { text: '“{label}” must hold an object under the name of the kind, such as {"oauth2ClientAuthentication": {"clientId": "…", "clientSecret": "…"}}.', cause: 'The name of the kind is missing, or is none that Adobe has.' },
	incompleteNew: { text: 'A new configuration must be complete.', cause: 'A field of the kind is empty.', cure: 'Fill in {fields}.' },
	incompleteUpdate: { text: 'Adobe replaces the whole configuration, so no field may be missing.', cause: 'A field of the kind is empty.', cure: 'Fill in {fields}, or turn on “Preserve Other Fields” in the options to keep what is stored.' },
	nothingGiven: { text: 'There is nothing to update.', cause: 'No field of the kind is filled in.', cure: 'To change the secret, {ways}; for the rest, fill in {fields}.' },
	noSecretGiven: { text: 'There is nothing to update.', cause: 'The kind has a secret alone, and none is given.', cure: 'To change the secret, {ways}.' },
	keepStored: { text: 'turn on “Preserve Other Fields” in the options to keep the stored one', cause: 'A way to go on where no stored secret is chosen.', isPart: true },
	nameTwice: { text: 'The name is given twice.', cause: '“Name” is filled in, and the JSON has one as well.', cure: 'Remove “Name”, or the name in “{label}”.' },
	lookRefused: { text: 'Before it replaces a configuration, this node looks whether the stored one is of the same kind: the secrets of another kind would be lost.', cause: 'The hint where the account may not read configurations.', cure: 'Give the API credential the permission “Destination Authoring”, or switch on “Allow Another Kind” in the options to do without the look.' },
	kindNotShown: { text: 'Adobe does not show of which kind the stored configuration is, so nothing was changed.', cause: 'The answer has no object of any kind.', cure: 'Switch on “Allow Another Kind” in the options to replace it whatever it is.' },
	otherKind: { text: 'The stored configuration is of another kind than “{label}” says, so nothing was changed: its secrets would be lost.', cause: 'An update replaces the whole configuration.', cure: 'Give the kind that is stored, or switch on “Allow Another Kind” in the options to replace it.' },
	otherKindKept: { text: 'The stored configuration does not show the kind that was given, so nothing was changed.', cause: '“Preserve Other Fields” works for the kind that is stored.', cure: 'Choose the kind that is stored, or turn off “Preserve Other Fields” to replace the configuration.' },
	notAllShown: { text: 'Adobe’s answer does not show every stored value, so it could not be put back and nothing was changed.', cause: 'A value is masked or missing, and “Preserve Other Fields” would destroy it.', cure: 'Fill in {fields} as well.' },
	everyField: { text: 'every field', cause: 'In the sentence above, where no field can be named.', isPart: true },
	notShown: { text: 'It shows no credential configuration.', cause: 'The answer has no configuration of this ID.' },
	newNotShown: { text: 'It does not show the new credential configuration.', cause: 'The answer to a create has no configuration with what was sent.' },
	unconfirmed: { text: 'It does not confirm that the credential configuration is gone.', cause: 'A deletion was answered with a text or a page.' },
	noList: { text: 'It holds no list of credential configurations.', cause: 'The answer is no list.' },
	taken: { text: 'Adobe has taken the secret, and its answer does not show it.', cause: 'The answer masks the secret, or leaves it out.' },
} as const satisfies Messages;
