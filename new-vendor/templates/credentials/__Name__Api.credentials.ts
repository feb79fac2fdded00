import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	// @if auth oauth2
	IHttpRequestHelper,
	// @end
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { __node__BaseUrl, CREDENTIALS_PATH } from '../nodes/__Name__/paths';
// @if auth bearer,header
import { credentialToken, sign } from '../nodes/kit';
// @end
// @if auth basic
import { credentialText, credentialToken, sign } from '../nodes/kit';
// @end
// @if auth oauth2
import { baseUrlPrefix, bindingOf, credentialText, fetchSession, serializeSession, sign, usableToken } from '../nodes/kit';
// @end

export class __Name__Api implements ICredentialType {
	name = '__node__Api';

	displayName = '__Label__ API';

	icon: Icon = {
		light: 'file:../nodes/__Name__/__node__.svg',
		dark: 'file:../nodes/__Name__/__node__.dark.svg',
	};

	// FILL IN: the page on which __Label__ says how to sign in.
	documentationUrl = 'https://api.__keyword__.example.com/docs';

	properties: INodeProperties[] = [
		// @if auth bearer
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			// FILL IN: where in __Label__ a token is made, and what it has to be allowed to do.
			description: 'A token for the API of __Label__',
		},
		// @end
		// @if auth basic
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			// FILL IN: what goes into the two fields, where in __Label__ it is made, and what it has to be allowed to do.
			description: 'The token, or password, of this user for the API of __Label__',
		},
		// @end
		// @if auth header
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			// FILL IN: where in __Label__ a key is made, and what it has to be allowed to do.
			description: 'A key for the API of __Label__',
		},
		// @end
		// @if auth oauth2
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
			// FILL IN: where in __Label__ a client is made, and what it has to be allowed to do.
			description: 'Of a client for the API of __Label__',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From the same place',
		},
		// @end
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			// FILL IN: the public host of the API.
			default: 'https://api.__keyword__.example.com',
			required: true,
			description: 'Change it only to go through a proxy of your own',
		},
		// @if auth oauth2
		{
			displayName: 'Sign-In URL',
			name: 'authBaseUrl',
			type: 'string',
			// FILL IN: the public host that gives out access tokens.
			default: 'https://auth.__keyword__.example.com',
			required: true,
			description: 'Where access tokens are fetched. Change it only to go through a proxy of your own.',
		},
		// @end
	];

	// @if auth oauth2
	// FILL IN: the documented request for an access token (client credentials grant), and its scopes where it has some.
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const { authBaseUrl, clientId, clientSecret, binding } = accountOf(credentials);
		const session = await fetchSession(this, binding, {
			url: `${authBaseUrl}/oauth/token`,
			headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({
				grant_type: 'client_credentials',
				client_id: clientId,
				client_secret: clientSecret,
			}).toString(),
		});
		return { sessionToken: serializeSession(session) };
	}

	// @end
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		// @if auth bearer
		const token = credentialToken(credentials, 'apiToken', 'API Token');
		return sign(requestOptions, {
			baseUrl: __node__BaseUrl(credentials),
			headers: { Authorization: `Bearer ${token}` },
			signature: { secrets: [token], sessionToken: null },
		});
		// @end
		// @if auth basic
		const username = credentialText(credentials, 'username', 'Username');
		const token = credentialToken(credentials, 'apiToken', 'API Token');
		const basic = Buffer.from(`${username}:${token}`, 'utf8').toString('base64');
		return sign(requestOptions, {
			baseUrl: __node__BaseUrl(credentials),
			headers: { Authorization: `Basic ${basic}` },
			signature: { secrets: [token, basic], sessionToken: null },
		});
		// @end
		// @if auth header
		const key = credentialToken(credentials, 'apiKey', 'API Key');
		return sign(requestOptions, {
			baseUrl: __node__BaseUrl(credentials),
			// FILL IN: the header that __Label__ wants the key in, here and in the simulator.
			headers: { 'X-API-Key': key },
			signature: { secrets: [key], sessionToken: null },
		});
		// @end
		// @if auth oauth2
		const { baseUrl, clientSecret, binding } = accountOf(credentials);
		const token = usableToken(credentials.sessionToken, binding, requestOptions);
		return sign(requestOptions, {
			baseUrl,
			headers: { Authorization: `Bearer ${token}` },
			signature: { secrets: [token, clientSecret], sessionToken: token },
		});
		// @end
	};

	// FILL IN: a request that every account may make, and what to say to the statuses with which a wrong key is refused.
	test: ICredentialTestRequest = {
		request: { baseURL: '={{ $credentials.baseUrl.trim() }}', url: CREDENTIALS_PATH },
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					// @if auth bearer
					message: '__Label__ did not accept the API token. Check it, and that it belongs to this base URL.',
					// @end
					// @if auth basic
					message: '__Label__ did not accept username and API token. Check both, and that they belong to this base URL.',
					// @end
					// @if auth header
					message: '__Label__ did not accept the API key. Check it, and that it belongs to this base URL.',
					// @end
					// @if auth oauth2
					message: '__Label__ did not accept the access token. Check client ID and client secret, and that they belong to this base URL.',
					// @end
				},
			},
		],
	};
}
// @if auth oauth2

/** The checked fields of a credential, and the digest that a token is bound to. */
function accountOf(credentials: ICredentialDataDecryptedObject) {
	const clientId = credentialText(credentials, 'clientId', 'Client ID');
	const clientSecret = credentialText(credentials, 'clientSecret', 'Client Secret');
	const baseUrl = __node__BaseUrl(credentials);
	const authBaseUrl = baseUrlPrefix(credentials.authBaseUrl, 'Sign-In URL');
	return { clientId, clientSecret, baseUrl, authBaseUrl, binding: bindingOf(baseUrl, authBaseUrl, clientId, clientSecret) };
}
// @end
