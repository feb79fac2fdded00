import type { IDataObject } from 'n8n-workflow';

import {
	invalidInput,
	leaves,
	optionalPlace,
	optionalText,
	type Parameters,
	quoted,
	requireChoice,
	requireObject,
	requirePrivateKey,
	requireSecret,
	requireSecrets,
	say,
	shownNames,
	type StoredField,
	type StoredFields,
} from '../kit';
import { MESSAGES } from './messages';

/** The kinds of data that Nylas documents, and any object for those that it may add. */
export const KINDS: Readonly<Record<string, Kind>> = {
	connector: {
		label: 'Connector',
		type: 'connector',
		read: (parameters, purpose) => readFields(parameters, OAUTH_CLIENT, WHY_COMPLETE[purpose]),
		stored: () => ({ fields: storedFieldsOf(OAUTH_CLIENT, ['client_secret']) }),
	},
	serviceAccount: {
		label: 'Service Account',
		type: 'serviceaccount',
		provider: 'google',
		read: readServiceAccount,
		stored: storedServiceAccount,
	},
	adminConsent: {
		label: 'Admin Consent',
		type: 'adminconsent',
		provider: 'microsoft',
		read: (parameters, purpose) =>
			purpose === 'create' ? readNewAdminConsent(parameters) : readChangedAdminConsent(parameters),
		stored: () => ({ fields: { ...storedFieldsOf(OAUTH_CLIENT, ['client_secret']), tenant: { parameter: 'tenant', isRequired: false } } }),
	},
	json: { label: 'JSON', read: readJson, stored: () => ({ fields: WHOLE }) },
};

/** One way of giving credential data. */
export interface Kind {
	/** Its name in the list “Credential Data”. */
	label: string;
	/** The only provider that takes it; absent when all do. */
	provider?: Provider;
	/** The type of a credential that is created with it; absent when the user says it. */
	type?: CredentialType;
	read(parameters: Parameters, purpose: Purpose): CredentialData;
	/** Where the values of a stored secret go, by what there is of them. */
	stored(names: readonly string[]): StoredFields;
}

/** What the data is for. */
export type Purpose = 'create' | 'update';

/** `credential_data` as it is sent, complete: Nylas replaces the whole object. */
export interface CredentialData {
	data: IDataObject;
	/** The values in it that must not come back in any output. */
	secrets: string[];
	/** Its keys as they may be shown, where people make them up. */
	names?: string[];
	/** How it was mended: see `Target`. */
	notes: string[];
}

/** The types that a credential can be created with; it keeps its type for good. */
export const CREDENTIAL_TYPES = [
	{ name: 'Admin Consent', value: 'adminconsent' },
	{ name: 'Connector', value: 'connector' },
	{ name: 'Service Account', value: 'serviceaccount' },
] as const;

export type CredentialType = (typeof CREDENTIAL_TYPES)[number]['value'];

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

/** A field of Nylas's `credential_data`, and the parameter that fills it. */
interface Field {
	parameter: string;
	label: string;
	key: string;
	isSecret?: boolean;
	/** How the value is read, where it is no text of just any form. */
	read?: typeof requireSecret;
}

/** The client of an OAuth app at the provider. */
const OAUTH_CLIENT: readonly Field[] = [
	{ parameter: 'clientId', label: 'Client ID', key: 'client_id' },
	{ parameter: 'clientSecret', label: 'Client Secret', key: 'client_secret', isSecret: true },
];

const PRIVATE_KEY = 'private_key';

/**
 * What Nylas needs of a Google service account. The key's id is no secret by itself; it belongs to the key all the
 * same, so neither is shown.
 */
const SERVICE_ACCOUNT: readonly Field[] = [
	{ parameter: 'privateKeyId', label: 'Private Key ID', key: 'private_key_id', isSecret: true },
	{ parameter: 'privateKey', label: 'Private Key', key: PRIVATE_KEY, isSecret: true, read: requirePrivateKey },
	{ parameter: 'clientEmail', label: 'Client Email', key: 'client_email' },
];
const KEY_FILE_LABEL = 'Service Account Key (JSON)';

const WHY_COMPLETE: Readonly<Record<Purpose, string>> = {
	create: say(MESSAGES.wholeForNew),
	update: say(MESSAGES.wholeForUpdate),
};

/** The whole of `credential_data`, as JSON. */
const WHOLE: StoredFields['fields'] = { credential_data: { parameter: 'credentialDataJson', isRequired: true } };

function storedServiceAccount(names: readonly string[]): StoredFields {
	return names.includes('credential_data')
		? { fields: WHOLE, emptied: SERVICE_ACCOUNT.map(({ parameter }) => parameter) }
		: { fields: storedFieldsOf(SERVICE_ACCOUNT, ['private_key']), emptied: ['credentialDataJson'] };
}

function storedFieldsOf(fields: readonly Field[], required: readonly string[]): Record<string, StoredField> {
	return Object.fromEntries(fields.map(({ key, parameter }) => [key, { parameter, isRequired: required.includes(key), isNeeded: true }]));
}

/** All of the fields; a part of them would destroy the rest at Nylas. */
function readFields(parameters: Parameters, fields: readonly Field[], why: string): CredentialData {
	const given = fields.map((field) => ({
		...field,
		text: optionalText(parameters.get(field.parameter), field.label),
	}));
	const missing = given.filter(({ text }) => text === null);
	if (missing.length > 0) {
		throw invalidInput(say(MESSAGES.missing, { fields: labelsOf(missing), why }));
	}
	return withSecrets(Object.fromEntries(given.map(({ key, text }) => [key, text])), fields, ({ label }) => label);
}

function readServiceAccount(parameters: Parameters, purpose: Purpose): CredentialData {
	const keyFile = parameters.get('credentialDataJson') ?? '';
	if (keyFile === '') return readFields(parameters, SERVICE_ACCOUNT, WHY_COMPLETE[purpose]);

	const filled = SERVICE_ACCOUNT.filter(
		({ parameter, label }) => optionalText(parameters.get(parameter), label) !== null,
	);
	if (filled.length > 0) {
		throw invalidInput(say(MESSAGES.keyFileAndFields, { label: KEY_FILE_LABEL, fields: labelsOf(filled), are: filled.length > 1 ? 'are' : 'is' }));
	}
	const data = requireObject(keyFile, KEY_FILE_LABEL);
	const missing = SERVICE_ACCOUNT.filter(({ key }) => !isFilledText(data[key])).map(({ key }) => key);
	if (missing.length > 0) {
		throw invalidInput(say(MESSAGES.keyFileIncomplete, { label: KEY_FILE_LABEL, missing: missing.join(', ') }));
	}
	// Google's file also holds public words such as "service_account". They are no secrets, and cutting them out of
	// whatever Nylas says would spoil it.
	return withSecrets(data, SERVICE_ACCOUNT, ({ key }) => `${KEY_FILE_LABEL}: ${key}`);
}

/**
 * Nylas documents `tenant` and does not say whether an update may do without it. An empty field leaves it out; an
 * expression that yields nothing would do so by accident, and the stored tenant would be lost.
 */
function readChangedAdminConsent(parameters: Parameters): CredentialData {
	const { data, secrets, notes } = readFields(parameters, OAUTH_CLIENT, WHY_COMPLETE.update);
	const given = optionalPlace(parameters.get('tenant'), 'Tenant');
	return { data: given === null ? data : { ...data, tenant: requireSecret(given, 'Tenant', notes) }, secrets, notes };
}

/** A new one needs its tenant. Nylas falls back to the connector's own client when none is sent. */
function readNewAdminConsent(parameters: Parameters): CredentialData {
	const tenantNotes: string[] = [];
	const tenant = requireSecret(parameters.get('tenant'), 'Tenant', tenantNotes);
	// An expression that yields nothing is no empty field: the fallback would be taken by accident.
	const hasClient = OAUTH_CLIENT.some(({ parameter }) => parameters.get(parameter) !== '');
	if (!hasClient) return { data: { tenant }, secrets: [], notes: tenantNotes };
	const { data, secrets, notes } = readFields(
		parameters,
		OAUTH_CLIENT,
		say(MESSAGES.bothOrNone),
	);
	return { data: { ...data, tenant }, secrets, notes: [...notes, ...tenantNotes] };
}

/** In an object of unknown fields every value may be a secret. */
function readJson(parameters: Parameters, purpose: Purpose): CredentialData {
	const label = 'Credential Data (JSON)';
	const given = parameters.get('credentialDataJson') ?? '';
	const values = given === '' ? {} : requireObject(given, label);
	if (Object.keys(values).length === 0) {
		throw invalidInput(say(MESSAGES.noData, { label, why: WHY_COMPLETE[purpose] }));
	}
	const notes: string[] = [];
	const data = requireSecrets(values, label, notes, (name) => name === PRIVATE_KEY);
	const secrets = leaves(data);
	return { data, secrets, names: shownNames(Object.keys(data), secrets), notes };
}

/** The data with these fields of it as they are to be sent: a stored secret can fill in any of them. */
function withSecrets(given: IDataObject, fields: readonly Field[], labelOf: (field: Field) => string): CredentialData {
	const notes: string[] = [];
	const read = fields.map((field) => [field.key, (field.read ?? requireSecret)(given[field.key], labelOf(field), notes)]);
	const data = { ...given, ...(Object.fromEntries(read) as IDataObject) };
	return { data, secrets: fields.filter(({ isSecret }) => isSecret).map(({ key }) => String(data[key])), notes };
}

function isFilledText(value: unknown): boolean {
	return typeof value === 'string' && value.trim() !== '';
}

function labelsOf(fields: readonly Field[]): string {
	return quoted(fields.map(({ label }) => label), ' and ');
}
