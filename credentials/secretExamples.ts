/**
 * How a secret of each vendor is stored: a filled field under the name that the vendor has for it, and which other names there
 * are. A line for each vendor in n8n's dialog.
 */
export const SECRET_EXAMPLES: readonly string[] = [
	'Adobe, S3: secretKey = my-new-key. Other kinds: password, sshKey, servicePrincipalKey, connectionString, credentialJson.',
	'Commerce Layer: client_id = my-new-id, and client_secret. Rotate writes both by itself.',
	'DX, Jira Cloud: api_token = my-new-token. Other connectors: secrets. and the key, such as secrets.password.',
	'n8n, GitHub: accessToken = my-new-token. Other types: the internal name of the field, or any name that a row under Stored Fields leads to it.',
	'Nylas, Connector: client_secret = my-new-secret, and client_id where it is new as well. Other kinds: private_key, private_key_id, client_email, tenant, credential_data.',
	'ThousandEyes: value = my-new-password',
];
