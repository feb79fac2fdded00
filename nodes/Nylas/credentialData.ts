import type { IDataObject } from 'n8n-workflow';

import { invalidInput } from '../shared/failure';
import { optionalText, requireObject, requireText, restoreKeyLineBreaks, type Parameters } from '../shared/parameters';
import { leaves } from '../shared/redaction';
import { PROVIDERS, type Provider } from './providers';

/** `credential_data` as it is sent, complete: Nylas replaces the whole object. */
export interface CredentialData {
	data: IDataObject;
	/** The values in it that must not come back in any output. */
	secrets: string[];
}

/** One way of giving credential data. */
interface Kind {
	/** Its name in the list “Credential Data”. */
	label: string;
	/** The only provider that takes it; absent when all do. */
	provider?: Provider;
	read(parameters: Parameters): CredentialData;
}

/** A field of Nylas's `credential_data`, and the parameter that fills it. */
interface Field {
	parameter: string;
	label: string;
	key: string;
	isSecret?: boolean;
	/** How the text is brought into the form that Nylas needs. */
	mend?: (text: string) => string;
}

/** The client of an OAuth app at the provider. */
const OAUTH_CLIENT: readonly Field[] = [
	{ parameter: 'clientId', label: 'Client ID', key: 'client_id' },
	{ parameter: 'clientSecret', label: 'Client Secret', key: 'client_secret', isSecret: true },
];

/**
 * What Nylas needs of a Google service account. The key's id is no secret by itself; it belongs to the key all the
 * same, so neither is shown.
 */
const SERVICE_ACCOUNT: readonly Field[] = [
	{ parameter: 'privateKeyId', label: 'Private Key ID', key: 'private_key_id', isSecret: true },
	{ parameter: 'privateKey', label: 'Private Key', key: 'private_key', isSecret: true, mend: restoreKeyLineBreaks },
	{ parameter: 'clientEmail', label: 'Client Email', key: 'client_email' },
];
const KEY_FILE_LABEL = 'Service Account Key (JSON)';

/** The kinds of data that Nylas documents, and any object for those that it may add. */
const KINDS: Readonly<Record<string, Kind>> = {
	connector: { label: 'Connector', read: (parameters) => readFields(parameters, OAUTH_CLIENT) },
	serviceAccount: { label: 'Service Account', provider: 'google', read: readServiceAccount },
	adminConsent: { label: 'Admin Consent', provider: 'microsoft', read: readAdminConsent },
	json: { label: 'JSON', read: readJson },
};

/**
 * The credential data that an item asks for; `null` when the stored data is to be kept.
 * Throws a `Failure` (`invalidInput`) when it is incomplete or the provider does not take its kind.
 */
export function readCredentialData(parameters: Parameters, provider: Provider): CredentialData | null {
	const chosen = parameters.get('credentialDataKind') ?? 'keep';
	if (chosen === 'keep') return null;
	const kind = Object.hasOwn(KINDS, String(chosen)) ? KINDS[String(chosen)] : undefined;
	if (kind === undefined) throw invalidInput('“Credential Data” has an unknown value. Choose one from its list.');
	if (kind.provider !== undefined && kind.provider !== provider) {
		const { name } = PROVIDERS.find(({ value }) => value === kind.provider)!;
		throw invalidInput(
			`“${kind.label}” under “Credential Data” is for the provider ${name} only. Choose another kind, or change “Provider”.`,
		);
	}
	return kind.read(parameters);
}

const WHY_COMPLETE =
	'Nylas replaces all the credential data that it has stored, so whatever is left out would be lost.';

/** All of the fields; a part of them would destroy the rest at Nylas. */
function readFields(parameters: Parameters, fields: readonly Field[]): CredentialData {
	const given = fields.map((field) => ({
		...field,
		text: optionalText(parameters.get(field.parameter), field.label),
	}));
	const missing = given.filter(({ text }) => text === null);
	if (missing.length > 0) {
		throw invalidInput(
			`Fill in ${quoted(missing)}, or check that the expression there yields a value. ${WHY_COMPLETE}`,
		);
	}
	const entries = given.map(({ key, text, mend = asItIs }) => [key, mend(text ?? '')] as const);
	return withSecrets(Object.fromEntries(entries), fields);
}

function readServiceAccount(parameters: Parameters): CredentialData {
	const keyFile = parameters.get('credentialDataJson') ?? '';
	if (keyFile === '') return readFields(parameters, SERVICE_ACCOUNT);

	const filled = SERVICE_ACCOUNT.filter(
		({ parameter, label }) => optionalText(parameters.get(parameter), label) !== null,
	);
	if (filled.length > 0) {
		throw invalidInput(
			`“${KEY_FILE_LABEL}” holds the whole key, and ${quoted(filled)} ${filled.length > 1 ? 'are' : 'is'} filled in as well. Empty the one or the other.`,
		);
	}
	const data = requireObject(keyFile, KEY_FILE_LABEL);
	const missing = SERVICE_ACCOUNT.filter(({ key }) => !isFilledText(data[key])).map(({ key }) => key);
	if (missing.length > 0) {
		throw invalidInput(
			`“${KEY_FILE_LABEL}” has no text under ${missing.join(', ')}. Paste the whole file that Google gave out for the key.`,
		);
	}
	// Google's file also holds public words such as "service_account". They are no secrets, and cutting them out of
	// whatever Nylas says would spoil it.
	return withSecrets(data, SERVICE_ACCOUNT);
}

/**
 * Nylas documents `tenant` and does not say whether an update may do without it. An empty field leaves it out; an
 * expression that yields nothing would do so by accident, and the stored tenant would be lost.
 */
function readAdminConsent(parameters: Parameters): CredentialData {
	const { data, secrets } = readFields(parameters, OAUTH_CLIENT);
	const tenant = parameters.get('tenant');
	return { data: tenant === '' ? data : { ...data, tenant: requireText(tenant, 'Tenant') }, secrets };
}

/** In an object of unknown fields every value may be a secret. */
function readJson(parameters: Parameters): CredentialData {
	const label = 'Credential Data (JSON)';
	const given = parameters.get('credentialDataJson') ?? '';
	const data = given === '' ? {} : requireObject(given, label);
	if (Object.keys(data).length === 0) {
		throw invalidInput(`“${label}” is empty. Enter all the credential data as one object. ${WHY_COMPLETE}`);
	}
	return { data, secrets: leaves(data) };
}

function withSecrets(data: IDataObject, fields: readonly Field[]): CredentialData {
	return { data, secrets: fields.filter(({ isSecret }) => isSecret).map(({ key }) => String(data[key])) };
}

function isFilledText(value: unknown): boolean {
	return typeof value === 'string' && value.trim() !== '';
}

function asItIs(text: string): string {
	return text;
}

function quoted(fields: readonly Field[]): string {
	const labels = fields.map(({ label }) => `“${label}”`);
	return labels.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}
