import { ExpressionError, type ICredentialDataDecryptedObject, type ICredentialsDecrypted, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { Failure, invalidInput } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { Modes, Service } from '../../kit/record';
import { cureOf, say, textOf } from '../../kit/sentences';
import { digestOf } from './digest';
import { type Limiter, limiterOf } from './limiter';

/**
 * Whom an item's requests speak for: what the node's credential is for this item. Its fields may be expressions, so items
 * of one run may have accounts of their own; those with the same data share one, with all that has been learned of it.
 */
export interface Account {
	/** Tells accounts apart, within this process and for nobody outside of it. */
	key: string;
	/** The credential as n8n takes it with a request. One object for all items of the account: n8n writes a new token into it. */
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>;
	baseUrl: string;
	limiter: Limiter;
	/** See `SendOptions`. */
	refusedTokens: Set<string>;
	/**
	 * The account's first request in this run. The others wait for it, whatever comes of it: so a token is fetched once, and
	 * a key that is not accepted is sent once.
	 */
	opening?: Promise<unknown>;
	/** Whether the vendor has taken a request of it in this run: then a refusal does not speak of the key. */
	isAccepted?: boolean;
}

/** The accounts of a run, each item's looked up once. */
export class Accounts {
	private readonly byKey = new Map<string, Account>();
	private readonly byItem = new Map<number, Promise<Account>>();
	private readonly modes: Modes;
	private readonly type: string;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly vendor: Service,
	) {
		this.modes = (name) => context.getNodeParameter(name, 0, '') as string;
		this.type = vendor.credentialType(this.modes);
	}

	/**
	 * Looks up the accounts of these items before anything is sent, where n8n fetches tokens for them: n8n 2.8 stores a token
	 * together with what the expressions of the credential have yielded, and later look-ups would get the first item's account.
	 */
	async lookUpAhead(itemIndices: Iterable<number>): Promise<void> {
		if (!this.context.getCredentialsProperties(this.type).some(isFetched)) return;
		for (const itemIndex of itemIndices) await this.of(itemIndex).catch(() => {});
	}

	/** Throws a `Failure` when the node's credential cannot be used for this item. */
	async of(itemIndex: number): Promise<Account> {
		const known = this.byItem.get(itemIndex) ?? this.find(itemIndex);
		this.byItem.set(itemIndex, known);
		return await known;
	}

	private async find(itemIndex: number): Promise<Account> {
		const data = await this.lookUp(itemIndex);
		const baseUrl = this.vendor.baseUrl(data, this.modes);
		const key = digestOf(this.type, withoutSession(data, this.context.getCredentialsProperties(this.type)));
		const known = this.byKey.get(key);
		if (known !== undefined) return known;
		const account: Account = {
			key,
			credential: { ...this.chosen(), type: this.type, data },
			baseUrl,
			limiter: limiterOf(this.vendor.limits, baseUrl, data),
			refusedTokens: new Set(),
		};
		this.byKey.set(key, account);
		return account;
	}

	/** n8n's own words differ by version, and may quote what an expression read; ours name the remedy. */
	private async lookUp(itemIndex: number): Promise<ICredentialDataDecryptedObject> {
		const found = await this.context.getCredentials(this.type, itemIndex).catch((error: unknown) => (error instanceof ExpressionError ? error : null));
		if (found instanceof ExpressionError) {
			throw invalidInput(say(MESSAGES.credential.brokenExpression));
		}
		if (found !== null) return found;
		throw new Failure({
			code: 'authentication',
			stage: 'token',
			message: textOf(MESSAGES.credential.none),
			hint: cureOf(MESSAGES.credential.none),
		});
	}

	private chosen(): { id: string; name: string } {
		const { id, name } = this.context.getNode().credentials?.[this.type] ?? { id: null, name: '' };
		return { id: id ?? '', name };
	}
}

/** Whether n8n fills in the field by itself, with a token that ends. */
function isFetched({ typeOptions }: INodeProperties): boolean {
	return typeOptions?.expirable === true;
}

/** Everything but what n8n fetches by itself and renews: that differs between two looks at the same account. */
function withoutSession(
	data: ICredentialDataDecryptedObject,
	properties: INodeProperties[],
): ICredentialDataDecryptedObject {
	const fetched = new Set(properties.filter(isFetched).map(({ name }) => name));
	return Object.fromEntries(Object.entries(data).filter(([name]) => !fetched.has(name)));
}
