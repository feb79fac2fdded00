import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { nylasBaseUrl } from '../nodes/Nylas/paths';
import { credentialToken, sign } from '../nodes/kit';

export class NylasApi implements ICredentialType {
	name = 'nylasApi';

	displayName = 'Nylas API';

	icon: Icon = {
		light: 'file:../nodes/Nylas/nylas.svg',
		dark: 'file:../nodes/Nylas/nylas.dark.svg',
	};

	documentationUrl = 'https://developer.nylas.com/docs/v3/auth/';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'The key of a Nylas application, created in the Nylas Dashboard under API Keys. The access token of a grant is not accepted for connectors.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			options: [
				{ name: 'Custom', value: 'custom', description: 'A host of your own, such as a proxy' },
				{ name: 'Europe', value: 'eu', description: 'https://api.eu.nylas.com' },
				{ name: 'United States', value: 'us', description: 'https://api.us.nylas.com' },
			],
			default: 'us',
			description: 'Where the Nylas application was created: its key is unknown in the other region',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.us.nylas.com',
			required: true,
			displayOptions: { show: { region: ['custom'] } },
			description: 'The URL before /v3',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		const apiKey = credentialToken(credentials, 'apiKey', 'API Key');
		return sign(requestOptions, {
			baseUrl: nylasBaseUrl(credentials),
			headers: { Authorization: `Bearer ${apiKey}` },
			signature: { secrets: [apiKey], sessionToken: null },
		});
	};

	test: ICredentialTestRequest = {
		request: {
			// An expression cannot call nylasBaseUrl; `authenticate` does, and sends nothing when the two disagree.
			baseURL:
				'={{ $credentials.region === "custom" ? $credentials.baseUrl.trim() : "https://api." + $credentials.region + ".nylas.com" }}',
			url: '/v3/connectors',
			qs: { limit: 1 },
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 400,
					message: 'Nylas did not accept the API key. Check that it is the key of an application, not the access token of a grant, and complete.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'Nylas did not accept the API key. Check it, and the region: a key is unknown in the other one.',
				},
			},
		],
	};
}
