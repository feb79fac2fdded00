import { credentialPickerOf, invalidInput, type PickerContext, say } from '../kit';
import { requireProvider, type Provider } from './kinds';
import { MESSAGES } from './messages';
import { getAll, lastChangedFirst, type ListInput } from './operations/getAll';

/** The credentials of one provider's connector, the last changed first. Nylas cannot search among them. */
export const credentialPicker = credentialPickerOf<ListInput>(getAll, (context) => lastChangedFirst(providerOf(context)));

function providerOf({ parameter }: PickerContext): Provider {
	const provider = parameter('provider');
	if (provider !== '') return requireProvider(provider);
	throw invalidInput(say(MESSAGES.fixedProvider));
}
