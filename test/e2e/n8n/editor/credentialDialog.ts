import type { Locator, Page } from 'playwright-core';

import { until } from '../processes';
import { SELECTORS } from './selectors';

/** Milliseconds after which a dialog that closes by itself is gone. */
const CLOSING_MS = 5_000;

/** The dialog in which an n8n credential is filled in. */
export class CredentialDialog {
	private constructor(
		private readonly page: Page,
		private readonly dialog: Locator,
	) {}

	/** The one that is open, or is about to be. */
	static async on(page: Page): Promise<CredentialDialog> {
		const dialog = page.locator(SELECTORS.credentialDialog);
		await dialog.locator(SELECTORS.credentialField).first().waitFor();
		return new CredentialDialog(page, dialog);
	}

	/** Waits until exactly these fields are shown, in this order. A notice is none. */
	async shows(names: string[]): Promise<void> {
		const fields = this.dialog.locator(SELECTORS.credentialField);
		const shown = async () => await fields.evaluateAll((all) => all.flatMap((field) => field.querySelector('[data-test-id]')?.getAttribute('data-test-id') ?? []));
		await until(`${names.join(', ')} to be shown`, async () => {
			const now = await shown();
			if (now.join() === names.join()) return true;
			throw new Error(`There are ${now.join(', ')}.`);
		});
	}

	/** What the list in its notice says, line by line. */
	async noticeLines(): Promise<string[]> {
		return await this.dialog.locator(`${SELECTORS.notice} li`).allInnerTexts();
	}

	async type(name: string, text: string): Promise<void> {
		await this.inputOf(name).fill(text);
	}

	async inputType(name: string): Promise<string | null> {
		return await this.inputOf(name).getAttribute('type');
	}

	/** Saves. Yields the outcome of the test that n8n makes then. */
	async save(): Promise<{ status: string; message: string }> {
		const tested = this.page.waitForResponse((response) => new URL(response.url()).pathname === '/rest/credentials/test');
		await this.dialog.locator(SELECTORS.saveCredential).locator('button').or(this.dialog.locator(SELECTORS.saveCredential)).last().click();
		const { data } = (await (await tested).json()) as { data: { status: string; message: string } };
		return data;
	}

	/** Closes it, once it is saved. That of n8n 2.41 does so by itself after a good test. */
	async close(): Promise<void> {
		await until('the dialog to close', async () => {
			if (await this.dialog.waitFor({ state: 'hidden', timeout: CLOSING_MS }).then(() => true, () => false)) return true;
			await this.page.keyboard.press('Escape');
			return undefined;
		});
	}

	private inputOf(name: string): Locator {
		return this.dialog.locator(`[data-test-id="parameter-input-${name}"]`).locator('input, textarea').first();
	}
}
