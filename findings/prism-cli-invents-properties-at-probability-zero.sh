#!/usr/bin/env bash
# @stoplight/prism-cli 5.14.2 (Node 20), which answers in the place of an API, by its OpenAPI description.
#
# How much of what a description does not require is in a made-up answer can be set under its x-json-schema-faker. One would
# expect `alwaysFakeOptionals: false` to leave some of it out now and then, and `optionalsProbability` to say how likely each
# property is. Neither does anything alone, because Prism sets the other one, to 1 and to true. Together they are a share and no
# probability: at 0.5 half of the properties are in every answer, of four never one or three. At 0 none of them is, and in their
# place come up to ten under random names, of which the description knows nothing. It takes `fixedProbabilities: false` as well for
# chance, and for answers without such names.
#
# The script lets Prism answer with an object of one required and four optional properties, a hundred times for each setting, and
# prints how many of the four were in an answer, and whether any answer held others.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install @stoplight/prism-cli@5.14.2 --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:net');

const optional = ['a', 'b', 'c', 'd'];
const properties = Object.fromEntries(['id', ...optional].map((name) => [name, { type: 'integer' }]));
const described = { description: 'A thing', content: { 'application/json': { schema: { type: 'object', required: ['id'], properties } } } };

async function freePort() {
	const server = createServer();
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address();
	await once(server.close(), 'close');
	return port;
}

async function answers(settings) {
	const port = await freePort();
	const paths = { '/thing': { get: { responses: { 200: described } } } };
	writeFileSync('api.json', JSON.stringify({ openapi: '3.0.3', info: { title: 'Things', version: '1' }, 'x-json-schema-faker': settings, paths }));
	const prism = spawn('node_modules/.bin/prism', ['mock', '--dynamic', '--port', String(port), 'api.json']);
	let printed = '';
	while (!printed.includes('is listening')) printed += (await once(prism.stdout, 'data'))[0];
	prism.stdout.resume();
	const seen = [];
	for (let i = 0; i < 100; i++) seen.push(Object.keys(await (await fetch(`http://127.0.0.1:${port}/thing`)).json()));
	prism.kill();
	return seen;
}

async function main() {
	const lax = { alwaysFakeOptionals: false };
	const cases = [
		{}, lax, { optionalsProbability: 0 }, { ...lax, optionalsProbability: 0.5 }, { ...lax, optionalsProbability: 0 },
		{ ...lax, optionalsProbability: 0, fixedProbabilities: false }, { ...lax, fixedProbabilities: false },
	];
	for (const settings of cases) {
		const seen = await answers(settings);
		const counts = new Set(seen.map((names) => names.filter((name) => optional.includes(name)).length));
		const hasOthers = seen.some((names) => names.some((name) => !(name in properties)));
		console.log(`${JSON.stringify(settings)}: ${[...counts].sort().join(' or ')} of 4, ${hasOthers ? 'and others' : 'no others'}`);
	}
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
{}: 4 of 4, no others
{"alwaysFakeOptionals":false}: 4 of 4, no others
{"optionalsProbability":0}: 4 of 4, no others
{"alwaysFakeOptionals":false,"optionalsProbability":0.5}: 2 of 4, no others
{"alwaysFakeOptionals":false,"optionalsProbability":0}: 0 of 4, and others
{"alwaysFakeOptionals":false,"optionalsProbability":0,"fixedProbabilities":false}: 0 of 4, no others
{"alwaysFakeOptionals":false,"fixedProbabilities":false}: 0 or 1 or 2 or 3 or 4 of 4, no others
TXT
diff expected.txt seen.txt
echo 'As described.'
