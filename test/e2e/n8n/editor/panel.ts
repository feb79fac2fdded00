import isEqual from 'lodash/isEqual';
import type { INodeListSearchResult, INodeParameters, INodeParameterResourceLocator, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import type { Locator, Page } from 'playwright-core';

import type { RunningSimulator } from '../../../simulator/definition';
import { until } from '../processes';
import type { Execution } from '../server';
import { CredentialDialog } from './credentialDialog';
import { choicesOf, isShown, modeSwitches } from './fields';
import { SELECTORS, valueOf } from './selectors';

/** The request that starts a run. */
export const RUN = /\/rest\/workflows\/[^/]+\/run/;

/** Less than what is seen of the input at a time. */
const SCROLL_PIXELS = 400;

/** The request for what a resource locator lists. */
const LIST = /\/rest\/dynamic-node-parameters\/resource-locator-results/;

/** Milliseconds after which a list that has not opened is clicked again. */
const OPENING_MS = 15_000;

/** The open panel of a node, used as a person uses it: by what is seen and clicked. */
export class Panel {
	private readonly parameters: Locator;
	/** What resource locators have listed so far: the entries' words by their IDs, which are not shown. */
	private readonly listed = new Map<string, string>();
	/** The list that was loaded last: the node's parameters at that time, and the entries' words. */
	private latest: { parameters: INodeParameters; names: string[] } | null = null;
	/** What to search for, by IDs. */
	private names = new Map<string, string>();

	constructor(private readonly page: Page) {
		this.parameters = page.locator(SELECTORS.parameters);
		page.on('response', (response) => {
			if (!LIST.test(response.url()) || !response.ok()) return;
			// A page that is left meanwhile has no answer any more.
			void response.json().then(({ data: { results } }: { data: INodeListSearchResult }) => {
				results.forEach(({ name, value }) => this.listed.set(String(value), name));
				const { currentNodeParameters } = response.request().postDataJSON() as { currentNodeParameters: INodeParameters };
				this.latest = { parameters: currentNodeParameters, names: results.map(({ name }) => name) };
			}, () => undefined);
		});
	}

	/** What is seen of the node's own parameters, in order: their names, and the words of notices. */
	async shown(): Promise<string[]> {
		const rows = this.page.locator(SELECTORS.topLevelParameters).locator(`> ${SELECTORS.parameter}`);
		return await rows.evaluateAll((all, { parameterLabel, notice }) => {
			const words = (element: { textContent: string | null } | null) => element?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
			return all.map((row) => words(row.querySelector(parameterLabel)?.querySelector('span') ?? row.querySelector(notice))).filter((text) => text !== '');
		}, SELECTORS);
	}

	/** The names over the selectors of n8n credentials. */
	async credentialLabels(): Promise<string[]> {
		return (await this.page.locator(SELECTORS.credentialLabel).allInnerTexts()).map((text) => text.trim());
	}

	/** What stands in a parameter's field. */
	async value(path: string): Promise<string> {
		return await this.inputOf(path).inputValue();
	}

	async inputType(path: string): Promise<string | null> {
		return await this.inputOf(path).getAttribute('type');
	}

	/** Sets the mode switches of a node to these values, each where it is shown. */
	async setModes(description: INodeTypeDescription, values: INodeParameters): Promise<void> {
		for (const property of modeSwitches(description).filter((each) => isShown(each, values) && values[each.name] !== undefined)) {
			await this.choose(property, property.name, values[property.name] as string);
		}
	}

	/**
	 * Fills in parameters in the order in which they stand in the panel.
	 * @param simulator the vendor whose credentials are listed: not everyone's search knows IDs, everyone's knows names
	 */
	async fillIn({ properties }: INodeTypeDescription, parameters: INodeParameters, simulator: RunningSimulator): Promise<void> {
		this.names = new Map(simulator.holdings().map(({ id, name }) => [id, typeof name === 'string' && name !== '' ? name : id]));
		// What is left out has its default, on which it may depend whether another one is shown.
		const defaults = Object.fromEntries(properties.filter(({ name }) => name === 'secretSource').map((each) => [each.name, each.default]));
		const values = { ...defaults, ...parameters } as INodeParameters;
		for (const property of properties.filter((each) => each.name in parameters && isShown(each, values))) {
			await this.set(property, property.name, parameters[property.name]);
		}
	}

	private async set(property: INodeProperties, path: string, value: INodeParameters[string]): Promise<void> {
		if (property.type === 'options') return await this.choose(property, path, value as string);
		if (property.type === 'string') return await this.type(path, value as string);
		if (property.type === 'resourceLocator') return void (await this.pick(path, (value as INodeParameterResourceLocator).value as string));
		if (property.type === 'fixedCollection') return await this.addRows(property, path, value as INodeParameters);
		if (property.type === 'collection') {
			for (const [name, each] of Object.entries(value as INodeParameters)) {
				const field = (property.options as INodeProperties[]).find((option) => option.name === name)!;
				await this.add(property.displayName, field.displayName);
				await this.set(field, `${path}.${name}`, each);
			}
		} else if (!isEqual(value, property.default)) {
			throw new Error(`Nobody has told how “${property.displayName}” (${property.type}) is filled in.`);
		}
	}

	private async addRows({ options = [], displayName }: INodeProperties, path: string, rows: INodeParameters): Promise<void> {
		for (const kind of options) {
			if (!('values' in kind)) continue;
			for (const [place, row] of ((rows[kind.name] ?? []) as INodeParameters[]).entries()) {
				await this.rowOf(displayName).locator(SELECTORS.addRow).click();
				for (const field of kind.values) await this.set(field, `${path}.${kind.name}[${place}].${field.name}`, row[field.name]!);
			}
		}
	}

	/** Chooses from a drop-down list, unless it is chosen already. */
	async choose(property: INodeProperties, path: string, value: string): Promise<void> {
		const { name } = choicesOf(property).find((choice) => choice.value === value)!;
		await this.chooseFrom(this.inputOf(path), name);
	}

	async type(path: string, text: string): Promise<void> {
		const input = this.inputOf(path);
		await input.fill(text);
		// What is typed is taken over when the field is left, at the latest.
		await input.blur();
	}

	/** What a collection offers to add. */
	async offered(collection: string): Promise<string[]> {
		const options = await this.openList(this.rowOf(collection).locator(SELECTORS.addToCollection).locator('input'));
		const names = await options.allInnerTexts();
		await this.page.keyboard.press('Escape');
		await options.first().waitFor({ state: 'hidden' });
		return names.map((name) => name.trim());
	}

	/** Adds a field to a collection. The only one that there is comes at a click, others are chosen from a list. */
	async add(collection: string, field: string): Promise<void> {
		const adder = this.rowOf(collection).locator(SELECTORS.addToCollection);
		const list = adder.locator('input');
		if ((await list.count()) === 0) await adder.click();
		else await (await this.openList(list)).getByText(field, { exact: true }).click();
		await this.rowOf(collection).locator(SELECTORS.parameter).filter({ hasText: field }).first().waitFor();
	}

	/** Opens a resource locator's list. Yields its entries. */
	private async list(path: string): Promise<Locator> {
		const entries = this.page.locator(`${SELECTORS.locatorEntry}:visible`);
		return await until('a list to open', async () => {
			if (!(await entries.first().isVisible())) {
				await this.inputOf(path, SELECTORS.locatorInput).click();
				await entries.first().waitFor({ timeout: OPENING_MS });
			}
			return entries;
		}, 120_000);
	}

	/** Chooses from a resource locator's list by ID, and searches for it where it is not among the first. Yields the entry's words. */
	private async pick(path: string, id: string): Promise<string> {
		// What an entry says of its age changes with every update.
		this.listed.clear();
		const entries = await this.list(path);
		const nameOf = () => this.listed.get(id);
		const isAmongTheFirst = await until(`${id} to be listed`, nameOf, 5_000).then(() => true, () => false);
		if (!isAmongTheFirst) await this.page.locator(`${SELECTORS.locatorSearch}:visible`).fill(this.names.get(id) ?? id);
		const name = await until(`${id} to be found`, nameOf);
		await entries.filter({ has: this.page.getByText(name, { exact: true }) }).first().click();
		await until(`${name} to be chosen`, async () => ((await this.picked(path)) === name ? true : undefined));
		return name;
	}

	/** Opens a resource locator's list, waits until it shows what n8n has loaded by such parameters of the node, and closes it again. */
	async showsList(path: string, isBy: (parameters: INodeParameters) => boolean): Promise<void> {
		await this.inputOf(path, SELECTORS.locatorInput).click();
		const entries = this.page.locator(`${SELECTORS.locatorEntry}:visible`);
		const chosen = await this.picked(path);
		await until('the list to show what was loaded', async () => {
			if (this.latest === null || !isBy(this.latest.parameters)) return undefined;
			const { names } = this.latest;
			const shown = (await entries.allInnerTexts()).map((text) => text.trim());
			// What is chosen stands there as well, at the top, where the list does not have it.
			return isEqual(shown.filter((text) => text !== chosen || names.includes(text)), names) ? true : undefined;
		});
		await this.page.keyboard.press('Escape');
	}

	/** What is chosen from a resource locator's list. */
	async picked(path: string): Promise<string> {
		return await this.inputOf(path, SELECTORS.locatorInput).inputValue();
	}

	/** Chooses an n8n credential by its name, in the first selector or a later one. */
	async chooseCredential(place: number, name: string): Promise<void> {
		const input = this.page.locator(SELECTORS.credentialSlot).nth(place).locator('input');
		await input.waitFor();
		await this.chooseFrom(input, name);
	}

	/** Begins a new n8n credential in the selector of this name; the first of a type comes at a click, others from the list. */
	async newCredential(selector: string): Promise<CredentialDialog> {
		const slot = this.page.locator(SELECTORS.credentialSlot).filter({ hasText: selector });
		const first = slot.locator(SELECTORS.firstCredential);
		if (await first.isVisible()) await first.click();
		else {
			await until('a new credential to be begun', async () => {
				// Below a list that may be empty.
				const begin = this.page.locator(`${SELECTORS.newCredential}:visible`);
				if (!(await begin.isVisible())) await slot.locator('input').click();
				await begin.click({ timeout: OPENING_MS });
				return true;
			}, 120_000);
		}
		return await CredentialDialog.on(this.page);
	}

	/** Changes a parameter, or adds one to a collection, to another value than it has: the first one that is offered. */
	async change({ properties }: INodeTypeDescription, path: string): Promise<void> {
		const [name, option] = path.split('.') as [string, string?];
		const property = properties.find((each) => each.name === name)!;
		if (option !== undefined) {
			const field = (property.options as INodeProperties[]).find((each) => each.name === option)!;
			await this.add(property.displayName, field.displayName);
		}
		if (property.type === 'options') {
			const now = await this.value(path);
			return await this.choose(property, path, choicesOf(property).find((choice) => choice.name !== now)!.value as string);
		}
		const now = await this.picked(path);
		const entries = await this.list(path);
		await entries.filter({ hasNotText: now === '' ? undefined : now }).first().click();
		await until(`${path} to be another one`, async () => ((await this.picked(path)) === now ? undefined : true));
	}

	/** Executes the step and waits for its end. Yields the ID of the execution. */
	async execute(): Promise<string> {
		const started = this.page.waitForResponse((response) => RUN.test(response.url()));
		await this.page.locator(SELECTORS.execute).click();
		const { data } = (await (await started).json()) as { data: { executionId: string } };
		await until(`execution ${data.executionId} to end`, async () => {
			const answer = await this.page.request.get(`/rest/executions/${data.executionId}`);
			const { status } = ((await answer.json()) as { data: Execution }).data;
			return ['new', 'running', 'waiting'].includes(status) ? undefined : true;
		}, 120_000);
		return data.executionId;
	}

	/** Switches the output panel to JSON, and waits until these texts are in it, under these keys. */
	async showsResult(result: Record<string, string>): Promise<void> {
		const output = this.page.locator(SELECTORS.output);
		await output.locator(SELECTORS.succeeded).waitFor();
		await output.locator(SELECTORS.asJson).click();
		await until(`the output to have ${JSON.stringify(result)}`, async () => {
			const text = (await output.locator(SELECTORS.json).innerText()).replaceAll(/\s+/g, ' ');
			if (Object.entries(result).every(([key, value]) => text.includes(`"${key}": "${value}"`))) return true;
			throw new Error(`It has ${text}`);
		});
	}

	/** What the output panel says of a failure. */
	async failure(): Promise<{ message: string; description: string }> {
		const message = this.page.locator(SELECTORS.output).locator(SELECTORS.failureMessage);
		await message.waitFor();
		const description = this.page.locator(SELECTORS.output).locator(SELECTORS.failureDescription);
		return { message: await message.innerText(), description: (await description.allInnerTexts()).join('\n') };
	}

	/** Which of these do not stand anywhere in the input panel, from its beginning to its end. */
	async missingInInput(words: string[]): Promise<string[]> {
		const input = this.page.locator(SELECTORS.input);
		await input.getByText(words[0]!, { exact: true }).first().waitFor();
		const read = new Set<string>();
		let before: string | undefined;
		// A long list is there only as far as it is seen.
		await until('the end of the input', async () => {
			const now = await input.innerText();
			now.split('\n').forEach((line) => read.add(line.trim()));
			if (now === before) return true;
			before = now;
			await input.hover();
			await this.page.mouse.wheel(0, SCROLL_PIXELS);
			return undefined;
		});
		return words.filter((word) => !read.has(word));
	}

	/** The row of a parameter, found by its name. */
	private rowOf(displayName: string): Locator {
		const label = this.page.locator(SELECTORS.parameterLabel).getByText(displayName, { exact: true });
		// The innermost row that has it: a collection's row holds those of its fields.
		return this.parameters.locator(SELECTORS.parameter).filter({ has: label }).last();
	}

	private inputOf(path: string, within = 'input, textarea'): Locator {
		return this.parameters.locator(valueOf(path)).locator(within).first();
	}

	private async chooseFrom(input: Locator, name: string): Promise<void> {
		await until(`${name} to be chosen`, async () => {
			if ((await input.inputValue()) === name) return true;
			const options = await this.openList(input);
			// Of a credential, its type stands beside its name, and may be the name of another one.
			const named = (await options.allInnerTexts()).findIndex((text) => text.trim().split('\n')[0]?.trim() === name);
			if (named >= 0) await options.nth(named).click({ timeout: OPENING_MS });
			return undefined;
		}, 120_000);
	}

	/** Opens a drop-down list. Yields what can be chosen from it. */
	private async openList(input: Locator): Promise<Locator> {
		return await until('a list to open', async () => {
			// It is not below its field, but somewhere at the end of the page.
			const options = this.page.locator(`[id="${await input.getAttribute('aria-controls')}"]`).locator(SELECTORS.listOption);
			if (!(await options.first().isVisible())) {
				await input.click();
				// What loads meanwhile in another part of the panel can close it again.
				await options.first().waitFor({ timeout: OPENING_MS });
			}
			return options;
		}, 120_000);
	}
}
