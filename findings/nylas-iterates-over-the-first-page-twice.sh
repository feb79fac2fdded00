#!/usr/bin/env bash
# nylas 8.4.0 (Node 20), Nylas' client.
#
# What a list method returns can be awaited, for its first page, or iterated over with "for await", for all of them. One would expect
# the iteration to ask for each page once. A list begins with its first page as soon as the method is called, and the iteration, which
# begins anew, asks for it again: one request more for every list, the first answer of which is thrown away. Credentials of connectors,
# whose list the API pages by offset and has no cursor, end there: with five of them and two a page, "for await" yields
# one page, asked for twice, and ends without a word of the other three.
#
# The script lists five credentials in both ways from a server that pages by offset, and a list that pages by cursor the same way, and
# prints what was asked for and how many came out.
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

const COUNT = 5;
const PAGE = 2;

async function main() {
	let asked = [];
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url, 'http://localhost');
		const hasCursor = !pathname.endsWith('/creds');
		const from = Number(searchParams.get(hasCursor ? 'page_token' : 'offset') ?? 0);
		asked.push(from);
		const data = Array.from({ length: COUNT }, (_, index) => ({ id: `id-${index}`, name: 'n' })).slice(from, from + PAGE);
		const next = hasCursor && from + PAGE < COUNT ? { next_cursor: String(from + PAGE) } : {};
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ request_id: 'r', data, ...next }));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const nylas = new Nylas({ apiKey: 'k', apiUri: `http://127.0.0.1:${server.address().port}` });
	const lists = {
		credentials: () => nylas.connectors.credentials.list({ provider: 'google', queryParams: { limit: PAGE } }),
		calendars: () => nylas.calendars.list({ identifier: 'me', queryParams: { limit: PAGE } }),
	};
	for (const [name, list] of Object.entries(lists)) {
		asked = [];
		const first = await list();
		console.log(`${name}, awaited: asked for ${asked.join(', ')}, ${first.data.length} came out`);
		asked = [];
		let count = 0;
		for await (const page of list()) count += page.data.length;
		console.log(`${name}, iterated: asked for ${asked.join(', ')}, ${count} came out`);
	}
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
credentials, awaited: asked for 0, 2 came out
credentials, iterated: asked for 0, 0, 2 came out
calendars, awaited: asked for 0, 2 came out
calendars, iterated: asked for 0, 0, 2, 4, 5 came out
TXT
diff expected.txt seen.txt
echo 'As described.'
