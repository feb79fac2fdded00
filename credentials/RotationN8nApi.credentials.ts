import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { n8nBaseUrl } from '../nodes/N8nCredentials/paths';
import { credentialToken, sign } from '../nodes/kit';

export class RotationN8nApi implements ICredentialType {
	name = 'rotationN8nApi';

	displayName = 'Rotation N8n API';

	icon: Icon = {
		light: 'file:../nodes/N8nCredentials/n8nCredentials.svg',
		dark: 'file:../nodes/N8nCredentials/n8nCredentials.dark.svg',
	};

	documentationUrl = 'https://docs.n8n.io/api/authentication/';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Created in n8n under Settings > n8n API, with no more scopes than the workflow needs. It expires on the day that is chosen there.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'http://localhost:5678/api/v1',
			required: true,
			description:
				'The public API of n8n, as the process that runs the workflow reaches it. In queue mode that is a worker, to which localhost is not the main process.',
		},
		{
			displayName: 'Allow Plain HTTP',
			name: 'allowPlainHttp',
			type: 'boolean',
			default: false,
			description:
				'Whether the base URL may begin with http:// for another host than this machine, such as http://n8n:5678/api/v1 between containers. The API key and the new secrets then travel in clear: whoever listens on that network reads them.',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		const apiKey = credentialToken(credentials, 'apiKey', 'API Key');
		return sign(requestOptions, {
			baseUrl: n8nBaseUrl(credentials),
			allowsPlainHttp: credentials.allowPlainHttp === true,
			headers: { 'X-N8N-API-KEY': apiKey },
			signature: { secrets: [apiKey], sessionToken: null },
		});
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim() }}',
			// What any key may read, whatever its scopes.
			url: '/credentials/schema/httpHeaderAuth',
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'The API key was not accepted. It may have expired: create a new one under Settings > n8n API, and paste it here.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'There is no public API of n8n at this base URL. It ends with /api/v1, and the API can be switched off for an n8n.',
				},
			},
		],
	};
}
