#!/usr/bin/env bash
# n8n-core 2.41.1, n8n-workflow 2.41.0 (Node 20).
#
# With Retry On Fail a node is tried again when it fails. It fails by throwing, or by handing back a first item whose json has an
# `error`. One would expect that to be an error that says something. n8n leaves out null and false only: "" and {}, by which
# APIs say that there was none, count as well, as do 0 and []. The node is then run until its tries are used up, with all of its
# items and everything that it sends, and the pauses between; the execution is a success and its record shows one run. Where
# n8n tells the items of an error output apart, "" is no error, and in the second item not even a real one repeats the node.
#
# The script runs n8n's engine on a node that sends a POST for each of two items and hands on what comes back, with Retry On Fail
# at three tries, and prints how many requests the server received for each, and where the items went.
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
const { once } = require('node:events');
const { createServer } = require('node:http');
const { LoggerProxy, Workflow } = require('n8n-workflow');
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core');
const { Container } = require('@n8n/di');
const { Logger } = require('@n8n/backend-common');

const silent = { info() {}, warn() {}, error() {}, debug() {}, scoped: () => silent };
LoggerProxy.init(silent);
Container.set(Logger, silent);

const described = (name, inputs) => ({ name, displayName: name, properties: [], inputs, outputs: ['main'], version: 1, group: [], defaults: {} });
const placed = (name, type, settings) => ({ id: name, name, type, typeVersion: 1, position: [0, 0], parameters: {}, ...settings });

/** Runs a start node of two items and a node of the given behaviour. */
async function run(execute, settings) {
	const types = {
		start: { description: described('start', []), trigger() {}, execute: async () => [[{ json: {} }, { json: {} }]] },
		sender: { description: described('sender', ['main']), execute },
	};
	const workflow = new Workflow({
		id: '1', name: 'w', active: false, settings: { executionOrder: 'v1' }, nodes: [placed('A', 'start'), placed('B', 'sender', settings)],
		connections: { A: { main: [[{ node: 'B', type: 'main', index: 0 }]] } },
		nodeTypes: { getByName: (type) => types[type], getByNameAndVersion: (type) => types[type], getKnownTypes: () => ({}) },
	});
	const nowhere = 'http://localhost:5678/';
	const additionalData = {
		hooks: new ExecutionLifecycleHooks('trigger', '1', { id: '1', name: 'w', active: false, nodes: [], connections: {} }),
		executionId: '1', variables: {}, currentNodeExecutionIndex: 0, restApiUrl: nowhere, instanceBaseUrl: nowhere, formWaitingBaseUrl: nowhere,
		webhookBaseUrl: nowhere, webhookWaitingBaseUrl: nowhere, webhookTestBaseUrl: nowhere,
	};
	await workflow.expression.acquireIsolate?.();
	const ended = await new WorkflowExecute(additionalData, 'trigger').run({ workflow, startNode: workflow.getNode('A') });
	await workflow.expression.releaseIsolate?.();
	return ended;
}

async function main() {
	let [received, answers] = [[], []];
	const server = createServer((request, response) => {
		request.resume();
		const item = Number(request.url.slice(1));
		received[item] += 1;
		response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[item]));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');

	async function execute() {
		const items = [];
		for (const item of this.getInputData().keys()) {
			const url = `http://127.0.0.1:${server.address().port}/${item}`;
			items.push({ json: await this.helpers.httpRequest({ url, method: 'POST' }), pairedItem: item });
		}
		return [items];
	}

	const good = { id: 1 };
	const firsts = [good, { id: 1, error: null }, { id: 1, error: false }, { id: 1, error: '' }, { id: 1, error: {} }, { id: 1, error: [] }, { id: 1, error: 0 }];
	for (const pair of [...firsts.map((first) => [first, good]), [good, { error: '' }], [good, { error: 'refused' }]]) {
		[received, answers] = [[0, 0], pair];
		const { status, data } = await run(execute, { retryOnFail: true, maxTries: 3, waitBetweenTries: 10, onError: 'continueErrorOutput' });
		const tasks = data.resultData.runData.B;
		const [success, failed] = tasks[0].data.main.map((items) => items.length);
		console.log(`${JSON.stringify(pair)}: ${received.join(' and ')} requests, ${status}, ${tasks.length} run, ${success} good and ${failed} failed`);
	}
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
[{"id":1},{"id":1}]: 1 and 1 requests, success, 1 run, 2 good and 0 failed
[{"id":1,"error":null},{"id":1}]: 1 and 1 requests, success, 1 run, 2 good and 0 failed
[{"id":1,"error":false},{"id":1}]: 1 and 1 requests, success, 1 run, 2 good and 0 failed
[{"id":1,"error":""},{"id":1}]: 3 and 3 requests, success, 1 run, 2 good and 0 failed
[{"id":1,"error":{}},{"id":1}]: 3 and 3 requests, success, 1 run, 2 good and 0 failed
[{"id":1,"error":[]},{"id":1}]: 3 and 3 requests, success, 1 run, 2 good and 0 failed
[{"id":1,"error":0},{"id":1}]: 3 and 3 requests, success, 1 run, 2 good and 0 failed
[{"id":1},{"error":""}]: 1 and 1 requests, success, 1 run, 2 good and 0 failed
[{"id":1},{"error":"refused"}]: 1 and 1 requests, success, 1 run, 1 good and 1 failed
TXT
diff expected.txt seen.txt
echo 'As described.'
