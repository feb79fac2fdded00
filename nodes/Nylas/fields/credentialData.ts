import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { type OperationName, showFor, showForUpdate } from '../../kit';
import { CREDENTIAL_TYPES } from '../kinds';

function showForKind(operations: OperationName[], ...credentialDataKind: string[]): IDisplayOptions {
	return showFor(operations, { credentialDataKind });
}

/** The same, for a parameter that a secret is typed into. */
function onlyTyped({ show }: IDisplayOptions): IDisplayOptions {
	return { show: { ...show, secretSource: ['fields'] } };
}

/**
 * A parameter that belongs to a secret without being one, and has to be filled in unless the secret is a stored one, which
 * may hold it: n8n does not run a workflow in which a required parameter is empty.
 */
function requiredUnlessStored(property: INodeProperties): INodeProperties[] {
	const { description, displayOptions = {} } = property;
	return [
		{ ...property, required: true, displayOptions: onlyTyped(displayOptions) },
		{
			...property,
			displayOptions: { ...displayOptions, hide: { secretSource: ['fields'] } },
			description: `${description}. A value for it in the stored secret takes precedence.`,
		},
	];
}

const ADMIN_CONSENT: INodePropertyOptions = {
	name: 'Admin Consent',
	value: 'adminConsent',
	description: 'Tenant, client ID and client secret of an Azure app; provider Microsoft only',
};
const CONNECTOR: INodePropertyOptions = {
	name: 'Connector',
	value: 'connector',
	description: 'Client ID and client secret that take the place of the connector’s own; any provider',
};
const JSON_OBJECT: INodePropertyOptions = {
	name: 'JSON',
	value: 'json',
	description: 'Any object, sent as it is; any provider',
};
const KEEP: INodePropertyOptions = {
	name: 'Keep',
	value: 'keep',
	description: 'Leave the stored data as it is, and change the name alone',
};
const SERVICE_ACCOUNT: INodePropertyOptions = {
	name: 'Service Account',
	value: 'serviceAccount',
	description: 'Key of a Google service account; provider Google only',
};

const kindOfNew: INodeProperties = {
	displayName: 'Credential Data',
	name: 'credentialDataKind',
	type: 'options',
	noDataExpression: true,
	displayOptions: showFor(['create']),
	options: [ADMIN_CONSENT, CONNECTOR, JSON_OBJECT, SERVICE_ACCOUNT],
	default: 'connector',
	description: 'The kind of the data, which the credential keeps for good',
};

const kindOfChanged: INodeProperties = {
	...kindOfNew,
	displayOptions: showForUpdate,
	options: [ADMIN_CONSENT, CONNECTOR, JSON_OBJECT, KEEP, SERVICE_ACCOUNT],
	description: 'What the new data is. A credential keeps the kind that it was created with; Keep changes the name alone.',
};

const replaceNotice: INodeProperties = {
	displayName:
		'Nylas replaces all the stored credential data with what you give here. It shows neither the old data nor the new.',
	name: 'replaceNotice',
	type: 'notice',
	default: '',
	displayOptions: showForKind(['update'], 'adminConsent', 'connector', 'json', 'serviceAccount'),
};

const credentialType: INodeProperties = {
	displayName: 'Credential Type',
	name: 'credentialType',
	type: 'options',
	options: [...CREDENTIAL_TYPES],
	default: 'connector',
	required: true,
	displayOptions: showForKind(['create'], 'json'),
	description: 'The type of the new credential. The object below has to fit it.',
};

const tenant = {
	displayName: 'Tenant',
	name: 'tenant',
	type: 'string',
	default: '',
	placeholder: 'e.g. contoso.onmicrosoft.com',
} satisfies INodeProperties;

/** Required, unless Nylas can fall back to the client of the connector. */
function oauthClient(displayOptions: IDisplayOptions, isRequired: boolean): INodeProperties[] {
	const fallback = isRequired ? '' : '. When both are empty, Nylas uses those of the connector.';
	const clientId: INodeProperties = {
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1234.apps.googleusercontent.com',
		displayOptions,
		description: `The ID of the app at the provider${fallback}`,
	};
	return [
		...(isRequired ? requiredUnlessStored(clientId) : [clientId]),
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: isRequired,
			displayOptions: onlyTyped(displayOptions),
			description: `The secret of the app at the provider${fallback}`,
		},
	];
}

const connectorAndAdminConsent: INodeProperties[] = [
	...requiredUnlessStored({
		...tenant,
		displayOptions: showForKind(['create'], 'adminConsent'),
		description: 'The Azure tenant whose administrator has given consent',
	}),
	...oauthClient(showForKind(['create', 'update'], 'connector'), true),
	...oauthClient(showForKind(['create'], 'adminConsent'), false),
	...oauthClient(showForKind(['update'], 'adminConsent'), true),
	{
		...tenant,
		displayOptions: showForKind(['update'], 'adminConsent'),
		description: 'The Azure tenant. Left empty, it is not sent, and Nylas does not keep the stored one.',
	},
];

const showForServiceAccount = showForKind(['create', 'update'], 'serviceAccount');

const serviceAccount: INodeProperties[] = [
	{
		displayName: 'Private Key ID',
		name: 'privateKeyId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
		displayOptions: showForServiceAccount,
		description: 'Found in the key file as private_key_id',
	},
	{
		displayName: 'Private Key',
		name: 'privateKey',
		type: 'string',
		typeOptions: { password: true, rows: 5 },
		default: '',
		placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
		displayOptions: onlyTyped(showForServiceAccount),
		description: 'Found in the key file as private_key. Line breaks that were lost are restored.',
	},
	{
		displayName: 'Client Email',
		name: 'clientEmail',
		type: 'string',
		default: '',
		placeholder: 'e.g. sync@my-project.iam.gserviceaccount.com',
		displayOptions: showForServiceAccount,
		description: 'Found in the key file as client_email',
	},
	{
		displayName: 'Service Account Key (JSON)',
		name: 'credentialDataJson',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		placeholder: 'e.g. {"type": "service_account", …}',
		displayOptions: onlyTyped(showForServiceAccount),
		description: 'The whole key file that Google gave out, instead of the three fields above',
	},
];

const json: INodeProperties = {
	displayName: 'Credential Data (JSON)',
	name: 'credentialDataJson',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	required: true,
	placeholder: 'e.g. {"client_id": "…", "client_secret": "…"}',
	displayOptions: onlyTyped(showForKind(['create', 'update'], 'json')),
	description: 'All the credential data as one object, under the names that Nylas documents',
};

/** What a credential is made of: the same kinds for Create and Update, save that only an update can keep what is stored. */
export const credentialDataProperties: INodeProperties[] = [
	kindOfNew,
	kindOfChanged,
	replaceNotice,
	credentialType,
	...connectorAndAdminConsent,
	...serviceAccount,
	json,
];
