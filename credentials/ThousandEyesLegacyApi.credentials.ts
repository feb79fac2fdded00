import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { thousandEyesBaseUrl } from '../nodes/ThousandEyes/paths';
import { credentialText, credentialToken, sign } from '../nodes/kit';

export class ThousandEyesLegacyApi implements ICredentialType {
	name = 'thousandEyesLegacyApi';

	displayName = 'ThousandEyes Legacy (V6) API';

	icon: Icon = {
		light: 'file:../nodes/ThousandEyes/thousandEyes.svg',
		dark: 'file:../nodes/ThousandEyes/thousandEyes.dark.svg',
	};

	documentationUrl = 'https://developer.cisco.com/docs/thousandeyes/v6/authentication/';

	properties: INodeProperties[] = [
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'e.g. nathan@example.com',
			required: true,
			description: 'Of the user whose token it is',
		},
		{
			displayName: 'Basic Authentication Token',
			name: 'basicToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Created in ThousandEyes under Account Settings > Users and Roles > Profile > User API Tokens',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.thousandeyes.com',
			required: true,
			description: 'Change it only to go through a proxy of your own',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		const email = credentialText(credentials, 'email', 'Email');
		const token = credentialToken(credentials, 'basicToken', 'Basic Authentication Token');
		const basic = Buffer.from(`${email}:${token}`, 'utf8').toString('base64');
		return sign(requestOptions, {
			baseUrl: thousandEyesBaseUrl(credentials),
			headers: { Authorization: `Basic ${basic}` },
			signature: { secrets: [token, basic], sessionToken: null },
		});
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{ $credentials.baseUrl.trim() }}', url: '/v6/status.json' },
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'ThousandEyes did not accept email and token. Create a new basic authentication token under Account Settings > Users and Roles > Profile; a bearer token is none.',
				},
			},
		],
	};
}
