#!/usr/bin/env bash
# axios 1.21.1 (Node 20), with https-proxy-agent 5.0.1, through which it goes to https addresses when it has a proxy.
#
# For an https address the proxy is first asked for a tunnel, and may refuse. One would expect a call that never had a tunnel to
# fail. It resolves with the proxy's status, headers and body, under the address of the host, which has not been asked; that the
# socket behind the answer is in clear is all that tells. A 403 of the proxy looks like that of a key without a permission.
#
# Nor is the proxy's text, by which a person would see it, sure to be there: axios is given what had arrived by the end of the
# head. Of a body that comes a moment later nothing is left: the call rejects with “stream has been aborted” if a length was
# announced, and if the body ends with the connection it resolves with an empty one that counts as complete. The same answer of
# the same proxy to a call of an http address is read whole.
#
# The script runs a proxy that refuses everything, with its body at once and a moment later, and makes calls through it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
packages=(axios@1.21.1 https-proxy-agent@5.0.1)
npm install "${packages[@]}" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { once } = require('node:events');
const { createServer } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');
const axios = require('axios');

const body = 'The proxy of this office forbids that.';
const framings = { length: `content-length: ${body.length}`, close: 'connection: close' };

async function refuse(socket, framing, isLate) {
	socket.write(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\n${framing}\r\n\r\n${isLate ? '' : body}`);
	if (isLate) await sleep(100);
	socket.end(isLate ? body : '');
}

async function call(protocol, framing, isLate) {
	const asked = [];
	const proxy = createServer((request) => {
		asked.push(request.method);
		void refuse(request.socket, framings[framing], isLate);
	});
	proxy.on('connect', (request, socket) => {
		asked.push(request.method);
		socket.on('error', () => {});
		void refuse(socket, framings[framing], isLate);
	});
	await once(proxy.listen(0, '127.0.0.1'), 'listening');
	const through = { protocol: 'http', host: '127.0.0.1', port: proxy.address().port };
	const url = `${protocol}://api.example.com/keys`;
	const outcome = await axios({ url, proxy: through, validateStatus: () => true, responseType: 'text' }).then(
		({ status, data, request }) => `${status}, “${data}”, ${request.res.complete ? 'complete' : 'cut off'}, ${request.res.socket?.encrypted ? 'encrypted' : 'in clear'}`,
		(error) => `rejected, ${error.code}, “${error.message}”`,
	);
	console.log(`${protocol}, ${framing}, body ${isLate ? 'later' : 'at once'}: ${asked.join()}: ${outcome}`);
	proxy.close();
}

async function main() {
	for (const framing of ['length', 'close']) {
		for (const protocol of ['http', 'https']) {
			for (const isLate of [false, true]) await call(protocol, framing, isLate);
		}
	}
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
http, length, body at once: GET: 403, “The proxy of this office forbids that.”, complete, in clear
http, length, body later: GET: 403, “The proxy of this office forbids that.”, complete, in clear
https, length, body at once: CONNECT: 403, “The proxy of this office forbids that.”, complete, in clear
https, length, body later: CONNECT: rejected, ERR_BAD_RESPONSE, “stream has been aborted”
http, close, body at once: GET: 403, “The proxy of this office forbids that.”, complete, in clear
http, close, body later: GET: 403, “The proxy of this office forbids that.”, complete, in clear
https, close, body at once: CONNECT: 403, “The proxy of this office forbids that.”, complete, in clear
https, close, body later: CONNECT: 403, “”, complete, in clear
TXT
diff expected.txt seen.txt
echo 'As described.'
