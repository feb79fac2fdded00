#!/usr/bin/env bash
# nylas 8.4.0 (Node 20), Nylas' client.
#
# A service account of Google comes as a key file, whose fields go into the credential data as they are: Nylas' API takes them under the
# file's own names. The client turns the names of every request into snake case, at every depth. One would expect a name
# that is in snake case already to pass. Where a digit follows a letter it gets another underscore: auth_provider_x509_cert_url
# and client_x509_cert_url arrive as auth_provider_x_509_cert_url and client_x_509_cert_url, which are fields that nobody knows.
# Nothing is thrown, and the eight other usual fields of such a file arrive as they are.
#
# The script creates such a credential with the names of a key file, and prints the names that have arrived.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install nylas@8.4.0 --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { once } = require('node:events');
const { createServer } = require('node:http');
const { default: Nylas } = require('nylas');

const names = ['type', 'project_id', 'private_key_id', 'private_key', 'client_email', 'client_id', 'auth_uri', 'token_uri', 'auth_provider_x509_cert_url', 'client_x509_cert_url'];

async function main() {
	let received = '';
	const server = createServer(async (request, response) => {
		for await (const chunk of request) received += chunk;
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ request_id: 'r', data: { id: 'c', name: 'n' } }));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const nylas = new Nylas({ apiKey: 'k', apiUri: `http://127.0.0.1:${server.address().port}` });
	const credentialData = Object.fromEntries(names.map((name) => [name, 'value']));
	await nylas.connectors.credentials.create({ provider: 'google', requestBody: { name: 'n', credentialType: 'serviceaccount', credentialData } });
	const arrived = Object.keys(JSON.parse(received).credential_data);
	names.forEach((name, place) => console.log(name === arrived[place] ? `${name}: as it is` : `${name}: as ${arrived[place]}`));
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
type: as it is
project_id: as it is
private_key_id: as it is
private_key: as it is
client_email: as it is
client_id: as it is
auth_uri: as it is
token_uri: as it is
auth_provider_x509_cert_url: as auth_provider_x_509_cert_url
client_x509_cert_url: as client_x_509_cert_url
TXT
diff expected.txt seen.txt
echo 'As described.'
