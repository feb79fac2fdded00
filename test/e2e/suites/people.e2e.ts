import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { exampleFiles, loadExample } from '../../harness/examples';
import { Launched, runCommand, until } from '../n8n/processes';

describe('npm run n8n', () => {
	let launched: Launched | undefined;
	const temporary = mkdtempSync(join(tmpdir(), 'credential-rotation-people-'));
	after(async () => {
		await launched?.stop();
		rmSync(temporary, { recursive: true, force: true });
	}, { timeout: 60_000 });

	test('shows a newcomer how to get in and what to try, and Ctrl-C leaves nothing behind', { timeout: 600_000 }, async () => {
		const started = (launched = new Launched(process.execPath, [join(__dirname, '..', 'people.js')], { env: { ...process.env, TMPDIR: temporary } }));
		await until('the address', () => (/Ctrl-C ends it all/.test(started.output) || !started.isRunning ? true : undefined), 400_000);
		const shown = (pattern: RegExp) => pattern.exec(started.output)?.[1] ?? assert.fail(started.output.slice(-2_000));
		const url = shown(/n8n is ready: (\S+)/);

		const login = await fetch(`${url}/rest/login`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ emailOrLdapLoginId: shown(/log in with (\S+)/), password: shown(/password +(\S+)/) }),
		});
		assert.equal(login.status, 200);
		const cookie = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');

		for (const file of exampleFiles) {
			const { name } = loadExample(file);
			const id = shown(new RegExp(`${name}\\s+${url}/workflow/(\\w+)`));
			const { data } = (await (await fetch(`${url}/rest/workflows/${id}`, { headers: { cookie } })).json()) as { data: { name: string } };
			assert.equal(data.name, name);
		}

		// As it is printed, by a shell.
		const answer = await runCommand('sh', ['-c', `${shown(/(curl [\s\S]*?'\{.*\}')/)} --silent`]);
		assert.equal((JSON.parse(answer) as { outcome: string }).outcome, 'updated');

		started.signal('SIGINT');
		assert.equal(await started.ended, 0);
		assert.match(started.output, /Stopped\.\n$/);
		await assert.rejects(fetch(url));
		assert.deepEqual(readdirSync(temporary).filter((name) => name.startsWith('credential-rotation-')), []);
	});
});
