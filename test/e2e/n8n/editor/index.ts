import type { Page, Browser } from 'playwright-core';

import type { N8nServer } from '../server';
import { openBrowser } from './browser';
import { Panel } from './panel';
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

	async newWorkflow(): Promise<void> {
		await this.page.goto('/workflow/new', { waitUntil: 'domcontentloaded' });
		await this.page.locator(SELECTORS.openNodeCreator).waitFor();
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

	/** Takes away the messages in the corner, which would hide what is below them. */
	async closeToasts(): Promise<void> {
		const toasts = this.page.locator(SELECTORS.closeToast);
		while ((await toasts.count()) > 0) await toasts.first().click({ timeout: 2_000 }).catch(() => undefined);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}
}
