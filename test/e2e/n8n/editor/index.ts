import { writeFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';

import { until } from '../processes';
import type { N8nServer } from '../server';
import { openBrowser } from './browser';
import { withPalette } from './palette';
import { Panel, RUN } from './panel';
import { SELECTORS } from './selectors';

export { withPicture } from './browser';

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
		if (this.page.url() === 'about:blank') await this.page.goto('/workflow/new', { waitUntil: 'domcontentloaded' });
		else {
			await this.leaveDialogs();
			const before = this.page.url();
			await this.page.locator(SELECTORS.addMenu).click();
			await this.page.locator(`${SELECTORS.addMenuEntry}:visible`).filter({ hasText: 'New workflow' }).click();
			await this.page.waitForURL((url) => url.href !== before);
		}
		await this.page.locator(SELECTORS.canvasNode).first().waitFor({ state: 'hidden' });
		await this.page.locator(SELECTORS.openNodeCreator).waitFor();
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

	/** Searches the node creator, and yields the names of the nodes that it finds. */
	async search(text: string): Promise<string[]> {
		const box = this.page.locator(SELECTORS.nodeSearch);
		if (!(await box.isVisible())) await this.page.locator(SELECTORS.openNodeCreator).click();
		await box.fill(text);
		const found = this.page.locator(SELECTORS.nodeFound);
		await found.or(this.page.locator(SELECTORS.noNodeFound)).first().waitFor();
		return await found.allInnerTexts();
	}

	/** Finds a node by searching, adds it by one of its actions, or by itself where it has none, and leaves its panel open. */
	async addNode(search: string, displayName: string, action?: string): Promise<void> {
		await this.search(search);
		await this.page.locator(SELECTORS.nodeFound).getByText(displayName, { exact: true }).first().click();
		if (action !== undefined) await this.page.locator(SELECTORS.nodeCreator).getByText(action, { exact: true }).click();
		await this.page.locator(SELECTORS.panel).waitFor();
	}

	async openNode(name: string): Promise<void> {
		await this.page.locator(SELECTORS.canvasNode).filter({ hasText: name }).first().dblclick();
		await this.page.locator(SELECTORS.panel).waitFor();
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
