#!/usr/bin/env bash
# n8n-core 2.41.1, n8n-workflow 2.41.0 (Node 20).
#
# A credential's fields may be expressions, and a node can ask for the credential of any item: getCredentials(type, 3).
# httpRequestWithAuthentication, through which nodes send, takes no item. One would expect it to use the item that the node
# is at, as getNodeParameter(name, 3) does; it asks for item 0 each time, for every request of the run. A node that loops over
# its items thus signs all of them with what the first item's expressions yield. What is handed over as the last argument,
# { credentialsDecrypted }, is used instead, and then nothing is looked up.
#
# The script runs n8n's engine on a node of three items that asks for the credential of its item and sends a request, and
# prints for which item the credential was looked up each time.
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
const { ICredentialsHelper, LoggerProxy, Workflow } = require('n8n-workflow');
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core');
const { Container } = require('@n8n/di');
const { Logger } = require('@n8n/backend-common');

const silent = { info() {}, warn() {}, error() {}, debug() {}, scoped: () => silent };
LoggerProxy.init(silent);
Container.set(Logger, silent);

const lookedUp = [];
class Helper extends ICredentialsHelper {
	getParentTypes() { return []; }
	isCredentialUsableByNode() { return true; }
	async authenticate(data, type, options) { return { ...options, headers: { ...options.headers, 'x-key': data.key } }; }
	async preAuthentication() { return undefined; }
	async runPreAuthentication() { return undefined; }
	async getDecrypted(extra, details, type, mode, executeData, raw, resolveFor) {
		lookedUp.push(resolveFor.itemIndex);
		return { key: `key of item ${resolveFor.itemIndex}` };
	}
	async getCredentials() { throw new Error('not asked for'); }
	async updateCredentials() {}
	async updateCredentialsOauthTokenData() {}
	getCredentialsProperties() { return []; }
}

const received = [];
const server = createServer((request, response) => {
	received.push(request.headers['x-key']);
	response.end('{}');
}).listen(0, '127.0.0.1', async () => {
	const url = `http://127.0.0.1:${server.address().port}/`;
	const start = { description: { name: 'start', displayName: 'Start', properties: [], inputs: [], outputs: ['main'], version: 1, group: [], defaults: {} }, trigger() {}, execute() { return Promise.resolve([[{ json: {} }, { json: {} }, { json: {} }]]); } };
	const sender = {
		description: { name: 'sender', displayName: 'Sender', properties: [], inputs: ['main'], outputs: ['main'], version: 1, group: [], defaults: {}, credentials: [{ name: 'exampleApi', required: true }] },
		async execute() {
			const asked = [];
			for (const item of this.getInputData().keys()) {
				const data = await this.getCredentials('exampleApi', item);
				asked.push(data.key);
				await this.helpers.httpRequestWithAuthentication.call(this, 'exampleApi', { url, method: 'GET' });
				await this.helpers.httpRequestWithAuthentication.call(this, 'exampleApi', { url, method: 'GET' }, { credentialsDecrypted: { id: '1', name: 'x', type: 'exampleApi', data } });
			}
			return [asked.map((key) => ({ json: { key } }))];
		},
	};
	const types = { start, sender };
	const workflow = new Workflow({
		id: '1', name: 'w', active: false, settings: { executionOrder: 'v1' },
		nodes: [
			{ id: 'a', name: 'A', type: 'start', typeVersion: 1, position: [0, 0], parameters: {} },
			{ id: 'b', name: 'B', type: 'sender', typeVersion: 1, position: [0, 0], parameters: {}, credentials: { exampleApi: { id: '1', name: 'x' } } },
		],
		connections: { A: { main: [[{ node: 'B', type: 'main', index: 0 }]] } },
		nodeTypes: { getByName: (type) => types[type], getByNameAndVersion: (type) => types[type], getKnownTypes: () => ({}) },
	});
	const nowhere = 'http://localhost:5678/';
	const additionalData = {
		credentialsHelper: new Helper(), hooks: new ExecutionLifecycleHooks('trigger', '1', { id: '1', name: 'w', active: false, nodes: [], connections: {} }),
		executionId: '1', variables: {}, currentNodeExecutionIndex: 0, restApiUrl: nowhere, instanceBaseUrl: nowhere, formWaitingBaseUrl: nowhere,
		webhookBaseUrl: nowhere, webhookWaitingBaseUrl: nowhere, webhookTestBaseUrl: nowhere,
	};
	await workflow.expression.acquireIsolate?.();
	const ended = await new WorkflowExecute(additionalData, 'trigger').run({ workflow, startNode: workflow.getNode('A') });
	await workflow.expression.releaseIsolate?.();
	if (ended.data.resultData.error) console.log(ended.data.resultData.error.message);
	console.log(`looked up for items ${lookedUp.join(' ')}`);
	console.log(`without data: ${received.filter((_, index) => index % 2 === 0).join(', ')}`);
	console.log(`with data: ${received.filter((_, index) => index % 2 === 1).join(', ')}`);
	server.close();
	process.exit(0);
});
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
looked up for items 0 0 1 0 2 0
without data: key of item 0, key of item 0, key of item 0
with data: key of item 0, key of item 1, key of item 2
TXT
diff expected.txt seen.txt
echo 'As described.'
