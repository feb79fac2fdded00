import { invalidInput } from '../shared/failure';
import { requireText } from '../shared/parameters';

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

/** The parameter “Provider” takes expressions, so any value may arrive. Throws a `Failure` (`invalidInput`). */
export function requireProvider(value: unknown): Provider {
	const text = requireText(value, 'Provider');
	const found = PROVIDERS.find((provider) => provider.value === text);
	if (found !== undefined) return found.value;
	const known = PROVIDERS.map((provider) => provider.value).join(', ');
	throw invalidInput(`“Provider” must be one of ${known}. Choose one, or check what its expression yields.`);
}
