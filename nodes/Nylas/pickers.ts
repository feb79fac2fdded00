import { credentialPickerOf, invalidInput, type PickerContext } from '../kit';
import { requireProvider, type Provider } from './kinds';
import { getAll, PAGE_SIZE, type ListInput } from './operations/getAll';

/** The credentials of one provider's connector, the last changed first. Nylas cannot search among them. */
export const credentialPicker = credentialPickerOf<ListInput>(getAll, (context) => ({
	id: null,
	provider: providerOf(context),
	pageSize: PAGE_SIZE,
	notChangedSince: null,
	sortBy: 'updated_at',
	orderBy: 'desc',
}));

function providerOf({ parameter }: PickerContext): Provider {
	const provider = parameter('provider');
	if (provider !== '') return requireProvider(provider);
	throw invalidInput(
		'The list can only be loaded when “Provider” is a fixed value. Choose one, or use “By ID” to enter the credential.',
	);
}
