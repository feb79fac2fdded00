import { credentialPickerOf, invalidInput, type PickerContext } from '../kit';
import { requireProvider, type Provider } from './kinds';
import { getAll, lastChangedFirst, type ListInput } from './operations/getAll';

/** The credentials of one provider's connector, the last changed first. Nylas cannot search among them. */
export const credentialPicker = credentialPickerOf<ListInput>(getAll, (context) => lastChangedFirst(providerOf(context)));

function providerOf({ parameter }: PickerContext): Provider {
	const provider = parameter('provider');
	if (provider !== '') return requireProvider(provider);
	throw invalidInput(
		'The list can only be loaded when “Provider” is a fixed value. Choose one, or use “By ID” to enter the credential.',
	);
}
