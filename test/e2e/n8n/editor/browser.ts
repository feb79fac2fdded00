import { accessSync, constants, mkdtempSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';

import { chromium, type Browser, type Page } from 'playwright-core';

import { OWNER } from '../server';

/** A screen on which the whole panel of a node can be seen. */
export const SCREEN = { width: 1440, height: 900 };

/** Milliseconds within which the editor has to show what is waited for; on a busy machine it takes its time. */
const PATIENCE_MS = 120_000;

/** No graphics card, no sandbox that needs rights, and nothing that looks for the world outside. */
const FLAGS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** The browser that is installed, under one of the names that systems have for it. */
function chromiumPath(): string {
	const folders = (process.env.PATH ?? '').split(delimiter);
	for (const path of ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)))) {
		try {
			accessSync(path, constants.X_OK);
			return path;
		} catch {
			// Look in the next folder.
		}
	}
	throw new Error('The editor is driven in Chromium, which is not installed here: install it, on Debian and Ubuntu with “sudo apt-get install chromium”.');
}

/** A browser with an empty profile, and a page of it on which the owner of that n8n is signed in. */
export async function openBrowser(url: string): Promise<{ browser: Browser; page: Page }> {
	// It ends with this process, whose signals others see to.
	const signals = { handleSIGHUP: false, handleSIGINT: false, handleSIGTERM: false };
	const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS, timeout: PATIENCE_MS, ...signals });
	try {
		const context = await browser.newContext({ baseURL: url, viewport: SCREEN, reducedMotion: 'reduce' });
		context.setDefaultTimeout(PATIENCE_MS);
		const { email, password } = OWNER;
		const login = await context.request.post('/rest/login', { data: { emailOrLdapLoginId: email, password } });
		if (!login.ok()) throw new Error(`Could not sign in: ${login.status()} ${await login.text()}`);
		return { browser, page: await context.newPage() };
	} catch (error) {
		await browser.close();
		throw error;
	}
}

let folder: string | undefined;
let pictures = 0;

/** Runs one step; when it fails, its message says where a picture of the screen at that moment is. */
export async function withPicture<T>(page: Page, step: () => Promise<T>): Promise<T> {
	try {
		return await step();
	} catch (error) {
		folder ??= mkdtempSync(join(tmpdir(), 'credential-rotation-editor-'));
		const path = join(folder, `failure-${(pictures += 1)}.png`);
		const isTaken = await page.screenshot({ path }).then(() => true, () => false);
		if (isTaken && error instanceof Error) error.message += `\nThe screen at that moment: ${path}`;
		throw error;
	}
}
