import { requireChoice } from '../kit/parameters';

/** The providers that Nylas has connectors for, as its API names them. */
export const PROVIDERS = [
	{ name: 'EWS', value: 'ews' },
	{ name: 'Google', value: 'google' },
	{ name: 'iCloud', value: 'icloud' },
	{ name: 'IMAP', value: 'imap' },
	{ name: 'Microsoft', value: 'microsoft' },
	{ name: 'Nylas', value: 'nylas' },
	{ name: 'Virtual Calendar', value: 'virtual-calendar' },
	{ name: 'Yahoo', value: 'yahoo' },
	{ name: 'Zoom', value: 'zoom' },
] as const;

export type Provider = (typeof PROVIDERS)[number]['value'];

/** Throws a `Failure` (`invalidInput`) for a provider that Nylas does not have. */
export function requireProvider(value: unknown): Provider {
	return requireChoice(
		PROVIDERS.map((provider) => provider.value),
		value,
		'Provider',
	);
}
