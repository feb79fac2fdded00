import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { authBaseUrlOf, commerceLayerBaseUrl, tokenRequest } from '../nodes/CommerceLayer/paths';
import { bindingOf, credentialText, fetchSession, serializeSession, sign, usableToken } from '../nodes/kit';

export class CommerceLayerApi implements ICredentialType {
	name = 'commerceLayerApi';

	displayName = 'Commerce Layer Provisioning API';

	icon: Icon = {
		light: 'file:../nodes/CommerceLayer/commerceLayer.svg',
		dark: 'file:../nodes/CommerceLayer/commerceLayer.dark.svg',
	};

	documentationUrl = 'https://docs.commercelayer.io/provisioning/getting-started/authorization';

	properties: INodeProperties[] = [
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description:
				'Of your personal Provisioning API credentials: in the Commerce Layer dashboard, open the user menu and choose Provisioning API. Credentials of an integration or sales channel do not work here.',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From the same place. Only an admin of an organization can change its API credentials.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://provisioning.commercelayer.io',
			required: true,
			description: 'Change it only to go through a proxy of your own',
		},
		{
			displayName: 'Sign-In URL',
			name: 'authBaseUrl',
			type: 'string',
			default: 'https://auth.commercelayer.io',
			required: true,
			description: 'Where access tokens are fetched. Change it only to go through a proxy of your own.',
		},
	];

	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const { authBaseUrl, clientId, clientSecret, binding } = accountOf(credentials);
		const session = await fetchSession(this, binding, tokenRequest(authBaseUrl, { id: clientId, secret: clientSecret }));
		return { sessionToken: serializeSession(session) };
	}

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		const { baseUrl, clientSecret, binding } = accountOf(credentials);
		const token = usableToken(credentials.sessionToken, binding, requestOptions);
		return sign(requestOptions, {
			baseUrl,
			headers: { Authorization: `Bearer ${token}` },
			signature: { secrets: [token, clientSecret], sessionToken: token },
		});
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim() }}',
			url: '/api/user',
			headers: { Accept: 'application/vnd.api+json' },
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'Commerce Layer did not accept the access token. Check that client ID and secret are those of your Provisioning API credentials, and that they belong to this base URL.',
				},
			},
		],
	};
}

/** The checked fields of a credential, and the digest that a token is bound to. */
function accountOf(credentials: ICredentialDataDecryptedObject) {
	const clientId = credentialText(credentials, 'clientId', 'Client ID');
	const clientSecret = credentialText(credentials, 'clientSecret', 'Client Secret');
	const baseUrl = commerceLayerBaseUrl(credentials);
	const authBaseUrl = authBaseUrlOf(credentials);
	return {
		clientId,
		clientSecret,
		baseUrl,
		authBaseUrl,
		binding: bindingOf(baseUrl, authBaseUrl, clientId, clientSecret),
	};
}
