import { exampleFiles, loadExample } from '../harness/examples';
import type { DxSimulator } from '../simulator/dx';
import { importExamples, rotateInside, WEBHOOK_KEY } from './n8n/examples';
import { installN8n } from './n8n/install';
import { portNear } from './n8n/processes';
import { Instance, N8nServer, OWNER } from './n8n/server';
import { startVendors } from './n8n/vendors';
import { ChatServer } from './services/chat';
import { MailServer } from './services/mailServer';

/** n8n's usual port, so that the address is the one that its documentation shows. */
const USUAL_PORT = 5678;

/** Stored for every credential that the examples rotate. */
const NEW_SECRET = 'the-new-secret';

/** So that a refusal can be seen, and mended. */
const WRONG = 'wrong';

/**
 * For people: a real n8n with the package installed, the vendors' simulators, and the examples ready to run. Runs until
 * Ctrl-C, and deletes then what was done in it. The installed n8n stays.
 */
async function main(): Promise<void> {
	const install = await installN8n('2.41', console.log);
	console.log('Starting the simulators and n8n …');
	const vendors = await startVendors();
	(vendors.simulators.get('dx') as DxSimulator).state.wrongWord = WRONG;
	const chat = new ChatServer((text) => console.log(`\nchat message\n  ${text.replaceAll('\n', '\n  ')}`));
	const mail = new MailServer(({ to, text }) => console.log(`\nmail to ${to.join(', ')}\n  ${linksIn(text).join('\n  ')}`));
	const surroundings = {
		chatUrl: await chat.listen(),
		mailPort: await mail.listen(),
		model: { apiKey: 'a-key-of-your-own', url: 'https://api.openai.com/v1' },
	};

	const port = await portNear(USUAL_PORT);
	const server = await N8nServer.startOn(await Instance.create({ install }), { N8N_PORT: String(port) });
	const examples = await importExamples(server, vendors, surroundings, NEW_SECRET);
	await rotateInside(server, examples, NEW_SECRET);
	const { workflowIds } = examples;
	const webhook = 'rotate-on-webhook.json';
	await server.activate(workflowIds.get(webhook)!);
	const [nylasId] = vendors.simulators.get('nylas')!.updates.Nylas!.ids;

	console.log(`
n8n is ready: ${server.url}
  log in with ${OWNER.email}
  password    ${OWNER.password}

After the log-in, “Home” (“Overview”) at the top left lists the workflows and the credentials. The credentials lead to simulators of the
vendors on this machine. The package is put in place by hand here, so n8n does not list it under Settings > Community nodes.

A workflow of your own: “Create workflow”, add “DX Connection Credentials” and its operation Update, and choose the credential “DX API”.
Choose a connection and a credential from the lists, and under New Secret a stored secret of your own with the field “api_token”.

The example workflows, by their files as the README lists them:
${exampleFiles.map((file) => `  ${file.padEnd(38)} ${loadExample(file).name}\n  ${' '.repeat(38)} ${server.url}/workflow/${workflowIds.get(file)}`).join('\n')}

They take new secrets from the stored secret “Rotation Secret: New”, which has one for each credential that they change. The stored secrets
that n8n shows as “Needs first setup” are empty: Rotate, or Begin, fills them in.

“${loadExample(webhook).name}” (${webhook}) is published:
  curl -X POST ${server.url}/webhook/rotate-credential -H '${WEBHOOK_KEY.name}: ${WEBHOOK_KEY.value}' \\
    -H 'content-type: application/json' -d '{"vendor":"nylas","credentialId":"${nylasId}"}'

To see a refusal: the Jira behind DX refuses every new secret that has “${WRONG}” in it. Write the word into the value of “api_token” in
your own stored secret, or into the entry for DX under “Values (JSON)” of “Rotation Secret: New”, and execute Update at DX.

What the examples say to chats, and the links in the mails that they send, are shown here. The agent needs a model: put a
key of your own into the credential “OpenAI”.

Ctrl-C ends it all.`);

	let isStopping = false;
	const stop = async (code: number) => {
		if (isStopping) return;
		isStopping = true;
		console.log('\nStopping …');
		await server.remove();
		await Promise.all([vendors.stop(), chat.close(), mail.close()]);
		console.log('Stopped.');
		process.exit(code);
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
	const code = await server.process.ended;
	if (!isStopping) {
		console.error(`n8n has ended by itself (${code}):\n${server.process.output.slice(-2_000)}`);
		await stop(1);
	}
}

/** The links in a mail, each once: what a person would press. */
function linksIn(text: string): string[] {
	return [...new Set(text.match(/https?:\/\/[^\s"'<>]+/g))].map((link) => link.replaceAll('&amp;', '&'));
}

void main();
