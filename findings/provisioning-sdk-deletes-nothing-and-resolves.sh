#!/usr/bin/env bash
# @commercelayer/provisioning-sdk 2.10.2 and @commercelayer/js-auth 8.0.1 (Node 20), Commerce Layer's clients for its
# Provisioning API and for signing in.
#
# The SDK's README says how its `refreshToken` option goes with js-auth: hand back the accessToken of a new sign-in. When the
# token has ended and that sign-in is refused as well (the token endpoint allows 30 a minute), one would expect the call to
# reject. But js-auth rejects no refused sign-in: it hands the refusal back, and accessToken is undefined, whatever its type
# says. The SDK then neither repeats the request nor throws the 401 that it has caught: the request resolves with nothing. For
# delete(), which has no result, this is what success looks like, and the credential is still there. The calls that have a
# result reject with a TypeError of the SDK itself, without a status.
#
# The script lets a server refuse both and makes the same calls without the option and with it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
packages=(@commercelayer/provisioning-sdk@2.10.2 @commercelayer/js-auth@8.0.1)
npm install "${packages[@]}" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { once } = require('node:events');
const { createServer } = require('node:http');
const { authenticate } = require('@commercelayer/js-auth');
const CommerceLayer = require('@commercelayer/provisioning-sdk').default;

const part = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');
const inAMinute = Math.floor(Date.now() / 1000) + 60;
const tokenUntil = (exp) => `${part({ alg: 'RS512' })}.${part({ exp, scope: 'provisioning-api' })}.signature`;
const [ended, valid] = [tokenUntil(inAMinute - 120), tokenUntil(inAMinute)];

/** Answers to a sign-in, to a call with the ended token and to any other. */
let signInStatus = 429;
let received = [];
const server = createServer((request, response) => {
	request.resume();
	const isSignIn = request.url === '/oauth/token';
	const isRefused = isSignIn ? signInStatus !== 200 : request.headers.authorization === `Bearer ${ended}`;
	const status = isSignIn ? signInStatus : isRefused ? 401 : request.method === 'DELETE' ? 204 : 200;
	received.push(`${isSignIn ? 'sign-in' : request.method} ${status}`);
	const code = isSignIn ? 'TOO_MANY_REQUESTS' : 'INVALID_TOKEN';
	const resource = { data: { id: 'a', type: 'api_credentials', attributes: { name: 'n' } } };
	const granted = { access_token: valid, token_type: 'bearer', expires_in: 60, scope: 'provisioning-api' };
	response.writeHead(status, { 'content-type': 'application/json' });
	if (status === 204) return void response.end();
	response.end(JSON.stringify(isRefused ? { errors: [{ title: code, detail: code, code, status }] } : isSignIn ? granted : resource));
});

async function main() {
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const url = `http://127.0.0.1:${server.address().port}`;
	const { fetch } = globalThis;
	globalThis.fetch = (input, init) => fetch(String(input).replace(/^https:\/\/(auth|provisioning)\.commercelayer\.io/, url), init);

	const signIn = async () => (await authenticate('client_credentials', { clientId: 'id', clientSecret: 'secret' })).accessToken;
	const calls = { delete: (client) => client.api_credentials.delete('a'), update: (client) => client.api_credentials.update({ id: 'a', name: 'n' }) };
	const cases = [['without the option', undefined, 429], ['sign-in refused', signIn, 429], ['sign-in granted', signIn, 200]];
	for (const [name, call] of Object.entries(calls)) {
		for (const [what, refreshToken, status] of cases) {
			[received, signInStatus] = [[], status];
			const outcome = await call(CommerceLayer({ accessToken: ended, refreshToken })).then(
				() => 'resolved',
				(error) => `rejected with ${error.constructor === TypeError ? 'TypeError' : error.name}, status ${error.status}`,
			);
			console.log(`${name}, ${what}: ${received.join(', ')}: ${outcome}`);
		}
	}
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
delete, without the option: DELETE 401: rejected with ApiError, status 401
delete, sign-in refused: DELETE 401, sign-in 429: resolved
delete, sign-in granted: DELETE 401, sign-in 200, DELETE 204: resolved
update, without the option: PATCH 401: rejected with ApiError, status 401
update, sign-in refused: PATCH 401, sign-in 429: rejected with TypeError, status undefined
update, sign-in granted: PATCH 401, sign-in 200, PATCH 200: resolved
TXT
diff expected.txt seen.txt
echo 'As described.'
