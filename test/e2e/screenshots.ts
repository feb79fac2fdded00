// Takes the README's pictures in a real editor, from the built nodes and workflows/rotate-everywhere.json. `npm run screenshots`,
// or for the nodes of some vendors alone `npm run screenshots -- nylas dx`.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INode } from 'n8n-workflow';

import { manifest, packageRoot } from '../harness/packageTypes';
import type { UpdateCase } from '../simulator/definition';
import { Editor } from './n8n/editor';
import { actionOf } from './n8n/editor/fields';
import { installN8n } from './n8n/install';
import { N8nServer, type NewWorkflow } from './n8n/server';
import { startVendors, storedSecret, types, type Vendors } from './n8n/vendors';

const IMAGES = join(packageRoot, 'docs', 'images');
const PIPELINE = join(packageRoot, 'workflows', 'rotate-everywhere.json');

/** A screen as wide as the chain of the workflow, and no higher than it has to be. */
const WIDE_SCREEN = { width: 1600, height: 720 };

/** What n8n stores encrypted; no picture shows it. */
const NEW_SECRET = 'N3w-S3cret-of-the-pictures';

async function main(chosen: string[]): Promise<void> {
	mkdirSync(IMAGES, { recursive: true });
	const vendors = await startVendors();
	let server: N8nServer | undefined;
	let editor: Editor | undefined;
	try {
		server = await N8nServer.start({ install: await installN8n('2.41', console.log) });
		for (const [type, data] of Object.entries(vendors.credentials)) {
			await server.createCredential(type, data, types.credentials.get(type)!.displayName);
		}
		editor = await Editor.open(server);
		for (const nodeName of types.nodes.keys()) {
			if (chosen.length === 0 || chosen.includes(nodeName)) await takeNode(nodeName, vendors, server, editor);
		}
		if (chosen.length === 0) await takePipeline(vendors, server, editor);
	} finally {
		await editor?.close();
		await server?.remove();
		await vendors.stop();
	}
}

/** The panel of a node after an update, with the secret out of a stored one where it sends any. */
async function takeNode(nodeName: string, vendors: Vendors, server: N8nServer, editor: Editor): Promise<void> {
	const { description } = types.nodes.get(nodeName)!;
	const { stored, ...update } = firstUpdate(vendors, nodeName);
	const [id] = update.ids;
	const parameters = stored?.parameters(id) ?? update.parameters(id, '');
	if (stored !== undefined) await server.createCredential('rotationSecretApi', storedSecret(stored.values(NEW_SECRET)), secretOf(nodeName));

	await editor.newWorkflow();
	await editor.addNode('rotate credentials', description.displayName, actionOf(description, 'update'));
	await editor.panel.setModes(description, parameters);
	await editor.panel.chooseCredential(0, types.credentials.get(update.credentialType)!.displayName);
	if (stored !== undefined) await editor.panel.chooseCredential(1, secretOf(nodeName));
	await editor.panel.fillIn(description, parameters);
	await editor.panel.execute();
	await editor.panel.output();
	await editor.takePicture(join(IMAGES, `${nodeName}.png`));
	console.log(`docs/images/${nodeName}.png`);
}

/** The workflow that chains all vendors, after a run. */
async function takePipeline(vendors: Vendors, server: N8nServer, editor: Editor): Promise<void> {
	vendors.reset();
	const workflow = JSON.parse(readFileSync(PIPELINE, 'utf8')) as NewWorkflow;
	const known = await server.rest<Array<{ id: string; type: string }>>('GET', '/credentials');
	const nodes = [];
	for (const node of workflow.nodes) {
		const credentials: INode['credentials'] = {};
		for (const type of Object.keys(node.credentials ?? {})) {
			const id = known.find((each) => each.type === type && type in vendors.credentials)?.id ?? (await createSecret(type, node, vendors, server));
			credentials[type] = { id, name: type };
		}
		nodes.push({ ...node, credentials });
	}
	const { id } = await server.rest<{ id: string }>('POST', '/workflows', { ...workflow, nodes });

	await editor.page.setViewportSize(WIDE_SCREEN);
	await editor.openWorkflow(id);
	await editor.executeWorkflow();
	const [execution] = await server.ended(id);
	if (execution!.status !== 'success') throw new Error(`The pipeline ended as ${execution!.status}: ${execution!.data?.resultData.error?.message}`);
	await editor.fitToView();
	await editor.takePicture(join(IMAGES, 'pipeline.png'));
	console.log('docs/images/pipeline.png');
}

/** A stored secret that the node's vendor takes, whatever the workflow calls it. */
async function createSecret(type: string, { name, type: nodeType, credentials = {} }: INode, vendors: Vendors, server: N8nServer): Promise<string> {
	const { updates } = vendors.simulators.get(nodeType.slice(manifest.name.length + 1))!;
	const { stored } = Object.values(updates).find(({ credentialType }) => credentialType in credentials)!;
	return await server.createCredential(type, storedSecret(stored!.values(NEW_SECRET)), `${type} of ${name}`);
}

function firstUpdate(vendors: Vendors, nodeName: string): UpdateCase {
	return Object.values(vendors.simulators.get(nodeName)!.updates)[0]!;
}

function secretOf(nodeName: string): string {
	return `New secret for ${nodeName}`;
}

void main(process.argv.slice(2));
