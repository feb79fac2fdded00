import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import get from 'lodash/get';
import isEqual from 'lodash/isEqual';
import omit from 'lodash/omit';
import type { INode, INodeParameterResourceLocator, INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { SECRET_EXAMPLES } from '../../../credentials/secretExamples';
import { storedSecret } from '../../harness/items';
import { loadSchema } from '../../harness/schema';
import { simulatorOf } from '../../simulator';
import type { RunningSimulator, UpdateCase } from '../../simulator/definition';
import { Editor, withPicture } from '../n8n/editor';
import { actionOf, everyMode, isShown, offeredFields, shownCredentials, shownFields } from '../n8n/editor/fields';
import { installN8n } from '../n8n/install';
import { until } from '../n8n/processes';
import { N8nServer, type NewWorkflow } from '../n8n/server';
import { startVendors, types, type Vendors } from '../n8n/vendors';
import { baseNode, connections, vendorNode } from '../n8n/workflows';

/** Typed in places where a secret belongs; it must be read nowhere. */
const TYPED = 'typed-canary-5f0e9c';
const STORED = 'stored-canary-81b7d2';

/** How a credential is chosen, and what is stored then. */
const CHOICES: ReadonlyArray<[kind: string, locatorOf: (id: string) => INodeParameterResourceLocator, isListed: boolean]> = [
	['by its ID', (id) => ({ __rl: true, mode: 'id', value: id }), false],
	['by an expression', (id) => ({ __rl: true, mode: 'id', value: `={{ "${id}" }}` }), false],
	// Where the next node signs in by another n8n credential, n8n looks the choice up, and empties it where the list does not have it.
	['from the list', (id) => ({ __rl: true, mode: 'list', value: id, cachedResultName: `Credential ${id}` }), true],
];

/** The parameters that decide what is listed of credentials, and the n8n credential that another choice needs. */
const LISTED_BY: Readonly<Record<string, ReadonlyArray<{ path: string; signsInBy?: string }>>> = {
	dx: [{ path: 'connectionId' }],
	nylas: [{ path: 'provider' }],
	thousandEyes: [{ path: 'apiVersion', signsInBy: 'thousandEyesLegacyApi' }, { path: 'options.accountGroupId' }],
};

/** Parameters by which a node works at another place. */
const ELSEWHERE: Readonly<Record<string, INodeParameters>> = {
	dx: { connectionId: { __rl: true, mode: 'id', value: '124' } },
	nylas: { provider: 'microsoft' },
	thousandEyes: { options: { accountGroupId: { __rl: true, mode: 'id', value: '11' } } },
};

/** Milliseconds for one test: each of its clicks may take seconds on a busy machine. */
const TIMEOUT = 600_000;

/** Milliseconds without a request after which the editor has loaded what it wants. */
const QUIET_MS = 1_500;

/** What n8n calls the selector of a credential that is always there, by its version; elsewhere by the credential's type. */
const UNCONDITIONAL = { '2.41': 'Credential', '2.8': 'Credential to connect with' } as const;

/** Nodes whose panel is walked through in n8n 2.8 as well: one that changes with its modes, and one with selectors by three conditions. */
const IN_2_8: ReadonlySet<string> = new Set(['thousandEyes', 'n8nCredentials']);

for (const version of ['2.41', '2.8'] as const) describe(`the editor of n8n ${version}`, () => {
	let vendors: Vendors;
	let server: N8nServer;
	let editor: Editor;
	/** IDs of the n8n credentials by which the nodes sign in, by type. */
	const ours: Record<string, string> = {};

	before(async () => {
		vendors = await startVendors();
		server = await N8nServer.start({ install: await installN8n(version, console.log) });
		for (const [type, data] of Object.entries(vendors.credentials)) ours[type] = await server.createCredential(type, data, `Ours: ${type}`);
		for (const [nodeName, { updates }] of vendors.simulators) {
			for (const [caseName, { stored }] of Object.entries(updates)) {
				if (stored !== undefined) await server.createCredential('rotationSecretApi', storedSecret(stored.values(STORED)), storedName(nodeName, caseName));
			}
		}
		editor = await Editor.open(server);
	}, { timeout: TIMEOUT });

	after(async () => {
		await editor?.close();
		await server?.remove();
		await vendors?.stop();
	}, { timeout: 120_000 });

	// Not “reset”: a vendor that has forgotten its tokens would give out the same ones again, which n8n still holds.
	beforeEach(() => vendors.simulators.forEach(({ server: vendor }) => vendor.clear()));

	/** A test whose failure says where a picture of the screen is. */
	function inEditor(name: string, body: (t: TestContext) => Promise<void>): void {
		test(name, { timeout: TIMEOUT }, async (t) => await withPicture(editor.page, async () => await body(t)));
	}

	const walked = [...types.nodes].filter(([nodeName]) => version === '2.41' || IN_2_8.has(nodeName));
	for (const [nodeName, { description }] of walked) {
		describe(description.displayName, () => {
			const simulator = () => vendors.simulators.get(nodeName)!;

			inEditor('is found by the vendor’s name, by what it is for, and by both', async () => {
				await editor.newWorkflow();
				for (const text of searches(description)) {
					assert.ok(await editor.finds(text, description.displayName), `“${text}” does not find ${description.displayName}`);
				}
			});

			inEditor('shows, and offers to add, the fields of each operation and mode, and no others', async (t) => {
				await addNode(description);
				const modes = everyMode(description);
				t.diagnostic(`figure: ${description.displayName}: ${modes.length} modes of the panel`);
				for (const mode of modes) {
					await editor.panel.setModes(description, mode);
					const told = JSON.stringify(mode);

					const expected = shownFields(description, mode);
					await until(`the fields of ${told}`, async () => (isEqual(await editor.panel.shown(), expected) ? true : undefined), 20_000).catch(() => undefined);
					assert.deepEqual(await editor.panel.shown(), expected, told);
					const [first, ...others] = shownCredentials(description, mode).map(({ name, displayName }) => displayName ?? `Credential for ${types.credentials.get(name)!.displayName}`);
					const [label, ...otherLabels] = await editor.panel.credentialLabels();
					assert.ok([UNCONDITIONAL[version], first].includes(label), `${label} ${told}`);
					assert.deepEqual(otherLabels, others, told);
					for (const collection of collectionsOf(description, mode)) {
						const offered = offeredFields(collection, mode);
						// A single one is not offered, but added at a click.
						if (offered.length > 1) assert.deepEqual(await editor.panel.offered(collection.displayName), offered.map(({ displayName }) => displayName), told);
					}
					if (mode.secretSource !== 'fields') assert.deepEqual(secretFields(description, mode), [], told);
				}
			});

			for (const { path, signsInBy } of LISTED_BY[nodeName] ?? []) {
				inEditor(`lists what belongs to another choice when ${path} has changed`, async () => {
					const [update] = Object.values(simulator().updates) as [UpdateCase];
					await fillIn(description, update, omit(update.emptyParameters(update.ids[0]), 'updateFields'));
					const chosen = await editor.panel.picked('credentialId');
					assert.notEqual(chosen, '');

					await editor.panel.change(description, path);

					// What is chosen stays: whether it belongs there, the vendor says.
					if (signsInBy === undefined) assert.equal(await editor.panel.picked('credentialId'), chosen);
					else await editor.panel.chooseCredential(0, `Ours: ${signsInBy}`);
					const before = placeIn(update.emptyParameters(update.ids[0]), path);
					await editor.panel.showsList('credentialId', (parameters) => ![undefined, before].includes(placeIn(parameters, path) as string | undefined));
				});
			}

			if (description.credentials!.some(({ displayOptions }) => displayOptions?.show?.['/options.onVerificationFailure'] !== undefined)) {
				inEditor('asks for the secret before once “Restore” is chosen, and not until then', async () => {
					await addNode(description);
					const labels = async () => (await editor.panel.credentialLabels()).slice(1);
					assert.deepEqual(await labels(), ['New Secret']);

					await editor.panel.add('Options', 'If Verification Fails');
					await editor.panel.choose(restoreOption(description), 'options.onVerificationFailure', 'restore');

					await until('the selector of the secret before', async () => (isEqual(await labels(), ['New Secret', 'Secret Before']) ? true : undefined));
				});
			}

			inEditor('tells the next node what it hands over, before anything has run', async () => {
				await addNode(description);
				await editor.closePanel();

				await editor.addNode('No Operation', 'No Operation, do nothing');

				const fields = Object.keys(loadSchema(nodeName, 'update').properties!);
				const missing = await editor.panel.missingInInput(['Preview', ...fields]);
				assert.deepEqual(missing, []);
			});

			for (const [caseName, { sendsSecret }] of Object.entries(simulatorOf(nodeName).updateTraits)) {
				describe(caseName, () => {
					const update = () => simulator().updates[caseName]!;
					const changes = () => simulator().server.requests.filter((request) => update().isChange(request));

					inEditor('updates the credential that is picked from its list, and shows the result', async () => {
						const { ids: [id], credentialType } = update();
						await fillIn(description, update(), update().parameters(id, TYPED));
						const { name } = simulator().holdings().find((holding) => holding.id === id)!;
						assert.ok((await editor.panel.picked('credentialId')).startsWith(String(name || id)));

						await editor.panel.execute();

						await editor.panel.showsResult({ vendor: nodeName, outcome: 'updated', id });
						assert.equal(changes().length, 1);
						assert.equal(update().storedSecrets(id).includes(TYPED), sendsSecret, `${credentialType} and the secret`);
						assert.ok(!(await editor.page.locator('body').innerText()).includes(TYPED));
					});

					if (sendsSecret) {
						// For a new secret, n8n may have chosen a credential by itself when the node was added: the newest that fits it.
						inEditor('asks for the secret before when none is chosen, and sends nothing', async (t) => {
							const { ids: [id], stored } = update();
							await fillIn(description, update(), { ...stored!.parameters(id), secretSource: 'previousSecret' });
							await quiet(simulator().server);
							simulator().server.clear();

							await editor.panel.execute();

							const { message } = await editor.panel.failure();
							t.diagnostic(message);
							assert.match(message, /choose a stored secret under “Secret Before”/i);
							assert.deepEqual(simulator().server.requests, []);
						});

						inEditor('takes the secret out of a stored one that is chosen in a second selector', async () => {
							const { ids: [, id], stored } = update();
							await fillIn(description, update(), stored!.parameters(id), storedName(nodeName, caseName));

							const execution = await editor.panel.execute();

							await editor.panel.showsResult({ outcome: 'updated', id });
							assert.ok(update().storedSecrets(id).includes(STORED));
							assert.ok(!JSON.stringify(await server.rest('GET', `/executions/${execution}`)).includes(STORED));
							assert.ok(!(await editor.page.content()).includes(STORED));
						});
					}

					// Last with 401: a key that was refused once is not sent again for a while.
					for (const status of [403, 401]) {
						inEditor(`says what to do when the vendor refuses with ${status}`, async (t) => {
							const { ids: [id], unauthorized } = update();
							// Another one than is stored, which some vendors show, and which would not be sent again.
							await fillIn(description, update(), update().parameters(id, `${TYPED}-${status}`));
							simulator().server.plan({ when: update().isChange, times: 9, answer: ({ text }) => ({ status, body: { ...(status === 401 ? (unauthorized.body as object) : {}), echo: text } }) });

							await editor.panel.execute();

							const { message, description: remedy } = await editor.panel.failure();
							t.diagnostic(`${message} | ${remedy}`);
							assert.match(message, /\w{3,}.*\.$/s);
							assert.match(remedy, /\w{3,}.*\.$/s, message);
							assert.ok(changes().length > 0);
							assert.ok(!(await editor.page.locator('body').innerText()).includes(TYPED));
						});
					}

					inEditor('says what is missing from an empty update, and sends nothing', async (t) => {
						const { ids: [id] } = update();
						await fillIn(description, update(), update().emptyParameters(id));
						// The editor loads more of a list than it shows, and does so at its leisure.
						await quiet(simulator().server);
						simulator().server.clear();

						await editor.panel.execute();

						const { message, description: remedy } = await editor.panel.failure();
						t.diagnostic(`${message} | ${remedy}`);
						assert.match(message, /“[^”]+”.*\.$/s);
						assert.deepEqual(simulator().server.requests, []);
					});
				});
			}
		});
	}

	for (const [kind, locatorOf, isListed] of CHOICES) {
		inEditor(`keeps a credential that is chosen ${kind} while somebody goes from node to node inside of the panel`, async () => {
			const chain = await chainOf(locatorOf, isListed ? {} : ELSEWHERE);
			const id = await server.createWorkflow(chain);
			const names = chain.nodes.map(({ name }) => name);
			await editor.openWorkflow(id);
			await editor.openNode(names[1]!);

			// There and back.
			const way = [...names.slice(1), ...names.slice(1, -1).reverse()];
			for (const [place, name] of way.slice(1).entries()) {
				await editor.goAcross(way[place]!, name);
				// What the editor changes by itself, it changes a moment later.
				await setTimeout(QUIET_MS);
			}

			await editor.closePanel();
			// The editor stores a workflow once something was changed.
			await editor.addNode('No Operation', 'No Operation, do nothing');
			const stored = await until('the workflow to be stored', async () => {
				const { nodes } = await server.rest<{ nodes: INode[] }>('GET', `/workflows/${id}`);
				return nodes.length > names.length ? nodes : undefined;
			});
			const chosenIn = (nodes: INode[]) => Object.fromEntries(nodes.filter(({ name }) => names.includes(name)).map(({ name, parameters }) => [name, (parameters.credentialId as INodeParameterResourceLocator | undefined)?.value]));
			assert.deepEqual(chosenIn(stored), chosenIn(chain.nodes));
		});
	}

	/** A workflow in which every way of updating follows another, each on a credential of its own. */
	async function chainOf(locatorOf: (id: string) => INodeParameterResourceLocator, elsewhere: typeof ELSEWHERE): Promise<NewWorkflow> {
		const nodes = [baseNode('Start', 'manualTrigger', 1)];
		for (const { name, nodeName, update } of vendors.cases) {
			// Two of each: the second at another place than the first, where that is wanted and there are places.
			for (const [index, credentialId] of update.ids.slice(0, 2).entries()) {
				const parameters = { ...update.emptyParameters(credentialId), ...(index === 0 ? {} : elsewhere[nodeName]) };
				const credentials = { [update.credentialType]: ours[update.credentialType]! };
				nodes.push(vendorNode(`${nodeName} ${name} ${index}`, nodeName, { ...parameters, credentialId: locatorOf(credentialId) }, credentials));
			}
		}
		nodes.forEach((node, place) => (node.position = [place * 200, 0]));
		const names = nodes.map(({ name }) => name);
		return { name: 'A chain', nodes, connections: connections(Object.fromEntries(names.slice(1).map((name, place) => [names[place]!, [[name]]]))) };
	}

	for (const [type, secretSource] of [['rotationSecretApi', 'storedSecret'], ['rotationPreviousSecretApi', 'previousSecret']] as const) {
		inEditor(`a credential of the type ${type} unfolds pair by pair, masks every value, and can be tested`, async () => {
			const credential = types.credentials.get(type)!;
			const [nodeName, update] = firstWithSecret();
			const { description } = types.nodes.get(nodeName)!;
			await addNode(description);
			await editor.panel.setModes(description, { ...update.stored!.parameters(update.ids[0]), secretSource });
			const dialog = await editor.panel.newCredential(description.credentials!.find(({ name }) => name === type)!.displayName!);
			const places = credential.properties.filter(({ name }) => name.startsWith('name')).length;
			assert.deepEqual(await dialog.noticeLines(), SECRET_EXAMPLES);
			const written = credential.properties.filter(({ name }) => ['rotation', 'probe'].includes(name)).map(({ name }) => name);

			for (let place = 1; place <= places; place += 1) {
				const visible = Array.from({ length: place }, (_, index) => [`name${index + 1}`, `value${index + 1}`]).flat();
				await dialog.shows([...visible, 'valuesJson', ...written]);
				await dialog.type(`name${place}`, `field_${place}`);
				await dialog.type(`value${place}`, `${STORED}-${place}`);
			}

			for (const { name, type: kind, typeOptions } of credential.properties) {
				// In n8n 2.41, what has several lines is shown while it is typed, and masked from then on.
				const expected = typeOptions?.rows !== undefined && version === '2.41' ? null : typeOptions?.password === true ? 'password' : 'text';
				if (kind !== 'notice') assert.equal(await dialog.inputType(name), expected, name);
			}
			const { status, message } = await dialog.save();
			assert.equal(status, 'OK', message);
			await dialog.close();
			assert.ok(!(await editor.page.content()).includes(STORED));
		});
	}

	/** The first way of updating that sends a secret: such a credential is asked for wherever one does. */
	function firstWithSecret(): [string, UpdateCase] {
		for (const [nodeName, { updates }] of vendors.simulators) {
			for (const update of Object.values(updates)) if (update.stored !== undefined) return [nodeName, update];
		}
		throw new Error('No vendor takes a secret.');
	}

	/** Adds a node to a new workflow, as somebody does who searches for it. */
	async function addNode(description: INodeTypeDescription): Promise<void> {
		await editor.newWorkflow();
		await editor.addNode(searches(description)[0]!, description.displayName, actionOf(description, 'update'));
	}

	/**
	 * Adds a node, chooses its n8n credentials and fills in its parameters, from top to bottom: n8n 2.41 empties a list that
	 * depends on another one when a credential is chosen after it.
	 */
	async function fillIn(description: INodeTypeDescription, { credentialType }: UpdateCase, parameters: INodeParameters, storedSecretName?: string): Promise<void> {
		await addNode(description);
		await editor.panel.setModes(description, parameters);
		await editor.panel.chooseCredential(0, `Ours: ${credentialType}`);
		if (storedSecretName !== undefined) await editor.panel.chooseCredential(1, storedSecretName);
		await editor.panel.fillIn(description, parameters, vendors.simulators.get(description.name)!);
	}
});

/** What somebody types who looks for the node. */
function searches({ displayName }: INodeTypeDescription): string[] {
	const vendor = displayName.replace(/( \w+)? Credentials$/, '');
	return [vendor, 'rotate credentials', `${vendor.split(' ')[0]} rotate credentials`, `rotate ${vendor.split(' ')[0]} secrets`];
}

/** Waits until a vendor has not been asked anything for a while. */
async function quiet({ requests }: RunningSimulator['server']): Promise<void> {
	await until('the vendor to be left alone', async () => {
		const before = requests.length;
		await setTimeout(QUIET_MS);
		return requests.length === before ? true : undefined;
	});
}

/** What is chosen in a parameter: in a resource locator, its value. */
function placeIn(parameters: INodeParameters, path: string): unknown {
	const chosen: unknown = get(parameters, path);
	return get(chosen, 'value', chosen);
}

function collectionsOf({ properties }: INodeTypeDescription, mode: INodeParameters): INodeProperties[] {
	return properties.filter((property) => property.type === 'collection' && isShown(property, mode));
}

/** The option of an update by which values are put back. */
function restoreOption({ properties }: INodeTypeDescription): INodeProperties {
	const options = properties.find((property) => property.name === 'options' && isShown(property, { resource: 'credential', operation: 'update' }))!;
	return (options.options as INodeProperties[]).find(({ name }) => name === 'onVerificationFailure')!;
}

/** Names of the fields that a secret can be typed into, those that a collection offers included. */
function secretFields({ properties }: INodeTypeDescription, mode: INodeParameters): string[] {
	const shown = properties.filter((property) => isShown(property, mode));
	const all = shown.flatMap((property) => (property.type === 'collection' ? offeredFields(property, mode) : [property]));
	return all.filter(({ typeOptions }) => typeOptions?.password === true).map(({ name }) => name);
}

function storedName(nodeName: string, caseName: string): string {
	return `New secret for ${nodeName}, ${caseName}`;
}
