#!/usr/bin/env bash
# n8n-core 2.41.1 with n8n-workflow 2.41.0 (Node 20), the HTTP helpers that nodes have.
#
# Every request of a node opens a connection of its own: the helpers make an agent for each. helpers.httpRequest has no option against
# that. helpers.request takes `agentOptions`, and one would expect { keepAlive: true } there to have the second request go over the
# connection of the first. It does keep the connection, in an agent that nobody asks again: ten requests open ten connections, and all
# ten stay open until the server gives them up, or as many as it allows are there. `forever: true`, by which the library whose options
# these were kept connections, changes nothing.
#
# The script runs a node that sends ten requests, one after the other, in each of four ways, and counts at the server which
# connections were opened, and which are there still when all answers have been read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
packages=(n8n-core@2.41.1 n8n-workflow@2.41.0 @n8n/backend-common@1.41.1 @n8n/di@0.17.0 reflect-metadata@0.2.2)
npm install "${packages[@]}" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
process.env.N8N_USER_FOLDER = process.cwd();
process.env.N8N_ENCRYPTION_KEY = 'a key for this run';
process.env.N8N_LOG_LEVEL = 'silent';
require('reflect-metadata');
const { createServer } = require('node:http');
const { LoggerProxy, Workflow } = require('n8n-workflow');
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core');
const { Container } = require('@n8n/di');
const { Logger } = require('@n8n/backend-common');
const silent = { info() {}, warn() {}, error() {}, debug() {}, scoped: () => silent };
LoggerProxy.init(silent);
Container.set(Logger, silent);
let opened = 0, open = 0;
const server = createServer((request, response) => response.end('{}'));
server.keepAliveTimeout = 60_000;
server.on('connection', (socket) => { opened += 1; open += 1; socket.on('close', () => (open -= 1)); });
server.listen(0, '127.0.0.1', async () => {
	const url = `http://127.0.0.1:${server.address().port}/`;
	const ways = {
		'httpRequest': async (h) => await h.httpRequest({ url, method: 'GET' }),
		'request': async (h) => await h.request({ uri: url, method: 'GET', json: true }),
		'request with forever': async (h) => await h.request({ uri: url, method: 'GET', json: true, forever: true }),
		'request with keepAlive': async (h) => await h.request({ uri: url, method: 'GET', json: true, agentOptions: { keepAlive: true } }),
	};
	const seen = [];
	const start = { description: { name: 'start', displayName: 'Start', properties: [], inputs: [], outputs: ['main'], version: 1, group: [], defaults: {} }, execute: async () => [[{ json: {} }]] };
	const sender = { description: { name: 'sender', displayName: 'Sender', properties: [], inputs: ['main'], outputs: ['main'], version: 1, group: [], defaults: {} },
		async execute() {
		  for (const [name, send] of Object.entries(ways)) {
		    const before = [opened, open];
		    for (let i = 0; i < 10; i += 1) await send(this.helpers);
		    await new Promise((r) => setTimeout(r, 300));
		    seen.push(`${name}: ${opened - before[0]} connections for 10 requests, ${open - before[1]} of them open afterwards`);
		  }
		  return [[]];
		} };
	const types = { start, sender };
	const workflow = new Workflow({ id: '1', name: 'w', active: false, settings: { executionOrder: 'v1' },
		nodes: [{ id: 'a', name: 'A', type: 'start', typeVersion: 1, position: [0, 0], parameters: {} }, { id: 'b', name: 'B', type: 'sender', typeVersion: 1, position: [0, 0], parameters: {} }],
		connections: { A: { main: [[{ node: 'B', type: 'main', index: 0 }]] } },
		nodeTypes: { getByName: (t) => types[t], getByNameAndVersion: (t) => types[t], getKnownTypes: () => ({}) } });
	const additionalData = { hooks: new ExecutionLifecycleHooks('manual', '1', { id: '1', name: 'w', active: false, nodes: [], connections: {} }), executionId: '1', currentNodeParameters: undefined, setExecutionStatus() {}, variables: {}, executionTimeoutTimestamp: undefined };
	const run = await new WorkflowExecute(additionalData, 'manual').run({ workflow, startNode: workflow.getNode('A') });
	if (run.data.resultData.error) console.log(run.data.resultData.error);
	console.log(seen.join('\n'));
	process.exit(0);
});
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
httpRequest: 10 connections for 10 requests, 0 of them open afterwards
request: 10 connections for 10 requests, 0 of them open afterwards
request with forever: 10 connections for 10 requests, 0 of them open afterwards
request with keepAlive: 10 connections for 10 requests, 10 of them open afterwards
TXT
diff expected.txt seen.txt
echo 'As described.'
