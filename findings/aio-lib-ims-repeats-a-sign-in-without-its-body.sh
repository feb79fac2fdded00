#!/usr/bin/env bash
# @adobe/aio-lib-ims 8.1.2 (Node 20), Adobe's client for signing in.
#
# getAccessTokenByClientCredentials repeats a sign-in that is answered with 429 or 5xx: up to three times, half a second after
# the first and longer after the others. One would expect a single 503 to cost that half second. The form is a stream
# (form-data) which the first try has read to its end, and the same object is handed to the next: that one opens a connection,
# waits for an end of the stream that has long been there, and sends no byte. The promise neither resolves nor rejects for as
# long as the server keeps the silent connection open; a server that gives up on it ends the sign-in with a 408 of its own. The
# repeats that are there for outages thus turn a short one into a hang, and the client has no time limit to set against it.
#
# The script runs a server that answers 503 once and would accept the second try, signs in, waits for ten seconds, and
# prints what has arrived; before that the same without the 503.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install @adobe/aio-lib-ims@8.1.2 --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { once } = require('node:events');
const { createServer } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');
const { Ims } = require('@adobe/aio-lib-ims');

const part = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');
const token = () => `${part({ alg: 'RS256' })}.${part({ created_at: String(Date.now()), expires_in: '86399000' })}.signature`;

async function signIn(outages) {
	const received = [];
	let connections = 0;
	const server = createServer(async (request, response) => {
		let bytes = 0;
		for await (const chunk of request) bytes += chunk.length;
		const status = received.length < outages ? 503 : 200;
		received.push(`${bytes > 0 ? 'with' : 'without'} a form, answered ${status}`);
		response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
		response.end(JSON.stringify(status === 503 ? {} : { access_token: token(), token_type: 'bearer', expires_in: 86399 }));
	});
	server.on('connection', () => (connections += 1));
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const ims = Object.assign(new Ims('prod'), { endpoint: `http://127.0.0.1:${server.address().port}` });
	const done = ims.getAccessTokenByClientCredentials('id', 'secret', 'organization', ['openid']).then(() => 'resolved', () => 'rejected');
	const outcome = await Promise.race([done, sleep(10_000, 'pending after ten seconds')]);
	console.log(`${outages} outages: ${connections} connections, ${received.length} sign-ins received (${received.join('; ')}), ${outcome}`);
	server.closeAllConnections();
	server.close();
}

signIn(0).then(() => signIn(1)).then(() => process.exit(0));
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
0 outages: 1 connections, 1 sign-ins received (with a form, answered 200), resolved
1 outages: 2 connections, 1 sign-ins received (with a form, answered 503), pending after ten seconds
TXT
diff expected.txt seen.txt
echo 'As described.'
