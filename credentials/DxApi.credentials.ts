import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { dxBaseUrl } from '../nodes/Dx/paths';
import { credentialToken, sign } from '../nodes/kit';

/** DX says so by an HTTP status or by `ok: false`; which of them with which fault is not documented. */
const REFUSED =
	'DX did not accept the API token. Check it, and that it is one for the Data Cloud API of this instance.';

export class DxApi implements ICredentialType {
	name = 'dxApi';

	displayName = 'DX API';

	icon: Icon = {
		light: 'file:../nodes/Dx/dx.svg',
		dark: 'file:../nodes/Dx/dx.dark.svg',
	};

	documentationUrl = 'https://docs.getdx.com/datacloudapi/overview/';

	properties: INodeProperties[] = [
		{
			displayName: 'Instance',
			name: 'instance',
			type: 'string',
			default: '',
			placeholder: 'e.g. acme',
			description: 'The name of your DX instance, as it stands in https://{instance}.getdx.net',
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'A token for the Data Cloud API, created in the DX admin area',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://dx-proxy.example.com',
			description:
				'Leave empty for https://{instance}.getdx.net. Fill it in only to go through a proxy of your own; “Instance” is not used then.',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	) => {
		const token = credentialToken(credentials, 'apiToken', 'API Token');
		return sign(requestOptions, {
			baseUrl: dxBaseUrl(credentials),
			headers: { Authorization: `Bearer ${token}` },
			signature: { secrets: [token], sessionToken: null },
		});
	};

	test: ICredentialTestRequest = {
		request: {
			// What `dxBaseUrl` yields; `authenticate` checks both fields before anything is sent.
			baseURL: '={{ $credentials.baseUrl?.trim() || "https://" + $credentials.instance.trim() + ".getdx.net" }}',
			url: '/api/connections.list',
		},
		// The type wants rules of one kind; n8n applies each for itself.
		rules: [
			{ type: 'responseCode', properties: { value: 401, message: REFUSED } },
			{ type: 'responseSuccessBody', properties: { key: 'ok', value: false, message: REFUSED } },
		] as ICredentialTestRequest['rules'],
	};
}
