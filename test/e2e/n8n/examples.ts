import { exampleFiles, examplesFolder, heldSecrets, loadExample, withSecret, type SecretsById } from '../../harness/examples';
import type { N8nServer } from './server';
import type { Vendors } from './vendors';

/** The key of the webhook that a secret manager calls. */
export const WEBHOOK_KEY = { name: 'X-Rotation-Key', value: 'planted-webhook-key-93' };

/** Where the examples send messages and mails, and whom their agent asks. */
export interface Surroundings {
	/** Port of a mail server without sign-in on this machine. */
	mailPort: number;
	/** Data of an n8n credential of the type `openAiApi`. */
	model: { apiKey: string; url: string };
	/** URL of the chat's webhook, to which the examples post. */
	chatUrl: string;
}

/** The examples in an n8n, with credentials that lead to the simulators. */
export interface ImportedExamples {
	/** IDs in n8n by file name. */
	workflowIds: Map<string, string>;
	/** IDs in n8n by name. */
	credentialIds: Map<string, string>;
	/** What the vendors held before, and what the stored secrets would have them hold. */
	old: SecretsById;
	changed: SecretsById;
}

/** Examples that rotate a password of a credential in n8n: once a quarter, and when it is due. */
const ROTATIONS = ['rotate-a-password-everywhere.json', 'rotate-when-due.json'];

/**
 * Has the examples that rotate a password work on the very n8n that they are in, which is where their stored secrets are: with a key
 * of that n8n, and a credential there whose password is to change. Yields the ID of that.
 */
export async function rotateInside(server: N8nServer, { workflowIds }: Pick<ImportedExamples, 'workflowIds'>, password: string): Promise<string> {
	const { rawApiKey } = await server.createApiKey(['credential:list', 'credential:read', 'credential:update']);
	const key = await server.createCredential('rotationN8nApi', { apiKey: rawApiKey, baseUrl: `${server.url}/api/v1` }, 'Rotation N8n API: this n8n');
	const shop = await server.createCredential('httpBasicAuth', { user: 'shop', password }, 'Shop login');
	for (const file of ROTATIONS) {
		await server.editWorkflow(workflowIds.get(file)!, ({ nodes }) => {
			for (const { name, parameters, credentials } of nodes) {
				if (credentials?.rotationN8nApi === undefined) continue;
				credentials.rotationN8nApi = { id: key, name: 'Rotation N8n API: this n8n' };
				// The other nodes ask this one for it.
				if (name === 'n8n Credential') parameters.credentialId = { __rl: true, mode: 'id', value: shop };
			}
		});
	}
	return shop;
}

const CLIENTS = 'rotate-commerce-layer-clients.json';

/**
 * Has the example that rotates clients of Commerce Layer hand over to the very n8n that it is in, without a grace period, and yields the ID of
 * an OAuth2 credential there that signs in with such a client, and has done so before: n8n takes its access token for proof.
 */
export async function rotateClientsInside(server: N8nServer, { workflowIds }: Pick<ImportedExamples, 'workflowIds'>, client: { clientId: string; clientSecret: string }): Promise<string> {
	const { rawApiKey } = await server.createApiKey(['credential:read', 'credential:update']);
	const name = 'Rotation N8n API: for clients';
	const id = await server.createCredential('rotationN8nApi', { apiKey: rawApiKey, baseUrl: `${server.url}/api/v1` }, name);
	const oauth = { grantType: 'clientCredentials', accessTokenUrl: 'https://auth.example.com/oauth/token', scope: '', authentication: 'body', sendAdditionalBodyProperties: false, additionalBodyProperties: '', ...client, oauthTokenData: { access_token: 'planted-token-of-before' } };
	await server.editWorkflow(workflowIds.get(CLIENTS)!, ({ nodes }) => {
		for (const { parameters, credentials } of nodes) {
			if (credentials?.rotationN8nApi !== undefined) credentials.rotationN8nApi = { id, name };
			if (parameters.operation === 'rotate') parameters.graceHours = 0;
		}
	});
	return await server.createCredential('oAuth2Api', oauth, 'Shop client');
}

/**
 * Stores the credentials that the examples name and imports every example as a user would, with the chat's URL filled in.
 * @param secret the new secret, stored for every credential that the examples rotate
 */
export async function importExamples(
	server: N8nServer,
	vendors: Vendors,
	{ mailPort, model, chatUrl }: Surroundings,
	secret: string,
): Promise<ImportedExamples> {
	const old = heldSecrets(vendors.simulators);
	const changed = withSecret(old, secret);
	const { thousandEyesApi, thousandEyesLegacyApi, commerceLayerApi, adobeDestinationSdkApi, dxApi, nylasApi, rotationN8nApi } = vendors.credentials;
	const credentialIds = new Map<string, string>();
	// Named as in the examples: n8n finds credentials by their names when it imports.
	for (const [type, name, data] of [
		['thousandEyesApi', 'ThousandEyes API', thousandEyesApi],
		['thousandEyesLegacyApi', 'ThousandEyes Legacy (V6) API', thousandEyesLegacyApi],
		['commerceLayerApi', 'Commerce Layer API', commerceLayerApi],
		['adobeDestinationSdkApi', 'Adobe Destination SDK API', adobeDestinationSdkApi],
		['dxApi', 'DX API', dxApi],
		['nylasApi', 'Nylas API', nylasApi],
		['rotationN8nApi', 'Rotation N8n API', rotationN8nApi],
		['rotationSecretApi', 'Rotation Secret: New', { valuesJson: JSON.stringify(changed) }],
		['rotationPreviousSecretApi', 'Rotation Previous Secret', { valuesJson: JSON.stringify(old) }],
		['rotationSecretApi', 'Rotation Secret: Password', { name1: 'value', value1: secret }],
		['rotationPreviousSecretApi', 'Rotation Previous Secret: Password', {}],
		['rotationSecretApi', 'Rotation Secret: Clients', {}],
		['rotationPreviousSecretApi', 'Rotation Previous Secret: Clients', {}],
		['httpHeaderAuth', 'Rotation Webhook Key', WEBHOOK_KEY],
		['openAiApi', 'OpenAI', model],
		['smtp', 'SMTP', { host: '127.0.0.1', port: mailPort, secure: false, disableStartTls: true }],
	] as const) {
		credentialIds.set(name, await server.createCredential(type, data!, name));
	}

	await server.instance.command('import:workflow', '--separate', `--input=${examplesFolder}`);
	const { data } = await server.api<{ data: Array<{ id: string; name: string }> }>('GET', '/workflows');
	const workflowIds = new Map<string, string>();
	for (const file of exampleFiles) {
		const { name } = loadExample(file);
		const found = data.find((each) => each.name === name);
		if (found === undefined) throw new Error(`${file} was not imported.`);
		workflowIds.set(file, found.id);
		await server.editWorkflow(found.id, ({ nodes }) => {
			for (const { type, parameters } of nodes) if (type === 'n8n-nodes-base.httpRequest') parameters.url = chatUrl;
		});
	}
	return { workflowIds, credentialIds, old, changed };
}
