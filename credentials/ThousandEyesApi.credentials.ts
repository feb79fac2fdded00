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
import { credentialToken, sign } from '../nodes/kit';

export class ThousandEyesApi implements ICredentialType {
	name = 'thousandEyesApi';

	displayName = 'ThousandEyes API';

	icon: Icon = {
		light: 'file:../nodes/ThousandEyes/thousandEyes.svg',
		dark: 'file:../nodes/ThousandEyes/thousandEyes.dark.svg',
	};

	documentationUrl = 'https://developer.cisco.com/docs/thousandeyes/authentication/';

	properties: INodeProperties[] = [
		{
			displayName: 'Bearer Token',
			name: 'bearerToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Created in ThousandEyes under Account Settings > Users and Roles > Profile > User API Tokens. A token is valid for two years.',
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
		const token = credentialToken(credentials, 'bearerToken', 'Bearer Token');
		return sign(requestOptions, {
			baseUrl: thousandEyesBaseUrl(credentials),
			headers: { Authorization: `Bearer ${token}` },
			signature: { secrets: [token], sessionToken: null },
		});
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{ $credentials.baseUrl.trim() }}', url: '/v7/account-groups' },
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'ThousandEyes did not accept the bearer token. Create a new one under Account Settings > Users and Roles > Profile, and paste it here.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: 'ThousandEyes knows the token, and does not let its user read account groups. Use the token of a user who may.',
				},
			},
		],
	};
}
