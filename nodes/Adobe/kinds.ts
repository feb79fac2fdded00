import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../kit';

/**
 * What Adobe can sign in with at a destination, from the pages “Create a credential configuration” (Destination SDK) and
 * the older “Credentials configuration API”. Parameters, request bodies, secrets, what a result shows and what must not
 * be missing all derive from these tables.
 */

/** A field of a kind. Labels are those of the node's parameters. */
export interface FieldFacts {
	label: string;
	secret: boolean;
	/** A private key, and nothing else: its line breaks matter. */
	isPrivateKey?: true;
	placeholder?: string;
	description?: string;
}

const FIELDS = {
	accessId: { label: 'Access ID', secret: false, placeholder: 'e.g. AKIAIOSFODNN7EXAMPLE' },
	connectionString: {
		label: 'Connection String',
		secret: true,
		description: 'The connection string of the Azure Blob storage account, with its key or shared access signature',
	},
	password: { label: 'Password', secret: true },
	secretKey: { label: 'Secret Key', secret: true },
	servicePrincipalId: {
		label: 'Service Principal ID',
		secret: false,
		placeholder: 'e.g. 3f2504e0-4f89-11d3-9a0c-0305e82c3301',
	},
	servicePrincipalKey: { label: 'Service Principal Key', secret: true },
	sshKey: {
		label: 'SSH Key',
		secret: true,
		isPrivateKey: true,
		description: 'The private key with its BEGIN and END lines',
	},
	tenant: { label: 'Tenant', secret: false, placeholder: 'e.g. contoso.onmicrosoft.com' },
	url: {
		label: 'URL',
		secret: false,
		placeholder: 'e.g. https://example.com',
		description: 'Where the destination is reached. Basic authentication can do without it, but an update removes a stored URL that is not sent again.',
	},
	username: { label: 'Username', secret: false, placeholder: 'e.g. nathan' },
} satisfies Record<string, FieldFacts>;

export type FieldName = keyof typeof FIELDS;

interface KindFacts {
	label: string;
	required: readonly FieldName[];
	optional: readonly FieldName[];
}

/** The kinds that Adobe documents today, by the name that the body has for them. In the order of their labels. */
export const KINDS = {
	azureConnectionStringAuthentication: {
		label: 'Azure Connection String',
		required: ['connectionString'],
		optional: [],
	},
	azureAuthentication: {
		label: 'Azure Service Principal',
		required: ['url', 'tenant', 'servicePrincipalId', 'servicePrincipalKey'],
		optional: [],
	},
	basicAuthentication: { label: 'Basic', required: ['username', 'password'], optional: ['url'] },
	s3Authentication: { label: 'S3', required: ['accessId', 'secretKey'], optional: [] },
	sshAuthentication: { label: 'SSH', required: ['username', 'sshKey'], optional: [] },
} as const satisfies Record<string, KindFacts>;

export type Kind = keyof typeof KINDS;

/**
 * Secrets of the kinds that only the older page documents; they are sent as JSON. It does not say which fields are
 * required, so these are only looked for where a stored configuration is put back.
 */
const OLDER_KIND_SECRETS: Readonly<Record<string, readonly string[]>> = {
	awsClientRegionAuthentication: ['secretKey'],
	azureEventHubAuthentication: ['sasKey'],
	oauth1Authentication: ['apiSecret', 'accessToken', 'tokenSecret'],
	oauth2AccessTokenAuthentication: ['accessToken'],
	oauth2ClientAuthentication: ['clientSecret'],
	oauth2RefreshTokenAuthentication: ['refreshToken', 'clientSecret'],
	oauth2UserAuthentication: ['clientSecret', 'password'],
};

export function factsOf(field: FieldName): FieldFacts {
	return FIELDS[field];
}

export function isKnownKind(name: string): name is Kind {
	return Object.hasOwn(KINDS, name);
}

/** The fields that a user can fill in, those first that Adobe requires. */
export function fieldsOf(kind: Kind): FieldName[] {
	return [...KINDS[kind].required, ...KINDS[kind].optional];
}

/** The fields of a kind that may be shown; none of a kind whose fields are not known. */
export function plainFieldsOf(kind: string): FieldName[] {
	return isKnownKind(kind) ? fieldsOf(kind).filter((name) => !factsOf(name).secret) : [];
}

/** The fields without which a new configuration of this kind is half-filled. */
export function requiredFieldsOf(kind: string): readonly string[] {
	return isKnownKind(kind) ? KINDS[kind].required : [];
}

/** The fields that a configuration has to end up with when stored values are put back. */
export function neededWhenPutBack(kind: string): readonly string[] {
	if (isKnownKind(kind)) return KINDS[kind].required;
	return Object.hasOwn(OLDER_KIND_SECRETS, kind) ? (OLDER_KIND_SECRETS[kind] ?? []) : [];
}

/** A field's label, for sentences; a field without one goes by the vendor's name for it. */
export function labelOf(field: string): string {
	return Object.hasOwn(FIELDS, field) ? FIELDS[field as FieldName].label : field;
}

/** What Adobe alone sets, and what a stored configuration must lose before it is put back. */
export const READ_ONLY_FIELDS = ['instanceId', 'createdDate', 'lastModifiedDate'] as const;

/** Fields beside the kind's object. Everything else in a body may be a secret. */
export const PLAIN_TOP_FIELDS: readonly string[] = ['name', 'type', ...READ_ONLY_FIELDS];

/** The names of the objects in a body: of the kinds that it sets. */
export function kindsIn(body: IDataObject): string[] {
	return Object.keys(body).filter((name) => ownObject(body, name) !== null && !PLAIN_TOP_FIELDS.includes(name));
}

/** An object that a configuration has itself under this name, `null` otherwise: `__proto__` is a name like any other. */
export function ownObject(configuration: IDataObject, name: string): IDataObject | null {
	const value = Object.hasOwn(configuration, name) ? configuration[name] : null;
	return isObject(value) ? value : null;
}

/** How the name of a kind ends, in all twelve that Adobe has documented. */
const KIND_ENDING = /Authentication$/;

export function namesKind(name: string): boolean {
	return KIND_ENDING.test(name);
}
