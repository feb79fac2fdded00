// Takes the documents' pictures in a real editor, from the built nodes and workflows. `npm run screenshots`,
// or for some alone `npm run screenshots -- nylas pipeline`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { SELECTORS } from '../../nodes/kit/secretFields';
import { storedSecret } from '../harness/items';
import { packageRoot } from '../harness/packageTypes';
import type { UpdateCase } from '../simulator/definition';
import { Editor, withPicture } from './n8n/editor';
import { actionOf } from './n8n/editor/fields';
import { importExamples, rotateInside } from './n8n/examples';
import { installN8n } from './n8n/install';
import { N8nServer } from './n8n/server';
import { startVendors, types, type Vendors } from './n8n/vendors';

const IMAGES = join(packageRoot, 'docs', 'images');
/** Workflows whose canvas is shown, by the picture's name. */
const WORKFLOWS = { pipeline: 'rotate-everywhere.json', rotation: 'rotate-a-password-everywhere.json' };

/** A screen in the proportions of the workflow. */
const WIDE_SCREEN = { width: 1600, height: 1000 };

const STORED_SECRET = 'rotationSecretApi';

/** The node whose secret is stored in the picture of the dialog, and the one whose trigger is shown. */
const EXAMPLE = 'thousandEyes';
const TRIGGER = 'dx';

/** What n8n stores encrypted; no picture shows it. */
const NEW_SECRET = 'N3w-S3cret-of-the-pictures';

async function main(chosen: string[]): Promise<void> {
	const isWanted = (name: string) => chosen.length === 0 || chosen.includes(name);
	mkdirSync(IMAGES, { recursive: true });
	const vendors = await startVendors();
	let server: N8nServer | undefined;
	let editor: Editor | undefined;
	try {
		server = await N8nServer.start({ install: await installN8n('2.41', console.log) });
		const nowhere = { chatUrl: 'https://chat.example.com/hooks/rotation', mailPort: 1, model: { apiKey: 'none', url: 'https://model.example.com/v1' } };
		const examples = await importExamples(server, vendors, nowhere, NEW_SECRET);
		await rotateInside(server, examples, NEW_SECRET);
		editor = await Editor.open(server);
		for (const nodeName of types.nodes.keys()) {
			if (isWanted(nodeName)) await withPicture(editor.page, async () => await takeNode(nodeName, vendors, server!, editor!));
		}
		if (isWanted('storedSecret')) await withPicture(editor.page, async () => await takeDialog(vendors, editor!));
		if (isWanted('trigger')) await withPicture(editor.page, async () => await takeTrigger(vendors, server!, editor!));
		for (const [name, file] of Object.entries(WORKFLOWS)) {
			if (isWanted(name)) await withPicture(editor.page, async () => await takeWorkflow(name, examples.workflowIds.get(file)!, server!, editor!));
		}
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
	const credential = await credentialFor(update.credentialType, vendors, server);
	const secret = `New secret for ${credential.replace(/ API$/, '')}`;
	const parameters = stored?.parameters(id) ?? update.parameters(id, '');
	if (stored !== undefined) await server.createCredential(STORED_SECRET, storedSecret(stored.values(NEW_SECRET)), secret);

	await editor.newWorkflow();
	await editor.addNode('rotate credentials', description.displayName, actionOf(description, 'update'));
	await editor.panel.setModes(description, parameters);
	await editor.panel.chooseCredential(0, credential);
	if (stored !== undefined) await editor.panel.chooseCredential(1, secret);
	await editor.panel.fillIn(description, parameters, vendors.simulators.get(nodeName)!);
	await editor.panel.execute();
	await editor.panel.showsResult({ outcome: 'updated', id });
	await editor.takePicture(join(IMAGES, `${nodeName}.png`));
	console.log(`docs/images/${nodeName}.png`);
}

/** The dialog of a stored secret, filled in for the first vendor that takes one. */
async function takeDialog(vendors: Vendors, editor: Editor): Promise<void> {
	const { description } = types.nodes.get(EXAMPLE)!;
	const { stored } = firstUpdate(vendors, EXAMPLE);
	const [[field, value]] = Object.entries(stored!.values(NEW_SECRET)) as [[string, string]];
	await editor.newWorkflow();
	await editor.addNode('rotate credentials', description.displayName, actionOf(description, 'update'));
	const dialog = await editor.panel.newCredential(SELECTORS.new);
	await dialog.type('name1', field);
	await dialog.type('value1', value);
	await editor.takePicture(join(IMAGES, 'storedSecret.png'));
	console.log('docs/images/storedSecret.png');
	await dialog.save();
	await dialog.close();
}

/** The panel of a trigger, before it was published. */
async function takeTrigger(vendors: Vendors, server: N8nServer, editor: Editor): Promise<void> {
	const { description } = types.nodes.get(TRIGGER)!;
	await editor.newWorkflow();
	await editor.addNode('rotate credentials', description.displayName, 'On due');
	await editor.panel.chooseCredential(0, await credentialFor(firstUpdate(vendors, TRIGGER).credentialType, vendors, server));
	await editor.takePicture(join(IMAGES, 'trigger.png'));
	console.log('docs/images/trigger.png');
}

/** The name of the node's own credential: of the one that the examples have, else of a new one, for a vendor that is in none. */
async function credentialFor(credentialType: string, { credentials }: Vendors, server: N8nServer): Promise<string> {
	const known = await server.rest<Array<{ name: string; type: string }>>('GET', '/credentials');
	const found = known.find(({ type }) => type === credentialType);
	if (found !== undefined) return found.name;
	const { displayName } = types.credentials.get(credentialType)!;
	await server.createCredential(credentialType, credentials[credentialType]!, displayName);
	return displayName;
}

/** A workflow after a run. */
async function takeWorkflow(name: string, id: string, server: N8nServer, editor: Editor): Promise<void> {
	await editor.page.setViewportSize(WIDE_SCREEN);
	await editor.openWorkflow(id);
	await editor.executeWorkflow();
	const [execution] = await server.ended(id);
	if (execution!.status !== 'success') throw new Error(`${name} ended as ${execution!.status}: ${execution!.data?.resultData.error?.message}`);
	await editor.fitToView();
	await editor.takePicture(join(IMAGES, `${name}.png`));
	console.log(`docs/images/${name}.png`);
}

function firstUpdate(vendors: Vendors, nodeName: string): UpdateCase {
	return Object.values(vendors.simulators.get(nodeName)!.updates)[0]!;
}

void main(process.argv.slice(2));
