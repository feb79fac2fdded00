/**
 * How a secret of each vendor is stored: a filled field under the name that the vendor has for it, and which other names there
 * are. Read in n8n's dialog, which shows it as HTML.
 */
export const SECRET_EXAMPLES = [
	'<b>Adobe</b>, S3: <code>secretKey</code> = my-new-key. Other kinds: <code>password</code>, <code>sshKey</code>, <code>servicePrincipalKey</code>, <code>connectionString</code>, <code>credentialJson</code>.',
	'<b>DX</b>, Jira Cloud: <code>api_token</code> = my-new-token. Other connectors: <code>secrets.</code> and the key, such as <code>secrets.password</code>.',
	'<b>n8n</b>, GitHub: <code>accessToken</code> = my-new-token. Other types: the internal name of the field, or any name that a row under Stored Fields leads to it.',
	'<b>Nylas</b>, Connector: <code>client_secret</code> = my-new-secret, and <code>client_id</code> where it is new as well. Other kinds: <code>private_key</code>, <code>private_key_id</code>, <code>client_email</code>, <code>tenant</code>, <code>credential_data</code>.',
	'<b>ThousandEyes</b>: <code>value</code> = my-new-password',
].join('<br>');
