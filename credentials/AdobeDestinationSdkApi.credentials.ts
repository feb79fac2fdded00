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

import { adobeBaseUrl } from '../nodes/Adobe/paths';
import {
	baseUrlPrefix,
	bindingOf,
	credentialHeader,
	credentialText,
	credentialToken,
	fetchSession,
	serializeSession,
	sign,
	type TokenRequest,
	usableToken,
} from '../nodes/kit';

export class AdobeDestinationSdkApi implements ICredentialType {
	name = 'adobeDestinationSdkApi';

	displayName = 'Adobe Destination SDK API';

	icon: Icon = {
		light: 'file:../nodes/Adobe/adobe.svg',
		dark: 'file:../nodes/Adobe/adobe.dark.svg',
	};

	documentationUrl =
		'https://experienceleague.adobe.com/en/docs/experience-platform/destinations/destination-sdk/getting-started';

	properties: INodeProperties[] = [
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'Access Token',
					value: 'accessToken',
					description: 'A token that you have fetched yourself; it is valid for 24 hours',
				},
				{
					name: 'OAuth Server-to-Server',
					value: 'oauth',
					description: 'A token is fetched whenever one is needed, and kept by n8n until it ends',
				},
			],
			default: 'oauth',
		},
		{
			displayName: 'Client ID (API Key)',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 4a1b2c3d4e5f60718293a4b5c6d7e8f9',
			description: 'From the OAuth Server-to-Server credential of your project in the Adobe Developer Console',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['oauth'] } },
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['accessToken'] } },
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 1A2B3C4D5E6F7890ABCDEF12@AdobeOrg',
			description: 'The IMS organization that owns the destination. Its project needs the permission “Destination Authoring”.',
		},
		{
			displayName: 'Sandbox Name',
			name: 'sandboxName',
			type: 'string',
			default: 'prod',
			required: true,
			description: 'The sandbox that holds the credential configurations',
		},
		{
			displayName: 'Scopes',
			name: 'scopes',
			type: 'string',
			default: 'openid,session,AdobeID,read_organizations,additional_info.projectedProductContext',
			required: true,
			description: 'As the Adobe Developer Console lists them for the credential, separated by commas',
			displayOptions: { show: { authentication: ['oauth'] } },
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://platform.adobe.io',
			required: true,
			description: 'Change it only to go through a proxy of your own',
		},
		{
			displayName: 'Sign-In URL',
			name: 'authBaseUrl',
			type: 'string',
			default: 'https://ims-na1.adobelogin.com',
			required: true,
			description: 'The host of Adobe’s identity service (IMS). Change it only to go through a proxy of your own.',
			displayOptions: { show: { authentication: ['oauth'] } },
		},
	];

	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		if (usesAccessToken(credentials)) return {};
		// Looked at before the sign-in as well: what cannot be used is told with nothing sent.
		headersOf(credentials);
		const session = await fetchSession(this, bindingFor(credentials), tokenRequest(credentials));
		return { sessionToken: serializeSession(session) };
	}

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		const headers = headersOf(credentials);
		const isFixed = usesAccessToken(credentials);
		const token = isFixed
			? credentialToken(credentials, 'accessToken', 'Access Token')
			: usableToken(credentials.sessionToken, bindingFor(credentials), requestOptions);
		return sign(requestOptions, {
			baseUrl: adobeBaseUrl(credentials),
			headers: { ...headers, Authorization: `Bearer ${token}` },
			signature: {
				secrets: [token, ...(isFixed ? [] : [String(credentials.clientSecret).trim()])],
				sessionToken: isFixed ? null : token,
			},
		});
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim() }}',
			url: '/data/core/activation/authoring/credentials',
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'Adobe did not accept the sign-in. Check client ID, client secret and scopes, or the access token if one was pasted: it lasts a day.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: 'Adobe does not allow this here. Check organization and sandbox, and that the API credential has the permission “Destination Authoring”.',
				},
			},
		],
	};
}

function usesAccessToken({ authentication }: ICredentialDataDecryptedObject): boolean {
	return authentication === 'accessToken';
}

/** The headers beside the token: whose request it is, and which sandbox it is for. */
function headersOf(credentials: ICredentialDataDecryptedObject) {
	return {
		'x-api-key': credentialHeader(credentials, 'clientId', 'Client ID (API Key)'),
		'x-gw-ims-org-id': credentialHeader(credentials, 'organizationId', 'Organization ID'),
		// Sandbox names are lower-case; the header is compared as it stands.
		'x-sandbox-name': credentialHeader(credentials, 'sandboxName', 'Sandbox Name').toLowerCase(),
	};
}

/** IMS separates scopes with commas, the rest of the OAuth world with spaces or lines; users paste them all. */
function scopesOf({ scopes }: ICredentialDataDecryptedObject): string {
	const listed = String(scopes).split(/[\s,]+/);
	return credentialText({ scopes: listed.filter(Boolean).join(',') }, 'scopes', 'Scopes');
}

/** Client credentials grant, from “OAuth Server-to-Server credential” in Adobe's developer documentation. */
function tokenRequest(credentials: ICredentialDataDecryptedObject): TokenRequest {
	return {
		url: `${baseUrlPrefix(credentials.authBaseUrl, 'Sign-In URL')}/ims/token/v3`,
		headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams({
			grant_type: 'client_credentials',
			client_id: credentialText(credentials, 'clientId', 'Client ID (API Key)'),
			client_secret: credentialText(credentials, 'clientSecret', 'Client Secret'),
			scope: scopesOf(credentials),
		}).toString(),
	};
}

/** All that decides which token is issued, and the host that it may be sent to. */
function bindingFor(credentials: ICredentialDataDecryptedObject): string {
	return bindingOf(
		adobeBaseUrl(credentials),
		baseUrlPrefix(credentials.authBaseUrl, 'Sign-In URL'),
		credentialText(credentials, 'clientId', 'Client ID (API Key)'),
		credentialText(credentials, 'clientSecret', 'Client Secret'),
		scopesOf(credentials),
		credentialText(credentials, 'organizationId', 'Organization ID'),
	);
}
