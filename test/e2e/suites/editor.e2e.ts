import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { simulatorOf } from '../../simulator';
import type { RunningSimulator, UpdateCase } from '../../simulator/definition';
import { Editor, withPicture } from '../n8n/editor';
import { choicesOf, everyMode, offeredFields, shownCredentials, shownFields } from '../n8n/editor/fields';
import { installN8n } from '../n8n/install';
import { until } from '../n8n/processes';
import { N8nServer } from '../n8n/server';
import { startVendors, types, type Vendors } from '../n8n/vendors';

/** Typed in places where a secret belongs; it must be read nowhere. */
const TYPED = 'typed-canary-5f0e9c';
const STORED = 'stored-canary-81b7d2';

/** Milliseconds for one test: each of its clicks may take seconds on a busy machine. */
const TIMEOUT = 600_000;

describe('the editor of n8n 2.41', () => {
	let vendors: Vendors;
	let server: N8nServer;
	let editor: Editor;

	before(async () => {
		vendors = await startVendors();
		server = await N8nServer.start({ install: await installN8n('2.41', console.log) });
		for (const [type, data] of Object.entries(vendors.credentials)) await server.createCredential(type, data, `Ours: ${type}`);
		editor = await Editor.open(server);
	}, { timeout: TIMEOUT });

	after(async () => {
		await editor?.close();
		await server?.remove();
		await vendors?.stop();
	}, { timeout: 120_000 });

	beforeEach(() => vendors.reset());

	/** A test whose failure says where a picture of the screen is. */
	function inEditor(name: string, body: () => Promise<void>): void {
		test(name, { timeout: TIMEOUT }, async () => await withPicture(editor.page, body));
	}

	for (const [nodeName, { description }] of types.nodes) {
		describe(description.displayName, () => {
			const simulator = () => vendors.simulators.get(nodeName)!;

			inEditor('is found by the vendor’s name, by what it is for, and by both', async () => {
				await editor.newWorkflow();
				for (const text of searches(description)) {
					assert.ok((await editor.search(text)).includes(description.displayName), `“${text}” does not find ${description.displayName}`);
				}
			});

			inEditor('shows the fields of each operation and mode, and no others', async () => {
				await addNode(description);
				for (const mode of everyMode(description)) {
					await editor.panel.setModes(description, mode);
					const told = JSON.stringify(mode);

					const expected = shownFields(description, mode);
					await until(`the fields of ${told}`, async () => {
						assert.deepEqual(await editor.panel.shown(), expected);
						return true;
					}, 20_000);
					assert.equal((await editor.panel.credentialLabels()).length, shownCredentials(description, mode).length, told);
				}
			});

			inEditor('offers in each collection the fields of the mode', async () => {
				await addNode(description);
				for (const mode of everyMode(description)) {
					await editor.panel.setModes(description, mode);
					for (const collection of collectionsOf(description, mode)) {
						const expected = offeredFields(collection, mode).map(({ displayName }) => displayName);
						// A single one is not offered, but added at a click.
						if (expected.length > 1) assert.deepEqual(await editor.panel.offered(collection.displayName), expected, JSON.stringify(mode));
					}
				}
			});

			for (const [caseName, { sendsSecret }] of Object.entries(simulatorOf(nodeName).updateTraits)) {
				describe(caseName, () => {
					const update = () => simulator().updates[caseName]!;

					inEditor('updates the credential that is picked from its list, and shows the result', async () => {
						const { ids: [id], credentialType } = update();
						await fillIn(description, update(), update().parameters(id, TYPED));
						assert.equal(await editor.panel.picked('credentialId').then(startsWith(nameOf(simulator(), id))), true);

						await editor.panel.execute();

						const [result] = (await editor.panel.output()) as [Record<string, unknown>];
						assert.deepEqual([result.outcome, result.id, result.vendor], ['updated', id, nodeName]);
						if (sendsSecret) assert.ok(update().storedSecrets(id).includes(TYPED), `${credentialType} did not bring the secret to the vendor`);
						assert.ok(changes(simulator(), update()).length === 1);
					});
				});
			}
		});
	}

	/** Adds a node to a new workflow, as somebody does who searches for it. */
	async function addNode(description: INodeTypeDescription): Promise<void> {
		await editor.newWorkflow();
		await editor.addNode(searches(description)[0]!, description.displayName, actionOf(description, 'update'));
	}

	async function fillIn(description: INodeTypeDescription, { credentialType }: UpdateCase, parameters: INodeParameters): Promise<void> {
		await addNode(description);
		await editor.panel.setModes(description, parameters);
		await editor.panel.chooseCredential('Credential', `Ours: ${credentialType}`);
		await editor.panel.fillIn(description, parameters);
	}
});

/** What somebody types who looks for the node. */
function searches({ displayName }: INodeTypeDescription): string[] {
	const vendor = displayName.replace(/ \w+ Credentials$| Credentials$/, '').replace(/ Destination$/, '');
	return [vendor, 'rotate credentials', `${vendor} rotate credentials`, `rotate ${vendor} secrets`];
}

function actionOf({ properties }: INodeTypeDescription, operation: string): string {
	return choicesOf(properties.find(({ name }) => name === 'operation')!).find(({ value }) => value === operation)!.action!;
}

function collectionsOf({ properties }: INodeTypeDescription, mode: INodeParameters): INodeProperties[] {
	const shown = shownFields({ properties } as INodeTypeDescription, mode);
	return properties.filter(({ type, displayName }) => type === 'collection' && shown.includes(displayName));
}

function nameOf(simulator: RunningSimulator, id: string): string {
	const { name } = simulator.holdings().find((holding) => holding.id === id)!;
	return typeof name === 'string' && name !== '' ? name : id;
}

function startsWith(start: string): (text: string) => boolean {
	return (text) => text.startsWith(start);
}

function changes({ server }: RunningSimulator, { isChange }: UpdateCase) {
	return server.requests.filter(isChange);
}

void STORED;
