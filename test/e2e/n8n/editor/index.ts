import { writeFileSync } from 'node:fs';

import type { Browser, Locator, Page } from 'playwright-core';

import { until } from '../processes';
import type { N8nServer } from '../server';
import { openBrowser } from './browser';
import { withPalette } from './palette';
import { Panel, RUN } from './panel';
import { SELECTORS } from './selectors';

export { withPicture } from './browser';

/** Milliseconds after which what has not been found is not found. */
const SEARCHING_MS = 30_000;

/** Milliseconds after which a menu that was clicked is open. */
const OPENING_MS = 3_000;

/** Looks in a row, 200 ms apart, after which a canvas that was empty each time is the new one. */
const LOOKS_AT_CANVAS = 3;

/** n8n's editor in a browser, with its owner signed in. */
export class Editor {
	readonly panel: Panel;

	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
	) {
		this.panel = new Panel(page);
	}

	/** Throws an `Error` that says how to install Chromium when there is none. */
	static async open(server: N8nServer): Promise<Editor> {
		const { browser, page } = await openBrowser(server.url);
		return new Editor(browser, page);
	}

	/** Begins a new workflow, by the menu where the editor is there already: it takes long to load. */
	async newWorkflow(): Promise<void> {
		const hasBegun = this.page.url() !== 'about:blank' && (await this.chooseNewWorkflow());
		if (!hasBegun) await this.page.goto('/workflow/new', { waitUntil: 'domcontentloaded' });
		await this.page.locator(SELECTORS.openNodeCreator).waitFor();
		await this.page.locator(SELECTORS.canvasNode).first().waitFor({ state: 'hidden' });
	}

	/**
	 * Chooses a new workflow in the menu. The editor saves by itself after a while, and a save that ends during the change can
	 * lead back to the workflow that was left: `false` when there is no such entry, or the new canvas has not stayed empty.
	 */
	private async chooseNewWorkflow(): Promise<boolean> {
		await this.leaveDialogs();
		const before = new URL(this.page.url()).pathname;
		await this.page.locator(SELECTORS.addMenu).click();
		const entry = this.page.locator(`${SELECTORS.addMenuEntry}:visible`).filter({ hasText: 'New workflow' });
		// The menu of n8n 2.8 is another one.
		if (!(await entry.click({ timeout: OPENING_MS }).then(() => true, () => false))) return false;
		const leave = this.page.locator(SELECTORS.leaveWithoutSaving);
		let emptyLooks = 0;
		const hasStayedEmpty = async () => {
			// Until the editor has saved, it asks.
			if (await leave.isVisible()) await leave.click();
			const isNew = new URL(this.page.url()).pathname !== before;
			const isEmpty = isNew && (await this.page.locator(SELECTORS.canvasNode).count()) === 0 && (await this.page.locator(SELECTORS.openNodeCreator).isVisible());
			emptyLooks = isEmpty ? emptyLooks + 1 : 0;
			return emptyLooks >= LOOKS_AT_CANVAS ? true : undefined;
		};
		return await until('a new workflow', hasStayedEmpty, SEARCHING_MS).catch(() => false);
	}

	/** Closes whatever a step that broke off may have left open. */
	private async leaveDialogs(): Promise<void> {
		const dialog = this.page.locator(SELECTORS.credentialDialog);
		const panel = this.page.locator(SELECTORS.closePanel);
		await until('the canvas to be free', async () => {
			if (await dialog.isVisible()) await this.page.keyboard.press('Escape');
			else if (await panel.isVisible()) await panel.click();
			else return true;
			return undefined;
		});
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`/workflow/${id}`, { waitUntil: 'domcontentloaded' });
		await this.page.locator(SELECTORS.canvasNode).first().waitFor();
	}

	/** Whether a search in the node creator finds a node. */
	async finds(search: string, displayName: string): Promise<boolean> {
		// So that what is found was not left over from the search before.
		await this.search('no node is called like this');
		await this.page.locator(SELECTORS.noNodeFound).waitFor();
		await this.search(search);
		return await this.found(displayName).waitFor({ timeout: SEARCHING_MS }).then(() => true, () => false);
	}

	private async search(text: string): Promise<void> {
		const box = this.page.locator(SELECTORS.nodeSearch);
		if (!(await box.isVisible())) await this.page.locator(SELECTORS.openNodeCreator).click();
		await box.fill(text);
	}

	private found(displayName: string): Locator {
		return this.page.locator(SELECTORS.nodeFound).getByText(displayName, { exact: true }).first();
	}

	/** Finds a node by searching, adds it by one of its actions, or by itself where it has none, and leaves its panel open. */
	async addNode(search: string, displayName: string, action?: string): Promise<void> {
		await this.search(search);
		await this.found(displayName).click();
		if (action !== undefined) await this.chooseAction(action);
		await this.page.locator(SELECTORS.panel).waitFor();
	}

	/** Chooses an action of the node that was found. Those of a node that has a trigger as well are folded up. */
	private async chooseAction(action: string): Promise<void> {
		const creator = this.page.locator(SELECTORS.nodeCreator);
		const wanted = creator.getByText(action, { exact: true });
		const all = creator.getByText(/^Actions \(\d+\)$/);
		await wanted.or(all).first().waitFor();
		if (!(await wanted.isVisible())) await all.click();
		await wanted.click();
	}

	async openNode(name: string): Promise<void> {
		await this.page.locator(SELECTORS.canvasNode).filter({ hasText: name }).first().dblclick();
		await this.page.locator(SELECTORS.panel).waitFor();
	}

	/** Goes from the open panel of one node to that of a neighbour, by its icon at the panel's edge. */
	async goAcross(from: string, to: string): Promise<void> {
		const iconOf = (name: string) => this.page.locator(`${SELECTORS.neighbour}[data-node-name="${name}"]`);
		await iconOf(to).click();
		await iconOf(from).waitFor();
	}

	async closePanel(): Promise<void> {
		await this.page.locator(SELECTORS.closePanel).click();
		await this.page.locator(SELECTORS.panel).waitFor({ state: 'hidden' });
	}

	/** Starts the workflow by the button on the canvas. */
	async executeWorkflow(): Promise<void> {
		const started = this.page.waitForResponse((response) => RUN.test(response.url()));
		await this.page.locator(SELECTORS.executeWorkflow).first().click();
		await started;
	}

	async fitToView(): Promise<void> {
		await this.page.locator(SELECTORS.fitToView).click();
	}

	/** Takes a picture of the whole window, once nothing moves in it and nothing passing hides a part of it. */
	async takePicture(path: string): Promise<void> {
		await this.page.mouse.move(0, 0);
		await this.closeToasts();
		let before: Buffer | undefined;
		const picture = await until('the picture to stand still', async () => {
			const now = await this.page.screenshot({ animations: 'disabled', caret: 'hide' });
			const stands = before?.equals(now);
			before = now;
			return stands ? now : undefined;
		});
		writeFileSync(path, withPalette(picture));
	}

	/** Takes away the messages in the corner, which would hide what is below them. */
	private async closeToasts(): Promise<void> {
		const toasts = this.page.locator(SELECTORS.closeToast);
		while ((await toasts.count()) > 0) await toasts.first().click({ timeout: 2_000 }).catch(() => undefined);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}
}
