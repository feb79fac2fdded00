/**
 * How a secret of each vendor is stored: a filled field under the name that the vendor has for it, and which other names there
 * are. A line for each vendor in n8n's dialog.
 */
export const SECRET_EXAMPLES: readonly string[] = [
	'Adobe, S3: field “secretKey”, value “my-new-key”. Other kinds: password, sshKey, servicePrincipalKey, connectionString, credentialJson.',
	'Commerce Layer: field “client_id”, value “my-new-id”, and “client_secret” in the next pair. The operation Rotate fills in both: nothing has to be entered.',
	'DX, Jira Cloud: field “api_token”, value “my-new-token”. Other connectors: secrets.KEY with the name of the secret in DX for KEY, such as secrets.password.',
	'n8n, GitHub: field “accessToken”, value “my-new-token”. Other types: the internal name of the field. Under another name, say in the node under Stored Fields which field it is for.',
	'Nylas, Connector: field “client_secret”, value “my-new-secret”, and “client_id” in the next pair, unless the node has it: Nylas takes the two only together. Other kinds: private_key, private_key_id, client_email, tenant, credential_data.',
	'ThousandEyes: field “value”, value “my-new-password”',
];
