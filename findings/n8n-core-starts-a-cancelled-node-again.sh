#!/usr/bin/env bash
# n8n-core 2.41.1, n8n-workflow 2.41.0 (Node 20).
#
# A node with Retry On Fail is tried again when it throws, after a pause. One would expect a cancelled execution to start nothing
# any more, and between two nodes n8n does look whether it is cancelled. Between two tries it does not: a node that is cancelled
# in the pause is started again, and so is one whose request fails after the cancelling. Those tries send their requests
# (helpers.httpRequest does not know of the cancelling), every one that is left, and after n8n has handed the record of the
# execution to the hook by which it is stored, without the node. Without Retry On Fail nothing is sent after the cancelling.
#
# The script runs n8n's engine on a node that sends a POST to a server that answers 503, cancels during the first try or in the
# pause after it, and prints how many requests the server received before and after, and what the hook was handed.
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
const { setTimeout: sleep } = require('node:timers/promises');
const { LoggerProxy, Workflow } = require('n8n-workflow');
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core');
const { Container } = require('@n8n/di');
const { Logger } = require('@n8n/backend-common');

const silent = { info() {}, warn() {}, error() {}, debug() {}, scoped: () => silent };
LoggerProxy.init(silent);
Container.set(Logger, silent);

const described = (name, inputs) => ({ name, displayName: name, properties: [], inputs, outputs: ['main'], version: 1, group: [], defaults: {} });
const placed = (name, type, settings) => ({ id: name, name, type, typeVersion: 1, position: [0, 0], parameters: {}, ...settings });

/** Runs a start node and a node of the given behaviour; resolves with what the hook for storing was handed. */
async function run(execute, settings, onStarted) {
	const types = {
		start: { description: described('start', []), trigger() {}, execute: async () => [[{ json: {} }]] },
		sender: { description: described('sender', ['main']), execute },
	};
	const workflow = new Workflow({
		id: '1', name: 'w', active: false, settings: { executionOrder: 'v1' }, nodes: [placed('A', 'start'), placed('B', 'sender', settings)],
		connections: { A: { main: [[{ node: 'B', type: 'main', index: 0 }]] } },
		nodeTypes: { getByName: (type) => types[type], getByNameAndVersion: (type) => types[type], getKnownTypes: () => ({}) },
	});
	const hooks = new ExecutionLifecycleHooks('trigger', '1', { id: '1', name: 'w', active: false, nodes: [], connections: {} });
	const stored = [];
	hooks.addHandler('workflowExecuteAfter', ({ status, data }) => {
		stored.push(`${status}, ${data.resultData.runData.B ? 'with' : 'without'} the node`);
	});
	const nowhere = 'http://localhost:5678/';
	const additionalData = {
		hooks, executionId: '1', variables: {}, currentNodeExecutionIndex: 0, restApiUrl: nowhere, instanceBaseUrl: nowhere, formWaitingBaseUrl: nowhere,
		webhookBaseUrl: nowhere, webhookWaitingBaseUrl: nowhere, webhookTestBaseUrl: nowhere,
	};
	await workflow.expression.acquireIsolate?.();
	const running = new WorkflowExecute(additionalData, 'trigger').run({ workflow, startNode: workflow.getNode('A') });
	onStarted(() => running.cancel());
	await running;
	await workflow.expression.releaseIsolate?.();
	return stored.join('; ');
}

async function main() {
	let isCancelled = false;
	const received = { before: 0, after: 0 };
	let onRequest = () => {};
	const server = createServer((request, response) => {
		request.resume();
		received[isCancelled ? 'after' : 'before'] += 1;
		onRequest();
		response.writeHead(503).end();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const options = { url: `http://127.0.0.1:${server.address().port}/`, method: 'POST', body: { a: 1 } };

	async function execute() {
		return [[{ json: await this.helpers.httpRequest(options) }]];
	}

	for (const moment of ['never', 'in the first try', 'in the pause']) {
		for (const retryOnFail of [false, true]) {
			[isCancelled, received.before, received.after] = [false, 0, 0];
			let cancel;
			const cancelNow = () => {
				isCancelled = true;
				cancel();
			};
			onRequest = () => {
				if (received.before + received.after > 1) return;
				if (moment === 'in the first try') cancelNow();
				if (moment === 'in the pause') void sleep(250).then(cancelNow);
			};
			const stored = await run(execute, { retryOnFail, maxTries: 4, waitBetweenTries: 500 }, (by) => (cancel = by));
			console.log(`cancelled ${moment}, ${retryOnFail ? '4 tries' : '1 try'}: ${received.before} requests before, ${received.after} after; handed on: ${stored}`);
		}
	}
	process.exit(0);
}
main();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
cancelled never, 1 try: 1 requests before, 0 after; handed on: error, with the node
cancelled never, 4 tries: 4 requests before, 0 after; handed on: error, with the node
cancelled in the first try, 1 try: 1 requests before, 0 after; handed on: canceled, without the node
cancelled in the first try, 4 tries: 1 requests before, 3 after; handed on: canceled, without the node
cancelled in the pause, 1 try: 1 requests before, 0 after; handed on: error, with the node
cancelled in the pause, 4 tries: 1 requests before, 3 after; handed on: canceled, without the node
TXT
diff expected.txt seen.txt
echo 'As described.'
