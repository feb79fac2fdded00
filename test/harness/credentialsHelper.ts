import { getAdditionalKeys } from 'n8n-core';
import {
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IDataObject,
	type ICredentialType,
	type IHttpRequestHelper,
	type ICredentialsExpressionResolveValues,
	type IExecuteData,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeParameters,
	type INodeProperties,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

/** Credentials as n8n's database holds them, by id. */
export type CredentialStore = Map<string, ICredentialDataDecryptedObject>;

/**
 * What n8n's server does with credentials, for the engine alone: keeps them, fetches a token when the expirable field
 * is empty or a request was answered 401, stores it, and lets the credential type sign requests.
 */
export class StoredCredentialsHelper extends ICredentialsHelper {
	/** How often a credential was asked for. */
	lookups = 0;

	constructor(
		private readonly types: ReadonlyMap<string, ICredentialType>,
		private readonly store: CredentialStore,
	) {
		super();
	}

	getParentTypes(name: string): string[] {
		return this.type(name).extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.type(typeName);
		if (typeof authenticate !== 'function') throw new Error(`${typeName} has no authenticate function`);
		return await authenticate(credentials, requestOptions);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication, properties } = this.type(typeName);
		const expirable = properties.find(
			({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable === true,
		);
		if (expirable === undefined || preAuthentication === undefined) return undefined;
		if (credentials[expirable.name] !== '' && !credentialsExpired) return undefined;

		const fetched = await preAuthentication.call(helpers, credentials);
		const details = node.credentials?.[typeName];
		if (fetched[expirable.name] === undefined || details === undefined) return undefined;
		Object.assign(credentials, fetched);
		await this.updateCredentials(details, typeName, credentials);
		return credentials;
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const fetched = await this.type(typeName).preAuthentication?.call(helpers, credentials);
		return fetched && Object.assign(credentials, fetched);
	}

	/** Expressions in fields are evaluated for the item that is asked for, as n8n does it. */
	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		details: INodeCredentialsDetails,
		typeName: string,
		mode: WorkflowExecuteMode,
		_executeData?: IExecuteData,
		_raw?: boolean,
		resolveFor?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		this.lookups += 1;
		const stored = this.store.get(details.id ?? '');
		if (stored === undefined) throw new Error(`No credential ${details.id}`);
		const defaults = Object.fromEntries(
			this.type(typeName).properties.map((property) => [property.name, property.default]),
		) as ICredentialDataDecryptedObject;
		const data = structuredClone({ ...defaults, ...stored });
		const hasExpression = Object.values(data).some((value) => typeof value === 'string' && value.startsWith('='));
		if (resolveFor === undefined || !hasExpression) return data;
		const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } = resolveFor;
		return workflow.expression.getParameterValue(
			data as INodeParameters,
			runExecutionData,
			runIndex,
			itemIndex,
			node.name,
			connectionInputData,
			mode,
			getAdditionalKeys(additionalData, mode, runExecutionData),
			undefined,
			false,
			data,
		) as ICredentialDataDecryptedObject;
	}

	async updateCredentials(
		details: INodeCredentialsDetails,
		_typeName: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.store.set(details.id ?? '', structuredClone(data));
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new Error('No credential of this package is an OAuth 2 credential of n8n’s');
	}

	async getCredentials(): Promise<ICredentials<ICredentialDataDecryptedObject & IDataObject>> {
		throw new Error('The engine asks for decrypted credentials only');
	}

	getCredentialsProperties(typeName: string): INodeProperties[] {
		return this.type(typeName).properties;
	}

	private type(name: string): ICredentialType {
		const type = this.types.get(name);
		if (type === undefined) throw new Error(`No credential type ${name}`);
		return type;
	}
}
