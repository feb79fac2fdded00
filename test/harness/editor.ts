import {
	Workflow,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestOptions,
	type INodeListSearchResult,
	type INodeParameters,
} from 'n8n-workflow';

import type { CredentialStore } from './credentialsHelper';
import { singleNodeWorkflow, storeOf } from './engine';
import { engine, types, type Subject } from './subject';

/** What the editor holds while it loads a list or tests a credential, in place of what the update case has. */
interface Editing {
	parameters?: INodeParameters;
	credentials?: CredentialStore;
}

/** n8n-core's own context for what the editor does with a node before it runs. */
function contextOf({ nodeName, update, simulator }: Subject, { parameters, credentials }: Editing) {
	const chosen = parameters ?? update.parameters(update.ids[0], 'unsaved');
	const { nodes } = singleNodeWorkflow(nodeName, update.credentialType, chosen);
	return engine.loadOptions(nodes.find(({ name }) => name === 'Node')!, credentials ?? storeOf(simulator.credentials));
}

/** Loads one page of a list as the editor does. */
export async function loadList(
	subject: Subject,
	method: string,
	{ filter, page, ...editing }: Editing & { filter?: string; page?: string } = {},
): Promise<INodeListSearchResult> {
	const search = types.nodes.get(subject.nodeName)!.methods!.listSearch![method]!;
	return await search.call(contextOf(subject, editing), filter, page);
}

/** Every page of a list, one after the other. */
export async function everyPage(subject: Subject, method: string): Promise<INodeListSearchResult['results']> {
	const results: INodeListSearchResult['results'] = [];
	let page: string | undefined;
	do {
		const loaded = await loadList(subject, method, { page });
		results.push(...loaded.results);
		page = loaded.paginationToken as string | undefined;
	} while (page !== undefined);
	return results;
}

/** The base URL of a credential's test, its expression evaluated by n8n. */
export async function testBaseUrl(credentialType: string, credential: ICredentialDataDecryptedObject): Promise<string> {
	const { baseURL } = types.credentials.get(credentialType)!.test!.request;
	const { nodes } = singleNodeWorkflow('any', credentialType, {});
	const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: {} as never });
	await workflow.expression.acquireIsolate?.();
	try {
		const keys = { $credentials: credential };
		return workflow.expression.getSimpleParameterValue(nodes[1]!, baseURL!, 'manual', keys) as string;
	} finally {
		await workflow.expression.releaseIsolate?.();
	}
}

/** The answer that the credential's test request gets; `null` when signing in already ends it. */
export async function testCredential(
	subject: Subject,
	credential: ICredentialDataDecryptedObject,
): Promise<{ status: number; body: IDataObject } | null> {
	const { credentialType } = subject.update;
	const options = {
		...types.credentials.get(credentialType)!.test!.request,
		method: 'GET',
		baseURL: await testBaseUrl(credentialType, credential),
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	} as IHttpRequestOptions;
	const stored = { ...subject.simulator.credentials, [credentialType]: credential };
	const context = contextOf(subject, { credentials: storeOf(stored) });
	try {
		const { statusCode, body } = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			credentialType,
			options,
		)) as { statusCode: number; body: IDataObject };
		return { status: statusCode, body };
	} catch {
		return null;
	}
}
